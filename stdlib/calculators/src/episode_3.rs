//! Calculators of episode 3: on-call, alerts, repair and toil.

use lightcone_formula_macros::calculator;
use lightcone_human as human;
use lightcone_units::{Availability, Probability, Ratio, Time};

calculator! {
    /// How many people an on-call rotation needs, and how often a shift is too much for
    /// one person.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::oncall_rotation;
    /// // A primary and a secondary, a quarter of the time at most, on one site or on two.
    /// assert_eq!(oncall_rotation().engineers()?, 8);
    /// assert_eq!(oncall_rotation().sites(2).engineers()?, 12);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn oncall_rotation(
        roles: u32, "r", "roles that are on call at the same time",
            at_least 1 "a rotation has something to do", default 2, range 1..=6;
        share: Ratio in percent, "f", "largest share of time one person is on call",
            above 0 up_to 100 "somebody has to be on call, and nobody can be more than always",
            default 25, range 5..=100;
        sites: u32, "s", "sites that follow the sun, each for its part of the day",
            between 1 and 24 "the day has 24 hours", default 1, range 1..=4;
        smallest: u32 in "person", "N_0", "smallest team that a site should have",
            at_least 1 "a site without people takes no shifts", default 6, range 1..=12;
        shift: Time in hours, "t", "length of a shift",
            above 0 "a shift takes some time", default 12, range 4..=168;
        incidents: f64, r"\lambda", "mean number of incidents in a shift",
            between 0 and 100_000 "more than that is no number of incidents",
            default 1, range 0..=10;
        limit: u32, "k", "incidents that one shift can handle",
            between 0 and 100_000 "nobody handles more", default 2, range 0..=10;
        const month: Time::MONTH in hours, "T", "a month", "730";
    ) {
        /// A site covers only its part of the day, so that a person's share of the time
        /// is smaller.
        by_share: u64 in "person", "N_f", "people a site needs because of the share"
            = human::oncall_min_engineers(roles, (share * sites).min(1));
        result per_site: u64 in "person", "N_s", "people on each site"
            = by_share.max(smallest);
        result engineers: u64 in "person", "N", "people in the rotation" = per_site * sites;
        result on_call: Ratio in percent, "f_N", "share of time that a person is on call"
            = roles / engineers;
        shifts: f64 in "shift", "m", "shifts in a month" = month / shift;
        result overload: Probability in percent, "P(N>k)", "probability of an overloaded shift"
            = human::pager_overload_probability(incidents, limit);
        result overloaded: f64 in "shift", "m_k", "overloaded shifts in a month"
            = overload * shifts;
        result each: f64 in "incident", "n", "incidents in a month for each person"
            = incidents * shifts / engineers;
    }
    id: "C010";
    name: "On-call rotation sizer";
    path: "calc::oncall_rotation";
    assumes: "Everybody can take every role, and incidents come independently at the same rate \
              all day.";
    fails: "As a plan for leave and illness: they come on top. And when one failure sets off many \
            alerts, which makes overloaded shifts far more likely.";
    source: "Beyer et al. 2016, Site Reliability Engineering, chapter 11: a quarter of the time at \
             most, eight people on one site, six on each of two, two incidents a shift of 12 hours";
    episode: 3;
    plot: incidents => overload;
}

