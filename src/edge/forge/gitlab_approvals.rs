//! Who approves a GitLab merge request as it is.
//! Source: GitLab Docs, "Merge request approvals API", "Members API".

use serde::Deserialize;

use super::approver::{Approver, KnownPermissions, right};
use super::error::{ErrorCause, ForgeError};
use super::gitlab::{GitLab, RequestKind};
use crate::doctor::ApprovalSettings;
use crate::edge::git::Judges;
use crate::snapshot::ObjectId;

/// The access level of whoever may push.
const DEVELOPER: u64 = 30;

#[derive(Deserialize)]
struct MergeRequest {
    sha: Option<String>,
    target_branch: Option<String>,
}

#[derive(Deserialize)]
struct Approvals {
    #[serde(default)]
    approved_by: Vec<ApprovedBy>,
}

#[derive(Deserialize)]
struct ApprovedBy {
    user: Account,
}

#[derive(Deserialize)]
struct Account {
    id: u64,
    username: String,
}

#[derive(Deserialize)]
struct Member {
    access_level: u64,
}

impl GitLab {
    /// Whoever approves the merge request as it is. GitLab does not say which commit an approval is
    /// of, so it counts only where the project takes approvals back when something is pushed.
    ///
    /// # Errors
    /// When approvals cannot be read, or stay whatever is pushed.
    pub fn approvals(&self, known: KnownPermissions<'_>) -> Result<Vec<Approver>, ForgeError> {
        let Some(request) = self.job().request else { return Ok(Vec::new()) };
        if self.kind() == RequestKind::Job {
            return Err(ForgeError::new(
                ErrorCause::Forbidden,
                "the token of a job may not read approvals; give a project access token",
            ));
        }
        let rules: ApprovalSettings =
            self.http().get(&format!("{}/approvals", self.at()))?.json()?;
        if rules.reset_approvals_on_push != Some(true) {
            let text = "approvals of the project stay whatever is pushed \
                (`reset_approvals_on_push`), so nobody knows what was approved";
            return Err(ForgeError::new(ErrorCause::Other, text));
        }
        let path = format!("{}/merge_requests/{request}", self.at());
        // Approvals are of what stands there now, which must be what is judged, before and after
        // they are read.
        let stands = || -> Result<(), ForgeError> {
            let now: MergeRequest = self.http().get(&path)?.json()?;
            let is_target = match &self.job().judges {
                Judges::Proposed { target } => now.target_branch.as_ref() == Some(target),
                _ => false,
            };
            if now.sha.as_ref() == Some(&self.job().head) && is_target {
                return Ok(());
            }
            Err(ForgeError::new(
                ErrorCause::Other,
                "the merge request is not what the job judges any more",
            ))
        };
        stands()?;
        let all: Approvals = self.http().get(&format!("{path}/approvals"))?.json()?;
        stands()?;
        let head = ObjectId::new(self.job().head.clone());
        let approver = |it: ApprovedBy| Approver {
            may_write: right(self.may_write(it.user.id)),
            login: it.user.username,
            commit: head.clone(),
        };
        Ok(all
            .approved_by
            .into_iter()
            .filter(|it| known(&it.user.username))
            .map(approver)
            .collect())
    }

    /// Whether somebody is a member who may push, by the project or a group it is in.
    fn may_write(&self, user: u64) -> Result<bool, ForgeError> {
        let member: Member =
            self.http().get(&format!("{}/members/all/{user}", self.at()))?.json()?;
        Ok(member.access_level >= DEVELOPER)
    }
}
