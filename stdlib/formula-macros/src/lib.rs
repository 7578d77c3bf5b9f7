//! The macros by which a formula, a calculator and a cost model are written once.
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
//! - `in "CE"` is a year of the calendar: it is written without thousands separators.
//! - `choice` instead: the type has a few values, each with a label. The default is a
//!   number or, better, a label: `handshake: Handshake, "h", "handshake", choice, default
//!   "TCP + TLS 1.3";`.
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
//!
//! # Sheets
//!
//! `calculator!` and `cost_model!` write a sheet of the crate `lightcone-sheets`: several
//! named lines in the place of the result. The inputs are written like arguments.
//!
//! ```text
//! calculator! {
//!     /// What it tells, in a sentence, and below `# Examples` an example that runs.
//!     pub fn bdp_window(
//!         bandwidth: DataRate in mbit_per_s, "B", "bandwidth",
//!             above 0 "a line without bandwidth never sends", default 1_000, range 1..=100_000 log;
//!         rtt: Time in ms, "RTT", "round-trip time",
//!             above 0 "an answer always takes some time", default 80, range 0.1..=500 log;
//!         window: DataSize in kib, "W", "window",
//!             at_least 0 "a window cannot be negative", default 64, range 1..=65_536 log;
//!     ) {
//!         bdp: DataSize in mb, "BDP", "bandwidth-delay product"
//!             = latency::bandwidth_delay_product(bandwidth, rtt);
//!         /// A note on this line.
//!         result rate: DataRate in mbit_per_s, "X", "rate with this window"
//!             = min(bandwidth, window * 8 / rtt);
//!         result binding: one_of "window", "line", "what sets the limit"
//!             = if window < bdp { 0 } else { 1 };
//!     }
//!     id: "C002";
//!     name: "Bandwidth-delay product and window";
//!     path: "calc::bdp_window";
//!     assumes: "Bandwidth and round-trip time are constant.";
//!     fails: "When queues fill and the round-trip time grows.";
//!     source: "RFC 7323 (2014), section 1.1";
//!     episode: 1;
//!     plot: rtt => rate;
//! }
//! ```
//!
//! - A line has a type, a unit, a symbol and a meaning, and after `=` an expression or a
//!   block of the same language as a formula's body. It sees inputs, constants, tables
//!   and the lines above it.
//! - `result` marks an answer, `total` the sum of a cost model, which has exactly one.
//! - `one_of "window", "line", "what sets the limit"` is a line that is a word: its value
//!   is the word's place, from 0, and its last text is the meaning.
//! - `table latitude = PATH;` among the inputs gives lines a `&'static [f64]`, read as
//!   `latitude[city]`. A NaN in it, and a place outside, is an error of that line, as is
//!   `list[place]` or `item(list, place)` outside of a list.
//! - `plot:` names the input along x and the curves; cost models may have `prices:`,
//!   which names the dated price tables behind the defaults.
//! - In a line, a name must not be that of a formula which the line calls.
//!
//! The function `bdp_window` gives the type `BdpWindow` with the defaults, a method for
//! each input that sets it, and a method for each line with its typed answer; the
//! constant `BDP_WINDOW` describes the sheet.
//!
//! # Below another root
//!
//! Generated code names the crates `lightcone_units` and `lightcone_sheets`. With `@root
//! PATH;` as the first tokens it names `PATH::units` and `PATH::sheets` instead, so that a
//! crate that exports both can offer the macros to code which depends on that crate alone.

mod body;
mod documentation;
mod expand;
mod head;
mod javascript;
mod rust;
mod sheet;
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

/// Writes a calculator once; see the documentation of this crate.
#[proc_macro]
pub fn calculator(input: TokenStream) -> TokenStream {
    sheet(sheet::Kind::Calculator, input)
}

/// Writes a cost model once; see the documentation of this crate.
#[proc_macro]
pub fn cost_model(input: TokenStream) -> TokenStream {
    sheet(sheet::Kind::CostModel, input)
}

fn sheet(kind: sheet::Kind, input: TokenStream) -> TokenStream {
    sheet::parse(kind, input)
        .and_then(|definition| sheet::expand(&definition))
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
