//! The picture of many repositories as text, CSV, JSON, one page, and SARIF.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use super::fleet::{Fleet, FleetRepository, FleetState};
use super::html_page::{page, table};
use crate::untrusted::{self, xml};
use crate::wording::and_more;

/// Obligations that the text shows; the other formats hold all.
const MOST_OBLIGATIONS: usize = 20;

/// Places of a model that text and page show; JSON holds all.
const MOST_PLACES: usize = 5;

impl Fleet {
    /// How many repositories are in which state, in the order of the states.
    fn counts(&self) -> BTreeMap<FleetState, usize> {
        let mut counts = BTreeMap::new();
        self.repositories.iter().for_each(|it| *counts.entry(it.state).or_default() += 1);
        counts
    }

    fn last_line(&self) -> String {
        let counts = self.counts().into_iter();
        let counts: Vec<String> =
            counts.map(|(state, count)| format!("{count} {}", <&str>::from(state))).collect();
        format!("{} repositories: {}", self.repositories.len(), counts.join(", "))
    }

    /// A line for each repository, what needs somebody first, and what they have.
    pub(crate) fn table(&self) -> String {
        let mut out = String::new();
        let line = |it: &FleetRepository| {
            let bundle = it.bundle.map_or_else(String::new, |bundle| format!("bundle {bundle}"));
            let day = it.today.as_deref().unwrap_or("-");
            let state = <&str>::from(it.state);
            let text = format!("{state:12}  {:40}  {day:10}  {bundle:10}  ", it.repository);
            format!("{text}{}", it.because).trim_end().to_owned()
        };
        for repository in &self.repositories {
            let _ = writeln!(out, "{}", untrusted::line(&line(repository)));
        }
        let _ = writeln!(out, "\n{}", self.last_line());
        for (title, rows) in self.sections() {
            if rows.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n{title}");
            let most = if title == OBLIGATIONS { MOST_OBLIGATIONS } else { usize::MAX };
            for row in rows.iter().take(most) {
                let _ = writeln!(out, "  {}", untrusted::line(&row.join("  ")));
            }
            if rows.len() > most {
                let _ = writeln!(out, "  and {} later ones", rows.len() - most);
            }
        }
        out
    }

