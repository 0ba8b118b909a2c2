//! CycloneDX 1.6: the models, data, services and libraries of AI, as a bill of materials (ML-BOM).
//!
//! # Design
//!
//! What was found and what the register declares are one component where they name the same model.
//! The serial number is made of the content, and there is no time in it, so that the same content
//! gives the same file. What CycloneDX has no field for is a property of ours.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde_json::{Map, Value, json};

use super::inventory::{InventoryFacts, Sighting};
use super::oscal::uuid;
use crate::asset::{Asset, AssetKind, PathRole, Strength};
use crate::detect;
use crate::settings::register::{Dataset, Model, System};
use crate::span::RepoPath;
use crate::untrusted;

/// The part of a reference that stands for the repository.
pub(super) const REPOSITORY: &str = "repository";

/// Returns the bill of materials, one final line break.
pub(crate) fn document(facts: &InventoryFacts<'_>) -> String {
    let mut document = bill(facts).document(facts);
    let serial = uuid(&document.to_string());
    document["serialNumber"] = json!(format!("urn:uuid:{serial}"));
    untrusted::json(serde_json::to_string_pretty(&document).unwrap_or_default()) + "\n"
}

/// Returns what was found and what the register declares, part by part.
pub(super) fn bill(facts: &InventoryFacts<'_>) -> Bill {
    let mut bill = Bill::default();
    for (asset, sighting) in facts.assets() {
        bill.found(facts, asset, sighting);
    }
    let systems = facts.register.map_or(&[][..], |it| &it.systems);
    for system in systems {
        bill.system(system);
    }
    bill
}

/// What a component is, apart from what is known of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PartIdentity {
    /// A type of components of CycloneDX; `SERVICE` for a service.
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) version: Option<String>,
}

/// Stands for a type where something is a service and no component.
pub(super) const SERVICE: &str = "service";

impl PartIdentity {
    fn new(kind: &'static str, name: impl Into<String>, version: Option<&str>) -> Self {
        Self { kind, name: name.into(), version: version.map(str::to_owned) }
    }

    pub(super) fn reference(&self) -> String {
        let version = self.version.as_ref().map_or_else(String::new, |it| format!("@{it}"));
        format!("{}:{}{version}", self.kind, self.name)
    }
}

