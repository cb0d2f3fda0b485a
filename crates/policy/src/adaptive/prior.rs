//! What is expected of a function before it has been seen much: hazards pooled over functions, as `isotherm fit` makes them.

use super::bins::BINS;
use isotherm_numeric::{ensure, Code, Result};

/// Bin offsets from the mean bin that a row of hazards covers, to each side.
const REACH: usize = 36;
const NEAR: usize = 2 * REACH + 1;
/// 1 gap seen, 2 to 4, 5 and more.
const STAGES: usize = 3;
const CLASS: usize = BINS + STAGES * NEAR;

/// How many numbers a prior has.
pub const PRIOR_LENGTH: usize = 2 * CLASS;

/// Hazards per idle-time bin: `[level 0, upper levels][first gap by bin, then per stage by offset from the mean bin]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior(Vec<f64>);

impl Prior {
    /// Reads [`PRIOR_LENGTH`] hazards, each within (0, 1). Errors: `BAD_ARGUMENT`.
    pub fn parse(hazards: &[f64]) -> Result<Self> {
        ensure(hazards.len() == PRIOR_LENGTH, Code::BadArgument, || {
            format!("policy parameter prior has {} hazards, expected {PRIOR_LENGTH}", hazards.len())
        })?;
        for (i, &hazard) in hazards.iter().enumerate() {
            ensure(hazard > 0.0 && hazard < 1.0, Code::BadArgument, || {
                format!("policy parameter prior[{i}] is {hazard}, expected above 0 and below 1")
            })?;
        }
        Ok(Prior(hazards.to_vec()))
    }

    /// The hazards, as parsed.
    pub fn numbers(&self) -> &[f64] {
        &self.0
    }

    /// The row of a level of which `seen` gaps are known with this mean of their bins' middles: its hazard in `bin` is at `row[bin]`, see [`Row`].
    #[inline]
    pub fn row(&self, upper: bool, seen: u32, mean_bin: f64) -> Row<'_> {
        let class = &self.0[if upper { CLASS } else { 0 }..][..CLASS];
        if seen == 0 {
            return Row { hazards: &class[..BINS], centre: None };
        }
        let stage = match seen {
            1 => 0,
            2..=4 => 1,
            _ => 2,
        };
        let centre = (mean_bin as usize).min(BINS - 1);
        Row { hazards: &class[BINS + stage * NEAR..][..NEAR], centre: Some(centre) }
    }
}

/// The hazards that hold for one level now.
pub struct Row<'a> {
    hazards: &'a [f64],
    centre: Option<usize>,
}

impl Row<'_> {
    /// Of one bin.
    #[inline(always)]
    pub fn hazard(&self, bin: usize) -> f64 {
        match self.centre {
            None => self.hazards[bin],
            Some(centre) => self.hazards[(bin + REACH).saturating_sub(centre).min(NEAR - 1)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_centred_on_the_mean_bin() {
        let numbers: Vec<f64> = (0..PRIOR_LENGTH).map(|i| (i + 1) as f64 / 1000.0).collect();
        let prior = Prior::parse(&numbers).unwrap();
        assert_eq!(prior.row(false, 0, 0.0).hazard(73), 0.074);
        // Offset 0 of the first stage stands 36 behind the 74 of the first gap: number 110, which is 0.111.
        assert_eq!(prior.row(false, 1, 40.9).hazard(40), 0.111);
        assert_eq!(prior.row(false, 1, 40.9).hazard(3), 0.075);
        assert_eq!(prior.row(true, 5, 0.0).hazard(73), numbers[2 * CLASS - 1]);
        assert!(Prior::parse(&numbers[1..]).is_err() && Prior::parse(&[1.0; PRIOR_LENGTH]).is_err());
    }
}
