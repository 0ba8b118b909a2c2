//! One run: load, evaluate, weigh, freeze, write.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use crate::catalog::Class;
use crate::change::Change;
use crate::check::{Against, Check, Context, evaluate};
use crate::checks;
use crate::cli::{self, Cli, Color, Command, Format, TextOrJson};
use crate::date::Date;
use crate::decision::{Bench, Stand, Verdict, judge};
use crate::detect::{self, Breadth, Memory};
use crate::document::{Spanned, nearest};
use crate::duty::{self, Sides};
use crate::error::{Error, Kind};
use crate::evidence::{Lexicon, recognise};
use crate::fact::Fact;
use crate::finding::{Finding, Gate, Nature, Subject};
use crate::report::{self, Inspected, PLAIN, Report, RulesFrom, Setting, TargetSummary};
use crate::settings::baseline::{self, Known, NewEntry};
use crate::settings::gate::{self, Rules};
use crate::settings::register;
use crate::snapshot::View;
use crate::source::{self, Comparison, Content, SourceError, Surroundings, Target};
use crate::span::{Place, RepoPath};
use crate::touch::Touch;
use crate::world::{Declared, Governance, World};
use crate::write;

/// Does what the command line asks and writes to `out`.
///
/// # Errors
/// When there is nothing to judge, or a report cannot be written.
pub fn run(cli: &Cli, out: &mut dyn Write) -> Result<Verdict, Error> {
    match &cli.command {
        Command::Check(arguments) => check(cli, arguments, out),
        Command::Baseline(arguments) => baseline(arguments, out),
        Command::Inventory(arguments) => inventory(arguments, out),
        Command::Inspect(arguments) => inspect(arguments, out),
        Command::Explain { check } => explain(check, out),
        Command::Checks => print(out, &report::table(checks::ALL)),
        Command::Schema => print(out, &report::schema()),
    }
}

fn check(cli: &Cli, arguments: &cli::Check, out: &mut dyn Write) -> Result<Verdict, Error> {
    let to_stdout = arguments.formats.iter().filter(|output| output.file.is_none()).count();
    if to_stdout > 1 {
        let error = Error::new(Kind::Usage, "two formats would go to standard output");
        return Err(error.hint("give all but one a file, for example --format sarif=report.sarif"));
    }
    let now = write::today();
    let around = Surroundings::of_this_process(now);
    let content = match (&arguments.head, arguments.staged) {
        (Some(head), _) => Content::Revision(head.clone()),
        (None, true) => Content::Index(around.index_file.clone()),
        (None, false) => Content::WorkingTree,
    };
    let base = arguments.base.as_deref();
    let comparison = source::compare(&arguments.path, &content, base, arguments.today, &around).map_err(input)?;
    let today = arguments.today.unwrap_or(now);
    let asked = arguments.gate.map_or(Gate::Merge, Gate::from);
    let report = judged(&comparison, today, asked);
    if to_stdout == 0 {
        write!(out, "{}", report::simulation(&report).unwrap_or_default())?;
        writeln!(out, "{}", report::last_line(&report))?;
    }
    for output in &arguments.formats {
        let text = match output.format {
            Format::Terminal => {
                let color = match cli.color {
                    Color::Auto => None,
                    Color::Always => Some(true),
                    Color::Never => Some(false),
                };
                // A file is the same whatever terminal the run has.
                let style = if output.file.is_some() { PLAIN } else { write::style(color) };
                report::terminal(&report, style)
            }
            Format::Sarif => report::sarif(&report),
            Format::Json => report::json(&report),
        };
        match &output.file {
            None => out.write_all(text.as_bytes())?,
            Some(file) => write::file(file, &text).map_err(|error| {
                Error::new(Kind::Output, format!("`{}` could not be written: {error}", file.display()))
            })?,
        }
    }
    out.flush()?;
    // What could loosen a verdict decides nothing where verdicts count.
    let simulated = around.ci && !report.inputs.simulation.is_empty();
    Ok(if simulated { Verdict::Undecided } else { report.verdict })
}

/// Writes down what is wrong today, for a repository that adopts the gate.
fn baseline(arguments: &cli::Baseline, out: &mut dyn Write) -> Result<Verdict, Error> {
    let source = source::open(&arguments.path, &Content::WorkingTree).map_err(input)?;
    let today = arguments.today.unwrap_or_else(write::today);
    let comparison = Comparison::alone(source);
    let report = judged(&comparison, today, Gate::Merge);
    let is_known = |entry: &&report::Entry| {
        let check = checks::find(entry.check);
        entry.nature == Nature::Fail && check.is_some_and(Check::is_excusable)
    };
    // What is known already keeps its days: taking a baseline again gives nothing more time.
    let before = Governance::load(&View::new(&*comparison.judged.snapshot, comparison.judged.scope.clone())).baselines;
    let before: Vec<&Known> = before.iter().flat_map(|baseline| &baseline.entries).collect();
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
                review_by: known.map_or(today.plus_days(baseline::LONGEST_DAYS), |known| known.review_by.value),
            }
        })
    });
    print(out, &baseline::write(today, entries.collect()))
}

