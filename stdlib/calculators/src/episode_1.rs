//! Calculators of episode 1: what distance, bandwidth, loss and shared causes allow.

use lightcone_formula_macros::calculator;
use lightcone_latency::geo::EARTH_MEAN_RADIUS;
use lightcone_latency::{Handshake, SPEED_OF_LIGHT};
use lightcone_tables::Place;
use lightcone_units::{DataRate, DataSize, Length, Probability, Ratio, Time};

calculator! {
    /// How long a round trip between two places takes at least, and how long it takes.
    ///
    /// Each place is a cloud region or has coordinates of its own. Round trips are
    /// measured between regions of one provider; elsewhere the floor remains.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators as calc;
    ///
    /// let sheet = calc::latency_floor()
    ///     .from("aws us-east-1".parse()?)
    ///     .to("aws ap-northeast-1".parse()?);
    /// assert_eq!(sheet.distance()?.to_string(), "10,874 km");
    /// assert_eq!(sheet.floor()?.to_string(), "107 ms");
    /// assert!(sheet.stretch()? > 1.0);
    ///
    /// // A place of one's own is a pair of coordinates.
    /// let lisbon = calc::latency_floor()
    ///     .from("a place by its coordinates".parse()?)
    ///     .from_latitude(38.7223)
    ///     .from_longitude(-9.1393);
    /// assert_eq!(lisbon.floor()?.to_string(), "16.1 ms");
    /// assert!(lisbon.measured().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn latency_floor(
        from: Place, "r_1", "from", choice, default "aws us-east-1 (N. Virginia)";
        to: Place, "r_2", "to", choice, default "aws eu-west-1 (Ireland)";
        from_latitude: f64 in "°", r"\varphi_1",
            "latitude of the first place, when it is no region",
            between -90 and 90 "it is in degrees from the south pole to the north pole",
            default 40.7128, range -90..=90;
        from_longitude: f64 in "°", r"\lambda_1",
            "longitude of the first place, when it is no region",
            between -180 and 180 "it is in degrees east of Greenwich, west is negative",
            default -74.006, range -180..=180;
        to_latitude: f64 in "°", r"\varphi_2", "latitude of the second place, when it is no region",
            between -90 and 90 "it is in degrees from the south pole to the north pole",
            default 51.5074, range -90..=90;
        to_longitude: f64 in "°", r"\lambda_2",
            "longitude of the second place, when it is no region",
            between -180 and 180 "it is in degrees east of Greenwich, west is negative",
            default -0.1278, range -180..=180;
        index: f64, "n", "group index of the fibre",
            at_least 1 "a signal cannot be faster than light in vacuum",
            default 1.4682, range 1..=2;
        const radius: EARTH_MEAN_RADIUS in km, "R", "mean radius of the Earth";
        const light: SPEED_OF_LIGHT in m_per_s, "c", "speed of light in vacuum";
        table latitude = lightcone_tables::LATITUDE_DEG;
        table longitude = lightcone_tables::LONGITUDE_DEG;
        table provider = lightcone_tables::PROVIDER;
        table measured_ms = lightcone_tables::MEASURED_RTT_MS;
        table measured_row = lightcone_tables::MEASURED_ROW;
        table measured_column = lightcone_tables::MEASURED_COLUMN;
    ) {
        start_latitude: f64 in "°", r"\varphi_1", "latitude of the first place"
            = if from == 0 { from_latitude } else { latitude[from] };
        start_longitude: f64 in "°", r"\lambda_1", "longitude of the first place"
            = if from == 0 { from_longitude } else { longitude[from] };
        end_latitude: f64 in "°", r"\varphi_2", "latitude of the second place"
            = if to == 0 { to_latitude } else { latitude[to] };
        end_longitude: f64 in "°", r"\lambda_2", "longitude of the second place"
            = if to == 0 { to_longitude } else { longitude[to] };
        /// Coordinates of regions are those of cities: good to some tens of kilometres.
        result distance: Length in km, "d", "great-circle distance"
            = lightcone_latency::geo::haversine(
                start_latitude, start_longitude, end_latitude, end_longitude, radius
            );
        result floor: Time in ms, "RTT_0", "floor of the round trip in fibre"
            = lightcone_latency::fiber_rtt(distance, index, 1);
        vacuum: Time in ms, "RTT_c", "the same for light in vacuum" = 2 * distance / light;
        /// How it was measured is in the next line.
        result measured: Time in ms, "RTT", "measured round trip" = {
            require(
                from > 0 && to > 0 && provider[from] == provider[to],
                to, "a region of the same provider", "only between those a round trip was measured"
            );
            measured_ms[measured_row[from] + measured_column[to]] / 1_000
        };
        result measurement: one_of "none between these places", "AWS: median of a year to May 2025",
            "Azure: median of 30 days to June 2025",
                "Google Cloud: mean of pings in September 2019",
            "what was measured"
            = if from > 0 && to > 0 && provider[from] == provider[to] { provider[from] } else { 0 };
        /// 1 is a cable along the great circle.
        result stretch: f64, "k", "stretch: measured time over the floor" = {
            require(distance > 0, to, "another place than the first", "the floor is 0 there");
            measured / floor
        };
        result excess: Time in ms, r"\Delta", "what detours, equipment and queues add"
            = measured - floor;
        /// The measure of Singla et al.: how far the network is from the speed of light.
        inflation: f64, "k_c", "measured time over that of light in vacuum" = {
            require(distance > 0, to, "another place than the first", "light needs no time there");
            measured / vacuum
        };
    }
    id: "C001";
    name: "Region-to-region latency floor";
    path: "calc::latency_floor";
    assumes: "The Earth is a sphere, which is within about 0.5 %. Both directions take paths of \
              the same length. Coordinates of regions are those of cities.";
    fails: "Below a few hundred kilometres: the data centre's distance from its city decides \
            there, and a stretch below 1 says so. Regions that opened after a measurement have no \
            measured time.";
    source: "Singla, Chandrasekaran, Godfrey, Maggs 2014, HotNets, \"The Internet at the Speed of \
             Light\"; datasets cloud_regions and region_latency_aws, _azure and _gcp";
    episode: 1;
    plot: index => floor, vacuum;
}

