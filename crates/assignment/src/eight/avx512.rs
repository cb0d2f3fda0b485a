//! One register of AVX-512, reached through `with_avx512` alone.

// `build.rs` leaves this out where the compiler is older than the instructions.
#![allow(clippy::incompatible_msrv)]

use super::avx2::{least_of_four, two_of_four};
use super::{Eight, Job, Line};
use std::arch::x86_64::*;

pub struct Avx512;

/// # Safety
/// The machine has the features.
#[target_feature(enable = "avx512f,bmi1")]
pub unsafe fn with_avx512<J: Job>(job: J) -> J::Out {
    job.run::<Avx512>()
}

macro_rules! each {
    ($name:ident, $op:ident) => {
        #[inline(always)]
        fn $name(a: Self::Vector, b: Self::Vector) -> Self::Vector {
            unsafe { $op(a, b) }
        }
    };
}

impl Eight for Avx512 {
    type Vector = __m512d;
    type Mask = u8;

    each!(add, _mm512_add_pd);
    each!(sub, _mm512_sub_pd);
    each!(lesser, _mm512_min_pd);
    each!(greater, _mm512_max_pd);

    #[inline(always)]
    fn splat(value: f64) -> __m512d {
        unsafe { _mm512_set1_pd(value) }
    }

    #[inline(always)]
    fn load(from: &Line) -> __m512d {
        unsafe { _mm512_load_pd(from.0.as_ptr()) }
    }

    #[inline(always)]
    fn store(to: &mut Line, vector: __m512d) {
        unsafe { _mm512_store_pd(to.0.as_mut_ptr(), vector) }
    }

    #[inline(always)]
    fn set(line: &mut Line, lane: usize, value: f64) {
        Self::store(line, Self::choose(1 << (lane % 8), Self::splat(value), Self::load(line)));
    }

    #[inline(always)]
    fn less(a: __m512d, b: __m512d) -> u8 {
        unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b) }
    }

    #[inline(always)]
    fn at_most(a: __m512d, b: __m512d) -> u8 {
        unsafe { _mm512_cmp_pd_mask::<_CMP_LE_OQ>(a, b) }
    }

    #[inline(always)]
    fn choose(mask: u8, then: __m512d, otherwise: __m512d) -> __m512d {
        unsafe { _mm512_mask_mov_pd(otherwise, mask, then) }
    }

    #[inline(always)]
    fn bits(mask: u8) -> u64 {
        u64::from(mask)
    }

    #[inline(always)]
    fn least(v: __m512d) -> f64 {
        unsafe { least_of_four(_mm256_min_pd(_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd::<1>(v))) }
    }

    #[inline(always)]
    fn two_least(first: __m512d, second: __m512d) -> (f64, f64) {
        unsafe {
            let (f, g) = (_mm512_castpd512_pd256(first), _mm512_extractf64x4_pd::<1>(first));
            let (s, t) = (_mm512_castpd512_pd256(second), _mm512_extractf64x4_pd::<1>(second));
            let second = _mm256_min_pd(_mm256_max_pd(f, g), _mm256_min_pd(s, t));
            two_of_four(_mm256_min_pd(f, g), second)
        }
    }
}
