//! Proves from the duals how good an assignment is.

use crate::instance::Instance;

/// What an assignment costs, and what none costs less than.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proof {
    /// Sum over rows of their costs, in the order of rows.
    pub cost: f64,
    /// No assignment costs less, rounding of the sums aside.
    pub bound: f64,
}

/// The cost of an assignment and the bound that the columns' duals prove; none for an assignment that breaks a rule. Rows' duals are not
/// needed: the best ones follow from the columns'.
pub fn verify(instance: &Instance, row_to_col: &[i32], col_duals: &[f64]) -> Option<Proof> {
    let shape = &instance.shape;
    let choose = shape.columns_choose();
    let mut taken = vec![0.0; shape.cols];
    let (mut cost, mut bound) = (0.0, 0.0);
    for (i, &j) in row_to_col.iter().enumerate() {
        let row = &instance.costs[i * shape.cols..(i + 1) * shape.cols];
        let without = if choose { 0.0 } else { shape.unassigned(i) };
        cost += if j < 0 { without } else { row[j as usize] };
        if j >= 0 {
            taken[j as usize] += 1.0;
        }
        bound += row.iter().zip(col_duals).map(|(cost, dual)| cost - dual).fold(without, f64::min);
    }
    for (j, &taken) in taken.iter().enumerate() {
        let most = shape.capacity(j);
        // Where columns choose, each must be full, and its dual has either sign, as has it in a square; else the dual is at most 0.
        let full = choose || shape.full();
        let allowed = taken <= most && if full { taken == most } else { col_duals[j] <= 0.0 };
        if !allowed {
            return None;
        }
        bound += most * col_duals[j];
    }
    cost.is_finite().then_some(Proof { cost, bound })
}
