//! Versions and digests by which a pipeline names what it runs.

use std::sync::LazyLock;

use regex::Regex;

use crate::settings::gate::Version;

/// A value as one text, and the comment behind it: a pin by digest says its version there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pinned {
    pub(super) text: String,
    pub(super) comment: String,
}

/// Where a version may stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// Behind `@` or `:`, as in `owner/action@v1` and `image:1.2`.
    Behind,
    /// All of it.
    Whole,
    /// Behind the name of the gate in a command, as in `aimsgate==1.2.0`.
    InCommand,
}

/// Whether two values differ in nothing but versions that did not fall. A digest may change where
/// the version beside it, here or in the comment, grew.
pub(super) fn is_same_or_newer(before: &Pinned, now: &Pinned, at: Where) -> bool {
    static BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"([@:])(sha256:[0-9a-f]{64}|[0-9a-f]{40}|v?[0-9]+(?:\.[0-9]+){0,2})\b").ok()
    });
    static WHOLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^()([0-9a-f]{40}|v?[0-9]+(?:\.[0-9]+){0,2})$").ok());
    static IN_COMMAND: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(aimsgate(?:==|@|\s+--version[ =]))(v?[0-9]+(?:\.[0-9]+){1,2})\b").ok()
    });
    if before.text == now.text {
        return true;
    }
    let pattern = match at {
        Where::Behind => &*BEHIND,
        Where::Whole => &*WHOLE,
        Where::InCommand => &*IN_COMMAND,
    };
    let Some(pattern) = pattern else { return false };
    let frame = |text: &str| pattern.replace_all(text, "$1").into_owned();
    if frame(&before.text) != frame(&now.text) {
        return false;
    }
    let pins = |it: &Pinned| -> Vec<Pin> {
        let found = pattern.captures_iter(&it.text).filter_map(|found| found.get(2));
        found.map(|pin| Pin::of(pin.as_str(), &it.comment)).collect()
    };
    let (old, new) = (pins(before), pins(now));
    old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| new.follows(old))
}

/// A version, or a digest with the version that is said of it.
struct Pin {
    digest: Option<String>,
    version: Option<Version>,
}

impl Pin {
    fn of(text: &str, comment: &str) -> Self {
        match text.parse() {
            Ok(version) => Self { digest: None, version: Some(version) },
            Err(_) => {
                let said = comment.split_whitespace().find_map(|word| word.parse().ok());
                Self { digest: Some(text.to_owned()), version: said }
            }
        }
    }

    fn follows(&self, old: &Pin) -> bool {
        match (&self.digest, &old.digest) {
            (Some(new), Some(old)) if new == old => true,
            // Another digest of the same version is another program.
            (Some(_), Some(_)) => self.version > old.version && old.version.is_some(),
            // From a name that may move to one that cannot, and from version to version.
            (Some(_), None) | (None, None) => self.version >= old.version && self.version.is_some(),
            (None, Some(_)) => self.version > old.version && old.version.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_older_is_accepted() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let is = |before: &str, now: &str, at| {
            let pinned = |text: &str| {
                let (text, comment) = text.split_once(" # ").unwrap_or((text, ""));
                Pinned { text: text.to_owned(), comment: comment.to_owned() }
            };
            is_same_or_newer(&pinned(before), &pinned(now), at)
        };
        let behind = |before: &str, now: &str| is(before, now, Where::Behind);
        assert!(behind("a/gate@v1.2", "a/gate@v1.3"));
        assert!(
            behind("a/gate@v1.2.0", &format!("a/gate@{one} # v1.2.0")),
            "the same version, pinned"
        );
        assert!(behind(&format!("a/gate@{one} # v1.2.0"), &format!("a/gate@{two} # v1.3.0")));
        assert!(!behind(&format!("a/gate@{one} # v1.2.0"), &format!("a/gate@{two} # v1.2.0")));
        assert!(!behind(&format!("a/gate@{one}"), &format!("a/gate@{two}")));
        assert!(!behind(&format!("a/gate@{one} # v1.2.0"), "a/gate@v1.2.0"));
        assert!(!behind("a/gate@v1.2", "a/gate@v1.1"));
        assert!(!behind("a/gate@v1", "b/gate@v2"));
        assert!(!behind("a/gate@v1", "a/gate@main"));
        assert!(!behind("apps/v1", "apps/v2"), "no pin");
        assert!(is("v1.0", "v1.1", Where::Whole) && !is("v1.1", "v1.0", Where::Whole));
        assert!(is(
            "pip install aimsgate==1.0.0 -q",
            "pip install aimsgate==1.1.0 -q",
            Where::InCommand
        ));
        assert!(!is("aimsgate check || exit 1", "aimsgate check || exit 256", Where::InCommand));
    }
}
