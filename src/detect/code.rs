//! What in a source shows AI, in every language but Python: imports, calls, addresses and ids.
//!
//! # Design
//!
//! A file is split only where a word occurs that could count, found by one pass over its bytes. An
//! import of a client of a hosted model is evidence of it, because code imports one to call it. An
//! import of a framework says which one is used and no more; a call of it that defines, trains or
//! runs a model is evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::hosted;
use super::languages::{Ecosystem, KnownImport, ShownKind, SourceLanguage, commands};
use super::lexer::{Lexed, find, lex};
use super::model_ids::is_owned_id;
use super::patterns::compiled;
use crate::asset::{AssetKind, Detection, Strength};
use crate::span::Span;

/// Imports that are looked at in one file.
const MOST_IMPORTS: usize = 10_000;

/// Strings of a file that may be ids.
const MOST_IDS: usize = 200;

/// Returns what a source shows.
pub(super) fn detections(language: &SourceLanguage, source: &[u8]) -> Vec<Detection> {
    let ecosystem = language.ecosystem();
    if !ecosystem.words.is_match(source) {
        return Vec::new();
    }
    let lexed = lex(source, &language.lexis());
    let read = SourceRead { source, lexed, has_strings: language.has_strings() };
    let imported = read.imports(language);
    let mut found = Vec::new();
    for (known, span) in imported.values() {
        read.import(known, *span, &mut found);
    }
    read.patterns(ecosystem, &mut found);
    read.addresses(&mut found);
    let is_called = |it: &Detection| it.kind == AssetKind::HostedService;
    let hub = imported.values().any(|(known, _)| known.hub);
    let hosted = found.iter().any(is_called) || imported.values().any(|(known, _)| known.ids);
    read.ids(hosted, hub, &mut found);
    found
}

/// Returns what the commands of a recipe show: of a container, of services, of a build.
pub(super) fn of_commands(source: &[u8], lexed: Lexed) -> Vec<Detection> {
    let read = SourceRead { source, lexed, has_strings: false };
    let mut found = Vec::new();
    read.patterns(commands(), &mut found);
    found
}

pub(super) fn evidence(kind: AssetKind, name: impl Into<String>, span: Span) -> Detection {
    Detection::evidence(kind, name, Some(span))
}

/// A source that was split.
struct SourceRead<'s> {
    source: &'s [u8],
    lexed: Lexed,
    has_strings: bool,
}

