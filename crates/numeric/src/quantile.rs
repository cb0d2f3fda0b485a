//! Quantiles of a sample.

/// The quantile `q` in 0..=1 of `sorted`, linear between order statistics (position `q * (n - 1)`); 0 for an empty sample.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let position = q * last as f64;
    let below = position.floor();
    let index = below as usize;
    if index >= last {
        return sorted[last];
    }
    sorted[index] + (position - below) * (sorted[index + 1] - sorted[index])
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn interpolates_between_order_statistics() {
        assert_eq!(quantile(&[], 0.5), 0.0);
        assert_eq!(quantile(&[3.0], 0.9), 3.0);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.5), 2.0);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
    }
}
