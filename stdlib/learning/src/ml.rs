//! Models that are trained, watched and fed with their own results.

use lightcone_formula_macros::formula;
use lightcone_units::{DataSize, DomainError, Probability, argument, result};

formula! {
    /// One weight of a model, averaged over the clients that trained it.
    ///
    /// A model is many weights; each of them is averaged in the same way.
    ///
    /// # Examples
    /// ```
    /// use lightcone_learning::ml::fedavg;
    /// // The client with three times the samples has three times the say.
    /// assert_eq!(fedavg(&[100, 300], &[1.0, 2.0])?, 1.75);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    ///
    /// # See also
    /// [`fedavg_traffic`] for the bytes of a round.
    pub fn fedavg(
        samples: [u64], "n_k", "samples of client k", default [100, 300], range 0..=10_000;
        weights: [f64], "w_k", "weight as client k trained it", default [1, 2], range -10..=10;
        where "n": "samples of all clients", "1", "above 0";
        where "K": "clients", "1", "at least 1";
        where "M": "size of the model", "B", "at least 0";
    ) -> f64, "w", "averaged weight", "between the smallest and the largest" {
        let total = sum(samples);
        require(
            total > 0,
            samples, "such that some client has samples", "without samples nothing was trained"
        );
        sum_of_products(samples, weights) / total
    }
    id: "F041";
    name: "Federated averaging";
    path: "ml::fedavg";
    latex: r"w=\sum_k\frac{n_k}{n}w_k,\ bytes=2KM";
    spoken: "the new weight is the sum of the clients' weights, each times its share of the \
             samples; a round moves twice the clients times the size of the model";
    assumes: "All clients began the round with the same model, and all that were asked answer.";
    fails: "When clients hold very different data, or when one of them lies: the average follows a \
            large wrong weight without limit.";
    source: "McMahan, Moore, Ramage, Hampson and Aguera y Arcas 2017, AISTATS, algorithm 1";
    episode: 5;
}

/// The data that one round of federated averaging moves: the model goes to each client
/// and comes back, 2 K M.
///
/// # Errors
/// [`DomainError`] for a model of negative size, and for sizes beyond the range of
/// `f64`.
///
/// ```
/// use lightcone_learning::ml::fedavg_traffic;
/// use lightcone_units::prelude::*;
/// assert_eq!(fedavg_traffic(100, 20.mb())?, 4.gb());
/// # Ok::<(), DomainError>(())
/// ```
pub fn fedavg_traffic(clients: u64, model: DataSize) -> Result<DataSize, DomainError> {
    let model = argument("model", model)
        .at_least(DataSize::ZERO, "an amount of data cannot be negative")?;
    result("data of a round", model * (2.0 * clients as f64))
}

formula! {
    /// How far a distribution has moved from the one that a model was made for.
    ///
    /// By custom an index below 0.1 is no change to speak of, and one above 0.25 is a
    /// large one.
    pub fn psi(
        actual: [f64], "a_i", "share of bin i now",
            above 0 up_to 1 "an empty bin makes the index infinite, so merge it with another",
            default [0.2, 0.8], range 0.001..=1 log;
        expected: [f64], "e_i", "share of bin i when the model was made",
            above 0 up_to 1 "an empty bin makes the index infinite, so merge it with another",
            default [0.5, 0.5], range 0.001..=1 log;
    ) -> f64, "PSI", "population stability index", "at least 0" {
        require(
            (sum(actual) - 1).abs() <= 1e-9,
            actual, "shares that add up to 1", "each observation is in one bin"
        );
        require(
            (sum(expected) - 1).abs() <= 1e-9,
            expected, "shares that add up to 1", "each observation is in one bin"
        );
        let mut index = 0;
        for bin in 0..count(actual) {
            index += (actual[bin] - expected[bin]) * (actual[bin] / expected[bin]).ln();
        }
        index
    }
    id: "F042";
    name: "Population stability index";
    path: "ml::psi";
    latex: r"PSI=\sum_i(a_i-e_i)\ln\frac{a_i}{e_i}";
    spoken: "the index is the sum over the bins of the difference of the two shares times the \
             logarithm of their ratio";
    assumes: "Both distributions are cut into the same bins.";
    fails: "With few observations: then chance alone moves the shares, by about the number of bins \
            over the number of observations.";
    source: "Siddiqi 2006, Credit Risk Scorecards; the sum is the divergence of Jeffreys 1946";
    episode: 5;
    example: (&[0.2, 0.8], &[0.5, 0.5]) => "0.416";
}

formula! {
    /// How much a loop makes of a push, when its output is fed back to its input.
    ///
    /// A recommender that learns from what it showed is such a loop: each view brings
    /// `loop_gain` more views.
    pub fn feedback_gain(
        loop_gain: f64, "g", "what comes back of one unit after one turn of the loop",
            default 0.8, range -0.9..=0.99;
    ) -> f64, "G", "gain with the loop closed", "above 0" {
        require(
            loop_gain < 1,
            loop_gain, "below 1", "from 1 on each turn brings back all or more, without end"
        );
        1 / (1 - loop_gain)
    }
    id: "F043";
    name: "Closed-loop gain";
    path: "ml::feedback_gain";
    latex: r"G=\frac{1}{1-g},\ g<1";
    spoken: "the closed-loop gain is one over one minus the loop gain, which is below one";
    assumes: "The loop is linear and has settled; a negative gain damps, a positive one amplifies.";
    fails: "At -1 and below in a loop that answers a turn later: it swings more and more and never \
            settles. And near 1, where a small change of the loop gain changes everything.";
    source: "Black 1934, Bell System Technical Journal 13(1); Astrom and Murray 2008, Feedback \
             Systems";
    episode: 5;
    example: (0.8) => "5";
}

formula! {
    /// Precision and recall in one number, of which recall counts beta times as much.
    pub fn f_beta(
        precision: Probability in percent, "P", "share of the alarms that are right",
            default 50, range 0..=100;
        recall: Probability in percent, "R", "share of the cases that are found",
            default 100, range 0..=100;
        beta: f64, r"\beta", "how many times as much recall counts",
            at_least 0 "it does not count less than nothing", default 1, range 0..=5;
    ) -> f64, r"F_\beta", "F-beta score", "0 to 1" {
        if precision * recall == 0 {
            // With neither of them the fraction has no value, but the limit is 0.
            return if beta == 0 { precision } else { 0 };
        }
        let recall_weight = beta * beta / (1 + beta * beta);
        1 / ((1 - recall_weight) / precision + recall_weight / recall)
    }
    id: "F044";
    name: "F-beta";
    path: "ml::f_beta";
    latex: r"F_\beta=\frac{(1+\beta^2)PR}{\beta^2P+R}";
    spoken: "F-beta is one plus beta squared, times precision times recall, over beta squared times \
             precision plus recall";
    assumes: "Both shares were counted on the same cases.";
    fails: "To compare models on data with different shares of cases: precision depends on that \
            share. And it says nothing about the cases that were rightly left alone.";
    source: "van Rijsbergen 1979, Information Retrieval, chapter 7";
    episode: 5;
    example: (50.percent().probability()?, Probability::ALWAYS, 1.0) => "0.667";
}
