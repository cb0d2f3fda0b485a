//! A multiset of gaps between a release and the arrival that it is matched to.

/// Gaps under this many ms are counted by value when there are many.
const COUNTED: usize = 1 << 16;

/// Functions with fewer calls keep a list: cheaper than clearing the counts.
const LIST_BELOW: u64 = 1 << 15;

/// Gaps of one function, in any order.
pub struct Gaps {
    counts: Vec<u64>,
    list: Vec<i64>,
}

impl Gaps {
    pub fn new(calls: u64) -> Self {
        Gaps { counts: vec![0; if calls < LIST_BELOW { 0 } else { COUNTED }], list: Vec::new() }
    }

    #[inline(always)]
    pub fn add(&mut self, gap: i64) {
        match self.counts.get_mut(gap as usize) {
            Some(count) => *count += 1,
            None => self.list.push(gap),
        }
    }

    /// Distinct gaps ascending, each with how often it occurs.
    pub fn ascending(&mut self) -> Vec<(i64, u64)> {
        self.list.sort_unstable();
        let counted = self.counts.iter().enumerate().filter(|(_, &count)| count > 0);
        let mut distinct: Vec<(i64, u64)> = counted.map(|(gap, &count)| (gap as i64, count)).collect();
        for run in self.list.chunk_by(|a, b| a == b) {
            distinct.push((run[0], run.len() as u64));
        }
        distinct
    }
}
