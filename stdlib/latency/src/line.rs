//! Bandwidth: how long a line needs to send data, and how much is under way.

use lightcone_units::{DataRate, DataSize, DomainError, Formula, Symbol, Time, argument, result};

pub(crate) const TRANSMISSION_DELAY: Formula = Formula {
    id: "F005",
    name: "Transmission (serialisation) delay",
    path: "latency::transmission_delay",
    latex: r"t_{tx} = \frac{L}{B}",
    spoken: "the transmission delay is the length of the packet divided by the bandwidth",
    symbols: &[
        Symbol {
            symbol: "t_{tx}",
            name: "transmission delay",
            unit: "s",
            domain: "at least 0",
        },
        Symbol {
            symbol: "L",
            name: "amount of data",
            unit: "bit",
            domain: "at least 0",
        },
        Symbol {
            symbol: "B",
            name: "bandwidth",
            unit: "bit/s",
            domain: "above 0",
        },
    ],
    assumptions: "The line sends at its full rate and nothing waits in a queue. Each \
                  store-and-forward hop adds its own transmission delay.",
    source: "Kurose and Ross, Computer Networking: A Top-Down Approach, chapter 1",
    episode: 1,
};

/// The time from the first bit to the last bit of some data on a line.
///
/// ```text
/// t_{tx} = \frac{L}{B}
/// ```
/// Spoken: the transmission delay is the length of the packet divided by the
/// bandwidth.
///
/// # Arguments
/// - `size` (L): amount of data, at least 0.
/// - `bandwidth` (B): rate of the line, above 0.
///
/// # Errors
/// [`DomainError`] for a negative size, a bandwidth of 0 or less, NaN, infinity,
/// and a result beyond the range of `f64`.
///
/// # Assumptions
/// The line sends at its full rate and nothing waits in a queue. Each
/// store-and-forward hop adds its own transmission delay.
///
/// # Examples
/// ```
/// use lightcone_latency::transmission_delay;
/// use lightcone_units::prelude::*;
/// assert_eq!(transmission_delay(1_500.bytes(), 10.mbit_per_s())?.to_string(), "1.2 ms");
/// # Ok::<(), DomainError>(())
/// ```
///
/// # References
/// - J. Kurose, K. Ross, Computer Networking: A Top-Down Approach, chapter 1.
///
/// # See also
/// [`bandwidth_delay_product`]
pub fn transmission_delay(size: DataSize, bandwidth: DataRate) -> Result<Time, DomainError> {
    let size =
        argument("size", size).at_least(DataSize::ZERO, "an amount of data cannot be negative")?;
    let bandwidth = argument("bandwidth", bandwidth).above(
        DataRate::ZERO,
        "a line without bandwidth never sends anything",
    )?;
    result("transmission delay", size / bandwidth)
}

pub(crate) const BANDWIDTH_DELAY_PRODUCT: Formula = Formula {
    id: "F006",
    name: "Bandwidth-delay product",
    path: "latency::bandwidth_delay_product",
    latex: r"BDP = B\cdot RTT",
    spoken: "the bandwidth-delay product is the bandwidth times the round-trip time",
    symbols: &[
        Symbol {
            symbol: "BDP",
            name: "bandwidth-delay product",
            unit: "bit",
            domain: "at least 0",
        },
        Symbol {
            symbol: "B",
            name: "bandwidth",
            unit: "bit/s",
            domain: "at least 0",
        },
        Symbol {
            symbol: "RTT",
            name: "round-trip time",
            unit: "s",
            domain: "at least 0",
        },
    ],
    assumptions: "Bandwidth and round-trip time are constant. When queues fill, the round-trip \
                  time grows and so does the product.",
    source: "RFC 1072 (1988); RFC 7323 (2014), section 1.1",
    episode: 1,
};

/// The data that must be under way to keep a line busy: the window that a
/// connection needs.
///
/// ```text
/// BDP = B\cdot RTT
/// ```
/// Spoken: the bandwidth-delay product is the bandwidth times the round-trip time.
///
/// # Arguments
/// - `bandwidth` (B): rate of the narrowest link, at least 0.
/// - `rtt`: round-trip time, at least 0.
///
/// # Errors
/// [`DomainError`] for negative arguments, NaN, infinity, and a result beyond the
/// range of `f64`.
///
/// # Assumptions
/// Bandwidth and round-trip time are constant. When queues fill, the round-trip
/// time grows and so does the product.
///
/// # Examples
/// ```
/// use lightcone_latency::bandwidth_delay_product;
/// use lightcone_units::prelude::*;
/// assert_eq!(bandwidth_delay_product(2.mbit_per_s(), 50.ms())?.to_string(), "12.5 kB");
/// assert_eq!(bandwidth_delay_product(1.gbit_per_s(), 80.ms())?.to_string(), "10 MB");
/// # Ok::<(), DomainError>(())
/// ```
///
/// # References
/// - V. Jacobson, R. Braden 1988, TCP Extensions for Long-Delay Paths, RFC 1072.
/// - D. Borman et al. 2014, TCP Extensions for High Performance, RFC 7323, section 1.1.
///
/// # See also
/// [`tcp_window_limit`](crate::tcp_window_limit)
pub fn bandwidth_delay_product(bandwidth: DataRate, rtt: Time) -> Result<DataSize, DomainError> {
    let bandwidth = argument("bandwidth", bandwidth)
        .at_least(DataRate::ZERO, "a bandwidth cannot be negative")?;
    let rtt =
        argument("rtt", rtt).at_least(Time::ZERO, "an answer cannot arrive before the question")?;
    result("bandwidth-delay product", bandwidth * rtt)
}
