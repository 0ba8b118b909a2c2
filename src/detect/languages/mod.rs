//! What is known of languages and of what their code imports: the files of `data/code`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::bytes::Regex;
use serde::Deserialize;

use super::hosted;
use super::lexer::{Lexis, StringRule};
use super::patterns::compiled;
use crate::catalog::embedded;
use crate::span::RepoPath;

/// A row of `data/code/languages.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguageRow {
    name: String,
    extensions: Vec<String>,
    ecosystem: String,
    #[serde(default)]
    line: Vec<String>,
    #[serde(default)]
    block: Vec<String>,
    #[serde(default)]
    spaced: bool,
    #[serde(default)]
    nests: bool,
    strings: Vec<StringRule>,
    #[serde(default)]
    sections: Vec<String>,
    imports: Vec<String>,
}

/// A language of code.
pub(super) struct SourceLanguage {
    row: LanguageRow,
    /// What finds imports; the first group is what is imported.
    pub(super) imports: Vec<Regex>,
}

impl SourceLanguage {
    pub(super) fn name(&self) -> &str {
        &self.row.name
    }

    pub(super) fn lexis(&self) -> Lexis<'_> {
        let row = &self.row;
        Lexis {
            line: &row.line,
            spaced: row.spaced,
            block: &row.block,
            nests: row.nests,
            strings: &row.strings,
            sections: &row.sections,
        }
    }

    /// Whether strings are told from code. Commands of a shell may stand in any string.
    pub(super) fn has_strings(&self) -> bool {
        !self.row.strings.is_empty()
    }

    pub(super) fn ecosystem(&self) -> &'static Ecosystem {
        ecosystem(&self.row.ecosystem)
    }
}

/// A file of `data/code` on what in some languages shows AI.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct EcosystemRow {
    #[serde(default)]
    quoted: bool,
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "tests try each entry with it"))]
    example: String,
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "tests try each entry with it"))]
    looks_so: String,
    known: Vec<KnownImport>,
    #[serde(default)]
    patterns: Vec<PatternRow>,
}

/// Something that code imports to build or use AI.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownImport {
    pub(super) name: String,
    /// The hosted service it is a client of; None for a framework.
    pub(super) service: Option<String>,
    #[serde(default)]
    packages: Vec<String>,
    imports: Vec<String>,
    #[serde(default)]
    pub(super) defines: Vec<String>,
    #[serde(default)]
    pub(super) trains: Vec<String>,
    #[serde(default)]
    pub(super) runs: Vec<String>,
    /// Whether strings beside it may be ids of hosted models.
    #[serde(default)]
    pub(super) ids: bool,
    /// Whether strings beside it may be ids of models of a hub.
    #[serde(default)]
    pub(super) hub: bool,
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "tests try each entry with it"))]
    shows: Option<String>,
}

impl KnownImport {
    /// The packages that bring it, called as they are imported where nothing else is said.
    fn packages(&self) -> &[String] {
        if self.packages.is_empty() { &self.imports } else { &self.packages }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PatternRow {
    words: Vec<String>,
    kind: ShownKind,
    pattern: String,
    name: Option<String>,
    service: Option<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "a test tries it"))]
    yes: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "a test tries it"))]
    no: String,
}

/// What a pattern shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ShownKind {
    Training,
    Use,
    Service,
    Hub,
    HostedModel,
}

/// What counts without an import.
pub(super) struct ShownBy {
    pub(super) kind: ShownKind,
    pub(super) pattern: Regex,
    pub(super) name: Option<String>,
    pub(super) service: Option<String>,
}

/// What in the languages of one ecosystem shows AI.
pub(super) struct Ecosystem {
    pub(super) known: Vec<KnownImport>,
    pub(super) patterns: Vec<ShownBy>,
    /// Finds a word without which nothing in a file can count.
    pub(super) words: Regex,
    /// Finds a package in a manifest.
    pub(super) packages: Option<Regex>,
}

