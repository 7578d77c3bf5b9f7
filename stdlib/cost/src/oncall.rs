//! What being on call costs, and what automation makes of it.

use lightcone_formula_macros::cost_model;
use lightcone_units::{HourlyPrice, Money, MonthlyCost, Ratio, Time};

cost_model! {
    /// What an on-call rotation costs in a month when automation takes a part of the
    /// incidents, against the same rotation without it.
    ///
    /// # Examples
    /// ```
    /// use lightcone_cost::oncall;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = oncall().incidents(20.0).effort(6.hours()).removed(40.percent());
    /// assert_eq!(sheet.interrupts()?.to_string(), "$12,000.00 a month");
    /// assert_eq!(sheet.saved()?.to_string(), "$4,800.00 a month");
    /// assert_eq!(sheet.verdict()?, "pays");
    /// assert_eq!(sheet.removed(15.percent()).verdict()?, "does not pay");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn oncall(
        people: u32 in "person", "N", "people in the rotation",
            at_least 1 "somebody is on call", default 8, range 1..=30;
        roles: u32, "r", "roles that are on call at the same time",
            at_least 1 "a rotation has something to do", default 2, range 1..=6;
        stipend: Money in usd, "p", "paid to a person for a week on call",
            at_least 0 "nobody pays for being on call", default 500, range 0..=3_000;
        incidents: f64 in "a month", "m", "incidents in a month",
            at_least 0 "there are some incidents or none", default 20, range 0..=200;
        effort: Time in hours, "e", "work for one incident, with what follows",
            at_least 0 "work takes time", default 6, range 0..=24;
        engineer_price: HourlyPrice in usd_per_hour, "w", "what an hour of an engineer costs",
            at_least 0 "nobody works for less than nothing", default 100, range 20..=400;
        leaving: Ratio in percent, "l", "share of them that leave in a year because of on-call",
            between 0 and 100 "no more than all leave", default 2, range 0..=30;
        salary: Money in usd, "y", "salary of an engineer in a year",
            at_least 0 "nobody works for less than nothing",
            default 144_570, range 20_000..=500_000;
        replacing: Ratio in percent, "c", "cost of replacing one, as a share of the salary",
            at_least 0 "a loss of people is no gain", default 50, range 0..=200;
        removed: Ratio in percent, "a", "share of the incidents that automation removes",
            between 0 and 100 "it is a share of the incidents", default 40, range 0..=100;
        build: Time in hours, "B", "time to build the automation",
            at_least 0 "building cannot take negative time", default 300, range 0..=5_000;
        life: f64, "L", "months that it is used",
            above 0 "what is never used is never paid back", default 24, range 1..=60;
        upkeep: Time in hours, "u", "upkeep of the automation in a month",
            at_least 0 "upkeep cannot be negative", default 8, range 0..=100;
        const month: Time::MONTH in hours, "T", "a month", "730";
        const week: WEEK in days, "T_w", "a week", "7";
    ) {
        stipends: MonthlyCost in usd_per_month, "K_p", "stipends"
            = roles * stipend * month / week;
        interrupts: MonthlyCost in usd_per_month, "K_e", "work for incidents"
            = incidents * (effort / 3_600) * engineer_price;
        attrition: MonthlyCost in usd_per_month, "K_l", "replacing those who leave"
            = people * leaving * salary * replacing / 12;
        result manual: MonthlyCost in usd_per_month, "K_0", "on-call without automation"
            = stipends + interrupts + attrition;
        /// Stipends and attrition stay: nobody knows by how much fewer incidents lower them.
        saved: MonthlyCost in usd_per_month, "S", "work that automation saves"
            = interrupts * removed;
        building: MonthlyCost in usd_per_month, "K_B", "building it, spread over its life"
            = build / 3_600 * engineer_price / life;
        keeping: MonthlyCost in usd_per_month, "K_u", "upkeep of the automation"
            = upkeep / 3_600 * engineer_price;
        total cost: MonthlyCost in usd_per_month, "K", "on-call with automation"
            = manual - saved + building + keeping;
        result net: MonthlyCost in usd_per_month, "K_0-K", "won by automation" = manual - cost;
        result payback: f64 in "month", "t^*", "months until the automation has paid back" = {
            require(
                saved > keeping, removed, "large enough to save more than the upkeep",
                "otherwise it never pays back"
            );
            build / 3_600 * engineer_price / (saved - keeping)
        };
        result verdict: one_of "pays", "does not pay", "whether automation pays over its life"
            = if net >= 0 { 0 } else { 1 };
        /// A full-time engineer works 2,080 hours a year.
        result busy: Ratio in percent, "b", "share of the working time that incidents take"
            = incidents * (effort / 3_600) * (1 - removed) / (people * 2_080 / 12);
    }
    id: "M004";
    name: "On-call cost against automation";
    path: "cost::oncall";
    assumes: "An hour on an incident is an hour at the full price, day or night. Who leaves because \
              of on-call is an estimate: no study gives a general share. Numbers of people, incidents \
              and hours of the automation are examples, put in your own.";
    fails: "When the worth of automation is in shorter outages rather than in time: add what an \
            outage costs.";
    source: "Beyer et al. 2016, Site Reliability Engineering, chapter 11 (six hours of work for an \
             incident) and chapter 5 (toil)";
    episode: 3;
    prices: "engineer: $144,570 a year is the mean wage of US software developers (Bureau of Labor \
             Statistics, May 2024), $69.50 for each of 2,080 hours; wages are about 70 % of what \
             employers pay (the same, December 2019), so about $100. Replacing somebody: half to \
             twice a year's salary (Gallup 2019), here the low end. Stipend: Monzo's published rate \
             of 500 pounds a week, taken as dollars; about half of those on call get none (survey of \
             314 people, January 2019)";
    plot: incidents => manual, cost;
}

/// Seven days.
const WEEK: Time = Time::from_days(7.0);
