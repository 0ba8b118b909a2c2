//! What a snapshot says, put together: register, inventory, documents, evidence, rules, people.
//!
//! Loading reads the snapshot; nothing after it does. Rules and people are loaded apart from the
//! rest, because they need not come from the same revision.

mod declared;
mod governance;
mod governance_reader;
mod misnamed;
mod named_aside;
mod organisation;
mod tip_evidence;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use globset::GlobSet;

pub(crate) use declared::{Declared, files_of};
pub(crate) use governance::Governance;
pub(crate) use misnamed::misnamed_below;
pub(crate) use named_aside::named_aside;
pub(crate) use organisation::TakenOver;
pub(crate) use tip_evidence::TipEvidence;

use crate::asset::Inventory;
use crate::catalog::{self, Class};
use crate::detect::{self, Breadth};
use crate::digest::{Sha256, is_sha256, of_content};
use crate::document::Damage;
use crate::evidence::{self, Answer, Documents, Evidence, Lexicon};
use crate::file_cache::FileCache;
use crate::finding::Subject;
use crate::ids::SystemId;
use crate::settings::gate::Rules;
use crate::settings::layout::OwnFile;
use crate::settings::register::{Register, System};
use crate::settings::risks::{self, RiskRegister};
use crate::snapshot::{Entry, View};
use crate::span::{Place, RepoPath, Span};

/// One revision of the judged folder.
pub(crate) struct RepositoryModel<'a> {
    pub(crate) view: View<'a>,
    pub(crate) declared: Declared,
    pub(crate) inventory: Inventory,
    pub(crate) documents: Documents,
    pub(crate) evidence: Evidence,
    /// The names its documents were read by.
    pub(crate) lexicon: &'static Lexicon,
    /// The risk registers in the gate's own format, with the system each is for.
    pub(crate) risks: Vec<(SystemId, RiskRegister)>,
    /// The SHA-256 of the files that are declared as models, as far as they are here and not too
    /// large.
    pub(crate) digests: BTreeMap<RepoPath, Sha256>,
    /// The positions in the view's entries of the files each declared system covers; listed once,
    /// when they are first asked for.
    owned: OnceLock<Vec<Vec<usize>>>,
}

impl<'a> RepositoryModel<'a> {
    /// Reads a view. What was seen in a file's content is remembered for the next one.
    pub(crate) fn load(view: View<'a>, rules: &Rules, cache: &FileCache) -> Self {
        let mut documents = Documents::default();
        let declared = Declared::load(&view, rules, &mut documents);
        Self::read(view, declared, documents, rules, cache)
    }

    /// Reads a view as the register of another one would have it.
    pub(crate) fn load_under(
        view: View<'a>,
        register_of: &View<'_>,
        rules: &Rules,
        cache: &FileCache,
    ) -> Self {
        let declared = Declared::of(register_of, rules).over(&view);
        Self::read(view, declared, Documents::default(), rules, cache)
    }

    fn read(
        view: View<'a>,
        declared: Declared,
        mut documents: Documents,
        rules: &Rules,
        cache: &FileCache,
    ) -> Self {
        let lexicon = Lexicon::of(&rules.extension);
        let register = declared.register.known();
        let ignored = register.map_or_else(GlobSet::empty, Register::ignored);
        // Without declared systems the only question is whether there is AI at all.
        let breadth =
            if declared.systems().is_empty() { Breadth::UntilEvidence } else { Breadth::Product };
        let role = |path: &RepoPath| declared.role_unless(&ignored, path, &view.scope);
        let inventory = detect::inventory(&view, breadth, &role, &rules.inventory, cache);
        let mut evidence = Evidence::new();
        let mut risks = Vec::new();
        let mut digests = BTreeMap::new();
        if let Some(register) = register {
            evidence = evidence::gather(&view, register, rules, &mut documents, cache);
            risks = typed_risks(&evidence, &documents);
            if evidence.iter().any(|(_, answer)| states_a_digest(answer, &documents)) {
                digests = digests_of(&view, register);
            }
            load_results(&view, register, &risks, &mut documents);
        }
        let owned = OnceLock::new();
        Self { view, declared, inventory, documents, evidence, lexicon, risks, digests, owned }
    }

    /// The declared systems; none where the register is absent or could not be used.
    pub(crate) fn systems(&self) -> &[System] {
        self.declared.systems()
    }

    /// Why the register could not even be read as a document, if so.
    pub(crate) fn register_damage(&self) -> Option<(&RepoPath, &Damage)> {
        let document = self.documents.get(&self.declared.mistake.as_ref()?.place.path)?;
        Some((&document.path, document.damage()?))
    }

    /// The declared system of this id.
    pub(crate) fn system(&self, id: &SystemId) -> Option<&System> {
        self.declared.system(id)
    }

    /// The risk register of a system. None where it has none in the gate's own format.
    pub(crate) fn risk_register(&self, system: &SystemId) -> Option<&RiskRegister> {
        self.risks.iter().find(|(id, _)| id == system).map(|(_, register)| register)
    }

    /// A place in the register itself.
    pub(crate) fn in_register(&self, span: Span) -> Place {
        self.declared.in_register(span)
    }

    /// The systems whose paths cover a file.
    pub(crate) fn systems_of(&self, path: &RepoPath) -> impl Iterator<Item = &System> {
        self.declared.systems_of(path)
    }

