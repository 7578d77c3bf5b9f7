//! Calculators of episode 5: bandits, drift and federated learning.

use lightcone_formula_macros::calculator;
use lightcone_learning::bandit::Policy;
use lightcone_units::{DataRate, DataSize, Probability, Ratio, Time};

calculator! {
    /// What a bandit policy loses against always pulling the best arm.
    ///
    /// Each run is a simulation with its own seeded random numbers (Park and Miller's
    /// generator), so that the same inputs always give the same answer, and a longer
    /// horizon goes on where a shorter one ended. Regret is counted by the expectation of
    /// the arms that were pulled, not by what they happened to pay.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::bandit_lab;
    /// use lightcone_learning::bandit::Policy;
    /// // 300 pulls among three arms, the mean of five runs.
    /// let lab = |policy| bandit_lab().policy(policy).regret();
    /// assert!(lab(Policy::Thompson)? < lab(Policy::Ucb1)?);
    /// assert!(lab(Policy::Ucb1)? < bandit_lab().random()?);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn bandit_lab(
        arms: [Probability] in percent, r"\mu_i", "how often arm i pays",
            default [20, 40, 60], range 0..=100;
        policy: Policy, r"\pi", "policy", choice, default "UCB1";
        horizon: u32 in "pull", "n", "pulls",
            between 1 and 8_000 "longer runs are beyond what is counted here",
            default 300, range 10..=500;
        explore: Probability in percent, r"\epsilon",
            "share of pulls at which epsilon-greedy takes any arm", default 10, range 0..=100;
        runs: u32, "m", "runs that the regret is the mean of",
            between 1 and 20 "more take too long while a slider moves", default 5, range 1..=20;
        seed: u32, "z", "seed of the random numbers",
            between 1 and 1_000_000 "the generator takes seeds in this range",
            default 1, range 1..=100;
        const full_turn: std::f64::consts::TAU, r"2\pi", "angle of a full turn";
    ) {
        result best: Probability in percent, r"\mu^*", "how often the best arm pays"
            = kth_smallest(arms, count(arms));
        result regret: f64 in "reward", "R_n", "regret of the policy, the mean of the runs"
            = {
                require(
                    count(arms) >= 2 && count(arms) <= 4,
                    arms, "two to four arms", "there is something to choose, and room to count it"
                );
                // The counts of all arms are the digits of one number with the base 2^13:
                // four of them fit exactly into the 53 bits of a number.
                let digit = 8_192;
                let modulus = 2_147_483_647;
                let mut lost = 0;
                for run in 0..runs {
                    let mut random = seed + run * 1_000_003;
                    // The first numbers of near seeds are near each other.
                    for warm in 0..10 {
                        random = 16_807 * random - modulus * (16_807 * random / modulus).floor();
                    }
                    let mut pulled = 0;
                    let mut paid = 0;
                    for step in 0..horizon {
                        random = 16_807 * random - modulus * (16_807 * random / modulus).floor();
                        let any = policy == 1 && random / modulus < explore;
                        let mut chosen = 0;
                        if any {
                            random = 16_807 * random - modulus * (16_807 * random / modulus).floor();
                            chosen = (random / modulus * count(arms)).floor();
                        } else {
                            let patience = 2 * max(step, 1).ln();
                            let mut place = 1;
                            let mut highest = -1e9;
                            for arm in 0..count(arms) {
                                let pulls = (pulled / place).floor()
                                    - (pulled / place / digit).floor() * digit;
                                let wins = (paid / place).floor()
                                    - (paid / place / digit).floor() * digit;
                                place *= digit;
                                let mut index = 1e6 - arm;
                                if policy == 2 {
                                    // A normal draw with the mean and variance of the beta
                                    // posterior (Box and Muller).
                                    random = 16_807 * random
                                        - modulus * (16_807 * random / modulus).floor();
                                    let radius = (-2 * (random / modulus).ln()).sqrt();
                                    random = 16_807 * random
                                        - modulus * (16_807 * random / modulus).floor();
                                    let normal = radius * (full_turn * random / modulus).cos();
                                    let mean = (wins + 1) / (pulls + 2);
                                    index = mean + normal * (mean * (1 - mean) / (pulls + 3)).sqrt();
                                } else if pulls > 0 && policy == 0 {
                                    index = wins / pulls + (patience / pulls).sqrt();
                                } else if pulls > 0 {
                                    index = wins / pulls;
                                }
                                if index > highest {
                                    highest = index;
                                    chosen = arm;
                                }
                            }
                        }
                        let mut own = 1;
                        for skipped in 0..count(arms) {
                            if skipped < chosen {
                                own *= digit;
                            }
                        }
                        pulled += own;
                        random = 16_807 * random - modulus * (16_807 * random / modulus).floor();
                        if random / modulus < arms[chosen] {
                            paid += own;
                        }
                        lost += best - arms[chosen];
                    }
                }
                lost / runs
            };
        result random: f64 in "reward", "R_r", "regret of pulling any arm each time"
            = {
                require(
                    count(arms) >= 2 && count(arms) <= 4,
                    arms, "two to four arms", "there is something to choose, and room to count it"
                );
                horizon * (best - sum(arms) / count(arms))
            };
        /// No policy that is good for all arms does better in the long run.
        result floor: f64 in "reward", "R_0", "Lai and Robbins' lower bound for long horizons"
            = {
                let mut slope = 0;
                for arm in arms {
                    if arm < best && best < 1 {
                        let won = if arm > 0 { arm * (arm / best).ln() } else { 0 };
                        let divergence = won + (1 - arm) * ((1 - arm) / (1 - best)).ln();
                        slope += (best - arm) / divergence;
                    }
                }
                slope * horizon.ln()
            };
        result learnt: Ratio in percent, "l", "share of the regret of random pulls that it avoids"
            = {
                require(
                    random > 0,
                    arms, "values that differ", "otherwise each arm is the best"
                );
                1 - regret / random
            };
        result reward: f64 in "reward", "S_n", "expected reward of the policy"
            = horizon * best - regret;
    }
    id: "C018";
    name: "Bandit simulator";
    path: "calc::bandit_lab";
    assumes: "A pull pays 1 or nothing, independently, and the arms stay as they are. UCB1 and \
              epsilon-greedy pull every arm once first. Thompson sampling draws from normal curves \
              with the means and variances of the beta posteriors.";
    fails: "From a few runs to a ranking of policies that are close: take more runs and other \
            seeds. And when arms change over time.";
    source: "Auer, Cesa-Bianchi and Fischer 2002, Machine Learning 47; Thompson 1933, Biometrika \
             25; Lai and Robbins 1985, Advances in Applied Mathematics 6; Park and Miller 1988, \
             Communications of the ACM 31(10)";
    episode: 5;
    plot: horizon => regret, random, floor;
}

