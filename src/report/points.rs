//! What `doctor` found out, point by point, the ones to mend last.

use std::fmt::Write as _;

use super::words::safe;
use crate::doctor::{Point, SettingState};

/// The points as text; the last line counts them.
pub(crate) fn points(points: &[Point]) -> String {
    let mut out = String::new();
    for state in [SettingState::Ok, SettingState::CannotSee, SettingState::Not] {
        for it in points.iter().filter(|it| it.state == state) {
            let _ = writeln!(out, "{:>10}  {} ({})", state.name(), safe(&it.what), safe(&it.seen));
            if state != SettingState::Ok {
                // A command is printed whole, because people copy it.
                let _ = writeln!(out, "            {}", crate::untrusted::line(&it.mend));
            }
        }
    }
    let count = |state| points.iter().filter(|it| it.state == state).count();
    let (ok, not, unseen) =
        (count(SettingState::Ok), count(SettingState::Not), count(SettingState::CannotSee));
    let _ = writeln!(out, "{ok} ok, {not} not, {unseen} cannot be seen");
    out
}