calculator! {
    /// How wide a window a line needs, and what a fixed window makes of it.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators as calc;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = calc::bdp_window().bandwidth(1.gbit_per_s()).rtt(80.ms());
    /// assert_eq!(sheet.bdp()?.to_string(), "10 MB");
    /// // 64 KiB is the largest window without window scaling.
    /// assert_eq!(sheet.rate()?.to_string(), "6.55 Mbit/s");
    /// assert_eq!(sheet.limit()?, "window");
    /// assert_eq!(sheet.scale()?, 8);
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn bdp_window(
        bandwidth: DataRate in mbit_per_s, "B", "bandwidth of the narrowest link",
            above 0 "a line without bandwidth never sends", default 1_000, range 0.1..=100_000 log;
        rtt: Time in ms, "RTT", "round-trip time",
            above 0 "an answer always takes some time", default 80, range 0.1..=500 log;
        window: DataSize in kib, "W", "window",
            above 0 "a sender without a window never sends", default 64, range 1..=1_048_576 log;
    ) {
        result bdp: DataSize in mb, "BDP", "window that fills the line"
            = lightcone_latency::bandwidth_delay_product(bandwidth, rtt);
        window_rate: DataRate in mbit_per_s, "X_W", "rate that the window allows"
            = lightcone_latency::tcp_window_limit(window, rtt);
        result rate: DataRate in mbit_per_s, "X", "rate with this window"
            = window_rate.min(bandwidth);
        result limit: one_of "window", "line", "what sets the limit"
            = if window_rate < bandwidth { 0 } else { 1 };
        result used: Ratio in percent, "U", "share of the line that is used" = rate / bandwidth;
        /// Beyond it the rate falls with the distance.
        result longest_rtt: Time in ms, "RTT_{max}", "longest round trip that this window fills"
            = window * 8 / bandwidth;
        result connections: u64, "N", "connections with this window that fill the line"
            = (bdp / window - 1e-9).ceil().max(1);
        /// A window is at most 65,535 bytes times two to the power of the scale, and the
        /// scale is at most 14: 1 GiB.
        result scale: u32, "S", "window scale that the filling window needs" = {
            require(
                bdp <= 1_073_725_440, bandwidth, "a line that a window of 1 GiB fills",
                "a window of TCP is not larger; use several connections"
            );
            (bdp.max(65_535) / 65_535).log2().ceil()
        };
    }
    id: "C002";
    name: "Bandwidth-delay product and window";
    path: "calc::bdp_window";
    assumes: "One connection, no loss, and a constant round-trip time. The window is the smaller \
              of receive window and send buffer.";
    fails: "When queues fill: the round-trip time grows with them, and so does the window that \
            fills the line.";
    source: "RFC 7323 (2014), sections 1.1 and 2; RFC 1072 (1988)";
    episode: 1;
    plot: rtt => rate;
}

