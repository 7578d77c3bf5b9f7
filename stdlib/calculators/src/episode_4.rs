//! Calculators of episode 4: what more workers bring, and how replicas agree.

use lightcone_availability as availability;
use lightcone_capacity::scaling;
use lightcone_consensus::quorum;
use lightcone_formula_macros::calculator;
use lightcone_units::{Availability, DataRate, DataSize, Probability, Rate, Ratio, Time};

calculator! {
    /// What the three laws of speed-up promise for the same number of workers.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::speedup_laws;
    /// let laws = speedup_laws().workers(20);
    /// assert_eq!(format!("{:.2}", laws.amdahl()?), "10.26");
    /// assert_eq!(format!("{:.2}", laws.gustafson()?), "19.05");
    /// assert_eq!(laws.more_workers()?, "faster");
    /// assert_eq!(laws.workers(200).more_workers()?, "slower");
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn speedup_laws(
        serial: Ratio in percent, "s", "share of the work that is serial",
            between 0 and 100 "a share of the work is at most all of it",
            default 5, range 0..=50;
        contention: f64, r"\alpha", "contention: share of the work that waits its turn",
            between 0 and 1 "a share of the work is at most all of it",
            default 0.05, range 0..=0.5;
        coherency: f64, r"\beta", "coherency: cost of keeping two workers consistent",
            at_least 0 "coordination cannot give time back", default 0.0002, range 0..=0.01;
        workers: u64, "n", "workers", between 1 and 1_000_000_000
            "without workers nothing is done, and more than a billion are a slip",
            default 32, range 1..=256 log;
    ) {
        /// A job of fixed size.
        result amdahl: f64, "S_A", "speed-up by Amdahl's law" = scaling::amdahl(serial, workers);
        result most: f64, r"S_\infty", "Amdahl's limit for any number of workers"
            = {
                require(
                    serial > 0,
                    serial, "above 0", "without any serial part there is no limit"
                );
                1 / serial
            };
        /// A job that grows with the workers.
        result gustafson: f64, "S_G", "scaled speed-up by Gustafson's law"
            = scaling::gustafson(serial, workers);
        /// A system whose workers have to agree.
        result usl: f64, "S_U", "speed-up by the universal scalability law"
            = scaling::usl(workers, contention, coherency, 1);
        result efficiency: Ratio in percent, "E", "share of a worker that is left by that law"
            = scaling::usl(workers, contention, coherency, 1) / workers;
        result more_workers: one_of "faster", "slower", "what one more worker makes it"
            = if coherency * workers * (workers + 1) < 1 - contention { 0 } else { 1 };
        result peak: f64 in "worker", "n^*", "workers at the peak of that law"
            = scaling::usl_peak(contention, coherency);
        result highest: f64, "S^*", "speed-up at that peak"
            = scaling::usl(peak.max(1), contention, coherency, 1);
    }
    id: "C014";
    name: "Speed-up laws side by side";
    path: "calc::speedup_laws";
    assumes: "All workers are alike. Amdahl's job stays as it is, Gustafson's grows with the \
              workers, and the universal law has contention and coherency instead of a serial share.";
    fails: "When the parameters come from somewhere else than from measurements of this system.";
    source: "Amdahl 1967, AFIPS; Gustafson 1988, Communications of the ACM 31(5); Gunther 2007, \
             Guerrilla Capacity Planning, chapter 4";
    episode: 4;
    plot: workers => amdahl, gustafson, usl;
}

