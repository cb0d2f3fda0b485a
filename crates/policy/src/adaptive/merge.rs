//! Two states of one function, learnt on two replicas, become one.

use super::level::{Level, Load};
use super::Adaptive;
use crate::state::Reader;
use isotherm_numeric::{ensure, Code, Result};
use std::sync::Arc;

impl<const PREWARM: bool> Adaptive<PREWARM> {
    /// Adds what was learnt to reach the saved state; what is going on stays its own, and all plans are made anew. Errors: `BAD_STATE`.
    pub(crate) fn merge_state(&mut self, mut from: Reader<'_>) -> Result<()> {
        let other = Self::load_state(&mut from, Arc::clone(&self.prior))?;
        from.finish()?;
        ensure(self.terms == other.terms, Code::BadState, || {
            "policy state was saved with other parameters than those it is merged with".into()
        })?;
        self.busy_ms += other.busy_ms;
        self.done += other.done;
        self.episodes += other.episodes;
        self.followers += other.followers;
        for (class, level) in other.levels.iter().enumerate() {
            if let Some(level) = level {
                self.level(class).merge(level);
            }
        }
        for (load, known) in other.loads.iter().enumerate() {
            if let Some(known) = known {
                self.load(load).merge(known);
            }
        }
        // A level that only one of them knows is planned by the followers of both.
        self.levels.iter_mut().flatten().for_each(|level| level.replan());
        self.loads.iter_mut().flatten().for_each(|load| load.replan());
        self.clock.merge(&other.clock);
        self.bursts.merge(&other.bursts);
        Ok(())
    }
}

impl Level {
    fn merge(&mut self, other: &Level) {
        self.gaps.merge(&other.gaps);
        self.cascade.merge(&other.cascade);
        self.add_spent(other);
    }
}

impl Load {
    fn merge(&mut self, other: &Load) {
        self.gaps.merge(&other.gaps);
    }
}
