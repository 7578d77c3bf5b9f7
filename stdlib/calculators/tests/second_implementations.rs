//! Calculators of episodes 3 to 5 against the same done in another way.

use lightcone_availability::k_of_n;
use lightcone_calculators::{
    alert_precision, bandit_lab, bft_sizing, drift_psi, fed_round, mttr_whatif, oncall_rotation,
    quorum_designer, speedup_laws, toil_payback, usl_fit,
};
use lightcone_capacity::scaling::usl;
use lightcone_learning::bandit::{Policy, beta_posterior, ucb1_index};
use lightcone_learning::ml::{fedavg_traffic, psi};
use lightcone_units::prelude::*;
use proptest::prelude::*;

fn close(a: f64, b: f64, part: f64) -> bool {
    (a - b).abs() <= part * a.abs().max(b.abs()) + 1e-300
}

fn share(value: f64) -> Probability {
    Probability::new(value).unwrap()
}

/// The generator of Park and Miller, Communications of the ACM 31(10), with whole numbers.
struct Minimal(u64);

impl Minimal {
    const MODULUS: u64 = 2_147_483_647;

    fn next(&mut self) -> f64 {
        self.0 = self.0 * 16_807 % Self::MODULUS;
        self.0 as f64 / Self::MODULUS as f64
    }
}

#[test]
fn the_generator_is_the_published_one() {
    let mut random = Minimal(1);
    for _ in 0..10_000 {
        random.next();
    }
    assert_eq!(random.0, 1_043_618_065);
}

/// The arms pulled by a policy, with lists instead of digits of a number.
fn pulls(
    arms: &[f64],
    policy: Policy,
    horizon: u32,
    explore: f64,
    random: &mut Minimal,
) -> Vec<u64> {
    let mut pulled = vec![0u64; arms.len()];
    let mut paid = vec![0u64; arms.len()];
    for step in 0..u64::from(horizon) {
        let first = random.next();
        let chosen = if policy == Policy::EpsilonGreedy && first < explore {
            (random.next() * arms.len() as f64) as usize
        } else {
            let mut indices = Vec::new();
            for (arm, (&n, &s)) in pulled.iter().zip(&paid).enumerate() {
                let mean = s as f64 / n as f64;
                indices.push(match policy {
                    Policy::Thompson => {
                        let mean = beta_posterior(1.0, 1.0, s, n).unwrap().in_ratio();
                        let radius = (-2.0 * random.next().ln()).sqrt();
                        let normal = radius * (std::f64::consts::TAU * random.next()).cos();
                        mean + normal * (mean * (1.0 - mean) / (n + 3) as f64).sqrt()
                    }
                    _ if n == 0 => 1e6 - arm as f64,
                    Policy::Ucb1 => ucb1_index(mean, n, step).unwrap(),
                    _ => mean,
                });
            }
            let best = indices.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            indices.iter().position(|index| *index == best).unwrap()
        };
        pulled[chosen] += 1;
        paid[chosen] += u64::from(random.next() < arms[chosen]);
    }
    pulled
}

#[test]
fn bandits_pull_the_same_arms_as_with_lists() {
    let arms = [
        [0.2, 0.4, 0.6, 0.3],
        [0.9, 0.85, 0.1, 0.0],
        [0.5, 0.5, 0.5, 1.0],
    ];
    for policy in Policy::ALL {
        for (count, horizon, seed) in [(2, 1, 1), (3, 250, 5), (4, 999, 77), (4, 8_000, 1_000_000)]
        {
            for arms in &arms {
                let arms = &arms[..count];
                let best = arms.iter().copied().fold(0.0, f64::max);
                let mut lost = 0.0;
                for run in 0..3 {
                    let mut random = Minimal(seed + run * 1_000_003);
                    for _ in 0..10 {
                        random.next();
                    }
                    let pulled = pulls(arms, policy, horizon, 0.1, &mut random);
                    let each = pulled.iter().zip(arms);
                    lost += each.map(|(n, arm)| *n as f64 * (best - arm)).sum::<f64>();
                }
                let typed: Vec<Probability> = arms.iter().map(|arm| share(*arm)).collect();
                let lab = bandit_lab()
                    .arms(&typed)
                    .policy(policy)
                    .horizon(horizon)
                    .explore(share(0.1))
                    .runs(3)
                    .seed(seed as u32);
                let regret = lab.regret().unwrap();
                assert!(
                    (regret - lost / 3.0).abs() < 1e-6,
                    "{policy} {arms:?} {horizon}: {regret} {lost}"
                );
            }
        }
    }
}

