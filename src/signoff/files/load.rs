//! Reads the files of sign-offs into a store, the target branch's before the change's.

use std::collections::{BTreeMap, BTreeSet};

use super::envelope;
use super::located::Located;
use super::read::{SignOffFile, read};
use super::statement::{Closing, RecordReference, Revocation, Statement};
use super::store::{AlteredFile, FOLDER, RecordFiles, SignOffStore};
use crate::digest::sha256;
use crate::document::{self, Damage};
use crate::evidence::fetch;
use crate::model::misnamed_below;
use crate::settings::Mistake;
use crate::settings::layout::OwnFile;
use crate::snapshot::{Entry, View};
use crate::span::{Place, RepoPath, Span};

/// Where emergencies lie.
const EMERGENCIES: &str = OwnFile::Emergencies.path();

/// Where programs record their runs, each envelope's in a folder of its own.
const RUNS: &str = OwnFile::Runs.path();

/// Where envelopes lie. They are not signed themselves: a record covers them.
const ENVELOPES: &str = OwnFile::Envelopes.path();

/// Bytes of the largest file that is read.
const LARGEST: u64 = 256 << 10;

/// Files of one folder that are read.
const MOST_FILES: usize = 50_000;

impl SignOffStore {
    /// Reads all files of sign-offs below these folders. Without a target no file is new.
    pub(crate) fn load(
        judged: &View<'_>,
        target: Option<&View<'_>>,
        folders: &BTreeSet<RepoPath>,
    ) -> Self {
        let mut reader = StoreReader::new(judged, target);
        for folder in folders {
            for below in [FOLDER, EMERGENCIES, RUNS] {
                if let Ok(folder) = folder.join(below) {
                    reader.folder(&folder);
                    reader.store.folders.insert(folder);
                }
            }
            reader.envelopes(folder);
        }
        reader.finish()
    }
}

struct StoreReader<'v> {
    judged: &'v View<'v>,
    target: Option<&'v View<'v>>,
    store: SignOffStore,
    /// Signatures by their paths: the bytes, and whether the change brings them.
    signatures: BTreeMap<RepoPath, (Vec<u8>, bool)>,
    files: Vec<(RepoPath, Vec<u8>, bool)>,
}

impl<'v> StoreReader<'v> {
    fn new(judged: &'v View<'v>, target: Option<&'v View<'v>>) -> Self {
        let (signatures, files) = (BTreeMap::new(), Vec::new());
        Self { judged, target, store: SignOffStore::default(), signatures, files }
    }

    /// Reads the files of one folder.
    fn folder(&mut self, folder: &RepoPath) {
        let judged = self.judged;
        self.store.mistakes.extend(misnamed_below(judged, folder));
        let now = View::new(judged.snapshot, folder.clone()).entries().to_vec();
        let before =
            self.target.map(|target| View::new(target.snapshot, folder.clone()).entries().to_vec());
        let known: BTreeMap<&RepoPath, &Entry> =
            before.iter().flatten().map(|entry| (&entry.path, entry)).collect();
        let all: BTreeSet<&RepoPath> =
            now.iter().map(|entry| &entry.path).chain(known.keys().copied()).collect();
        let mut names = BTreeSet::new();
        for path in all.into_iter().take(MOST_FILES) {
            let still = judged.snapshot.entry(path);
            if !is_read(folder, path) {
                let is_free = path.extension() == "md" || path.file_name().starts_with('.');
                if !is_free && still.is_some() {
                    let why = format!("this file is not read; here lie `{folder}/NAME.yaml`");
                    self.mistake(path, why);
                }
            } else if !names.insert(path.to_string().to_lowercase()) {
                let why = "another file has this name but for the case of its letters";
                self.mistake(path, why.to_owned());
            } else {
                self.file(path, known.get(path).copied(), still);
            }
        }
        if now.len().max(known.len()) > MOST_FILES {
            let why = format!("more than {MOST_FILES} files of sign-offs; the rest is not read");
            self.mistake(folder, why);
        }
    }

