//! `aimsgate attest`: the verdict on a revision as a statement that others can check.

use std::io::Write;
use std::path::Path;

use super::evidence::{RulesOf, report_of};
use super::named_file;
use super::named_file::failed;
use super::output::{print, safe_lines, write_data};
use crate::cli::{AttestArgs, EvidenceOf};
use crate::date::Date;
use crate::decision::Verdict;
use crate::digest::sha256;
use crate::edge::fs;
use crate::edge::git;
use crate::edge::keygen::Identity;
use crate::error::{Error, ErrorKind};
use crate::model::Governance;
use crate::openssh::{self, Signature};
use crate::report::{self, Attestation};

/// What signatures of attestations are for: a key can be allowed for them and not for sign-offs.
const NAMESPACE: &str = "aimsgate-attestation";

/// Bytes of the largest pack that is named, and of the largest attestation that is read.
const LARGEST_PACK: u64 = 1 << 30;
const LARGEST: u64 = 16 << 20;

/// Writes the statement, whatever the verdict; the exit code is that of the verdict.
pub(super) fn attest(arguments: &AttestArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let (path, system) = (&arguments.path, arguments.system.as_deref());
    let commit = git::commit(path, &arguments.head)?.to_string();
    let of = EvidenceOf {
        head: Some(commit.clone()),
        system: arguments.system.clone(),
        today: arguments.today,
    };
    let report = report_of(path, &of, RulesOf::Revision, arguments.gate)?;
    let digest =
        |file| Ok::<_, Error>((name(file), sha256(&named_file::bytes(file, LARGEST_PACK)?)));
    let pack = arguments.pack.as_deref().map(digest).transpose()?;
    let pack = pack.as_ref().map(|(name, digest)| (name.as_str(), digest.clone()));
    let statement = report::statement(&report, &commit, system, pack);
    let text = if arguments.predicate {
        report::predicate_only(&report, system)
    } else if arguments.dsse {
        let message = report::to_sign(&statement);
        let signature = Identity::of(path).signature(&message, NAMESPACE);
        let signature = signature.map_err(|why| Error::new(ErrorKind::Input, why))?;
        report::envelope(&statement, &signature)
    } else {
        statement
    };
    match &arguments.out {
        None => write_data(out, &text)?,
        Some(file) => {
            fs::file(file, text).map_err(|error| failed(file, error))?;
            print(out, safe_lines(&format!("wrote {}", file.display())))?
        }
    };
    Ok(report.verdict)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Reads an attestation that somebody brings.
///
/// # Errors
/// When it cannot be read, or is none.
pub(super) fn brought(file: &Path) -> Result<Attestation, Error> {
    let bytes = named_file::bytes(file, LARGEST)?;
    Attestation::read(&bytes).map_err(|why| failed(file, why))
}

/// Returns why an attestation does not vouch for the use of subjects of a system, by the keys that
/// count on a day. Nothing where it does.
pub(super) fn objections<'s>(
    attestation: &Attestation,
    governance: &Governance,
    system: &str,
    subjects: impl Iterator<Item = &'s String>,
    today: Date,
) -> Vec<String> {
    let mut found = Vec::new();
    if !attestation.passed {
        found.push("it does not say that the gate passed".to_owned());
    }
    if attestation.system.as_deref().is_some_and(|of| of != system) {
        found.push(format!("it is about another system than `{system}`"));
    }
    let missing = subjects.filter(|subject| !attestation.is_about(subject));
    found.extend(missing.map(|subject| format!("it is not about `{subject}`")));
    found.extend(signed(attestation, governance, today).err());
    found
}

/// Checks that a key which counts signed it.
///
/// # Errors
/// Why none did, in words.
fn signed(attestation: &Attestation, governance: &Governance, today: Date) -> Result<(), String> {
    if attestation.signatures.is_empty() {
        return Err("it is not signed; `attest --dsse` signs".to_owned());
    }
    let Some(people) = governance.people.known() else {
        return Err("nobody's keys count: governance/people.yaml cannot be read".to_owned());
    };
    let (trust, at) = (governance.trust(), today.noon());
    let active = people.people.iter().filter(|it| it.is_active(today));
    let persons = active.flat_map(|it| it.emails.iter().map(String::as_str).chain([&*it.id.value]));
    let programs = people.automation.iter();
    let programs =
        programs.flat_map(|it| it.emails.iter().map(String::as_str).chain([&*it.id.value]));
    let names: Vec<&str> = persons.chain(programs).collect();
    let mut why = "nobody of governance/people.yaml has a key for it".to_owned();
    for signature in &attestation.signatures {
        let signature = match Signature::parse(signature) {
            Ok(signature) => signature,
            Err(refused) => {
                why = refused.to_string();
                continue;
            }
        };
        if let Err(refused) = signature.verify(NAMESPACE, &attestation.message) {
            why = refused.to_string();
            continue;
        }
        for name in &names {
            match openssh::verify(&trust, name, NAMESPACE, &signature, &attestation.message, at) {
                Ok(()) => return Ok(()),
                Err(refused) if !refused.is_about_nobody() => why = refused.to_string(),
                Err(_) => {}
            }
        }
    }
    Err(format!("its signature does not count: {why}"))
}