calculator! {
    /// How fast one TCP connection can be: what its window, the line, and packet loss
    /// allow, and which of them binds.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators as calc;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = calc::tcp_throughput()
    ///     .rtt(80.ms())
    ///     .loss(0.1.percent().probability()?)
    ///     .window(4.mib());
    /// assert_eq!(sheet.mathis()?.to_string(), "4 Mbit/s");
    /// assert_eq!(sheet.limit()?, "loss, repaired by fast retransmits");
    ///
    /// // Without loss the window decides.
    /// let clean = sheet.loss(0.percent().probability()?).window(64.kib());
    /// assert_eq!(clean.limit()?, "window");
    /// assert_eq!(clean.rate()?, clean.window_rate()?);
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn tcp_throughput(
        mss: DataSize in bytes, "MSS", "maximum segment size",
            above 0 "an empty segment carries no data", default 1_460, range 500..=9_000;
        rtt: Time in ms, "RTT", "round-trip time",
            above 0 "an answer always takes some time", default 80, range 0.1..=500 log;
        loss: Probability in percent, "p", "loss probability",
            within 0 and 100 "when all packets are lost nothing arrives",
            default 0.1, range 0..=10;
        window: DataSize in kib, "W_{max}", "largest window",
            above 0 "a sender without a window never sends", default 4_096, range 1..=1_048_576 log;
        bandwidth: DataRate in mbit_per_s, "B", "bandwidth of the narrowest link",
            above 0 "a line without bandwidth never sends", default 1_000, range 0.1..=100_000 log;
        packets_per_ack: f64 in "packet", "b", "packets for each acknowledgement",
            at_least 1 "an acknowledgement answers at least one packet", default 2, range 1..=4;
        timeout: Time in seconds, "T_0", "first retransmission timeout",
            above 0 "a sender waits some time before it sends again", default 1, range 0.2..=10;
    ) {
        result window_rate: DataRate in mbit_per_s, "X_W", "what the window allows"
            = lightcone_latency::tcp_window_limit(window, rtt);
        constant: f64, "C", "constant of the Mathis formula" = (1.5 / packets_per_ack).sqrt();
        /// It knows no timeouts, so above a loss of about 1 % it promises too much.
        result mathis: DataRate in mbit_per_s, "X_M", "what loss allows (Mathis)"
            = lightcone_latency::tcp_throughput_mathis(mss, rtt, loss, constant);
        result pftk: DataRate in mbit_per_s, "X_P",
            "what loss, timeouts and the window allow (PFTK)"
            = mss * 8 * lightcone_latency::tcp_throughput_pftk(
                (window / mss).max(1), rtt, loss, timeout, packets_per_ack
            );
        result rate: DataRate in mbit_per_s, "X", "rate to expect"
            = pftk.min(window_rate).min(bandwidth);
        /// The two terms in the denominator of the PFTK formula.
        retransmits: Time in ms, "t_F", "time for each packet that fast retransmits take"
            = rtt * (2 * packets_per_ack * loss / 3).sqrt();
        waiting: Time in ms, "t_T", "time for each packet that timeouts take"
            = timeout * (3 * (3 * packets_per_ack * loss / 8).sqrt()).min(1)
                * loss * (1 + 32 * loss * loss);
        result limit: one_of "line", "window", "loss, repaired by fast retransmits",
            "loss, repaired by timeouts", "what sets the limit" = if bandwidth <= rate {
            0
        } else if pftk >= window_rate * (1 - 1e-12) {
            1
        } else if retransmits >= waiting {
            2
        } else {
            3
        };
        result used: Ratio in percent, "U", "share of the line that is used" = rate / bandwidth;
    }
    id: "C003";
    name: "TCP throughput: window, Mathis and PFTK";
    path: "calc::tcp_throughput";
    assumes: "A long flow of Reno congestion control in steady state. A window below one segment \
              counts as one segment in the PFTK formula.";
    fails: "For CUBIC and BBR, which follow other laws, and for short flows, which never reach \
            the steady state.";
    source: "Mathis, Semke, Mahdavi, Ott 1997, Computer Communication Review 27(3); Padhye, \
             Firoiu, Towsley, Kurose 1998, SIGCOMM, equation 30; RFC 7323 (2014), section 1.1";
    episode: 1;
    plot: loss => window_rate, pftk;
}

