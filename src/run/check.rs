//! `check`: judges what the command line names, and writes and posts the verdict.

use std::io::Write;
use std::path::Path;

use super::judge::judged_with;
use super::publish::{self, Posted, Reached};
use crate::cli::{self, Cli, OutputFormat};
use crate::date::Date;
use crate::decision::Verdict;
use crate::document::LIMITS;
use crate::edge::fs;
use crate::edge::git::{self, CacheFile, Content, Surroundings};
use crate::edge::keygen::Identity;
use crate::error::{Error, ErrorKind};
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::finding::Gate;
use crate::model::TakenOver;
use crate::report::{self, Detail, EvidenceExtent, FindingCounts, PLAIN, Report, Style};
use crate::settings::gate::{self, Channel, Rules};
use crate::settings::people::People;

/// Bytes of the summary of a job; GitHub shows none above 1 MiB.
const LONGEST_SUMMARY: usize = 1_000_000;

pub(super) fn check(
    cli: &Cli,
    arguments: &cli::CheckArgs,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<Verdict, Error> {
    let to_stdout = arguments.formats.iter().filter(|output| output.file.is_none()).count();
    if to_stdout > 1 {
        let error = Error::new(ErrorKind::Usage, "two formats would go to standard output");
        return Err(error.hint("give all but one a file, for example --format sarif=report.sarif"));
    }
    let run = CheckPlan::of(arguments)?;
    if to_stdout == 0 {
        write!(out, "{}", report::simulation(&run.report).unwrap_or_default())?;
        writeln!(out, "{}", report::last_line(&run.report))?;
    }
    for output in &arguments.formats {
        match &output.file {
            None => {
                let style = fs::style(cli.color.choice());
                let text = match output.format {
                    OutputFormat::Terminal => {
                        report::terminal_in(&run.report, style, detail(&arguments.detail))
                    }
                    format => run.text(format, style),
                };
                out.write_all(text.as_bytes())?
            }
            Some(file) => run.write(output.format, file)?,
        }
    }
    out.flush()?;
    let is_read =
        |output: &cli::Output| output.file.is_none() && output.format == OutputFormat::Terminal;
    if let Some(stranger) =
        run.stranger(&arguments.path).filter(|_| arguments.formats.iter().any(is_read))
    {
        writeln!(notes, "note: {stranger}")?;
    }
    let (verdict, posted) = run.post(&arguments.publish)?;
    for Posted::Done(text) | Posted::Failed(text) in posted {
        writeln!(notes, "aimsgate: {}", report::safe(&text))?;
    }
    Ok(verdict)
}

/// Judges what the arguments name, in given surroundings, and returns the verdict with the report
/// that says why: [`run`](super::run) without the environment of the process and without output.
///
/// # Errors
/// When there is nothing to judge.
pub fn checked(
    arguments: &cli::CheckArgs,
    around: Surroundings,
) -> Result<(Verdict, Report), Error> {
    let run = CheckPlan::with_cache(arguments, around, &FileCache::default())?;
    let (verdict, _) = run.post(&arguments.publish)?;
    Ok((verdict, run.report))
}

fn detail(asked: &cli::DetailArgs) -> Detail {
    let cli::DetailArgs { quiet, verbose, full } = *asked;
    Detail { quiet, verbose, full }
}

/// Judges what the next commit would hold, for whoever commits; what others owe stops none. No
/// connection is made. What was seen in a file is stored for the next commit, which then costs what
/// it changes.
pub(super) fn pre_commit(cli: &Cli, folder: &Path, out: &mut dyn Write) -> Result<Verdict, Error> {
    let reach = cli::Reach { offline: true, ca_file: None };
    let around = Surroundings::of_this_process(fs::today());
    // Where somebody else's change may have run before, nothing that was left there counts.
    let stored = if around.ci { None } else { CacheFile::of(folder) };
    let cache = stored
        .as_ref()
        .map(|stored| FileCache::of(&stored.text, &stored.program))
        .unwrap_or_default();
    let arguments = cli::CheckArgs {
        path: folder.to_owned(),
        staged: true,
        reach,
        ..cli::CheckArgs::default()
    };
    let run = CheckPlan::with_cache(&arguments, around, &cache)?;
    if let Some(stored) = stored
        && let Some(text) = cache.to_store(&stored.program)
    {
        // A failure to store it only makes the next commit slower.
        let _ = fs::file(&stored.file, &text);
    }
    out.write_all(report::hook(&run.report, fs::style(cli.color.choice())).as_bytes())?;
    out.flush()?;
    Ok(report::hook_verdict(&run.report))
}

/// Reads rules that judge instead of those of the target branch.
fn what_if(file: &Path) -> Result<Rules, Error> {
    let refused =
        |why: String| Error::new(ErrorKind::Input, format!("`{}`: {why}", file.display()));
    if file.extension().is_some_and(|it| it == "json") {
        let bytes = git::bytes(file, LIMITS.bytes + 1)?;
        let read = TakenOver::of(bytes, Vec::new());
        let (_, bundle) = read.map_err(|mistake| refused(mistake.message))?;
        return Ok(Rules::of_bundle(bundle));
    }
    let gate = gate::read(&git::document(file)?).map_err(|mistake| refused(mistake.message))?;
    Ok(Rules::compose(vec![(gate::FILE.into(), gate)]))
}

/// A verdict that was reached, and where it may be posted.
pub(super) struct CheckPlan {
    pub(super) report: Report,
    /// Whether SARIF holds what is evidenced.
    has_passes: bool,
    people: Fact<People>,
    today: Date,
    around: Surroundings,
    forge: Option<Reached>,
}

impl CheckPlan {
    /// Judges what the arguments name.
    ///
    /// # Errors
    /// When there is nothing to judge.
    pub(super) fn of(arguments: &cli::CheckArgs) -> Result<Self, Error> {
        Self::with_cache(
            arguments,
            Surroundings::of_this_process(fs::today()),
            &FileCache::default(),
        )
    }

    fn with_cache(
        arguments: &cli::CheckArgs,
        mut around: Surroundings,
        cache: &FileCache,
    ) -> Result<Self, Error> {
        let forge = publish::forge(&around, &arguments.reach)?;
        around.remote = forge.as_ref().and_then(|forge| forge.as_ref().ok()?.remote());
        let content = match (&arguments.head, arguments.staged) {
            (Some(head), _) => Content::Revision(head.clone()),
            (None, true) => Content::Index(around.index_file.clone()),
            (None, false) => Content::WorkingTree,
        };
        let base = arguments.base.as_deref();
        let mut comparison =
            git::compare(&arguments.path, &content, base, arguments.today, &around)?;
        if let Some(file) = &arguments.rules {
            comparison.what_if = Some(what_if(file)?);
            comparison.simulation.push(format!("the rules of `{}`", file.display()));
        }
        comparison.approvals =
            publish::approvals(&arguments.path, &comparison, &around, forge.as_ref());
        let today = arguments.today.unwrap_or(around.now);
        let asked = arguments.gate.map_or(Gate::Merge, Gate::from);
        let (report, people) = judged_with(&comparison, cache, today, asked, EvidenceExtent::All);
        let has_passes = arguments.sarif_passes;
        Ok(Self { report, has_passes, people, today, around, forge })
    }

    /// Says to somebody at a terminal that others must clear something, and that the gate does not
    /// know whether the reader is one of them. None in a job, whose reader is not who runs it.
    fn stranger(&self, folder: &Path) -> Option<String> {
        let counts = FindingCounts::of(&self.report);
        if self.around.ci || counts.for_others + counts.waiting == 0 {
            return None;
        }
        report::stranger(&self.people, Identity::of(folder).email.as_deref(), self.today)
    }

    /// The report in a format.
    pub(super) fn text(&self, format: OutputFormat, style: Style) -> String {
        match format {
            OutputFormat::Terminal => report::terminal(&self.report, style),
            OutputFormat::Concise => report::concise(&self.report),
            OutputFormat::Statistics => report::statistics(&self.report),
            OutputFormat::Sarif if self.has_passes => report::sarif_with_passes(&self.report),
            OutputFormat::Sarif => report::sarif(&self.report),
            OutputFormat::Json => report::json(&self.report),
            OutputFormat::Markdown => report::markdown(&self.report, LONGEST_SUMMARY),
            OutputFormat::Html => report::html(&self.report),
            OutputFormat::Oscal => report::oscal(&self.report),
            OutputFormat::Annotations => report::commands(&self.report),
            OutputFormat::CodeQuality => report::code_quality(&self.report),
            OutputFormat::Junit => report::junit(&self.report),
        }
    }

    /// Writes the report to a file, which is the same whatever terminal the run has.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(&self, format: OutputFormat, file: &Path) -> Result<(), Error> {
        fs::report(file, &self.text(format, PLAIN)).map_err(|error| {
            Error::new(
                ErrorKind::Output,
                format!("`{}` could not be written: {error}", file.display()),
            )
        })
    }

    /// Posts the verdict, and says what it is then.
    ///
    /// # Errors
    /// When what was asked for cannot be.
    pub(super) fn post(&self, channels: &[Channel]) -> Result<(Verdict, Vec<Posted>), Error> {
        let (verdict, posted) =
            publish::publish(&self.report, &self.around, channels, self.forge.as_ref())?;
        // What could loosen a verdict decides nothing where verdicts count.
        let simulated = self.around.ci && !self.report.inputs.simulation.is_empty();
        Ok((if simulated { Verdict::Undecided } else { verdict }, posted))
    }
}
