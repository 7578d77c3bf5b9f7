//! Made-up data of any size, from a seed, to try an analysis at scale.
//!
//! Rows come in blocks of [`BLOCK`] rows, each from its own stream of random
//! numbers, so a table of a million rows begins with the rows of a smaller one
//! with the same seed. Nothing here is a fact: the shapes are those of real data,
//! the names are not.
//!
//! # Distributions
//!
//! | column | drawn from |
//! | --- | --- |
//! | incidents `start_utc` | ten years from 2015, three times as often on weekdays from 8 to 18 UTC |
//! | incidents `duration_minutes` | log-normal, median 231 min, sigma 1.33: fitted to the 317 known durations of `incidents` of 2026-11-25; null for 25 % |
//! | incidents `detection_minutes` | log-normal, median 8 min, sigma 1.7, never above the duration; null for 85 %, as in the table |
//! | incidents `severity`, `cause_category` | shares of the table `incidents` |
//! | requests `time_utc` | one day, busier towards noon (a sine from 0.4 to 1.6 of the mean) |
//! | requests `service`, `endpoint` | Zipf: the k-th is 1/k as frequent as the first |
//! | requests `latency_ms` | log-normal with a median of 2 to 40 ms by service and sigma 0.6; 1 % of the requests are multiplied by a Pareto variable with tail index 1.5, the slow ones that make p99 |
//! | requests `status` | 503 with a probability that grows with latency up to 20 %, else 429 for 0.3 %, 500 for 0.1 %, else 200 |
//!
//! # Examples
//!
//! ```
//! let requests = lightcone_data::synthetic::requests(1_000, 7)?;
//! assert_eq!(requests.height(), 1_000);
//! # Ok::<(), lightcone_data::DataError>(())
//! ```

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use polars::prelude as pl;
use polars::prelude::{IntoColumn, NamedFrom};
use rand::Rng;
use rand_distr::{Distribution, LogNormal, Pareto};
use rand_pcg::Pcg64;

use crate::error::DataError;
use crate::frame::{enum_type, lists};

/// Rows that are drawn from one stream of random numbers.
pub const BLOCK: usize = 1 << 20;

/// Most rows that are made in memory; more go into a file.
pub const LIMIT: usize = 200_000_000;

/// 2015-01-01, in microseconds since 1970.
const FIRST_DAY_US: i64 = 1_420_070_400_000_000;

const DAY_US: i64 = 86_400_000_000;

/// Ten years with their leap days.
const DAYS: u64 = 3_653;

const SEVERITIES: [(&str, u32); 5] = [
    ("partial", 69),
    ("zonal", 42),
    ("regional", 95),
    ("multi-region", 47),
    ("global", 193),
];

const CAUSES: [(&str, u32, &str); 19] = [
    ("capacity-overload", 38, "load-shedding"),
    ("cascading-failure", 22, "circuit-breaker"),
    ("certificate-expiry", 8, "key-rotation"),
    ("config-change", 41, "config-validation"),
    ("cooling", 18, "multi-region"),
    ("data-loss", 1, "backup-restore"),
    ("database", 20, "quorum"),
    ("ddos-attack", 9, "anycast"),
    ("dependency-failure", 14, "graceful-degradation"),
    ("deployment", 29, "canary-release"),
    ("dns", 12, "dns-redundancy"),
    ("hardware", 13, "health-checks"),
    ("network-bgp", 32, "out-of-band-access"),
    ("operator-error", 30, "blast-radius-limits"),
    ("power", 42, "multi-region"),
    ("security-breach", 38, "least-privilege"),
    ("software-bug", 64, "staged-rollout"),
    ("third-party", 12, "static-stability"),
    ("time-and-leap", 3, "chaos-testing"),
];

/// Patterns that help against many causes; the second one of each row.
const COMMON_PATTERNS: [&str; 4] = ["observability", "rollback", "runbook", "capacity-planning"];

const SERVICES: usize = 12;

const ENDPOINTS: usize = 40;

const REGIONS: [&str; 6] = [
    "ap-southeast-1",
    "eu-central-1",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-west-2",
];

/// Made-up incidents with columns of `incidents`.
///
/// # Errors
///
/// [`DataError::Generate`] if `rows` is above [`LIMIT`].
///
/// # Examples
///
/// ```
/// let few = lightcone_data::synthetic::incidents(100, 1)?;
/// let more = lightcone_data::synthetic::incidents(200, 1)?;
/// assert!(more.head(Some(100)).equals_missing(&few));
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn incidents(rows: usize, seed: u64) -> Result<pl::DataFrame, DataError> {
    in_memory(rows, |block, count| incident_block(seed, block, count))
}

/// Made-up requests of a day: time, service, region, endpoint, latency, status.
///
/// # Errors
///
/// [`DataError::Generate`] if `rows` is above [`LIMIT`].
///
/// # Examples
///
/// ```
/// let requests = lightcone_data::synthetic::requests(50_000, 1)?;
/// let p99 = requests.column("latency_ms")?.quantile_reduce(0.99, Default::default())?;
/// println!("{p99:?}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn requests(rows: usize, seed: u64) -> Result<pl::DataFrame, DataError> {
    in_memory(rows, |block, count| request_block(seed, block, count))
}

