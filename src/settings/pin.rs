//! `organisation` in `governance/gate.yaml`: which bundle of its organisation a repository holds.

use serde::Deserialize;

use crate::catalog::Role;
use crate::digest::Sha256;
use crate::document::Spanned;

/// The bundle that a repository takes over, by its digest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct BundlePin {
    /// What the organisation is called in its bundle.
    pub(crate) name: Spanned<String>,
    pub(crate) sha256: Spanned<Sha256>,
    pub(crate) signers: Spanned<BundleSigners>,
    /// The oldest bundle that counts.
    pub(crate) min_sequence: Spanned<u64>,
}

/// Who signs a bundle that takes the place of this one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct BundleSigners {
    pub(crate) people: u32,
    pub(crate) from: Vec<Role>,
}

impl BundleSigners {
    /// Whether whoever satisfies this satisfies `other` too.
    pub(crate) fn is_as_strict_as(&self, other: &BundleSigners) -> bool {
        self.people >= other.people && self.from.iter().all(|role| other.from.contains(role))
    }

    /// Whether somebody has to sign.
    pub(crate) fn asks_somebody(&self) -> bool {
        self.people > 0 && !self.from.is_empty()
    }

    pub(crate) fn words(&self) -> String {
        let roles: Vec<&str> = self.from.iter().map(|role| role.name()).collect();
        format!("{} of {}", self.people, roles.join(" or "))
    }
}
