//! Edits of a repository, as the tables of changes and the fixtures of checks name them.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::bundles::BundleEdit;
use crate::keys;
use crate::support::{commit_as, write};

/// The day of the tests.
pub(crate) const TODAY: &str = "2026-11-22";

const FOLDER: &str = "governance/signoffs";

fn record_digest(root: &Path, id: &str) -> String {
    keys::sha256(&fs::read(root.join(FOLDER).join(format!("{id}.yaml"))).unwrap())
}

fn append(root: &Path, path: &str, text: &str) {
    let before = fs::read_to_string(root.join(path)).unwrap_or_default();
    write(root, path, before + text);
}

fn signed(root: &Path, name: &str, text: &str, by: &str) {
    write(root, name, text);
    write(root, &format!("{name}.sig"), keys::sign(by, "aimsgate", text.as_bytes()));
}

#[derive(Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Edit {
    Write {
        write: String,
        text: String,
    },
    Replace {
        replace: String,
        from: String,
        to: String,
    },
    Append {
        append: String,
        text: String,
    },
    Move {
        r#move: String,
        to: String,
    },
    Copy {
        copy: String,
        to: String,
    },
    Remove {
        remove: String,
    },
    Link {
        link: String,
        to: String,
    },
    /// `{baseline: DAY}`: what is wrong now, written down as on that day.
    Baseline {
        baseline: String,
    },
    /// `{prepare: DECISION, system, id, because, on}`: what the program prepares.
    Prepare {
        prepare: String,
        system: Option<String>,
        id: String,
        because: Option<String>,
        expires: Option<String>,
        on: Option<String>,
    },
    /// `{sign: RECORD, by, as, on, ...}`: a statement of somebody, with a signature beside it.
    Sign {
        sign: String,
        by: String,
        r#as: String,
        on: Option<String>,
        agree: Option<bool>,
        /// Whose key signs, if another's; `none` for nobody's.
        key: Option<String>,
        namespace: Option<String>,
        /// What it says the record's digest is.
        sha256: Option<String>,
    },
    /// `{resign: RECORD, system}`: an acceptance that is prepared and signed by those who must.
    Resign {
        resign: String,
        system: String,
        on: Option<String>,
    },
    /// `{close: RECORD, condition, by, as, evidence}`: a closed condition.
    Close {
        close: String,
        condition: String,
        by: String,
        r#as: String,
        evidence: String,
        on: Option<String>,
    },
    /// `{revoke: RECORD, by, as}`: the end of a record.
    Revoke {
        revoke: String,
        by: String,
        r#as: String,
        on: Option<String>,
    },
    /// `{signature: PATH, key}`: a signature beside a file.
    Signature {
        signature: String,
        key: String,
    },
    /// `{allow: [PEOPLE]}`: lines that let them sign.
    Allow {
        allow: Vec<String>,
    },
    /// `{allow-as: PERSON, key}`: a line that lets somebody's key sign as somebody.
    AllowAs {
        #[serde(rename = "allow-as")]
        allow_as: String,
        key: String,
    },
    /// `{allow-for: PRINCIPALS, key}`: a line that lets a key sign as whom it says.
    AllowFor {
        #[serde(rename = "allow-for")]
        allow_for: String,
        key: String,
    },
    /// `{allow-until: PERSON, day}`: lets a key sign until a day only.
    AllowUntil {
        #[serde(rename = "allow-until")]
        allow_until: String,
        day: String,
    },
    /// `{revoke-key: PERSON}`: a key that no longer counts.
    RevokeKey {
        #[serde(rename = "revoke-key")]
        revoke_key: String,
    },
    /// `{cut: PATH, line}`: the file without the lines that hold this.
    Cut {
        cut: String,
        line: String,
    },
    /// `{prepare-confirm: RECORD, file, id}`: a confirmation that covers a file.
    PrepareConfirm {
        #[serde(rename = "prepare-confirm")]
        prepare_confirm: String,
        file: String,
        id: String,
    },
    /// `{emergency: ID, by, file, ...}`: an emergency for a file as it is, or gone, granted by
    /// somebody.
    Emergency {
        emergency: String,
        by: String,
        file: String,
        key: Option<String>,
        skips: Option<String>,
        from: Option<String>,
        until: Option<String>,
    },
    /// `{bundle: {sequence, ...}}`: a bundle of the organisation, with its signatures and the pin.
    Bundle {
        bundle: BundleEdit,
    },
    /// `{commit: ADDRESS, with: ADDRESS}`: what was done so far, committed as of somebody, and
    /// somebody else.
    Commit {
        commit: String,
        with: Option<String>,
    },
}

