//! Two replicas that may fail together.
//!
//! Replicas share power, networks, software and operators, so their failures are
//! correlated. Multiplying the two probabilities, as if they were independent,
//! promises far too many nines.

use lightcone_formula_macros::formula;
use lightcone_units::{Availability, DomainError, Probability};

formula! {
    /// The probability that both of two equal parts are down at once.
    ///
    /// A correlation of 0 means independent, 1 means that they always fail together.
    /// Below 0 they avoid each other; how far that can go depends on q: at least
    /// -q/(1-q) and -(1-q)/q.
    ///
    /// # Examples
    /// ```
    /// use lightcone_availability::correlated_pair;
    /// use lightcone_units::prelude::*;
    ///
    /// let q = Probability::new(0.001)?;
    /// assert_eq!(correlated_pair(q, 0.0)?.to_string(), "0.0001 %");
    /// assert_eq!(correlated_pair(q, 0.9)?.to_string(), "0.09 %");
    /// assert_eq!(correlated_pair(q, 1.0)?, q);
    /// # Ok::<(), DomainError>(())
    /// ```
    ///
    /// # References
    /// - W. Feller 1968, An Introduction to Probability Theory and Its Applications,
    ///   volume 1, 3rd edition, chapter IX (covariance and correlation).
    ///
    /// # See also
    /// [`pair_availability`]
    pub fn correlated_pair(
        failure: Probability in percent, "q", "failure probability of each",
            default 0.1, range 0..=10;
        correlation: f64, r"\rho", "Pearson correlation of the two failures",
            default 0.9, range 0..=1;
    ) -> Probability in percent, r"P(A\cap B)", "probability that both fail", "0 to q" {
        let up = 1 - failure;
        // The smaller of q/(1-q) and (1-q)/q, which never divides by 0.
        let lowest = -(failure.min(up) / failure.max(up));
        check_between(
            correlation, lowest, 1,
            "two parts that fail this often cannot be less correlated, and none are more than \
             fully correlated"
        );
        // At the lowest correlation rounding can leave a joint probability just
        // outside the range that it has by algebra.
        (failure * (failure + correlation * up)).max(0).min(failure)
    }
    id: "F012";
    name: "Joint failure of a correlated pair";
    path: "availability::correlated_pair";
    latex: r"P(A\cap B)=q^2+\rho q(1-q)";
    spoken: "the probability that both fail is q squared plus the correlation times q times one \
             minus q";
    assumes: "Both parts have the same failure probability. The correlation is that of being down \
              at the same moment; it says nothing about a cause.";
    fails: "For three or more parts: pairwise correlations do not say how often all are down.";
    source: "Definition of the correlation of two Bernoulli variables (Feller, An Introduction to \
             Probability Theory and Its Applications, volume 1)";
    episode: 1;
}

/// The availability of a pair that works while at least one of the two works.
///
/// ```text
/// A = 1 - P(A\cap B) = 1 - q^2 - \rho q(1-q)
/// ```
/// Spoken: the pair is up unless both parts are down.
///
/// # Arguments
/// As for [`correlated_pair`].
///
/// # Errors
/// As for [`correlated_pair`].
///
/// # Assumptions
/// As for [`correlated_pair`], and failover is immediate and always works.
///
/// # Examples
/// A claim in circulation has it that 99.9 % and a correlation of 0.9 leave
/// 99.9 % x (1 - 0.9) = 9.99 %. A second replica never makes things worse:
/// ```
/// use lightcone_availability::pair_availability;
/// use lightcone_units::prelude::*;
///
/// let pair = pair_availability(Probability::new(0.001)?, 0.9)?;
/// assert_eq!(format!("{pair:.5}"), "99.90999 %");
/// assert_eq!(format!("{:.2}", pair.nines()), "3.05");
/// # Ok::<(), DomainError>(())
/// ```
///
/// # See also
/// [`correlated_pair`]
pub fn pair_availability(
    failure: Probability,
    correlation: f64,
) -> Result<Availability, DomainError> {
    correlated_pair(failure, correlation).map(Availability::from_unavailability)
}
