//! `aimsgate trace`: what leads from a requirement to exact bytes.

use std::io::Write;

use super::evidence::{RulesOf, report_of};
use super::output::{print, write_data};
use crate::cli::{TraceArgs, TraceFormat};
use crate::decision::Verdict;
use crate::error::{Error, ErrorKind};
use crate::report;

/// Prints the links. It fails where one leads nowhere.
pub(super) fn trace(arguments: &TraceArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let report = report_of(&arguments.path, &arguments.of, RulesOf::TargetBranch, None)?;
    let mut graph = report::trace(&report);
    if graph.edges.is_empty() {
        let text = "there is nothing to trace: no link leads from anything here";
        return Err(Error::new(ErrorKind::Input, text).hint("aimsgate init writes a register"));
    }
    if let Some(from) = &arguments.from {
        graph = graph.about(from).ok_or_else(|| {
            let text = format!(
                "`{from}` is no risk, control, clause, record, person, file or digest \
                                of what is evidence here"
            );
            Error::new(ErrorKind::Usage, text)
                .hint("`aimsgate trace --format json` lists every node")
        })?;
    }
    match arguments.format {
        TraceFormat::Terminal => print(out, report::trace_text(&graph))?,
        TraceFormat::Json => write_data(out, &report::trace_json(&graph))?,
        TraceFormat::Csv => print(out, report::trace_csv(&graph))?,
    };
    Ok(if graph.broken().next().is_some() { Verdict::Fail } else { Verdict::Pass })
}
