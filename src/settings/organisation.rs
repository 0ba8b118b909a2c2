//! What an organisation sets for all its repositories: the bundle, and the pin of a repository.
//!
//! # Design
//!
//! A bundle is one file of JSON that holds the organisation's files of rules as texts, so that each
//! is read by the reader that reads it in a repository. A value of such a text has the place of the
//! text in the bundle, which is where a person finds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::gate::{self, CheckSettings, Decision, GateFile, Mode, Rules, Version, WhoSigns};
use super::layout::OwnFile;
use super::overlay::{self, OwnOverlay};
use super::own_check::{self, OwnCheck};
use super::people::{self, People};
use super::{Mistake, read as read_settings, signers};
use crate::check_id::NamedCheck;
use crate::date::Date;
use crate::digest::Sha256;
use crate::document::{Document, Spanned, embedded};
use crate::openssh::{AllowedSigners, RevokedKeys, Trust};
use crate::span::{Place, RepoPath, Span};

/// The path of the bundle, relative to the root of a repository.
pub(crate) const FILE: &str = OwnFile::Bundle.path();

/// The namespace of signatures over a bundle.
pub(crate) const NAMESPACE: &str = "aimsgate-bundle";

/// The files that a bundle may hold beside those of folders.
const SINGLE: [&str; 4] = [gate::FILE, people::FILE, signers::ALLOWED, signers::REVOKED];

/// The folders of which a bundle may hold files.
pub(crate) const FOLDERS: [&str; 2] = [overlay::FOLDER, own_check::FOLDER];

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
enum BundleSchema {
    #[serde(rename = "aimsgate-bundle/1")]
    V1,
}

/// A bundle as it is written.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct BundleFile<D, T> {
    built_on: D,
    expires: D,
    /// The files by their paths, with the texts of them.
    files: BTreeMap<String, T>,
    organisation: String,
    /// The digest of the bundle before this one.
    previous: Option<String>,
    schema: BundleSchema,
    sequence: u64,
}

/// What a bundle states of itself.
#[derive(Clone, Debug)]
pub(crate) struct BundleHead {
    pub(crate) organisation: String,
    /// Its number; each bundle of an organisation has a higher one.
    pub(crate) sequence: u64,
    pub(crate) built_on: Date,
    /// The last day on which it says what the organisation wants.
    pub(crate) expires: Date,
    pub(crate) previous: Option<Sha256>,
}

/// A bundle that could be read whole, with what its files say.
#[derive(Debug)]
pub(crate) struct Bundle {
    pub(crate) head: BundleHead,
    pub(crate) rules: GateFile,
    pub(crate) people: People,
    pub(crate) allowed_signers: String,
    pub(crate) revoked_keys: String,
    pub(crate) overlays: Vec<OwnOverlay>,
    pub(crate) own_checks: Vec<Arc<OwnCheck>>,
}

impl Bundle {
    /// Whose keys count by this bundle.
    pub(crate) fn trust(&self) -> Trust {
        Trust {
            allowed: AllowedSigners::parse(self.allowed_signers.as_bytes()),
            revoked: RevokedKeys::parse(self.revoked_keys.as_bytes()),
        }
    }
}

impl Rules {
    /// Returns the rules of a bundle alone.
    pub(crate) fn of_bundle(bundle: Bundle) -> Self {
        let mut rules = Self::compose(vec![(RepoPath::from(FILE), bundle.rules)]);
        bundle.overlays.into_iter().for_each(|overlay| rules.add_overlay(overlay));
        rules.own_checks = bundle.own_checks;
        rules
    }
}

impl BundleHead {
    /// The text of a bundle of these files: keys are sorted, so that the same files give the same
    /// bytes.
    pub(crate) fn text(self, files: BTreeMap<String, String>) -> String {
        let file = BundleFile {
            built_on: self.built_on.to_string(),
            expires: self.expires.to_string(),
            files,
            organisation: self.organisation,
            previous: self.previous.map(|it| it.to_string()),
            schema: BundleSchema::V1,
            sequence: self.sequence,
        };
        let text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text + "\n"
    }
}

