//! What a millisecond is worth, and what it costs to save it.

use lightcone_formula_macros::cost_model;
use lightcone_units::{Count, DataPrice, DataSize, Money, MonthlyCost, Ratio, Time};

cost_model! {
    /// What an edge presence costs in a month, against what the time that it saves is
    /// worth: for the month, and for each millisecond.
    ///
    /// # Examples
    /// ```
    /// use lightcone_cost::latency_value;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = latency_value()
    ///     .revenue(1_000_000.usd_per_month())
    ///     .rtt_origin(120.ms())
    ///     .rtt_edge(20.ms());
    /// assert_eq!(sheet.saved()?.to_string(), "280 ms");
    /// assert_eq!(sheet.value_of_ms()?.to_string(), "$3.00 a month");
    /// assert_eq!(sheet.verdict()?, "pays");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn latency_value(
        revenue: MonthlyCost in usd_per_month, "V", "revenue of the pages in a month",
            at_least 0 "revenue is what comes in", default 1_000_000,
            range 1_000..=1_000_000_000 log;
        margin: Ratio in percent, "m", "share of more revenue that stays as profit",
            between 0 and 100 "it is a share of the revenue", default 30, range 0..=100;
        far: Ratio in percent, "f", "share of the revenue from users whom the edge is nearer to",
            between 0 and 100 "it is a share of the revenue", default 50, range 0..=100;
        sensitivity: Ratio in percent, "s", "revenue gained for 100 ms less",
            at_least 0 "faster pages are not worse", default 0.2, range 0..=5;
        rtt_origin: Time in ms, "RTT_o", "their round trip to the origin",
            at_least 0 "an answer cannot arrive before the question", default 120, range 0..=500;
        rtt_edge: Time in ms, "RTT_e", "their round trip to the edge",
            at_least 0 "an answer cannot arrive before the question", default 20, range 0..=120;
        round_trips: u32, "n", "round trips of a page, handshakes included",
            at_least 1 "a page is asked for", default 3, range 1..=20;
        cached: Ratio in percent, "h", "share of the pages that the edge answers by itself",
            between 0 and 100 "it is a share of the pages", default 80, range 0..=100;
        traffic: DataSize in gb, "D", "data that the edge delivers in a month",
            at_least 0 "an amount of data cannot be negative", default 5_000,
            range 1..=1_000_000 log;
        requests: Count, "Q", "requests to the edge in a month",
            default 50_000_000, range 1_000..=100_000_000_000 log;
        edge_price: DataPrice in usd_per_gb, "e", "price of delivery from the edge",
            at_least 0 "nobody pays you for your traffic", default 0.085, range 0..=0.2;
        origin_price: DataPrice in usd_per_gb, "o", "price of delivery from the origin",
            at_least 0 "nobody pays you for your traffic", default 0.09, range 0..=0.2;
        request_price: Money in usd, "q", "price of a million requests to the edge",
            at_least 0 "nobody pays you for requests", default 1, range 0..=10;
        fixed: MonthlyCost in usd_per_month, "F", "what else the edge costs in a month",
            at_least 0 "nobody pays you for an edge", default 0, range 0..=100_000;
    ) {
        /// A page that is not cached still saves its handshakes: the edge keeps a
        /// connection to the origin open.
        saved: Time in ms, r"\Delta t", "time saved for a page"
            = (round_trips - (1 - cached)) * (rtt_origin - rtt_edge);
        result value_of_ms: MonthlyCost in usd_per_month, "v", "what one millisecond is worth"
            = revenue * far * margin * sensitivity / 100;
        result gained: MonthlyCost in usd_per_month, "V_t", "what the time saved is worth"
            = value_of_ms * (saved * 1_000);
        delivery: MonthlyCost in usd_per_month, "K_d", "delivery from the edge"
            = traffic / 1e9 * edge_price;
        asked: MonthlyCost in usd_per_month, "K_q", "requests to the edge"
            = requests / 1e6 * request_price;
        /// Negative: the origin does not deliver what the edge delivers. What the edge
        /// fetches from the origin is free between services of one provider.
        spared: MonthlyCost in usd_per_month, "K_o", "delivery from the origin that is spared"
            = -(traffic / 1e9 * origin_price);
        total cost: MonthlyCost in usd_per_month, "K", "cost of the edge"
            = delivery + asked + spared + fixed;
        result cost_of_ms: MonthlyCost in usd_per_month, "k", "what one millisecond costs" = {
            require(saved > 0, rtt_edge, "below the round trip to the origin", "no time is saved");
            cost / (saved * 1_000)
        };
        result net: MonthlyCost in usd_per_month, "V_t-K", "value less cost" = gained - cost;
        result verdict: one_of "pays", "does not pay", "whether the edge pays"
            = if net >= 0 { 0 } else { 1 };
        /// With everything else as it is. 0 when the edge costs nothing more.
        result least_revenue: MonthlyCost in usd_per_month, "V_0",
            "revenue from which on it pays" = {
            let gain = far * margin * sensitivity * saved * 10;
            require(
                gain > 0, sensitivity, "above 0 %, with time saved",
                "time that is worth nothing never pays"
            );
            cost.max(0) / gain
        };
    }
    id: "M002";
    name: "Cost of a millisecond";
    path: "cost::latency_value";
    assumes: "Revenue falls in proportion to the delay. The default sensitivity is the loss of \
              searches that Google measured for a delay of 100 ms; revenue, margin and shares are \
              examples, put in your own. Prices are those of the first step for North America and \
              Europe.";
    fails: "Far from the measured range of 50 to 400 ms, and for other pages than searches: \
            measure the sensitivity with an experiment of your own. Free amounts, and steps of \
            the prices above 10 TB, are left out.";
    source: "Brutlag 2009, Speed Matters for Google Web Search, table 1: 0.20 % fewer searches \
             for 100 ms";
    episode: 1;
    prices: "service_prices of 2024-07-01: CloudFront in North America, $0.085/GB and $0.01 for \
             10,000 HTTPS requests; service_prices of 2024-09-25: us-east-1 to the internet, \
             $0.09/GB";
    plot: rtt_edge => gained, cost;
}
