//! Every entry of `data/detect.yaml` once in code, once where it is nothing, and none twice.

use std::collections::BTreeSet;

use super::python;
use super::python_names::{NameOwner, NameRole, NameRule, last, patterns};
use super::signs::{Library, signs};
use crate::asset::{AssetKind, Detection, Strength};

/// What a source shows beside the libraries that it imports.
fn detections(source: &str) -> Vec<Detection> {
    let found = python::detections(source).into_iter();
    found.filter(|it| it.kind != AssetKind::Framework).collect()
}

/// Source that uses what a pattern is about.
fn used(path: &str, rule: &NameRule) -> String {
    let library = match rule.owner {
        NameOwner::Library(library) => Some(library),
        _ => None,
    };
    let method = |of: fn(&Library) -> &BTreeSet<String>| {
        library.and_then(|it| of(it).first()).map_or("none", String::as_str)
    };
    match rule.role {
        NameRole::Base => format!("class Own({path}):\n    pass\n"),
        NameRole::Model | NameRole::Note => {
            format!("made = {path}()\nmade.{}(x)\n", method(|it| &it.methods))
        }
        NameRole::Loads => format!("made = {path}(x)\nmade.{}(x)\n", method(|it| &it.uses)),
        NameRole::Request => format!("{path}(\"https://api.openai.com/v1/chat\")\n"),
        _ => {
            let keyword = library.and_then(|it| it.keywords.first());
            format!("{path}({})\n", keyword.map_or(String::new(), |it| format!("{it}=x")))
        }
    }
}

#[test]
fn every_pattern_finds_what_it_is_for_and_nothing_in_words() {
    for (pattern, rule) in patterns() {
        if rule.role == NameRole::Wraps {
            continue;
        }
        let path = pattern.replace('*', "Some");
        let module = path.rsplit_once('.').map_or("", |(module, _)| module);
        let used = used(&path, &rule);
        let source = format!("import {module}\n{used}");
        let found = detections(&source);
        let is_right = |(kind, name): (AssetKind, &str)| match (rule.role, rule.owner) {
            (NameRole::Client | NameRole::ServiceCall, NameOwner::Service(service)) => {
                kind == AssetKind::HostedService && name == service.id
            }
            (NameRole::Request, _) => kind == AssetKind::HostedService && name == "openai",
            (NameRole::Base, _) => kind == AssetKind::ModelDefinition && name == "Own",
            (NameRole::Trains, _) => kind == AssetKind::Training && name == path,
            (NameRole::Model | NameRole::Note, _) => {
                kind == AssetKind::Training && name.starts_with(&path)
            }
            _ => kind == AssetKind::ModelUse && name == path,
        };
        assert!(found.iter().any(|it| is_right((it.kind, &it.name))), "{source}{found:?}");
        if rule.role == NameRole::Note {
            assert!(found.iter().all(|it| it.strength == Strength::Hint), "{source}{found:?}");
        }
        let words = used.replace('\n', "\n# ");
        for source in [
            format!("import {module}\n'''\n{used}'''\n# {words}\n"),
            format!("import other.{module} as other\n{used}"),
            format!("from .{module} import {}\n{used}", last(&path)),
        ] {
            // A request needs no name: its address is the evidence.
            let found = detections(&source);
            assert!(found.is_empty() || rule.role == NameRole::Request, "{source}{found:?}");
        }
    }
}

#[test]
fn every_loader_of_a_hub_reads_the_id() {
    for loader in &signs().hub {
        for module in &loader.modules {
            let argument = &loader.arguments[0];
            let kind = if loader.data { AssetKind::HubDataset } else { AssetKind::HubModel };
            let source = format!(
                "import {module}\nNAME = 'acme/small'\n{module}.{}({argument}=NAME)\n",
                loader.call
            );
            let found = detections(&source);
            let is_id = |name: &str| name == "acme/small" || (!loader.data && name == module);
            assert!(found.iter().any(|it| it.kind == kind && is_id(&it.name)), "{source}{found:?}");
            let source = format!("import {module}\n# {module}.{}('acme/small')\n", loader.call);
            assert_eq!(detections(&source), [], "{source}");
        }
    }
}

#[test]
fn no_entry_stands_twice_and_none_is_dead() {
    let mut seen = BTreeSet::new();
    for (pattern, rule) in patterns() {
        assert!(seen.insert((pattern, format!("{:?}", rule.role))), "`{pattern}` stands twice");
        let star = pattern.find('*').unwrap_or(pattern.len());
        assert!(pattern[..star].contains('.'), "`{pattern}` needs a module");
    }
    let mut names = BTreeSet::new();
    for service in &signs().services {
        assert!(names.insert(&service.id), "{}", service.id);
        let is_used = !service.clients.is_empty()
            || !service.calls.is_empty()
            || !service.calls_with.is_empty();
        assert!(is_used, "nothing shows {}", service.id);
    }
    let mut names = BTreeSet::new();
    for library in &signs().libraries {
        assert!(names.insert(&library.name), "{}", library.name);
        let has_classes = [&library.models, &library.notes].iter().any(|it| !it.is_empty());
        let needs_methods = has_classes || !library.loose.is_empty();
        assert_eq!(needs_methods, !library.methods.is_empty(), "methods of {}", library.name);
        assert_eq!(library.loads.is_empty(), library.uses.is_empty(), "uses of {}", library.name);
    }
    let mut hosts = BTreeSet::new();
    for host in signs().services.iter().flat_map(|it| &it.hosts) {
        assert!(hosts.insert(host), "`{host}` is of two services");
        assert!(signs().addresses.contains(host), "`{host}` is no address");
    }
    let mut with = BTreeSet::new();
    for it in signs().services.iter().flat_map(|it| &it.calls_with) {
        assert!(with.insert((&it.call, &it.argument)), "`{}` is of two services", it.argument);
        let source = format!("import boto3\nboto3.Session().client('{}')\n", it.argument);
        assert_eq!(detections(&source).len(), 1, "{source}");
    }
}
