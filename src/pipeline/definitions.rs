//! What a call of a tool runs, by the files that say it.

use std::collections::{BTreeMap, BTreeSet};

use super::commands::{Call, RunTool, names_the_gate, resolved};
use super::program_text::Programs;
use super::rules::{CalledPart, Dialect, included, part};
use super::sessions::{environments, functions};
use super::strictness::canonical;
use crate::document::{Key, Node, parse};
use crate::span::RepoPath;

/// Files that one call reads.
const MOST_FILES: usize = 200;

/// What a call runs: of each file that says it, what counts.
pub(super) type Definition = BTreeMap<RepoPath, CalledPart>;

pub(super) fn definition(programs: &Programs<'_>, call: &Call) -> Definition {
    let mut found = Definition::new();
    for path in files(programs, call) {
        let Some(text) = programs.text(&path) else { continue };
        match call.tool {
            RunTool::Make => rules(programs, call, Dialect::Make, &path, &text, &mut found),
            RunTool::Just => rules(programs, call, Dialect::Just, &path, &text, &mut found),
            _ => {
                let part = of_file(call, &path, &text);
                // A file that says nothing of it is as good as none.
                if part != CalledPart::default() {
                    found.insert(path, part);
                }
            }
        }
    }
    found
}

/// The files of a tool, whether they are there or not.
fn files(programs: &Programs<'_>, call: &Call) -> Vec<RepoPath> {
    let names: &[&str] = match call.tool {
        RunTool::Make => &["GNUmakefile", "makefile", "Makefile"],
        RunTool::Just => &["justfile", "Justfile", "JUSTFILE", ".justfile"],
        RunTool::Npm => &["package.json", ".npmrc", ".yarnrc.yml", ".yarnrc"],
        RunTool::Task => &[
            "Taskfile.yml",
            "taskfile.yml",
            "Taskfile.yaml",
            "taskfile.yaml",
            "Taskfile.dist.yml",
            "taskfile.dist.yml",
            "Taskfile.dist.yaml",
            "taskfile.dist.yaml",
        ],
        RunTool::Nox => &["noxfile.py"],
        RunTool::Invoke => &["tasks.py", "tasks/__init__.py", "invoke.yaml", "invoke.py"],
        RunTool::Tox => &["tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"],
        RunTool::Rake => &["Rakefile", "rakefile", "Rakefile.rb", "rakefile.rb"],
        RunTool::Table(_) => {
            &["pyproject.toml", "hatch.toml", "pixi.toml", "Pipfile", "poe_tasks.toml"]
        }
        RunTool::Python => {
            &["pyproject.toml", "setup.py", "setup.cfg", "uv.toml", "pip.conf", "pip.ini"]
        }
        RunTool::Entry => &[
            "compose.yaml",
            "compose.yml",
            "docker-compose.yaml",
            "docker-compose.yml",
            "mise.toml",
            ".mise.toml",
            "deno.json",
            "deno.jsonc",
            "composer.json",
            "Makefile.toml",
            ".cargo/config.toml",
        ],
    };
    let mut found: Vec<RepoPath> = Vec::new();
    for folder in &call.folders {
        let own = call.file.iter().map(String::as_str);
        found.extend(names.iter().copied().chain(own).filter_map(|name| resolved(folder, name)));
    }
    if call.is_everywhere {
        let all = programs.view.named_like("package.json").map(|entry| entry.path.clone());
        found.extend(all.take(MOST_FILES));
    }
    found.sort();
    found.dedup();
    found
}

/// A makefile or justfile with what it includes, as one.
fn rules(
    programs: &Programs<'_>,
    call: &Call,
    dialect: Dialect,
    path: &RepoPath,
    text: &str,
    found: &mut Definition,
) {
    let mut texts = vec![(path.clone(), text.to_owned())];
    let mut at = 0;
    while at < texts.len() && texts.len() < MOST_FILES {
        for written in included(&texts[at].1, dialect) {
            for file in included_files(programs, path, &written, dialect) {
                if let Some(text) = programs.text(&file)
                    && texts.iter().all(|(known, _)| *known != file)
                {
                    texts.push((file, text));
                }
            }
        }
        at += 1;
    }
    let all: String = texts.iter().map(|(_, text)| format!("{}\n", text.trim_end())).collect();
    let (whole, files) = part(&all, dialect, &call.names);
    let mut made = BTreeSet::new();
    if dialect == Dialect::Make {
        // What is there already is not made.
        let folder = path.parent();
        made.extend(files.into_iter().filter(|name| {
            let is_there = |path: RepoPath| !programs.view.below(&path).is_empty();
            !name.is_empty() && resolved(&folder, name).is_some_and(is_there)
        }));
    }
    for (file, _) in texts {
        found.entry(file).or_default();
    }
    // They are read as one, so the first stands for all.
    let around = format!("{}{made:?}", whole.around);
    found.insert(path.clone(), CalledPart { own: whole.own, around });
}

