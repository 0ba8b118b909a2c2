//! Whether the decisions that a system needs were made, and still hold for exactly what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::content::{self, CoveredItem, Digests, ItemForm};
use super::cover::{Leave, differs, highest};
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::ledger::{Located, RecordFiles, SignOffStore};
use super::record::{CoveredSection, Record};
use super::risk::was_open;
use super::signer::{Approval, RequiredSigners, Signatures};
use super::succession::{RecordCandidates, unnamed_predecessor};
use super::table::{Terms, rule};
use crate::catalog::{Class, Level, Stage};
use crate::change::Authored;
use crate::date::Date;
use crate::fact::Fact;
use crate::finding::{FindingKind, Gate, Who};
use crate::model::{Declared, Governance, RepositoryModel};
use crate::openssh::Trust;
use crate::settings::gate::{Decision, Rules};
use crate::settings::material::Material;
use crate::settings::people::{People, Person};
use crate::settings::register::System;
use crate::settings::risks::Status;
use crate::snapshot::Snapshot;
use crate::span::Place;

/// All that sign-offs are judged by.
pub struct SignOffEvaluator<'a> {
    pub repo: &'a RepositoryModel<'a>,
    /// Rules, people and keys of the target branch.
    pub governance: &'a Governance,
    pub store: &'a SignOffStore,
    /// The target branch's register and content, where it has one: duties are the stricter of both.
    pub tip: Option<(&'a Declared, &'a dyn Snapshot)>,
    pub digests: &'a Digests,
    /// Who wrote the change; known where history allows.
    pub commits: &'a Fact<Vec<Authored>>,
    pub today: Date,
    /// Who approved the change on its forge; nothing where that was not asked.
    pub(super) approvals: Option<&'a Fact<Vec<Approval>>>,
    pub(super) trust: Trust,
    /// Which records enough people signed.
    is_signed: Mutex<BTreeMap<String, bool>>,
    /// The content of each system.
    items: Mutex<BTreeMap<String, Arc<Vec<CoveredItem>>>>,
    /// Who wrote what, by what it is.
    pub(super) wrote: Mutex<BTreeMap<String, Arc<BTreeSet<String>>>>,
}

/// A decision that a system needs, and what is wrong with it; nothing where it stands.
pub struct DueDecision<'a> {
    pub system: &'a System,
    pub class: Class,
    pub decision: Decision,
    pub gate: Gate,
    pub flaws: Vec<SignOffFlaw>,
    /// The record that stands for it, or would if it were sound.
    pub record: Option<&'a RecordFiles>,
}

impl<'a> SignOffEvaluator<'a> {
    pub fn new(
        repo: &'a RepositoryModel<'a>,
        governance: &'a Governance,
        store: &'a SignOffStore,
        tip: Option<(&'a Declared, &'a dyn Snapshot)>,
        digests: &'a Digests,
        commits: &'a Fact<Vec<Authored>>,
        today: Date,
    ) -> Self {
        let (is_signed, items, wrote) = (Mutex::default(), Mutex::default(), Mutex::default());
        let trust = governance.trust();
        let approvals = None;
        Self {
            repo,
            governance,
            store,
            tip,
            digests,
            commits,
            today,
            approvals,
            trust,
            is_signed,
            items,
            wrote,
        }
    }

    /// The same, knowing who approved the change on its forge.
    #[must_use]
    pub fn knowing(self, approvals: &'a Fact<Vec<Approval>>) -> Self {
        Self { approvals: Some(approvals), ..self }
    }

