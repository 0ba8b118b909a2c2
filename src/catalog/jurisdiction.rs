//! The places whose law may apply to a system (`data/jurisdictions.yaml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::embedded;

/// A place whose law may apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LegalPlace {
    pub(crate) code: &'static str,
    /// Whether the law of the European Union applies there.
    pub(crate) is_in_union: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Places {
    union: Vec<String>,
    area: Vec<String>,
    countries: Vec<String>,
}

/// Returns the place of a code: a country's (ISO 3166-1 alpha-2), `EU` or `EEA`. Returns `None`
/// where there is none.
pub(crate) fn jurisdiction(code: &str) -> Option<LegalPlace> {
    static PLACES: LazyLock<BTreeMap<String, bool>> = LazyLock::new(|| {
        let places: Places =
            embedded("jurisdictions", include_str!("../../data/jurisdictions.yaml"));
        let is_in_union = |code: &String| places.union.contains(code) || places.area.contains(code);
        let countries = places.countries.iter().map(|code| (code.clone(), is_in_union(code)));
        countries.chain([("EU".to_owned(), true), ("EEA".to_owned(), true)]).collect()
    });
    let (code, is_in_union) = PLACES.get_key_value(code)?;
    Some(LegalPlace { code, is_in_union: *is_in_union })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn member_states_lie_in_the_union() {
        let cases = [
            ("EU", Some(true)),
            ("EEA", Some(true)),
            ("DE", Some(true)),
            ("NO", Some(true)),
            ("CH", Some(false)),
            ("GB", Some(false)),
            ("eu", None),
            ("Germany", None),
            ("", None),
        ];
        for (code, expected) in cases {
            assert_eq!(jurisdiction(code).map(|it| it.is_in_union), expected, "{code}");
        }
    }
}