fn input(error: SourceError) -> Error {
    Error::new(Kind::Input, error.to_string())
}

/// Judges a comparison on a day, for a gate: the whole of the gate between reading and writing.
pub fn judged(comparison: &Comparison, today: Date, asked: Gate) -> Report {
    let memory = Memory::default();
    let view = |snapshot| View::new(snapshot, comparison.judged.scope.clone());
    let proposed = Governance::load(&view(&*comparison.judged.snapshot));
    let target = comparison.target.known();
    let of_target = target.map(|target| Governance::load(&view(&*target.tip)));
    let default = target.and_then(|target| target.default.as_ref());
    let default = default.map(|(_, tip)| Governance::load(&view(&**tip)));
    let adopted = [of_target.clone(), default];
    let trusted = adopted.into_iter().flatten().filter(|it| it.is_adopted).reduce(|one, other| one.and(&other));
    let rules_from = match (&comparison.target, &trusted) {
        (_, Some(_)) => RulesFrom::TargetBranch,
        (Fact::Known(_), None) => RulesFrom::FirstRun,
        (Fact::Absent | Fact::Undecided(_), None) => RulesFrom::JudgedContent,
    };
    // Whether an excuse is kept is up to the change, whether it counts is not.
    let governance = trusted.map_or_else(|| proposed.clone(), |trusted| trusted.keeping(&proposed));
    let tip = target.map(|target| Declared::of(&view(&*target.tip), &governance.rules));
    let governance = tip.iter().fold(governance, excused_by_known);
    let world = World::load(view(&*comparison.judged.snapshot), &governance.rules, &memory);
    let fallback = checks::fallback_of(&world);
    let base = target.zip(of_target).zip(tip).map(|((target, governance), declared)| {
        let view = view(&*target.tip);
        Base { view, declared, governance, change: change(target, comparison) }
    });
    let against = match (&base, &comparison.target) {
        // The target branch's own content changes nothing of it.
        (Some(_), _) if comparison.whole => Fact::Absent,
        (Some(base), _) => {
            Fact::Known(Against { sides: base.sides(&world, &memory, &fallback), governance: &base.governance })
        }
        (None, Fact::Undecided(why)) => Fact::Undecided(why.clone()),
        (None, _) => Fact::Absent,
    };
    let table = checks::ALL;
    let context = Context { judged: &world, governance: &governance, proposed: &proposed, against, today, table };
    let evaluation = evaluate(table, &context, &fallback);
    let others = base.as_ref().filter(|_| !comparison.whole && !evaluation.findings.is_empty());
    let others = others.map(|base| Others::evaluate(base, &world, &governance, &proposed, today, &memory));
    let touch = base.as_ref().filter(|_| others.is_some()).map(|base| {
        let renamed = duty::renamed(&base.sides(&world, &memory, &fallback));
        Touch::of(&base.change, &base.declared, &world, renamed)
    });
    let facts = world.systems().iter().map(|system| (system.id.value.as_str(), &system.facts)).collect();
    let bench = Bench {
        table,
        rules: &governance.rules,
        people: &governance.people,
        waivers: &governance.waivers,
        baselines: &governance.baselines,
        facts: &facts,
        today,
        asked,
        stand: match (&base, &others, &touch) {
            (None, ..) => Stand::Alone,
            (_, Some(others), Some(touch)) => Stand::Change {
                tip: &others.tip,
                under_judged: others.under_judged.as_deref(),
                asked_before: &others.asked_before,
                touch,
            },
            // It is the target's own, or without findings there is nothing to compare.
            (Some(_), ..) => Stand::Whole,
        },
    };
    let findings = judge(evaluation.findings, &bench);
    let setting = Setting {
        rules_from,
        target: target.zip(base.as_ref()).map(|(target, base)| TargetSummary {
            name: target.name.clone(),
            revision: target.tip.revision().to_string(),
            default_branch: target.default.as_ref().map(|(name, _)| name.clone()),
            whole: comparison.whole,
            changed_files: base.change.files.len(),
        }),
        asked,
        simulation: comparison.simulation.clone(),
        today,
    };
    report::build(&world, &governance, setting, evaluation.tallies, &evaluation.assessed, findings)
}

/// The target branch, as far as every run needs it.
struct Base<'a> {
    view: View<'a>,
    declared: Declared,
    governance: Governance,
    change: Change,
}

impl<'a> Base<'a> {
    fn sides<'s>(&'s self, judged: &'s World<'s>, memory: &'s Memory, fallback: &'s Place) -> Sides<'s> {
        Sides { tip: &self.declared, tip_view: &self.view, judged, change: &self.change, memory, fallback }
    }
}