    pub(super) fn rules(&self) -> &'a Rules {
        &self.governance.rules
    }

    pub(super) fn people(&self) -> Result<&'a People, Box<SignOffFlaw>> {
        let why = match &self.governance.people {
            Fact::Known(people) => return Ok(people),
            Fact::Absent => {
                "there is no governance/people.yaml on the target branch, so nobody \
                may decide"
            }
            Fact::Undecided(_) => {
                "the target branch's governance/people.yaml cannot be read, so nobody is known who \
                 may decide"
            }
        };
        let place = Place::whole(self.repo.declared.in_register(Default::default()).path);
        Err(Box::new(SignOffFlaw::new(SignOffProperty::Authority, place, why).undecided()))
    }

    /// The class a system is judged by: its own, its models', and what the target branch says.
    pub fn class(&self, system: &System) -> Class {
        let shared = system.models.iter().filter_map(|model| model.shared_class).max();
        let before = self.tip.and_then(|(tip, _)| tip.system(&system.id.value)).map(System::class);
        system.class().max(shared.unwrap_or(Class::Minimal)).max(before.unwrap_or(Class::Minimal))
    }

    /// All content of a system that decisions cover.
    pub fn items(&self, system: &System) -> Arc<Vec<CoveredItem>> {
        let id = &system.id.value;
        if let Some(known) = self.items.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Arc::clone(known);
        }
        let items = Arc::new(content::items(
            self.repo,
            system,
            &self.rules().material,
            self.store,
            self.digests,
        ));
        self.items
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.clone(), Arc::clone(&items));
        items
    }

    /// Every decision that is due, judged.
    pub fn due(&self) -> Vec<DueDecision<'a>> {
        let mut all = Vec::new();
        for system in self.repo.systems() {
            let class = self.class(system);
            let mut content: Option<Arc<Vec<CoveredItem>>> = None;
            for decision in
                [Decision::TreatmentPlan, Decision::AcceptResidualRisk, Decision::Release]
            {
                if !self.is_due(system, class, decision) {
                    continue;
                }
                let content = content.get_or_insert_with(|| self.items(system));
                let (record, flaws) = self.standing(system, class, decision, content);
                let gate = rule(decision).gate;
                all.push(DueDecision { system, class, decision, gate, flaws, record });
            }
        }
        all
    }

    /// The record that stands for a decision, and what is wrong with it.
    pub(super) fn decided(
        &self,
        system: &System,
        decision: Decision,
    ) -> (Option<&'a RecordFiles>, Vec<SignOffFlaw>) {
        let content = self.items(system);
        self.standing(system, self.class(system), decision, &content)
    }

    /// Whether a decision is due of a system.
    pub(super) fn is_asked(&self, system: &System, decision: Decision) -> bool {
        self.is_due(system, self.class(system), decision)
    }

    /// Who signed a record.
    pub fn signed(&self, filed: &'a RecordFiles) -> Signatures<'a> {
        self.signatures(filed, &self.asked_of(filed, self.class_of(filed)))
    }

    /// Whatever is wrong with a record, whether or not another stands.
    pub fn flaws(&self, filed: &'a RecordFiles) -> Vec<SignOffFlaw> {
        let class = self.class_of(filed);
        let record = &filed.record.value;
        let system = record.system.as_ref().and_then(|id| self.repo.system(&id.value));
        let of_system = matches!(
            record.decision.value,
            Decision::AcceptResidualRisk | Decision::Release | Decision::TreatmentPlan
        );
        if let Some(system) = system.filter(|_| of_system) {
            let content = self.items(system);
            return self.judge(filed, system, class, &content, &RecordCandidates::default());
        }
        let asked = self.asked_of(filed, class);
        let signatures = self.signatures(filed, &asked);
        let mut flaws = self.form(filed);
        flaws.extend(self.end(filed, &signatures, &asked));
        flaws.extend(unsigned(&filed.record, signatures));
        flaws
    }

    fn is_due(&self, system: &System, class: Class, decision: Decision) -> bool {
        // What is retired may still stand here, and still be used.
        if *system.stage == Stage::Retirement
            && self.items(system).iter().all(|item| !is_what_runs(item))
        {
            return false;
        }
        let in_use = *system.stage >= Stage::Deployment;
        let terms = rule(decision).terms(class);
        if terms.due_from.is_some_and(|from| *system.stage >= from)
            || (in_use && self.rules().who_signs.contains_key(&decision))
        {
            return true;
        }
        let register = self
            .repo
            .risks
            .iter()
            .find(|(id, _)| *id == system.id.value)
            .map(|(_, register)| register);
        let Some(register) = register.filter(|_| decision == Decision::AcceptResidualRisk) else {
            return false;
        };
        register.risks.iter().any(|risk| {
            let is = |status| risk.status.as_ref().is_some_and(|it| it.value == status);
            let level = risk
                .after
                .as_ref()
                .or(risk.before.as_ref())
                .and_then(|rating| register.level(rating.value));
            is(Status::Accepted)
                || (in_use
                    && !is(Status::Closed)
                    && level > Some(register.scale.accept_without_record))
        })
    }

    /// The record that stands for a decision, and what is wrong with it.
    fn standing(
        &self,
        system: &System,
        class: Class,
        decision: Decision,
        content: &[CoveredItem],
    ) -> (Option<&'a RecordFiles>, Vec<SignOffFlaw>) {
        let is_meant = |filed: &&RecordFiles| {
            let record = &filed.record.value;
            record.decision.value == decision
                && record.system.as_ref().is_some_and(|it| it.value == system.id.value)
        };
        let candidates = RecordCandidates::of(self.store.records.values().filter(is_meant));
        // The newest ones first: mostly one of them stands, and nothing else need be looked at.
        let mut all = candidates.all.clone();
        all.sort_by_key(|filed| {
            candidates.replacing.contains_key(filed.record.value.id.value.as_str())
        });
        let mut best: Option<(&'a RecordFiles, Vec<SignOffFlaw>)> = None;
        for filed in all {
            if self.is_superseded(filed, &candidates, class) {
                continue;
            }
            let flaws = self.judge(filed, system, class, content, &candidates);
            if flaws.is_empty() {
                return (Some(filed), flaws);
            }
            // Of several that do not hold the one that lacks least is meant; among equals the
            // change's own.
            let rank = |filed: &RecordFiles, flaws: &[SignOffFlaw]| {
                let heaviest = flaws.iter().map(|flaw| weight(flaw.property)).max();
                (heaviest, flaws.len(), !filed.record.is_new)
            };
            if best.as_ref().is_none_or(|(known, lacks)| rank(filed, &flaws) < rank(known, lacks)) {
                best = Some((filed, flaws));
            }
        }
        match best {
            Some((filed, flaws)) => (Some(filed), flaws),
            None => (None, vec![self.missing(system, class, decision, content)]),
        }
    }

    fn missing(
        &self,
        system: &System,
        class: Class,
        decision: Decision,
        content: &[CoveredItem],
    ) -> SignOffFlaw {
        let asked = self.asked(decision, class, level_of(content), BTreeSet::new());
        let nobody = Signatures::default();
        let people = self.who_could(nobody, &asked);
        let version = &system.version.value;
        let text =
            format!("nobody has signed `{}` for `{}` {version}", decision.name(), system.id.value);
        let mut flaw =
            SignOffFlaw::new(SignOffProperty::Present, system.place(system.id.span), text)
                .waiting();
        flaw.label = format!("class {}, stage {}", class.name(), system.stage.name());
        flaw.people = people;
        flaw
    }

    /// Whether somebody entitled replaced a record, whatever became of the other since.
    fn is_superseded(
        &self,
        filed: &RecordFiles,
        candidates: &RecordCandidates<'a>,
        class: Class,
    ) -> bool {
        let id = &filed.record.value.id.value;
        let others = candidates.replacing.get(id.as_str()).into_iter().flatten();
        let others = others.filter(|other| other.record.value.id.value != *id);
        // Who replaced it may have lost the key since; it was replaced all the same.
        others
            .into_iter()
            .any(|other| other.was_signed_when_merged() || self.is_signed(other, class))
    }

    /// Whether enough people signed a record.
    fn is_signed(&self, filed: &'a RecordFiles, class: Class) -> bool {
        let id = &filed.record.value.id.value;
        if let Some(known) = self.is_signed.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return *known;
        }
        let asked = self.asked_of(filed, class);
        let is = self.signatures(filed, &asked).is_complete()
            && self.is_of_this_repository(&filed.record.value);
        self.is_signed.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), is);
        is
    }

    pub(super) fn asked<'s>(
        &'s self,
        decision: Decision,
        class: Class,
        level: Option<Level>,
        authors: BTreeSet<String>,
    ) -> RequiredSigners<'s> {
        let terms: &Terms = rule(decision).terms(class);
        let settings = self.rules().who_signs.get(&decision);
        RequiredSigners { decision, class, terms, settings, level, authors, favours: None }
    }

    pub(super) fn asked_of<'s>(&'s self, filed: &RecordFiles, class: Class) -> RequiredSigners<'s> {
        let record = &filed.record.value;
        let decided = record.risk_class.as_ref().map_or(class, |it| it.value.max(class));
        self.asked(record.decision.value, decided, highest(record), self.authors(filed))
    }

    pub(super) fn is_of_this_repository(&self, record: &Record) -> bool {
        self.rules().repositories.contains(&record.repository.value)
    }

    /// Whatever is wrong with a record of a system's decision.
    fn judge(
        &self,
        filed: &'a RecordFiles,
        system: &System,
        class: Class,
        content: &[CoveredItem],
        candidates: &RecordCandidates<'a>,
    ) -> Vec<SignOffFlaw> {
        let held = &filed.record;
        let record = &held.value;
        let asked = self.asked_of(filed, class);
        let mut flaws = self.form(filed);
        if let Some(flaw) = unnamed_predecessor(filed, candidates) {
            flaws.push(flaw);
        }
        flaws.extend(residuals(held, asked.terms, content));
        let confirmed = self.confirmed(filed, class);
        let snapshot = self.repo.view.snapshot;
        let closed = self.closed_risks(system, record);
        let varied = self.varied(held, system, content);
        let leave = Leave { confirmed: &confirmed, closed: &closed, varied: &varied.paths };
        let differs = differs(held, content, &asked.terms.covers, &leave, snapshot, self.digests);
        let id = &record.id.value;
        if let Some(flaw) = varied.flaw {
            flaws.push(flaw);
        } else if let Some(flaw) = differs {
            flaws.push(flaw);
        } else if let Some(was) = record.risk_class.as_ref().filter(|was| was.value < class) {
            let text = format!(
                "`{id}` was decided for class {}, and the class is {} now",
                was.value.name(),
                class.name()
            );
            flaws.push(SignOffFlaw::at(SignOffProperty::Content, held, was.span, text).waiting());
        } else if record.decision.value == Decision::Release
            && let Some(was) =
                record.version.as_ref().filter(|was| was.value != system.version.value)
        {
            let text = format!(
                "`{id}` releases {}, and the version is {} now",
                was.value, system.version.value
            );
            flaws.push(SignOffFlaw::at(SignOffProperty::Content, held, was.span, text).waiting());
        }
        let signatures = self.signatures(filed, &asked);
        flaws.extend(self.end(filed, &signatures, &asked));
        let people = signatures.people.clone();
        if flaws.is_empty() {
            flaws.extend(self.conditions(filed, &signatures, &asked));
            flaws.extend(unsigned(held, signatures));
        } else {
            // It must be signed anew, so whoever can sign such a record can clear it.
            flaws.sort_by_key(|flaw| std::cmp::Reverse(weight(flaw.property)));
            flaws.truncate(1);
        }
        let anew = self.who_could(Signatures::default(), &asked);
        for flaw in flaws.iter_mut().filter(|flaw| flaw.people.is_empty()) {
            flaw.people = if weight(flaw.property) > 2 { anew.clone() } else { people.clone() };
        }
        flaws
    }

    /// The risks of a system that ended and are otherwise as a record has them.
    fn closed_risks<'r>(
        &self,
        system: &System,
        record: &'r Record,
    ) -> BTreeSet<(&'r str, &'r str)> {
        let of_system = self.repo.risks.iter().filter(|(id, _)| *id == system.id.value);
        let mut closed = BTreeSet::new();
        for (_, register) in of_system {
            let Some(document) = self.repo.documents.get(&register.path) else { continue };
            for covered in &record.covers.risks {
                let (id, sha256) = (covered.id.value.as_str(), covered.sha256.value.as_str());
                if was_open(document, id).iter().any(|digest| digest == sha256) {
                    closed.insert((id, sha256));
                }
            }
        }
        closed
    }

    pub(super) fn who_could(
        &self,
        mut signatures: Signatures<'a>,
        asked: &RequiredSigners<'_>,
    ) -> Vec<String> {
        self.fill(&mut signatures, asked);
        signatures.people
    }

    /// The sections whose rewording somebody of the second line confirmed.
    fn confirmed(&self, filed: &RecordFiles, class: Class) -> Vec<&'a CoveredSection> {
        let id = &filed.record.value.id;
        let confirming = self.store.records.values().filter(|other| {
            let record = &other.record.value;
            record.decision.value == Decision::Confirm && record.confirms.as_ref() == Some(id)
        });
        let sound = confirming.filter(|other| {
            let asked = self.asked_of(other, class);
            let signatures = self.signatures(other, &asked);
            self.form(other).is_empty()
                && signatures.is_complete()
                && self.end(other, &signatures, &asked).is_empty()
        });
        sound.flat_map(|other| &other.record.value.covers.sections).collect()
    }

    /// Whether the rules let one person decide alone.
    pub(super) fn allows_solo(&self, asked: &RequiredSigners<'_>) -> bool {
        self.rules().solo.is_some() && asked.class <= Class::Limited
    }

    pub(super) fn is_solo(&self, person: &Person, asked: &RequiredSigners<'_>) -> bool {
        self.allows_solo(asked)
            && self.rules().solo.as_ref().is_some_and(|solo| solo.person.value == person.id.value)
    }
}

