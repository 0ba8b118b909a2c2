//! From a snapshot to its inventory: which files, code and manifests show that there is AI.
//!
//! Each file is looked at by at most one detector, chosen by its name; detectors are pure functions
//! of bytes. What counts stands in `data/detect.yaml`.
//!
//! # Design
//!
//! Where no system is declared the scan stops at the first evidence, because the only question is
//! then whether there is AI at all. `aimsgate inventory` always scans everything.

mod added;
mod archives;
mod code;
mod comments;
mod configuration;
mod fetches;
mod formats;
mod hosted;
mod languages;
mod lexer;
mod manifests;
mod model_ids;
mod notebook;
mod other_code;
mod own;
mod packages;
mod patterns;
mod pickle;
mod python;
mod python_hub;
mod python_lexer;
mod python_marks;
mod python_names;
mod python_reader;
mod python_scope;
mod python_statements;
mod signs;
mod uses;
mod weights;

use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(crate) use archives::{holds_weights, is_archive};
pub(crate) use comments::without_comment;
pub(crate) use fetches::{Fetch, added_fetches};
pub(crate) use languages::is_lock;
pub(crate) use packages::{is_package, packages_of};
use rayon::prelude::*;
pub(crate) use uses::{AssetUse, SensitiveSubject, subjects, uses};

use crate::asset::{Asset, AssetKind, Detection, Inventory, PathRole, Unread};
use crate::file_cache::FileCache;
use crate::settings::own_ai::OwnAi;
use crate::snapshot::{Entry, FileMode, ReadError, Snapshot, View};
use crate::span::{At, Place, RepoPath};

/// Source files larger than this are not parsed; that they were not is reported.
const LARGEST_SOURCE: u64 = 16 << 20;

/// Bytes of a source in another language that are looked at.
const LARGEST_CODE: usize = 16 << 20;

/// Bytes of a list of dependencies that are looked at; the longest are lock files.
const LARGEST_MANIFEST: usize = 4 << 20;

/// Bytes of a file without an extension in which its first line is looked for.
const LONGEST_FIRST_LINE: usize = 128;

/// Bytes of a link's target that are looked at.
const LONGEST_LINK: usize = 4096;

/// The service whose id or package `name` is, whatever its spelling.
pub(crate) fn same_service(declared: &str, found: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    plain(declared) == plain(found)
}

/// Whether the models of a service that was found write texts, images or sounds.
pub(crate) fn is_generative(service: &str) -> bool {
    signs::signs().services.iter().find(|it| it.id == service).is_none_or(|it| it.generative)
}

/// How far an inventory looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breadth {
    /// At every file.
    All,
    /// At the product; at tests, examples and documentation only where the product shows nothing.
    Product,
    /// At the product in the order of its paths, until something shows that there is AI.
    UntilEvidence,
}

/// How many files are looked at before asking whether that was enough.
const BATCH: usize = 512;

/// Looks at the files of the view. `role` says which of them are the product, `own` what the rules
/// add to what shows AI.
pub(crate) fn inventory(
    view: &View<'_>,
    breadth: Breadth,
    role: &(dyn Fn(&RepoPath) -> PathRole + Sync),
    own: &OwnAi,
    cache: &FileCache,
) -> Inventory {
    let submodules =
        view.entries().iter().filter(|entry| entry.mode == FileMode::Submodule).count();
    let files = view.entries().len() - submodules;
    let mut inventory = Inventory { files, submodules, ..Inventory::default() };
    let batch = if breadth == Breadth::UntilEvidence { BATCH } else { usize::MAX };
    let scan = Scan { view, role, own, cache };
    for entries in view.entries().chunks(batch.min(view.entries().len().max(1))) {
        scan.at(entries, PathRole::Product, &mut inventory);
        if breadth == Breadth::UntilEvidence && inventory.uses_ai() {
            return inventory;
        }
    }
    own::leave_out_unasked(&mut inventory);
    if breadth == Breadth::All || (breadth != Breadth::Product && !inventory.uses_ai()) {
        scan.count_code(&mut inventory);
    }
    if breadth != Breadth::Product && !inventory.uses_ai() {
        scan.other_code(&mut inventory);
    }
    if breadth == Breadth::All || inventory.assets.is_empty() {
        scan.at(view.entries(), PathRole::Aside, &mut inventory);
        inventory.assets.sort_by(|a, b| a.place.cmp(&b.place));
    }
    inventory
}

/// What is looked at, and how.
struct Scan<'a> {
    view: &'a View<'a>,
    role: &'a (dyn Fn(&RepoPath) -> PathRole + Sync),
    /// What the rules add to what shows AI.
    own: &'a OwnAi,
    cache: &'a FileCache,
}

