//! Two registers of AVX2, reached through `with_avx2` alone.

use super::{Eight, Job, Line};
use std::arch::x86_64::*;

pub struct Avx2;

/// # Safety
/// The machine has the features.
#[target_feature(enable = "avx2,bmi1")]
pub unsafe fn with_avx2<J: Job>(job: J) -> J::Out {
    job.run::<Avx2>()
}

/// All bits of one lane.
static LANE: [Line; 8] = {
    let mut lanes = [Line([0.0; 8]); 8];
    let mut l = 0;
    while l < 8 {
        lanes[l].0[l] = f64::from_bits(u64::MAX);
        l += 1;
    }
    lanes
};

/// The least two of four lanes.
#[inline(always)]
pub unsafe fn two_of_four(first: __m256d, second: __m256d) -> (f64, f64) {
    unsafe {
        let (f, g) = (_mm256_castpd256_pd128(first), _mm256_extractf128_pd::<1>(first));
        let (s, t) = (_mm256_castpd256_pd128(second), _mm256_extractf128_pd::<1>(second));
        let more = _mm_max_pd(f, g);
        let first = _mm_min_pd(f, g);
        let second = _mm_min_pd(more, _mm_min_pd(s, t));
        let (g, t) = (_mm_unpackhi_pd(first, first), _mm_unpackhi_pd(second, second));
        let more = _mm_max_sd(first, g);
        let second = _mm_min_sd(more, _mm_min_sd(second, t));
        (_mm_cvtsd_f64(_mm_min_sd(first, g)), _mm_cvtsd_f64(second))
    }
}

/// The least of four lanes.
#[inline(always)]
pub unsafe fn least_of_four(v: __m256d) -> f64 {
    unsafe {
        let two = _mm_min_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd::<1>(v));
        _mm_cvtsd_f64(_mm_min_sd(two, _mm_unpackhi_pd(two, two)))
    }
}

macro_rules! both {
    ($name:ident, $op:ident) => {
        #[inline(always)]
        fn $name(a: Self::Vector, b: Self::Vector) -> Self::Vector {
            unsafe { ($op(a.0, b.0), $op(a.1, b.1)) }
        }
    };
}

impl Eight for Avx2 {
    type Vector = (__m256d, __m256d);
    type Mask = (__m256d, __m256d);

    both!(add, _mm256_add_pd);
    both!(sub, _mm256_sub_pd);
    both!(lesser, _mm256_min_pd);
    both!(greater, _mm256_max_pd);

    #[inline(always)]
    fn splat(value: f64) -> Self::Vector {
        unsafe { (_mm256_set1_pd(value), _mm256_set1_pd(value)) }
    }

    #[inline(always)]
    fn load(from: &Line) -> Self::Vector {
        unsafe { (_mm256_load_pd(from.0.as_ptr()), _mm256_load_pd(from.0.as_ptr().add(4))) }
    }

    #[inline(always)]
    fn store(to: &mut Line, vector: Self::Vector) {
        unsafe {
            _mm256_store_pd(to.0.as_mut_ptr(), vector.0);
            _mm256_store_pd(to.0.as_mut_ptr().add(4), vector.1);
        }
    }

    #[inline(always)]
    fn set(line: &mut Line, lane: usize, value: f64) {
        let mask = Self::load(&LANE[lane % 8]);
        Self::store(line, Self::choose(mask, Self::splat(value), Self::load(line)));
    }

    both!(less, less_than);
    both!(at_most, most);

    #[inline(always)]
    fn choose(mask: Self::Mask, then: Self::Vector, otherwise: Self::Vector) -> Self::Vector {
        unsafe { (_mm256_blendv_pd(otherwise.0, then.0, mask.0), _mm256_blendv_pd(otherwise.1, then.1, mask.1)) }
    }

    #[inline(always)]
    fn bits(mask: Self::Mask) -> u64 {
        unsafe { (_mm256_movemask_pd(mask.0) | _mm256_movemask_pd(mask.1) << 4) as u64 }
    }

    #[inline(always)]
    fn least(v: Self::Vector) -> f64 {
        unsafe { least_of_four(_mm256_min_pd(v.0, v.1)) }
    }

    #[inline(always)]
    fn two_least(first: Self::Vector, second: Self::Vector) -> (f64, f64) {
        unsafe {
            let more = _mm256_max_pd(first.0, first.1);
            let second = _mm256_min_pd(more, _mm256_min_pd(second.0, second.1));
            two_of_four(_mm256_min_pd(first.0, first.1), second)
        }
    }
}

#[inline(always)]
unsafe fn less_than(a: __m256d, b: __m256d) -> __m256d {
    unsafe { _mm256_cmp_pd::<_CMP_LT_OQ>(a, b) }
}

#[inline(always)]
unsafe fn most(a: __m256d, b: __m256d) -> __m256d {
    unsafe { _mm256_cmp_pd::<_CMP_LE_OQ>(a, b) }
}
