//! Waiting and blocking.

use lightcone_formula_macros::formula;
use lightcone_units::Probability;

formula! {
    /// The probability that all of some servers or responders are busy, when nobody
    /// waits.
    ///
    /// The recursion runs on one over the probability, so that 100,000 servers neither
    /// overflow nor lose digits.
    pub fn erlang_b(
        load: f64 in "erlang", "A", "offered load: arrival rate times service time",
            at_least 0 "nothing arrives less than never", default 2, range 0..=50;
        servers: u32, "c", "servers",
            between 0 and 100_000 "more are beyond what the recursion is made for",
            default 3, range 0..=100;
    ) -> Probability in percent, "B", "probability that all are busy", "0 to 1" {
        if load == 0 {
            return if servers == 0 { 1 } else { 0 };
        }
        let mut inverse = 1;
        for server in 1..=servers {
            inverse = 1 + server / load * inverse;
        }
        1 / inverse
    }
    id: "F029";
    name: "Erlang B (all responders busy)";
    path: "queueing::erlang_b";
    latex: r"B(A,c)=\frac{A^c/c!}{\sum_{k=0}^{c}A^k/k!}";
    spoken: "the blocking probability is the last term of a truncated Poisson distribution with the \
             offered load as its mean";
    assumes: "Arrivals are Poisson, who finds all busy goes away, and the service time may have any \
              distribution.";
    fails: "When callers wait or come again: then the load grows, and Erlang C or a retrial model \
            is needed.";
    source: "Erlang 1917, Elektroteknikeren 13";
    episode: 3;
    example: (20.0, 20) => "15.9 %";
}
