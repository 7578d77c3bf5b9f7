//! Bandits: choosing between actions of which nobody knows how good they are.
//!
//! Each action is an arm of a slot machine. Every pull teaches something about one
//! arm and costs what a better arm would have paid.

use std::fmt;
use std::str::FromStr;

use lightcone_formula_macros::formula;
use lightcone_units::{
    DomainError, Kind, Limits, ParseQuantityError, Probability, Scalar, choose, read_choice,
};

formula! {
    /// How good an arm may be: what it paid so far and a bonus for what is not known.
    ///
    /// UCB1 pulls every arm once and then always the arm with the highest index.
    ///
    /// # See also
    /// [`beta_posterior`] for the Bayesian way.
    pub fn ucb1_index(
        mean: f64, r"\bar x_i", "mean reward of the arm so far",
            between 0 and 1 "the bonus is made for rewards from 0 to 1",
            default 0.5, range 0..=1;
        arm_pulls: u64, "n_i", "pulls of this arm",
            at_least 1 "every arm is pulled once first", default 10, range 1..=1_000 log;
        pulls: u64, "n", "pulls of all arms",
            at_least 1 "every arm is pulled once first", default 100, range 1..=10_000 log;
    ) -> f64, "I_i", "index of the arm", "at least the mean" {
        check_between(
            arm_pulls, 1, pulls, "the pulls of one arm are among the pulls of all arms"
        );
        mean + (2 * pulls.ln() / arm_pulls).sqrt()
    }
    id: "F039";
    name: "UCB1 index";
    path: "bandit::ucb1_index";
    latex: r"I_i=\bar x_i+\sqrt{\frac{2\ln n}{n_i}}";
    spoken: "the index of an arm is its mean reward plus the square root of twice the logarithm of \
             all pulls over the pulls of this arm";
    assumes: "Rewards lie between 0 and 1, are independent, and an arm pays the same on average at \
              all times.";
    fails: "When the arms change over time: then old pulls count too much, and a discounted or \
            windowed index is needed.";
    source: "Auer, Cesa-Bianchi and Fischer 2002, Machine Learning 47";
    episode: 5;
    example: (0.5, 10, 100) => "1.46";
}

formula! {
    /// What to expect of an arm after some pulls, from what was believed before.
    ///
    /// The belief before is a beta distribution: as if alpha successes and beta
    /// failures had been seen. Thompson sampling pulls the arm that wins a draw from
    /// the beliefs.
    ///
    /// # See also
    /// [`ucb1_index`] for a way without a belief.
    pub fn beta_posterior(
        alpha: f64, r"\alpha", "successes of the belief before",
            above 0 "a belief without weight is none", default 1, range 0.1..=100 log;
        beta: f64, r"\beta", "failures of the belief before",
            above 0 "a belief without weight is none", default 1, range 0.1..=100 log;
        successes: u64, "s", "pulls that paid", default 7, range 0..=100;
        pulls: u64, "n", "pulls of the arm", default 10, range 0..=100;
    ) -> Probability in percent, r"E[\theta]", "expected share of pulls that pay", "0 to 1" {
        check_between(successes, 0, pulls, "the pulls that paid are among all pulls");
        (alpha + successes) / (alpha + beta + pulls)
    }
    id: "F040";
    name: "Beta posterior";
    path: "bandit::beta_posterior";
    latex: r"E[\theta]=\frac{\alpha+s}{\alpha+\beta+n}";
    spoken: "the expected share is alpha plus the successes, over alpha plus beta plus the pulls";
    assumes: "A pull pays or does not, the pulls are independent, and the arm stays as it is.";
    fails: "When the belief before weighs more than the pulls: then it is the belief that answers.";
    source: "Bayes' rule for the beta distribution; Thompson 1933, Biometrika 25(3/4), who draws \
             from it";
    episode: 5;
    example: (1.0, 1.0, 7, 10) => "66.7 %";
}

/// How the next arm is chosen.
///
/// ```
/// use lightcone_learning::bandit::Policy;
/// assert_eq!(Policy::Ucb1.to_string(), "UCB1");
/// assert_eq!("epsilon-greedy".parse::<Policy>()?, Policy::EpsilonGreedy);
/// # Ok::<(), lightcone_units::ParseQuantityError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Policy {
    /// The arm with the highest [`ucb1_index`].
    Ucb1,
    /// The arm that paid best so far, and now and then any arm.
    EpsilonGreedy,
    /// The arm that wins a draw from what is believed of each.
    Thompson,
}

impl Policy {
    /// All policies.
    ///
    /// ```
    /// use lightcone_learning::bandit::Policy;
    /// assert_eq!(Policy::ALL.len(), 3);
    /// ```
    pub const ALL: [Self; 3] = [Self::Ucb1, Self::EpsilonGreedy, Self::Thompson];

    /// The labels of [`Policy::ALL`] with their numbers.
    const CHOICES: &[(&str, f64)] = &[
        ("UCB1", 0.0),
        ("epsilon-greedy", 1.0),
        ("Thompson sampling", 2.0),
    ];
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(Self::CHOICES[*self as usize].0)
    }
}

impl FromStr for Policy {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_choice(text, "a policy", Self::CHOICES).map(|number| Self::ALL[number as usize])
    }
}

/// As a number, a policy is its place in [`Policy::ALL`].
impl Scalar for Policy {
    const KIND: Kind = Kind::Choice(Policy::CHOICES);
    const LIMITS: Limits = Limits::between(0.0, 2.0);

    fn to_base(self) -> f64 {
        f64::from(self as u8)
    }

    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
        choose(argument, value, Self::CHOICES).map(|place| Self::ALL[place])
    }

    fn in_words(self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        read_choice(text, "a policy", Self::CHOICES)
    }
}
