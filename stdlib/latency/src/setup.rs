//! Round trips before data flows at full rate: handshakes and slow start.

use std::fmt;

use lightcone_units::{DomainError, Formula, Symbol, Time, argument, result};

pub(crate) const SLOW_START_ROUNDS: Formula = Formula {
    id: "F010",
    name: "Slow-start rounds for a flow",
    path: "latency::slow_start_rounds",
    latex: r"r = \lceil\log_2(S/w_0+1)\rceil",
    spoken: "the number of rounds is the base-two logarithm of the flow over the initial window \
             plus one, rounded up",
    symbols: &[
        Symbol {
            symbol: "r",
            name: "round trips",
            unit: "1",
            domain: "at least 0",
        },
        Symbol {
            symbol: "S",
            name: "length of the flow",
            unit: "segment",
            domain: "at least 0",
        },
        Symbol {
            symbol: "w_0",
            name: "initial congestion window",
            unit: "segment",
            domain: "at least 1",
        },
    ],
    assumptions: "The window doubles each round trip: no loss, no delayed acknowledgements, no \
                  receive window or line that limits it.",
    source: "Dukkipati et al. 2010, Computer Communication Review 40(3); RFC 6928 (2013)",
    episode: 1,
};

/// The round trips that slow start needs to send a flow.
///
/// ```text
/// r = \lceil\log_2(S/w_0+1)\rceil
/// ```
/// Spoken: the number of rounds is the base-two logarithm of the flow over the
/// initial window plus one, rounded up.
///
/// # Arguments
/// - `segments` (S): length of the flow in segments. An empty flow needs 0 rounds.
/// - `initial_window` (w_0): initial congestion window in segments, at least 1;
///   10 since RFC 6928.
///
/// # Errors
/// [`DomainError`] for an initial window of 0.
///
/// # Assumptions
/// The window doubles each round trip: no loss, no delayed acknowledgements, no
/// receive window or line that limits it. The computation is in whole numbers, so
/// it has no rounding at powers of two.
///
/// # Examples
/// ```
/// use lightcone_latency::slow_start_rounds;
/// // 10 + 20 + 40 + 80 segments in four rounds.
/// assert_eq!(slow_start_rounds(100, 10)?, 4);
/// assert_eq!(slow_start_rounds(150, 10)?, 4);
/// assert_eq!(slow_start_rounds(151, 10)?, 5);
/// # Ok::<(), lightcone_units::DomainError>(())
/// ```
///
/// # References
/// - N. Dukkipati et al. 2010, An Argument for Increasing TCP's Initial Congestion
///   Window, CCR 40(3), doi:10.1145/1823844.1823848.
/// - J. Chu et al. 2013, Increasing TCP's Initial Window, RFC 6928.
///
/// # See also
/// [`handshake_time`]
pub fn slow_start_rounds(segments: u64, initial_window: u64) -> Result<u32, DomainError> {
    if initial_window == 0 {
        return Err(DomainError::new(
            "initial_window",
            "0",
            "at least 1",
            "a connection that may send nothing never starts",
        ));
    }
    // The smallest r with w0 * (2^r - 1) >= S. The window has at most 64 bits and
    // 64 rounds send any flow, so 128 bits hold every product.
    let (flow, window) = (u128::from(segments), u128::from(initial_window));
    let mut rounds = 0;
    while window * ((1 << rounds) - 1) < flow {
        rounds += 1;
    }
    Ok(rounds)
}

/// How a connection is opened, for [`handshake_time`].
///
/// ```
/// use lightcone_latency::Handshake;
/// assert_eq!(Handshake::TcpTls13.round_trips(), 2);
/// assert_eq!(Handshake::TcpTls13.to_string(), "TCP + TLS 1.3");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Handshake {
    /// TCP without encryption: one round trip.
    Tcp,
    /// TCP and a full TLS 1.2 handshake: three round trips.
    TcpTls12,
    /// TCP and a full TLS 1.3 handshake: two round trips.
    TcpTls13,
    /// A new QUIC connection: one round trip.
    Quic,
    /// A resumed QUIC connection that sends data at once: none.
    QuicZeroRtt,
}

