//! What a chaos programme costs, and what the outages that it avoids would have cost.

use lightcone_formula_macros::cost_model;
use lightcone_units::{HourlyPrice, Money, Probability, Ratio, Time};

cost_model! {
    /// What experiments in production cost in a year, harm included, against the outages
    /// that they avoid.
    ///
    /// # Examples
    /// ```
    /// use lightcone_cost::chaos_roi;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = chaos_roi()
    ///     .outages(6.0)
    ///     .duration(2.hours())
    ///     .outage_price(20_000.usd_per_hour())
    ///     .prevented(25.percent())
    ///     .shortened(0.percent());
    /// assert_eq!(sheet.before()?.to_string(), "$240,000.00");
    /// assert_eq!(sheet.benefit()?.to_string(), "$60,000.00");
    /// assert_eq!(sheet.cost()?.to_string(), "$50,000.00");
    /// assert_eq!(sheet.roi()?.to_string(), "20 %");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn chaos_roi(
        outages: f64 in "outage", "N", "outages in a year without the programme",
            at_least 0 "there are no negative outages", default 6, range 0..=100;
        duration: Time in hours, "t", "mean duration of an outage",
            at_least 0 "an outage lasts some time", default 2, range 0.1..=48;
        outage_price: HourlyPrice in usd_per_hour, "c", "what an hour of outage costs",
            at_least 0 "an outage earns nothing", default 20_000, range 100..=10_000_000 log;
        prevented: Ratio in percent, "p", "share of the outages that the programme prevents",
            between 0 and 100 "it is a share of the outages", default 25, range 0..=100;
        shortened: Ratio in percent, "r", "how much shorter the other outages become",
            between 0 and 100 "an outage can at most vanish", default 10, range 0..=100;
        experiments: u32, "n", "experiments in a year", default 50, range 0..=1_000;
        effort: Time in hours, "e", "work for one experiment",
            at_least 0 "work takes time", default 6, range 0..=100;
        engineer_price: HourlyPrice in usd_per_hour, "w", "what an hour of an engineer costs",
            at_least 0 "nobody works for less than nothing", default 100, range 20..=400;
        tooling: Money in usd, "F", "tools and their upkeep in a year",
            at_least 0 "nobody pays you for using tools", default 10_000, range 0..=500_000;
        harm: Probability in percent, "h", "that an experiment causes an outage",
            default 4, range 0..=20;
        harm_duration: Time in minutes, "t_h", "how long that outage lasts",
            at_least 0 "an outage lasts some time", default 15, range 0..=240;
    ) {
        result before: Money in usd, "B", "cost of outages in a year without the programme"
            = outages * (duration / 3_600) * outage_price;
        fewer: Money in usd, "B_p", "outages that are prevented" = before * prevented;
        shorter: Money in usd, "B_r", "the others become shorter"
            = before * (1 - prevented) * shortened;
        result benefit: Money in usd, "B_a", "cost of outages that is avoided" = fewer + shorter;
        labour: Money in usd, "K_w", "work for experiments"
            = experiments * (effort / 3_600) * engineer_price;
        /// Outages that experiments cause: an abort condition keeps them short.
        induced: Money in usd, "K_h", "harm that experiments do"
            = experiments * harm * (harm_duration / 3_600) * outage_price;
        total cost: Money in usd, "K", "cost of the programme in a year"
            = labour + tooling + induced;
        result net: Money in usd, "B_a-K", "avoided less spent" = benefit - cost;
        result roi: Ratio in percent, "ROI", "return on investment" = {
            require(cost > 0, experiments, "more than 0, or with tools", "nothing is invested");
            net / cost
        };
        result verdict: one_of "pays", "does not pay", "whether the programme pays"
            = if net >= 0 { 0 } else { 1 };
        /// With everything else as it is.
        result least_prevented: Ratio in percent, "p_0", "share to prevent so that it pays" = {
            require(
                before > 0 && shortened < 1, outages, "above 0, and not all avoided already",
                "then there is nothing to prevent"
            );
            ((cost / before - shortened) / (1 - shortened)).max(0)
        };
    }
    id: "M003";
    name: "Return on a chaos programme";
    path: "cost::chaos_roi";
    assumes: "Outages cost in proportion to their time. How many outages a programme prevents is \
              an estimate: take the outages of the last year and ask which of them an experiment \
              would have shown. All defaults but the price of an engineer are examples, put in \
              your own.";
    fails: "As proof: nobody sees the outage that did not happen. When prevented is above what is \
            needed by little, the answer is no better than the estimate.";
    source: "Tucker, Hochstein, Jones, Rosenthal, Basiri 2018, IEEE Cloud Computing 5(3), The \
             Business Case for Chaos Engineering (outages avoided, cost of the programme, harm \
             that it does)";
    episode: 2;
    prices: "engineer: $144,570 a year is the mean wage of US software developers (Bureau of \
             Labor Statistics, May 2024), $69.50 for each of 2,080 hours; wages are about 70 % of \
             what employers pay (the same, December 2019), so about $100";
    plot: prevented => benefit, cost;
}
