//! A search around a split for whole choices that use what is left of the limit.
//!
//! Functions are taken in the order in which their slopes lie about the multiplier. What can be done with those taken so far is a
//! list of states, the sums of what they add to resource and cost, without those that another state beats in both. The
//! slopes of the functions yet to come bound what a state can become: the best of them gains less per resource than the next
//! edge upwards, and frees resource at no less than the next edge downwards costs. States that cannot become better than what was
//! found are dropped; when none is left, there is nothing better.
//!
//! Source: the expanding core of Pisinger, "A minimal algorithm for the multiple-choice knapsack problem", EJOR 83 (1995).

use super::fleet::{Changes, Fleet};

/// Functions taken at most.
const FUNCTIONS: usize = 256;

/// States kept at most, those of most promise.
const STATES: usize = 256;

/// A search ends when it cannot find more than this share of the cost.
const ENOUGH: f64 = 1e-9;

/// The best that a search found.
pub(super) struct Found {
    pub cost: f64,
    pub changes: Changes,
    /// No choices of the functions that could move cost less.
    pub bound: f64,
}

/// What some choices add to the sums.
#[derive(Clone, Copy)]
struct State {
    resource: f64,
    cost: f64,
    /// The change that led here; `ROOT`: none.
    step: u32,
}

const ROOT: u32 = u32::MAX;

struct Step {
    before: u32,
    f: usize,
    point: usize,
}

/// What the functions yet to come can do for a state.
struct Ahead {
    slack: f64,
    /// Most that a unit of resource saves.
    gain: f64,
    /// Least that a unit of resource costs to free.
    price: f64,
}

impl Ahead {
    /// A lower bound on the cost that a state can come to.
    fn promise(&self, state: &State) -> f64 {
        let left = self.slack - state.resource;
        if left >= 0.0 {
            state.cost - self.gain * left
        } else if self.price == f64::INFINITY {
            f64::INFINITY
        } else {
            state.cost - self.price * left
        }
    }
}

/// Looks for cheaper choices than those at the split, with the resource that is left; costs within `tie` are equal.
///
/// O(functions x choices x states), of which the first and the last are bounded.
pub(super) fn improve(fleet: &mut Fleet, limit: f64, multiplier: f64, tie: f64) -> Found {
    let (base, slack) = (fleet.trees.cost(), limit - fleet.trees.resource());
    let mut found = Found { cost: base, changes: Vec::new(), bound: base };
    // What is found, and the least that may have been lost, as additions to the base.
    let (mut best, mut lost) = (0.0_f64, 0.0_f64);
    let mut states = vec![State { resource: 0.0, cost: 0.0, step: ROOT }];
    let mut steps: Vec<Step> = Vec::new();
    let mut taken: Vec<usize> = Vec::new();
    loop {
        let ahead = ahead(fleet, slack);
        states.retain(|state| ahead.promise(state) < best - tie);
        let (up, down) = (fleet.trees.next_up(), fleet.trees.next_down());
        let all_taken = up.1 == f64::NEG_INFINITY && down.1 == f64::INFINITY;
        let most = states.iter().map(|state| ahead.promise(state)).fold(lost, f64::min);
        if states.is_empty() || all_taken || taken.len() == FUNCTIONS || best - most <= base * ENOUGH {
            lost = most;
            break;
        }
        let f = if multiplier - up.1 <= down.1 - multiplier { up.0 } else { down.0 };
        fleet.peg(f);
        taken.push(f);
        let worth = multiplier * slack + best - tie;
        let ahead = self::ahead(fleet, slack);
        let mut merged = states.clone();
        let stands = fleet.trees.point(f);
        let (resource, cost) = fleet.hulls.point(f, stands);
        for point in (0..fleet.hulls.points(f)).filter(|&point| point != stands) {
            let (needs, costs) = fleet.hulls.point(f, point);
            let (needs, costs) = (needs - resource, costs - cost);
            // What it adds beyond the multiplier's price is lost, whatever the others do.
            if costs + multiplier * needs >= worth {
                continue;
            }
            let moved = states.iter().map(|state| State {
                resource: state.resource + needs,
                cost: state.cost + costs,
                step: state.step,
            });
            let moved: Vec<State> = moved.filter(|state| ahead.promise(state) < best - tie).collect();
            merged = merge(&merged, &moved, &mut steps, f, point);
            lost = lost.min(thin(&mut merged, &ahead));
        }
        states = merged;
        // Costs descend as resources ascend: the last state within the slack is the best that is.
        let within = states.partition_point(|state| state.resource <= slack);
        for state in states[..within].iter().rev().take_while(|state| state.cost < best - tie) {
            let changes = path(&steps, state.step);
            // The sums that count may round to the other side of the limit.
            if let Some(cost) = fleet.cost_with(&changes, limit) {
                best = state.cost;
                (found.cost, found.changes) = (cost, changes);
                break;
            }
        }
    }
    for &f in taken.iter().rev() {
        fleet.restore(f);
    }
    found.bound = base + best.min(lost);
    found
}

fn ahead(fleet: &Fleet, slack: f64) -> Ahead {
    Ahead { slack, gain: fleet.trees.next_up().1.max(0.0), price: fleet.trees.next_down().1 }
}

/// Both lists as one, ascending by resource, strictly descending by cost; of equal states that of `kept`.
fn merge(kept: &[State], moved: &[State], steps: &mut Vec<Step>, f: usize, point: usize) -> Vec<State> {
    let mut merged: Vec<State> = Vec::with_capacity(kept.len() + moved.len());
    let (mut i, mut j) = (0, 0);
    while i < kept.len() || j < moved.len() {
        let from_kept = j == moved.len()
            || (i < kept.len()
                && (kept[i].resource < moved[j].resource
                    || (kept[i].resource == moved[j].resource && kept[i].cost <= moved[j].cost)));
        let state = if from_kept { kept[i] } else { moved[j] };
        (i, j) = if from_kept { (i + 1, j) } else { (i, j + 1) };
        if merged.last().is_some_and(|last| last.cost <= state.cost) {
            continue;
        }
        if from_kept {
            merged.push(state);
        } else {
            steps.push(Step { before: state.step, f, point });
            merged.push(State { step: (steps.len() - 1) as u32, ..state });
        }
    }
    merged
}

/// Keeps the states of most promise; the least promise of those that go, infinity when none does.
fn thin(states: &mut Vec<State>, ahead: &Ahead) -> f64 {
    if states.len() <= STATES {
        return f64::INFINITY;
    }
    let mut promises: Vec<f64> = states.iter().map(|state| ahead.promise(state)).collect();
    let (_, &mut last, _) = promises.select_nth_unstable_by(STATES, f64::total_cmp);
    // All below the first one that goes: fewer where several are alike.
    states.retain(|state| ahead.promise(state) < last);
    last
}

/// The changes that led to a state.
fn path(steps: &[Step], mut at: u32) -> Changes {
    let mut changes = Changes::new();
    while at != ROOT {
        let step = &steps[at as usize];
        changes.push((step.f, step.point));
        at = step.before;
    }
    changes
}
