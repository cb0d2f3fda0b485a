//! Prices by an auction in steps that get smaller.

use crate::matching::{Matching, Table, NONE};
use crate::reduce::replace;
use crate::scan::two_least;

/// The first step is this part of the spread of costs under prices; each is a fifth of the one before, as long as it is at least a part of
/// what the spread leaves for each row.
const FIRST: f64 = 0.1;
const NEXT: f64 = 0.2;
const LAST: f64 = 0.01;
/// Bids per row in one step: without an assignment they would go on for ever.
const BIDS_PER_ROW: usize = 50;

/// Leaves prices under which nearly every row can have one of its best columns, and no row on any. For squares.
pub fn scale_prices(table: &Table, matching: &mut Matching) {
    let rows = matching.col_of.len();
    let spread = spread(table, &matching.prices, rows);
    let last = spread * LAST / rows as f64;
    let mut step = spread * FIRST;
    while step >= last && step > 0.0 {
        matching.clear();
        auction(table, matching, step);
        step *= NEXT;
    }
    matching.clear();
}

/// Between the least and the largest of `cost - price`.
fn spread(table: &Table, prices: &[f64], rows: usize) -> f64 {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for i in 0..rows {
        for (cost, price) in table.row(i).iter().zip(prices) {
            let value = cost - price;
            least = if value < least { value } else { least };
            most = if value > most && value < f64::INFINITY { value } else { most };
        }
    }
    if most > least {
        most - least
    } else {
        0.0
    }
}

/// Each row in turn, or the one that was put out last, takes its best column and lowers the price by a step more than makes the second
/// best as good.
fn auction(table: &Table, matching: &mut Matching, step: f64) {
    let rows = matching.col_of.len();
    let mut bids = BIDS_PER_ROW * rows;
    for row in 0..rows {
        let mut bidder = row as i32;
        while bidder != NONE {
            if bids == 0 {
                return;
            }
            bids -= 1;
            let costs = table.row(bidder as usize);
            let (best, second, j) = two_least(costs, &matching.prices);
            if best == f64::INFINITY {
                break;
            }
            let margin = if second < f64::INFINITY { second - best } else { 0.0 };
            matching.prices[j] -= margin + step;
            bidder = replace(matching, bidder as usize, j, costs[j], matching.first(j));
        }
    }
}
