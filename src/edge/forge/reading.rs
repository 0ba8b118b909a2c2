//! What is read of GitHub beside settings: files of commits that a shallow copy lacks, and who
//! approves, with what right.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde::Deserialize;

use super::approver::{Approver, KnownPermissions, right};
use super::error::{ErrorCause, ForgeError};
use super::github::{GitHub, GitHubUser, MOST_COMMENTS, encoded};
use crate::edge::git::Remote;
use crate::report;
use crate::snapshot::{Entry, FileMode, ObjectId};
use crate::span::RepoPath;

#[derive(Deserialize)]
struct Tree {
    tree: Vec<TreeEntry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct TreeEntry {
    path: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    sha: String,
}

#[derive(Deserialize)]
struct Blob {
    content: String,
    encoding: String,
}

#[derive(Deserialize)]
struct GitReference {
    object: Pointed,
}

#[derive(Deserialize)]
struct Pointed {
    sha: String,
}

#[derive(Deserialize)]
struct Review {
    user: Option<GitHubUser>,
    state: String,
    commit_id: Option<String>,
}

/// `maintain` shows as `write` here, `triage` as `read`.
#[derive(Deserialize)]
struct Collaborator {
    permission: String,
}

impl GitHub {
    /// Whoever approves the pull request: of each the last review that is more than a comment, and
    /// the commit it was given at.
    ///
    /// # Errors
    /// When the reviews cannot be read.
    pub fn approvals(&self, known: KnownPermissions<'_>) -> Result<Vec<Approver>, ForgeError> {
        let Some(number) = self.job().request else { return Ok(Vec::new()) };
        let reviews: Vec<Review> =
            self.http().pages(&format!("{}/pulls/{number}/reviews", self.at()), MOST_COMMENTS)?;
        let mut last: BTreeMap<String, Option<String>> = BTreeMap::new();
        for it in reviews {
            // Whose account is gone nobody knows. Webhooks write states in small letters.
            let Some(user) = it.user.filter(|user| known(&user.login)) else { continue };
            let state = it.state.to_ascii_uppercase();
            if state == "APPROVED" {
                last.insert(user.login, it.commit_id);
            } else if state != "COMMENTED" && state != "PENDING" {
                last.remove(&user.login);
            }
        }
        // A commit that is gone was not the one that is here.
        let named =
            last.into_iter().filter_map(|(login, commit)| Some((login, ObjectId::new(commit?))));
        let approver = |(login, commit): (String, ObjectId)| {
            let may_write = right(self.may_write(&login));
            Approver { login, commit, may_write }
        };
        Ok(named.map(approver).collect())
    }

    fn may_write(&self, login: &str) -> Result<bool, ForgeError> {
        let path = format!("{}/collaborators/{}/permission", self.at(), encoded(login));
        let found: Collaborator = self.http().get(&path)?.json()?;
        Ok(matches!(found.permission.as_str(), "admin" | "write"))
    }
}

impl Remote for GitHub {
    fn files(&self, commit: &ObjectId) -> Result<Vec<Entry>, String> {
        let path = format!("{}/git/trees/{}?recursive=1", self.at(), encoded(commit.as_str()));
        let answer = self.http().get(&path).map_err(|error| unread(&error))?;
        let tree: Tree = answer.json().map_err(|error| error.to_string())?;
        if tree.truncated {
            return Err("it has more files than GitHub lists".to_owned());
        }
        tree.tree.into_iter().filter(|it| it.kind != "tree").map(entry).collect()
    }

    fn content(&self, id: &ObjectId) -> Result<Vec<u8>, String> {
        let path = format!("{}/git/blobs/{}", self.at(), encoded(id.as_str()));
        let blob: Blob = self
            .http()
            .get(&path)
            .and_then(|answer| answer.json())
            .map_err(|error| unread(&error))?;
        if blob.encoding != "base64" {
            return Err(format!(
                "`{}` is no encoding that is known here",
                report::safe(&blob.encoding)
            ));
        }
        let text: String = blob.content.split_ascii_whitespace().collect();
        base64::engine::general_purpose::STANDARD.decode(text).map_err(|error| error.to_string())
    }

    fn tip(&self, branch: &str) -> Result<ObjectId, String> {
        let path = format!("{}/git/ref/{}", self.at(), encoded(&format!("heads/{branch}")));
        let found: GitReference = self
            .http()
            .get(&path)
            .and_then(|answer| answer.json())
            .map_err(|error| unread(&error))?;
        Ok(ObjectId::new(found.object.sha))
    }
}

fn entry(it: TreeEntry) -> Result<Entry, String> {
    let mode = match it.mode.as_str() {
        "100644" => FileMode::File,
        "100755" => FileMode::Executable,
        "120000" => FileMode::Symlink,
        "160000" => FileMode::Submodule,
        other => return Err(format!("`{}` is no mode of a file", report::safe(other))),
    };
    Ok(Entry {
        path: RepoPath::from(it.path.as_str()),
        mode,
        known_id: Some(ObjectId::new(it.sha)),
    })
}

/// Why something could not be read.
fn unread(error: &ForgeError) -> String {
    match error.cause {
        ErrorCause::Forbidden | ErrorCause::NotFound => {
            format!("{error}; the token needs `contents: read`")
        }
        _ => error.to_string(),
    }
}
