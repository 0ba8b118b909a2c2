//! One run: load, evaluate, weigh, freeze, write.

mod action;
mod check;
mod doctor;
mod publish;
mod scene;
mod sign;
mod status;
mod verify;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use scene::{Base, RunInputs};

use crate::affected::AffectedSystems;
use crate::catalog::Class;
use crate::checks;
use crate::cli::{self, Cli, Command, TextOrJson};
use crate::date::Date;
use crate::decision::{ComparedWith, DecisionInputs, Verdict, judge};
use crate::detect::{self, Breadth};
use crate::document::nearest;
use crate::edge::fs;
use crate::edge::git::{self, Comparison, Content, Extent, SourceError};
use crate::engine::{Context, TargetContext, evaluate};
use crate::error::{Error, ErrorKind};
use crate::evidence::{Lexicon, recognise};
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::finding::{Finding, FindingKind, Gate, Subject};
use crate::model::{Governance, RepositoryModel};
use crate::obligation;
use crate::report::{self, Approved, Inspected, Report, Setting, TargetSummary};
use crate::settings::baseline::{self, BaselineEntry, NewEntry};
use crate::settings::gate::{self, Rules};
use crate::settings::register;
use crate::settings::waiver::Waiver;
use crate::signoff::{
    Approval, Clearance, GrantedEmergency, SignOffFlaw, SignOffInputs, SignOffStore, clear_waiver,
    due_decisions, emergencies, uncounted_files,
};
use crate::snapshot::View;
use crate::span::RepoPath;
use crate::untrusted;

/// Does what the command line asks and writes to `out`; what is said beside it goes to `notes`.
///
/// # Errors
/// When there is nothing to judge, or a report cannot be written.
pub fn run(cli: &Cli, out: &mut dyn Write, notes: &mut dyn Write) -> Result<Verdict, Error> {
    match &cli.command {
        Command::Check(arguments) => check::check(cli, arguments, out, notes),
        Command::PreCommit { path } => check::pre_commit(cli, path, out),
        Command::GithubAction => action::action(out, notes),
        Command::Sign(arguments) => sign::sign(arguments, out),
        Command::Verify(arguments) => verify::verify(arguments, out),
        Command::Status(arguments) => status::status(arguments, out),
        Command::Doctor(arguments) => doctor::doctor(arguments, out),
        Command::Baseline(arguments) => baseline(arguments, out),
        Command::Inventory(arguments) => inventory(arguments, out),
        Command::Inspect(arguments) => inspect(arguments, out),
        Command::Explain { check } => explain(check, out),
        Command::Checks => print(out, report::table(checks::ALL)),
        Command::Schema => hand_out(out, &report::schema()),
    }
}

/// Writes down what is wrong today, for a repository that adopts the gate.
fn baseline(arguments: &cli::BaselineArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let source = git::open(&arguments.path, &Content::WorkingTree).map_err(input)?;
    let today = arguments.today.unwrap_or_else(fs::today);
    let comparison = Comparison::alone(source);
    let report = judged(&comparison, today, Gate::Merge);
    let is_known = |entry: &&report::ReportedFinding| {
        entry.nature != FindingKind::Undecided && checks::is_excusable(entry.check)
    };
    // What is known already keeps its days: taking a baseline again gives nothing more time. A
    // shell that writes it has emptied the file before it is read, so what was committed counts
    // too.
    let committed = git::open(&arguments.path, &Content::Revision("HEAD".to_owned())).ok();
    let sources = [Some(&comparison.judged), committed.as_ref()].into_iter().flatten();
    let before = sources.map(|it| Governance::load(&View::new(&*it.snapshot, it.scope.clone())));
    let before: Vec<BaselineEntry> =
        before.flat_map(|it| it.baselines).flat_map(|baseline| baseline.entries).collect();
    let entries = report.findings.iter().filter(is_known).flat_map(|entry| {
        entry.elements.iter().map(|element| {
            let key = (entry.check, entry.subject.as_str(), element.as_str());
            let known = before.iter().find(|known| known.key() == key);
            NewEntry {
                check: entry.check.to_owned(),
                system: entry.system.clone(),
                subject: entry.subject.clone(),
                element: element.clone(),
                since: known.map_or(today, |known| known.since),
                review_by: known
                    .map_or(today.plus_days(baseline::LONGEST_DAYS), |known| known.review_by.value),
            }
        })
    });
    hand_out(out, &baseline::write(today, entries.collect()))
}

fn input(error: SourceError) -> Error {
    Error::new(ErrorKind::Input, error.to_string())
}

/// Judges a comparison on a day, for a gate: the whole of the gate between reading and writing.
pub fn judged(comparison: &Comparison, today: Date, asked: Gate) -> Report {
    recalling(comparison, &FileCache::default(), today, asked)
}

/// The same, with what an earlier run saw.
fn recalling(comparison: &Comparison, cache: &FileCache, today: Date, asked: Gate) -> Report {
    scene::set(comparison, cache, today, |scene| report(scene, comparison, asked))
}

