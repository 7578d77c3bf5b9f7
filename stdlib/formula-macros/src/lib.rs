//! The macro by which a formula is written once.
//!
//! One block gives the function with typed quantities, its checks and its
//! documentation, the entry for the registry, the JavaScript of the static
//! calculator, and the expression of the spreadsheet:
//!
//! ```text
//! formula! {
//!     /// The time from the first bit to the last bit of some data on a line.
//!     pub fn transmission_delay(
//!         size: DataSize in bytes, "L", "amount of data",
//!             at_least 0 "an amount of data cannot be negative",
//!             default 1_500, range 1..=1e9 log;
//!         bandwidth: DataRate in mbit_per_s, "B", "bandwidth",
//!             above 0 "a line without bandwidth never sends anything",
//!             default 10, range 0.1..=100_000 log;
//!     ) -> Time in ms, "t_{tx}", "transmission delay", at_least 0 {
//!         size * 8 / bandwidth
//!     }
//!     id: "F005";
//!     name: "Transmission (serialisation) delay";
//!     path: "latency::transmission_delay";
//!     latex: r"t_{tx} = \frac{L}{B}";
//!     spoken: "the transmission delay is the amount of data divided by the bandwidth";
//!     assumes: "The line sends at its full rate.";
//!     fails: "Where data waits in a queue first.";
//!     source: "Kurose and Ross, Computer Networking: A Top-Down Approach, chapter 1";
//!     episode: 1;
//!     example: (1_500.bytes(), 10.mbit_per_s()) => "1.2 ms";
//! }
//! ```
//!
//! # The head
//!
//! An argument has a type, a unit (the name of the type's literal method, left out
//! for plain numbers; a text in quotes names what is counted), its LaTeX symbol, its
//! meaning, the values allowed, a default and a range for sliders. Numbers in the
//! head are in that unit.
//!
//! - `at_least 0 "why"`, `above 0 "why"`, `between 0 and 1 "why"`,
//!   `within 0 and 1 "why"` (1 itself not), `above 0 up_to 1 "why"`. Without any of
//!   them all values of the type are allowed.
//! - `[Time]` is a list: the function takes `&[Time]`. All lists of a formula have
//!   the same length. The default of a list is `[10, 20]`.
//! - `from: Point { from_latitude: latitude, ...; from_longitude: longitude, ...; };`
//!   takes a `Point` apart: the body sees the parts, `Point::new` puts them together.
//! - `const light: SPEED_OF_LIGHT in m_per_s, "c", "speed of light in vacuum";` gives
//!   the body a constant.
//! - `where "A": "series in the azimuth", "1", "near 1";` explains another symbol.
//!
//! # The body
//!
//! The body works on plain numbers in base units (seconds, metres, bytes, bits per
//! second, shares of 1) and is a part of Rust that can be said in JavaScript, too:
//! `let`, assignment, arithmetic, comparisons, `if`, `for` over a range with a bound
//! or over a list, `break`, `return`, the functions in `body.rs`, and calls
//! of other formulas by path. An `Availability` argument `node` has a companion
//! `node_down`, its exact unavailability, and a result written `Availability(down)` is
//! computed as what is missing to 1.
//!
//! Checks between arguments are statements: `check_between(correlation, lowest, 1,
//! "why");`, `check_at_least(...)`, `check_above(...)`, and for everything else
//! `require(condition, argument, "what is allowed", "why");`.

mod body;
mod documentation;
mod expand;
mod head;
mod javascript;
mod rust;
mod spreadsheet;

use proc_macro::TokenStream;

/// Writes a formula once; see the documentation of this crate.
#[proc_macro]
pub fn formula(input: TokenStream) -> TokenStream {
    syn::parse::<head::Definition>(input)
        .and_then(|definition| expand::expand(&definition))
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
