//! Calls per minute as bytes: pairs of LEB128 numbers, the minutes since the previous pair's and the calls.

use isotherm_numeric::{ensure, Code, Error, Result};

/// Decodes cells that [`check`] has passed.
pub struct Cells<'a> {
    bytes: &'a [u8],
    minute: i64,
}

impl<'a> Cells<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Cells { bytes, minute: -1 }
    }

    /// Cells behind one of `minute`.
    pub fn after(bytes: &'a [u8], minute: i64) -> Self {
        Cells { bytes, minute }
    }

    /// Bytes that are left.
    pub fn left(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    fn varint(&mut self) -> Option<u64> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        if first < 128 {
            return Some(u64::from(first));
        }
        let mut value = u64::from(first & 127);
        let mut shift = 7;
        loop {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            value |= u64::from(byte & 127).checked_shl(shift)?;
            if byte < 128 {
                return Some(value);
            }
            shift += 7;
        }
    }
}

impl Iterator for Cells<'_> {
    type Item = (i64, u64);

    #[inline]
    fn next(&mut self) -> Option<(i64, u64)> {
        let ahead = self.varint()?;
        self.minute = self.minute.wrapping_add(ahead as i64);
        Some((self.minute, self.varint()?))
    }
}

/// The calls in one function's cells. Errors: `BAD_ARGUMENT` where they are not well formed or leave the trace.
pub fn check(bytes: &[u8], minutes: i64, function: usize) -> Result<u64> {
    let mut calls = 0u64;
    let mut last = -1;
    let mut cells = Cells::new(bytes);
    while !cells.bytes.is_empty() {
        let cell = cells.next();
        let (minute, count) = cell.ok_or_else(|| {
            Error::new(Code::BadArgument, format!("cells of function {function} end within a number"))
        })?;
        ensure(minute > last && minute < minutes && count > 0 && count < 1 << 32, Code::BadArgument, || {
            format!(
                "cells of function {function}: {count} calls in minute {minute}, expected 1..2^32 in {last}..{minutes}"
            )
        })?;
        last = minute;
        calls += count;
    }
    Ok(calls)
}
