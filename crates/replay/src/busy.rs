//! Instances that serve a call, in the order of their release.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No release is due.
pub const NEVER: i64 = i64::MAX;

/// Busy instances: released in order of time, then of their calls.
pub trait Busy {
    /// How long a cold call waits.
    fn wait(&self) -> i64;
    /// Makes room for `calls` more.
    fn reserve(&mut self, calls: usize);
    /// A call that arrives at `at` is served until its duration is over, after the wait when it is cold.
    fn serve(&mut self, at: i64, duration: i64, cold: bool);
    /// The next release, or `NEVER`.
    fn next(&self) -> i64;
    /// Drops the next release.
    fn release(&mut self);
    /// How many are busy.
    fn len(&self) -> usize;
    /// The duration of the call at `i` of a block.
    fn duration(&self, each: &[u32], i: usize) -> i64;
}

/// A queue over a power of two of places; room is made ahead, so that pushing never checks.
pub struct Ring {
    places: Vec<i64>,
    head: usize,
    tail: usize,
}

/// A ring's places and positions at hand: what a tight loop keeps in registers. Give the positions back with `Ring::put`.
pub struct Hand<'a> {
    places: &'a mut [i64],
    pub head: usize,
    pub tail: usize,
}

impl Hand<'_> {
    #[inline(always)]
    pub fn push(&mut self, value: i64) {
        let mask = self.places.len() - 1;
        self.places[self.tail & mask] = value;
        self.tail = self.tail.wrapping_add(1);
    }

    #[inline(always)]
    pub fn pop(&mut self) {
        self.head = self.head.wrapping_add(1);
    }

    /// The one behind the first, or `NEVER`.
    #[inline(always)]
    pub fn second(&self) -> i64 {
        let second = self.head.wrapping_add(1);
        if second == self.tail {
            NEVER
        } else {
            self.places[second & (self.places.len() - 1)]
        }
    }
}

impl Ring {
    pub fn new() -> Self {
        Ring { places: vec![0; 16], head: 0, tail: 0 }
    }

    #[inline(always)]
    fn len(&self) -> usize {
        self.tail.wrapping_sub(self.head)
    }

    pub fn reserve(&mut self, more: usize) {
        let needed = self.len() + more;
        if needed > self.places.len() {
            // Positions may have wrapped around.
            let len = self.len();
            let mut grown: Vec<i64> = (0..len).map(|i| self.at(self.head.wrapping_add(i))).collect();
            grown.resize(needed.next_power_of_two(), 0);
            *self = Ring { places: grown, head: 0, tail: len };
        }
    }

    #[inline(always)]
    fn at(&self, i: usize) -> i64 {
        self.places[i & (self.places.len() - 1)]
    }

    #[inline(always)]
    pub fn push(&mut self, value: i64) {
        let mask = self.places.len() - 1;
        self.places[self.tail & mask] = value;
        self.tail = self.tail.wrapping_add(1);
    }

    #[inline(always)]
    pub fn pop(&mut self) {
        self.head = self.head.wrapping_add(1);
    }

    /// The first, or `NEVER`.
    #[inline(always)]
    pub fn front(&self) -> i64 {
        if self.head == self.tail {
            NEVER
        } else {
            self.at(self.head)
        }
    }

    pub fn hand(&mut self) -> Hand<'_> {
        Hand { places: &mut self.places, head: self.head, tail: self.tail }
    }

    pub fn put(&mut self, (head, tail): (usize, usize)) {
        self.head = head;
        self.tail = tail;
    }
}

/// One duration for all calls: warm calls are released in the order of arrival, and so are cold ones.
pub struct ConstantBusy {
    duration: i64,
    wait: i64,
    warm: Ring,
    cold: Ring,
    warm_next: i64,
    cold_next: i64,
}

impl ConstantBusy {
    pub fn new(duration: i64, wait: i64) -> Self {
        ConstantBusy { duration, wait, warm: Ring::new(), cold: Ring::new(), warm_next: NEVER, cold_next: NEVER }
    }
}

impl Busy for ConstantBusy {
    fn wait(&self) -> i64 {
        self.wait
    }

    fn reserve(&mut self, calls: usize) {
        self.warm.reserve(calls);
    }

    #[inline(always)]
    fn serve(&mut self, at: i64, duration: i64, cold: bool) {
        // Without a wait cold and warm calls are alike, and one queue keeps the order of the calls.
        if cold && self.wait > 0 {
            self.cold.reserve(1);
            self.cold.push(at + self.wait + duration);
            self.cold_next = self.cold.front();
        } else {
            let release = at + duration;
            if self.warm_next == NEVER {
                self.warm_next = release;
            }
            self.warm.push(release);
        }
    }

    #[inline(always)]
    fn next(&self) -> i64 {
        self.warm_next.min(self.cold_next)
    }

    #[inline(always)]
    fn release(&mut self) {
        // At one instant the cold call came first: it took longer.
        if self.cold_next <= self.warm_next {
            self.cold.pop();
            self.cold_next = self.cold.front();
        } else {
            self.warm.pop();
            self.warm_next = self.warm.front();
        }
    }

    #[inline(always)]
    fn len(&self) -> usize {
        self.warm.len() + self.cold.len()
    }

    #[inline(always)]
    fn duration(&self, _each: &[u32], _i: usize) -> i64 {
        self.duration
    }
}

/// A duration for each call.
pub struct EachBusy {
    wait: i64,
    served: u64,
    releases: BinaryHeap<Reverse<(i64, u64)>>,
}

impl EachBusy {
    pub fn new(wait: i64) -> Self {
        EachBusy { wait, served: 0, releases: BinaryHeap::new() }
    }
}

impl Busy for EachBusy {
    fn wait(&self) -> i64 {
        self.wait
    }

    fn reserve(&mut self, _calls: usize) {}

    #[inline]
    fn serve(&mut self, at: i64, duration: i64, cold: bool) {
        let wait = if cold { self.wait } else { 0 };
        self.releases.push(Reverse((at + wait + duration, self.served)));
        self.served += 1;
    }

    #[inline]
    fn next(&self) -> i64 {
        self.releases.peek().map_or(NEVER, |Reverse((at, _))| *at)
    }

    #[inline]
    fn release(&mut self) {
        self.releases.pop();
    }

    #[inline]
    fn len(&self) -> usize {
        self.releases.len()
    }

    #[inline]
    fn duration(&self, each: &[u32], i: usize) -> i64 {
        i64::from(each[i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_grows_where_its_positions_wrap_around() {
        let mut ring = Ring { places: vec![0; 16], head: usize::MAX - 5, tail: usize::MAX - 5 };
        for value in 0..16 {
            ring.push(value);
        }
        ring.reserve(100);
        for value in 0..16 {
            assert_eq!(ring.front(), value);
            ring.pop();
        }
        assert_eq!(ring.front(), NEVER);
    }

    #[test]
    fn calls_that_end_together_are_released_in_the_order_of_their_arrival() {
        let mut busy = EachBusy::new(1000);
        busy.serve(0, 2000, false);
        busy.serve(500, 500, true);
        busy.serve(1500, 400, false);
        assert_eq!((busy.next(), busy.len()), (1900, 3));
        busy.release();
        assert_eq!(busy.next(), 2000);
        busy.release();
        assert_eq!((busy.next(), busy.len()), (2000, 1));
    }
}
