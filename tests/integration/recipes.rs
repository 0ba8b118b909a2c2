//! The recipes of `docs/sign-off.md`, with real OpenSSH and git: a certificate authority, and keys
//! in files.
//!
//! Needs `ssh-keygen`, so it runs with the other real tools: `cargo test recipe -- --ignored`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::fixtures::fixtures;
use crate::keys;
use crate::support::{TestRepository, commit_as, copy, scratch, write};

const FOLDER: &str = "governance/signoffs";

struct Place {
    repository: TestRepository,
    home: TempDir,
}

impl Place {
    /// The example without its sign-offs and keys; `main` holds it.
    fn new(allowed: &dyn Fn(&Path) -> String) -> Self {
        let place = Self { repository: TestRepository::new(), home: scratch() };
        place.repository.git.set_head("refs/heads/main").unwrap();
        copy(&fixtures().join("repos/credit-scoring"), place.root());
        fs::remove_dir_all(place.root().join(FOLDER)).unwrap();
        write(place.root(), "governance/allowed_signers", allowed(place.home.path()));
        commit_as(&place.repository.git, "ben@example.com", None);
        place
    }

    fn root(&self) -> &Path {
        self.repository.path()
    }

    fn aimsgate(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
        let path = std::env::var_os("PATH").unwrap();
        command
            .current_dir(self.root())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.home.path());
        let Output { status, stdout, stderr } = command.args(arguments).output().unwrap();
        (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
    }

    /// Signs as somebody, as their own git is configured.
    fn sign(&self, who: &str, key: &Path, record: &str) -> String {
        let (exit, said) = self.try_to_sign(who, key, record);
        assert_eq!(exit, 0, "{said}");
        said
    }

    fn try_to_sign(&self, who: &str, key: &Path, record: &str) -> (i32, String) {
        let mut config = self.repository.git.config().unwrap();
        config.set_str("user.email", &format!("{who}@example.com")).unwrap();
        config.set_str("user.signingkey", &key.to_string_lossy()).unwrap();
        self.aimsgate(&["sign", record, "--yes"])
    }

    fn prepare(&self) {
        let arguments = [
            "sign",
            "--prepare",
            "accept-residual-risk",
            "--system",
            "credit-scoring",
            "--id",
            "risk",
        ];
        let because = "The gap is 0.004, and officers decide every case.";
        let (exit, said) = self.aimsgate(&[&arguments[..], &["--because", because]].concat());
        assert_eq!(exit, 0, "{said}");
        assert!(said.contains("\n  risk lead: dee\n"), "{said}");
    }