calculator! {
    /// Whether the data of today are still those that a model was made for.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::drift_psi;
    /// let shift = drift_psi().expected(&[500.0, 500.0]).actual(&[200.0, 800.0]);
    /// assert_eq!(format!("{:.4}", shift.psi()?), "0.4159");
    /// assert_eq!(shift.verdict()?, "drifted");
    /// assert_eq!(format!("{:.1}", shift.ks()?), "0.3");
    /// assert_eq!(drift_psi().verdict()?, "stable");
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn drift_psi(
        expected: [f64], "E_i", "observations in bin i when the model was made",
            at_least 0 "a bin has some observations or none",
            default [1_000, 2_000, 4_000, 2_000, 1_000], range 0..=10_000;
        actual: [f64], "A_i", "observations in bin i now",
            at_least 0 "a bin has some observations or none",
            default [90, 190, 390, 220, 110], range 0..=10_000;
        added: f64, "c", "observations added to each bin against empty ones",
            at_least 0 "observations are added or not", default 0, range 0..=5;
        watch: f64, "PSI_1", "index from which to watch it",
            at_least 0 "the index is never negative", default 0.1, range 0..=1;
        act: f64, "PSI_2", "index from which it has drifted",
            at_least 0 "the index is never negative", default 0.25, range 0..=1;
    ) {
        then_total: f64 in "observation", "E", "observations when the model was made"
            = sum(expected) + added * count(expected);
        now_total: f64 in "observation", "A", "observations now"
            = sum(actual) + added * count(actual);
        result psi: f64, "PSI", "population stability index"
            = {
                let mut index = 0;
                for bin in 0..count(expected) {
                    require(
                        expected[bin] + added > 0,
                        expected, "above 0 in each bin",
                        "an empty bin makes the index infinite: merge it with another, or add some \
                         observations to each"
                    );
                    require(
                        actual[bin] + added > 0,
                        actual, "above 0 in each bin",
                        "an empty bin makes the index infinite: merge it with another, or add some \
                         observations to each"
                    );
                    let then = (expected[bin] + added) / then_total;
                    let now = (actual[bin] + added) / now_total;
                    index += (now - then) * (now / then).ln();
                }
                index
            };
        /// With few observations the shares move although nothing has changed.
        result by_chance: f64, "PSI_0", "index to expect by chance alone"
            = {
                require(
                    then_total > 0 && now_total > 0,
                    actual, "some observations", "without any there is nothing to compare"
                );
                (count(expected) - 1) * (1 / then_total + 1 / now_total)
            };
        result verdict: one_of "stable", "watch it", "drifted", "verdict of the index"
            = {
                check_at_least(act, watch, "first one watches, then one acts");
                if psi >= act {
                    2
                } else if psi >= watch {
                    1
                } else {
                    0
                }
            };
        result ks: f64, "D", "largest distance of the cumulated shares (Kolmogorov-Smirnov)"
            = {
                require(
                    then_total > 0 && now_total > 0,
                    actual, "some observations", "without any there is nothing to compare"
                );
                let mut distance = 0;
                let mut ahead = 0;
                for bin in 0..count(expected) {
                    ahead += (actual[bin] + added) / now_total - (expected[bin] + added) / then_total;
                    distance = max(distance, ahead.abs());
                }
                distance
            };
        /// For 5 %: the square root of -ln(0.05 / 2) / 2, times that of 1/E + 1/A.
        ks_limit: f64, "D_{5 \\%}", "distance that chance exceeds in 5 % of the cases"
            = {
                require(
                    then_total > 0 && now_total > 0,
                    actual, "some observations", "without any there is nothing to compare"
                );
                (-(0.05 / 2).ln() / 2 * (1 / then_total + 1 / now_total)).sqrt()
            };
        result test: one_of "no sign of a change", "changed", "verdict of the test at 5 %"
            = if ks > ks_limit { 1 } else { 0 };
        result worst_bin: u32, "i^*", "bin that adds most to the index, from 1"
            = {
                let mut largest = -1;
                let mut worst = 0;
                for bin in 0..count(expected) {
                    let then = (expected[bin] + added) / then_total;
                    let now = (actual[bin] + added) / now_total;
                    let part = (now - then) * (now / then).ln();
                    // Without this the bins of an index that has no answer would count.
                    if psi >= 0 && part > largest {
                        largest = part;
                        worst = bin + 1;
                    }
                }
                worst
            };
    }
    id: "C019";
    name: "Drift meter";
    path: "calc::drift_psi";
    assumes: "Both histograms have the same bins, in their order, and observations are independent.";
    fails: "When a verdict needs a reason: an index says that something moved, not why. The limits \
            0.1 and 0.25 are a custom that knows nothing of the number of observations, and in \
            bins the test is slower to see a change than on the values.";
    source: "Siddiqi 2006, Credit Risk Scorecards; Yurdakul 2018, Statistical Properties of \
             Population Stability Index, for chance; Smirnov 1948, Annals of Mathematical Statistics \
             19(2), for the test";
    episode: 5;
    plot: added => psi, by_chance;
}

