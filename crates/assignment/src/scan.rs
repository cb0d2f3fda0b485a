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
/// Columns of which the least entry stands for all: a row is looked through once, and then only where it is worth it.
pub const BLOCK: usize = 2 * LANES;
/// After as many columns it is noted whether the least one is behind.
const STRETCH: usize = 16 * LANES;

#[inline(always)]
fn least_of(mut lanes: [f64; LANES]) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for l in 0..half {
            lanes[l] = lesser(lanes[l], lanes[l + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// The lesser of the two `cost - price` of each lane of a block.
#[inline(always)]
fn lesser_halves(costs: &[f64], prices: &[f64]) -> [f64; LANES] {
    let mut lanes = [0.0; LANES];
    for l in 0..LANES {
        lanes[l] = lesser(costs[l + LANES] - prices[l + LANES], costs[l] - prices[l]);
    }
    lanes
}

/// The least of each of two; together, as engines of WASM compile the choice between two single numbers to a branch.
#[inline(always)]
fn least_of_two(mut one: [f64; LANES], mut two: [f64; LANES]) -> [f64; 2] {
    let mut half = LANES / 2;
    while half > 1 {
        for l in 0..half {
            one[l] = lesser(one[l], one[l + half]);
        }
        for l in 0..half {
            two[l] = lesser(two[l], two[l + half]);
        }
        half /= 2;
    }
    let (even, odd) = ([one[0], two[0]], [one[1], two[1]]);
    let mut least = [0.0; 2];
    for l in 0..2 {
        least[l] = lesser(even[l], odd[l]);
    }
    least
}

/// Of the two least numbers of each lane those of all.
#[inline(always)]
fn two_least_of(mut first: [f64; LANES], mut second: [f64; LANES]) -> (f64, f64) {
    let mut half = LANES / 2;
    while half > 0 {
        for l in 0..half {
            let more = greater(first[l], first[l + half]);
            first[l] = lesser(first[l], first[l + half]);
            second[l] = lesser(more, lesser(second[l], second[l + half]));
        }
        half /= 2;
    }
    (first[0], second[0])
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
    /// Whether all are numbers or infinity, and whether a number is beyond `most`.
    pub fn fine_and_large(values: &[f64], most: f64) -> (bool, bool) {
        // Nearly always nothing is large, which takes one look to see.
        let mut moderate = [1_u64; LANES];
        let blocks = values.chunks_exact(LANES);
        for (l, &value) in blocks.remainder().iter().enumerate() {
            moderate[l] &= u64::from((value.abs() <= most) | (value == f64::INFINITY));
        }
        for values in blocks {
            for l in 0..LANES {
                moderate[l] &= u64::from((values[l].abs() <= most) | (values[l] == f64::INFINITY));
            }
        }
        if moderate == [1; LANES] {
            return (true, false);
        }
        let (mut fine, mut large) = ([1_u64; LANES], [0_u64; LANES]);
        let blocks = values.chunks_exact(LANES);
        for (l, &value) in blocks.remainder().iter().enumerate() {
            fine[l] &= u64::from(value > f64::NEG_INFINITY);
            large[l] |= u64::from((value.abs() > most) & (value < f64::INFINITY));
        }
        for values in blocks {
            for l in 0..LANES {
                fine[l] &= u64::from(values[l] > f64::NEG_INFINITY);
                large[l] |= u64::from((values[l].abs() > most) & (values[l] < f64::INFINITY));
            }
        }
        (fine == [1; LANES], large != [0; LANES])
    }

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

    /// Lowers `distance` to `costs - prices - height` where that is less, reached from `row`; gives the least distance of all. Columns that come to
    /// the level or below it are added to `near`, in order; at the first of them that has room it stops.
    #[allow(clippy::too_many_arguments)]
    pub fn relax(
        costs: &[f64],
        prices: &[f64],
        height: f64,
        row: i32,
        level: f64,
        room: &[u32],
        distance: &mut [f64],
        reached_from: &mut [i32],
        near: &mut Vec<u32>,
    ) -> f64 {
        let columns = distance.len();
        let (costs, prices, reached_from) = (&costs[..columns], &prices[..columns], &mut reached_from[..columns]);
        let mut least = [f64::INFINITY; LANES];
        let whole = columns / LANES * LANES;
        for (block, (((d, from), c), v)) in distance[..whole]
            .chunks_exact_mut(LANES)
            .zip(reached_from[..whole].chunks_exact_mut(LANES))
            .zip(costs.chunks_exact(LANES))
            .zip(prices.chunks_exact(LANES))
            .enumerate()
        {
            let mut nearer = false;
            let mut found = [0.0; LANES];
            for l in 0..LANES {
                found[l] = c[l] - v[l] - height;
                nearer |= found[l] < d[l];
            }
            // Most blocks of most rows lower nothing.
            if nearer {
                let mut reached = false;
                for l in 0..LANES {
                    if found[l] < d[l] {
                        d[l] = found[l];
                        from[l] = row;
                    }
                    reached |= found[l] <= level;
                }
                if reached && add_near(block * LANES, &found, level, room, near) {
                    return level;
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
                if add_near(j, &[found], level, room, near) {
                    return level;
                }
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

    /// Lowers `least` to the costs of row `i` where they are less, and notes the row in `at`, whose lanes are as wide as those of costs.
    pub fn lower(least: &mut [f64], at: &mut [u64], costs: &[f64], i: u64) {
        for ((least, at), &cost) in least.iter_mut().zip(at).zip(costs) {
            let less = cost < *least;
            *least = if less { cost } else { *least };
            *at = if less { i } else { *at };
        }
    }

    /// Writes the least of `costs - prices` of each block, and gives the least of all.
    pub fn least_of_blocks(costs: &[f64], prices: &[f64], least: &mut [f64]) -> f64 {
        let pairs = costs.len() / (2 * BLOCK);
        let (costs, rest_costs) = costs.split_at(2 * BLOCK * pairs);
        let (prices, rest_prices) = prices.split_at(2 * BLOCK * pairs);
        let (least, rest) = least.split_at_mut(2 * pairs);
        let mut best = [f64::INFINITY; 2];
        for ((c, v), least) in
            costs.chunks_exact(2 * BLOCK).zip(prices.chunks_exact(2 * BLOCK)).zip(least.chunks_exact_mut(2))
        {
            let two = least_of_two(
                lesser_halves(&c[..BLOCK], &v[..BLOCK]),
                lesser_halves(&c[BLOCK..], &v[BLOCK..]),
            );
            for l in 0..2 {
                least[l] = two[l];
                best[l] = lesser(two[l], best[l]);
            }
        }
        let mut best = lesser(best[0], best[1]);
        for ((c, v), least) in rest_costs.chunks(BLOCK).zip(rest_prices.chunks(BLOCK)).zip(rest) {
            *least = c.iter().zip(v).fold(f64::INFINITY, |least, (c, v)| lesser(c - v, least));
            best = lesser(*least, best);
        }
        best
    }

    /// The two least of `costs - prices`, infinity where there are none, and where the first of the least is.
    pub fn two_least(costs: &[f64], prices: &[f64]) -> (f64, f64, usize) {
        let prices = &prices[..costs.len()];
        let mut first = [f64::INFINITY; LANES];
        let mut second = [f64::INFINITY; LANES];
        let (mut best, mut at) = (f64::INFINITY, 0);
        let whole = costs.len() / LANES * LANES;
        for (block, (costs, prices)) in costs[..whole].chunks(STRETCH).zip(prices[..whole].chunks(STRETCH)).enumerate() {
            for (c, v) in costs.chunks_exact(LANES).zip(prices.chunks_exact(LANES)) {
                for l in 0..LANES {
                    let value = c[l] - v[l];
                    second[l] = lesser(greater(value, first[l]), second[l]);
                    first[l] = lesser(value, first[l]);
                }
            }
            if whole <= STRETCH {
                break;
            }
            let least = least_of(first);
            if least < best {
                best = least;
                at = block * STRETCH;
            }
        }
        let (mut one, mut two) = two_least_of(first, second);
        for (c, v) in costs[whole..].iter().zip(&prices[whole..]) {
            let value = c - v;
            two = lesser(greater(value, one), two);
            if value < one {
                (one, at) = (value, whole);
            }
        }
        while at < whole {
            let equal = equals(&costs[at..at + LANES], &prices[at..at + LANES], one);
            if equal != 0 {
                return (one, two, at + equal.trailing_zeros() as usize);
            }
            at += LANES;
        }
        let behind = costs[at..].iter().zip(&prices[at..]).position(|(c, v)| c - v == one);
        (one, two, at + behind.unwrap_or(0))
    }
}

/// Adds the columns, the first of which is `first`, that are at the level or below it. True: the last one has room, and those after it were left out.
fn add_near(first: usize, found: &[f64], level: f64, room: &[u32], near: &mut Vec<u32>) -> bool {
    for (j, &found) in (first..).zip(found) {
        if found <= level {
            near.push(j as u32);
            if room[j] > 0 {
                return true;
            }
        }
    }
    false
}

/// A bit for each of a few entries: whether `cost - price` equals `value`.
#[inline(always)]
fn equals(costs: &[f64], prices: &[f64], value: f64) -> u32 {
    let mut equal = 0;
    for (l, (c, v)) in costs.iter().zip(prices).enumerate() {
        equal |= u32::from(c - v == value) << l;
    }
    equal
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
        let mut equal = equals(&costs[at..end], &prices[at..end], value);
        while equal != 0 {
            let j = at + equal.trailing_zeros() as usize;
            if wanted(j) {
                return Some(j);
            }
            equal &= equal - 1;
        }
        at = end;
    }
    None
}
