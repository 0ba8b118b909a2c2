//! `aimsgate fleet`: reads the reports of many repositories and writes one picture of them.

use std::io::Write;

use rayon::prelude::*;

use super::named_file;
use super::named_file::failed;
use super::output::{print, write_data};
use crate::cli::{FleetArgs, FleetFormat};
use crate::decision::Verdict;
use crate::edge::fs;
use crate::error::Error;
use crate::report::{self, FleetReport, FleetState};

/// Bytes of the largest report that is read.
const LARGEST: u64 = 32 << 20;

/// Bytes of the largest list of repositories.
const LARGEST_LIST: u64 = 8 << 20;

/// The most reports of a folder.
const MOST: usize = 20_000;

const REPORT: &str = ".json";
const ATTESTATION: &str = ".intoto.json";

/// Reads the reports and writes the picture.
pub(super) fn fleet(arguments: &FleetArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let root = &arguments.reports;
    let files = fs::files_below(root, REPORT, MOST).map_err(|why| failed(root, why))?;
    let expected = arguments.expected.as_deref().map(|file| {
        let bytes = named_file::bytes(file, LARGEST_LIST)?;
        report::expected(&String::from_utf8_lossy(&bytes)).map_err(|why| failed(file, why))
    });
    let expected = expected.transpose()?;
    let reports: Vec<&String> = files.iter().filter(|it| !it.ends_with(ATTESTATION)).collect();
    let read = |file: &&String| {
        let name = file.trim_end_matches(REPORT);
        let bytes = |file: &str| fs::existing(&root.join(file), LARGEST);
        let path = root.join(file.as_str());
        let report = bytes(file).map_err(|why| failed(&path, why))?.unwrap_or_default();
        let beside = format!("{name}{ATTESTATION}");
        let attestation = bytes(&beside).map_err(|why| failed(&path, why))?;
        Ok(FleetReport::read(name.to_owned(), &report, attestation.as_deref()))
    };
    let reports = reports.par_iter().map(read).collect::<Result<Vec<_>, Error>>()?;
    if reports.is_empty() && expected.is_none() {
        return Err(failed(root, "no report lies there"));
    }
    let today = arguments.today.unwrap_or_else(fs::today);
    let all = report::fleet(&reports, expected.as_ref(), today, arguments.fresh);
    match arguments.format {
        FleetFormat::Table => print(out, all.table())?,
        FleetFormat::Csv => print(out, all.csv())?,
        FleetFormat::Html => write_data(out, &all.html())?,
        FleetFormat::Json => write_data(out, &all.json())?,
        FleetFormat::Sarif => write_data(out, &all.sarif())?,
    };
    let is = |states: &[FleetState]| all.repositories.iter().all(|it| states.contains(&it.state));
    let (pass, undecided) = (FleetState::Pass, FleetState::Undecided);
    Ok(match () {
        () if is(&[pass]) => Verdict::Pass,
        () if is(&[pass, undecided, FleetState::Unreadable]) => Verdict::Undecided,
        () => Verdict::Fail,
    })
}
