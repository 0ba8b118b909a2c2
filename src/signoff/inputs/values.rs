//! Everything that sign-offs are evaluated by, put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::authors::WhoWrote;
use super::candidates::{RecordCandidates, RecordIndex};
use crate::authorship::{Authored, History};
use crate::catalog::{Class, Level, Role};
use crate::date::Date;
use crate::digest::Sha256;
use crate::fact::Fact;
use crate::ids::{PersonId, RecordId, SystemId};
use crate::model::{Declared, Governance, RepositoryModel};
use crate::openssh::{PublicKey, Trust};
use crate::settings::gate::{Decision, Proof, Rules};
use crate::settings::people::{Forge, People, Person};
use crate::settings::register::System;
use crate::settings::signers::ALLOWED;
use crate::signoff::files::{Located, Record, RecordFiles, SignOffStore};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::scope::{CoveredItem, Digests, covered_items};
use crate::signoff::terms::{RequiredSigners, is_fresh};
use crate::snapshot::{ObjectId, Revision, Snapshot};
use crate::span::{Place, RepoPath};

/// An approval of a change on a forge, and what its giver saw of the sign-offs.
#[derive(Clone, Debug)]
pub(crate) struct Approval {
    pub(crate) forge: Forge,
    pub(crate) login: String,
    pub(crate) commit: ObjectId,
    /// Whether the account may write to the repository, as far as the forge says.
    pub(crate) may_write: Fact<bool>,
    /// The files of the commit that was approved.
    pub(crate) files: BTreeMap<RepoPath, ObjectId>,
}

/// The namespace of every signature (PROTOCOL.sshsig).
pub(crate) const NAMESPACE: &str = "aimsgate";

/// Everything that sign-offs are evaluated by.
///
/// What a system is made of is expensive to compute, is needed only of systems that something is to
/// be decided about, and is asked for by checks that run in parallel. So it is computed at the
/// first question, once (`OnceLock`); everything else is as it was when the inputs were built.
pub(crate) struct SignOffInputs<'a> {
    pub(crate) repo: &'a RepositoryModel<'a>,
    /// Rules, people and keys of the target branch.
    pub(crate) governance: &'a Governance,
    pub(crate) store: &'a SignOffStore,
    /// The target branch's register and content, where it has one: obligations are the stricter of
    /// both.
    pub(crate) tip: Option<(&'a Declared, &'a dyn Snapshot)>,
    pub(crate) digests: &'a Digests,
    /// Who wrote the commits of the change, where the history here says so.
    pub(crate) commits: &'a Fact<Vec<Authored>>,
    pub(crate) today: Date,
    /// The history of the target branch. None where nothing is compared.
    pub(crate) history: Option<&'a dyn History>,
    /// Reads the target branch whole. None where nothing is compared.
    pub(crate) tip_model: Option<&'a dyn TipModel>,
    /// Who approved the change on its forge. None where that was not asked.
    pub(crate) approvals: Option<&'a Fact<Vec<Approval>>>,
    pub(crate) trust: Trust,
    /// What was computed of each system, by its id.
    pub(super) systems: BTreeMap<&'a SystemId, SystemContent>,
    records: RecordIndex<'a>,
    /// Who wrote what a new record is about before this change, by the record's path. To ask for it
    /// walks the history, and several checks do.
    pub(super) before: Mutex<BTreeMap<RepoPath, Fact<WhoWrote>>>,
    /// What came of each signature that was checked.
    verified: Mutex<BTreeMap<SignatureId, Arc<OnceLock<VerifiedKey>>>>,
}

/// Which signature was checked: the file, the digests of its bytes and of the signature, the
/// person, the day of signing and that of the record.
pub(crate) type SignatureId = (RepoPath, [Sha256; 2], PersonId, Date, Option<Date>);

/// The key that signed, or why the signature does not count.
pub(crate) type VerifiedKey = Result<PublicKey, String>;

/// The target branch, read whole at the first call.
pub(crate) trait TipModel: Sync {
    fn read(&self) -> &RepositoryModel<'_>;
}

/// What a system is made of, now and on the target branch, and who wrote it in this change: all of
/// it, and the files that the change brings.
#[derive(Default)]
pub(super) struct SystemContent {
    items: OnceLock<Vec<CoveredItem>>,
    items_of_tip: OnceLock<Vec<CoveredItem>>,
    pub(super) written_by: OnceLock<WhoWrote>,
    pub(super) new_items: OnceLock<Vec<CoveredItem>>,
    pub(super) new_files_by: OnceLock<BTreeSet<String>>,
}

