//! Every file of a sign-off there is: those the target branch holds, and those the change brings.
//!
//! What the target branch holds counts as it is there, whatever the change makes of it: a record is
//! written once.

use std::collections::{BTreeMap, BTreeSet};

use super::cover::highest;
use super::envelope::{self, Envelope};
use super::record::{Closing, Emergency, Record, Revocation, RunRecord, Signed, Statement, read};
use super::table::rule;
use crate::catalog::Class;
use crate::digest::sha256;
use crate::document::{self, Damage};
use crate::model::misnamed_below;
use crate::settings::Mistake;
use crate::snapshot::View;
use crate::span::{Place, RepoPath, Span};

/// Where sign-offs lie below the folder they are for.
pub const FOLDER: &str = "governance/signoffs";

/// Where emergencies lie.
const EMERGENCIES: &str = "governance/emergencies";

/// Where programs record their runs, each envelope's in a folder of its own.
const RUNS: &str = "governance/runs";

/// Where envelopes lie. They are not signed themselves: a record covers them.
const ENVELOPES: &str = "governance/envelopes";

/// Bytes of one file.
const LARGEST: u64 = 256 << 10;

/// Files of sign-offs that are read.
const MOST_FILES: usize = 50_000;

/// Records with all that was said of them.
#[derive(Debug, Default)]
pub struct SignOffStore {
    pub records: BTreeMap<String, RecordFiles>,
    /// The folders that were looked into.
    pub folders: BTreeSet<RepoPath>,
    pub emergencies: Vec<(Located<Emergency>, Vec<Located<Statement>>)>,
    pub runs: Vec<Located<RunRecord>>,
    pub envelopes: Vec<(RepoPath, Envelope)>,
    /// Files that say something else than on the target branch, or are gone.
    pub altered: Vec<Altered>,
    /// Files that cannot be used.
    pub mistakes: Vec<Mistake>,
    pub unreadable: Vec<(RepoPath, Damage)>,
}

/// A record and what was said of it.
#[derive(Debug)]
pub struct RecordFiles {
    pub record: Located<Record>,
    pub statements: Vec<Located<Statement>>,
    pub closings: Vec<Located<Closing>>,
    pub revocations: Vec<Located<Revocation>>,
}

impl RecordFiles {
    /// Whether the change still makes it: it brings the record, or what enough people say of it.
    /// One that was merged before that was a draft, which nobody judged.
    pub fn is_fresh(&self) -> bool {
        self.record.is_new || !self.was_signed_when_merged()
    }

    /// Whether as many people as its decision takes agreed before this change. It was judged when
    /// they did.
    pub fn was_signed_when_merged(&self) -> bool {
        let record = &self.record.value;
        let class = record.risk_class.as_ref().map_or(Class::High, |class| class.value);
        let seats = rule(record.decision.value).terms(class).seats(highest(record)).count();
        let agrees = |held: &&Located<Statement>| {
            let said = &held.value;
            !held.is_new && said.agree.value && said.record.sha256.value == self.record.sha256
        };
        let people: BTreeSet<&String> =
            self.statements.iter().filter(agrees).map(|it| &it.value.signer.value).collect();
        !self.record.is_new && people.len() >= seats
    }
}

/// A file, its bytes, and the signature beside it.
#[derive(Debug)]
pub struct Located<T> {
    pub value: T,
    pub path: RepoPath,
    pub bytes: Vec<u8>,
    pub sha256: String,
    pub signature: Option<Vec<u8>>,
    /// Whether the target branch does not hold it, or not with this signature.
    pub is_new: bool,
}

impl<T> Located<T> {
    pub fn place(&self, span: Span) -> Place {
        Place::bytes(self.path.clone(), span)
    }
}

/// A merged file of a sign-off that is not as it was.
#[derive(Debug)]
pub struct Altered {
    pub path: RepoPath,
    pub is_gone: bool,
}

impl SignOffStore {
    /// Reads all files of sign-offs below these folders. Without a target everything counts as
    /// held.
    pub fn load(
        judged: &View<'_>,
        target: Option<&View<'_>>,
        folders: &BTreeSet<RepoPath>,
    ) -> Self {
        let mut reader = StoreReader::default();
        for folder in folders {
            for below in [FOLDER, EMERGENCIES, RUNS] {
                if let Ok(folder) = folder.join(below) {
                    reader.folder(judged, target, &folder);
                    reader.store.folders.insert(folder);
                }
            }
            reader.envelopes(judged, folder);
        }
        reader.finish()
    }
}