impl Ecosystem {
    /// Whether a package of this name, or one whose name begins so, counts with any rest.
    pub(super) fn is_open_package(&self, name: &str) -> bool {
        let all = self.known.iter().flat_map(KnownImport::packages);
        all.filter_map(|it| it.strip_suffix('*')).any(|it| it.eq_ignore_ascii_case(name))
    }

    /// Returns what is imported under a name.
    pub(super) fn import(&self, module: &str) -> Option<&KnownImport> {
        let fits = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => module.starts_with(beginning),
            None => module
                .strip_prefix(pattern.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.', ':', '\\'])),
        };
        let fit = |it: &KnownImport| it.imports.iter().filter(|it| fits(it)).map(String::len).max();
        let fitting = self.known.iter().filter_map(|it| Some((fit(it)?, it)));
        // The first of those that say most.
        fitting.rev().max_by_key(|(length, _)| *length).map(|(_, it)| it)
    }
}

const ECOSYSTEMS: [(&str, &str); 14] = [
    ("npm", include_str!("../../../data/code/npm.yaml")),
    ("jvm", include_str!("../../../data/code/jvm.yaml")),
    ("go", include_str!("../../../data/code/go.yaml")),
    ("rust", include_str!("../../../data/code/rust.yaml")),
    ("dotnet", include_str!("../../../data/code/dotnet.yaml")),
    ("cpp", include_str!("../../../data/code/cpp.yaml")),
    ("swift", include_str!("../../../data/code/swift.yaml")),
    ("ruby", include_str!("../../../data/code/ruby.yaml")),
    ("php", include_str!("../../../data/code/php.yaml")),
    ("r", include_str!("../../../data/code/r.yaml")),
    ("julia", include_str!("../../../data/code/julia.yaml")),
    ("dart", include_str!("../../../data/code/dart.yaml")),
    ("elixir", include_str!("../../../data/code/elixir.yaml")),
    ("sql", include_str!("../../../data/code/sql.yaml")),
];

/// Commands, which are code of a shell and stand in recipes too.
const COMMANDS: (&str, &str) = ("shell", include_str!("../../../data/code/shell.yaml"));

fn rows(name: &str, text: &str) -> EcosystemRow {
    embedded(&format!("code/{name}"), text)
}

fn read(name: &str, text: &str) -> Ecosystem {
    let row = rows(name, text);
    let before = |word: &str| match word.chars().next() {
        _ if row.quoted => "[\"'/]",
        Some(first) if first.is_ascii_alphanumeric() => r"\b",
        _ => "",
    };
    let imports = row.known.iter().flat_map(|it| &it.imports);
    let imports = imports.map(|it| {
        let word = it.trim_end_matches('*');
        format!("{}{}", before(word), regex::escape(word))
    });
    let patterns = row.patterns.iter().flat_map(|it| &it.words);
    let patterns = patterns.map(|it| format!("(?i:{})", regex::escape(it)));
    let hosts = hosted::hosts().map(regex::escape);
    let ids = hosted::beginnings().map(|it| format!("[\"'`]{}", regex::escape(it)));
    let words: Vec<String> = imports.chain(patterns).chain(hosts).chain(ids).collect();
    let packages: Vec<String> = row
        .known
        .iter()
        .flat_map(KnownImport::packages)
        .map(|it| regex::escape(it.trim_end_matches('*')))
        .collect();
    let shown = |it: PatternRow| ShownBy {
        kind: it.kind,
        pattern: compiled(&it.pattern),
        name: it.name,
        service: it.service,
    };
    Ecosystem {
        words: compiled(&words.join("|")),
        packages: (!packages.is_empty()).then(|| compiled(&format!("(?i){}", packages.join("|")))),
        known: row.known,
        patterns: row.patterns.into_iter().map(shown).collect(),
    }
}

fn ecosystems() -> &'static BTreeMap<&'static str, LazyLock<Ecosystem, ReadEcosystem>> {
    static ALL: LazyLock<BTreeMap<&'static str, LazyLock<Ecosystem, ReadEcosystem>>> =
        LazyLock::new(|| {
            let lazy = |(name, text): (&'static str, &'static str)| {
                let reading: ReadEcosystem = Box::new(move || read(name, text));
                (name, LazyLock::new(reading))
            };
            ECOSYSTEMS.into_iter().chain([COMMANDS]).map(lazy).collect()
        });
    &ALL
}

