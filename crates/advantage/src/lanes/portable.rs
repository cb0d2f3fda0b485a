//! Lanes as arrays, for machines without an own file, and for what is left of a row.

use super::{Lanes, BLOCK};
use std::array::from_fn;
use std::marker::PhantomData;

pub struct Array<R, const W: usize>(PhantomData<R>);

macro_rules! array {
    ($real:ty, $bits:ty, $width:literal, $half:literal) => {
        impl Lanes for Array<$real, $width> {
            type Real = $real;
            type Vector = [$real; $width];
            type Mask = [bool; $width];
            type Flags = [bool; BLOCK];
            type Half = Array<$real, $half>;
            type Narrowest = Array<$real, 1>;
            const WIDTH: usize = $width;

            #[inline(always)]
            fn splat(value: $real) -> Self::Vector {
                [value; $width]
            }

            #[inline(always)]
            unsafe fn load(from: *const $real) -> Self::Vector {
                // SAFETY: the caller's; an array needs no more alignment than its entries.
                unsafe { from.cast::<Self::Vector>().read() }
            }

            #[inline(always)]
            unsafe fn store(to: *mut $real, vector: Self::Vector) {
                // SAFETY: as above.
                unsafe { to.cast::<Self::Vector>().write(vector) }
            }

            #[inline(always)]
            fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector {
                from_fn(|l| a[l] + b[l])
            }

            #[inline(always)]
            fn sub(a: Self::Vector, b: Self::Vector) -> Self::Vector {
                from_fn(|l| a[l] - b[l])
            }

            #[inline(always)]
            fn mul(a: Self::Vector, b: Self::Vector) -> Self::Vector {
                from_fn(|l| a[l] * b[l])
            }

            #[inline(always)]
            fn is_zero(vector: Self::Vector) -> bool {
                vector.iter().fold(0 as $bits, |bits, lane| bits | lane.to_bits()) == 0
            }

            #[inline(always)]
            unsafe fn flags(flags: *const u8) -> Self::Flags {
                // SAFETY: the caller's.
                unsafe { flags.cast::<[u8; BLOCK]>().read() }.map(|flag| flag == 0)
            }

            #[inline(always)]
            fn meet(a: Self::Flags, b: Self::Flags) -> Self::Flags {
                from_fn(|i| a[i] & b[i])
            }

            #[inline(always)]
            fn bits(flags: Self::Flags) -> u32 {
                flags.iter().rev().fold(0, |bits, &flag| bits << 1 | u32::from(flag))
            }

            #[inline(always)]
            fn part(flags: Self::Flags, j: usize) -> Self::Mask {
                from_fn(|l| flags[j * $width + l])
            }

            #[inline(always)]
            unsafe fn clear(flags: *const u8) -> Self::Mask {
                // SAFETY: the caller's.
                unsafe { flags.cast::<[u8; $width]>().read() }.map(|flag| flag == 0)
            }

            #[inline(always)]
            fn mask(bits: u32) -> Self::Mask {
                from_fn(|l| bits >> l & 1 == 1)
            }

            #[inline(always)]
            fn both(a: Self::Mask, b: Self::Mask) -> Self::Mask {
                from_fn(|l| a[l] & b[l])
            }

            #[inline(always)]
            fn choose(mask: Self::Mask, then: Self::Vector, otherwise: Self::Vector) -> Self::Vector {
                from_fn(|l| if mask[l] { then[l] } else { otherwise[l] })
            }

            #[inline(always)]
            fn shift(low: Self::Vector, high: Self::Vector, by: usize) -> Self::Vector {
                from_fn(|l| if l + by < $width { low[l + by] } else { high[l + by - $width] })
            }
        }
    };
}

array!(f32, u32, 4, 1);
array!(f32, u32, 1, 1);
array!(f64, u64, 2, 1);
array!(f64, u64, 1, 1);
