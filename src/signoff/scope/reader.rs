//! Reads what a system is made of: each piece of content with its digest, as it is now.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::configuration::{decides_where_named, is_configuration, is_document, is_prompt};
use super::digests::Digests;
use super::item::{CoveredItem, ItemForm};
use super::named::named_in_code;
use super::passages::{assessment_of, passages, purpose_of};
use super::pattern::{is_pattern, split_pattern};
use super::risk_digest::{of_risk, risk_entry};
use crate::asset::PathRole;
use crate::catalog::Level;
use crate::digest::{Sha256, of_listing, sha256};
use crate::document::Spanned;
use crate::evidence::Requirement;
use crate::ids::RiskId;
use crate::model::RepositoryModel;
use crate::settings::covers;
use crate::settings::material::{Material, Materials};
use crate::settings::register::{DataUse, Dataset, Model, System, Threshold};
use crate::settings::risks::{self, RiskRegister, Status};
use crate::signoff::files::Envelope;
use crate::snapshot::{Entry, Snapshot};
use crate::span::{Place, RepoPath, Span};

/// Files of configuration that are listed one by one; more become one listing.
const MOST_SINGLE: usize = 100;

/// Returns all content of a system that decisions cover.
pub(crate) fn covered_items(
    repo: &RepositoryModel<'_>,
    system: &System,
    materials: &Materials,
    envelopes: &[(RepoPath, Envelope)],
    digests: &Digests,
) -> Vec<CoveredItem> {
    let reader = ItemReader { repo, system, materials, digests };
    let mut items = reader.risks();
    items.extend(reader.purpose());
    items.extend(reader.assessments());
    for model in &system.models {
        items.extend(reader.model(model));
    }
    for dataset in &system.datasets {
        items.extend(reader.dataset(dataset));
    }
    items.extend(reader.results());
    items.extend(reader.configuration());
    items.extend(reader.named());
    items.extend(reader.envelopes(envelopes));
    // What is covered twice for one reason is covered once; each reason counts, for decisions
    // differ in which they cover.
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert((item.material, item.form.clone(), item.digest.clone())));
    items
}

fn is_for_evaluation(dataset: &Dataset) -> bool {
    !dataset.used_for.is_empty() && dataset.used_for.iter().all(|used| *used == DataUse::Evaluate)
}

struct ItemReader<'r, 'a> {
    repo: &'r RepositoryModel<'a>,
    system: &'r System,
    materials: &'r Materials,
    digests: &'r Digests,
}

impl ItemReader<'_, '_> {
    fn snapshot(&self) -> &dyn Snapshot {
        self.repo.view.snapshot
    }

    /// Returns the files of a model, the model itself, and what of it is hosted elsewhere.
    fn model(&self, model: &Model) -> Vec<CoveredItem> {
        let (id, material) = (&model.id.value, Material::Weights);
        let mut items = Vec::new();
        for written in model.files() {
            items.push(self.files(material, &written.value, self.system.place(written.span)));
        }
        items.extend(self.role(material, format!("models.{id}"), &items, model.span()));
        if model.hub.is_some() || model.service.is_some() {
            let hosted = fields(&[
                ("hub", model.hub.as_ref()),
                ("service", model.service.as_ref()),
                ("version", model.version.as_ref()),
            ]);
            let section = format!("models.{id}.hosted");
            let item = self.stated(material, section, &hosted, model.span());
            items.push(CoveredItem { is_role: true, ..item });
        }
        items
    }

    /// Returns the files of a dataset, the dataset itself, and what of it is hosted elsewhere.
    fn dataset(&self, dataset: &Dataset) -> Vec<CoveredItem> {
        let (id, span) = (&dataset.id.value, dataset.id.span);
        let material =
            if is_for_evaluation(dataset) { Material::Evaluation } else { Material::Data };
        let mut items = Vec::new();
        for written in dataset.files() {
            items.push(self.files(material, &written.value, self.system.place(written.span)));
        }
        items.extend(self.role(material, format!("datasets.{id}"), &items, span));
        if dataset.hub.is_some() {
            let hosted =
                fields(&[("hub", dataset.hub.as_ref()), ("version", dataset.version.as_ref())]);
            let item = self.stated(material, format!("datasets.{id}.hosted"), &hosted, span);
            items.push(CoveredItem { is_role: true, ..item });
        }
        items
    }

