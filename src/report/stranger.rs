//! What is said to a reader whom the people of the rules do not hold.

use super::words::safe;
use crate::date::Date;
use crate::fact::Fact;
use crate::settings::people::{FILE, People};

/// Names that are suggested.
const MOST_NAMES: usize = 3;

/// Says that the reader is nobody among the people by the address that git is configured with, and
/// who the reader may be: somebody who has no address yet. None where the person is known, or
/// nothing is known of the reader or of the people.
pub(crate) fn stranger(
    people: &Fact<People>,
    address: Option<&str>,
    today: Date,
) -> Option<String> {
    let (people, address) = (people.known()?, address?);
    if people.find(address).is_some() {
        return None;
    }
    let mut names: Vec<&str> = people
        .people
        .iter()
        .filter(|person| person.emails.is_empty() && person.is_active(today))
        .map(|person| person.id.value.as_str())
        .collect();
    if names.is_empty() || names.len() > MOST_NAMES {
        names = vec!["one of them"];
    }
    Some(safe(&format!(
        "you are {address}, whom {FILE} does not know; if you are {}, add the address",
        names.join(" or ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;
    use crate::settings::people;

    #[test]
    fn who_is_not_known_is_told_who_it_may_be() {
        let of = |list: &str| {
            let text = format!("schema: aimsgate/1\npeople:\n{list}");
            Fact::Known(people::read(&parse(FILE.into(), text.into_bytes())).unwrap())
        };
        let person = |id: &str, rest: &str| {
            format!("- {{id: {id}, roles: [engineer], line: 1, from: 2026-01-01{rest}}}\n")
        };
        let ana = person("ana", ", emails: [ana@example.com]");
        let (max, gus) = (person("max", ""), person("gus", ", until: 2026-11-01"));
        let unknown = "you are ml@example.com, whom governance/people.yaml does not know; if you \
            are ";
        let cases = [
            (of(&ana), Some("Ana@example.com"), None),
            (of(&ana), None, None),
            (Fact::Absent, Some("ml@example.com"), None),
            (of(&format!("{ana}{max}{gus}")), Some("ml@example.com"), Some("max")),
            (of(&ana), Some("ml@example.com"), Some("one of them")),
        ];
        let today = "2026-11-22".parse().unwrap();
        for (people, address, expected) in cases {
            let expected = expected.map(|who| format!("{unknown}{who}, add the address"));
            assert_eq!(stranger(&people, address, today), expected, "{address:?}");
        }
    }
}
