//! Against every interval there is, in whole numbers, so that ties are exact.

use isotherm_keepalive::{keep_alive_curve, keep_alive_window, keep_alive_window_batch, Batch, Scratch, Window};
use isotherm_numeric::{Code, SplitMix64};

/// The definition, gap by gap.
fn cost(gaps: &[f64], weights: &[f64], prices: [f64; 3], pre_warm: f64, keep_alive: f64) -> f64 {
    let [idle, cold, pre] = prices;
    let pre = if pre_warm > 0.0 { pre } else { 0.0 };
    let each = gaps.iter().zip(weights).map(|(&gap, &weight)| {
        weight
            * if gap < pre_warm {
                cold
            } else if gap <= pre_warm + keep_alive {
                (gap - pre_warm) * idle + pre
            } else {
                keep_alive * idle + pre + cold
            }
    });
    each.sum()
}

/// The cheapest of all pairs of gaps; ties: smallest keep-alive, then smallest pre-warm.
fn brute_force(gaps: &[f64], weights: &[f64], prices: [f64; 3]) -> Window {
    let used = gaps.iter().zip(weights).filter(|(_, &weight)| weight > 0.0);
    let ends: Vec<f64> = used.map(|(&gap, _)| gap).chain([0.0]).collect();
    let starts = if prices[2].is_nan() { vec![0.0] } else { ends.clone() };
    let mut found: Option<Window> = None;
    for &start in &starts {
        for &end in ends.iter().filter(|&&end| end >= start) {
            let objective_usd = cost(gaps, weights, prices, start, end - start);
            let window = Window { pre_warm_ms: start, keep_alive_ms: end - start, objective_usd };
            let key = |w: &Window| (w.objective_usd, w.keep_alive_ms, w.pre_warm_ms);
            if found.as_ref().is_none_or(|best| key(&window) < key(best)) {
                found = Some(window);
            }
        }
    }
    found.unwrap()
}

fn draw(random: &mut SplitMix64, below: u64) -> f64 {
    (random.next_u64() % below) as f64
}

fn case(random: &mut SplitMix64) -> (Vec<f64>, Vec<f64>, [f64; 3]) {
    let n = draw(random, 14) as usize;
    let span = 1 + random.next_u64() % 20;
    let gaps = (0..n).map(|_| draw(random, span)).collect();
    let heaviest = 1 + random.next_u64() % 4;
    let weights = (0..n).map(|_| draw(random, heaviest + 1)).collect();
    let pre_warm = if random.next_u64().is_multiple_of(4) { f64::NAN } else { draw(random, 8) };
    (gaps, weights, [draw(random, 3), draw(random, 16), pre_warm])
}

#[test]
fn finds_what_trying_everything_finds() {
    let mut random = SplitMix64::new(7);
    let mut scratch = Scratch::default();
    for _ in 0..30_000 {
        let (gaps, weights, prices) = case(&mut random);
        let [idle, cold, pre] = prices;
        let found = keep_alive_window(&gaps, &weights, idle, cold, pre, &mut scratch).unwrap();
        assert_eq!(found, brute_force(&gaps, &weights, prices), "{gaps:?} {weights:?} {prices:?}");
    }
}

#[test]
fn weights_of_one_are_the_same_as_none() {
    let mut random = SplitMix64::new(8);
    let mut scratch = Scratch::default();
    for _ in 0..2_000 {
        let (gaps, _, [idle, cold, pre]) = case(&mut random);
        let ones = vec![1.0; gaps.len()];
        assert_eq!(
            keep_alive_window(&gaps, &[], idle, cold, pre, &mut scratch),
            keep_alive_window(&gaps, &ones, idle, cold, pre, &mut scratch)
        );
    }
}

#[test]
fn the_curve_is_the_definition_at_every_gap() {
    let mut random = SplitMix64::new(9);
    let mut scratch = Scratch::default();
    for _ in 0..5_000 {
        let (gaps, weights, [idle, cold, _]) = case(&mut random);
        let mut windows = vec![0.0; gaps.len() + 1];
        let mut costs = vec![0.0; gaps.len() + 1];
        let n = keep_alive_curve(&gaps, &weights, idle, cold, &mut scratch, &mut windows, &mut costs).unwrap();
        assert!(windows[0] == 0.0 && windows[..n].is_sorted_by(|a, b| a < b));
        for j in 0..n {
            assert_eq!(costs[j], cost(&gaps, &weights, [idle, cold, 0.0], 0.0, windows[j]));
        }
        let best = keep_alive_window(&gaps, &weights, idle, cold, f64::NAN, &mut scratch).unwrap();
        let lowest = (0..n).min_by(|&a, &b| costs[a].total_cmp(&costs[b])).unwrap();
        assert_eq!((best.keep_alive_ms, best.objective_usd), (windows[lowest], costs[lowest]));
    }
}

