//! The 128 bits of WebAssembly.

use super::portable::Array;
use super::Lanes;
use std::arch::wasm32::*;

/// What the two differ in by no more than the names of their instructions.
macro_rules! arithmetic {
    ($real:ty, $splat:ident, $add:ident, $sub:ident, $mul:ident) => {
        type Real = $real;
        type Vector = v128;
        type Mask = v128;
        type Flags = v128;
        type Half = Array<$real, 1>;
        type Narrowest = Array<$real, 1>;

        #[inline(always)]
        fn splat(value: $real) -> v128 {
            $splat(value)
        }

        #[inline(always)]
        unsafe fn load(from: *const $real) -> v128 {
            // SAFETY: the caller's.
            unsafe { v128_load(from.cast()) }
        }

        #[inline(always)]
        unsafe fn store(to: *mut $real, vector: v128) {
            // SAFETY: the caller's.
            unsafe { v128_store(to.cast(), vector) }
        }

        #[inline(always)]
        fn add(a: v128, b: v128) -> v128 {
            $add(a, b)
        }

        #[inline(always)]
        fn sub(a: v128, b: v128) -> v128 {
            $sub(a, b)
        }

        #[inline(always)]
        fn mul(a: v128, b: v128) -> v128 {
            $mul(a, b)
        }

        #[inline(always)]
        fn is_zero(vector: v128) -> bool {
            !v128_any_true(vector)
        }

        #[inline(always)]
        unsafe fn flags(flags: *const u8) -> v128 {
            // SAFETY: the caller's.
            i8x16_eq(unsafe { v128_load(flags.cast()) }, i8x16_splat(0))
        }

        #[inline(always)]
        fn meet(a: v128, b: v128) -> v128 {
            v128_and(a, b)
        }

        #[inline(always)]
        fn bits(flags: v128) -> u32 {
            u32::from(i8x16_bitmask(flags))
        }

        #[inline(always)]
        fn both(a: v128, b: v128) -> v128 {
            v128_and(a, b)
        }

        #[inline(always)]
        fn choose(mask: v128, then: v128, otherwise: v128) -> v128 {
            v128_bitselect(then, otherwise, mask)
        }

        #[inline(always)]
        fn keep(mask: v128, vector: v128) -> v128 {
            v128_and(mask, vector)
        }
    };
}

/// Of all bits or none: each number twice, those of the lower or of the upper half. One instruction, where to widen the upper half would take two.
#[inline(always)]
fn bytes_twice(flags: v128, upper: bool) -> v128 {
    if upper {
        i8x16_shuffle::<8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15>(flags, flags)
    } else {
        i8x16_shuffle::<0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7>(flags, flags)
    }
}

#[inline(always)]
fn shorts_twice(flags: v128, upper: bool) -> v128 {
    if upper {
        i16x8_shuffle::<4, 4, 5, 5, 6, 6, 7, 7>(flags, flags)
    } else {
        i16x8_shuffle::<0, 0, 1, 1, 2, 2, 3, 3>(flags, flags)
    }
}

#[inline(always)]
fn words_twice(flags: v128, upper: bool) -> v128 {
    if upper {
        i32x4_shuffle::<2, 2, 3, 3>(flags, flags)
    } else {
        i32x4_shuffle::<0, 0, 1, 1>(flags, flags)
    }
}

pub struct F32x4;

impl Lanes for F32x4 {
    arithmetic!(f32, f32x4_splat, f32x4_add, f32x4_sub, f32x4_mul);
    const WIDTH: usize = 4;

    #[inline(always)]
    fn part(flags: v128, j: usize) -> v128 {
        shorts_twice(bytes_twice(flags, j & 2 != 0), j & 1 != 0)
    }

    #[inline(always)]
    unsafe fn clear(flags: *const u8) -> v128 {
        // SAFETY: the caller's.
        let flags = unsafe { v128_load32_zero(flags.cast()) };
        let wide = u32x4_extend_low_u16x8(u16x8_extend_low_u8x16(flags));
        i32x4_eq(wide, i32x4_splat(0))
    }

    #[inline(always)]
    fn mask(bits: u32) -> v128 {
        let own = i32x4(1, 2, 4, 8);
        i32x4_eq(v128_and(i32x4_splat(bits as i32), own), own)
    }

    #[inline(always)]
    fn shift(low: v128, high: v128, by: usize) -> v128 {
        match by {
            1 => i32x4_shuffle::<1, 2, 3, 4>(low, high),
            2 => i32x4_shuffle::<2, 3, 4, 5>(low, high),
            _ => unreachable!("lanes are shifted by less than there are"),
        }
    }
}

pub struct F64x2;

impl Lanes for F64x2 {
    arithmetic!(f64, f64x2_splat, f64x2_add, f64x2_sub, f64x2_mul);
    const WIDTH: usize = 2;

    #[inline(always)]
    fn part(flags: v128, j: usize) -> v128 {
        words_twice(shorts_twice(bytes_twice(flags, j & 4 != 0), j & 2 != 0), j & 1 != 0)
    }

    #[inline(always)]
    unsafe fn clear(flags: *const u8) -> v128 {
        // SAFETY: the caller's.
        let [first, second] = unsafe { flags.cast::<[u8; 2]>().read() };
        i64x2_eq(i64x2(i64::from(first), i64::from(second)), i64x2_splat(0))
    }

    #[inline(always)]
    fn mask(bits: u32) -> v128 {
        let own = i64x2(1, 2);
        i64x2_eq(v128_and(i64x2_splat(i64::from(bits)), own), own)
    }

    #[inline(always)]
    fn shift(low: v128, high: v128, by: usize) -> v128 {
        match by {
            1 => i64x2_shuffle::<1, 2>(low, high),
            _ => unreachable!("lanes are shifted by less than there are"),
        }
    }
}
