//! GitHub's REST API: check runs, comments, code scanning, issues, and what is read of people.
//! Source: GitHub REST API description, version 2022-11-28.
//!
//! # Design
//!
//! Remarks of a check run can only be added. The same set of remarks therefore updates the run that
//! is there, and another set makes a new run of the same name, which takes its place.

use std::collections::BTreeMap;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::connection::{Network, Token};
use super::error::{ErrorCause, ForgeError};
use super::http::{Http, HttpAnswer, Idempotency};
use super::post::Notice;
use super::sticky::{Board, Remark, stick};
use crate::digest::of_words;
use crate::edge::git::{Job, Judges};
use crate::report::{self, Annotation};
use crate::settings::gate::Channel;
use crate::untrusted::clamp;

/// Annotations of one request.
const ANNOTATIONS_AT_ONCE: usize = 50;
/// Annotations of one check run.
const MOST_ANNOTATIONS: usize = 500;
/// Characters of a check run's summary, of 65,535.
const LONGEST_SUMMARY: usize = 60_000;
/// Characters of a comment, of 65,536.
const LONGEST_COMMENT: usize = 60_000;
/// Comments that are looked through.
pub(super) const MOST_COMMENTS: usize = 3_000;
/// What issues of ours are labelled with.
const LABEL: &str = "aimsgate";
/// A repository on GitHub.
pub struct GitHub {
    http: Http,
    job: Job,
    /// `/repos/OWNER/NAME`.
    at: String,
}

#[derive(Deserialize)]
pub(super) struct GitHubUser {
    pub(super) login: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Comment {
    id: u64,
    body: Option<String>,
    user: Option<GitHubUser>,
}

#[derive(Deserialize)]
struct CheckRuns {
    check_runs: Vec<CheckRun>,
}

#[derive(Deserialize)]
struct CheckRun {
    id: u64,
    external_id: Option<String>,
    status: Option<String>,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    body: Option<String>,
    user: Option<GitHubUser>,
    pull_request: Option<Value>,
}

impl GitHub {
    /// The repository that a job runs for.
    ///
    /// # Errors
    /// When it cannot be reached at all.
    pub fn of_job(
        base: &str,
        token: &Token,
        job: &Job,
        network: &Network,
    ) -> Result<Self, ForgeError> {
        let is_name = |part: &str| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
                && !part.chars().all(|c| c == '.')
        };
        match job.repository.split_once('/') {
            Some((owner, name)) if is_name(owner) && is_name(name) => {}
            _ => {
                return Err(ForgeError::new(
                    ErrorCause::Unusable,
                    "the job does not say which repository it is of",
                ));
            }
        }
        let at = format!("/repos/{}", job.repository);
        Ok(Self { http: Http::github(base, token, network)?, job: job.clone(), at })
    }

    pub(super) fn at(&self) -> &str {
        &self.at
    }

    pub(super) fn http(&self) -> &Http {
        &self.http
    }

    pub(super) fn job(&self) -> &Job {
        &self.job
    }

    /// Posts a verdict, and says what was done.
    ///
    /// # Errors
    /// Why it was not posted, in words.
    pub fn post(&self, channel: Channel, notice: &Notice<'_>) -> Result<String, String> {
        let done = match channel {
            Channel::CheckRun => self.check_run(notice),
            Channel::Comment => self.comment(notice),
            Channel::CodeScanning => self.code_scanning(notice),
            Channel::Issue => self.issue(notice),
            Channel::CommitStatus => self.commit_status(notice),
            Channel::Threads | Channel::StatusCheck => {
                Err(ForgeError::new(ErrorCause::Unusable, "GitHub has no such thing"))
            }
        };
        done.map_err(|error| self.explained(channel, &error))
    }

