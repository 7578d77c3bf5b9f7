//! What more workers bring.

use lightcone_formula_macros::formula;
use lightcone_units::{DomainError, Rate, Ratio, argument, result};

formula! {
    /// How many times as fast a fixed job gets with more workers.
    ///
    /// # See also
    /// [`amdahl_limit`], [`gustafson`] for jobs that grow with the workers.
    pub fn amdahl(
        serial: Ratio in percent, "s", "share of the work that is serial",
            between 0 and 100 "a share of the work is at most all of it",
            default 5, range 0..=100;
        workers: u64, "n", "workers", at_least 1 "without workers nothing is done",
            default 20, range 1..=1_000 log;
    ) -> f64, "S(n)", "speed-up", "1 to n" {
        1 / (serial + (1 - serial) / workers)
    }
    id: "F030";
    name: "Amdahl's law";
    path: "scaling::amdahl";
    latex: r"S(n)=\frac{1}{s+\frac{1-s}{n}}";
    spoken: "the speed-up is one over the serial share plus the parallel share divided by the \
             workers";
    assumes: "The work stays the same, the parallel part divides evenly, and workers cost nothing \
              to coordinate.";
    fails: "When coordination grows with the workers: then more of them make it slower, see the \
            universal scalability law.";
    source: "Amdahl 1967, AFIPS Spring Joint Computer Conference";
    episode: 4;
    example: (5.percent(), 20) => "10.3";
}

/// The speed-up that Amdahl's law allows with any number of workers: one over the
/// serial share.
///
/// # Errors
/// [`DomainError`] for a share that is not above 0 and at most 1.
///
/// ```
/// use lightcone_capacity::scaling::amdahl_limit;
/// use lightcone_units::prelude::*;
/// assert_eq!(amdahl_limit(5.percent())?, 20.0);
/// # Ok::<(), DomainError>(())
/// ```
pub fn amdahl_limit(serial: Ratio) -> Result<f64, DomainError> {
    let serial = argument("serial", serial).above_up_to(
        Ratio::ZERO,
        Ratio::from_percent(100.0),
        "without any serial part there is no limit",
    )?;
    result("speed-up", 1.0 / serial.in_ratio())
}

formula! {
    /// How much more work gets done in the same time with more workers.
    pub fn gustafson(
        serial: Ratio in percent, "s", "serial share of the scaled run",
            between 0 and 100 "a share of the run is at most all of it",
            default 0.8, range 0..=100;
        workers: u64, "n", "workers", at_least 1 "without workers nothing is done",
            default 1_024, range 1..=10_000 log;
    ) -> f64, "S(n)", "scaled speed-up", "1 to n" {
        workers + (1 - workers) * serial
    }
    id: "F031";
    name: "Gustafson's law";
    path: "scaling::gustafson";
    latex: r"S(n)=n+(1-n)s";
    spoken: "the scaled speed-up is the workers plus one minus the workers, times the serial share";
    assumes: "The parallel part of the work grows with the workers, the serial part does not.";
    fails: "For a job of fixed size: that is Amdahl's law.";
    source: "Gustafson 1988, Communications of the ACM 31(5)";
    episode: 4;
    example: (0.8.percent(), 1_024) => "1,016";
}

formula! {
    /// The throughput of a system with contention and with coordination.
    ///
    /// # See also
    /// [`usl_peak`], the number of workers beyond which it falls.
    pub fn usl(
        workers: f64, "n", "workers or concurrent users",
            at_least 1 "the model begins with one", default 32, range 1..=256;
        contention: f64, r"\alpha", "contention: share of the work that waits its turn",
            between 0 and 1 "a share of the work is at most all of it",
            default 0.03, range 0..=0.2;
        coherency: f64, r"\beta", "coherency: cost of keeping two workers consistent",
            at_least 0 "coordination cannot give time back", default 0.0001, range 0..=0.01;
        single: Rate in per_second, r"\gamma", "throughput of one worker",
            at_least 0 "a throughput cannot be negative", default 1_000, range 1..=100_000 log;
    ) -> Rate in per_second, "X(n)", "throughput", "at least 0" {
        single * workers
            / (1 + contention * (workers - 1) + coherency * workers * (workers - 1))
    }
    id: "F032";
    name: "Universal scalability law";
    path: "scaling::usl";
    latex: r"X(n)=\frac{\gamma n}{1+\alpha(n-1)+\beta n(n-1)}";
    spoken: "the throughput is gamma times n, divided by one plus alpha times n minus one plus beta \
             times n times n minus one";
    assumes: "All workers are alike and have the same kind of work at every size.";
    fails: "Beyond the sizes it was fitted to, above all when they end before the peak.";
    source: "Gunther 2007, Guerrilla Capacity Planning, chapter 4";
    episode: 4;
    example: (6.0, 0.02, 0.02, 1.per_second()) => "3.53 /s";
}

formula! {
    /// The number of workers at which the throughput of the universal scalability law
    /// is highest.
    pub fn usl_peak(
        contention: f64, r"\alpha", "contention",
            between 0 and 1 "a share of the work is at most all of it",
            default 0.03, range 0..=0.2;
        coherency: f64, r"\beta", "coherency",
            above 0 "without coordination the throughput has no peak",
            default 0.0001, range 0.000_001..=0.01 log;
    ) -> f64, "n^*", "workers at the peak", "at least 0" {
        ((1 - contention) / coherency).sqrt()
    }
    id: "F033";
    name: "USL peak";
    path: "scaling::usl_peak";
    latex: r"n^*=\sqrt{\frac{1-\alpha}{\beta}}";
    spoken: "the peak is at the square root of one minus alpha over beta";
    assumes: "As for the universal scalability law; try the whole numbers on both sides.";
    fails: "When it lies far beyond the sizes that were measured.";
    source: "Gunther 2007, Guerrilla Capacity Planning, chapter 4";
    episode: 4;
    example: (0.001, 0.00001) => "316";
}

formula! {
    /// The serial share that a measured speed-up shows.
    ///
    /// A share that grows with the workers shows that they get in each other's way; a
    /// negative one means more than n times as fast.
    pub fn karp_flatt(
        speedup: f64, "S", "measured speed-up",
            above 0 "a run takes some time", default 8, range 0.1..=64;
        workers: u64, "n", "workers",
            at_least 2 "one worker shows nothing of what is parallel", default 16, range 2..=1_000;
    ) -> f64, "e", "serial share found by experiment", "any; above 0 unless more than n times as fast" {
        (1 / speedup - 1 / workers) / (1 - 1 / workers)
    }
    id: "F034";
    name: "Karp-Flatt metric";
    path: "scaling::karp_flatt";
    latex: r"e=\frac{1/S-1/n}{1-1/n}";
    spoken: "the serial share is one over the speed-up minus one over n, divided by one minus one \
             over n";
    assumes: "The speed-up was measured against the best run with one worker.";
    fails: "When caches or memory make one of many workers faster than one alone.";
    source: "Karp and Flatt 1990, Communications of the ACM 33(5)";
    episode: 4;
    example: (8.0, 16) => "0.0667";
}
