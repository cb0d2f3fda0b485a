//! Policies' state as bytes: little endian, no padding, read back with every length checked.

use crate::{WarmInterval, FOREVER};
use isotherm_numeric::{ensure, Code, Error, Result};

/// [`isotherm_numeric::MAX_EXACT`], as a count.
const MAX_EXACT: u64 = isotherm_numeric::MAX_EXACT as u64;

/// Appends numbers.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn f32(&mut self, value: f32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn i64(&mut self, value: i64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn f64(&mut self, value: f64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// An instant, or none.
    pub(crate) fn instant(&mut self, at: Option<i64>) {
        self.i64(at.unwrap_or(i64::MIN));
    }

    pub(crate) fn interval(&mut self, interval: WarmInterval) {
        self.i64(interval.prewarm_ms);
        self.i64(interval.keep_alive_ms);
    }
}

/// Takes numbers off the front.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes }
    }

    /// Fails unless everything was read.
    pub(crate) fn finish(self) -> Result<()> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            Err(Error::new(Code::BadState, format!("policy state has {} bytes too many", self.bytes.len())))
        }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self
            .bytes
            .split_first_chunk::<N>()
            .ok_or_else(|| Error::new(Code::BadState, "policy state ends too early"))?;
        self.bytes = rest;
        Ok(*head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        Ok(self.take::<1>()?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(self.take()?))
    }

    /// A number from 0 to `most`.
    pub(crate) fn f32_within(&mut self, most: f64) -> Result<f32> {
        let value = f32::from_le_bytes(self.take()?);
        let fits = value >= 0.0 && f64::from(value) <= most;
        ensure(fits, Code::BadState, || format!("policy state has {value}, expected 0 to {most}"))?;
        Ok(value)
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.take()?))
    }

    pub(crate) fn i64(&mut self) -> Result<i64> {
        Ok(i64::from_le_bytes(self.take()?))
    }

    pub(crate) fn f64(&mut self) -> Result<f64> {
        Ok(f64::from_le_bytes(self.take()?))
    }

    /// A number that is neither negative nor without end.
    pub(crate) fn amount(&mut self) -> Result<f64> {
        let value = self.f64()?;
        let fits = (0.0..f64::INFINITY).contains(&value);
        ensure(fits, Code::BadState, || format!("policy state has {value}, expected at least 0"))?;
        Ok(value)
    }

    /// An amount, or infinity for what cannot be bought.
    pub(crate) fn price(&mut self) -> Result<f64> {
        let value = self.f64()?;
        ensure(value >= 0.0, Code::BadState, || format!("policy state has {value}, expected at least 0"))?;
        Ok(value)
    }

    /// A count that is exact in a float, as on every backend.
    pub(crate) fn count(&mut self) -> Result<u64> {
        let count = self.u64()?;
        ensure(count <= MAX_EXACT, Code::BadState, || {
            format!("policy state counts {count}, expected at most 2^53 - 1")
        })?;
        Ok(count)
    }

    /// An instant, or none.
    pub(crate) fn instant(&mut self) -> Result<Option<i64>> {
        let at = self.i64()?;
        let fits = at == i64::MIN || at.unsigned_abs() <= MAX_EXACT;
        ensure(fits, Code::BadState, || format!("policy state has the instant {at}, expected within 2^53 - 1"))?;
        Ok(Some(at).filter(|&at| at != i64::MIN))
    }

    /// An instant that must be there.
    pub(crate) fn time(&mut self) -> Result<i64> {
        self.instant()?.ok_or_else(|| Error::new(Code::BadState, "policy state lacks an instant"))
    }

    /// A time that is not negative.
    pub(crate) fn span(&mut self) -> Result<i64> {
        let span = self.i64()?;
        let fits = span >= 0 && span as u64 <= MAX_EXACT;
        ensure(fits, Code::BadState, || format!("policy state has a time of {span} ms, expected 0 to 2^53 - 1"))?;
        Ok(span)
    }

    pub(crate) fn interval(&mut self) -> Result<WarmInterval> {
        let prewarm_ms = self.span()?;
        let mut keep_alive = Reader { bytes: self.bytes };
        if keep_alive.i64()? == FOREVER {
            self.bytes = keep_alive.bytes;
            return Ok(WarmInterval { prewarm_ms, keep_alive_ms: FOREVER });
        }
        Ok(WarmInterval { prewarm_ms, keep_alive_ms: self.span()? })
    }
}
