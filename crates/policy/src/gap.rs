//! Time of which nothing is known: it stands for what was seen before.

/// Where the instant `at` is when time stands from `from` to `until`: as long before the end as it was before the beginning, and one that lies between at
/// the end.
pub(crate) fn stood(at: i64, from: i64, until: i64) -> i64 {
    at + (until - at.max(from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnyPolicy, Counts, Policy, PolicySpec, Start, StaticTwice, WarmInterval, PRIOR_LENGTH};

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;

    fn specs() -> Vec<PolicySpec> {
        let adaptive = |kind: f64| [kind, 1.0, -1.0, 5e-10, 5e-4, 5e-5, 1000.0].into_iter().chain([0.1; PRIOR_LENGTH]);
        let plain: [&[f64]; 6] =
            [&[0.0, 600_000.0], &[2.0], &[3.0, 1000.0], &[8.0, 1e-9, 5e-4, 1.0, 2.0], &[9.0, 1000.0], &[14.0, 1000.0]];
        let plain = plain.into_iter().map(<[f64]>::to_vec);
        let all = plain.chain([5.0, 6.0].map(|kind| adaptive(kind).collect()));
        all.map(|spec| PolicySpec::parse(&spec).unwrap()).collect()
    }

    /// What a timer of ten minutes, 20 s into each, gets from hour to hour, its ticks' starts without their instants among it.
    fn timer(policy: &mut AnyPolicy, hours: std::ops::Range<i64>) -> Vec<(WarmInterval, Vec<Start>)> {
        let mut answers = Vec::new();
        for minute in hours.start * 60..hours.end * 60 {
            let mut starts = Vec::new();
            let counts = Counts { warm_idle: 1, ..Counts::default() };
            policy.on_tick(minute * MINUTE, counts, None, &mut starts);
            if minute % 10 == 0 {
                policy.on_arrival(minute * MINUTE + 20_000, 1);
                answers.push((policy.on_release(minute * MINUTE + 21_000), starts));
            }
        }
        answers
    }

    /// Neither draws, nor by how far the day has come.
    fn has_answers_of_the_past_alone(spec: &PolicySpec) -> bool {
        !matches!(spec, PolicySpec::BreakEvenRandomised(_) | PolicySpec::StaticTwice(_))
    }

    #[test]
    fn a_mean_is_of_what_was_seen() {
        let mut policy = StaticTwice::new(1000);
        policy.on_arrival(0, 3);
        policy.on_gap(HOUR, 7 * HOUR);
        policy.on_release(8 * HOUR);
        assert_eq!(policy.seen(), [3.0, 6.0]);
        policy.on_gap(9 * HOUR, 30 * HOUR);
        // Three for two hours, and two for one: the day before, as far as it is known.
        assert_eq!(policy.seen()[0], 8.0 / 3.0);
    }

    #[test]
    fn a_timer_is_answered_after_a_gap_as_before_it() {
        for spec in specs().iter().filter(|spec| has_answers_of_the_past_alone(spec)) {
            let mut policy = AnyPolicy::new(spec).unwrap();
            timer(&mut policy, 0..41);
            let before = timer(&mut policy, 41..42);
            let mut untold = policy.clone();
            policy.on_gap(42 * HOUR, 48 * HOUR);
            let after = timer(&mut policy, 48..49);
            assert_eq!(after, before, "{spec:?}");
            let learns = matches!(spec, PolicySpec::HybridHistogram | PolicySpec::Spes(_) | PolicySpec::Adaptive(_));
            if learns {
                timer(&mut untold, 48..49);
                assert_ne!(untold.seen(), policy.seen(), "{spec:?}");
            }
        }
    }

    #[test]
    fn a_gap_in_pieces_is_one() {
        for spec in specs() {
            let mut policy = AnyPolicy::new(&spec).unwrap();
            timer(&mut policy, 0..20);
            policy.on_arrival(20 * HOUR, 2);
            policy.on_arrival(20 * HOUR, 2);
            policy.on_release(20 * HOUR + 500);
            policy.on_release(20 * HOUR + 900);
            let mut pieces = policy.clone();
            policy.on_gap(20 * HOUR + MINUTE, 46 * HOUR + 30_000);
            let mut at = 20 * HOUR + MINUTE;
            pieces.on_gap(at, at);
            while at < 46 * HOUR + 30_000 {
                pieces.on_gap(at, at + 30_000);
                at += 30_000;
            }
            assert_eq!(pieces.save(), policy.save(), "{spec:?}");
            assert_eq!(AnyPolicy::load(&spec, &policy.save()).unwrap().save(), policy.save());
        }
    }

    #[test]
    fn an_instant_stands_as_far_from_the_end_as_it_was_from_the_beginning() {
        assert_eq!([0, 10, 15, 20, 25].map(|at| stood(at, 10, 20)), [10, 20, 20, 20, 20]);
    }
}
