//! Freezes a run into a [`Report`]: places become lines and columns, sources become excerpts.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use super::data::{
    BundleSummary, CheckSummary, Excerpt, ExcuseEntry, InForce, InventorySummary, Location,
    NotAskedFor, RelatedEntry, RemedyEntry, Report, ReportInputs, ReportRegion, ReportedFinding,
    ReportedPart, RuleFile, SCHEMA, Setting, SystemSummary, Tool,
};
use super::evidence_data::ReportedEvidence;
use crate::catalog::{self, Overlay};
use crate::check_id::CheckId;
use crate::date::Date;
use crate::decision::{Excuse, Judged, verdict};
use crate::engine::{Check, RULE_SET, Tally};
use crate::model::{Governance, RepositoryModel, TakenOver};
use crate::part::Piece;
use crate::settings::extension::NotApplicable;
use crate::settings::organisation::BundleHead;
use crate::settings::overlay::OwnOverlay;
use crate::snapshot::View;
use crate::span::{At, Lines, Place, RepoPath, Span};
use crate::untrusted;

/// Sources larger than this are named without line and column.
const LARGEST_SOURCE: u64 = 16 << 20;

/// Characters of a source line that an excerpt shows.
const WIDEST_EXCERPT: usize = 160;

/// What a URI's path may not hold as it is (RFC 3986, section 3.3).
pub(super) const NOT_IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b':');

