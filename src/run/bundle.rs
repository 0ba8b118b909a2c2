//! `aimsgate bundle`: builds, signs, verifies and takes over the rules of an organisation.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::named_file::failed;
use super::output::{print, safe_lines};
use crate::catalog::Role;
use crate::cli::{BuildArgs, BundleCommand, UpdateArgs, VerifyBundleArgs};
use crate::date::Date;
use crate::decision::Verdict;
use crate::document::{self, LIMITS};
use crate::edge::fs;
use crate::edge::git::{self, Content};
use crate::edge::keygen::Identity;
use crate::error::{Error, ErrorKind};
use crate::model::{Declared, Governance, TakenOver};
use crate::settings::gate;
use crate::settings::organisation::{self, Bundle, BundleHead, FOLDERS, NAMESPACE};
use crate::settings::pin::{BundlePin, BundleSigners};
use crate::settings::register::RepositoryKind;
use crate::settings::{people, signers};
use crate::signoff::BundleTrust;
use crate::snapshot::View;
use crate::span::{Lines, RepoPath};

/// What a bundle is called in a folder.
const NAME: &str = "bundle.json";

/// Bytes of the largest file of signatures.
const LARGEST_SIGNATURES: u64 = 256 << 10;

/// Does what `bundle` asks for.
pub(super) fn bundle(what: &BundleCommand, out: &mut dyn Write) -> Result<Verdict, Error> {
    match what {
        BundleCommand::Build(arguments) => build(arguments, out),
        BundleCommand::Sign { file } => sign(file, out),
        BundleCommand::Verify(arguments) => verify(arguments, out),
        BundleCommand::Update(arguments) => update(arguments, out),
    }
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

/// Reads a bundle with the signatures beside it.
fn read(file: &Path) -> Result<(TakenOver, Bundle), Error> {
    let bytes = git::bytes(file, LIMITS.bytes + 1)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let signatures = fs::existing(&beside(file), LARGEST_SIGNATURES);
    let signatures = signatures.map_err(|why| failed(file, why))?.unwrap_or_default();
    TakenOver::of(bytes, signatures).map_err(|mistake| {
        let line = Lines::new(text).position(mistake.span().start).line;
        failed(file, format!("line {line}: {}", mistake.message))
    })
}

fn build(arguments: &BuildArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let built_on = arguments.today.unwrap_or_else(fs::today);
    if arguments.expires < built_on {
        return Err(Error::usage("it would expire before it is built"));
    }
    let source = git::open(&arguments.path, &Content::WorkingTree)?;
    let view = View::new(&*source.snapshot, source.scope.clone());
    let files = files(&view)?;
    let before = fs::is_file(&arguments.out).then(|| read(&arguments.out)).transpose()?;
    let before = before.map(|(before, _)| before);
    let head = BundleHead {
        organisation: name(&view)?,
        sequence: before.as_ref().map_or(0, |before| before.head.sequence) + 1,
        built_on,
        expires: arguments.expires,
        previous: before.map(|before| before.sha256),
    };
    let text = head.text(files);
    // Nobody could read what does not pass here.
    let (built, _) = TakenOver::of(text.clone().into_bytes(), Vec::new())
        .map_err(|mistake| Error::new(ErrorKind::Input, mistake.message))?;
    fs::file(&arguments.out, &text).map_err(|why| failed(&arguments.out, why))?;
    fs::discard(&beside(&arguments.out));
    let mut told = format!("written: {}\n", arguments.out.display());
    told += &words(&built);
    let _ = writeln!(told, "then, each who may: aimsgate bundle sign {}", arguments.out.display());
    print(out, safe_lines(&told))
}

/// What a bundle is, a line for each point.
fn words(bundle: &TakenOver) -> String {
    let BundleHead { organisation, sequence, built_on, expires, previous: _ } = &bundle.head;
    format!(
        "bundle {sequence} of {organisation}, built on {built_on}, expires on {expires}\nsha256 \
         {}\n",
        bundle.sha256
    )
}

/// Returns what the organisation is called by its register.
fn name(view: &View<'_>) -> Result<String, Error> {
    let declared = Declared::of(view, &Governance::load(view).rules);
    let register = declared.register.known();
    let register = register.filter(|it| it.kind == Some(RepositoryKind::Organisation));
    let name = register.and_then(|register| register.organisation.as_ref());
    name.map(|name| name.value.clone()).ok_or_else(|| {
        let error = Error::new(ErrorKind::Input, "this is not the organisation's repository");
        error.hint("its aims.yaml says `kind: organisation` and `organisation: NAME`")
    })
}

/// Returns the files of a bundle with their texts.
fn files(view: &View<'_>) -> Result<BTreeMap<String, String>, Error> {
    let mut paths: Vec<RepoPath> =
        [gate::FILE, people::FILE, signers::ALLOWED, signers::REVOKED].map(RepoPath::from).into();
    for folder in FOLDERS.map(RepoPath::from) {
        let below = view.below(&folder).iter().map(|entry| entry.path.clone());
        paths.extend(below.filter(|path| path.parent() == folder && path.extension() == "yaml"));
    }
    let mut files = BTreeMap::new();
    for path in paths {
        let Some(entry) = view.snapshot.entry(&path) else { continue };
        let refused = |why: String| Error::new(ErrorKind::Input, format!("`{path}`: {why}"));
        let bytes = view.snapshot.read(entry, LIMITS.bytes);
        let bytes = bytes.map_err(|why| refused(why.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| refused("it is no text".to_owned()))?;
        files.insert(path.to_string(), text);
    }
    Ok(files)
}

fn sign(file: &Path, out: &mut dyn Write) -> Result<Verdict, Error> {
    let (bundle, _) = read(file)?;
    let identity = Identity::of(file.parent().unwrap_or(Path::new(".")));
    let signatures = beside(file);
    // The program that signs asks before it replaces a file, and nobody answers.
    fs::discard(&signatures);
    let signed = identity.sign(file, NAMESPACE);
    let added = signed.and_then(|()| {
        let added = fs::existing(&signatures, LARGEST_SIGNATURES).map_err(|why| why.to_string())?;
        Ok(added.unwrap_or_default())
    });
    let all = [&bundle.signatures[..], added.as_deref().unwrap_or_default()].concat();
    if !all.is_empty() {
        fs::file(&signatures, all).map_err(|why| failed(&signatures, why))?;
    }
    added.map_err(|why| Error::new(ErrorKind::Output, why))?;
    print(out, safe_lines(&format!("{}signed: {}", words(&bundle), signatures.display())))
}

fn verify(arguments: &VerifyBundleArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let today = arguments.today.unwrap_or_else(fs::today);
    let (bundle, own) = read(&arguments.file)?;
    let before = arguments.after.as_deref().map(read).transpose()?;
    let trusted = before.as_ref().map_or(&own, |(_, bundle)| bundle);
    // Which roles sign is for the repository to say; here any role does.
    let signers = BundleSigners { people: 1, from: Role::all().to_vec() };
    let trust = BundleTrust { people: &trusted.people, trust: trusted.trust(), signers: &signers };
    let mut told = words(&bundle);
    let (people, _) = trust.signers_of(&bundle, today);
    for id in people {
        let person = trusted.people.find(id.as_str());
        let roles = person.map_or(&[][..], |person| &person.roles).iter();
        let roles: Vec<&str> = roles.map(|role| role.name()).collect();
        let _ = writeln!(told, "signed by {id} ({})", roles.join(", "));
    }
    let flaw = trust.flaw(&bundle, before.as_ref().map(|(before, _)| before), today);
    let why = flaw.map(|flaw| flaw.text).or_else(|| expired(&bundle, today));
    if let Some(why) = &why {
        let _ = writeln!(told, "does not count: {why}");
    }
    print(out, safe_lines(&told))?;
    Ok(if why.is_none() { Verdict::Pass } else { Verdict::Fail })
}

fn expired(bundle: &TakenOver, today: Date) -> Option<String> {
    let day = bundle.head.expires;
    (day < today).then(|| format!("it expired on {day}"))
}

fn update(arguments: &UpdateArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let from = [organisation::FILE, NAME].map(|name| arguments.from.join(name));
    let from = from.into_iter().find(|path| fs::is_file(path));
    let from = from.unwrap_or_else(|| arguments.from.clone());
    let (bundle, _) = read(&from)?;
    if bundle.signatures.is_empty() {
        return Err(failed(&beside(&from), "nobody signed the bundle"));
    }
    let rules = arguments.path.join(gate::FILE);
    let text = String::from_utf8(git::bytes(&rules, LIMITS.bytes + 1)?);
    let text = text.map_err(|_| failed(&rules, "it is no text"))?;
    let document = document::parse(RepoPath::from(gate::FILE), text.clone().into_bytes());
    let pin = gate::read(&document).map_err(|mistake| failed(&rules, mistake.message))?;
    let text = match pin.organisation {
        Some(pin) if pin.name.value != bundle.head.organisation => {
            return Err(failed(
                &from,
                format!("it is of another organisation than {}", pin.name.value),
            ));
        }
        Some(pin) => with_pin(&text, &pin, &bundle),
        None => text + &new_pin(&bundle),
    };
    let file = arguments.path.join(organisation::FILE);
    let write = |path: &Path, bytes: &[u8]| fs::file(path, bytes).map_err(|why| failed(path, why));
    write(&file, &bundle.bytes)?;
    write(&beside(&file), &bundle.signatures)?;
    write(&rules, text.as_bytes())?;
    let told = format!(
        "{}written: {file}, {file}.sig and the pin in {}",
        words(&bundle),
        gate::FILE,
        file = organisation::FILE
    );
    print(out, safe_lines(&told))
}

/// Returns the text of rules with another bundle pinned. Nothing else of it changes.
fn with_pin(text: &str, pin: &BundlePin, bundle: &TakenOver) -> String {
    let sequence = bundle.head.sequence.max(pin.min_sequence.value);
    let mut edits = [
        (pin.sha256.span, bundle.sha256.to_string()),
        (pin.min_sequence.span, sequence.to_string()),
    ];
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text.to_owned();
    for (span, new) in edits {
        text.replace_range(span.start..span.end, &new);
    }
    text
}

/// Returns the lines that pin a first bundle.
fn new_pin(bundle: &TakenOver) -> String {
    let BundleHead { organisation, sequence, .. } = &bundle.head;
    // JSON is YAML too, whatever the name holds.
    let name = serde_json::to_string(organisation).unwrap_or_default();
    format!(
        "organisation:\n  name: {name}\n  sha256: {}\n  signers: {{people: 1, from: \
         [ai-governance-lead, risk-lead, compliance-lead, top-management]}}\n  min-sequence: \
         {sequence}\n",
        bundle.sha256
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_changed_in_place_and_nothing_else() {
        let sha = |digit: &str| digit.repeat(64);
        let text = format!(
            "schema: aimsgate/1 # ours\norganisation: {{min-sequence: 9, sha256: {}, name: Bank, \
             signers: {{people: 1, from: [risk-lead]}}}}\nenforce: {{mode: strict}}\n",
            sha("0")
        );
        let document = document::parse(gate::FILE.into(), text.clone().into_bytes());
        let pin = gate::read(&document).unwrap().organisation.unwrap();
        let day = |text: &str| text.parse().unwrap();
        let bundle = TakenOver {
            head: BundleHead {
                organisation: "Bank".into(),
                sequence: 10,
                built_on: day("2026-11-01"),
                expires: day("2027-11-01"),
                previous: None,
            },
            sha256: sha("a").parse().unwrap(),
            bytes: [][..].into(),
            signatures: [][..].into(),
        };
        let expected = text.replace(&sha("0"), &sha("a")).replace("sequence: 9", "sequence: 10");
        assert_eq!(with_pin(&text, &pin, &bundle), expected);
        let document = format!("schema: aimsgate/1\n{}", new_pin(&bundle));
        let document = document::parse(gate::FILE.into(), document.into_bytes());
        assert_eq!(gate::read(&document).unwrap().organisation.unwrap().name.value, "Bank");
    }
}