    /// Reads one file: as the target branch has it where it does, else as the change brings it.
    fn file(&mut self, path: &RepoPath, before: Option<&Entry>, now: Option<&Entry>) {
        let judged = self.judged;
        let merged = self.target.zip(before);
        let (view, entry, is_new) = match (merged, now) {
            (Some((target, entry)), _) => (target, entry, false),
            (None, Some(entry)) => (judged, entry, self.target.is_some()),
            (None, None) => return,
        };
        if !entry.is_file() {
            self.unreadable(path, "a link or a submodule; a sign-off is a file".to_owned());
            return;
        }
        let bytes = match view.snapshot.read(entry, LARGEST) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.unreadable(path, error.to_string());
                return;
            }
        };
        if merged.is_some() {
            let is_same = now.is_some_and(|now| {
                now.is_file() && judged.snapshot.read(now, LARGEST).is_ok_and(|it| it == bytes)
            });
            if !is_same {
                let is_gone = now.is_none();
                self.store.altered.push(AlteredFile { path: path.clone(), is_gone });
            }
        }
        if path.extension() == "sig" {
            self.signatures.insert(path.clone(), (bytes, is_new));
        } else {
            self.files.push((path.clone(), bytes, is_new));
        }
    }

    /// Reads the envelopes below a folder. They are not signed themselves: a record covers them.
    fn envelopes(&mut self, folder: &RepoPath) {
        let Ok(folder) = folder.join(ENVELOPES) else { return };
        let below = View::new(self.judged.snapshot, folder);
        let all = below.entries().iter().filter(|entry| entry.path.extension() == "yaml");
        for entry in all.take(MOST_FILES) {
            let Some(document) = fetch(self.judged, &entry.path) else { continue };
            match (envelope::read(&document), document.damage()) {
                (Ok(envelope), _) => self.store.envelopes.push((entry.path.clone(), envelope)),
                (Err(_), Some(damage)) => {
                    self.store.unreadable.push((entry.path.clone(), damage.clone()));
                }
                (Err(mistake), None) => self.store.mistakes.push(mistake),
            }
        }
    }

    fn mistake(&mut self, path: &RepoPath, message: String) {
        self.store.mistakes.push(Mistake::at(Place::whole(path.clone()), message));
    }

    fn unreadable(&mut self, path: &RepoPath, why: String) {
        self.store.unreadable.push((path.clone(), Damage::new(Span::default(), why)));
    }

    /// Puts every file where it belongs; what belongs nowhere is a mistake.
    fn finish(mut self) -> SignOffStore {
        let mut about = AboutRecords::default();
        for (path, bytes, is_new) in std::mem::take(&mut self.files) {
            let document = document::parse(path.clone(), bytes.clone());
            match (read(&document), document.damage()) {
                (Ok(file), _) => {
                    let located = self.located(path, bytes, is_new);
                    self.sort(file, located, &mut about);
                }
                (Err(_), Some(damage)) => self.store.unreadable.push((path, damage.clone())),
                (Err(mistake), None) => self.store.mistakes.push(mistake),
            }
        }
        let broken = self.broken();
        self.attach(about, &broken);
        for path in self.signatures.keys() {
            if !broken.contains(path.file_name().trim_end_matches(".sig")) {
                let message = "there is nothing beside it that it could be the signature of";
                let place = Place::whole(path.clone());
                self.store.mistakes.push(Mistake::at(place, message));
            }
        }
        self.store
    }

    /// Takes the signature beside a file, if there is one.
    fn located(&mut self, path: RepoPath, bytes: Vec<u8>, is_new: bool) -> Located<()> {
        let beside = path.parent().join(&format!("{}.sig", path.file_name())).ok();
        let signature = beside.and_then(|path| self.signatures.remove(&path));
        let is_new = is_new || signature.as_ref().is_some_and(|(_, is_new)| *is_new);
        let signature = signature.map(|(bytes, _)| bytes);
        let sha256 = sha256(&bytes);
        Located { value: (), path, bytes, sha256, signature, is_new }
    }

    /// Stores what stands for itself, and sets aside what is about a record.
    fn sort(&mut self, file: SignOffFile, located: Located<()>, about: &mut AboutRecords) {
        match file {
            SignOffFile::Emergency(it) => {
                self.store.emergencies.push((located.holding(*it), Vec::new()));
            }
            SignOffFile::Run(it) => self.store.runs.push(located.holding(it)),
            SignOffFile::Statement(it) => about.statements.push(located.holding(it)),
            SignOffFile::Closing(it) => about.closings.push(located.holding(it)),
            SignOffFile::Revocation(it) => about.revocations.push(located.holding(it)),
            SignOffFile::Record(it) if self.store.records.contains_key(&it.id.value) => {
                self.mistake(&located.path, format!("there is another record `{}`", it.id.value));
            }
            SignOffFile::Record(it) => {
                let id = it.id.value.clone();
                self.store.records.insert(id, RecordFiles::of(located.holding(*it)));
            }
        }
    }

    /// Returns the names of the files that cannot be used. What is wrong with a file is reported
    /// once, and not again for what belongs to it.
    fn broken(&self) -> BTreeSet<String> {
        let mistakes = self.store.mistakes.iter().map(|mistake| &mistake.place.path);
        let unreadable = self.store.unreadable.iter().map(|(path, _)| path);
        mistakes.chain(unreadable).map(RepoPath::file_name).collect()
    }

    /// Adds files to the record, or the emergency, that they are about.
    fn attach(&mut self, about: AboutRecords, broken: &BTreeSet<String>) {
        for statement in about.statements {
            match self.statements_beside(&statement) {
                Some(statements) => statements.push(statement),
                None => self.without_record(&statement.path, &statement.value.record, broken),
            }
        }
        for closing in about.closings {
            match self.store.records.get_mut(&closing.value.record.id.value) {
                Some(record_files) => record_files.closings.push(closing),
                None => self.without_record(&closing.path, &closing.value.record, broken),
            }
        }
        for revocation in about.revocations {
            match self.store.records.get_mut(&revocation.value.record.id.value) {
                Some(record_files) => record_files.revocations.push(revocation),
                None => self.without_record(&revocation.path, &revocation.value.record, broken),
            }
        }
    }

    /// Returns the statements about the same emergency in the same folder, else about the same
    /// record. None where there is neither.
    fn statements_beside(
        &mut self,
        statement: &Located<Statement>,
    ) -> Option<&mut Vec<Located<Statement>>> {
        let id = &statement.value.record.id;
        let folder = statement.path.parent();
        let mut emergencies = self.store.emergencies.iter_mut();
        let emergency =
            emergencies.find(|(other, _)| other.value.id == *id && other.path.parent() == folder);
        match emergency {
            Some((_, statements)) => Some(statements),
            None => Some(&mut self.store.records.get_mut(&id.value)?.statements),
        }
    }

    fn without_record(
        &mut self,
        path: &RepoPath,
        record: &RecordReference,
        broken: &BTreeSet<String>,
    ) {
        let id = &record.id.value;
        if !broken.contains(&format!("{id}.yaml")) {
            self.mistake(path, format!("there is no record `{id}` here that could be read"));
        }
    }
}

