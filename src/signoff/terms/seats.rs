//! Which signer fills which seat.

use crate::ids::PersonId;

/// One way to fill a seat: who sits there, and whose part that is: the person's own, or that of
/// somebody for whom the person stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sitting<'p> {
    pub(crate) who: &'p PersonId,
    pub(crate) part: &'p PersonId,
}

impl Sitting<'_> {
    /// Whether somebody would be in both, in person or by a deputy.
    pub(crate) fn shares_somebody(self, other: Sitting<'_>) -> bool {
        let Sitting { who, part } = other;
        self.who == who || self.who == part || self.part == who || self.part == part
    }
}

/// Gives seats to people, so that as many as possible are taken: of each seat it gets the ways to
/// fill it. Nobody is in two seats, neither in person nor by a deputy. Returns how each seat is
/// filled, None where it stays open.
pub(crate) fn assign_seats<'p>(ways: &[Vec<Sitting<'p>>]) -> Vec<Option<Sitting<'p>>> {
    let fillable = ways.iter().filter(|ways| !ways.is_empty()).count();
    let mut search = Matching { ways, fillable, best: vec![None; ways.len()], most: 0 };
    search.fill(&mut Vec::new(), 0);
    search.best
}

/// Tries the ways to fill the seats one after the other. There are few seats, and mostly the first
/// way fits.
struct Matching<'w, 'p> {
    ways: &'w [Vec<Sitting<'p>>],
    /// Of how many seats anybody could fill one.
    fillable: usize,
    best: Vec<Option<Sitting<'p>>>,
    most: usize,
}

impl<'p> Matching<'_, 'p> {
    fn fill(&mut self, taken: &mut Vec<Option<Sitting<'p>>>, filled: usize) {
        if filled > self.most {
            self.most = filled;
            self.best = taken.clone();
            self.best.resize(self.ways.len(), None);
        }
        let left = self.ways[taken.len()..].iter().filter(|ways| !ways.is_empty()).count();
        if self.most == self.fillable || filled + left <= self.most {
            return;
        }
        for way in &self.ways[taken.len()] {
            if taken.iter().flatten().any(|other| way.shares_somebody(*other)) {
                continue;
            }
            taken.push(Some(*way));
            self.fill(taken, filled + 1);
            taken.pop();
        }
        taken.push(None);
        self.fill(taken, filled);
        taken.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_seats_are_filled_as_can_be_and_nobody_is_in_two() {
        // For each seat who could fill it, `ben/eva` for ben in the place of eva; who does.
        type Case = (&'static [&'static [&'static str]], &'static [&'static str]);
        let cases: [Case; 9] = [
            (&[&["ana"], &["ben"]], &["ana", "ben"]),
            (&[&["ana", "ben"], &["ana"]], &["ben", "ana"]),
            (&[&["ana"], &["ana"]], &["ana", "-"]),
            (&[&[]], &["-"]),
            (&[&["ana", "ben"], &["ana", "cem"], &["ana"]], &["ben", "cem", "ana"]),
            // A person and the own deputy are one, and so are two deputies of one person.
            (&[&["eva"], &["ben/eva"]], &["eva", "-"]),
            (&[&["ana/eva"], &["ben/eva"]], &["ana/eva", "-"]),
            (&[&["ana/eva"], &["ben/ana"]], &["ana/eva", "-"]),
            (&[&["eva", "ben/eva"], &["ben", "ben/eva", "cem"]], &["eva", "ben"]),
        ];
        for (seats, expected) in cases {
            let named = |name: &str| {
                let (who, part) = name.split_once('/').unwrap_or((name, name));
                (PersonId::from(who), PersonId::from(part))
            };
            let names: Vec<Vec<(PersonId, PersonId)>> =
                seats.iter().map(|seat| seat.iter().map(|name| named(name)).collect()).collect();
            let ways: Vec<Vec<Sitting<'_>>> = names
                .iter()
                .map(|seat| seat.iter().map(|(who, part)| Sitting { who, part }).collect())
                .collect();
            let words = |taken: Option<Sitting<'_>>| match taken {
                None => "-".to_owned(),
                Some(it) if it.who == it.part => it.who.to_string(),
                Some(it) => format!("{}/{}", it.who, it.part),
            };
            let found: Vec<String> = assign_seats(&ways).into_iter().map(words).collect();
            assert_eq!(found, expected, "{seats:?}");
        }
    }
}