calculator! {
    /// How many alerts are right, and how many false ones wake somebody every week.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::alert_precision;
    /// // Nine in ten alerts are false, although the check is right 99 % of the time.
    /// assert_eq!(alert_precision().precision()?.to_string(), "9.02 %");
    /// assert_eq!(format!("{:.1}", alert_precision().false_alerts()?), "100.7");
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn alert_precision(
        prevalence: Probability in percent, r"\pi", "share of checks at which something is wrong",
            default 0.1, range 0.000_1..=50 log;
        true_positives: Probability in percent, "TPR", "share of real problems that alert",
            default 99, range 0..=100;
        false_positives: Probability in percent, "FPR", "share of good checks that alert",
            default 1, range 0..=20;
        every: Time in minutes, "t", "time from one check to the next",
            above 0 "checks do not come all at once", default 1, range 0.1..=60 log;
        handling: Time in minutes, "t_h", "time that an alert costs",
            at_least 0 "an alert cannot give time back", default 15, range 0..=120;
        const week: WEEK in days, "T", "a week", "7";
        const hour: HOUR in hours, "T_h", "an hour", "1";
    ) {
        checks: f64 in "check", "c", "checks in a week" = week / every;
        result precision: Probability in percent, "PPV", "share of alerts that are right"
            = human::alert_precision(prevalence, true_positives, false_positives);
        result right_alerts: f64 in "alert", "a_1", "right alerts in a week"
            = checks * prevalence * true_positives;
        result false_alerts: f64 in "alert", "a_0", "false alerts in a week"
            = checks * (1 - prevalence) * false_positives;
        result missed: f64 in "check", "m", "checks in a week that miss a problem"
            = checks * prevalence * (1 - true_positives);
        result wasted: f64 in "hour", "t_0", "working hours that false alerts cost in a week"
            = false_alerts * handling / hour;
        /// With it, half of the alerts would be right.
        result fair_rate: Probability in percent, "FPR_{1/2}",
            "share of good checks that may alert so that every second alert is right"
            = {
                require(
                    prevalence < 1,
                    prevalence, "below 100 %", "otherwise no check is a good one"
                );
                (prevalence * true_positives / (1 - prevalence)).min(1)
            };
    }
    id: "C011";
    name: "Alert precision";
    path: "calc::alert_precision";
    assumes: "Each check is one trial, the rates are the same at all of them, and each alerts by \
              itself.";
    fails: "When alerts repeat for the same problem: then count problems, not checks.";
    source: "Bayes' theorem; Axelsson 2000, The Base-Rate Fallacy and the Difficulty of Intrusion \
             Detection";
    episode: 3;
    plot: false_positives => precision;
}

/// Seven days.
const WEEK: Time = Time::from_days(7.0);