calculator! {
    /// The universal scalability law through measurements of load and throughput.
    ///
    /// Gunther's method: with the throughput of one worker as the unit, the law is a
    /// parabola through zero, and its two coefficients are those of least squares.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::usl_fit;
    /// // The SPEC SDM91 benchmark of a SPARCcenter 2000.
    /// let fit = usl_fit();
    /// assert_eq!(format!("{:.4} {:.7}", fit.contention()?, fit.coherency()?), "0.0170 0.0000789");
    /// assert_eq!(fit.verdict()?, "usable");
    /// assert_eq!(format!("{:.0}", fit.peak()?), "112");
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn usl_fit(
        loads: [f64], "n_i", "workers or users of each measurement",
            at_least 1 "the law begins with one worker",
            default [1, 18, 36, 72, 108, 144, 216], range 1..=1_000 log;
        throughputs: [f64], "X_i", "throughput of each measurement, in any unit",
            above 0 "something was done",
            default [64.9, 995.9, 1_652.4, 1_853.2, 1_828.9, 1_775.0, 1_702.2],
            range 0.1..=10_000 log;
        workers: f64, "n", "workers to predict the throughput for",
            at_least 1 "the law begins with one worker", default 112, range 1..=300;
    ) {
        /// The mean, when one worker was measured several times.
        result single: f64 in "per unit of time", r"\gamma", "throughput of one worker"
            = {
                let mut total = 0;
                let mut times = 0;
                for point in 0..count(loads) {
                    if loads[point] == 1 {
                        total += throughputs[point];
                        times += 1;
                    }
                }
                require(
                    times > 0,
                    loads, "such that one of them is 1",
                    "the throughput of one worker is the unit of the method"
                );
                total / times
            };
        result coherency: f64, r"\beta", "coherency: cost of keeping two workers consistent"
            = {
                let mut squares = 0;
                let mut cubes = 0;
                let mut fourths = 0;
                let mut with_first = 0;
                let mut with_square = 0;
                for point in 0..count(loads) {
                    let more = loads[point] - 1;
                    let lost = single * loads[point] / throughputs[point] - 1;
                    squares += more * more;
                    cubes += more * more * more;
                    fourths += more * more * more * more;
                    with_first += more * lost;
                    with_square += more * more * lost;
                }
                let spread = squares * fourths - cubes * cubes;
                require(
                    spread > 1e-9 * squares * fourths,
                    loads, "such that at least two of them differ and are above 1",
                    "through fewer points go many parabolas"
                );
                (squares * with_square - cubes * with_first) / spread
            };
        result contention: f64, r"\alpha", "contention: share of the work that waits its turn"
            = {
                let mut squares = 0;
                let mut cubes = 0;
                let mut with_first = 0;
                for point in 0..count(loads) {
                    let more = loads[point] - 1;
                    let lost = single * loads[point] / throughputs[point] - 1;
                    squares += more * more;
                    cubes += more * more * more;
                    with_first += more * lost;
                }
                (with_first - coherency * cubes) / squares - coherency
            };
        result peak: f64 in "worker", "n^*", "workers at the peak"
            = scaling::usl_peak(contention, coherency);
        result highest: f64 in "per unit of time", "X^*", "throughput at the peak"
            = scaling::usl(peak.max(1), contention, coherency, single);
        result predicted: f64 in "per unit of time", "X(n)", "throughput that the law predicts"
            = scaling::usl(workers, contention, coherency, single);
        ideal: f64 in "per unit of time", "X_1(n)", "throughput if nobody waited for anybody"
            = single * workers;
        result r_squared: f64, "R^2", "share of the variation that the law explains"
            = {
                let mean = sum(throughputs) / count(throughputs);
                let mut unexplained = 0;
                let mut variation = 0;
                for point in 0..count(loads) {
                    let more = loads[point] - 1;
                    let slowdown = 1 + contention * more + coherency * more * loads[point];
                    let miss = throughputs[point] - single * loads[point] / slowdown;
                    unexplained += miss * miss;
                    variation += (throughputs[point] - mean) * (throughputs[point] - mean);
                }
                require(
                    variation > 0,
                    throughputs, "values that differ", "there is nothing to explain"
                );
                1 - unexplained / variation
            };
        /// Gunther asks for six measurements. A negative coefficient means that something
        /// else than the law is at work, such as caches that only many workers fill.
        result verdict: one_of "usable", "too few measurements", "a coefficient is negative",
            "poor fit", "peak beyond the measurements", "whether the fit means anything"
            = {
                let mut largest = 1;
                for load in loads {
                    largest = max(largest, load);
                }
                if count(loads) < 6 {
                    1
                } else if contention < 0 || coherency < 0 {
                    2
                } else if r_squared < 0.9 {
                    3
                } else if coherency * largest * largest * 4 < 1 - contention {
                    4
                } else {
                    0
                }
            };
    }
    id: "C015";
    name: "USL fitter";
    path: "calc::usl_fit";
    assumes: "The same kind of work at every load, one of the loads is 1, and its throughput is \
              exact: it is the unit for all others.";
    fails: "When the throughput of one worker was measured badly, since all else hangs on it: a \
            non-linear fit of all three parameters gives other values (0.0277, 0.000104 and 90 for \
            the default measurements). And beyond twice the largest load.";
    source: "Gunther 2007, Guerrilla Capacity Planning, chapter 5. The default measurements are \
             SPEC SDM91 on a Sun SPARCcenter 2000, scripts an hour, as in the R package usl";
    episode: 4;
    plot: workers => predicted, ideal;
}

