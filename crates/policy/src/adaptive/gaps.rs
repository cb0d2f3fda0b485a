//! How long instances of one kind idled until they were called: decayed hazards per bin, and where within a bin.

use super::bins::{bin_of, edge, BINS};
use super::counted::{added, MOST_COUNTED};
use super::prior::Prior;
use super::program::Stretch;
use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};

/// Old gaps fade: the memory is about this many.
const KEEP: f64 = 1.0 - 1.0 / 512.0;
/// The prior counts as much as so many gaps that reached a bin.
const PRIOR_GAPS: f64 = 2.0;
/// The mean follows the last eight or so.
const MEAN_MEMORY: u32 = 8;

/// What is known of one bin: sixteen bytes, so that a gap touches one cache line where it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bin {
    /// Gaps that ended in it and that reached it, decayed.
    ended: f32,
    reached: f32,
    /// The shortest and the longest that ended in it, ms.
    shortest: u32,
    longest: u32,
}

/// Gaps of one level, or of one relative load.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaps {
    /// Mean of the middles of their bins, `bin + 0.5`: were it to fade towards 0, it would end among the subnormals, which are slow.
    mean_bin: f64,
    seen: u32,
    bins: [Bin; BINS],
}

impl Default for Gaps {
    fn default() -> Self {
        Gaps { mean_bin: 0.0, seen: 0, bins: [Bin::default(); BINS] }
    }
}

impl Gaps {
    /// How many it has seen, at most 2^32 - 1.
    pub fn seen(&self) -> u32 {
        self.seen
    }

    /// One more gap, ms. Time: O(its bin).
    #[inline(always)]
    pub fn observe(&mut self, gap: i64) {
        let bin = bin_of(gap);
        let change = (bin as f64 + 0.5) - self.mean_bin;
        // A power of two: the product is the quotient, and several times faster.
        let learnt = self.seen >= MEAN_MEMORY - 1;
        self.mean_bin +=
            if learnt { change * (1.0 / f64::from(MEAN_MEMORY)) } else { change / f64::from(self.seen + 1) };
        if bin > 0 {
            for passed in &mut self.bins[..bin] {
                passed.ended = (f64::from(passed.ended) * KEEP) as f32;
                passed.reached = (f64::from(passed.reached) * KEEP + 1.0) as f32;
            }
        }
        let own = &mut self.bins[bin];
        let before = f64::from(own.ended) * KEEP;
        own.ended = (before + 1.0) as f32;
        own.reached = (f64::from(own.reached) * KEEP + 1.0) as f32;
        let gap = gap.min(i64::from(u32::MAX)) as u32;
        // What has faded says no more where in the bin calls come.
        let fresh = before < 0.5;
        own.shortest = if fresh { gap } else { own.shortest.min(gap) };
        own.longest = if fresh { gap } else { own.longest.max(gap) };
        self.seen = self.seen.saturating_add(1);
    }

    /// When the next call comes: stretches of idle time with their probabilities; returns that of a later call.
    ///
    /// A bin's hazard is what was seen with the prior. Within a bin the call comes between the shortest and the longest gap seen, and as
    /// much beyond them as these are apart on average. Time: O(bins).
    pub fn forecast(&self, prior: &Prior, upper: bool, out: &mut Vec<Stretch>) -> f64 {
        out.clear();
        out.reserve(3 * BINS);
        let row = prior.row(upper, self.seen, self.mean_bin);
        let mut left = 1.0;
        for bin in 0..BINS - 1 {
            let known = &self.bins[bin];
            let (ended, reached) = (f64::from(known.ended), f64::from(known.reached));
            let mass = left * ((ended + PRIOR_GAPS * row.hazard(bin)) / (reached + PRIOR_GAPS));
            left -= mass;
            let (from, to) = (edge(bin), edge(bin + 1));
            if ended < 0.5 {
                out.push(Stretch { from, to, mass });
                continue;
            }
            let (shortest, longest) = (i64::from(known.shortest), i64::from(known.longest));
            let slack = 1 + ((longest - shortest) as f64 / ended.max(1.0)) as i64;
            let begin = (shortest - slack).max(from);
            let end = (longest + slack).min(to);
            if begin > from {
                out.push(Stretch { from, to: begin, mass: 0.0 });
            }
            out.push(Stretch { from: begin, to: end, mass });
            if end < to {
                out.push(Stretch { from: end, to, mass: 0.0 });
            }
        }
        left
    }

