//! The slope of the likelihood, backwards through what made its value.

use super::{less_effects, Exact, BLOCK};
use crate::chain::{back_step, fill_block};
use crate::lanes::dot;
use crate::steady;

impl Exact {
    /// The slope in `x` of the value just made.
    pub(super) fn backwards(&mut self, x: &[f64], gradient: &mut [f64]) {
        let (n, r, m) = (self.n, self.r, self.steady_from);
        less_effects(&mut self.rest, &self.data, &self.effects, |_| 0);
        let weight = n as f64 / self.squares;
        let of = self.expanded.polynomials();
        let mut slope_ar = vec![0.0; of.ar.len()];
        let mut slope_ma = vec![0.0; of.ma.len()];
        let steady = (&self.rest[m..], &self.innovations[m..]);
        steady::adjoint(&of, weight, steady, &mut self.adjoint[m..], &mut slope_ar, &mut slope_ma);
        let (gain_slope, variance_slope) = self.backwards_unsteady(weight, &mut slope_ar);
        self.start_slope(x, &gain_slope[..r], variance_slope, gradient);
        self.expanded.gradient(x, &slope_ar, &slope_ma, gradient);
    }

    /// Back through the unsteady steps: the slopes in the first gain and in the first variance.
    fn backwards_unsteady(&mut self, weight: f64, slope_ar: &mut [f64]) -> (Vec<f64>, f64) {
        match self.r {
            1 => self.backwards_unsteady_of::<1>(weight, slope_ar),
            2 => self.backwards_unsteady_of::<2>(weight, slope_ar),
            3 => self.backwards_unsteady_of::<3>(weight, slope_ar),
            4 => self.backwards_unsteady_of::<4>(weight, slope_ar),
            5 => self.backwards_unsteady_of::<5>(weight, slope_ar),
            6 => self.backwards_unsteady_of::<6>(weight, slope_ar),
            _ => self.backwards_unsteady_of::<0>(weight, slope_ar),
        }
    }

    /// The same, the state's size being `R`, or any where that is 0.
    fn backwards_unsteady_of<const R: usize>(&mut self, weight: f64, slope_ar: &mut [f64]) -> (Vec<f64>, f64) {
        let (n, r, m) = (self.n, if R > 0 { R } else { self.r }, self.steady_from);
        let width = r + 1;
        let of = self.expanded.polynomials();
        let mut state = vec![0.0; width];
        for (slope, later) in state[..r].iter_mut().zip(&self.adjoint[m..n]) {
            *slope = -later;
        }
        let (mut gain, mut direction) = (vec![0.0; width], vec![0.0; width]);
        let mut variance = 0.0;
        let mut block_from = m.next_multiple_of(BLOCK);
        for t in (0..m).rev() {
            if t < block_from {
                block_from -= BLOCK;
                let kept = &self.kept[block_from / BLOCK * 2 * width..][..2 * width];
                fill_block::<R>(&mut self.block, kept, &self.variance[block_from..=t], &of);
            }
            let at = (t - block_from) * 2 * width;
            let (k, l) = self.block[at..at + 2 * width].split_at(width);
            let f = self.variance[t];
            let v = self.innovations[t] * f.sqrt();
            let predicted = self.rest[t] - v;
            let (c, head) = (v / f, l[0]);
            let d = head / f;
            // `T L` is `l` shifted, and the AR lags times its head.
            let mut turned = dot(&l[1..], &gain[..r]) + dot(&k[..r], &direction[..r]);
            let update = dot(&k[..r], &state[..r]);
            let (mut head_slope, mut predicted_slope) = (0.0, 0.0);
            for ((lag, weight), slope) in of.ar_lags.iter().zip(of.ar).zip(slope_ar.iter_mut()) {
                let i = lag - 1;
                let moved = direction[i] - d * gain[i];
                turned += weight * (head * gain[i]);
                head_slope += weight * moved;
                predicted_slope += weight * state[i];
                *slope += head * moved + predicted * state[i];
            }
            let d_slope = -turned - head * variance;
            head_slope += d_slope / f - d * variance;
            back_step(&mut gain[..width], &mut direction[..width], &mut state[..width], d, c);
            direction[0] = head_slope;
            variance =
                variance - (d_slope * head + update * v) / (f * f) + 0.5 * (1.0 / f - weight * (v * v) / (f * f));
            state[0] = predicted_slope - (weight * v + update) / f;
        }
        for (a, b) in gain.iter_mut().zip(&direction) {
            *a += b;
        }
        (gain, variance)
    }

