//! The files that `init` writes, all but the documents.

use super::register::{register, scalar};
use super::{AdoptionAnswers, NewPerson, PlannedFile};
use crate::catalog::{Class, FactName, Stage};
use crate::evidence::Lexicon;
use crate::settings::gate::Mode;
use crate::settings::layout::OwnFile;
use crate::settings::people::Forge;
use crate::settings::risks;
use crate::signoff::NAMESPACE;
use crate::template::{FormSubject, form};

/// Where GitHub looks for the owners of files first.
pub(crate) const CODEOWNERS: &str = ".github/CODEOWNERS";

/// Where GitLab looks for the jobs of a project.
pub(crate) const GITLAB: &str = ".gitlab-ci.yml";

const WORKFLOW: &str = ".github/workflows/governance.yml";

/// Returns all files of an adoption but its documents, whether or not they are there.
pub(crate) fn plan(answers: &AdoptionAnswers) -> Vec<PlannedFile> {
    let own = |file: OwnFile, text: String, what| PlannedFile {
        path: file.path().to_owned(),
        text,
        what,
    };
    let mut files = vec![
        own(OwnFile::Register, register(answers), "the register of AI systems"),
        own(OwnFile::Rules, rules(answers), "the rules"),
        own(OwnFile::People, people(answers), "who decides"),
    ];
    let signers = signers(answers);
    if !signers.is_empty() {
        files.push(own(OwnFile::AllowedSigners, signers, "the keys that people sign with"));
    }
    for system in &answers.systems {
        files.push(PlannedFile {
            path: risks::place(&system.id),
            text: risk_register(&system.id),
            what: "a risk register with a prompt",
        });
    }
    match answers.forge {
        Some(Forge::GitHub) => {
            files.push(PlannedFile {
                path: WORKFLOW.to_owned(),
                text: workflow(&answers.branch),
                what: "the job that runs the gate",
            });
            if let Some(text) = codeowners(answers) {
                let path = CODEOWNERS.to_owned();
                files.push(PlannedFile { path, text, what: "who is asked for a review" });
            }
        }
        Some(Forge::GitLab) => files.push(PlannedFile {
            path: GITLAB.to_owned(),
            text: include_str!("../../examples/gitlab/component.yml")
                .replace("stages: [build, test, deploy]\n\n", ""),
            what: "the job that runs the gate",
        }),
        None => {}
    }
    files
}

fn rules(answers: &AdoptionAnswers) -> String {
    let mode: &str = answers.mode.into();
    let meaning = match answers.mode {
        Mode::Observe => "reports and blocks nothing",
        Mode::Introduce => "blocks by the class of a system; strict blocks for every class as high",
        Mode::Strict => "weighs every class as class high",
    };
    let mut out = format!(
        "# The rules. Once they are on the target branch, whoever weakens them needs a signature.\n\
         schema: aimsgate/1\n\
         repository: {}  # what records name, so that none can come from elsewhere\n\
         enforce: {{mode: {mode}}}  # {meaning}\n",
        scalar(&answers.repository)
    );
    if answers.solo {
        let because = "One person maintains this repository";
        out += &format!("solo: {{person: {}, because: {because}}}\n", answers.owner.id);
    }
    out
}

fn people(answers: &AdoptionAnswers) -> String {
    let entry = |person: &NewPerson, roles: &str, line: u8| {
        let emails = person.email.as_deref().map_or_else(
            || "emails: []".to_owned(),
            |email| format!("emails: [{}]", scalar(email)),
        );
        format!(
            "  - {{id: {}, {emails}, roles: [{roles}], line: {line}, from: {}}}\n",
            person.id, answers.today
        )
    };
    let mut out = String::from(
        "# Who decides. Keys, addresses and people with authority belong into the change that \
         adopts the gate:\n# later each of them needs a signature of somebody who is listed \
         here.\nschema: aimsgate/1\npeople:\n",
    );
    let owner = if answers.solo { "system-owner, risk-lead" } else { "system-owner" };
    out += &entry(&answers.owner, owner, 1);
    if let Some(further) = &answers.further_owner {
        out += &entry(further, "system-owner", 1);
    }
    match &answers.second_line {
        Some(person) => {
            out += "  # The second line: it oversees, and does not build.\n";
            out += &entry(person, "risk-lead", 2);
        }
        None if answers.solo => {}
        None => {
            out += "  # TODO: somebody who oversees and does not build, or `solo` in gate.yaml:\n";
            out += &format!(
                "  # - {{id: dee, emails: [dee@example.com], roles: [risk-lead], line: 2, \
                 from: {}}}\n",
                answers.today
            );
        }
    }
    out
}

fn signers(answers: &AdoptionAnswers) -> String {
    let people =
        std::iter::once(&answers.owner).chain(&answers.further_owner).chain(&answers.second_line);
    people
        .filter_map(|person| {
            let name = person.email.as_deref()?;
            let key = person.key.as_deref()?;
            Some(format!("{name} namespaces=\"{NAMESPACE}\" {key}\n"))
        })
        .collect()
}

