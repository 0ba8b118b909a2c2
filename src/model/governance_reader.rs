//! Reads the files that a change must not loosen, and keeps what is wrong with them.

use std::sync::Arc;

use super::misnamed::{misnamed, misnamed_below};
use crate::document::{Damage, Document};
use crate::evidence::Documents;
use crate::settings::Mistake;
use crate::settings::own_check::{self, OwnCheck};
use crate::settings::signers::{self, Keys};
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// Reads trusted files and keeps what is wrong with them.
pub(super) struct GovernanceReader<'v, 'a> {
    pub(super) view: &'v View<'a>,
    documents: Documents,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) unreadable: Vec<(RepoPath, Damage)>,
}

impl<'v, 'a> GovernanceReader<'v, 'a> {
    pub(super) fn new(view: &'v View<'a>) -> Self {
        Self { view, documents: Documents::default(), mistakes: Vec::new(), unreadable: Vec::new() }
    }

    /// Reads one file; the error is why it could not be used, which is among the mistakes already.
    pub(super) fn read<T>(
        &mut self,
        path: Option<RepoPath>,
        read: impl Fn(&Document) -> Result<T, Mistake>,
    ) -> Option<Result<(RepoPath, T), String>> {
        let path = path?;
        self.mistakes.extend(misnamed(self.view, &path));
        let document = self.documents.load(self.view, &path)?;
        Some(match read(document) {
            Ok(value) => Ok((path, value)),
            Err(mistake) => {
                let why = mistake.message.clone();
                match document.damage() {
                    Some(damage) => self.unreadable.push((path, damage.clone())),
                    None => self.mistakes.extend(mistake.each()),
                }
                Err(why)
            }
        })
    }

    /// Reads each file of a folder of the gate's own; the error of one that cannot be used is among
    /// the mistakes already, and so is what is no such file.
    pub(super) fn each<T>(
        &mut self,
        folder: &RepoPath,
        (below, what): (&str, &str),
        read: impl Fn(&Document) -> Result<T, Mistake>,
    ) -> Vec<Result<T, String>> {
        let paths = self.files_of(folder, below, what);
        let values = paths.into_iter().filter_map(|path| self.read(Some(path), &read));
        values.map(|it| it.map(|(_, value)| value)).collect()
    }

    /// Adds the own checks of a folder. Of two of one id the outer one holds.
    pub(super) fn own_checks(&mut self, folder: &RepoPath, known: &mut Vec<Arc<OwnCheck>>) {
        let mut paths = self.files_of(folder, own_check::FOLDER, "an own check");
        if let Some(first_too_many) = paths.get(own_check::MOST) {
            let text = format!("more than {} own checks", own_check::MOST);
            self.mistakes.push(Mistake::at(Place::whole(first_too_many.clone()), text));
            paths.truncate(own_check::MOST);
        }
        for path in paths {
            let Some(Ok((_, own))) = self.read(Some(path), own_check::read) else { continue };
            match known.iter().find(|it| it.id == own.id) {
                None => known.push(Arc::new(own)),
                Some(first) => {
                    let text =
                        format!("the check `{}` stands in `{}` too", own.id, first.place.path);
                    self.mistakes.push(Mistake::at(own.place, text));
                }
            }
        }
    }

    /// The files of a folder that holds one thing in each: `what` says which.
    fn files_of(&mut self, folder: &RepoPath, below: &str, what: &str) -> Vec<RepoPath> {
        let Ok(folder) = folder.join(below) else { return Vec::new() };
        self.mistakes.extend(misnamed_below(self.view, &folder));
        let mut read = Vec::new();
        for entry in self.view.below(&folder) {
            let path = &entry.path;
            let direct = path.parent() == folder;
            match path.extension().as_str() {
                "yaml" if direct => read.push(path.clone()),
                "md" | "sig" => {}
                _ if path.file_name().starts_with('.') => {}
                _ => self.mistakes.push(Mistake::at(
                    Place::whole(path.clone()),
                    format!("this file is not read; {what} is `{below}/ID.yaml`"),
                )),
            }
        }
        read
    }

    pub(super) fn keys(&mut self, path: Option<RepoPath>, keys: &mut Keys) {
        let Some(path) = path else { return };
        self.mistakes.extend(misnamed(self.view, &path));
        let Some(entry) = self.view.snapshot.entry(&path) else { return };
        let bytes = if entry.is_file() {
            self.view.snapshot.read(entry, signers::LARGEST).map_err(|error| error.to_string())
        } else {
            Err("a link or a submodule; it must be a file here".to_owned())
        };
        match bytes {
            Ok(bytes) => {
                self.mistakes.extend(signers::mistakes(&path, &bytes));
                keys.add(path, &bytes);
            }
            Err(why) => {
                self.unreadable.push((path, Damage::new(crate::span::Span::default(), why)))
            }
        }
    }
}