    /// Adds the part of the slope that comes through the stationary start, by central differences.
    fn start_slope(&mut self, x: &[f64], gain_slope: &[f64], variance_slope: f64, gradient: &mut [f64]) {
        let mut point = x.to_vec();
        let here = self.expanded.coefficients.clone();
        let (ar, ma) = (self.expanded.ar.clone(), self.expanded.ma.clone());
        for (j, slope) in gradient.iter_mut().enumerate() {
            let step = 1e-5 * (1.0 + x[j].abs());
            let mut gamma = [0.0; 2];
            for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
                point[j] = x[j] + sign * step;
                self.expanded.at_numbers(&point);
                let of = self.expanded.polynomials();
                if !self.stationary.fill(&of) {
                    // On the edge of stationarity: the point itself stands for the side that has no start.
                    self.expanded.at_numbers(x);
                    self.stationary.fill(&self.expanded.polynomials());
                }
                self.stationary.first_gain(&self.expanded.polynomials(), &mut self.start[side]);
                gamma[side] = self.stationary.variance();
            }
            point[j] = x[j];
            let mut sum = variance_slope * (gamma[0] - gamma[1]);
            for i in 0..gain_slope.len() {
                sum += gain_slope[i] * (self.start[0][i] - self.start[1][i]);
            }
            *slope += sum / (2.0 * step);
        }
        self.expanded.coefficients = here;
        self.expanded.ar = ar;
        self.expanded.ma = ma;
    }
}

#[cfg(test)]
mod tests {
    use crate::exact::Exact;
    use crate::order::Order;
    use isotherm_numeric::SplitMix64;

    #[test]
    fn the_slope_is_that_of_the_value() {
        let mut random = SplitMix64::new(11);
        let mut unit = || (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0 - 0.5;
        let orders = [
            Order { p: 2, d: 0, q: 2, seasonal_p: 0, seasonal_d: 0, seasonal_q: 0, season: 0 },
            Order { p: 1, d: 0, q: 1, seasonal_p: 1, seasonal_d: 0, seasonal_q: 1, season: 5 },
            Order { p: 0, d: 0, q: 3, seasonal_p: 0, seasonal_d: 0, seasonal_q: 2, season: 2 },
            Order { p: 4, d: 0, q: 0, seasonal_p: 2, seasonal_d: 0, seasonal_q: 0, season: 3 },
        ];
        for order in orders {
            for (n, columns) in [(40, 1), (130, 3)] {
                let data: Vec<f64> = (0..n * columns).map(|_| unit()).collect();
                let mut exact = Exact::new(order, data, columns);
                let k = order.coefficients();
                let x: Vec<f64> = (0..k).map(|_| 3.0 * unit()).collect();
                let mut gradient = vec![0.0; k];
                exact.value_gradient(&x, &mut gradient);
                for j in 0..k {
                    let (mut up, mut down) = (x.clone(), x.clone());
                    up[j] += 1e-5;
                    down[j] -= 1e-5;
                    let slope = (exact.value(&up) - exact.value(&down)) / 2e-5;
                    assert!((slope - gradient[j]).abs() < 1e-5 * (1.0 + slope.abs()), "{slope} {}", gradient[j]);
                }
            }
        }
    }
}
