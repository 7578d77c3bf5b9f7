//! The great-circle distance on a sphere.

use lightcone_formula_macros::formula;
use lightcone_units::Length;

use super::Point;

formula! {
    /// The shortest distance between two places over the surface of a sphere.
    ///
    /// Use [`EARTH_MEAN_RADIUS`](super::EARTH_MEAN_RADIUS) for the radius. The formula
    /// is good for short distances, too. For opposite places, where rounding can push
    /// the root's argument above 1, that argument is held at 1; the error there is
    /// below a metre.
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
    pub fn haversine(
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
        radius: Length in km, "R", "radius of the sphere",
            above 0 "a sphere without a radius is a point",
            default 6_371.0088, range 1_000..=10_000;
    ) -> Length in km, "d", "great-circle distance", "at least 0" {
        let phi1 = from_latitude.to_radians();
        let phi2 = to_latitude.to_radians();
        let degrees = to_longitude - from_longitude;
        // The short way round.
        let short = if degrees > 180 {
            degrees - 360
        } else if degrees < -180 {
            degrees + 360
        } else {
            degrees
        };
        let half_phi = (phi2 - phi1) / 2;
        let half_lambda = short.to_radians() / 2;
        let hav = half_phi.sin().powi(2) + phi1.cos() * phi2.cos() * half_lambda.sin().powi(2);
        2 * radius * hav.min(1).sqrt().asin()
    }
    id: "F001";
    name: "Great-circle distance (haversine)";
    path: "geo::haversine";
    latex: r"d = 2R\arcsin\sqrt{\sin^2\tfrac{\Delta\varphi}{2}+\cos\varphi_1\cos\varphi_2\sin^2\tfrac{\Delta\lambda}{2}}";
    spoken: "the distance is twice the radius times the arc sine of the square root of the \
             haversine of the angle between the places";
    assumes: "The Earth is a sphere.";
    fails: "Where more than about 0.5 % counts: so far can the true distance on the ellipsoid \
            differ.";
    source: "Sinnott 1984, Virtues of the Haversine, Sky and Telescope 68(2)";
    episode: 1;
}
