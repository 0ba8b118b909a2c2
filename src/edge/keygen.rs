//! The edge that signs: asks on the terminal, and runs `ssh-keygen -Y sign` as git itself does.
//!
//! Keys stay with OpenSSH: in a file, an agent or a security key. What signs is what the person's
//! own git is configured for, never what the repository's content says.
//!
//! # Design
//!
//! There is one way to sign: `ssh-keygen`, as the person's own git is configured. This program
//! never reads a private key.
#![expect(
    clippy::disallowed_methods,
    reason = "the edge: runs the program that holds the person's key"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that a program of the person's own git is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most that such a program says.
const MOST: u64 = 64 << 10;

/// What git is configured to sign with, and who signs.
#[derive(Debug)]
pub(crate) struct Identity {
    /// `user.email`.
    pub(crate) email: Option<String>,
    /// `user.name`.
    pub(crate) name: Option<String>,
    /// `user.signingkey`: a file, or a public key that an agent holds the other half of.
    key: Option<String>,
    /// `gpg.ssh.program`.
    program: String,
    /// `gpg.format`, where it is not SSH, or a key that is none of SSH.
    other: Option<String>,
    /// `gpg.ssh.defaultKeyCommand`, which prints the key where none is named.
    key_command: Option<String>,
    /// `gpg.ssh.allowedSignersFile`: by what the person's own git knows keys.
    allowed: Option<String>,
}

impl Identity {
    /// Reads it as git does in a folder: git itself says what it is configured for, so that what it
    /// includes, and what the environment sets, counts.
    pub(crate) fn of(folder: &Path) -> Self {
        let settings = configured(folder).unwrap_or_else(|| read(folder));
        let get = |name: &str| settings.get(name).filter(|value| !value.is_empty()).cloned();
        let program = get("gpg.ssh.program").unwrap_or_else(|| "ssh-keygen".to_owned());
        let key = get("user.signingkey");
        let format = get("gpg.format").filter(|format| format != "ssh");
        let is_ssh = key.as_deref().is_some_and(is_ssh_key);
        let other = key.as_ref().filter(|key| !is_ssh && !is_file(key)).and_then(|key| {
            let format = format.or_else(|| is_openpgp(key).then(|| "openpgp".to_owned()))?;
            Some(format!("the {format} key `{key}`"))
        });
        Self {
            email: get("user.email"),
            name: get("user.name"),
            key,
            program,
            other,
            key_command: get("gpg.ssh.defaultkeycommand"),
            allowed: get("gpg.ssh.allowedsignersfile"),
        }
    }

    /// Says which address and key are used.
    ///
    /// # Errors
    /// Why nothing can be signed with what git is configured for.
    pub(crate) fn words(&self) -> Result<String, String> {
        if self.other.is_some() || (self.key.is_none() && self.key_command.is_none()) {
            self.key()?;
        }
        let email = self.email.as_deref().unwrap_or("nobody");
        let key = match (&self.key, &self.key_command) {
            (Some(key), _) => format!("the key `{key}`"),
            (None, Some(command)) => format!("the key that `{command}` prints"),
            (None, None) => "no key".to_owned(),
        };
        let allowed = self.allowed.as_ref().map_or_else(String::new, |file| {
            format!("; git knows keys by `{file}`, the gate by governance/allowed_signers")
        });
        Ok(format!("as {email}, with {key}{allowed}"))
    }

    /// Returns the public half of the key that signs, without its comment. None where git names
    /// none, where it is none of SSH, and where its file cannot be read.
    pub(crate) fn public_key(&self) -> Option<String> {
        let key = self.key().ok()?;
        let key = key.strip_prefix("key::").unwrap_or(&key);
        if is_ssh_key(key) {
            return public_half(key);
        }
        let path = expanded(key);
        let mut public = path.clone().into_os_string();
        public.push(".pub");
        // Only a file that is called public is read: a private key stays where it is.
        let is_public = path.extension().is_some_and(|ending| ending == "pub");
        let path = if is_public { path } else { public.into() };
        let mut text = String::new();
        std::fs::File::open(path).ok()?.take(MOST).read_to_string(&mut text).ok()?;
        public_half(text.lines().next()?)
    }

    /// Returns the key that signs.
    fn key(&self) -> Result<String, String> {
        if let Some(other) = &self.other {
            return Err(format!(
                "git is configured to sign with {other}; a sign-off takes a key of SSH: git config \
                 user.signingkey ~/.ssh/id_ed25519.pub"
            ));
        }
        let none = "git is not told which key signs: git config user.signingkey FILE";
        match (&self.key, &self.key_command) {
            (Some(key), _) => Ok(key.clone()),
            (None, None) => Err(none.to_owned()),
            (None, Some(command)) => {
                let mut words = command.split_whitespace();
                let program = words.next().ok_or(none)?;
                let said = output(Command::new(program).args(words))
                    .ok_or_else(|| format!("`{command}` did not say which key signs"))?;
                let first = said.lines().next().unwrap_or_default().trim();
                let key = Some(first).filter(|key| is_ssh_key(key)).map(str::to_owned);
                key.ok_or_else(|| format!("what `{command}` prints is no key"))
            }
        }
    }

