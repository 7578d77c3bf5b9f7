//! Static pages: calculators that compute in the browser, and the reference.
//!
//! Both are made from the registries alone. [`calculators_page`] gives one HTML file
//! with everything in it: the JavaScript that comes from the same definitions as the
//! Rust functions, equations as MathML, and a policy that forbids the page to load
//! anything. [`reference()`] gives a folder of pages to read. The same registries give
//! the same bytes, so that a test can tell when pages that were written down are old.
//!
//! ```
//! use lightcone_pages::{Content, calculators_page};
//!
//! let content = Content::new(lightcone_formulas::FORMULAS.iter(), []);
//! let page = calculators_page(&content)?;
//! assert!(page.starts_with("<!doctype html>"));
//! # Ok::<(), lightcone_pages::PageError>(())
//! ```

#![forbid(unsafe_code)]

mod calculators;
mod code;
mod content;
mod html;
pub mod mathml;
mod reference;

pub use calculators::{calculator_page, calculators_page};
pub use code::code;
pub use content::{Content, Entry, PageError, Source};
pub use reference::{File, reference};