calculator! {
    /// How long a new connection needs until the first byte of the answer arrives, with
    /// each protocol side by side, and whether that keeps a budget.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators as calc;
    /// use lightcone_latency::Handshake;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = calc::handshake_budget().rtt(80.ms()).server(20.ms());
    /// assert_eq!(sheet.tcp_tls12()?.to_string(), "340 ms");
    /// assert_eq!(sheet.tcp_tls13()?.to_string(), "260 ms");
    /// assert_eq!(sheet.quic()?.to_string(), "180 ms");
    /// assert_eq!(sheet.quic_zero_rtt()?.to_string(), "100 ms");
    ///
    /// let budget = sheet.handshake(Handshake::TcpTls13).budget(200.ms());
    /// assert_eq!(budget.verdict()?, "too slow");
    /// assert_eq!(budget.longest_rtt()?.to_string(), "60 ms");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn handshake_budget(
        rtt: Time in ms, "RTT", "round-trip time",
            at_least 0 "an answer cannot arrive before the question", default 80, range 0..=500;
        handshake: Handshake, "h", "protocol to judge", choice, default "TCP + TLS 1.3";
        lookup: Time in ms, "t_D", "name look-up",
            at_least 0 "a look-up takes some time, or none when the name is known",
            default 0, range 0..=500;
        server: Time in ms, "t_S", "time that the server needs",
            at_least 0 "a server cannot answer before it is asked", default 20, range 0..=2_000;
        budget: Time in ms, "t_B", "budget for the first byte",
            above 0 "nothing arrives in no time", default 200, range 10..=2_000;
    ) {
        /// After the handshake, the request and its answer take one more round trip.
        after: Time in ms, "t_R", "look-up, request and answer" = lookup + rtt + server;
        result tcp_tls12: Time in ms, "t_{12}", "first byte with TCP and TLS 1.2"
            = lightcone_latency::handshake_time(rtt, 0) + after;
        result tcp_tls13: Time in ms, "t_{13}", "first byte with TCP and TLS 1.3"
            = lightcone_latency::handshake_time(rtt, 1) + after;
        /// Without encryption.
        result tcp: Time in ms, "t_T", "first byte with TCP alone"
            = lightcone_latency::handshake_time(rtt, 2) + after;
        result quic: Time in ms, "t_Q", "first byte with QUIC"
            = lightcone_latency::handshake_time(rtt, 3) + after;
        /// Only to a server that was visited before, and its data can be replayed.
        result quic_zero_rtt: Time in ms, "t_0", "first byte with QUIC 0-RTT"
            = lightcone_latency::handshake_time(rtt, 4) + after;
        result saved: Time in ms, r"\Delta t", "what QUIC saves against TCP and TLS 1.2"
            = tcp_tls12 - quic;
        result chosen: Time in ms, "t", "first byte with the protocol to judge"
            = lightcone_latency::handshake_time(rtt, handshake) + after;
        /// Negative when the budget is exceeded.
        result left: Time in ms, "t_L", "what is left of the budget" = budget - chosen;
        result verdict: one_of "fits", "too slow", "whether it keeps the budget"
            = if left >= 0 { 0 } else { 1 };
        result longest_rtt: Time in ms, "RTT_{max}", "longest round trip that keeps the budget" = {
            require(
                budget >= lookup + server, budget, "at least look-up and server together",
                "they take the budget before the network does"
            );
            // The round trips of the handshake, and one for the request.
            (budget - lookup - server) / (lightcone_latency::handshake_time(1, handshake) + 1)
        };
    }
    id: "C004";
    name: "Handshake budget";
    path: "calc::handshake_budget";
    assumes: "No loss, certificates and request fit the initial window, and the answer begins \
              with the first packet.";
    fails: "On a connection that is open already: there only the last round trip counts.";
    source: "RFC 8446 (TLS 1.3, 2018); RFC 5246 (TLS 1.2, 2008); RFC 9000 and 9001 (QUIC, 2021)";
    episode: 1;
    plot: rtt => tcp_tls12, tcp_tls13, quic, quic_zero_rtt;
}

