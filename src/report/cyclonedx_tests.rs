//! What a bill of materials of CycloneDX holds.

use serde_json::Value;

use super::cyclonedx::document;
use super::inventory::{InventoryFacts, Sighting};
use crate::asset::{Asset, AssetKind, Inventory, PathRole, Strength};
use crate::span::{Place, RepoPath, Span};

fn asset(kind: AssetKind, name: &str, path: &str) -> Asset {
    Asset {
        kind,
        name: name.to_owned(),
        place: Place::bytes(path.into(), Span::new(0, 1)),
        strength: Strength::Evidence,
        role: PathRole::Product,
        version: None,
        generates: false,
    }
}

fn bill(assets: Vec<Asset>) -> Value {
    let sighting = |_: &Asset| Sighting { line: Some(3), matched: Some("x".to_owned()) };
    let sightings = assets.iter().map(sighting).collect();
    let found = Inventory { assets, ..Inventory::default() };
    let facts = InventoryFacts {
        found: &found,
        sightings,
        governance: Vec::new(),
        digests: [("m.gguf".into(), crate::digest::sha256(b"m"))].into_iter().collect(),
        register: None,
        repository: None,
        scope: RepoPath::root(),
    };
    serde_json::from_str(&document(&facts)).unwrap()
}

#[test]
fn a_model_in_many_places_is_one_component_and_each_revision_its_own() {
    let mut other = asset(AssetKind::HubModel, "acme/bird-net", "c.py");
    other.version = Some("v2".to_owned());
    let bill = bill(vec![
        asset(AssetKind::HubModel, "acme/bird-net", "a.py"),
        asset(AssetKind::HubModel, "acme/bird-net", "b.py"),
        other,
    ]);
    let components = bill["components"].as_array().unwrap();
    assert_eq!(components.len(), 2);
    assert_eq!(components[0]["evidence"]["occurrences"].as_array().unwrap().len(), 2);
    assert_eq!(components[0]["evidence"]["occurrences"][0]["line"], 3);
    assert_eq!(components[1]["purl"], "pkg:huggingface/acme/bird-net@v2");
}

#[test]
fn weights_have_their_digest_and_libraries_their_version() {
    let mut package = asset(AssetKind::Dependency, "scikit-learn", "uv.lock");
    package.version = Some("1.5.0".to_owned());
    let mut range = asset(AssetKind::Dependency, "torch", "requirements.txt");
    range.version = Some(">=2".to_owned());
    let bill = bill(vec![
        range,
        asset(AssetKind::Framework, "torch", "a.py"),
        asset(AssetKind::Weights, "m.gguf", "m.gguf"),
        asset(AssetKind::Framework, "sklearn", "a.py"),
        asset(AssetKind::HostedService, "openai", "a.py"),
        package,
    ]);
    let of = |name: &str| {
        let all = bill["components"].as_array().unwrap().iter();
        all.clone().find(|it| it["name"] == name).unwrap().clone()
    };
    assert_eq!(of("m.gguf")["hashes"][0]["content"], &*crate::digest::sha256(b"m"));
    assert_eq!(of("sklearn")["version"], "1.5.0");
    assert_eq!(of("torch")["version"], Value::Null);
    assert!(of("torch")["properties"].to_string().contains(">=2"));
    assert_eq!(bill["services"][0]["name"], "openai");
    assert_eq!(bill["dependencies"][0]["dependsOn"].as_array().unwrap().len(), 4);
}

#[test]
fn the_same_content_gives_the_same_bill() {
    let one = || bill(vec![asset(AssetKind::HubModel, "acme/bird-net", "a.py")]);
    assert_eq!(one(), one());
    assert_ne!(one()["serialNumber"], bill(Vec::new())["serialNumber"]);
}