    fn passes(&self) {
        let (exit, said) = self.aimsgate(&["check"]);
        assert_eq!(exit, 0, "{said}");
    }
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn generate(folder: &Path, name: &str, kind: &str) -> (PathBuf, String) {
    let file = folder.join(name);
    run(Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-C", name, "-f"]).arg(&file));
    let public = fs::read_to_string(file.with_extension("pub")).unwrap();
    let mut words = public.split(' ');
    (file, format!("{} {}", words.next().unwrap(), words.next().unwrap()))
}

#[test]
#[ignore = "needs ssh-keygen"]
fn recipe_keys_in_files_and_one_statement_with_stock_commands_only() {
    let place = Place::new(&|home| {
        let eva = generate(home, "eva", "ed25519").1;
        let dee = generate(home, "dee", "ecdsa").1;
        format!(
            "eva@example.com namespaces=\"aimsgate\" {eva}\ndee@example.com \
            namespaces=\"aimsgate\" {dee}\n"
        )
    });
    place.prepare();
    // Whoever signs with a key that the target branch does not know is told at once, and nothing
    // is written.
    let other = generate(place.home.path(), "other", "ed25519").0;
    let (exit, said) = place.try_to_sign("eva", &other, "risk");
    assert_eq!(exit, 2, "{said}");
    assert!(said.contains("error: nothing was written: the signature is not that of"), "{said}");
    for name in ["risk.eva.yaml", "risk.eva.yaml.sig"] {
        assert!(!place.root().join(FOLDER).join(name).exists(), "{name}");
    }
    let said = place.sign("eva", &place.home.path().join("eva"), "risk");
    assert!(!said.contains("signature does not count"), "{said}");
    assert!(place.aimsgate(&["check"]).1.contains("it still takes risk lead"));
    // Without aimsgate: a digest, a text, a signature.
    let script = format!(
        "set -e; cd {}; digest=$(sha256sum risk.yaml | cut -d' ' -f1); printf 'record: {{id: risk, \
         sha256: %s}}\\nsigner: dee\\nacting-as: risk-lead\\nsigned-on: %s\\nagree: true\\n' \
         \"$digest\" \"$(date -u +%F)\" > risk.dee.yaml; \
         ssh-keygen -q -Y sign -n aimsgate -f {} risk.dee.yaml",
        place.root().join(FOLDER).display(),
        place.home.path().join("dee").display()
    );
    run(Command::new("sh").arg("-c").arg(script));
    place.passes();
    // And OpenSSH itself takes both.
    for who in ["eva", "dee"] {
        let statement = place.root().join(FOLDER).join(format!("risk.{who}.yaml"));
        let mut verify = Command::new("ssh-keygen");
        verify.args(["-Y", "verify", "-n", "aimsgate", "-I", &format!("{who}@example.com"), "-f"]);
        verify
            .arg(place.root().join("governance/allowed_signers"))
            .arg("-s")
            .arg(format!("{}.sig", statement.display()));
        assert!(
            verify.stdin(fs::File::open(&statement).unwrap()).output().unwrap().status.success(),
            "{who}"
        );
    }
}

#[test]
#[ignore = "needs ssh-keygen"]
fn recipe_one_line_of_an_authority_and_certificates_for_an_hour() {
    let place = Place::new(&|home| {
        let authority = generate(home, "authority", "ed25519").1;
        format!("*@example.com cert-authority,namespaces=\"aimsgate\" {authority}\n")
    });
    let home = place.home.path();
    place.prepare();
    for who in ["eva", "dee"] {
        let key = generate(home, who, "ed25519").0;
        let mut certify = Command::new("ssh-keygen");
        certify.args(["-q", "-I", who, "-n", &format!("{who}@example.com"), "-V", "-5m:+5m", "-s"]);
        run(certify.arg(home.join("authority")).arg(key.with_extension("pub")));
        place.sign(who, &home.join(format!("{who}-cert.pub")), "risk");
    }
    place.passes();
    let signature =
        fs::read_to_string(place.root().join(FOLDER).join("risk.dee.yaml.sig")).unwrap();
    assert!(signature.len() > 800, "the certificate is in it");
    // A certificate for another name is none for this one.
    let (key, _) = generate(home, "max", "ed25519");
    let mut certify = Command::new("ssh-keygen");
    certify.args(["-q", "-I", "max", "-n", "max@example.com", "-V", "-1h:+1h", "-s"]);
    run(certify.arg(home.join("authority")).arg(key.with_extension("pub")));
    let statement = place.root().join(FOLDER).join("risk.dee.yaml");
    fs::remove_file(statement.with_extension("yaml.sig")).unwrap();
    run(Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-n", "aimsgate", "-f"])
        .arg(home.join("max-cert.pub"))
        .arg(&statement));
    let (exit, said) = place.aimsgate(&["check"]);
    assert!(exit == 1 && said.contains("signature-invalid"), "{said}");
}

#[test]
#[ignore = "needs ssh-keygen"]
fn recipe_openssh_takes_the_signatures_of_the_example() {
    let governance = fixtures().join("repos/credit-scoring/governance");
    for (statement, who) in [("credit-4.2.0-risk.eva", "eva"), ("credit-4.2.0-release.fay", "fay")]
    {
        let file = governance.join(format!("signoffs/{statement}.yaml"));
        let verify = |bytes: &[u8]| {
            let folder = scratch();
            write(folder.path(), "statement", bytes);
            let mut verify = Command::new("ssh-keygen");
            verify.args([
                "-Y",
                "verify",
                "-n",
                "aimsgate",
                "-I",
                &format!("{who}@example.com"),
                "-f",
            ]);
            verify
                .arg(governance.join("allowed_signers"))
                .arg("-s")
                .arg(format!("{}.sig", file.display()));
            verify
                .stdin(fs::File::open(folder.path().join("statement")).unwrap())
                .output()
                .unwrap()
                .status
                .success()
        };
        let bytes = fs::read(&file).unwrap();
        assert!(verify(&bytes), "{statement}");
        assert!(!verify(&[&bytes[..], b"\n"].concat()), "one byte more: {statement}");
    }
    assert!(keys::public_line("eva").starts_with("ssh-ed25519 "));
}
