//! What technical debt costs when nobody pays it back.

use lightcone_formula_macros::formula;
use lightcone_units::{Money, Ratio};

formula! {
    /// What a debt grows to when its interest is added every period.
    ///
    /// # See also
    /// [`multi_region`](crate::multi_region()) for costs that do not compound.
    pub fn compound(
        debt: Money in usd, "D_0", "debt at the start",
            at_least 0 "a debt that is owed to you is an asset",
            default 2_000, range 1..=1_000_000 log;
        rate: Ratio in percent, "i", "interest of one period",
            at_least -100 "more than all of a debt cannot go away",
            default 20, range -50..=100;
        periods: u32, "n", "periods",
            between 0 and 1_000_000 "more periods than that are a slip of the unit",
            default 3, range 0..=20;
    ) -> Money in usd, "D_n", "debt after n periods", "at least 0" {
        if rate == -1 {
            // The logarithm of 0 does not exist, but the answer does.
            return if periods == 0 { debt } else { 0 };
        }
        debt * (periods * rate.ln_1p()).exp()
    }
    id: "F028";
    name: "Compound technical debt";
    path: "cost::compound";
    latex: r"D_n = D_0(1+i)^n";
    spoken: "the debt after n periods is the debt at the start times one plus the interest, to the \
             power of n";
    assumes: "The interest is the same in every period, it is added at the end of the period, and \
              nothing is paid back.";
    fails: "As a forecast: a rate of interest on code is an estimate, and no study gives a general \
            one. A rate quoted without its source is an invention.";
    source: "Compound interest; the metaphor is Cunningham 1992, OOPSLA experience report";
    episode: 3;
    example: (2_000.usd(), 10.percent(), 3) => "$2,662.00";
}