calculator! {
    /// What each phase of a repair costs of the error budget, and what a faster one gives
    /// back.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::mttr_whatif;
    /// use lightcone_units::prelude::*;
    /// // Two incidents of an hour use the 43.2 minutes that 99.9 % leaves nearly three times.
    /// assert_eq!(mttr_whatif().used()?.to_string(), "278 %");
    /// assert_eq!(mttr_whatif().longest()?, "diagnose");
    /// // A diagnosis in ten minutes does not bring it under the budget, one incident does.
    /// assert_eq!(mttr_whatif().diagnose(10.minutes()).used()?.to_string(), "185 %");
    /// assert!(mttr_whatif().diagnose(10.minutes()).incidents(1.0).used()? < 100.percent());
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn mttr_whatif(
        detect: Time in minutes, "t_{detect}", "until somebody or something notices",
            at_least 0 "a phase cannot take negative time", default 5, range 0..=240;
        acknowledge: Time in minutes, "t_{ack}", "until a person takes it on",
            at_least 0 "a phase cannot take negative time", default 5, range 0..=240;
        diagnose: Time in minutes, "t_{diag}", "until the cause is known",
            at_least 0 "a phase cannot take negative time", default 30, range 0..=240;
        fix: Time in minutes, "t_{fix}", "until the fix is in place",
            at_least 0 "a phase cannot take negative time", default 15, range 0..=240;
        verify: Time in minutes, "t_{verify}", "until it is known to work",
            at_least 0 "a phase cannot take negative time", default 5, range 0..=240;
        incidents: f64, "m", "incidents in the window",
            at_least 0 "there are some incidents or none", default 2, range 0..=20;
        hit: Ratio in percent, "h", "share of the requests that fail in an incident",
            between 0 and 100 "no more than all requests fail", default 100, range 0..=100;
        slo: Availability in percent, "A", "objective", default 99.9, range 99..=99.999;
        window: Time in days, "T", "window of the objective",
            above 0 "an objective holds for some time", default 30, range 1..=365;
    ) {
        result mttr: Time in minutes, "MTTR", "mean time to repair"
            = human::mttr_breakdown(detect, acknowledge, diagnose, fix, verify);
        /// An incident that hits half of the requests counts half.
        result downtime: Time in minutes, "D", "downtime in the window" = mttr * incidents * hit;
        budget: Time in minutes, "B", "error budget of the window" = slo_down * window;
        result used: Ratio in percent, "u", "share of the error budget used"
            = {
                require(
                    budget > 0,
                    slo, "below 100 %", "an objective of 100 % leaves no error budget"
                );
                downtime / budget
            };
        result availability: Availability(down) in percent, "A_1", "availability of the window"
            = {
                require(
                    downtime <= window, incidents, "few enough to fit into the window",
                    "nothing is down longer than always"
                );
                downtime / window
            };
        result affordable: f64 in "incident", "m_1", "incidents of this kind that the budget pays"
            = {
                require(
                    hit * mttr > 0,
                    hit, "such that an incident costs something", "otherwise any number is free"
                );
                budget / (hit * mttr)
            };
        most: Time in minutes, "t_{max}", "time of the longest phase"
            = detect.max(acknowledge).max(diagnose).max(fix).max(verify);
        result longest: one_of "detect", "acknowledge", "diagnose", "fix", "verify",
            "the longest phase"
            = if detect == most {
                0
            } else if acknowledge == most {
                1
            } else if diagnose == most {
                2
            } else if fix == most {
                3
            } else {
                4
            };
        result won: Ratio in percent, r"\Delta u",
            "error budget won by halving the longest phase"
            = used * if mttr > 0 { most / mttr } else { 0 } / 2;
    }
    id: "C012";
    name: "MTTR what-if";
    path: "calc::mttr_whatif";
    assumes: "The phases follow one another, the times are means over the same incidents, and \
              requests come evenly.";
    fails: "When phases overlap, when a fix helps before it is verified, or when a few long \
            incidents make the mean say little.";
    source: "Limoncelli, Chalup and Hogan 2014, The Practice of Cloud System Administration; error \
             budgets as in Beyer et al. 2016, Site Reliability Engineering, chapter 3";
    episode: 3;
    plot: diagnose => used;
}

