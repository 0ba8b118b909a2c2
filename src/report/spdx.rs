//! SPDX 3.0.1 in JSON-LD: the same bill of materials with AI and dataset packages.
//!
//! # Design
//!
//! What a profile of AI must say and no repository tells, such as who supplied a model and when it
//! was released, is left out, so conformance to the profiles of core and software only is stated.
//! The time of creation is the day of the commit: the same content gives the same file.

use serde_json::{Map, Value, json};

use super::cyclonedx::{Known, PartIdentity, REPOSITORY, SERVICE, bill};
use super::inventory::InventoryFacts;
use super::oscal::uuid;
use crate::date::Date;
use crate::untrusted;

const CONTEXT: &str = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
const CREATION: &str = "_:creation";

/// Returns the bill of materials of a commit of this day, one final line break.
pub(crate) fn document(facts: &InventoryFacts<'_>, day: Date) -> String {
    let bill = bill(facts);
    let name = facts.repository.as_deref().unwrap_or(REPOSITORY);
    let id = |what: &str| format!("urn:uuid:{}", uuid(&format!("spdx\0{name}\0{what}")));
    let agent = id("tool:aimsgate");
    let mut graph = vec![json!({
        "type": "CreationInfo",
        "@id": CREATION,
        "specVersion": "3.0.1",
        "created": format!("{day}T00:00:00Z"),
        "createdBy": [agent],
    })];
    let version = env!("CARGO_PKG_VERSION");
    graph.push(element("SoftwareAgent", &agent, &format!("aimsgate {version}"), []));
    let root = id(REPOSITORY);
    let purpose = ("software_primaryPurpose", json!("application"));
    graph.push(element("software_Package", &root, name, [purpose]));
    for (identity, known) in &bill.parts {
        graph.push(package(identity, known, &id(&identity.reference())));
    }
    let mut link = |from: &str, name: &str, to: Vec<String>| {
        if !to.is_empty() {
            let fields = [
                ("relationshipType", json!("dependsOn")),
                ("from", json!(from)),
                ("to", json!(to)),
            ];
            let own = id(&format!("depends\0{name}"));
            graph.push(element("Relationship", &own, &format!("what {name} depends on"), fields));
        }
    };
    let ids = |parts: &mut dyn Iterator<Item = &PartIdentity>| -> Vec<String> {
        parts.map(|part| id(&part.reference())).collect()
    };
    link(&root, REPOSITORY, ids(&mut bill.of_repository()));
    for (system, parts) in &bill.of_systems {
        link(&id(&system.reference()), &system.name, ids(&mut parts.iter()));
    }
    let elements: Vec<Value> = graph[1..].iter().map(|it| it["spdxId"].clone()).collect();
    let sbom = id("sbom");
    let fields = [
        ("software_sbomType", json!(["source"])),
        ("rootElement", json!([root])),
        ("element", json!(elements)),
    ];
    graph.push(element("software_Sbom", &sbom, &format!("AI in {name}"), fields));
    let fields = [
        ("profileConformance", json!(["core", "software"])),
        ("rootElement", json!([sbom])),
        ("element", json!([elements, vec![json!(sbom)]].concat())),
    ];
    graph.push(element("SpdxDocument", &id("document"), &format!("AI in {name}"), fields));
    let document = json!({ "@context": CONTEXT, "@graph": graph });
    untrusted::json(serde_json::to_string_pretty(&document).unwrap_or_default()) + "\n"
}

fn element<const N: usize>(kind: &str, id: &str, name: &str, fields: [(&str, Value); N]) -> Value {
    let mut all = Map::new();
    all.insert("type".to_owned(), json!(kind));
    all.insert("spdxId".to_owned(), json!(id));
    all.insert("creationInfo".to_owned(), json!(CREATION));
    all.insert("name".to_owned(), json!(name));
    all.extend(fields.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Value::Object(all)
}

fn package(identity: &PartIdentity, known: &Known, id: &str) -> Value {
    let (kind, purpose) = match identity.kind {
        "machine-learning-model" => ("ai_AIPackage", "model"),
        "data" => ("dataset_DatasetPackage", "data"),
        "framework" => ("software_Package", "framework"),
        SERVICE => ("software_Package", "other"),
        _ => ("software_Package", "application"),
    };
    let purpose = ("software_primaryPurpose", json!(purpose));
    let mut package = element(kind, id, &identity.name, [purpose]);
    if kind == "dataset_DatasetPackage" {
        package["dataset_datasetType"] = json!(["noAssertion"]);
    }
    if let Some(version) = &identity.version {
        package["software_packageVersion"] = json!(version);
    }
    if let Some(description) = &known.description {
        package["description"] = json!(description);
    }
    if let Some(purl) = &known.purl {
        package["software_packageUrl"] = json!(purl);
    }
    if let Some(sha256) = &known.sha256 {
        package["verifiedUsing"] =
            json!([{"type": "Hash", "algorithm": "sha256", "hashValue": sha256}]);
    }
    if !known.references.is_empty() {
        let reference = |(kind, address): &(&str, String)| {
            let kind = if *kind == "license" { "license" } else { "documentation" };
            json!({"type": "ExternalRef", "externalRefType": kind, "locator": [address]})
        };
        package["externalRef"] = known.references.iter().map(reference).collect();
    }
    let properties = known.properties.iter().map(|(key, value)| format!("{key}: {value}"));
    let places = known.occurrences.iter().map(|(path, line, _)| {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        format!("found in: {path}{line}")
    });
    let comment: Vec<String> = properties.chain(places).collect();
    if !comment.is_empty() {
        package["comment"] = json!(comment.join("\n"));
    }
    package
}
