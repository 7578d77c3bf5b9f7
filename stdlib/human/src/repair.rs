//! Time: that of a repair, and that which automation gives back.

use lightcone_formula_macros::formula;
use lightcone_units::Time;

formula! {
    /// The time to repair as the sum of its phases.
    pub fn mttr_breakdown(
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
    ) -> Time in minutes, "MTTR", "mean time to repair", "at least 0" {
        detect + acknowledge + diagnose + fix + verify
    }
    id: "F024";
    name: "MTTR decomposition";
    path: "human::mttr_breakdown";
    latex: r"MTTR = t_{detect}+t_{ack}+t_{diag}+t_{fix}+t_{verify}";
    spoken: "the mean time to repair is the sum of the times to detect, acknowledge, diagnose, fix \
             and verify";
    assumes: "The phases follow one another, and the times are means over the same incidents.";
    fails: "When phases overlap, or when a few long incidents make the mean say little.";
    source: "Limoncelli, Chalup and Hogan 2014, The Practice of Cloud System Administration; \
             Allspaw (terms); ITIL";
    episode: 3;
    example: (5.minutes(), 5.minutes(), 30.minutes(), 15.minutes(), 5.minutes()) => "1 h";
}

formula! {
    /// After how many periods an automation has saved the time it took to build.
    pub fn automation_payback(
        build: Time in hours, "B", "time to build it",
            at_least 0 "building cannot take negative time", default 40, range 0..=1_000;
        occurrences: f64 in "per period", "m", "how often the task comes up in a period",
            at_least 0 "a task comes up never or sometimes", default 20, range 0..=500;
        saved: Time in hours, "s", "time saved each time",
            at_least 0 "an automation that costs time each time is none",
            default 0.5, range 0..=10;
        upkeep: Time in hours, "r", "upkeep in a period",
            at_least 0 "upkeep cannot be negative", default 2, range 0..=50;
    ) -> f64 in "period", "t^*", "periods until it has paid back", "at least 0" {
        let gain = occurrences * saved - upkeep;
        require(
            gain > 0,
            upkeep, "less than the time saved in a period", "otherwise it never pays back"
        );
        build / gain
    }
    id: "F027";
    name: "Automation payback";
    path: "human::automation_payback";
    latex: r"t^*=\frac{B}{m\,s - r}";
    spoken: "the payback time is the time to build, divided by the time saved in a period minus the \
             upkeep";
    assumes: "The task comes up as often as before, and an hour is an hour for everybody.";
    fails: "When the gain is in fewer mistakes rather than in time.";
    source: "Arithmetic; toil as in Beyer et al. 2016, Site Reliability Engineering, chapter 5";
    episode: 3;
    example: (40.hours(), 20.0, 0.5.hours(), 2.hours()) => "5";
}