impl SourceRead<'_> {
    fn text(&self, span: Span) -> String {
        String::from_utf8_lossy(&self.source[span.start..span.end]).into_owned()
    }

    /// What is imported, each once, with where it is.
    fn imports<'l>(
        &self,
        language: &'l SourceLanguage,
    ) -> BTreeMap<&'l str, (&'l KnownImport, Span)> {
        let mut found = BTreeMap::new();
        let ecosystem = language.ecosystem();
        for pattern in &language.imports {
            for captures in pattern.captures_iter(self.source).take(MOST_IMPORTS) {
                let (Some(all), Some(group)) = (captures.get(0), captures.get(1)) else { continue };
                let text = all.as_bytes();
                let blanks = text.len() - text.trim_ascii_start().len();
                let begins = all.start() + blanks.min(text.len().saturating_sub(1));
                let is_type =
                    text.starts_with(b"import type ") || text.starts_with(b"export type ");
                if is_type || !self.lexed.is_code(self.source, begins) {
                    continue;
                }
                let names = String::from_utf8_lossy(group.as_bytes());
                for name in names.split(',') {
                    let span = Span::new(group.start(), group.end());
                    if let Some(known) = ecosystem.import(name.trim()) {
                        found.entry(known.name.as_str()).or_insert((known, span));
                    }
                }
            }
        }
        found
    }

    /// What one import shows, with the calls that go with it.
    fn import(&self, known: &KnownImport, span: Span, found: &mut Vec<Detection>) {
        if let Some(service) = &known.service {
            found.push(evidence(AssetKind::HostedService, service, span));
            return;
        }
        found.push(evidence(AssetKind::Framework, &known.name, span));
        let calls = [
            (AssetKind::ModelDefinition, &known.defines),
            (AssetKind::Training, &known.trains),
            (AssetKind::ModelUse, &known.runs),
        ];
        for (kind, calls) in calls {
            let first = calls.iter().filter_map(|call| Some((self.call(call)?, call))).min();
            if let Some((span, call)) = first {
                found.push(evidence(kind, format!("{}: {call}", known.name), span));
            }
        }
    }

    /// Where a function is called first: its name, then an opening bracket, with what stands
    /// between the two in some languages. A dot in a name is what separates names here.
    fn call(&self, name: &str) -> Option<Span> {
        let code = &self.lexed.code;
        let name = &name.replace("::", ".").replace('$', ".");
        let last = name.rsplit('.').next().unwrap_or(name);
        let mut from = 0;
        while let Some(at) = find(code, last.as_bytes(), from) {
            let end = at + last.len();
            from = end;
            let is_call = !is_name_at(code, end)
                && !before_is_name(code, at)
                && is_called_at(code, end, name);
            if is_call && let Some(start) = self.path_start(name, at) {
                return Some(Span::new(start, end));
            }
        }
        None
    }

    /// Where the path of a call begins that ends with a name at a place.
    fn path_start(&self, name: &str, at: usize) -> Option<usize> {
        let Some((path, _)) = name.rsplit_once('.') else { return Some(at) };
        let code = &self.lexed.code[..at];
        let mut rest = code;
        for part in path.rsplit('.') {
            rest = separator_before(rest)?.trim_ascii_end().strip_suffix(part.as_bytes())?;
        }
        let here = rest.len();
        (!before_is_name(code, here)).then_some(here)
    }

    /// What counts without an import.
    fn patterns(&self, ecosystem: &Ecosystem, found: &mut Vec<Detection>) {
        for shown in &ecosystem.patterns {
            for captures in shown.pattern.captures_iter(self.source).take(MOST_IDS) {
                let Some(all) = captures.get(0) else { continue };
                let blanks = all.as_bytes().len() - all.as_bytes().trim_ascii_start().len();
                if !self.lexed.is_code(self.source, all.start() + blanks)
                    || (!self.has_strings && self.is_printed(all.start() + blanks))
                {
                    continue;
                }
                let group = captures.get(1).unwrap_or(all);
                let span = Span::new(group.start(), group.end());
                let text = self.text(span);
                let text = text.trim_matches(['`', '"', '[', ']', '\'']);
                let name = shown.name.clone().unwrap_or_else(|| text.to_owned());
                let kind = match shown.kind {
                    ShownKind::Training => AssetKind::Training,
                    ShownKind::Use => AssetKind::ModelUse,
                    ShownKind::Service => AssetKind::HostedService,
                    ShownKind::Hub if is_owned_id(text) => AssetKind::HubModel,
                    ShownKind::Hub => continue,
                    ShownKind::HostedModel => AssetKind::HostedModel,
                };
                if let Some(service) = &shown.service {
                    found.push(evidence(AssetKind::HostedService, service, span));
                }
                found.push(evidence(kind, name, span));
            }
        }
    }

    /// Whether a line of a shell only prints what stands at a place, and runs nothing before it.
    fn is_printed(&self, at: usize) -> bool {
        static PRINTS: LazyLock<Regex> = LazyLock::new(|| {
            compiled(concat!(
                r"^[ \t]*(?:echo|printf|print|log\w*|info|warn\w*|error|success|say|note",
                r"|Write-\w+|Log-\w+)[ \t]+[^|;&`]*$",
            ))
        });
        /// Bytes of a line that are looked at.
        const LONGEST: usize = 400;
        let before = &self.source[at.saturating_sub(LONGEST)..at];
        let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        PRINTS.is_match(line) && find(line, b"$(", 0).is_none()
    }

    /// Addresses of model services in strings, or in code where a language has no strings.
    fn addresses(&self, found: &mut Vec<Detection>) {
        for (service, start, end) in hosted::addresses(self.source) {
            let counts = if self.has_strings {
                self.lexed.in_string(start)
            } else {
                self.lexed.is_code(self.source, start)
            };
            let known = |it: &Detection| it.kind == AssetKind::HostedService && it.name == service;
            if counts && !found.iter().any(known) {
                found.push(evidence(AssetKind::HostedService, service, Span::new(start, end)));
            }
        }
    }

    /// Strings that are ids of models: of a service where one is called, of a hub where one is.
    fn ids(&self, hosted: bool, hub: bool, found: &mut Vec<Detection>) {
        let mut known: BTreeSet<String> = BTreeSet::new();
        for span in &self.lexed.strings {
            if span.end - span.start > 96 || span.end == span.start || known.len() >= MOST_IDS {
                continue;
            }
            let text = self.text(*span);
            let is_plain = || hosted::beginnings().any(|it| text.starts_with(it));
            let (kind, strength) = if hub && is_owned_id(&text) && self.names_a_model(*span) {
                (AssetKind::HubModel, Strength::Evidence)
            } else if (hosted || is_plain()) && hosted::is_hosted_id(&text) {
                let strength = if hosted { Strength::Evidence } else { Strength::Hint };
                (AssetKind::HostedModel, strength)
            } else {
                continue;
            };
            if known.insert(text.clone()) {
                found.push(Detection { strength, ..evidence(kind, text, *span) });
            }
        }
        if hosted {
            for (name, span) in self.constants() {
                if known.insert(name.clone()) {
                    found.push(evidence(AssetKind::HostedModel, name, span));
                }
            }
        }
    }

    /// Whether what stands before a string says that it names a model.
    fn names_a_model(&self, span: Span) -> bool {
        static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
            compiled(concat!(
                "(?is)(?:from_pretrained|from_gguf|pipeline|loadModel\\w*|load_model",
                "|load_tokenizer|loadContainer|TextModelBuilder::new|repo|\\.model|optModelUrls",
                r#"|model(?:_?(?:name|id|path|repo))?["']?\s*(?:[:=]|=>)\s*\{?\s*"#,
                r"(?::hf\s*,\s*)?)\W{0,4}[^;\n]{0,80}$",
            ))
        });
        let line = span.start.saturating_sub(160);
        BEFORE.is_match(&self.source[line..span.start])
    }

    /// Constants of clients that stand for ids: `ChatModel.GPT_4O`, `openai.GPT4oMini`.
    fn constants(&self) -> Vec<(String, Span)> {
        static CONSTANTS: LazyLock<Regex> = LazyLock::new(|| {
            compiled(concat!(
                r"\b(?:\w*(?:Model|ModelName)\.|openai\.|models?\.|ModelName)",
                r"((?:Chat)?(?:GPT|CLAUDE|Claude|GEMINI|ModelClaude)\w{1,40})",
            ))
        });
        let hits = CONSTANTS.captures_iter(&self.lexed.code).take(MOST_IDS);
        hits.filter_map(|captures| {
            let group = captures.get(1)?;
            let name = as_id(&String::from_utf8_lossy(group.as_bytes()))?;
            Some((name, Span::new(group.start(), group.end())))
        })
        .collect()
    }
}

