//! What it costs to carry technical debt.

use lightcone_formula_macros::cost_model;
use lightcone_units::{HourlyPrice, Money, Ratio, Time};

use crate::debt;

cost_model! {
    /// What technical debt costs in a quarter: time lost to it, failures that it causes,
    /// and what goes into paying it back.
    ///
    /// # Examples
    /// ```
    /// use lightcone_cost::tech_debt;
    /// use lightcone_units::prelude::*;
    ///
    /// // Ten engineers who lose 13.5 hours a week.
    /// let sheet = tech_debt();
    /// assert_eq!(sheet.interest()?.to_string(), "$175,500.00");
    /// assert_eq!(sheet.direction()?, "shrinks");
    /// assert_eq!(sheet.repaid(0.percent()).direction()?, "grows");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn tech_debt(
        engineers: u32 in "person", "N", "engineers",
            at_least 1 "somebody works on the code", default 10, range 1..=200;
        drag: Time in hours, "d", "time that each loses to the debt in a week",
            at_least 0 "debt does not give time", default 13.5, range 0..=40;
        week: Time in hours, "t_w", "working time of a week",
            above 0 "somebody works", default 41.1, range 20..=60;
        engineer_price: HourlyPrice in usd_per_hour, "w", "what an hour of an engineer costs",
            at_least 0 "nobody works for less than nothing", default 100, range 20..=400;
        principal: Time in hours, "D", "work to pay all of the debt back",
            at_least 0 "a debt that is owed to you is an asset",
            default 4_000, range 0..=50_000;
        repaid: Ratio in percent, "r", "share of the debt that is paid back in a quarter",
            between 0 and 100 "no more than all is paid back", default 8, range 0..=100;
        growth: Ratio in percent, "g", "new debt in a quarter, as a share of the debt",
            at_least 0 "new debt is added or not", default 5, range 0..=50;
        incidents: f64 in "a quarter", "m", "incidents in a quarter that the debt causes",
            at_least 0 "there are some incidents or none", default 3, range 0..=50;
        effort: Time in hours, "e", "work for one incident, with what follows",
            at_least 0 "work takes time", default 6, range 0..=100;
    ) {
        /// Thirteen weeks.
        lost: f64 in "hour", "h", "working hours lost in a quarter"
            = engineers * 13 * drag / 3_600;
        result interest: Money in usd, "I", "price of the time lost in a quarter"
            = lost * engineer_price;
        failures: Money in usd, "F", "work for incidents that the debt causes"
            = incidents * (effort / 3_600) * engineer_price;
        owed: Money in usd, "D_0", "price of paying all of the debt back"
            = principal / 3_600 * engineer_price;
        repayment: Money in usd, "R", "paying back in the quarter" = owed * repaid;
        total cost: Money in usd, "K", "cost of the debt in a quarter"
            = interest + failures + repayment;
        result share: Ratio in percent, "s", "share of the working time that is lost" = {
            require(drag <= week, drag, "at most the working time", "nobody loses more than all");
            drag / week
        };
        result direction: one_of "shrinks", "stays", "grows", "what becomes of the debt"
            = if growth > repaid { 2 } else if growth == repaid { 1 } else { 0 };
        /// If the time lost is in proportion to the debt.
        result year_ahead: Money in usd, "I_4", "price of the time lost in a quarter a year later"
            = debt::compound(interest, growth - repaid, 4);
        result payback: f64 in "quarter", "t^*", "quarters until paying all back has paid" = {
            require(
                interest + failures > 0, drag, "above 0, or with incidents",
                "a debt without interest need not be paid back"
            );
            owed / (interest + failures)
        };
    }
    id: "M005";
    name: "Technical-debt carrying cost";
    path: "cost::tech_debt";
    assumes: "Time lost is time paid, and the debt can be put into hours of work. How large it is, \
              how it grows and what it breaks are estimates of the team; the defaults are examples. \
              Only the hours a week have a source, and they are what people said in a survey.";
    fails: "As a forecast: a rate of interest on code is an estimate. And where debt costs chances \
            rather than hours.";
    source: "Stripe and Harris Poll 2018, The Developer Coefficient (13.5 of 41.1 hours a week go \
             into technical debt); the metaphor is Cunningham 1992, OOPSLA experience report";
    episode: 3;
    prices: "engineer: $144,570 a year is the mean wage of US software developers (Bureau of Labor \
             Statistics, May 2024), $69.50 for each of 2,080 hours; wages are about 70 % of what \
             employers pay (the same, December 2019), so about $100";
    plot: drag => cost, interest;
}
