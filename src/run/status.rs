//! `aimsgate status`: where each system stands, on one screen.

use std::io::Write;

use super::output::{print, write_data};
use crate::checks;
use crate::cli::{self, StatusFormat};
use crate::decision::Verdict;
use crate::edge::fs;
use crate::edge::git::{self, Content, Surroundings};
use crate::edge::keygen::Identity;
use crate::error::Error;
use crate::file_cache::FileCache;
use crate::load::with_inputs;
use crate::report;
use crate::signoff::emergencies;

/// Prints where each system stands. It judges nothing: the exit code says only whether it could
/// look.
pub(super) fn status(arguments: &cli::StatusArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let now = fs::today();
    let around = Surroundings::of_this_process(now);
    let comparison =
        git::compare(&arguments.path, &Content::WorkingTree, None, arguments.today, &around)?;
    let address = Identity::of(&arguments.path).email;
    let today = arguments.today.unwrap_or(now);
    with_inputs(&comparison, &FileCache::default(), today, |inputs| {
        let (emergencies, _) = emergencies(inputs.signoffs, &checks::is_excusable);
        match arguments.format {
            StatusFormat::Terminal => {}
            StatusFormat::Json => {
                return print(out, report::status_json(inputs.signoffs, &emergencies));
            }
            StatusFormat::Html => {
                let page = report::status_html(inputs.signoffs, inputs.governance, &emergencies);
                return write_data(out, &page);
            }
        }
        let people = &inputs.governance.people;
        let mut text = report::status(inputs.signoffs, inputs.governance, &emergencies);
        if let Some(stranger) = report::stranger(people, address.as_deref(), today) {
            text += &format!("{stranger}\n");
        }
        print(out, text)
    })
}
