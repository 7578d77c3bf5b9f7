//! Information: how much is uncertain, and how evenly something is spread.

use lightcone_formula_macros::formula;

formula! {
    /// How evenly exposure is spread, in bits: all on one item is 0, and n items that
    /// are shown equally often have the logarithm of n to base two.
    ///
    /// # Examples
    /// ```
    /// use lightcone_learning::info::entropy;
    /// assert_eq!(entropy(&[0.5, 0.25, 0.125, 0.125])?, 1.75);
    /// assert_eq!(entropy(&[1.0, 0.0])?, 0.0);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn entropy(
        shares: [f64], "p_i", "share of item i",
            between 0 and 1 "an item has none to all of the exposure",
            default [0.5, 0.25, 0.125, 0.125], range 0..=1;
    ) -> f64 in "bit", "H", "entropy", "at least 0" {
        let total = sum(shares);
        require(
            (total - 1).abs() <= 1e-9,
            shares, "shares that add up to 1", "all exposure goes to some item"
        );
        let mut bits = 0;
        for share in shares {
            // An item that is never shown adds nothing: the limit of p log p is 0.
            if share > 0 {
                bits -= share * share.log2();
            }
        }
        // A share that is a hair above 1 by rounding is 1.
        bits.max(0)
    }
    id: "F045";
    name: "Shannon entropy of exposure";
    path: "info::entropy";
    latex: r"H=-\sum p_i\log_2 p_i";
    spoken: "the entropy is minus the sum of the shares times their logarithms to base two";
    assumes: "The shares are those of the whole time and of all users that are looked at.";
    fails: "From few observations: then it comes out too small, because rare items were not seen.";
    source: "Shannon 1948, Bell System Technical Journal 27(3)";
    episode: 5;
}
