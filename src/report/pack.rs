//! The evidence of a revision as a folder for an auditor: what was found, the bytes it was found
//! in, and how to check both with stock tools.
//!
//! # Design
//!
//! It is a BagIt folder (RFC 8493), so that tools of archives read it. Its content is a function of
//! the revision, the day and the gate that is asked: the revision is judged by its own rules and
//! people, as if it were the target branch, so a branch that moves on changes nothing. Models and
//! data are named by their digests and not packed: they may be large, or about people.

use std::collections::{BTreeMap, BTreeSet};

use super::data::Report;
use super::{applicability, json, last_line, oscal, trace, trace_csv, workbook};
use crate::digest::sha256;
use crate::settings::organisation;
use crate::untrusted;

/// Where the evidence lies in a pack, by its paths in the repository.
const EVIDENCE: &str = "data/evidence/";

/// The beginning of the script that checks a pack.
const CHECKS: &str = r#"#!/bin/sh
# Checks the digests of this folder, and each signature as of the day it was made, with
# sha256sum and ssh-keygen only. That a statement is of a record, and who may sign it, the
# report says.
set -eu
cd "$(dirname "$0")"
sha256sum --strict --quiet -c tagmanifest-sha256.txt
sha256sum --strict --quiet -c manifest-sha256.txt
echo 'digests: as in the manifest'
signature() {
    who="$(ssh-keygen -Y find-principals -s "$2.sig" -f "$1" -O verify-time="$3" | head -n 1)"
    ssh-keygen -Y verify -n aimsgate -f "$1" -I "$who" -s "$2.sig" -O verify-time="$3" <"$2"
}
outcome=0
unchecked() {
    echo "NOT CHECKED: $1.sig: nobody known by the keys of the revision made it"
    outcome=1
}
"#;

/// The files of a pack by their paths.
pub(crate) type Pack = BTreeMap<String, Vec<u8>>;

