//! Propagation: how long light needs through a fibre.
//!
//! This is the floor under every network latency. Routers, queues and protocols
//! only add to it.

use lightcone_units::{DomainError, Formula, Length, Speed, Symbol, Time, argument, result};

/// The speed of light in vacuum. Exact, since it defines the metre.
///
/// Source: BIPM, The International System of Units (SI Brochure), 9th edition,
/// 2019, section 2.2.
///
/// ```
/// use lightcone_latency::SPEED_OF_LIGHT;
/// assert_eq!(SPEED_OF_LIGHT.in_m_per_s(), 299_792_458.0);
/// ```
pub const SPEED_OF_LIGHT: Speed = Speed::from_m_per_s(299_792_458.0);

/// The effective group index of refraction of standard single-mode fibre (ITU-T
/// G.652) at 1550 nm, the usual wavelength over long distances: light is 1.4682
/// times slower in it than in vacuum.
///
/// Source: Corning SMF-28 data sheet.
///
/// ```
/// use lightcone_latency::{FIBER_GROUP_INDEX, SPEED_OF_LIGHT};
/// assert_eq!((SPEED_OF_LIGHT / FIBER_GROUP_INDEX).to_string(), "204,190 km/s");
/// ```
pub const FIBER_GROUP_INDEX: f64 = 1.4682;

pub(crate) const FIBER_ONE_WAY: Formula = Formula {
    id: "F003",
    name: "One-way fibre propagation delay",
    path: "latency::fiber_one_way",
    latex: r"t = \frac{d\,n}{c}",
    spoken: "the delay is the distance times the group index, divided by the speed of light",
    symbols: &[
        Symbol {
            symbol: "t",
            name: "one-way delay",
            unit: "s",
            domain: "at least 0",
        },
        Symbol {
            symbol: "d",
            name: "length of the fibre",
            unit: "m",
            domain: "at least 0",
        },
        Symbol {
            symbol: "n",
            name: "group index of the fibre",
            unit: "1",
            domain: "at least 1",
        },
        Symbol {
            symbol: "c",
            name: "speed of light in vacuum",
            unit: "m/s",
            domain: "299792458",
        },
    ],
    assumptions: "Only propagation counts. Amplifiers, routers, queues and serialisation come on \
                  top. Hollow-core fibre and radio links have an index near 1.",
    source: "ITU-T G.652 (fibre) and G.114 (delay)",
    episode: 1,
};

/// The time that light needs through a fibre, one way.
///
/// ```text
/// t = \frac{d\,n}{c}
/// ```
/// Spoken: the delay is the distance times the group index, divided by the speed
/// of light.
///
/// # Arguments
/// - `distance` (d): length of the fibre, at least 0.
/// - `index` (n): group index of the fibre, at least 1. Use [`FIBER_GROUP_INDEX`].
///
/// # Errors
/// [`DomainError`] for a negative distance, an index below 1, NaN, infinity, and
/// a result beyond the range of `f64`.
///
/// # Assumptions
/// Only propagation counts: amplifiers, routers, queues and serialisation come on
/// top. Hollow-core fibre and radio links have an index near 1.
///
/// # Examples
/// ```
/// use lightcone_latency::{FIBER_GROUP_INDEX, fiber_one_way};
/// use lightcone_units::prelude::*;
///
/// // The rule of thumb: 4.9 µs for each kilometre.
/// assert_eq!(fiber_one_way(1.km(), FIBER_GROUP_INDEX)?.to_string(), "4.9 µs");
/// # Ok::<(), DomainError>(())
/// ```
///
/// # References
/// - ITU-T G.652, Characteristics of a single-mode optical fibre and cable.
/// - ITU-T G.114, One-way transmission time.
///
/// # See also
/// [`fiber_rtt`]
pub fn fiber_one_way(distance: Length, index: f64) -> Result<Time, DomainError> {
    let distance = checked_distance(distance)?;
    let index = checked_index(index)?;
    result("one-way delay", distance * index / SPEED_OF_LIGHT)
}

