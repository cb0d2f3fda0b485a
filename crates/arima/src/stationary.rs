//! Where a stationary ARMA starts: autocovariances, impulse response and the first gain, in units of the innovation variance.

/// Sparse lags and their coefficients: AR as weights of the past, MA with its sign.
pub(crate) struct Polynomials<'a> {
    pub ar_lags: &'a [usize],
    pub ar: &'a [f64],
    pub ma_lags: &'a [usize],
    pub ma: &'a [f64],
}

/// Room for one start, so that an evaluation allocates nothing.
///
/// The series is its innovation and a rest, `y = e + z`, `φ(B) z = δ(B) e` with `δ = θ - φ(B)`: where AR and MA all but cancel, `δ` is
/// small, and so is what rounding leaves of the AR part's huge autocovariances.
pub(crate) struct Stationary {
    size: usize,
    ar_lag: usize,
    /// Lags of either polynomial, ascending, where their coefficients stand, and `δ`.
    lags: Vec<usize>,
    from_ar: Vec<Vec<usize>>,
    from_ma: Vec<Vec<usize>>,
    delta: Vec<f64>,
    /// Row `k`: the predictor of order `k`, of the AR part alone.
    predictors: Vec<f64>,
    /// Autocovariances of the AR part with innovations of variance 1.
    ar_gamma: Vec<f64>,
    /// Autocovariances of `z`, `0..=size`.
    rest: Vec<f64>,
    /// Impulse response of `z`, `0..=size`.
    impulse: Vec<f64>,
}

impl Stationary {
    pub fn new(size: usize, ar_lags: &[usize], ma_lags: &[usize]) -> Self {
        let ar_lag = ar_lags.first().copied().unwrap_or(0);
        let ma_lag = ma_lags.first().copied().unwrap_or(0);
        let mut lags = [ar_lags, ma_lags].concat();
        lags.sort_unstable();
        lags.dedup();
        let places = |of: &[usize]| -> Vec<Vec<usize>> {
            lags.iter().map(|lag| (0..of.len()).filter(|i| of[*i] == *lag).collect()).collect()
        };
        Stationary {
            size,
            ar_lag,
            from_ar: places(ar_lags),
            from_ma: places(ma_lags),
            delta: vec![0.0; lags.len()],
            lags,
            predictors: vec![0.0; ar_lag * ar_lag],
            ar_gamma: vec![0.0; if ar_lag > 0 { size + ar_lag.max(ma_lag) + 1 } else { 0 }],
            rest: vec![0.0; size + 1],
            impulse: vec![0.0; size + 1],
        }
    }

    /// The variance of a value.
    pub fn variance(&self) -> f64 {
        1.0 + self.rest[0]
    }

    /// To the start of these polynomials; false where the AR part is not stationary to working precision.
    pub fn fill(&mut self, of: &Polynomials) -> bool {
        for (i, delta) in self.delta.iter_mut().enumerate() {
            *delta = 0.0;
            for j in &self.from_ar[i] {
                *delta += of.ar[*j];
            }
            for j in &self.from_ma[i] {
                *delta += of.ma[*j];
            }
        }
        self.fill_impulse(of);
        self.rest.fill(0.0);
        if self.ar_lag == 0 {
            for (i, lag) in self.lags.iter().enumerate() {
                for (j, other) in self.lags[..=i].iter().enumerate() {
                    self.rest[lag - other] += self.delta[i] * self.delta[j];
                }
            }
            return true;
        }
        if !self.fill_ar_gamma(of) {
            return false;
        }
        for (i, lag) in self.lags.iter().enumerate() {
            for (j, other) in self.lags.iter().enumerate() {
                let weight = self.delta[i] * self.delta[j];
                let shift = *lag as isize - *other as isize;
                for (m, value) in self.rest.iter_mut().enumerate() {
                    *value += weight * self.ar_gamma[(m as isize + shift).unsigned_abs()];
                }
            }
        }
        true
    }

