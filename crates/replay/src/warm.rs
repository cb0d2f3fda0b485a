//! Instances that are warm and idle, or promised.

use isotherm_policy::WarmInterval;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// A warm interval; `order` is that of the releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Idle {
    order: u64,
    begin: i64,
    end: i64,
}

/// All of a function's idle and promised instances, with the account of what they cost.
pub struct Warm {
    horizon: i64,
    next_order: u64,
    /// Those that stayed after their release, latest on top. Ended ones leave when they are met.
    stayed: Vec<Idle>,
    /// Those whose promised interval has begun, latest on top.
    begun: BinaryHeap<Idle>,
    /// Those promised, by order.
    pending: BTreeMap<u64, Idle>,
    /// When promises begin; of those cancelled too.
    begins: BinaryHeap<Reverse<(i64, u64)>>,
    pub pre_warms: u64,
    pub idle_ms: i64,
}

impl Warm {
    pub fn new(horizon: i64) -> Self {
        Warm {
            horizon,
            next_order: 0,
            stayed: Vec::new(),
            begun: BinaryHeap::new(),
            pending: BTreeMap::new(),
            begins: BinaryHeap::new(),
            pre_warms: 0,
            idle_ms: 0,
        }
    }

    /// A released instance stays.
    #[inline(always)]
    pub fn stay(&mut self, at: i64, keep_alive: i64) {
        self.stayed.push(Idle { order: self.next_order, begin: at, end: at + keep_alive });
        self.next_order += 1;
    }

    /// A fresh instance is promised.
    pub fn promise(&mut self, at: i64, interval: WarmInterval) {
        let begin = at + interval.prewarm_ms;
        let idle = Idle { order: self.next_order, begin, end: begin + interval.keep_alive_ms };
        self.next_order += 1;
        self.pending.insert(idle.order, idle);
        self.begins.push(Reverse((begin, idle.order)));
    }

    /// Promises that begin at or before `now` become warm instances.
    #[inline(always)]
    pub fn begin(&mut self, now: i64) {
        if self.begins.peek().is_some_and(|Reverse((begin, _))| *begin <= now) {
            self.begin_some(now);
        }
    }

    fn begin_some(&mut self, now: i64) {
        while let Some(&Reverse((begin, order))) = self.begins.peek().filter(|Reverse((begin, _))| *begin <= now) {
            self.begins.pop();
            if let Some(idle) = self.pending.remove(&order) {
                self.pre_warms += u64::from(begin < self.horizon);
                self.begun.push(idle);
            }
        }
    }

    /// Takes the latest released instance that is warm at `now`, if there is one, from those that stayed.
    #[inline(always)]
    pub fn take_stayed(&mut self, now: i64) -> bool {
        while let Some(idle) = self.stayed.pop() {
            if idle.end >= now {
                self.idle_ms += now - idle.begin;
                return true;
            }
            self.idle_ms += idle.end - idle.begin;
        }
        false
    }

    /// Takes the latest released instance that is warm at `now`, if there is one.
    #[inline(always)]
    pub fn take(&mut self, now: i64) -> bool {
        self.begin(now);
        if self.begun.is_empty() {
            return self.take_stayed(now);
        }
        self.take_either(now)
    }

    fn take_either(&mut self, now: i64) -> bool {
        while let Some(&begun) = self.begun.peek() {
            match self.stayed.last() {
                Some(&stayed) if stayed.order > begun.order => {
                    self.stayed.pop();
                    if self.serve_or_end(stayed, now) {
                        return true;
                    }
                }
                _ => {
                    self.begun.pop();
                    if self.serve_or_end(begun, now) {
                        return true;
                    }
                }
            }
        }
        self.take_stayed(now)
    }

    fn serve_or_end(&mut self, idle: Idle, now: i64) -> bool {
        let warm = idle.end >= now;
        self.idle_ms += if warm { now } else { idle.end } - idle.begin;
        warm
    }

    /// A cold start cancels the latest released promise that has not begun.
    #[inline(always)]
    pub fn cancel_latest(&mut self) {
        if !self.pending.is_empty() {
            self.pending.pop_last();
        }
    }

    /// `(warm and idle, pending)` at `now`.
    pub fn counts(&mut self, now: i64) -> (u32, u32) {
        self.begin(now);
        let mut ended = 0;
        let mut keep = |idle: &Idle| {
            let warm = idle.end >= now;
            ended += if warm { 0 } else { idle.end - idle.begin };
            warm
        };
        self.stayed.retain(&mut keep);
        self.begun.retain(&mut keep);
        self.idle_ms += ended;
        ((self.stayed.len() + self.begun.len()) as u32, self.pending.len() as u32)
    }

    /// Everything up to the horizon is over.
    pub fn finish(&mut self) {
        self.begin(self.horizon - 1);
        for idle in self.stayed.drain(..).chain(self.begun.drain()) {
            self.idle_ms += (idle.end.min(self.horizon) - idle.begin).max(0);
        }
    }
}
