//! What limits the rate of one TCP connection: its window, or packet loss.

use lightcone_units::{
    DataRate, DataSize, DomainError, Formula, Probability, Rate, Symbol, Time, argument, result,
};

const RTT_MEANING: &str = "an answer always takes some time";

pub(crate) const TCP_WINDOW_LIMIT: Formula = Formula {
    id: "F007",
    name: "Window-limited TCP throughput",
    path: "latency::tcp_window_limit",
    latex: r"X \le \frac{W}{RTT}",
    spoken: "the throughput is at most the window divided by the round-trip time",
    symbols: &[
        Symbol {
            symbol: "X",
            name: "throughput",
            unit: "byte/s",
            domain: "at least 0",
        },
        Symbol {
            symbol: "W",
            name: "window",
            unit: "byte",
            domain: "at least 0",
        },
        Symbol {
            symbol: "RTT",
            name: "round-trip time",
            unit: "s",
            domain: "above 0",
        },
    ],
    assumptions: "One window is sent for each round trip. The bound says nothing of loss or of the \
                  line's own bandwidth.",
    source: "RFC 7323 (2014), section 1.1",
    episode: 1,
};

/// The highest rate of a connection whose window is limited.
///
/// ```text
/// X \le \frac{W}{RTT}
/// ```
/// Spoken: the throughput is at most the window divided by the round-trip time.
///
/// # Arguments
/// - `window` (W): the smaller of receive window and send buffer, at least 0.
/// - `rtt`: round-trip time, above 0.
///
/// # Errors
/// [`DomainError`] for a negative window, a round-trip time of 0 or less, NaN,
/// infinity, and a result beyond the range of `f64`.
///
/// # Assumptions
/// One window is sent for each round trip. The bound says nothing of loss or of
/// the line's own bandwidth.
///
/// # Examples
/// ```
/// use lightcone_latency::tcp_window_limit;
/// use lightcone_units::prelude::*;
/// // The largest window without window scaling, over 100 ms.
/// assert_eq!(tcp_window_limit(64.kib(), 100.ms())?.to_string(), "5.24 Mbit/s");
/// # Ok::<(), DomainError>(())
/// ```
///
/// # References
/// - D. Borman et al. 2014, TCP Extensions for High Performance, RFC 7323, section 1.1.
///
/// # See also
/// [`bandwidth_delay_product`](crate::bandwidth_delay_product)
pub fn tcp_window_limit(window: DataSize, rtt: Time) -> Result<DataRate, DomainError> {
    let window =
        argument("window", window).at_least(DataSize::ZERO, "a window cannot be negative")?;
    let rtt = argument("rtt", rtt).above(Time::ZERO, RTT_MEANING)?;
    result("throughput", window / rtt)
}

/// The constant C of [`tcp_throughput_mathis`] for evenly spaced losses and an
/// acknowledgement for every packet: the square root of 3/2.
///
/// With delayed acknowledgements (one for two packets) it is the square root of
/// 3/4. Simplified texts use 1.
///
/// ```
/// use lightcone_latency::MATHIS_CONSTANT;
/// assert_eq!(MATHIS_CONSTANT, 1.5f64.sqrt());
/// ```
pub const MATHIS_CONSTANT: f64 = 1.224_744_871_391_589;

pub(crate) const TCP_THROUGHPUT_MATHIS: Formula = Formula {
    id: "F008",
    name: "Loss-limited TCP throughput (Mathis)",
    path: "latency::tcp_throughput_mathis",
    latex: r"X = \frac{MSS}{RTT}\cdot\frac{C}{\sqrt{p}},\ C=\sqrt{3/2}",
    spoken: "the throughput is the segment size over the round-trip time, times C over the square \
             root of the loss probability",
    symbols: &[
        Symbol {
            symbol: "X",
            name: "throughput",
            unit: "byte/s",
            domain: "above 0",
        },
        Symbol {
            symbol: "MSS",
            name: "maximum segment size",
            unit: "byte",
            domain: "above 0",
        },
        Symbol {
            symbol: "RTT",
            name: "round-trip time",
            unit: "s",
            domain: "above 0",
        },
        Symbol {
            symbol: "p",
            name: "loss probability",
            unit: "1",
            domain: "above 0, up to 1",
        },
        Symbol {
            symbol: "C",
            name: "constant of loss pattern and acknowledgements",
            unit: "1",
            domain: "above 0",
        },
    ],
    assumptions: "Reno congestion control in steady state, losses that fast retransmit repairs, no \
                  timeouts, no window limit. Above a loss of about 1 % timeouts dominate and the \
                  formula promises too much; CUBIC and BBR follow other laws.",
    source: "Mathis, Semke, Mahdavi, Ott 1997, Computer Communication Review 27(3)",
    episode: 1,
};

