//! One plan on all functions.

use super::arrivals::Call;
use super::evictable::{Evictable, Rank};
use super::{bytes, CapOutcome, CapPlan, Eviction};
use crate::trace::Trace;
use isotherm_policy::FOREVER;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

#[derive(Clone, Copy, Debug)]
struct Idle {
    released: i64,
    /// The number of the call that it served last.
    call: u64,
    /// The fleet's clock at the release.
    clock: f64,
}

struct Function {
    bytes: f64,
    /// Start time.
    wait: i64,
    /// Start time over memory, ms per MiB: what a call adds to the priority.
    worth: f64,
    /// Calls since the function last had no instance at all.
    calls: f64,
    /// Busy and idle.
    instances: u64,
    /// Released first, first.
    idle: VecDeque<Idle>,
    outcome: CapOutcome,
}

/// A plan with its instances.
pub struct Engine {
    eviction: Eviction,
    keep_alive_ms: i64,
    cap: f64,
    functions: Vec<Function>,
    /// Release, number of the call, function.
    busy: BinaryHeap<Reverse<(i64, u64, u32)>>,
    evictable: Evictable,
    call: u64,
    clock: f64,
    used: f64,
    idle_bytes: f64,
}

impl Engine {
    pub fn new(trace: &Trace, plan: &CapPlan, wait_of: impl Fn(usize) -> i64) -> Self {
        let function = |f: usize| Function {
            bytes: bytes(trace.memory_mib(f)),
            wait: wait_of(f),
            worth: wait_of(f) as f64 / trace.memory_mib(f),
            calls: 0.0,
            instances: 0,
            idle: VecDeque::new(),
            outcome: CapOutcome::default(),
        };
        Engine {
            eviction: plan.eviction,
            keep_alive_ms: plan.keep_alive_ms,
            cap: plan.cap_bytes,
            functions: (0..trace.functions()).map(function).collect(),
            busy: BinaryHeap::new(),
            evictable: Evictable::new(trace.functions()),
            call: 0,
            clock: 0.0,
            used: 0.0,
            idle_bytes: 0.0,
        }
    }

    /// The next calls, in order.
    pub fn feed(&mut self, calls: &[Call]) {
        for call in calls {
            self.release_until(call.at);
            self.arrive(call);
            self.call += 1;
        }
    }

    fn release_until(&mut self, now: i64) {
        while let Some(&Reverse((released, call, f))) = self.busy.peek().filter(|Reverse((at, ..))| *at <= now) {
            self.busy.pop();
            let function = &mut self.functions[f as usize];
            function.idle.push_back(Idle { released, call, clock: self.clock });
            self.idle_bytes += function.bytes;
            let eviction = self.eviction;
            self.evictable.enter(f, || rank(eviction, function, &function.idle[0]));
        }
    }

    fn arrive(&mut self, call: &Call) {
        let now = call.at;
        let mut until = now + i64::from(call.duration);
        if !self.take_idle(call.function, now) {
            if !self.make_room(call.function, now) {
                let outcome = &mut self.functions[call.function as usize].outcome;
                outcome.dropped += 1;
                outcome.dropped_ms += i64::from(call.duration);
                return;
            }
            let function = &mut self.functions[call.function as usize];
            function.outcome.cold_starts += 1;
            function.instances += 1;
            self.used += function.bytes;
            until += function.wait;
        }
        self.functions[call.function as usize].calls += 1.0;
        self.busy.push(Reverse((until, self.call, call.function)));
    }

    /// The instance of the function that was released last serves, if it is warm.
    fn take_idle(&mut self, f: u32, now: i64) -> bool {
        let function = &mut self.functions[f as usize];
        match function.idle.back() {
            Some(last) if last.released + self.keep_alive_ms >= now => {
                function.outcome.idle_ms += now - last.released;
                function.idle.pop_back();
                self.idle_bytes -= function.bytes;
                true
            }
            Some(_) => {
                // The last one released has ended, and so have all.
                for _ in 0..function.idle.len() {
                    self.drop_first(f, now);
                }
                false
            }
            None => false,
        }
    }

