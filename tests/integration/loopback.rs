//! A forge on this machine, for tests: it keeps what is posted, and fails as told.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

/// How long a forge that says nothing says nothing.
const SILENCE: Duration = Duration::from_secs(4);

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

/// How an answer goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No answer, and nothing was done.
    SilentBefore,
    /// It was done, and no answer comes.
    SilentAfter,
    /// It was done, and the answer breaks off.
    CutBody,
    /// This status with these headers and this body; nothing was done.
    Says(u16, &'static [(&'static str, &'static str)], &'static str),
    /// It was done, and a page comes instead of JSON.
    Page,
    /// An answer of 200 MB.
    Huge,
    /// An answer a byte at a time.
    Drip,
}

/// What a forge keeps.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) requests: Vec<Request>,
    pub(crate) comments: Vec<Value>,
    pub(crate) check_runs: Vec<Value>,
    pub(crate) uploads: Vec<Value>,
    pub(crate) statuses: Vec<Value>,
    pub(crate) issues: Vec<Value>,
    pub(crate) threads: Vec<Value>,
    pub(crate) answers: Vec<Value>,
    pub(crate) fault: Option<Fault>,
    /// What requests the fault meets: a method and a part of the path.
    pub(crate) meets: (String, String),
    /// How many requests it still meets.
    pub(crate) times: usize,
    /// What it says to a path, before all else.
    pub(crate) says: BTreeMap<String, Value>,
    /// The repository it holds.
    pub(crate) repository: Option<PathBuf>,
}

/// A forge that listens on loopback until it is dropped.
pub(crate) struct Loopback {
    pub(crate) address: String,
    pub(crate) state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
}

impl Loopback {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, stopped) = (Arc::clone(&state), Arc::clone(&stop));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let state = Arc::clone(&shared);
                thread::spawn(move || stream.map(|stream| serve(&stream, &state)));
            }
        });
        Self { address, state, stop }
    }

    pub(crate) fn fails(&self, fault: Fault, method: &str, part: &str, times: usize) {
        let mut state = self.state.lock().unwrap();
        state.fault = Some(fault);
        state.meets = (method.to_owned(), part.to_owned());
        state.times = times;
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = read(&mut reader) {
        keep(&request);
        let fault = {
            let mut state = state.lock().unwrap();
            state.requests.push(request.clone());
            let (method, part) = &state.meets;
            let meets = state.times > 0
                && request.method == *method
                && request.target.contains(part.as_str());
            if meets {
                state.times -= 1;
            }
            state.fault.filter(|_| meets)
        };
        if !answer(stream, &request, state, fault) {
            break;
        }
    }
}

/// Adds a request to the file that `AIMSGATE_REQUESTS` names, for others to judge.
fn keep(request: &Request) {
    let Ok(file) = std::env::var("AIMSGATE_REQUESTS") else { return };
    let forge = if request.headers.contains_key("private-token") { "gitlab" } else { "github" };
    let kept = json!({
        "forge": forge,
        "method": request.method,
        "target": request.target,
        "body": request.body
    });
    let mut file = std::fs::File::options().append(true).create(true).open(file).unwrap();
    file.write_all(format!("{kept}\n").as_bytes()).unwrap();
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Some(Request { method, target, headers, body })
}

