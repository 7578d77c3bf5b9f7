//! Distances between places on the Earth.
//!
//! [`haversine()`] treats the Earth as a sphere: short, always defined, and within
//! about 0.5 % of the truth. [`vincenty_inverse`] follows the ellipsoid to less
//! than a millimetre, but finds no answer for nearly antipodal points.

pub(crate) mod haversine;
mod point;
pub(crate) mod vincenty;

use lightcone_units::Length;

pub use haversine::{HAVERSINE, haversine};
pub use point::Point;
pub use vincenty::{
    NotConverged, VINCENTY_INVERSE, WGS84_FLATTENING, WGS84_SEMI_MAJOR_AXIS, vincenty_inverse,
};

/// The mean radius of the Earth (two equatorial radii and one polar radius, averaged).
///
/// Source: IUGG; H. Moritz 2000, Geodetic Reference System 1980, Journal of
/// Geodesy 74, doi:10.1007/s001900050278.
///
/// ```
/// use lightcone_latency::geo::EARTH_MEAN_RADIUS;
/// assert_eq!(EARTH_MEAN_RADIUS.to_string(), "6,371 km");
/// ```
pub const EARTH_MEAN_RADIUS: Length = Length::from_km(6_371.008_8);
