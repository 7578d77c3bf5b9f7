//! Machines for rent and what they cost.

use std::fmt;
use std::str::FromStr;

use lightcone_units::{
    DataSize, DomainError, HourlyPrice, Kind, Limits, ParseQuantityError, Scalar,
};

use crate::name::{self, UnknownName};
use crate::{
    INSTANCE_CHOICES, INSTANCE_MEMORY_GIB, INSTANCE_ROWS, INSTANCE_USD_PER_HOUR, INSTANCE_VCPU,
};

/// An instance as the build writes it.
pub(crate) struct InstanceRow {
    pub(crate) provider: &'static str,
    pub(crate) name: &'static str,
    pub(crate) region: &'static str,
    pub(crate) label: &'static str,
    pub(crate) source: &'static str,
    pub(crate) as_of: &'static str,
}

/// A general-purpose machine type of a current family in one region, with its price on
/// demand for Linux.
///
/// General purpose means about 4 GiB for each processor. The region is a part of the
/// choice: us-east-1 of AWS; eastus, westeurope and southeastasia of Azure; us-central1,
/// europe-west1 and asia-southeast1 of Google Cloud.
///
/// ```
/// use lightcone_tables::Instance;
/// let machine = Instance::find("aws m7g.large")?;
/// assert_eq!(machine.to_string(), "aws m7g.large (us-east-1)");
/// assert_eq!(machine.price().to_string(), "$0.0816/h");
/// assert_eq!(machine.vcpu(), 2.0);
/// assert_eq!(machine.memory().in_gib(), 8.0);
/// # Ok::<(), lightcone_tables::UnknownName>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance(u16);

impl Instance {
    /// All machine types, by provider, region, family and size.
    ///
    /// ```
    /// use lightcone_tables::Instance;
    /// assert!(Instance::all().all(|machine| machine.price().in_usd_per_hour() > 0.0));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        (0..INSTANCE_ROWS.len()).map(|number| Self(number as u16))
    }

    /// The machine type with that label, or with that name when it is in the list once
    /// for its provider.
    ///
    /// # Errors
    /// [`UnknownName`] with the nearest labels.
    ///
    /// ```
    /// use lightcone_tables::Instance;
    /// assert!(Instance::find("gcp n4-standard-2 (europe-west1)").is_ok());
    /// // Three regions have it.
    /// assert!(Instance::find("gcp n4-standard-2").is_err());
    /// ```
    pub fn find(name: &str) -> Result<Self, UnknownName> {
        let wanted = name::plain(name);
        let mut labels = Self::all().filter(|machine| name::plain(machine.label()) == wanted);
        let mut names = Self::all().filter(|machine| {
            let InstanceRow { provider, name, .. } = machine.row();
            wanted == name.to_lowercase() || wanted == format!("{provider} {name}").to_lowercase()
        });
        let alone = names.next().filter(|_| names.next().is_none());
        labels
            .next()
            .or(alone)
            .ok_or_else(|| UnknownName::new("instance", name, Self::all().map(Self::label)))
    }

    fn row(self) -> &'static InstanceRow {
        &INSTANCE_ROWS[usize::from(self.0)]
    }

    /// The provider: `aws`, `azure` or `gcp`.
    #[must_use]
    pub fn provider(self) -> &'static str {
        self.row().provider
    }

    /// The provider's name for it, such as `m7g.large`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The code of the region that the price is for.
    #[must_use]
    pub fn region(self) -> &'static str {
        self.row().region
    }

    /// The text of the choice, such as `aws m7g.large (us-east-1)`.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// What it costs on demand.
    #[must_use]
    pub fn price(self) -> HourlyPrice {
        HourlyPrice::from_usd_per_hour(INSTANCE_USD_PER_HOUR[usize::from(self.0)])
    }

    /// Its virtual processors.
    #[must_use]
    pub fn vcpu(self) -> f64 {
        INSTANCE_VCPU[usize::from(self.0)]
    }

    /// Its memory.
    #[must_use]
    pub fn memory(self) -> DataSize {
        DataSize::from_gib(INSTANCE_MEMORY_GIB[usize::from(self.0)])
    }

    /// Where the price is from.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.row().source
    }

    /// The date of the price.
    #[must_use]
    pub fn as_of(self) -> &'static str {
        self.row().as_of
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// Prints the same text as `Display`.
impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instance {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::find(text)
    }
}

impl Scalar for Instance {
    const KIND: Kind = Kind::Choice(INSTANCE_CHOICES);
    const LIMITS: Limits = Limits::between(0.0, (INSTANCE_CHOICES.len() - 1) as f64);

    fn to_base(self) -> f64 {
        f64::from(self.0)
    }

    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
        let how = "the numbers follow the list of machine types, find one by its name";
        name::place(argument, value, 0, INSTANCE_CHOICES, how).map(|place| Self(place as u16))
    }

    fn in_words(self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        match Self::find(text) {
            Ok(machine) => Ok(machine.to_base()),
            Err(error) => Err(error.while_reading("a machine type")),
        }
    }
}
