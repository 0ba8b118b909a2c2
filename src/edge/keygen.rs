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

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::Command;

/// What git is configured to sign with, and who signs.
#[derive(Debug)]
pub(crate) struct Identity {
    /// `user.email`.
    pub(crate) email: Option<String>,
    /// `user.signingkey`: a file, or a public key that an agent holds the other half of.
    key: Option<String>,
    /// `gpg.ssh.program`.
    program: String,
}

impl Identity {
    /// Reads it as git does in a folder.
    pub(crate) fn of(folder: &Path) -> Self {
        let own = git2::Config::open_default().ok();
        let local =
            git2::Repository::discover(folder).ok().and_then(|repository| repository.config().ok());
        let get = |name: &str| {
            let value = |config: &git2::Config| {
                config.get_string(name).ok().filter(|value| !value.is_empty())
            };
            local.as_ref().and_then(value).or_else(|| own.as_ref().and_then(value))
        };
        let program = get("gpg.ssh.program").unwrap_or_else(|| "ssh-keygen".to_owned());
        Self { email: get("user.email"), key: get("user.signingkey"), program }
    }

    /// Signs a file; the signature comes to stand beside it.
    ///
    /// # Errors
    /// Why it was not signed, and what to do.
    pub(crate) fn sign(&self, file: &Path, namespace: &str) -> Result<(), String> {
        let Some(key) = &self.key else {
            return Err(
                "git is not told which key signs: git config user.signingkey FILE".to_owned()
            );
        };
        let mut command = Command::new(&self.program);
        command.args(["-Y", "sign", "-n", namespace]);
        let literal =
            key.strip_prefix("key::").or_else(|| key.starts_with("ssh-").then_some(key.as_str()));
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
            None => command.arg("-f").arg(expanded(key)),
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

/// A path as git's configuration writes it.
fn expanded(key: &str) -> std::path::PathBuf {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from);
    match (key.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => key.into(),
    }
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
