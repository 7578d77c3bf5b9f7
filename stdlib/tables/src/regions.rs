//! Regions of the clouds, where they are, and the round trips between them.

use std::fmt;
use std::str::FromStr;

use lightcone_units::{DomainError, Kind, Limits, ParseQuantityError, Scalar, Time};

use crate::name::{self, UnknownName};
use crate::{
    MEASURED_COLUMN, MEASURED_ROW, MEASURED_RTT_MS, MEASUREMENTS, PLACE_CHOICES, PROVIDER,
    REGION_CHOICES, REGION_ROWS,
};

/// A region as the build writes it.
pub(crate) struct RegionRow {
    pub(crate) provider: &'static str,
    pub(crate) code: &'static str,
    pub(crate) label: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) source: &'static str,
    pub(crate) as_of: &'static str,
}

/// The label of the [`Place`] that is no region.
pub(crate) const OWN_COORDINATES: &str = "a place by its coordinates";

const HOW: &str = "the numbers follow the list of regions, find one by its name";

/// A commercial region of AWS, Azure or Google Cloud that is open to all.
///
/// Its number leads into columns such as [`LATITUDE_DEG`](crate::LATITUDE_DEG).
///
/// ```
/// use lightcone_tables::Region;
/// let tokyo = Region::find("aws:ap-northeast-1")?;
/// assert_eq!(tokyo.to_string(), "aws ap-northeast-1 (Tokyo)");
/// // A code is enough when only one provider has it.
/// assert_eq!(Region::find("ap-northeast-1")?, tokyo);
/// # Ok::<(), lightcone_tables::UnknownName>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u16);

impl Region {
    /// All regions, in the order of their labels.
    ///
    /// ```
    /// use lightcone_tables::Region;
    /// assert!(Region::all().any(|region| region.code() == "europe-west1"));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=REGION_ROWS.len()).map(|number| Self(number as u16))
    }

    /// The region with that label, code, or provider and code.
    ///
    /// # Errors
    /// [`UnknownName`] with the nearest names.
    ///
    /// ```
    /// use lightcone_tables::Region;
    /// assert_eq!(Region::find("azure westeurope")?, Region::find("azure:westeurope")?);
    /// # Ok::<(), lightcone_tables::UnknownName>(())
    /// ```
    pub fn find(name: &str) -> Result<Self, UnknownName> {
        let wanted = name::plain(name);
        let exact = Self::all().find(|region| {
            let RegionRow {
                provider,
                code,
                label,
                ..
            } = region.row();
            wanted == name::plain(label) || wanted == format!("{provider} {code}").to_lowercase()
        });
        let mut codes = Self::all().filter(|region| region.code() == wanted);
        let alone = codes.next().filter(|_| codes.next().is_none());
        exact
            .or(alone)
            .ok_or_else(|| UnknownName::new("region", name, Self::all().map(Self::label)))
    }

    fn row(self) -> &'static RegionRow {
        &REGION_ROWS[usize::from(self.0) - 1]
    }

    /// The provider: `aws`, `azure` or `gcp`.
    #[must_use]
    pub fn provider(self) -> &'static str {
        self.row().provider
    }

    /// The provider's code, such as `us-east-1`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The text of the choice, such as `aws us-east-1 (N. Virginia)`.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// The latitude in degrees; north is positive. It is that of a city, so it is good
    /// to some tens of kilometres.
    #[must_use]
    pub fn latitude(self) -> f64 {
        self.row().latitude
    }

    /// The longitude in degrees; east is positive.
    #[must_use]
    pub fn longitude(self) -> f64 {
        self.row().longitude
    }

    /// Where the row is from.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.row().source
    }

    /// The date of the row, such as `2026-01-21`.
    #[must_use]
    pub fn as_of(self) -> &'static str {
        self.row().as_of
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// Prints the same text as `Display`.
impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Region {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::find(text)
    }
}

impl Scalar for Region {
    const KIND: Kind = Kind::Choice(REGION_CHOICES);
    const LIMITS: Limits = Limits::between(1.0, REGION_CHOICES.len() as f64);

