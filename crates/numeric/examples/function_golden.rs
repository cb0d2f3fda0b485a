//! Prints the golden file of `exp` and `ln`: `function,input,output`, the bits of the doubles in hexadecimal.
//!
//! `cargo run -q --release -p isotherm-numeric --example function_golden > test/golden/numeric-functions.csv`

use isotherm_numeric::{exp, ln, SplitMix64};

fn unit(random: &mut SplitMix64) -> f64 {
    (random.next_u64() >> 11) as f64 / 9007199254740992.0
}

/// A double and its neighbours on both sides.
fn around(value: f64) -> [f64; 5] {
    let bits = value.to_bits();
    [bits - 2, bits - 1, bits, bits + 1, bits + 2].map(f64::from_bits)
}

fn main() {
    let mut random = SplitMix64::new(2020);
    let mut exponents = vec![0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MAX, f64::MIN, 1.0, -1.0];
    exponents.extend([5e-324, -5e-324, f64::MIN_POSITIVE, -f64::MIN_POSITIVE]);
    // Where the algorithm branches: overflow, underflow, subnormal results, both ends of the reduction, the tiny.
    for edge in [
        709.782712893384,
        708.3964185322641,
        745.1332191019411,
        744.4400719213812,
        f64::from_bits(0x3fd62e43 << 32),
        f64::from_bits(0x3ff0a2b2 << 32),
        f64::from_bits(0x3e300001 << 32),
        std::f64::consts::LN_2,
    ] {
        exponents.extend(around(edge));
        exponents.extend(around(-edge));
        for _ in 0..10 {
            exponents.push(edge * (1.0 + (unit(&mut random) - 0.5) * 1e-6));
            exponents.push(-edge * (1.0 + (unit(&mut random) - 0.5) * 1e-6));
        }
    }
    for _ in 0..400 {
        exponents.push(unit(&mut random) * 1460.0 - 750.0);
        exponents.push(unit(&mut random) * 4.0 - 2.0);
    }
    for _ in 0..60 {
        exponents.push(unit(&mut random) * -37.0 - 708.3);
        exponents.push(f64::from_bits(random.next_u64()));
    }

    let mut logarithms =
        vec![0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MAX, 5e-324, -5e-324];
    for edge in
        [1.0, std::f64::consts::SQRT_2, std::f64::consts::FRAC_1_SQRT_2, f64::MIN_POSITIVE, 2.0, 0.5, 1e-320, 10.0]
    {
        logarithms.extend(around(edge));
    }
    for _ in 0..300 {
        logarithms.push(unit(&mut random));
        logarithms.push(1.0 + unit(&mut random) * 1e-3 - 5e-4);
        logarithms.push(f64::from_bits(random.next_u64() >> 1));
    }
    for _ in 0..60 {
        logarithms.push(f64::from_bits(random.next_u64() >> 12));
    }

    println!("function,input,output");
    for x in exponents {
        println!("exp,{:016x},{:016x}", x.to_bits(), exp(x).to_bits());
    }
    for x in logarithms {
        println!("ln,{:016x},{:016x}", x.to_bits(), ln(x).to_bits());
    }
}
