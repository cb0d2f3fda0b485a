//! The same traffic as if every call had been warm: how many would be busy, and since when the others would idle.

use super::concurrency::{Concurrency, LOADS};
use crate::gap::stood;
use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};

/// Deeper instances have idled longest and are called least: the oldest is forgotten.
pub const MOST_IDLE: usize = 256;

/// Busy instances, and a stack of releases.
#[derive(Clone, Debug, PartialEq)]
pub struct Ideal {
    busy: u32,
    /// The most that ever were.
    most_busy: u32,
    /// Releases that no call followed: when, and at which load; oldest first.
    idle: Vec<(i64, u8)>,
    /// So many of the oldest idled when data was missing: whether calls came meanwhile nobody knows.
    unknown: usize,
    concurrency: Concurrency,
    /// At the last release.
    load: u8,
}

impl Ideal {
    pub fn new() -> Self {
        Ideal { busy: 0, most_busy: 0, idle: Vec::new(), unknown: 0, concurrency: Concurrency::new(), load: 0 }
    }

    /// Instances that would be busy.
    #[inline(always)]
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// The most that ever were busy at once.
    pub fn most_busy(&self) -> u32 {
        self.most_busy
    }

    /// Whether none would be.
    #[inline(always)]
    pub fn is_quiet(&self) -> bool {
        self.busy == 0
    }

    /// Instances that would idle.
    pub fn idle(&self) -> usize {
        self.idle.len()
    }

    /// The `i`th that would be called next: its level, since when it idles, and the load when it was released.
    pub fn idle_at(&self, i: usize) -> (u32, i64, usize) {
        let (since, load) = self.idle[self.idle.len() - 1 - i];
        (self.busy.saturating_add(i as u32), since, usize::from(load))
    }

    /// The load at the last release, see [`Concurrency::load`].
    #[inline(always)]
    pub fn load(&self) -> usize {
        usize::from(self.load)
    }

    /// A call is over. Releases are in order, as on a stack they must be.
    #[inline(always)]
    pub fn release(&mut self, at: i64) {
        if self.busy == 0 {
            return;
        }
        self.concurrency.advance(at, self.busy);
        self.busy -= 1;
        let at = self.idle.last().map_or(at, |&(last, _)| last.max(at));
        if self.idle.len() == MOST_IDLE {
            self.idle.remove(0);
            self.unknown = self.unknown.saturating_sub(1);
        }
        self.load = self.concurrency.load(self.busy) as u8;
        self.idle.push((at, self.load));
    }

    /// That many are busy, as it turns out: calls of which nobody told, or more ends of calls than it remembers.
    pub fn correct(&mut self, busy: u32) {
        self.busy = busy;
    }

    /// A call comes: the level that its instance leaves, and since when and from which load that idled, if it is known.
    #[inline(always)]
    pub fn arrive(&mut self, at: i64) -> (u32, Option<(i64, u8)>) {
        self.concurrency.advance(at, self.busy);
        let level = self.busy;
        self.busy = self.busy.saturating_add(1);
        self.most_busy = self.most_busy.max(self.busy);
        let released = self.idle.pop();
        if self.idle.len() >= self.unknown {
            return (level, released);
        }
        self.unknown = self.idle.len();
        (level, None)
    }

    /// Nothing is known from `from` to `until`, but what was told up to `begin`: what idles does so no longer for it, and the load stays.
    pub fn stand(&mut self, from: i64, begin: i64, until: i64) {
        self.concurrency.stand(begin, until, self.busy);
        for (since, _) in &mut self.idle {
            *since = stood(*since, from, until);
        }
        self.unknown = self.idle.len();
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.u32(self.busy);
        out.u32(self.most_busy);
        out.u16(self.idle.len() as u16);
        out.u16(self.unknown as u16);
        for &(since, load) in &self.idle {
            out.i64(since);
            out.u8(load);
        }
        self.concurrency.save(out);
        out.u8(self.load);
    }

    /// At `now`.
    pub(crate) fn load_state(from: &mut Reader<'_>, now: i64) -> Result<Self> {
        let (busy, most_busy) = (from.u32()?, from.u32()?);
        let mut idle: Vec<(i64, u8)> = Vec::new();
        let (count, unknown) = (usize::from(from.u16()?), usize::from(from.u16()?));
        ensure(count <= MOST_IDLE, Code::BadState, || {
            format!("policy state has {count} idle instances, expected at most {MOST_IDLE}")
        })?;
        ensure(unknown <= count, Code::BadState, || {
            format!("policy state does not know {unknown} idle instances of {count}")
        })?;
        for _ in 0..count {
            let (since, load) = (from.time()?, from.u8()?);
            let fits = usize::from(load) < LOADS && idle.last().is_none_or(|&(last, _)| last <= since);
            ensure(fits, Code::BadState, || "policy state has idle instances out of order".into())?;
            idle.push((since, load));
        }
        ensure(idle.last().is_none_or(|&(last, _)| last <= now), Code::BadState, || {
            "policy state has an instance that is yet to be released".into()
        })?;
        let (concurrency, load) = (Concurrency::load_state(from, now)?, from.u8()?);
        ensure(usize::from(load) < LOADS, Code::BadState, || format!("policy state has the load {load}"))?;
        Ok(Ideal { busy, most_busy, idle, unknown, concurrency, load })
    }
}
