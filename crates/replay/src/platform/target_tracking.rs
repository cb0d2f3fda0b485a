//! Target tracking as AWS Application Auto Scaling does it for provisioned concurrency: an alarm of a few minutes above the target adds,
//! one of a quarter of an hour well under it removes. Both go by the metric, rounded up to whole instances.

use super::settings::Tracking;

/// It removes under this share of the target.
const WELL_UNDER: f64 = 0.9;

pub struct TargetTracking {
    pub settings: Tracking,
    points: u64,
    sum: f64,
    largest: f64,
    above: i64,
    below: i64,
}

impl TargetTracking {
    pub fn new(settings: Tracking) -> Self {
        TargetTracking { settings, points: 0, sum: 0.0, largest: 0.0, above: 0, below: 0 }
    }

    /// A call is served, with so many of so many places on ready instances in use.
    #[inline(always)]
    pub fn observe(&mut self, used: i64, places: i64) {
        if places == 0 {
            return;
        }
        let utilisation = used as f64 / places as f64;
        self.points += 1;
        self.sum += utilisation;
        self.largest = self.largest.max(utilisation);
    }

    /// A period ends: how many to ask for.
    pub fn decide(&mut self, asked: i64, up: i64) -> i64 {
        let settings = self.settings;
        let metric = match self.points {
            0 => 0.0,
            _ if settings.maximum => self.largest,
            points => self.sum / points as f64,
        };
        // Without a call there is no data point, and an alarm wants its points in a row.
        let measured = self.points > 0;
        self.above = if measured && metric > settings.target { self.above + 1 } else { 0 };
        self.below = if measured && metric < settings.target * WELL_UNDER { self.below + 1 } else { 0 };
        (self.points, self.sum, self.largest) = (0, 0.0, 0.0);
        let wanted = (up as f64 * (metric / settings.target)).ceil() as i64;
        if self.above >= settings.scale_out_periods {
            wanted.max(asked).min(settings.max)
        } else if self.below >= settings.scale_in_periods {
            wanted.min(asked).max(settings.min)
        } else {
            asked
        }
    }
}
