//! What a finding consists of, piece by piece.
//!
//! # Design
//!
//! A [`Part`] is the key by which two findings are compared: whether a change made one worse,
//! whether the baseline knows it, whether an emergency is about it. It says what a piece is about
//! and never how it is worded, so that a text may be improved without any of these answers
//! changing. Its `Display` is stable: `governance/baseline.json` holds it.
//!
//! A value that was measured is no part of the key. It is kept beside it as a [`Measure`], which
//! has an order, so that a value that came closer to its bound is never worse.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog::{Class, Level};
use crate::digest::sha256;
use crate::document::MistakeKind;
use crate::ids::RiskId;

/// One piece of what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Part {
    /// The finding as such, where it has no pieces.
    Whole,
    /// That a document is asked for, of a class, by what `source` names.
    Required { class: Class, source: String },
    /// An element of a kind of document; with the class that asks for it, where that matters.
    Element { class: Option<Class>, key: String },
    /// A class for which something is asked.
    Class(Class),
    /// A key of an entry that is not filled.
    Field(String),
    /// Something found in code or files, by the name of its asset.
    Asset(String),
    /// A file in which something was found; of weights, with the object id of their content, for
    /// other weights there are another model.
    Found { path: String, content: Option<String> },
    /// A path or pattern as the register writes it.
    Path(String),
    /// The target of a link as the document writes it.
    Link(String),
    /// A version or digest as a document states it.
    Stated(String),
    /// A threshold of the register that is not met.
    Threshold { metric: String, split: Option<String>, miss: Miss },
    /// A metric that two documents state differently.
    Metric(String),
    /// An entry of a list (a control, a component, a file) and what is wrong with it.
    Entry { of: String, reason: Reason },
    /// What is wrong, where a check tells several things apart.
    Reason(Reason),
    /// A role that nobody holds.
    Role(String),
    /// Somebody who is named for a part and does not fill it.
    Person { part: Reason, name: String },
    /// A mistake in a settings file: where in its tree (as a JSON pointer, RFC 6901, in which items
    /// that have an id go by it), and of which kind.
    Setting { file: String, pointer: String, mistake: MistakeKind },
    /// Content that a decision covers and that is not as it was; `now` is the beginning of its
    /// digest.
    File { path: String, now: Now },
    /// A section of a document, or a value of the register, that a decision covers.
    Section { path: String, section: String, now: Now },
    /// A risk that a decision covers.
    Risk { id: RiskId, now: Now },
}

/// The name of one of the things that a check tells apart, in kebab-case.
pub(crate) type Reason = &'static str;

/// How a threshold is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Miss {
    /// The value lies beyond the bound.
    Bound,
    NoFile,
    NoValue,
    SeveralValues,
    OtherSplit,
}

/// What became of content that somebody signed for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Now {
    /// It is other content, whose digest begins like this.
    Is(String),
    Gone,
}

/// Hexadecimal digits of a digest that tell one content from another in a part.
const DIGITS: usize = 12;

impl Now {
    /// Content of this digest.
    pub(crate) fn is(digest: &str) -> Self {
        Self::Is(digest.chars().take(DIGITS).collect())
    }
}

impl Part {
    /// An element of a document, whatever class asks for it.
    pub(crate) fn element(key: impl Into<String>) -> Self {
        Self::Element { class: None, key: key.into() }
    }

    /// An element of a document that a class asks for.
    pub(crate) fn element_for(class: Class, key: impl Into<String>) -> Self {
        Self::Element { class: Some(class), key: key.into() }
    }

    /// The path of the file whose content it is about. None for everything else, sections and risks
    /// included: their digest is not that of a file.
    pub(crate) fn file(&self) -> Option<&str> {
        match self {
            Self::File { path, .. } | Self::Found { path, content: None } => Some(path),
            _ => None,
        }
    }

    /// Whether it is a passage of a document that says other words than were signed.
    pub(crate) fn is_section(&self) -> bool {
        matches!(self, Self::Section { .. })
    }