    /// Returns the files that a path or a pattern of the register names, as one item.
    fn files(&self, material: Material, written: &str, declared: Place) -> CoveredItem {
        self.covered(material, &self.system.base, written, declared, |_| true)
    }

    /// Returns the files that a path or a pattern below a folder names, as one item. Of several
    /// files only those that are meant.
    fn covered(
        &self,
        material: Material,
        folder: &RepoPath,
        written: &str,
        declared: Place,
        is_meant: impl Fn(&Entry) -> bool,
    ) -> CoveredItem {
        let Ok(base) = folder.join(written) else {
            let why = "its path leaves the repository".to_owned();
            let form = ItemForm::File { path: written.to_owned() };
            return CoveredItem {
                material,
                form,
                digest: Err(why),
                place: declared,
                is_role: false,
            };
        };
        let is_pattern = is_pattern(written);
        if let Some(entry) = self.snapshot().entry(&base).filter(|_| !is_pattern) {
            return self.owned(material, entry);
        }
        // A folder and a pattern are digested as a listing, and a file never passes for one.
        let label = if is_pattern {
            base.clone()
        } else {
            base.join("**").unwrap_or_else(|_| base.clone())
        };
        let form = ItemForm::File { path: label.to_string() };
        let set = covers([(folder, written)]);
        let entries = self.snapshot().entries().iter();
        let entries =
            entries.filter(|entry| set.is_match(entry.path.to_string()) && is_meant(entry));
        let digest = self.listing(&base, entries);
        CoveredItem { material, form, digest, place: declared, is_role: false }
    }

