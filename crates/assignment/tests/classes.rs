//! Instances of many kinds, each proved by its duals, the small ones against all permutations.

use isotherm_assignment::{solve, verify, Instance, Solution};
use isotherm_numeric::SplitMix64;

struct Found {
    met: bool,
    row_to_col: Vec<i32>,
    col_to_row: Vec<i32>,
    row_duals: Vec<f64>,
    col_duals: Vec<f64>,
}

fn solved(costs: &[f64], rows: usize, cols: usize, unassigned: &[f64], capacity: &[f64]) -> (Found, Option<f64>) {
    let instance = Instance::new(costs, rows as f64, cols as f64, unassigned, capacity).expect("a sound instance");
    let mut found = Found {
        met: false,
        row_to_col: vec![7; rows],
        col_to_row: vec![7; cols],
        row_duals: vec![7.0; rows],
        col_duals: vec![7.0; cols],
    };
    let mut out = Solution {
        row_to_col: &mut found.row_to_col,
        col_to_row: &mut found.col_to_row,
        row_duals: &mut found.row_duals,
        col_duals: &mut found.col_duals,
    };
    let met = solve(&instance, &mut out).expect("arrays of the right lengths");
    found.met = met;
    if !met {
        return (found, None);
    }
    let proof = verify(&instance, &found.row_to_col, &found.col_duals).expect("an assignment within the rules");
    let scale = 1.0 + costs.iter().filter(|cost| cost.is_finite()).fold(0.0, |most: f64, cost| most.max(cost.abs()));
    let gap = proof.cost - proof.bound;
    assert!(gap.abs() <= 1e-12 * scale * (rows + cols) as f64, "gap {gap} of {proof:?}");
    (found, Some(proof.cost))
}

/// The least cost by trying everything; none where nothing is allowed.
fn tried(costs: &[f64], rows: usize, cols: usize, unassigned: &[f64], capacity: &[f64]) -> Option<f64> {
    let mut room: Vec<f64> = if capacity.is_empty() { vec![1.0; cols] } else { capacity.to_vec() };
    let places: f64 = room.iter().sum();
    let skips = if unassigned.is_empty() { (rows as f64 - places).max(0.0) as usize } else { rows };
    let try_row = TryRow { costs, cols, rows, unassigned };
    let best = try_row.from(0, skips, &mut room);
    (best < f64::INFINITY).then_some(best)
}

struct TryRow<'a> {
    costs: &'a [f64],
    cols: usize,
    rows: usize,
    unassigned: &'a [f64],
}

impl TryRow<'_> {
    fn from(&self, i: usize, skips: usize, room: &mut [f64]) -> f64 {
        if i == self.rows {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        if skips > 0 {
            let price = if self.unassigned.is_empty() { 0.0 } else { self.unassigned[i] };
            best = price + self.from(i + 1, skips - 1, room);
        }
        for j in 0..self.cols {
            if room[j] > 0.0 {
                room[j] -= 1.0;
                best = best.min(self.costs[i * self.cols + j] + self.from(i + 1, skips, room));
                room[j] += 1.0;
            }
        }
        best
    }
}

