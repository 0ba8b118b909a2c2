//! `inventory` of the rules: what shows AI here beside what ships, such as a company's own client.
//!
//! # Design
//!
//! An entry only adds: what it names is found where nothing was, and never the other way round. So
//! adding one needs no signature, and taking one out is a weaker rule.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Mistake;
use crate::document::{Document, Node};
use crate::span::Span;

/// What rules add to what shows AI.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub(crate) struct OwnAi {
    /// Packages whose import is the use of a model.
    pub(crate) packages: BTreeSet<String>,
    /// Services that run models, by the ids that the register names.
    pub(crate) services: BTreeMap<String, OwnService>,
    /// Endings of files that hold models, without the dot.
    pub(crate) model_endings: BTreeSet<String>,
}

/// A service that runs models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub(crate) struct OwnService {
    /// Hosts, and beginnings of addresses, that requests go to.
    pub(crate) hosts: BTreeSet<String>,
    /// Packages that are clients of it.
    pub(crate) packages: BTreeSet<String>,
}

/// The most entries of a file.
const MOST: usize = 100;

/// Bytes of the longest entry.
const LONGEST: usize = 100;

impl OwnAi {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what other rules name.
    pub(crate) fn add(&mut self, other: &Self) {
        self.packages.extend(other.packages.iter().cloned());
        self.model_endings.extend(other.model_endings.iter().cloned());
        for (id, service) in &other.services {
            let known = self.services.entry(id.clone()).or_default();
            known.hosts.extend(service.hosts.iter().cloned());
            known.packages.extend(service.packages.iter().cloned());
        }
    }

    /// Returns each entry as it is told.
    pub(crate) fn entries(&self) -> BTreeSet<String> {
        let of = |key: &'static str, all: &BTreeSet<String>| {
            all.iter().map(move |it| format!("{key}.{it}")).collect::<Vec<_>>()
        };
        let services = self.services.iter().flat_map(|(id, it)| {
            let named = |what: &str, all: &BTreeSet<String>| {
                all.iter().map(|it| format!("services.{id}.{what}.{it}")).collect::<Vec<_>>()
            };
            [named("hosts", &it.hosts), named("packages", &it.packages)].concat()
        });
        let plain = of("packages", &self.packages).into_iter();
        plain.chain(of("model-endings", &self.model_endings)).chain(services).collect()
    }
}

/// Checks what a file says of what shows AI.
///
/// # Errors
/// The first mistake in it.
pub(super) fn read(document: &Document, own: &OwnAi) -> Result<(), Mistake> {
    let root = super::tree(document)?;
    let at = |key: &str| root.get("inventory").and_then(|it: &Node| it.entry(key));
    let span = |key: &str| at(key).map_or_else(Span::default, |(key, _)| key.span);
    let is_named = |text: &str, more: &str| {
        let fits = |c: char| c.is_alphanumeric() || more.contains(c);
        text.len() <= LONGEST
            && text.chars().filter(|c| c.is_alphanumeric()).count() > 1
            && text.chars().all(fits)
    };
    let packages = own.packages.iter().map(|it| ("packages", it));
    let clients = own.services.values().flat_map(|it| &it.packages).map(|it| ("services", it));
    let mistake = |key: &str, message: String| Err(Mistake::new(document, span(key), message));
    if own.entries().len() > MOST {
        return mistake("packages", format!("more than {MOST} entries"));
    }
    if let Some((key, text)) = packages.chain(clients).find(|(_, it)| !is_named(it, "_.@/:$\\-")) {
        return mistake(key, format!("`{text}` is no name of a package"));
    }
    let is_host = |it: &&String| is_named(it, ".-:/_") && it.contains(['.', ':']);
    let mut hosts = own.services.values().flat_map(|it| &it.hosts);
    if let Some(text) = hosts.find(|it| !is_host(it)) {
        return mistake("services", format!("`{text}` is no host, such as llm.example.com"));
    }
    if let Some(id) = own.services.keys().find(|it| !is_named(it, "-_.")) {
        return mistake("services", format!("`{id}` is no id of a service"));
    }
    let is_ending = |it: &&String| is_named(it, "") && **it == it.to_lowercase();
    match own.model_endings.iter().find(|it| !is_ending(it)) {
        Some(text) => mistake(
            "model-endings",
            format!("`{text}` is no ending; write it in lower case, without the dot"),
        ),
        None => Ok(()),
    }
}