/// Whether a piece of content is what a system runs on.
fn is_what_runs(item: &CoveredItem) -> bool {
    use Material::{Prompts, Thresholds, Weights};
    let is_stated =
        matches!(&item.form, ItemForm::Section { section, .. } if section == "accept-when");
    matches!(item.material, Weights | Prompts | Thresholds) && !is_stated && item.digest.is_ok()
}

/// How much of a sign-off must be made anew where a property does not hold.
fn weight(property: SignOffProperty) -> u8 {
    match property {
        SignOffProperty::Present => 7,
        SignOffProperty::Content => 6,
        SignOffProperty::Residual => 5,
        SignOffProperty::Valid => 4,
        SignOffProperty::InForce => 3,
        SignOffProperty::Dates
        | SignOffProperty::Signature
        | SignOffProperty::Proof
        | SignOffProperty::Authority
        | SignOffProperty::Affiliation
        | SignOffProperty::Independence => 2,
        SignOffProperty::Signers | SignOffProperty::Conditions => 1,
    }
}

/// The highest level that remains of the risks that are there.
pub(super) fn level_of(content: &[CoveredItem]) -> Option<Level> {
    let levels = content.iter().filter_map(|item| match &item.form {
        ItemForm::Risk { residual, .. } => *residual,
        _ => None,
    });
    levels.max()
}

