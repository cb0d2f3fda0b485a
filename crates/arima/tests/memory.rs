//! What a fit and an update hold, in bytes that were asked for.
#![allow(unsafe_code)] // An allocator is.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use isotherm_arima::{fit, Model, Order, Task};
use isotherm_numeric::SplitMix64;

thread_local! {
    // Signed: what another thread asked for is given back here, too.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: all of it is the system's; counting touches no memory of its own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.set(HELD.get() + layout.size() as isize);
        PEAK.set(PEAK.get().max(HELD.get()));
        ASKED.set(ASKED.get() + 1);
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.set(HELD.get() - layout.size() as isize);
        System.dealloc(at, layout);
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `run` returned, the bytes that it held at most beyond those before, and how often it asked for some.
fn counted<T>(run: impl FnOnce() -> T) -> (T, isize, usize) {
    let (held, asked) = (HELD.get(), ASKED.get());
    PEAK.set(held);
    let out = run();
    (out, PEAK.get() - held, ASKED.get() - asked)
}

fn series(n: usize) -> Vec<f64> {
    let mut random = SplitMix64::new(n as u64);
    let mut level = 0.0;
    let mut next = || (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0 - 0.5;
    (0..n)
        .map(|t| {
            level = 0.6 * level + next();
            level + 0.2 * (t % 12) as f64
        })
        .collect()
}

fn fitted(order: Order, y: &[f64]) -> Model {
    fit(Task { order, mean: true, y, regressors: &[], quick: false }).unwrap()
}

const SEASONAL: Order = Order { p: 1, d: 0, q: 1, seasonal_p: 1, seasonal_d: 0, seasonal_q: 1, season: 12 };

#[test]
fn a_fit_holds_memory_in_proportion_to_the_series() {
    for order in [SEASONAL, Order { p: 0, seasonal_p: 0, seasonal_d: 1, ..SEASONAL }] {
        let [short, long] = [1_000, 3_000].map(|n| {
            let y = series(n);
            counted(|| fitted(order, &y)).1
        });
        let value = (long - short) as f64 / 2_000.0;
        // Of each value some numbers, however many evaluations there are; of the model far less.
        assert!(value < 16.0 * 8.0, "{value} bytes a value");
        assert!((short as f64) < 1.2 * 1_000.0 * value, "{short} bytes for 1,000 values");
    }
}

#[test]
fn an_update_asks_for_no_memory_and_a_model_grows_with_no_series() {
    let mut saved = Vec::new();
    for n in [400, 1_200] {
        let y = series(n);
        let mut model = fitted(SEASONAL, &y);
        let (_, held, asked) = counted(|| {
            for value in &y {
                model.update(*value, &[]).unwrap();
            }
        });
        assert_eq!((held, asked), (0, 0));
        // A gap makes it carry the whole variance: from then on as much for every value.
        model.update(f64::NAN, &[]).unwrap();
        let [once, later] = [1, 300].map(|count| {
            counted(|| {
                for value in &y[..count] {
                    model.update(*value, &[]).unwrap();
                }
            })
            .1
        });
        assert_eq!(once, later);
        saved.push(model.save().len());
    }
    assert_eq!(saved[0], saved[1]);
}