    /// Returns the digest of a list of files, by their paths below the literal part of a pattern.
    fn listing<'e>(
        &self,
        pattern: &RepoPath,
        entries: impl Iterator<Item = &'e Entry>,
    ) -> Result<Sha256, String> {
        let (folder, rest) = split_pattern(pattern);
        let mut files = Vec::new();
        for entry in entries {
            let digest = self
                .digests
                .of(self.snapshot(), entry)
                .map_err(|why| format!("`{}`: {why}", entry.path))?;
            let path = entry.path.relative_to(&folder).unwrap_or_else(|| entry.path.clone());
            if path.as_bytes().iter().any(|byte| byte.is_ascii_control()) || path.to_str().is_none()
            {
                return Err(format!("`{}`: its name is no plain text", entry.path));
            }
            files.push((path.to_string(), digest));
        }
        if files.is_empty() {
            return Err("no file here is named by it".to_owned());
        }
        Ok(of_listing(&rest, files.iter().map(|(path, digest)| (path.as_str(), digest.clone()))))
    }

    /// Returns an item for a value of the register, which is digested as it stands there, with the
    /// names of its fields.
    fn stated(&self, material: Material, section: String, it: &Value, span: Span) -> CoveredItem {
        let form = ItemForm::Section { path: self.system.register.to_string(), section };
        let (digest, place) = (Ok(sha256(it.to_string().as_bytes())), self.system.place(span));
        CoveredItem { material, form, digest, place, is_role: false }
    }

    /// Returns what a model or dataset consists of, by its id: the same files in another role are
    /// other content. None where it has no files.
    fn role(
        &self,
        material: Material,
        section: String,
        files: &[CoveredItem],
        span: Span,
    ) -> Option<CoveredItem> {
        let form = ItemForm::Section { path: self.system.register.to_string(), section };
        // From the last file to the first: the digests of signed records depend on this order.
        let digests: Result<Vec<Sha256>, String> =
            files.iter().rev().map(|file| file.digest.clone()).collect();
        let digest = match digests.as_deref() {
            Ok([]) => return None,
            Ok([one]) => Ok(one.clone()),
            Ok(several) => Ok(sha256(several.join(" ").as_bytes())),
            Err(why) => Err(why.clone()),
        };
        Some(CoveredItem { material, form, digest, place: self.system.place(span), is_role: true })
    }

    /// Returns the risks that are open, or the file that the register of another form is.
    fn risks(&self) -> Vec<CoveredItem> {
        let id = &self.system.id.value;
        if let Some(register) = self.repo.risk_register(id) {
            return self.risks_of(register);
        }
        let is_meant =
            |need: &Requirement| need.kind.id == risks::KIND && need.system.as_ref() == Some(id);
        let mut answers = self.repo.evidence.iter().filter(|(need, _)| is_meant(need));
        let path = answers.find_map(|(_, answer)| answer.accepted());
        path.map(|path| self.file(Material::Risks, path)).into_iter().collect()
    }

    fn risks_of(&self, register: &RiskRegister) -> Vec<CoveredItem> {
        let document = self.repo.documents.get(&register.path);
        let mut items = Vec::new();
        for risk in &register.risks {
            if risk.status.as_ref().is_some_and(|status| status.value == Status::Closed) {
                continue;
            }
            let id = risk.id.value.clone();
            let entry = document.and_then(|document| risk_entry(document, &id));
            let digest = entry.ok_or_else(|| "it cannot be read".to_owned()).and_then(of_risk);
            let place = Place::bytes(register.path.clone(), risk.id.span);
            let residual = residual(register, &id);
            let form = ItemForm::Risk { id, residual };
            let material = Material::Risks;
            items.push(CoveredItem { material, form, digest, place, is_role: false });
        }
        items
    }

    fn file(&self, material: Material, path: &RepoPath) -> CoveredItem {
        let digest = self
            .digests
            .at(self.snapshot(), path)
            .unwrap_or_else(|| Err("there is no such file".to_owned()));
        CoveredItem {
            material,
            form: ItemForm::File { path: path.to_string() },
            digest,
            place: Place::whole(path.clone()),
            is_role: false,
        }
    }

    /// Returns what the system is for, in the register and in the documents that say so.
    fn purpose(&self) -> Vec<CoveredItem> {
        let system = self.system;
        let stated = self.stated(
            Material::Purpose,
            "purpose".to_owned(),
            &fields(&[("purpose", Some(&system.purpose))]),
            system.purpose.span,
        );
        [vec![stated], passages(self.repo, system, Material::Purpose, purpose_of)].concat()
    }

    /// Returns what the assessments and plans of the system say of each element of their kind.
    fn assessments(&self) -> Vec<CoveredItem> {
        passages(self.repo, self.system, Material::Assessment, assessment_of)
    }

    /// Returns the results that thresholds are compared with, and the thresholds.
    fn results(&self) -> Vec<CoveredItem> {
        let mut items: Vec<CoveredItem> = Vec::new();
        let bounds = self.system.accept_when.iter().map(bound).collect();
        for threshold in &self.system.accept_when {
            let Some(path) = self.system.path(&threshold.results) else { continue };
            let item = self.file(Material::Evaluation, &path);
            if !items.iter().any(|known| known.form == item.form) {
                items.push(item);
            }
        }
        if let Some(first) = self.system.accept_when.first() {
            let (material, section) = (Material::Thresholds, "accept-when".to_owned());
            items.push(self.stated(material, section, &Value::Array(bounds), first.metric.span));
        }
        items
    }

    /// Returns the envelopes of the system, and what must not change within them.
    fn envelopes(&self, envelopes: &[(RepoPath, Envelope)]) -> Vec<CoveredItem> {
        let mut items = Vec::new();
        for (path, envelope) in envelopes {
            if envelope.system.value != self.system.id.value {
                continue;
            }
            items.push(self.file(Material::Envelope, path));
            for fixed in &envelope.must_not_change {
                let place = Place::bytes(path.clone(), fixed.span);
                items.push(self.files(Material::Envelope, &fixed.value, place));
            }
        }
        items
    }

    /// Returns the prompts and the configuration: what the system owns that is no program, page,
    /// document or data.
    fn configuration(&self) -> Vec<CoveredItem> {
        let (system, repo) = (self.system, self.repo);
        let (models, data) = (system.model_files(), system.data_files());
        let results: BTreeSet<RepoPath> =
            system.accept_when.iter().filter_map(|it| system.path(&it.results)).collect();
        let (mut prompts, mut others) = (Vec::new(), Vec::new());
        let scope = &repo.view.scope;
        let asides = repo.files_of(system).filter(|it| decides_where_named(&it.path, scope));
        // Code may name a file, or the folder that it reads.
        let names = |path: &RepoPath| [path.file_name(), path.parent().file_name()];
        let asides: BTreeMap<&RepoPath, [String; 2]> =
            asides.map(|entry| (&entry.path, names(&entry.path))).collect();
        let known = asides.values().flatten().map(String::as_str).filter(|name| !name.is_empty());
        let named = named_in_code(repo, system, &known.collect());
        for entry in repo.files_of(system) {
            let path = &entry.path;
            // What stands elsewhere among this system's content is not configuration as well.
            let name = path.to_string();
            let is_elsewhere =
                models.is_match(&name) || data.is_match(&name) || results.contains(path);
            let decides = match asides.get(path) {
                Some([name, folder]) => {
                    let is_of_tests = PathRole::of_owned(path, scope) == PathRole::Aside;
                    named.contains(name.as_str())
                        || (is_of_tests && named.contains(folder.as_str()))
                }
                None => is_configuration(path, scope),
            };
            let is_meant = decides && !is_document(repo, path);
            if is_elsewhere || !is_meant || self.materials.excepts(path) {
                continue;
            }
            if is_prompt(path) { prompts.push(entry) } else { others.push(entry) }
        }
        let mut items = self.each_or_listed(Material::Prompts, prompts);
        items.extend(self.each_or_listed(Material::Thresholds, others));
        items
    }

    /// Returns an item for each file, or one for all of them where there are many.
    fn each_or_listed(&self, material: Material, entries: Vec<&Entry>) -> Vec<CoveredItem> {
        if entries.len() <= MOST_SINGLE {
            return entries.into_iter().map(|entry| self.owned(material, entry)).collect();
        }
        let digest = self.listing(&self.system.base, entries.into_iter());
        let all = if material == Material::Prompts { "**/*prompt*" } else { "**" };
        let path =
            self.system.base.join(all).map_or_else(|_| all.to_owned(), |path| path.to_string());
        let place = self.system.place(self.system.id.span);
        vec![CoveredItem { material, form: ItemForm::File { path }, digest, place, is_role: false }]
    }

    /// Returns a file of prompts by its bytes, and one of configuration by what it says.
    fn owned(&self, material: Material, entry: &Entry) -> CoveredItem {
        let item = self.file(material, &entry.path);
        let is_data = material == Material::Thresholds;
        let content = is_data.then(|| self.digests.content_of(self.snapshot(), entry)).flatten();
        CoveredItem { digest: content.map_or(item.digest, Ok), ..item }
    }

    /// Returns the files of the system that the rules name as material, beside what their names say
    /// of them.
    fn named(&self) -> Vec<CoveredItem> {
        let is_own =
            |entry: &Entry| entry.path.is_in(&self.repo.view.scope) && self.owns(&entry.path);
        let mut items = Vec::new();
        for (material, folder, pattern) in self.materials.named() {
            let set = covers([(folder, pattern)]);
            let mut entries = self.repo.files_of(self.system);
            if entries.any(|entry| set.is_match(entry.path.to_string()) && is_own(entry)) {
                let place = self.system.place(self.system.id.span);
                items.push(self.covered(material, folder, pattern, place, is_own));
            }
        }
        items
    }

    fn owns(&self, path: &RepoPath) -> bool {
        self.repo.systems_of(path).any(|owner| owner.id == self.system.id)
    }
}

/// Returns fields of the register with their names, but for those that it leaves out.
fn fields(fields: &[(&str, Option<&Spanned<String>>)]) -> Value {
    let stated = fields.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    stated.map(|(name, value)| (name.to_owned(), json!(value.value.trim()))).collect()
}

/// Returns a threshold as it is digested. Of the file of results its name counts: a folder may
/// move.
fn bound(threshold: &Threshold) -> Value {
    let Threshold { metric, split, at_least, at_most, results } = threshold;
    let file = results.value.rsplit('/').next().unwrap_or_default();
    let mut bound = fields(&[("metric", Some(metric)), ("split", split.as_ref())]);
    bound["results"] = json!(file);
    for (name, number) in [("at-least", at_least), ("at-most", at_most)] {
        if let Some(number) = number {
            bound[name] = json!(number.to_string());
        }
    }
    bound
}

/// Returns the level that remains of a risk: rated after treatment, else before it. None where
/// nobody rated it.
fn residual(register: &RiskRegister, id: &RiskId) -> Option<Level> {
    let risk = register.risks.iter().find(|risk| risk.id.value == *id)?;
    register.level(risk.after.as_ref().or(risk.before.as_ref())?.value)
}
