//! Propagation: how long light needs through a fibre.
//!
//! This is the floor under every network latency. Routers, queues and protocols
//! only add to it.

use lightcone_formula_macros::formula;
use lightcone_units::{Length, Speed, Time};

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

formula! {
    /// The time that light needs through a fibre, one way.
    ///
    /// # Examples
    /// Use [`FIBER_GROUP_INDEX`] for the index.
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
    pub fn fiber_one_way(
        distance: Length in km, "d", "length of the fibre",
            at_least 0 "a distance cannot be negative", default 5_585, range 0..=20_000;
        index: f64, "n", "group index of the fibre",
            at_least 1 "a signal cannot be faster than light in vacuum",
            default 1.4682, range 1..=2;
        const light: SPEED_OF_LIGHT in m_per_s, "c", "speed of light in vacuum", "299792458";
    ) -> Time in ms, "t", "one-way delay", "at least 0" {
        distance * index / light
    }
    id: "F003";
    name: "One-way fibre propagation delay";
    path: "latency::fiber_one_way";
    latex: r"t = \frac{d\,n}{c}";
    spoken: "the delay is the distance times the group index, divided by the speed of light";
    assumes: "Only propagation counts. Amplifiers, routers, queues and serialisation come on top.";
    fails: "On hollow-core fibre and radio links, which have an index near 1.";
    source: "ITU-T G.652 (fibre) and G.114 (delay)";
    episode: 1;
}

formula! {
    /// The shortest round-trip time through fibre over a distance.
    ///
    /// A stretch of 1 gives the floor.
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
    pub fn fiber_rtt(
        distance: Length in km, "d", "great-circle distance",
            at_least 0 "a distance cannot be negative", default 5_585, range 0..=20_000;
        index: f64, "n", "group index of the fibre",
            at_least 1 "a signal cannot be faster than light in vacuum",
            default 1.4682, range 1..=2;
        stretch: f64, "k", "path stretch: cable path over great-circle distance",
            at_least 1 "a cable cannot be shorter than the great circle",
            default 1, range 1..=3;
        const light: SPEED_OF_LIGHT in m_per_s, "c", "speed of light in vacuum", "299792458";
    ) -> Time in ms, "RTT", "round-trip time", "at least 0" {
        2 * distance * index * stretch / light
    }
    id: "F004";
    name: "Fibre round-trip time, lower bound with path stretch";
    path: "latency::fiber_rtt";
    latex: r"RTT = \frac{2\,d\,n\,k}{c}";
    spoken: "the round trip is twice the distance times the group index times the path stretch, \
             divided by the speed of light";
    assumes: "Both directions take paths of the same length, and only propagation counts. A \
              stretch of 1 is a cable along the great circle; real paths have 1.2 to 2.5.";
    fails: "When a measured round trip is below this floor, the server is not where it is said to \
            be (anycast, or a wrong location), or part of the path is radio.";
    source: "Singla, Chandrasekaran, Godfrey, Maggs 2014, HotNets, \
             \"The Internet at the Speed of Light\"";
    episode: 1;
}
