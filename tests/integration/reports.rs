//! The formats, over every fixture at once: places, limits, identities, the generated schema.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use aimsgate::{Style, formats};
use serde_json::Value;

use crate::fixtures::{content, every_case, fixtures, is_signed_anew, judge};
use crate::keys::sha256;

pub(crate) const STYLE: Style = Style { color: false, unicode: false, width: 100 };

fn all() -> Vec<PathBuf> {
    let repositories = fs::read_dir(fixtures().join("repos")).unwrap();
    // Of cases that are signed anew each time one per check is enough here.
    let is_wanted = |folder: &PathBuf| {
        let is_main = folder.file_name().is_some_and(|name| name == "fires");
        is_main || !is_signed_anew(folder)
    };
    let mut folders: Vec<PathBuf> = repositories
        .map(|item| item.unwrap().path())
        .chain(every_case().into_iter().filter(is_wanted))
        .collect();
    folders.sort();
    folders
}

fn sarif(folder: &Path) -> Value {
    serde_json::from_str(&formats::sarif(&judge(folder))).unwrap()
}

#[test]
fn the_terminal_report_of_the_chatbot_is_as_committed() {
    let text = formats::terminal(&judge(&fixtures().join("repos/support-chatbot")), STYLE);
    let expected = fixtures().join("reports/support-chatbot.txt");
    snapbox::assert_data_eq!(text, snapbox::Data::read_from(&expected, None).raw());
}

#[test]
fn the_last_line_says_it_all() {
    for folder in all() {
        let report = judge(&folder);
        let text = formats::terminal(&report, STYLE);
        let last = text.lines().last().unwrap();
        let begins = ["passed: ", "blocked: ", "could not decide: "]
            .iter()
            .any(|start| last.starts_with(start));
        assert!(begins, "{}: {last}", folder.display());
        assert!(!text.contains("compliant") && !text.contains("certified"));
    }
}

#[test]
fn a_line_for_each_finding_and_their_counts_agree() {
    let mut findings = 0;
    for folder in all() {
        let report = judge(&folder);
        let (lines, counts) = (formats::concise(&report), formats::statistics(&report));
        assert_eq!(lines.lines().last(), counts.lines().last(), "{}", folder.display());
        let listed = lines.lines().filter(|line| line.contains(" [")).count();
        let count = |line: &str| line.split_whitespace().next()?.parse::<usize>().ok();
        let counted: usize = counts.lines().rev().skip(1).filter_map(count).sum();
        assert_eq!(listed, counted, "{}:\n{lines}\n{counts}", folder.display());
        findings += listed;
    }
    assert!(findings > 100);
}

#[test]
fn sarif_is_one_run_with_a_category_and_every_result_is_located() {
    let mut results = 0;
    for folder in all() {
        let (log, content) = (sarif(&folder), content(&folder));
        assert_eq!(log["runs"].as_array().unwrap().len(), 1);
        let run = &log["runs"][0];
        assert!(run["automationDetails"]["id"].as_str().unwrap().ends_with('/'));
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let mut hashes = BTreeSet::new();
        for result in run["results"].as_array().unwrap() {
            results += 1;
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(content.path().join(uri).is_file(), "{}: {uri}", folder.display());
            assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
            let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
            assert!(hashes.insert(hash.to_owned()), "{}: {hash} twice", folder.display());
            let (hex, count) = hash.split_once(':').unwrap();
            assert!(hex.len() == 16 && u64::from_str_radix(hex, 16).is_ok() && count == "1");
            assert!(result["message"]["text"].as_str().unwrap().chars().count() <= 2_048);
            let suppressed =
                result.get("suppressions").is_some_and(|it| !it.as_array().unwrap().is_empty());
            assert_eq!(
                suppressed,
                !result["properties"]["excuse"].is_null(),
                "{}: {hash}",
                folder.display()
            );
        }
    }
    assert!(results > 50, "only {results} results were looked at");
}

#[test]
fn sarif_levels_are_the_weighed_severities() {
    let folder = fixtures().join("repos/support-chatbot");
    let weighed: Vec<&str> =
        judge(&folder).findings.iter().map(|entry| entry.severity.name()).collect();
    let log = sarif(&folder);
    let levels: Vec<&str> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, weighed);
    assert!(levels.contains(&"error") && levels.contains(&"warning") && levels.contains(&"note"));
}

#[test]
fn sarif_rules_carry_help_controls_and_texts_within_the_limits() {
    let log = sarif(&fixtures().join("repos/no-ai"));
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 0, "a clean run is uploaded too");
    let taxa: BTreeSet<&str> = run["taxonomies"][0]["taxa"]
        .as_array()
        .unwrap()
        .iter()
        .map(|taxon| taxon["id"].as_str().unwrap())
        .collect();
    assert!(taxa.len() >= 38);
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        let text = |pointer: &str| {
            rule.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{rule}"))
        };
        assert!(text("/shortDescription/text").chars().count() <= 1_024);
        assert!(text("/fullDescription/text").chars().count() <= 1_024);
        assert!(
            text("/help/markdown").contains("## How to fix") && !text("/help/text").contains("##")
        );
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
        for relationship in rule["relationships"].as_array().unwrap() {
            assert!(taxa.contains(relationship["target"]["id"].as_str().unwrap()));
        }
    }
}

