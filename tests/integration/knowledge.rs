//! `docs/inventory.md` and `docs/applicability.md`: what the data says, written from it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

fn data(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(path);
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn texts(value: &Value) -> Vec<String> {
    let all = value.as_sequence().map_or(&[][..], Vec::as_slice);
    all.iter().filter_map(Value::as_str).map(|text| format!("`{text}`")).collect()
}

/// A paragraph that a list begins, wrapped as the other pages are.
fn item(out: &mut String, text: &str) {
    let mut line = "-".to_owned();
    for word in text.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > 100 {
            writeln!(out, "{line}").unwrap();
            line = " ".to_owned();
        }
        line.push(' ');
        line.push_str(word);
    }
    writeln!(out, "{line}").unwrap();
}

fn services(out: &mut String, detect: &Value) {
    out.push_str("\n## Services\n\n");
    out.push_str("A client of one that is constructed, or a request to its host, shows AI.\n\n");
    for service in detect["services"].as_sequence().unwrap() {
        let id = service["id"].as_str().unwrap();
        let calls = [texts(&service["clients"]), texts(&service["calls"])].concat();
        let hosts = texts(&service["hosts"]);
        let mut text = format!("**{id}**: {}", calls.join(", "));
        if !hosts.is_empty() {
            write!(text, "; hosts {}", hosts.join(", ")).unwrap();
        }
        item(out, &text);
    }
}

fn libraries(out: &mut String, detect: &Value) {
    out.push_str("\n## Python\n\nWhat is called or derived from, never a name alone.\n\n");
    for library in detect["libraries"].as_sequence().unwrap() {
        let name = library["name"].as_str().unwrap();
        let keys = ["bases", "models", "trains", "runs", "loads", "notes"];
        let said = keys.iter().filter_map(|key| {
            let all = texts(&library[*key]);
            (!all.is_empty()).then(|| format!("{key} {}", all.join(", ")))
        });
        item(out, &format!("**{name}**: {}", said.collect::<Vec<_>>().join("; ")));
    }
}

fn ecosystems(out: &mut String) {
    let mut languages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for language in data("code/languages.yaml").as_sequence().unwrap() {
        let ecosystem = language["ecosystem"].as_str().unwrap_or("shell").to_owned();
        let name = language["name"].as_str().unwrap().to_owned();
        languages.entry(ecosystem).or_default().push(name);
    }
    for (ecosystem, names) in languages {
        let path = format!("code/{ecosystem}.yaml");
        if !PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data").join(&path).is_file() {
            continue;
        }
        write!(out, "\n## {}\n\n", names.join(", ")).unwrap();
        let known = data(&path);
        for entry in known["known"].as_sequence().map_or(&[][..], Vec::as_slice) {
            let name = entry["name"].as_str().unwrap();
            let what = if entry["service"].is_null() { "library" } else { "service" };
            let imports = texts(&entry["imports"]).join(", ");
            item(out, &format!("**{name}** ({what}): {imports}"));
        }
        for entry in known["patterns"].as_sequence().map_or(&[][..], Vec::as_slice) {
            let kind = entry["kind"].as_str().unwrap();
            item(out, &format!("**{kind}**: {}", texts(&entry["words"]).join(", ")));
        }
    }
}

/// The modules of Python that are told as libraries, with the packages that bring them.
fn modules(out: &mut String) {
    out.push_str("\n### Libraries that are imported\n\n");
    out.push_str("Told with the version of a manifest or lock file; none shows AI by itself.\n\n");
    let modules = data("code/python-modules.yaml");
    let named = modules.as_mapping().unwrap().iter().map(|(module, packages)| {
        let packages = texts(packages);
        let packages =
            if packages.is_empty() { String::new() } else { format!(" ({})", packages.join(", ")) };
        format!("`{}`{packages}", module.as_str().unwrap())
    });
    item(out, &named.collect::<Vec<_>>().join(", "));
}

/// What names say of a use, of people, and of what is made.
fn uses(out: &mut String) {
    out.push_str("\n## Kinds of use\n\n");
    out.push_str("What is found trains, defines, runs or calls by its kind. Names say more:\n\n");
    let uses = data("code/uses.yaml");
    for (key, words) in [
        ("fine-tunes", "fine-tunes"),
        ("evaluates", "evaluates"),
        ("serves", "serves"),
        ("acts-as-agent", "acts as an agent"),
        ("generative-calls", "generates, by the class that is called"),
        ("generative-tasks", "generates, by the task of a pipeline"),
        ("not-generative", "generates nothing all the same"),
    ] {
        item(out, &format!("**{words}**: {}", texts(&uses[key]).join(", ")));
    }
    out.push_str("\nOf these people confirm or deny what they are used for:\n\n");
    for (subject, names) in uses["subjects"].as_mapping().unwrap() {
        item(out, &format!("**{}**: {}", subject.as_str().unwrap(), texts(names).join(", ")));
    }
}

