//! Against every combination of choices there is, and against itself: from scratch, step by step, on several threads.

use isotherm_keepalive::{Choices, MultipleChoice, Solution};
use isotherm_numeric::{Code, SplitMix64};

/// Points `[resource, cost]` of each function.
type Problem = Vec<Vec<[f64; 2]>>;

struct Columns {
    offsets: Vec<f64>,
    cost: Vec<f64>,
    resource: Vec<f64>,
}

impl Columns {
    fn new(problem: &[Vec<[f64; 2]>]) -> Self {
        let mut columns = Columns { offsets: vec![0.0], cost: Vec::new(), resource: Vec::new() };
        for points in problem {
            columns.resource.extend(points.iter().map(|point| point[0]));
            columns.cost.extend(points.iter().map(|point| point[1]));
            columns.offsets.push(columns.cost.len() as f64);
        }
        columns
    }

    fn choices(&self) -> Choices<'_> {
        Choices { offsets: &self.offsets, cost: &self.cost, resource: &self.resource, max_cost: &[], max_resource: &[] }
    }
}

fn solver(problem: &[Vec<[f64; 2]>], threads: usize) -> MultipleChoice {
    let mut solver = MultipleChoice::new(problem.len() as f64).unwrap();
    solver.set(0.0, &Columns::new(problem).choices(), threads).unwrap();
    solver
}

fn draw(random: &mut SplitMix64, below: u64) -> f64 {
    (random.next_u64() % below) as f64
}

/// Few whole numbers, so that sums are exact and ties common.
fn small(random: &mut SplitMix64) -> Problem {
    let functions = random.next_u64() % 6;
    let span = 1 + random.next_u64() % 25;
    (0..functions)
        .map(|_| (0..=random.next_u64() % 5).map(|_| [draw(random, span), draw(random, span)]).collect())
        .collect()
}

/// As windows are: ascending resource, descending cost, of sizes that differ a thousandfold.
fn fleet(random: &mut SplitMix64, functions: usize, windows: usize) -> Problem {
    let unit = |random: &mut SplitMix64| random.next_u64() as f64 / u64::MAX as f64;
    (0..functions)
        .map(|_| {
            let (size, calls) = (1.0 / (0.001 + unit(random)), 1.0 / (0.001 + unit(random)));
            let (mut resource, mut cost) = (0.0, calls);
            (0..windows)
                .map(|_| {
                    let point = [resource, cost];
                    resource += size * unit(random);
                    cost *= 1.0 - 0.5 * unit(random);
                    point
                })
                .collect()
        })
        .collect()
}

/// The least cost within the limit; none where nothing is.
fn exhaustive(problem: &[Vec<[f64; 2]>], limit: f64) -> Option<f64> {
    let Some((points, rest)) = problem.split_first() else { return (limit >= 0.0).then_some(0.0) };
    let each = points.iter().filter_map(|[resource, cost]| Some(cost + exhaustive(rest, limit - resource)?));
    each.min_by(f64::total_cmp)
}

fn sums(problem: &[Vec<[f64; 2]>], choices: &[i32]) -> [f64; 2] {
    let mut sums = [0.0; 2];
    for (points, &choice) in problem.iter().zip(choices) {
        sums[0] += points[choice as usize][0];
        sums[1] += points[choice as usize][1];
    }
    sums
}

#[test]
fn finds_what_trying_everything_finds() {
    let mut random = SplitMix64::new(21);
    for case in 0..20_000 {
        let problem = small(&mut random);
        let limit = draw(&mut random, 60);
        let mut solver = solver(&problem, 1);
        let found = solver.solve(limit).unwrap();
        let Some(least) = exhaustive(&problem, limit) else {
            assert_eq!(found, None);
            let needed = problem.iter().map(|points| points.iter().map(|p| p[0]).fold(f64::INFINITY, f64::min));
            assert_eq!(solver.least_resource(), needed.sum::<f64>());
            continue;
        };
        let Solution { cost, resource, dual_bound, bound, .. } = found.unwrap();
        assert_eq!([resource, cost], sums(&problem, solver.choices()), "case {case}: {problem:?}");
        assert!(resource <= limit);
        // As few functions as these are all searched.
        assert_eq!((cost, bound), (least, least), "case {case}: {problem:?} within {limit}");
        assert!(dual_bound <= least * (1.0 + 1e-12), "case {case}: {dual_bound} above {least}");
    }
}

