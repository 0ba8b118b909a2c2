//! What a repository holds that an AI management system governs: models, data, hosted services.
//!
//! Each asset says how it is known. A name or a manifest line is a hint; only something that was
//! parsed (a valid header, a constructed client, a loaded hub id) counts as evidence of AI.

mod detection;
mod part;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use detection::Detection;
pub(crate) use part::PathPart;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::span::{Place, RepoPath};
use crate::wording::counted;

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asset {
    pub(crate) kind: AssetKind,
    /// The name it has: a path, a hub id, a service, a class or a package.
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) strength: Strength,
    pub(crate) role: PathRole,
    /// The revision of a model of a hub, or the version of a package.
    pub(crate) version: Option<String>,
    /// Whether the code asks it for texts, images or sounds.
    pub(crate) generates: bool,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AssetKind {
    /// Model weights in the repository.
    Weights,
    /// A Git LFS or DVC pointer that stands for weights.
    WeightsPointer,
    /// A model of a public hub, loaded by its id.
    HubModel,
    /// A client of a model somebody else runs.
    HostedService,
    /// The id of a hosted model, as a client is told it.
    HostedModel,
    /// Code that defines a model.
    ModelDefinition,
    /// Code that trains one.
    Training,
    /// Code that loads or runs a model not named in the code.
    ModelUse,
    /// Code that runs what a model's repository brings along.
    RemoteCode,
    /// A dataset of a public hub, loaded by its id.
    HubDataset,
    /// A Git LFS or DVC pointer that stands for tables or arrays.
    DataPointer,
    /// A file that describes a model, or how one is made or served.
    ModelConfiguration,
    /// The configuration of an agent or of its tools.
    Agent,
    /// A library for models that is imported. Says nothing of a model by itself.
    Framework,
    /// A package in a dependency manifest.
    Dependency,
}

impl AssetKind {
    /// Returns whether it is data. Data alone is no evidence of AI.
    fn is_data(self) -> bool {
        matches!(self, Self::HubDataset | Self::DataPointer)
    }

    /// Returns the kind in words, with its article.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Weights => "model weights",
            Self::WeightsPointer => "a pointer to model weights",
            Self::HubModel => "a model loaded from a hub",
            Self::HostedService => "a client of a hosted model",
            Self::HostedModel => "a hosted model called by its id",
            Self::ModelDefinition => "a model defined in code",
            Self::Training => "code that trains a model",
            Self::ModelUse => "code that runs a model",
            Self::RemoteCode => "code that a model brings along",
            Self::HubDataset => "a dataset loaded from a hub",
            Self::DataPointer => "a pointer to data",
            Self::ModelConfiguration => "the configuration of a model",
            Self::Agent => "the configuration of an agent",
            Self::Framework => "a library for models",
            Self::Dependency => "a dependency",
        }
    }
}

/// How sure it is that an asset is what it seems.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Strength {
    /// A name, a word or a manifest line. Never an error by itself.
    Hint,
    /// Parsed: its form says what it is.
    Evidence,
}

/// What the path says about how a file is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PathRole {
    Product,
    /// Tests, examples, documentation, vendored files, and what the register says to ignore.
    Aside,
}

/// Folders of tests and of what a tool installs.
const TESTS: [&str; 16] = [
    "test",
    "tests",
    "testing",
    "__tests__",
    "spec",
    "specs",
    "fixture",
    "fixtures",
    "testdata",
    "test-data",
    "test_data",
    "node_modules",
    "site-packages",
    ".venv",
    "venv",
    "__pycache__",
];

/// Folders of examples, documentation and what others wrote.
const EXAMPLES: [&str; 11] = [
    "example",
    "examples",
    "sample",
    "samples",
    "demo-data",
    "doc",
    "docs",
    "vendor",
    "vendored",
    "third_party",
    "third-party",
];

impl PathRole {
    /// Returns the role of a path as seen from the judged folder.
    pub(crate) fn of(path: &RepoPath, scope: &RepoPath) -> Self {
        Self::by_folders(path, scope, |part| TESTS.contains(&part) || EXAMPLES.contains(&part))
    }

    /// Returns the role of a path that a system names as its own: only tests are beside it.
    pub(crate) fn of_owned(path: &RepoPath, scope: &RepoPath) -> Self {
        Self::by_folders(path, scope, |part| TESTS.contains(&part))
    }

    fn by_folders(path: &RepoPath, scope: &RepoPath, is_aside: impl Fn(&str) -> bool) -> Self {
        let relative = path.relative_to(scope).unwrap_or_else(|| path.clone());
        let text = relative.to_string().to_ascii_lowercase();
        let (folders, name) = text.rsplit_once('/').unwrap_or(("", &text));
        // Below there the folders are names of packages, such as `com/example`.
        let folders = match folders.split_once("src/main/") {
            Some((above, _)) if above.is_empty() || above.ends_with('/') => above,
            _ => folders,
        };
        let named_as_test = is_test_name(path, name);
        if named_as_test || folders.split('/').any(is_aside) { Self::Aside } else { Self::Product }
    }
}

