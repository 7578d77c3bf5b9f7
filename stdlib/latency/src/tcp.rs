//! What limits the rate of one TCP connection: its window, or packet loss.

use lightcone_formula_macros::formula;
use lightcone_units::{DataRate, DataSize, Probability, Rate, Time};

formula! {
    /// The highest rate of a connection whose window is limited.
    ///
    /// The window is the smaller of receive window and send buffer.
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
    pub fn tcp_window_limit(
        window: DataSize in kib, "W", "window",
            at_least 0 "a window cannot be negative", default 64, range 1..=65_536 log;
        rtt: Time in ms, "RTT", "round-trip time",
            above 0 "an answer always takes some time", default 100, range 0.1..=500 log;
    ) -> DataRate in mbit_per_s, "X", "throughput", "at least 0" {
        window * 8 / rtt
    }
    id: "F007";
    name: "Window-limited TCP throughput";
    path: "latency::tcp_window_limit";
    latex: r"X \le \frac{W}{RTT}";
    spoken: "the throughput is at most the window divided by the round-trip time";
    assumes: "One window is sent for each round trip.";
    fails: "Where loss or the bandwidth of the line sets a lower limit; the bound says nothing of \
            either.";
    source: "RFC 7323 (2014), section 1.1";
    episode: 1;
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

formula! {
    /// The rate of a TCP connection that packet loss limits.
    ///
    /// The segment size is 1,460 bytes on Ethernet with IPv4; use
    /// [`MATHIS_CONSTANT`] for C. Without loss the model sets no limit, so a loss of
    /// 0 is an error.
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
        mss: DataSize in bytes, "MSS", "maximum segment size",
            above 0 "an empty segment carries no data", default 1_460, range 500..=9_000;
        rtt: Time in ms, "RTT", "round-trip time",
            above 0 "an answer always takes some time", default 80, range 0.1..=500 log;
        loss: Probability in percent, "p", "loss probability",
            above 0 "without loss this model has no limit, the window or the line sets the rate",
            default 0.1, range 0.0001..=10 log;
        constant: f64, "C", "constant of loss pattern and acknowledgements",
            above 0 "it is about 1.22 with an acknowledgement for every packet",
            default 1.224_744_871_391_589, range 0.8..=1.5;
    ) -> DataRate in mbit_per_s, "X", "throughput", "above 0" {
        mss * 8 / rtt * (constant / loss.sqrt())
    }
    id: "F008";
    name: "Loss-limited TCP throughput (Mathis)";
    path: "latency::tcp_throughput_mathis";
    latex: r"X = \frac{MSS}{RTT}\cdot\frac{C}{\sqrt{p}},\ C=\sqrt{3/2}";
    spoken: "the throughput is the segment size over the round-trip time, times C over the square \
             root of the loss probability";
    assumes: "Reno congestion control in steady state, losses that fast retransmit repairs, no \
              timeouts, no window limit.";
    fails: "Above a loss of about 1 %, where timeouts dominate and the formula promises too much; \
            CUBIC and BBR follow other laws.";
    source: "Mathis, Semke, Mahdavi, Ott 1997, Computer Communication Review 27(3)";
    episode: 1;
}

formula! {
    /// The packet rate of a TCP connection under loss, with timeouts and a window.
    ///
    /// Without loss the window is the limit. With delayed acknowledgements there are
    /// two packets for each.
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
        max_window: f64 in "packet", "W_{max}", "largest window",
            at_least 1 "a connection sends at least one packet in a round trip",
            default 1_000, range 1..=10_000 log;
        rtt: Time in ms, "RTT", "round-trip time",
            above 0 "an answer always takes some time", default 100, range 0.1..=500 log;
        loss: Probability in percent, "p", "loss probability", default 1, range 0..=20;
        timeout: Time in seconds, "T_0", "first retransmission timeout",
            above 0 "a sender waits some time before it sends again",
            default 1, range 0.2..=10;
        packets_per_ack: f64 in "packet", "b", "packets for each acknowledgement",
            at_least 1 "an acknowledgement answers at least one packet", default 2, range 1..=4;
    ) -> Rate in per_second, "X", "throughput", "above 0" {
        let window_limit = max_window / rtt;
        if loss == 0 {
            return window_limit;
        }
        let fast_retransmits = rtt * (2 * packets_per_ack * loss / 3).sqrt();
        let backoff = (3 * (3 * packets_per_ack * loss / 8).sqrt()).min(1);
        let timeouts = timeout * (backoff * loss * (1 + 32 * loss * loss));
        window_limit.min(1 / (fast_retransmits + timeouts))
    }
    id: "F009";
    name: "TCP throughput with timeouts (PFTK)";
    path: "latency::tcp_throughput_pftk";
    latex: r"X \approx \min\!\left(\frac{W_{max}}{RTT},\frac{1}{RTT\sqrt{2bp/3}+T_0\min(1,3\sqrt{3bp/8})\,p(1+32p^2)}\right)";
    spoken: "the packet rate is the smaller of the window limit and one over the time that fast \
             retransmits and timeouts take for each packet";
    assumes: "Reno congestion control in steady state; after the first loss in a round all later \
              packets of that round are lost too; the round-trip time does not depend on the window.";
    fails: "For short flows, which never reach the steady state.";
    source: "Padhye, Firoiu, Towsley, Kurose 1998, SIGCOMM, equation 30";
    episode: 1;
}
