//! Which idle instance goes first.
//!
//! Of one function that is the one released first: no later one has a smaller clock. So the queue has a function once, with
//! the priority that its first instance had when it was entered. Priorities of a function only rise, until all its instances are gone:
//! what comes to the front is compared with what holds now, and entered anew where that is more.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What decides: the priority, then the release, then the call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rank {
    pub priority: f64,
    pub released: i64,
    pub call: u64,
}

impl Rank {
    fn order(&self, other: &Self) -> Ordering {
        let later = self.released.cmp(&other.released).then(self.call.cmp(&other.call));
        self.priority.total_cmp(&other.priority).then(later)
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    rank: Rank,
    function: u32,
    /// How often all instances of the function had been gone.
    life: u32,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    /// The heap gives the greatest: that of the least rank.
    fn cmp(&self, other: &Self) -> Ordering {
        other.rank.order(&self.rank)
    }
}

/// Functions by the rank of the first idle instance.
pub struct Evictable {
    heap: BinaryHeap<Entry>,
    entered: Vec<bool>,
    lives: Vec<u32>,
}

impl Evictable {
    pub fn new(functions: usize) -> Self {
        Evictable { heap: BinaryHeap::new(), entered: vec![false; functions], lives: vec![0; functions] }
    }

    /// The function has an idle instance, where it may have had none.
    #[inline]
    pub fn enter(&mut self, function: u32, rank: impl FnOnce() -> Rank) {
        let f = function as usize;
        if !self.entered[f] {
            self.entered[f] = true;
            self.heap.push(Entry { rank: rank(), function, life: self.lives[f] });
        }
    }

    /// All instances of the function are gone: its priority begins anew.
    pub fn end_life(&mut self, function: u32) {
        let f = function as usize;
        self.lives[f] = self.lives[f].wrapping_add(1);
        self.entered[f] = false;
    }

    /// The function whose first idle instance is of the least rank; `rank` tells a function's, none without an idle instance.
    pub fn first(&mut self, rank: impl Fn(u32) -> Option<Rank>) -> Option<(u32, Rank)> {
        while let Some(&entry) = self.heap.peek() {
            let f = entry.function as usize;
            if entry.life != self.lives[f] {
                self.heap.pop();
                continue;
            }
            match rank(entry.function) {
                Some(now) if now == entry.rank => return Some((entry.function, now)),
                Some(now) => {
                    self.heap.pop();
                    self.heap.push(Entry { rank: now, ..entry });
                }
                None => {
                    self.heap.pop();
                    self.entered[f] = false;
                }
            }
        }
        None
    }
}
