//! Sheets of the tests: together they have every kind of input and line, and names that
//! are addresses of cells.

#![allow(dead_code)]

use lightcone_formula_macros::{calculator, cost_model};
use lightcone_latency as latency;
use lightcone_latency::{Handshake, SPEED_OF_LIGHT};
use lightcone_sheets::Sheet;
use lightcone_units::{
    Availability, DataPrice, DataSize, HourlyPrice, Length, MonthlyCost, Probability, Time,
};

/// All of them.
pub(crate) static SHEETS: &[&Sheet] = &[&ODD_NAMES, &SMALL_NUMBERS, &FLEET, &BILL];

/// Figures of four kinds of connections; the last is not known.
static SURCHARGE: [f64; 4] = [0.001, 0.002, 0.003, f64::NAN];

calculator! {
    /// Names that a spreadsheet would take for addresses, and every kind of input.
    ///
    /// # Examples
    /// ```
    /// // See the tests.
    /// ```
    pub fn odd_names(
        rtt1: Time in ms, "RTT_1", "first \"round\" trip", above 0 "an answer takes time",
            default 80, range 1..=500;
        c: u32 in "copy", "c", "copies & more", at_least 1 "the data is somewhere",
            default 3, range 1..=9;
        r: Length in km, "r", "radius", at_least 0 "a distance cannot be negative",
            default 500, range 0..=10_000;
        kind: Handshake, "k", "kind of connection", choice, default "TCP + TLS 1.3";
        safe: bool, "s", "safe", choice, default "yes";
        node: Availability in percent, "A", "availability", between 0 and 100 "it is a share",
            default 99.5, range 50..=100;
        x1: [Time] in ms, "x_i", "times", at_least 0 "time does not run backwards",
            default [10, 20, 70], range 0..=500;
        w: [f64], "w_i", "weights", at_least 0 "a weight cannot be negative",
            default [1, 2, 1], range 0..=10;
        const k1: SPEED_OF_LIGHT in m_per_s, "c", "speed of light in vacuum";
        table a1 = &SURCHARGE;
    ) {
        rc: Time in ms, "t_0", "time in vacuum" = 2 * r / k1;
        /// A note with "quotes", < and &.
        b2: Time in ms, "t_1", "time in fibre" = latency::fiber_rtt(r, 1.4682, 1.2);
        setup: Time in ms, "t_s", "set-up" = latency::handshake_time(rtt1, kind);
        extra: Time in ms, "t_x", "surcharge" = a1[kind];
        result mean: Time in ms, "t", "weighted mean" = {
            require(sum(w) > 0, w, "not all zero", "a mean needs weights");
            sum_of_products(x1, w) / sum(w)
        };
        result both: Availability(down) in percent, "A_2", "of two" = node_down * node_down;
        result lost: Probability in percent, "p", "all copies lost" = node_down.powf(c);
        result word: one_of "near", "far, far \"away\"", "on the other side", "how far"
            = if r < 1_000_000 { 0 } else if r < 5_000_000 { 1 } else { 2 };
        result squared: u32 in "copy", "n", "copies of copies" = c * c;
        result answer: Time in ms, "t", "time of an answer" = {
            require(b2 < 1, r, "nearer", "no user waits a second");
            if safe == 1 {
                return b2 + setup + kth_smallest(x1, ceil(count(x1) / 2));
            }
            b2 + x1[0]
        };
        result slowest: Time in ms, "t_m", "slowest" = {
            let mut most = 0;
            for time in x1 {
                if time > most {
                    most = time;
                }
            }
            most
        };
        result after: Time in ms, "t_a", "after the slowest" = slowest + answer;
    }
    id: "C990";
    name: "Odd names";
    path: "calc::odd_names";
    assumes: "Nothing.";
    fails: "Never.";
    source: "Arithmetic";
    episode: 1;
}

