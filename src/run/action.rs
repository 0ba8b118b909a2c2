//! `github-action`: judges as the step of a GitHub Action, whose inputs come in the environment and
//! only tighten. Source: GitHub Docs, "Metadata syntax for GitHub Actions", "Workflow commands for
//! GitHub Actions".
//!
//! # Design
//!
//! `github-action` and `pre-commit` are commands of the same binary, so that an image without a
//! shell can be a step and inputs are judged by what parses flags. Inputs come in the environment
//! and never in arguments, which a runner would quote.
#![expect(
    clippy::disallowed_methods,
    reason = "the edge: the runner's inputs and files are named by the environment"
)]

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum as _;

use super::check::CheckPlan;
use super::publish::Posted;
use crate::cli::{self, AskedGate, Output, OutputFormat, Reach};
use crate::decision::Verdict;
use crate::edge::fs;
use crate::error::{Error, ErrorKind};
use crate::report::{self, PLAIN};
use crate::settings::gate::Channel;
use crate::untrusted::command_data;

/// Judges, and leaves what the runner shows: remarks at lines, the report in the log, the summary,
/// the outputs.
pub(super) fn action(out: &mut dyn Write, notes: &mut dyn Write) -> Result<Verdict, Error> {
    let variable = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
    let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let done = judge(&set, out, notes);
    if let Err(error) = &done {
        writeln!(out, "::error title=aimsgate::{}", command_data(error.message()))?;
        leave(&set, "GITHUB_OUTPUT", &format!("outcome={}\n", Verdict::Undecided.name()), notes)?;
    }
    out.flush()?;
    done
}