#[test]
fn the_page_of_what_the_inventory_knows_is_as_committed() {
    let detect = data("detect.yaml");
    let mut out = "# What the inventory knows\n\nWritten by `SNAPSHOTS=overwrite cargo test` from \
        [data/detect.yaml](../data/detect.yaml) and\n[data/code](../data/code). `*` is any ending; \
        `(0)` says which argument is the id of a model.\nImports are looked for outside of \
        comments and texts.\n\nThe rules of a repository add packages, \
        services and files of models of its own\n([settings.md](settings.md#what-shows-ai)).\n"
        .to_owned();
    services(&mut out, &detect);
    libraries(&mut out, &detect);
    modules(&mut out);
    ecosystems(&mut out);
    uses(&mut out);
    out.push_str("\n## Images of containers\n\n");
    for (name, images) in data("code/configuration.yaml")["images"].as_mapping().unwrap() {
        item(&mut out, &format!("**{}**: {}", name.as_str().unwrap(), texts(images).join(", ")));
    }
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/inventory.md");
    snapbox::assert_data_eq!(out, snapbox::Data::read_from(&expected, None).raw());
}

/// Who owes a kind of document, when, from which day and by which provision.
fn applicability(out: &mut String, kind: &Value, provisions: &[Value]) {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let list = |value: &Value, key: &str| {
        let all = value[key].as_sequence().map_or(&[][..], Vec::as_slice);
        all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
    };
    let id = text(kind, "id");
    write!(out, "\n### {}\n\n", text(kind, "name")).unwrap();
    item(out, &format!("`{id}`, evidence for {}", list(kind, "controls")));
    if let Some(by) = kind["answered-by"].as_str() {
        item(out, &format!("owed by {}; `{by}` answers it", list(kind, "owed-by")));
        return;
    }
    let classes = ["minimal", "limited", "high"];
    let owing = classes.iter().filter(|class| kind["mandatory"][**class] == "mandatory");
    let owing: Vec<&str> = owing.copied().collect();
    let stage = text(kind, "due-stage");
    if kind["by-law"].as_bool() != Some(true) {
        let when = list(kind, "when");
        let when = if when.is_empty() { String::new() } else { format!(", where {when} holds") };
        let (who, classes) = (list(kind, "owed-by"), owing.join(", "));
        item(
            out,
            &format!(
                "by ISO/IEC 42001, everywhere and on any day: {who}, class {classes}, from stage \
                 {stage} on{when}"
            ),
        );
    }
    for it in provisions {
        let is_meant = it["documents"].as_sequence().is_some_and(|all| all.contains(&kind["id"]));
        if !is_meant {
            continue;
        }
        let mut said = format!(
            "by {}: {}, class {} and above",
            text(it, "source"),
            list(it, "owed-by"),
            text(it, "from-class")
        );
        for (key, words) in [
            ("when", "where these hold: "),
            ("points", "points of Annex III: "),
            ("not-owed-by", "not by a "),
            ("not-points", "not for points "),
        ] {
            let all = list(it, key);
            if !all.is_empty() {
                write!(said, ", {words}{all}").unwrap();
            }
        }
        write!(said, ", from {}", text(it, "from")).unwrap();
        for (key, words) in [("from-annex-i", "for Annex I from "), ("transition", "spared by: ")] {
            let day = text(it, key);
            if !day.is_empty() {
                write!(said, ", {words}{day}").unwrap();
            }
        }
        item(out, &said);
    }
}

#[test]
fn the_page_of_what_applies_to_whom_is_as_committed() {
    let law = data("overlays.yaml");
    let provisions = law["provisions"].as_sequence().unwrap();
    let mut out = "# What applies to whom\n\nWritten by `SNAPSHOTS=overwrite cargo test` from \
        [data/kinds.yaml](../data/kinds.yaml) and\n\
        [data/overlays.yaml](../data/overlays.yaml). What law asks is asked where the rules name \
        its overlay\n(`overlays: [eu-ai-act, gdpr]`). It informs; it is no legal advice.\n"
        .to_owned();
    out.push_str("\n## Kinds of document\n");
    for kind in data("kinds.yaml").as_sequence().unwrap() {
        applicability(&mut out, kind, provisions);
    }
    out.push_str("\n## Provisions about no document\n\n");
    let of_checks = provisions.iter().filter(|it| it["documents"].is_null());
    for it in of_checks {
        let [source, class, from] =
            ["source", "from-class", "from"].map(|key| it[key].as_str().unwrap_or_default());
        let (checks, who) = (texts(&it["checks"]).join(", "), texts(&it["owed-by"]).join(", "));
        item(
            &mut out,
            &format!("{source}: {checks}, of {who}, class {class} and above, from {from}"),
        );
    }
    out.push_str("\n## Transitions\n\n");
    for it in law["transitions"].as_sequence().unwrap() {
        let mut said = format!("**{}**", it["id"].as_str().unwrap());
        for (key, words) in [
            ("placed-before", "placed on the market before "),
            ("until", "spared until "),
            ("public-until", "where public bodies use it, until "),
        ] {
            if let Some(day) = it[key].as_str() {
                write!(said, ", {words}{day}").unwrap();
            }
        }
        if it["until"].is_null() {
            said.push_str(", else until its design changes significantly");
        }
        item(&mut out, &format!("{said} ({})", it["source"].as_str().unwrap()));
    }
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/applicability.md");
    snapbox::assert_data_eq!(out, snapbox::Data::read_from(&expected, None).raw());
}