calculator! {
    /// What read and write quorums over some replicas guarantee, and what they survive.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::quorum_designer;
    /// use lightcone_units::prelude::*;
    /// let design = quorum_designer().replicas(5).read(2).write(4);
    /// assert_eq!(design.reads_see()?, "the last write");
    /// assert_eq!((design.read_failures()?, design.write_failures()?), (3, 1));
    /// assert!(design.read_availability()? > design.write_availability()?);
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn quorum_designer(
        replicas: u32, "N", "replicas",
            between 1 and 1_000 "nobody cannot agree, and more replicas do not vote in time",
            default 3, range 1..=15;
        read: u32, "R", "replicas that answer a read",
            between 1 and 1_000 "a read asks somebody", default 2, range 1..=15;
        write: u32, "W", "replicas that confirm a write",
            between 1 and 1_000 "a write is kept somewhere", default 2, range 1..=15;
        node: Availability in percent, "a", "availability of each replica",
            default 99, range 90..=99.99;
        const year: Time::YEAR in days, "T", "a year", "365";
    ) {
        result overlap: u32 in "replica", "o", "replicas that each read shares with each write"
            = {
                check_between(read, 1, replicas, "a quorum is some or all of the replicas");
                check_between(write, 1, replicas, "a quorum is some or all of the replicas");
                (read + write - replicas).max(0)
            };
        result reads_see: one_of "the last write", "perhaps an older one", "what a read sees"
            = if overlap > 0 { 0 } else { 1 };
        result writes_meet: one_of "in some replica", "perhaps nowhere",
            "where two writes at the same time meet"
            = {
                check_between(write, 1, replicas, "a quorum is some or all of the replicas");
                if 2 * write > replicas { 0 } else { 1 }
            };
        result smallest: u32 in "replica", "q", "smallest quorum for both"
            = quorum::majority(replicas);
        /// An operation fails when more replicas are down than it can do without. Kept apart
        /// from the availability, because next to 1 that has no digits left for it.
        read_down: Probability in percent, "Q_R", "how often reads fail"
            = {
                check_between(read, 1, replicas, "a quorum is some or all of the replicas");
                if node_down == 0 {
                    return 0;
                }
                if node_down == 1 {
                    return 1;
                }
                let mut total = 0;
                for down in 0..=replicas {
                    if down > replicas - read {
                        total += (ln_binomial(replicas, down) + down * node_down.ln()
                            + (replicas - down) * (-node_down).ln_1p())
                            .exp();
                    }
                }
                total.min(1)
            };
        write_down: Probability in percent, "Q_W", "how often writes fail"
            = {
                check_between(write, 1, replicas, "a quorum is some or all of the replicas");
                if node_down == 0 {
                    return 0;
                }
                if node_down == 1 {
                    return 1;
                }
                let mut total = 0;
                for down in 0..=replicas {
                    if down > replicas - write {
                        total += (ln_binomial(replicas, down) + down * node_down.ln()
                            + (replicas - down) * (-node_down).ln_1p())
                            .exp();
                    }
                }
                total.min(1)
            };
        result read_availability: Availability(down) in percent, "A_R", "availability of reads"
            = read_down;
        result write_availability: Availability(down) in percent, "A_W", "availability of writes"
            = write_down;
        result read_failures: u32 in "replica", "f_R", "failed replicas that reads survive"
            = {
                check_between(read, 1, replicas, "a quorum is some or all of the replicas");
                replicas - read
            };
        result write_failures: u32 in "replica", "f_W", "failed replicas that writes survive"
            = {
                check_between(write, 1, replicas, "a quorum is some or all of the replicas");
                replicas - write
            };
        result read_downtime: Time in hours, "D_R", "downtime of reads in a year"
            = read_down * year;
        result write_downtime: Time in hours, "D_W", "downtime of writes in a year"
            = write_down * year;
        /// Above 1 the replicas make writes more available than one machine.
        result gain: f64, "g", "how many times less down writes are than a single replica"
            = {
                require(
                    write_down > 0,
                    node, "below 100 %", "replicas that never fail need no replicas"
                );
                node_down / write_down
            };
    }
    id: "C016";
    name: "Quorum designer";
    path: "calc::quorum_designer";
    assumes: "Replicas fail independently and are equally available, each has one vote, and \
              operations wait for the whole quorum.";
    fails: "When replicas share a rack, a zone or a bug: then they fail together. And with sloppy \
            quorums, where others stand in: an overlap then promises nothing.";
    source: "Gifford 1979, SOSP; Thomas 1979, ACM Transactions on Database Systems 4(2); Barlow and \
             Proschan 1975 for k of n";
    episode: 4;
    plot: node => read_availability, write_availability;
}

