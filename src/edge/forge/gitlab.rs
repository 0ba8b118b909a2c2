//! GitLab's REST API: notes, threads, commit statuses, external status checks, and what is read of
//! people. Source: GitLab Docs, "REST API resources", version 4.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::connection::{Network, Token};
use super::error::{ErrorCause, ForgeError};
use super::github::encoded;
use super::http::{Http, HttpAnswer, Idempotency};
use super::post::Notice;
use super::sticky::{Board, Remark, stick};
use crate::edge::git::Job;
use crate::settings::gate::Channel;
use crate::untrusted::clamp;

/// Characters of a note, of 1,000,000.
const LONGEST_NOTE: usize = 200_000;
/// Characters of a status's description.
const LONGEST_DESCRIPTION: usize = 255;
/// Notes and threads that are looked through.
pub(super) const MOST_NOTES: usize = 3_000;
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
pub(super) struct GitLabUser {
    pub(super) id: u64,
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
        let explained = |error: ForgeError| match error.cause {
            ErrorCause::Forbidden | ErrorCause::NotFound => format!("{error}; {needs}"),
            _ => error.to_string(),
        };
        done.map_err(explained)
    }

    pub(super) fn job(&self) -> &Job {
        &self.job
    }

    pub(super) fn kind(&self) -> RequestKind {
        self.kind
    }

    pub(super) fn send(
        &self,
        method: &Method,
        path: &str,
        body: &Value,
        idempotency: Idempotency,
    ) -> Result<HttpAnswer, ForgeError> {
        self.http.send(method, &format!("{}{path}", self.at), Some(body), idempotency)
    }

    pub(super) fn request(&self) -> Result<u64, ForgeError> {
        self.job
            .request
            .ok_or_else(|| ForgeError::new(ErrorCause::Other, "there is no merge request"))
    }

    pub(super) fn me(&self) -> Result<u64, ForgeError> {
        Ok(self.http.get("/user")?.json::<GitLabUser>()?.id)
    }

    fn note(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let board = Notes { gitlab: self, request: self.request()?, me: self.me()? };
        Ok(stick(&board, &notice.mark(), &notice.comment(LONGEST_NOTE))?.words().to_owned())
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
                format!("the project has no external status check `{name}`"),
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
