//! How far a failure spreads: branching processes and random dependency graphs.

use std::fmt;
use std::str::FromStr;

use lightcone_formula_macros::formula;
use lightcone_units::{
    DomainError, Kind, Limits, ParseQuantityError, Probability, Ratio, Scalar, choose, read_choice,
};

formula! {
    /// The expected number of failures in a cascade, the first one included.
    ///
    /// # See also
    /// [`extinction_probability`] for cascades that may never end.
    pub fn branching_total(
        offspring: f64, "m", "mean secondary failures of one failure",
            within 0 and 1 "from 1 on the expected size has no limit",
            default 0.5, range 0..=0.99;
    ) -> f64 in "failure", "E[T]", "expected size of the cascade", "at least 1" {
        1 / (1 - offspring)
    }
    id: "F013";
    name: "Expected cascade size (Galton-Watson)";
    path: "cascade::branching_total";
    latex: r"E[T]=\frac{1}{1-m},\ m<1";
    spoken: "the expected size is one over one minus the mean number of secondary failures";
    assumes: "Every failure causes others independently of the rest, with the same mean.";
    fails: "When the load of what failed moves to what is left: then the mean grows as the cascade \
            goes on, and this is too low.";
    source: "Harris 1963, The Theory of Branching Processes, chapter I";
    episode: 2;
    example: (0.9) => "10";
}

/// How the number of secondary failures of one failure is distributed, for
/// [`extinction_probability`].
///
/// ```
/// use lightcone_chaos::cascade::Offspring;
/// assert_eq!(Offspring::Poisson.to_string(), "Poisson");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Offspring {
    /// Many neighbours, each with a small chance.
    Poisson,
    /// Each further failure is as likely as the one before: more spread than Poisson.
    Geometric,
}

impl Offspring {
    const CHOICES: &[(&str, f64)] = &[("Poisson", 0.0), ("geometric", 1.0)];
}

impl fmt::Display for Offspring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Poisson => "Poisson",
            Self::Geometric => "geometric",
        })
    }
}

/// Reads the text that `Display` writes; case does not matter.
///
/// ```
/// use lightcone_chaos::cascade::Offspring;
/// assert_eq!("poisson".parse(), Ok(Offspring::Poisson));
/// assert!("normal".parse::<Offspring>().is_err());
/// ```
impl FromStr for Offspring {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_choice(text, "a distribution", Self::CHOICES).map(|value| {
            if value == 0.0 {
                Self::Poisson
            } else {
                Self::Geometric
            }
        })
    }
}

impl Scalar for Offspring {
    const KIND: Kind = Kind::Choice(Offspring::CHOICES);
    const LIMITS: Limits = Limits::between(0.0, 1.0);

    fn to_base(self) -> f64 {
        match self {
            Self::Poisson => 0.0,
            Self::Geometric => 1.0,
        }
    }

    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
        choose(argument, value, Self::CHOICES).map(|place| match place {
            0 => Self::Poisson,
            _ => Self::Geometric,
        })
    }

    fn in_words(self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        read_choice(text, "a distribution", Self::CHOICES)
    }
}

formula! {
    /// The probability that a cascade dies out by itself.
    ///
    /// It is certain up to a mean of 1 and no longer above it. Near 1 and far above it
    /// the answer keeps its digits: the survival is found by Newton's method, which
    /// comes down to the root from above.
    ///
    /// # See also
    /// [`branching_total`], [`giant_component`]
    pub fn extinction_probability(
        offspring: Offspring, "G", "distribution of the secondary failures", choice, default "Poisson";
        mean: f64, "m", "mean secondary failures of one failure",
            at_least 0 "a failure cannot cause less than none", default 1.5, range 0..=5;
    ) -> Probability in percent, "s", "probability of dying out", "0 to 1" {
        if mean <= 1 {
            return 1;
        }
        if offspring == 1 {
            return 1 / mean;
        }
        let mut survival = 1;
        for step in 0..200 {
            let excess = survival + (-mean * survival).exp_m1();
            let slope = 1 - mean * (-mean * survival).exp();
            let next = survival - excess / slope;
            if next >= survival || next <= 0 || slope <= 0 {
                break;
            }
            survival = next;
        }
        (-mean * survival).exp()
    }
    id: "F014";
    name: "Extinction probability";
    path: "cascade::extinction_probability";
    latex: r"s = G(s)\ \text{(least root)}";
    spoken: "the probability of dying out is the least number that the generating function of the \
             offspring leaves unchanged";
    assumes: "All failures cause others independently, with the same distribution.";
    fails: "In a small system, where every cascade ends because nothing is left to fail.";
    source: "Watson and Galton 1875, Journal of the Anthropological Institute 4";
    episode: 2;
    example: (lightcone_chaos::cascade::Offspring::Poisson, 1.5) => "41.7 %";
}

formula! {
    /// The share of a large random dependency graph that hangs together.
    ///
    /// Up to a mean degree of 1 there is no such component.
    ///
    /// # See also
    /// [`extinction_probability`]: a cascade with Poisson offspring survives as often.
    pub fn giant_component(
        degree: f64, "c", "mean degree",
            at_least 0 "a node cannot have less than no neighbour", default 2, range 0..=10;
    ) -> Ratio in percent, "S", "share of the nodes in the giant component", "0 to 1" {
        if degree <= 1 {
            return 0;
        }
        let mut share = 1;
        for step in 0..200 {
            let excess = share + (-degree * share).exp_m1();
            let slope = 1 - degree * (-degree * share).exp();
            let next = share - excess / slope;
            if next >= share || next <= 0 || slope <= 0 {
                break;
            }
            share = next;
        }
        share
    }
    id: "F015";
    name: "Giant component of a random dependency graph";
    path: "cascade::giant_component";
    latex: r"S = 1-e^{-cS}";
    spoken: "the share S is one minus e to the power of minus the mean degree times S";
    assumes: "Every pair of nodes is linked with the same small probability, and there are many \
              nodes.";
    fails: "For real dependency graphs with hubs: those hang together at a lower mean degree.";
    source: "Erdos and Renyi 1960, On the Evolution of Random Graphs";
    episode: 2;
    example: (2.0) => "79.7 %";
}
