//! What it costs to run a service in several regions.

use lightcone_formula_macros::formula;
use lightcone_units::{
    DataPrice, DataSize, DomainError, Formula, HourlyPrice, MonthlyCost, StoragePrice, Time,
    argument,
};

use crate::sheet::{CostSheet, Input, Line, Value};

formula! {
    /// The total of [`multi_region`] from plain numbers: one value a region in each
    /// list.
    ///
    /// # Examples
    /// See [`multi_region`].
    fn total(
        instances: [u32], "n_r", "instances in region r", default [3, 3], range 0..=100;
        instance_price: [HourlyPrice] in usd_per_hour, "h_r", "price of an instance in region r",
            at_least 0 "nobody pays you for running your instances",
            default [0.1, 0.1], range 0..=5;
        storage_price: [StoragePrice] in usd_per_gb_month, "s_r", "price of storage in region r",
            at_least 0 "nobody pays you for storing your data",
            default [0.02, 0.02], range 0..=1;
        replication_factor: u32, "R", "replication factor",
            at_least 1 "the data is somewhere", default 2, range 1..=10;
        data: DataSize in gb, "D", "data stored",
            at_least 0 "an amount of data cannot be negative", default 1_000, range 0..=100_000;
        written: DataSize in gb, "W", "data written in a month",
            at_least 0 "an amount of data cannot be negative", default 500, range 0..=100_000;
        egress_price: DataPrice in usd_per_gb, "e", "price of traffic between regions",
            at_least 0 "nobody pays you for your traffic", default 0.02, range 0..=1;
        const month: Time::MONTH in hours, "T", "hours of a month", "730";
    ) -> MonthlyCost in usd_per_month, "K", "cost", "at least 0" {
        require(
            replication_factor <= count(instances),
            replication_factor, "at most the number of regions", "each copy is in a region of its own"
        );
        let hours = month / 3600;
        let gigabytes = data / 1e9;
        let mut cost = 0;
        for region in 0..count(instances) {
            cost += instances[region] * instance_price[region] * hours;
            if region < replication_factor {
                cost += gigabytes * storage_price[region];
            }
        }
        cost + (replication_factor - 1) * (written / 1e9) * egress_price
    }
    id: "M001";
    name: "Multi-region deployment cost";
    path: "cost::multi_region";
    latex: r"K = \sum_{r} n_r\,h_r\,T + \sum_{r\le R} D\,s_r + (R-1)\,W\,e";
    spoken: "the monthly cost is the compute in every region, plus a copy of the data in as many \
             regions as the replication factor says, plus the traffic that sends every write to the \
             other copies";
    assumes: "Instances run the whole month. The first region takes all writes and sends each once \
              to every other copy; traffic is paid where it leaves.";
    fails: "Where traffic to users, requests, support and discounts matter: they are left out.";
    source: "Sum of the lines that cloud providers bill; prices are inputs";
    episode: 1;
}

/// The entry of `cost::multi_region` in the registry of cost models.
pub(crate) const MULTI_REGION: Formula = TOTAL;

/// One region of a [`MultiRegion`] deployment.
///
/// See the example of [`multi_region`].
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// The region's name or code. No two regions have the same.
    pub name: String,
    /// How many instances run in it.
    pub instances: u32,
    /// What one instance costs, at least 0.
    pub instance_price: HourlyPrice,
    /// What storage costs, at least 0.
    pub storage_price: StoragePrice,
}

/// The inputs of [`multi_region`].
///
/// See the example of [`multi_region`].
#[derive(Debug, Clone, PartialEq)]
pub struct MultiRegion {
    /// The regions, at least one. The first one takes the writes, and the first
    /// [`replication_factor`](MultiRegion::replication_factor) of them hold a copy
    /// of the data. Compute runs in all of them.
    pub regions: Vec<Region>,
    /// How many regions hold a copy: from 1 to the number of regions.
    pub replication_factor: u32,
    /// The size of one copy of the data, at least 0.
    pub data: DataSize,
    /// The data written in a month, at least 0. Every other copy receives it.
    pub written: DataSize,
    /// The price of traffic from the first region to the others, at least 0.
    pub egress_price: DataPrice,
}