    /// The entries of the judged folder that the paths of a declared system cover.
    pub(crate) fn files_of(&self, system: &System) -> impl Iterator<Item = &'a Entry> {
        let entries = self.view.entries();
        let at = self.systems().iter().position(|it| std::ptr::eq(it, system));
        let at = at.or_else(|| self.systems().iter().position(|it| it.id == system.id));
        let owned = self.owned.get_or_init(|| self.declared.owned(entries));
        at.and_then(|at| owned.get(at)).into_iter().flatten().map(|at| &entries[*at])
    }

    /// The strictest class that covers a file; a file of no system is judged as limited.
    pub(crate) fn class_of(&self, path: &RepoPath) -> Class {
        self.declared.class_of(path)
    }

    /// The strictest class that covers a file; a file of no system may be of the strictest of all.
    pub(crate) fn class_it_may_be_of(&self, path: &RepoPath) -> Class {
        let owners = self.systems_of(path).map(System::class);
        owners.max().unwrap_or_else(|| self.strictest_class())
    }

    /// The strictest class of all systems.
    pub(crate) fn strictest_class(&self) -> Class {
        self.declared.strictest_class()
    }

    /// What the register asks for, and for which class: documents, and what a supplied model owes.
    pub(crate) fn asked(&self) -> BTreeMap<Subject, Class> {
        let documents = self.evidence.iter().map(|(need, _)| {
            let (kind, system, object) =
                (need.kind.id.clone(), need.system.clone(), need.object.clone());
            (Subject::Document { kind, system, object }, need.class)
        });
        let supplied = self.systems().iter().flat_map(|system| {
            let models = system.models.iter().filter(|model| model.is_supplied());
            models.map(|model| {
                let (system_id, model) = (system.id.value.clone(), model.id.value.clone());
                (Subject::Model { system: system_id, model }, system.class())
            })
        });
        documents.chain(supplied).collect()
    }

    /// Whether the register declares a file as a model or a dataset.
    pub(crate) fn declares_file(&self, path: &RepoPath) -> bool {
        self.declared.models_of(path).chain(self.declared.data_of(path)).next().is_some()
    }

    /// Whether a file is governance, whose repair must always be possible: rules and registers, and
    /// what answers a duty. Of what a system owns only that which says half of a kind that ships:
    /// configuration that is declared as a document is configuration still.
    pub(crate) fn is_governance(&self, path: &RepoPath) -> bool {
        let is_owned = self.systems_of(path).next().is_some() || self.declares_file(path);
        if self.declared.has_governance_of(path) && (!is_owned || OwnFile::of(path).is_some()) {
            return true;
        }
        self.evidence.iter().filter(|(_, answer)| answer.accepted() == Some(path)).any(
            |(need, answer)| {
                let is_document = match answer {
                    Answer::Read(reading) => reading.is_recognised(),
                    _ => true,
                };
                !is_owned || (is_document && catalog::kind(&need.kind.id).is_some())
            },
        )
    }
}

/// Bytes of the largest weights that are read whole.
const LARGEST_WEIGHTS: u64 = 64 << 20;

/// Whether a document that was read holds what looks like a SHA-256. Weights are read only for one
/// that does.
fn states_a_digest(answer: &Answer, documents: &Documents) -> bool {
    let Answer::Read(reading) = answer else { return false };
    let Some(document) = documents.get(&reading.path) else { return false };
    let words = document.source.split(|c: char| !c.is_ascii_alphanumeric());
    words.into_iter().any(is_sha256)
}

fn digests_of(view: &View<'_>, register: &Register) -> BTreeMap<RepoPath, Sha256> {
    let models = register
        .systems
        .iter()
        .flat_map(|system| system.models.iter().map(move |model| (system, model)));
    let entries = models.flat_map(|(system, model)| files_of(model, &system.base, view.snapshot));
    // Many models may name one file.
    let files: BTreeMap<&RepoPath, &Entry> =
        entries.filter(|entry| entry.is_file()).map(|entry| (&entry.path, entry)).collect();
    let digest = |(path, entry): (&RepoPath, &Entry)| {
        let bytes = view.snapshot.read(entry, LARGEST_WEIGHTS).ok()?;
        Some((path.clone(), of_content(&bytes)))
    };
    files.into_iter().filter_map(digest).collect()
}

/// Reads the files of results that registers name, so that checks find them in memory.
fn load_results(
    view: &View<'_>,
    register: &Register,
    risks: &[(SystemId, RiskRegister)],
    documents: &mut evidence::Documents,
) {
    let mut paths: Vec<RepoPath> = Vec::new();
    for system in &register.systems {
        paths.extend(
            system.accept_when.iter().filter_map(|threshold| system.path(&threshold.results)),
        );
    }
    for (id, risks) in risks {
        let Some(system) = register.systems.iter().find(|system| system.id.value == *id) else {
            continue;
        };
        let tested = risks.risks.iter().filter_map(|risk| risk.tested_by.as_ref());
        let file =
            |written: &str| system.base.join(written.split('#').next().unwrap_or_default()).ok();
        paths.extend(tested.filter_map(|written| file(&written.value)));
    }
    for path in paths {
        documents.load(view, &path);
    }
}

fn typed_risks(evidence: &Evidence, documents: &Documents) -> Vec<(SystemId, RiskRegister)> {
    let typed = evidence.iter().filter_map(|(need, answer)| match answer {
        // What the register carries beside itself is the register again.
        Answer::Typed(path) if need.kind.id == risks::KIND => {
            Some((need.system.clone()?, documents.get(path)?))
        }
        _ => None,
    });
    typed.filter_map(|(system, document)| Some((system, risks::read(document).ok()?))).collect()
}