/// Writes [`requests`] of any number into a Parquet file, a block at a time, and
/// returns its size in bytes.
///
/// # Errors
///
/// [`DataError::Write`] if the file cannot be written.
///
/// # Examples
///
/// ```no_run
/// lightcone_data::synthetic::write_requests(50_000_000, 1, "/tmp/requests.parquet")?;
/// # Ok::<(), lightcone_data::DataError>(())
/// ```
pub fn write_requests(rows: usize, seed: u64, path: impl AsRef<Path>) -> Result<u64, DataError> {
    let path = path.as_ref();
    let refused = |reason: String| DataError::Write {
        path: path.to_owned(),
        reason,
    };
    let said = |error: pl::PolarsError| refused(error.to_string());
    let file = File::create(path).map_err(|error| refused(error.to_string()))?;
    let first = request_block(seed, 0, rows.min(BLOCK)).map_err(said)?;
    let mut writer = pl::ParquetWriter::new(BufWriter::new(file))
        .batched(first.schema())
        .map_err(said)?;
    let mut made = first.height();
    writer.write_batch(&first).map_err(said)?;
    while made < rows {
        let count = (rows - made).min(BLOCK);
        let block = request_block(seed, made / BLOCK, count).map_err(said)?;
        writer.write_batch(&block).map_err(said)?;
        made += count;
    }
    writer.finish().map_err(said)?;
    drop(writer);
    let file = std::fs::metadata(path).map_err(|error| refused(error.to_string()))?;
    Ok(file.len())
}

fn in_memory(
    rows: usize,
    block: impl Fn(usize, usize) -> pl::PolarsResult<pl::DataFrame>,
) -> Result<pl::DataFrame, DataError> {
    if rows > LIMIT {
        return Err(DataError::Generate {
            argument: "rows",
            value: rows.to_string(),
            allowed: "at most 200,000,000 in memory; `write_requests` makes files of any size",
        });
    }
    let refused = |source| DataError::Frame {
        table: "synthetic".to_owned(),
        source,
    };
    let mut all = block(0, rows.min(BLOCK)).map_err(refused)?;
    while all.height() < rows {
        let made = all.height();
        let next = block(made / BLOCK, (rows - made).min(BLOCK)).map_err(refused)?;
        all.vstack_mut(&next).map_err(refused)?;
    }
    Ok(all)
}

/// A generator for one block: each has a stream of its own.
fn generator(seed: u64, block: usize) -> Pcg64 {
    Pcg64::new(u128::from(seed), block as u128)
}