/// What is known of a component.
#[derive(Default)]
pub(super) struct Known {
    /// The places where it was seen, with the line.
    pub(super) occurrences: BTreeSet<(RepoPath, Option<usize>, Option<String>)>,
    pub(super) properties: BTreeSet<(&'static str, String)>,
    pub(super) sha256: Option<String>,
    pub(super) purl: Option<String>,
    /// Addresses of cards and of terms, with their type in CycloneDX.
    pub(super) references: BTreeSet<(&'static str, String)>,
    pub(super) description: Option<String>,
}

#[derive(Default)]
pub(super) struct Bill {
    pub(super) parts: BTreeMap<PartIdentity, Known>,
    /// The parts of each declared system, by its own identity.
    pub(super) of_systems: BTreeMap<PartIdentity, BTreeSet<PartIdentity>>,
}

/// What an asset is in a bill of materials; `None` for code that only uses something.
fn identity(facts: &InventoryFacts<'_>, asset: &Asset) -> Option<PartIdentity> {
    const MODEL: &str = "machine-learning-model";
    let path = || asset.place.path.to_string();
    let version = asset.version.as_deref();
    Some(match asset.kind {
        AssetKind::HubModel | AssetKind::HostedModel => {
            PartIdentity::new(MODEL, &asset.name, version)
        }
        AssetKind::Weights | AssetKind::WeightsPointer | AssetKind::ModelConfiguration => {
            PartIdentity::new(MODEL, path(), None)
        }
        AssetKind::ModelDefinition => {
            PartIdentity::new(MODEL, format!("{}: {}", path(), asset.name), None)
        }
        AssetKind::HubDataset => PartIdentity::new("data", &asset.name, version),
        AssetKind::DataPointer => PartIdentity::new("data", path(), None),
        AssetKind::Framework => {
            let version = facts.version_of(&asset.name).filter(|it| is_exact(it));
            PartIdentity::new("framework", &asset.name, version)
        }
        AssetKind::Agent => PartIdentity::new("application", path(), None),
        AssetKind::HostedService => PartIdentity::new(SERVICE, &asset.name, None),
        AssetKind::Training
        | AssetKind::ModelUse
        | AssetKind::RemoteCode
        | AssetKind::Dependency => return None,
    })
}

/// Whether a version is one, and no range of some.
fn is_exact(version: &str) -> bool {
    !version.contains(|c: char| "<>=~^*|, ".contains(c))
}

/// The address of a model of a hub as packages have one (`pkg:huggingface/owner/name@revision`).
fn purl(identity: &PartIdentity) -> String {
    let part = |text: &str| percent_encode(text.as_bytes(), NON_ALPHANUMERIC).to_string();
    let name: Vec<String> = identity.name.split('/').map(part).collect();
    let version = identity.version.as_deref().map(|it| format!("@{}", part(&it.to_lowercase())));
    format!("pkg:huggingface/{}{}", name.join("/"), version.unwrap_or_default())
        .replace("%2D", "-")
        .replace("%2E", ".")
        .replace("%5F", "_")
}

impl Bill {
    /// Adds something that was found.
    fn found(&mut self, facts: &InventoryFacts<'_>, asset: &Asset, sighting: &Sighting) {
        let Some(identity) = identity(facts, asset) else { return };
        let purl = (asset.kind == AssetKind::HubModel).then(|| purl(&identity));
        let known = self.parts.entry(identity).or_default();
        let path = asset.place.path.clone();
        let digest = facts.digests.get(&path).map(ToString::to_string);
        known.sha256 = known.sha256.take().or(digest);
        known.purl = known.purl.take().or(purl);
        known.occurrences.insert((path, sighting.line, sighting.matched.clone()));
        let is_sure = asset.strength == Strength::Evidence;
        let of_product = asset.role == PathRole::Product;
        let kind = serde_json::to_value(asset.kind).unwrap_or_default();
        let is_library = asset.kind == AssetKind::Framework;
        let asked = is_library.then(|| facts.version_of(&asset.name)).flatten();
        let mut say = |key, text: &str| known.properties.insert((key, text.to_owned()));
        say("kind", kind.as_str().unwrap_or_default());
        say("strength", if is_sure { "evidence" } else { "hint" });
        say("role", if of_product { "product" } else { "aside" });
        if let Some(range) = asked.filter(|it| !is_exact(it)) {
            say("version-range", range);
        }
        if asset.generates {
            say("generates", "true");
        }
        for it in detect::uses(asset) {
            say("use", serde_json::to_value(it).unwrap_or_default().as_str().unwrap_or_default());
        }
        for it in detect::subjects(asset) {
            let subject = serde_json::to_value(it).unwrap_or_default();
            say("to-confirm", subject.as_str().unwrap_or_default());
        }
    }

    /// Adds a declared system with its models and data.
    fn system(&mut self, system: &System) {
        let (id, version) = (&system.id.value, &system.version.value);
        let own = PartIdentity::new("application", id.to_string(), Some(version));
        let mut parts = BTreeSet::new();
        for model in &system.models {
            parts.extend(self.model(system, model));
        }
        for dataset in &system.datasets {
            parts.extend(self.dataset(system, dataset));
        }
        let known = self.parts.entry(own.clone()).or_default();
        known.description = Some(system.purpose.value.clone());
        known.properties.extend([
            ("name", system.name.value.clone()),
            ("owner", system.owner.value.clone()),
            ("risk-class", system.class().name().to_owned()),
            ("declared-in", system.register.to_string()),
        ]);
        self.of_systems.insert(own, parts);
    }

    /// Notes that a system declares a model: what was found of it, or else what is declared.
    fn model(&mut self, system: &System, model: &Model) -> Vec<PartIdentity> {
        let kind = "machine-learning-model";
        let version = model.version.as_ref().map(|it| it.value.as_str());
        let identity = if let Some(hub) = &model.hub {
            self.seen(kind, &hub.value, version)
        } else if let Some(service) = &model.service {
            // The version of a hosted model is what it is called by.
            let name = version.unwrap_or(&service.value);
            let id = PartIdentity::new(kind, name, None);
            let seen = PartIdentity::new(SERVICE, &service.value, None);
            let is_seen = self
                .parts
                .keys()
                .find(|it| it.kind == SERVICE && detect::same_service(&seen.name, &it.name));
            let service = is_seen.cloned().unwrap_or(seen);
            return vec![
                self.declared(system, &model.id.value, model, service),
                self.declared(system, &model.id.value, model, id),
            ];
        } else {
            let files: Vec<PartIdentity> = self.files(system, kind, model.files());
            let all = files.into_iter().map(|it| self.declared(system, &model.id.value, model, it));
            return all.collect();
        };
        vec![self.declared(system, &model.id.value, model, identity)]
    }

    /// What was found under a name, of this version where one is found.
    fn seen(&self, kind: &'static str, name: &str, version: Option<&str>) -> PartIdentity {
        let exact = PartIdentity::new(kind, name, version);
        let open = PartIdentity::new(kind, name, None);
        if !self.parts.contains_key(&exact) && self.parts.contains_key(&open) {
            open
        } else {
            exact
        }
    }

    /// What was found at paths that a register names, or else the paths.
    fn files<'p>(
        &self,
        system: &System,
        kind: &'static str,
        written: impl Iterator<Item = &'p crate::document::Spanned<String>>,
    ) -> Vec<PartIdentity> {
        let written: Vec<_> = written.collect();
        let patterns = crate::settings::pattern::covers(
            written.iter().map(|it| (&system.base, it.value.as_str())),
        );
        let is_it = |it: &&PartIdentity| it.kind == kind && patterns.is_match(&it.name);
        let found: Vec<PartIdentity> = self.parts.keys().filter(is_it).cloned().collect();
        if !found.is_empty() {
            return found;
        }
        let paths = written.iter().filter_map(|it| system.path(it));
        paths.map(|it| PartIdentity::new(kind, it.to_string(), None)).collect()
    }

    fn declared(
        &mut self,
        system: &System,
        id: &str,
        model: &Model,
        of: PartIdentity,
    ) -> PartIdentity {
        let known = self.note(system, id, &of);
        let supplier = model.supplier.as_ref();
        let cards = [model.card.as_ref(), supplier.and_then(|it| it.card.as_ref())];
        let terms = supplier.and_then(|it| it.terms.as_ref());
        known
            .references
            .extend(cards.into_iter().flatten().map(|it| ("model-card", address(&it.value))));
        known.references.extend(terms.map(|it| ("license", address(&it.value))));
        if let Some(version) = &model.version {
            known.properties.insert(("declared-version", version.value.clone()));
        }
        of
    }

    fn dataset(&mut self, system: &System, dataset: &Dataset) -> Vec<PartIdentity> {
        let version = dataset.version.as_ref().map(|it| it.value.as_str());
        let all = match &dataset.hub {
            Some(hub) => vec![self.seen("data", &hub.value, version)],
            None => self.files(system, "data", dataset.files()),
        };
        for of in &all {
            let known = self.note(system, &dataset.id.value, of);
            let card = dataset.card.iter().map(|it| ("documentation", address(&it.value)));
            known.references.extend(card);
        }
        all
    }

    /// What is known of a component, after noting who declares it.
    fn note(&mut self, system: &System, id: &str, of: &PartIdentity) -> &mut Known {
        let known = self.parts.entry(of.clone()).or_default();
        known.properties.insert(("declared-as", format!("{}/{id}", system.id.value)));
        known
    }

    /// The parts that no system declares, and the systems.
    pub(super) fn of_repository(&self) -> impl Iterator<Item = &PartIdentity> {
        let declared: BTreeSet<&PartIdentity> = self.of_systems.values().flatten().collect();
        self.parts.keys().filter(move |it| !declared.contains(it))
    }

    fn document(&self, facts: &InventoryFacts<'_>) -> Value {
        let is_service = |(identity, _): &(&PartIdentity, &Known)| identity.kind == SERVICE;
        let (services, components): (Vec<_>, Vec<_>) = self.parts.iter().partition(is_service);
        let services: Vec<Value> = services.into_iter().map(|(id, it)| service(id, it)).collect();
        let components: Vec<Value> =
            components.into_iter().map(|(id, it)| component(id, it)).collect();
        let own: Vec<String> = self.of_repository().map(PartIdentity::reference).collect();
        let mut dependencies = vec![json!({"ref": REPOSITORY, "dependsOn": own})];
        dependencies.extend(self.of_systems.iter().map(|(system, parts)| {
            let parts: Vec<String> = parts.iter().map(PartIdentity::reference).collect();
            json!({"ref": system.reference(), "dependsOn": parts})
        }));
        let name = facts.repository.as_deref().unwrap_or(REPOSITORY);
        json!({
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "tools": {"components": [{
                    "type": "application", "name": "aimsgate", "version": env!("CARGO_PKG_VERSION"),
                }]},
                "component": {"type": "application", "bom-ref": REPOSITORY, "name": name},
            },
            "components": components,
            "services": services,
            "dependencies": dependencies,
        })
    }
}