    fn to_base(self) -> f64 {
        f64::from(self.0)
    }

    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
        name::place(argument, value, 1, REGION_CHOICES, HOW).map(|place| Self(place as u16))
    }

    fn in_words(self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        match Self::find(text) {
            Ok(region) => Ok(region.to_base()),
            Err(error) => Err(error.while_reading("a region")),
        }
    }
}

/// A region, or any place whose coordinates are given beside it.
///
/// ```
/// use lightcone_tables::{Place, Region};
/// let place = Place::from(Region::find("gcp us-central1")?);
/// assert_eq!(place.to_string(), "gcp us-central1 (Iowa)");
/// assert_eq!(Place::COORDINATES.region(), None);
/// # Ok::<(), lightcone_tables::UnknownName>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(u16);

impl Place {
    /// A place that is no region: its coordinates are given beside it.
    pub const COORDINATES: Self = Self(0);

    /// The region with that name; see [`Region::find`].
    ///
    /// # Errors
    /// As for [`Region::find`].
    pub fn find(name: &str) -> Result<Self, UnknownName> {
        if name::plain(name) == OWN_COORDINATES {
            return Ok(Self::COORDINATES);
        }
        Region::find(name).map(Self::from)
    }

    /// The region, unless it is another place.
    #[must_use]
    pub fn region(self) -> Option<Region> {
        (self.0 > 0).then_some(Region(self.0))
    }
}

impl From<Region> for Place {
    fn from(region: Region) -> Self {
        Self(region.0)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.region().map_or(OWN_COORDINATES, Region::label))
    }
}

/// Prints the same text as `Display`.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Place {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::find(text)
    }
}

impl Scalar for Place {
    const KIND: Kind = Kind::Choice(PLACE_CHOICES);
    const LIMITS: Limits = Limits::between(0.0, REGION_CHOICES.len() as f64);

    fn to_base(self) -> f64 {
        f64::from(self.0)
    }

    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
        name::place(argument, value, 0, PLACE_CHOICES, HOW).map(|place| Self(place as u16))
    }

    fn in_words(self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        match Self::find(text) {
            Ok(place) => Ok(place.to_base()),
            Err(error) => Err(error.while_reading("a region")),
        }
    }
}

/// Where the round trips between the regions of a provider are from.
///
/// ```
/// use lightcone_tables::MEASUREMENTS;
/// assert_eq!(MEASUREMENTS[0].provider, "aws");
/// assert_eq!(MEASUREMENTS[0].as_of, "2025-05-29");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measurement {
    /// The provider: `aws`, `azure` or `gcp`.
    pub provider: &'static str,
    /// The name of the measurement in its dataset.
    pub dataset: &'static str,
    /// What of it is taken: the median, or the mean where no median was measured.
    pub statistic: &'static str,
    /// Who measured it.
    pub source: &'static str,
    /// The date of the measurement.
    pub as_of: &'static str,
}

/// The measured round trip between two regions of one provider; see
/// [`MEASUREMENTS`](crate::MEASUREMENTS). None for regions of different providers, and
/// where nothing was measured.
///
/// ```
/// use lightcone_tables::{Region, measured_rtt};
/// let [paris, london] = ["aws:eu-west-3", "gcp:europe-west2"].map(|name| Region::find(name));
/// assert_eq!(measured_rtt(paris?, london?), None);
/// # Ok::<(), lightcone_tables::UnknownName>(())
/// ```
#[must_use]
pub fn measured_rtt(from: Region, to: Region) -> Option<Time> {
    let (from, to) = (usize::from(from.0), usize::from(to.0));
    if PROVIDER[from] != PROVIDER[to] {
        return None;
    }
    let place = (MEASURED_ROW[from] + MEASURED_COLUMN[to]) as usize;
    let milliseconds = MEASURED_RTT_MS.get(place).copied().unwrap_or(f64::NAN);
    (!milliseconds.is_nan()).then(|| Time::from_ms(milliseconds))
}

impl Region {
    /// How the round trips from this region were measured.
    ///
    /// ```
    /// use lightcone_tables::Region;
    /// assert_eq!(Region::find("gcp us-central1")?.measurement().statistic, "mean of pings");
    /// # Ok::<(), lightcone_tables::UnknownName>(())
    /// ```
    #[must_use]
    pub fn measurement(self) -> &'static Measurement {
        &MEASUREMENTS[PROVIDER[usize::from(self.0)] as usize - 1]
    }
}