    /// What is missing, where it is a permission.
    fn explained(&self, channel: Channel, error: &ForgeError) -> String {
        let needs = match channel {
            Channel::CheckRun => "checks: write",
            Channel::Comment => "pull-requests: write",
            Channel::CodeScanning => "security-events: write",
            Channel::Issue => "issues: write",
            Channel::CommitStatus => "statuses: write",
            Channel::Threads | Channel::StatusCheck => return error.to_string(),
        };
        match error.cause {
            ErrorCause::Forbidden | ErrorCause::NotFound if self.job.is_fork => {
                format!("{error}; the token of a fork's pull request only reads")
            }
            ErrorCause::Forbidden | ErrorCause::NotFound => {
                format!("{error}; the token needs `{needs}`")
            }
            _ => error.to_string(),
        }
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

    /// A completed check run at the head. Where one with the same remarks stands there it is
    /// updated; a new one of the same name takes the place of others.
    fn check_run(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let name = notice.report.name();
        let mut annotations = report::annotations(notice.report);
        annotations.truncate(MOST_ANNOTATIONS);
        let remarks: Vec<Value> = annotations.iter().map(annotation).collect();
        // Remarks of a check run are only ever added to, so another set of them is another run.
        let id = format!("aimsgate {}", &of_words(&format!("{name} {}", json!(remarks)))[..32]);
        let (title, summary) = (notice.title(), report::markdown(notice.report, LONGEST_SUMMARY));
        let output =
            |some: &[Value]| json!({"title": title, "summary": summary, "annotations": some});
        let conclusion = if notice.passes() { "success" } else { "failure" };
        if let Some(known) = self.known_run(&name, &id)? {
            let body =
                json!({"status": "completed", "conclusion": conclusion, "output": output(&[])});
            self.send(
                &Method::PATCH,
                &format!("/check-runs/{known}"),
                &body,
                Idempotency::Harmless,
            )?;
            return Ok("updated".to_owned());
        }
        let parts: Vec<&[Value]> = remarks.chunks(ANNOTATIONS_AT_ONCE).collect();
        let first = parts.first().copied().unwrap_or_default();
        let mut body = json!({
            "name": name,
            "head_sha": self.job.head,
            "external_id": id,
            "output": output(first),
        });
        if parts.len() <= 1 {
            body["status"] = json!("completed");
            body["conclusion"] = json!(conclusion);
        } else {
            // Until all of it is there it blocks.
            body["status"] = json!("in_progress");
        }
        let made = self.send(&Method::POST, "/check-runs", &body, Idempotency::Refused);
        let run = match made {
            Ok(answer) => answer.json::<CheckRun>()?.id,
            // It may have arrived although no answer did.
            Err(error) if error.may_pass() && !error.did_nothing() => {
                match self.known_run(&name, &id)? {
                    Some(known) => known,
                    None => {
                        self.send(&Method::POST, "/check-runs", &body, Idempotency::Refused)?
                            .json::<CheckRun>()?
                            .id
                    }
                }
            }
            Err(error) => return Err(error),
        };
        for (at, part) in parts.iter().enumerate().skip(1) {
            let mut body = json!({"output": output(part)});
            if at + 1 == parts.len() {
                body["status"] = json!("completed");
                body["conclusion"] = json!(conclusion);
            }
            // Sent twice its remarks would stand there twice.
            self.send(&Method::PATCH, &format!("/check-runs/{run}"), &body, Idempotency::Refused)?;
        }
        Ok("written".to_owned())
    }

    fn known_run(&self, name: &str, id: &str) -> Result<Option<u64>, ForgeError> {
        let name = encoded(name);
        let path = format!(
            "{}/commits/{}/check-runs?check_name={name}&filter=latest",
            self.at, self.job.head
        );
        let runs: CheckRuns = match self.http.get(&path) {
            Ok(answer) => answer.json()?,
            // Whoever may not read what is there is told so when writing.
            Err(error) if error.cause == ErrorCause::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // The newest of ours is the one that counts; an unfinished one lacks remarks.
        let of_ours = |run: &CheckRun| {
            run.external_id.as_deref().is_some_and(|id| id.starts_with("aimsgate "))
        };
        let newest = runs.check_runs.into_iter().filter(of_ours).max_by_key(|run| run.id);
        let is_it = |run: &CheckRun| {
            run.external_id.as_deref() == Some(id) && run.status.as_deref() == Some("completed")
        };
        Ok(newest.filter(is_it).map(|run| run.id))
    }

    fn comment(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let Some(number) = self.job.request else {
            return Ok("there is no pull request to comment on".to_owned());
        };
        let board = Comments { github: self, number, me: self.me()? };
        Ok(stick(&board, &notice.mark(), &notice.comment(LONGEST_COMMENT))?.words().to_owned())
    }

    /// Who holds the token; nothing for a program, which may not ask.
    fn me(&self) -> Result<Option<String>, ForgeError> {
        match self.http.get("/user") {
            Ok(answer) => Ok(Some(answer.json::<GitHubUser>()?.login)),
            Err(error) if matches!(error.cause, ErrorCause::Forbidden | ErrorCause::NotFound) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn commit_status(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let state = if notice.passes() { "success" } else { "failure" };
        let body = json!({
            "state": state,
            "context": notice.report.name(),
            "description": clamp(&notice.title(), 140),
        });
        self.send(
            &Method::POST,
            &format!("/statuses/{}", self.job.head),
            &body,
            Idempotency::Harmless,
        )?;
        Ok("written".to_owned())
    }

    /// One issue per system, kept up to date by a scheduled run; closed where nothing is left.
    fn issue(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        if !matches!(self.job.judges, Judges::Standing | Judges::Pushed { .. }) {
            return Ok("left to the run on the default branch".to_owned());
        }
        let me = self.me()?;
        let path = format!("{}/issues?state=open&labels={LABEL}", self.at);
        let mut open: Vec<Issue> = self.http.pages(&path, MOST_COMMENTS)?;
        open.retain(|it| it.pull_request.is_none() && is_own(it.user.as_ref(), me.as_deref()));
        let mut done: BTreeMap<&str, usize> = BTreeMap::new();
        let systems = notice.report.systems.iter().map(|system| Some(system.id.as_str()));
        for system in std::iter::once(None).chain(systems) {
            let mark = notice.mark_of(system);
            let starts = |it: &&Issue| it.body.as_ref().is_some_and(|body| body.starts_with(&mark));
            let known = open.iter().find(starts).map(|issue| format!("/issues/{}", issue.number));
            let text = report::attention(notice.report, system, LONGEST_COMMENT);
            let of = system.map_or_else(String::new, |system| format!(" {}", report::safe(system)));
            let title = clamp(
                &format!("{}{of}: needs attention in the next 30 days", notice.report.name()),
                200,
            )
            .into_owned();
            let body = |text: &str| json!({"title": title, "body": format!("{mark}\n{text}")});
            let what = match (&text, &known) {
                (None, None) => continue,
                (None, Some(at)) => {
                    self.send(
                        &Method::PATCH,
                        at,
                        &json!({"state": "closed"}),
                        Idempotency::Harmless,
                    )?;
                    "closed"
                }
                (Some(text), Some(at)) => {
                    self.send(&Method::PATCH, at, &body(text), Idempotency::Harmless)?;
                    "updated"
                }
                (Some(text), None) => {
                    let mut body = body(text);
                    // Later ones are the team's to set.
                    body["labels"] = json!([LABEL]);
                    self.send(&Method::POST, "/issues", &body, Idempotency::Refused)?;
                    "opened"
                }
            };
            *done.entry(what).or_default() += 1;
        }
        if done.is_empty() {
            return Ok("nothing needs attention".to_owned());
        }
        let words: Vec<String> =
            done.iter().map(|(what, count)| format!("{count} {what}")).collect();
        Ok(words.join(", "))
    }
}

/// The comments of a pull request.
struct Comments<'g> {
    github: &'g GitHub,
    number: u64,
    me: Option<String>,
}

impl Board for Comments<'_> {
    fn remarks(&self) -> Result<Vec<Remark>, ForgeError> {
        let path = format!("{}/issues/{}/comments", self.github.at, self.number);
        let all: Vec<Comment> = self.github.http.pages(&path, MOST_COMMENTS)?;
        let remark = |it: Comment| Remark {
            id: it.id,
            is_own: is_own(it.user.as_ref(), self.me.as_deref()),
            body: it.body.unwrap_or_default(),
        };
        Ok(all.into_iter().map(remark).collect())
    }

    fn write(&self, body: &str) -> Result<(), ForgeError> {
        let path = format!("/issues/{}/comments", self.number);
        self.github
            .send(&Method::POST, &path, &json!({"body": body}), Idempotency::Refused)
            .map(drop)
    }

    fn rewrite(&self, id: u64, body: &str) -> Result<(), ForgeError> {
        let path = format!("/issues/comments/{id}");
        self.github
            .send(&Method::PATCH, &path, &json!({"body": body}), Idempotency::Harmless)
            .map(drop)
    }
}

/// Whether whoever holds the token wrote something: a person by name; a program, which may not ask
/// who it is, by being one.
fn is_own(user: Option<&GitHubUser>, me: Option<&str>) -> bool {
    user.is_some_and(|user| match me {
        Some(me) => user.login == me,
        None => user.kind.as_deref() == Some("Bot"),
    })
}

fn annotation(it: &Annotation) -> Value {
    let mut value = json!({
        "path": it.path,
        "start_line": it.start_line,
        "end_line": it.end_line,
        "annotation_level": it.grade.name(),
        "title": it.title,
        "message": it.message,
    });
    if let Some((start, end)) = it.columns {
        value["start_column"] = json!(start);
        value["end_column"] = json!(end);
    }
    value
}

/// All but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as one part of a path or a query (RFC 3986).
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}
