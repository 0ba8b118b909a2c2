//! Single requests to forges: written once and then kept up to date, and whatever goes wrong with
//! each.

use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

use aimsgate::Channel;
use aimsgate::Fact;
use aimsgate::Gate;
use aimsgate::GitHubSettings;
use aimsgate::ObjectId;
use aimsgate::Report;
use aimsgate::judged;
use aimsgate::{
    Approver, ForgeError, GitHub, GitLab, Network, Notice, RequestKind, RetryPolicy, Token,
};
use aimsgate::{Comparison, Forge, Job, Judges, Remote as _};
use serde_json::{Value, json};

use crate::fixtures::fixtures;
use crate::loopback::{Fault, Loopback, State};
use crate::support::{copy, scratch};

pub(crate) const TOKEN: &str = "ghs_averysecretsecret";

/// The complete example, and the same without a document that the register names.
fn good_and_bad() -> (Report, Report) {
    let folder = scratch();
    copy(&fixtures().join("repos/credit-scoring"), folder.path());
    let judged = || {
        let comparison = Comparison::of_folder(folder.path()).unwrap();
        judged(&comparison, "2026-11-22".parse().unwrap(), Gate::Merge)
    };
    let good = judged();
    fs::remove_file(folder.path().join("docs/ai/credit-scoring/model-card.md")).unwrap();
    (good, judged())
}

/// What a silent forge is waited for. Another is answered at once, however busy the machine is.
const SILENCE: Duration = Duration::from_millis(1500);

/// What any other is waited for.
const PATIENT: Duration = Duration::from_secs(60);

fn network(request: Duration) -> Network {
    let retry = RetryPolicy {
        connect: Duration::from_secs(20),
        request,
        attempts: 3,
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(100),
    };
    Network { retry, authorities: Vec::new() }
}

fn job(forge: Forge, judges: Judges) -> Job {
    Job {
        forge,
        repository: if forge == Forge::GitHub { "octo-org/octo-repo" } else { "7" }.to_owned(),
        request: (!matches!(judges, Judges::Standing)).then_some(7),
        commit: "c0".repeat(20),
        head: "d1".repeat(20),
        base: None,
        reference: "refs/pull/7/merge".to_owned(),
        default_branch: "main".to_owned(),
        is_fork: false,
        judges,
    }
}

/// Posts on one channel of a forge at an address.
fn post(address: &str, channel: Channel, report: &Report) -> Result<String, String> {
    post_within(PATIENT, address, channel, report)
}

fn post_within(
    request: Duration,
    address: &str,
    channel: Channel,
    report: &Report,
) -> Result<String, String> {
    let proposed = Judges::Proposed { target: "main".to_owned() };
    let notice = Notice { report, verdict: report.verdict };
    let token = Token::new(TOKEN.to_owned());
    let result = match channel {
        Channel::Threads | Channel::StatusCheck => {
            let job = job(Forge::GitLab, proposed);
            GitLab::of_job(address, token, RequestKind::Access, &job, &network(request))
                .map(|it| it.post(channel, &notice))
        }
        _ => {
            let judges = if channel == Channel::Issue { Judges::Standing } else { proposed };
            let job = job(Forge::GitHub, judges);
            GitHub::of_job(address, &token, &job, &network(request))
                .map(|it| it.post(channel, &notice))
        }
    };
    result.map_err(|trouble| trouble.to_string())?
}

const ALL: [Channel; 7] = [
    Channel::CheckRun,
    Channel::CommitStatus,
    Channel::StatusCheck,
    Channel::Comment,
    Channel::Threads,
    Channel::CodeScanning,
    Channel::Issue,
];

/// What a channel writes to, as a request that a fault meets.
fn written_to(channel: Channel) -> (&'static str, &'static str) {
    match channel {
        Channel::CheckRun => ("POST", "/check-runs"),
        Channel::CommitStatus => ("POST", "/statuses/"),
        Channel::StatusCheck => ("POST", "/status_check_responses"),
        Channel::Comment => ("POST", "/comments"),
        Channel::Threads => ("POST", "/discussions"),
        Channel::CodeScanning => ("POST", "/code-scanning/sarifs"),
        Channel::Issue => ("POST", "/issues"),
    }
}