#[test]
fn learning_policies_leave_chance_behind() {
    let arms = [share(0.2), share(0.4), share(0.6)];
    for policy in Policy::ALL {
        let lab = bandit_lab()
            .arms(&arms)
            .policy(policy)
            .horizon(5_000)
            .runs(10);
        let (regret, random) = (lab.regret().unwrap(), lab.random().unwrap());
        assert!(regret < random / 4.0, "{policy}: {regret} of {random}");
        // Longer runs go on where shorter ones ended.
        let mut before = 0.0;
        for horizon in (100..=2_000).step_by(100) {
            let now = lab.clone().horizon(horizon).regret().unwrap();
            assert!(now >= before, "{policy} {horizon}");
            before = now;
        }
        // In the long run nobody beats the bound of Lai and Robbins.
        let long = lab.clone().horizon(8_000).runs(20);
        assert!(long.regret().unwrap() > 0.5 * long.floor().unwrap());
    }
    // The bound of Auer, Cesa-Bianchi and Fischer 2002, theorem 1.
    let lab = bandit_lab().arms(&arms).horizon(5_000).runs(20);
    let gaps = [0.4, 0.2];
    let bound: f64 = gaps
        .iter()
        .map(|gap| 8.0 * 5_000f64.ln() / gap)
        .sum::<f64>()
        + (1.0 + std::f64::consts::PI.powi(2) / 3.0) * gaps.iter().sum::<f64>();
    assert!(lab.regret().unwrap() < bound);
}

