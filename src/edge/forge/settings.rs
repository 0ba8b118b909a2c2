//! What `doctor` reads of a forge: settings that block a merge, or do not.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::{ErrorCause, ForgeError};
use super::github::{GitHub, encoded};
use super::gitlab::GitLab;
use crate::codeowners::CodeOwners;
use crate::doctor::{BranchRule, GitHubSettings, GitLabSettings, Project};
use crate::fact::Fact;

/// Rules of one branch that are read.
const MOST_RULES: usize = 500;

#[derive(Deserialize)]
struct RepositorySettings {
    default_branch: String,
}

/// What may be read, what is not there, and what may not be seen.
fn fact<T>(result: Result<T, ForgeError>, absent: bool) -> Fact<T> {
    match result {
        Ok(value) => Fact::Known(value),
        Err(error) if absent && error.cause == ErrorCause::NotFound => Fact::Absent,
        Err(error) => Fact::Undecided(error.to_string()),
    }
}

impl GitHub {
    /// The settings that decide whether a merge is blocked.
    pub fn settings(
        &self,
        owners: Fact<CodeOwners>,
        checks: Vec<String>,
        guarded: Vec<String>,
    ) -> GitHubSettings {
        let at = self.at();
        let get = |path: String| self.http().get(&format!("{at}{path}"));
        let repository = get(String::new()).and_then(|answer| answer.json::<RepositorySettings>());
        let branch =
            repository.as_ref().map_or_else(|_| "main".to_owned(), |it| it.default_branch.clone());
        let rules = match repository {
            Err(error) => Fact::Undecided(error.to_string()),
            Ok(_) => {
                let path = format!("{at}/rules/branches/{}", encoded(&branch));
                fact(self.http().pages::<BranchRule>(&path, MOST_RULES), false)
            }
        };
        let mut ids: Vec<u64> =
            rules.known().into_iter().flatten().filter_map(|rule| rule.ruleset_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let ruleset =
            |id: u64| fact(get(format!("/rulesets/{id}")).and_then(|answer| answer.json()), false);
        let rulesets = ids.into_iter().take(20).map(ruleset).collect();
        let protection = get(format!("/branches/{}/protection", encoded(&branch)));
        let protection = match protection.and_then(|answer| answer.json()) {
            Ok(found) => Fact::Known(found),
            // Who may not see it is told that there is none in the same words, but for these.
            Err(error)
                if error.cause == ErrorCause::NotFound
                    && error.to_string().contains("not protected") =>
            {
                Fact::Absent
            }
            Err(error) => Fact::Undecided(error.to_string()),
        };
        let repository = at.trim_start_matches("/repos/").to_owned();
        GitHubSettings {
            repository,
            default_branch: branch,
            rules,
            rulesets,
            protection,
            owners,
            checks,
            guarded,
        }
    }
}

#[derive(Deserialize)]
struct TagReference {
    object: TagObject,
}

#[derive(Deserialize)]
struct TagObject {
    #[serde(rename = "type")]
    kind: String,
    sha: String,
}

impl GitHub {
    /// The commit that a tag of a repository names; absent where the repository is there without
    /// such a tag.
    pub(crate) fn tagged_commit(&self, repository: &str, tag: &str) -> Fact<String> {
        let (owner, name) = repository.split_once('/').unwrap_or((repository, ""));
        let at = format!("/repos/{}/{}", encoded(owner), encoded(name));
        let get = |path: String| self.http().get(&format!("{at}{path}"));
        let read = |path: String| get(path).and_then(|answer| answer.json::<TagReference>());
        let tagged = match read(format!("/git/ref/{}", encoded(&format!("tags/{tag}")))) {
            // A tag with a text of its own stands between.
            Ok(found) if found.object.kind == "tag" => {
                read(format!("/git/tags/{}", encoded(&found.object.sha)))
            }
            Err(error) if error.cause == ErrorCause::NotFound => {
                // Who may not see a repository is told of nothing in it in the same words.
                return match get(String::new()) {
                    Ok(_) => Fact::Absent,
                    Err(_) => Fact::Undecided(error.to_string()),
                };
            }
            other => other,
        };
        fact(tagged.map(|found| found.object.sha.to_ascii_lowercase()), false)
    }
}

impl GitLab {
    /// The settings that decide whether a merge is blocked.
    pub fn settings(&self) -> GitLabSettings {
        let at = self.at();
        let settings: Fact<Project> = fact(read(self, at), false);
        let branch = settings
            .known()
            .and_then(|it| it.default_branch.clone())
            .unwrap_or_else(|| "main".to_owned());
        let protected =
            fact(read(self, &format!("{at}/protected_branches/{}", encoded(&branch))), true);
        let approvals = fact(read(self, &format!("{at}/approvals")), true);
        let project = at.trim_start_matches("/projects/").to_owned();
        GitLabSettings { project, settings, protected, approvals }
    }
}

fn read<T: DeserializeOwned>(gitlab: &GitLab, path: &str) -> Result<T, ForgeError> {
    gitlab.http().get(path)?.json()
}