/// What remains and may not be accepted.
fn residuals(held: &Located<Record>, terms: &Terms, content: &[CoveredItem]) -> Vec<SignOffFlaw> {
    let above = |level: Level| level > terms.highest;
    let text = |id: &str, level: Level| {
        format!(
            "risk `{id}` is {} after treatment, and at most {} may be accepted",
            level.name(),
            terms.highest.name()
        )
    };
    let signed = held.value.covers.risks.iter().filter(|it| above(it.residual.value));
    let mut flaws: Vec<SignOffFlaw> = signed
        .map(|it| {
            SignOffFlaw::at(
                SignOffProperty::Residual,
                held,
                it.residual.span,
                text(&it.id.value, it.residual.value),
            )
        })
        .collect();
    let here = content.iter().filter_map(|item| match &item.form {
        // What nobody can accept at all another check tells.
        ItemForm::Risk { id, residual: Some(level) }
            if above(*level) && *level < Level::Unacceptable =>
        {
            Some((id, *level, &item.place))
        }
        _ => None,
    });
    if flaws.is_empty() && terms.covers.contains(&Material::Risks) {
        flaws.extend(here.map(|(id, level, place)| {
            SignOffFlaw::new(SignOffProperty::Residual, place.clone(), text(id, level))
        }));
    }
    flaws
        .into_iter()
        .map(|flaw| {
            flaw.remedy(
                Who::Author,
                "treat it further, avoid it, or stop; nobody can \
            accept that much",
            )
        })
        .collect()
}

/// What is missing of the signatures: each that was refused, or, where none was, whoever has not
/// signed yet.
pub(super) fn unsigned(held: &Located<Record>, signatures: Signatures<'_>) -> Vec<SignOffFlaw> {
    if signatures.is_complete() {
        return Vec::new();
    }
    let wants = format!("it still takes {}", signatures.missing.join(", and "));
    if !signatures.refused.is_empty() {
        let mut refused = signatures.refused;
        refused.dedup_by(|one, other| one.text == other.text && one.place == other.place);
        let told = |flaw: SignOffFlaw| match flaw.nature {
            FindingKind::Undecided => flaw,
            _ => SignOffFlaw {
                text: format!("{}, so it does not count; {wants}", flaw.text),
                ..flaw
            },
        };
        return refused.into_iter().map(told).collect();
    }
    let dissent = match signatures.dissent.as_slice() {
        [] => String::new(),
        names => format!(" (against it: {})", names.join(", ")),
    };
    let text =
        format!("`{}` is not signed by enough people{dissent}: {wants}", held.value.id.value);
    let mut flaw =
        SignOffFlaw::at(SignOffProperty::Signers, held, held.value.id.span, text).waiting();
    flaw.people = signatures.people;
    vec![flaw]
}
