//! How long data is under way: distance, light in fibre, bandwidth, and TCP.
//!
//! Every function takes and returns typed quantities. It checks its arguments
//! and its result, and returns a [`DomainError`](lightcone_units::DomainError)
//! in plain words instead of NaN.
//!
//! ```
//! use lightcone_latency::{FIBER_GROUP_INDEX, fiber_rtt};
//! use lightcone_units::prelude::*;
//!
//! let floor = fiber_rtt(5_570.km(), FIBER_GROUP_INDEX, 1.0)?;
//! assert_eq!(floor.to_string(), "54.6 ms");
//! # Ok::<(), DomainError>(())
//! ```

#![forbid(unsafe_code)]

mod fiber;
pub mod geo;
mod line;
mod setup;
mod tcp;

use lightcone_units::Formula;

pub use fiber::{
    FIBER_GROUP_INDEX, FIBER_ONE_WAY, FIBER_RTT, SPEED_OF_LIGHT, fiber_one_way, fiber_rtt,
};
pub use line::{
    BANDWIDTH_DELAY_PRODUCT, TRANSMISSION_DELAY, bandwidth_delay_product, transmission_delay,
};
pub use setup::{HANDSHAKE_TIME, Handshake, SLOW_START_ROUNDS, handshake_time, slow_start_rounds};
pub use tcp::{
    MATHIS_CONSTANT, TCP_THROUGHPUT_MATHIS, TCP_THROUGHPUT_PFTK, TCP_WINDOW_LIMIT,
    tcp_throughput_mathis, tcp_throughput_pftk, tcp_window_limit,
};

/// The formulas of this crate, in the order of their ids.
///
/// ```
/// use lightcone_latency::FORMULAS;
/// let rtt = FORMULAS.iter().find(|formula| formula.id == "F004").unwrap();
/// assert_eq!(rtt.path, "latency::fiber_rtt");
/// ```
pub const FORMULAS: &[Formula] = &[
    geo::haversine::HAVERSINE,
    geo::vincenty::VINCENTY_INVERSE,
    fiber::FIBER_ONE_WAY,
    fiber::FIBER_RTT,
    line::TRANSMISSION_DELAY,
    line::BANDWIDTH_DELAY_PRODUCT,
    tcp::TCP_WINDOW_LIMIT,
    tcp::TCP_THROUGHPUT_MATHIS,
    tcp::TCP_THROUGHPUT_PFTK,
    setup::SLOW_START_ROUNDS,
    setup::HANDSHAKE_TIME,
];
