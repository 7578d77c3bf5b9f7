//! The great-circle distance on a sphere.

use lightcone_units::{DomainError, Formula, Length, Symbol, argument, result};

use super::Point;

pub(crate) const HAVERSINE: Formula = Formula {
    id: "F001",
    name: "Great-circle distance (haversine)",
    path: "geo::haversine",
    latex: r"d = 2R\arcsin\sqrt{\sin^2\tfrac{\Delta\varphi}{2}+\cos\varphi_1\cos\varphi_2\sin^2\tfrac{\Delta\lambda}{2}}",
    spoken: "the distance is twice the radius times the arc sine of the square root of the \
             haversine of the angle between the places",
    symbols: &[
        Symbol {
            symbol: "d",
            name: "great-circle distance",
            unit: "km",
            domain: "at least 0",
        },
        Symbol {
            symbol: r"\varphi",
            name: "latitude",
            unit: "rad",
            domain: "-pi/2 to pi/2",
        },
        Symbol {
            symbol: r"\lambda",
            name: "longitude",
            unit: "rad",
            domain: "-pi to pi",
        },
        Symbol {
            symbol: "R",
            name: "radius of the sphere",
            unit: "km",
            domain: "above 0",
        },
    ],
    assumptions: "The Earth is a sphere. The true distance on the ellipsoid differs by up to about \
                  0.5 %.",
    source: "Sinnott 1984, Virtues of the Haversine, Sky and Telescope 68(2)",
    episode: 1,
};

/// The shortest distance between two places over the surface of a sphere.
///
/// ```text
/// d = 2R\arcsin\sqrt{\sin^2\tfrac{\Delta\varphi}{2}
///     +\cos\varphi_1\cos\varphi_2\sin^2\tfrac{\Delta\lambda}{2}}
/// ```
/// Spoken: the distance is twice the radius times the arc sine of the square root
/// of the haversine of the angle between the places.
///
/// # Arguments
/// - `from`, `to`: the places; latitude φ and longitude λ.
/// - `radius` (R): radius of the sphere, above 0. Use
///   [`EARTH_MEAN_RADIUS`](super::EARTH_MEAN_RADIUS).
///
/// # Errors
/// [`DomainError`] for a radius of 0 or less, NaN, infinity, and a result beyond
/// the range of `f64`.
///
/// # Assumptions
/// The Earth is a sphere; the true distance on the ellipsoid differs by up to
/// about 0.5 %. The formula is good for short distances. For opposite places,
/// where rounding can push the root's argument above 1, that argument is held at
/// 1; the error there is below a metre.
///
/// # Examples
/// ```
/// use lightcone_latency::geo::{EARTH_MEAN_RADIUS, Point, haversine};
///
/// let sofia = Point::new(42.698334, 23.319941)?;
/// let plovdiv = Point::new(42.136097, 24.742168)?;
/// let distance = haversine(sofia, plovdiv, EARTH_MEAN_RADIUS)?;
/// assert_eq!(format!("{distance:.6}"), "132.433099 km");
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
///
/// # References
/// - R. W. Sinnott 1984, Virtues of the Haversine, Sky and Telescope 68(2), page 159.
///
/// # See also
/// [`vincenty_inverse`](super::vincenty_inverse)
pub fn haversine(from: Point, to: Point, radius: Length) -> Result<Length, DomainError> {
    let radius =
        argument("radius", radius).above(Length::ZERO, "a sphere without a radius is a point")?;
    let (phi1, phi2) = (from.latitude().to_radians(), to.latitude().to_radians());
    let half_phi = (phi2 - phi1) / 2.0;
    let half_lambda = from.longitude_difference(to) / 2.0;
    let hav = half_phi.sin().powi(2) + phi1.cos() * phi2.cos() * half_lambda.sin().powi(2);
    result("distance", 2.0 * radius * hav.min(1.0).sqrt().asin())
}
