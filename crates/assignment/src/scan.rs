//! Passes over one row, in lanes.

/// Functions whose instructions are chosen when the program runs: with AVX2 where the machine has it. Results are the same: nothing is fused.
macro_rules! widest {
    ($(
        $(#[$doc:meta])*
        pub fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? $body:block
    )*) => {$(
        $(#[$doc])*
        #[inline]
        #[allow(unsafe_code)]
        pub fn $name($($arg: $type),*) $(-> $out)? {
            #[inline(always)]
            fn lanes($($arg: $type),*) $(-> $out)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) $(-> $out)? {
                    lanes($($arg),*)
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the machine has the instructions.
                    return unsafe { avx2($($arg),*) };
                }
            }
            lanes($($arg),*)
        }
    )*};
}

pub const LANES: usize = 8;
/// After as many columns it is noted whether the least one is behind.
const BLOCK: usize = 16 * LANES;

fn least_of(lanes: [f64; LANES]) -> f64 {
    lanes.into_iter().fold(f64::INFINITY, lesser)
}

#[inline(always)]
fn lesser(a: f64, b: f64) -> f64 {
    if a < b {
        a
    } else {
        b
    }
}

#[inline(always)]
fn greater(a: f64, b: f64) -> f64 {
    if a < b {
        b
    } else {
        a
    }
}

widest! {
    /// Writes `costs - prices` to `distance`, and gives the least.
    pub fn open(costs: &[f64], prices: &[f64], distance: &mut [f64]) -> f64 {
        let (costs, prices) = (&costs[..distance.len()], &prices[..distance.len()]);
        let mut least = [f64::INFINITY; LANES];
        let whole = distance.len() / LANES * LANES;
        for ((d, c), v) in
            distance[..whole].chunks_exact_mut(LANES).zip(costs.chunks_exact(LANES)).zip(prices.chunks_exact(LANES))
        {
            for l in 0..LANES {
                d[l] = c[l] - v[l];
                least[l] = lesser(d[l], least[l]);
            }
        }
        for j in whole..distance.len() {
            distance[j] = costs[j] - prices[j];
            least[0] = lesser(distance[j], least[0]);
        }
        least_of(least)
    }

    /// Lowers `distance` to `costs - prices - height` where that is less, reached from `row`; gives the least distance of all.
    pub fn relax(
        costs: &[f64],
        prices: &[f64],
        height: f64,
        row: i32,
        distance: &mut [f64],
        reached_from: &mut [i32],
    ) -> f64 {
        let columns = distance.len();
        let (costs, prices, reached_from) = (&costs[..columns], &prices[..columns], &mut reached_from[..columns]);
        let mut least = [f64::INFINITY; LANES];
        let whole = columns / LANES * LANES;
        for (((d, from), c), v) in distance[..whole]
            .chunks_exact_mut(LANES)
            .zip(reached_from[..whole].chunks_exact_mut(LANES))
            .zip(costs.chunks_exact(LANES))
            .zip(prices.chunks_exact(LANES))
        {
            let mut nearer = false;
            let mut found = [0.0; LANES];
            for l in 0..LANES {
                found[l] = c[l] - v[l] - height;
                nearer |= found[l] < d[l];
            }
            // Most blocks of most rows lower nothing.
            if nearer {
                for l in 0..LANES {
                    if found[l] < d[l] {
                        d[l] = found[l];
                        from[l] = row;
                    }
                }
            }
            for l in 0..LANES {
                least[l] = lesser(d[l], least[l]);
            }
        }
        for j in whole..columns {
            let found = costs[j] - prices[j] - height;
            if found < distance[j] {
                distance[j] = found;
                reached_from[j] = row;
            }
            least[0] = lesser(distance[j], least[0]);
        }
        least_of(least)
    }

    /// Adds the indices of those values that are at most `most`, in order.
    pub fn at_most(values: &[f64], most: f64, found: &mut Vec<u32>) {
        for (block, here) in values.chunks(LANES).enumerate() {
            if here.iter().fold(false, |any, &value| any | (value <= most)) {
                for (at, &value) in (block * LANES..).zip(here) {
                    if value <= most {
                        found.push(at as u32);
                    }
                }
            }
        }
    }

    /// Lowers `least` to the costs of row `i` where they are less, and notes the row in `at`.
    pub fn lower(least: &mut [f64], at: &mut [u32], costs: &[f64], i: u32) {
        for ((least, at), &cost) in least.iter_mut().zip(at).zip(costs) {
            let less = cost < *least;
            *least = if less { cost } else { *least };
            *at = if less { i } else { *at };
        }
    }

    /// The two least of `costs - prices`, infinity where there are none, and where to begin to look for the first of the least.
    pub fn two_least(costs: &[f64], prices: &[f64]) -> (f64, f64, usize) {
        let prices = &prices[..costs.len()];
        let mut first = [f64::INFINITY; LANES];
        let mut second = [f64::INFINITY; LANES];
        let (mut best, mut at) = (f64::INFINITY, 0);
        let whole = costs.len() / LANES * LANES;
        for (block, (costs, prices)) in costs[..whole].chunks(BLOCK).zip(prices[..whole].chunks(BLOCK)).enumerate() {
            for (c, v) in costs.chunks_exact(LANES).zip(prices.chunks_exact(LANES)) {
                for l in 0..LANES {
                    let value = c[l] - v[l];
                    second[l] = lesser(greater(value, first[l]), second[l]);
                    first[l] = lesser(value, first[l]);
                }
            }
            let least = least_of(first);
            if least < best {
                best = least;
                at = block * BLOCK;
            }
        }
        let lanes = first.into_iter().chain(second).fold((f64::INFINITY, f64::INFINITY), |(one, two), value| {
            (lesser(value, one), lesser(greater(value, one), two))
        });
        let (mut one, mut two) = lanes;
        for (c, v) in costs[whole..].iter().zip(&prices[whole..]) {
            let value = c - v;
            two = lesser(greater(value, one), two);
            if value < one {
                (one, at) = (value, whole);
            }
        }
        (one, two, at)
    }
}

/// The first index from `from` on where `costs - prices` equals `value`, which one of them does, and `wanted` takes it.
pub fn first_equal(
    costs: &[f64],
    prices: &[f64],
    value: f64,
    from: usize,
    mut wanted: impl FnMut(usize) -> bool,
) -> Option<usize> {
    let prices = &prices[..costs.len()];
    let mut at = from;
    while at < costs.len() {
        let end = (at + LANES).min(costs.len());
        let any = costs[at..end].iter().zip(&prices[at..end]).fold(false, |any, (c, v)| any | (c - v == value));
        if any {
            if let Some(found) = (at..end).find(|&j| costs[j] - prices[j] == value && wanted(j)) {
                return Some(found);
            }
        }
        at = end;
    }
    None
}
