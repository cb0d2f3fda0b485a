//! Instances in use, found by how many calls they serve.

/// What becomes of an instance once it is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Stays ready.
    Ready,
    /// Started by a call: stays for a while.
    Spill,
    /// Was ready and is no longer asked for: goes.
    Leaving,
}

/// An instance in use.
pub struct Instance {
    pub load: u32,
    pub kind: Kind,
    /// Since when it has calls.
    pub since: i64,
    pub up_at: i64,
    before: u32,
    after: u32,
}

const NONE: u32 = u32::MAX;

impl Instance {
    pub fn new(since: i64, kind: Kind) -> Self {
        Instance { load: 0, kind, since, up_at: since, before: NONE, after: NONE }
    }
}

/// A list per load; of equal ones the one that changed last comes first.
pub struct Loads {
    first: Vec<u32>,
    /// The largest load with room that may have an instance.
    busiest: usize,
}

impl Loads {
    pub fn new(concurrency: u32) -> Self {
        Loads { first: vec![NONE; concurrency as usize + 1], busiest: 0 }
    }

    pub fn first(&self, load: u32) -> Option<u32> {
        Some(self.first[load as usize]).filter(|&slot| slot != NONE)
    }

    #[inline]
    pub fn insert(&mut self, slots: &mut [Instance], slot: u32) {
        let load = slots[slot as usize].load as usize;
        let second = self.first[load];
        slots[slot as usize].before = NONE;
        slots[slot as usize].after = second;
        if second != NONE {
            slots[second as usize].before = slot;
        }
        self.first[load] = slot;
        if load + 1 < self.first.len() {
            self.busiest = self.busiest.max(load);
        }
    }

    #[inline]
    pub fn remove(&mut self, slots: &mut [Instance], slot: u32) {
        let &Instance { load, before, after, .. } = &slots[slot as usize];
        if before == NONE {
            self.first[load as usize] = after;
        } else {
            slots[before as usize].after = after;
        }
        if after != NONE {
            slots[after as usize].before = before;
        }
    }

    /// The busiest with room.
    #[inline]
    pub fn busiest(&mut self) -> Option<u32> {
        while self.busiest > 0 && self.first[self.busiest] == NONE {
            self.busiest -= 1;
        }
        Some(self.first[self.busiest]).filter(|&slot| slot != NONE)
    }
}
