//! GitLab's REST API: notes, threads, commit statuses, external status checks, and what is read of
//! people. Source: GitLab Docs, "REST API resources", version 4.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::approver::{Approver, KnownPermissions, right};
use super::error::{ErrorCause, ForgeError};
use super::github::encoded;
use super::http::{Http, Idempotency, Network, Token};
use super::post::Notice;
use super::sticky::{Board, Remark, stick};
use crate::digest::of_words;
use crate::doctor::ApprovalSettings;
use crate::edge::git::{Job, Judges};
use crate::report::{self, Annotation, Grade};
use crate::settings::gate::Channel;
use crate::snapshot::ObjectId;
use crate::untrusted::{clamp, markdown};

/// Characters of a note, of 1,000,000.
const LONGEST_NOTE: usize = 200_000;
/// Characters of a status's description.
const LONGEST_DESCRIPTION: usize = 255;
/// Notes and threads that are looked through.
const MOST_NOTES: usize = 3_000;
/// Threads on lines of one merge request.
const MOST_THREADS: usize = 20;

/// The access level of whoever may push.
const DEVELOPER: u64 = 30;

/// How a token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// Of a person, a project or a group.
    Access,
    /// The job's own, which may read the merge request and write nothing.
    Job,
}

/// A project on GitLab.
pub struct GitLab {
    http: Http,
    job: Job,
    kind: RequestKind,
    /// `/projects/ID`.
    at: String,
}

#[derive(Deserialize)]
struct GitLabUser {
    id: u64,
}

#[derive(Deserialize)]
struct Note {
    id: u64,
    body: Option<String>,
    author: Option<GitLabUser>,
    #[serde(default)]
    system: bool,
}

#[derive(Deserialize)]
struct Discussion {
    id: String,
    #[serde(default)]
    notes: Vec<DiscussionNote>,
}

#[derive(Deserialize)]
struct DiscussionNote {
    body: Option<String>,
    author: Option<GitLabUser>,
    #[serde(default)]
    resolved: bool,
}

#[derive(Deserialize)]
struct MergeRequest {
    sha: Option<String>,
    target_branch: Option<String>,
    diff_refs: Option<DiffRefs>,
}

#[derive(Deserialize)]
struct DiffRefs {
    base_sha: String,
    start_sha: String,
    head_sha: String,
}

#[derive(Deserialize)]
struct ChangedFile {
    old_path: String,
    new_path: String,
    #[serde(default)]
    deleted_file: bool,
    diff: Option<String>,
}

#[derive(Deserialize)]
struct ExternalCheck {
    id: u64,
    name: String,
}

impl GitLab {
    /// The project that a job runs for.
    ///
    /// # Errors
    /// When it cannot be reached at all.
    pub fn of_job(
        base: &str,
        token: Token,
        kind: RequestKind,
        job: &Job,
        network: &Network,
    ) -> Result<Self, ForgeError> {
        if job.repository.is_empty() {
            return Err(ForgeError::new(
                ErrorCause::Unusable,
                "the job does not say which project it is of",
            ));
        }
        let header = match kind {
            RequestKind::Access => "private-token",
            RequestKind::Job => "job-token",
        };
        let at = format!("/projects/{}", encoded(&job.repository));
        Ok(Self {
            http: Http::gitlab(base, Some((header, token)), network)?,
            job: job.clone(),
            kind,
            at,
        })
    }

    pub(super) fn at(&self) -> &str {
        &self.at
    }

    pub(super) fn http(&self) -> &Http {
        &self.http
    }

    /// Posts a verdict, and says what was done.
    ///
    /// # Errors
    /// Why it was not posted, in words.
    pub fn post(&self, channel: Channel, notice: &Notice<'_>) -> Result<String, String> {
        let done = match channel {
            // What a job's own token may not do is not tried with it.
            _ if self.kind == RequestKind::Job => {
                Err(ForgeError::new(ErrorCause::Forbidden, "it was not tried"))
            }
            Channel::Comment => self.note(notice),
            Channel::Threads => self.threads(notice),
            Channel::CommitStatus => self.commit_status(notice),
            Channel::StatusCheck => self.status_check(notice),
            Channel::CheckRun | Channel::CodeScanning | Channel::Issue => {
                Err(ForgeError::new(ErrorCause::Unusable, "GitLab has no such thing"))
            }
        };
        let needs = match self.kind {
            RequestKind::Job => {
                "the token of a job may not; give a project access token with scope `api` \
                as AIMSGATE_TOKEN"
            }
            RequestKind::Access => "the token needs the scope `api` and the role Developer",
        };
        let explained = |trouble: ForgeError| match trouble.cause {
            ErrorCause::Forbidden | ErrorCause::NotFound => format!("{trouble}; {needs}"),
            _ => trouble.to_string(),
        };
        done.map_err(explained)
    }

