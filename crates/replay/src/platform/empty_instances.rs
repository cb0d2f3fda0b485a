//! Instances that serve nobody at the moment.

/// Those kept ready: alike, hence a number, with the time that they stood empty within the horizon.
pub struct EmptyReady {
    pub count: i64,
    pub idle_ms: i64,
    since: i64,
    horizon: i64,
}

impl EmptyReady {
    pub fn new(horizon: i64) -> Self {
        EmptyReady { count: 0, idle_ms: 0, since: 0, horizon }
    }

    /// From `now`, never earlier than the last time, there are `by` more.
    #[inline(always)]
    pub fn change(&mut self, now: i64, by: i64) {
        let until = now.min(self.horizon).max(self.since);
        self.idle_ms += self.count * (until - self.since);
        self.since = until;
        self.count += by;
    }
}

/// Those that a call started: the one emptied last on top. All stay equally long, so that those at the bottom leave first.
pub struct EmptySpill {
    pub idle_ms: i64,
    keep_alive: i64,
    since: Vec<i64>,
    bottom: usize,
}

impl EmptySpill {
    pub fn new(keep_alive: i64) -> Self {
        EmptySpill { idle_ms: 0, keep_alive, since: Vec::new(), bottom: 0 }
    }

    #[inline(always)]
    pub fn push(&mut self, now: i64) {
        self.since.push(now);
    }

    /// Takes the one emptied last, if it is there still; else none is.
    #[inline(always)]
    pub fn take(&mut self, now: i64) -> bool {
        if self.since.len() == self.bottom {
            return false;
        }
        let Some(since) = self.since.pop() else {
            return false;
        };
        if since + self.keep_alive >= now {
            self.idle_ms += now - since;
            return true;
        }
        self.idle_ms += (self.since.len() - self.bottom + 1) as i64 * self.keep_alive;
        self.since.clear();
        self.bottom = 0;
        false
    }

    /// How many are there at `now`.
    pub fn count_at(&mut self, now: i64) -> i64 {
        while self.since.get(self.bottom).is_some_and(|since| since + self.keep_alive < now) {
            self.bottom += 1;
            self.idle_ms += self.keep_alive;
        }
        if self.bottom > self.since.len() / 2 {
            self.since.drain(..self.bottom);
            self.bottom = 0;
        }
        (self.since.len() - self.bottom) as i64
    }

    /// Nothing after `horizon` counts.
    pub fn finish(&mut self, horizon: i64) {
        let left = self.since[self.bottom..].iter().map(|since| self.keep_alive.min(horizon - since).max(0));
        self.idle_ms += left.sum::<i64>();
    }
}