/// The rate of a TCP connection that packet loss limits.
///
/// ```text
/// X = \frac{MSS}{RTT}\cdot\frac{C}{\sqrt{p}},\ C=\sqrt{3/2}
/// ```
/// Spoken: the throughput is the segment size over the round-trip time, times C
/// over the square root of the loss probability.
///
/// # Arguments
/// - `mss`: maximum segment size, above 0; 1,460 bytes on Ethernet with IPv4.
/// - `rtt`: round-trip time, above 0.
/// - `loss` (p): probability that a packet is lost, above 0.
/// - `constant` (C): above 0. Use [`MATHIS_CONSTANT`].
///
/// # Errors
/// [`DomainError`] for arguments of 0 or less, NaN, infinity, and a result beyond
/// the range of `f64`. Without loss the model sets no limit, so a loss of 0 is an
/// error too.
///
/// # Assumptions
/// Reno congestion control in steady state, losses that fast retransmit repairs,
/// no timeouts, no window limit. Above a loss of about 1 % timeouts dominate and
/// the formula promises too much: use [`tcp_throughput_pftk`]. CUBIC and BBR follow
/// other laws.
///
/// # Examples
/// The formula counts bytes. Published pages have printed 1.24 MB/s as "Mbps",
/// which is eight times too little; here the unit is part of the result.
/// ```
/// use lightcone_latency::{MATHIS_CONSTANT, tcp_throughput_mathis};
/// use lightcone_units::prelude::*;
///
/// let loss = Probability::new(0.001)?;
/// let simplified = tcp_throughput_mathis(1_460.bytes(), 37.29.ms(), loss, 1.0)?;
/// assert_eq!(format!("{:.3}", simplified.in_mb_per_s()), "1.238");
/// assert_eq!(simplified.to_string(), "9.9 Mbit/s");
///
/// let rate = tcp_throughput_mathis(1_460.bytes(), 37.29.ms(), loss, MATHIS_CONSTANT)?;
/// assert_eq!(rate.to_string(), "12.1 Mbit/s");
/// # Ok::<(), DomainError>(())
/// ```
///
/// # References
/// - M. Mathis, J. Semke, J. Mahdavi, T. Ott 1997, The Macroscopic Behavior of the
///   TCP Congestion Avoidance Algorithm, CCR 27(3), doi:10.1145/263932.264023.
///
/// # See also
/// [`tcp_throughput_pftk`], [`tcp_window_limit`]
pub fn tcp_throughput_mathis(
    mss: DataSize,
    rtt: Time,
    loss: Probability,
    constant: f64,
) -> Result<DataRate, DomainError> {
    let mss = argument("mss", mss).above(DataSize::ZERO, "an empty segment carries no data")?;
    let rtt = argument("rtt", rtt).above(Time::ZERO, RTT_MEANING)?;
    let loss = argument("loss", loss).above(
        Probability::NEVER,
        "without loss this model has no limit, the window or the line sets the rate",
    )?;
    let constant = argument("constant", constant).above(
        0.0,
        "it is about 1.22 with an acknowledgement for every packet",
    )?;
    result(
        "throughput",
        mss / rtt * (constant / loss.in_ratio().sqrt()),
    )
}