calculator! {
    /// What replicas that fail together are worth: the availability that independent
    /// replicas promise, and the one that a correlation leaves.
    ///
    /// A correlation says how two replicas fail together. How more of them do, no
    /// correlation says, so two models bound it: causes of every size (the beta-binomial
    /// distribution), and one common cause that takes all.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators as calc;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = calc::correlated_availability()
    ///     .failure(0.1.percent().probability()?)
    ///     .replicas(2)
    ///     .correlation(0.9);
    /// assert_eq!(format!("{:.2}", sheet.naive_nines()?), "6.00");
    /// assert_eq!(format!("{:.2}", sheet.nines()?), "3.05");
    /// // For two replicas both models are the same.
    /// assert!((sheet.nines()? - sheet.common_nines()?).abs() < 1e-12);
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn correlated_availability(
        failure: Probability in percent, "q", "probability that a replica is down",
            default 0.1, range 0..=10;
        replicas: u32, "n", "replicas",
            between 1 and 1_000 "there is at least one, and more are beyond this model",
            default 3, range 1..=10;
        correlation: f64, r"\rho", "correlation of two replicas",
            between 0 and 1 "0 is independent, 1 is always together",
            default 0.1, range 0..=1;
        const year: Time::YEAR in hours, "T", "hours of a year";
    ) {
        result naive: Probability in percent, "P_0", "all down, if they were independent"
            = {
                if failure == 0 {
                    return 0;
                }
                // Less than any number can hold, which some spreadsheets refuse.
                if replicas * failure.ln() < -700 {
                    return 0;
                }
                failure.powf(replicas)
            };
        result naive_nines: f64, "N_0", "nines of independent replicas" = {
            require(failure > 0, failure, "above 0", "what never fails has no number of nines");
            -replicas * failure.log10()
        };
        /// The beta-binomial distribution has this failure probability and this correlation.
        result correlated: Probability in percent, "P", "all down, with causes of every size" = {
            if correlation == 1 {
                return failure;
            }
            let spread = correlation / (1 - correlation);
            let mut all = 1;
            for replica in 0..replicas {
                all *= (failure + replica * spread) / (1 + replica * spread);
            }
            all
        };
        result nines: f64, "N", "nines that are left" = {
            require(failure > 0, failure, "above 0", "what never fails has no number of nines");
            -correlated.log10()
        };
        result common: Probability in percent, "P_C", "all down, with one common cause"
            = correlation * failure + (1 - correlation) * naive;
        result common_nines: f64, "N_C", "nines that one common cause leaves" = {
            require(failure > 0, failure, "above 0", "what never fails has no number of nines");
            -common.log10()
        };
        result lost: f64, r"\Delta N", "nines that the correlation takes" = naive_nines - nines;
        result downtime: Time in minutes, "D", "time in a year with all down" = correlated * year;
        /// As many independent replicas would be down together as often.
        result worth: f64, "n_0", "independent replicas that would do the same" = {
            require(
                failure > 0 && failure < 1, failure, "above 0 % and below 100 %",
                "replicas that never or always fail cannot be compared"
            );
            correlated.ln() / failure.ln()
        };
    }
    id: "C005";
    name: "Correlated replica availability";
    path: "calc::correlated_availability";
    assumes: "All replicas fail equally often, every pair is equally correlated, and one replica \
              is enough. Failover is immediate.";
    fails: "As a bound for any dependence: two distributions with the same correlation can differ \
            in how often all fail. Take the worse of the two models, and find the common causes.";
    source: "Griffiths 1973, Biometrics 29(4) (beta-binomial distribution); Feller, An \
             Introduction to Probability Theory and Its Applications, volume 1 (correlation)";
    episode: 1;
    plot: correlation => naive_nines, nines, common_nines;
}