#[test]
fn the_interval_covers_its_last_gap_in_floats() {
    let mut random = SplitMix64::new(10);
    let mut scratch = Scratch::default();
    let mut widened = 0;
    for _ in 0..20_000 {
        // Few bits below and many above, so that differences round.
        let start = (1.0 + draw(&mut random, 1 << 52) / (1u64 << 52) as f64) * 0.25;
        let end = 1.0 + draw(&mut random, 1 << 52) / (1u64 << 52) as f64 * 2.0;
        let found = keep_alive_window(&[start, end, end], &[], 1.0, 1e6, 0.0, &mut scratch).unwrap();
        assert_eq!(found.pre_warm_ms, start);
        assert!(found.pre_warm_ms + found.keep_alive_ms >= end);
        assert!(found.keep_alive_ms - (end - start) <= 2.0 * f64::EPSILON * end);
        widened += usize::from(found.keep_alive_ms > end - start);
    }
    assert!(widened > 0, "the case that needs widening did not occur");
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let mut random = SplitMix64::new(11);
    let (mut offsets, mut gaps, mut weights) = (vec![0.0], Vec::new(), Vec::new());
    let (mut idle, mut cold, mut pre) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..1_000 {
        let (gap, weight, prices) = case(&mut random);
        gaps.extend(gap.iter().map(|gap| gap * 0.3));
        weights.extend(weight);
        offsets.push(gaps.len() as f64);
        idle.push(prices[0] * 0.7);
        cold.push(prices[1] * 0.1);
        pre.push(prices[2] * 0.1);
    }
    let batch = Batch {
        offsets: &offsets,
        gaps_ms: &gaps,
        weights: &weights,
        idle_usd_per_ms: &idle,
        cold_start_usd: &cold,
        pre_warm_usd: &pre,
    };
    let mut scratch = Scratch::default();
    let mut expected = Vec::new();
    for f in 0..1_000 {
        let (from, to) = (offsets[f] as usize, offsets[f + 1] as usize);
        let (gaps, weights) = (&gaps[from..to], &weights[from..to]);
        let window = keep_alive_window(gaps, weights, idle[f], cold[f], pre[f], &mut scratch).unwrap();
        expected.extend([window.pre_warm_ms, window.keep_alive_ms, window.objective_usd].map(f64::to_bits));
    }
    for threads in [0, 1, 2, 5, 64] {
        let mut out = vec![f64::NAN; 3_000];
        keep_alive_window_batch(&batch, threads, &mut out).unwrap();
        assert_eq!(out.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), expected, "{threads} threads");
    }

    // The error is the first function's, whichever thread meets one first.
    let mut broken = gaps.clone();
    let (early, late) = (offsets[70] as usize, offsets[900] as usize);
    (broken[early], broken[late]) = (-1.0, f64::NAN);
    for threads in [1, 2, 5] {
        let mut out = vec![0.0; 3_000];
        let error = keep_alive_window_batch(&Batch { gaps_ms: &broken, ..batch }, threads, &mut out).unwrap_err();
        assert_eq!(error.code, Code::OutOfRange);
        assert_eq!(error.message, format!("gapsMs[{early}] is negative, expected a finite number of at least 0"));
    }
}

#[test]
fn refuses_what_it_cannot_answer() {
    let mut scratch = Scratch::default();
    let mut code = |gaps: &[f64], weights: &[f64], prices: [f64; 3]| {
        keep_alive_window(gaps, weights, prices[0], prices[1], prices[2], &mut scratch).map_err(|error| error.code)
    };
    let prices = [1.0, 1.0, f64::NAN];
    assert_eq!(code(&[1.0], &[1.0, 2.0], prices), Err(Code::BadLength));
    assert_eq!(code(&[f64::NAN], &[], prices), Err(Code::NotFinite));
    assert_eq!(code(&[f64::INFINITY], &[], prices), Err(Code::NotFinite));
    assert_eq!(code(&[-1.0], &[], prices), Err(Code::OutOfRange));
    assert_eq!(code(&[1.0], &[-1.0], prices), Err(Code::OutOfRange));
    assert_eq!(code(&[1.0], &[], [f64::NAN, 1.0, 1.0]), Err(Code::NotFinite));
    assert_eq!(code(&[1.0], &[], [1.0, -1.0, 1.0]), Err(Code::OutOfRange));
    assert_eq!(code(&[1.0], &[], [1.0, 1.0, f64::INFINITY]), Err(Code::NotFinite));
    assert_eq!(code(&[1e200, 2e200], &[], [1e200, 1.0, 1.0]), Err(Code::OutOfRange));
    assert_eq!(code(&[f64::MAX, f64::MAX], &[], [0.0, 1.0, 1.0]), Err(Code::OutOfRange));
    let nothing = Window { pre_warm_ms: 0.0, keep_alive_ms: 0.0, objective_usd: 0.0 };
    assert_eq!(code(&[], &[], prices), Ok(nothing));
    assert_eq!(code(&[5.0], &[0.0], prices), Ok(nothing));
    assert_eq!(code(&[-0.0, 0.0], &[], prices), Ok(nothing));
}
