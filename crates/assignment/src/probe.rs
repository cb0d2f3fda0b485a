//! Looks at a few rows to choose a route.

use crate::matching::Table;

/// Rows that are looked at.
const SAMPLE: usize = 32;
const TIED: f64 = 0.1;

/// What a few rows show of all.
pub struct Probe {
    /// How many times more the columns' sums over these rows vary than those of columns that do not differ.
    pub column_effect: f64,
    /// The share of these rows in which a tenth of the columns or more cost as little as the least.
    pub tied: f64,
}

impl Probe {
    pub fn of(table: &Table, rows: usize) -> Self {
        let mut sums = vec![0.0; table.width];
        let (mut squares, mut count, mut tied) = (0.0, 0.0, 0.0);
        for k in 0..SAMPLE {
            let row = table.row(k * rows / SAMPLE);
            let (mut sum, mut square, mut finite, mut least) = (0.0, 0.0, 0.0, f64::INFINITY);
            for &cost in row {
                if cost < f64::INFINITY {
                    sum += cost;
                    finite += 1.0;
                    least = if cost < least { cost } else { least };
                }
            }
            if finite == 0.0 {
                continue;
            }
            let mean = sum / finite;
            let mut alike = 0.0;
            for (sum, &cost) in sums.iter_mut().zip(row) {
                if cost < f64::INFINITY {
                    let own = cost - mean;
                    *sum += own;
                    square += own * own;
                    alike += if cost == least { 1.0 } else { 0.0 };
                }
            }
            squares += square;
            tied += if alike >= TIED * finite { 1.0 } else { 0.0 };
            count += 1.0;
        }
        let between = sums.iter().fold(0.0, |total, sum| total + sum * sum);
        Probe {
            column_effect: if count > 1.0 && squares > 0.0 { between / squares } else { 0.0 },
            tied: if count > 0.0 { tied / count } else { 0.0 },
        }
    }
}
