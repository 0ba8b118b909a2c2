//! Files that were governed and no longer are, or less strictly.

use std::collections::BTreeSet;

use super::compared::{ComparedSides, LoweredObligation, Pair, is_same};
use crate::asset::{Asset, AssetKind, FileSort, PathRole, Strength};
use crate::detect::look_into;
use crate::settings::covers;
use crate::settings::register::{Ignored, Model, Register, System};
use crate::snapshot::Entry;
use crate::span::{Place, RepoPath};

/// Files that are named one by one.
pub(super) const LISTED: usize = 5;

/// Bytes that show whether a file is text, as git takes it.
pub(super) const TEXT_HEAD: usize = 8_000;

/// Returns how much of a system another one carries on; a model counts as 1,000 files.
pub(super) fn carried_over(sides: &ComparedSides<'_>, before: &System, now: &System) -> usize {
    let (old, new) = (before.covered(), now.covered());
    let carried = sides.judged.view.snapshot.entries().iter().filter(|entry| {
        let was = sides.change.origin(&entry.path);
        new.is_match(entry.path.to_string()) && was.is_some_and(|was| old.is_match(was.to_string()))
    });
    let shared = before
        .models
        .iter()
        .filter(|model| now.models.iter().any(|other| same_source(model, other)))
        .count();
    carried.count() + shared * 1_000
}

fn same_source(one: &Model, other: &Model) -> bool {
    is_same(&one.hub, &other.hub) || is_same(&one.service, &other.service)
}

/// Whether a file is one that an obligation is about: not a helper, but a part of an AI system. It
/// is where its name on either side says so, or its content.
fn matters(sides: &ComparedSides<'_>, entry: &Entry, was: &RepoPath) -> bool {
    let view = &sides.judged.view;
    let content = |path: &RepoPath| {
        FileSort::of(path) == FileSort::Content
            && sides.tip.role(path, &view.scope) == PathRole::Product
    };
    // What stays where it is leaves no system, whatever it is; a helper may move away.
    let stays = *was == entry.path && FileSort::of(was) != FileSort::Page;
    if stays || content(was) || content(&entry.path) || !entry.is_file() {
        return true;
    }
    let seen = look_into(view, entry, sides.cache);
    // What cannot be looked into may be anything.
    seen.map_or(true, |seen| seen.iter().any(is_weighty))
}

fn is_weighty(asset: &Asset) -> bool {
    (asset.strength == Strength::Evidence && asset.kind != AssetKind::HubDataset)
        || asset.kind == AssetKind::WeightsPointer
}

/// The files that a system of the target branch covered, with the place they had there. A file that
/// left the judged folder is among them.
pub(super) fn carried<'a>(
    sides: &'a ComparedSides<'_>,
    pair: &Pair<'_>,
) -> impl Iterator<Item = (&'a Entry, &'a RepoPath)> {
    let covered = pair.before.covered();
    sides.judged.view.snapshot.entries().iter().filter_map(move |entry| {
        let was = sides.change.origin(&entry.path)?;
        covered.is_match(was.to_string()).then_some((entry, was))
    })
}

/// Whether a path is still governed as strictly as the system of the target branch asked.
fn is_still_covered(sides: &ComparedSides<'_>, pair: &Pair<'_>, path: &RepoPath) -> bool {
    sides.judged.declared.covering(path).any(|system| pair.is_kept_by(sides, system))
}

/// The judged files that a system of the target branch covered and nothing as strict does now, or
/// that moved to where nobody looks.
fn lost<'a>(sides: &'a ComparedSides<'_>, pair: &Pair<'_>) -> Vec<&'a RepoPath> {
    let scope = &sides.judged.view.scope;
    let lost = carried(sides, pair).filter(|(entry, was)| {
        let is_hidden = sides.judged.declared.role(&entry.path, scope) == PathRole::Aside;
        sides.tip.role(was, scope) == PathRole::Product
            && (is_hidden || !is_still_covered(sides, pair, &entry.path))
            && matters(sides, entry, was)
    });
    lost.map(|(entry, _)| &entry.path).collect()
}

/// Returns the files that a system no longer names although it is still there; those that `others`
/// name are left out.
pub(super) fn uncovered(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    now: &System,
    others: &[LoweredObligation],
) -> Option<LoweredObligation> {
    let mut lost = lost(sides, pair);
    lost.retain(|path| !others.iter().any(|other| other.files.contains(path)));
    let patterns = |system: &System| {
        system.paths.iter().map(|it| it.value.as_str()).collect::<Vec<_>>().join(", ")
    };
    let place = now.place(now.paths.first().map_or(now.id.span, |path| path.span));
    let is_lowered = !lost.is_empty() || is_narrowed(sides, pair);
    is_lowered.then(|| LoweredObligation {
        files: lost.into_iter().take(LISTED).cloned().collect(),
        ..pair.lowered("paths", patterns(pair.before), patterns(now), place)
    })
}