calculator! {
    /// Functions that spreadsheets lack, where careless expressions lose digits.
    ///
    /// # Examples
    /// ```
    /// // See the tests.
    /// ```
    pub fn small_numbers(
        x: f64, "x", "a number, often a small one",
            above 0 "its logarithm is needed", default 1e-12, range 1e-17..=600 log;
        large: f64, "y", "a large number", above 0 "its logarithm is needed",
            default 1e6, range 1..=1e300 log;
        list: [f64], "a_i", "numbers", default [1, 20, 300, 4_000], range 0..=10_000;
        first: u32, "m", "how many of them", default 2, range 0..=8;
        things: u32, "n", "things", between 1 and 1_000 "there are some", default 56,
            range 1..=60;
        chosen: u32, "k", "chosen", between 0 and 1_000 "there are some", default 28,
            range 0..=60;
    ) {
        // Over x, so that each digit counts.
        result grown: f64, "a", "exponential of x less 1, over x" = x.exp_m1() / x;
        result shrunk: f64, "b", "exponential of -x less 1, over x" = (-x).exp_m1() / x;
        result above: f64, "c", "logarithm of 1 + x, over x" = x.ln_1p() / x;
        /// As long as it is far enough from 0 that 1 - x/(1 + x) keeps its digits.
        result below: f64, "d", "logarithm of 1 - x/(1 + x), over x"
            = (-(x / (1 + x))).ln_1p() / x;
        result steep: f64, "e", "logarithm of 1 + y" = large.ln_1p();
        result flat: f64, "f", "exponential of -y less 1" = (-large).exp_m1();
        result some: f64, "s", "sum of the first ones" = sum_of_first(list, first);
        result ways: f64, r"\binom{n}{k}", "ways to choose" = {
            require(chosen <= things, chosen, "at most the things", "there are no more");
            binomial(things, chosen)
        };
    }
    id: "C991";
    name: "Small numbers";
    path: "calc::small_numbers";
    assumes: "Nothing.";
    fails: "Never.";
    source: "Arithmetic";
    episode: 1;
}

cost_model! {
    /// What a fleet costs in a month: a model that is live.
    ///
    /// # Examples
    /// ```
    /// // See the tests.
    /// ```
    pub fn fleet(
        servers: u32 in "server", "n", "servers", at_least 1 "nothing runs on nothing",
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
        paid: bool, "b", "paid before", choice, default "no";
        const month: Time::MONTH in hours, "T", "hours of a month";
    ) {
        rate: Probability in percent, "d", "discount of those who pay before"
            = if paid == 1 { 1 - (1 - discount) * (1 - discount) } else { discount };
        compute: MonthlyCost in usd_per_month, "C_c", "servers"
            = servers * price * month / 3_600 * (1 - rate);
        network: MonthlyCost in usd_per_month, "C_n", "traffic" = traffic / 1e9 * egress;
        total cost: MonthlyCost in usd_per_month, "C", "cost a month"
            = compute + network + sum(fees);
        result each: MonthlyCost in usd_per_month, "c", "cost of a server" = cost / servers;
    }
    id: "M990";
    name: "A fleet";
    path: "cost::fleet";
    assumes: "Servers run the whole month.";
    fails: "With spot prices.";
    source: "Bills";
    episode: 1;
    prices: "invented prices of 2026-01-01";
}

cost_model! {
    /// A model with a line that no worksheet computes.
    ///
    /// # Examples
    /// ```
    /// // See the tests.
    /// ```
    pub fn bill(
        units: u32 in "unit", "n", "units", default 5, range 0..=50;
        price: MonthlyCost in usd_per_month, "p", "price of the first unit",
            at_least 0 "nobody pays you", default 10, range 0..=100;
    ) {
        falling: MonthlyCost in usd_per_month, "s", "each unit costs a tenth less than the last" = {
            let mut sum_so_far = 0;
            let mut next = price;
            for unit in 0..50 {
                if unit >= units {
                    break;
                }
                sum_so_far += next;
                next *= 0.9;
            }
            sum_so_far
        };
        total cost: MonthlyCost in usd_per_month, "C", "cost" = falling + 1;
    }
    id: "M991";
    name: "A bill";
    path: "cost::bill";
    assumes: "Nothing.";
    fails: "Never.";
    source: "Arithmetic";
    episode: 1;
}
