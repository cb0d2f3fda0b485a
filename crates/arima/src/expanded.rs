//! The two polynomials of a model, multiplied out lag by lag.

use crate::order::{term_coefficients, term_gradient, terms, Order, Term};
use crate::stationary::Polynomials;
use crate::transform;

/// The expanded polynomials at a point.
#[derive(Clone)]
pub(crate) struct Expanded {
    order: Order,
    ar_terms: Vec<Term>,
    ma_terms: Vec<Term>,
    pub ar_lags: Vec<usize>,
    pub ma_lags: Vec<usize>,
    pub ar: Vec<f64>,
    pub ma: Vec<f64>,
    /// AR, MA, seasonal AR, seasonal MA.
    pub coefficients: Vec<f64>,
}

impl Expanded {
    pub fn new(order: Order) -> Self {
        let ar_terms = terms(order.p, order.seasonal_p, order.season);
        let ma_terms = terms(order.q, order.seasonal_q, order.season);
        Expanded {
            order,
            ar_lags: ar_terms.iter().map(|term| term.lag).collect(),
            ma_lags: ma_terms.iter().map(|term| term.lag).collect(),
            ar: vec![0.0; ar_terms.len()],
            ma: vec![0.0; ma_terms.len()],
            coefficients: vec![0.0; order.coefficients()],
            ar_terms,
            ma_terms,
        }
    }

    pub fn polynomials(&self) -> Polynomials<'_> {
        Polynomials { ar_lags: &self.ar_lags, ar: &self.ar, ma_lags: &self.ma_lags, ma: &self.ma }
    }

    /// Expands at the numbers `x` of the transform.
    pub fn at_numbers(&mut self, x: &[f64]) {
        transform::coefficients(&self.order, x, &mut self.coefficients);
        self.expand();
    }

    /// Expands at coefficients.
    pub fn at_coefficients(&mut self, coefficients: &[f64]) {
        self.coefficients.copy_from_slice(coefficients);
        self.expand();
    }

    fn expand(&mut self) {
        let [_, ma, seasonal_ar, seasonal_ma] = self.order.starts();
        let c = &self.coefficients;
        term_coefficients(&self.ar_terms, &c[..ma], &c[seasonal_ar..seasonal_ma], -1.0, &mut self.ar);
        term_coefficients(&self.ma_terms, &c[ma..seasonal_ar], &c[seasonal_ma..], 1.0, &mut self.ma);
    }

    /// Turns slopes in the lags' coefficients into slopes in `x`, added to `out`.
    pub fn gradient(&self, x: &[f64], ar: &[f64], ma: &[f64], out: &mut [f64]) {
        let [_, ma_at, seasonal_ar, seasonal_ma] = self.order.starts();
        let c = &self.coefficients;
        let mut slopes = [const { Vec::new() }; 4];
        for (slope, size) in slopes.iter_mut().zip(self.order.sizes()) {
            *slope = vec![0.0; size];
        }
        let [slope_ar, slope_ma, slope_sar, slope_sma] = &mut slopes;
        term_gradient(&self.ar_terms, ar, &c[..ma_at], &c[seasonal_ar..seasonal_ma], -1.0, slope_ar, slope_sar);
        term_gradient(&self.ma_terms, ma, &c[ma_at..seasonal_ar], &c[seasonal_ma..], 1.0, slope_ma, slope_sma);
        for ((start, slope), sign) in self.order.starts().into_iter().zip(&slopes).zip([1.0, -1.0, 1.0, -1.0]) {
            let size = slope.len();
            if size == 0 {
                continue;
            }
            let mut jacobian = vec![0.0; size * size];
            transform::jacobian(&x[start..start + size], sign, &mut jacobian);
            for j in 0..size {
                let mut sum = 0.0;
                for i in 0..size {
                    sum += slope[i] * jacobian[i * size + j];
                }
                out[start + j] += sum;
            }
        }
    }
}