impl Scan<'_> {
    fn at(&self, entries: &[Entry], role: PathRole, inventory: &mut Inventory) {
        let entries = entries.par_iter().with_min_len(16);
        let entries = entries
            .filter(|entry| entry.mode != FileMode::Submodule && (self.role)(&entry.path) == role);
        let seen: Vec<_> = entries.filter_map(|entry| self.into(entry, role)).collect();
        for seen in seen {
            match seen {
                Ok(assets) => inventory.assets.extend(assets),
                Err(unread) => inventory.unread.push(unread),
            }
        }
    }

    /// Counts the code of the product by language.
    fn count_code(&self, inventory: &mut Inventory) {
        let is_product =
            |entry: &&Entry| entry.is_file() && (self.role)(&entry.path) == PathRole::Product;
        let count = |count: &mut BTreeMap<&'static str, usize>, name| {
            *count.entry(name).or_default() += 1;
        };
        for entry in self.view.entries().iter().filter(is_product) {
            if let Some(name) = other_code::read_language(&entry.path) {
                count(&mut inventory.code.read, name);
            } else if let Some(name) = other_code::unread_language(&entry.path) {
                count(&mut inventory.code.unread, name);
            }
        }
    }

    /// Looks for hints in what is not read, where nothing shows AI.
    fn other_code(&self, inventory: &mut Inventory) {
        // Hints that were found on the way: an address in Python, a client that no code imports.
        let code = &inventory.code.read;
        let is_hint = |asset: &&Asset| {
            let path = &asset.place.path;
            let counts = match asset.kind {
                AssetKind::HostedService => other_code::read_language(path).is_some(),
                AssetKind::Dependency => languages::asks_for_a_client(path, &asset.name, code),
                _ => false,
            };
            asset.role == PathRole::Product && counts
        };
        inventory.code.hint = inventory.assets.iter().find(is_hint).cloned();
        if inventory.code.hint.is_some() || inventory.code.unread.is_empty() {
            return;
        }
        let is_unread = |entry: &&Entry| {
            entry.is_file()
                && (self.role)(&entry.path) == PathRole::Product
                && other_code::unread_language(&entry.path).is_some()
        };
        let unread: Vec<&Entry> = self.view.entries().iter().filter(is_unread).collect();
        let hit = other_code::first_hint(self.view.snapshot, unread);
        let hit = hit.map(|(entry, seen)| assets(entry, PathRole::Product, vec![seen]));
        inventory.code.hint = hit.and_then(|mut seen| seen.pop());
    }

    fn into(&self, entry: &Entry, role: PathRole) -> Option<Result<Vec<Asset>, Unread>> {
        match seen_in(self.view.snapshot, entry, self.cache) {
            Ok(mut seen) => {
                seen.extend(added::detections(self.own, self.view.snapshot, entry));
                let (snapshot, path) = (self.view.snapshot, &entry.path);
                let is_folder = |it: &Detection| own::is_folder(snapshot, path, it);
                seen.retain(|it| {
                    let is_data = it.kind == AssetKind::HubDataset;
                    !(own::is_own(snapshot, path, it) || is_data && is_folder(it))
                });
                // A model of the repository's own is loaded all the same.
                for it in seen.iter_mut().filter(|it| is_folder(it)) {
                    it.kind = AssetKind::ModelUse;
                }
                (!seen.is_empty()).then(|| Ok(assets(entry, role, seen)))
            }
            Err(error) => {
                Some(Err(Unread { path: entry.path.clone(), role, reason: error.to_string() }))
            }
        }
    }
}

/// What is in one file, whatever its place.
///
/// # Errors
/// When it could not be looked into.
pub(crate) fn look_into(
    view: &View<'_>,
    entry: &Entry,
    cache: &FileCache,
) -> Result<Vec<Asset>, ReadError> {
    let role = PathRole::of(&entry.path, &view.scope);
    Ok(assets(entry, role, seen_in(view.snapshot, entry, cache)?))
}

fn seen_in(
    snapshot: &dyn Snapshot,
    entry: &Entry,
    cache: &FileCache,
) -> Result<Vec<Detection>, ReadError> {
    if is_looked_into(entry) {
        cache.detections(entry, || detections(snapshot, entry))
    } else {
        Ok(Vec::new())
    }
}

fn assets(entry: &Entry, role: PathRole, seen: Vec<Detection>) -> Vec<Asset> {
    let asset = |detection: Detection| Asset {
        kind: detection.kind,
        name: detection.name,
        strength: detection.strength,
        role,
        version: detection.version,
        generates: detection.generates,
        place: Place { path: entry.path.clone(), at: detection.span.map_or(At::Whole, At::Bytes) },
    };
    seen.into_iter().map(asset).collect()
}

