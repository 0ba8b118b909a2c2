//! What a repository writes to adopt the gate: `aimsgate init`, from what was found and answered to
//! a list of files.
//!
//! # Design
//!
//! Everything here is a function of its arguments: `run::init` asks git, the terminal and the
//! folder, and writes. So a plan can be shown without writing, and a test needs no terminal.
//! A class is never guessed: without an answer the register holds a prompt that the gate refuses.

mod files;
mod group;
mod propose;
mod register;

use std::collections::BTreeMap;

pub(crate) use files::{CODEOWNERS, GITLAB, codeowners, plan};
pub(crate) use group::{FoundSystem, group};
pub(crate) use propose::{first_sentence, id_of, proposed_stage, stated_version};

use crate::catalog::{Class, FactName, Stage};
use crate::date::Date;
use crate::settings::gate::Mode;
use crate::settings::people::Forge;

/// Everything that is needed to write the files.
#[derive(Clone, Debug)]
pub(crate) struct AdoptionAnswers {
    pub(crate) systems: Vec<ProposedSystem>,
    /// What records call the repository: `github.com/owner/name`.
    pub(crate) repository: String,
    pub(crate) owner: NewPerson,
    /// Who oversees.
    pub(crate) second_line: Option<NewPerson>,
    /// Who owns the systems too, and may sign what the owner wrote.
    pub(crate) further_owner: Option<NewPerson>,
    pub(crate) solo: bool,
    pub(crate) mode: Mode,
    pub(crate) forge: Option<Forge>,
    /// The branch that changes are merged into.
    pub(crate) branch: String,
    pub(crate) today: Date,
}

/// Somebody who comes to stand in `people.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewPerson {
    pub(crate) id: String,
    pub(crate) email: Option<String>,
    /// The public key, without a comment.
    pub(crate) key: Option<String>,
}

/// A system that the register comes to declare.
#[derive(Clone, Debug)]
pub(crate) struct ProposedSystem {
    pub(crate) id: String,
    pub(crate) folder: String,
    pub(crate) version: Option<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) stage: Stage,
    pub(crate) class: Option<(Class, Option<String>)>,
    /// What was said of each fact; what is not known is not there.
    pub(crate) facts: BTreeMap<String, bool>,
    pub(crate) paths: Vec<String>,
    pub(crate) models: Vec<ProposedAsset>,
    pub(crate) datasets: Vec<ProposedAsset>,
    /// The documents it is given, per kind.
    pub(crate) documents: BTreeMap<String, String>,
}

/// A model or a dataset that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProposedAsset {
    pub(crate) id: String,
    /// The key that names it: `path`, `pointer`, `hub` or `service`.
    pub(crate) key: &'static str,
    pub(crate) value: String,
    pub(crate) card: Option<String>,
}

impl ProposedAsset {
    /// Whether somebody else made it.
    pub(crate) fn is_supplied(&self) -> bool {
        matches!(self.key, "hub" | "service")
    }
}

/// A file that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlannedFile {
    pub(crate) path: String,
    pub(crate) text: String,
    /// What it is, in a few words.
    pub(crate) what: &'static str,
}

/// The facts that a newcomer is asked for, each with what it adds where it holds.
pub(crate) const FACTS: [(FactName, &str); 5] = [
    (FactName::Generative, "it makes text, images or code: marks what it made"),
    (FactName::TalksToPeople, "people meet it: they are told that it is AI"),
    (FactName::PersonalData, "it uses data about people: cards say on what ground"),
    (
        FactName::DecidesAboutPeople,
        "an outcome decides about a person: it must be possible to explain it",
    ),
    (FactName::SuppliedToOthers, "others get it from you: you say who does what"),
];

/// What a register says of where a system is used.
pub(crate) const USED_IN: &str = "used-in: where it is used, such as [DE, FR] or [EU]";

/// What each class means, in two sentences, with the question that decides it.
pub(crate) const CLASSES: [(Class, &str); 3] = [
    (
        Class::Minimal,
        "It decides nothing about people and nobody meets it, like a filter for spam. Few \
         documents are asked for.",
    ),
    (
        Class::Limited,
        "People talk to it or read what it makes, or it supports people in deciding. Documents are \
         asked for, and most gaps warn.",
    ),
    (
        Class::High,
        "It is used for biometrics, critical infrastructure, education, work, essential services \
         such as credit, policing, migration or justice (Annex III), or as a safety part of a \
         product. Every gap blocks, and others than its makers must sign.",
    ),
];