    /// What the repositories have, in rows.
    fn sections(&self) -> [(&'static str, Vec<Vec<String>>); 4] {
        let systems = self.systems.iter().map(|it| {
            let fields = [&it.class, &it.stage, &it.repository, &it.id, &it.owner];
            fields.map(Clone::clone).to_vec()
        });
        let shared = self.shared.iter().map(|it| {
            let shown = it.places.iter().take(MOST_PLACES);
            let shown: Vec<String> = shown.map(|(name, path)| format!("{name}:{path}")).collect();
            let more = and_more(it.places.len() - shown.len(), "");
            vec![it.class.clone(), it.sha256.clone(), format!("{}{more}", shown.join(" "))]
        });
        let obligations = self.obligations.iter().map(|it| {
            let system = it.system.clone().unwrap_or_default();
            vec![it.on.clone(), it.repository.clone(), system, it.what.clone()]
        });
        let controls = self.controls.iter().map(|(id, states)| {
            let states: Vec<String> =
                states.iter().map(|(state, count)| format!("{count} {state}")).collect();
            vec![id.clone(), states.join(", ")]
        });
        [
            ("AI systems", systems.collect()),
            ("Models and data that several hold, by the strictest class", shared.collect()),
            (OBLIGATIONS, obligations.collect()),
            ("Controls", controls.collect()),
        ]
    }

    /// A row for each system, and for each repository without one.
    pub(crate) fn csv(&self) -> String {
        let head = [
            "state",
            "repository",
            "because",
            "day",
            "revision",
            "tool",
            "bundle",
            "attested",
            "system",
            "class",
            "stage",
            "owner",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for it in &self.repositories {
            let own = [
                <&str>::from(it.state).to_owned(),
                it.repository.clone(),
                it.because.clone(),
                it.today.clone().unwrap_or_default(),
                it.revision.clone().unwrap_or_default(),
                it.tool.clone().unwrap_or_default(),
                it.bundle.map_or_else(String::new, |bundle| bundle.to_string()),
                it.attested.to_string(),
            ];
            let with =
                |system: [&str; 4]| [own.to_vec(), system.map(str::to_owned).to_vec()].concat();
            let before = rows.len();
            let from = self.systems.partition_point(|system| system.repository < it.repository);
            let systems = self.systems[from..].iter();
            for system in systems.take_while(|system| system.repository == it.repository) {
                rows.push(with([&system.id, &system.class, &system.stage, &system.owner]));
            }
            if rows.len() == before {
                rows.push(with([""; 4]));
            }
        }
        untrusted::csv(rows.into_iter())
    }

    /// All of it, one final line break.
    pub(crate) fn json(&self) -> String {
        untrusted::json(serde_json::to_string_pretty(self).unwrap_or_default()) + "\n"
    }

    /// One page without script, and without anything that a browser would fetch.
    pub(crate) fn html(&self) -> String {
        const TITLE: &str = "AI systems of all repositories";
        let (counts, today) = (xml(&self.last_line()), xml(&self.today));
        let mut out = format!("<h1>{TITLE}</h1>\n<p>{counts}, on {today}.</p>\n");
        let repositories = self.repositories.iter().map(|it| {
            let bundle = it.bundle.map_or_else(String::new, |bundle| bundle.to_string());
            let day = it.today.clone().unwrap_or_default();
            let state = <&str>::from(it.state).to_owned();
            vec![state, it.repository.clone(), it.because.clone(), day, bundle]
        });
        let head = ["State", "Repository", "Because", "Day", "Bundle"];
        out += &table_of("Repositories", &head, &repositories.collect::<Vec<_>>());
        let heads: [&[&str]; 4] = [
            &["Class", "Stage", "Repository", "System", "Owner"],
            &["Class", "SHA-256", "Places"],
            &["Day", "Repository", "System", "What"],
            &["Control", "Repositories"],
        ];
        for ((title, rows), head) in self.sections().into_iter().zip(heads) {
            out += &table_of(title, head, &rows);
        }
        page(TITLE, &out)
    }

    /// A result for each repository that does not pass, for code scanning of the organisation's
    /// own repository.
    pub(crate) fn sarif(&self) -> String {
        let results: Vec<_> = self
            .repositories
            .iter()
            .filter(|it| it.state != FleetState::Pass)
            .map(|it| {
                let state = <&str>::from(it.state);
                let because = if it.because.is_empty() { "by its report" } else { &it.because };
                let text = format!("{}: {state}: {because}", it.repository);
                let level = if it.state == FleetState::OlderBundle { "warning" } else { "error" };
                json!({
                    "ruleId": format!("fleet-{state}"),
                    "level": level,
                    "message": {"text": untrusted::sarif(&text)},
                    "locations": [{"physicalLocation": {
                        "artifactLocation": {"uri": "aims.yaml"},
                        "region": {"startLine": 1},
                    }}],
                    "partialFingerprints": {"repository/v1": format!("{state}:{}", it.repository)},
                })
            })
            .collect();
        let log = json!({
            "$schema": super::sarif::SCHEMA_OF_SARIF,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "aimsgate",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                }},
                "automationDetails": {"id": "aimsgate-fleet/"},
                "results": results,
            }],
        });
        untrusted::json(serde_json::to_string_pretty(&log).unwrap_or_default()) + "\n"
    }
}

const OBLIGATIONS: &str = "What ends when";

fn table_of(title: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cells = |row: &Vec<String>| -> String {
        row.iter().map(|it| format!("<td>{}</td>", xml(it))).collect()
    };
    let rows: String = rows.iter().map(|row| format!("<tr>{}</tr>\n", cells(row))).collect();
    table(title, head, &rows)
}

