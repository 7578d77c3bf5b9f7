//! What it costs to run a service in several regions.

use lightcone_formula_macros::cost_model;
use lightcone_units::{DataPrice, DataSize, HourlyPrice, MonthlyCost, StoragePrice, Time};

cost_model! {
    /// The monthly cost of a deployment over several regions: compute, copies of the
    /// data, and the traffic that keeps the copies up to date.
    ///
    /// The lists have one value for each region. The first region takes the writes, and
    /// as many regions as the replication factor says, from the first on, hold a copy.
    ///
    /// # Examples
    /// ```
    /// use lightcone_cost::multi_region;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = multi_region()
    ///     .instances(&[3, 3])
    ///     .instance_price(&[0.10.usd_per_hour(); 2])
    ///     .storage_price(&[0.02.usd_per_gb_month(); 2])
    ///     .replication_factor(2)
    ///     .data(1.tb())
    ///     .written(500.gb())
    ///     .egress_price(0.02.usd_per_gb());
    /// assert_eq!(sheet.machines()?.to_string(), "$438.00 a month");
    /// assert_eq!(sheet.cost()?.to_string(), "$488.00 a month");
    /// assert_eq!(format!("{:.2}", sheet.factor()?), "2.04");
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn multi_region(
        instances: [u32] in "instance", "n_r", "instances in each region",
            default [3, 3], range 0..=100;
        instance_price: [HourlyPrice] in usd_per_hour, "h_r", "price of an instance in each region",
            at_least 0 "nobody pays you for running your instances",
            default [0.0816, 0.0816], range 0..=5;
        storage_price: [StoragePrice] in usd_per_gb_month, "s_r", "price of storage in each region",
            at_least 0 "nobody pays you for storing your data",
            default [0.08, 0.08], range 0..=1;
        replication_factor: u32, "R", "regions with a copy of the data",
            at_least 1 "the data is somewhere", default 2, range 1..=10;
        data: DataSize in gb, "D", "data in one copy",
            at_least 0 "an amount of data cannot be negative", default 1_000, range 0..=100_000;
        written: DataSize in gb, "W", "data written in a month",
            at_least 0 "an amount of data cannot be negative", default 500, range 0..=100_000;
        egress_price: DataPrice in usd_per_gb, "e", "price of traffic between regions",
            at_least 0 "nobody pays you for your traffic", default 0.02, range 0..=0.2;
        const month: Time::MONTH in hours, "T", "hours of a month";
    ) {
        running: f64 in "hour", "H", "hours that instances run" = sum(instances) * month / 3_600;
        result machines: MonthlyCost in usd_per_month, "K_c", "compute in all regions"
            = sum_of_products(instances, instance_price) * (month / 3_600);
        first_copy: MonthlyCost in usd_per_month, "K_1", "storage of the first copy"
            = storage_price[0] * (data / 1e9);
        further_copies: MonthlyCost in usd_per_month, "K_n", "storage of the other copies" = {
            require(
                replication_factor <= count(instances),
                replication_factor, "at most the number of regions",
                "each copy is in a region of its own"
            );
            (sum_of_first(storage_price, replication_factor) - storage_price[0]) * (data / 1e9)
        };
        result storage: MonthlyCost in usd_per_month, "K_s", "storage of all copies"
            = first_copy + further_copies;
        /// Every write goes once to every other copy.
        replicated: DataSize in gb, "W_R", "data sent between regions in a month"
            = (replication_factor - 1) * written;
        result egress: MonthlyCost in usd_per_month, "K_e",
            "traffic that keeps the copies up to date"
            = replicated / 1e9 * egress_price;
        total cost: MonthlyCost in usd_per_month, "K", "cost of the deployment"
            = machines + storage + egress;
        result single: MonthlyCost in usd_per_month, "K_0", "cost of the first region alone"
            = instances[0] * instance_price[0] * (month / 3_600) + first_copy;
        result extra: MonthlyCost in usd_per_month, r"\Delta K", "what the other regions add"
            = cost - single;
        result factor: f64, "f", "cost over that of the first region alone" = {
            require(single > 0, instances, "some in the first region", "it costs nothing alone");
            cost / single
        };
    }
    id: "M001";
    name: "Multi-region deployment cost";
    path: "cost::multi_region";
    assumes: "Instances run the whole month of 730 hours, on demand. The first region takes all \
              writes and sends each once to every other copy; traffic is paid where it leaves. \
              The default prices are those of us-east-1 in both regions, because the table has no \
              other region of AWS.";
    fails: "Where traffic to users, requests, load balancers, support and discounts matter: they \
            are left out. Another region costs more: in compute_prices, 10 to 30 % in Europe and \
            Singapore.";
    source: "The lines that AWS bills: EC2 on demand, EBS, data transfer to other regions";
    episode: 1;
    prices: "compute_prices of 2026-07-20: m7g.large in us-east-1, $0.0816/h; service_prices of \
             2024-07-01: EBS gp3 in us-east-1, $0.08/GB-month; service_prices of 2024-09-25: from \
             us-east-1 to other regions, $0.02/GB";
    plot: written => cost, single;
}
