//! The linear assignment problem: a column for every row, each column within its capacity, at the least cost in sum.
//!
//! Dual prices `v` of the columns stay such that `v <= 0`, with `v = 0` while a column has room, and that every row sits on a column
//! where `cost - v` is least. Cheap reductions give most rows such a column; each of the rest is added along a shortest augmenting
//! path. The prices prove the result: no assignment costs less than the sum over rows of the least `cost - v`, and of the
//! prices. Where every column is taken, prices of either sign are allowed, and the reductions begin at the columns' least costs.
//!
//! A search settles all columns of one distance at once and stops at the first that has room. Its inner loops run over whole
//! rows without a branch, in lanes: that is faster than to skip the few columns that are settled. Their results do not depend on lanes, as a minimum does not.
//!
//! Large squares are solved among few entries of each row first, those that look best (`core`), by searches that walk lists of entries
//! (`seek`). Then all entries are looked at once; where one is better than what its row has, it is taken in, and that row is searched for again.
//! Sparse instances are solved by the same searches. Where few columns choose among many rows, those that each of them can want are found in one pass (`few`).
//!
//! Where most rows of a square still wait after the reductions, though not for ties, as with products, prices are found by an
//! auction first, in steps that get smaller (`scale`): whatever prices come out, the searches after it make the answer exact.
//!
//! On machines with wide instructions squares of up to 64 rows are solved by the same steps in the same order, written for them (`little`).
//!
//! Source: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing 38,
//! 1987; Volgenant, "Linear and semi-assignment problems: a core oriented approach", Computers & Operations Research 23(10), 1996; Crouse, "On implementing 2D rectangular assignment algorithms", IEEE TAES 52(4), 2016;
//! Bertsekas, "The auction algorithm: a distributed relaxation method for the assignment problem", Annals of Operations Research 14, 1988.

mod answer;
mod augment;
mod batch;
mod core;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod eight;
mod few;
mod gather;
mod heap;
mod instance;
mod lists;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod little;
mod matching;
mod probe;
mod raise;
mod reduce;
mod scale;
mod scan;
mod seek;
mod solve;
mod solver;
mod sparse;
mod verify;

pub use answer::Solution;
pub use batch::{solve_batch, Batch};
pub use instance::{Instance, SparseInstance};
pub use solve::{solve, solve_sparse};
pub use solver::Solver;
pub use verify::{verify, Proof};
