//! What must hold between formulas and along their arguments: limits, monotony,
//! identities, conservation, and agreement with a second implementation (statrs).

use lightcone_availability::{any_failure, correlated_pair, k_of_n, pair_availability};
use lightcone_capacity::queueing::erlang_b;
use lightcone_capacity::scaling::{amdahl, amdahl_limit, gustafson, karp_flatt, usl, usl_peak};
use lightcone_chaos::blast::cell_fraction;
use lightcone_chaos::cascade::{
    Offspring, branching_total, extinction_probability, giant_component,
};
use lightcone_chaos::retry::{budget_amplification, expected_attempts, layered_amplification};
use lightcone_consensus::quorum::{
    bft_min_nodes, bft_quorum, majority, quorums_overlap, raft_commit_latency,
};
use lightcone_cost::compound;
use lightcone_human::{
    alert_precision, automation_payback, communication_paths, mttr_breakdown, oncall_min_engineers,
    pager_overload_probability,
};
use lightcone_learning::bandit::{beta_posterior, ucb1_index};
use lightcone_learning::info::entropy;
use lightcone_learning::ml::{f_beta, fedavg, fedavg_traffic, feedback_gain, psi};
use lightcone_statistics::rule_of_three;
use lightcone_units::prelude::*;
use proptest::prelude::*;
use statrs::distribution::{Binomial, DiscreteCDF, Poisson};
use statrs::statistics::Distribution as _;

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs()) + 1e-300
}

fn p(value: f64) -> Probability {
    Probability::new(value).unwrap()
}

#[test]
fn erlang_b_holds_at_the_extremes() {
    // A published table: 20 erlang on 20 servers block 15.9 % of the calls.
    let classic = |load, servers| erlang_b(load, servers).unwrap().in_ratio();
    assert!((classic(20.0, 20) - 0.158_9).abs() < 5e-5);
    // With as many servers as erlang the blocking goes to sqrt(2 / (pi c)).
    for servers in [1_000, 10_000, 100_000] {
        let exact = classic(f64::from(servers), servers);
        let asymptotic = (2.0 / (std::f64::consts::PI * f64::from(servers))).sqrt();
        assert!(
            (exact / asymptotic - 1.0).abs() < 0.05,
            "{servers}: {exact} {asymptotic}"
        );
    }
    assert_eq!(classic(0.0, 0), 1.0);
    assert_eq!(classic(0.0, 5), 0.0);
    assert_eq!(classic(7.0, 0), 1.0);
    assert!(classic(1e-3, 100) < 1e-300, "underflow is 0, not NaN");
}

#[test]
fn a_share_of_one_in_a_trillion_does_not_vanish() {
    let rare = any_failure(p(1e-18), 1_000).unwrap().in_ratio();
    assert!(close(rare, 1e-15, 1e-12), "{rare}");
    assert_eq!(any_failure(p(1.0), 0).unwrap(), Probability::NEVER);
    assert_eq!(any_failure(p(1.0), 1).unwrap(), Probability::ALWAYS);
    // Four nodes of which one suffices, each with eight nines: 32 nines.
    let node = Availability::from_nines(8.0).unwrap();
    let system = k_of_n(1, 4, node).unwrap();
    assert!((system.nines() - 32.0).abs() < 1e-9, "{}", system.nines());
    let deep = pager_overload_probability(0.1, 20).unwrap().in_ratio();
    assert!(deep > 1e-42 && deep < 1e-40, "{deep}");
}

#[test]
fn thousands_of_nodes_lose_no_digits() {
    let node = Availability::new(0.99).unwrap();
    for (needed, nodes) in [(4_900, 5_000), (4_950, 5_000), (4_990, 5_000), (985, 1_000)] {
        let ours = k_of_n(needed, nodes, node)
            .unwrap()
            .unavailability()
            .in_ratio();
        let binomial = Binomial::new(0.99, u64::from(nodes)).unwrap();
        let theirs = binomial.cdf(u64::from(needed) - 1);
        assert!(
            close(ours, theirs, 1e-8),
            "{needed} of {nodes}: {ours} {theirs}"
        );
    }
}