/// Answers, and says whether the connection goes on.
fn answer(
    mut stream: &TcpStream,
    request: &Request,
    state: &Mutex<State>,
    fault: Option<Fault>,
) -> bool {
    let done = |state: &Mutex<State>| grant(request, &mut state.lock().unwrap());
    let mut send = |status: u16, headers: &str, body: &[u8]| {
        let head = format!(
            "HTTP/1.1 {status} said\r\ncontent-type: application/json\r\n{headers}content-length: \
             {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).is_ok()
    };
    match fault {
        None => {
            let (status, body) = done(state);
            send(status, "", body.to_string().as_bytes())
        }
        Some(Fault::SilentBefore) => {
            thread::sleep(SILENCE);
            false
        }
        Some(Fault::SilentAfter) => {
            done(state);
            thread::sleep(SILENCE);
            false
        }
        Some(Fault::CutBody) => {
            let (status, body) = done(state);
            let body = body.to_string();
            let head =
                format!("HTTP/1.1 {status} said\r\ncontent-length: {}\r\n\r\n", body.len() + 10);
            let _ =
                stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
            false
        }
        Some(Fault::Says(status, headers, body)) => {
            let headers: String =
                headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            send(status, &headers, body.as_bytes())
        }
        Some(Fault::Page) => {
            done(state);
            send(200, "", b"<html><body>A proxy says hello</body></html>")
        }
        Some(Fault::Huge) => {
            let head = format!("HTTP/1.1 200 said\r\ncontent-length: {}\r\n\r\n", 200 << 20);
            let _ = stream.write_all(head.as_bytes());
            let part = vec![b' '; 1 << 16];
            while stream.write_all(&part).is_ok() {}
            false
        }
        Some(Fault::Drip) => {
            let _ = stream.write_all(b"HTTP/1.1 200 said\r\ncontent-length: 1000\r\n\r\n");
            for _ in 0..80 {
                thread::sleep(SILENCE / 80);
                if stream.write_all(b" ").is_err() {
                    break;
                }
            }
            false
        }
    }
}

/// Does what is asked, as GitHub and GitLab would.
fn grant(request: &Request, state: &mut State) -> (u16, Value) {
    let path = request.target.split('?').next().unwrap();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let body = request.body.clone();
    let with = |mut value: Value, extra: Value| {
        for (key, own) in extra.as_object().unwrap() {
            value[key] = own.clone();
        }
        value
    };
    let patch = |all: &mut Vec<Value>, id: &str| {
        let number: Value = json!(id.parse::<u64>().unwrap());
        let Some(found) = all.iter_mut().find(|it| [&it["id"], &it["number"]].contains(&&number))
        else {
            return (404, json!({"message": "Not Found"}));
        };
        *found = with(found.clone(), body.clone());
        (200, found.clone())
    };
    if let Some(said) = state.says.get(path) {
        return (200, said.clone());
    }
    let bot = json!({"login": "github-actions[bot]", "type": "Bot"});
    match (request.method.as_str(), parts.as_slice()) {
        // A job's token is no person's.
        ("GET", ["user"]) if request.headers.contains_key("authorization") => {
            (403, json!({"message": "not for you"}))
        }
        ("GET", ["user"]) => (200, json!({"id": 5, "username": "project_7_bot"})),
        ("GET", ["repos", _, _, "issues", _, "comments"]) => (200, json!(state.comments)),
        ("POST", ["repos", _, _, "issues", _, "comments"]) => {
            let id = 100 + state.comments.len();
            state.comments.push(with(body, json!({"id": id, "user": bot})));
            (201, state.comments.last().unwrap().clone())
        }
        ("PATCH", ["repos", _, _, "issues", "comments", id]) => patch(&mut state.comments, id),
        ("GET", ["repos", _, _, "commits", _, "check-runs"]) => {
            let query = request.target.split_once("check_name=").map_or("", |(_, query)| query);
            let name = percent_encoding::percent_decode_str(query.split('&').next().unwrap())
                .decode_utf8()
                .unwrap();
            let named: Vec<&Value> =
                state.check_runs.iter().filter(|run| run["name"] == *name).collect();
            (200, json!({"total_count": named.len(), "check_runs": named}))
        }
        ("POST", ["repos", _, _, "check-runs"]) => {
            let id = 200 + state.check_runs.len();
            state.check_runs.push(with(body, json!({"id": id})));
            (201, state.check_runs.last().unwrap().clone())
        }
        ("PATCH", ["repos", _, _, "check-runs", id]) => patch(&mut state.check_runs, id),
        ("POST", ["repos", _, _, "code-scanning", "sarifs"]) => {
            state.uploads.push(body);
            (202, json!({"id": "47177e22", "url": "https://example.com"}))
        }
        ("GET", ["repos", _, _, "code-scanning", "sarifs", _]) => {
            (200, json!({"processing_status": "complete"}))
        }
        ("POST", ["repos", _, _, "statuses", _] | ["projects", _, "statuses", _]) => {
            state.statuses.push(body);
            (201, json!({}))
        }
        ("GET", ["repos", _, _, "issues"]) => (200, json!(state.issues)),
        ("POST", ["repos", _, _, "issues"]) => {
            let number = 300 + state.issues.len();
            state.issues.push(with(body, json!({"number": number, "user": bot})));
            (201, state.issues.last().unwrap().clone())
        }
        ("PATCH", ["repos", _, _, "issues", id]) => patch(&mut state.issues, id),
        ("GET", ["repos", _, _, "collaborators", _, "permission"]) => {
            (200, json!({"permission": "write"}))
        }
        ("GET", ["projects", _, "members", "all", _]) => (200, json!({"access_level": 30})),
        ("GET", ["repos", _, _, "git", rest @ ..]) => match &state.repository {
            Some(folder) => {
                of_git(folder, rest).unwrap_or_else(|_| (404, json!({"message": "Not Found"})))
            }
            None => (404, json!({"message": "Not Found"})),
        },
        ("GET", ["projects", _, "merge_requests", _, "notes"]) => (200, json!(state.comments)),
        ("POST", ["projects", _, "merge_requests", _, "notes"]) => {
            let id = 400 + state.comments.len();
            state
                .comments
                .push(with(body, json!({"id": id, "author": {"id": 5}, "system": false})));
            (201, state.comments.last().unwrap().clone())
        }
        ("PUT", ["projects", _, "merge_requests", _, "notes", id]) => {
            patch(&mut state.comments, id)
        }
        ("GET", ["projects", _, "merge_requests", _]) => {
            (200, json!({"diff_refs": {"base_sha": "a", "start_sha": "b", "head_sha": "c"}}))
        }
        ("GET", ["projects", _, "merge_requests", _, "diffs"]) => {
            let diff = "@@ -0,0 +1,400 @@\n".to_owned() + &"+x\n".repeat(400);
            let file = |path: &str| {
                let is_gone = false;
                json!({"old_path": path, "new_path": path, "deleted_file": is_gone, "diff": diff})
            };
            (200, json!([file("aims.yaml"), file("governance/gate.yaml")]))
        }
        ("GET", ["projects", _, "merge_requests", _, "discussions"]) => (200, json!(state.threads)),
        ("POST", ["projects", _, "merge_requests", _, "discussions"]) => {
            let id = format!("t{}", state.threads.len());
            let note = json!({"body": body["body"], "author": {"id": 5}, "resolved": false});
            state.threads.push(json!({"id": id, "notes": [note], "position": body["position"]}));
            (201, state.threads.last().unwrap().clone())
        }
        ("PUT", ["projects", _, "merge_requests", _, "discussions", id]) => {
            let found = state.threads.iter_mut().find(|it| it["id"] == *id).unwrap();
            found["notes"][0]["resolved"] = body["resolved"].clone();
            (200, found.clone())
        }
        ("GET", ["projects", _, "merge_requests", _, "status_checks"]) => {
            (200, json!([{"id": 1, "name": "other"}, {"id": 2, "name": "aimsgate"}]))
        }
        ("POST", ["projects", _, "merge_requests", _, "status_check_responses"]) => {
            state.answers.push(body);
            (201, json!({}))
        }
        _ => (404, json!({"message": "Not Found"})),
    }
}

/// Trees, contents and branches of a repository, as GitHub tells of them.
fn of_git(folder: &Path, asked: &[&str]) -> Result<(u16, Value), git2::Error> {
    let git = git2::Repository::open(folder)?;
    Ok(match asked {
        ["trees", commit] => {
            let tree = git.find_commit(commit.parse()?)?.tree()?;
            let mut all = Vec::new();
            tree.walk(git2::TreeWalkMode::PreOrder, |parent, entry| {
                let kind =
                    if entry.kind() == Some(git2::ObjectType::Tree) { "tree" } else { "blob" };
                let path = format!("{parent}{}", entry.name().unwrap());
                let (mode, sha) = (format!("{:06o}", entry.filemode()), entry.id().to_string());
                all.push(json!({"path": path, "mode": mode, "type": kind, "sha": sha}));
                git2::TreeWalkResult::Ok
            })?;
            (200, json!({"sha": tree.id().to_string(), "tree": all, "truncated": false}))
        }
        ["blobs", id] => {
            let text = base64::engine::general_purpose::STANDARD
                .encode(git.find_blob(id.parse()?)?.content());
            (200, json!({"sha": id, "content": text, "encoding": "base64"}))
        }
        ["ref", name] => {
            let name = name.trim_start_matches("heads%2F");
            let id = git.refname_to_id(&format!("refs/heads/{name}"))?.to_string();
            (
                200,
                json!({
                    "ref": format!("refs/heads/{name}"),
                    "object": {"sha": id, "type": "commit"}
                }),
            )
        }
        _ => (404, json!({"message": "Not Found"})),
    })
}