/// What a channel reads first.
fn read_from(channel: Channel) -> Option<(&'static str, &'static str)> {
    match channel {
        Channel::CheckRun => Some(("GET", "/check-runs")),
        Channel::CommitStatus => None,
        Channel::StatusCheck => Some(("GET", "/status_checks")),
        Channel::Comment => Some(("GET", "/comments")),
        Channel::Threads => Some(("GET", "/discussions")),
        Channel::CodeScanning => Some(("GET", "/code-scanning/sarifs/")),
        Channel::Issue => Some(("GET", "/issues")),
    }
}

/// What the forge kept, each thing once.
fn kept(channel: Channel, state: &State) -> usize {
    match channel {
        Channel::CheckRun => state.check_runs.len(),
        Channel::CommitStatus => state.statuses.len(),
        Channel::StatusCheck => state.answers.len(),
        Channel::Comment => state.comments.len(),
        Channel::Threads => state.threads.len(),
        Channel::CodeScanning => state.uploads.len(),
        Channel::Issue => state.issues.len(),
    }
}

#[test]
fn gates_and_folders_answer_for_themselves() {
    let (_, merge) = good_and_bad();
    let mut release = good_and_bad().1;
    release.inputs.asked = Gate::Release;
    let mut folder = good_and_bad().1;
    folder.inputs.scope = "ml".to_owned();
    for channel in [Channel::CheckRun, Channel::Comment] {
        let forge = Loopback::start();
        for report in [&merge, &release, &folder, &merge, &release, &folder] {
            post(&forge.address, channel, report).unwrap();
        }
        let state = forge.state.lock().unwrap();
        assert_eq!(kept(channel, &state), 3);
        let names: Vec<&Value> = state.check_runs.iter().map(|it| &it["name"]).collect();
        assert!(
            names.is_empty() || names == ["aimsgate", "aimsgate for release", "aimsgate (ml)"],
            "{names:?}"
        );
    }
}

#[test]
fn each_channel_is_written_once_and_then_kept_up_to_date() {
    let (good, bad) = good_and_bad();
    for channel in ALL {
        let forge = Loopback::start();
        let first = post(&forge.address, channel, &bad).unwrap();
        let count = kept(channel, &forge.state.lock().unwrap());
        let second = post(&forge.address, channel, &bad).unwrap();
        let again = kept(channel, &forge.state.lock().unwrap());
        let third = post(&forge.address, channel, &good).unwrap();
        let state = forge.state.lock().unwrap();
        // A status and an upload take the place of what was there by themselves.
        if !matches!(channel, Channel::CommitStatus | Channel::StatusCheck | Channel::CodeScanning)
        {
            assert_eq!(count, again, "{channel:?}: {first}, {second}");
        }
        match channel {
            Channel::Comment => {
                assert_eq!(
                    (first.as_str(), second.as_str(), third.as_str()),
                    ("written", "says so already", "updated")
                );
                let body = state.comments[0]["body"].as_str().unwrap();
                assert_eq!(body.lines().count(), 2, "one line where it passes: {body}");
            }
            Channel::CheckRun => {
                assert_eq!((first.as_str(), second.as_str()), ("written", "updated"));
                let conclusions: Vec<&Value> =
                    state.check_runs.iter().map(|it| &it["conclusion"]).collect();
                assert_eq!(conclusions, [&json!("failure"), &json!("success")], "{third}");
            }
            Channel::Issue => assert_eq!(
                state.issues[0]["state"], "closed",
                "{first}, {second}, \
                {third}"
            ),
            Channel::Threads => {
                assert!(
                    count > 0 && third.ends_with(&format!("{count} resolved")),
                    "{first}, {second}, {third}"
                );
            }
            _ => {}
        }
        for request in &state.requests {
            assert!(!request.target.contains(TOKEN) && !request.body.to_string().contains(TOKEN));
        }
    }
}