/// Governance without exceptions for systems that the target branch does not know: another system could take the name.
fn excused_by_known(mut governance: Governance, tip: &Declared) -> Governance {
    let is_known = |system: &Spanned<String>| tip.system(&system.value).is_some();
    governance.rules.not_applicable.retain(|(it, _)| it.system.as_ref().is_none_or(is_known));
    governance
}

/// What a target's branch and the judged content differ in.
fn change(target: &Target, comparison: &Comparison) -> Change {
    let mut change = Change::between(&*target.tip, &*comparison.judged.snapshot);
    change.both.clone_from(&comparison.both);
    change.unmerged.clone_from(&comparison.unmerged);
    change
}

/// What the other sides of a comparison would be told: it says where a finding comes from.
struct Others {
    tip: Vec<Finding>,
    under_judged: Option<Vec<Finding>>,
    asked_before: BTreeMap<Subject, Class>,
}

impl Others {
    fn evaluate(
        base: &Base<'_>,
        judged: &World<'_>,
        governance: &Governance,
        proposed: &Governance,
        today: Date,
        memory: &Memory,
    ) -> Self {
        let findings = |world: &World<'_>, proposed: &Governance| {
            let against = Fact::Absent;
            let context = Context { judged: world, governance, proposed, against, today, table: checks::ALL };
            evaluate(checks::ALL, &context, &checks::fallback_of(world)).findings
        };
        let world = World::load(base.view.clone(), &governance.rules, memory);
        let tip = findings(&world, &base.governance);
        let is_register = |path: &RepoPath| path.file_name() == register::FILE;
        let under_judged = base.change.files.keys().any(is_register).then(|| {
            findings(&World::load_under(base.view.clone(), &judged.view, &governance.rules, memory), proposed)
        });
        Self { tip, under_judged, asked_before: world.asked() }
    }
}

fn inventory(arguments: &cli::Inventory, out: &mut dyn Write) -> Result<Verdict, Error> {
    let content = arguments.head.clone().map_or(Content::WorkingTree, Content::Revision);
    let source = source::open(&arguments.path, &content).map_err(input)?;
    let found = detect::inventory(
        &View::new(&*source.snapshot, source.scope.clone()),
        Breadth::All,
        &globset::GlobSet::empty(),
        &Memory::default(),
    );
    match arguments.format {
        TextOrJson::Terminal => print(out, &report::inventory_text(&found)),
        TextOrJson::Json => print(out, &report::inventory_json(&found)),
    }
}

fn inspect(arguments: &cli::Inspect, out: &mut dyn Write) -> Result<Verdict, Error> {
    let lexicon = Lexicon::of(&rules_above(arguments.files.first())?.extension);
    let kinds = lexicon.catalogue();
    let kind = match &arguments.kind {
        Some(id) => Some(kinds.kind(id).ok_or_else(|| {
            let error = Error::new(Kind::Usage, format!("`{id}` is no kind of document"));
            match nearest(id, kinds.kinds().iter().map(|kind| kind.id.as_str())) {
                Some(name) => error.hint(format!("did you mean `{name}`?")),
                None => error,
            }
        })?),
        None => None,
    };
    let mut inspected = Vec::new();
    for file in &arguments.files {
        let document = source::document(file).map_err(input)?;
        let recognition = recognise(lexicon, &document, kind);
        inspected.push(Inspected { path: file.to_string_lossy().into_owned(), document, recognition });
    }
    match arguments.format {
        TextOrJson::Terminal => print(out, &report::inspect_text(&inspected))?,
        TextOrJson::Json => print(out, &report::inspect_json(&inspected))?,
    };
    // What could not be read was not seen to be anything.
    let unread = inspected.iter().any(|it| it.document.damage().is_some() && it.recognition.reading.is_none());
    Ok(if unread { Verdict::Undecided } else { Verdict::Pass })
}

/// The rules of the repository that a file stands in.
fn rules_above(file: Option<&PathBuf>) -> Result<Rules, Error> {
    let Some(file) = file else { return Ok(Rules::default()) };
    let gates = source::documents_above(file, gate::FILE).map_err(input)?.into_iter().map(|document| {
        let read = gate::read(&document);
        let gate =
            read.map_err(|mistake| Error::new(Kind::Input, format!("`{}`: {}", document.path, mistake.message)))?;
        Ok((document.path, gate))
    });
    Ok(Rules::compose(gates.collect::<Result<_, Error>>()?))
}

fn explain(id: &str, out: &mut dyn Write) -> Result<Verdict, Error> {
    match checks::find(id) {
        Some(check) => print(out, &report::explain(check)),
        None => {
            let error = Error::new(Kind::Usage, format!("`{id}` is no check"));
            let ids = checks::ids(checks::ALL);
            Err(match nearest(id, ids) {
                Some(name) => error.hint(format!("did you mean `{name}`?")),
                None => error.hint("`aimsgate checks` lists them"),
            })
        }
    }
}

fn print(out: &mut dyn Write, text: &str) -> Result<Verdict, Error> {
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Verdict::Pass)
}
