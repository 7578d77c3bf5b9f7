//! What the predictions of a model cost.

use lightcone_formula_macros::cost_model;
use lightcone_units::{DataSize, HourlyPrice, Money, MonthlyCost, Rate, Ratio, StoragePrice, Time};

cost_model! {
    /// What a thousand predictions cost, with the machines that stand ready, training
    /// again, the log for the next training, and people who watch.
    ///
    /// # Examples
    /// ```
    /// use lightcone_cost::ml_inference;
    /// use lightcone_units::prelude::*;
    ///
    /// let sheet = ml_inference();
    /// assert_eq!(sheet.machines()?, 3);
    /// // Ten times the predictions do not cost ten times as much.
    /// let more = sheet.clone().predictions(2e9);
    /// assert!(more.monthly()? < sheet.monthly()? * 10.0);
    /// assert!(more.cost()? < sheet.cost()?);
    /// # Ok::<(), DomainError>(())
    /// ```
    pub fn ml_inference(
        predictions: f64, "n", "predictions in a month",
            above 0 "without predictions none of them has a price",
            default 200_000_000, range 100_000..=10_000_000_000 log;
        speed: Rate in per_second, r"\mu", "predictions of one machine at full load",
            above 0 "a machine that predicts nothing is of no use",
            default 50, range 0.1..=10_000 log;
        load: Ratio in percent, r"\rho", "load that machines may have on average",
            above 0 up_to 100 "nobody is busier than always", default 60, range 5..=100;
        least: u32, "m_0", "machines that run in any case",
            at_least 1 "something answers", default 2, range 1..=20;
        machine_price: HourlyPrice in usd_per_hour, "h", "price of a serving machine",
            at_least 0 "nobody pays you for running your machines",
            default 1.006, range 0.01..=50 log;
        trainings: f64, "r", "trainings in a month",
            at_least 0 "a model is trained again or not", default 4, range 0..=60;
        training_time: Time in hours, "t_r", "time of a training on one machine",
            at_least 0 "training cannot take negative time", default 8, range 0..=500;
        training_price: HourlyPrice in usd_per_hour, "h_r", "price of the training machine",
            at_least 0 "nobody pays you for running your machines",
            default 5.672, range 0.01..=100 log;
        logged: DataSize in kb, "s", "logged for each prediction",
            at_least 0 "an amount of data cannot be negative", default 2, range 0..=100;
        kept: f64, "L", "months that the log is kept",
            at_least 0 "data is kept for some time or none", default 3, range 0..=36;
        storage_price: StoragePrice in usd_per_gb_month, "p", "price of storage",
            at_least 0 "nobody pays you for storing your data", default 0.023, range 0..=1;
        watching: Time in hours, "e", "work of people on the model in a month",
            at_least 0 "work takes time", default 20, range 0..=500;
        engineer_price: HourlyPrice in usd_per_hour, "w", "what an hour of an engineer costs",
            at_least 0 "nobody works for less than nothing", default 100, range 20..=400;
        const month: Time::MONTH in hours, "T", "a month", "730";
    ) {
        busy: f64 in "machine", "m_1", "machines at full load that the predictions keep busy"
            = predictions / month / speed;
        result machines: u64 in "machine", "m", "machines that run"
            // A hair less, so that rounding in the division does not add a machine.
            = max((busy / load * (1 - 1e-12)).ceil(), least);
        serving: MonthlyCost in usd_per_month, "K_s", "serving"
            = machines * machine_price * (month / 3_600);
        training: MonthlyCost in usd_per_month, "K_r", "training again"
            = trainings * (training_time / 3_600) * training_price;
        logging: MonthlyCost in usd_per_month, "K_l", "keeping the log"
            = predictions * logged / 1e9 * kept * storage_price;
        people: MonthlyCost in usd_per_month, "K_e", "people who watch it"
            = watching / 3_600 * engineer_price;
        result monthly: MonthlyCost in usd_per_month, "K_m", "cost of a month"
            = serving + training + logging + people;
        total cost: Money in usd, "K", "cost of 1,000 predictions" = monthly / predictions * 1_000;
        /// Serving at the load allowed, and its log.
        result marginal: Money in usd, r"\Delta K", "what 1,000 more predictions add"
            = 1_000 * (machine_price / 3_600 / speed / load + logged / 1e9 * kept * storage_price);
        result idle: Ratio in percent, "i", "share of the serving machines' time that is idle"
            = 1 - busy / machines;
        result training_share: Ratio in percent, "s_r", "share of the cost that is training"
            = {
                require(
                    monthly > 0, machine_price, "above 0, or with other costs",
                    "nothing costs anything"
                );
                training / monthly
            };
    }
    id: "M007";
    name: "Inference and retraining budget";
    path: "cost::ml_inference";
    assumes: "Predictions come evenly enough for the load allowed, machines run the whole month, and \
              the log has grown to the months it is kept. Speed, times and amounts are examples: \
              measure your own.";
    fails: "With large peaks: then the load that machines may have on average is lower. Labels, \
            failed trainings, features and the network are left out.";
    source: "Sum of the lines that cloud providers bill";
    episode: 5;
    prices: "machines: compute_prices, aws g5.xlarge for serving and g5.12xlarge for training, \
             us-east-1, as of 2026-07-20; log: service_prices, S3 Standard storage in us-east-1, as \
             of 2024-07-01; engineer: $144,570 a year is the mean wage of US software developers \
             (Bureau of Labor Statistics, May 2024), $69.50 for each of 2,080 hours; wages are about \
             70 % of what employers pay (the same, December 2019), so about $100";
    plot: predictions => cost, marginal;
}