/// What can go wrong with any request.
const FAULTS: [(&str, Fault); 19] = [
    ("timeout before the write", Fault::SilentBefore),
    ("timeout after the write", Fault::SilentAfter),
    ("cut body", Fault::CutBody),
    ("401", Fault::Says(401, &[], "{\"message\": \"Bad credentials\"}")),
    (
        "403 permission",
        Fault::Says(403, &[], "{\"message\": \"Resource not accessible by integration\"}"),
    ),
    (
        "403 rate, reset by a clock a year ahead",
        Fault::Says(
            403,
            &[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "1826971201"),
                ("date", "Wed, 24 Nov 2027 00:00:00 GMT"),
            ],
            "{\"message\": \"API rate limit exceeded\"}",
        ),
    ),
    (
        "403 rate, secondary",
        Fault::Says(403, &[("retry-after", "0")], "{\"message\": \"secondary rate limit\"}"),
    ),
    ("404", Fault::Says(404, &[], "{\"message\": \"Not Found\"}")),
    ("409", Fault::Says(409, &[], "{\"message\": \"Conflict\"}")),
    ("413", Fault::Says(413, &[], "{\"message\": \"Payload too large\"}")),
    ("422", Fault::Says(422, &[], "{\"message\": \"Validation Failed\\u001b[31m ::error::\"}")),
    (
        "429 with a header",
        Fault::Says(429, &[("retry-after", "0")], "{\"message\": \"slow down\"}"),
    ),
    ("429 without one", Fault::Says(429, &[], "")),
    ("500", Fault::Says(500, &[], "{\"message\": \"Server Error\"}")),
    ("502", Fault::Says(502, &[], "<html>bad gateway</html>")),
    ("HTML for JSON", Fault::Page),
    ("200 MB", Fault::Huge),
    (
        "a redirect to another host",
        Fault::Says(302, &[("location", "http://127.0.0.1:9/steal")], ""),
    ),
    ("slow-loris", Fault::Drip),
];

#[test]
fn whatever_goes_wrong_is_said_and_nothing_is_written_twice() {
    let (_, bad) = &good_and_bad();
    let table = thread::scope(|scope| {
        let all: Vec<_> =
            ALL.into_iter().map(|channel| scope.spawn(move || posting(channel, bad))).collect();
        let rows = all.into_iter().map(|it| it.join().unwrap());
        rows.zip(ALL)
            .map(|(rows, channel)| format!("{}\n{rows}", channel.name()))
            .collect::<String>()
    });
    assert_table(&table, "faults.txt");
}

fn posting(channel: Channel, report: &Report) -> String {
    let alone = Loopback::start();
    post(&alone.address, channel, report).unwrap();
    let once = kept(channel, &alone.state.lock().unwrap());
    rows(|fault, goes_wrong, request| {
        let mut said = Vec::new();
        let on = [("writing", Some(written_to(channel))), ("reading", read_from(channel))];
        for (what, meets) in on.into_iter().filter_map(|(what, meets)| Some((what, meets?))) {
            for (how_often, times) in [("once", 1), ("always", usize::MAX)] {
                let forge = Loopback::start();
                forge.fails(goes_wrong, meets.0, meets.1, times);
                let outcome = match post_within(request, &forge.address, channel, report) {
                    Ok(done) => done,
                    Err(why) => format!("NOT POSTED: {why}"),
                };
                let state = forge.state.lock().unwrap();
                let count = kept(channel, &state);
                let replaces = matches!(
                    channel,
                    Channel::CommitStatus | Channel::StatusCheck | Channel::CodeScanning
                );
                assert!(
                    count <= once || replaces,
                    "{channel:?}, {fault}, {what} {how_often}: \
                    {count}, {outcome}"
                );
                assert!(
                    state.requests.len() < 40,
                    "{channel:?}, {fault}: {} requests",
                    state.requests.len()
                );
                said.push((format!("{what} {how_often}"), outcome));
            }
        }
        said
    })
}

/// A row for each fault: what came of it in each case, once where that is always the same. Those
/// that keep silent are waited for beside each other.
fn rows(cases: impl Fn(&str, Fault, Duration) -> Vec<(String, String)> + Sync) -> String {
    let row = |fault: &str, goes_wrong: Fault, request: Duration| {
        let said = cases(fault, goes_wrong, request);
        let (_, first) = &said[0];
        if said.iter().all(|(_, other)| other == first) {
            return format!("  {fault}: {first}\n");
        }
        let lines: String =
            said.iter().map(|(when, outcome)| format!("    {when}: {outcome}\n")).collect();
        format!("  {fault}:\n{lines}")
    };
    thread::scope(|scope| {
        let is_silent =
            |fault: Fault| matches!(fault, Fault::SilentBefore | Fault::SilentAfter | Fault::Drip);
        let begin = |(name, fault): (&'static str, Fault)| {
            let row = &row;
            (name, fault, is_silent(fault).then(|| scope.spawn(move || row(name, fault, SILENCE))))
        };
        let begun: Vec<_> = FAULTS.into_iter().map(begin).collect();
        let rows = begun.into_iter().map(|(name, fault, waited)| match waited {
            Some(waited) => waited.join().unwrap(),
            None => row(name, fault, PATIENT),
        });
        rows.collect()
    })
}

