//! Calls in flight over time, and their mean over the last seconds.

const SECOND: i64 = 1000;

pub struct ConcurrencyWindows {
    pub in_flight: i64,
    /// Per whole second, calls in flight times ms.
    seconds: Vec<i64>,
    current: i64,
    until: i64,
    /// Since when there are data, for either window: anew when it had none for its whole length.
    stable_from: i64,
    panic_from: i64,
    stable_ms: i64,
    panic_ms: i64,
    paused_at: Option<i64>,
}

impl ConcurrencyWindows {
    pub fn new(stable_ms: i64, panic_ms: i64, begin: i64) -> Self {
        ConcurrencyWindows {
            in_flight: 0,
            seconds: vec![0; (stable_ms / SECOND) as usize],
            current: 0,
            until: begin,
            stable_from: begin,
            panic_from: begin,
            stable_ms,
            panic_ms,
            paused_at: None,
        }
    }

    /// `by` more calls are in flight from `now`.
    pub fn change(&mut self, now: i64, by: i64) {
        self.advance(now);
        self.in_flight += by;
    }

    /// Nothing is measured until `resume`.
    pub fn pause(&mut self, now: i64) {
        self.advance(now);
        self.paused_at.get_or_insert(now);
    }

    pub fn resume(&mut self, now: i64) {
        let Some(since) = self.paused_at.take() else {
            return;
        };
        self.advance(now);
        if now - since >= self.stable_ms {
            self.stable_from = now;
        }
        if now - since >= self.panic_ms {
            self.panic_from = now;
        }
    }

    pub fn advance(&mut self, now: i64) {
        let mut from = self.until;
        if now <= from {
            return;
        }
        if self.in_flight == 0 && now - from > self.stable_ms + SECOND {
            self.seconds.fill(0);
            self.current = 0;
            from = now;
        }
        let mut second = from.div_euclid(SECOND);
        while from < now {
            let end = (second + 1) * SECOND;
            let to = now.min(end);
            self.current += self.in_flight * (to - from);
            if to == end {
                let place = self.place(second);
                self.seconds[place] = self.current;
                self.current = 0;
            }
            from = to;
            second += 1;
        }
        self.until = now;
    }

    /// The mean at `now`, a whole second that `advance` has reached, over as much of the stable window as there are data for; NaN
    /// where there are none.
    pub fn stable(&self, now: i64) -> f64 {
        self.mean(now, self.stable_ms, self.stable_from)
    }

    /// As `stable`, over the panic window.
    pub fn panic(&self, now: i64) -> f64 {
        self.mean(now, self.panic_ms, self.panic_from)
    }

    /// Whether the last stable window saw no call.
    pub fn is_empty(&self) -> bool {
        self.current == 0 && self.seconds.iter().all(|&sum| sum == 0)
    }

    fn mean(&self, now: i64, window_ms: i64, data_from: i64) -> f64 {
        let from = (now - window_ms).max(data_from);
        let seconds = from.div_euclid(SECOND)..now.div_euclid(SECOND);
        let sum: i64 = seconds.map(|second| self.seconds[self.place(second)]).sum();
        // To six digits, as Knative has it.
        (sum as f64 / (now - from) as f64 * 1e6 + 0.5).floor() / 1e6
    }

    fn place(&self, second: i64) -> usize {
        second.rem_euclid(self.seconds.len() as i64) as usize
    }
}
