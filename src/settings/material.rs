//! `material` of the rules: whose change is a material one, or is not, whatever its name says.
//!
//! # Design
//!
//! Owners name what is material beside what the file name tells, and never instead of it. A file
//! keeps the kind that its name tells and gets those it is named, because decisions differ in which
//! kinds they cover. Only `none` takes a file out, and that is compared like a weaker rule.

use globset::GlobSet;
use serde::Deserialize;

use super::Mistake;
use super::pattern::{covers, glob};
use crate::document::{Document, Spanned};
use crate::span::{Place, RepoPath};

/// A kind of content whose change is a material one (8.2, 8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Material {
    Risks,
    Purpose,
    Weights,
    Data,
    Prompts,
    Thresholds,
    Evaluation,
    /// What was found out about effects on people and about safeguards.
    Assessment,
    /// An envelope: what a program may change by itself, and what it must not.
    Envelope,
}

impl Material {
    /// Returns the kind of content in words, for messages.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Risks => "the risks",
            Self::Purpose => "the purpose",
            Self::Weights => "the model",
            Self::Data => "the data",
            Self::Prompts => "the prompts",
            Self::Thresholds => "thresholds and configuration",
            Self::Evaluation => "what it was evaluated with",
            Self::Assessment => "what was assessed",
            Self::Envelope => "what retraining may change",
        }
    }
}

/// One line of `material`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct MaterialPath {
    path: Spanned<String>,
    #[serde(rename = "as")]
    counts: MaterialCounts,
    because: Option<Spanned<String>>,
}

/// The kind of content that a line of `material` gives a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MaterialCounts {
    Weights,
    Data,
    Prompts,
    Thresholds,
    Evaluation,
    None,
}

impl MaterialCounts {
    fn kind(self) -> Option<Material> {
        match self {
            Self::Weights => Some(Material::Weights),
            Self::Data => Some(Material::Data),
            Self::Prompts => Some(Material::Prompts),
            Self::Thresholds => Some(Material::Thresholds),
            Self::Evaluation => Some(Material::Evaluation),
            Self::None => None,
        }
    }
}

/// Checks the lines of a file and returns the places of those with `as: none`, which may let
/// something pass.
///
/// # Errors
/// The first mistake in them.
pub(super) fn read(document: &Document, lines: &[MaterialPath]) -> Result<Vec<Place>, Mistake> {
    let mut loosening = Vec::new();
    for line in lines {
        if let Err(why) = glob(&RepoPath::root(), &line.path.value) {
            return Err(Mistake::new(document, line.path.span, why));
        }
        if line.counts.kind().is_some() {
            continue;
        }
        let said = line.because.as_ref().map_or(0, |it| it.value.split_whitespace().count());
        if said < 3 {
            let span = line.because.as_ref().map_or(line.path.span, |it| it.span);
            let message = "say in a sentence of `because` why a change of it decides nothing";
            return Err(Mistake::new(document, span, message));
        }
        loosening.push(Place::bytes(document.path.clone(), line.path.span));
    }
    Ok(loosening)
}

/// The lines of `material` of all files of rules that hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Materials(Vec<MaterialLine>);

#[derive(Clone, Debug)]
struct MaterialLine {
    /// The folder that the pattern is relative to.
    base: RepoPath,
    pattern: String,
    counts: MaterialCounts,
    files: GlobSet,
}

impl MaterialLine {
    fn says_the_same(&self, other: &Self) -> bool {
        (&self.base, &self.pattern, self.counts) == (&other.base, &other.pattern, other.counts)
    }
}

impl Materials {
    /// Adds the lines of one file of rules, whose folder is `base`. A nested file can only name
    /// more, so its `none` is left out.
    pub(super) fn add(&mut self, base: &RepoPath, lines: Vec<MaterialPath>, outermost: bool) {
        let lines = lines.into_iter().filter(|line| outermost || line.counts.kind().is_some());
        self.0.extend(lines.map(|line| {
            let files = covers([(base, line.path.value.as_str())]);
            MaterialLine {
                base: base.clone(),
                pattern: line.path.value,
                counts: line.counts,
                files,
            }
        }));
    }

    /// Keeps of these lines and another branch's what is stricter: every named kind of either, and
    /// the exceptions of both.
    pub(super) fn and(&mut self, other: &Self) {
        self.0.retain(|line| {
            line.counts.kind().is_some() || other.0.iter().any(|it| it.says_the_same(line))
        });
        let is_new = |line: &&MaterialLine| {
            line.counts.kind().is_some() && !self.0.iter().any(|it| it.says_the_same(line))
        };
        let added: Vec<MaterialLine> = other.0.iter().filter(is_new).cloned().collect();
        self.0.extend(added);
    }

    /// Returns each line that names a kind of content: the kind, the folder and the pattern below
    /// it.
    pub(crate) fn named(&self) -> impl Iterator<Item = (Material, &RepoPath, &str)> {
        self.0
            .iter()
            .filter_map(|line| Some((line.counts.kind()?, &line.base, line.pattern.as_str())))
    }

    /// Returns whether a line names the file as a kind of content.
    pub(crate) fn names(&self, path: &RepoPath) -> bool {
        self.of(path).any(|line| line.counts.kind().is_some())
    }

    /// Returns whether a line takes the file out, so that its name does not make it material.
    pub(crate) fn excepts(&self, path: &RepoPath) -> bool {
        self.of(path).any(|line| line.counts.kind().is_none())
    }

    fn of(&self, path: &RepoPath) -> impl Iterator<Item = &MaterialLine> {
        let path = path.to_string();
        self.0.iter().filter(move |line| line.files.is_match(&path))
    }

    /// Returns the points in which `new` asks for less: the pattern, and the kind of content that
    /// is no longer named. The kind is `None` where `new` takes files out.
    pub(super) fn looser<'m>(
        &'m self,
        new: &'m Self,
    ) -> impl Iterator<Item = (&'m str, Option<Material>)> {
        let lacks =
            |other: &Self, line: &MaterialLine| !other.0.iter().any(|it| it.says_the_same(line));
        let lost =
            self.0.iter().filter(move |line| line.counts.kind().is_some() && lacks(new, line));
        let excepted =
            new.0.iter().filter(move |line| line.counts.kind().is_none() && lacks(self, line));
        lost.chain(excepted).map(|line| (line.pattern.as_str(), line.counts.kind()))
    }
}
