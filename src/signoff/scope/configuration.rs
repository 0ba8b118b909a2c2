//! Which files of a system are configuration or prompts, by their names.

use crate::asset::{FileSort, PathRole, is_of_tools};
use crate::model::RepositoryModel;
use crate::settings::register;
use crate::span::RepoPath;

/// Files of data by their extension: they decide how a system behaves wherever they lie.
const DATA: [&str; 16] = [
    "yaml",
    "yml",
    "json",
    "jsonl",
    "toml",
    "ini",
    "cfg",
    "conf",
    "csv",
    "tsv",
    "xml",
    "txt",
    "sql",
    "properties",
    "env",
    "parquet",
];

/// Pages and pictures by their extension: beside the product they decide nothing.
const PAGES: [&str; 14] = [
    "md", "markdown", "mdx", "rst", "adoc", "pdf", "png", "jpg", "jpeg", "gif", "svg", "webp",
    "ico", "drawio",
];

/// Whether a file may decide how a system behaves, by its name: no program source, no page, no
/// pipeline. What a system owns decides whatever its folder is called, but for pages beside the
/// product.
pub(super) fn is_configuration(path: &RepoPath, scope: &RepoPath) -> bool {
    let extension = path.extension();
    let is_data = DATA.contains(&extension.as_str());
    let is_pipeline =
        path.relative_to(scope).unwrap_or_else(|| path.clone()).to_string().starts_with(".github/");
    match FileSort::of(path) {
        FileSort::Content => {
            !is_mark(path)
                && (!PAGES.contains(&extension.as_str())
                    || is_prompt(path)
                    || PathRole::of(path, scope) == PathRole::Product)
        }
        // Manifests and pages keep their names; data that only looks like one from its folder does
        // not.
        FileSort::Page => !is_pipeline && !is_manifest(path) && (is_data || is_prompt(path)),
        FileSort::Source => matches!(extension.as_str(), "sql" | "html" | "css"),
    }
}

/// Whether a file decides only where code reads it: a manifest, a page about the repository, a
/// tool's own, or data of tests. What code does not name is not configuration.
pub(super) fn decides_where_named(path: &RepoPath, scope: &RepoPath) -> bool {
    let is_of_tests = PathRole::of_owned(path, scope) == PathRole::Aside;
    match FileSort::of(path) {
        FileSort::Page => !is_configuration(path, scope),
        FileSort::Content => {
            let is_page = matches!(path.extension().as_str(), "md" | "markdown" | "mdx" | "rst");
            is_mark(path)
                || (is_page && !is_configuration(path, scope))
                || (is_of_tests && DATA.contains(&path.extension().as_str()) && !is_prompt(path))
        }
        FileSort::Source => false,
    }
}

/// Whether a file says which release of a package this is, or what a tool finds in it.
fn is_mark(path: &RepoPath) -> bool {
    let name = path.file_name().to_lowercase();
    matches!(&*name, "version" | "version.txt" | "py.typed" | "manifest.in")
}

/// Whether a file lists what a program is built from, or is a tool's own.
fn is_manifest(path: &RepoPath) -> bool {
    let name = path.file_name().to_lowercase();
    let is_lock = name.ends_with(".lock")
        || name.ends_with("-lock.json")
        || name == "cargo.toml"
        || name == "pyproject.toml";
    let is_requirements =
        name.starts_with("requirements") && name.ends_with(".txt") && !name.contains("prompt");
    is_lock
        || is_requirements
        || is_of_tools(&name)
        || name == "package.json"
        || name.starts_with('.')
}

/// Whether a file answers an obligation as a page, or is of the gate's own formats. Data that a
/// register calls a document decides how a system behaves all the same.
pub(super) fn is_document(repo: &RepositoryModel<'_>, path: &RepoPath) -> bool {
    let is_page = matches!(path.extension().as_str(), "md" | "markdown" | "rst" | "adoc" | "");
    let is_register = path.file_name() == register::FILE;
    let in_governance = path.to_string().split('/').any(|part| part == "governance");
    repo.is_governance(path) && (is_page || is_register || in_governance)
}

/// Whether a file holds prompts or instructions for a generative model, by its name.
pub(super) fn is_prompt(path: &RepoPath) -> bool {
    let text = path.to_string().to_lowercase();
    let named = |part: &str| part.contains("prompt") || part.contains("instructions");
    text.split('/').any(named)
        || matches!(path.extension().as_str(), "j2" | "jinja" | "jinja2" | "mustache" | "hbs")
}
