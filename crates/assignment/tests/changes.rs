//! A solver that stays agrees with a fresh one after every change, and sparse instances with dense ones.

use isotherm_assignment::{solve, solve_sparse, verify, Instance, Solution, Solver, SparseInstance};
use isotherm_numeric::SplitMix64;

struct Model {
    costs: Vec<Vec<f64>>,
    cols: usize,
    unassigned: Vec<f64>,
    priced: bool,
    capacity: Vec<f64>,
}

struct Arrays {
    row_to_col: Vec<i32>,
    col_to_row: Vec<i32>,
    row_duals: Vec<f64>,
    col_duals: Vec<f64>,
}

impl Arrays {
    fn new(rows: usize, cols: usize) -> Self {
        Arrays {
            row_to_col: vec![7; rows],
            col_to_row: vec![7; cols],
            row_duals: vec![7.0; rows],
            col_duals: vec![7.0; cols],
        }
    }

    fn out(&mut self) -> Solution<'_> {
        Solution {
            row_to_col: &mut self.row_to_col,
            col_to_row: &mut self.col_to_row,
            row_duals: &mut self.row_duals,
            col_duals: &mut self.col_duals,
        }
    }
}

fn cost(kind: u64, random: &mut SplitMix64) -> f64 {
    let drawn = (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0;
    match kind {
        0 => drawn,
        1 => (drawn * 4.0).floor(),
        2 => drawn * 200.0 - 100.0,
        _ if drawn < 0.3 => f64::INFINITY,
        _ => (drawn * 10.0).floor(),
    }
}

/// The sum that the duals prove, none where nothing is feasible.
fn checked(solver: &mut Solver, model: &Model) -> Option<f64> {
    let rows = model.costs.len();
    let costs: Vec<f64> = model.costs.concat();
    let unassigned: &[f64] = if model.priced { &model.unassigned } else { &[] };
    let instance = Instance::new(&costs, rows as f64, model.cols as f64, unassigned, &model.capacity).expect("sound");
    let mut fresh = Arrays::new(rows, model.cols);
    let expected = solve(&instance, &mut fresh.out())
        .expect("lengths")
        .then(|| verify(&instance, &fresh.row_to_col, &fresh.col_duals).expect("within the rules").cost);
    let mut found = Arrays::new(rows, model.cols);
    let mut sum = 0.0;
    let met = solver.finish(&mut found.out(), &mut sum).expect("lengths");
    assert_eq!(met, expected.is_some());
    let expected = expected?;
    let proof = verify(&instance, &found.row_to_col, &found.col_duals).expect("within the rules");
    assert!((proof.cost - proof.bound).abs() <= 1e-9, "{proof:?} for {expected}");
    assert!((sum - expected).abs() <= 1e-9 && (sum - proof.cost).abs() <= 1e-9, "{sum} for {expected}");
    Some(sum)
}

#[test]
fn changes_lead_to_what_a_fresh_solver_finds() {
    let mut random = SplitMix64::new(12);
    let (mut feasible, mut infeasible) = (0, 0);
    for round in 0..600 {
        let kind = random.next_u64() % 4;
        let (rows, cols) = (1 + random.next_u64() as usize % 7, 1 + random.next_u64() as usize % 7);
        let priced = round % 3 == 0;
        let mut model = Model {
            costs: (0..rows).map(|_| (0..cols).map(|_| cost(kind, &mut random)).collect()).collect(),
            cols,
            unassigned: (0..rows).map(|_| cost(kind, &mut random)).collect(),
            priced,
            capacity: if round % 4 == 1 { (0..cols).map(|_| (random.next_u64() % 4) as f64).collect() } else { vec![] },
        };
        let unassigned: &[f64] = if priced { &model.unassigned } else { &[] };
        let mut solver =
            Solver::new(&model.costs.concat(), rows as f64, cols as f64, unassigned, &model.capacity).expect("sound");
        for _ in 0..12 {
            for _ in 0..random.next_u64() % 3 {
                let rows = model.costs.len();
                let row: Vec<f64> = (0..cols).map(|_| cost(kind, &mut random)).collect();
                let price = cost(kind, &mut random);
                let i = random.next_u64() as usize % rows.max(1);
                let j = random.next_u64() as usize % cols;
                match random.next_u64() % 5 {
                    0 if rows > 0 => {
                        solver.update_row(i as f64, &row, price).expect("sound");
                        model.costs[i] = row;
                        model.unassigned[i] = price;
                    }
                    1 => {
                        let col: Vec<f64> = (0..rows).map(|_| cost(kind, &mut random)).collect();
                        solver.update_col(j as f64, &col).expect("sound");
                        for (row, cost) in model.costs.iter_mut().zip(col) {
                            row[j] = cost;
                        }
                    }
                    2 if rows > 0 => {
                        solver.update_cost(i as f64, j as f64, row[0]).expect("sound");
                        model.costs[i][j] = row[0];
                    }
                    3 => {
                        solver.add_row(&row, price).expect("sound");
                        model.costs.push(row);
                        model.unassigned.push(price);
                    }
                    _ if rows > 0 => {
                        solver.remove_row(i as f64).expect("sound");
                        model.costs.remove(i);
                        model.unassigned.remove(i);
                    }
                    _ => {}
                }
            }
            match checked(&mut solver, &model) {
                Some(_) => feasible += 1,
                None => infeasible += 1,
            }
        }
    }
    assert!(feasible > 3000 && infeasible > 80, "{feasible} and {infeasible}");
}

#[test]
fn a_solver_refuses_what_is_not_there() {
    let mut solver = Solver::new(&[1.0, 2.0], 1.0, 2.0, &[], &[]).expect("sound");
    let code = |result: isotherm_numeric::Result<()>| result.map_err(|error| error.code.as_str());
    assert_eq!(code(solver.update_row(1.0, &[1.0, 2.0], 0.0)), Err("OUT_OF_RANGE"));
    assert_eq!(code(solver.update_row(0.0, &[1.0], 0.0)), Err("BAD_LENGTH"));
    assert_eq!(code(solver.update_row(0.0, &[1.0, f64::NAN], 0.0)), Err("NOT_FINITE"));
    assert_eq!(code(solver.update_col(2.0, &[1.0])), Err("OUT_OF_RANGE"));
    assert_eq!(code(solver.update_cost(0.0, 0.5, 1.0)), Err("OUT_OF_RANGE"));
    assert_eq!(code(solver.update_cost(0.0, 0.0, 1e308)), Err("OUT_OF_RANGE"));
    assert_eq!(code(solver.remove_row(-1.0)), Err("OUT_OF_RANGE"));
    assert_eq!(code(Solver::new(&[1e308], 1.0, 1.0, &[], &[]).map(|_| ())), Err("OUT_OF_RANGE"));
}

#[test]
fn sparse_instances_agree_with_dense_ones() {
    let mut random = SplitMix64::new(13);
    let (mut feasible, mut infeasible) = (0, 0);
    for round in 0..4000 {
        let (rows, cols) = (random.next_u64() as usize % 8, random.next_u64() as usize % 8);
        let kind = random.next_u64() % 3;
        let share = 1 + random.next_u64() % 3;
        let costs: Vec<f64> = (0..rows * cols)
            .map(|_| if random.next_u64() % 4 < share { cost(kind, &mut random) } else { f64::INFINITY })
            .collect();
        let unassigned: Vec<f64> =
            if round % 3 == 0 { (0..rows).map(|_| cost(kind, &mut random)).collect() } else { vec![] };
        let capacity: Vec<f64> =
            if round % 4 == 0 { (0..cols).map(|_| (random.next_u64() % 4) as f64).collect() } else { vec![] };
        let (mut offsets, mut columns, mut entries) = (vec![0.0], vec![], vec![]);
        for i in 0..rows {
            for j in 0..cols {
                if costs[i * cols + j] < f64::INFINITY {
                    columns.push(j as i32);
                    entries.push(costs[i * cols + j]);
                }
            }
            offsets.push(entries.len() as f64);
        }
        let dense = Instance::new(&costs, rows as f64, cols as f64, &unassigned, &capacity).expect("sound");
        let sparse =
            SparseInstance::new(&offsets, &columns, &entries, cols as f64, &unassigned, &capacity).expect("sound");
        let (mut one, mut two) = (Arrays::new(rows, cols), Arrays::new(rows, cols));
        let met = solve(&dense, &mut one.out()).expect("lengths");
        assert_eq!(met, solve_sparse(&sparse, &mut two.out()).expect("lengths"));
        if !met {
            infeasible += 1;
            continue;
        }
        feasible += 1;
        let expected = verify(&dense, &one.row_to_col, &one.col_duals).expect("within the rules");
        let proof = verify(&dense, &two.row_to_col, &two.col_duals).expect("within the rules");
        assert!((proof.cost - expected.cost).abs() <= 1e-9 && (proof.cost - proof.bound).abs() <= 1e-9);
    }
    assert!(feasible > 1500 && infeasible > 400, "{feasible} and {infeasible}");
}

#[test]
fn sparse_instances_are_checked() {
    let code = |offsets: &[f64], columns: &[i32], costs: &[f64], cols: f64| {
        SparseInstance::new(offsets, columns, costs, cols, &[], &[]).map(|_| ()).map_err(|error| error.code.as_str())
    };
    assert_eq!(code(&[0.0, 1.0], &[0], &[1.0], 1.0), Ok(()));
    assert_eq!(code(&[], &[], &[], 1.0), Err("BAD_LENGTH"));
    assert_eq!(code(&[0.0, 1.0], &[0, 1], &[1.0], 2.0), Err("BAD_LENGTH"));
    assert_eq!(code(&[0.0, 1.0], &[1], &[1.0], 1.0), Err("OUT_OF_RANGE"));
    assert_eq!(code(&[0.0, 2.0, 1.0], &[0], &[1.0], 1.0), Err("OUT_OF_RANGE"));
    assert_eq!(code(&[0.0, 0.0], &[0], &[1.0], 1.0), Err("OUT_OF_RANGE"));
    assert_eq!(code(&[1.0, 1.0], &[0], &[1.0], 1.0), Err("OUT_OF_RANGE"));
    assert_eq!(code(&[0.0, 1.0], &[0], &[f64::NAN], 1.0), Err("NOT_FINITE"));
}