/// Holds what was said to a file beside the tests.
fn assert_table(text: &str, file: &str) {
    assert!(!text.contains(TOKEN) && !text.contains('\u{1b}'), "{text}");
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forge").join(file);
    snapbox::assert_data_eq!(text.to_owned(), snapbox::Data::read_from(&expected, None).raw());
}

/// A forge, and how long it is waited for.
struct At<'a> {
    address: &'a str,
    request: Duration,
}

/// What is read, by which request, and what came of it.
type Reading = (&'static str, &'static str, fn(&At<'_>) -> Result<String, String>);

fn readings() -> [Reading; 10] {
    fn words<T>(fact: &Fact<T>) -> Result<String, String> {
        match fact {
            Fact::Known(_) => Ok("read".to_owned()),
            Fact::Absent => Ok("seen that there is none".to_owned()),
            Fact::Undecided(why) => Err(why.clone()),
        }
    }
    fn github(at: &At<'_>) -> GitHub {
        let job = job(Forge::GitHub, Judges::Proposed { target: "main".to_owned() });
        GitHub::of_job(at.address, &Token::new(TOKEN.to_owned()), &job, &network(at.request))
            .unwrap()
    }
    fn gitlab(at: &At<'_>) -> GitLab {
        let job = job(Forge::GitLab, Judges::Proposed { target: "main".to_owned() });
        GitLab::of_job(
            at.address,
            Token::new(TOKEN.to_owned()),
            RequestKind::Access,
            &job,
            &network(at.request),
        )
        .unwrap()
    }
    fn settings(at: &At<'_>) -> GitHubSettings {
        github(at).settings(Fact::Absent, Vec::new(), Vec::new())
    }
    fn approved(all: Result<Vec<Approver>, ForgeError>) -> Result<String, String> {
        let all = all.map_err(|trouble| trouble.to_string())?;
        words(&all.first().ok_or("nobody")?.may_write)
    }
    [
        ("files of a commit (GitHub)", "/git/trees/", |at| {
            github(at).files(&ObjectId::new("ab".repeat(20))).map(|_| "read".to_owned())
        }),
        ("a file (GitHub)", "/git/blobs/", |at| {
            github(at).content(&ObjectId::new("ab".repeat(20))).map(|_| "read".to_owned())
        }),
        ("the tip of a branch (GitHub)", "/git/ref/", |at| {
            github(at).tip("main").map(|_| "read".to_owned())
        }),
        ("reviews (GitHub)", "/reviews", |at| {
            approved(github(at).approvals(&|login| login == "ana-ex"))
        }),
        ("a reviewer's right (GitHub)", "/permission", |at| {
            approved(github(at).approvals(&|login| login == "ana-ex"))
        }),
        ("rules of a branch (GitHub)", "/rules/branches/", |at| words(&settings(at).rules)),
        ("protection of a branch (GitHub)", "/protection", |at| words(&settings(at).protection)),
        ("approvals (GitLab)", "/merge_requests/7/approvals", |at| {
            approved(gitlab(at).approvals(&|login| login == "ana-ex"))
        }),
        ("a member (GitLab)", "/members/all/", |at| {
            approved(gitlab(at).approvals(&|login| login == "ana-ex"))
        }),
        ("a protected branch (GitLab)", "/protected_branches/", |at| {
            words(&gitlab(at).settings().protected)
        }),
    ]
}

#[test]
fn what_cannot_be_read_is_never_taken_for_something_else() {
    let answers = |forge: &Loopback| {
        let github = |path: &str, value: Value| (format!("/repos/octo-org/octo-repo{path}"), value);
        let gitlab = |path: &str, value: Value| (format!("/projects/7{path}"), value);
        let commit = job(Forge::GitHub, Judges::Standing).head;
        forge.state.lock().unwrap().says.extend([
            github("", json!({"default_branch": "main"})),
            github(&format!("/git/trees/{}", "ab".repeat(20)), json!({"tree": []})),
            github(
                &format!("/git/blobs/{}", "ab".repeat(20)),
                json!({"content": "", "encoding": "base64"}),
            ),
            github("/git/ref/heads%2Fmain", json!({"object": {"sha": commit}})),
            github(
                "/pulls/7/reviews",
                json!([{"user": {"login": "ana-ex"}, "state": "APPROVED", "commit_id": commit}]),
            ),
            github("/rules/branches/main", json!([])),
            github("/branches/main/protection", json!({})),
            gitlab("", json!({"default_branch": "main"})),
            gitlab("/approvals", json!({"reset_approvals_on_push": true})),
            gitlab("/merge_requests/7", json!({"sha": commit, "target_branch": "main"})),
            gitlab(
                "/merge_requests/7/approvals",
                json!({"approved_by": [{"user": {"id": 9, "username": "ana-ex"}}]}),
            ),
            gitlab("/protected_branches/main", json!({"push_access_levels": []})),
        ]);
    };
    let reading = |(name, meets, read): Reading| {
        let rows = rows(|fault, goes_wrong, request| {
            let cases = [("once", 1), ("always", usize::MAX)].map(|(how_often, times)| {
                let forge = Loopback::start();
                answers(&forge);
                assert_eq!(
                    read(&At { address: &forge.address, request: PATIENT }),
                    Ok("read".to_owned()),
                    "{name}"
                );
                forge.fails(goes_wrong, "GET", meets, times);
                let outcome = read(&At { address: &forge.address, request });
                assert!(forge.state.lock().unwrap().requests.len() < 20, "{name}, {fault}");
                (how_often.to_owned(), outcome.unwrap_or_else(|why| format!("NOT READ: {why}")))
            });
            cases.to_vec()
        });
        (rows, name)
    };
    let mut alike: Vec<(String, Vec<&str>)> = Vec::new();
    thread::scope(|scope| {
        let all: Vec<_> =
            readings().into_iter().map(|it| scope.spawn(move || reading(it))).collect();
        for (rows, name) in all.into_iter().map(|it| it.join().unwrap()) {
            match alike.iter_mut().find(|(known, _)| *known == rows) {
                Some((_, names)) => names.push(name),
                None => alike.push((rows, vec![name])),
            }
        }
    });
    let table: String =
        alike.iter().map(|(rows, names)| format!("{}\n{rows}", names.join("\n"))).collect();
    assert_table(&table, "faults-reading.txt");
}

#[test]
fn an_approval_on_gitlab_counts_only_of_what_is_judged() {
    let forge = Loopback::start();
    let job = job(Forge::GitLab, Judges::Proposed { target: "main".to_owned() });
    let gitlab = GitLab::of_job(
        &forge.address,
        Token::new(TOKEN.to_owned()),
        RequestKind::Access,
        &job,
        &network(PATIENT),
    )
    .unwrap();
    let says = |path: &str, value: Value| {
        forge.state.lock().unwrap().says.insert(format!("/projects/7{path}"), value)
    };
    says("/approvals", json!({"reset_approvals_on_push": true}));
    says("/merge_requests/7", json!({"sha": job.head, "target_branch": "main"}));
    says(
        "/merge_requests/7/approvals",
        json!({"approved_by": [
            {"user": {"id": 9, "username": "ana-ex"}},
            {"user": {"id": 8, "username": "x"}}
        ]}),
    );
    let all = gitlab.approvals(&|login| login == "ana-ex").unwrap();
    assert_eq!(
        (all.len(), all[0].login.as_str(), all[0].commit.as_str()),
        (1, "ana-ex", job.head.as_str())
    );
    assert_eq!(all[0].may_write, Fact::Known(true));
    says("/members/all/9", json!({"access_level": 20}));
    assert_eq!(
        gitlab.approvals(&|login| login == "ana-ex").unwrap()[0].may_write,
        Fact::Known(false),
        "a reporter"
    );
    says("/members/all/9", json!({}));
    assert!(matches!(
        gitlab.approvals(&|login| login == "ana-ex").unwrap()[0].may_write,
        Fact::Undecided(_)
    ));
    for (path, value, told) in [
        (
            "/merge_requests/7",
            json!({"sha": job.commit, "target_branch": "main"}),
            "is not what the job judges",
        ),
        (
            "/merge_requests/7",
            json!({"sha": job.head, "target_branch": "lax"}),
            "is not what the \
            job judges",
        ),
        ("/approvals", json!({"reset_approvals_on_push": false}), "stay whatever is pushed"),
    ] {
        says("/approvals", json!({"reset_approvals_on_push": true}));
        says("/merge_requests/7", json!({"sha": job.head, "target_branch": "main"}));
        says(path, value);
        let trouble = gitlab.approvals(&|login| login == "ana-ex").unwrap_err().to_string();
        assert!(trouble.contains(told), "{trouble}");
    }
}
