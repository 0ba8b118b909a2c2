//! Who decided what, about exactly which content, and whether that still holds.
//!
//! The modules are steps; each uses only those before it:
//!
//! ```text
//! files         what stands on disk: records, statements, envelopes, emergencies
//! flaw          what is wrong with a sign-off, property by property
//! scope, terms  what a decision covers now; who must sign it
//! inputs        what every rule reads: plain data, put together once
//! benefits      whom a change of rules gives more
//! proof         whether one statement counts
//! verify        one rule for each property of a record
//! evaluate      which decisions are due, and which record stands for each
//! incoming      what of a change's own files does not count
//! clearance     whether a record clears what a change weakens
//! gaps          what keeps everybody from ever signing a decision
//! bundle        whether those who may signed the organisation's next bundle
//! emergencies   which emergencies count
//! subject       what somebody wants to use, and whether a record is about it
//! usage         whether what a system is made of may be used
//! prepare       drafts of what is to be signed
//! ```
//!
//! # Design
//!
//! A record is judged as of its day and from digests alone, so no history is needed to see that
//! content changed. A file that moves to another folder voids nothing; its name and its role stay
//! (`scope::moves`). The digest of a risk leaves out `reviewed-on`, so that looking at a risk again
//! voids nothing, and the folders of what shows that its level fell. Prose and data are digested in
//! a canonical form and not by their bytes, so that a formatter or a comment voids nothing; all
//! that a reader sees is in that form (`canonical`).
//!
//! An approval on a forge proves a statement only in the change that brings the statement. What the
//! target branch holds was approved when it was merged; the forge knows that and git does not.
//! Rules that need a proof which outlasts the forge ask for `signed`.
//!
//! Two tables say who signs: the shipped one names seats, each filled by another person;
//! `who-signs` of the rules counts people and roles beyond it. Both must be satisfied, so settings
//! can only add.

mod benefits;
mod bundle;
mod clearance;
mod emergencies;
mod evaluate;
mod files;
mod flaw;
mod gaps;
mod incoming;
mod inputs;
mod prepare;
mod proof;
mod scope;
mod subject;
mod terms;
#[cfg(test)]
mod testing;
mod usage;
mod verify;

pub(crate) use benefits::{benefit, more_in_keys, more_in_people, more_in_rules};
pub(crate) use bundle::{BundleFlaw, BundleTrust};
pub(crate) use clearance::{
    Clearance, ReplacedFile, clear_classification, clear_rule_change, clear_waiver, is_waiting,
    refusal_text, replaced_file,
};
pub(crate) use emergencies::{GrantedEmergency, changed_files, emergencies};
pub(crate) use evaluate::{
    DueDecision, closed_conditions_of, due_decisions, flaws_of, has_signed, is_signed_risk,
    signatures_of,
};
pub(crate) use files::{AlteredFile, FOLDER, RecordFiles, SignOffStore};
pub(crate) use flaw::{SignOffFlaw, SignOffProperty};
pub(crate) use gaps::{Gap, Unsignable, unsignable, without_address};
pub(crate) use incoming::uncounted_files;
pub(crate) use inputs::{Approval, NAMESPACE, SignOffInputs, TipModel, WrittenContent, who_wrote};
pub(crate) use prepare::{
    Draft, Lowering, Plan, Said, SignInput, Signing, class_without_key, roles_for, would_refuse,
};
pub(crate) use proof::{OpenSeat, Signatures, has_approved};
pub(crate) use scope::{Digests, ItemForm, Pointers, is_pattern, listed_files};
pub(crate) use subject::UsedSubject;
pub(crate) use terms::Benefits;
pub(crate) use usage::{SubjectUse, subject_use};
