//! One run: load, evaluate, weigh, freeze, write.

use std::io::Write;

use crate::check::{Context, evaluate};
use crate::checks;
use crate::cli::{self, Cli, Color, Command, Format, InventoryFormat};
use crate::date::Date;
use crate::decision::{Verdict, judge};
use crate::detect::{self, Breadth};
use crate::document::nearest;
use crate::error::{Error, Kind};
use crate::report::{self, PLAIN, Report};
use crate::snapshot::View;
use crate::source::{self, Source};
use crate::span::{Place, RepoPath};
use crate::world::{Governance, World};
use crate::write;

/// Does what the command line asks and writes to `out`.
///
/// # Errors
/// When there is nothing to judge, or a report cannot be written.
pub fn run(cli: &Cli, out: &mut dyn Write) -> Result<Verdict, Error> {
    match &cli.command {
        Command::Check(arguments) => check(cli, arguments, out),
        Command::Inventory(arguments) => inventory(arguments, out),
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
    let source = open(&arguments.path, arguments.head.as_deref())?;
    let today = arguments.today.unwrap_or_else(write::today);
    let report = judged(&source, today);
    if to_stdout == 0 {
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
    Ok(report.verdict)
}

/// Judges a source on a day: the whole of the gate between reading and writing.
pub fn judged(source: &Source, today: Date) -> Report {
    let view = || View::new(&*source.snapshot, source.scope.clone());
    let world = World::load(view());
    let governance = Governance::load(&view());
    let context = Context { judged: &world, governance: &governance, today, table: checks::ALL };
    let evaluation = evaluate(checks::ALL, &context, &fallback(&world));
    let findings = judge(evaluation.findings, checks::ALL, &governance.rules, today);
    report::build(&world, &governance, today, evaluation.tallies, &evaluation.assessed, findings)
}

/// The place of a finding that has no better one: README, else the first file.
fn fallback(world: &World<'_>) -> Place {
    let entries = world.view.entries();
    let readme = entries.iter().find(|entry| entry.path.file_name().to_ascii_lowercase().starts_with("readme"));
    let first = readme.or_else(|| entries.first()).map(|entry| entry.path.clone());
    Place::whole(first.unwrap_or_else(RepoPath::root))
}

fn open(path: &std::path::Path, revision: Option<&str>) -> Result<Source, Error> {
    source::open(path, revision).map_err(|error| Error::new(Kind::Input, error.to_string()))
}

fn inventory(arguments: &cli::Inventory, out: &mut dyn Write) -> Result<Verdict, Error> {
    let source = open(&arguments.path, arguments.head.as_deref())?;
    let found = detect::inventory(
        &View::new(&*source.snapshot, source.scope.clone()),
        Breadth::All,
        &globset::GlobSet::empty(),
    );
    match arguments.format {
        InventoryFormat::Terminal => print(out, &report::inventory_text(&found)),
        InventoryFormat::Json => print(out, &report::inventory_json(&found)),
    }
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