#[derive(Default)]
struct StoreReader {
    store: SignOffStore,
    signatures: BTreeMap<RepoPath, (Vec<u8>, bool)>,
    files: Vec<(RepoPath, Vec<u8>, bool)>,
}

impl StoreReader {
    fn folder(&mut self, judged: &View<'_>, target: Option<&View<'_>>, folder: &RepoPath) {
        self.store.mistakes.extend(misnamed_below(judged, folder));
        let below = |view: &View<'_>| View::new(view.snapshot, folder.clone()).entries().to_vec();
        let now = below(judged);
        let before = target.map(below);
        let mut names = BTreeSet::new();
        let known: BTreeMap<&RepoPath, _> =
            before.iter().flatten().map(|entry| (&entry.path, entry)).collect();
        let all: BTreeSet<&RepoPath> =
            now.iter().map(|entry| &entry.path).chain(known.keys().copied()).collect();
        for path in all.into_iter().take(MOST_FILES) {
            // Runs lie one folder deeper, by their envelope.
            let parent =
                if folder.file_name() == "runs" { path.parent().parent() } else { path.parent() };
            let is_meant = parent == *folder && matches!(path.extension().as_str(), "yaml" | "sig");
            let still = judged.snapshot.entry(path);
            if !is_meant {
                let is_free = path.extension() == "md" || path.file_name().starts_with('.');
                if !is_free && still.is_some() {
                    self.mistake(
                        path,
                        format!(
                            "this file is not read; here lie \
                        `{folder}/NAME.yaml`"
                        ),
                    );
                }
                continue;
            }
            if !names.insert(path.to_string().to_lowercase()) {
                self.mistake(
                    path,
                    "another file has this name but for the case of its letters".to_owned(),
                );
                continue;
            }
            let held = known.get(path).and_then(|entry| Some((target?, *entry)));
            let (view, entry, is_new) = match (held, still) {
                (Some((view, entry)), _) => (view, entry, false),
                (None, Some(entry)) => (judged, entry, target.is_some()),
                (None, None) => continue,
            };
            if !entry.is_file() {
                let damage = Damage::new(
                    Span::default(),
                    "a link or a submodule; a sign-off is a \
                    file",
                );
                self.store.unreadable.push((path.clone(), damage));
                continue;
            }
            let bytes = match view.snapshot.read(entry, LARGEST) {
                Ok(bytes) => bytes,
                Err(error) => {
                    let damage = Damage::new(Span::default(), error.to_string());
                    self.store.unreadable.push((path.clone(), damage));
                    continue;
                }
            };
            if held.is_some() {
                let same = still.is_some_and(|still| {
                    still.is_file()
                        && judged.snapshot.read(still, LARGEST).is_ok_and(|now| now == bytes)
                });
                if !same {
                    self.store
                        .altered
                        .push(Altered { path: path.clone(), is_gone: still.is_none() });
                }
            }
            if path.extension() == "sig" {
                self.signatures.insert(path.clone(), (bytes, is_new));
            } else {
                self.files.push((path.clone(), bytes, is_new));
            }
        }
        if now.len().max(known.len()) > MOST_FILES {
            self.mistake(
                folder,
                format!(
                    "more than {MOST_FILES} files of sign-offs; the rest is \
                not read"
                ),
            );
        }
    }

    fn envelopes(&mut self, judged: &View<'_>, folder: &RepoPath) {
        let Ok(folder) = folder.join(ENVELOPES) else { return };
        let below = View::new(judged.snapshot, folder.clone());
        for entry in
            below.entries().iter().filter(|entry| entry.path.extension() == "yaml").take(MOST_FILES)
        {
            let Some(document) = crate::evidence::fetch(judged, &entry.path) else { continue };
            match (envelope::read(&document), document.damage()) {
                (Ok(envelope), _) => self.store.envelopes.push((entry.path.clone(), envelope)),
                (Err(_), Some(damage)) => {
                    self.store.unreadable.push((entry.path.clone(), damage.clone()))
                }
                (Err(mistake), None) => self.store.mistakes.push(mistake),
            }
        }
    }