fn judge(
    set: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<Verdict, Error> {
    let (reports, asked) = reports(set);
    // What stands there is not this run's: whoever reads it after a run that broke off must find
    // nothing.
    reports.iter().for_each(|(_, file)| fs::discard(file));
    asked?;
    let inputs = ActionInputs::read(set, reports)?;
    let run = CheckPlan::of(&inputs.check)?;
    out.write_all(run.text(OutputFormat::Annotations, PLAIN).as_bytes())?;
    out.write_all(run.text(OutputFormat::Terminal, PLAIN).as_bytes())?;
    out.flush()?;
    leave(set, "GITHUB_STEP_SUMMARY", &run.text(OutputFormat::Markdown, PLAIN), notes)?;
    for (format, file) in &inputs.reports {
        run.write(*format, file)?;
    }
    let (verdict, posted) = run.post(&inputs.check.publish)?;
    for posted in posted {
        match posted {
            Posted::Done(text) => writeln!(out, "aimsgate: {}", report::safe(&text))?,
            Posted::Failed(text) => {
                writeln!(out, "::warning title=aimsgate::{}", command_data(&report::safe(&text)))?
            }
        }
    }
    leave(set, "GITHUB_OUTPUT", &outputs(&run.report, verdict, &inputs.reports), notes)?;
    Ok(verdict)
}

/// What later steps may ask for.
fn outputs(
    report: &report::Report,
    verdict: Verdict,
    reports: &[(OutputFormat, PathBuf)],
) -> String {
    let counts = report::FindingCounts::of(report);
    let mut text = format!("outcome={}\n", verdict.name());
    for (name, count) in [
        ("to-fix", counts.to_fix),
        ("for-others", counts.for_others),
        ("waiting", counts.waiting),
        ("undecided", counts.undecided),
        ("not-blocking", counts.others),
    ] {
        let _ = writeln!(text, "{name}={count}");
    }
    for (format, file) in reports {
        if let Some(name) = format.to_possible_value() {
            let _ = writeln!(text, "{}={}", name.get_name(), file.display());
        }
    }
    text
}

/// Adds to a file that the runner reads after the step. Where that cannot be, the verdict stands,
/// and it is said.
fn leave(
    set: &dyn Fn(&str) -> Option<String>,
    name: &str,
    text: &str,
    notes: &mut dyn Write,
) -> Result<(), std::io::Error> {
    let Some(file) = set(name) else { return Ok(()) };
    match fs::append(Path::new(&file), text) {
        Ok(()) => Ok(()),
        Err(error) => writeln!(notes, "aimsgate: the file of {name} could not be written: {error}"),
    }
}

/// What the step's `with:` says.
struct ActionInputs {
    check: cli::CheckArgs,
    reports: Vec<(OutputFormat, PathBuf)>,
}

impl ActionInputs {
    fn read(
        set: &dyn Fn(&str) -> Option<String>,
        reports: Vec<(OutputFormat, PathBuf)>,
    ) -> Result<Self, Error> {
        let line = |name: &str| match input(set, name).map(|value| value.trim().to_owned()) {
            Some(value) if value.contains(['\n', '\r']) => Err(wrong(name, "is one line")),
            value => Ok(value),
        };
        let is_asked = |name: &str| match line(name)?.as_deref() {
            Some("true" | "True" | "TRUE") => Ok(true),
            None | Some("false" | "False" | "FALSE") => Ok(false),
            Some(_) => Err(wrong(name, "is `true` or `false`")),
        };
        let gate = match line("for")? {
            None => None,
            Some(gate) => Some(
                AskedGate::from_str(&gate, false)
                    .map_err(|_| wrong("for", &format!("is `merge` or `release`, not `{gate}`")))?,
            ),
        };
        let mut publish = Vec::new();
        for (name, channel) in [
            ("upload", Channel::CodeScanning),
            ("check-run", Channel::CheckRun),
            ("comment", Channel::Comment),
            ("issue", Channel::Issue),
        ] {
            if is_asked(name)? {
                publish.push(channel);
            }
        }
        let reach = Reach { offline: false, ca_file: line("ca-file")?.map(PathBuf::from) };
        let path = PathBuf::from(line("path")?.unwrap_or_else(|| ".".to_owned()));
        fs::below(&path).map_err(|why| wrong("path", &why))?;
        Ok(Self {
            check: cli::CheckArgs { path, gate, publish, reach, ..cli::CheckArgs::default() },
            reports,
        })
    }
}

/// An input as it was given. Runners keep the hyphen of a name; a shell between would drop the
/// variable.
fn input(set: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    let name = format!("INPUT_{}", name.to_ascii_uppercase());
    set(&name).or_else(|| set(&name.replace('-', "_")))
}

/// The reports that are asked for and where they go, as far as that can be told; and what is wrong
/// with the first of the rest.
fn reports(
    set: &dyn Fn(&str) -> Option<String>,
) -> (Vec<(OutputFormat, PathBuf)>, Result<(), Error>) {
    let mut reports: Vec<(OutputFormat, PathBuf)> = Vec::new();
    let mut read = Ok(());
    let formats = input(set, "formats").unwrap_or_default();
    let asked = formats
        .lines()
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|asked| !asked.is_empty());
    for asked in asked {
        match report_of(asked) {
            Ok((format, file))
                if reports.iter().any(|(known, other)| *known == format || *other == file) =>
            {
                read = read.and(Err(wrong("formats", &format!("names `{asked}` twice"))));
            }
            Ok(report) => reports.push(report),
            Err(why) => read = read.and(Err(wrong("formats", &why))),
        }
    }
    (reports, read)
}

/// A report that is asked for, and its file.
fn report_of(asked: &str) -> Result<(OutputFormat, PathBuf), String> {
    let Output { format, file } = Output::from_str(asked)?;
    let file = file.or_else(|| usual_name(format).map(PathBuf::from));
    let file = file.ok_or_else(|| {
        format!("names `{asked}`, which is in the log; give it a file: {asked}=FILE")
    })?;
    fs::new_below(&file)?;
    Ok((format, file))
}

fn wrong(name: &str, what: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("the input `{name}` {what}"))
}

/// Where a report goes that no file is named for; nothing for what stands in the log.
fn usual_name(format: OutputFormat) -> Option<&'static str> {
    match format {
        OutputFormat::Sarif => Some("aimsgate.sarif"),
        OutputFormat::Json => Some("aimsgate.json"),
        OutputFormat::Markdown => Some("aimsgate.md"),
        OutputFormat::Html => Some("aimsgate.html"),
        OutputFormat::Oscal => Some("aimsgate-oscal.json"),
        OutputFormat::CodeQuality => Some("aimsgate-code-quality.json"),
        OutputFormat::Junit => Some("aimsgate-junit.xml"),
        OutputFormat::Concise => Some("aimsgate-concise.txt"),
        OutputFormat::Statistics => Some("aimsgate-statistics.txt"),
        OutputFormat::Terminal | OutputFormat::Annotations => None,
    }
}