/// The files that an included name may stand for.
fn included_files(
    programs: &Programs<'_>,
    from: &RepoPath,
    written: &str,
    dialect: Dialect,
) -> Vec<RepoPath> {
    if written.contains(['*', '$', '?', '%']) && dialect == Dialect::Make {
        let is_part = |path: &RepoPath| matches!(path.extension().as_str(), "mk" | "make" | "mak");
        let entries = programs.view.snapshot.entries().iter().map(|entry| &entry.path);
        return entries.filter(|path| is_part(path)).take(MOST_FILES).cloned().collect();
    }
    let folders = [from.parent(), RepoPath::root()];
    folders.iter().filter_map(|folder| resolved(folder, written)).collect()
}

fn of_file(call: &Call, path: &RepoPath, text: &str) -> CalledPart {
    let whole = |text: &str| CalledPart { own: text.to_owned(), around: String::new() };
    let tree = || {
        let document = parse(path.clone(), text.as_bytes().to_vec());
        document.tree().ok().cloned()
    };
    match (call.tool, &*path.file_name()) {
        (RunTool::Npm, ".npmrc") => npm_settings(text),
        (RunTool::Npm, "package.json") => {
            tree().map_or_else(|| whole(text), |it| scripts(call, &it))
        }
        (RunTool::Task, _) => tree().map_or_else(|| whole(text), |it| tasks(call, &it)),
        (RunTool::Nox, _) => functions(text, &call.names),
        (RunTool::Invoke, name) if name.ends_with(".py") => functions(text, &call.names),
        (RunTool::Tox, name) if name.ends_with(".toml") => tree().map_or_else(
            || whole(text),
            |it| match name {
                "pyproject.toml" => {
                    let own = it.get("tool").and_then(|it| it.get("tox"));
                    own.map(|it| tox_tables(call, it)).unwrap_or_default()
                }
                _ => tox_tables(call, &it),
            },
        ),
        (RunTool::Tox, name) => {
            let part = environments(text, &call.names);
            // `setup.cfg` is of many tools.
            if name == "setup.cfg" && !text.contains("[tox:tox]") {
                CalledPart::default()
            } else {
                part
            }
        }
        (RunTool::Python, "pyproject.toml") => {
            tree().map_or_else(|| whole(text), |it| programs(call, &it))
        }
        // What a program of the repository is called.
        (RunTool::Python, "setup.py" | "setup.cfg") => {
            let lines = text.lines().map(str::trim).filter(|line| names_the_gate(line));
            whole(&lines.collect::<Vec<_>>().join("\n"))
        }
        (RunTool::Entry, _) => tree().map_or_else(|| whole(text), |it| entries(call, &it)),
        (RunTool::Table(table), "pyproject.toml") => tree().map_or_else(
            || whole(text),
            |it| {
                let own = it.get("tool").and_then(|it| it.get(table)).map(canonical);
                CalledPart { own: own.unwrap_or_default(), around: String::new() }
            },
        ),
        (RunTool::Table(table), name) if !name.to_ascii_lowercase().starts_with(&table[..3]) => {
            CalledPart::default()
        }
        _ => {
            let lines = text.lines().filter(|it| !it.trim_start().starts_with('#'));
            whole(&lines.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// The settings of npm that say what runs a script, or whether one is run.
fn npm_settings(text: &str) -> CalledPart {
    const KEYS: [&str; 8] = [
        "registry",
        "script-shell",
        "shell",
        "node-options",
        "prefix",
        "ignore-scripts",
        "if-present",
        "scripts-prepend-node-path",
    ];
    let is_one = |line: &&str| {
        let key = line.split(['=', '[', ' ']).next().unwrap_or_default();
        // Of one scope: `@acme:registry=...`.
        KEYS.contains(&key) || (key.starts_with('@') && key.ends_with(":registry"))
    };
    let lines: Vec<&str> = text.lines().map(str::trim).filter(is_one).collect();
    CalledPart { own: String::new(), around: lines.join("\n") }
}

/// The programs that a project of Python installs under the name of the gate or one that is asked
/// for, where it takes the gate from, and where packages come from.
fn programs(call: &Call, root: &Node) -> CalledPart {
    const PLACES: [&str; 7] =
        ["index", "index-url", "extra-index-url", "find-links", "index-strategy", "source", "pip"];
    let mut part = CalledPart::default();
    root.walk(&mut |key, node| {
        let name = key.map_or("", |key| &*key.text);
        if name.contains("aimsgate") {
            let version = node.as_text().map(|it| it.trim_start_matches(['^', '~', '=', '>']));
            let version = version.filter(|it| it.starts_with(|c: char| c.is_ascii_digit()));
            part.own += &match version {
                Some(version) => format!("{name}=={version}\n"),
                None => format!("{name}: {}\n", canonical(node)),
            };
        } else if node.as_text().is_some_and(names_the_gate) && name != "name" {
            part.own += &format!("{}\n", canonical(node));
        }
        if ["scripts", "gui-scripts"].contains(&name) {
            let asked = |(key, _): &&(Key, Node)| call.names.iter().any(|it| **it == *key.text);
            for (key, value) in node.entries().iter().filter(asked) {
                part.own += &format!("{}: {}\n", key.text, canonical(value));
            }
        }
    });
    for (tool, table) in root.get("tool").map(Node::entries).unwrap_or_default() {
        for (key, value) in table.entries().iter().filter(|(key, _)| PLACES.contains(&&*key.text)) {
            part.around += &format!("{} {}: {}\n", tool.text, key.text, canonical(value));
        }
    }
    part
}

/// The services, tasks, scripts and aliases that are asked for by their names.
fn entries(call: &Call, root: &Node) -> CalledPart {
    let mut part = CalledPart::default();
    for section in ["services", "tasks", "scripts", "alias"] {
        for (key, value) in root.get(section).map(Node::entries).unwrap_or_default() {
            if call.names.iter().any(|name| **name == *key.text) {
                part.own += &format!("{section} {}: {}\n", key.text, canonical(value));
            }
        }
    }
    part
}

/// The scripts that are asked for, and which gate is installed.
fn scripts(call: &Call, root: &Node) -> CalledPart {
    let mut part = CalledPart::default();
    for name in &call.names {
        if let Some(script) = root.get("scripts").and_then(|scripts| scripts.get(name)) {
            part.own += &format!("{name}: {}\n", canonical(script));
        }
    }
    root.walk(&mut |key, node| {
        if let Some(key) = key.filter(|key| key.text.contains("aimsgate"))
            && let Some(version) = node.as_text()
            && !call.names.iter().any(|name| **name == *key.text)
        {
            let version = version.trim_start_matches(['^', '~', '=', '>']);
            part.around += &format!("{}=={version}\n", key.text);
        }
    });
    part
}

/// The tasks that are asked for, those they need, and what holds for all.
fn tasks(call: &Call, root: &Node) -> CalledPart {
    let mut part = CalledPart::default();
    for (key, value) in root.entries().iter().filter(|(key, _)| &*key.text != "tasks") {
        part.around += &format!("{}: {}\n", key.text, canonical(value));
    }
    let all = root.get("tasks").map(Node::entries).unwrap_or_default();
    let mut wanted: BTreeSet<String> = call.names.iter().cloned().collect();
    if wanted.is_empty() {
        wanted.insert("default".to_owned());
    }
    let mut seen = BTreeSet::new();
    loop {
        let next = all.iter().find(|(key, value)| {
            let aliases = value.get("aliases").map(Node::items).unwrap_or_default();
            let is_named = wanted.contains(&*key.text)
                || aliases.iter().filter_map(Node::as_text).any(|name| wanted.contains(name));
            (is_named || key.text.contains('*')) && !seen.contains(&key.text)
        });
        let Some((key, value)) = next else { break };
        seen.insert(key.text.clone());
        part.own += &format!("{}: {}\n", key.text, canonical(value));
        value.walk(&mut |_, node| {
            let words = node.as_text().unwrap_or_default().split_whitespace();
            wanted.extend(words.map(|word| word.trim_start_matches(':').to_owned()));
        });
    }
    part
}

/// The settings of tox in TOML, without the environments that are not asked for.
fn tox_tables(call: &Call, root: &Node) -> CalledPart {
    let mut part = CalledPart::default();
    for (key, value) in root.entries() {
        match &*key.text {
            "env" => {
                for (name, value) in value.entries() {
                    if call.names.is_empty() || call.names.iter().any(|it| **it == *name.text) {
                        part.own += &format!("{}: {}\n", name.text, canonical(value));
                    }
                }
            }
            "legacy_tox_ini" => {
                let own = environments(value.as_text().unwrap_or_default(), &call.names);
                part.own += &own.own;
                part.around += &own.around;
            }
            _ => part.around += &format!("{}: {}\n", key.text, canonical(value)),
        }
    }
    part
}
