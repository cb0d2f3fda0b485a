//! One likelihood by two roads, and what a fit must keep to.

use isotherm_arima::{fit, model_at, Model, Order, Task};
use isotherm_numeric::{ln, Code, SplitMix64};

fn unit(random: &mut SplitMix64) -> f64 {
    (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
}

fn series(n: usize, seed: u64) -> Vec<f64> {
    let mut random = SplitMix64::new(seed);
    let mut level = 0.0;
    (0..n)
        .map(|t| {
            level = 0.8 * level + unit(&mut random) - 0.5;
            level + 0.3 * ((t % 4) as f64)
        })
        .collect()
}

fn order(p: usize, d: usize, q: usize, seasonal: [usize; 4]) -> Order {
    let [seasonal_p, seasonal_d, seasonal_q, season] = seasonal;
    Order { p, d, q, seasonal_p, seasonal_d, seasonal_q, season }
}

/// A gap behind the last value says nothing, but makes the filter carry the whole variance.
#[test]
fn the_fast_recursion_agrees_with_the_whole_variance() {
    let cases = [
        (order(2, 0, 1, [0, 0, 0, 0]), vec![0.5, -0.3, 0.4]),
        (order(0, 0, 2, [1, 0, 1, 4]), vec![0.4, 0.2, 0.6, -0.3]),
        (order(1, 1, 1, [0, 1, 1, 4]), vec![0.3, -0.5, -0.6]),
        (order(3, 0, 0, [2, 0, 0, 4]), vec![0.2, 0.1, -0.3, 0.5, 0.2]),
        (order(1, 0, 1, [0, 0, 0, 0]), vec![0.999_999, -0.999_99]),
    ];
    for (order, coefficients) in cases {
        let y = series(120, 5);
        let mut with_gap = y.clone();
        with_gap.push(f64::NAN);
        let task = Task { order, mean: true, y: &y, regressors: &[], quick: false };
        let fast = model_at(task, &coefficients).unwrap();
        let full = model_at(Task { y: &with_gap, ..task }, &coefficients).unwrap();
        assert!((fast.log_likelihood - full.log_likelihood).abs() < 1e-7, "{order:?}");
        assert!((fast.sigma2 / full.sigma2 - 1.0).abs() < 1e-8);
        let (mut mean, mut error) = ([0.0; 6], [0.0; 6]);
        fast.forecast(&[], &mut mean, &mut error).unwrap();
        let (mut later, mut later_error) = ([0.0; 5], [0.0; 5]);
        full.forecast(&[], &mut later, &mut later_error).unwrap();
        for h in 0..5 {
            assert!((mean[h + 1] - later[h]).abs() < 1e-6 * error[h + 1], "{order:?}");
            assert!((error[h + 1] / later_error[h] - 1.0).abs() < 1e-6, "{order:?}");
        }
    }
}

#[test]
fn no_point_near_a_fit_is_more_likely() {
    let y = series(300, 9);
    for order in [order(2, 0, 1, [0, 0, 0, 0]), order(1, 0, 1, [1, 0, 0, 4]), order(0, 1, 1, [0, 1, 1, 4])] {
        let task = Task { order, mean: false, y: &y, regressors: &[], quick: false };
        let best = fit(task).unwrap();
        for i in 0..best.coefficients.len() {
            for step in [-1e-3, 1e-3] {
                let mut near = best.coefficients.clone();
                near[i] += step;
                if let Ok(other) = model_at(task, &near) {
                    assert!(other.log_likelihood <= best.log_likelihood + 1e-9, "{order:?}");
                }
            }
        }
    }
}

#[test]
fn the_unit_of_the_series_does_not_matter() {
    let y = series(200, 3);
    let scaled: Vec<f64> = y.iter().map(|value| 1e9 + 1e6 * value).collect();
    let order = order(1, 0, 1, [0, 0, 0, 0]);
    let one = fit(Task { order, mean: true, y: &y, regressors: &[], quick: false }).unwrap();
    let other = fit(Task { order, mean: true, y: &scaled, regressors: &[], quick: false }).unwrap();
    assert!((one.coefficients[0] - other.coefficients[0]).abs() < 1e-4);
    assert!((other.effects[0] - (1e9 + 1e6 * one.effects[0])).abs() < 1.0);
    assert!((one.log_likelihood - (other.log_likelihood + 200.0 * ln(1e6))).abs() < 1e-4);
}

#[test]
fn updates_and_saved_models_go_on_as_a_longer_series_would() {
    let y = series(150, 7);
    for order in [order(1, 0, 1, [0, 0, 0, 0]), order(0, 1, 1, [1, 0, 0, 4])] {
        let whole = fit(Task { order, mean: false, y: &y, regressors: &[], quick: false }).unwrap();
        let part = Task { order, mean: false, y: &y[..100], regressors: &[], quick: false };
        let mut short = model_at(part, &whole.coefficients).unwrap();
        for value in &y[100..] {
            short.update(*value, &[]).unwrap();
        }
        let short = Model::load(&short.save()).unwrap();
        let (mut a, mut b, mut error) = ([0.0; 4], [0.0; 4], [0.0; 4]);
        whole.forecast(&[], &mut a, &mut error).unwrap();
        short.forecast(&[], &mut b, &mut error).unwrap();
        for h in 0..4 {
            assert!((a[h] - b[h]).abs() < 1e-9);
        }
    }
}

#[test]
fn a_constant_series_has_no_maximum_and_a_model_of_no_coefficient_has_one() {
    let constant = Task { order: order(1, 0, 0, [0; 4]), mean: true, y: &[3.0; 50], regressors: &[], quick: false };
    assert_eq!(fit(constant).err().map(|error| error.code), Some(Code::Infeasible));
    let model =
        fit(Task { order: order(0, 0, 0, [0; 4]), mean: true, y: &series(50, 1), regressors: &[], quick: false })
            .unwrap();
    let y = series(50, 1);
    assert!((model.effects[0] - y.iter().sum::<f64>() / 50.0).abs() < 1e-12);
}