/// Whether a file says by its first line that it is Python, where its name says nothing.
fn is_script(snapshot: &dyn Snapshot, entry: &Entry) -> Result<bool, ReadError> {
    let first = snapshot.head(entry, LONGEST_FIRST_LINE)?;
    let line = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(line.starts_with(b"#!") && line.windows(6).any(|word| word == b"python"))
}

/// Whether a file's name says nothing of what is in it.
fn is_unnamed(entry: &Entry) -> bool {
    entry.is_file() && !entry.path.file_name().contains('.')
}

/// Whether a file's name says that there may be something in it.
fn is_looked_into(entry: &Entry) -> bool {
    let extension = entry.path.extension();
    let code = matches!(extension.as_str(), "py" | "pyw" | "pyi" | "ipynb");
    code || entry.mode == FileMode::Symlink
        || manifests::is_manifest(&entry.path)
        || languages::language(&entry.path).is_some()
        || configuration::is_configuration(&entry.path)
        || weights::may_be(&extension)
        || is_unnamed(entry)
}

fn detections(snapshot: &dyn Snapshot, entry: &Entry) -> Result<Vec<Detection>, ReadError> {
    let path = &entry.path;
    let extension = path.extension();
    let mut seen = match extension.as_str() {
        _ if entry.mode == FileMode::Symlink => {
            weights::annexed(path, &snapshot.head(entry, LONGEST_LINK)?).into_iter().collect()
        }
        "py" | "pyw" | "pyi" => python_detections(&snapshot.read(entry, LARGEST_SOURCE)?),
        "ipynb" => notebook::detections(&snapshot.read(entry, LARGEST_SOURCE)?)?,
        "" if is_unnamed(entry)
            && languages::language(path).is_none()
            && !manifests::is_manifest(path)
            && is_script(snapshot, entry)? =>
        {
            python_detections(&snapshot.read(entry, LARGEST_SOURCE)?)
        }
        _ => other_detections(snapshot, entry)?,
    };
    if path.file_name() == "setup.py" && entry.mode != FileMode::Symlink {
        seen.extend(manifests::detections(path, &snapshot.head(entry, LARGEST_MANIFEST)?));
    }
    // Of the same thing the surest place is kept, of these one that says its version.
    let order = |it: &Detection| {
        (it.kind, it.name.clone(), Reverse(it.strength), it.version.is_none(), it.span)
    };
    seen.sort_by_cached_key(order);
    seen.dedup_by(|next, kept| {
        let same = next.kind == kept.kind && next.name == kept.name;
        kept.generates |= same && next.generates;
        same
    });
    seen.sort_by_key(|detection| detection.span);
    Ok(seen)
}

/// What is seen in the source of Python.
fn python_detections(bytes: &[u8]) -> Vec<Detection> {
    let mut seen = if python_names::may_matter(bytes) {
        python::detections(&String::from_utf8_lossy(bytes))
    } else {
        Vec::new()
    };
    // A client that was seen says more than its address.
    if !seen.iter().any(|it| it.kind == AssetKind::HostedService) {
        seen.extend(other_code::address(bytes));
    }
    seen
}

/// What is seen in a file that is no Python.
fn other_detections(snapshot: &dyn Snapshot, entry: &Entry) -> Result<Vec<Detection>, ReadError> {
    let path = &entry.path;
    let extension = path.extension();
    let mut seen = Vec::new();
    if let Some(language) = languages::language(path) {
        // What is written for browsers from other sources says nothing that those do not.
        if !path.file_name().contains(".min.") {
            seen = code::detections(language, &snapshot.head(entry, LARGEST_CODE)?);
        }
    } else if manifests::is_manifest(path) {
        seen = manifests::detections(path, &snapshot.head(entry, LARGEST_MANIFEST)?);
    } else if configuration::is_configuration(path) {
        let head = match snapshot.head(entry, configuration::HEAD) {
            // Most of it is data, and where that is not here nothing is said of it.
            Err(_) if extension == "json" && !configuration::may_name_models(path) => {
                return Ok(seen);
            }
            head => head?,
        };
        seen = configuration::detections(path, &head);
        seen.extend(weights::detections(path, &head));
    } else if let Some(length) = formats::text_head(&extension) {
        if let Ok(head) = snapshot.head(entry, length) {
            seen = weights::detections(path, &head);
        }
    } else if weights::may_be(&extension) && weights::may_be_of(&extension, snapshot.size(entry)?) {
        let head = snapshot.head(entry, weights::HEAD)?;
        seen = weights::detections(path, &head);
    }
    Ok(seen)
}

#[cfg(test)]
mod other_tests;
#[cfg(test)]
mod python_oracle;
#[cfg(test)]
mod python_tests;
#[cfg(test)]
mod signs_tests;
#[cfg(test)]
mod tests;