    fn mistake(&mut self, path: &RepoPath, message: String) {
        self.store.mistakes.push(Mistake::at(Place::whole(path.clone()), message));
    }

    fn finish(mut self) -> SignOffStore {
        let mut statements = Vec::new();
        let mut closings = Vec::new();
        let mut revocations = Vec::new();
        for (path, bytes, is_new) in std::mem::take(&mut self.files) {
            let document = document::parse(path.clone(), bytes.clone());
            let signed = match (read(&document), document.damage()) {
                (Ok(signed), _) => signed,
                (Err(_), Some(damage)) => {
                    self.store.unreadable.push((path, damage.clone()));
                    continue;
                }
                (Err(mistake), None) => {
                    self.store.mistakes.push(mistake);
                    continue;
                }
            };
            let beside = path.parent().join(&format!("{}.sig", path.file_name())).ok();
            let signature = beside.and_then(|path| self.signatures.remove(&path));
            let is_new = is_new || signature.as_ref().is_some_and(|(_, is_new)| *is_new);
            let signature = signature.map(|(bytes, _)| bytes);
            let sha256 = sha256(&bytes);
            macro_rules! held {
                ($value:expr) => {
                    Located { value: $value, path, bytes, sha256, signature, is_new }
                };
            }
            match signed {
                Signed::Emergency(it) => self.store.emergencies.push((held!(*it), Vec::new())),
                Signed::Run(it) => self.store.runs.push(held!(it)),
                Signed::Statement(it) => statements.push(held!(it)),
                Signed::Closing(it) => closings.push(held!(it)),
                Signed::Revocation(it) => revocations.push(held!(it)),
                Signed::Record(it) => {
                    let id = it.id.value.clone();
                    if self.store.records.contains_key(&id) {
                        let message = format!("there is another record `{id}`");
                        self.store.mistakes.push(Mistake::at(Place::whole(path), message));
                        continue;
                    }
                    let record = held!(*it);
                    let (statements, closings, revocations) = (Vec::new(), Vec::new(), Vec::new());
                    self.store
                        .records
                        .insert(id, RecordFiles { record, statements, closings, revocations });
                }
            }
        }
        // What is wrong with a file is told once, and not again of what belongs to it.
        let broken: BTreeSet<String> =
            (self.store.mistakes.iter().map(|mistake| &mistake.place.path))
                .chain(self.store.unreadable.iter().map(|(path, _)| path))
                .map(RepoPath::file_name)
                .collect();
        let SignOffStore { records, emergencies, mistakes, .. } = &mut self.store;
        let mut orphan = |path: &RepoPath, id: &str| {
            if broken.contains(&format!("{id}.yaml")) {
                return;
            }
            let message = format!("there is no record `{id}` here that could be read");
            mistakes.push(Mistake::at(Place::whole(path.clone()), message));
        };
        for held in statements {
            let id = &held.value.record.id;
            let grants = emergencies
                .iter_mut()
                .find(|(it, _)| it.value.id == *id && it.path.parent() == held.path.parent());
            if let Some((_, all)) = grants {
                all.push(held);
                continue;
            }
            match records.get_mut(&held.value.record.id.value) {
                Some(filed) => filed.statements.push(held),
                None => orphan(&held.path, &held.value.record.id.value),
            }
        }
        for held in closings {
            match records.get_mut(&held.value.record.id.value) {
                Some(filed) => filed.closings.push(held),
                None => orphan(&held.path, &held.value.record.id.value),
            }
        }
        for held in revocations {
            match records.get_mut(&held.value.record.id.value) {
                Some(filed) => filed.revocations.push(held),
                None => orphan(&held.path, &held.value.record.id.value),
            }
        }
        for path in self
            .signatures
            .keys()
            .filter(|path| !broken.contains(path.file_name().trim_end_matches(".sig")))
        {
            let message = "there is nothing beside it that it could be the signature of".to_owned();
            self.store.mistakes.push(Mistake::at(Place::whole(path.clone()), message));
        }
        self.store
    }
}
