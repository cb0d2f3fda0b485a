//! A second look where one edge is large: with the function pegged on either side of it, the others go on.

use super::fleet::{Changes, Fleet, Moves};
use super::improve::{improve, Found};

/// Edges that may be found too large on the way, one after another.
const PEGS: usize = 16;

/// The best choices found with the function of the split pegged behind (`upward`) or before its edge; none where there are none.
///
/// The fleet is left as it was. O(log functions) for every edge that is taken or given back, and a search.
pub(super) fn dive(fleet: &mut Fleet, limit: f64, split: usize, upward: bool, tie: f64) -> Option<Found> {
    let mut moves = Moves::new();
    let mut pegged = vec![split];
    if upward {
        fleet.stand_at_corner(split, fleet.corner[split] + 1, &mut moves);
    }
    fleet.peg(split);
    let found = fleet.retreat(limit, &mut moves).then(|| {
        let multiplier = fill(fleet, limit, tie, &mut moves, &mut pegged);
        let found = improve(fleet, limit, multiplier, tie);
        let moved = moves.iter().map(|&(f, _)| (f, fleet.trees.point(f)));
        let changes: Changes = moved.chain(found.changes).collect();
        Found { changes, ..found }
    });
    while let Some(last) = moves.pop() {
        fleet.undo(Some(last));
    }
    for &f in &pegged {
        fleet.restore(f);
    }
    found
}

/// Takes edges that fit, pegging functions whose next one does not, until little is left; the slope reached.
fn fill(fleet: &mut Fleet, limit: f64, tie: f64, moves: &mut Moves, pegged: &mut Vec<usize>) -> f64 {
    loop {
        let Some((f, slope)) = fleet.advance(limit, moves) else { return 0.0 };
        if pegged.len() == PEGS || slope * (limit - fleet.trees.resource()) <= tie {
            return slope;
        }
        fleet.peg(f);
        pegged.push(f);
    }
}
