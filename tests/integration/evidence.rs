//! The evidence that is there, as other tools and auditors get it: traces, the statement of
//! applicability, packs, pages and OSCAL, through the program itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use aimsgate::formats;
use serde_json::Value;

use crate::fixtures::{fixtures, judge};
use crate::keys::sha256;
use crate::support::{TestRepository, commit_as, scratch};

const DAY: &str = "2026-11-22";

pub(crate) fn aimsgate(root: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
    let output = command.current_dir(root).env_clear().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The signed example in a repository of its own, on `main`.
pub(crate) fn example() -> TestRepository {
    let repository = TestRepository::of_example("credit-scoring");
    commit_as(&repository.git, "ben@example.com", None);
    repository
}

fn traced(root: &Path, from: &str) -> (i32, Value) {
    let arguments = ["trace", "--today", DAY, "--format", "json", "--from", from];
    let (code, out, said) = aimsgate(root, &arguments);
    (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{from}: {code} {said}")))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

/// The kinds on the way from a node to files, one step each.
fn hops(trace: &Value, start: &str, relations: &[&str]) -> Vec<String> {
    let mut at = start.to_owned();
    let mut kinds = Vec::new();
    for relation in relations {
        let edge = list(trace, "edges")
            .iter()
            .find(|edge| text(edge, "from") == at && text(edge, "relation") == *relation)
            .unwrap_or_else(|| panic!("nothing from {at} by `{relation}`: {trace:#}"));
        at = text(edge, "to").to_owned();
        kinds.push(at.split(':').next().unwrap().to_owned());
    }
    kinds
}

#[test]
fn a_risk_leads_over_measure_control_test_record_and_signer_to_bytes() {
    let repository = example();
    let (code, trace) = traced(repository.path(), "R-4");
    assert_eq!(code, 0, "{trace:#}");
    let steps =
        ["is treated by", "implements", "is tested by", "is accepted in", "is signed by", "signed"];
    assert_eq!(
        hops(&trace, "risk:credit-scoring/R-4", &steps),
        ["measure", "control", "test", "record", "signer", "file"]
    );
    let asked = list(&trace, "edges").iter().find(|edge| text(edge, "from") == "requirement:6.1.3");
    assert_eq!(asked.unwrap()["to"], "risk:credit-scoring/R-4");
    let labels: String = list(&trace, "nodes").iter().map(|it| text(it, "label")).collect();
    assert!(labels.contains("auc 0.6839 (at least 0.65)"), "{labels}");
    assert!(labels.contains("risk-acceptor on 2026-11-20, signed, key SHA256:"), "{labels}");
    let risks = list(&trace, "nodes").iter().filter(|it| it["kind"] == "risk");
    assert_eq!(risks.count(), 1, "another risk of the same control is another chain");
}

#[test]
fn every_digest_of_a_trace_is_that_of_the_blob() {
    let repository = example();
    let tree = repository.git.head().unwrap().peel_to_tree().unwrap();
    let (_, whole, _) = aimsgate(repository.path(), &["trace", "--today", DAY, "--format", "json"]);
    let whole: Value = serde_json::from_str(&whole).unwrap();
    let mut looked_at = 0;
    for node in list(&whole, "nodes") {
        let (Some(path), Some(digest)) = (node["path"].as_str(), node["sha256"].as_str()) else {
            assert!(node["sha256"].is_null() && node["path"].is_null(), "{node:#}");
            continue;
        };
        let blob = tree.get_path(Path::new(path)).unwrap().to_object(&repository.git).unwrap();
        assert_eq!(sha256(blob.as_blob().unwrap().content()), digest, "{path}");
        looked_at += 1;
    }
    assert!(looked_at > 40, "only {looked_at}");
}

#[test]
fn a_file_that_is_gone_breaks_the_links_that_lead_to_it() {
    let repository = example();
    const DOCUMENTS: &str = "docs/ai/credit-scoring";
    const RISK: &str = "governance/signoffs/credit-4.2.0-risk";
    let at = |folder: &str, file: &str| format!("{folder}{file}");
    let (covers, evidenced) = ("record:credit-4.2.0-risk covers", "control is evidenced by");
    // Each file of the trace, and each link that breaks without it: from where, by which relation.
    // A record that the target branch holds still counts, so what breaks is that it is not here.
    let cases: &[(String, &[&str])] = &[
        ("config/decision.yaml".to_owned(), &[covers]),
        ("data/credit/applications.dvc".to_owned(), &[covers]),
        (at(DOCUMENTS, "/data-card.md"), &[evidenced]),
        (at(DOCUMENTS, "/impact-assessment.md"), &[evidenced, covers]),
        (at(DOCUMENTS, "/model-card.md"), &[covers]),
        (at(DOCUMENTS, "/rights-assessment.md"), &[evidenced, covers]),
        (at(DOCUMENTS, "/system.md"), &[evidenced, covers]),
        (at(DOCUMENTS, "/validation.md"), &[evidenced]),
        (
            "governance/risks/credit-scoring.yaml".to_owned(),
            &["risk:credit-scoring/R-4 is accepted in"],
        ),
        (at(RISK, ".dee.yaml"), &["signer:dee signed"]),
        (at(RISK, ".dee.yaml.sig"), &["signer:dee signed with"]),
        (at(RISK, ".eva.yaml"), &["signer:eva signed"]),
        (at(RISK, ".eva.yaml.sig"), &["signer:eva signed with"]),
        (at(RISK, ".yaml"), &["record:credit-4.2.0-risk stands in"]),
        ("models/credit/scorecard.safetensors".to_owned(), &[covers]),
        ("reports/validation.json".to_owned(), &["control is tested by"]),
    ];
    let (_, whole) = traced(repository.path(), "R-4");
    let files: BTreeSet<&str> =
        list(&whole, "nodes").iter().filter_map(|it| it["path"].as_str()).collect();
    let tried: BTreeSet<&str> = cases.iter().map(|(file, _)| file.as_str()).collect();
    // Without the register there is no risk to begin with.
    assert_eq!(files.difference(&tried).collect::<Vec<_>>(), [&"aims.yaml"]);
    for (file, expected) in cases {
        let bytes = fs::read(repository.file(file)).unwrap();
        fs::remove_file(repository.file(file)).unwrap();
        let (code, trace) = traced(repository.path(), "R-4");
        assert_eq!(code, 1, "{file}");
        let broken: BTreeSet<String> = list(&trace, "edges")
            .iter()
            .filter(|edge| !edge["broken"].is_null())
            .map(|edge| {
                let from = text(edge, "from").split('@').next().unwrap();
                let from = if from.starts_with("control:") { "control" } else { from };
                format!("{from} {}", text(edge, "relation"))
            })
            .collect();
        let expected: BTreeSet<String> = expected.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(broken, expected, "{file}: {trace:#}");
        fs::write(repository.file(file), bytes).unwrap();
    }
    assert_eq!(traced(repository.path(), "R-4").0, 0);
}

#[test]
fn a_trace_begins_anywhere_and_goes_both_ways() {
    let repository = example();
    let weights = fs::read(repository.file("models/credit/scorecard.safetensors")).unwrap();
    let digest = format!("sha256:{}", sha256(&weights));
    // Where it begins, and what it must lead to.
    let cases = [
        ("A.5.4", "file:docs/ai/credit-scoring/impact-assessment.md"),
        ("6.1.3", "record:credit-4.2.0-risk"),
        ("credit-4.2.0-risk", "risk:credit-scoring/R-5"),
        ("eva", "risk:credit-scoring/R-4"),
        ("reports/validation.json", "risk:credit-scoring/R-4"),
        (&*digest, "record:credit-4.2.0-risk"),
    ];
    for (from, expected) in cases {
        let (_, trace) = traced(repository.path(), from);
        let ids: Vec<&str> = list(&trace, "nodes").iter().map(|it| text(it, "id")).collect();
        assert!(ids.contains(&expected), "{from}: {ids:?}");
    }
    let (code, _, said) = aimsgate(repository.path(), &["trace", "--from", "R-99"]);
    assert!(code == 2 && said.contains("`R-99` is no risk"), "{said}");
    let (code, out, _) =
        aimsgate(repository.path(), &["trace", "--today", DAY, "--from", "R-4", "--format", "csv"]);
    assert!(code == 0 && out.starts_with("from,relation,to,path,lines,sha256,"), "{out}");
    let (_, out, _) = aimsgate(repository.path(), &["trace", "--today", DAY, "--from", "R-4"]);
    assert!(out.lines().last().unwrap().starts_with("whole: "), "{out}");
}

#[test]
fn each_entry_of_the_evidence_says_what_asks_for_it_and_how_it_stands() {
    let folder = fixtures().join("repos/credit-scoring");
    let report: Value = serde_json::from_str(&formats::json(&judge(&folder))).unwrap();
    let evidence = &report["evidence"];
    let entries = list(evidence, "entries");
    assert!(entries.len() > 100, "{}", entries.len());
    let groups = entries.iter().find(|it| it["found-as"] == "Groups").unwrap();
    assert_eq!(groups["signed-in"][0], "credit-4.2.0-risk");
    assert_eq!(groups["proof"], "signed");
    assert_eq!(groups["state"], "evidenced");
    let acceptance = entries.iter().find(|it| it["kind"] == "accept-residual-risk").unwrap();
    assert_eq!(acceptance["requirements"][0], "6.1.3");
    for file in list(evidence, "files") {
        let bytes = fs::read(folder.join(text(file, "path"))).unwrap();
        assert_eq!(file["sha256"], sha256(&bytes), "{file}");
    }
    let risk = list(evidence, "risks").iter().find(|it| it["id"] == "R-4").unwrap();
    assert_eq!(risk["measures"][0]["id"], "A-7");
    assert_eq!(risk["rated-before"], serde_json::json!([3, 4]));
    let auc = list(evidence, "measurements").iter().find(|it| it["metric"] == "auc").unwrap();
    assert_eq!((&auc["value"], &auc["bound"]), (&0.6839.into(), &"at least 0.65".into()));
}

#[test]
fn two_places_that_differ_contradict_the_evidence() {
    let repository = example();
    let card = repository.file("docs/ai/credit-scoring/model-card.md");
    let changed = fs::read_to_string(&card).unwrap().replace("4.2.0", "4.1.0");
    fs::write(&card, changed).unwrap();
    let arguments = ["check", "--today", DAY, "--offline", "--format", "json"];
    let (_, out, _) = aimsgate(repository.path(), &arguments);
    let report: Value = serde_json::from_str(&out).unwrap();
    let mut documents = list(&report["evidence"], "documents").iter();
    let card = documents.find(|it| it["kind"] == "model-card").unwrap();
    assert_eq!(card["state"], "contradicted", "{card:#}");
    assert!(list(card, "checks").contains(&"version-differs".into()), "{card:#}");
}

#[test]
fn a_statement_of_applicability_keeps_what_people_wrote() {
    let repository = example();
    let root = repository.path();
    let (code, out, _) = aimsgate(root, &["soa", "--today", DAY]);
    assert_eq!((code, out.lines().count()), (0, 39), "38 controls and the names: {out}");
    let row = out.lines().find(|line| line.starts_with("A.5.4,")).unwrap();
    assert!(row.contains(",yes,") && row.contains("treats R-4 (governance/risks/"), "{row}");
    assert!(row.contains("impact-assessment.md sha256:"), "{row}");
    for file in ["soa.csv", "soa.xlsx"] {
        let write = ["soa", "--today", DAY, "--write", file];
        let check = ["soa", "--today", DAY, "--check", file];
        assert_eq!(aimsgate(root, &check).0, 2, "there is none yet");
        assert_eq!(aimsgate(root, &write).0, 0);
        let first = fs::read(repository.file(file)).unwrap();
        assert_eq!(aimsgate(root, &write).0, 0);
        assert_eq!(fs::read(repository.file(file)).unwrap(), first, "{file} is stable");
        assert_eq!(aimsgate(root, &check).0, 0, "{file}");
    }
    let own = "control,applicable,justification,status,evidence,Reviewer's note\n\
               A.5.4,yes,We lend to people,implemented,handbook 4,\"two\nlines\"\n\
               A.3.2,no,We are alone in this,not implemented,,x\nOWN-1,yes,House rule,,,y\n";
    repository.write("own.csv", own);
    assert_eq!(aimsgate(root, &["soa", "--today", DAY, "--check", "own.csv"]).0, 1);
    assert_eq!(aimsgate(root, &["soa", "--today", DAY, "--write", "own.csv"]).0, 0);
    let written = fs::read_to_string(repository.file("own.csv")).unwrap();
    assert!(written.lines().next().unwrap().ends_with(",Reviewer's note"), "{written}");
    assert!(written.contains(",yes,We lend to people,implemented,handbook 4,"), "{written}");
    assert!(written.contains("\"two\nlines\"") && written.contains("\nOWN-1,,yes,House rule,"));
    let (code, said, _) = aimsgate(root, &["soa", "--today", DAY, "--check", "own.csv"]);
    assert_eq!(code, 0, "{said}");
    repository.write("own.csv", written.replace("yes,We lend to people", "no,We lend to people"));
    let (code, said, _) = aimsgate(root, &["soa", "--today", DAY, "--check", "own.csv"]);
    assert!(code == 1 && said.contains("A.5.4 is left out"), "{said}");
}

fn pack(root: &Path, out: &str) {
    let arguments = ["pack", "--head", "HEAD", "--for", "release", "--today", DAY, "--out", out];
    let (code, _, said) = aimsgate(root, &arguments);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_pack_is_the_same_twice_and_replays_after_the_branch_moved_on() {
    let repository = example();
    let root = repository.path();
    let outside = scratch();
    let at = |name: &str| outside.path().join(name).to_str().unwrap().to_owned();
    pack(root, &at("one.zip"));
    pack(root, &at("two.zip"));
    pack(root, &at("folder"));
    assert_eq!(fs::read(at("one.zip")).unwrap(), fs::read(at("two.zip")).unwrap());
    repository.write("governance/ai-policy.md", "gone\n").commit_all("the branch moves on");
    for name in ["one.zip", "folder"] {
        let (code, out, said) = aimsgate(root, &["replay", &at(name)]);
        assert_eq!(code, 0, "{name}: {out}{said}");
    }
    let report = outside.path().join("folder/data/report.json");
    let forged = fs::read_to_string(&report).unwrap().replace("\"pass\"", "\"fail\"");
    fs::write(&report, forged).unwrap();
    let (code, out, _) = aimsgate(root, &["replay", &at("folder")]);
    assert!(code == 1 && out.contains("`data/report.json` differs in line "), "{out}");
    let (code, _, said) = aimsgate(root, &["replay", &at("nothing")]);
    assert_eq!(code, 2, "{said}");
}

#[test]
fn a_pack_holds_the_evidence_and_nothing_else() {
    let repository = example();
    repository.write("people.csv", "name\nMax\n").commit("a file that is no evidence");
    let outside = scratch();
    let folder = outside.path().join("pack");
    pack(repository.path(), folder.to_str().unwrap());
    let manifest = fs::read_to_string(folder.join("manifest-sha256.txt")).unwrap();
    for line in manifest.lines() {
        let (digest, path) = line.split_once("  ").unwrap();
        let bytes = fs::read(folder.join(path)).unwrap();
        assert_eq!(sha256(&bytes), digest, "{path}");
        if let Some(own) = path.strip_prefix("data/evidence/") {
            assert_eq!(bytes, fs::read(repository.file(own)).unwrap(), "{own}");
        }
    }
    let has = |path: &str| manifest.lines().any(|line| line.ends_with(&format!("/{path}")));
    for path in [
        "governance/allowed_signers",
        "governance/people.yaml",
        "governance/signoffs/credit-4.2.0-risk.eva.yaml.sig",
        "docs/ai/credit-scoring/impact-assessment.md",
        "reports/validation.json",
    ] {
        assert!(has(path), "{path}: {manifest}");
    }
    for path in ["people.csv", "src/scoring/train.py", "models/credit/scorecard.safetensors"] {
        assert!(!has(path), "{path}: {manifest}");
    }
}

#[test]
fn a_pack_names_its_verdict_and_each_signature_that_it_cannot_check() {
    let repository = example();
    fs::remove_file(repository.file("governance/allowed_signers")).unwrap();
    repository.commit_all("no keys");
    let outside = scratch();
    let folder = outside.path().join("pack");
    pack(repository.path(), folder.to_str().unwrap());
    let script = fs::read_to_string(folder.join("verify.sh")).unwrap();
    assert_eq!(script.matches("\nunchecked 'data/evidence/").count(), 5, "{script}");
    assert!(script.contains("record credit-4.2.0-release, which does NOT stand:"), "{script}");
    let page = fs::read_to_string(folder.join("README.md")).unwrap();
    assert!(page.contains("> blocked") || page.contains("> failed"), "{page}");
}

#[test]
fn nothing_to_trace_is_no_whole_trace() {
    let repository = example();
    fs::remove_file(repository.file("aims.yaml")).unwrap();
    let (code, _, said) = aimsgate(repository.path(), &["trace"]);
    assert_eq!(code, 2, "{said}");
}

/// Stock tools check the pack. Needs `sha256sum` and `ssh-keygen`.
#[test]
#[ignore = "needs ssh-keygen and sha256sum"]
fn recipe_stock_tools_check_a_pack() {
    let repository = example();
    let outside = scratch();
    let folder = outside.path().join("pack");
    pack(repository.path(), folder.to_str().unwrap());
    let verify = || Command::new("sh").arg(folder.join("verify.sh")).output().unwrap();
    let done = verify();
    let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
    assert!(done.status.success(), "{said}");
    assert_eq!(said.matches("Good \"aimsgate\" signature").count(), 5, "{said}");
    let statement = "data/evidence/governance/signoffs/credit-4.2.0-risk.eva.yaml";
    fs::write(folder.join(statement), "other\n").unwrap();
    assert!(!verify().status.success(), "an altered statement");
}

#[test]
fn a_page_is_one_safe_file_and_oscal_names_each_control_once() {
    for name in ["credit-scoring", "support-chatbot", "organisation", "no-ai"] {
        let report = judge(&fixtures().join("repos").join(name));
        let page = formats::html(&report);
        assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"));
        for forbidden in ["<script", "src=", "href=", "url(", "@import", "javascript:", "onload="] {
            assert!(!page.contains(forbidden), "{name}: {forbidden}");
        }
        let oscal: Value = serde_json::from_str(&formats::oscal(&report)).unwrap();
        let result = &oscal["assessment-results"]["results"][0];
        let findings = result["findings"].as_array().map_or(&[][..], Vec::as_slice);
        let titles: BTreeSet<&str> = findings.iter().map(|it| text(it, "title")).collect();
        assert_eq!(titles.len(), findings.len(), "{name}");
        assert_eq!(formats::oscal(&report), formats::oscal(&report));
    }
    let report = judge(&fixtures().join("repos/credit-scoring"));
    let page = formats::html(&report);
    for expected in ["credit-4.2.0-risk", "eva as risk-acceptor on 2026-11-20", "<svg role="] {
        assert!(page.contains(expected), "{expected}");
    }
}

#[test]
fn what_a_repository_says_is_text_on_the_page() {
    let repository = example();
    let risks = repository.file("governance/risks/credit-scoring.yaml");
    let hostile = fs::read_to_string(&risks)
        .unwrap()
        .replace("Applicants from one region", "<script>alert(1)</script> \"x\" & 'y' ");
    fs::write(&risks, hostile).unwrap();
    let arguments = ["check", "--today", DAY, "--offline", "--format", "html"];
    let (_, page, _) = aimsgate(repository.path(), &arguments);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
    assert!(!page.contains("<script"));
}

#[test]
fn sarif_has_the_rules_of_its_results_and_passes_on_request() {
    let repository = example();
    let log = |more: &[&str]| {
        let arguments = ["check", "--today", DAY, "--offline", "--format", "sarif"];
        let (_, out, _) = aimsgate(repository.path(), &[&arguments, more].concat());
        let log: Value = serde_json::from_str(&out).unwrap();
        (out.len(), log["runs"][0].clone())
    };
    let ids = |run: &Value| {
        let rules = run["tool"]["driver"]["rules"].as_array().map_or(&[][..], Vec::as_slice);
        rules.iter().map(|rule| text(rule, "id").to_owned()).collect::<BTreeSet<_>>()
    };
    let (bytes, sound) = log(&[]);
    assert!(ids(&sound).is_empty() && bytes < 20_000, "{bytes} bytes for no result");
    let (_, passed) = log(&["--sarif-passes"]);
    assert_eq!(ids(&passed), ["evidence-found".to_owned()].into());
    let results = list(&passed, "results");
    assert!(results.len() > 100 && results.iter().all(|it| it["kind"] == "pass"), "{results:#?}");
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    assert!(region["startLine"].as_u64() >= Some(1), "{region}");
    fs::remove_file(repository.file("governance/ai-policy.md")).unwrap();
    let (_, run) = log(&[]);
    let results = list(&run, "results");
    let named: BTreeSet<String> = results.iter().map(|it| text(it, "ruleId").to_owned()).collect();
    assert_eq!(ids(&run), named);
    for result in results {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][at]["id"], result["ruleId"]);
    }
}

#[test]
fn a_bill_in_spdx_names_models_and_data_by_their_bytes() {
    let repository = example();
    let bill = || aimsgate(repository.path(), &["inventory", "--format", "spdx"]).1;
    let text = bill();
    assert_eq!(text, bill());
    let bill: Value = serde_json::from_str(&text).unwrap();
    let graph = list(&bill, "@graph");
    let of = |kind: &str| graph.iter().filter(|it| it["type"] == kind).collect::<Vec<_>>();
    let weights = fs::read(repository.file("models/credit/scorecard.safetensors")).unwrap();
    let model = of("ai_AIPackage")[0];
    assert_eq!(model["verifiedUsing"][0]["hashValue"], sha256(&weights));
    assert!(!of("dataset_DatasetPackage").is_empty());
    let known: BTreeSet<&str> = graph.iter().filter_map(|it| it["spdxId"].as_str()).collect();
    for link in of("Relationship") {
        let to = list(link, "to").iter().map(|it| it.as_str().unwrap());
        assert!(to.chain([link["from"].as_str().unwrap()]).all(|id| known.contains(id)));
    }
    assert_eq!(of("CreationInfo")[0]["created"], "2026-11-18T00:00:00Z");
}

#[test]
fn the_status_and_the_tables_of_a_report_say_where_each_system_stands() {
    let repository = example();
    let (_, page, _) = aimsgate(repository.path(), &["status", "--today", DAY, "--format", "html"]);
    for expected in ["credit-scoring 4.2.0", "eva as risk-acceptor on 2026-11-20", "2027-11-15"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("href="));
    fs::remove_file(repository.file("governance/ai-policy.md")).unwrap();
    let arguments = ["check", "--today", DAY, "--offline", "--format", "markdown"];
    let (_, words, _) = aimsgate(repository.path(), &arguments);
    let row = "| credit&#45;scoring | high | operation | ana | 0 | 0 | 2 of 2 | 2027-11-15 |";
    assert!(words.contains(row) || words.contains(&row.replace("&#45;", "-")), "{words}");
    assert!(words.contains("| who can clear it | blocks | not blocking |"), "{words}");
}
