//! A series as the sum of a season that may change, a trend and a remainder.

use crate::loess::{Extended, Loess, Smoothing};

/// Cycles around one over which its season is smoothed.
const CYCLES: usize = 11;
/// How often season and trend are taken off one another.
const ROUNDS: usize = 2;

pub(crate) struct Decomposition {
    pub season: Vec<f64>,
    pub remainder: Vec<f64>,
}

fn odd(least: usize) -> usize {
    least | 1
}

/// Windows and steps as R's `stl` has them: a mean over eleven cycles for the season, lines for the trend.
fn smoothing(window: usize, linear: bool) -> Smoothing {
    Smoothing { window, linear, jump: window.div_ceil(10) }
}

/// The parts of at least two seasons of a series.
///
/// Complexity: O(n); memory O(n).
///
/// Source: Cleveland, Cleveland, McRae, Terpenning, "STL: a seasonal-trend decomposition procedure based on loess", Journal of
/// Official Statistics 6, 1990, without its robustness weights.
pub(crate) fn decompose(y: &[f64], season: usize) -> Decomposition {
    let n = y.len();
    let trend_window = odd((1.5 * season as f64 / (1.0 - 1.5 / CYCLES as f64)).ceil() as usize);
    let trend_smoother = Loess::new(n, smoothing(trend_window, true));
    let low_pass = Loess::new(n, smoothing(odd(season), true));
    // Phases differ in length by one value at most.
    let phases = [n / season, n / season + 1].map(|cycles| Extended::new(cycles, smoothing(CYCLES, false)));
    let mut trend = vec![0.0; n];
    let mut parts = Decomposition { season: vec![0.0; n], remainder: vec![0.0; n] };
    let mut cycles = vec![0.0; n + 2 * season];
    let mut low = vec![0.0; n];
    for _ in 0..ROUNDS {
        for t in 0..n {
            parts.remainder[t] = y[t] - trend[t];
        }
        smooth_phases(&parts.remainder, season, &phases, &mut cycles);
        let passed = averaged(&averaged(&averaged(&cycles, season), season), 3);
        low_pass.smooth(&passed, &mut low);
        for t in 0..n {
            parts.season[t] = cycles[season + t] - low[t];
            parts.remainder[t] = y[t] - parts.season[t];
        }
        trend_smoother.smooth(&parts.remainder, &mut trend);
    }
    for t in 0..n {
        parts.remainder[t] -= trend[t];
    }
    parts
}

/// Each phase of the season smoothed on its own, one cycle added at both ends.
fn smooth_phases(y: &[f64], season: usize, smoothers: &[Extended; 2], out: &mut [f64]) {
    for phase in 0..season {
        let values: Vec<f64> = y[phase..].iter().step_by(season).copied().collect();
        let mut smooth = vec![0.0; values.len() + 2];
        smoothers[values.len() - y.len() / season].smooth(&values, &mut smooth);
        for (place, value) in out[phase..].iter_mut().step_by(season).zip(smooth) {
            *place = value;
        }
    }
}

/// Means of consecutive values.
fn averaged(y: &[f64], of: usize) -> Vec<f64> {
    let mut sum = 0.0;
    for value in &y[..of] {
        sum += value;
    }
    let mut out = vec![sum / of as f64];
    for (next, past) in y[of..].iter().zip(y) {
        sum += next - past;
        out.push(sum / of as f64);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::decompose;

    fn assert_near(found: &[f64], places: &[usize], expected: &[f64]) {
        for (&place, &value) in places.iter().zip(expected) {
            assert!((found[place] - value).abs() < 1e-11, "{} for {value} at {place}", found[place]);
        }
    }

    /// Figures of statsmodels 0.15's STL: `seasonal=11, seasonal_deg=0, seasonal_jump=2`, two inner iterations, the other steps a tenth of
    /// their windows.
    #[test]
    fn agrees_with_statsmodels() {
        let y: Vec<f64> = (0..50)
            .map(|t| {
                let time = f64::from(t);
                f64::from(t * 7 % 11) + [0.0, 6.0, -3.0, 9.0][t as usize % 4] * (1.0 + time / 20.0) + time * time / 50.0
            })
            .collect();
        let parts = decompose(&y, 4);
        let places = [0, 1, 25, 49];
        assert_near(
            &parts.season,
            &places,
            &[-5.650644090371614, 5.503262742918942, 7.166406847727417, 7.892030953706819],
        );
        assert_near(
            &parts.remainder,
            &places,
            &[-0.707210549541645, 0.143335123390309, 3.493174159714513, -0.92205299459367],
        );
    }

    #[test]
    fn agrees_with_statsmodels_where_smoothed_values_lie_apart() {
        let y: Vec<f64> =
            (0..200).map(|t: i32| f64::from((t % 30 - 15).abs()) + f64::from(t * 37 % 41) / 10.0).collect();
        let parts = decompose(&y, 30);
        let places = [0, 1, 25, 111, 199];
        let season =
            [6.151129107386971, 6.357086409221463, 3.3704196712797145, -2.4382549329464043, -3.823109047270528];
        let rest =
            [-0.7272272898341203, 1.7686142560570168, -0.5985933425395604, -0.385875404861709, 0.4525071721736822];
        assert_near(&parts.season, &places, &season);
        assert_near(&parts.remainder, &places, &rest);
    }
}
