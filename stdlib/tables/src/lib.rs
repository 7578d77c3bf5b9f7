//! The few columns of the datasets that calculators and cost models compute with:
//! regions and the round trips between them, instances, and prices of services.
//!
//! Regions and instances are choices: a widget shows them as a list, code finds them by
//! name. A column is a slice of numbers that the number of a choice leads into; NaN is
//! what the dataset does not know. The numbers follow the order of the list and change
//! with the datasets, so code and texts use names.
//!
//! ```
//! use lightcone_tables::{Region, measured_rtt};
//!
//! let virginia = Region::find("aws:us-east-1")?;
//! let ireland: Region = "aws eu-west-1".parse()?;
//! let rtt = measured_rtt(virginia, ireland).ok_or("not measured")?;
//! assert!(rtt.in_ms() > 54.0 && rtt.in_ms() < 100.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod instances;
mod name;
mod regions;
mod services;

pub use instances::Instance;
pub use name::UnknownName;
pub use regions::{Measurement, Place, Region, measured_rtt};
pub use services::{ServicePrice, service_price};

use instances::InstanceRow;
use regions::{OWN_COORDINATES, RegionRow};

include!(concat!(env!("OUT_DIR"), "/tables.rs"));
