//! Calculators of episode 2: how failures spread, and how many experiments find them.

use lightcone_chaos::cascade::Offspring;
use lightcone_formula_macros::calculator;
use lightcone_units::{Count, Probability, Rate, Ratio, Time};

calculator! {
    /// How large a cascade of failures becomes, and whether it dies out by itself.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators as calc;
    /// use lightcone_units::prelude::*;
    ///
    /// let calm = calc::cascade_size().mean(0.9);
    /// assert_eq!(format!("{:.1}", calm.expected()?), "10.0");
    /// assert_eq!(calm.verdict()?, "dies out");
    ///
    /// let wild = calc::cascade_size().mean(1.5);
    /// assert_eq!(wild.dies_out()?.to_string(), "41.7 %");
    /// assert!(wild.expected().is_err());
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn cascade_size(
        offspring: Offspring, "G", "distribution of the secondary failures", choice, default "Poisson";
        mean: f64, "m", "mean secondary failures of one failure",
            at_least 0 "a failure cannot cause less than none", default 0.8, range 0..=3;
        first: u32, "k", "failures at the start",
            between 1 and 1_000_000 "a cascade begins with a failure", default 1, range 1..=100 log;
    ) {
        single: Probability in percent, "s", "that the cascade of one failure dies out"
            = lightcone_chaos::cascade::extinction_probability(offspring, mean);
        result dies_out: Probability in percent, "s^k", "that the whole cascade dies out"
            = {
                if single == 0 {
                    return 0;
                }
                // Less than any number can hold, which some spreadsheets refuse.
                if first * single.ln() < -700 {
                    return 0;
                }
                single.powf(first)
            };
        result survives: Probability in percent, "1-s^k", "that it never ends" = 1 - dies_out;
        result verdict: one_of "dies out", "critical: dies out, with no mean size", "may never end",
            "what becomes of it" = if mean < 1 { 0 } else if mean == 1 { 1 } else { 2 };
        /// Only below a mean of 1.
        result expected: f64 in "failure", "E[T]", "expected size"
            = first * lightcone_chaos::cascade::branching_total(mean);
        result deviation: f64 in "failure", r"\sigma", "standard deviation of the size" = {
            require(mean < 1, mean, "below 1", "from 1 on the size has no limit");
            let variance = if offspring == 0 { mean } else { mean * (1 + mean) };
            (first * variance / ((1 - mean) * (1 - mean) * (1 - mean))).sqrt()
        };
        /// Cascades that end are like those of a smaller mean.
        dual: f64, r"m^*", "mean secondary failures in cascades that end" = {
            if offspring == 0 {
                mean * single
            } else {
                let rest = 1 + mean * (1 - single);
                mean / (rest * rest)
            }
        };
        result size_if_it_ends: f64 in "failure", "E[T|T<\\infty]", "expected size if it ends" = {
            require(dual < 1, mean, "not 1", "at 1 the cascade ends, but its size has no mean");
            first / (1 - dual)
        };
    }
    id: "C006";
    name: "Cascade size and extinction";
    path: "calc::cascade_size";
    assumes: "Every failure causes others independently of the rest, with the same distribution, \
              in a system without limits.";
    fails: "When the load of what failed moves to what is left: then the mean grows as the \
            cascade goes on. In a small system every cascade ends, because nothing is left to \
            fail.";
    source: "Harris 1963, The Theory of Branching Processes, chapter I; Watson and Galton 1875, \
             Journal of the Anthropological Institute 4";
    episode: 2;
    plot: mean => dies_out, survives;
}

