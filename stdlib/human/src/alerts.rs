//! Alerts: whether they are right, and whether there are too many.

use lightcone_formula_macros::formula;
use lightcone_units::Probability;

formula! {
    /// The probability that a shift brings more incidents than one person can handle.
    ///
    /// The tail is added up from its large end in a form that neither cancels nor
    /// overflows, so one in 10^30 is as exact as one in two.
    pub fn pager_overload_probability(
        incidents: f64, r"\lambda", "mean number of incidents in a shift",
            between 0 and 100_000 "more than that is no number of incidents",
            default 1.5, range 0..=20;
        limit: u32, "k", "incidents that one shift can handle",
            between 0 and 100_000 "nobody handles more", default 2, range 0..=20;
    ) -> Probability in percent, "P(N>k)", "probability of an overloaded shift", "0 to 1" {
        if incidents == 0 {
            return 0;
        }
        let mut total = 0;
        if limit + 1 > incidents {
            // Above the mean the tail is small: add it up from k + 1.
            let mut number = limit + 1;
            let mut term =
                (number * incidents.ln() - incidents - ln_gamma(number + 1)).exp();
            for step in 0..1_000_000 {
                total += term;
                number += 1;
                term *= incidents / number;
                if term <= total * 1e-18 {
                    break;
                }
            }
            return total.min(1);
        }
        // Below it the rest is small: add it up from k down.
        let mut term = (limit * incidents.ln() - incidents - ln_gamma(limit + 1)).exp();
        let mut number = limit;
        for step in 0..=limit {
            total += term;
            term *= number / incidents;
            number -= 1;
            if term <= total * 1e-18 {
                break;
            }
        }
        (1 - total).max(0)
    }
    id: "F025";
    name: "Pager overload probability";
    path: "human::pager_overload_probability";
    latex: r"P(N>k)=1-\sum_{i=0}^{k}\frac{\lambda^i e^{-\lambda}}{i!}";
    spoken: "the probability of more than k incidents is one minus the sum of the Poisson \
             probabilities of zero to k";
    assumes: "Incidents come independently and at the same rate all the time.";
    fails: "When one failure sets off many alerts: such bursts make overloaded shifts far more \
            likely.";
    source: "Poisson 1837; the limit of two incidents a shift is from Beyer et al. 2016, Site \
             Reliability Engineering, chapter 11";
    episode: 3;
    example: (1.5, 2) => "19.1 %";
}

formula! {
    /// The share of alerts that are right.
    pub fn alert_precision(
        prevalence: Probability in percent, r"\pi", "share of checks at which something is wrong",
            default 0.1, range 0.000_1..=50 log;
        true_positives: Probability in percent, "TPR", "share of real problems that alert",
            default 99, range 0..=100;
        false_positives: Probability in percent, "FPR", "share of good checks that alert",
            default 1, range 0..=20;
    ) -> Probability in percent, "PPV", "share of alerts that are right", "0 to 1" {
        let right = prevalence * true_positives;
        let wrong = (1 - prevalence) * false_positives;
        require(
            right + wrong > 0,
            true_positives, "such that there are alerts", "without alerts none of them is right"
        );
        right / (right + wrong)
    }
    id: "F026";
    name: "Alert precision (PPV)";
    path: "human::alert_precision";
    latex: r"PPV=\frac{\pi\,TPR}{\pi\,TPR+(1-\pi)FPR}";
    spoken: "the precision is the rate of right alerts over the rate of all alerts";
    assumes: "Every check is one trial, and the rates are the same at all of them.";
    fails: "When alerts repeat for the same problem: then count problems, not checks.";
    source: "Bayes' theorem; Axelsson 2000, The Base-Rate Fallacy and the Difficulty of Intrusion \
             Detection";
    episode: 3;
    example: (
        Probability::new(2e-5)?, Probability::ALWAYS, Probability::new(1e-5)?
    ) => "66.7 %";
}