/// The monthly cost of a deployment over several regions: compute, copies of the
/// data, and the traffic that keeps the copies up to date.
///
/// ```text
/// K = \sum_{r} n_r\,h_r\,T + \sum_{r\le R} D\,s_r + (R-1)\,W\,e
/// ```
/// Spoken: the monthly cost is the compute in every region, plus a copy of the
/// data in as many regions as the replication factor says, plus the traffic that
/// sends every write to the other copies.
///
/// # Arguments
/// - `deployment`: regions, replication factor, data and prices; see [`MultiRegion`].
///
/// # Errors
/// [`DomainError`] for an empty or repeated region, a replication factor of 0 or
/// above the number of regions, negative amounts and prices, NaN, infinity, and
/// amounts beyond the range of `f64`.
///
/// # Assumptions
/// Instances run the whole month of [730 hours](Time::MONTH). The first region
/// takes all writes and sends each once to every other copy; traffic is paid where
/// it leaves. Traffic to users, requests, support and discounts are left out.
///
/// # Examples
/// The prices here are round numbers for the example, not those of a provider.
/// ```
/// use lightcone_cost::{MultiRegion, Region, multi_region};
/// use lightcone_units::prelude::*;
///
/// let region = |name: &str| Region {
///     name: name.to_owned(),
///     instances: 3,
///     instance_price: 0.10.usd_per_hour(),
///     storage_price: 0.02.usd_per_gb_month(),
/// };
/// let sheet = multi_region(&MultiRegion {
///     regions: vec![region("us-east-1"), region("eu-west-1")],
///     replication_factor: 2,
///     data: 1.tb(),
///     written: 500.gb(),
///     egress_price: 0.02.usd_per_gb(),
/// })?;
/// // Two times 3 x 730 h x $0.10, two times 1 TB x $0.02, one time 500 GB x $0.02.
/// assert_eq!(sheet.total().to_string(), "$488.00 a month");
/// assert_eq!(sheet.subtotals()[0], ("compute", 438.usd_per_month()));
/// # Ok::<(), DomainError>(())
/// ```
///
/// # References
/// The lines follow what cloud providers bill. Take prices from a dated table.
pub fn multi_region(deployment: &MultiRegion) -> Result<CostSheet, DomainError> {
    let MultiRegion {
        regions,
        replication_factor,
        data,
        written,
        egress_price,
    } = deployment;
    let data =
        argument("data", *data).at_least(DataSize::ZERO, "an amount of data cannot be negative")?;
    let written = argument("written", *written)
        .at_least(DataSize::ZERO, "an amount of data cannot be negative")?;
    let egress_price = argument("egress_price", *egress_price)
        .at_least(DataPrice::ZERO, "nobody pays you for your traffic")?;
    check_regions(regions)?;
    let copies = checked_copies(*replication_factor, regions.len())?;

    let mut inputs = vec![
        Input {
            label: "regions with a copy of the data".to_owned(),
            value: (*replication_factor).into(),
        },
        Input {
            label: "data in one copy".to_owned(),
            value: data.into(),
        },
        Input {
            label: "data written in a month".to_owned(),
            value: written.into(),
        },
        Input {
            label: "price of traffic between regions".to_owned(),
            value: egress_price.into(),
        },
    ];
    let mut compute = Vec::new();
    let mut storage = Vec::new();
    let mut egress = Vec::new();
    for (place, region) in regions.iter().enumerate() {
        let name = &region.name;
        let mut input = |label: &str, value: Value| {
            inputs.push(Input {
                label: format!("{label}, {name}"),
                value,
            });
        };
        input("instances", region.instances.into());
        input("price of an instance", region.instance_price.into());
        input("price of storage", region.storage_price.into());

        let running = Time::MONTH * f64::from(region.instances);
        compute.push(Line {
            group: "compute",
            label: format!("compute, {name}"),
            quantity: running.into(),
            unit_price: region.instance_price.into(),
            amount: region.instance_price.monthly() * f64::from(region.instances),
        });
        if place < copies {
            storage.push(Line {
                group: "storage",
                label: format!("storage, {name}"),
                quantity: data.into(),
                unit_price: region.storage_price.into(),
                amount: region.storage_price * data,
            });
        }
        if (1..copies).contains(&place) {
            egress.push(Line {
                group: "replication egress",
                label: format!("replication egress, {} to {name}", regions[0].name),
                quantity: written.into(),
                unit_price: egress_price.into(),
                amount: (egress_price * written).monthly(),
            });
        }
    }
    let lines = [compute, storage, egress].concat();
    CostSheet::new("monthly cost of a multi-region deployment", inputs, lines)
}

fn check_regions(regions: &[Region]) -> Result<(), DomainError> {
    if regions.is_empty() {
        return Err(DomainError::new(
            "regions",
            "empty",
            "a list of at least one region",
            "a service runs somewhere",
        ));
    }
    for (place, region) in regions.iter().enumerate() {
        let name = &region.name;
        if regions[..place].iter().any(|earlier| earlier.name == *name) {
            return Err(DomainError::new(
                "regions",
                format!("a list with `{name}` in it twice"),
                "a list of different regions",
                "copies in one region fail together, add up its instances instead",
            ));
        }
        argument(format!("instance_price of {name}"), region.instance_price).at_least(
            HourlyPrice::ZERO,
            "nobody pays you for running your instances",
        )?;
        argument(format!("storage_price of {name}"), region.storage_price)
            .at_least(StoragePrice::ZERO, "nobody pays you for storing your data")?;
    }
    Ok(())
}

fn checked_copies(replication_factor: u32, regions: usize) -> Result<usize, DomainError> {
    let copies = usize::try_from(replication_factor).unwrap_or(usize::MAX);
    if (1..=regions).contains(&copies) {
        return Ok(copies);
    }
    Err(DomainError::new(
        "replication_factor",
        replication_factor.to_string(),
        format!("between 1 and {regions}, the number of regions"),
        "each copy is in a region of its own",
    ))
}
