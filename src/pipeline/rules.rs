//! What a target of a makefile, or a recipe of a justfile, is made of.
//!
//! Rules that the target does not need, and variables that nothing of it uses, say nothing. What
//! cannot be told apart counts.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

/// How such a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Make,
    Just,
}

/// What counts of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CalledPart {
    /// What is run.
    pub(super) own: String,
    /// What may change how it is run.
    pub(super) around: String,
}

#[derive(Debug, PartialEq, Eq)]
enum RuleBlockKind {
    Rule { names: Vec<String>, needs: Vec<String> },
    Variable { name: String, is_free: bool },
    Other,
}

struct RuleBlock {
    kind: RuleBlockKind,
    text: String,
}

/// Variables that make itself reads.
const SPECIAL: [&str; 9] =
    ["SHELL", "MAKEFLAGS", "GNUMAKEFLAGS", "MAKEFILES", "MAKE", "PATH", "VPATH", "BASH_ENV", "ENV"];

/// What of a file counts for the targets that are asked for; for the first one where none is. Also
/// returns which targets those are in the end, but for phony ones.
pub(super) fn part(
    text: &str,
    dialect: Dialect,
    asked: &[String],
) -> (CalledPart, BTreeSet<String>) {
    let blocks = blocks(text, dialect);
    let mut wanted: BTreeSet<String> = asked.iter().cloned().collect();
    if asked.is_empty() {
        wanted.extend(first(&blocks, dialect));
    }
    let is_unclear = asked.iter().any(|name| name.contains('$'));
    loop {
        let before = wanted.len();
        for block in &blocks {
            if let RuleBlockKind::Rule { names, needs } = &block.kind
                && names.iter().any(|name| wanted.contains(name))
                && !names.iter().any(|name| is_special(name))
            {
                wanted.extend(needs.iter().cloned());
            }
        }
        if wanted.len() == before {
            break;
        }
    }
    let mut part = CalledPart::default();
    let mut phony = BTreeSet::new();
    let mut variables = Vec::new();
    for block in &blocks {
        match &block.kind {
            RuleBlockKind::Rule { names, needs } if names.iter().any(|it| it == ".PHONY") => {
                phony.extend(needs.iter().filter(|it| wanted.contains(*it)).cloned());
            }
            RuleBlockKind::Rule { names, .. } if names.iter().any(|name| wanted.contains(name)) => {
                part.own += &block.text;
            }
            RuleBlockKind::Rule { names, .. } if names.iter().any(|name| is_open(name)) => {
                part.around += &block.text;
            }
            RuleBlockKind::Rule { .. } => {}
            RuleBlockKind::Variable { name, is_free } => {
                variables.push((name, *is_free, &block.text))
            }
            RuleBlockKind::Other => part.around += &block.text,
        }
    }
    if is_unclear || is_computed(&format!("{}{}", part.own, part.around)) {
        let all = blocks.iter().map(|block| block.text.as_str()).collect();
        return (CalledPart { own: all, around: String::new() }, BTreeSet::new());
    }
    used(&mut part, &variables);
    let of_phony: Vec<&str> = phony.iter().map(String::as_str).collect();
    part.around += &format!(".PHONY: {}\n", of_phony.join(" "));
    let files = wanted.difference(&phony).filter(|name| !is_open(name)).cloned().collect();
    (part, files)
}

/// Adds the variables that what counts uses, or that work by themselves.
fn used(part: &mut CalledPart, variables: &[(&String, bool, &String)]) {
    let mut seen = vec![false; variables.len()];
    loop {
        let mut grew = false;
        let words = words(&format!("{}{}", part.own, part.around));
        let mut more = String::new();
        for (at, (name, is_free, text)) in variables.iter().enumerate() {
            let is_special = SPECIAL.contains(&&***name) || name.starts_with('.');
            if !seen[at] && (words.contains(*name) || !is_free || is_special) {
                seen[at] = true;
                grew = true;
                more += text;
            }
        }
        if !grew {
            break;
        }
        // The order of definitions counts only among those of one name, which stay in order.
        part.own += &more;
    }
}

fn words(text: &str) -> BTreeSet<String> {
    let is_break = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let plain = text.split(is_break);
    let short = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    plain.chain(short).map(str::to_owned).collect()
}

/// Whether a text makes names out of others, or text that is read as rules.
fn is_computed(text: &str) -> bool {
    ["$($", "$(${", "${$", "$(eval", "$(call", "$(foreach", "${eval", "${call", ".EXPORT_ALL"]
        .iter()
        .any(|it| text.contains(it))
}

