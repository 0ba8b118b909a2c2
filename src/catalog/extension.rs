//! The catalogue as a repository's rules extend it: further names and places, kinds and languages
//! of their own.
//!
//! # Design
//!
//! The rules of a repository extend the catalogue, so rules are read before anything else, and the
//! rules of the tip read both sides of a comparison. The process keeps one extended catalogue for
//! each set of additions: kinds and names stay shared references, and patterns are compiled once
//! for the three evaluations of a change.
//!
//! A further kind asks for more, so adding one needs no signature. Every other addition may let
//! something pass and is compared like a rule.

use std::collections::BTreeSet;

use super::language::{is_in_a_pack, language_among, languages_that_list};
use super::{DocumentLanguage, Element, Kind, Language, kinds, language, languages};
use crate::ids::KindId;

/// What rules add to the catalogue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Extension {
    pub(crate) names: BTreeSet<Name>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) languages: Vec<Language>,
}

/// A further name of something in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    /// The id of a kind that ships.
    pub(crate) kind: KindId,
    pub(crate) of: AddedTo,
    pub(crate) text: String,
}

/// What a name is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AddedTo {
    Title,
    Place,
    /// An element, by its key.
    Element(String),
}

impl Extension {
    /// Combines the additions of two branches into the stricter ones. Names and languages may let
    /// something pass, so only those of both branches stay. Kinds ask for more, so those of either
    /// branch stay.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.names.retain(|name| other.names.contains(name));
        self.languages.retain(|language| other.languages.contains(language));
        self.add_kinds(&other.kinds);
        self
    }

    /// Adds kinds. Where an id is there already, the kind that is there stays.
    pub(crate) fn add_kinds(&mut self, kinds: &[Kind]) {
        for kind in kinds {
            if !self.kinds.iter().any(|known| known.id == kind.id) {
                self.kinds.push(kind.clone());
            }
        }
    }
}

/// The kinds and languages that hold for a run.
#[derive(Debug)]
pub(crate) struct Catalogue {
    kinds: Vec<Kind>,
    /// The languages that the rules add to those that ship.
    own_languages: Vec<Language>,
}

impl Catalogue {
    /// Makes the catalogue that ships and adds what the rules say.
    pub(crate) fn with(extension: &Extension) -> Self {
        let mut kinds = kinds().to_vec();
        for Name { kind, of, text } in &extension.names {
            let Some(kind) = kinds.iter_mut().find(|known| known.id == *kind) else { continue };
            match of {
                AddedTo::Title => kind.titles.push(text.clone()),
                AddedTo::Place => kind.locations.push(text.clone()),
                AddedTo::Element(key) => {
                    let mut all = kind.elements.iter_mut().chain(&mut kind.also);
                    if let Some(Element { any_of, .. }) = all.find(|element| element.key == *key) {
                        any_of.push(text.clone());
                    }
                }
            }
        }
        kinds.extend(extension.kinds.iter().cloned());
        Self { kinds, own_languages: extension.languages.clone() }
    }

    /// Returns all kinds: those that ship, in the order of the catalogue, then those of the rules.
    pub(crate) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Returns the kind of this id, or `None` where there is none.
    pub(crate) fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// Returns the codes of all languages but English.
    pub(crate) fn languages(&self) -> Vec<&str> {
        let mut all: Vec<&str> = languages().collect();
        all.extend(self.own_languages.iter().map(|language| language.language.as_str()));
        all
    }

    /// Returns the names of all languages but English.
    pub(crate) fn language_names(&self) -> Vec<&str> {
        let mut all = vec!["English"];
        all.extend(languages().filter_map(language).map(|language| language.name.as_str()));
        all.extend(self.own_languages.iter().map(|language| language.name.as_str()));
        all
    }

    /// Returns all languages but English.
    pub(crate) fn all_languages(&self) -> Vec<&Language> {
        let mut all: Vec<&Language> = languages().filter_map(language).collect();
        all.extend(&self.own_languages);
        all
    }

    /// Returns the languages but English in which a heading may be the name of something: those
    /// that ship and list it, and all of the rules' own.
    pub(crate) fn languages_that_name(&self, heading: &str) -> Vec<&Language> {
        let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' ');
        let name = heading.trim().trim_start_matches(number).to_lowercase();
        let mut found = languages_that_list(&name);
        found.extend(&self.own_languages);
        found
    }

    /// Returns whether a text, in small letters, may be a part of a name in a language but English.
    pub(crate) fn may_name(&self, text: &str) -> bool {
        !self.own_languages.is_empty() || is_in_a_pack(text)
    }

    /// Returns the language a text is written in.
    pub(crate) fn language(&'static self, text: &str) -> DocumentLanguage {
        language_among(text, &self.own_languages)
    }
}