pub(crate) const TCP_THROUGHPUT_PFTK: Formula = Formula {
    id: "F009",
    name: "TCP throughput with timeouts (PFTK)",
    path: "latency::tcp_throughput_pftk",
    latex: r"X \approx \min\!\left(\frac{W_{max}}{RTT},\frac{1}{RTT\sqrt{2bp/3}+T_0\min(1,3\sqrt{3bp/8})\,p(1+32p^2)}\right)",
    spoken: "the packet rate is the smaller of the window limit and one over the time that fast \
             retransmits and timeouts take for each packet",
    symbols: &[
        Symbol {
            symbol: "X",
            name: "throughput",
            unit: "packet/s",
            domain: "above 0",
        },
        Symbol {
            symbol: "W_{max}",
            name: "largest window",
            unit: "packet",
            domain: "at least 1",
        },
        Symbol {
            symbol: "RTT",
            name: "round-trip time",
            unit: "s",
            domain: "above 0",
        },
        Symbol {
            symbol: "p",
            name: "loss probability",
            unit: "1",
            domain: "0 to 1",
        },
        Symbol {
            symbol: "T_0",
            name: "first retransmission timeout",
            unit: "s",
            domain: "above 0",
        },
        Symbol {
            symbol: "b",
            name: "packets for each acknowledgement",
            unit: "1",
            domain: "at least 1",
        },
    ],
    assumptions: "Reno congestion control in steady state; after the first loss in a round all \
                  later packets of that round are lost too; the round-trip time does not depend on \
                  the window. Short flows never reach the steady state.",
    source: "Padhye, Firoiu, Towsley, Kurose 1998, SIGCOMM, equation 30",
    episode: 1,
};

/// The packet rate of a TCP connection under loss, with timeouts and a window.
///
/// ```text
/// X \approx \min\!\left(\frac{W_{max}}{RTT},
///     \frac{1}{RTT\sqrt{2bp/3}+T_0\min(1,3\sqrt{3bp/8})\,p(1+32p^2)}\right)
/// ```
/// Spoken: the packet rate is the smaller of the window limit and one over the
/// time that fast retransmits and timeouts take for each packet.
///
/// # Arguments
/// - `max_window` (W_max): largest window in packets, at least 1.
/// - `rtt`: round-trip time, above 0.
/// - `loss` (p): probability that a packet is lost. At 0 the window is the limit.
/// - `timeout` (T_0): first retransmission timeout, above 0.
/// - `packets_per_ack` (b): packets for each acknowledgement, at least 1; 2 with
///   delayed acknowledgements.
///
/// # Errors
/// [`DomainError`] for arguments outside these ranges, NaN, infinity, and a result
/// beyond the range of `f64`.
///
/// # Assumptions
/// Reno congestion control in steady state; after the first loss in a round all
/// later packets of that round are lost too; the round-trip time does not depend
/// on the window. Short flows never reach the steady state.
///
/// # Examples
/// ```
/// use lightcone_latency::tcp_throughput_pftk;
/// use lightcone_units::prelude::*;
///
/// let loss = Probability::new(0.01)?;
/// let packets = tcp_throughput_pftk(1_000.0, 100.ms(), loss, 1.seconds(), 2.0)?;
/// assert_eq!(packets.to_string(), "70.7 /s");
/// assert_eq!((1_460.bytes() * packets).to_string(), "825 kbit/s");
/// # Ok::<(), DomainError>(())
/// ```
///
/// # References
/// - J. Padhye, V. Firoiu, D. Towsley, J. Kurose 1998, Modeling TCP Throughput: A
///   Simple Model and its Empirical Validation, SIGCOMM, doi:10.1145/285237.285291.
///
/// # See also
/// [`tcp_throughput_mathis`], [`tcp_window_limit`]
pub fn tcp_throughput_pftk(
    max_window: f64,
    rtt: Time,
    loss: Probability,
    timeout: Time,
    packets_per_ack: f64,
) -> Result<Rate, DomainError> {
    let max_window = argument("max_window", max_window).at_least(
        1.0,
        "a connection sends at least one packet in a round trip",
    )?;
    let rtt = argument("rtt", rtt).above(Time::ZERO, RTT_MEANING)?;
    let timeout = argument("timeout", timeout)
        .above(Time::ZERO, "a sender waits some time before it sends again")?;
    let b = argument("packets_per_ack", packets_per_ack)
        .at_least(1.0, "an acknowledgement answers at least one packet")?;
    let p = loss.in_ratio();

    let window_limit = max_window / rtt;
    if p == 0.0 {
        return result("throughput", window_limit);
    }
    let fast_retransmits = rtt * (2.0 * b * p / 3.0).sqrt();
    let timeouts =
        timeout * ((3.0 * (3.0 * b * p / 8.0).sqrt()).min(1.0) * p * (1.0 + 32.0 * p * p));
    let loss_limit = 1.0 / (fast_retransmits + timeouts);
    result("throughput", window_limit.min(loss_limit))
}