fn is_special(name: &str) -> bool {
    name.starts_with('.') && name[1..].chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// Whether a rule of this name may hold for any target.
fn is_open(name: &str) -> bool {
    name.contains(['%', '$', '*', '?', '(']) || is_special(name)
}

/// What is run where nothing is asked for.
fn first(blocks: &[RuleBlock], dialect: Dialect) -> Option<String> {
    let goal = blocks.iter().find_map(|block| match &block.kind {
        RuleBlockKind::Variable { name, .. } if name == ".DEFAULT_GOAL" => {
            block.text.split('=').nth(1).map(|it| it.trim().to_owned())
        }
        _ => None,
    });
    goal.or_else(|| {
        blocks.iter().find_map(|block| match &block.kind {
            RuleBlockKind::Rule { names, .. } => {
                names.iter().find(|name| dialect == Dialect::Just || !is_open(name)).cloned()
            }
            _ => None,
        })
    })
}

fn blocks(text: &str, dialect: Dialect) -> Vec<RuleBlock> {
    let mut found: Vec<RuleBlock> = Vec::new();
    let (mut nested, mut in_define) = (0_usize, false);
    let mut heads = String::new();
    for line in logical_lines(text, dialect) {
        let word = line.split_whitespace().next().unwrap_or_default();
        let is_body = match dialect {
            Dialect::Make => line.starts_with('\t'),
            Dialect::Just => line.starts_with([' ', '\t']),
        };
        if dialect == Dialect::Make && (nested > 0 || in_define || is_opening(word)) {
            nested += usize::from(["ifeq", "ifneq", "ifdef", "ifndef"].contains(&word));
            in_define = (in_define || is_define(&line)) && word != "endef";
            nested -= usize::from(word == "endif" && nested > 0);
            found.push(RuleBlock { kind: RuleBlockKind::Other, text: format!("{line}\n") });
            continue;
        }
        if is_body && let Some(block) = found.last_mut() {
            let start = line.trim_start();
            let is_comment =
                start.starts_with('#') && !start.starts_with("#!") && !line.contains('\\');
            if !is_comment && !word.is_empty() {
                block.text += &format!("{}\n", line.trim_end());
            }
            continue;
        }
        if word.is_empty() || word.starts_with('#') {
            continue;
        }
        if dialect == Dialect::Just && word.starts_with('[') {
            heads += &format!("{}\n", line.trim_end());
            continue;
        }
        let kind = kind(&line, dialect);
        found.push(RuleBlock {
            kind,
            text: format!("{}{}\n", std::mem::take(&mut heads), line.trim()),
        });
    }
    found
}

fn is_opening(word: &str) -> bool {
    ["ifeq", "ifneq", "ifdef", "ifndef", "define"].contains(&word)
}

fn is_define(line: &str) -> bool {
    line.split_whitespace().next() == Some("define")
}

/// Lines with those that go on them.
fn logical_lines(text: &str, dialect: Dialect) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        match found.last_mut().filter(|_| goes_on) {
            Some(last) => {
                last.push('\n');
                last.push_str(line);
            }
            None => found.push(line.to_owned()),
        }
        goes_on = line.ends_with('\\') && dialect == Dialect::Make;
    }
    found
}

fn kind(line: &str, dialect: Dialect) -> RuleBlockKind {
    static MAKE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?s)^(?:override\s+)?([A-Za-z0-9_.-]+)\s*(:{0,3}=|\?=|\+=|!=)(.*)$").ok()
    });
    static JUST: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?s)^([A-Za-z_][A-Za-z0-9_-]*)\s*(:=)(.*)$").ok());
    let pattern = if dialect == Dialect::Make { &*MAKE } else { &*JUST };
    if let Some(found) = pattern.as_ref().and_then(|pattern| pattern.captures(line)) {
        let value = &found[3];
        let runs = &found[2] == "!=" || value.contains('`') || value.contains("shell(");
        let calls = value.match_indices("$(").chain(value.match_indices("${")).any(|(at, _)| {
            let end = value[at..].find([')', '}']).map_or(value.len(), |end| at + end);
            value[at..end].contains([' ', '\t'])
        });
        return RuleBlockKind::Variable { name: found[1].to_owned(), is_free: !runs && !calls };
    }
    let word = line.split_whitespace().next().unwrap_or_default();
    let others = match dialect {
        Dialect::Make => {
            ["include", "-include", "sinclude", "export", "unexport", "vpath", "override"]
                .as_slice()
        }
        Dialect::Just => ["set", "import", "import?", "mod", "mod?", "export"].as_slice(),
    };
    if others.contains(&word) {
        return RuleBlockKind::Other;
    }
    if dialect == Dialect::Just
        && let Some(alias) = line.strip_prefix("alias ")
        && let Some((name, of)) = alias.split_once(":=")
    {
        let (names, needs) = (vec![name.trim().to_owned()], vec![of.trim().to_owned()]);
        return RuleBlockKind::Rule { names, needs };
    }
    let Some((names, needs)) = line.split_once(':') else { return RuleBlockKind::Other };
    let split = |text: &str| -> Vec<String> {
        let is_break = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '&' | '|' | '\\');
        text.split(is_break).filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    match dialect {
        Dialect::Make if names.contains("$(") => {
            RuleBlockKind::Rule { names: vec![names.to_owned()], needs: Vec::new() }
        }
        Dialect::Make => {
            let needs = needs.split([';', '#']).next().unwrap_or_default().trim_start_matches(':');
            RuleBlockKind::Rule { names: split(names), needs: split(needs) }
        }
        Dialect::Just => {
            let name = names.trim_start_matches('@').split_whitespace().next();
            let names = name.into_iter().map(str::to_owned).collect();
            RuleBlockKind::Rule { names, needs: split(needs) }
        }
    }
}