    /// The text that version 0.1 of the baseline digested for it. None where that text was a
    /// sentence; then [`Piece::formerly`] has it.
    fn formerly(&self) -> Option<String> {
        Some(match self {
            Self::Whole => String::new(),
            Self::Required { class, source } => {
                format!("class {}, source {source}", class.name())
            }
            Self::Element { class: Some(class), key } => format!("{} {key}", class.name()),
            Self::Element { class: None, key } => key.clone(),
            Self::Class(class) => class.name().to_owned(),
            Self::Field(text)
            | Self::Asset(text)
            | Self::Path(text)
            | Self::Link(text)
            | Self::Stated(text)
            | Self::Metric(text)
            | Self::Role(text) => text.clone(),
            Self::Found { path, content: None } => path.clone(),
            Self::Found { path, content: Some(content) } => format!("{path} {content}"),
            Self::Person { part, name } => format!("{part} {name}"),
            Self::File { path, now } => format!("`{path}` {now}"),
            Self::Section { path, section, now } => format!("`{section}` in `{path}` {now}"),
            Self::Risk { id, now } => format!("risk `{id}` {now}"),
            Self::Threshold { .. }
            | Self::Entry { .. }
            | Self::Reason(_)
            | Self::Setting { .. } => return None,
        })
    }
}

impl fmt::Display for Now {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(digest) => f.write_str(digest),
            Self::Gone => f.write_str("gone"),
        }
    }
}

impl Part {
    /// The word that its name begins with.
    fn sort(&self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sort())?;
        match self {
            Self::Whole => Ok(()),
            Self::Required { class, source } => write!(f, ":{}/{source}", class.name()),
            Self::Element { class: Some(class), key } => write!(f, ":{}/{key}", class.name()),
            Self::Class(class) => write!(f, ":{}", class.name()),
            Self::Element { class: None, key: name }
            | Self::Field(name)
            | Self::Asset(name)
            | Self::Path(name)
            | Self::Link(name)
            | Self::Stated(name)
            | Self::Metric(name)
            | Self::Role(name)
            | Self::Found { path: name, content: None } => write!(f, ":{name}"),
            Self::Found { path, content: Some(content) } => write!(f, ":{path}@{content}"),
            Self::Threshold { metric, split, miss } => {
                write!(f, ":{metric}")?;
                if let Some(split) = split {
                    write!(f, "@{split}")?;
                }
                if *miss == Miss::Bound { Ok(()) } else { write!(f, "#{}", <&str>::from(miss)) }
            }
            Self::Entry { of, reason } => write!(f, ":{of}#{reason}"),
            Self::Reason(reason) => write!(f, ":{reason}"),
            Self::Person { part, name } => write!(f, ":{part}/{name}"),
            Self::Setting { file, pointer, mistake } => {
                write!(f, ":{file}#{pointer}:{}", <&str>::from(mistake))
            }
            Self::File { path, now } => write!(f, ":{path}@{now}"),
            Self::Section { path, section, now } => write!(f, ":{path}#{section}@{now}"),
            Self::Risk { id, now } => write!(f, ":{id}@{now}"),
        }
    }
}

/// A measured value, and in which direction it gets worse.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Measure {
    /// A value that should be low.
    AtMost(f64),
    /// A value that should be high.
    AtLeast(f64),
    /// A level of risk, which should be low.
    UpTo(Level),
}

impl Measure {
    /// Whether it is as good as another value or better. A value of another direction is not
    /// comparable, and so never as good.
    pub(crate) fn is_no_worse_than(self, other: Self) -> bool {
        match (self, other) {
            (Self::AtMost(now), Self::AtMost(before)) => now <= before,
            (Self::AtLeast(now), Self::AtLeast(before)) => now >= before,
            (Self::UpTo(now), Self::UpTo(before)) => now <= before,
            (Self::AtMost(_) | Self::AtLeast(_) | Self::UpTo(_), _) => false,
        }
    }