fn unit(random: &mut SplitMix64) -> f64 {
    (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
}

fn cost(kind: usize, random: &mut SplitMix64) -> f64 {
    let drawn = unit(random);
    match kind {
        0 => drawn,
        1 => (drawn * 4.0).floor(),
        2 => drawn * 200.0 - 100.0,
        3 => (drawn * 20.0).floor() - 10.0,
        4 if drawn < 0.5 => f64::INFINITY,
        4 => drawn,
        5 if drawn < 0.4 => f64::INFINITY,
        5 => (drawn * 5.0).floor(),
        _ => 1e6 + (drawn * 3.0).floor() * 1e-3,
    }
}

#[test]
fn is_never_beaten_by_trying_everything() {
    let mut random = SplitMix64::new(6);
    let (mut infeasible, mut feasible) = (0, 0);
    for round in 0..20_000 {
        let (rows, cols) = (random.next_u64() as usize % 6, random.next_u64() as usize % 6);
        let kind = round % 7;
        let costs: Vec<f64> = (0..rows * cols).map(|_| cost(kind, &mut random)).collect();
        let unassigned: Vec<f64> = match random.next_u64() % 3 {
            0 => (0..rows).map(|_| cost(kind, &mut random)).collect(),
            _ => Vec::new(),
        };
        let capacity: Vec<f64> = match random.next_u64() % 3 {
            0 => (0..cols).map(|_| (random.next_u64() % 4) as f64).collect(),
            _ => Vec::new(),
        };
        let (found, own) = solved(&costs, rows, cols, &unassigned, &capacity);
        let best = tried(&costs, rows, cols, &unassigned, &capacity);
        match (own, best) {
            (Some(own), Some(best)) => {
                assert!(
                    (own - best).abs() <= 1e-9 * best.abs().max(1.0),
                    "{own} for {best}: {costs:?} {rows}x{cols} {unassigned:?} {capacity:?}"
                );
                feasible += 1;
            }
            (None, None) => {
                violates(&found, &costs, rows, cols, &capacity);
                infeasible += 1;
            }
            _ => panic!("{own:?} for {best:?}: {costs:?} {rows}x{cols} {unassigned:?} {capacity:?}"),
        }
    }
    assert!(feasible > 10_000 && infeasible > 1000, "{feasible} and {infeasible}");
}

/// The rows that are named have fewer places in the columns that they may take; or columns that must be full, fewer rows.
fn violates(found: &Found, costs: &[f64], rows: usize, cols: usize, capacity: &[f64]) {
    let most = |j: usize| if capacity.is_empty() { 1.0 } else { capacity[j] };
    let named_rows = found.row_to_col.iter().filter(|&&mark| mark == 1).count() as f64;
    let places: f64 = (0..cols).filter(|&j| found.col_to_row[j] == 1).map(most).sum();
    let all: f64 = (0..cols).map(most).sum();
    let allowed = |i: usize, j: usize| costs[i * cols + j] < f64::INFINITY && most(j) > 0.0;
    if rows as f64 > all
        && found
            .row_to_col
            .iter()
            .zip(0..)
            .all(|(&mark, i)| mark == 1 || (0..cols).all(|j| found.col_to_row[j] != 1 || !allowed(i, j)))
        && places > named_rows
    {
        return;
    }
    assert!(named_rows > places);
    for i in (0..rows).filter(|&i| found.row_to_col[i] == 1) {
        for j in (0..cols).filter(|&j| found.col_to_row[j] != 1) {
            assert!(!allowed(i, j), "row {i} may take column {j}");
        }
    }
}

#[test]
fn duals_prove_larger_ones() {
    let mut random = SplitMix64::new(7);
    for kind in 0..7 {
        for (rows, cols) in [(60, 60), (33, 90), (90, 33), (1, 50), (50, 1)] {
            let costs: Vec<f64> = (0..rows * cols).map(|_| cost(kind, &mut random)).collect();
            solved(&costs, rows, cols, &[], &[]);
            let unassigned: Vec<f64> = (0..rows).map(|_| cost(kind, &mut random)).collect();
            solved(&costs, rows, cols, &unassigned, &[]);
            let capacity: Vec<f64> = (0..cols).map(|_| (random.next_u64() % 6) as f64).collect();
            solved(&costs, rows, cols, &[], &capacity);
        }
    }
}

#[test]
fn finds_what_was_hidden() {
    // Costs that duals shift, 0 on a permutation: it is the only optimum.
    let mut random = SplitMix64::new(8);
    let n = 80;
    let mut hidden: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        hidden.swap(i, random.next_u64() as usize % (i + 1));
    }
    let (u, v): (Vec<f64>, Vec<f64>) = (0..n).map(|_| (unit(&mut random), unit(&mut random))).unzip();
    let costs: Vec<f64> = (0..n * n)
        .map(|at| u[at / n] + v[at % n] + if hidden[at / n] == at % n { 0.0 } else { 0.01 + unit(&mut random) })
        .collect();
    let (found, _) = solved(&costs, n, n, &[], &[]);
    assert!(found.met);
    assert!(found.row_to_col.iter().zip(&hidden).all(|(&j, &own)| j == own as i32));
}

#[test]
fn very_large_costs_do_not_overflow() {
    let (_, cost) = solved(&[1e308, 1.0, 1.0, 1e308], 2, 2, &[], &[]);
    assert_eq!(cost, Some(2.0));
}

#[test]
fn refuses_what_is_no_instance() {
    let code = |costs: &[f64], rows: f64, cols: f64, unassigned: &[f64], capacity: &[f64]| {
        Instance::new(costs, rows, cols, unassigned, capacity).map(|_| ()).map_err(|error| error.code.as_str())
    };
    assert_eq!(code(&[1.0], 1.0, 1.0, &[], &[]), Ok(()));
    assert_eq!(code(&[1.0], 1.0, 2.0, &[], &[]), Err("BAD_LENGTH"));
    assert_eq!(code(&[1.0], 0.5, 2.0, &[], &[]), Err("OUT_OF_RANGE"));
    assert_eq!(code(&[f64::NAN], 1.0, 1.0, &[], &[]), Err("NOT_FINITE"));
    assert_eq!(code(&[f64::NEG_INFINITY], 1.0, 1.0, &[], &[]), Err("NOT_FINITE"));
    assert_eq!(code(&[1.0], 1.0, 1.0, &[1.0, 2.0], &[]), Err("BAD_LENGTH"));
    assert_eq!(code(&[1.0], 1.0, 1.0, &[f64::NAN], &[]), Err("NOT_FINITE"));
    assert_eq!(code(&[1.0], 1.0, 1.0, &[], &[-1.0]), Err("OUT_OF_RANGE"));
    assert_eq!(code(&[1.0], 1.0, 1.0, &[], &[1.0, 1.0]), Err("BAD_LENGTH"));
}