impl Edit {
    /// Whether it changes files and no more: no program is run, and no key signs.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(
            self,
            Self::Write { .. }
                | Self::Replace { .. }
                | Self::Append { .. }
                | Self::Move { .. }
                | Self::Copy { .. }
                | Self::Cut { .. }
                | Self::Remove { .. }
                | Self::Link { .. }
        )
    }

    pub(crate) fn apply(&self, root: &Path) {
        let read = |path: &str| {
            fs::read_to_string(root.join(path)).unwrap_or_else(|_| panic!("no {path}"))
        };
        match self {
            Self::Write { write: path, text } => write(root, path, text),
            Self::Replace { replace, from, to } => {
                let text = read(replace);
                assert!(text.contains(from.as_str()), "{replace} does not hold {from:?}");
                write(root, replace, text.replace(from.as_str(), to));
            }
            Self::Append { append, text } => {
                let mut bytes = fs::read(root.join(append)).unwrap();
                bytes.extend_from_slice(text.as_bytes());
                write(root, append, bytes);
            }
            Self::Move { r#move: from, to } => {
                fs::create_dir_all(root.join(to).parent().unwrap()).unwrap();
                fs::rename(root.join(from), root.join(to)).unwrap();
            }
            Self::Copy { copy, to } => write(root, to, fs::read(root.join(copy)).unwrap()),
            Self::Remove { remove } => {
                let path = root.join(remove);
                if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
                    .unwrap();
            }
            Self::Baseline { baseline } => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
                let output = command
                    .current_dir(root)
                    .env_clear()
                    .args(["baseline", "--today", baseline])
                    .output();
                write(root, "governance/baseline.json", output.unwrap().stdout);
            }
            Self::Prepare { prepare, system, id, because, expires, on } => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
                command.current_dir(root).env_clear().args([
                    "sign",
                    "--prepare",
                    prepare,
                    "--id",
                    id,
                ]);
                command.args(["--today", on.as_deref().unwrap_or(TODAY)]);
                command.args([
                    "--because",
                    because
                        .as_deref()
                        .unwrap_or("The figures hold and officers decide every case."),
                ]);
                for (name, value) in [("--system", system), ("--expires", expires)] {
                    command.args(value.iter().flat_map(|value| [name, value]));
                }
                let output = command.output().unwrap();
                assert!(
                    output.status.success(),
                    "{id}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
            }
            Self::Sign { sign, by, r#as, on, agree, key, namespace, sha256 } => {
                let (id, name) = (sign, format!("{FOLDER}/{sign}.{by}.yaml"));
                let digest = sha256.clone().unwrap_or_else(|| record_digest(root, id));
                let (on, agree) = (on.as_deref().unwrap_or(TODAY), agree.unwrap_or(true));
                let text = format!(
                    "record: {{id: {id}, sha256: {digest}}}\nsigner: {by}\nacting-as: \
                     {}\nsigned-on: {on}\nagree: {agree}\n",
                    r#as
                );
                write(root, &name, &text);
                let key = key.as_deref().unwrap_or(by);
                if key != "none" {
                    let signature = keys::sign(
                        key,
                        namespace.as_deref().unwrap_or("aimsgate"),
                        text.as_bytes(),
                    );
                    write(root, &format!("{name}.sig"), signature);
                }
            }
            Self::Resign { resign, system, on } => {
                let on = on.as_deref().unwrap_or(TODAY);
                let edits = format!(
                    "- {{prepare: accept-residual-risk, system: {system}, id: {resign}, on: \
                     {on}}}\n- {{sign: {resign}, by: eva, as: risk-acceptor, on: {on}}}\n- {{sign: \
                     {resign}, by: dee, as: risk-lead, on: {on}}}\n"
                );
                let edits: Vec<Self> = serde_yaml::from_str(&edits).unwrap();
                edits.iter().for_each(|edit| edit.apply(root));
            }
            Self::Close { close, condition, by, r#as, evidence, on } => {
                let digest = record_digest(root, close);
                let shows = keys::sha256(&fs::read(root.join(evidence)).unwrap());
                let on = on.as_deref().unwrap_or(TODAY);
                let text = format!(
                    "record: {{id: {close}, sha256: {digest}}}\ncondition: {condition}\nsigner: \
                     {by}\nacting-as: {}\nsigned-on: {on}\nevidence:\n  - {{path: {evidence}, \
                     sha256: {shows}}}\n",
                    r#as
                );
                signed(root, &format!("{FOLDER}/{close}.closed-{condition}.{by}.yaml"), &text, by);
            }
            Self::Revoke { revoke, by, r#as, on } => {
                let digest = record_digest(root, revoke);
                let on = on.as_deref().unwrap_or(TODAY);
                let text = format!(
                    "record: {{id: {revoke}, sha256: {digest}}}\nrevoke: true\nsigner: \
                     {by}\nacting-as: {}\nsigned-on: {on}\nbecause: the figures were wrong\n",
                    r#as
                );
                signed(root, &format!("{FOLDER}/{revoke}.revoked.{by}.yaml"), &text, by);
            }
            Self::Signature { signature, key } => {
                let bytes = fs::read(root.join(signature)).unwrap();
                write(root, &format!("{signature}.sig"), keys::sign(key, "aimsgate", &bytes));
            }
            Self::Allow { allow } => {
                let path = root.join("governance/allowed_signers");
                let mut text = fs::read_to_string(&path).unwrap_or_default();
                text.extend(allow.iter().map(|name| keys::allowed(name)));
                write(root, "governance/allowed_signers", text);
            }
            Self::AllowAs { allow_as, key } => {
                let line = keys::allowed(key).replace(&format!("{key}@"), &format!("{allow_as}@"));
                append(root, "governance/allowed_signers", &line);
            }
            Self::AllowFor { allow_for, key } => {
                append(
                    root,
                    "governance/allowed_signers",
                    &format!("{allow_for} {}\n", keys::public_line(key)),
                );
            }
            Self::AllowUntil { allow_until: person, day } => {
                let text = read("governance/allowed_signers");
                let line = format!("{person}@example.com namespaces=\"aimsgate\"");
                assert!(text.contains(&line), "{person} has no line");
                write(
                    root,
                    "governance/allowed_signers",
                    text.replace(&line, &format!("{line},valid-before=\"{day}\"")),
                );
            }
            Self::RevokeKey { revoke_key } => {
                append(root, "governance/revoked_keys", &(keys::public_line(revoke_key) + "\n"));
            }
            Self::Cut { cut, line } => {
                let text = read(cut);
                assert!(text.contains(line.as_str()), "{cut} does not hold {line:?}");
                let kept = text
                    .lines()
                    .filter(|it| !it.contains(line.as_str()))
                    .map(|it| format!("{it}\n"));
                write(root, cut, kept.collect::<String>());
            }
            Self::PrepareConfirm { prepare_confirm, file, id } => {
                let digest = keys::sha256(&fs::read(root.join(file)).unwrap());
                let text = format!(
                    "schema: aimsgate/1\nrepository: example.com/bank/credit-scoring\nid: \
                     {id}\ndecision: confirm\nsystem: credit-scoring\nconfirms: \
                     {prepare_confirm}\ncovers:\n  files:\n    - {{path: {file}, sha256: \
                     {digest}}}\nauthors: [dependabot]\nbecause: Only words \
                     changed.\nexpires: 2027-05-20\n"
                );
                write(root, &format!("{FOLDER}/{id}.yaml"), text);
            }
            Self::Emergency { emergency: id, by, file, key, skips, from, until } => {
                let covers = match fs::read(root.join(file)) {
                    Ok(bytes) => format!("sha256: {}", keys::sha256(&bytes)),
                    Err(_) => "gone: true".to_owned(),
                };
                let skips = skips.as_deref().unwrap_or(
                    "sign-off-void, sign-off-missing, \
                    signer-missing",
                );
                let from = from.as_deref().unwrap_or("2026-11-21T18:30:00Z");
                let until = until.as_deref().unwrap_or("2026-11-24T18:30:00Z");
                let text = format!(
                    "schema: aimsgate/1\nrepository: example.com/bank/credit-scoring\nid: \
                     {id}\nsystem: credit-scoring\nbecause: Scores drift since the bureau changed \
                     its file format.\nskips: [{skips}]\ncovers: [{{path: {file}, \
                     {covers}}}]\nfollow-up: {{owner: ana, due: 2026-11-25}}\ngranted-by: \
                     {by}\nfrom: {from}\nuntil: {until}\n"
                );
                let folder = "governance/emergencies";
                write(root, &format!("{folder}/{id}.yaml"), &text);
                let said = format!(
                    "record: {{id: {id}, sha256: {}}}\nsigner: {by}\nacting-as: \
                     risk-lead\nsigned-on: 2026-11-21\nagree: true\n",
                    keys::sha256(text.as_bytes())
                );
                let name = format!("{folder}/{id}.{by}.yaml");
                write(root, &name, &said);
                let key = key.as_deref().unwrap_or(by);
                write(root, &format!("{name}.sig"), keys::sign(key, "aimsgate", said.as_bytes()));
            }
            Self::Bundle { bundle } => bundle.apply(root),
            Self::Commit { commit, with } => {
                let git = git2::Repository::open(root).unwrap();
                commit_as(&git, commit, with.as_deref());
            }
            #[cfg(unix)]
            Self::Link { link, to } => std::os::unix::fs::symlink(to, root.join(link)).unwrap(),
            #[cfg(not(unix))]
            Self::Link { .. } => panic!("a row with a link needs a system that has them"),
        }
    }
}
