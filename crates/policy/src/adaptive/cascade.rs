//! What a missing instance brings about: while its replacement starts, every call that finds none starts one more.
//!
//! An episode begins when a level becomes busy after a long gap. Had its instance been missing, the calls that this level serves in the
//! first `coldStartMs` would all have been cold: the level's busy time in them over the mean duration. Where the level above fills
//! meanwhile, its calls count instead, as an instance that is still starting takes no second call.

use crate::state::{Reader, Writer};
use isotherm_numeric::{ensure, Code, Result};

/// Episodes of one level.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cascade {
    /// How many, and the calls beyond the first in all of them.
    pub episodes: f64,
    pub followers: f64,
    /// How long the level's instance was busy: in all, ms, and since when if it is.
    busy_ms: i64,
    busy_since: Option<i64>,
    open: Option<Episode>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Episode {
    at: i64,
    /// Busy ms of the level and of the one above it when it began, and their growth since.
    base: [i64; 2],
    grown: [f64; 2],
}

impl Cascade {
    /// Its instance's busy time until `at`, ms.
    pub fn busy_until(&self, at: i64) -> i64 {
        self.busy_ms + self.busy_since.map_or(0, |since| (at - since).max(0))
    }

    /// Whether an episode is on.
    #[inline(always)]
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Its instance begins to serve.
    #[inline(always)]
    pub fn serve(&mut self, at: i64) {
        self.busy_since.get_or_insert(at);
    }

    /// Its instance is free.
    #[inline(always)]
    pub fn free(&mut self, at: i64) {
        if let Some(since) = self.busy_since.take() {
            self.busy_ms += (at - since).max(0);
        }
    }

    /// How far the episode that is on has come when its instance was freed; `above` is [`busy_until`](Self::busy_until) of the level above.
    pub fn grow(&mut self, at: i64, above: i64, cold_ms: i64) {
        let own = self.busy_until(at);
        if let Some(episode) = &mut self.open {
            let span = at - episode.at;
            let part = if span > cold_ms { cold_ms as f64 / span as f64 } else { 1.0 };
            // A call that was thought to last may be over before the episode began.
            let [own, above] = [own - episode.base[0], above - episode.base[1]].map(|ms| ms.max(0) as f64);
            episode.grown = [own * part, above * part];
        }
    }

    /// Begins an episode.
    pub fn begin(&mut self, at: i64, above: i64) {
        self.episodes += 1.0;
        self.open = Some(Episode { at, base: [self.busy_until(at), above], grown: [0.0; 2] });
    }

    /// Ends the episode that a cold start would have outlived by now; the followers it had.
    pub fn end_if_over(&mut self, at: i64, cold_ms: i64, mean_ms: f64) -> f64 {
        match self.open {
            Some(episode) if at > episode.at + cold_ms => {
                self.open = None;
                let mean = mean_ms.max(1.0);
                let followers = (episode.grown[0] - mean).max(episode.grown[1]).max(0.0) / mean;
                self.followers += followers;
                followers
            }
            _ => 0.0,
        }
    }

    /// Adds the episodes of another.
    pub fn merge(&mut self, other: &Cascade) {
        self.episodes += other.episodes;
        self.followers += other.followers;
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.f64(self.episodes);
        out.f64(self.followers);
        out.i64(self.busy_ms);
        out.instant(self.busy_since);
        out.instant(self.open.map(|episode| episode.at));
        if let Some(episode) = self.open {
            episode.base.iter().for_each(|&base| out.i64(base));
            episode.grown.iter().for_each(|&grown| out.f64(grown));
        }
    }

    /// At `now`.
    pub(crate) fn load(from: &mut Reader<'_>, now: i64) -> Result<Self> {
        let mut cascade = Cascade {
            episodes: from.amount()?,
            followers: from.amount()?,
            busy_ms: from.span()?,
            busy_since: from.instant()?,
            open: None,
        };
        if let Some(at) = from.instant()? {
            let base = [from.span()?, from.span()?];
            cascade.open = Some(Episode { at, base, grown: [from.amount()?, from.amount()?] });
        }
        let instants = [cascade.busy_since, cascade.open.map(|episode| episode.at)];
        ensure(instants.into_iter().flatten().all(|at| at <= now), Code::BadState, || {
            "policy state has a call that is yet to come".into()
        })?;
        Ok(cascade)
    }
}