#[test]
fn near_the_critical_point_cascades_still_have_an_answer() {
    let survival = |mean| {
        extinction_probability(Offspring::Poisson, mean)
            .unwrap()
            .complement()
            .in_ratio()
    };
    assert_eq!(survival(1.0), 0.0);
    // Just above 1 the survival is 2 (m - 1).
    for above in [1e-3, 1e-5, 1e-7] {
        let ratio = survival(1.0 + above) / (2.0 * above);
        assert!((ratio - 1.0).abs() < 5e-3, "{above}: {ratio}");
    }
    // Far above it the extinction is e^-m, also where 1 minus it is 1.
    let rare = extinction_probability(Offspring::Poisson, 60.0)
        .unwrap()
        .in_ratio();
    assert!(close(rare, (-60.0f64).exp(), 1e-12), "{rare}");
    let geometric = extinction_probability(Offspring::Geometric, 4.0).unwrap();
    assert_eq!(geometric.in_ratio(), 0.25);
}

#[test]
fn what_has_no_answer_is_refused_with_the_reason() {
    let message = |error: DomainError| error.to_string();
    assert_eq!(
        message(branching_total(1.0).unwrap_err()),
        "`offspring` is 1, but must be at least 0 and below 1: \
         from 1 on the expected size has no limit"
    );
    assert_eq!(
        message(k_of_n(4, 3, Availability::new(0.9).unwrap()).unwrap_err()),
        "`needed` is 4, but must be at most the number of nodes: what does not exist cannot work"
    );
    assert_eq!(
        message(cell_fraction(&[0.5, 0.4], &[true, false]).unwrap_err()),
        "`weights` is 0.5, 0.4, but must be shares that add up to 1: all traffic is in some cell"
    );
    assert_eq!(
        message(cell_fraction(&[0.5, 0.5], &[true]).unwrap_err()),
        "`failed` is 1 long, but must be 2 long, as `weights` is: the lists belong together"
    );
    assert_eq!(
        message(raft_commit_latency(&[1.ms(), -2.ms()], 1.ms()).unwrap_err()),
        "`followers[1]` is -2 ms, but must be at least 0 s: \
         an answer cannot arrive before the question"
    );
    assert_eq!(
        message(automation_payback(1.hours(), 1.0, 1.hours(), 2.hours()).unwrap_err()),
        "`upkeep` is 2 h, but must be less than the time saved in a period: \
         otherwise it never pays back"
    );
    assert!(alert_precision(p(0.5), p(0.0), p(0.0)).is_err());
    assert!(amdahl_limit(0.percent()).is_err());
    assert!(quorums_overlap(3, 4, 1).is_err());
    assert!(majority(0).is_err());
    assert!(communication_paths(u64::MAX).is_err(), "no u64 overflows");
    assert!(bft_min_nodes(u64::MAX).is_err());
}

#[test]
fn small_cases_are_as_known() {
    assert_eq!(communication_paths(0).unwrap(), 0);
    assert_eq!(communication_paths(1).unwrap(), 0);
    // 7 / 0.07 is a hair above 100 in binary; the rotation still has 100 people.
    assert_eq!(oncall_min_engineers(7, 7.percent()).unwrap(), 100);
    assert_eq!(oncall_min_engineers(3, 100.percent()).unwrap(), 3);
    assert_eq!(layered_amplification(&[]).unwrap(), 1.0);
    assert_eq!(budget_amplification(0.percent()).unwrap(), 1.0);
    assert_eq!(expected_attempts(p(1.0), 4).unwrap(), 5.0);
    assert_eq!(expected_attempts(p(0.0), 4).unwrap(), 1.0);
    assert_eq!(amdahl_limit(5.percent()).unwrap(), 20.0);
    assert_eq!(majority(1).unwrap(), 1);
    assert_eq!(majority(4).unwrap(), 3);
    assert_eq!(raft_commit_latency(&[], 3.ms()).unwrap(), 3.ms());
    // One follower must answer; the second of two does not matter.
    assert_eq!(
        raft_commit_latency(&[90.ms(), 10.ms()], 0.ms()).unwrap(),
        10.ms()
    );
    let phases = [1.0, 2.0, 3.0, 4.0, 5.0].map(Time::from_minutes);
    let [a, b, c, d, e] = phases;
    assert_eq!(mttr_breakdown(a, b, c, d, e).unwrap(), phases.iter().sum());
    // A popular table of the universal scalability law prints 3.8, 23.5 and 43.8.
    let speedup = |n| usl(n, 0.03, 1e-4, 1.per_second()).unwrap().in_per_second();
    for (n, right) in [(4.0, 3.67), (32.0, 15.77), (128.0, 19.89)] {
        assert!((speedup(n) - right).abs() < 0.005, "{n}: {}", speedup(n));
    }
    assert_eq!(compound(100.usd(), -100.percent(), 0).unwrap(), 100.usd());
    assert_eq!(compound(100.usd(), -100.percent(), 1).unwrap(), 0.usd());
}