#[test]
fn the_documentation_of_the_checks_is_as_committed() {
    let mut text = "# Checks\n\nWritten by `SNAPSHOTS=overwrite cargo test` from the table of \
         checks. [glossary.md](glossary.md)\nsays what words such as second line, target branch, \
         waiting and covers mean,\n[messages.md](messages.md) lists what each check says.\n\n\
         ```text\n"
        .to_owned();
    text += &formats::table(aimsgate::CHECKS);
    text += "```\n";
    for check in aimsgate::CHECKS {
        text += &format!(
            "\n{}",
            formats::explain(check).replace("\n## ", "\n### ").replacen("# ", "## ", 1)
        );
    }
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks.md");
    snapbox::assert_data_eq!(text, snapbox::Data::read_from(&expected, None).raw());
}

#[test]
fn the_json_schema_is_as_committed() {
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    snapbox::assert_data_eq!(formats::schema(), snapbox::Data::read_from(&expected, None).raw());
}

#[test]
fn the_json_report_holds_every_finding_check_and_control() {
    for folder in all() {
        let report = judge(&folder);
        let json: Value = serde_json::from_str(&formats::json(&report)).unwrap();
        assert_eq!(json["schema"], "aimsgate-report/1");
        assert_eq!(json["findings"].as_array().unwrap().len(), report.findings.len());
        assert_eq!(json["checks"].as_array().unwrap().len(), aimsgate::CHECKS.len());
        assert_eq!(json["evidence"]["controls"].as_array().unwrap().len(), 38);
    }
}

#[test]
fn the_json_report_leads_from_a_control_to_bytes_and_from_a_risk_to_its_signers() {
    let folder = fixtures().join("repos/credit-scoring");
    let json: Value = serde_json::from_str(&formats::json(&judge(&folder))).unwrap();
    let evidence = |key: &str| json["evidence"][key].as_array().unwrap();
    let one = |key: &str, id: &str| evidence(key).iter().find(|it| it["id"] == id).unwrap();
    let control = one("controls", "A.5.2");
    assert_eq!(control["state"], "evidenced");
    let path = control["paths"][0].as_str().unwrap();
    let document = evidence("documents").iter().find(|it| it["path"] == path).unwrap();
    let bytes = fs::read(folder.join(path)).unwrap();
    assert_eq!(document["sha256"], sha256(&bytes));
    let is_said = |it: &&Value| it["path"] == path && it["lines"].is_array();
    let element = evidence("entries").iter().find(is_said).unwrap();
    let lines: Vec<&str> = std::str::from_utf8(&bytes).unwrap().lines().collect();
    let at = |index: usize| usize::try_from(element["lines"][index].as_u64().unwrap()).unwrap();
    assert!(at(0) <= at(1) && at(1) <= lines.len() && !lines[at(0) - 1].is_empty());

    let risk = one("risks", "R-4");
    let record = risk["accepted-in"][0].as_str().unwrap();
    let record = one("records", record);
    assert_eq!(record["stands"], true);
    let covered = record["covers"].as_array().unwrap();
    assert!(covered.iter().any(|it| it["what"] == "R-4"));
    let signers = record["signers"].as_array().unwrap();
    assert!(signers.iter().any(|it| it["person"] == "eva" && it["role"] == "risk-acceptor"));
    assert!(signers.iter().all(|it| it["key"].as_str().unwrap().starts_with("SHA256:")));
    let kept = folder.join(record["path"].as_str().unwrap());
    assert_eq!(record["sha256"], sha256(&fs::read(kept).unwrap()));
}

#[test]
fn a_repository_without_documents_evidences_nothing() {
    let json: Value =
        serde_json::from_str(&formats::json(&judge(&fixtures().join("repos/no-ai")))).unwrap();
    for key in ["controls", "clauses"] {
        let all = json["evidence"][key].as_array().unwrap();
        assert!(all.iter().all(|it| it["state"] == "not-looked-at"), "{all:?}");
    }
}

#[test]
fn what_forges_show_stays_within_their_bounds() {
    let report = judge(&fixtures().join("repos/support-chatbot"));
    for limit in [3_000, 60_000] {
        let text = formats::markdown(&report, limit);
        assert!(text.len() <= limit, "{} bytes of {limit}", text.len());
        assert!(text.contains(&formats::last_line(&report).split(':').next().unwrap().to_owned()));
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count(), "{text}");
    }
    assert!(formats::markdown(&report, 3_000).contains("more are in the reports of the run"));
    let commands = formats::commands(&report);
    assert!(commands.lines().all(|line| line.starts_with("::")), "{commands}");
    for level in ["error", "warning", "notice"] {
        let count =
            commands.lines().filter(|line| line.starts_with(&format!("::{level} "))).count();
        assert!(count <= 10, "{count} of {level}");
    }
    let issues: serde_json::Value = serde_json::from_str(&formats::code_quality(&report)).unwrap();
    let issues = issues.as_array().unwrap();
    let fingerprints: BTreeSet<&str> =
        issues.iter().map(|it| it["fingerprint"].as_str().unwrap()).collect();
    assert_eq!((fingerprints.len(), issues.len()), (issues.len(), issues.len()));
    assert!(issues.iter().all(|it| it["location"]["lines"]["begin"].as_u64() >= Some(1)));
    let junit = formats::junit(&report);
    assert_eq!(junit.matches("<testcase").count(), report.checks.len());
    assert_eq!(junit.matches("<failure").count(), junit.matches("</failure>").count());
}
