//! Finds the name that was meant where another one stands.

pub(super) fn unknown(what: &str, found: &str, expected: &[&str]) -> String {
    match nearest(found, expected.iter().copied()) {
        Some(name) => format!("unknown {what} `{found}`; did you mean `{name}`?"),
        None if expected.is_empty() => format!("unknown {what} `{found}`; none is known here"),
        None => format!("unknown {what} `{found}`; known here: {}", expected.join(", ")),
    }
}

/// The name closest to `found`, if one is close enough to have been meant.
pub(crate) fn nearest<'a>(
    found: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const LONGEST: usize = 64;
    if found.len() > LONGEST {
        return None;
    }
    let allowed = (found.chars().count() / 3).max(1);
    names
        .into_iter()
        .filter(|name| name.len() <= LONGEST)
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// What to say after an unknown name: the one that was meant, or nothing.
pub(crate) fn meant<'a>(found: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(found, names).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
