//! A place on the Earth.

use std::fmt;

use lightcone_units::{DomainError, argument};

/// A place on the Earth: geographic latitude and longitude in degrees.
///
/// ```
/// use lightcone_latency::geo::Point;
/// let london = Point::new(51.5074, -0.1278)?;
/// assert_eq!(london.to_string(), "51.5074° N, 0.1278° W");
/// assert!(Point::new(151.5, 0.0).is_err());
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

impl Point {
    /// Makes a point from degrees: north and east are positive.
    ///
    /// # Errors
    /// [`DomainError`] for a latitude outside -90 to 90, a longitude outside -180
    /// to 180, NaN and infinity.
    ///
    /// ```
    /// use lightcone_latency::geo::Point;
    /// assert_eq!(
    ///     Point::new(-97.0, 0.0).unwrap_err().to_string(),
    ///     "`latitude` is -97, but must be between -90 and 90: \
    ///      it is in degrees from the south pole to the north pole",
    /// );
    /// ```
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, DomainError> {
        let latitude = argument("latitude", latitude).between(
            -90.0,
            90.0,
            "it is in degrees from the south pole to the north pole",
        )?;
        let longitude = argument("longitude", longitude).between(
            -180.0,
            180.0,
            "it is in degrees east of Greenwich, west is negative",
        )?;
        Ok(Self {
            latitude,
            longitude,
        })
    }

    /// The latitude in degrees; north is positive.
    ///
    /// ```
    /// use lightcone_latency::geo::Point;
    /// assert_eq!(Point::new(51.5, -0.1)?.latitude(), 51.5);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// The longitude in degrees; east is positive.
    ///
    /// ```
    /// use lightcone_latency::geo::Point;
    /// assert_eq!(Point::new(51.5, -0.1)?.longitude(), -0.1);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    #[must_use]
    pub const fn longitude(self) -> f64 {
        self.longitude
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let north = if self.latitude < 0.0 { "S" } else { "N" };
        let east = if self.longitude < 0.0 { "W" } else { "E" };
        let (latitude, longitude) = (self.latitude.abs(), self.longitude.abs());
        write!(f, "{latitude}° {north}, {longitude}° {east}")
    }
}

/// Prints the same text as `Display`.
impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
