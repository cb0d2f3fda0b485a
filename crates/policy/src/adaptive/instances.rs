//! A function's instances that idle or are promised, as its policy knows them: when they are warm, by release.

use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};

/// `[begin, end]` of each, the latest released last.
#[derive(Clone, Debug, Default)]
pub struct Instances {
    list: Vec<(i64, i64)>,
}

impl Instances {
    /// One more, warm from `begin` to `end`.
    #[inline(always)]
    pub fn push(&mut self, begin: i64, end: i64) {
        self.list.push((begin, end));
    }

    /// Takes the latest that is warm at `at`; whether there is one. If not, a cold start takes the place of the latest promise.
    #[inline(always)]
    pub fn take(&mut self, at: i64) -> bool {
        match self.list.last() {
            Some(&(begin, end)) if begin <= at && at <= end => {
                self.list.pop();
                true
            }
            _ => self.take_deeper(at),
        }
    }

    #[inline(never)]
    fn take_deeper(&mut self, at: i64) -> bool {
        let mut i = self.list.len();
        while i > 0 {
            i -= 1;
            let (begin, end) = self.list[i];
            if end < at {
                self.list.remove(i);
            } else if begin <= at {
                self.list.remove(i);
                return true;
            }
        }
        // All that are left begin later.
        self.list.pop();
        false
    }

    /// Forgets those whose time is over.
    pub fn forget(&mut self, now: i64) {
        self.list.retain(|&(_, end)| end >= now);
    }

    /// Time stands from `from` to `until`; up to `told` it is known what happened. Those that idle then are warm for as long as they would have
    /// been, and those that are promised begin as much later.
    pub fn stand(&mut self, from: i64, told: i64, until: i64) {
        for (begin, end) in &mut self.list {
            if *end < from {
                continue;
            }
            let since = if *begin <= told { from.max(*begin) } else { from };
            *begin += until - since;
            *end += until - since;
        }
    }

    /// How many are there until `at` at least.
    pub fn until(&self, at: i64) -> u64 {
        self.list.iter().filter(|&&(_, end)| end >= at).count() as u64
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.u32(self.list.len() as u32);
        for &(begin, end) in &self.list {
            out.i64(begin);
            out.i64(end);
        }
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        let mut instances = Instances::default();
        for _ in 0..from.u32()? {
            let (begin, end) = (from.time()?, from.time()?);
            ensure(begin <= end, Code::BadState, || "policy state ends an interval before it begins".into())?;
            instances.push(begin, end);
        }
        Ok(instances)
    }
}
