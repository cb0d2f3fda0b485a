//! What a missing instance brings about: while its replacement starts, every call that finds none starts one more.

use crate::state::{Reader, Writer};
use isotherm_numeric::Result;

/// Episodes of one level, see [`super::episodes`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cascade {
    /// How many, and the calls beyond the first in all of them.
    pub episodes: f64,
    pub followers: f64,
}

impl Cascade {
    /// Adds the episodes of another.
    pub fn merge(&mut self, other: &Cascade) {
        self.episodes += other.episodes;
        self.followers += other.followers;
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        out.f64(self.episodes);
        out.f64(self.followers);
    }

    pub(crate) fn load(from: &mut Reader<'_>) -> Result<Self> {
        Ok(Cascade { episodes: from.amount()?, followers: from.amount()? })
    }
}
