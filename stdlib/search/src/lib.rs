//! A small ranked full-text index, for some thousands of short documents.
//!
//! Documents have text in named fields, which is searched, and attributes, which
//! filter. An [`Index`] is built once, a [`Schema`] says which filters there are,
//! and a [`Query`] is what somebody typed. Nothing here reads a file, a clock or
//! a random number: the same documents and query give the same results.
//!
//! ```
//! use lightcone_search::{Document, Filter, Index, Query, Schema, Units};
//!
//! let mut builder = Index::builder().field("title", 3.0)?.field("summary", 1.0)?;
//! builder.add(
//!     Document::new()
//!         .text("title", "DNS outage in us-east-1")
//!         .text("summary", "A race removed a record, and clients retried in a storm.")
//!         .keyword("provider", "aws")
//!         .number("duration", 54_000.0)
//!         .days("start", 20_381.0),
//! )?;
//! builder.add(
//!     Document::new()
//!         .text("title", "A certificate expired")
//!         .text("summary", "Nobody was told, and every login failed.")
//!         .keyword("provider", "azure"),
//! )?;
//! let index = builder.build();
//!
//! let schema = Schema::new()
//!     .with(Filter::one_of("provider", index.keywords("provider").iter().map(|(v, _)| *v)))?
//!     .with(Filter::number("duration", Units::durations()))?
//!     .with(Filter::after("after").of("start"))?;
//!
//! let query = Query::parse("dns retry strom provider:aws duration:>60m after:2015", &schema)?;
//! let results = index.search(&query, 10);
//! assert_eq!(results.total, 1);
//!
//! let hit = &results.hits[0];
//! assert_eq!(hit.document, 0);
//! assert_eq!(hit.terms, ["dns", "retry", "strom"]);
//! assert_eq!(results.corrections[0].used, ["storm"]);
//! let snippet = index.snippet(hit, "summary", 16).unwrap();
//! assert_eq!(snippet.to_string(), "… and clients retried in a storm.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is found
//!
//! Words are cut at everything but letters and digits, and folded: case, accents,
//! plural, `-ed` and `-ing` make no difference, so `retries` finds "retrying".
//! What single signs hold together, as in `us-east-1`, `tls1.3` or `fail-over`, is
//! found in parts, as a whole, and without the signs. A word that no document has
//! finds similar words instead. [`Query`] describes what can be typed, and
//! [`Index::search`] how documents are ordered.
//!
//! # What it is not
//!
//! The index lives in memory and cannot be changed; build it again, which takes
//! some tens of milliseconds for a megabyte. Stems are English. Languages that do
//! not put spaces between words are found by whole runs of letters only.

#![forbid(unsafe_code)]

mod builder;
mod date;
mod document;
mod error;
mod filter;
mod fuzzy;
mod highlight;
mod index;
mod query;
mod rank;
mod results;
mod schema;
mod similar;
mod stem;
mod token;

pub use builder::IndexBuilder;
pub use document::Document;
pub use error::{IndexError, Place, QueryError, SchemaError};
pub use highlight::Snippet;
pub use index::Index;
pub use query::Query;
pub use results::{Correction, Highlight, Hit, Results};
pub use schema::{Filter, Schema, Units};
