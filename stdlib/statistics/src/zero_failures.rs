//! What trials without a failure show.

use lightcone_formula_macros::formula;
use lightcone_units::Probability;

formula! {
    /// How often something may still fail after trials in which it never did: the upper
    /// end of the 95 % interval.
    ///
    /// The exact bound is computed; three over n is close to it from 30 trials on.
    ///
    /// # Example
    /// ```
    /// use lightcone_statistics::rule_of_three;
    ///
    /// // A hundred good runs still allow about 3 failures in a hundred.
    /// assert_eq!(rule_of_three(100)?.to_string(), "2.95 %");
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn rule_of_three(
        trials: u64, "n", "trials without a failure",
            at_least 1 "without a trial nothing is known", default 100, range 1..=10_000 log;
    ) -> Probability in percent, "p_{95}", "largest failure probability at 95 % confidence", "0 to 1" {
        -(0.05.ln() / trials).exp_m1()
    }
    id: "F021";
    name: "Rule of three for zero-failure experiments";
    path: "stats::rule_of_three";
    latex: r"p_{95} = 1-0.05^{1/n} \approx 3/n";
    spoken: "with 95 percent confidence the failure probability is at most one minus 0.05 to the \
             power of one over n, about three over n";
    assumes: "The trials are independent and like the conditions of interest.";
    fails: "When the trials leave out what would fail: the bound says nothing of other conditions.";
    source: "Hanley and Lippman-Hand 1983, JAMA 249(13)";
    episode: 2;
}