    /// Signs bytes, and returns the signature's file.
    ///
    /// # Errors
    /// Why they were not signed, and what to do.
    pub(crate) fn signature(&self, message: &[u8], namespace: &str) -> Result<Vec<u8>, String> {
        let unwritten = |error: std::io::Error| format!("nothing could be signed: {error}");
        let folder = tempfile::tempdir().map_err(unwritten)?;
        let file = folder.path().join("message");
        std::fs::write(&file, message).map_err(unwritten)?;
        self.sign(&file, namespace)?;
        std::fs::read(folder.path().join("message.sig")).map_err(unwritten)
    }

    /// Signs a file; the signature comes to stand beside it.
    ///
    /// # Errors
    /// Why it was not signed, and what to do.
    pub(crate) fn sign(&self, file: &Path, namespace: &str) -> Result<(), String> {
        let key = self.key()?;
        let mut command = Command::new(&self.program);
        command.args(["-Y", "sign", "-n", namespace]);
        let literal =
            key.strip_prefix("key::").or_else(|| Some(key.as_str()).filter(|key| is_ssh_key(key)));
        let written = literal.map(|literal| -> std::io::Result<tempfile::NamedTempFile> {
            let mut file = tempfile::NamedTempFile::new()?;
            writeln!(file, "{literal}")?;
            Ok(file)
        });
        let written = written
            .transpose()
            .map_err(|error| format!("the key could not be handed on: {error}"))?;
        match &written {
            // The other half of a key that is given by its text is in the agent.
            Some(public) => command.arg("-U").arg("-f").arg(public.path()),
            None => command.arg("-f").arg(expanded(&key)),
        };
        // Nobody answers a question about an older signature: there is none.
        let output = command.arg(file).output();
        let output =
            output.map_err(|error| format!("`{}` could not be run: {error}", self.program))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "`{}` did not sign: {}",
            self.program,
            said.lines().last().unwrap_or("it does not say why")
        ))
    }
}

/// Whether a setting is a key of SSH by its text.
fn is_ssh_key(key: &str) -> bool {
    let kinds = ["key::", "ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];
    kinds.iter().any(|kind| key.starts_with(kind))
}

/// The kind and the bytes of a public key, as `allowed_signers` writes them. None where a text is
/// no key.
pub(crate) fn public_half(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let (kind, bytes) = (words.next()?, words.next()?);
    let is_bytes = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    (is_ssh_key(kind) && bytes.len() > 40 && bytes.chars().all(is_bytes))
        .then(|| format!("{kind} {bytes}"))
}

/// Whether a setting names a key as GPG does: by its id, a fingerprint or an address.
fn is_openpgp(key: &str) -> bool {
    let id = key.trim_start_matches("0x").trim_end_matches('!');
    key.contains('@') || (id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_file(key: &str) -> bool {
    expanded(key).is_file() || key.contains('/')
}

/// Returns what git says of who signs and with what, the last value of each. None where there is no
/// git to ask.
fn configured(folder: &Path) -> Option<BTreeMap<String, String>> {
    let names = r"^(user\.(email|name|signingkey)|gpg\.(format|ssh\..*))$";
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["config", "--null", "--get-regexp", names]);
    let said = output(&mut command)?;
    let settings = said.split('\0').filter_map(|entry| entry.split_once('\n'));
    Some(settings.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect())
}

/// Reads the same without git.
fn read(folder: &Path) -> BTreeMap<String, String> {
    let own = git2::Config::open_default().ok();
    let local =
        git2::Repository::discover(folder).ok().and_then(|repository| repository.config().ok());
    let names = ["user.email", "user.name", "user.signingkey", "gpg.format", "gpg.ssh.program"];
    let get = |name: &&str| {
        let value = |config: &git2::Config| config.get_string(name).ok();
        let found = local.as_ref().and_then(value).or_else(|| own.as_ref().and_then(value));
        Some(((*name).to_owned(), found?))
    };
    names.iter().filter_map(get).collect()
}

/// Runs a program that answers at once, and returns what it prints. None where it fails, or takes
/// too long.
fn output(command: &mut Command) -> Option<String> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let stdout = child.stdout.take()?;
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        stdout.take(MOST).read_to_end(&mut text).ok().map(|_| text)
    });
    let begin = Instant::now();
    let status = loop {
        match child.try_wait().ok()? {
            Some(status) => break status,
            None if begin.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    // Git ends with 1 where nothing of what was asked for is set.
    let text = reader.join().ok().flatten()?;
    (status.success() || status.code() == Some(1))
        .then(|| String::from_utf8_lossy(&text).into_owned())
}

/// A path as git's configuration writes it.
fn expanded(key: &str) -> std::path::PathBuf {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from);
    match (key.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => key.into(),
    }
}

/// Whether there is a terminal to ask on.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks for a word on the terminal.
///
/// # Errors
/// When there is no terminal to ask on.
pub(crate) fn ask(question: &str) -> Result<String, String> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err("there is no terminal to ask on; `--yes` says that you have read it".to_owned());
    }
    let mut output = std::io::stdout();
    let _ = write!(output, "{question} ");
    let _ = output.flush();
    let mut line = String::new();
    input.lock().read_line(&mut line).map_err(|error| error.to_string())?;
    Ok(line.trim().to_owned())
}
