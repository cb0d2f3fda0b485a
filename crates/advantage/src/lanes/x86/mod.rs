//! AVX2 and AVX-512, chosen when the program runs. What is here is reached through `with_…` alone, which is called where the machine has the instructions.

pub mod avx2;
#[cfg(avx512)]
pub mod avx512;

/// Runs a job in lanes whose instructions are those of some features.
macro_rules! with {
    ($name:ident, $real:ty, $lanes:ty, $features:literal) => {
        /// # Safety
        /// The machine has the features.
        #[target_feature(enable = $features)]
        pub unsafe fn $name<J: Job<$real>>(job: J) -> J::Out {
            job.run::<$lanes>()
        }
    };
}

/// What lanes differ in by no more than the names of their instructions. SAFETY of all: see above; of pointers, the caller's.
macro_rules! arithmetic {
    ($real:ty, $vector:ty, $splat:ident, $load:ident, $store:ident, $add:ident, $sub:ident, $mul:ident) => {
        type Real = $real;
        type Vector = $vector;
        type Narrowest = Array<$real, 1>;

        #[inline(always)]
        fn splat(value: $real) -> $vector {
            unsafe { $splat(value) }
        }

        #[inline(always)]
        unsafe fn load(from: *const $real) -> $vector {
            unsafe { $load(from) }
        }

        #[inline(always)]
        unsafe fn store(to: *mut $real, vector: $vector) {
            unsafe { $store(to, vector) }
        }

        #[inline(always)]
        fn add(a: $vector, b: $vector) -> $vector {
            unsafe { $add(a, b) }
        }

        #[inline(always)]
        fn sub(a: $vector, b: $vector) -> $vector {
            unsafe { $sub(a, b) }
        }

        #[inline(always)]
        fn mul(a: $vector, b: $vector) -> $vector {
            unsafe { $mul(a, b) }
        }
    };
}

/// `shift` by each of some distances.
macro_rules! shifts {
    ($by:expr, $($distance:literal => $shifted:expr),+) => {
        match $by {
            $($distance => $shifted,)+
            _ => unreachable!("lanes are shifted by less than there are"),
        }
    };
}

use {arithmetic, shifts, with};