/// The date so many days after another, counted day by day.
fn later(mut year: u32, mut month: u32, mut day: u32, days: u32) -> (u32, u32, u32) {
    for _ in 0..days {
        let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
        let longest = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        day += 1;
        if day > longest {
            (day, month) = (1, month + 1);
        }
        if month > 12 {
            (month, year) = (1, year + 1);
        }
    }
    (year, month, day)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[test]
fn days_that_do_not_exist_are_no_start() {
    for (year, month, day) in [(2023, 2, 29), (2100, 2, 29), (2024, 2, 30), (2024, 4, 31)] {
        let plan = toil_payback()
            .start_year(year)
            .start_month(month)
            .start_day(day);
        let error = plan.day().unwrap_err().to_string();
        assert!(error.contains("a day of that month"), "{error}");
        assert!(plan.break_even().is_ok(), "the duration needs no date");
    }
    assert!(
        toil_payback()
            .start_year(2000)
            .start_month(2)
            .start_day(29)
            .day()
            .is_ok()
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let texts = [
        (
            usl_fit()
                .loads(&[2.0, 3.0, 4.0])
                .throughputs(&[1.0, 2.0, 3.0])
                .single()
                .unwrap_err(),
            "one worker is the unit",
        ),
        (
            usl_fit()
                .loads(&[1.0, 4.0, 4.0])
                .throughputs(&[1.0, 3.0, 3.1])
                .coherency()
                .unwrap_err(),
            "at least two of them differ",
        ),
        (
            usl_fit().loads(&[1.0]).contention().unwrap_err(),
            "belong together",
        ),
        (
            quorum_designer().read(4).overlap().unwrap_err(),
            "some or all of the replicas",
        ),
        (
            quorum_designer().write(4).write_availability().unwrap_err(),
            "some or all of the replicas",
        ),
        (
            mttr_whatif()
                .slo(Availability::new(1.0).unwrap())
                .used()
                .unwrap_err(),
            "no error budget",
        ),
        (
            drift_psi()
                .actual(&[0.0, 1.0, 1.0, 1.0, 1.0])
                .psi()
                .unwrap_err(),
            "an empty bin",
        ),
        (
            drift_psi().watch(0.3).verdict().unwrap_err(),
            "first one watches",
        ),
        (
            bandit_lab().arms(&[share(0.5)]).regret().unwrap_err(),
            "two to four arms",
        ),
        (
            bandit_lab().arms(&[share(0.5); 2]).learnt().unwrap_err(),
            "each arm is the best",
        ),
        (
            alert_precision()
                .prevalence(share(1.0))
                .fair_rate()
                .unwrap_err(),
            "no check is a good one",
        ),
        (
            oncall_rotation().sites(0).engineers().unwrap_err(),
            "24 hours",
        ),
        (
            speedup_laws().serial(0.percent()).most().unwrap_err(),
            "no limit",
        ),
    ];
    for (error, expected) in texts {
        assert!(error.to_string().contains(expected), "{error}");
    }
}

proptest! {
    #[test]
    fn break_even_falls_on_the_day_of_the_calendar(
        year in 1990u32..2110,
        month in 1u32..=12,
        day in 1u32..=28,
        build in 0.5f64..500.0,
        occurrences in 5.0f64..200.0,
    ) {
        let plan = toil_payback()
            .start_year(year)
            .start_month(month)
            .start_day(day)
            .build(build.hours())
            .occurrences(occurrences);
        let days = plan.break_even().unwrap().in_days();
        // So near a whole day both days are right.
        prop_assume!((days - days.round()).abs() > 1e-6);
        let (year, month, day) = later(year, month, day, days.ceil() as u32);
        prop_assert_eq!(plan.year().unwrap(), year);
        prop_assert_eq!(plan.month().unwrap(), MONTHS[month as usize - 1]);
        prop_assert_eq!(plan.day().unwrap(), day);
    }

    #[test]
    fn a_fit_finds_the_law_that_made_the_measurements(
        alpha in 0.0f64..0.3,
        beta in 1e-5f64..0.01,
        gamma in 0.1f64..1e4,
    ) {
        let loads = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
        let throughput = |n| usl(n, alpha, beta, gamma.per_second()).unwrap().in_per_second();
        let fit = usl_fit().loads(&loads).throughputs(&loads.map(throughput));
        prop_assert!((fit.contention().unwrap() - alpha).abs() < 1e-9);
        prop_assert!(close(fit.coherency().unwrap(), beta, 1e-8));
        prop_assert!(close(fit.single().unwrap(), gamma, 1e-12));
        prop_assert!(fit.r_squared().unwrap() > 1.0 - 1e-9);
        let at = fit.clone().workers(20.0).predicted();
        prop_assume!(alpha > 1e-9);
        prop_assert!(close(at.unwrap(), throughput(20.0), 1e-8));
    }

    #[test]
    fn the_fit_is_the_best_of_its_kind(
        noise in proptest::collection::vec(0.8f64..1.2, 7),
        step in -0.01f64..0.01,
    ) {
        let loads = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
        let made = |n: f64| 100.0 * n / (1.0 + 0.05 * (n - 1.0) + 0.001 * n * (n - 1.0));
        let throughputs: Vec<f64> = loads.iter().zip(&noise).map(|(n, e)| made(*n) * e).collect();
        let fit = usl_fit().loads(&loads).throughputs(&throughputs);
        let (alpha, beta) = (fit.contention().unwrap(), fit.coherency().unwrap());
        let miss = |alpha: f64, beta: f64| -> f64 {
            let points = loads.iter().zip(&throughputs);
            points
                .map(|(n, x)| {
                    let lost = n * throughputs[0] / x - 1.0;
                    (lost - alpha * (n - 1.0) - beta * n * (n - 1.0)).powi(2)
                })
                .sum()
        };
        let best = miss(alpha, beta);
        prop_assert!(miss(alpha + step, beta) >= best - 1e-9);
        prop_assert!(miss(alpha, beta + step) >= best - 1e-9);
        prop_assert!(miss(alpha - step, beta + step / 60.0) >= best - 1e-9);
    }

    #[test]
    fn drift_is_that_of_the_shares(
        bins in proptest::collection::vec((1.0f64..1e4, 1.0f64..1e4), 2..12),
    ) {
        let (expected, actual): (Vec<f64>, Vec<f64>) = bins.into_iter().unzip();
        let meter = drift_psi().expected(&expected).actual(&actual);
        let shares = |counts: &[f64]| -> Vec<f64> {
            let total: f64 = counts.iter().sum();
            counts.iter().map(|count| count / total).collect()
        };
        let (e, a) = (shares(&expected), shares(&actual));
        let formula = psi(&a, &e).unwrap();
        prop_assert!((meter.psi().unwrap() - formula).abs() < 1e-9);
        let cumulated = |list: &[f64], to: usize| list[..=to].iter().sum::<f64>();
        let distance = (0..e.len()).map(|to| (cumulated(&a, to) - cumulated(&e, to)).abs());
        let distance = distance.fold(0.0, f64::max);
        prop_assert!((meter.ks().unwrap() - distance).abs() < 1e-9);
        let worst = meter.worst_bin().unwrap() as usize - 1;
        let part = |bin: usize| (a[bin] - e[bin]) * (a[bin] / e[bin]).ln();
        prop_assert!((0..e.len()).all(|bin| part(bin) <= part(worst) + 1e-12));
    }

    #[test]
    fn larger_quorums_survive_less(replicas in 1u32..50, place in 0.0f64..1.0, a in 0.5f64..0.999) {
        let quorum = 1 + (place * f64::from(replicas - 1)) as u32;
        let design = quorum_designer()
            .replicas(replicas)
            .read(replicas + 1 - quorum)
            .write(quorum)
            .node(Availability::new(a).unwrap());
        // The smallest read quorum that meets every write.
        prop_assert_eq!(design.overlap().unwrap(), 1);
        prop_assert_eq!(design.reads_see().unwrap(), "the last write");
        let survived = design.read_failures().unwrap() + design.write_failures().unwrap();
        prop_assert_eq!(survived, replicas - 1);
        if quorum < replicas {
            let more = design.clone().write(quorum + 1);
            prop_assert!(more.write_availability().unwrap() <= design.write_availability().unwrap());
        }
    }

    /// The availability is that of the formula for k of n, and what is missing to 1 keeps
    /// its digits far beyond what an availability next to 1 has.
    #[test]
    fn quorums_fail_as_often_as_k_of_n(
        replicas in 1u32..40,
        place in 0.0f64..1.0,
        q in 1e-6f64..0.5,
    ) {
        let quorum = 1 + (place * f64::from(replicas - 1)) as u32;
        let node = Availability::from_unavailability(share(q));
        let design = quorum_designer().replicas(replicas).read(quorum).write(quorum).node(node);
        let formula = k_of_n(quorum, replicas, node).unwrap().unavailability().in_ratio();
        let down = design.write_down().unwrap().in_ratio();
        // The input is an availability, so that q keeps 16 digits after the point only.
        let lost = 2e-16 / q * f64::from(replicas);
        prop_assert!(close(down, formula, 1e-9 + lost), "{down} {formula}");
        prop_assert_eq!(design.read_down().unwrap().in_ratio(), down);
        let missing = design.write_availability().unwrap().unavailability().in_ratio();
        prop_assert!((missing - down).abs() < 1e-15);
        let hours = design.write_downtime().unwrap().in_hours();
        prop_assert!(close(hours, down * 8_760.0, 1e-12));
        prop_assert!(close(design.gain().unwrap() * down, q, 1e-9 + lost));
    }

    #[test]
    fn each_message_of_pbft_is_counted(faulty in 0u64..200) {
        let sizing = bft_sizing().faulty(faulty);
        let n = sizing.nodes().unwrap();
        let mut sent = 0;
        for from in 0..n {
            for to in 0..n {
                // Pre-prepare from the leader, prepare from the others, commit from all.
                sent += u64::from(from == 0 && to != 0)
                    + u64::from(from != 0 && to != from)
                    + u64::from(to != from);
            }
        }
        prop_assert_eq!(sizing.messages().unwrap(), sent);
        prop_assert!(sizing.quorum_size().unwrap() * 2 - n > faulty);
        prop_assert!(sizing.linear().unwrap() <= sent || faulty <= 1);
    }

    #[test]
    fn a_round_moves_two_k_m(clients in 1u64..100_000, megabytes in 0.1f64..1e4) {
        let round = fed_round().clients(clients).model(megabytes.mb());
        let data = fedavg_traffic(clients, megabytes.mb()).unwrap();
        prop_assert!(close(round.data().unwrap().in_bytes(), data.in_bytes(), 1e-12));
        let (down, up) = (round.down().unwrap(), round.up().unwrap());
        prop_assert!(round.round_time().unwrap() >= down + up);
        let faster = round.clone().uplink(20.mbit_per_s()).round_time().unwrap();
        prop_assert!(faster <= round.round_time().unwrap());
    }

    #[test]
    fn phases_share_the_budget(minutes in proptest::array::uniform5(0.1f64..100.0), m in 0.1f64..10.0) {
        let [a, b, c, d, e] = minutes.map(Time::from_minutes);
        let sheet = mttr_whatif().detect(a).acknowledge(b).diagnose(c).fix(d).verify(e).incidents(m);
        let used = sheet.used().unwrap().in_ratio();
        let (budget, downtime) = (sheet.budget().unwrap(), sheet.downtime().unwrap());
        prop_assert!(close(used, downtime / budget, 1e-9));
        // As many incidents as the budget pays use all of it.
        let all = sheet.clone().incidents(sheet.affordable().unwrap());
        prop_assert!((all.used().unwrap().in_ratio() - 1.0).abs() < 1e-9);
        // Halving the longest phase wins what it says.
        let halved = match sheet.longest().unwrap() {
            "detect" => sheet.clone().detect(a / 2.0),
            "acknowledge" => sheet.clone().acknowledge(b / 2.0),
            "diagnose" => sheet.clone().diagnose(c / 2.0),
            "fix" => sheet.clone().fix(d / 2.0),
            _ => sheet.clone().verify(e / 2.0),
        };
        let won = used - halved.used().unwrap().in_ratio();
        prop_assert!(close(sheet.won().unwrap().in_ratio(), won, 1e-6));
    }

    #[test]
    fn alerts_add_up(prevalence in 1e-4f64..0.5, right in 0.1f64..1.0, wrong in 1e-4f64..0.5) {
        let sheet = alert_precision()
            .prevalence(share(prevalence))
            .true_positives(share(right))
            .false_positives(share(wrong));
        let (good, bad) = (sheet.right_alerts().unwrap(), sheet.false_alerts().unwrap());
        prop_assert!(close(sheet.precision().unwrap().in_ratio(), good / (good + bad), 1e-9));
        prop_assert!(close(good + sheet.missed().unwrap(), 10_080.0 * prevalence, 1e-9));
        // At the fair rate every second alert is right.
        let fair = sheet.clone().false_positives(sheet.fair_rate().unwrap());
        prop_assert!(fair.precision().unwrap().in_ratio() > 0.5 - 1e-9);
    }

    #[test]
    fn a_rotation_keeps_to_the_share(roles in 1u32..6, percent in 1.0f64..100.0, sites in 1u32..5) {
        let rotation = oncall_rotation().roles(roles).share(percent.percent()).sites(sites).smallest(1);
        let on_call = rotation.on_call().unwrap();
        // A role is a whole person on each site, so nobody is on call less than that.
        let floor = 1.0 / f64::from(sites);
        prop_assert!(on_call.in_ratio() <= (percent / 100.0).max(0.0).min(floor) + 1e-9);
        let people = rotation.per_site().unwrap();
        prop_assert!(people >= u64::from(roles));
        // One person less on each site would break it.
        if people > u64::from(roles) {
            let less = f64::from(roles) / (f64::from(sites) * (people - 1) as f64);
            prop_assert!(less > percent / 100.0 - 1e-9);
        }
    }

    #[test]
    fn speed_ups_keep_their_order(serial in 0.001f64..0.5, workers in 1u64..10_000) {
        let laws = speedup_laws().serial(serial.ratio()).contention(serial).coherency(0.0).workers(workers);
        let (amdahl, usl) = (laws.amdahl().unwrap(), laws.usl().unwrap());
        prop_assert!(close(amdahl, usl, 1e-9));
        prop_assert!(amdahl <= laws.most().unwrap() && amdahl <= laws.gustafson().unwrap() * (1.0 + 1e-12));
        prop_assert_eq!(laws.more_workers().unwrap(), "faster");
        let costly = laws.clone().coherency(0.001);
        let more = costly.clone().workers(workers + 1).usl().unwrap();
        let expected = if more > costly.usl().unwrap() { "faster" } else { "slower" };
        prop_assert_eq!(costly.more_workers().unwrap(), expected);
    }
}
