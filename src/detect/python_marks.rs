//! What a module of Python shows beside its calls: libraries that it imports, ids of hosted models.

use std::collections::{BTreeMap, BTreeSet};

use super::hosted;
use super::packages::python_module;
use super::python_lexer::TokenKind;
use super::python_names::root;
use super::python_reader::{PythonFacts, PythonText};
use crate::asset::{AssetKind, Detection, Strength};

/// Ids of one module, and ids that one argument may be.
const MOST_IDS: usize = 200;

/// Returns the libraries for models that are imported, each where an import names it first. What is
/// imported under a condition, or in a function, may never be: that is a hint.
pub(super) fn libraries(text: &PythonText<'_>, facts: &PythonFacts<'_>) -> Vec<Detection> {
    let named = facts.imports.iter().map(|(_, path)| path.as_str());
    let roots = named.chain(facts.wildcards.iter().copied()).map(root);
    let mut modules: BTreeSet<&str> = roots.filter_map(python_module).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() && !modules.is_empty() {
        let is_import = text.is_word(at, "import") || text.is_word(at, "from");
        let start = text.span(&(at..at + 1)).start;
        let is_always = start == 0 || text.source.as_bytes().get(start - 1) == Some(&b'\n');
        at += 1;
        // `import a.b, c as d`: every name of the statement.
        while is_import && (text.kind(at) == TokenKind::Name || text.is(at, b',')) {
            if modules.remove(text.word(at)) {
                let span = text.span(&(at..at + 1));
                let library = Detection::evidence(AssetKind::Framework, text.word(at), Some(span));
                let strength = if is_always { Strength::Evidence } else { Strength::Hint };
                found.push(Detection { strength, ..library });
            }
            at = if text.is(at, b',') { at + 1 } else { text.chain_end(at) };
        }
    }
    // What is imported by a call has no such statement.
    found.extend(modules.iter().map(|it| Detection::hint(AssetKind::Framework, *it, None)));
    found
}

/// Returns the texts that are the id of a hosted model and nothing else, beside what was found.
/// Where a client of a service is in the module, one that is given to a name of a model is sure.
pub(super) fn hosted_ids(text: &PythonText<'_>, beside: &[Detection]) -> Vec<Detection> {
    let has_client = beside.iter().any(|it| it.kind == AssetKind::HostedService);
    let known = beside.iter().filter(|it| it.kind == AssetKind::HostedModel);
    let known: BTreeSet<&str> = known.map(|it| it.name.as_str()).collect();
    let mut found: BTreeMap<&str, Detection> = BTreeMap::new();
    for at in 0..text.tokens.len() {
        if text.kind(at) != TokenKind::Text || found.len() >= MOST_IDS {
            continue;
        }
        let word = text.word(at);
        let is_id =
            hosted::beginnings().any(|it| word.starts_with(it)) && hosted::is_hosted_id(word);
        if !is_id || known.contains(word) {
            continue;
        }
        let is_sure = has_client && is_given_to_a_model(text, at);
        let strength = if is_sure { Strength::Evidence } else { Strength::Hint };
        let span = Some(text.span(&(at..at + 1)));
        let new = Detection::evidence(AssetKind::HostedModel, word, span);
        let known = found.entry(word).or_insert(Detection { strength, ..new });
        known.strength = known.strength.max(strength);
    }
    found.into_values().collect()
}

/// Whether a text is the value of a name that a model has: `model = "..."`, `model: str = "..."`.
fn is_given_to_a_model(text: &PythonText<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(2).filter(|_| text.is(at - 1, b'=')) else { return false };
    // A hint of a type between the name and the value is one name.
    let name = match before.checked_sub(2) {
        Some(name) if text.is(before - 1, b':') => name,
        _ => before,
    };
    text.name(name).is_some_and(|it| it.to_ascii_lowercase().contains("model"))
}

/// Returns the texts that a name is compared with in lists: `assert NAME in {"a", "b"}`.
pub(super) fn choices<'s>(text: &PythonText<'s>) -> BTreeMap<&'s str, Vec<&'s str>> {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for at in 0..text.tokens.len().saturating_sub(2) {
        let Some(name) = text.name(at) else { continue };
        if !text.is_word(at + 1, "in") || !text.is_open(at + 2) {
            continue;
        }
        let end = text.next(at + 2) - 1;
        // What is no list of texts is left at its first item that is none.
        let items = (at + 3..end).filter(|it| !text.is(*it, b',')).take(MOST_IDS);
        let texts = items.map(|it| (text.kind(it) == TokenKind::Text).then(|| text.word(it)));
        if let Some(texts) = texts.collect::<Option<Vec<&str>>>() {
            all.entry(name).or_default().extend(texts);
        }
    }
    all
}
