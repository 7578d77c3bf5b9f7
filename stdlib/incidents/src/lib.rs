//! The incident database: search it, look at one incident, analyse all of them.
//!
//! In a notebook this crate is the module `incidents`, beside the function
//! `incidents()` that returns the table.
//!
//! - [`search`] finds incidents by ranked full text with filters, [`like`] those
//!   that resemble one.
//! - [`incident`] shows one as a card: timeline, cause, impact, analysis, links.
//! - The functions of [`analyses`] take a frame, ours or the reader's own, and
//!   return an [`Analysis`]: findings with n of N and intervals, a table, figures,
//!   and what the data cannot say.
//!
//! # Example
//! ```no_run
//! use lightcone_data::incidents;
//!
//! let found = lightcone_incidents::search("dns retry storm after:2015 duration:>60m")?;
//! println!("{found}");
//! let durations = lightcone_incidents::duration_distribution(incidents())?;
//! println!("{durations}");
//! # Ok::<(), lightcone_incidents::IncidentsError>(())
//! ```
//!
//! # Layout
//! - `find`: search and similar incidents.
//! - `card`: one incident.
//! - [`analyses`]: one file a question.
//! - `analysis`: what an analysis returns, and how it shows itself.
//! - `columns`: the columns that an analysis needs, out of any frame.

pub mod analyses;
mod analysis;
mod card;
mod columns;
mod error;
mod find;

pub use analyses::{
    causes_by_organization, causes_by_year, causes_with_patterns, duration_distribution,
    inter_arrival_times, minutes_lost_against_sla, pareto_of_minutes_lost, seasonality,
    time_to_detect_and_mitigate, what_if,
};
pub use analysis::Analysis;
pub use card::{IncidentCard, incident};
pub use error::IncidentsError;
pub use find::{Found, like, search};

#[cfg(test)]
mod tests;
