//! Versions of rule sets and of the gate itself.

use serde::Deserialize;

/// A dotted version of numbers, such as `0.1` or `1.2.3`; missing parts are zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version([u64; 3]);

impl std::str::FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no version; write numbers with dots, for example 0.1");
        let mut parts = [0; 3];
        let mut given = text.trim_start_matches('v').split('.');
        for part in &mut parts {
            match given.next() {
                Some(number) => *part = number.parse().map_err(|_| wrong())?,
                None => break,
            }
        }
        if given.next().is_some() { Err(wrong()) } else { Ok(Self(parts)) }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}")?;
        if patch > 0 { write!(f, ".{patch}") } else { Ok(()) }
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
