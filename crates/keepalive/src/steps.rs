//! Gaps sorted and merged: the steps of the function "weight of the gaps that are at least x".

/// Room that calls share, so that a batch allocates once per thread.
#[derive(Default)]
pub struct Scratch {
    keys: Vec<u64>,
    pairs: Vec<(u64, usize)>,
    /// Distinct gaps, ascending; the first is 0 whether there is such a gap or not.
    pub(crate) gap: Vec<f64>,
    /// Weight of each; only the first may be 0.
    pub(crate) weight: Vec<f64>,
    /// Weight of the gaps below each.
    pub(crate) below: Vec<f64>,
    /// Weight of the gaps above each.
    pub(crate) above: Vec<f64>,
    pub(crate) starts: Vec<(usize, f64)>,
}

impl Scratch {
    /// Sorts and merges valid gaps. Equal gaps add their weights in the order given; gaps of weight 0 are left out.
    pub(crate) fn load(&mut self, gaps_ms: &[f64], weights: &[f64]) {
        self.gap.clear();
        self.weight.clear();
        self.gap.push(0.0);
        self.weight.push(0.0);
        // The bits of floats that are not negative order as the floats do; adding 0 turns -0 into 0.
        if weights.is_empty() {
            self.keys.clear();
            self.keys.extend(gaps_ms.iter().map(|gap| (gap + 0.0).to_bits()));
            self.keys.sort_unstable();
            for i in 0..self.keys.len() {
                self.merge(f64::from_bits(self.keys[i]), 1.0);
            }
        } else {
            self.pairs.clear();
            let weighted = gaps_ms.iter().zip(weights).enumerate().filter(|(_, (_, &weight))| weight > 0.0);
            self.pairs.extend(weighted.map(|(i, (gap, _))| ((gap + 0.0).to_bits(), i)));
            self.pairs.sort_unstable();
            for i in 0..self.pairs.len() {
                let (key, at) = self.pairs[i];
                self.merge(f64::from_bits(key), weights[at]);
            }
        }
        self.accumulate();
    }

    #[inline]
    fn merge(&mut self, gap: f64, weight: f64) {
        let last = self.gap.len() - 1;
        if gap == self.gap[last] {
            self.weight[last] += weight;
        } else {
            self.gap.push(gap);
            self.weight.push(weight);
        }
    }

    fn accumulate(&mut self) {
        let n = self.gap.len();
        self.below.clear();
        let mut sum = 0.0;
        for &weight in &self.weight {
            self.below.push(sum);
            sum += weight;
        }
        self.above.clear();
        self.above.resize(n, 0.0);
        sum = 0.0;
        for j in (0..n).rev() {
            self.above[j] = sum;
            sum += self.weight[j];
        }
    }

    /// Weight of all gaps.
    pub(crate) fn total(&self) -> f64 {
        self.above[0] + self.weight[0]
    }

    /// Idle ms that `[gap[j - 1], gap[j]]` adds to an interval that contains it.
    #[inline]
    pub(crate) fn rise(&self, j: usize) -> f64 {
        (self.gap[j] - self.gap[j - 1]) * self.above[j - 1]
    }

    /// Idle ms of `[gap[from], gap[to]]`.
    pub(crate) fn area(&self, from: usize, to: usize) -> f64 {
        let mut area = 0.0;
        for j in from + 1..=to {
            area += self.rise(j);
        }
        area
    }
}
