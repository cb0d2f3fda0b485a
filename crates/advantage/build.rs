//! Tells whether this compiler has the instructions of AVX-512, as it does from Rust 1.89 on: with an older one AVX2 is the widest.

use std::env;
use std::process::Command;

const FIRST_MINOR: u32 = 89;

/// The minor version of the compiler.
fn minor() -> Option<u32> {
    let answer = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    let words = String::from_utf8(answer.stdout).ok()?;
    words.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(avx512)");
    if minor().is_some_and(|minor| minor >= FIRST_MINOR) {
        println!("cargo::rustc-cfg=avx512");
    }
}
