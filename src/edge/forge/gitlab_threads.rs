//! Threads on the lines of a GitLab merge request: one for each finding that counts.
//! Source: GitLab Docs, "Discussions API", "Merge requests API".

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::error::{ErrorCause, ForgeError};
use super::github::encoded;
use super::gitlab::{GitLab, GitLabUser, MOST_NOTES};
use super::http::Idempotency;
use super::post::Notice;
use crate::digest::of_words;
use crate::report::{self, Annotation, Grade};
use crate::untrusted::markdown;

/// Threads on lines of one merge request.
const MOST_THREADS: usize = 20;

#[derive(Deserialize)]
struct ComparedRequest {
    diff_refs: Option<DiffRefs>,
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

/// A thread that an earlier run opened.
struct OwnThread<'d> {
    id: &'d str,
    /// What stands in its first line, and names the finding.
    mark: &'d str,
    resolved: bool,
}

impl GitLab {
    /// Opens a thread that can be resolved on each line of the change with a finding that counts,
    /// and resolves those of findings that are gone; returns in words how many.
    pub(super) fn threads(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let request = self.request()?;
        let me = self.me()?;
        let own_path = format!("{}/merge_requests/{request}", self.at());
        let refs =
            self.http().get(&own_path)?.json::<ComparedRequest>()?.diff_refs.ok_or_else(|| {
                ForgeError::new(ErrorCause::Other, "GitLab has not compared the branches yet")
            })?;
        let files: Vec<ChangedFile> =
            self.http().pages(&format!("{own_path}/diffs"), MOST_NOTES)?;
        let discussions: Vec<Discussion> =
            self.http().pages(&format!("{own_path}/discussions"), MOST_NOTES)?;
        let scope = notice.mark();
        let known = own_threads(&discussions, me, &scope);
        let annotations = report::annotations(notice.report);
        let failures = annotations.iter().filter(|it| it.grade == Grade::Failure);
        let standing: Vec<(String, &Annotation)> =
            failures.map(|it| (thread_mark(&scope, it), it)).collect();
        let (mut opened, mut resolved) = (0, 0);
        for (mark, annotation, file) in due(&standing, &files) {
            if known.iter().any(|thread| thread.mark == mark && !thread.resolved) {
                continue;
            }
            let position = json!({
                "position_type": "text",
                "base_sha": refs.base_sha, "start_sha": refs.start_sha, "head_sha": refs.head_sha,
                "old_path": file.old_path, "new_path": file.new_path,
                "new_line": annotation.start_line,
            });
            let (title, message) = (markdown(&annotation.title), lines(&annotation.message));
            let text = format!("{mark}\n**{title}** {message}");
            self.send(
                &Method::POST,
                &format!("/merge_requests/{request}/discussions"),
                &json!({"body": text, "position": position}),
                Idempotency::Refused,
            )?;
            opened += 1;
        }
        for thread in known {
            // A run that could not decide says of no finding that it is gone.
            let is_gone = notice.is_decided()
                && !standing.iter().any(|(standing, _)| standing == thread.mark);
            if !thread.resolved && is_gone {
                let path = format!("/merge_requests/{request}/discussions/{}", encoded(thread.id));
                self.send(&Method::PUT, &path, &json!({"resolved": true}), Idempotency::Harmless)?;
                resolved += 1;
            }
        }
        Ok(format!("{opened} opened, {resolved} resolved"))
    }
}

/// Returns the threads that the holder of the token opened for this folder and gate.
fn own_threads<'d>(discussions: &'d [Discussion], me: u64, scope: &str) -> Vec<OwnThread<'d>> {
    let mut found = Vec::new();
    for discussion in discussions {
        let Some(note) = discussion.notes.first() else { continue };
        let Some(mark) = note.body.as_deref().and_then(|body| body.lines().next()) else {
            continue;
        };
        let is_own = note.author.as_ref().is_some_and(|author| author.id == me);
        if is_own && mark.starts_with(scope.trim_end_matches(" -->")) {
            found.push(OwnThread { id: &discussion.id, mark, resolved: note.resolved });
        }
    }
    found
}

/// Returns the findings on lines that the change adds, at most [`MOST_THREADS`], each with its mark
/// and the changed file.
fn due<'d>(
    standing: &'d [(String, &'d Annotation)],
    files: &'d [ChangedFile],
) -> Vec<(&'d str, &'d Annotation, &'d ChangedFile)> {
    let mut due = Vec::new();
    for (mark, annotation) in standing {
        let is_it = |file: &&ChangedFile| file.new_path == annotation.path && !file.deleted_file;
        let Some(file) = files.iter().find(is_it) else { continue };
        let is_added = file.diff.as_deref().is_some_and(|diff| adds(diff, annotation.start_line));
        if due.len() < MOST_THREADS && is_added {
            due.push((mark.as_str(), *annotation, file));
        }
    }
    due
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
