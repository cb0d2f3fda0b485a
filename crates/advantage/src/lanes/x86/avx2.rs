//! 256 bits at once. SAFETY of all: `x86`.

use super::{arithmetic, shifts, with};
use crate::lanes::portable::Array;
use crate::lanes::{Job, Lanes};
use std::arch::x86_64::*;

with!(with_avx2_f32, f32, F32x8, "avx2");
with!(with_avx2_f64, f64, F64x4, "avx2");

/// Flags of sixteen bytes, whose set bytes are those that were zero.
macro_rules! flags {
    () => {
        type Flags = __m128i;

        #[inline(always)]
        unsafe fn flags(flags: *const u8) -> __m128i {
            unsafe { _mm_cmpeq_epi8(_mm_loadu_si128(flags.cast()), _mm_setzero_si128()) }
        }

        #[inline(always)]
        fn meet(a: __m128i, b: __m128i) -> __m128i {
            unsafe { _mm_and_si128(a, b) }
        }

        #[inline(always)]
        fn bits(flags: __m128i) -> u32 {
            unsafe { _mm_movemask_epi8(flags) as u32 }
        }
    };
}

pub struct F32x8;

impl Lanes for F32x8 {
    arithmetic!(
        f32,
        __m256,
        _mm256_set1_ps,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_add_ps,
        _mm256_sub_ps,
        _mm256_mul_ps
    );
    type Mask = __m256;
    type Half = Array<f32, 4>;
    const WIDTH: usize = 8;

    #[inline(always)]
    fn is_zero(vector: __m256) -> bool {
        unsafe {
            let bits = _mm256_castps_si256(vector);
            _mm256_testz_si256(bits, bits) == 1
        }
    }

    flags!();

    #[inline(always)]
    fn part(flags: __m128i, j: usize) -> __m256 {
        unsafe {
            let own = match j {
                0 => flags,
                _ => _mm_srli_si128::<8>(flags),
            };
            _mm256_castsi256_ps(_mm256_cvtepi8_epi32(own))
        }
    }

    #[inline(always)]
    unsafe fn clear(flags: *const u8) -> __m256 {
        unsafe {
            let clear = _mm_cmpeq_epi8(_mm_loadl_epi64(flags.cast()), _mm_setzero_si128());
            _mm256_castsi256_ps(_mm256_cvtepi8_epi32(clear))
        }
    }

    #[inline(always)]
    fn mask(bits: u32) -> __m256 {
        unsafe {
            let own = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
            let set = _mm256_and_si256(_mm256_set1_epi32(bits as i32), own);
            _mm256_castsi256_ps(_mm256_cmpeq_epi32(set, own))
        }
    }

    #[inline(always)]
    fn both(a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_and_ps(a, b) }
    }

    #[inline(always)]
    fn choose(mask: __m256, then: __m256, otherwise: __m256) -> __m256 {
        unsafe { _mm256_blendv_ps(otherwise, then, mask) }
    }

    #[inline(always)]
    fn keep(mask: __m256, vector: __m256) -> __m256 {
        unsafe { _mm256_and_ps(mask, vector) }
    }

    #[inline(always)]
    fn shift(low: __m256, high: __m256, by: usize) -> __m256 {
        unsafe {
            let (low, high) = (_mm256_castps_si256(low), _mm256_castps_si256(high));
            let middle = _mm256_permute2x128_si256::<0x21>(low, high);
            _mm256_castsi256_ps(shifts!(by,
                1 => _mm256_alignr_epi8::<4>(middle, low),
                2 => _mm256_alignr_epi8::<8>(middle, low),
                4 => middle))
        }
    }
}

pub struct F64x4;

impl Lanes for F64x4 {
    arithmetic!(
        f64,
        __m256d,
        _mm256_set1_pd,
        _mm256_loadu_pd,
        _mm256_storeu_pd,
        _mm256_add_pd,
        _mm256_sub_pd,
        _mm256_mul_pd
    );
    type Mask = __m256d;
    type Half = Array<f64, 2>;
    const WIDTH: usize = 4;

    #[inline(always)]
    fn is_zero(vector: __m256d) -> bool {
        unsafe {
            let bits = _mm256_castpd_si256(vector);
            _mm256_testz_si256(bits, bits) == 1
        }
    }

    flags!();

    #[inline(always)]
    fn part(flags: __m128i, j: usize) -> __m256d {
        unsafe {
            let own = match j {
                0 => flags,
                1 => _mm_srli_si128::<4>(flags),
                2 => _mm_srli_si128::<8>(flags),
                _ => _mm_srli_si128::<12>(flags),
            };
            _mm256_castsi256_pd(_mm256_cvtepi8_epi64(own))
        }
    }

    #[inline(always)]
    unsafe fn clear(flags: *const u8) -> __m256d {
        unsafe {
            let flags = _mm_cvtsi32_si128(flags.cast::<i32>().read_unaligned());
            let clear = _mm_cmpeq_epi8(flags, _mm_setzero_si128());
            _mm256_castsi256_pd(_mm256_cvtepi8_epi64(clear))
        }
    }

    #[inline(always)]
    fn mask(bits: u32) -> __m256d {
        unsafe {
            let own = _mm256_setr_epi64x(1, 2, 4, 8);
            let set = _mm256_and_si256(_mm256_set1_epi64x(i64::from(bits)), own);
            _mm256_castsi256_pd(_mm256_cmpeq_epi64(set, own))
        }
    }

    #[inline(always)]
    fn both(a: __m256d, b: __m256d) -> __m256d {
        unsafe { _mm256_and_pd(a, b) }
    }

    #[inline(always)]
    fn choose(mask: __m256d, then: __m256d, otherwise: __m256d) -> __m256d {
        unsafe { _mm256_blendv_pd(otherwise, then, mask) }
    }

    #[inline(always)]
    fn keep(mask: __m256d, vector: __m256d) -> __m256d {
        unsafe { _mm256_and_pd(mask, vector) }
    }

    #[inline(always)]
    fn shift(low: __m256d, high: __m256d, by: usize) -> __m256d {
        unsafe {
            let (low, high) = (_mm256_castpd_si256(low), _mm256_castpd_si256(high));
            let middle = _mm256_permute2x128_si256::<0x21>(low, high);
            _mm256_castsi256_pd(shifts!(by,
                1 => _mm256_alignr_epi8::<8>(middle, low),
                2 => middle))
        }
    }
}