    fn send(
        &self,
        method: &Method,
        path: &str,
        body: &Value,
        again: Idempotency,
    ) -> Result<super::http::HttpAnswer, ForgeError> {
        self.http.send(method, &format!("{}{path}", self.at), Some(body), again)
    }

    fn request(&self) -> Result<u64, ForgeError> {
        self.job
            .request
            .ok_or_else(|| ForgeError::new(ErrorCause::Other, "there is no merge request"))
    }

    fn me(&self) -> Result<u64, ForgeError> {
        Ok(self.http.get("/user")?.json::<GitLabUser>()?.id)
    }

    fn note(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let board = Notes { gitlab: self, request: self.request()?, me: self.me()? };
        Ok(stick(&board, &notice.mark(), &notice.comment(LONGEST_NOTE))?.words().to_owned())
    }

    /// A thread that can be resolved, on each line of the change with a finding that counts; those
    /// of findings that are gone are resolved.
    fn threads(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let request = self.request()?;
        let me = self.me()?;
        let own_path = format!("{}/merge_requests/{request}", self.at);
        let refs = self.http.get(&own_path)?.json::<MergeRequest>()?.diff_refs;
        let refs = refs.ok_or_else(|| {
            ForgeError::new(
                ErrorCause::Other,
                "GitLab has not compared the \
            branches yet",
            )
        })?;
        let files: Vec<ChangedFile> = self.http.pages(&format!("{own_path}/diffs"), MOST_NOTES)?;
        let known: Vec<Discussion> =
            self.http.pages(&format!("{own_path}/discussions"), MOST_NOTES)?;
        let scope = notice.mark();
        let mine: Vec<(&Discussion, &DiscussionNote, &str)> = known
            .iter()
            .filter_map(|it| {
                let note = it.notes.first()?;
                let mark = note.body.as_deref()?.lines().next()?;
                let is_own = note.author.as_ref().is_some_and(|author| author.id == me);
                (is_own && mark.starts_with(scope.trim_end_matches(" -->")))
                    .then_some((it, note, mark))
            })
            .collect();
        let mut due = Vec::new();
        let annotations = report::annotations(notice.report);
        let failures = annotations.iter().filter(|it| it.grade == Grade::Failure);
        let standing: Vec<(String, &Annotation)> =
            failures.map(|it| (thread_mark(&scope, it), it)).collect();
        for (mark, it) in &standing {
            let Some(file) =
                files.iter().find(|file| file.new_path == it.path && !file.deleted_file)
            else {
                continue;
            };
            if due.len() < MOST_THREADS
                && file.diff.as_deref().is_some_and(|diff| adds(diff, it.start_line))
            {
                due.push((mark, it, file));
            }
        }
        let (mut opened, mut resolved) = (0, 0);
        for (mark, it, file) in &due {
            if mine.iter().any(|(_, note, known)| known == *mark && !note.resolved) {
                continue;
            }
            let body = format!("{mark}\n**{}** {}", markdown(&it.title), lines(&it.message));
            let position = json!({
                "position_type": "text",
                "base_sha": refs.base_sha, "start_sha": refs.start_sha, "head_sha": refs.head_sha,
                "old_path": file.old_path, "new_path": file.new_path, "new_line": it.start_line,
            });
            let body = json!({"body": body, "position": position});
            self.send(
                &Method::POST,
                &format!("/merge_requests/{request}/discussions"),
                &body,
                Idempotency::Refused,
            )?;
            opened += 1;
        }
        for (thread, note, mark) in mine {
            // What could not be decided mended nothing.
            let is_mended =
                notice.is_decided() && !standing.iter().any(|(standing, _)| standing == mark);
            if !note.resolved && is_mended {
                let path = format!("/merge_requests/{request}/discussions/{}", encoded(&thread.id));
                self.send(&Method::PUT, &path, &json!({"resolved": true}), Idempotency::Harmless)?;
                resolved += 1;
            }
        }
        Ok(format!("{opened} opened, {resolved} resolved"))
    }

    fn commit_status(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let state = if notice.passes() { "success" } else { "failed" };
        let description = clamp(&notice.title(), LONGEST_DESCRIPTION).into_owned();
        let body =
            json!({"state": state, "name": notice.report.name(), "description": description});
        self.send(
            &Method::POST,
            &format!("/statuses/{}", self.job.head),
            &body,
            Idempotency::Harmless,
        )?;
        Ok("written".to_owned())
    }