    /// Whether `now` is as good as `before` or better. Where only one of them was measured they
    /// are not comparable.
    pub(crate) fn holds(now: Option<Self>, before: Option<Self>) -> bool {
        match (now, before) {
            (Some(now), Some(before)) => now.is_no_worse_than(before),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

/// A part with what was measured of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) part: Part,
    pub(crate) measure: Option<Measure>,
    /// The sentence that version 0.1 of the baseline digested instead of the part.
    formerly: Option<String>,
}

impl Piece {
    /// Says what was measured, if anything was.
    #[must_use]
    pub(crate) fn measured(mut self, measure: impl Into<Option<Measure>>) -> Self {
        self.measure = measure.into();
        self
    }

    /// Says which sentence an entry of an older baseline digested. Whoever rewords the message
    /// gives the old sentence here, until no baseline of that form is read any more.
    #[must_use]
    pub(crate) fn formerly(mut self, text: impl Into<String>) -> Self {
        self.formerly = Some(text.into());
        self
    }

    /// The name that an entry of an older baseline has for it. None where it had none.
    pub(crate) fn old_name(&self) -> Option<String> {
        let text = self.formerly.clone().or_else(|| self.part.formerly())?;
        Some(format!("sha256:{}", sha256(text.as_bytes())))
    }
}

impl From<Part> for Piece {
    fn from(part: Part) -> Self {
        Self { part, measure: None, formerly: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_part_has_a_name_of_its_own() {
        let threshold = |miss| Part::Threshold {
            metric: "auc".into(),
            split: Some("holdout-2026".into()),
            miss,
        };
        let section = Part::Section {
            path: "aims.yaml".into(),
            section: "purpose".into(),
            now: Now::is("0123456789abcdef"),
        };
        for (part, name) in [
            (Part::Whole, "whole"),
            (threshold(Miss::Bound), "threshold:auc@holdout-2026"),
            (threshold(Miss::NoFile), "threshold:auc@holdout-2026#no-file"),
            (Part::element_for(Class::High, "owner"), "element:high/owner"),
            (Part::element("owner"), "element:owner"),
            (section, "section:aims.yaml#purpose@0123456789ab"),
            (Part::File { path: "m.bin".into(), now: Now::Gone }, "file:m.bin@gone"),
            (
                Part::Setting {
                    file: "aims.yaml".into(),
                    pointer: "/a/b".into(),
                    mistake: MistakeKind::UnknownKey,
                },
                "setting:aims.yaml#/a/b:unknown-key",
            ),
        ] {
            assert_eq!(part.to_string(), name);
        }
    }

    #[test]
    fn a_value_that_came_closer_to_its_bound_is_no_worse() {
        for (now, before, holds) in [
            (Some(Measure::AtMost(0.035)), Some(Measure::AtMost(0.04)), true),
            (Some(Measure::AtMost(0.04)), Some(Measure::AtMost(0.04)), true),
            (Some(Measure::AtMost(0.05)), Some(Measure::AtMost(0.04)), false),
            (Some(Measure::AtLeast(0.7)), Some(Measure::AtLeast(0.6)), true),
            (Some(Measure::AtLeast(0.5)), Some(Measure::AtLeast(0.6)), false),
            (Some(Measure::AtLeast(0.5)), Some(Measure::AtMost(0.6)), false),
            (Some(Measure::AtMost(f64::NAN)), Some(Measure::AtMost(0.6)), false),
            (Some(Measure::AtMost(0.1)), None, false),
            (None, Some(Measure::AtMost(0.1)), false),
            (None, None, true),
        ] {
            assert_eq!(Measure::holds(now, before), holds, "{now:?} {before:?}");
        }
    }

    #[test]
    fn an_older_baseline_named_it_by_the_digest_of_its_words() {
        let named = |piece: Piece| piece.old_name();
        let digest = |text: &str| Some(format!("sha256:{}", sha256(text.as_bytes())));
        assert_eq!(named(Part::element_for(Class::High, "owner").into()), digest("high owner"));
        assert_eq!(named(Part::Whole.into()), digest(""));
        let missed = Part::Threshold { metric: "auc".into(), split: None, miss: Miss::Bound };
        assert_eq!(named(missed.clone().into()), None);
        assert_eq!(named(Piece::from(missed).formerly("auc is 1")), digest("auc is 1"));
    }
}