/// A reference as an address, whatever is written.
fn address(text: &str) -> String {
    const KEPT: percent_encoding::AsciiSet = percent_encoding::CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'<')
        .add(b'>')
        .add(b'\\')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}')
        .add(b'[')
        .add(b']');
    percent_encode(text.as_bytes(), &KEPT).to_string()
}

/// What components and services have in common.
fn described(identity: &PartIdentity, known: &Known) -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("bom-ref".to_owned(), json!(identity.reference()));
    all.insert("name".to_owned(), json!(identity.name));
    if let Some(version) = &identity.version {
        all.insert("version".to_owned(), json!(version));
    }
    if let Some(description) = &known.description {
        all.insert("description".to_owned(), json!(description));
    }
    if !known.references.is_empty() {
        let references = known.references.iter();
        let references = references.map(|(kind, url)| json!({"type": kind, "url": url}));
        all.insert("externalReferences".to_owned(), references.collect());
    }
    let property =
        |(key, value): &(&str, String)| json!({"name": format!("aimsgate:{key}"), "value": value});
    let mut properties: Vec<Value> = known.properties.iter().map(property).collect();
    if identity.kind == SERVICE {
        // A service has no evidence in CycloneDX.
        properties.extend(known.occurrences.iter().map(|(path, line, _)| {
            let line = line.map_or_else(String::new, |line| format!(":{line}"));
            json!({"name": "aimsgate:occurrence", "value": format!("{path}{line}")})
        }));
    }
    all.insert("properties".to_owned(), Value::from(properties));
    all
}

