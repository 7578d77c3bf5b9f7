//! Bandwidth: how long a line needs to send data, and how much is under way.

use lightcone_formula_macros::formula;
use lightcone_units::{DataRate, DataSize, Time};

formula! {
    /// The time from the first bit to the last bit of some data on a line.
    ///
    /// # References
    /// - J. Kurose, K. Ross, Computer Networking: A Top-Down Approach, chapter 1.
    ///
    /// # See also
    /// [`bandwidth_delay_product`]
    pub fn transmission_delay(
        size: DataSize in bytes, "L", "amount of data",
            at_least 0 "an amount of data cannot be negative",
            default 1_500, range 1..=1_000_000_000 log;
        bandwidth: DataRate in mbit_per_s, "B", "bandwidth",
            above 0 "a line without bandwidth never sends anything",
            default 10, range 0.1..=100_000 log;
    ) -> Time in ms, "t_{tx}", "transmission delay", "at least 0" {
        size * 8 / bandwidth
    }
    id: "F005";
    name: "Transmission (serialisation) delay";
    path: "latency::transmission_delay";
    latex: r"t_{tx} = \frac{L}{B}";
    spoken: "the transmission delay is the length of the packet divided by the bandwidth";
    assumes: "The line sends at its full rate and nothing waits in a queue.";
    fails: "Over several store-and-forward hops, each of which adds its own transmission delay.";
    source: "Kurose and Ross, Computer Networking: A Top-Down Approach, chapter 1";
    episode: 1;
    example: (1_500.bytes(), 10.mbit_per_s()) => "1.2 ms";
}

formula! {
    /// The data that must be under way to keep a line busy: the window that a
    /// connection needs.
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
    pub fn bandwidth_delay_product(
        bandwidth: DataRate in mbit_per_s, "B", "bandwidth of the narrowest link",
            at_least 0 "a bandwidth cannot be negative", default 1_000, range 0.1..=100_000 log;
        rtt: Time in ms, "RTT", "round-trip time",
            at_least 0 "an answer cannot arrive before the question", default 80, range 0..=500;
    ) -> DataSize in kb, "BDP", "bandwidth-delay product", "at least 0" {
        bandwidth * rtt / 8
    }
    id: "F006";
    name: "Bandwidth-delay product";
    path: "latency::bandwidth_delay_product";
    latex: r"BDP = B\cdot RTT";
    spoken: "the bandwidth-delay product is the bandwidth times the round-trip time";
    assumes: "Bandwidth and round-trip time are constant.";
    fails: "When queues fill: the round-trip time grows, and so does the product.";
    source: "RFC 1072 (1988); RFC 7323 (2014), section 1.1";
    episode: 1;
}
