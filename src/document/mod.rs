//! Documents as values with places: YAML, JSON, TOML, CSV, XLSX, metrics of MLflow, and prose with
//! front matter: Markdown, reStructuredText, AsciiDoc, DOCX.
//!
//! [`parse`] never fails. What cannot be read is kept as [`Body::Damaged`] with the reason and the
//! place, because "could not read" must reach the verdict and "nothing there" must not be it.
//!
//! # Design
//!
//! A document is a tree of values in which every key and every value has its byte range. Lines and
//! columns are computed only when a report shows a place. A document that cannot be read stays in
//! the tree as damaged, with the reason and the place, so that the verdict can become
//! could-not-decide.

mod decode;
mod decode_error;
mod json;
mod limits;
mod mistakes;
mod names;
pub(crate) mod prose;
mod quote;
mod shifted;
mod table;
mod toml;
pub(crate) mod value;
#[cfg(feature = "office")]
mod word;
mod yaml;

pub(crate) use decode::{Spanned, decode};
pub(crate) use decode_error::{DecodeError, MistakeKind};
pub(crate) use limits::{Damage, LIMITS, Limits};
pub(crate) use mistakes::further_mistakes;
pub(crate) use names::{meant, nearest};
pub(crate) use prose::Prose;
pub(crate) use quote::{quote, quotes};
use shifted::at;
pub(crate) use value::{Key, Node, Scalar, ScalarKind, Value};

use crate::span::{RepoPath, Span};

/// A document of the repository.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) path: RepoPath,
    /// The text; empty where the bytes are not text or were not read. That of a Word document is
    /// the Markdown it was read as.
    pub(crate) source: String,
    pub(crate) body: Body,
    /// Which part of a workbook it is, in words.
    pub(crate) part: Option<String>,
}

/// What a document turned out to be.
#[derive(Debug)]
pub(crate) enum Body {
    /// YAML, JSON, TOML, or the rows of a table.
    Tree(Node),
    Prose(Prose),
    /// It could not be read.
    Damaged(Damage),
}

/// The formats the gate reads, by file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Yaml,
    Json,
    Toml,
    Csv,
    Xlsx,
    /// A metric of a run in MLflow's file store: `metrics/auc`.
    Metric,
    Markdown,
    RestructuredText,
    Asciidoc,
    /// A Word document, read as the Markdown that says the same.
    Docx,
}

impl Format {
    /// The format that a file of this name is read as.
    pub(crate) fn of(path: &RepoPath) -> Option<Self> {
        match path.extension().as_str() {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            "toml" => Some(Self::Toml),
            "csv" | "tsv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "md" | "markdown" | "mdx" => Some(Self::Markdown),
            "rst" => Some(Self::RestructuredText),
            "adoc" | "asciidoc" => Some(Self::Asciidoc),
            "docx" => Some(Self::Docx),
            "" if path.parent().file_name() == "metrics" => Some(Self::Metric),
            _ => None,
        }
    }
}

impl Document {
    /// A document that could not even be fetched, and why.
    pub(crate) fn unreadable(path: RepoPath, reason: impl Into<String>) -> Self {
        let damage = Damage::new(Span::default(), reason);
        Self { path, source: String::new(), body: Body::Damaged(damage), part: None }
    }

    /// Whether its text has lines that a person finds in the file.
    pub(crate) fn has_lines(&self) -> bool {
        !self.source.is_empty() && Format::of(&self.path) != Some(Format::Docx)
    }

    /// The value tree of a document of data.
    ///
    /// # Errors
    /// The damage, or that this is prose where data was expected.
    pub(crate) fn tree(&self) -> Result<&Node, Damage> {
        match &self.body {
            Body::Tree(node) => Ok(node),
            Body::Damaged(damage) => Err(damage.clone()),
            Body::Prose(_) => Err(Damage::new(Span::default(), "prose where data is expected")),
        }
    }

    /// What it says about itself: its front matter, or the top of its data.
    pub(crate) fn metadata(&self) -> Option<&Node> {
        match &self.body {
            Body::Tree(root) => Some(root),
            Body::Prose(prose) => prose.front_matter.as_ref(),
            Body::Damaged(_) => None,
        }
    }

    /// A key of what it says about itself, under any spelling of it.
    pub(crate) fn metadata_of(&self, key: &str) -> Option<&Node> {
        let same = |name: &str| name.replace('_', "-").eq_ignore_ascii_case(key);
        self.metadata()?.entries().iter().find(|(name, _)| same(&name.text)).map(|(_, value)| value)
    }

