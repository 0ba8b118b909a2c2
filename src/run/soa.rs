//! `aimsgate soa`: the statement of applicability, with what was found.

use std::io::Write;
use std::path::Path;

use super::evidence::{RulesOf, report_of};
use super::named_file::{NONE, failed};
use super::output::{print, safe_lines};
use crate::cli::{SoaArgs, SoaFormat};
use crate::decision::Verdict;
use crate::document;
use crate::edge::fs;
use crate::error::{Error, ErrorKind};
use crate::report::{self, Applicability};
use crate::span::RepoPath;

/// Bytes of the largest statement that is read.
const LARGEST: u64 = 8 << 20;

/// Prints the statement, writes it over one that is there, or compares the two.
pub(super) fn soa(arguments: &SoaArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let report = report_of(&arguments.path, &arguments.of, RulesOf::TargetBranch, None)?;
    let Some(file) = arguments.write.as_deref().or(arguments.check.as_deref()) else {
        let statement = report::applicability(&report, None);
        let text = match arguments.format {
            SoaFormat::Csv => statement.csv(),
            SoaFormat::Markdown => statement.markdown(),
        };
        return print(out, text);
    };
    let before = read(file)?;
    let statement = report::applicability(&report, before.as_ref());
    if arguments.check.is_some() {
        let Some(before) = before else { return Err(failed(file, NONE)) };
        let differences = statement.differences(&before);
        print(out, safe_lines(&differences.join("\n")))?;
        return Ok(if differences.is_empty() { Verdict::Pass } else { Verdict::Fail });
    }
    let bytes = if is_workbook(file) {
        report::workbook(&statement.table()).map_err(|why| failed(file, why))?
    } else {
        statement.csv().into_bytes()
    };
    fs::file(file, bytes).map_err(|error| failed(file, error))?;
    print(out, safe_lines(&format!("wrote {}", file.display())))
}

fn is_workbook(file: &Path) -> bool {
    file.extension().is_some_and(|it| it.eq_ignore_ascii_case("xlsx"))
}

/// Reads the statement that is there. None where there is none.
fn read(file: &Path) -> Result<Option<Applicability>, Error> {
    if !is_workbook(file) && file.extension().is_none_or(|it| !it.eq_ignore_ascii_case("csv")) {
        let text = format!("`{}` is neither `.csv` nor `.xlsx`", file.display());
        return Err(Error::new(ErrorKind::Usage, text));
    }
    let bytes = fs::existing(file, LARGEST).map_err(|error| failed(file, error))?;
    let Some(bytes) = bytes else { return Ok(None) };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let document = document::parse(RepoPath::from(&*name), bytes);
    let read = Applicability::read(&document);
    read.map(Some).ok_or_else(|| failed(file, "no column of it is called `control`"))
}