/// Whether a pattern no longer covers a folder that it covered: a file that comes in beside those
/// that are there would be governed before and not now.
fn is_narrowed(sides: &ComparedSides<'_>, pair: &Pair<'_>) -> bool {
    let covered = pair.before.covered();
    let beside = |path: &RepoPath| {
        let (folder, ending) = (path.parent(), path.extension());
        let endings = COMING.iter().copied().chain([ending.as_str()]);
        let names = endings.flat_map(|ending| {
            PROBES.iter().map(move |name| match ending {
                "" => (*name).to_owned(),
                ending => format!("{name}.{ending}"),
            })
        });
        let below = format!("{0}/{0}.yaml", PROBES[0]);
        names.chain([below]).filter_map(|name| folder.join(&name).ok()).collect::<Vec<_>>()
    };
    let is_product =
        |path: &RepoPath| PathRole::of(path, &sides.judged.view.scope) == PathRole::Product;
    let here = carried(sides, pair).filter(|(entry, was)| entry.path == **was);
    let probes: BTreeSet<RepoPath> =
        here.flat_map(|(entry, _)| beside(&entry.path)).filter(is_product).collect();
    probes
        .iter()
        .filter(|path| covered.is_match(path.to_string()))
        .any(|path| !is_still_covered(sides, pair, path))
}

/// Endings of files that come in beside others and decide how a system behaves.
const COMING: [&str; 9] =
    ["yaml", "json", "txt", "safetensors", "toml", "csv", "md", "onnx", "bin"];

/// Names of files that come in, which a pattern over some letters or lengths tells apart.
const PROBES: [&str; 5] = ["a-file-that-comes-in", "_x", "zz", "7", "Q"];

/// A system that is gone while what it governed is not, or while nothing shows that it ever was
/// here.
pub(super) fn left_behind(sides: &ComparedSides<'_>, pair: &Pair<'_>) -> Option<LoweredObligation> {
    let covered = pair.before.covered();
    let mut entries = sides.tip_view.snapshot.entries().iter();
    let had_files = entries.any(|entry| covered.is_match(entry.path.to_string()));
    // A system leaves with its files, whatever can be seen in them. What only a pattern over
    // everything covers is beside the product where its place says so.
    let named = pair
        .before
        .paths
        .iter()
        .map(|path| path.value.as_str())
        .filter(|path| !path.starts_with('*'));
    let named = covers(named.map(|path| (&pair.before.base, path)));
    let stays = |(entry, was): &(&Entry, &RepoPath)| {
        let is_own = sides.tip.role(was, &sides.judged.view.scope) == PathRole::Product
            || named.is_match(was.to_string());
        is_own && FileSort::of(was) != FileSort::Page && !is_still_covered(sides, pair, &entry.path)
    };
    let lost: Vec<&RepoPath> =
        carried(sides, pair).filter(stays).map(|(entry, _)| &entry.path).collect();
    if lost.is_empty() && had_files {
        return None;
    }
    let from = format!("class {}, stage {}", pair.before.class().name(), pair.before.stage.name());
    let to = if lost.is_empty() {
        "nothing, and no file shows that it is gone"
    } else {
        "nothing, while its files stay"
    };
    let place =
        lost.first().map_or_else(|| pair.place(sides), |path| Place::whole((*path).clone()));
    Some(LoweredObligation {
        files: lost.into_iter().take(LISTED).cloned().collect(),
        ..pair.lowered("system", from, to.to_owned(), place)
    })
}

/// Whether a new pattern to ignore only follows a folder that moved: an old pattern with the same
/// wildcards is gone, and all it matches was ignored before.
pub(super) fn is_moved_ignore(
    sides: &ComparedSides<'_>,
    tip: &Register,
    now: &Register,
    ignored: &Ignored,
) -> bool {
    let wild = |pattern: &str| -> String {
        let parts = pattern.trim_end_matches('/').split('/');
        parts.skip_while(|part| !part.contains(['*', '?', '[', '{'])).collect::<Vec<_>>().join("/")
    };
    let is_gone = |old: &&Ignored| {
        !now.ignore.iter().any(|still| still.base == old.base && still.path == old.path)
    };
    let mut gone = tip.ignore.iter().filter(is_gone);
    if !gone.any(|old| wild(&old.path.value) == wild(&ignored.path.value)) {
        return false;
    }
    let (before, now) = (tip.ignored(), covers([(&ignored.base, ignored.path.value.as_str())]));
    let mut matched = sides
        .judged
        .view
        .snapshot
        .entries()
        .iter()
        .filter(|entry| now.is_match(entry.path.to_string()));
    let follows = |path: &RepoPath| {
        sides.change.moved_from.get(path).is_some_and(|origin| before.is_match(origin.to_string()))
    };
    matched.next().is_some_and(|first| follows(&first.path))
        && matched.all(|entry| follows(&entry.path))
}
