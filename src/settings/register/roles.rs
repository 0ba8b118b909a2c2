//! The parts that an organisation plays for a system.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IntoDeserializer, SeqAccess, Visitor};

/// A part that an organisation plays for a system (ISO/IEC 42001 clause 4.1; EU AI Act, Article 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum OurRole {
    Provider,
    Deployer,
    Importer,
    Distributor,
}

/// The parts that an organisation plays for a system: who uses what it built plays two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OurRoles(BTreeSet<OurRole>);

impl OurRoles {
    /// Whether the organisation uses the system, and neither builds it nor passes it on.
    pub(crate) fn is_use_only(&self) -> bool {
        self.0.iter().all(|role| *role == OurRole::Deployer)
    }

    /// Whether all parts of another are among these.
    pub(crate) fn has_all(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = OurRole> {
        self.0.iter().copied()
    }

    /// Returns the parts in words: `provider, deployer`.
    pub(crate) fn words(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|role| role.into()).collect();
        names.join(", ")
    }
}

/// One part, or a list of parts; `both` is the provider and the deployer.
impl<'de> Deserialize<'de> for OurRoles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RolesVisitor)
    }
}

struct RolesVisitor;

impl<'de> Visitor<'de> for RolesVisitor {
    type Value = OurRoles;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("provider, deployer, importer, distributor, or a list of these")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<OurRoles, E> {
        if text == "both" {
            return Ok(OurRoles([OurRole::Provider, OurRole::Deployer].into()));
        }
        let role = OurRole::deserialize(text.into_deserializer())?;
        Ok(OurRoles([role].into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<OurRoles, A::Error> {
        let mut roles = BTreeSet::new();
        while let Some(role) = items.next_element()? {
            roles.insert(role);
        }
        if roles.is_empty() {
            return Err(de::Error::custom("this is empty"));
        }
        Ok(OurRoles(roles))
    }
}
