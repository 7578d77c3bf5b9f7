//! Sheets for the tests, which together use every part of the language.

#![allow(dead_code)]

use lightcone_formula_macros::{calculator, cost_model, formula};
use lightcone_latency as latency;
use lightcone_latency::{Handshake, SPEED_OF_LIGHT};
use lightcone_sheets::Sheet;
use lightcone_units::{
    Availability, Count, DataPrice, DataRate, DataSize, HourlyPrice, Length, MonthlyCost,
    Probability, Time,
};

/// All sheets of the tests.
pub(crate) static SHEETS: &[&Sheet] = &[&BDP_WINDOW, &FAR_REPLICA, &SLOWEST, &FLEET];

calculator! {
    /// How wide a window a line needs, and what a fixed window makes of it.
    ///
    /// # Examples
    /// ```
    /// // See the tests.
    /// ```
    pub(crate) fn bdp_window(
        bandwidth: DataRate in mbit_per_s, "B", "bandwidth",
            above 0 "a line without bandwidth never sends",
            default 1_000, range 1..=100_000 log;
        rtt: Time in ms, "RTT", "round-trip time", above 0 "an answer always takes some time",
            default 80, range 0.1..=500 log;
        window: DataSize in kib, "W", "window", at_least 0 "a window cannot be negative",
            default 64, range 1..=65_536 log;
    ) {
        bdp: DataSize in mb, "BDP", "bandwidth-delay product"
            = latency::bandwidth_delay_product(bandwidth, rtt);
        line_rate: DataRate in mbit_per_s, "B", "rate of the line" = bandwidth;
        window_rate: DataRate in mbit_per_s, "X_w", "rate that the window allows"
            = latency::tcp_window_limit(window, rtt);
        /// The smaller of the two.
        result rate: DataRate in mbit_per_s, "X", "rate with this window"
            = min(bandwidth, window_rate);
        result binding: one_of "window", "line", "what sets the limit"
            = if window < bdp { 0.0 } else { 1.0 };
        result share: Probability in percent, r"\rho", "share of the line in use"
            = rate / bandwidth;
    }
    id: "C002";
    name: "Bandwidth-delay product and window";
    path: "calc::bdp_window";
    assumes: "Bandwidth and round-trip time are constant.";
    fails: "When queues fill and the round-trip time grows.";
    source: "RFC 7323 (2014), section 1.1";
    episode: 1;
    plot: rtt => rate, line_rate;
}

/// Where three sites are; the last is not known.
static LATITUDE: [f64; 3] = [50.1, f64::NAN, 38.9];

formula! {
    /// There and back, twice: a formula that calls formulas.
    fn two_trips(
        distance: Length in km, "d", "distance", at_least 0 "a distance cannot be negative",
            default 100, range 0..=20_000;
        trips: u32, "n", "round trips", at_least 1 "without a trip nothing arrives",
            default 2, range 1..=10;
    ) -> Time in ms, "t", "time", "at least 0" {
        trips * latency::fiber_rtt(distance, 1.4682, 1)
    }
    id: "X001";
    name: "Trips";
    path: "two_trips";
    latex: r"t = n\,RTT";
    spoken: "the time is the number of trips times the round trip";
    assumes: "Nothing else takes time.";
    fails: "In practice.";
    source: "Arithmetic";
    episode: 1;
    example: (100.km(), 2) => "1.96 ms";
}

calculator! {
    /// What a replica far away costs in time.
    ///
    /// # Examples
    /// ```
    /// // See the tests.
    /// ```
    pub(crate) fn far_replica(
        site: Handshake, "s", "kind of connection", choice, default "TCP + TLS 1.3";
        encrypted: bool, "e", "encrypted", choice, default "yes";
        distance: Length in km, "d", "distance", at_least 0 "a distance cannot be negative",
            default 6_000, range 0..=20_000;
        node: Availability in percent, "A", "availability of one node",
            between 0 and 100 "it is a share", default 99.9, range 90..=100;
        followers: [Time] in ms, "t_f", "round trips to the followers",
            at_least 0 "an answer cannot arrive before the question",
            default [10, 80, 120], range 0..=500;
        const light: SPEED_OF_LIGHT in m_per_s, "c", "speed of light in vacuum", "299792458";
        table latitude = &LATITUDE;
    ) {
        floor: Time in ms, "t_0", "time in vacuum" = 2 * distance / light;
        fiber: Time in ms, "t_f", "time in fibre" = latency::fiber_rtt(distance, 1.4682, 1.2);
        trips: Time in ms, "t_2", "two trips" = two_trips(distance, 2);
        setup: Time in ms, "t_s", "set-up" = latency::handshake_time(fiber, site);
        quorum: Time in ms, "t_q", "time of the fastest half"
            = kth_smallest(followers, ceil((count(followers) + 1) / 2));
        first: Time in ms, "t_1", "the first follower" = item(followers, 0);
        /// Known for two sites only.
        south: f64 in "degree", r"\phi", "latitude of the site" = latitude[site];
        result pair: Availability(down) in percent, "A_2", "availability of two nodes"
            = node_down * node_down;
        result three: Probability, "p", "two of three are down" = {
            let mut total = 0;
            for failed in 2..=3 {
                total += exp(lightcone_ways(3, failed)) * node_down.powf(failed)
                    * node.powf(3 - failed);
            }
            total
        };
        result slowest: Time in ms, "t_m", "the slowest follower" = {
            let mut most = 0;
            for follower in followers {
                if follower > most {
                    most = follower;
                }
            }
            most
        };
        result answer: Time in ms, "t", "time to a safe answer" = {
            require(fiber < 1, distance, "nearer", "no user waits a second");
            if encrypted == 1 {
                return fiber + setup + quorum;
            }
            fiber + quorum
        };
        result gain: f64, "g", "gain over one node" = pair_down / node_down;
    }
    id: "C901";
    name: "A replica far away";
    path: "far_replica";
    assumes: "A straight cable.";
    fails: "Where the cable is not straight.";
    source: "Arithmetic";
    episode: 2;
    plot: distance => floor, fiber;
}