/// Files about records, in the order of their paths.
#[derive(Default)]
struct AboutRecords {
    statements: Vec<Located<Statement>>,
    closings: Vec<Located<Closing>>,
    revocations: Vec<Located<Revocation>>,
}

/// Whether a file of a folder is read as a file of a sign-off.
fn is_read(folder: &RepoPath, path: &RepoPath) -> bool {
    // Runs lie one folder deeper, by their envelope.
    let is_of_runs = folder.file_name() == "runs";
    let parent = if is_of_runs { path.parent().parent() } else { path.parent() };
    parent == *folder && matches!(path.extension().as_str(), "yaml" | "sig")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::memory::MemorySnapshot;

    const RECORD: &str = "schema: aimsgate/1\nrepository: example.com/a\nid: plan-1\n\
        decision: treatment-plan\nsystem: s\nversion: 1.0.0\nrisk-class: high\n\
        because: It is good.\nexpires: 2027-01-01\n";

    fn statement(id: &str) -> String {
        let sha256 = sha256(RECORD.as_bytes());
        format!(
            "record: {{id: {id}, sha256: {sha256}}}\nsigner: ana\nacting-as: risk-lead\n\
             signed-on: 2026-11-20\nagree: true\n"
        )
    }

    fn load(judged: &MemorySnapshot, target: Option<&MemorySnapshot>) -> SignOffStore {
        let judged = View::new(judged, RepoPath::root());
        let target = target.map(|target| View::new(target, RepoPath::root()));
        SignOffStore::load(&judged, target.as_ref(), &BTreeSet::from([RepoPath::root()]))
    }

    #[test]
    fn every_file_belongs_somewhere_or_is_a_mistake() {
        let plan = "governance/signoffs/plan-1.yaml";
        let of_plan = "governance/signoffs/plan-1.ana.yaml";
        let of_other = "governance/signoffs/plan-2.ana.yaml";
        let (record, agrees) = (RECORD.to_owned(), statement("plan-1"));
        let signature = "governance/signoffs/plan-1.ana.yaml.sig";
        let cases = [
            (vec![(plan, record.clone()), (of_plan, agrees.clone())], vec![]),
            (
                vec![(plan, record.clone()), (of_other, statement("plan-2"))],
                vec!["there is no record `plan-2` here that could be read"],
            ),
            (
                vec![(plan, record.clone()), (signature, "x".to_owned())],
                vec!["there is nothing beside it that it could be the signature of"],
            ),
            // What belongs to a file that cannot be used is not reported again.
            (
                vec![(plan, record.replace("plan-1", "plan-3")), (of_plan, agrees)],
                vec!["by what it says this file is called `plan-3.yaml`"],
            ),
            (
                vec![(plan, record), ("governance/signoffs/deep/plan-1.yaml", String::new())],
                vec!["this file is not read; here lie `governance/signoffs/NAME.yaml`"],
            ),
        ];
        for (files, expected) in cases {
            let store = load(&MemorySnapshot::new(files), None);
            let found: Vec<&str> = store.mistakes.iter().map(|it| it.message.as_str()).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_the_target_branch_has_counts_as_it_is_there() {
        let plan = "governance/signoffs/plan-1.yaml";
        let target = MemorySnapshot::new([(plan, RECORD)]);
        let edited = RECORD.replace("It is good.", "It is better.");
        let agrees = statement("plan-1");
        let judged = [(plan, edited), ("governance/signoffs/plan-1.ana.yaml", agrees)];
        let store = load(&MemorySnapshot::new(judged), Some(&target));
        let plan = &store.records["plan-1"];
        assert_eq!(plan.record.value.because.value, "It is good.");
        assert!(!plan.record.is_new && plan.statements[0].is_new);
        assert!(!store.altered[0].is_gone);
        let gone = load(&MemorySnapshot::new([("README.md", "")]), Some(&target));
        assert!(gone.altered[0].is_gone && gone.records.contains_key("plan-1"));
        let alone = load(&target, None);
        assert!(!alone.records["plan-1"].record.is_new && alone.altered.is_empty());
    }
}
