//! The forge that a job runs on, and the token it was given.
#![expect(
    clippy::disallowed_methods,
    reason = "the edge: asks the environment for addresses and tokens"
)]

use std::sync::Arc;

use super::approver::{Approver, KnownPermissions};
use super::connection::{Network, Token};
use super::error::{ErrorCause, ForgeError};
use super::github::GitHub;
use super::gitlab::{GitLab, RequestKind};
use super::post::Notice;
use crate::edge::git::{Forge, Job, Remote};
use crate::settings::gate::Channel;

/// A client of the forge that a job runs on.
pub(crate) enum Client {
    GitHub(Arc<GitHub>),
    GitLab(Box<GitLab>),
}

impl Client {
    /// Reads address and token from the environment. `AIMSGATE_TOKEN` comes before the forge's own
    /// names.
    ///
    /// # Errors
    /// When there is no token, or the address cannot be used.
    pub(crate) fn of_job(job: &Job, network: &Network) -> Result<Self, ForgeError> {
        let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let first = |names: &[&str]| names.iter().find_map(set);
        let none = |names: &str| {
            ForgeError::new(ErrorCause::Unusable, format!("there is no token; give one as {names}"))
        };
        match job.forge {
            Forge::GitHub => {
                let token = first(&["AIMSGATE_TOKEN", "INPUT_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"]);
                let token = Token::new(
                    token
                        .ok_or_else(|| none("the action's input `token`, or as AIMSGATE_TOKEN"))?,
                );
                let base = first(&["GITHUB_API_URL"])
                    .unwrap_or_else(|| "https://api.github.com".to_owned());
                Ok(Self::GitHub(Arc::new(GitHub::of_job(&base, &token, job, network)?)))
            }
            Forge::GitLab => {
                let base = first(&["CI_API_V4_URL"])
                    .unwrap_or_else(|| "https://gitlab.com/api/v4".to_owned());
                let (token, kind) = match first(&["AIMSGATE_TOKEN", "GITLAB_TOKEN"]) {
                    Some(token) => (token, RequestKind::Access),
                    None => {
                        let own = first(&["CI_JOB_TOKEN"]);
                        (
                            own.ok_or_else(|| none("AIMSGATE_TOKEN or GITLAB_TOKEN"))?,
                            RequestKind::Job,
                        )
                    }
                };
                Ok(Self::GitLab(Box::new(GitLab::of_job(
                    &base,
                    Token::new(token),
                    kind,
                    job,
                    network,
                )?)))
            }
        }
    }

    /// Whoever approves the change, of those who are known here.
    ///
    /// # Errors
    /// When that cannot be known.
    pub(crate) fn approvals(
        &self,
        known: KnownPermissions<'_>,
    ) -> Result<Vec<Approver>, ForgeError> {
        match self {
            Self::GitHub(github) => github.approvals(known),
            Self::GitLab(gitlab) => gitlab.approvals(known),
        }
    }

    /// What holds the history that a shallow copy lacks; nothing on GitLab, where the job fetches
    /// what it needs.
    pub(crate) fn remote(&self) -> Option<Arc<dyn Remote>> {
        match self {
            Self::GitHub(github) => Some(Arc::clone(github) as Arc<dyn Remote>),
            Self::GitLab(_) => None,
        }
    }

    /// Posts a verdict, and says what was done.
    ///
    /// # Errors
    /// Why it was not posted, in words.
    pub(crate) fn post(&self, channel: Channel, notice: &Notice<'_>) -> Result<String, String> {
        match self {
            Self::GitHub(github) => github.post(channel, notice),
            Self::GitLab(gitlab) => gitlab.post(channel, notice),
        }
    }
}