/// Whether a file is a test by its name in small letters. Weights and data are none, whatever they
/// are called.
fn is_test_name(path: &RepoPath, name: &str) -> bool {
    FileSort::of(path) == FileSort::Source
        && (name.starts_with("test_") || name.contains("_test.") || name == "conftest.py")
}

/// What a file is to a system, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileSort {
    /// Program source.
    Source,
    /// A page about the repository itself, such as a README.
    Page,
    /// Weights, data, prompts, thresholds, configuration: whatever decides how a model behaves.
    Content,
}

impl FileSort {
    pub(crate) fn of(path: &RepoPath) -> Self {
        const SOURCE: [&str; 34] = [
            "py", "pyi", "pyw", "ipynb", "js", "jsx", "mjs", "cjs", "ts", "tsx", "vue", "go", "rs",
            "java", "kt", "kts", "scala", "c", "h", "cc", "cpp", "hpp", "cs", "rb", "php", "swift",
            "m", "r", "jl", "sh", "bash", "html", "css", "sql",
        ];
        const PAGES: [&str; 10] = [
            "readme",
            "changelog",
            "changes",
            "contributing",
            "license",
            "licence",
            "notice",
            "security",
            "code_of_conduct",
            "authors",
        ];
        const MANIFESTS: [&str; 8] = [
            "cargo.toml",
            "cargo.lock",
            "package.json",
            "package-lock.json",
            "pyproject.toml",
            "poetry.lock",
            "uv.lock",
            "makefile",
        ];
        let name = path.file_name().to_ascii_lowercase();
        let stem = name.split('.').next().unwrap_or_default();
        let is_text = matches!(path.extension().as_str(), "" | "md" | "rst" | "adoc");
        let is_page = is_text
            && (matches!(stem, "readme" | "license")
                || (path.parent().is_root() && PAGES.contains(&stem)));
        let is_tool = is_of_tools(&name);
        let in_pipeline = path
            .to_string()
            .split('/')
            .any(|part| matches!(part, ".github" | ".gitlab" | ".circleci"));
        let is_manifest = MANIFESTS.contains(&name.as_str())
            || (name.starts_with("requirements") && name.ends_with(".txt"));
        if is_page || is_tool || is_manifest || in_pipeline {
            Self::Page
        } else if SOURCE.contains(&path.extension().as_str()) {
            Self::Source
        } else {
            Self::Content
        }
    }
}

/// Whether a file, by its name in small letters, is the configuration of a tool that checks or
/// formats code, or what a package manager writes down: no program reads it as its own.
pub(crate) fn is_of_tools(name: &str) -> bool {
    const NAMES: [&str; 22] = [
        ".gitignore",
        ".gitattributes",
        ".editorconfig",
        ".pre-commit-config.yaml",
        ".gitlab-ci.yml",
        ".mailmap",
        ".dockerignore",
        ".python-version",
        ".nvmrc",
        ".isort.cfg",
        ".bandit",
        "ruff.toml",
        "mypy.ini",
        "tox.ini",
        "pytest.ini",
        "biome.json",
        "rustfmt.toml",
        "clippy.toml",
        "pnpm-lock.yaml",
        "npm-shrinkwrap.json",
        "packages.lock.json",
        "go.sum",
    ];
    const BEGINNINGS: [&str; 12] = [
        ".eslintrc",
        ".eslintignore",
        ".prettier",
        ".stylelint",
        ".markdownlint",
        ".yamllint",
        ".flake8",
        ".pylintrc",
        ".ruff",
        ".coveragerc",
        ".clang-format",
        ".golangci",
    ];
    NAMES.contains(&name)
        || name.ends_with(".lock")
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

/// Everything found in the judged folder.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    /// Sorted by place; each kind and name once per file.
    pub(crate) assets: Vec<Asset>,
    /// Files that could not be looked into.
    pub(crate) unread: Vec<Unread>,
    /// How many files there are.
    pub(crate) files: usize,
    /// How many submodules there are, whose content belongs to other repositories.
    pub(crate) submodules: usize,
    /// The code of the product by language. Filled where no AI was found.
    pub(crate) code: CodeByLanguage,
}

/// How many files of code there are in each language, and whether they were looked into.
#[derive(Debug, Default)]
pub(crate) struct CodeByLanguage {
    pub(crate) read: BTreeMap<&'static str, usize>,
    pub(crate) unread: BTreeMap<&'static str, usize>,
    /// What hints at AI in code that is not read, or is called by its address.
    pub(crate) hint: Option<Asset>,
}