impl GateFile {
    /// The rules as they are for every repository: the name is that of one.
    pub(crate) fn of_organisation(mut self) -> Self {
        self.repository = None;
        self
    }

    /// Returns the places where this file, which adds to the organisation's, asks for less than it.
    pub(crate) fn asks_for_less_than(&self, organisation: &GateFile) -> Vec<Place> {
        let mut keys = Vec::new();
        let mode = |gate: &GateFile| gate.enforce.as_ref().map(|it| it.mode);
        if mode(self).is_some_and(|own| own < mode(organisation).unwrap_or(Mode::Introduce)) {
            keys.push("enforce");
        }
        // Without a pin the newest rule set holds.
        let is_older = |own: &Spanned<Version>| {
            organisation.rules.as_ref().is_none_or(|set| own.value < set.value)
        };
        if self.rules.as_ref().is_some_and(is_older) {
            keys.push("rules");
        }
        if self.release_gate.is_some_and(|own| own < organisation.release_gate.unwrap_or_default())
        {
            keys.push("release-gate");
        }
        let is_weaker = |(decision, own): (&Decision, &WhoSigns)| {
            organisation.who_signs.get(decision).is_some_and(|set| !own.is_as_strict_as(set))
        };
        if self.who_signs.iter().any(is_weaker) {
            keys.push("who-signs");
        }
        keys.extend(self.solo.as_ref().map(|_| "solo"));
        let is_lighter = |(named, own): (&NamedCheck, &CheckSettings)| {
            let set = organisation.checks.get(named);
            set.is_some_and(|set| own.severity < set.severity).then(|| named.as_str().to_owned())
        };
        let lighter = self.checks.iter().filter_map(is_lighter);
        let lighter = lighter.filter_map(|name| self.check_places.get(&name).cloned());
        keys.into_iter().filter_map(|key| self.places.get(key).cloned()).chain(lighter).collect()
    }
}

/// Whether a bundle may hold a file of this path.
fn is_carried(path: &RepoPath) -> bool {
    let text = path.to_string();
    SINGLE.contains(&text.as_str())
        || (text.ends_with(".yaml")
            && FOLDERS.iter().any(|folder| path.parent() == RepoPath::from(*folder)))
}