    /// An answer to the external status check of our name.
    fn status_check(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let request = self.request()?;
        let path = format!("{}/merge_requests/{request}/status_checks", self.at);
        let all: Vec<ExternalCheck> = self.http.pages(&path, MOST_NOTES)?;
        let name = notice.report.name();
        let Some(check) = all.into_iter().find(|it| it.name == name) else {
            return Err(ForgeError::new(
                ErrorCause::Other,
                format!(
                    "the project has no external status \
                check `{name}`"
                ),
            ));
        };
        let status = if notice.passes() { "passed" } else { "failed" };
        let body =
            json!({"sha": self.job.head, "external_status_check_id": check.id, "status": status});
        let path = format!("/merge_requests/{request}/status_check_responses");
        self.send(&Method::POST, &path, &body, Idempotency::Harmless)?;
        Ok("answered".to_owned())
    }
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
        let Some(request) = self.job.request else { return Ok(Vec::new()) };
        if self.kind == RequestKind::Job {
            return Err(ForgeError::new(
                ErrorCause::Forbidden,
                "the token of a job may not read approvals; give a project access token",
            ));
        }
        let rules: ApprovalSettings = self.http.get(&format!("{}/approvals", self.at))?.json()?;
        if rules.reset_approvals_on_push != Some(true) {
            let text = "approvals of the project stay whatever is pushed \
                (`reset_approvals_on_push`), so nobody knows what was approved";
            return Err(ForgeError::new(ErrorCause::Other, text));
        }
        let path = format!("{}/merge_requests/{request}", self.at);
        // Approvals are of what stands there now, which must be what is judged, before and after
        // they are read.
        let stands = || -> Result<(), ForgeError> {
            let now: MergeRequest = self.http.get(&path)?.json()?;
            let is_target = match &self.job.judges {
                Judges::Proposed { target } => now.target_branch.as_ref() == Some(target),
                _ => false,
            };
            if now.sha.as_ref() == Some(&self.job.head) && is_target {
                return Ok(());
            }
            Err(ForgeError::new(
                ErrorCause::Other,
                "the merge request is not what the job judges any more",
            ))
        };
        stands()?;
        let all: Approvals = self.http.get(&format!("{path}/approvals"))?.json()?;
        stands()?;
        let head = ObjectId::new(self.job.head.clone());
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
        let member: Member = self.http.get(&format!("{}/members/all/{user}", self.at))?.json()?;
        Ok(member.access_level >= DEVELOPER)
    }
}

/// The notes of a merge request.
struct Notes<'g> {
    gitlab: &'g GitLab,
    request: u64,
    me: u64,
}

impl Board for Notes<'_> {
    fn remarks(&self) -> Result<Vec<Remark>, ForgeError> {
        let path = format!("{}/merge_requests/{}/notes", self.gitlab.at, self.request);
        let all: Vec<Note> = self.gitlab.http.pages(&path, MOST_NOTES)?;
        let remark = |it: Note| Remark {
            id: it.id,
            is_own: !it.system && it.author.is_some_and(|author| author.id == self.me),
            body: it.body.unwrap_or_default(),
        };
        Ok(all.into_iter().map(remark).collect())
    }

    fn write(&self, body: &str) -> Result<(), ForgeError> {
        let path = format!("/merge_requests/{}/notes", self.request);
        self.gitlab
            .send(&Method::POST, &path, &json!({"body": body}), Idempotency::Refused)
            .map(drop)
    }

    fn rewrite(&self, id: u64, body: &str) -> Result<(), ForgeError> {
        let path = format!("/merge_requests/{}/notes/{id}", self.request);
        self.gitlab
            .send(&Method::PUT, &path, &json!({"body": body}), Idempotency::Harmless)
            .map(drop)
    }
}

/// What marks the thread about a finding.
fn thread_mark(scope: &str, it: &Annotation) -> String {
    let finding = of_words(&format!("{} {} {}", it.path, it.title, it.message));
    format!("{} {} -->", scope.trim_end_matches(" -->"), &finding[..16])
}

fn lines(message: &str) -> String {
    message.lines().map(|line| format!("{}\n\n", markdown(line))).collect()
}

/// Whether a unified diff of one file adds a line.
fn adds(diff: &str, line: usize) -> bool {
    let mut at = 0;
    for text in diff.lines() {
        if let Some(hunk) = text.strip_prefix("@@ ") {
            let new = hunk.split_whitespace().find_map(|part| part.strip_prefix('+'));
            let start = new.and_then(|new| new.split(',').next()?.parse::<usize>().ok());
            at = start.unwrap_or(0);
        } else if text.starts_with('+') {
            if at == line {
                return true;
            }
            at += 1;
        } else if !text.starts_with(['-', '\\']) {
            at += 1;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::adds;

    #[test]
    fn a_line_is_the_changes_own_where_the_diff_adds_it() {
        let diff = "@@ -1,3 +1,4 @@\n one\n-two\n+zwei\n+drei\n four\n\\ No newline at end of \
            file\n@@ -9 +10,2 @@\n nine\n+ten\n";
        let added: Vec<usize> = (1..20).filter(|line| adds(diff, *line)).collect();
        assert_eq!(added, [2, 3, 11]);
    }
}