    /// Adds the gaps that another has seen.
    pub fn merge(&mut self, other: &Gaps) {
        let (own, more) = (f64::from(self.seen), f64::from(other.seen));
        if self.seen == 0 {
            self.mean_bin = other.mean_bin;
        } else if other.seen > 0 {
            self.mean_bin = (self.mean_bin * own + other.mean_bin * more) / (own + more);
        }
        for (own, more) in self.bins.iter_mut().zip(&other.bins) {
            if more.ended > 0.0 {
                let fresh = own.ended == 0.0;
                own.shortest = if fresh { more.shortest } else { own.shortest.min(more.shortest) };
                own.longest = if fresh { more.longest } else { own.longest.max(more.longest) };
            }
            own.ended = added(own.ended, more.ended);
            own.reached = added(own.reached, more.reached);
        }
        self.seen = self.seen.saturating_add(other.seen);
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.u32(self.seen);
        out.f64(self.mean_bin);
        let known = self.bins.iter().rposition(|bin| bin.reached > 0.0).map_or(0, |last| last + 1);
        out.u8(known as u8);
        for bin in &self.bins[..known] {
            out.f32(bin.ended);
            out.f32(bin.reached);
            out.u32(bin.shortest);
            out.u32(bin.longest);
        }
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        let mut gaps = Gaps { seen: from.u32()?, mean_bin: from.amount()?, ..Gaps::default() };
        ensure(gaps.mean_bin < BINS as f64, Code::BadState, || {
            format!("policy state has the mean bin {}, expected one of {BINS}", gaps.mean_bin)
        })?;
        let known = usize::from(from.u8()?);
        ensure(known <= BINS, Code::BadState, || format!("policy state has {known} bins, expected at most {BINS}"))?;
        for (i, bin) in gaps.bins[..known].iter_mut().enumerate() {
            (bin.ended, bin.reached) = (from.f32_within(MOST_COUNTED)?, from.f32_within(MOST_COUNTED)?);
            ensure(bin.ended <= bin.reached, Code::BadState, || {
                format!("policy state has more gaps that ended in bin {i} than reached it")
            })?;
            (bin.shortest, bin.longest) = (from.u32()?, from.u32()?);
            let [shortest, longest] = [bin.shortest, bin.longest].map(i64::from);
            let within = bin.ended == 0.0 || (bin_of(shortest) == i && bin_of(longest) == i);
            ensure(shortest <= longest && within, Code::BadState, || {
                format!("policy state has gaps from {shortest} to {longest} ms in bin {i}")
            })?;
        }
        Ok(gaps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adaptive::prior::PRIOR_LENGTH;

    #[test]
    fn a_repeated_gap_becomes_certain_and_sharp() {
        let prior = Prior::parse(&[0.1; PRIOR_LENGTH]).unwrap();
        let mut gaps = Gaps::default();
        let mut out = Vec::new();
        for _ in 0..3 {
            gaps.observe(60_000);
        }
        gaps.forecast(&prior, false, &mut out);
        let at = out.iter().find(|stretch| stretch.from <= 60_000 && 60_000 < stretch.to).unwrap();
        assert_eq!((at.from, at.to), (59_999, 60_001));
        // Reached by all three with the prior's two: before, 23 bins of hazard 0.2 / 5 each; here (3 + 0.2) / 5, decayed a little.
        let before: f64 = (0..bin_of(60_000)).map(|_| 1.0 - 0.04).product();
        assert!((at.mass / (before * 0.64) - 1.0).abs() < 0.01, "{} {}", at.mass, before * 0.64);
    }
}
