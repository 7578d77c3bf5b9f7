//! The geodesic distance on the ellipsoid, by Vincenty's inverse method.

use lightcone_units::{Formula, Length, Symbol};

use super::Point;

/// The equatorial radius of the WGS 84 ellipsoid. Exact by definition.
///
/// Source: NIMA TR8350.2, Department of Defense World Geodetic System 1984, table 3.1.
///
/// ```
/// use lightcone_latency::geo::WGS84_SEMI_MAJOR_AXIS;
/// assert_eq!(WGS84_SEMI_MAJOR_AXIS.in_meters(), 6_378_137.0);
/// ```
pub const WGS84_SEMI_MAJOR_AXIS: Length = Length::from_meters(6_378_137.0);

/// The flattening of the WGS 84 ellipsoid: how much shorter the polar radius is
/// than the equatorial one. Exact by definition.
///
/// Source: NIMA TR8350.2, Department of Defense World Geodetic System 1984, table 3.1.
///
/// ```
/// use lightcone_latency::geo::WGS84_FLATTENING;
/// assert_eq!(1.0 / WGS84_FLATTENING, 298.257_223_563);
/// ```
pub const WGS84_FLATTENING: f64 = 1.0 / 298.257_223_563;

/// Change of the longitude, in radians, below which the iteration has converged.
/// It is less than a hundredth of a millimetre on the ground.
const TOLERANCE: f64 = 1e-12;

/// Points that converge at all do so in far fewer steps.
const MAX_ITERATIONS: u32 = 1_000;

/// [`vincenty_inverse`] found no distance because the points are nearly antipodal.
///
/// ```
/// use lightcone_latency::geo::{Point, vincenty_inverse};
/// let error = vincenty_inverse(Point::new(0.0, 0.0)?, Point::new(0.5, 179.7)?).unwrap_err();
/// assert_eq!(error.to.longitude(), 179.7);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "the distance from {from} to {to} cannot be computed with Vincenty's method: the places are \
     nearly opposite on the Earth, where it does not converge; use `haversine`, which is within \
     about 0.5 %"
)]
#[non_exhaustive]
pub struct NotConverged {
    /// The first point.
    pub from: Point,
    /// The second point.
    pub to: Point,
}

pub(crate) const VINCENTY_INVERSE: Formula = Formula {
    id: "F002",
    name: "Geodesic distance on an ellipsoid (Vincenty inverse)",
    path: "geo::vincenty_inverse",
    latex: r"s = bA(\sigma-\Delta\sigma)",
    spoken: "the distance is the polar radius times A times the corrected angle between the places \
             on the auxiliary sphere",
    symbols: &[
        Symbol {
            symbol: "s",
            name: "geodesic distance",
            unit: "m",
            domain: "at least 0",
        },
        Symbol {
            symbol: "b",
            name: "polar radius",
            unit: "m",
            domain: "6356752.3142",
        },
        Symbol {
            symbol: "A",
            name: "series in the azimuth",
            unit: "1",
            domain: "near 1",
        },
        Symbol {
            symbol: r"\sigma",
            name: "angle on the auxiliary sphere",
            unit: "rad",
            domain: "0 to pi",
        },
        Symbol {
            symbol: r"\Delta\sigma",
            name: "correction of the angle",
            unit: "rad",
            domain: "small",
        },
    ],
    assumptions: "The Earth is the WGS 84 ellipsoid and both places are at its surface. The \
                  iteration does not converge for nearly antipodal places.",
    source: "Vincenty 1975, Survey Review 23(176); Karney 2013, Journal of Geodesy 87",
    episode: 1,
};

