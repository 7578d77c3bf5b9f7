//! What consistent writes cost.

use lightcone_formula_macros::cost_model;
use lightcone_units::{DataPrice, DataSize, HourlyPrice, Money, Rate, Ratio, StoragePrice, Time};

cost_model! {
    /// What a million writes cost when replicas have to confirm them: waiting, work,
    /// traffic and storage of all copies.
    ///
    /// # Examples
    /// ```
    /// use lightcone_cost::consistency;
    /// use lightcone_units::prelude::*;
    ///
    /// let zones = consistency().rtt(1.ms());
    /// let oceans = consistency().rtt(80.ms()).traffic_price(0.02.usd_per_gb());
    /// // Money hardly shows the distance, but one key can be written twelve times a second.
    /// assert!(oceans.cost()? < zones.cost()? * 1.5);
    /// assert_eq!(zones.serial()?, 1_000.per_second());
    /// assert_eq!(oceans.serial()?, 12.5.per_second());
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn consistency(
        replicas: u32, "N", "replicas",
            between 1 and 99 "the data is somewhere, and more do not vote in time",
            default 3, range 1..=9;
        rounds: u32, "n", "round trips before a write is confirmed",
            between 0 and 100 "a protocol does not go back and forth without end",
            default 1, range 0..=5;
        rtt: Time in ms, "RTT", "round trip to the replica that completes the quorum",
            at_least 0 "an answer cannot arrive before the question", default 1, range 0.1..=300 log;
        size: DataSize in kb, "s", "size of a write",
            at_least 0 "an amount of data cannot be negative", default 1, range 0.1..=1_000 log;
        work: Time in micros, "c", "processor time of a write at each replica",
            at_least 0 "work takes time", default 100, range 1..=10_000 log;
        machine_price: HourlyPrice in usd_per_hour, "h", "price of a machine",
            at_least 0 "nobody pays you for running your machines",
            default 0.0816, range 0.01..=10 log;
        cores: u32, "k", "processors of a machine",
            at_least 1 "a machine has a processor", default 2, range 1..=64;
        slots: u32, "q", "writes that a machine can have waiting",
            at_least 1 "a machine handles at least one write", default 1_000, range 1..=10_000 log;
        traffic_price: DataPrice in usd_per_gb, "e", "price of traffic between replicas",
            at_least 0 "nobody pays you for your traffic", default 0.02, range 0..=0.2;
        storage_price: StoragePrice in usd_per_gb_month, "p", "price of storage",
            at_least 0 "nobody pays you for storing your data", default 0.08, range 0..=1;
        kept: f64, "L", "months that a write is kept",
            at_least 0 "data is kept for some time or none", default 1, range 0..=60;
    ) {
        result wait: Time in ms, "t", "time that a write waits for replicas" = rounds * rtt;
        waiting: Money in usd, "K_t", "memory and threads of writes that wait"
            = 1_000_000 * wait / 3_600 * machine_price / slots;
        work_cost: Money in usd, "K_c", "processors of all replicas"
            = 1_000_000 * replicas * work / 3_600 * machine_price / cores;
        traffic: Money in usd, "K_e", "traffic to the other replicas"
            = 1_000_000 * (replicas - 1) * size / 1e9 * traffic_price;
        storage: Money in usd, "K_p", "storage of all copies"
            = 1_000_000 * replicas * size / 1e9 * storage_price * kept;
        total cost: Money in usd, "K", "cost of a million writes"
            = waiting + work_cost + traffic + storage;
        alone: Money in usd, "K_1", "a million writes to a single copy"
            = (work_cost + storage) / replicas;
        result premium: Money in usd, "K-K_1", "what consistency adds" = cost - alone;
        result premium_share: Ratio in percent, "(K-K_1)/K", "share of the cost that it is" = {
            require(cost > 0, machine_price, "above 0, or with traffic", "nothing costs anything");
            premium / cost
        };
        /// A lock or a counter is such a key.
        result serial: Rate in per_second, "X", "writes to one key, each waiting for the one before"
            = {
                require(wait > 0, rounds, "above 0", "without waiting there is no such limit");
                1 / wait
            };
        result survives: u32 in "replica", "f", "failed replicas that a majority survives"
            = ((replicas - 1) / 2).floor();
    }
    id: "M006";
    name: "Cost of consistency";
    path: "cost::consistency";
    assumes: "A leader sends each write once to every other replica and waits for a majority. \
              Processor time and waiting writes a machine holds are examples: measure your own. \
              Machines are fully used, and traffic has the same price to each replica.";
    fails: "Where lost customers count: what users do because of slower writes is left out, see \
            the value of latency. And when machines stand idle, which costs more than all of this.";
    source: "Sum of the lines that cloud providers bill; round trips as in Ongaro and Ousterhout \
             2014, USENIX ATC";
    episode: 4;
    prices: "machine: compute_prices, aws m7g.large in us-east-1 as of 2026-07-20; traffic: \
             service_prices, EC2 data transfer between zones, $0.01 in each direction, as of \
             2024-09-25; storage: service_prices, EBS gp3 in us-east-1 as of 2024-07-01";
    plot: rtt => cost, waiting;
}