calculator! {
    /// What retries in several layers do to the load at the bottom, and what a budget
    /// makes of it.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators as calc;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = calc::retry_amplification()
    ///     .attempts(&[4, 4, 4])
    ///     .budget(10.percent())
    ///     .load(1_000.per_second());
    /// assert_eq!(sheet.worst()?, 64.0);
    /// assert_eq!(sheet.worst_load()?.to_string(), "64,000 /s");
    /// assert_eq!(format!("{:.3}", sheet.budgeted()?), "1.331");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn retry_amplification(
        attempts: [u32] in "attempt", "a_i", "attempts in each layer, from the user's down",
            between 1 and 100 "a layer that calls at all tries once",
            default [3, 3, 3], range 1..=10;
        failure: Probability in percent, "p", "that an attempt at the bottom fails",
            default 20, range 0..=100;
        budget: Ratio in percent, "b", "retries allowed for one request",
            at_least 0 "a budget cannot be negative", default 10, range 0..=100;
        load: Rate in per_second, r"\lambda", "requests at the top",
            at_least 0 "a load cannot be negative", default 1_000, range 1..=1_000_000 log;
    ) {
        /// When every call at the bottom fails.
        result worst: f64, "A", "load multiplier at worst"
            = lightcone_chaos::retry::layered_amplification(attempts);
        /// A layer sees a failure only when all attempts of the layer below it failed.
        result expected: f64, "E[A]", "load multiplier at this failure probability" = {
            let mut failing = failure;
            let mut calls = 1;
            for step in 0..count(attempts) {
                let tries = attempts[count(attempts) - 1 - step];
                calls *= lightcone_chaos::retry::expected_attempts(failing, tries - 1);
                failing = failing.powf(tries);
            }
            calls
        };
        result seen: Probability in percent, "P", "that a request fails after all retries"
            = {
                if failure == 0 {
                    return 0;
                }
                // Less than any number can hold, which some spreadsheets refuse.
                if worst * failure.ln() < -700 {
                    return 0;
                }
                failure.powf(worst)
            };
        result budgeted: f64, "A_b", "bound with a budget in every layer"
            = lightcone_chaos::retry::budget_amplification(budget).powf(count(attempts)).min(worst);
        /// What the book on site reliability advises: retry in one layer only.
        result one_layer: f64, "A_1", "bound with a budget, and retries in one layer only"
            = lightcone_chaos::retry::budget_amplification(budget);
        result worst_load: Rate in per_second, r"\lambda'", "load at the bottom at worst"
            = load * worst;
        result expected_load: Rate in per_second, r"E[\lambda']", "load at the bottom to expect"
            = load * expected;
        result budgeted_load: Rate in per_second, r"\lambda_b", "load at the bottom with budgets"
            = load * budgeted;
    }
    id: "C007";
    name: "Retry amplification";
    path: "calc::retry_amplification";
    assumes: "Attempts at the bottom fail independently and equally often, and nothing in between \
              fails by itself. Every client keeps to its budget.";
    fails: "In an overload: the load raises the failure probability, which raises the load. That \
            feedback is what makes it an outage.";
    source: "Beyer et al. 2016, Site Reliability Engineering, chapters 21 and 22";
    episode: 2;
    plot: failure => expected, budgeted;
}

calculator! {
    /// How many users a failure reaches: with cells, and with shuffle sharding.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators as calc;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = calc::blast_radius()
    ///     .users(1_000_000.count()?)
    ///     .weights(&[0.4, 0.3, 0.2, 0.1])
    ///     .failed(&[false, true, false, false])
    ///     .workers(8)
    ///     .shard(2);
    /// assert_eq!(format!("{:.0}", sheet.hit()?), "300000");
    /// // Two of eight workers: 28 different pairs.
    /// assert_eq!(sheet.combinations()?, 28.0);
    /// assert_eq!(sheet.same_shard()?.to_string(), "3.57 %");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn blast_radius(
        weights: [f64], "w_c", "share of the users in each cell",
            between 0 and 1 "a cell has none to all of the users",
            default [0.4, 0.3, 0.2, 0.1], range 0..=1;
        failed: [bool], "F", "whether the cell fails", choice, default ["yes", "no", "no", "no"];
        users: Count, "U", "users", default 1_000_000, range 1..=1_000_000_000 log;
        workers: u32, "n", "workers that shuffle sharding picks from",
            between 1 and 100_000 "a shard has a worker, and more are beyond this model",
            default 8, range 1..=1_000 log;
        shard: u32, "k", "workers of each user",
            between 1 and 100_000 "a user has a worker", default 2, range 1..=20;
    ) {
        result share: Ratio in percent, "f", "share of the users in failed cells"
            = lightcone_chaos::blast::cell_fraction(weights, failed);
        result hit: f64 in "user", "U f", "users in failed cells" = users * share;
        result largest: Ratio in percent, "w_{max}", "share of the largest cell"
            = kth_smallest(weights, count(weights));
        /// Exact up to 9,007,199,254,740,992; spreadsheets keep 15 digits.
        result combinations: f64, r"\binom{n}{k}", "different shards" = {
            require(
                shard <= workers, shard, "at most the number of workers",
                "a user cannot have more workers than there are"
            );
            binomial(workers, shard)
        };
        /// When one user's requests bring down all workers of that user.
        result same_shard: Ratio in percent, r"1/\binom{n}{k}",
            "share of users that lose all workers"
            = 1 / combinations;
        result shuffled: f64 in "user", r"U/\binom{n}{k}", "users that lose all workers"
            = users / combinations;
        /// They keep the others, and a client that tries again finds them.
        result touched: Ratio in percent, "o", "share of users that lose at least one worker" = {
            if 2 * shard > workers {
                return 1;
            }
            let others = workers - shard;
            1 - (2 * ln_gamma(others + 1)
                - ln_gamma(others - shard + 1)
                - ln_gamma(workers + 1)).exp()
        };
        /// The same workers cut into fixed shards of the same size.
        fixed: Ratio in percent, "k/n", "share of users in one fixed shard" = shard / workers;
        result gain: f64, "g", "how many times smaller shuffling makes it" = fixed * combinations;
    }
    id: "C008";
    name: "Blast radius by cells and shuffle shards";
    path: "calc::blast_radius";
    assumes: "Cells share nothing. Shards are drawn at random, all equally likely, and users are \
              spread evenly over them.";
    fails: "When a failed cell's traffic moves to the others and overloads them, or when cells \
            share a control plane, a database or a deployment.";
    source: "AWS 2023, Reducing the Scope of Impact with Cell-Based Architecture; MacCarthaigh \
             2019, Amazon Builders' Library, Workload isolation using shuffle-sharding";
    episode: 2;
    plot: workers => same_shard, fixed, touched;
}