formula! {
    /// The logarithm of the ways to choose.
    fn lightcone_ways(
        n: u64, "n", "things", between 0 and 1_000 "it is counted", default 3, range 1..=10;
        k: u64, "k", "chosen", at_least 0 "it is counted", default 2, range 0..=10;
    ) -> f64, "w", "ways", "any" {
        require(k <= n, k, "at most n", "one cannot choose more than there are");
        ln_binomial(n, k)
    }
    id: "X002";
    name: "Ways";
    path: "lightcone_ways";
    latex: r"w = \ln\binom{n}{k}";
    spoken: "the logarithm of the binomial coefficient";
    assumes: "Nothing.";
    fails: "Never.";
    source: "Arithmetic";
    episode: 1;
    example: (3, 2) => "1.1";
}

calculator! {
    /// The quorum of a list of followers, by a formula that takes a list.
    ///
    /// # Examples
    /// ```
    /// // See the tests.
    /// ```
    pub(crate) fn slowest(
        rtts: [Time] in ms, "t_i", "round trips",
            at_least 0 "an answer cannot arrive before the question",
            default [10, 20], range 0..=500;
        weights: [f64], "w_i", "weights", at_least 0 "a weight cannot be negative",
            default [1, 3], range 0..=10;
        sync: Time in ms, "t_s", "time to disk", at_least 0 "time does not run backwards",
            default 2, range 0..=50;
    ) {
        total: f64, "w", "sum of the weights" = sum(weights);
        result mean: Time in ms, "t", "weighted mean"
            = sum_of_products(rtts, weights) / total;
        result commit: Time in ms, "t_c", "commit" = list_commit(rtts, sync);
        result short: Time in ms, "t_d", "a short time to disk" = {
            check_between(sync, total / 1e4, total / 100, "the disk is chosen by weight");
            check_above(total, 0.5, "something weighs");
            sync
        };
    }
    id: "C902";
    name: "Followers";
    path: "slowest";
    assumes: "All answer.";
    fails: "When they do not.";
    source: "Arithmetic";
    episode: 3;
}

formula! {
    /// The median of a list, plus a time.
    fn list_commit(
        followers: [Time] in ms, "t_i", "round trips",
            at_least 0 "an answer cannot arrive before the question",
            default [10, 80], range 0..=500;
        sync: Time in ms, "t_s", "time to disk", at_least 0 "time does not run backwards",
            default 2, range 0..=50;
    ) -> Time in ms, "t", "commit", "at least 0" {
        require(count(followers) >= 1, followers, "not empty", "somebody must answer");
        kth_smallest(followers, floor((count(followers) + 1) / 2)) + sync
    }
    id: "X003";
    name: "Commit";
    path: "list_commit";
    latex: r"t";
    spoken: "the median and the disk";
    assumes: "Nothing.";
    fails: "Never.";
    source: "Arithmetic";
    episode: 1;
    example: (&[10.ms(), 80.ms()], 2.ms()) => "12 ms";
}

cost_model! {
    /// What a fleet costs in a month.
    ///
    /// # Examples
    /// ```
    /// // See the tests.
    /// ```
    pub(crate) fn fleet(
        servers: Count in "server", "n", "servers", at_least 1 "nothing runs on nothing",
            default 12, range 1..=1_000 log;
        price: HourlyPrice in usd_per_hour, "p", "price of a server",
            at_least 0 "nobody pays you", default 0.096, range 0.01..=10 log;
        traffic: DataSize in tb, "D", "traffic in a month",
            at_least 0 "an amount of data cannot be negative", default 5, range 0..=1_000;
        egress: DataPrice in usd_per_gb, "e", "price of traffic", at_least 0 "nobody pays you",
            default 0.09, range 0..=1;
        discount: Probability in percent, "d", "discount", default 20, range 0..=90;
        fees: [MonthlyCost] in usd_per_month, "f_i", "fixed fees",
            at_least 0 "nobody pays you", default [100, 50], range 0..=10_000;
        const month: Time::MONTH in hours, "T", "hours of a month";
    ) {
        compute: MonthlyCost in usd_per_month, "C_c", "servers"
            = servers * price * month / 3600 * (1 - discount);
        network: MonthlyCost in usd_per_month, "C_n", "traffic" = traffic / 1e9 * egress;
        fixed: MonthlyCost in usd_per_month, "C_f", "fees" = sum(fees);
        total cost: MonthlyCost in usd_per_month, "C", "cost a month" = compute + network + fixed;
        result each: MonthlyCost in usd_per_month, "c", "cost of a server" = cost / servers;
        result larger: one_of "servers", "traffic", "what costs more"
            = if compute >= network { 0 } else { 1 };
        result needed: u64 in "server", "m", "servers for twice the work" = ceil(servers * 2);
    }
    id: "M902";
    name: "A fleet";
    path: "cost::fleet";
    assumes: "Servers run the whole month.";
    fails: "With spot prices.";
    source: "Bills";
    episode: 2;
    prices: "an invented price list";
    plot: servers => cost, compute;
}
