//! What `doctor` found out, point by point, the ones to mend last.

use std::fmt::Write as _;

use serde_json::json;

use super::words::safe;
use crate::doctor::{Point, SettingState};
use crate::untrusted;

/// The points as text; the last line counts them.
pub(crate) fn points(points: &[Point]) -> String {
    let mut out = String::new();
    for state in [SettingState::Ok, SettingState::CannotSee, SettingState::Not] {
        for it in points.iter().filter(|it| it.state == state) {
            let _ = writeln!(out, "{:>10}  {} ({})", state.name(), safe(&it.what), safe(&it.seen));
            if state != SettingState::Ok {
                // A command is printed whole, because people copy it.
                let _ = writeln!(out, "            {}", untrusted::line(&it.mend));
            }
        }
    }
    let count = |state| points.iter().filter(|it| it.state == state).count();
    let (ok, not, unseen) =
        (count(SettingState::Ok), count(SettingState::Not), count(SettingState::CannotSee));
    let _ = writeln!(out, "{ok} ok, {not} not, {unseen} cannot be seen");
    out
}

/// The points as JSON, one final line break.
pub(crate) fn points_json(points: &[Point]) -> String {
    let points: Vec<_> = points
        .iter()
        .map(|it| {
            json!({
                "state": it.state.name().replace(' ', "-"),
                "what": it.what,
                "seen": it.seen,
                "mend": it.mend,
            })
        })
        .collect();
    let all = json!({"schema": "aimsgate-doctor/1", "points": points});
    untrusted::json(serde_json::to_string_pretty(&all).unwrap_or_default()) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_read_of_each_point_what_people_do() {
        let point = |state| Point {
            state,
            what: "w".to_owned(),
            seen: "s\u{202e}".to_owned(),
            mend: "m".to_owned(),
        };
        let text = points_json(&[point(SettingState::Not), point(SettingState::CannotSee)]);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["points"][0]["state"], "not");
        assert_eq!(read["points"][1]["state"], "cannot-see");
        assert_eq!(read["points"][1]["mend"], "m");
        assert!(text.is_ascii(), "{text}");
    }
}
