//! What findings are weighed by, and what a finding can come from.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::affected::AffectedSystems;
use crate::catalog::{Class, LegalSubject};
use crate::date::Date;
use crate::engine::Check;
use crate::fact::Fact;
use crate::finding::{Finding, Gate, Subject};
use crate::ids::SystemId;
use crate::settings::baseline::Baseline;
use crate::settings::gate::Rules;
use crate::settings::people::People;
use crate::settings::waiver::Waiver;
use crate::signoff::GrantedEmergency;

/// What a finding comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Cause {
    /// The change made it, or made it worse.
    ThisChange,
    /// The target branch has it too.
    AlreadyOnBase,
    /// Nothing changed but the day.
    DatePassed,
    /// This version of the gate asks for more than the pinned rule set.
    RulesUpdated,
    CouldNotDecide,
}

impl Cause {
    /// It in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::ThisChange => "this change",
            Self::AlreadyOnBase => "already on the target branch",
            Self::DatePassed => "a date passed",
            Self::RulesUpdated => "newer rules than those that are pinned",
            Self::CouldNotDecide => "it could not be decided",
        }
    }
}

/// What findings are weighed by.
pub(crate) struct DecisionInputs<'a> {
    pub(crate) table: &'a [&'static Check],
    pub(crate) rules: &'a Rules,
    pub(crate) people: &'a Fact<People>,
    pub(crate) waivers: &'a [Waiver],
    /// The ids of the waivers that were signed in the change itself.
    pub(crate) signed_waivers: &'a BTreeSet<String>,
    pub(crate) emergencies: &'a [GrantedEmergency],
    pub(crate) baselines: &'a [Baseline],
    /// What is declared of each system.
    pub(crate) subjects: &'a BTreeMap<&'a SystemId, LegalSubject>,
    pub(crate) today: Date,
    /// The gate that is asked: a release asks both.
    pub(crate) asked: Gate,
    pub(crate) compared_with: ComparedWith<'a>,
}

/// Where the judged content stands.
pub(crate) enum ComparedWith<'a> {
    /// Nothing to compare it with.
    Alone,
    /// It is the target branch itself.
    Whole,
    /// It is a change to the target branch.
    Change {
        /// What the target branch has.
        tip: &'a [Finding],
        /// What the target branch would have under the judged register, where that is another.
        under_judged: Option<&'a [Finding]>,
        /// What the target branch's register asks for, and for which class.
        asked_before: &'a BTreeMap<Subject, Class>,
        affected: &'a AffectedSystems,
    },
}
