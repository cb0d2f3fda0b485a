//! Two states of one function, learnt on two replicas, become one.

use super::Adaptive;
use crate::state::Reader;
use isotherm_numeric::{ensure, Code, Result};
use std::sync::Arc;

impl<const PREWARM: bool> Adaptive<PREWARM> {
    /// Adds what was learnt to reach the saved state; what is going on stays its own, and all plans are made anew. Errors: `BAD_STATE`.
    pub(crate) fn merge_state(&mut self, mut from: Reader<'_>) -> Result<()> {
        let other = Self::load_state(&mut from, Arc::clone(&self.learnt.prior))?;
        from.finish()?;
        ensure(self.learnt.pricing.terms == other.learnt.pricing.terms, Code::BadState, || {
            "policy state was saved with other parameters than those it is merged with".into()
        })?;
        self.busy_ms += other.busy_ms;
        self.done += other.done;
        if !self.learnt.bursts.is_told() && other.learnt.bursts.is_told() {
            // It takes over the other's minute, and its clock never goes back.
            self.last_at = self.last_at.max(other.last_at);
        }
        self.learnt.merge(&other.learnt);
        Ok(())
    }
}