/// Makes the report of a run.
pub(crate) fn build(
    repo: &RepositoryModel<'_>,
    governance: &Governance,
    setting: Setting,
    (table, tallies): (&[&'static Check], Vec<(CheckId, Tally)>),
    evidence: ReportedEvidence,
    judged: Vec<Judged>,
) -> Report {
    let verdict = verdict(&judged);
    let today = setting.today;
    let mut sources = Sources { view: &repo.view, texts: BTreeMap::new() };
    let findings = judged.into_iter().map(|judged| entry(&mut sources, judged)).collect();
    let rule_file = |path: &RepoPath| {
        let object_id = governance.objects.get(path).map(ToString::to_string);
        RuleFile { path: path.to_string(), object_id }
    };
    Report {
        schema: SCHEMA,
        tool: Tool {
            name: "aimsgate",
            version: env!("CARGO_PKG_VERSION"),
            rule_set: RULE_SET,
            data_as_of: &catalog::crosswalk().as_of,
        },
        inputs: ReportInputs {
            revision: repo.view.snapshot.revision().to_string(),
            scope: repo.view.scope.to_string(),
            repository: governance.rules.repositories.last().cloned(),
            bundle: governance.organisation.as_ref().map(bundle_summary),
            today: today.to_string(),
            mode: governance.rules.mode_on(today),
            pinned_rule_set: governance.rules.pinned.as_ref().map(ToString::to_string),
            overlays: governance
                .rules
                .overlays
                .iter()
                .map(|overlay| in_force(*overlay, today))
                .chain(governance.rules.own_overlays.iter().map(|it| own_in_force(it, today)))
                .collect(),
            not_applicable: governance
                .rules
                .not_applicable
                .iter()
                .map(|(it, _)| not_asked_for(it))
                .collect(),
            rules: governance.rules.files.iter().map(rule_file).collect(),
            rules_from: setting.rules_from,
            target: setting.target,
            asked: setting.asked,
            simulation: setting.simulation,
            emergencies: setting.emergencies,
            solo: governance.rules.solo.as_ref().map(|solo| solo.person.value.to_string()),
            approvals: setting.approvals,
            must_publish: governance.rules.must_publish.iter().copied().collect(),
        },
        verdict,
        inventory: inventory(repo),
        systems: repo
            .systems()
            .iter()
            .map(|system| SystemSummary {
                id: system.id.value.to_string(),
                class: system.class().name(),
                stage: system.stage.name(),
                owner: system.owner.value.clone(),
                owner_known: is_known(governance, &system.owner.value, today),
            })
            .collect(),
        declares_ai: repo
            .declared
            .register
            .known()
            .is_some_and(|it| it.kind.is_some() || !it.systems.is_empty()),
        organisation: organisation(repo),
        second_line: second_line(governance, today),
        findings,
        upcoming: setting.upcoming,
        table: table.to_vec(),
        checks: tallies.into_iter().map(|(id, tally)| CheckSummary { id, tally }).collect(),
        evidence,
    }
}

fn organisation(repo: &RepositoryModel<'_>) -> Option<String> {
    let named = repo.declared.register.known()?.organisation.as_ref()?;
    Some(named.value.clone())
}

fn inventory(repo: &RepositoryModel<'_>) -> InventorySummary {
    InventorySummary {
        uses_ai: repo.inventory.uses_ai(),
        reason: repo.inventory.reason(),
        files: repo.inventory.files,
        code_read: repo.inventory.code.read.clone(),
        code_not_read: repo.inventory.code.unread.clone(),
    }
}

fn bundle_summary(it: &TakenOver) -> BundleSummary {
    let BundleHead { organisation, sequence, expires, .. } = &it.head;
    BundleSummary {
        organisation: organisation.clone(),
        sequence: *sequence,
        sha256: it.sha256.to_string(),
        expires: expires.to_string(),
    }
}

fn not_asked_for(it: &NotApplicable) -> NotAskedFor {
    NotAskedFor {
        document: it.document.value.to_string(),
        system: it.system.as_ref().map(|system| system.value.to_string()),
        because: it.because.value.clone(),
    }
}

/// Returns an overlay with its source and the next date on which a provision begins to apply.
fn in_force(overlay: Overlay, today: Date) -> InForce {
    let law = catalog::crosswalk().legal_dates.iter().find(|law| law.overlay == overlay);
    let to_come = |from: &str| from.parse::<Date>().is_ok_and(|day| day > today);
    let next = law.and_then(|law| law.dates.iter().find(|date| to_come(&date.from)));
    InForce {
        name: overlay.name().to_owned(),
        source: law.map(|law| law.source.clone()),
        as_of: law.map(|law| law.as_of.clone()),
        may_be_old: law.is_some_and(|law| is_old(&law.as_of, today)),
        expired_on: None,
        next: next.map(|date| format!("{}: {}", date.from, date.what)),
    }
}

/// Returns an overlay of the repository with its source and the next date of a provision of it.
fn own_in_force(overlay: &OwnOverlay, today: Date) -> InForce {
    let to_come = overlay.provisions.iter().filter(|row| row.from > today);
    let next = to_come.min_by_key(|row| row.from);
    InForce {
        name: overlay.name.clone(),
        source: Some(overlay.source.clone()),
        as_of: Some(overlay.as_of.to_string()),
        may_be_old: is_old(&overlay.as_of.to_string(), today),
        expired_on: (overlay.expires < today).then(|| overlay.expires.to_string()),
        next: next.map(|row| format!("{}: {}", row.from, row.source)),
    }
}

/// Days after which dates of law may have changed.
const LAW_IS_OLD: i32 = 366;

fn is_old(as_of: &str, today: Date) -> bool {
    as_of.parse::<Date>().is_ok_and(|day| day.plus_days(LAW_IS_OLD) < today)
}

fn is_known(governance: &Governance, name: &str, today: Date) -> bool {
    let person = governance.people.known().and_then(|people| people.find(name));
    person.is_some_and(|person| person.is_active(today))
}

fn second_line(governance: &Governance, today: Date) -> Vec<String> {
    let people = governance.people.known().map_or(&[][..], |people| &people.people);
    let second = people.iter().filter(|person| person.line.value == 2 && person.is_active(today));
    second.map(|person| person.id.value.to_string()).collect()
}

fn reported(piece: &Piece) -> ReportedPart {
    ReportedPart {
        part: piece.part.to_string(),
        measure: piece.measure,
        old_name: piece.old_name(),
    }
}

fn entry(sources: &mut Sources<'_>, judged: Judged) -> ReportedFinding {
    let finding = judged.finding;
    let fingerprint = finding.fingerprint();
    let parts = finding.pieces().values().map(reported).collect();
    let problem = finding.problem;
    let related = problem.related.into_iter().map(|related| RelatedEntry {
        text: related.text.clone(),
        location: sources.locate(&related.place, related.text),
    });
    ReportedFinding {
        check: finding.check,
        subject: finding.subject.to_string(),
        system: finding.subject.system().map(ToString::to_string),
        fingerprint,
        nature: finding.nature,
        severity: judged.severity,
        required_by: judged.required_by,
        blocks: judged.blocks,
        counts: judged.counts,
        out_of_scope: !judged.in_scope,
        cause: judged.cause,
        since: judged.since.map(|day| day.to_string()),
        excuse: judged.excuse.map(excuse),
        gate: judged.gate,
        parts,
        class: problem.class.name(),
        text: problem.text,
        unwritten: problem.unwritten,
        fixable: problem.mend.is_some(),
        mend: problem.mend,
        related: related.collect(),
        location: sources.locate(&problem.place, problem.label),
        waits_for: problem.waits_for.iter().map(ToString::to_string).collect(),
        remedies: problem
            .remedies
            .into_iter()
            .map(|it| RemedyEntry { who: it.who, text: it.text })
            .collect(),
    }
}

fn excuse(excuse: Excuse) -> ExcuseEntry {
    match excuse {
        Excuse::Waived { id, because, owner, until } => ExcuseEntry {
            waiver: Some(id),
            emergency: None,
            because: Some(because),
            approved_by: Some(owner),
            until: until.to_string(),
        },
        Excuse::Emergency { id, because, owner, until } => ExcuseEntry {
            waiver: None,
            emergency: Some(id.to_string()),
            because: Some(because),
            approved_by: Some(owner),
            until: until.to_string(),
        },
        Excuse::Baselined { until, .. } => ExcuseEntry {
            waiver: None,
            emergency: None,
            because: None,
            approved_by: None,
            until: until.to_string(),
        },
    }
}

/// The texts that places lie in, each read and split into lines once.
struct Sources<'a> {
    view: &'a View<'a>,
    texts: BTreeMap<RepoPath, Option<Lines>>,
}

impl Sources<'_> {
    fn locate(&mut self, place: &Place, label: String) -> Location {
        let path = place.path.to_string();
        let uri = percent_encode(place.path.as_bytes(), NOT_IN_A_PATH).to_string();
        let whole = Location { path, uri, region: None, label, excerpt: None };
        let At::Bytes(span) = place.at else { return whole };
        let view = self.view;
        let lines = self.texts.entry(place.path.clone()).or_insert_with(|| {
            let entry = view.snapshot.entry(&place.path)?;
            let text = String::from_utf8(view.snapshot.read(entry, LARGEST_SOURCE).ok()?).ok()?;
            Some(Lines::new(text))
        });
        let Some(lines) = lines else { return whole };
        let span = span.within(lines.text()).trimmed(lines.text());
        let (start, end) = (lines.position(span.start), lines.position(span.end));
        let region = ReportRegion {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        };
        let excerpt = excerpt(lines.text(), lines.line(start.line), span);
        Location { region: Some(region), excerpt: Some(excerpt), ..whole }
    }
}

