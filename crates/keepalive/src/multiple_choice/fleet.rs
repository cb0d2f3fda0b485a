//! Where every function stands, and the way from one split to another.

use super::choices::Choices;
use super::hulls::Hulls;
use super::trees::{Leaf, Trees};
use super::{dive, improve, split, Solution, TIE};

/// Moves on the hulls: the function, and the corner where it stood.
pub(super) type Moves = Vec<(usize, usize)>;

/// Points that functions take instead of their corners.
pub(super) type Changes = Vec<(usize, usize)>;

/// When one part in this many of the functions is set at once, all are placed anew.
const PLACED_ANEW: usize = 16;

/// A search that has come this close to its bound, relative to the cost, is not begun again elsewhere.
const CLOSE: f64 = 1e-6;

pub(super) struct Fleet {
    pub hulls: Hulls,
    pub trees: Trees,
    /// Where each function stands on its hull.
    pub corner: Vec<usize>,
    /// Points that the last solution took instead.
    changes: Changes,
    /// Functions whose choice may not be what it was at the last solution.
    touched: Vec<usize>,
    /// Whether the functions stand at some split.
    placed: bool,
}

impl Fleet {
    pub fn new(functions: usize) -> Self {
        Fleet {
            hulls: Hulls::new(functions),
            trees: Trees::new(functions),
            corner: vec![0; functions],
            changes: Vec::new(),
            touched: Vec::new(),
            placed: false,
        }
    }

    pub fn set(&mut self, first: usize, choices: &Choices, threads: usize) {
        let functions = choices.offsets.len() - 1;
        self.withdraw_changes();
        self.hulls.set(first, choices, threads);
        if functions * PLACED_ANEW > self.corner.len() {
            self.placed = false;
        }
        for f in first..first + functions {
            self.corner[f] = 0;
            if self.placed {
                self.restore(f);
                self.touched.push(f);
            }
        }
    }

    /// The best allocation found; none where the limit cannot be met.
    pub fn solve(&mut self, limit: f64) -> Option<Solution> {
        self.withdraw_changes();
        if !self.placed {
            split::place(&self.hulls, &mut self.corner, limit);
            self.touched = (0..self.corner.len()).collect();
            let Fleet { hulls, trees, corner, .. } = self;
            trees.fill(corner.len(), |f| leaf(hulls, f, corner[f]));
            self.placed = true;
        }
        let mut moves = Moves::new();
        self.take_steepest_first(&mut moves);
        let met = self.retreat(limit, &mut moves);
        let blocked = if met { self.advance(limit, &mut moves) } else { None };
        self.touched.extend(moves.iter().map(|&(f, _)| f));
        if !met {
            return None;
        }
        Some(self.with_whole_choices(limit, blocked))
    }

    /// From the split on: the search, and the searches beside it where it has not come close.
    fn with_whole_choices(&mut self, limit: f64, blocked: Option<(usize, f64)>) -> Solution {
        let (cost, resource) = (self.trees.cost(), self.trees.resource());
        let Some((split, multiplier)) = blocked else {
            return Solution { cost, resource, dual_bound: cost, bound: cost, multiplier: 0.0, changed: 0 };
        };
        let tie = cost * TIE;
        let dual_bound = (cost - multiplier * (limit - resource)).max(0.0);
        let mut best = improve::improve(self, limit, multiplier, tie);
        let bound = best.bound.max(dual_bound);
        if best.cost - bound > best.cost * CLOSE {
            for upward in [false, true] {
                if let Some(found) = dive::dive(self, limit, split, upward, tie) {
                    if found.cost < best.cost - tie {
                        best = found;
                    }
                }
            }
        }
        for &(f, point) in &best.changes {
            self.stand_at(f, point);
            self.touched.push(f);
        }
        self.changes = best.changes;
        let (cost, resource) = (self.trees.cost(), self.trees.resource());
        // A search that left nothing out has found what costs least, whatever rounding makes of its bound.
        let bound = if bound >= cost - tie { cost } else { bound };
        Solution { cost, resource, dual_bound: dual_bound.min(cost), bound, multiplier, changed: 0 }
    }