#[cfg(test)]
mod tests {
    use crate::report::{FleetReport, expected, fleet};

    fn report(of: &str, day: &str, verdict: &str, bundle: u64) -> String {
        format!(
            r#"{{"schema": "aimsgate-report/1", "tool": {{"version": "0.1.0"}}, "inputs":
            {{"repository": "{of}", "bundle": {{"organisation": "Bank", "sequence": {bundle}}},
            "revision": "commit abc", "scope": "", "today": "{day}", "simulation": []}},
            "verdict": "{verdict}", "systems": [{{"id": "s", "class": "{}", "stage": "operation",
            "owner": "ana"}}], "upcoming": [{{"system": "s", "what": "release", "on":
            "2027-01-0{bundle}"}}], "evidence": {{"controls": [{{"id": "A.2.2", "state":
            "evidenced"}}], "files": [{{"path": "m.bin", "sha256": "ab", "is-asset": true}},
            {{"path": "a.md", "sha256": "cd", "is-asset": false}}]}}, "further": 1}}"#,
            if bundle == 4 { "limited" } else { "high" }
        )
    }

    #[test]
    fn what_needs_somebody_comes_first_and_the_same_reports_give_the_same_bytes() {
        let statement = br#"{"_type": "https://in-toto.io/Statement/v1", "subject":
            [{"name": "a", "digest": {"sha256": "00"}}]}"#;
        let read = |name: &str, text: &str| FleetReport::read(name.into(), text.as_bytes(), None);
        let reports = [
            read("a/passes", &report("p", "2026-11-20", "pass", 5)),
            read("a/fails", &report("f", "2026-11-20", "fail", 5)),
            read("a/undecided", &report("u", "2026-11-20", "undecided", 5)),
            read("a/older", &report("o", "2026-11-20", "pass", 4)),
            read("a/stale", &report("s", "2026-11-01", "pass", 5)),
            read("a/behind", &report("b", "2026-11-20", "pass", 5)),
            read("a/copied", &report("c", "2026-11-20", "pass", 5)),
            read("a/copy", &report("c", "2026-11-20", "pass", 5)),
            read("a/broken", "{"),
            FleetReport::read(
                "a/forged".into(),
                report("x", "2026-11-20", "pass", 5).as_bytes(),
                Some(statement),
            ),
        ];
        let expected = expected("# ours\na/passes abc\na/behind def\na/gone\n").unwrap();
        let made = || fleet(&reports, Some(&expected), "2026-11-22".parse().unwrap(), 7);
        let states: Vec<String> = made()
            .repositories
            .iter()
            .map(|it| format!("{} {}", <&str>::from(it.state), it.repository))
            .collect();
        assert_eq!(
            states,
            [
                "forged a/copied",
                "forged a/copy",
                "forged a/forged",
                "missing a/gone",
                "unreadable a/broken",
                "stale a/behind",
                "stale a/stale",
                "older-bundle a/older",
                "fail a/fails",
                "undecided a/undecided",
                "pass a/passes",
            ]
        );
        let texts = || {
            let it = made();
            [it.table(), it.csv(), it.json(), it.html(), it.sarif()]
        };
        assert_eq!(texts(), texts());
        // A forged report says nothing of what is there; a model has the strictest class.
        let all = made();
        assert_eq!((all.systems.len(), all.obligations.len()), (6, 6));
        assert_eq!(all.obligations[0].repository, "a/older");
        assert_eq!((all.shared.len(), all.shared[0].class.as_str()), (1, "high"));
        assert_eq!(all.controls["A.2.2"]["evidenced"], 6);
        assert_eq!(all.csv().lines().count(), 12);
    }

    #[test]
    fn the_list_of_repositories_is_read_line_by_line() {
        assert_eq!(expected("a\n\n b, c # x\n").unwrap().len(), 2);
        assert!(expected("a b c\n").is_err() && expected("a\na\n").is_err());
    }
}