    /// Whether there is memory for one more instance of the function; what is idle goes for it.
    fn make_room(&mut self, f: u32, now: i64) -> bool {
        let needed = self.functions[f as usize].bytes;
        if self.used + needed <= self.cap {
            return true;
        }
        self.end_what_is_over(now);
        if self.used - self.idle_bytes + needed > self.cap {
            return false;
        }
        while self.used + needed > self.cap {
            let Some((victim, rank)) = self.first() else {
                return false;
            };
            self.clock = self.clock.max(rank.priority);
            self.functions[victim as usize].outcome.evictions += 1;
            self.drop_first(victim, now);
        }
        true
    }

    fn first(&mut self) -> Option<(u32, Rank)> {
        let (functions, eviction) = (&self.functions, self.eviction);
        self.evictable.first(|f| {
            let function = &functions[f as usize];
            function.idle.front().map(|idle| rank(eviction, function, idle))
        })
    }

    /// Instances whose keep-alive time has passed hold their memory until somebody looks for some.
    fn end_what_is_over(&mut self, now: i64) {
        if self.keep_alive_ms == FOREVER {
            return;
        }
        let keep_alive_ms = self.keep_alive_ms;
        while let Some((f, _)) = self.first().filter(|(_, rank)| rank.released + keep_alive_ms < now) {
            self.drop_first(f, now);
        }
    }

    /// The first idle instance of the function goes at `now`, or has gone when its keep-alive time was over.
    fn drop_first(&mut self, f: u32, now: i64) {
        let function = &mut self.functions[f as usize];
        if let Some(idle) = function.idle.pop_front() {
            function.outcome.idle_ms += (now - idle.released).min(self.keep_alive_ms);
            self.used -= function.bytes;
            self.idle_bytes -= function.bytes;
            function.instances -= 1;
            if function.instances == 0 {
                function.calls = 0.0;
                self.evictable.end_life(f);
            }
        }
    }

    /// Everything up to the horizon is over; what each function cost.
    pub fn finish(&mut self, horizon: i64) -> Vec<CapOutcome> {
        self.release_until(horizon - 1);
        for function in &mut self.functions {
            for idle in function.idle.drain(..) {
                function.outcome.idle_ms += (horizon - idle.released).min(self.keep_alive_ms);
            }
        }
        self.functions.iter().map(|function| function.outcome).collect()
    }
}

