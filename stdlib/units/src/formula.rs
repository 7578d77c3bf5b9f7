//! What is known about a formula besides its Rust body.
//!
//! Each formula has one [`Formula`] constant that stands next to its function.
//! Formula cards, search and reference pages read these constants.

/// The description of one formula.
///
/// ```
/// use lightcone_units::{Formula, Symbol};
///
/// const OHM: Formula = Formula {
///     id: "X001",
///     name: "Ohm's law",
///     path: "electric::voltage",
///     latex: r"U = R\,I",
///     spoken: "voltage is resistance times current",
///     symbols: &[Symbol { symbol: "R", name: "resistance", unit: "ohm", domain: "at least 0" }],
///     assumptions: "The resistance does not depend on the current.",
///     source: "Ohm 1827",
///     episode: 1,
/// };
/// assert_eq!(OHM.function(), "voltage");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formula {
    /// The course's label, for instance `F004`.
    pub id: &'static str,
    /// The name in words, for instance `Fibre round-trip time`.
    pub name: &'static str,
    /// The Rust path below `lightcone::`, for instance `latency::fiber_rtt`.
    pub path: &'static str,
    /// The equation in LaTeX, without dollar signs.
    pub latex: &'static str,
    /// The equation as one would say it.
    pub spoken: &'static str,
    /// The symbols of the equation: the result first, then the arguments in the
    /// order of the function, then constants.
    pub symbols: &'static [Symbol],
    /// What the formula takes for granted, and when that fails.
    pub assumptions: &'static str,
    /// The primary source.
    pub source: &'static str,
    /// The episode that introduces the formula.
    pub episode: u8,
}

impl Formula {
    /// The function's name: the last part of [`path`](Formula::path).
    ///
    /// See the example of [`Formula`].
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.path.rsplit("::").next().unwrap_or(self.path)
    }
}

/// One symbol of a [`Formula`].
///
/// ```
/// use lightcone_units::Symbol;
/// let rtt = Symbol { symbol: "RTT", name: "round-trip time", unit: "s", domain: "above 0" };
/// assert_eq!(rtt.unit, "s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbol {
    /// The symbol in LaTeX.
    pub symbol: &'static str,
    /// What it stands for.
    pub name: &'static str,
    /// Its SI or customary unit; `1` when it has none.
    pub unit: &'static str,
    /// The values that it may have, in words.
    pub domain: &'static str,
}