/// The part of a line around a span, with what could deceive a reader replaced.
fn excerpt(text: &str, line: Span, span: Span) -> Excerpt {
    let from = span.start.clamp(line.start, line.end);
    let to = span.end.clamp(from, line.end);
    let before: Vec<char> = text[line.start..from].chars().collect();
    let skip = before.len().saturating_sub(WIDEST_EXCERPT / 2);
    let mut shown = String::new();
    if skip > 0 {
        shown.push('…');
    }
    before[skip..].iter().for_each(|c| show(&mut shown, *c));
    let start = shown.len();
    let room = WIDEST_EXCERPT.saturating_sub(before.len() - skip);
    let marked = text[from..to].chars().take(room).inspect(|c| show(&mut shown, *c)).count();
    let end = shown.len();
    let rest = room.saturating_sub(marked);
    text[to..line.end].chars().take(rest).for_each(|c| show(&mut shown, c));
    let cut = text[to..line.end].chars().nth(rest).is_some()
        || text[from..to].chars().nth(room).is_some();
    if cut {
        shown.push('…');
    }
    Excerpt { text: shown, mark: start..end }
}

/// Adds a character of source, escaped where it could move the cursor, be invisible or start a
/// runner's command (`##[`).
fn show(shown: &mut String, c: char) {
    shown.push(match c {
        '\t' => ' ',
        '[' if untrusted::opens_command(shown) => '(',
        c if untrusted::is_deceptive(c) => '\u{fffd}',
        c => c,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_safe_line_with_its_mark() {
        let text =
            format!("first\n{}\u{202e}bad\u{1b}[2J{}\nlast", "x".repeat(300), "y".repeat(300));
        let at = text.find("bad").unwrap();
        let line = Lines::new(text.as_str()).line(2);
        let excerpt = excerpt(&text, line, Span::new(at, at + 3));
        assert_eq!(&excerpt.text[excerpt.mark.clone()], "bad");
        assert!(
            excerpt.text.chars().count() <= WIDEST_EXCERPT + 2,
            "{}",
            excerpt.text.chars().count()
        );
        assert!(!excerpt.text.contains(untrusted::is_deceptive));
        assert!(excerpt.text.starts_with('…') && excerpt.text.ends_with('…'));
    }

    #[test]
    fn a_mark_stays_on_its_characters_whatever_is_replaced() {
        let text = "owner: x##[éé";
        let at = text.find('x').unwrap();
        let excerpt = excerpt(text, Lines::new(text).line(1), Span::new(at, text.len()));
        assert_eq!(&excerpt.text[excerpt.mark.clone()], "x##(éé");
    }

    #[test]
    fn a_mark_over_several_lines_ends_with_the_first() {
        let text = "one two\nthree\n";
        let excerpt = excerpt(text, Lines::new(text).line(1), Span::new(4, 12));
        assert_eq!((&*excerpt.text, excerpt.mark), ("one two", 4..7));
    }

    #[test]
    fn an_overlay_that_expired_is_told_with_its_day() {
        let text = "schema: aimsgate/1\nsource: A letter\nas-of: 2026-01-01\nexpires: 2026-11-01\n\
                    provisions: [{documents: [ai-policy], owed-by: [provider], from-class: high, \
                    from: 2026-12-01, source: Letter 7}]\n";
        let path = "governance/overlays/letter.yaml".into();
        let overlay =
            crate::settings::overlay::read(&crate::document::parse(path, text.as_bytes().to_vec()))
                .unwrap();
        for (today, expired, next) in [
            ("2026-11-01", None, Some("2026-12-01: Letter 7")),
            ("2026-12-02", Some("2026-11-01"), None),
        ] {
            let told = own_in_force(&overlay, today.parse().unwrap());
            assert_eq!(told.name, "letter");
            assert_eq!((told.expired_on.as_deref(), told.next.as_deref()), (expired, next));
        }
    }
}