impl Handshake {
    /// All kinds, the slowest first.
    ///
    /// ```
    /// use lightcone_latency::Handshake;
    /// assert_eq!(Handshake::ALL.map(Handshake::round_trips), [3, 2, 1, 1, 0]);
    /// ```
    pub const ALL: [Self; 5] = [
        Self::TcpTls12,
        Self::TcpTls13,
        Self::Tcp,
        Self::Quic,
        Self::QuicZeroRtt,
    ];

    /// The round trips before the client can send its request.
    ///
    /// ```
    /// use lightcone_latency::Handshake;
    /// assert_eq!(Handshake::TcpTls12.round_trips(), 3);
    /// ```
    #[must_use]
    pub const fn round_trips(self) -> u32 {
        match self {
            Self::TcpTls12 => 3,
            Self::TcpTls13 => 2,
            Self::Tcp | Self::Quic => 1,
            Self::QuicZeroRtt => 0,
        }
    }
}

impl fmt::Display for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tcp => "TCP",
            Self::TcpTls12 => "TCP + TLS 1.2",
            Self::TcpTls13 => "TCP + TLS 1.3",
            Self::Quic => "QUIC",
            Self::QuicZeroRtt => "QUIC 0-RTT",
        })
    }
}

pub(crate) const HANDSHAKE_TIME: Formula = Formula {
    id: "F011",
    name: "Connection set-up time",
    path: "latency::handshake_time",
    latex: r"t = n_{rtt}\cdot RTT,\ n_{rtt}\in\{0,1,2,3\}",
    spoken: "the set-up time is the number of round trips of the handshake times the round-trip \
             time",
    symbols: &[
        Symbol {
            symbol: "t",
            name: "set-up time",
            unit: "s",
            domain: "at least 0",
        },
        Symbol {
            symbol: "RTT",
            name: "round-trip time",
            unit: "s",
            domain: "at least 0",
        },
        Symbol {
            symbol: "n_{rtt}",
            name: "round trips of the handshake",
            unit: "1",
            domain: "0, 1, 2 or 3",
        },
    ],
    assumptions: "No loss, no name look-up, no computing time, and certificates that fit the \
                  initial window. 0-RTT needs an earlier connection, and its data can be replayed.",
    source: "RFC 8446 (TLS 1.3, 2018); RFC 5246 (TLS 1.2, 2008); RFC 9000 and 9001 (QUIC, 2021)",
    episode: 1,
};

/// The time until a new connection can carry its first request.
///
/// ```text
/// t = n_{rtt}\cdot RTT,\ n_{rtt}\in\{0,1,2,3\}
/// ```
/// Spoken: the set-up time is the number of round trips of the handshake times
/// the round-trip time.
///
/// # Arguments
/// - `rtt`: round-trip time, at least 0.
/// - `handshake`: how the connection is opened; it gives n_rtt.
///
/// # Errors
/// [`DomainError`] for a negative round-trip time, NaN, infinity, and a result
/// beyond the range of `f64`.
///
/// # Assumptions
/// No loss, no name look-up, no computing time, and certificates that fit the
/// initial window. 0-RTT needs an earlier connection, and its data can be replayed.
///
/// # Examples
/// ```
/// use lightcone_latency::{Handshake, handshake_time};
/// use lightcone_units::prelude::*;
/// assert_eq!(handshake_time(80.ms(), Handshake::TcpTls12)?, 240.ms());
/// assert_eq!(handshake_time(80.ms(), Handshake::Quic)?, 80.ms());
/// # Ok::<(), DomainError>(())
/// ```
///
/// # References
/// - E. Rescorla 2018, The Transport Layer Security (TLS) Protocol Version 1.3, RFC 8446.
/// - J. Iyengar, M. Thomson 2021, QUIC: A UDP-Based Multiplexed and Secure
///   Transport, RFC 9000.
///
/// # See also
/// [`slow_start_rounds`]
pub fn handshake_time(rtt: Time, handshake: Handshake) -> Result<Time, DomainError> {
    let rtt =
        argument("rtt", rtt).at_least(Time::ZERO, "an answer cannot arrive before the question")?;
    result("set-up time", rtt * f64::from(handshake.round_trips()))
}
