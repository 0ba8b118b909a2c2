//! Files that were surely meant to be read and are not, for their name.

use crate::settings::Mistake;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// A file below a folder whose name differs from `folder` in case only.
pub(crate) fn misnamed_below(view: &View<'_>, folder: &RepoPath) -> Option<Mistake> {
    let wanted = format!("{folder}/").to_lowercase();
    let mut near = view.snapshot.entries().iter().filter(|entry| !entry.path.is_in(folder));
    let twin = near.find(|entry| begins_like(&entry.path, &wanted))?;
    let message = format!("this file is not read; its folder must be `{folder}`");
    Some(Mistake::at(Place::whole(twin.path.clone()), message))
}

/// Whether a path begins with a text in lower case, whatever its own case.
fn begins_like(path: &RepoPath, wanted: &str) -> bool {
    let bytes = path.as_bytes();
    if bytes.len() <= wanted.len() {
        return false;
    }
    let start = &bytes[..wanted.len()];
    if start.is_ascii() && wanted.is_ascii() {
        return start.eq_ignore_ascii_case(wanted.as_bytes());
    }
    path.to_string().to_lowercase().starts_with(wanted)
}

/// What keeps a file that was surely meant to be `expected` from being read: another case, `.yml`,
/// a folder of that name, a link on the way.
pub(super) fn misnamed(view: &View<'_>, expected: &RepoPath) -> Option<Mistake> {
    let plain = |path: &RepoPath| {
        let path = path.to_string().to_lowercase();
        path.strip_suffix(".yml").map(|stem| format!("{stem}.yaml")).unwrap_or(path)
    };
    let wanted = plain(expected);
    // Only names of that length, or one shorter for `.yml`, are worth folding.
    let lengths = [wanted.len(), wanted.len() - 1];
    let name = expected.file_name();
    let mut near =
        view.named_like(&name).filter(|entry| lengths.contains(&entry.path.as_bytes().len()));
    let twin = near.find(|entry| entry.path != *expected && plain(&entry.path) == wanted);
    let twin =
        twin.map(|entry| (entry, format!("this file is not read; its name must be `{expected}`")));
    // A link or a submodule where a folder should be hides what lies behind it.
    let folders = expected.parent().ancestors_from_root();
    let hidden = folders
        .iter()
        .filter(|folder| !folder.is_root())
        .find_map(|folder| view.snapshot.entry(folder));
    let hidden = hidden.map(|entry| {
        (entry, format!("this must be a folder for `{expected}` to be looked for in it"))
    });
    let below = view.below(expected).iter().find(|entry| entry.path != *expected);
    let below = below.map(|entry| (entry, format!("`{expected}` must be a file and is a folder")));
    let (entry, message) = twin.or(hidden).or(below)?;
    Some(Mistake::at(Place::whole(entry.path.clone()), message))
}