    /// After a `solve` that met no limit: the resources of all functions at their least.
    pub fn least_resource(&self) -> f64 {
        self.trees.resource()
    }

    /// Hands over the functions whose choice may differ from the last solution's.
    pub fn take_touched(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.touched)
    }

    /// The choice of a function as the caller counts them.
    pub fn choice(&self, f: usize) -> i32 {
        self.hulls.choice(f, self.trees.point(f)) as i32
    }

    fn withdraw_changes(&mut self) {
        for (f, _) in std::mem::take(&mut self.changes) {
            self.restore(f);
            self.touched.push(f);
        }
    }

    /// The leaf of a function where it stands on its hull.
    pub fn restore(&mut self, f: usize) {
        self.trees.set(f, leaf(&self.hulls, f, self.corner[f]));
    }

    pub fn stand_at_corner(&mut self, f: usize, corner: usize, moves: &mut Moves) {
        moves.push((f, self.corner[f]));
        self.corner[f] = corner;
        self.restore(f);
    }

    /// A function's sums from another point; what its next edges are stays.
    pub fn stand_at(&mut self, f: usize, point: usize) {
        let (resource, cost) = self.hulls.point(f, point);
        self.trees.set(f, Leaf { resource, cost, point, ..self.trees.leaf(f) });
    }

    /// The function takes and gives back no more edges.
    pub fn peg(&mut self, f: usize) {
        self.trees.set(f, Leaf { up: f64::NEG_INFINITY, down: f64::INFINITY, ..self.trees.leaf(f) });
    }

    /// Until no edge is left out that comes before one that was taken.
    fn take_steepest_first(&mut self, moves: &mut Moves) {
        loop {
            let ((up, steepest), (down, flattest)) = (self.trees.next_up(), self.trees.next_down());
            if !(steepest > flattest || (steepest == flattest && up < down)) {
                return;
            }
            self.stand_at_corner(up, self.corner[up] + 1, moves);
        }
    }

    /// Gives edges back, the last taken first, until the limit is met; whether it is.
    pub fn retreat(&mut self, limit: f64, moves: &mut Moves) -> bool {
        while self.trees.resource() > limit {
            let (f, slope) = self.trees.next_down();
            if slope == f64::INFINITY {
                return false;
            }
            self.stand_at_corner(f, self.corner[f] - 1, moves);
        }
        true
    }

    /// Takes edges as long as they fit: the function whose edge does not, and its slope.
    pub fn advance(&mut self, limit: f64, moves: &mut Moves) -> Option<(usize, f64)> {
        loop {
            let (f, slope) = self.trees.next_up();
            if slope == f64::NEG_INFINITY {
                return None;
            }
            self.stand_at_corner(f, self.corner[f] + 1, moves);
            if self.trees.resource() > limit {
                self.undo(moves.pop());
                return Some((f, slope));
            }
        }
    }

    pub fn undo(&mut self, last: Option<(usize, usize)>) {
        if let Some((f, corner)) = last {
            self.corner[f] = corner;
            self.restore(f);
        }
    }

    /// The cost with these changes, where the limit is met with them.
    pub fn cost_with(&mut self, changes: &[(usize, usize)], limit: f64) -> Option<f64> {
        let before: Vec<(usize, Leaf)> = changes.iter().map(|&(f, _)| (f, self.trees.leaf(f))).collect();
        for &(f, point) in changes {
            self.stand_at(f, point);
        }
        let (cost, resource) = (self.trees.cost(), self.trees.resource());
        for &(f, leaf) in before.iter().rev() {
            self.trees.set(f, leaf);
        }
        (resource <= limit).then_some(cost)
    }
}

fn leaf(hulls: &Hulls, f: usize, corner: usize) -> Leaf {
    let point = hulls.corner(f, corner);
    let (resource, cost) = hulls.point(f, point);
    let slopes = hulls.slopes(f);
    let up = slopes.get(corner).copied().unwrap_or(f64::NEG_INFINITY);
    let down = if corner > 0 { slopes[corner - 1] } else { f64::INFINITY };
    Leaf { resource, cost, point, up, down }
}
