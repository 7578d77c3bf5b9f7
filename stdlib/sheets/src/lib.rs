//! Small computations with named inputs and named lines: calculators and cost models.
//!
//! A [`Sheet`] describes one: what goes in, which lines are computed, what it assumes.
//! A [`Worksheet`] is a sheet with values in its inputs. It computes all lines, keeps
//! going when one has no answer, and asks the questions that follow a first answer:
//! along a curve, which input matters most, where one line meets another, what another
//! scenario gives, and what uncertain inputs give.
//!
//! Sheets are written with the macros `calculator!` and `cost_model!` of the crate
//! `lightcone-formula-macros`. From one block come a function and a type for cells, and
//! an entry for registries, pages and spreadsheets:
//!
//! ```
//! use lightcone_formula_macros::cost_model;
//! use lightcone_sheets::{Target, Worksheet};
//! use lightcone_units::prelude::*;
//!
//! cost_model! {
//!     /// What it costs to send data to users.
//!     ///
//!     /// # Examples
//!     /// ```
//!     /// assert_eq!(delivery().cost()?.to_string(), "$450.00 a month");
//!     /// # Ok::<(), lightcone_units::DomainError>(())
//!     /// ```
//!     pub fn delivery(
//!         traffic: DataSize in tb, "D", "data sent in a month",
//!             at_least 0 "an amount of data cannot be negative", default 5, range 0..=100;
//!         price: DataPrice in usd_per_gb, "e", "price of traffic",
//!             at_least 0 "nobody pays you for your traffic", default 0.09, range 0..=1;
//!         budget: MonthlyCost in usd_per_month, "B", "budget",
//!             at_least 0 "a budget cannot be negative", default 1_000, range 0..=10_000;
//!     ) {
//!         /// A price is for 10^9 bytes.
//!         total cost: MonthlyCost in usd_per_month, "C", "cost a month"
//!             = traffic / 1e9 * price;
//!         result verdict: one_of "within", "beyond", "whether the budget lasts"
//!             = if cost <= budget { 0 } else { 1 };
//!     }
//!     id: "M900";
//!     name: "Delivery";
//!     path: "cost::delivery";
//!     assumes: "One price for all traffic.";
//!     fails: "With prices that fall with the volume.";
//!     source: "Bills of providers";
//!     episode: 1;
//!     plot: traffic => cost;
//! }
//!
//! // In a cell: setters for inputs, a method for each line.
//! let model = delivery().traffic(20.tb());
//! assert_eq!(model.cost()?, 1_800.usd_per_month());
//! assert_eq!(model.verdict()?, "beyond");
//! assert_eq!(model.code(), "cost::delivery().traffic(20.tb())");
//!
//! // By name: what widgets and pages do.
//! let mut worksheet = Worksheet::new(&DELIVERY);
//! worksheet.set_text("price", "$0.02/GB")?;
//! assert_eq!(worksheet.answer("cost")?, 100.0);
//! assert_eq!(worksheet.compute().text("cost")?, "$100.00 a month");
//! assert_eq!(DELIVERY.spreadsheet(DELIVERY.line("cost")?), Ok("(traffic/1000000000)*price".into()));
//! assert!(lightcone_sheets::javascript([&DELIVERY]).contains("function cost_line("));
//!
//! // The questions that follow.
//! assert_eq!(worksheet.curve(5)?.lines[0].1[4], Some(2_000.0));
//! assert_eq!(worksheet.tornado("cost", &[])?.bars[0].input, "traffic");
//! let break_even = worksheet.break_even("traffic", "cost", Target::Value(1_000.0))?;
//! assert_eq!(
//!     break_even.to_string(),
//!     "With `traffic` from 0 TB to 100 TB, `cost` meets $1,000.00 a month: at 50 TB.",
//! );
//! let table = worksheet.compare("now", &[("double", &model)])?;
//! assert_eq!(table.rows[0].texts, ["5 TB", "20 TB"]);
//! let simulation = worksheet.monte_carlo("cost", 1_000, 7, &[])?;
//! assert!(simulation.p5 < Some(100.0) && simulation.p95 > Some(100.0));
//! # Ok::<(), DomainError>(())
//! ```

#![forbid(unsafe_code)]

mod compare;
mod curve;
mod javascript;
mod monte_carlo;
mod names;
mod sensitivity;
mod sheet;
mod spreadsheet;
mod worksheet;

pub use compare::{Comparison, ComparisonRow, Scenario};
pub use curve::Curve;
pub use javascript::javascript;
pub use monte_carlo::{Distribution, Draw, Influence, Simulation};
pub use sensitivity::{Bar, BreakEven, Crossing, Range, Target, Tornado};
pub use sheet::{Constant, Line, Plot, Role, Sheet, SheetKind, Table};
pub use worksheet::{Cells, Computed, Worksheet, check, item, show, word};
