//! Many parts: one that fails somewhere, and enough that work.

use lightcone_formula_macros::formula;
use lightcone_units::{Availability, Probability};

formula! {
    /// The probability that at least one of many parts fails.
    pub fn any_failure(
        failure: Probability in percent, "p", "failure probability of each part",
            default 1, range 0.001..=100 log;
        units: u64, "n", "parts", default 100, range 1..=10_000 log;
    ) -> Probability in percent, "P", "probability of at least one failure", "0 to 1" {
        if units == 0 {
            return 0;
        }
        if failure == 1 {
            return 1;
        }
        // In logarithms, so that one in a trillion does not vanish beside 1.
        -(units * (-failure).ln_1p()).exp_m1()
    }
    id: "F019";
    name: "At least one failure in a fleet";
    path: "availability::any_failure";
    latex: r"P = 1-(1-p)^n";
    spoken: "the probability of at least one failure is one minus one minus p to the power of n";
    assumes: "Parts fail independently and equally often.";
    fails: "When parts share a cause: then failures come together, and any failure is less likely \
            than this but much larger.";
    source: "Binomial distribution; Dean and Barroso 2013, Communications of the ACM 56(2)";
    episode: 2;
    example: (Probability::new(0.01)?, 100) => "63.4 %";
}

formula! {
    /// The availability of a system that works while enough of its equal nodes work.
    ///
    /// What is missing to 1 is added up in logarithms from its largest term, so
    /// thousands of nodes and twenty nines keep their digits.
    ///
    /// # See also
    /// [`correlated_pair`](crate::correlated_pair) for nodes that fail together.
    pub fn k_of_n(
        needed: u32, "k", "nodes that must work",
            between 1 and 100_000 "a system needs some node, and more are beyond its range",
            default 3, range 1..=100;
        nodes: u32, "n", "nodes",
            between 1 and 100_000 "a system has some node, and more are beyond its range",
            default 5, range 1..=100;
        node: Availability in percent, "a", "availability of each node",
            default 99, range 50..=100;
    ) -> Availability(down) in percent, "A", "availability of the system", "0 to 1" {
        require(
            needed <= nodes,
            needed, "at most the number of nodes", "what does not exist cannot work"
        );
        if node_down == 0 {
            return 0;
        }
        if node_down == 1 {
            return 1;
        }
        let ln_up = (-node_down).ln_1p();
        let ln_down = node_down.ln();
        let odds = (1 - node_down) / node_down;
        let mut total = 0;
        if needed - 1 < nodes * (1 - node_down) {
            // Too few nodes is the rare case: add up from k - 1 working ones down.
            let mut working = needed - 1;
            let mut term =
                (ln_binomial(nodes, working) + working * ln_up + (nodes - working) * ln_down).exp();
            for step in 0..nodes {
                total += term;
                if working == 0 || term <= total * 1e-18 {
                    break;
                }
                term *= working / (nodes - working + 1) / odds;
                working -= 1;
            }
            return total.min(1);
        }
        // Enough nodes is the rare case: add up from k working ones up.
        let mut working = needed;
        let mut term =
            (ln_binomial(nodes, working) + working * ln_up + (nodes - working) * ln_down).exp();
        for step in 0..nodes {
            total += term;
            if working == nodes || term <= total * 1e-18 {
                break;
            }
            term *= (nodes - working) / (working + 1) * odds;
            working += 1;
        }
        (1 - total).max(0)
    }
    id: "F036";
    name: "k-out-of-n availability";
    path: "availability::k_of_n";
    latex: r"A=\sum_{i=k}^{n}\binom{n}{i}a^i(1-a)^{n-i}";
    spoken: "the availability is the sum over k to n working nodes of the binomial probability of \
             that many";
    assumes: "Nodes fail independently and equally often, and the system notices at once.";
    fails: "When nodes share power, software or an operator: then they fail together, and the true \
            availability is far lower.";
    source: "Barlow and Proschan 1975, Statistical Theory of Reliability and Life Testing";
    episode: 4;
    example: (2, 3, Availability::new(0.9)?) => "97.2 %";
}
