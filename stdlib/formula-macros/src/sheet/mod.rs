//! Calculators and cost models: sheets of named inputs and lines.

mod documentation;
mod expand;
mod head;

pub(crate) use expand::expand;
pub(crate) use head::{Kind, parse};