fn risk_register(system: &str) -> String {
    let lexicon = Lexicon::of(&crate::catalog::Extension::default());
    let about = FormSubject {
        system: Some(system.to_owned()),
        object: None,
        owner: None,
        class: Class::Limited,
        stage: Stage::Development,
        facts: std::collections::BTreeSet::<FactName>::new(),
    };
    let kind = lexicon.catalogue().kind(risks::KIND);
    kind.map(|kind| form(lexicon, kind, &about, None)).unwrap_or_default()
}

fn workflow(branch: &str) -> String {
    let example = include_str!("../../examples/github/smallest.yml");
    let branches = format!("branches: [{}]", scalar(branch));
    let pin = "      # TODO: the commit of the release you use.\n      - uses: aimsgate/aimsgate@";
    example.replace("branches: [main]", &branches).replace("      - uses: aimsgate/aimsgate@", pin)
}

/// Returns the lines by which a forge asks the second line for reviews. Returns `None` where nobody
/// of it has an address.
pub(crate) fn codeowners(answers: &AdoptionAnswers) -> Option<String> {
    let email = answers.second_line.as_ref().or(Some(&answers.owner))?.email.as_deref()?;
    let files = [
        "/aims.yaml",
        "/governance/gate.yaml",
        "/governance/people.yaml",
        "/governance/allowed_signers",
        "/.github/CODEOWNERS",
        "/.github/workflows/",
    ];
    Some(files.iter().map(|file| format!("{file} {email}\n")).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{ProposedAsset, ProposedSystem};
    use super::*;
    use crate::document::parse;
    use crate::settings::register;

    fn answers() -> AdoptionAnswers {
        let system = ProposedSystem {
            id: "chatbot".to_owned(),
            folder: "apps/chat: bot".to_owned(),
            version: None,
            purpose: Some("Answers: \"questions\" # of customers".to_owned()),
            roles: vec!["provider".to_owned(), "deployer".to_owned()],
            stage: Stage::Operation,
            class: None,
            facts: BTreeMap::from([("generative".to_owned(), true)]),
            paths: vec!["apps/chat: bot/**".to_owned(), "*.py".to_owned()],
            models: vec![ProposedAsset {
                id: "openai".to_owned(),
                key: "service",
                value: "openai".to_owned(),
                card: None,
            }],
            datasets: Vec::new(),
            documents: BTreeMap::new(),
        };
        AdoptionAnswers {
            systems: vec![system],
            repository: "github.com/example/shop".to_owned(),
            owner: NewPerson {
                id: "ana".to_owned(),
                email: Some("ana@example.com".to_owned()),
                key: Some("ssh-ed25519 AAAA".to_owned()),
            },
            second_line: None,
            further_owner: None,
            solo: false,
            mode: Mode::Introduce,
            forge: Some(Forge::GitHub),
            branch: "main".to_owned(),
            today: "2026-11-30".parse().unwrap(),
        }
    }

    fn read(answers: &AdoptionAnswers) -> register::Register {
        let text = register(answers);
        let document = parse("aims.yaml".into(), text.clone().into_bytes());
        let catalogue = Lexicon::shipped().catalogue();
        let read = register::read(&document, catalogue);
        read.unwrap_or_else(|mistake| panic!("{}\n{text}", mistake.message))
    }

    #[test]
    fn what_is_written_is_read_and_no_class_is_guessed() {
        let mut answers = answers();
        let read_back = read(&answers);
        assert!(read_back.mistakes.is_empty());
        assert_eq!(read_back.systems[0].name.value, "chat: bot");
        assert!(read_back.systems[0].risk_class.is_none());
        answers.systems[0].class = Some((Class::High, Some("Credit: of people".to_owned())));
        let read_back = read(&answers);
        assert!(read_back.mistakes.is_empty());
        assert_eq!(read_back.systems[0].class(), Class::High);
    }

    #[test]
    fn nobody_is_made_up() {
        let people = people(&answers());
        assert_eq!(people.lines().filter(|line| line.starts_with("  - ")).count(), 1);
        assert_eq!(
            signers(&answers()),
            "ana@example.com namespaces=\"aimsgate\" ssh-ed25519 AAAA\n"
        );
    }

    #[test]
    fn each_path_is_planned_once() {
        let paths: Vec<String> = plan(&answers()).into_iter().map(|file| file.path).collect();
        let expected = [
            "aims.yaml",
            "governance/gate.yaml",
            "governance/people.yaml",
            "governance/allowed_signers",
            "governance/risks/chatbot.yaml",
            ".github/workflows/governance.yml",
            ".github/CODEOWNERS",
        ];
        assert_eq!(paths, expected);
    }
}