fn report(scene: &RunInputs<'_>, comparison: &Comparison, asked: Gate) -> Report {
    let RunInputs { repo, governance, signoffs, base, today, .. } = *scene;
    let target = comparison.target.known();
    let against = match (base, &comparison.target) {
        // The target branch's own content changes nothing of it.
        (Some(_), _) if comparison.extent == Extent::Whole => Fact::Absent,
        (Some(base), _) => {
            Fact::Known(TargetContext { sides: scene.sides(base), governance: &base.governance })
        }
        (None, Fact::Undecided(why)) => Fact::Undecided(why.clone()),
        (None, _) => Fact::Absent,
    };
    let table = checks::ALL;
    let decisions = &*due_decisions(signoffs);
    let proposed = scene.proposed;
    let governance = &governance.clone().excusing(signed_waivers(signoffs, proposed));
    let (emergencies, refused) = emergencies(signoffs, &checks::is_excusable);
    let refused: Vec<(&str, SignOffFlaw)> =
        refused.into_iter().map(|(it, flaw)| (it.value.id.value.as_str(), flaw)).collect();
    let context = Context {
        judged: repo,
        governance,
        proposed,
        against,
        signoffs,
        decisions,
        newcomers: &uncounted_files(signoffs),
        refused_emergencies: &refused,
        today,
        table,
    };
    let evaluation = evaluate(table, &context, scene.fallback);
    let others =
        base.filter(|_| comparison.extent == Extent::Change && !evaluation.findings.is_empty());
    let others = others.map(|base| Others::evaluate(base, scene));
    let affected = base.filter(|_| others.is_some()).map(|base| {
        let renamed = obligation::renamed(&scene.sides(base));
        AffectedSystems::of(&base.change, &base.declared, repo, &governance.rules.material, renamed)
    });
    let facts =
        repo.systems().iter().map(|system| (system.id.value.as_str(), &system.facts)).collect();
    let inputs = DecisionInputs {
        table,
        rules: &governance.rules,
        people: &governance.people,
        waivers: &governance.waivers,
        emergencies: &emergencies,
        baselines: &governance.baselines,
        facts: &facts,
        today,
        asked,
        compared_with: match (base, &others, &affected) {
            (None, ..) => ComparedWith::Alone,
            (_, Some(others), Some(affected)) => ComparedWith::Change {
                tip: &others.tip,
                under_judged: others.under_judged.as_deref(),
                asked_before: &others.asked_before,
                affected,
            },
            // It is the target's own, or without findings there is nothing to compare.
            (Some(_), ..) => ComparedWith::Whole,
        },
    };
    let findings = judge(evaluation.findings, &inputs);
    let setting = Setting {
        rules_from: scene.rules_from,
        target: target.zip(base).map(|(target, base)| TargetSummary {
            name: target.name.clone(),
            revision: target.tip.revision().to_string(),
            default_branch: target.default.as_ref().map(|(name, _)| name.clone()),
            whole: comparison.extent != Extent::Change,
            changed_files: base.change.files.len(),
        }),
        asked,
        simulation: comparison.simulation.clone(),
        emergencies: emergencies.iter().map(emergency_words).collect(),
        upcoming: report::upcoming(signoffs, decisions, governance, today),
        approvals: comparison.approvals.known().into_iter().flatten().map(approved).collect(),
        today,
    };
    report::build(repo, governance, setting, evaluation.tallies, &evaluation.assessed, findings)
}

fn approved(it: &Approval) -> Approved {
    Approved { login: it.login.clone(), commit: it.commit.to_string() }
}

fn emergency_words(it: &GrantedEmergency) -> String {
    format!(
        "`{}` for {}, granted by {} until {}: {}; passes over {}; {} makes up for it by {}",
        it.id,
        it.system,
        it.by,
        it.until,
        it.because.trim_end_matches('.'),
        it.skips.join(", "),
        it.owner,
        it.due
    )
}

/// The waivers of a change that somebody entitled signed for.
fn signed_waivers(signoffs: &SignOffInputs<'_>, proposed: &Governance) -> Vec<Waiver> {
    let is_known =
        |waiver: &&Waiver| signoffs.governance.waivers.iter().any(|known| waiver.is_within(known));
    let new = proposed.waivers.iter().filter(|waiver| !is_known(waiver));
    new.filter(|waiver| matches!(clear_waiver(signoffs, waiver), Clearance::Cleared(_)))
        .cloned()
        .collect()
}

/// What the other sides of a comparison would be told: it says where a finding comes from.
struct Others {
    tip: Vec<Finding>,
    under_judged: Option<Vec<Finding>>,
    asked_before: BTreeMap<Subject, Class>,
}

