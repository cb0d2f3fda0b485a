//! The order of a model, and the lags its two polynomials have.

/// `(p,d,q)(P,D,Q)s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Autoregressive coefficients.
    pub p: usize,
    /// Differences.
    pub d: usize,
    /// Moving-average coefficients.
    pub q: usize,
    /// Seasonal autoregressive coefficients.
    pub seasonal_p: usize,
    /// Seasonal differences.
    pub seasonal_d: usize,
    /// Seasonal moving-average coefficients.
    pub seasonal_q: usize,
    /// Observations in a season.
    pub season: usize,
}

impl Order {
    /// Coefficients of the four polynomials.
    pub fn coefficients(&self) -> usize {
        self.p + self.q + self.seasonal_p + self.seasonal_q
    }

    /// Values that differencing takes.
    pub fn lost(&self) -> usize {
        self.d + self.season * self.seasonal_d
    }

    /// The highest autoregressive lag.
    pub fn ar_lag(&self) -> usize {
        self.p + self.season * self.seasonal_p
    }

    /// The highest moving-average lag.
    pub fn ma_lag(&self) -> usize {
        self.q + self.season * self.seasonal_q
    }

    /// The state's size, in Harvey's form.
    pub fn state(&self) -> usize {
        self.ar_lag().max(self.ma_lag() + 1)
    }

    /// Where a polynomial's coefficients begin, of AR, MA, seasonal AR, seasonal MA.
    pub(crate) fn starts(&self) -> [usize; 4] {
        [0, self.p, self.p + self.q, self.p + self.q + self.seasonal_p]
    }

    /// How many coefficients each of them has.
    pub(crate) fn sizes(&self) -> [usize; 4] {
        [self.p, self.q, self.seasonal_p, self.seasonal_q]
    }

    /// Weights of `y[t - 1]..` in `y[t]` under no change of the differences: `1 - (1 - B)^d (1 - B^s)^D`.
    pub(crate) fn difference_weights(&self) -> Vec<f64> {
        let mut polynomial = vec![0.0; self.lost() + 1];
        polynomial[0] = 1.0;
        let lags = [(1, self.d), (self.season, self.seasonal_d)];
        for (lag, times) in lags {
            for _ in 0..times {
                for i in (lag..polynomial.len()).rev() {
                    polynomial[i] -= polynomial[i - lag];
                }
            }
        }
        polynomial[1..].iter().map(|weight| -weight).collect()
    }

    /// `(1 - B)^d (1 - B^s)^D` of a series.
    pub(crate) fn difference(&self, series: &[f64]) -> Vec<f64> {
        let mut w = series.to_vec();
        for (lag, times) in [(1, self.d), (self.season, self.seasonal_d)] {
            for _ in 0..times {
                for t in (lag..w.len()).rev() {
                    w[t] -= w[t - lag];
                }
                w.drain(..lag.min(w.len()));
            }
        }
        w
    }
}

/// One lag of a product of two polynomials: coefficient `short` times coefficient `long`, either of which may be absent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    pub lag: usize,
    pub short: Option<usize>,
    pub long: Option<usize>,
}

/// The lags of `(1 + a1 B + ..)(1 + b1 B^s + ..)`, descending: a filter meets the value it has just made last.
pub(crate) fn terms(short: usize, long: usize, season: usize) -> Vec<Term> {
    let mut terms = Vec::with_capacity((short + 1) * (long + 1) - 1);
    for j in (0..=long).rev() {
        for i in (0..=short).rev() {
            if i + j > 0 {
                let lag = i + season * j;
                terms.push(Term { lag, short: i.checked_sub(1), long: j.checked_sub(1) });
            }
        }
    }
    terms.sort_by_key(|term| std::cmp::Reverse(term.lag));
    terms
}

/// The coefficients of `terms`; `sign` is that of a coefficient in its polynomial: -1 for AR, whose terms come out as the weights
/// of the past (`1 - φ1 B - ..`), and 1 for MA.
pub(crate) fn term_coefficients(terms: &[Term], short: &[f64], long: &[f64], sign: f64, out: &mut [f64]) {
    for (term, value) in terms.iter().zip(out) {
        *value = match (term.short, term.long) {
            (Some(i), Some(j)) => sign * (short[i] * long[j]),
            (Some(i), None) => short[i],
            (None, Some(j)) => long[j],
            (None, None) => 0.0,
        };
    }
}

/// Adds the gradient in the terms' coefficients to that in the two polynomials' coefficients.
pub(crate) fn term_gradient(
    terms: &[Term],
    gradient: &[f64],
    short: &[f64],
    long: &[f64],
    sign: f64,
    out_short: &mut [f64],
    out_long: &mut [f64],
) {
    for (term, g) in terms.iter().zip(gradient) {
        match (term.short, term.long) {
            (Some(i), Some(j)) => {
                out_short[i] += sign * (g * long[j]);
                out_long[j] += sign * (g * short[i]);
            }
            (Some(i), None) => out_short[i] += g,
            (None, Some(j)) => out_long[j] += g,
            (None, None) => {}
        }
    }
}
