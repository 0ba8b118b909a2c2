//! Which documents the register makes due, and what answers each.
//!
//! A document is looked for where the register says, then as a section of the system's sheet, then
//! as a pointer to the organisation's own, then at the usual places, then by what it says. A file
//! name earns nothing by itself.
//!
//! # Design
//!
//! Reading is data and one engine. `outline` names the things of a document once. `lexicon` knows
//! what they are called in the language of the document. `reading` puts the two together for a
//! kind, and `recognise` tells which kind a document is. Names, sentences, look-alikes,
//! placeholders and languages stand in `data/`. Patterns are compiled only when a document leaves
//! an element open, because compiling them costs more than most runs.

mod answer;
mod bare;
mod bom;
mod dates;
mod documents;
mod durations;
mod echo;
mod extent;
mod find;
mod find_by_content;
mod gather;
mod lexicon;
mod look_alike;
mod metadata;
mod metric_scale;
mod named_parts;
mod naming;
mod number;
mod outline;
mod own_format;
mod pattern;
mod placeholder;
mod pointer;
mod prompt;
mod reading;
mod recognise;
mod requirement;
mod results;
mod rows;
mod stated_digests;
mod vocabulary;
mod words;

pub(crate) use answer::Answer;
pub(crate) use answer::Evidence;
pub(crate) use bom::{components, hashes_of, is_component, version_of};
pub(crate) use dates::{Day, ENGLISH_MONTHS, date_in};
pub(crate) use documents::{Documents, fetch};
pub(crate) use durations::months_in;
pub(crate) use extent::{answering, extent_of, most_words_said, words_in};
pub(crate) use gather::gather;
pub(crate) use lexicon::Lexicon;
pub(crate) use look_alike::is_about_ai;
pub(crate) use metadata::{adds_nothing, says_approved, stated, stated_day};
pub(crate) use metric_scale::{Side, is_off_scale};
pub(crate) use named_parts::{named_parts, part_of_label};
pub(crate) use naming::{heading_of, names_an_element};
pub(crate) use number::{Number, number, plain};
pub(crate) use outline::State;
pub(crate) use outline::Via;
pub(crate) use own_format::is_own_format;
pub(crate) use placeholder::{is_honest_gap, is_placeholder};
pub(crate) use prompt::has_words;
pub(crate) use reading::{ElementReading, Reading, Region};
pub(crate) use recognise::{Completion, Recognition, recognise};
pub(crate) use requirement::Requirement;
pub(crate) use results::{Found, MeasuredGroup, measured, measured_groups, names_split};
pub(crate) use rows::{Row, rows};
pub(crate) use stated_digests::{StatedDigest, digests_of, stated_digests};

#[cfg(test)]
mod echo_tests;
#[cfg(test)]
mod extension_tests;
#[cfg(test)]
mod language_tests;
#[cfg(test)]
mod persona_tests;
#[cfg(test)]
mod tests;