fn service(identity: &PartIdentity, known: &Known) -> Value {
    let mut all = described(identity, known);
    all.insert("provider".to_owned(), json!({"name": identity.name}));
    all.insert("x-trust-boundary".to_owned(), json!(true));
    Value::Object(all)
}

fn component(identity: &PartIdentity, known: &Known) -> Value {
    let mut all = described(identity, known);
    all.insert("type".to_owned(), json!(identity.kind));
    if let Some(sha256) = &known.sha256 {
        all.insert("hashes".to_owned(), json!([{"alg": "SHA-256", "content": sha256}]));
    }
    if let Some(purl) = &known.purl {
        all.insert("purl".to_owned(), json!(purl));
    }
    if identity.kind == "data" {
        all.insert("data".to_owned(), json!([{"type": "dataset", "name": identity.name}]));
    }
    let occurrence = |(path, line, symbol): &(RepoPath, Option<usize>, Option<String>)| {
        let mut occurrence = json!({"location": path.to_string()});
        if let Some(line) = line {
            occurrence["line"] = json!(line);
        }
        if let Some(symbol) = symbol {
            occurrence["symbol"] = json!(symbol);
        }
        occurrence
    };
    if !known.occurrences.is_empty() {
        let occurrences: Vec<Value> = known.occurrences.iter().map(occurrence).collect();
        all.insert("evidence".to_owned(), json!({"occurrences": occurrences}));
    }
    Value::Object(all)
}
