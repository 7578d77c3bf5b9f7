//! How much a failure reaches.

use lightcone_formula_macros::formula;
use lightcone_units::Ratio;

formula! {
    /// The share of the traffic that is hit when some cells fail.
    pub fn cell_fraction(
        weights: [f64], "w_c", "share of the traffic in cell c",
            between 0 and 1 "a cell has none to all of the traffic",
            default [0.4, 0.3, 0.2, 0.1], range 0..=1;
        failed: [bool], "F", "whether cell c fails", choice, default ["yes", "no", "no", "no"];
    ) -> Ratio in percent, "f", "share of the traffic that is hit", "0 to 1" {
        let total = sum(weights);
        require(
            (total - 1).abs() <= 1e-9,
            weights, "shares that add up to 1", "all traffic is in some cell"
        );
        sum_of_products(weights, failed) / total
    }
    id: "F020";
    name: "Cell blast radius";
    path: "blast::cell_fraction";
    latex: r"f = \sum_{c\in F} w_c,\ \sum w=1";
    spoken: "the share of the traffic that is hit is the sum of the shares of the failed cells";
    assumes: "Cells share nothing, so that only those that fail are hit.";
    fails: "When a failed cell's traffic moves to the others and overloads them, or when a shared \
            control plane fails with it.";
    source: "AWS 2023, Reducing the Scope of Impact with Cell-Based Architecture";
    episode: 2;
    example: (&[0.5, 0.25, 0.25], &[false, true, false]) => "25 %";
}