impl CodeByLanguage {
    /// Returns the languages of files that were not read, with their numbers, in words. Empty where
    /// all code was read.
    pub(crate) fn unread_in_words(&self) -> String {
        in_words(&self.unread)
    }
}

/// Returns languages and numbers, the largest first.
fn in_words(counts: &BTreeMap<&'static str, usize>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), **name));
    let named = counts.iter().map(|(name, count)| format!("{name} {count}"));
    named.collect::<Vec<_>>().join(", ")
}

/// A file that could not be looked into, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) path: RepoPath,
    pub(crate) role: PathRole,
    pub(crate) reason: String,
}

impl Inventory {
    /// Returns the files that could not be read and belong to the product, not to tests or
    /// examples.
    pub(crate) fn unread_product(&self) -> Vec<&Unread> {
        self.unread.iter().filter(|unread| unread.role == PathRole::Product).collect()
    }

    /// Returns the assets that show that the product uses AI: no hints, no library that is only
    /// imported, and nothing in tests, examples or documentation.
    pub(crate) fn product_evidence(&self) -> impl Iterator<Item = &Asset> {
        self.of_product().filter(|it| !it.kind.is_data() && it.kind != AssetKind::Framework)
    }

    /// Adds what the product has beside its own files.
    pub(crate) fn take_in(&mut self, assets: Vec<Asset>) {
        let files: BTreeSet<&RepoPath> = assets.iter().map(|it| &it.place.path).collect();
        self.assets.retain(|it| !files.contains(&it.place.path));
        self.assets.extend(assets);
        self.assets.sort_by(|one, other| one.place.cmp(&other.place));
    }

    /// Returns what the product uses for sure, libraries that are only imported included.
    pub(crate) fn product_sightings(&self) -> impl Iterator<Item = &Asset> {
        self.of_product()
    }

    /// Returns the datasets and pointers to data of the product.
    pub(crate) fn product_data(&self) -> impl Iterator<Item = &Asset> {
        self.of_product().filter(|asset| asset.kind.is_data())
    }

    fn of_product(&self) -> impl Iterator<Item = &Asset> {
        let own = |asset: &&Asset| {
            asset.strength == Strength::Evidence && asset.role == PathRole::Product
        };
        self.assets.iter().filter(own)
    }

    /// Returns the first evidence that the product uses AI, in the order of [`AssetKind`]. Returns
    /// `None` where there is none.
    pub(crate) fn evidence(&self) -> Option<&Asset> {
        self.product_evidence().min_by_key(|asset| asset.kind)
    }

    pub(crate) fn uses_ai(&self) -> bool {
        self.evidence().is_some()
    }

    /// Returns in one sentence, without a full stop, why the product counts as using AI or not.
    pub(crate) fn reason(&self) -> String {
        if let Some(asset) = self.evidence() {
            return format!("{} (`{}`) in {}", asset.kind.words(), asset.name, asset.place.path);
        }
        let files = counted(self.files, "file", "files");
        let mut why = format!("no model, training code or hosted-model client in {files}");
        let read = in_words(&self.code.read);
        let unread = self.code.unread_in_words();
        if !read.is_empty() {
            why += &format!("; code read: {read}");
        }
        if !unread.is_empty() {
            why += &format!("; not read yet: {unread}");
        }
        if self.submodules > 0 {
            why += &format!(" (submodules not looked into: {})", self.submodules);
        }
        let hint = self.assets.iter().find(|asset| asset.role == PathRole::Product);
        if let Some(hint) = self.code.hint.as_ref().or(hint) {
            why += &format!(
                "; a hint only: {} `{}` in {}",
                hint.kind.words(),
                hint.name,
                hint.place.path
            );
        } else if let Some(aside) = self.assets.first() {
            why += &format!(
                "; beside the product only: {} `{}` in {}",
                aside.kind.words(),
                aside.name,
                aside.place.path
            );
        }
        why
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_is_read_below_the_judged_folder() {
        let role = |path: &str, scope: &str| PathRole::of(&path.into(), &scope.into());
        assert_eq!(role("src/a.py", ""), PathRole::Product);
        assert_eq!(role("Tests/a.py", ""), PathRole::Aside);
        assert_eq!(role("src/test_a.py", ""), PathRole::Aside);
        assert_eq!(role("latest/a.py", ""), PathRole::Product);
        assert_eq!(role("src/main/java/com/example/A.java", ""), PathRole::Product);
        assert_eq!(role("examples/src/main/java/com/acme/A.java", ""), PathRole::Aside);
        assert_eq!(role("src/test/java/com/acme/A.java", ""), PathRole::Aside);
        assert_eq!(role("fixtures/repos/chat/app.py", ""), PathRole::Aside);
        assert_eq!(role("fixtures/repos/chat/app.py", "fixtures/repos/chat"), PathRole::Product);
    }
}
