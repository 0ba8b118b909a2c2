//! What git knows of a repository beside its content: where it comes from, the branch that changes
//! go to, the last version that was tagged.

use std::path::Path;

use super::source::{PathLocation, locate};

/// What git knows of a repository. What it does not know is not there.
#[derive(Debug, Default)]
pub(crate) struct RepositoryOrigin {
    /// Where it was cloned from, as git writes it.
    pub(crate) remote: Option<String>,
    /// The default branch of the remote, else the branch that is checked out.
    pub(crate) branch: Option<String>,
    /// The last version that was tagged, without its `v`.
    pub(crate) version: Option<String>,
    pub(crate) has_commits: bool,
}

/// The longest list of tags that is looked through.
const MOST_TAGS: usize = 10_000;

/// Reads it; a folder that is no repository, or one that cannot be read, says nothing.
pub(crate) fn about(path: &Path) -> RepositoryOrigin {
    let Ok(PathLocation::Repository(repository, _)) = locate(path) else {
        return RepositoryOrigin::default();
    };
    let known = repository.with(|handle| {
        let remote = handle.find_remote("origin").ok();
        let remote = remote.and_then(|remote| remote.url().map(str::to_owned).ok());
        let mut versions: Vec<(Vec<u64>, String)> = Vec::new();
        let tags = handle.tag_names(None)?;
        for tag in tags.iter().take(MOST_TAGS).filter_map(|tag| tag.ok().flatten()) {
            let version = tag.trim_start_matches('v');
            let numbers: Option<Vec<u64>> =
                version.split('.').map(|part| part.parse().ok()).collect();
            versions.extend(numbers.map(|numbers| (numbers, version.to_owned())));
        }
        let version = versions.into_iter().max().map(|(_, version)| version);
        // A branch without commits is named by `HEAD` all the same.
        let head = handle.find_reference("HEAD").ok();
        let head = head.and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned));
        let head = head.and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned));
        Ok((remote, version, head))
    });
    let Ok((remote, version, head)) = known else { return RepositoryOrigin::default() };
    let of_remote = repository.remote_default().map(|(name, _)| name);
    let of_remote = of_remote.map(|name| name.rsplit('/').next().unwrap_or(&name).to_owned());
    let usual = ["main", "master"]
        .iter()
        .find(|name| repository.reference(&format!("refs/heads/{name}")).is_some())
        .map(|name| (*name).to_owned());
    RepositoryOrigin {
        remote,
        branch: of_remote.or(usual).or(head),
        version,
        has_commits: repository.head().is_ok_and(|head| head.is_some()),
    }
}