/// Returns the pack of a report about a commit, or about one system of it, and the paths of the
/// files that it names and does not hold. `read` returns the bytes of a file as git holds them.
pub(crate) fn pack(
    report: &Report,
    commit: &str,
    system: Option<&str>,
    read: impl Fn(&str) -> Option<Vec<u8>>,
) -> (Pack, Vec<String>) {
    let mut pack = Pack::new();
    let mut add = |path: &str, text: String| pack.insert(format!("data/{path}"), text.into_bytes());
    let statement = applicability(report, None);
    add("pack.json", asked(report, commit, system));
    add("report.json", json(report));
    add("report.html", super::html(report));
    add("assessment-results.json", oscal(report));
    add("statement-of-applicability.csv", statement.csv());
    add("risks.csv", risks(report));
    add("trace.csv", trace_csv(&trace(report)));
    if let Ok(book) = workbook(&statement.table()) {
        pack.insert("data/statement-of-applicability.xlsx".to_owned(), book);
    }
    let mut left_out = Vec::new();
    for file in &report.evidence.files {
        let bytes = if file.is_asset { None } else { read(&file.path) };
        match bytes {
            Some(bytes) => {
                pack.insert(packed(&file.path), bytes);
            }
            None => left_out.push(file.path.clone()),
        }
    }
    let manifest = manifest(&pack);
    let payload: usize = pack.values().map(Vec::len).sum();
    let files = pack.len();
    let tags = [
        ("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned()),
        ("bag-info.txt", information(report, payload, files)),
        ("manifest-sha256.txt", manifest),
        ("verify.sh", verify(report, &pack)),
        ("README.md", readme(report, &left_out)),
    ];
    let tags: Pack = tags.into_iter().map(|(path, it)| (path.to_owned(), it.into())).collect();
    let of_tags = self::manifest(&tags);
    pack.extend(tags);
    pack.insert("tagmanifest-sha256.txt".to_owned(), of_tags.into_bytes());
    (pack, left_out)
}

/// Returns where a file of the repository lies in a pack. What a file system or a manifest would
/// read otherwise is written as `=` and two hexadecimal digits.
fn packed(path: &str) -> String {
    let mut safe = String::from(EVIDENCE);
    let is_upwards = path.split('/').any(|part| matches!(part, "." | ".."));
    for byte in path.bytes() {
        let is_plain = (b' '..0x7f).contains(&byte) && !matches!(byte, b'=' | b'%' | b'\\' | b':');
        if is_plain && !(is_upwards && byte == b'.') {
            safe.push(char::from(byte));
        } else {
            safe += &format!("={byte:02X}");
        }
    }
    safe
}

/// Returns what the pack is made of, so that it can be made again.
fn asked(report: &Report, commit: &str, system: Option<&str>) -> String {
    let inputs = &report.inputs;
    let json = serde_json::json!({
        "schema": "aimsgate-pack/1",
        "version": report.tool.version,
        "commit": commit,
        "system": system,
        "today": inputs.today,
        "for": inputs.asked,
    });
    untrusted::json(serde_json::to_string_pretty(&json).unwrap_or_default()) + "\n"
}

fn manifest(pack: &Pack) -> String {
    pack.iter().map(|(path, bytes)| format!("{}  {path}\n", sha256(bytes))).collect()
}

fn information(report: &Report, payload: usize, files: usize) -> String {
    let inputs = &report.inputs;
    format!(
        "Bag-Software-Agent: aimsgate {}\nBagging-Date: {}\nExternal-Identifier: {}\n\
         Payload-Oxum: {payload}.{files}\n",
        report.tool.version,
        inputs.today,
        untrusted::line(&inputs.revision)
    )
}

fn risks(report: &Report) -> String {
    const HEAD: [&str; 14] = [
        "system",
        "id",
        "risk",
        "owner",
        "status",
        "before",
        "after",
        "measures",
        "controls",
        "tested-by",
        "reviewed-on",
        "accepted-in",
        "path",
        "line",
    ];
    let rows = report.evidence.risks.iter().map(|it| {
        let measures: Vec<&str> = it.measures.iter().map(|it| it.text.as_str()).collect();
        let line = it.line.map(|line| line.to_string());
        let of = |it: &Option<String>| it.clone().unwrap_or_default();
        vec![
            it.system.clone(),
            it.id.clone(),
            of(&it.risk),
            of(&it.owner),
            it.status.unwrap_or_default().to_owned(),
            it.before.unwrap_or_default().to_owned(),
            it.after.unwrap_or_default().to_owned(),
            measures.join("; "),
            it.controls.join("; "),
            of(&it.tested_by),
            of(&it.reviewed_on),
            it.accepted_in.join("; "),
            it.path.clone(),
            of(&line),
        ]
    });
    untrusted::csv(std::iter::once(HEAD.map(str::to_owned).to_vec()).chain(rows))
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Returns the script that checks digests and signatures with `sha256sum` and `ssh-keygen`. It
/// fails where it cannot check a signature of the pack.
fn verify(report: &Report, pack: &Pack) -> String {
    let mut script = CHECKS.to_owned();
    let keys: Vec<&String> =
        pack.keys().filter(|path| path.ends_with("governance/allowed_signers")).collect();
    let mut unchecked: BTreeSet<&str> =
        pack.keys().filter_map(|path| path.strip_suffix(".sig")).collect();
    for record in &report.evidence.records {
        let Some(id) = &record.id else { continue };
        let stands = if record.stands { "stands" } else { "does NOT stand" };
        script += &format!("echo {}\n", quoted(&format!("record {id}, which {stands}:")));
        for signer in record.signers.iter().filter(|it| it.key.is_some()) {
            let file = packed(&signer.path);
            // The keys of the folder that the record lies in hold for it, or those above.
            let near = keys.iter().filter(|keys| {
                file.starts_with(keys.strip_suffix("allowed_signers").unwrap_or(keys))
            });
            let above = || keys.iter().min_by_key(|keys| keys.len());
            if let Some(keys) = near.max_by_key(|keys| keys.len()).or_else(above) {
                let noon = format!("{}120000Z", signer.signed_on.replace('-', ""));
                script += &format!("signature {} {} {noon}\n", quoted(keys), quoted(&file));
                unchecked.remove(file.as_str());
            }
        }
    }
    let bundle = packed(organisation::FILE);
    if unchecked.remove(bundle.as_str()) {
        let text = format!("{bundle}.sig is the organisation's and is not checked here");
        script += &format!("echo {}\n", quoted(&text));
    }
    script.extend(unchecked.into_iter().map(|file| format!("unchecked {}\n", quoted(file))));
    script + "exit $outcome\n"
}

fn readme(report: &Report, left_out: &[String]) -> String {
    let inputs = &report.inputs;
    let mut text = format!(
        "# Evidence of a revision\n\n\
         {}, judged on {} by its own rules, people and keys; aimsgate {}. What it said last:\n\n\
         > {}\n\n\
         | file | what it is |\n| --- | --- |\n\
         | `data/report.html` | what was found, to read and to print |\n\
         | `data/report.json` | the same for programs; `aimsgate schema` prints its schema |\n\
         | `data/statement-of-applicability.csv`, `.xlsx` | each control: whether it \
         applies, why, the evidence and its digest |\n\
         | `data/risks.csv` | the risks, before and after treatment, and what accepts them |\n\
         | `data/trace.csv` | each link from requirement over risk, control, test and signer to \
         bytes |\n\
         | `data/assessment-results.json` | OSCAL 1.2.1 assessment results |\n\
         | `data/evidence/` | the files that are evidence, byte by byte as git holds them |\n\n\
         `sh verify.sh` checks every digest with `sha256sum` and every signature, as of the day\n\
         it was made, with `ssh-keygen`. `git cat-file blob REVISION:PATH | sha256sum` gives the\n\
         digest of a file from the repository. `aimsgate replay` judges the revision again and\n\
         says the first difference. This folder is a bag (RFC 8493).\n\n\
         Names, addresses, logins and roles of people stand in the report, in\n\
         `governance/people.yaml` and `governance/allowed_signers`, in records and in statements:\n\
         treat the folder as personal data. Who wrote what a record covers was judged when the\n\
         change was merged and is not judged again here.\n\n\
         It says which evidence was found in which content, and whether that meets the rules. It\n\
         does not say that anything complies with a standard or a law.\n",
        untrusted::markdown(&inputs.revision),
        inputs.today,
        report.tool.version,
        untrusted::markdown(last_line(report).lines().next().unwrap_or_default())
    );
    if !left_out.is_empty() {
        text += "\n## Named by digest only\n\n\
                 Models and data, and files that are not here: `evidence.files` of the report has \
                 the digest.\n\n";
        text.extend(left_out.iter().map(|path| format!("- {}\n", untrusted::markdown(path))));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_pack_is_one_line_and_no_other_path() {
        assert_eq!(packed("a/b-c.md"), "data/evidence/a/b-c.md");
        assert_eq!(packed("a\nb=%\\:é"), "data/evidence/a=0Ab=3D=25=5C=3A=C3=A9");
        assert_eq!(packed("../a.b"), "data/evidence/=2E=2E/a=2Eb");
        assert_eq!(quoted("it's"), "'it'\\''s'");
    }
}