/// The shortest distance between two places over the WGS 84 ellipsoid.
///
/// ```text
/// s = bA(\sigma-\Delta\sigma)
/// ```
/// Spoken: the distance is the polar radius times A times the corrected angle
/// between the places on the auxiliary sphere. The angle is found by iterating
/// over the difference in longitude.
///
/// # Arguments
/// - `from`, `to`: the places, in geographic (geodetic) coordinates.
///
/// # Errors
/// [`NotConverged`] for nearly antipodal places: within about half a degree of the
/// opposite point.
///
/// # Assumptions
/// The Earth is the WGS 84 ellipsoid and both places are at its surface. Away from
/// antipodal places the result is within a millimetre of the exact geodesic.
///
/// # Examples
/// ```
/// use lightcone_latency::geo::{Point, vincenty_inverse};
///
/// // A hundred degrees along the equator.
/// let distance = vincenty_inverse(Point::new(0.0, 0.0)?, Point::new(0.0, 100.0)?)?;
/// assert_eq!(format!("{:.3}", distance.in_meters()), "11131949.079");
///
/// let opposite = vincenty_inverse(Point::new(0.0, 0.0)?, Point::new(0.0, 180.0)?);
/// assert!(opposite.is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
/// - T. Vincenty 1975, Direct and Inverse Solutions of Geodesics on the Ellipsoid
///   with Application of Nested Equations, Survey Review 23(176),
///   doi:10.1179/sre.1975.23.176.88.
/// - C. F. F. Karney 2013, Algorithms for Geodesics, Journal of Geodesy 87,
///   doi:10.1007/s00190-012-0578-z (an exact method that always converges).
///
/// # See also
/// [`haversine`](super::haversine())
pub fn vincenty_inverse(from: Point, to: Point) -> Result<Length, NotConverged> {
    let f = WGS84_FLATTENING;
    let b = WGS84_SEMI_MAJOR_AXIS * (1.0 - f);
    // Reduced latitudes, on the auxiliary sphere.
    let (sin_u1, cos_u1) = reduced_latitude(from).sin_cos();
    let (sin_u2, cos_u2) = reduced_latitude(to).sin_cos();
    let difference = from.longitude_difference(to);

    let mut lambda = difference;
    for _ in 0..MAX_ITERATIONS {
        let (sin_lambda, cos_lambda) = lambda.sin_cos();
        let sin_sigma = (cos_u2 * sin_lambda).hypot(cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_lambda);
        let cos_sigma = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_lambda;
        if sin_sigma == 0.0 {
            // The points coincide, or are exactly opposite.
            return if cos_sigma > 0.0 {
                Ok(Length::ZERO)
            } else {
                Err(NotConverged { from, to })
            };
        }
        let sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = cos_u1 * cos_u2 * sin_lambda / sin_sigma;
        let cos_sq_alpha = 1.0 - sin_alpha * sin_alpha;
        // Along the equator the midpoint is undefined and its terms vanish.
        let cos_2sigma_m = if cos_sq_alpha > 0.0 {
            (cos_sigma - 2.0 * sin_u1 * sin_u2 / cos_sq_alpha).clamp(-1.0, 1.0)
        } else {
            0.0
        };
        let midpoint = 2.0 * cos_2sigma_m * cos_2sigma_m - 1.0;
        let c = f / 16.0 * cos_sq_alpha * (4.0 + f * (4.0 - 3.0 * cos_sq_alpha));
        let next = difference
            + (1.0 - c)
                * f
                * sin_alpha
                * (sigma + c * sin_sigma * (cos_2sigma_m + c * cos_sigma * midpoint));
        // A longitude beyond half a turn is the sign of antipodal points.
        if next.abs() > std::f64::consts::PI {
            return Err(NotConverged { from, to });
        }
        if (next - lambda).abs() < TOLERANCE {
            let u_sq = cos_sq_alpha * (1.0 / ((1.0 - f) * (1.0 - f)) - 1.0);
            let a_series =
                1.0 + u_sq / 16_384.0 * (4_096.0 + u_sq * (-768.0 + u_sq * (320.0 - 175.0 * u_sq)));
            let b_series = u_sq / 1_024.0 * (256.0 + u_sq * (-128.0 + u_sq * (74.0 - 47.0 * u_sq)));
            let correction = b_series
                * sin_sigma
                * (cos_2sigma_m
                    + b_series / 4.0
                        * (cos_sigma * midpoint
                            - b_series / 6.0
                                * cos_2sigma_m
                                * (4.0 * sin_sigma * sin_sigma - 3.0)
                                * (4.0 * cos_2sigma_m * cos_2sigma_m - 3.0)));
            return Ok(b * (a_series * (sigma - correction)));
        }
        lambda = next;
    }
    Err(NotConverged { from, to })
}

fn reduced_latitude(point: Point) -> f64 {
    ((1.0 - WGS84_FLATTENING) * point.latitude().to_radians().tan()).atan()
}
