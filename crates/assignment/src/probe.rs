//! Looks at a few rows to choose a route.

use crate::matching::Table;

/// Rows that are looked at.
const SAMPLE: usize = 32;

/// How many times more the columns' sums over a few rows vary than those of columns that do not differ.
pub fn column_effect(table: &Table, rows: usize) -> f64 {
    let mut sums = vec![0.0; table.width];
    let (mut squares, mut count) = (0.0, 0.0);
    for k in 0..SAMPLE {
        let row = table.row(k * rows / SAMPLE);
        let (mut sum, mut square, mut finite) = (0.0, 0.0, 0.0);
        for &cost in row {
            if cost < f64::INFINITY {
                sum += cost;
                finite += 1.0;
            }
        }
        if finite == 0.0 {
            continue;
        }
        let mean = sum / finite;
        for (sum, &cost) in sums.iter_mut().zip(row) {
            if cost < f64::INFINITY {
                let own = cost - mean;
                *sum += own;
                square += own * own;
            }
        }
        squares += square;
        count += 1.0;
    }
    let between = sums.iter().fold(0.0, |total, sum| total + sum * sum);
    if count > 1.0 && squares > 0.0 {
        between / squares
    } else {
        0.0
    }
}
