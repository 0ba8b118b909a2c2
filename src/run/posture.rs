//! `aimsgate posture`: how a branch stood, commit by commit.

use std::io::Write;

use super::evidence::{RulesOf, report_with};
use super::output::{print, write_data};
use crate::cli::{EvidenceOf, PostureArgs, PostureFormat};
use crate::decision::Verdict;
use crate::edge::git::{self, Since};
use crate::error::Error;
use crate::file_cache::FileCache;
use crate::report::{self, EvidenceExtent, Posture, RuleDay};

/// Judges each commit as of its day, by the rules of that day and by today's. A file that several
/// commits hold is looked into once.
pub(super) fn posture(arguments: &PostureArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let since = arguments.since.parse();
    let since = since.map_or_else(|_| Since::Revision(arguments.since.clone()), Since::Day);
    let commits = git::lineage(&arguments.path, &arguments.head, &since)?;
    let (cache, mut posture) = (FileCache::default(), Posture::default());
    for (commit, day) in commits {
        let of = EvidenceOf {
            head: Some(commit.to_string()),
            system: arguments.system.clone(),
            today: Some(day),
        };
        for (rules, name) in
            [(RulesOf::Revision, RuleDay::Then), (RulesOf::TargetBranch, RuleDay::Now)]
        {
            let report =
                report_with(&arguments.path, &of, rules, None, &cache, EvidenceExtent::Records)?;
            posture.add(commit.as_str(), day, name, &report);
        }
    }
    match arguments.format {
        PostureFormat::Terminal => print(out, report::posture_text(&posture)),
        PostureFormat::Json => write_data(out, &report::posture_json(&posture)),
        PostureFormat::Csv => print(out, report::posture_csv(&posture)),
        PostureFormat::Html => write_data(out, &report::posture_html(&posture)),
    }
}
