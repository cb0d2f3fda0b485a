//! 512 bits at once. SAFETY of all: `x86`.

// Built only where the compiler has them (`build.rs`).
#![allow(clippy::incompatible_msrv)]

use super::avx2::{F32x8, F64x4};
use super::{arithmetic, shifts, with};
use crate::lanes::portable::Array;
use crate::lanes::{Job, Lanes};
use std::arch::x86_64::*;

with!(with_avx512_f32, f32, F32x16, "avx512f,avx512bw,avx512vl");
with!(with_avx512_f64, f64, F64x8, "avx512f,avx512bw,avx512vl");

/// Flags of sixteen bytes as bits, set where a byte was zero.
macro_rules! flags {
    () => {
        type Flags = __mmask16;

        #[inline(always)]
        unsafe fn flags(flags: *const u8) -> __mmask16 {
            unsafe {
                let flags = _mm_loadu_si128(flags.cast());
                _mm_testn_epi8_mask(flags, flags)
            }
        }

        #[inline(always)]
        fn meet(a: __mmask16, b: __mmask16) -> __mmask16 {
            a & b
        }

        #[inline(always)]
        fn bits(flags: __mmask16) -> u32 {
            u32::from(flags)
        }
    };
}

pub struct F32x16;

impl Lanes for F32x16 {
    arithmetic!(
        f32,
        __m512,
        _mm512_set1_ps,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_add_ps,
        _mm512_sub_ps,
        _mm512_mul_ps
    );
    type Mask = __mmask16;
    type Half = F32x8;
    const WIDTH: usize = 16;

    #[inline(always)]
    fn is_zero(vector: __m512) -> bool {
        unsafe {
            let bits = _mm512_castps_si512(vector);
            _mm512_test_epi32_mask(bits, bits) == 0
        }
    }

    flags!();

    #[inline(always)]
    fn part(flags: __mmask16, _j: usize) -> __mmask16 {
        flags
    }

    #[inline(always)]
    unsafe fn clear(flags: *const u8) -> __mmask16 {
        unsafe { Self::flags(flags) }
    }

    #[inline(always)]
    fn mask(bits: u32) -> __mmask16 {
        bits as __mmask16
    }

    #[inline(always)]
    fn both(a: __mmask16, b: __mmask16) -> __mmask16 {
        a & b
    }

    #[inline(always)]
    fn choose(mask: __mmask16, then: __m512, otherwise: __m512) -> __m512 {
        unsafe { _mm512_mask_blend_ps(mask, otherwise, then) }
    }

    #[inline(always)]
    fn shift(low: __m512, high: __m512, by: usize) -> __m512 {
        unsafe {
            let (low, high) = (_mm512_castps_si512(low), _mm512_castps_si512(high));
            _mm512_castsi512_ps(shifts!(by,
                1 => _mm512_alignr_epi32::<1>(high, low),
                2 => _mm512_alignr_epi32::<2>(high, low),
                4 => _mm512_alignr_epi32::<4>(high, low),
                8 => _mm512_alignr_epi32::<8>(high, low)))
        }
    }
}

pub struct F64x8;

impl Lanes for F64x8 {
    arithmetic!(
        f64,
        __m512d,
        _mm512_set1_pd,
        _mm512_loadu_pd,
        _mm512_storeu_pd,
        _mm512_add_pd,
        _mm512_sub_pd,
        _mm512_mul_pd
    );
    type Mask = __mmask8;
    type Half = F64x4;
    const WIDTH: usize = 8;

    #[inline(always)]
    fn is_zero(vector: __m512d) -> bool {
        unsafe {
            let bits = _mm512_castpd_si512(vector);
            _mm512_test_epi64_mask(bits, bits) == 0
        }
    }

    flags!();

    #[inline(always)]
    fn part(flags: __mmask16, j: usize) -> __mmask8 {
        (flags >> (8 * j)) as __mmask8
    }

    #[inline(always)]
    unsafe fn clear(flags: *const u8) -> __mmask8 {
        unsafe {
            let flags = _mm_loadl_epi64(flags.cast());
            _mm_testn_epi8_mask(flags, flags) as __mmask8
        }
    }

    #[inline(always)]
    fn mask(bits: u32) -> __mmask8 {
        bits as __mmask8
    }

    #[inline(always)]
    fn both(a: __mmask8, b: __mmask8) -> __mmask8 {
        a & b
    }

    #[inline(always)]
    fn choose(mask: __mmask8, then: __m512d, otherwise: __m512d) -> __m512d {
        unsafe { _mm512_mask_blend_pd(mask, otherwise, then) }
    }

    #[inline(always)]
    fn shift(low: __m512d, high: __m512d, by: usize) -> __m512d {
        unsafe {
            let (low, high) = (_mm512_castpd_si512(low), _mm512_castpd_si512(high));
            _mm512_castsi512_pd(shifts!(by,
                1 => _mm512_alignr_epi64::<1>(high, low),
                2 => _mm512_alignr_epi64::<2>(high, low),
                4 => _mm512_alignr_epi64::<4>(high, low)))
        }
    }
}