/// A uniform number in [0, 1).
fn uniform(generator: &mut Pcg64) -> f64 {
    (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// An index, drawn by weights that are summed up.
fn drawn(generator: &mut Pcg64, sums: &[f64]) -> usize {
    let at = uniform(generator) * sums.last().copied().unwrap_or_default();
    sums.partition_point(|sum| *sum <= at).min(sums.len() - 1)
}

fn summed(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    weights
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}

/// Names with numbers, as the words of an enum.
fn numbered(word: &str, count: usize) -> Vec<String> {
    (1..=count)
        .map(|number| format!("{word}-{number:02}"))
        .collect()
}

fn enum_column(name: &str, codes: Vec<u32>, words: &[String]) -> pl::PolarsResult<pl::Column> {
    let words_of = codes.iter().map(|code| words[*code as usize].as_str());
    let texts = pl::Series::new(name.into(), words_of.collect::<Vec<&str>>());
    Ok(texts.strict_cast(&enum_type(words)?)?.into_column())
}

fn times(name: &str, micros: Vec<i64>) -> pl::Column {
    pl::Series::new(name.into(), micros)
        .into_datetime(pl::TimeUnit::Microseconds, Some(pl::TimeZone::UTC))
        .into_column()
}

fn log_normal(median: f64, sigma: f64) -> pl::PolarsResult<LogNormal<f64>> {
    LogNormal::new(median.ln(), sigma)
        .map_err(|error| pl::PolarsError::ComputeError(error.to_string().into()))
}

fn incident_block(seed: u64, block: usize, count: usize) -> pl::PolarsResult<pl::DataFrame> {
    let mut random = generator(seed, block);
    let lasting = log_normal(231.0, 1.33)?;
    let noticing = log_normal(8.35, 1.7)?;
    let severities = summed(SEVERITIES.iter().map(|(_, weight)| f64::from(*weight)));
    let causes = summed(CAUSES.iter().map(|(_, weight, _)| f64::from(*weight)));
    let organizations = summed((1..=ENDPOINTS).map(|rank| 1.0 / rank as f64));
    let mut ids = Vec::with_capacity(count);
    let mut owners = Vec::with_capacity(count);
    let (mut starts, mut ends) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut durations, mut detections) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut severity, mut cause) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut patterns = Vec::with_capacity(count);
    for row in 0..count {
        // Hours of work see three times as many: the others are drawn again.
        let start = loop {
            let day = (uniform(&mut random) * DAYS as f64) as i64;
            let second = (uniform(&mut random) * 86_400.0) as i64;
            // 2015-01-01 was a Thursday.
            let weekday = (day + 3) % 7;
            let at_work = weekday < 5 && (8..18).contains(&(second / 3_600));
            if at_work || uniform(&mut random) < 1.0 / 3.0 {
                break FIRST_DAY_US + day * DAY_US + second * 1_000_000;
            }
        };
        let minutes = lasting.sample(&mut random).round().max(1.0) as i64;
        let noticed = (noticing.sample(&mut random).round() as i64).min(minutes);
        let known = uniform(&mut random) >= 0.25;
        let seen = uniform(&mut random) >= 0.85;
        let why = drawn(&mut random, &causes);
        let common = (uniform(&mut random) * COMMON_PATTERNS.len() as f64) as usize;
        ids.push(format!("synthetic-{:010}", block * BLOCK + row));
        owners.push(drawn(&mut random, &organizations) as u32);
        starts.push(start);
        ends.push(known.then_some(start + minutes * 60_000_000));
        durations.push(known.then_some(minutes));
        detections.push((known && seen).then_some(noticed));
        severity.push(drawn(&mut random, &severities) as u32);
        cause.push(why as u32);
        patterns.push(Some(vec![CAUSES[why].2, COMMON_PATTERNS[common]]));
    }
    let severities = SEVERITIES.map(|(word, _)| word.to_owned());
    let causes = CAUSES.map(|(word, _, _)| word.to_owned());
    let end = pl::Series::new("end_utc".into(), ends)
        .into_datetime(pl::TimeUnit::Microseconds, Some(pl::TimeZone::UTC));
    pl::DataFrame::new(
        count,
        vec![
            pl::Series::new("id".into(), ids).into_column(),
            enum_column("organization", owners, &numbered("organization", ENDPOINTS))?,
            times("start_utc", starts),
            end.into_column(),
            pl::Series::new("duration_minutes".into(), durations).into_column(),
            pl::Series::new("detection_minutes".into(), detections).into_column(),
            enum_column("severity", severity, &severities)?,
            enum_column("cause_category", cause, &causes)?,
            lists("mitigating_patterns", &patterns).into_column(),
        ],
    )
}

fn request_block(seed: u64, block: usize, count: usize) -> pl::PolarsResult<pl::DataFrame> {
    let mut random = generator(seed, block);
    let services = summed((1..=SERVICES).map(|rank| 1.0 / rank as f64));
    let endpoints = summed((1..=ENDPOINTS).map(|rank| 1.0 / rank as f64));
    let mut bodies = Vec::new();
    for service in 0..SERVICES {
        // From 2 to 40 ms, each service slower than the one before.
        let part = service as f64 / (SERVICES - 1) as f64;
        bodies.push(log_normal(2.0 * 20.0_f64.powf(part), 0.6)?);
    }
    let tail = Pareto::new(1.0, 1.5)
        .map_err(|error| pl::PolarsError::ComputeError(error.to_string().into()))?;
    let mut when = Vec::with_capacity(count);
    let mut service = Vec::with_capacity(count);
    let mut region = Vec::with_capacity(count);
    let mut endpoint = Vec::with_capacity(count);
    let mut latency = Vec::with_capacity(count);
    let mut status = Vec::with_capacity(count);
    for _ in 0..count {
        let time = loop {
            let part = uniform(&mut random);
            let busy = 1.0 - 0.6 * (2.0 * std::f64::consts::PI * part).cos();
            if uniform(&mut random) * 1.6 < busy {
                break FIRST_DAY_US + (part * DAY_US as f64) as i64;
            }
        };
        let who = drawn(&mut random, &services);
        let mut milliseconds = bodies[who].sample(&mut random);
        if uniform(&mut random) < 0.01 {
            milliseconds *= tail.sample(&mut random);
        }
        let overload = (milliseconds / 5_000.0).min(0.2);
        let luck = uniform(&mut random);
        status.push(if luck < overload {
            503_i16
        } else if luck > 0.999 {
            500
        } else if luck > 0.996 {
            429
        } else {
            200
        });
        when.push(time);
        service.push(who as u32);
        region.push((uniform(&mut random) * REGIONS.len() as f64) as u32);
        endpoint.push(drawn(&mut random, &endpoints) as u32);
        latency.push(milliseconds);
    }
    let regions = REGIONS.map(str::to_owned);
    pl::DataFrame::new(
        count,
        vec![
            times("time_utc", when),
            enum_column("service", service, &numbered("service", SERVICES))?,
            enum_column("region", region, &regions)?,
            enum_column("endpoint", endpoint, &numbered("endpoint", ENDPOINTS))?,
            pl::Series::new("latency_ms".into(), latency).into_column(),
            pl::Series::new("status".into(), status).into_column(),
        ],
    )
}
