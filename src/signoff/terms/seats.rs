//! Which signer fills which seat.

use std::collections::BTreeSet;

/// Gives seats to signers, one each, so that as many as possible are taken (augmenting paths of a
/// bipartite matching). Returns the signer of each seat, None where it stays open.
pub(crate) fn assign_seats(
    seats: usize,
    signers: usize,
    fits: &impl Fn(usize, usize) -> bool,
) -> Vec<Option<usize>> {
    let mut taken = vec![None; seats];
    for seat in 0..seats {
        place(seat, signers, fits, &mut taken, &mut BTreeSet::new());
    }
    taken
}

/// Fills one seat, where others change places for it if they must. Returns whether it is filled.
fn place(
    seat: usize,
    signers: usize,
    fits: &impl Fn(usize, usize) -> bool,
    taken: &mut Vec<Option<usize>>,
    tried: &mut BTreeSet<usize>,
) -> bool {
    for signer in 0..signers {
        if !fits(signer, seat) || !tried.insert(signer) {
            continue;
        }
        let other = taken.iter().position(|taken| *taken == Some(signer));
        if other.is_none_or(|other| place(other, signers, fits, taken, tried)) {
            taken[seat] = Some(signer);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_seats_are_filled_as_can_be() {
        // For each signer the seats that fit; the number of seats; the signer of each seat.
        type Case = (&'static [&'static [usize]], usize, &'static [Option<usize>]);
        let cases: [Case; 5] = [
            (&[&[0], &[1]], 2, &[Some(0), Some(1)]),
            (&[&[0, 1], &[0]], 2, &[Some(1), Some(0)]),
            (&[&[0, 1]], 2, &[Some(0), None]),
            (&[], 1, &[None]),
            (&[&[0, 1, 2], &[0], &[1]], 3, &[Some(1), Some(2), Some(0)]),
        ];
        for (fitting, seats, expected) in cases {
            let fits = |signer: usize, seat: usize| fitting[signer].contains(&seat);
            assert_eq!(assign_seats(seats, fitting.len(), &fits), expected, "{fitting:?}");
        }
    }
}
