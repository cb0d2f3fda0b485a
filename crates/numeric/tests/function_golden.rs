//! The golden file that the TypeScript port is held to is what this crate computes.

use isotherm_numeric::{exp, ln};

fn double(hex: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(hex, 16).expect("sixteen hexadecimal digits"))
}

#[test]
fn exp_and_ln_give_the_golden_bits() {
    let golden = include_str!("../../../test/golden/numeric-functions.csv");
    let mut rows = 0;
    for line in golden.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (x, expected) = (double(fields[1]), double(fields[2]));
        let given = if fields[0] == "exp" { exp(x) } else { ln(x) };
        assert!(given.to_bits() == expected.to_bits() || given.is_nan() && expected.is_nan(), "{line}: {given:e}");
        rows += 1;
    }
    assert!(rows > 1900, "only {rows} rows");
}