fn bits(solution: Option<Solution>) -> Option<[u64; 5]> {
    solution.map(|s| [s.cost, s.resource, s.dual_bound, s.bound, s.multiplier].map(f64::to_bits))
}

#[test]
fn a_change_is_solved_as_from_scratch() {
    let mut random = SplitMix64::new(22);
    for _ in 0..60 {
        let functions = 1 + (random.next_u64() % 200) as usize;
        let windows = 1 + (random.next_u64() % 12) as usize;
        let mut problem = fleet(&mut random, functions, windows);
        let whole = random.next_u64().is_multiple_of(2);
        let rounded = |point: &mut [f64; 2]| *point = point.map(|x| if whole { (x / 50.0).round() } else { x });
        problem.iter_mut().flatten().for_each(rounded);
        let all: f64 = problem.iter().map(|points| points.last().unwrap()[0]).sum();
        let mut kept = solver(&problem, 1);
        let mut told = vec![-1; functions];
        for _ in 0..12 {
            let mut limit = all * draw(&mut random, 1001) / 900.0;
            if whole {
                limit = limit.round();
            }
            let found = kept.solve(limit).unwrap();
            let mut anew = solver(&problem, 2);
            assert_eq!(bits(found), bits(anew.solve(limit).unwrap()));
            if let Some(found) = found {
                assert_eq!(kept.choices(), anew.choices());
                let changed: Vec<u32> =
                    (0..functions as u32).filter(|&f| told[f as usize] != anew.choices()[f as usize]).collect();
                assert_eq!((kept.changed(), found.changed), (changed.as_slice(), changed.len()));
                told = anew.choices().to_vec();
            }
            for _ in 0..random.next_u64() % 4 {
                let f = (random.next_u64() % functions as u64) as usize;
                let windows = 1 + (random.next_u64() % 20) as usize;
                problem[f] = fleet(&mut random, 1, windows).remove(0);
                problem[f].iter_mut().for_each(rounded);
                kept.set(f as f64, &Columns::new(&problem[f..=f]).choices(), 1).unwrap();
            }
        }
    }
}

#[test]
fn comes_close_to_the_bound_and_keeps_to_the_limit() {
    let mut random = SplitMix64::new(23);
    for functions in [2, 5, 20, 100, 1000] {
        for _ in 0..10 {
            let problem = fleet(&mut random, functions, 12);
            let all: f64 = problem.iter().map(|points| points.last().unwrap()[0]).sum();
            for share in [0.0, 0.01, 0.2, 0.7, 1.0, 1.5] {
                let limit = all * share;
                let mut solver = solver(&problem, 2);
                let found = solver.solve(limit).unwrap().unwrap();
                let [resource, cost] = sums(&problem, solver.choices());
                assert!(found.resource <= limit && resource <= limit * (1.0 + 1e-12));
                assert!((cost - found.cost).abs() <= 1e-12 * cost);
                assert!(found.dual_bound <= found.bound && found.bound <= found.cost);
                // One edge of the median function, of all: far less is lost.
                assert!(functions < 1000 || found.cost - found.bound <= 1e-4 * found.cost);
            }
        }
    }
}

#[test]
fn goes_on_beside_an_edge_that_is_too_large() {
    // The steepest edge needs 1000; two thousand that are nearly as steep need 1 each.
    let small = vec![[0.0, 0.9], [1.0, 0.0]];
    let problem: Problem = std::iter::once(vec![[0.0, 1000.0], [1000.0, 0.0]]).chain(vec![small; 2000]).collect();
    let cost_within = |limit: f64| solver(&problem, 1).solve(limit).unwrap().map(|found| found.cost);
    // Without it all that fits is small; with it 1 or 0 are.
    assert!((cost_within(999.5).unwrap() - (1000.0 + 1001.0 * 0.9)).abs() < 1e-9);
    assert!((cost_within(1001.5).unwrap() - 1999.0 * 0.9).abs() < 1e-9);
}