/// What decides when an idle instance of the function goes.
fn rank(eviction: Eviction, function: &Function, idle: &Idle) -> Rank {
    let priority = match eviction {
        Eviction::Lru => 0.0,
        // Without memory it makes no room, and goes last.
        Eviction::GreedyDual if function.bytes == 0.0 => f64::INFINITY,
        Eviction::GreedyDual => idle.clock + function.calls * function.worth,
    };
    Rank { priority, released: idle.released, call: idle.call }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory_cap::parse_cap_plans;

    /// Functions A, B and C of 100, 200 and 100 MiB.
    fn engine(plan: [f64; 3], waits: [i64; 3]) -> Engine {
        let trace = Trace::of_calls(10.0, &[0.0; 4], &[], Vec::new(), vec![100.0, 200.0, 100.0]).unwrap();
        Engine::new(&trace, &parse_cap_plans(&plan).unwrap()[0], |f| waits[f])
    }

    fn outcomes(plan: [f64; 3], calls: &[(i64, u32)]) -> Vec<[i64; 4]> {
        outcomes_with(plan, [1000; 3], calls)
    }

    fn outcomes_with(plan: [f64; 3], waits: [i64; 3], calls: &[(i64, u32)]) -> Vec<[i64; 4]> {
        let mut engine = engine(plan, waits);
        let calls: Vec<Call> = calls.iter().map(|&(at, function)| Call { at, function, duration: 1000 }).collect();
        engine.feed(&calls);
        let numbers = |o: &CapOutcome| [o.cold_starts as i64, o.dropped as i64, o.evictions as i64, o.idle_ms];
        engine.finish(600_000).iter().map(numbers).collect()
    }

    const A: u32 = 0;
    const B: u32 = 1;
    const C: u32 = 2;

    /// A cold call lasts 2 s, a warm one 1 s. The cap takes A and B, or A and C with 100 MiB to spare.
    const CALLS: [(i64, u32); 6] = [(0, A), (10_000, A), (20_000, B), (30_000, C), (40_000, B), (50_000, A)];

    #[test]
    fn greedy_dual_weighs_calls_and_start_time_over_memory() {
        // At 30 s C needs 100 MiB. A: clock 0 + 2 calls x 1000 ms / 100 MiB = 20; B: 0 + 1 x 1000 / 200 = 5. B goes, though A was
        // used before it, and the clock is 5. At 40 s B needs 200 MiB, 100 are free: A has 20, C 5 (clock at its release) + 1 x
        // 1000 / 100 = 15: C goes, and the clock is 15. At 50 s A is warm.
        // Idle: A 2 s to 10 s, 11 s to 50 s, 51 s to 600 s; B 22 s to 30 s, 42 s to 600 s; C 32 s to 40 s.
        assert_eq!(
            outcomes([1.0, f64::INFINITY, 300.0], &CALLS),
            [[1, 0, 0, 8_000 + 39_000 + 549_000], [2, 0, 1, 8_000 + 558_000], [1, 0, 1, 8_000]]
        );
    }

    #[test]
    fn each_function_has_its_own_start_time() {
        // B starts in 8 s. At 30 s it is worth 0 + 1 call x 8000 ms / 200 MiB = 40, A 2 x 1000 / 100 = 20: A goes, and the clock is
        // 20. At 40 s B, idle since 29 s, is warm. At 50 s A needs 100 MiB: C is worth 20 + 10, B 20 + 2 x 40: C goes.
        assert_eq!(
            outcomes_with([1.0, f64::INFINITY, 300.0], [1000, 8000, 1000], &CALLS),
            [[2, 0, 1, 8_000 + 19_000 + 548_000], [1, 0, 0, 11_000 + 559_000], [1, 0, 1, 18_000]]
        );
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        // At 30 s A, idle since 11 s, makes room for C. At 40 s B is warm, idle since 22 s. At 50 s A needs 100 MiB: C, idle
        // since 32 s, goes before B, idle since 41 s.
        assert_eq!(
            outcomes([0.0, f64::INFINITY, 300.0], &CALLS),
            [[2, 0, 1, 8_000 + 19_000 + 548_000], [1, 0, 0, 18_000 + 559_000], [1, 0, 1, 18_000]]
        );
    }

    #[test]
    fn a_window_ends_by_itself_and_makes_room_before_anything_is_evicted() {
        // 10 s windows: at 30 s A, idle from 11 s, has ended; B, idle from 22 s, stays until 32 s. C fits.
        // B comes back cold at 40 s: C, idle from 32 s to 42 s, leaves with A's memory 200 free. At 50 s A is cold.
        assert_eq!(
            outcomes([0.0, 10_000.0, 300.0], &CALLS),
            [[2, 0, 0, 8_000 + 10_000 + 10_000], [2, 0, 0, 10_000 + 10_000], [1, 0, 0, 10_000]]
        );
    }

    #[test]
    fn a_call_without_memory_is_dropped_and_evicts_nothing() {
        // At 500 ms A is busy with 100 MiB of 250: B's 200 do not fit. At 700 ms C's do. At 9 s A and C idle, and B takes
        // both: without A alone 150 MiB are free.
        assert_eq!(
            outcomes([0.0, f64::INFINITY, 250.0], &[(0, A), (500, B), (700, C), (9_000, B)]),
            [[1, 0, 1, 7_000], [1, 1, 0, 589_000], [1, 0, 1, 6_300]]
        );
    }
}
