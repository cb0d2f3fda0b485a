//! Instances that take several calls at once.

use super::loads::{Instance, Kind, Loads};
use super::pool::{Counts, Pool};
use crate::busy::NEVER;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

pub struct SharedPool {
    counts: Counts,
    concurrency: u32,
    cold_start: i64,
    /// `(twice the time, 1 more for an instance that a call started; order of serving; slot)`.
    releases: BinaryHeap<Reverse<(i64, u64, u32)>>,
    served: u64,
    slots: Vec<Instance>,
    free: Vec<u32>,
    ready: Loads,
    spill: Loads,
    /// Instances that start, in order: only the last can have room.
    starting: VecDeque<u32>,
}

impl SharedPool {
    pub fn new(concurrency: u32, cold_start: i64, keep_alive: i64, horizon: i64) -> Self {
        SharedPool {
            counts: Counts::new(keep_alive, horizon),
            concurrency,
            cold_start,
            releases: BinaryHeap::new(),
            served: 0,
            slots: Vec::new(),
            free: Vec::new(),
            ready: Loads::new(concurrency),
            spill: Loads::new(concurrency),
            starting: VecDeque::new(),
        }
    }

    /// A slot for an instance whose first call comes now.
    fn fill(&mut self, now: i64, kind: Kind) -> u32 {
        let instance = Instance::new(now, kind);
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = instance;
            slot
        } else {
            self.slots.push(instance);
            self.slots.len() as u32 - 1
        }
    }

    #[inline]
    fn push(&mut self, at: i64, slot: u32) {
        let key = 2 * at + i64::from(self.slots[slot as usize].kind == Kind::Spill);
        self.releases.push(Reverse((key, self.served, slot)));
        self.served += 1;
    }

    /// Instances that have started by `now` take calls like others.
    #[inline]
    fn bring_up(&mut self, now: i64) {
        while let Some(&slot) = self.starting.front().filter(|&&slot| self.slots[slot as usize].up_at <= now) {
            self.spill.insert(&mut self.slots, slot);
            self.starting.pop_front();
        }
    }
}

impl Pool for SharedPool {
    #[inline(always)]
    fn counts(&mut self) -> &mut Counts {
        &mut self.counts
    }

    #[inline(always)]
    fn next(&self) -> i64 {
        self.releases.peek().map_or(NEVER, |Reverse((key, _, _))| key >> 1)
    }

    fn release(&mut self) {
        let Some(Reverse((key, _, slot))) = self.releases.pop() else {
            return;
        };
        let now = key >> 1;
        self.bring_up(now);
        let kind = self.slots[slot as usize].kind;
        match kind {
            Kind::Ready => {
                self.counts.ready_calls -= 1;
                self.ready.remove(&mut self.slots, slot);
            }
            Kind::Spill => self.spill.remove(&mut self.slots, slot),
            Kind::Leaving => {}
        }
        let instance = &mut self.slots[slot as usize];
        instance.load -= 1;
        if instance.load > 0 {
            match kind {
                Kind::Ready => self.ready.insert(&mut self.slots, slot),
                Kind::Spill => self.spill.insert(&mut self.slots, slot),
                Kind::Leaving => {}
            }
            return;
        }
        let busy_ms = now - instance.since;
        self.free.push(slot);
        match kind {
            Kind::Ready => {
                self.counts.ready_busy_ms += busy_ms;
                self.counts.empty_ready.change(now, 1);
            }
            Kind::Spill => {
                self.counts.spill_busy_ms += busy_ms;
                self.counts.busy_spill -= 1;
                self.counts.empty_spill.push(now);
            }
            Kind::Leaving => {
                self.counts.ready_busy_ms += busy_ms;
                self.counts.leaving -= 1;
            }
        }
    }

    fn serve_ready(&mut self, now: i64, duration: i64) -> bool {
        let slot = match self.ready.busiest() {
            Some(slot) => {
                self.ready.remove(&mut self.slots, slot);
                slot
            }
            None if self.counts.empty_ready.count == 0 => return false,
            None => {
                self.counts.empty_ready.change(now, -1);
                self.fill(now, Kind::Ready)
            }
        };
        self.slots[slot as usize].load += 1;
        self.ready.insert(&mut self.slots, slot);
        self.counts.ready_calls += 1;
        self.push(now + duration, slot);
        true
    }

    fn serve_spill(&mut self, now: i64, duration: i64) -> bool {
        self.bring_up(now);
        let slot = match self.spill.busiest() {
            Some(slot) => {
                self.spill.remove(&mut self.slots, slot);
                slot
            }
            None if !self.counts.empty_spill.take(now) => return false,
            None => {
                self.counts.busy_spill += 1;
                self.fill(now, Kind::Spill)
            }
        };
        self.slots[slot as usize].load += 1;
        self.spill.insert(&mut self.slots, slot);
        self.push(now + duration, slot);
        true
    }

    fn serve_starting(&mut self, now: i64, duration: i64) -> Option<i64> {
        let &slot = self.starting.back()?;
        let instance = &mut self.slots[slot as usize];
        if instance.load == self.concurrency {
            return None;
        }
        instance.load += 1;
        let up_at = instance.up_at;
        self.push(up_at + duration, slot);
        Some(up_at - now)
    }

    fn start(&mut self, now: i64, duration: i64) {
        self.counts.busy_spill += 1;
        let slot = self.fill(now, Kind::Spill);
        let instance = &mut self.slots[slot as usize];
        instance.load = 1;
        instance.up_at = now + self.cold_start;
        if self.cold_start > 0 {
            self.starting.push_back(slot);
        } else {
            self.spill.insert(&mut self.slots, slot);
        }
        self.push(now + self.cold_start + duration, slot);
    }

    fn dismiss(&mut self, now: i64, count: i64) {
        let empty = count.min(self.counts.empty_ready.count);
        self.counts.empty_ready.change(now, -empty);
        let mut left = count - empty;
        for load in 1..=self.concurrency {
            while left > 0 {
                let Some(slot) = self.ready.first(load) else {
                    break;
                };
                self.ready.remove(&mut self.slots, slot);
                self.slots[slot as usize].kind = Kind::Leaving;
                self.counts.ready_calls -= i64::from(load);
                self.counts.leaving += 1;
                left -= 1;
            }
        }
    }
}
