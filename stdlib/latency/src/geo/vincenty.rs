//! The geodesic distance on the ellipsoid, by Vincenty's inverse method.

use lightcone_formula_macros::formula;
use lightcone_units::{Formula, Length};

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

formula! {
    /// The core of [`vincenty_inverse`]: the same distance, and an error about `to`
    /// where the iteration does not converge.
    ///
    /// # Examples
    /// See [`vincenty_inverse`].
    fn inverse(
        from: Point {
            from_latitude: latitude in "°", r"\varphi_1", "latitude of the first place",
                between -90 and 90 "it is in degrees from the south pole to the north pole",
                default 40.7128, range -90..=90;
            from_longitude: longitude in "°", r"\lambda_1", "longitude of the first place",
                between -180 and 180 "it is in degrees east of Greenwich, west is negative",
                default -74.006, range -180..=180;
        };
        to: Point {
            to_latitude: latitude in "°", r"\varphi_2", "latitude of the second place",
                between -90 and 90 "it is in degrees from the south pole to the north pole",
                default 51.5074, range -90..=90;
            to_longitude: longitude in "°", r"\lambda_2", "longitude of the second place",
                between -180 and 180 "it is in degrees east of Greenwich, west is negative",
                default -0.1278, range -180..=180;
        };
        const equatorial: WGS84_SEMI_MAJOR_AXIS in meters, "a", "equatorial radius", "6378137";
        const flattening: WGS84_FLATTENING, "f", "flattening", "0.0033528106647474805";
        where "b": "polar radius", "m", "6356752.3142";
        where "A": "series in the azimuth", "1", "near 1";
        where r"\sigma": "angle on the auxiliary sphere", "rad", "0 to pi";
        where r"\Delta\sigma": "correction of the angle", "rad", "small";
    ) -> Length in meters, "s", "geodesic distance", "at least 0" {
        let polar = equatorial * (1 - flattening);
        // Reduced latitudes, on the auxiliary sphere.
        let reduced1 = ((1 - flattening) * from_latitude.to_radians().tan()).atan();
        let reduced2 = ((1 - flattening) * to_latitude.to_radians().tan()).atan();
        let sin_u1 = reduced1.sin();
        let cos_u1 = reduced1.cos();
        let sin_u2 = reduced2.sin();
        let cos_u2 = reduced2.cos();
        let degrees = to_longitude - from_longitude;
        // The short way round.
        let short = if degrees > 180 {
            degrees - 360
        } else if degrees < -180 {
            degrees + 360
        } else {
            degrees
        };
        let difference = short.to_radians();
        let half_turn = 180.0.to_radians();
        // Below this change of the longitude, in radians, the iteration has
        // converged: less than a hundredth of a millimetre on the ground.
        let tolerance = 1e-12;

        let mut lambda = difference;
        // Points that converge at all do so in far fewer steps.
        for step in 0..1_000 {
            let sin_lambda = lambda.sin();
            let cos_lambda = lambda.cos();
            let across = cos_u2 * sin_lambda;
            let along = cos_u1 * sin_u2 - sin_u1 * cos_u2 * cos_lambda;
            let sin_sigma = across.hypot(along);
            let cos_sigma = sin_u1 * sin_u2 + cos_u1 * cos_u2 * cos_lambda;
            if sin_sigma == 0 {
                // The points coincide, or are exactly opposite.
                if cos_sigma > 0 {
                    return 0;
                }
                break;
            }
            let sigma = sin_sigma.atan2(cos_sigma);
            let sin_alpha = cos_u1 * cos_u2 * sin_lambda / sin_sigma;
            let cos_sq_alpha = 1 - sin_alpha * sin_alpha;
            // Along the equator the midpoint is undefined and its terms vanish.
            let cos_2sigma_m = if cos_sq_alpha > 0 {
                (cos_sigma - 2 * sin_u1 * sin_u2 / cos_sq_alpha).max(-1).min(1)
            } else {
                0
            };
            let midpoint = 2 * cos_2sigma_m * cos_2sigma_m - 1;
            let c = flattening / 16 * cos_sq_alpha * (4 + flattening * (4 - 3 * cos_sq_alpha));
            let next = difference
                + (1 - c)
                    * flattening
                    * sin_alpha
                    * (sigma + c * sin_sigma * (cos_2sigma_m + c * cos_sigma * midpoint));
            // A longitude beyond half a turn is the sign of antipodal points.
            if next.abs() > half_turn {
                break;
            }
            if (next - lambda).abs() < tolerance {
                let u_sq = cos_sq_alpha * (1 / ((1 - flattening) * (1 - flattening)) - 1);
                let a_series =
                    1 + u_sq / 16384 * (4096 + u_sq * (-768 + u_sq * (320 - 175 * u_sq)));
                let b_series = u_sq / 1024 * (256 + u_sq * (-128 + u_sq * (74 - 47 * u_sq)));
                let correction = b_series
                    * sin_sigma
                    * (cos_2sigma_m
                        + b_series / 4
                            * (cos_sigma * midpoint
                                - b_series / 6
                                    * cos_2sigma_m
                                    * (4 * sin_sigma * sin_sigma - 3)
                                    * (4 * cos_2sigma_m * cos_2sigma_m - 3)));
                return polar * (a_series * (sigma - correction));
            }
            lambda = next;
        }
        require(
            1 < 0,
            to_latitude,
            "farther from the opposite point on the Earth",
            "Vincenty's method does not converge there; use `haversine`, which is within about \
             0.5 %"
        );
        0
    }
    id: "F002";
    name: "Geodesic distance on an ellipsoid (Vincenty inverse)";
    path: "geo::vincenty_inverse";
    latex: r"s = bA(\sigma-\Delta\sigma)";
    spoken: "the distance is the polar radius times A times the corrected angle between the places \
             on the auxiliary sphere";
    assumes: "The Earth is the WGS 84 ellipsoid and both places are at its surface.";
    fails: "For nearly antipodal places, within about half a degree of the opposite point: the \
            iteration does not converge.";
    source: "Vincenty 1975, Survey Review 23(176); Karney 2013, Journal of Geodesy 87";
    episode: 1;
}

/// The entry of `geo::vincenty_inverse` in the registry of formulas.
pub const VINCENTY_INVERSE: Formula = INVERSE;

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
    // Two points are always in range, so the only error is that of the iteration.
    inverse(from, to).map_err(|_| NotConverged { from, to })
}
