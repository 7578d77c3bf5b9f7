//! What retries do to the load.

use lightcone_formula_macros::formula;
use lightcone_units::{Probability, Ratio};

formula! {
    /// How many calls reach the bottom layer for one call at the top, when every layer
    /// tries again by itself.
    ///
    /// # See also
    /// [`budget_amplification`] for the remedy.
    pub fn layered_amplification(
        attempts: [f64] in "attempt", "a_i", "attempts in layer i, the first one included",
            at_least 1 "a layer that calls at all tries once", default [3, 3, 3], range 1..=10;
    ) -> f64, "A", "calls at the bottom for one at the top", "at least 1" {
        product(attempts)
    }
    id: "F016";
    name: "Layered retry amplification";
    path: "retry::layered_amplification";
    latex: r"A=\prod_{i=1}^{L} a_i";
    spoken: "the amplification is the product of the attempts of all layers";
    assumes: "The bottom layer fails every call, so that every layer uses all its attempts.";
    fails: "When only some calls fail: take the expected attempts of each layer instead.";
    source: "Beyer et al. 2016, Site Reliability Engineering, chapter 22";
    episode: 2;
    example: (&[4.0, 4.0, 4.0]) => "64";
}

formula! {
    /// The mean number of attempts of one call that is tried again until it succeeds or
    /// its retries are used up.
    pub fn expected_attempts(
        failure: Probability in percent, "p", "probability that an attempt fails",
            default 50, range 0..=100;
        retries: u32, "r", "retries after the first attempt", default 2, range 0..=10;
    ) -> f64 in "attempt", "E[N]", "expected attempts", "1 to r + 1" {
        let success = 1 - failure;
        if success == 0 {
            return retries + 1;
        }
        if failure <= 0.5 {
            return (1 - failure.powf(retries + 1)) / success;
        }
        // The same in logarithms: nothing cancels when attempts nearly always fail.
        -((retries + 1) * (-success).ln_1p()).exp_m1() / success
    }
    id: "F017";
    name: "Expected attempts with capped retries";
    path: "retry::expected_attempts";
    latex: r"E[N]=\frac{1-p^{r+1}}{1-p}";
    spoken: "the expected number of attempts is one minus p to the power of r plus one, divided by \
             one minus p";
    assumes: "Attempts fail independently and equally often.";
    fails: "During an outage, where the next attempt fails because the last one did.";
    source: "Mean of the truncated geometric distribution";
    episode: 2;
    example: (Probability::new(0.5)?, 2) => "1.75";
}

formula! {
    /// How much load there can be at most when retries are limited to a share of the
    /// requests.
    pub fn budget_amplification(
        budget: Ratio in percent, "b", "retries allowed for one request",
            at_least 0 "a budget cannot be negative", default 10, range 0..=100;
    ) -> f64, r"\lambda'/\lambda", "load with retries over load without", "at least 1" {
        1 + budget
    }
    id: "F018";
    name: "Retry-budget load bound";
    path: "retry::budget_amplification";
    latex: r"\lambda' \le (1+b)\lambda";
    spoken: "the load with retries is at most one plus the budget times the load without";
    assumes: "Every client keeps to the budget, and nothing below retries once more.";
    fails: "With budgets in several layers: their factors multiply.";
    source: "Beyer et al. 2016, Site Reliability Engineering, chapters 21 and 22";
    episode: 2;
    example: (10.percent()) => "1.1";
}