    /// Why it could not be read, if so. Damaged front matter damages the document.
    pub(crate) fn damage(&self) -> Option<&Damage> {
        match &self.body {
            Body::Damaged(damage) => Some(damage),
            Body::Prose(markdown) => markdown.damage.as_ref(),
            Body::Tree(_) => None,
        }
    }
}

/// Reads a document by the format its name tells; a name that tells none is damaged.
pub(crate) fn parse(path: RepoPath, bytes: Vec<u8>) -> Document {
    parse_within(path, bytes, &LIMITS)
}

/// Reads a document whose text is a value of another one, at `span` of it. All of it has the place
/// of that value.
pub(crate) fn embedded(around: &Document, name: &RepoPath, text: &str, span: Span) -> Document {
    let mut document = parse(name.clone(), text.as_bytes().to_vec());
    match &mut document.body {
        Body::Tree(node) => node.place(span),
        Body::Damaged(damage) => damage.span = span,
        Body::Prose(_) => {}
    }
    Document { path: around.path.clone(), ..document }
}

fn parse_within(path: RepoPath, bytes: Vec<u8>, limits: &Limits) -> Document {
    let Some(format) = Format::of(&path) else {
        let remedy = match path.extension().as_str() {
            "xml" => "a bill of materials has a form in JSON; keep other text in one of them",
            "pdf" | "doc" | "odt" | "rtf" | "pages" => {
                "keep its text in one of them, or write a pointer to it"
            }
            _ => "keep its text in one of them",
        };
        let reason = format!(
            "not a format the gate reads (YAML, JSON, TOML, CSV, XLSX, Markdown, reStructuredText, \
             AsciiDoc, DOCX, a metric of MLflow); {remedy}"
        );
        return Document::unreadable(path, reason);
    };
    if bytes.len() as u64 > limits.bytes {
        return Document::unreadable(path, format!("larger than {} bytes", limits.bytes));
    }
    let read = match format {
        Format::Xlsx => table::xlsx(&bytes, limits)
            .map(|(table, part)| (String::new(), Body::Tree(table), Some(part))),
        Format::Docx => word_text(&bytes, limits).map(|source| {
            let prose = prose::markdown(&source, 0, limits);
            (source, Body::Prose(prose), None)
        }),
        _ => return text(path, bytes, format, limits),
    };
    let (source, body, part) =
        read.unwrap_or_else(|damage| (String::new(), Body::Damaged(damage), None));
    Document { path, source, body, part }
}

/// Reads a document that is kept as text.
fn text(path: RepoPath, bytes: Vec<u8>, format: Format, limits: &Limits) -> Document {
    let source = match String::from_utf8(bytes) {
        Ok(source) => source,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            return Document::unreadable(path, format!("not UTF-8 text from byte {at} on"));
        }
    };
    let body = match read(&path.file_name(), &source, format, limits) {
        Ok(body) => body,
        Err(damage) => Body::Damaged(damage),
    };
    Document { path, source, body, part: None }
}

fn read(name: &str, source: &str, format: Format, limits: &Limits) -> Result<Body, Damage> {
    const BYTE_ORDER_MARK: &str = "\u{feff}";
    let skip = if source.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let text = &source[skip..];
    match format {
        Format::Markdown => Ok(Body::Prose(prose::markdown(text, skip, limits))),
        Format::RestructuredText => Ok(Body::Prose(prose::restructured_text(text, skip))),
        Format::Asciidoc => Ok(Body::Prose(prose::asciidoc(text, skip))),
        Format::Csv => at(skip, table::csv(text, limits)).map(Body::Tree),
        Format::Metric => at(skip, table::metric(name, text, limits)).map(Body::Tree),
        // Bytes, read before they would have to be text.
        Format::Xlsx | Format::Docx => {
            Err(Damage::new(Span::default(), "text where a package is expected"))
        }
        Format::Json => at(skip, json::parse(text, limits)).map(Body::Tree),
        Format::Toml => at(skip, toml::parse(text, limits)).map(Body::Tree),
        Format::Yaml => at(skip, yaml::parse(text, limits)).map(Body::Tree),
    }
}

#[cfg(feature = "office")]
fn word_text(bytes: &[u8], limits: &Limits) -> Result<String, Damage> {
    word::markdown(bytes, limits)
}

#[cfg(not(feature = "office"))]
fn word_text(_: &[u8], _: &Limits) -> Result<String, Damage> {
    Err(Damage::new(Span::default(), "this build reads no Word documents; save it as Markdown"))
}

#[cfg(test)]
mod tests;
