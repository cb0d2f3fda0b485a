//! How many ready instances are asked for, over time: what is paid for.

pub struct ReadyAccount<'a> {
    pub asked: i64,
    pub ready_ms: i64,
    since: i64,
    horizon: i64,
    step_ms: i64,
    per_step: &'a mut [f64],
}

impl<'a> ReadyAccount<'a> {
    /// `per_step` is written to where it has entries.
    pub fn new(horizon: i64, step_ms: i64, per_step: &'a mut [f64]) -> Self {
        per_step.fill(0.0);
        ReadyAccount { asked: 0, ready_ms: 0, since: 0, horizon, step_ms, per_step }
    }

    /// From `now` on `asked` are asked for.
    pub fn ask(&mut self, now: i64, asked: i64) {
        let until = now.min(self.horizon);
        if until > self.since {
            self.ready_ms += self.asked * (until - self.since);
            if !self.per_step.is_empty() && self.asked > 0 {
                self.spread(until);
            }
            self.since = until;
        }
        self.asked = asked;
    }

    fn spread(&mut self, until: i64) {
        let mut from = self.since;
        while from < until {
            let step = from / self.step_ms;
            let end = until.min((step + 1) * self.step_ms);
            self.per_step[step as usize] += (self.asked * (end - from)) as f64;
            from = end;
        }
    }
}