/// The id that a constant stands for, where its words say it without a doubt.
fn as_id(constant: &str) -> Option<String> {
    let constant = constant.strip_prefix("Chat").unwrap_or(constant);
    let mut id = String::new();
    let mut previous = '_';
    for c in constant.replace("Dot", ".").chars() {
        let begins = c.is_ascii_uppercase() && previous.is_ascii_lowercase();
        let counts = c.is_ascii_digit() && previous.is_ascii_alphabetic() && !begins;
        let separate = begins || counts || (c.is_ascii_uppercase() && previous.is_ascii_digit());
        if separate && !id.ends_with('-') && c != 'O' {
            id.push('-');
        }
        id.push(if c == '_' { '-' } else { c.to_ascii_lowercase() });
        previous = c;
    }
    let id =
        id.replace("gpt-4-o", "gpt-4o").replace("gpt-3-5", "gpt-3.5").replace("gpt-4-1", "gpt-4.1");
    hosted::is_hosted_id(&id).then_some(id)
}

/// What stands before the mark between two parts of a path.
fn separator_before(code: &[u8]) -> Option<&[u8]> {
    let code = code.trim_ascii_end();
    let marks: [&[u8]; 6] = [b"?.", b".", b"::", b"->", b"$", b"\\"];
    marks.into_iter().find_map(|mark| code.strip_suffix(mark))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_name_at(code: &[u8], at: usize) -> bool {
    code.get(at).is_some_and(|byte| is_name(*byte))
}

fn before_is_name(code: &[u8], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| code.get(before).is_some_and(|byte| is_name(*byte)))
}

/// Whether a call opens here, behind the parameters of a type or the mark of a macro.
fn is_called_at(code: &[u8], end: usize, name: &str) -> bool {
    /// Bytes of the longest parameters of a type.
    const LONGEST: usize = 120;
    let rest = code.get(end..(end + LONGEST).min(code.len())).unwrap_or_default();
    let rest = rest.strip_prefix(b"!").unwrap_or(rest);
    let rest = rest.strip_prefix(b"::").unwrap_or(rest).trim_ascii_start();
    let rest = match rest.first() {
        Some(b'<' | b'[') => {
            let close = if rest[0] == b'<' { b'>' } else { b']' };
            let end = rest.iter().position(|byte| *byte == close || *byte == b'\n');
            end.and_then(|end| rest.get(end + 1..)).unwrap_or_default().trim_ascii_start()
        }
        _ => rest,
    };
    // A type that is made in braces, a block of Kotlin or Ruby, an argument without brackets.
    let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
    match rest.first() {
        Some(b'(') => true,
        Some(b'{') => is_type,
        _ => name.ends_with(".new"),
    }
}