#[test]
fn caps_leave_choices_out() {
    let problem = vec![vec![[0.0, 9.0], [1.0, 5.0], [4.0, 1.0]], vec![[0.0, 9.0], [2.0, 0.0]]];
    let columns = Columns::new(&problem);
    let mut solver = MultipleChoice::new(2.0).unwrap();
    let capped = |max_cost, max_resource| Choices { max_cost, max_resource, ..columns.choices() };
    solver.set(0.0, &capped(&[5.0, f64::INFINITY], &[]), 1).unwrap();
    assert_eq!(solver.solve(1.0).unwrap().map(|found| found.cost), Some(14.0));
    assert_eq!(solver.choices(), [1, 0]);
    assert_eq!(solver.solve(0.5).unwrap(), None);
    assert_eq!(solver.least_resource(), 1.0);
    solver.set(0.0, &capped(&[], &[1.0, 0.0]), 1).unwrap();
    assert_eq!(solver.solve(100.0).unwrap().map(|found| found.cost), Some(14.0));
    let refused = solver.set(0.0, &capped(&[0.5, 1.0], &[]), 1).unwrap_err();
    assert_eq!(
        (refused.code, refused.message.as_str()),
        (Code::Infeasible, "no choice of function 0 is within its caps")
    );
    // A refusal changes nothing.
    assert_eq!(solver.solve(100.0).unwrap().map(|found| (found.cost, found.changed)), Some((14.0, 0)));
}

#[test]
fn refuses_what_it_cannot_answer() {
    let code = |offsets: &[f64], cost: &[f64], resource: &[f64], first: f64| {
        let choices = Choices { offsets, cost, resource, max_cost: &[], max_resource: &[] };
        MultipleChoice::new(2.0).unwrap().set(first, &choices, 1).map_err(|error| error.code)
    };
    assert_eq!(code(&[0.0, 1.0], &[1.0], &[1.0], 1.0), Ok(()));
    assert_eq!(code(&[0.0, 1.0], &[1.0], &[1.0], 2.0), Err(Code::OutOfRange));
    assert_eq!(code(&[0.0, 1.0], &[1.0], &[1.0], 0.5), Err(Code::OutOfRange));
    assert_eq!(code(&[0.0, 1.0], &[1.0], &[1.0], f64::NAN), Err(Code::OutOfRange));
    assert_eq!(code(&[], &[], &[], 0.0), Err(Code::BadLength));
    assert_eq!(code(&[0.0, 1.0], &[1.0], &[], 0.0), Err(Code::BadLength));
    assert_eq!(code(&[0.0, 0.0, 1.0], &[1.0], &[1.0], 0.0), Err(Code::BadLength));
    assert_eq!(code(&[0.0, 2.0], &[1.0], &[1.0], 0.0), Err(Code::OutOfRange));
    assert_eq!(code(&[0.0, 1.0], &[f64::NAN], &[1.0], 0.0), Err(Code::NotFinite));
    assert_eq!(code(&[0.0, 1.0], &[1.0], &[f64::INFINITY], 0.0), Err(Code::NotFinite));
    assert_eq!(code(&[0.0, 1.0], &[-1.0], &[1.0], 0.0), Err(Code::OutOfRange));
    assert_eq!(code(&[0.0, 1.0], &[1e-101], &[1.0], 0.0), Err(Code::OutOfRange));
    assert_eq!(code(&[0.0, 1.0], &[1.0], &[1e101], 0.0), Err(Code::OutOfRange));
    let mut solver = MultipleChoice::new(2.0).unwrap();
    assert_eq!(solver.solve(f64::NAN).unwrap_err().code, Code::NotFinite);
    assert_eq!(solver.solve(-1.0).unwrap_err().code, Code::OutOfRange);
    assert_eq!(solver.solve(0.0).unwrap().map(|found| found.cost), Some(0.0));
    assert_eq!(MultipleChoice::new(0.0).unwrap().solve(0.0).unwrap().map(|found| found.cost), Some(0.0));
    assert_eq!(MultipleChoice::new(0.5).err().map(|error| error.code), Some(Code::OutOfRange));
}