calculator! {
    /// On which date an automation has paid back the time that it took to build.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::toil_payback;
    /// use lightcone_units::prelude::*;
    /// let plan = toil_payback();
    /// assert_eq!(plan.break_even()?, 49.days());
    /// assert_eq!((plan.day()?, plan.month()?, plan.year()?), (19, "February", 2026));
    /// // With nothing saved after upkeep there is no such date.
    /// assert!(toil_payback().occurrences(2.0).break_even().is_err());
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn toil_payback(
        build: Time in hours, "B", "time to build it",
            at_least 0 "building cannot take negative time", default 40, range 0..=500;
        pace: Time in hours, "p", "time a week that goes into building it",
            above 0 "otherwise it is never built", default 20, range 1..=80;
        occurrences: f64 in "a week", "m", "how often the task comes up in a week",
            at_least 0 "a task comes up never or sometimes", default 20, range 0..=200;
        saved: Time in minutes, "s", "time saved each time",
            at_least 0 "an automation that costs time each time is none",
            default 30, range 0..=240;
        upkeep: Time in hours, "r", "upkeep in a week",
            at_least 0 "upkeep cannot be negative", default 2, range 0..=20;
        start_year: u32 in "CE", "y_0", "year of the start",
            between 1583 and 9999 "earlier years had another calendar",
            default 2026, range 2020..=2040;
        start_month: u32, "m_0", "month of the start",
            between 1 and 12 "a year has twelve months", default 1, range 1..=12;
        start_day: u32, "d_0", "day of the start",
            between 1 and 31 "no month has more days", default 1, range 1..=31;
        const week: WEEK in days, "T", "a week", "7";
        const day_length: DAY in hours, "T_d", "a day", "24";
        const hour: HOUR in hours, "T_h", "an hour", "1";
    ) {
        result gain: f64 in "hour", "g", "working hours gained in a week once it runs"
            = (occurrences * saved - upkeep) / hour;
        building: Time in days, "t_B", "time until it is built" = build / pace * week;
        payback: f64 in "week", "t^*", "weeks of running until it has paid back"
            = human::automation_payback(build, occurrences, saved, upkeep);
        result break_even: Time in days, "t", "from the start until it has paid back"
            = building + payback * week;
        result first_year: f64 in "hour", "g_1",
            "working hours won in the first 52 weeks, less the building"
            = gain * (52 - building / week).max(0) - build.min(52 * pace) / hour;
        /// Counted from 1 March of the year 0, so that leap days come last in a year.
        begins: f64 in "day", "n_0", "number of the day of the start"
            = {
                let leap = start_year / 4 == (start_year / 4).floor()
                    && (start_year / 100 != (start_year / 100).floor()
                        || start_year / 400 == (start_year / 400).floor());
                let longest = if start_month == 2 {
                    if leap { 29 } else { 28 }
                } else if start_month == 4 || start_month == 6 || start_month == 9 || start_month == 11 {
                    30
                } else {
                    31
                };
                require(
                    start_day <= longest,
                    start_day, "a day of that month", "the start is a date of the calendar"
                );
                let early = start_month <= 2;
                let whole_years = start_year - if early { 1 } else { 0 };
                let months = start_month - 3 + if early { 12 } else { 0 };
                365 * whole_years + (whole_years / 4).floor() - (whole_years / 100).floor()
                    + (whole_years / 400).floor()
                    + ((153 * months + 2) / 5).floor()
                    + start_day
                    - 1
            };
        ends: f64 in "day", "n", "number of the day that it has paid back"
            = begins + (break_even / day_length).ceil();
        march_year: f64 in "CE", "y_3", "year that day is in, when years begin in March"
            = {
                // 400 years always have as many days, 146,097.
                let cycles = (ends / 146_097).floor();
                let rest = ends - cycles * 146_097;
                400 * cycles
                    + ((rest - (rest / 1_460).floor() + (rest / 36_524).floor()
                        - (rest / 146_096).floor())
                        / 365)
                        .floor()
            };
        march_day: f64 in "day", "d_3", "days since 1 March of that year"
            = ends
                - (365 * march_year + (march_year / 4).floor() - (march_year / 100).floor()
                    + (march_year / 400).floor());
        march_month: f64 in "month", "m_3", "months since March of that year"
            = ((5 * march_day + 2) / 153).floor();
        result year: u32 in "CE", "y", "year of the break-even"
            = march_year + if march_month >= 10 { 1 } else { 0 };
        result month: one_of "January", "February", "March", "April", "May", "June", "July",
            "August", "September", "October", "November", "December", "month of the break-even"
            = if march_month >= 10 { march_month - 10 } else { march_month + 2 };
        result day: u32, "d", "day of the break-even"
            = march_day - ((153 * march_month + 2) / 5).floor() + 1;
    }
    id: "C013";
    name: "Toil payback";
    path: "calc::toil_payback";
    assumes: "The task comes up as often as before, an hour is an hour for everybody, and the \
              automation saves nothing before it is built.";
    fails: "When the gain is in fewer mistakes rather than in time.";
    source: "Arithmetic; toil as in Beyer et al. 2016, Site Reliability Engineering, chapter 5; the \
             Gregorian calendar";
    episode: 3;
    plot: occurrences => break_even;
}

/// 24 hours.
const DAY: Time = Time::from_days(1.0);

/// 60 minutes.
const HOUR: Time = Time::from_hours(1.0);