calculator! {
    /// How many nodes agree in spite of liars, and how many messages that takes.
    ///
    /// # Examples
    /// ```
    /// use lightcone_calculators::bft_sizing;
    /// let one = bft_sizing();
    /// assert_eq!((one.nodes()?, one.quorum_size()?, one.messages()?), (4, 3, 24));
    /// assert_eq!(bft_sizing().faulty(10).messages()?, 1_860);
    /// # Ok::<(), lightcone_units::DomainError>(())
    /// ```
    pub fn bft_sizing(
        faulty: u64, "f", "nodes that may behave in any way",
            between 0 and 10_000 "more do not agree in any useful time",
            default 1, range 0..=33;
        node: Availability in percent, "a", "availability of each node",
            default 99.9, range 90..=99.999;
        size: DataSize in bytes, "m", "size of a message",
            at_least 0 "an amount of data cannot be negative", default 500, range 50..=100_000 log;
        rounds: Rate in per_second, r"\lambda", "rounds in a second",
            at_least 0 "there are some rounds or none", default 1_000, range 1..=100_000 log;
    ) {
        result nodes: u64 in "node", "n", "nodes" = quorum::bft_min_nodes(faulty);
        result quorum_size: u64 in "node", "q", "equal answers that decide" = nodes - faulty;
        /// One proposal to all others, then each of them to all others, then all to all
        /// others: (n - 1) + (n - 1)^2 + n (n - 1).
        result messages: u64 in "message", "M", "messages of a round of PBFT"
            = 2 * nodes * (nodes - 1);
        result with_client: u64 in "message", "M_c", "the same with the request and its answers"
            = if nodes > 1 { messages + 1 + nodes } else { 2 };
        /// Eight times one message between the leader and each other node.
        result linear: u64 in "message", "M_h", "messages of a round of basic HotStuff"
            = 8 * (nodes - 1);
        result traffic: DataRate in mbit_per_s, "B", "traffic between the nodes with PBFT"
            = messages * rounds * size * 8;
        /// Against crashes alone: a majority, and an answer of each follower.
        result crash_nodes: u64 in "node", "n_c", "nodes that survive as many crashes"
            = 2 * faulty + 1;
        result crash_messages: u64 in "message", "M_r", "messages of a round of Raft with them"
            = 2 * (crash_nodes - 1);
        result quorum_availability: Availability in percent, "A",
            "how often enough nodes are up to decide"
            = availability::k_of_n(quorum_size, nodes, node);
    }
    id: "C017";
    name: "BFT sizing";
    path: "calc::bft_sizing";
    assumes: "Messages arrive in the end, signatures cannot be forged, the leader is honest, \
              nothing is batched, and a message to oneself is none.";
    fails: "When faults have a common cause, such as the same bug in all nodes: then f is all of \
            them. A change of the leader costs more messages.";
    source: "Pease, Shostak and Lamport 1980, Journal of the ACM 27(2); Castro and Liskov 1999, \
             OSDI; Yin et al. 2019, PODC, for HotStuff; Ongaro and Ousterhout 2014 for Raft";
    episode: 4;
    plot: faulty => messages, linear, crash_messages;
}