impl Others {
    fn evaluate(base: &Base<'_>, scene: &RunInputs<'_>) -> Self {
        let RunInputs { governance, proposed, digests, today, cache, .. } = *scene;
        let findings = |repo: &RepositoryModel<'_>, proposed: &Governance| {
            let (against, commits) = (Fact::Absent, Fact::Absent);
            let store = SignOffStore::load(&repo.view, None, &scene::sign_off_folders(repo));
            let signoffs =
                SignOffInputs::new(repo, governance, &store, None, digests, &commits, today);
            let (signoffs, decisions) = (&signoffs, &*due_decisions(&signoffs));
            let table = checks::ALL;
            let (refused_emergencies, newcomers) = (&[][..], &[][..]);
            let context = Context {
                judged: repo,
                governance,
                proposed,
                against,
                signoffs,
                decisions,
                newcomers,
                refused_emergencies,
                today,
                table,
            };
            let asked = decisions.iter().map(|due| (checks::decision(due), due.class)).collect();
            (evaluate(table, &context, &checks::fallback_of(repo)).findings, asked)
        };
        let repo = RepositoryModel::load(base.view.clone(), &governance.rules, cache);
        let (tip, decisions): (_, BTreeMap<Subject, Class>) = findings(&repo, &base.governance);
        let is_register = |path: &RepoPath| path.file_name() == register::FILE;
        let under_judged = base.change.files.keys().any(is_register).then(|| {
            let under = RepositoryModel::load_under(
                base.view.clone(),
                &scene.repo.view,
                &governance.rules,
                cache,
            );
            findings(&under, proposed).0
        });
        let asked_before = repo.asked().into_iter().chain(decisions).collect();
        Self { tip, under_judged, asked_before }
    }
}

fn inventory(arguments: &cli::InventoryArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let content = arguments.head.clone().map_or(Content::WorkingTree, Content::Revision);
    let source = git::open(&arguments.path, &content).map_err(input)?;
    let found = detect::inventory(
        &View::new(&*source.snapshot, source.scope.clone()),
        Breadth::All,
        &globset::GlobSet::empty(),
        &FileCache::default(),
    );
    match arguments.format {
        TextOrJson::Terminal => print(out, report::inventory_text(&found)),
        TextOrJson::Json => hand_out(out, &report::inventory_json(&found)),
    }
}

fn inspect(arguments: &cli::InspectArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let lexicon = Lexicon::of(&rules_above(arguments.files.first())?.extension);
    let kinds = lexicon.catalogue();
    let kind = match &arguments.kind {
        Some(id) => Some(kinds.kind(id).ok_or_else(|| {
            let error = Error::new(ErrorKind::Usage, format!("`{id}` is no kind of document"));
            match nearest(id, kinds.kinds().iter().map(|kind| kind.id.as_str())) {
                Some(name) => error.hint(format!("did you mean `{name}`?")),
                None => {
                    let known: Vec<&str> =
                        kinds.kinds().iter().map(|kind| kind.id.as_str()).collect();
                    error.hint(format!("known: {}", known.join(", ")))
                }
            }
        })?),
        None => None,
    };
    let mut inspected = Vec::new();
    for file in &arguments.files {
        let document = git::document(file).map_err(input)?;
        let recognition = recognise(lexicon, &document, kind);
        inspected.push(Inspected {
            path: file.to_string_lossy().into_owned(),
            document,
            recognition,
        });
    }
    match arguments.format {
        TextOrJson::Terminal => print(out, report::inspect_text(&inspected))?,
        TextOrJson::Json => hand_out(out, &report::inspect_json(&inspected))?,
    };
    // What could not be read was not seen to be anything.
    let unread = inspected
        .iter()
        .any(|it| it.document.damage().is_some() && it.recognition.reading.is_none());
    Ok(if unread { Verdict::Undecided } else { Verdict::Pass })
}

/// The rules of the repository that a file stands in.
fn rules_above(file: Option<&PathBuf>) -> Result<Rules, Error> {
    let Some(file) = file else { return Ok(Rules::default()) };
    let gates =
        git::documents_above(file, gate::FILE).map_err(input)?.into_iter().map(|document| {
            let read = gate::read(&document);
            let gate = read.map_err(|mistake| {
                Error::new(ErrorKind::Input, format!("`{}`: {}", document.path, mistake.message))
            })?;
            Ok((document.path, gate))
        });
    Ok(Rules::compose(gates.collect::<Result<_, Error>>()?))
}

fn explain(id: &str, out: &mut dyn Write) -> Result<Verdict, Error> {
    match checks::find(id) {
        Some(check) => print(out, report::explain(check)),
        None => {
            let error = Error::new(ErrorKind::Usage, format!("`{id}` is no check"));
            let ids = checks::ids(checks::ALL);
            Err(match nearest(id, ids) {
                Some(name) => error.hint(format!("did you mean `{name}`?")),
                None => error.hint("`aimsgate checks` lists them"),
            })
        }
    }
}

/// Prints words, which may hold those of a repository.
fn print(out: &mut dyn Write, words: String) -> Result<Verdict, Error> {
    hand_out(out, &untrusted::log(words))
}

/// Prints data as it is.
fn hand_out(out: &mut dyn Write, data: &str) -> Result<Verdict, Error> {
    out.write_all(data.as_bytes())?;
    out.flush()?;
    Ok(Verdict::Pass)
}
