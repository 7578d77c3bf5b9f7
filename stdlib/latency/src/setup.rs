//! Round trips before data flows at full rate: handshakes and slow start.

use std::fmt;
use std::str::FromStr;

use lightcone_formula_macros::formula;
use lightcone_units::{
    DomainError, Kind, Limits, ParseQuantityError, Scalar, Time, choose, read_choice,
};

formula! {
    /// The round trips that slow start needs to send a flow.
    ///
    /// An empty flow needs none. The initial window is 10 since RFC 6928.
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
    pub fn slow_start_rounds(
        segments: u64 in "segment", "S", "length of the flow",
            default 100, range 0..=100_000;
        initial_window: u64 in "segment", "w_0", "initial congestion window",
            at_least 1 "a connection that may send nothing never starts",
            default 10, range 1..=100;
    ) -> u32, "r", "round trips", "at least 0" {
        // The smallest r with w0 (2^r - 1) >= S, by doubling: no rounding at powers
        // of two, and 64 rounds send any flow.
        let mut rounds = 0;
        let mut sent = 0;
        let mut window = initial_window;
        for round in 0..64 {
            if sent >= segments {
                break;
            }
            sent += window;
            window *= 2;
            rounds = round + 1;
        }
        rounds
    }
    id: "F010";
    name: "Slow-start rounds for a flow";
    path: "latency::slow_start_rounds";
    latex: r"r = \lceil\log_2(S/w_0+1)\rceil";
    spoken: "the number of rounds is the base-two logarithm of the flow over the initial window \
             plus one, rounded up";
    assumes: "The window doubles each round trip.";
    fails: "With loss, delayed acknowledgements, or a receive window or line that limits the \
            window.";
    source: "Dukkipati et al. 2010, Computer Communication Review 40(3); RFC 6928 (2013)";
    episode: 1;
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

/// Reads the text that `Display` writes; case does not matter.
///
/// ```
/// use lightcone_latency::Handshake;
/// assert_eq!("quic".parse(), Ok(Handshake::Quic));
/// assert!("SPDY".parse::<Handshake>().is_err());
/// ```
impl FromStr for Handshake {
    type Err = ParseQuantityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The number of a choice is its place.
        read_choice(text, "a handshake", Self::CHOICES).map(|place| Self::ALL[place as usize])
    }
}

/// As a number, a handshake is its place in [`Handshake::ALL`], from 0: its round trips
/// would not tell TCP from QUIC.
impl Scalar for Handshake {
    const KIND: Kind = Kind::Choice(Handshake::CHOICES);
    const LIMITS: Limits = Limits::between(0.0, 4.0);

    fn to_base(self) -> f64 {
        match self {
            Self::TcpTls12 => 0.0,
            Self::TcpTls13 => 1.0,
            Self::Tcp => 2.0,
            Self::Quic => 3.0,
            Self::QuicZeroRtt => 4.0,
        }
    }

    fn from_base(argument: &'static str, value: f64) -> Result<Self, DomainError> {
        choose(argument, value, Self::CHOICES).map(|place| Self::ALL[place])
    }

    fn in_words(self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<f64, ParseQuantityError> {
        read_choice(text, "a handshake", Self::CHOICES)
    }
}

impl Handshake {
    /// The labels of [`Handshake::ALL`] with their places.
    const CHOICES: &[(&str, f64)] = &[
        ("TCP + TLS 1.2", 0.0),
        ("TCP + TLS 1.3", 1.0),
        ("TCP", 2.0),
        ("QUIC", 3.0),
        ("QUIC 0-RTT", 4.0),
    ];
}

formula! {
    /// The time until a new connection can carry its first request.
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
    pub fn handshake_time(
        rtt: Time in ms, "RTT", "round-trip time",
            at_least 0 "an answer cannot arrive before the question", default 80, range 0..=500;
        handshake: Handshake, "h", "handshake", choice, default "TCP + TLS 1.3";
        where r"n_{rtt}": "round trips of the handshake", "1", "0 to 3";
    ) -> Time in ms, "t", "set-up time", "at least 0" {
        // In the order of the choices, the slowest first.
        let round_trips = if handshake == 0 {
            3
        } else if handshake == 1 {
            2
        } else if handshake < 4 {
            1
        } else {
            0
        };
        rtt * round_trips
    }
    id: "F011";
    name: "Connection set-up time";
    path: "latency::handshake_time";
    latex: r"t = n_{rtt}(h)\cdot RTT,\ n_{rtt}\in\{0,1,2,3\}";
    spoken: "the set-up time is the number of round trips of the handshake times the round-trip \
             time";
    assumes: "No loss, no name look-up, no computing time, and certificates that fit the initial \
              window.";
    fails: "With 0-RTT to a new server: it needs an earlier connection, and its data can be \
            replayed.";
    source: "RFC 8446 (TLS 1.3, 2018); RFC 5246 (TLS 1.2, 2008); RFC 9000 and 9001 (QUIC, 2021)";
    episode: 1;
}