calculator! {
    /// How many experiments without a failure show that failures are rare enough.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators as calc;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = calc::chaos_sample()
    ///     .target(1.percent().probability()?)
    ///     .confidence(95.percent().probability()?)
    ///     .done(100);
    /// assert_eq!(sheet.runs()?, 299);
    /// // A hundred good runs still allow 2.95 %.
    /// assert_eq!(sheet.bound()?.to_string(), "2.95 %");
    /// assert_eq!(sheet.verdict()?, "more runs are needed");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn chaos_sample(
        target: Probability in percent, "p", "failure probability to rule out",
            within 0 and 100 "what always fails shows in the first run",
            default 1, range 0.01..=50 log;
        confidence: Probability in percent, "c", "confidence",
            within 0 and 100 "no number of runs makes certain", default 95, range 50..=99.9;
        done: u64, "n_0", "runs without a failure so far",
            at_least 1 "without a run nothing is known", default 100, range 1..=10_000 log;
        duration: Time in minutes, "t", "time of one run",
            at_least 0 "a run takes some time", default 10, range 0.1..=600 log;
    ) {
        /// The least n with (1-p)^n at most 1-c.
        result runs: u64, "n", "runs without a failure that are needed" = {
            require(
                target > 0, target, "above 0 %",
                "no number of runs shows that something never fails"
            );
            ((-confidence).ln_1p() / (-target).ln_1p() - 1e-9).ceil().max(1)
        };
        /// For 95 % it is the rule of three.
        approximation: f64, r"-\ln(1-c)/p", "the same by the approximation for rare failures" = {
            require(
                target > 0, target, "above 0 %",
                "no number of runs shows that something never fails"
            );
            -(-confidence).ln_1p() / target
        };
        result effort: Time in hours, "T", "time of all these runs" = runs * duration;
        result bound: Probability in percent, "p_c",
            "largest failure probability after the runs so far"
            = -((-confidence).ln_1p() / done).exp_m1();
        /// If failures had exactly the probability to rule out.
        result seen: Probability in percent, "P", "that the runs so far would have shown a failure"
            = lightcone_availability::any_failure(target, done);
        result verdict: one_of "enough runs", "more runs are needed", "whether the runs are enough"
            = if done >= runs { 0 } else { 1 };
        left: u64, r"\Delta n", "runs still to do" = (runs - done).max(0);
    }
    id: "C009";
    name: "Chaos sample size";
    path: "calc::chaos_sample";
    assumes: "Runs are independent and alike, and a failure is noticed.";
    fails: "When the runs leave out what would fail: they say nothing of other conditions. After \
            the first failure another question is asked: use an interval for a share.";
    source: "Hanley and Lippman-Hand 1983, JAMA 249(13); Clopper and Pearson 1934, Biometrika \
             26(4)";
    episode: 2;
    plot: target => runs;
}