/// Reads a bundle with all its files.
///
/// # Errors
/// The first mistake in it: of a bundle counts all or nothing.
pub(crate) fn read(document: &Document) -> Result<Bundle, Mistake> {
    let file: BundleFile<Date, Spanned<String>> = read_settings(document)?;
    let whole = |text: String| Mistake::new(document, Span::default(), text);
    if file.organisation.trim().is_empty() {
        return Err(whole("`organisation` is empty".to_owned()));
    }
    let previous = file.previous.map(|text| text.parse::<Sha256>());
    let previous = previous.transpose().map_err(|_| whole("`previous` is no SHA-256".into()))?;
    let part = |path: &str| {
        let text = file.files.get(path)?;
        Some(embedded(document, &RepoPath::from(path), &text.value, text.span))
    };
    let owed = |path: &str| part(path).ok_or_else(|| whole(format!("it holds no `{path}`")));
    for (path, text) in &file.files {
        if !is_carried(&RepoPath::from(path.as_str())) {
            let message = format!("a bundle holds no `{path}`");
            return Err(Mistake::new(document, text.span, message));
        }
    }
    let text = |path: &str| file.files.get(path).map_or("", |it| it.value.as_str()).to_owned();
    for path in [signers::ALLOWED, signers::REVOKED] {
        let mistakes = signers::mistakes(&RepoPath::from(path), text(path).as_bytes());
        if let Some(mistake) = mistakes.first() {
            let span = file.files.get(path).map_or_else(Span::default, |it| it.span);
            return Err(Mistake::new(document, span, format!("{path}: {}", mistake.message)));
        }
    }
    let below = |folder: &str| {
        let names: Vec<&String> = file.files.keys().filter(|it| it.starts_with(folder)).collect();
        names.into_iter().filter_map(|path| Some((path.clone(), part(path)?))).collect::<Vec<_>>()
    };
    let mut overlays = Vec::new();
    for (path, document) in below(overlay::FOLDER) {
        let name = RepoPath::from(path.as_str()).file_name();
        let name = name.trim_end_matches(".yaml").to_owned();
        overlays.push(OwnOverlay { name, ..overlay::read(&document)? });
    }
    let mut own_checks: Vec<Arc<OwnCheck>> = Vec::new();
    for (_, document) in below(own_check::FOLDER).iter().take(own_check::MOST) {
        own_checks.push(Arc::new(own_check::read(document)?));
    }
    let rules = gate::read(&owed(gate::FILE)?)?;
    if rules.organisation.is_some() {
        return Err(whole("its rules pin a bundle themselves".to_owned()));
    }
    Ok(Bundle {
        rules: rules.of_organisation(),
        people: people::read(&owed(people::FILE)?)?,
        allowed_signers: text(signers::ALLOWED),
        revoked_keys: text(signers::REVOKED),
        overlays,
        own_checks,
        head: BundleHead {
            organisation: file.organisation,
            sequence: file.sequence,
            built_on: file.built_on,
            expires: file.expires,
            previous,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    fn bundle(edit: impl FnOnce(&mut BTreeMap<String, String>)) -> String {
        let mut files = BTreeMap::from([
            (gate::FILE.to_owned(), "schema: aimsgate/1\n".to_owned()),
            (people::FILE.to_owned(), "schema: aimsgate/1\npeople: []\n".to_owned()),
        ]);
        edit(&mut files);
        let day = |text: &str| text.parse().unwrap();
        let head = BundleHead {
            organisation: "Example Bank".into(),
            sequence: 3,
            built_on: day("2026-11-01"),
            expires: day("2027-05-01"),
            previous: None,
        };
        head.text(files)
    }

    fn read_text(text: String) -> Result<Bundle, Mistake> {
        read(&parse(FILE.into(), text.into_bytes()))
    }

    #[test]
    fn a_bundle_is_read_whole_or_not_at_all() {
        assert_eq!(read_text(bundle(|_| {})).unwrap().head.sequence, 3);
        let with = |path: &'static str, text: &'static str| {
            bundle(move |files| drop(files.insert(path.into(), text.into())))
        };
        let pin = "schema: aimsgate/1\norganisation: {name: a, sha256: \
            0000000000000000000000000000000000000000000000000000000000000000, signers: {people: 1, \
            from: [risk-lead]}, min-sequence: 1}\n";
        for (text, expected) in [
            (with("governance/waivers/a.yaml", "a: 1"), "holds no `governance/waivers/a.yaml`"),
            (with("governance/checks/deep/a.yaml", "a: 1"), "holds no"),
            (with("../aims.yaml", "a: 1"), "holds no"),
            (with(gate::FILE, "schema: aimsgate/1\nloose: true\n"), "loose"),
            (with(gate::FILE, pin), "pin a bundle themselves"),
            (with(signers::ALLOWED, "nobody\n"), "lets nobody sign"),
            (bundle(|files| drop(files.remove(people::FILE))), "holds no `governance/people.yaml`"),
            (bundle(|_| {}).replace("\"sequence\"", "\"more\": 1, \"sequence\""), "more"),
        ] {
            let error = read_text(text).unwrap_err().message;
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }

    #[test]
    fn a_mistake_stands_at_the_text_in_the_bundle() {
        let text = bundle(|files| {
            drop(files.insert(gate::FILE.into(), "schema: aimsgate/1\nloose: true\n".into()))
        });
        let span = read_text(text.clone()).unwrap_err().span();
        assert_eq!(&text[span.start..span.end], r#""schema: aimsgate/1\nloose: true\n""#);
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        assert_eq!(bundle(|_| {}), bundle(|_| {}));
    }
}