proptest! {
    #[test]
    fn erlang_b_is_monotone(load in 0.01f64..200.0, servers in 0u32..300) {
        let blocked = |load, servers| erlang_b(load, servers).unwrap().in_ratio();
        prop_assert!(blocked(load, servers + 1) <= blocked(load, servers));
        prop_assert!(blocked(load * 1.1, servers) >= blocked(load, servers));
        // The recursion it is defined by.
        let next = f64::from(servers) + 1.0;
        let by_hand = load * blocked(load, servers) / (next + load * blocked(load, servers));
        prop_assert!(close(blocked(load, servers + 1), by_hand, 1e-12));
    }

    #[test]
    fn overload_agrees_with_the_poisson_distribution(mean in 0.01f64..500.0, limit in 0u32..600) {
        let ours = pager_overload_probability(mean, limit).unwrap().in_ratio();
        let theirs = Poisson::new(mean).unwrap().sf(u64::from(limit));
        prop_assert!((ours - theirs).abs() <= 1e-9 * theirs + 1e-13, "{ours} {theirs}");
        let more = pager_overload_probability(mean, limit + 1).unwrap().in_ratio();
        prop_assert!(more <= ours * (1.0 + 1e-12));
    }

    #[test]
    fn k_of_n_agrees_with_the_binomial_distribution(
        nodes in 1u32..200,
        place in 0.0f64..1.0,
        a in 0.001f64..0.999,
    ) {
        let needed = 1 + (place * f64::from(nodes - 1)) as u32;
        let node = Availability::new(a).unwrap();
        let ours = k_of_n(needed, nodes, node).unwrap().unavailability().in_ratio();
        let binomial = Binomial::new(a, u64::from(nodes)).unwrap();
        let theirs = binomial.cdf(u64::from(needed) - 1);
        prop_assert!((ours - theirs).abs() <= 1e-9 * theirs + 1e-13, "{ours} {theirs}");
    }

    #[test]
    fn k_of_n_has_its_known_special_cases(n in 1u32..50, a in 0.01f64..0.99) {
        let node = Availability::new(a).unwrap();
        // All of them: the series; one of them: all must fail.
        let all = k_of_n(n, n, node).unwrap().in_ratio();
        prop_assert!((all - a.powi(n as i32)).abs() <= 1e-12);
        let one = k_of_n(1, n, node).unwrap().unavailability().in_ratio();
        prop_assert!(close(one, node.unavailability().in_ratio().powi(n as i32), 1e-9));
        // And the complement of a failure somewhere.
        let any = any_failure(node.unavailability(), u64::from(n)).unwrap().in_ratio();
        prop_assert!((all + any - 1.0).abs() <= 1e-12);
        // A pair of independent replicas is 1 of 2.
        let pair = pair_availability(node.unavailability(), 0.0).unwrap().in_ratio();
        prop_assert!((pair - k_of_n(1, 2, node).unwrap().in_ratio()).abs() <= 1e-12);
    }

    #[test]
    fn more_needed_is_less_available(n in 2u32..100, a in 0.01f64..0.99) {
        let node = Availability::new(a).unwrap();
        let down = |k| k_of_n(k, n, node).unwrap().unavailability().in_ratio();
        for k in 1..n {
            prop_assert!(down(k + 1) >= down(k) * (1.0 - 1e-9), "{k} of {n}");
        }
    }

    #[test]
    fn a_cascade_survives_as_often_as_the_giant_component_is_large(c in 1.000_1f64..30.0) {
        let share = giant_component(c).unwrap().in_ratio();
        let survival = extinction_probability(Offspring::Poisson, c).unwrap().complement();
        prop_assert!(close(share, survival.in_ratio(), 1e-9));
        // It solves its equation, and more links make it larger.
        prop_assert!((share + (-c * share).exp_m1()).abs() <= 1e-12);
        prop_assert!(giant_component(c + 0.1).unwrap().in_ratio() >= share);
    }

    #[test]
    fn attempts_add_up(failure in 0.0f64..=1.0, retries in 0u32..50) {
        let ours = expected_attempts(p(failure), retries).unwrap();
        let sum: f64 = (0..=retries).map(|attempt| failure.powi(attempt as i32)).sum();
        prop_assert!(close(ours, sum, 1e-12), "{ours} {sum}");
        prop_assert!(expected_attempts(p(failure), retries + 1).unwrap() >= ours - 1e-12);
    }

    #[test]
    fn speed_ups_keep_their_order(serial in 0.0f64..=1.0, workers in 2u64..10_000) {
        let share = serial.ratio();
        let (fixed, scaled) = (amdahl(share, workers).unwrap(), gustafson(share, workers).unwrap());
        let n = workers as f64;
        prop_assert!(fixed >= 1.0 - 1e-12 && fixed <= n * (1.0 + 1e-12));
        prop_assert!(scaled >= fixed * (1.0 - 1e-12) && scaled <= n * (1.0 + 1e-12));
        // Karp and Flatt take Amdahl's law back.
        let back = karp_flatt(fixed, workers).unwrap();
        prop_assert!((back - serial).abs() < 1e-9, "{back}");
        // Without coherency the universal law is Amdahl's.
        let usl = usl(n, serial, 0.0, 1.per_second()).unwrap().in_per_second();
        prop_assert!(close(usl, fixed, 1e-9));
    }

    #[test]
    fn the_peak_is_the_highest(alpha in 0.0f64..0.5, beta in 1e-6f64..0.1) {
        let peak = usl_peak(alpha, beta).unwrap().max(1.0);
        let at = |n| usl(n, alpha, beta, 1.per_second()).unwrap().in_per_second();
        prop_assert!(at(peak) >= at(peak * 1.01) && at(peak) >= at((peak * 0.99).max(1.0)));
    }

    #[test]
    fn majorities_overlap(n in 1u64..1_000_000, faulty in 0u64..1_000_000) {
        let q = majority(n).unwrap();
        prop_assert!(quorums_overlap(n, q, q).unwrap());
        prop_assert!(q == 1 || !quorums_overlap(n, q - 1, q - 1).unwrap(), "no smaller one does");
        // Two Byzantine quorums share more than the faulty nodes.
        let (nodes, quorum) = (bft_min_nodes(faulty).unwrap(), bft_quorum(faulty).unwrap());
        prop_assert_eq!(quorum, 2 * faulty + 1);
        prop_assert!(2 * quorum - nodes > faulty);
    }

    #[test]
    fn the_slow_minority_does_not_matter(
        rtts in proptest::collection::vec(0.0f64..1.0, 1..20),
        fsync in 0.0f64..0.1,
    ) {
        let followers: Vec<Time> = rtts.iter().map(|rtt| rtt.seconds()).collect();
        let latency = raft_commit_latency(&followers, fsync.seconds()).unwrap();
        let quorum = majority(followers.len() as u64 + 1).unwrap();
        let fast = followers.iter().filter(|rtt| **rtt + fsync.seconds() <= latency).count();
        prop_assert!(fast as u64 + 1 >= quorum);
        let mut slower = followers.clone();
        let slowest = slower.iter_mut().max_by(|a, b| a.total_cmp(b)).unwrap();
        if *slowest + fsync.seconds() > latency {
            *slowest = 1_000.seconds();
            prop_assert_eq!(raft_commit_latency(&slower, fsync.seconds()).unwrap(), latency);
        }
    }

    #[test]
    fn shares_of_cells_add_up(weights in proptest::collection::vec(0.001f64..1.0, 1..20)) {
        let total: f64 = weights.iter().sum();
        let weights: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        let odd: Vec<bool> = (0..weights.len()).map(|cell| cell % 2 == 1).collect();
        let even: Vec<bool> = odd.iter().map(|failed| !failed).collect();
        let hit = |failed: &[bool]| cell_fraction(&weights, failed).unwrap().in_ratio();
        prop_assert!((hit(&odd) + hit(&even) - 1.0).abs() < 1e-12);
        prop_assert_eq!(hit(&vec![false; weights.len()]), 0.0);
        prop_assert!((hit(&vec![true; weights.len()]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_bound_without_failures_is_what_it_says(trials in 1u64..1_000_000) {
        let bound = rule_of_three(trials).unwrap();
        // Had it failed that often, no failure would have had a chance of 5 %.
        let none = any_failure(bound, trials).unwrap().complement().in_ratio();
        prop_assert!((none - 0.05).abs() < 1e-9, "{none}");
        prop_assert!(bound.in_ratio() < 3.0 / trials as f64);
        prop_assert!(trials < 30 || bound.in_ratio() > 2.85 / trials as f64);
    }

    #[test]
    fn more_false_alarms_are_less_precise(
        prevalence in 1e-6f64..1.0,
        right in 0.01f64..1.0,
        wrong in 0.0f64..0.9,
    ) {
        let precision = |wrong| alert_precision(p(prevalence), p(right), p(wrong)).unwrap();
        prop_assert!(precision(wrong + 0.05) <= precision(wrong));
        prop_assert_eq!(precision(0.0), Probability::ALWAYS);
    }

    #[test]
    fn interest_compounds(rate in -0.99f64..2.0, first in 0u32..50, then in 0u32..50) {
        let grown = |debt, periods| compound(debt, rate.ratio(), periods).unwrap();
        let at_once = grown(1_000.usd(), first + then);
        let in_steps = grown(grown(1_000.usd(), first), then);
        prop_assert!(close(at_once.in_usd(), in_steps.in_usd(), 1e-10));
    }

    #[test]
    fn a_pair_and_a_fleet_agree(q in 0.0f64..=1.0) {
        let both = correlated_pair(p(q), 0.0).unwrap().in_ratio();
        let any = any_failure(p(q), 2).unwrap().in_ratio();
        // Any of two: each once, less both.
        prop_assert!((any - (2.0 * q - both)).abs() < 1e-12);
    }

    #[test]
    fn what_is_little_known_gets_a_higher_index(
        mean in 0.0f64..=1.0,
        arm_pulls in 1u64..10_000,
        others in 1u64..10_000,
    ) {
        let index = |arm_pulls, pulls| ucb1_index(mean, arm_pulls, pulls).unwrap();
        let pulls = arm_pulls + others;
        prop_assert!(index(arm_pulls, pulls) > index(arm_pulls + 1, pulls));
        prop_assert!(index(arm_pulls, pulls + 1) > index(arm_pulls, pulls));
        // The bonus is what makes a deviation as large as 1/n^4 likely (Hoeffding).
        let bonus = index(arm_pulls, pulls) - mean;
        let n = pulls as f64;
        prop_assert!(close((-2.0 * arm_pulls as f64 * bonus * bonus).exp(), n.powi(-4), 1e-9));
    }

    #[test]
    fn a_belief_is_learnt_in_any_order(
        alpha in 0.01f64..100.0,
        beta in 0.01f64..100.0,
        paid in 0u64..1_000,
        unpaid in 0u64..1_000,
    ) {
        let pulls = paid + unpaid;
        let posterior = |alpha, beta, paid, pulls| {
            beta_posterior(alpha, beta, paid, pulls).unwrap().in_ratio()
        };
        let at_once = posterior(alpha, beta, paid, pulls);
        // Pulls that were seen are a belief for the pulls to come.
        let then = posterior(alpha + paid as f64, beta, 0, unpaid);
        prop_assert!(close(at_once, then, 1e-12));
        // It lies between the belief and what was seen, and failures mirror successes.
        let before = alpha / (alpha + beta);
        if pulls > 0 {
            let seen = paid as f64 / pulls as f64;
            prop_assert!(at_once >= before.min(seen) - 1e-12 && at_once <= before.max(seen) + 1e-12);
        }
        let mirrored = posterior(beta, alpha, unpaid, pulls);
        prop_assert!((at_once + mirrored - 1.0).abs() < 1e-12);
        let theirs = statrs::distribution::Beta::new(alpha + paid as f64, beta + unpaid as f64);
        prop_assert!(close(at_once, theirs.unwrap().mean().unwrap(), 1e-12));
    }

    #[test]
    fn an_average_stays_among_its_clients(
        clients in proptest::collection::vec((1u64..10_000, -1e3f64..1e3), 1..20),
    ) {
        let (samples, weights): (Vec<u64>, Vec<f64>) = clients.into_iter().unzip();
        let average = fedavg(&samples, &weights).unwrap();
        let low = weights.iter().copied().fold(f64::INFINITY, f64::min);
        let high = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        prop_assert!(average >= low - 1e-9 && average <= high + 1e-9);
        // A client with k times the samples counts like k clients.
        let doubled: Vec<u64> = samples.iter().map(|n| 2 * n).collect();
        let split = [&samples[..], &samples[..]].concat();
        let twice = [&weights[..], &weights[..]].concat();
        prop_assert!((fedavg(&doubled, &weights).unwrap() - average).abs() < 1e-9);
        prop_assert!((fedavg(&split, &twice).unwrap() - average).abs() < 1e-9);
        // What one client lost, all lose by its share.
        let mut moved = weights.clone();
        moved[0] += 1.0;
        let share = samples[0] as f64 / samples.iter().sum::<u64>() as f64;
        prop_assert!((fedavg(&samples, &moved).unwrap() - average - share).abs() < 1e-9);
        let data = fedavg_traffic(samples.len() as u64, 3.mb()).unwrap();
        prop_assert_eq!(data, (6 * samples.len()).mb());
    }

    #[test]
    fn drift_is_a_divergence(
        bins in proptest::collection::vec((0.01f64..1.0, 0.01f64..1.0), 1..20),
    ) {
        let shares = |list: Vec<f64>| -> Vec<f64> {
            let total: f64 = list.iter().sum();
            list.iter().map(|value| value / total).collect()
        };
        let (actual, expected): (Vec<f64>, Vec<f64>) = bins.into_iter().unzip();
        let (actual, expected) = (shares(actual), shares(expected));
        let drift = psi(&actual, &expected).unwrap();
        // Never negative, the same both ways, and nothing without a change.
        prop_assert!(drift >= -1e-12);
        prop_assert!((drift - psi(&expected, &actual).unwrap()).abs() < 1e-12);
        prop_assert_eq!(psi(&actual, &actual).unwrap(), 0.0);
        // Pinsker's inequality, once in each direction.
        let moved: f64 = actual.iter().zip(&expected).map(|(a, e)| (a - e).abs()).sum();
        prop_assert!(drift >= moved * moved - 1e-12);
        // Merging two bins never shows more.
        if actual.len() > 1 {
            let merge = |list: &[f64]| [&[(list[0] + list[1]).min(1.0)], &list[2..]].concat();
            prop_assert!(psi(&merge(&actual), &merge(&expected)).unwrap() <= drift + 1e-12);
        }
    }

    #[test]
    fn a_loop_is_the_sum_of_its_turns(gain in -0.99f64..0.99) {
        let closed = feedback_gain(gain).unwrap();
        // After many turns nothing new comes back.
        let (mut turn, mut sum) = (1.0, 0.0);
        for _ in 0..10_000 {
            sum += turn;
            turn *= gain;
        }
        prop_assert!(close(closed, sum, 1e-9));
        // It is its own fixed point, and a branching process with g offspring.
        prop_assert!(close(closed, 1.0 + gain * closed, 1e-9));
        if gain >= 0.0 {
            prop_assert!(close(closed, branching_total(gain).unwrap(), 1e-12));
        }
        prop_assert!(feedback_gain(gain + 0.005).unwrap() > closed);
        prop_assert!(feedback_gain(1.0 + gain.abs()).is_err());
    }

    #[test]
    fn the_score_lies_between_precision_and_recall(
        precision in 0.001f64..=1.0,
        recall in 0.001f64..=1.0,
        beta in 0.0f64..10.0,
    ) {
        let score = |beta| f_beta(p(precision), p(recall), beta).unwrap();
        let (low, high) = (precision.min(recall), precision.max(recall));
        prop_assert!(score(beta) >= low - 1e-12 && score(beta) <= high + 1e-12);
        // As written in the books.
        let b = beta * beta;
        let by_hand = (1.0 + b) * precision * recall / (b * precision + recall);
        prop_assert!(close(score(beta), by_hand, 1e-9));
        // Its ends are precision and recall, and beta 1 is the harmonic mean.
        prop_assert!(close(score(0.0), precision, 1e-12) && close(score(1e9), recall, 1e-9));
        let harmonic = 2.0 / (1.0 / precision + 1.0 / recall);
        prop_assert!(close(score(1.0), harmonic, 1e-12));
        prop_assert_eq!(f_beta(p(0.0), p(0.0), beta).unwrap(), 0.0);
    }

    #[test]
    fn entropy_is_highest_when_even(weights in proptest::collection::vec(0.0f64..1.0, 1..20)) {
        let total: f64 = weights.iter().sum::<f64>() + 1.0;
        let mut shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        shares.push(1.0 / total);
        let bits = entropy(&shares).unwrap();
        let n = shares.len() as f64;
        prop_assert!((0.0..=n.log2() + 1e-12).contains(&bits));
        let even = vec![1.0 / n; shares.len()];
        prop_assert!(close(entropy(&even).unwrap(), n.log2(), 1e-12));
        // Two fair halves of every item: one bit more.
        let halves: Vec<f64> = shares.iter().flat_map(|share| [share / 2.0; 2]).collect();
        prop_assert!((entropy(&halves).unwrap() - bits - 1.0).abs() < 1e-9);
        // An item that nobody sees changes nothing.
        shares.push(0.0);
        prop_assert_eq!(entropy(&shares).unwrap(), bits);
    }
}
