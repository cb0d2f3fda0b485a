//! When instances that take one call at a time are released: ready ones before others at one instant.
//!
//! A key is twice the time, and 1 more for an instance that a call started; those of one key are alike.

use crate::busy::{Ring, NEVER};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Keys, least first.
pub trait Releases {
    /// The least key, or `NEVER`.
    fn next(&self) -> i64;
    /// `cold`: after a start, which calls that came later do not wait for.
    fn push(&mut self, key: i64, cold: bool);
    /// Drops the least.
    fn pop(&mut self);
}

/// All calls last alike: of each kind they are released in the order in which they were served.
pub struct AlikeReleases {
    ready: Ring,
    warm: Ring,
    cold: Ring,
    next: i64,
}

impl AlikeReleases {
    pub fn new() -> Self {
        AlikeReleases { ready: Ring::new(), warm: Ring::new(), cold: Ring::new(), next: NEVER }
    }
}

impl Releases for AlikeReleases {
    #[inline(always)]
    fn next(&self) -> i64 {
        self.next
    }

    #[inline(always)]
    fn push(&mut self, key: i64, cold: bool) {
        let ring = if cold {
            &mut self.cold
        } else if key & 1 == 0 {
            &mut self.ready
        } else {
            &mut self.warm
        };
        ring.reserve(1);
        ring.push(key);
        self.next = self.next.min(key);
    }

    #[inline(always)]
    fn pop(&mut self) {
        let key = self.next;
        if self.ready.front() == key {
            self.ready.pop();
        } else if self.warm.front() == key {
            self.warm.pop();
        } else {
            self.cold.pop();
        }
        self.next = self.ready.front().min(self.warm.front()).min(self.cold.front());
    }
}

/// Calls last as they last.
#[derive(Default)]
pub struct UnlikeReleases {
    keys: BinaryHeap<Reverse<i64>>,
}

impl Releases for UnlikeReleases {
    #[inline(always)]
    fn next(&self) -> i64 {
        self.keys.peek().map_or(NEVER, |Reverse(key)| *key)
    }

    #[inline(always)]
    fn push(&mut self, key: i64, _cold: bool) {
        self.keys.push(Reverse(key));
    }

    #[inline(always)]
    fn pop(&mut self) {
        self.keys.pop();
    }
}