/// Reads one file of data when its language is met first.
type ReadEcosystem = Box<dyn FnOnce() -> Ecosystem + Send + Sync>;

fn ecosystem(name: &str) -> &'static Ecosystem {
    match ecosystems().get(name) {
        Some(ecosystem) => ecosystem,
        // Our own data, looked up by a test; a user never sees this.
        None => panic!("data/code/{name}.yaml is not read"),
    }
}

/// Returns the commands of a shell that show AI.
pub(super) fn commands() -> &'static Ecosystem {
    ecosystem(COMMANDS.0)
}

/// Returns what counts in JavaScript and TypeScript.
pub(super) fn npm() -> &'static Ecosystem {
    ecosystem("npm")
}

fn languages() -> &'static [SourceLanguage] {
    static LANGUAGES: LazyLock<Vec<SourceLanguage>> = LazyLock::new(|| {
        let rows: Vec<LanguageRow> =
            embedded("code/languages", include_str!("../../../data/code/languages.yaml"));
        let language = |row: LanguageRow| SourceLanguage {
            imports: row.imports.iter().map(|it| compiled(it)).collect(),
            row,
        };
        rows.into_iter().map(language).collect()
    });
    &LANGUAGES
}

/// Returns the language of a file that is read here, by its extension.
pub(super) fn language(path: &RepoPath) -> Option<&'static SourceLanguage> {
    static BY_EXTENSION: LazyLock<BTreeMap<&str, &SourceLanguage>> = LazyLock::new(|| {
        let of = |language: &'static SourceLanguage| {
            language.row.extensions.iter().map(move |it| (it.as_str(), language))
        };
        languages().iter().flat_map(of).collect()
    });
    BY_EXTENSION.get(path.extension().as_str()).copied()
}

/// Returns the name of the ecosystem whose packages a manifest lists.
fn named_by_manifest(path: &RepoPath) -> Option<&'static str> {
    static MANIFESTS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
        embedded("code/manifests", include_str!("../../../data/code/manifests.yaml"))
    });
    let name = path.file_name();
    let is_named = |pattern: &str| {
        pattern.strip_prefix('*').map_or(name == pattern, |end| name.ends_with(end))
    };
    let (found, _) =
        MANIFESTS.iter().find(|(_, names)| names.iter().any(|pattern| is_named(pattern)))?;
    Some(found)
}

/// Returns the ecosystem whose packages a manifest lists.
pub(super) fn of_manifest(path: &RepoPath) -> Option<&'static Ecosystem> {
    named_by_manifest(path).map(ecosystem)
}

/// Whether a file says which versions were taken, of all packages that others ask for too.
pub(crate) fn is_lock(path: &RepoPath) -> bool {
    let name = path.file_name();
    name.contains("lock") || name.ends_with(".resolved")
}

/// Returns the packages that bring a library of this name, in any ecosystem.
pub(super) fn packages_of(library: &str) -> Vec<String> {
    let all = ecosystems().values().flat_map(|it| &it.known);
    all.filter(|it| it.name == library).flat_map(KnownImport::packages).cloned().collect()
}

/// Whether a package that a manifest asks for calls hosted models, and there is code that may use
/// it. What a lock file lists may be for others.
pub(super) fn asks_for_a_client(
    path: &RepoPath,
    package: &str,
    code: &BTreeMap<&'static str, usize>,
) -> bool {
    let Some(found) = named_by_manifest(path) else { return false };
    let speaks = |it: &&SourceLanguage| it.row.ecosystem == found && code.contains_key(it.name());
    let fits = |pattern: &String| match pattern.strip_suffix('*') {
        Some(beginning) => package.starts_with(beginning),
        None => package == pattern,
    };
    let calls = |it: &&KnownImport| it.service.is_some() || it.ids;
    !is_lock(path)
        && languages().iter().any(|it| speaks(&it))
        && ecosystem(found).known.iter().filter(calls).any(|it| it.packages().iter().any(fits))
}

#[cfg(test)]
mod tests;