pub(crate) const FIBER_RTT: Formula = Formula {
    id: "F004",
    name: "Fibre round-trip time, lower bound with path stretch",
    path: "latency::fiber_rtt",
    latex: r"RTT = \frac{2\,d\,n\,k}{c}",
    spoken: "the round trip is twice the distance times the group index times the path stretch, \
             divided by the speed of light",
    symbols: &[
        Symbol {
            symbol: "RTT",
            name: "round-trip time",
            unit: "s",
            domain: "at least 0",
        },
        Symbol {
            symbol: "d",
            name: "great-circle distance",
            unit: "m",
            domain: "at least 0",
        },
        Symbol {
            symbol: "n",
            name: "group index of the fibre",
            unit: "1",
            domain: "at least 1",
        },
        Symbol {
            symbol: "k",
            name: "path stretch",
            unit: "1",
            domain: "at least 1",
        },
        Symbol {
            symbol: "c",
            name: "speed of light in vacuum",
            unit: "m/s",
            domain: "299792458",
        },
    ],
    assumptions: "Both directions take paths of the same length, and only propagation counts. A \
                  stretch of 1 is a cable along the great circle; real paths have 1.2 to 2.5.",
    source: "Singla, Chandrasekaran, Godfrey, Maggs 2014, HotNets, \
             \"The Internet at the Speed of Light\"",
    episode: 1,
};

/// The shortest round-trip time through fibre over a distance.
///
/// ```text
/// RTT = \frac{2\,d\,n\,k}{c}
/// ```
/// Spoken: the round trip is twice the distance times the group index times the
/// path stretch, divided by the speed of light.
///
/// # Arguments
/// - `distance` (d): great-circle distance, at least 0.
/// - `index` (n): group index of the fibre, at least 1. Use [`FIBER_GROUP_INDEX`].
/// - `stretch` (k): length of the cable path divided by the great-circle
///   distance, at least 1. 1.0 gives the floor.
///
/// # Errors
/// [`DomainError`] for a negative distance, an index or a stretch below 1, NaN,
/// infinity, and a result beyond the range of `f64`.
///
/// # Assumptions
/// Both directions take paths of the same length, and only propagation counts.
/// A measured round trip below this floor means that the server is not where it
/// is said to be (anycast, or a wrong location), or that part of the path is radio.
///
/// # Examples
/// ```
/// use lightcone_latency::{FIBER_GROUP_INDEX, fiber_rtt};
/// use lightcone_units::prelude::*;
///
/// // New York to London, 5,585 km along the great circle.
/// let floor = fiber_rtt(5_585.km(), FIBER_GROUP_INDEX, 1.0)?;
/// assert_eq!(floor.to_string(), "54.7 ms");
///
/// let error = fiber_rtt(5_585.km(), FIBER_GROUP_INDEX, 0.5).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`stretch` is 0.5, but must be at least 1: \
///      a cable cannot be shorter than the great circle",
/// );
/// # Ok::<(), DomainError>(())
/// ```
///
/// # References
/// - A. Singla, B. Chandrasekaran, P. B. Godfrey, B. Maggs 2014, The Internet at
///   the Speed of Light, HotNets-XIII, doi:10.1145/2670518.2673876.
///
/// # See also
/// [`fiber_one_way`], [`geo::haversine`](crate::geo::haversine())
pub fn fiber_rtt(distance: Length, index: f64, stretch: f64) -> Result<Time, DomainError> {
    let distance = checked_distance(distance)?;
    let index = checked_index(index)?;
    let stretch = argument("stretch", stretch)
        .at_least(1.0, "a cable cannot be shorter than the great circle")?;
    result(
        "round-trip time",
        2.0 * distance * index * stretch / SPEED_OF_LIGHT,
    )
}

fn checked_distance(distance: Length) -> Result<Length, DomainError> {
    argument("distance", distance).at_least(Length::ZERO, "a distance cannot be negative")
}

fn checked_index(index: f64) -> Result<f64, DomainError> {
    argument("index", index).at_least(1.0, "a signal cannot be faster than light in vacuum")
}