calculator! {
    /// How long a round of federated learning takes and what it moves.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::fed_round;
    /// use lightcone_units::prelude::*;
    /// // 100 clients, a model of 20 MB: 2 K M.
    /// assert_eq!(fed_round().data()?, 4.gb());
    /// assert_eq!(fed_round().round_time()?.to_string(), "1.32 min");
    /// assert_eq!(fed_round().slowest()?, "training");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn fed_round(
        clients: u64, "K", "clients of a round", between 1 and 1_000_000_000
            "somebody trains, and more than a billion are a slip",
            default 100, range 1..=10_000 log;
        model: DataSize in mb, "M", "size of the model",
            above 0 "a model has some weights", default 20, range 0.1..=10_000 log;
        uplink: DataRate in mbit_per_s, "B_u", "what a client sends at",
            above 0 "a line without bandwidth never sends", default 10, range 0.1..=1_000 log;
        downlink: DataRate in mbit_per_s, "B_d", "what a client receives at",
            above 0 "a line without bandwidth never sends", default 50, range 0.1..=1_000 log;
        server: DataRate in gbit_per_s, "B_s", "bandwidth of the server, each way",
            above 0 "a line without bandwidth never sends", default 10, range 0.1..=400 log;
        training: Time in seconds, "t_c", "time that a client trains",
            at_least 0 "training cannot take negative time", default 60, range 0..=3_600;
        compressed: Ratio in percent, "c", "size of an upload as a share of the model",
            above 0 up_to 100 "an update is some or all of the model",
            default 100, range 1..=100;
        answering: Ratio in percent, "a", "share of the clients that answer in time",
            above 0 up_to 100 "somebody answers", default 100, range 10..=100;
        rounds: u64, "R", "rounds of the training", between 1 and 1_000_000_000
            "there is at least one round", default 100, range 1..=5_000 log;
    ) {
        /// The clients receive at the same time, and together no faster than the server
        /// sends.
        down: Time in seconds, "t_d", "time until the clients have the model"
            = max(model * 8 / downlink, clients * model * 8 / server);
        up: Time in seconds, "t_u", "time until the server has the updates"
            = max(
                model * compressed * 8 / uplink,
                clients * answering * model * compressed * 8 / server
            );
        result round_time: Time in seconds, "t", "time of a round" = down + training + up;
        result slowest: one_of "training", "the clients' uplink", "the clients' downlink",
            "the server", "what takes the longest"
            = if training >= down && training >= up {
                0
            } else if up >= down {
                if model * compressed * 8 / uplink >= up { 1 } else { 3 }
            } else if model * 8 / downlink >= down {
                2
            } else {
                3
            };
        result data: DataSize in gb, "D", "data that a round moves"
            = clients * model * (1 + answering * compressed);
        result each: DataSize in mb, "D_k", "data that a client moves in a round"
            = model * (1 + compressed);
        result total_time: Time in hours, "R t", "time of the training" = rounds * round_time;
        result total_data: DataSize in gb, "R D", "data that the training moves" = rounds * data;
    }
    id: "C020";
    name: "Federated round cost";
    path: "calc::fed_round";
    assumes: "Clients are alike and work at the same time, lines carry their full rate, and the \
              server waits for all that answer. With uploads of full size from all clients a round \
              moves 2 K M.";
    fails: "When a few slow clients hold the round up: then put in the rates of the slowest that is \
            waited for. And aggregation, start-up and retries are left out.";
    source: "McMahan et al. 2017, AISTATS, algorithm 1; arithmetic of the lines";
    episode: 5;
    plot: uplink => round_time, down, up;
}