/// The files that a file of this kind includes, as they are written.
pub(super) fn included(text: &str, dialect: Dialect) -> Vec<String> {
    let mut found = Vec::new();
    for line in logical_lines(text, dialect) {
        let mut words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        match (dialect, words.next()) {
            (Dialect::Make, Some("include" | "-include" | "sinclude")) => {
                found.extend(words.take_while(|it| !it.starts_with('#')).map(str::to_owned));
            }
            (Dialect::Just, Some("import" | "import?")) => {
                found.extend(words.next().map(str::to_owned));
            }
            (Dialect::Just, Some("mod" | "mod?")) => {
                let name = words.next().unwrap_or_default();
                found.extend([format!("{name}.just"), format!("{name}/mod.just")]);
                found.push(format!("{name}/justfile"));
                found.extend(words.next().map(str::to_owned));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAKEFILE: &str = "\
PYTHON := python3
FLAGS = --for merge
VERSION := 1.2
.PHONY: gate lint
# The gate.
gate: env
\t@# a word
\taimsgate check $(FLAGS)
env:
\t$(PYTHON) -m venv .venv
lint:
\truff check
";

    fn of(text: &str) -> CalledPart {
        part(text, Dialect::Make, &["gate".to_owned()]).0
    }

    #[test]
    fn what_a_target_does_not_need_says_nothing() {
        for (from, to) in [
            ("ruff check", "ruff check ."),
            ("1.2", "1.3"),
            ("# The gate.\n", ""),
            (".PHONY: gate lint", ".PHONY: lint docs gate"),
            ("lint:\n", "docs: lint\n\tmkdocs build\nlint:\n"),
        ] {
            assert_eq!(of(MAKEFILE), of(&MAKEFILE.replace(from, to)), "{from} -> {to}");
        }
    }

    #[test]
    fn what_it_needs_or_what_may_change_it_counts() {
        for (from, to) in [
            ("aimsgate check", "-aimsgate check"),
            ("--for merge", "--help ; true"),
            ("python3", "./fake"),
            ("gate: env", "gate:"),
            (".PHONY: gate lint", ".PHONY: lint"),
            ("VERSION := 1.2", "SHELL := /bin/true"),
            ("VERSION := 1.2", "VERSION := $(shell ./fake.sh)"),
            ("VERSION := 1.2", "VERSION != ./fake.sh"),
            ("lint:\n", "%:\n\ttrue\nlint:\n"),
            ("lint:\n", "gate:\n\ttrue\nlint:\n"),
            ("lint:\n", ".IGNORE: gate\nlint:\n"),
            ("lint:\n", "-include fake.mk\nlint:\n"),
            ("lint:\n", "gate: FLAGS = --help\nlint:\n"),
            ("lint:\n", "export PATH := ./fake:$(PATH)\nlint:\n"),
            ("\t@# a word\n", "\t# a word \\\n\texit 0\n"),
        ] {
            assert_ne!(of(MAKEFILE), of(&MAKEFILE.replace(from, to)), "{from} -> {to}");
        }
    }

    #[test]
    fn a_recipe_of_just_is_told_from_the_others() {
        let file = "set shell := ['sh', '-c']\nx := 'a'\n\ngate flag='': build\n    aimsgate check \
            {{x}}\n\nbuild:\n    true\n\n[private]\nlint:\n    ruff\n";
        let of = |text: &str| part(text, Dialect::Just, &["gate".to_owned()]).0;
        assert_eq!(of(file), of(&file.replace("ruff", "ruff check")));
        for (from, to) in [("'a'", "'b'"), ("    true", "    false"), ("'sh'", "'true'")] {
            assert_ne!(of(file), of(&file.replace(from, to)), "{from} -> {to}");
        }
    }
}