    fn fill_impulse(&mut self, of: &Polynomials) {
        self.impulse.fill(0.0);
        for (lag, value) in self.lags.iter().zip(&self.delta) {
            self.impulse[*lag] = *value;
        }
        if !of.ar_lags.is_empty() {
            for i in 1..self.impulse.len() {
                let mut sum = self.impulse[i];
                for (lag, value) in of.ar_lags.iter().zip(of.ar) {
                    if *lag < i {
                        sum += value * self.impulse[i - lag];
                    }
                }
                self.impulse[i] = sum;
            }
        }
    }

    /// Levinson down to order 0, then up again over the autocovariances.
    fn fill_ar_gamma(&mut self, of: &Polynomials) -> bool {
        let p = self.ar_lag;
        let top = (p - 1) * p;
        self.predictors[top..top + p].fill(0.0);
        for (lag, value) in of.ar_lags.iter().zip(of.ar) {
            self.predictors[top + lag - 1] += value;
        }
        let mut variance = 1.0;
        for k in (0..p).rev() {
            let row = k * p;
            let partial = self.predictors[row + k];
            let rest = (1.0 - partial) * (1.0 + partial);
            if !(rest > 0.0) {
                return false;
            }
            let scale = 1.0 / rest;
            variance *= scale;
            for i in 0..k {
                self.predictors[row - p + i] =
                    (self.predictors[row + i] + partial * self.predictors[row + k - 1 - i]) * scale;
            }
        }
        if !(variance < 1e300) {
            return false;
        }
        let gamma = &mut self.ar_gamma;
        gamma[0] = variance;
        for k in 1..=p.min(gamma.len() - 1) {
            // The error of order k - 1 times its partial, plus what order k - 1 predicts.
            let partial = self.predictors[(k - 1) * p + k - 1];
            let mut sum = partial * variance;
            if k > 1 {
                let row = (k - 2) * p;
                for i in 0..k - 1 {
                    sum += self.predictors[row + i] * gamma[k - 1 - i];
                }
            }
            variance *= (1.0 - partial) * (1.0 + partial);
            gamma[k] = sum;
        }
        for k in p + 1..gamma.len() {
            let mut sum = 0.0;
            for (lag, value) in of.ar_lags.iter().zip(of.ar) {
                sum += value * gamma[k - lag];
            }
            gamma[k] = sum;
        }
        true
    }

    /// The first gain: `gain[i] = cov(state[i] of the next step, value of this one)`.
    pub fn first_gain(&self, of: &Polynomials, gain: &mut [f64]) {
        gain[..=self.size].fill(0.0);
        for (lag, value) in self.lags.iter().zip(&self.delta) {
            gain[lag - 1] += value;
            for i in 0..*lag - 1 {
                gain[i] += value * self.impulse[lag - 1 - i];
            }
        }
        for (lag, value) in of.ar_lags.iter().zip(of.ar) {
            for i in 0..*lag {
                gain[i] += value * self.rest[lag - 1 - i];
            }
        }
    }

    /// The state's covariance, `[size, size]`.
    pub fn covariance(&self, of: &Polynomials, out: &mut [f64]) {
        let r = self.size;
        let (mut phi, mut load) = (vec![0.0; r + 1], vec![0.0; r + 1]);
        load[0] = 1.0;
        for (lag, value) in of.ar_lags.iter().zip(of.ar) {
            phi[lag - 1] += value;
        }
        for (lag, value) in of.ma_lags.iter().zip(of.ma) {
            load[*lag] += value;
        }
        out.fill(0.0);
        // Its first column from the autocovariances, the rest from the last corner upwards.
        let mut first = vec![0.0; r + 1];
        first[0] = self.variance();
        for i in 1..r {
            let mut sum = load[i];
            for k in 0..r - i {
                sum += phi[i + k] * (self.impulse[k + 1] + self.rest[k + 1]);
                if k > 0 {
                    sum += load[i + k] * self.impulse[k];
                }
            }
            first[i] = sum;
        }
        for i in (0..r).rev() {
            for j in (0..=i).rev() {
                let below = if i + 1 < r { out[(i + 1) * r + j + 1] } else { 0.0 };
                let value = if j == 0 {
                    first[i]
                } else {
                    phi[i] * phi[j] * first[0]
                        + phi[i] * first[j + 1]
                        + phi[j] * first[i + 1]
                        + below
                        + load[i] * load[j]
                };
                out[i * r + j] = value;
                out[j * r + i] = value;
            }
        }
    }
}
