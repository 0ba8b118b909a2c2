//! What is to be used, as whoever deploys it names it.

use std::fmt;
use std::str::FromStr;

use super::files::Record;
use super::inputs::SignOffInputs;
use super::scope::{CoveredItem, ItemForm, is_pattern, listed_files};
use crate::digest::Sha256;
use crate::settings::material::Material;
use crate::settings::register::System;
use crate::span::RepoPath;

/// What is to be used: content by its SHA-256, or a revision of a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UsedSubject {
    /// `sha256:HEX`, or an image, `registry.example.com/name@sha256:HEX`.
    Content { text: String, sha256: Sha256 },
    /// `hub:OWNER/NAME@REVISION`.
    Revision { text: String, name: String, revision: String },
}

impl fmt::Display for UsedSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Content { text, .. } | Self::Revision { text, .. }) = self;
        f.write_str(text)
    }
}

impl FromStr for UsedSubject {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let text = written.to_owned();
        if let Some(of_hub) = written.strip_prefix("hub:") {
            let named = of_hub.rsplit_once('@');
            let named = named.filter(|(name, revision)| !name.is_empty() && !revision.is_empty());
            let Some((name, revision)) = named else {
                return Err(format!(
                    "`{written}` names no revision; write hub:OWNER/NAME@REVISION"
                ));
            };
            let (name, revision) = (name.to_owned(), revision.to_owned());
            return Ok(Self::Revision { text, name, revision });
        }
        let digest = written.rsplit_once("sha256:").map_or(written, |(_, digest)| digest);
        match Sha256::in_any_case(digest) {
            Some(sha256) => Ok(Self::Content { text, sha256 }),
            None => Err(format!(
                "`{written}` is no SHA-256; write it as sha256:HEX, 64 digits, as sha256sum prints \
                 it, as IMAGE@sha256:HEX, or as hub:OWNER/NAME@REVISION"
            )),
        }
    }
}

impl UsedSubject {
    /// Whether another name is one of the same content.
    fn is_same(&self, other: &UsedSubject) -> bool {
        match (self, other) {
            (Self::Content { sha256, .. }, Self::Content { sha256: other, .. }) => sha256 == other,
            (
                Self::Revision { name, revision, .. },
                Self::Revision { name: other, revision: of_other, .. },
            ) => name == other && revision == of_other,
            _ => false,
        }
    }
}

/// Whether a release is about a subject: it names it, covers the file, or the pattern or folder the
/// file is one of, or covers the revision of the register.
pub(crate) fn is_about(
    inputs: &SignOffInputs<'_>,
    system: &System,
    record: &Record,
    subject: &UsedSubject,
) -> bool {
    let mut named = record.subjects.iter().filter_map(|it| it.value.parse::<UsedSubject>().ok());
    if named.any(|named| named.is_same(subject)) {
        return true;
    }
    match subject {
        UsedSubject::Content { sha256, .. } => covers_content(inputs, system, record, sha256),
        UsedSubject::Revision { name, revision, .. } => {
            covers_revision(inputs, system, record, name, revision)
        }
    }
}

fn covers_content(
    inputs: &SignOffInputs<'_>,
    system: &System,
    record: &Record,
    sha256: &Sha256,
) -> bool {
    record.covers.files.iter().filter(|file| is_used(inputs, system, &file.path.value)).any(
        |file| {
            if file.sha256.value == *sha256 {
                return true;
            }
            // What is as it was signed, as a list or by what it says, has the bytes that were
            // signed.
            let path = &file.path.value;
            let form = ItemForm::File { path: path.clone() };
            let mut items = inputs.items(system).iter().filter(|item| item.form == form);
            if !items.any(|item| item.is_digest(&file.sha256.value)) {
                return false;
            }
            let (snapshot, digests) = (inputs.repo.view.snapshot, inputs.digests);
            if !is_pattern(path) {
                let digest = digests.at(snapshot, &RepoPath::from(path.as_str()));
                return digest.is_some_and(|digest| digest.as_ref() == Ok(sha256));
            }
            let mut listed = listed_files(snapshot, digests, path).into_iter();
            listed.any(|(path, digest)| digest == *sha256 && is_owned(system, &path))
        },
    )
}

/// Whether a file of a list is one of the system's: others were not meant by it.
fn is_owned(system: &System, path: &RepoPath) -> bool {
    path.is_in(&system.base)
}

/// Whether the register names the revision of a hub, and the release covers that as it is.
fn covers_revision(
    inputs: &SignOffInputs<'_>,
    system: &System,
    record: &Record,
    name: &str,
    revision: &str,
) -> bool {
    let is_named = |value: Option<&str>, version: Option<&str>| {
        value == Some(name) && version == Some(revision)
    };
    let models = system.models.iter().filter(|model| {
        let (hub, version) = (model.hub.as_ref(), model.version.as_ref());
        is_named(hub.map(|it| it.value.as_str()), version.map(|it| it.value.as_str()))
    });
    models.map(|model| format!("models.{}.hosted", model.id.value)).any(|section| {
        let is_it = |item: &&CoveredItem| {
            matches!(&item.form, ItemForm::Section { section: own, .. } if *own == section)
        };
        let item = inputs.items(system).iter().find(is_it);
        let mut covered = record.covers.sections.iter().filter(|it| it.section.value == section);
        item.is_some_and(|item| covered.any(|it| item.is_digest(&it.sha256.value)))
    })
}

/// Whether a covered file is used: what was evaluated with is not.
fn is_used(inputs: &SignOffInputs<'_>, system: &System, path: &str) -> bool {
    let form = ItemForm::File { path: path.to_owned() };
    let mut of_path = inputs.items(system).iter().filter(|item| item.form == form).peekable();
    of_path.peek().is_none()
        || of_path.any(|item| {
            use Material::{Data, Prompts, Thresholds, Weights};
            matches!(item.material, Weights | Prompts | Thresholds | Data)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signoff::testing::SHA;

    #[test]
    fn a_subject_is_a_digest_an_image_or_a_revision() {
        let parse = |text: &str| text.parse::<UsedSubject>();
        let bare = parse(SHA).unwrap();
        assert!(bare.is_same(&parse(&format!("sha256:{}", SHA.to_uppercase())).unwrap()));
        let image = format!("registry.example.com/credit@sha256:{SHA}");
        assert!(bare.is_same(&parse(&image).unwrap()));
        let revision = parse("hub:acme/scorer@1f2e").unwrap();
        assert!(revision.is_same(&parse("hub:acme/scorer@1f2e").unwrap()));
        assert!(!revision.is_same(&parse("hub:acme/scorer@1f2f").unwrap()));
        assert!(!revision.is_same(&bare));
        for wrong in ["", "sha256:", "hub:acme/scorer", "hub:@1", "registry.example.com/credit:4"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