impl<'a> SignOffInputs<'a> {
    /// Puts the inputs together.
    pub(crate) fn new(
        repo: &'a RepositoryModel<'a>,
        governance: &'a Governance,
        store: &'a SignOffStore,
        tip: Option<(&'a Declared, &'a dyn Snapshot)>,
        digests: &'a Digests,
        commits: &'a Fact<Vec<Authored>>,
        today: Date,
    ) -> Self {
        let ids = repo.systems().iter().map(|system| &system.id.value);
        let systems = ids.map(|id| (id, SystemContent::default())).collect();
        Self {
            repo,
            governance,
            store,
            tip,
            digests,
            commits,
            today,
            history: None,
            tip_model: None,
            approvals: None,
            trust: governance.trust(),
            systems,
            records: RecordIndex::of(store),
            before: Mutex::default(),
            verified: Mutex::default(),
        }
    }

    /// Returns what came of a signature, which is checked at the first question: the decisions, the
    /// checks and the report all ask.
    pub(in crate::signoff) fn verified_once(
        &self,
        id: SignatureId,
        verify: impl FnOnce() -> VerifiedKey,
    ) -> VerifiedKey {
        let cell = {
            let mut known = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(id).or_default())
        };
        cell.get_or_init(verify).clone()
    }

    /// Returns the same, with what can be asked of the target branch.
    #[must_use]
    pub(crate) fn with_target(
        self,
        history: Option<&'a dyn History>,
        tip_model: Option<&'a dyn TipModel>,
    ) -> Self {
        Self { history, tip_model, ..self }
    }

    /// Returns the same, with what the forge says of who approved the change.
    #[must_use]
    pub(crate) fn with_approvals(self, approvals: &'a Fact<Vec<Approval>>) -> Self {
        Self { approvals: Some(approvals), ..self }
    }

    pub(crate) fn rules(&self) -> &'a Rules {
        &self.governance.rules
    }

    /// Returns the people of the target branch.
    ///
    /// # Errors
    /// Undecided where there are none, or their file cannot be read.
    pub(crate) fn people(&self) -> Result<&'a People, Box<SignOffFlaw>> {
        let why = match &self.governance.people {
            Fact::Known(people) => return Ok(people),
            Fact::Absent => {
                "there is no governance/people.yaml on the target branch, so nobody may decide"
            }
            Fact::Undecided(_) => {
                "the target branch's governance/people.yaml cannot be read, so nobody is known who \
                 may decide"
            }
        };
        let place = Place::whole(self.repo.declared.in_register(Default::default()).path);
        Err(Box::new(SignOffFlaw::new(SignOffProperty::Authority, place, why).undecided()))
    }

    /// Returns the class a system is judged by: the highest of its own, its models', and what the
    /// target branch says.
    pub(crate) fn class(&self, system: &System) -> Class {
        let shared = system.models.iter().filter_map(|model| model.shared_class).max();
        let before = self.tip.and_then(|(tip, _)| tip.system(&system.id.value)).map(System::class);
        system.class().max(shared.unwrap_or(Class::Minimal)).max(before.unwrap_or(Class::Minimal))
    }

    /// Returns all content of a system that decisions cover. Empty where the register does not
    /// declare the system.
    pub(crate) fn items(&self, system: &System) -> &[CoveredItem] {
        let Some(content) = self.systems.get(&system.id.value) else { return &[] };
        content.items.get_or_init(|| {
            let (materials, envelopes) = (&self.rules().material, &self.store.envelopes);
            covered_items(self.repo, system, materials, envelopes, self.digests)
        })
    }

    /// Returns all content of a system that decisions covered on the target branch. Empty where
    /// the branch does not declare it, or nothing is compared.
    pub(crate) fn items_of_tip(&self, system: &System) -> &[CoveredItem] {
        let Some(content) = self.systems.get(&system.id.value) else { return &[] };
        // Where the tip itself is judged, both sides are one.
        let is_tip = |(_, tip): (_, &dyn Snapshot)| {
            let judged = self.repo.view.snapshot.revision();
            matches!(judged, Revision::Commit(_)) && tip.revision() == judged
        };
        if self.tip_model.is_some() && self.tip.is_some_and(is_tip) {
            return self.items(system);
        }
        content.items_of_tip.get_or_init(|| {
            let Some(tip) = self.tip_model.map(TipModel::read) else { return Vec::new() };
            let (materials, envelopes) = (&self.rules().material, &self.store.envelopes);
            tip.system(&system.id.value).map_or_else(Vec::new, |system| {
                covered_items(tip, system, materials, envelopes, self.digests)
            })
        })
    }

    /// Returns the declared system that a record is about. None where it is about none, or about
    /// one that is not here.
    pub(crate) fn system_of(&self, record: &Record) -> Option<&'a System> {
        self.repo.system(&record.system.as_ref()?.value)
    }

    /// Returns the class by which a record is judged.
    pub(crate) fn class_of(&self, record_files: &RecordFiles) -> Class {
        let record = &record_files.record.value;
        if record.decision.value == Decision::RuleChange {
            return self.class_of_rules();
        }
        let system = self.system_of(record);
        system.map_or(Class::High, |system| self.class(system))
    }

    /// Whether a record was made for this repository, by the names that the rules give it.
    pub(crate) fn is_of_this_repository(&self, record: &Record) -> bool {
        self.rules().repositories.contains(&record.repository.value)
    }

    /// Returns whoever owns a system: the person whom the target branch's register names or, of a
    /// system that is new, the judged one. Nobody where that is no person of the target branch.
    pub(crate) fn owners(&self, system: &System) -> Vec<PersonId> {
        let before = self.tip.and_then(|(tip, _)| tip.system(&system.id.value));
        self.person_called(&before.unwrap_or(system).owner.value).into_iter().collect()
    }

    /// Returns whoever owns any system of the target branch.
    fn all_owners(&self) -> Vec<PersonId> {
        let before = self.tip.map_or(&[][..], |(tip, _)| tip.systems());
        before.iter().filter_map(|system| self.person_called(&system.owner.value)).collect()
    }

    /// Returns whoever owns the system that a record is about. A record that was signed before this
    /// change says who owned it then.
    fn owners_of(&self, record_files: &RecordFiles) -> Vec<PersonId> {
        let record = &record_files.record.value;
        match (&record.owner, self.system_of(record)) {
            (Some(owner), _) if !is_fresh(record_files) => vec![owner.value.clone()],
            (_, Some(system)) => self.owners(system),
            (_, None) => self.all_owners(),
        }
    }

    fn person_called(&self, name: &str) -> Option<PersonId> {
        let people = self.governance.people.known()?;
        people.find(name).map(|person| person.id.value.clone())
    }

    /// Returns what a decision takes for a class, where this is the highest level covered. A
    /// decision about a system is for its owner as [`Self::owners`] has it.
    pub(crate) fn required(
        &self,
        decision: Decision,
        class: Class,
        level: Option<Level>,
        authors: BTreeSet<String>,
    ) -> RequiredSigners<'a> {
        let required = RequiredSigners::new(self.rules(), decision, class, level, authors)
            .owned_by(self.all_owners());
        let by_all_others = self.is_nobody_left(&required);
        RequiredSigners { by_all_others, ..required }
    }

    /// Whether nobody of the target branch may decide about its rules or duties any more, whatever
    /// is decided: nobody there holds a role that may. Who holds one and has no key is still left:
    /// a key is taken away freely, so all others must not take the place of its owner. Nor must
    /// they where somebody wrote the change, or would gain by it.
    fn is_nobody_left(&self, required: &RequiredSigners<'_>) -> bool {
        if !matches!(required.decision, Decision::RuleChange | Decision::Classification) {
            return false;
        }
        self.is_nobody_entitled(required, |_| true)
    }

    /// Returns what a change of these files takes. Where they are lists of keys only, and nobody
    /// who may change the rules has one, all others decide which keys those people get: nobody else
    /// could ever.
    pub(crate) fn for_files<'p>(
        &self,
        required: RequiredSigners<'a>,
        mut files: impl Iterator<Item = &'p str>,
    ) -> RequiredSigners<'a> {
        let is_of_keys = |path: &str| path == ALLOWED || path.ends_with(&format!("/{ALLOWED}"));
        let mut some = files.next().into_iter().chain(files).peekable();
        let proof = required.proof();
        let by_all_others = required.by_all_others
            || (required.decision == Decision::RuleChange
                && some.peek().is_some()
                && some.all(is_of_keys)
                && self.is_nobody_entitled(&required, |person| self.can_prove(person, proof)));
        RequiredSigners { by_all_others, ..required }
    }

    /// Returns the same, but that all others decide about first keys only: a change that gives
    /// another key to somebody who has one is not theirs to decide.
    pub(crate) fn for_first_keys<'b>(&self, required: RequiredSigners<'b>) -> RequiredSigners<'b> {
        let (Some(benefits), Ok(people)) = (required.benefits, self.people()) else {
            return required;
        };
        let proof = required.proof();
        let gains = |person: &Person| benefits(person).is_some() && self.can_prove(person, proof);
        if self.is_nobody_left(&required) || !people.people.iter().any(gains) {
            return required;
        }
        RequiredSigners { by_all_others: false, ..required }
    }

    /// Whether nobody of the target branch of whom this holds may decide, whatever is decided.
    fn is_nobody_entitled(
        &self,
        required: &RequiredSigners<'_>,
        holds: impl Fn(&Person) -> bool,
    ) -> bool {
        let Ok(people) = self.people() else { return false };
        let beyond = required.settings.into_iter().flat_map(|who| &who.from);
        let seats = required.terms.seats(required.level).flat_map(|seat| &seat.roles);
        let roles: Vec<Role> = seats.chain(beyond).copied().collect();
        let is_entitled = |person: &Person| {
            roles.iter().any(|role| !required.parts(people, person, *role, self.today).is_empty())
                || required.is_solo(person)
        };
        !people
            .deciding(self.today)
            .any(|person| !person.is_outside() && is_entitled(person) && holds(person))
    }

    /// Whether somebody can show today that they signed, as far as the rules ask for it.
    pub(crate) fn can_prove(&self, person: &Person, proof: Proof) -> bool {
        match proof {
            Proof::Claimed => true,
            Proof::Reviewed => !person.logins.is_empty(),
            Proof::Signed => {
                let mut names = std::iter::once(person.id.as_str())
                    .chain(person.emails.iter().map(String::as_str));
                let at = self.today.noon();
                names.any(|name| self.trust.has_key(name, NAMESPACE, at))
            }
            Proof::TimeStamped => false,
        }
    }

    /// Returns the class by which a change of the rules is judged: the highest of all systems,
    /// those of the target branch included.
    pub(crate) fn class_of_rules(&self) -> Class {
        let tip = self.tip.map_or(&Fact::Absent, |(tip, _)| &tip.register);
        if [tip, &self.repo.declared.register].iter().any(|it| matches!(it, Fact::Undecided(_))) {
            return Class::High;
        }
        let before = tip.known().into_iter().flat_map(|it| &it.systems).map(System::class);
        let now = self.repo.systems().iter().map(|system| self.class(system));
        now.chain(before).max().unwrap_or(Class::Minimal)
    }

    /// Returns what a record takes: for the class it names or a higher one of its system, with the
    /// authors it names and, where the change makes it, those of the commits.
    pub(crate) fn required_of(
        &self,
        record_files: &RecordFiles,
        class: Class,
    ) -> RequiredSigners<'a> {
        let record = &record_files.record.value;
        let class = record.risk_class.as_ref().map_or(class, |it| it.value.max(class));
        let mut authors: BTreeSet<String> =
            record.authors.iter().map(|author| author.value.clone()).collect();
        if is_fresh(record_files) {
            authors.extend(self.change_authors(&record_files.record).names);
            let before = self.authors_before(record_files);
            authors.extend(before.known().into_iter().flat_map(|it| it.names.iter().cloned()));
        } else {
            authors.extend(self.authors_of_new_content(record));
        }
        let required =
            self.required(record.decision.value, class, record.highest_residual(), authors);
        let files = record.files.iter().map(|file| file.path.value.as_str());
        self.for_files(required, files).owned_by(self.owners_of(record_files))
    }

    /// Returns the days on which a file has to hold: its own and, if it comes in now, today.
    pub(crate) fn required_days<T>(&self, located: &Located<T>, day: Date) -> Vec<Date> {
        if located.is_new { vec![day, self.today] } else { vec![day] }
    }

    /// Returns the records of a decision about a system.
    pub(crate) fn candidates(
        &self,
        decision: Decision,
        system: &SystemId,
    ) -> Option<&RecordCandidates<'a>> {
        self.records.candidates(decision, system)
    }

    /// Returns the records that confirm a rewording of what another record covers.
    pub(crate) fn confirming(&self, id: &RecordId) -> &[&'a RecordFiles] {
        self.records.confirming(id)
    }
}
