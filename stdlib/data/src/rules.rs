//! Rules that look at several cells of a row, or at another table.
//!
//! The rules of one cell (type, range, vocabulary) stand in the schema. Here
//! are those that need more: an incident cannot end before it starts, and no
//! round trip is faster than light in fibre.

use std::collections::HashMap;
use std::path::Path;

use chrono::{NaiveDateTime, TimeDelta};

use crate::csv::Csv;
use crate::error::DataError;
use crate::table::Record;
use crate::value::Value;

/// Speed of light in vacuum, in km/ms (exact, SI).
const LIGHT_KM_PER_MS: f64 = 299.792_458;

/// Refractive index by which `light_in_fibre_rtt_ms` was computed.
const FIBRE_INDEX: f64 = 1.468;

/// Mean radius of the Earth (IUGG R1), in km.
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// How far a region's buildings may be from its coordinates, in km: the
/// coordinates are the middles of cities.
const COORDINATE_UNCERTAINTY_KM: f64 = 50.0;

/// Distances are given to 0.1 km and times to 0.001 ms.
const DISTANCE_TOLERANCE_KM: f64 = 0.1;
const TIME_TOLERANCE_MS: f64 = 0.002;

/// How far a stated duration may be from end less start, in minutes.
const DURATION_TOLERANCE_MIN: f64 = 1.0;

/// Round-trip times of a row that cannot be below the floor.
const ROUND_TRIPS: [&str; 9] = [
    "rtt_min_ms",
    "rtt_p10_ms",
    "rtt_p25_ms",
    "rtt_p50_ms",
    "rtt_p75_ms",
    "rtt_p90_ms",
    "rtt_p99_ms",
    "rtt_max_ms",
    "rtt_avg_ms",
];

/// Columns that must not fall from left to right, where known.
const RISING: [&[&str]; 2] = [
    &[
        "rtt_min_ms",
        "rtt_p10_ms",
        "rtt_p25_ms",
        "rtt_p50_ms",
        "rtt_p75_ms",
        "rtt_p90_ms",
        "rtt_p99_ms",
        "rtt_max_ms",
    ],
    &["rtt_min_ms", "rtt_avg_ms", "rtt_max_ms"],
];

/// Latitude and longitude in degrees.
type Coordinates = (f64, f64);

/// The rules of one table.
pub(crate) enum RowRules {
    /// Only the schema.
    None,
    Incidents,
    CloudRegions,
    /// With the coordinates of the regions between which was measured.
    RegionLatency(HashMap<String, Option<Coordinates>>),
}

impl RowRules {
    /// The rules of a table, with what they need of other tables.
    pub(crate) fn of(source_dir: &Path, table: &str) -> Result<RowRules, DataError> {
        Ok(match table {
            "incidents" => RowRules::Incidents,
            "cloud_regions" => RowRules::CloudRegions,
            "region_latency_aws" => RowRules::RegionLatency(coordinates(source_dir, "aws")?),
            _ => RowRules::None,
        })
    }

    /// What a row breaks: the column at fault and the rule.
    pub(crate) fn broken(&self, record: &Record<'_>) -> Vec<(&'static str, String)> {
        match self {
            RowRules::None => Vec::new(),
            RowRules::Incidents => incident(record),
            RowRules::CloudRegions => region(record),
            RowRules::RegionLatency(regions) => round_trip(record, regions),
        }
    }
}

fn incident(record: &Record<'_>) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    if let Value::List(causes) = record.value("contributing_categories")
        && causes.contains(&record.text("cause_category"))
    {
        broken.push((
            "contributing_categories",
            format!(
                "must not repeat the cause_category, {:?}",
                record.text("cause_category")
            ),
        ));
    }
    let (Some(start), Some(end)) = (instant(record, "start_utc"), instant(record, "end_utc"))
    else {
        return broken;
    };
    // A day stands for all of its moments: the latest end less the earliest
    // start is the longest the impact can have been.
    let exact = !start.day_only && !end.day_only;
    let longest = end.latest() - start.time;
    if longest < TimeDelta::zero() {
        broken.push((
            "end_utc",
            format!(
                "must not be before start_utc, {:?}",
                record.text("start_utc")
            ),
        ));
        return broken;
    }
    let longest = longest.num_seconds() as f64 / 60.0;
    if let Some(stated) = record.number("duration_minutes") {
        if exact && (stated - longest).abs() > DURATION_TOLERANCE_MIN {
            broken.push((
                "duration_minutes",
                format!("must be end_utc less start_utc, {longest:.0} min"),
            ));
        } else if stated > longest + DURATION_TOLERANCE_MIN {
            broken.push((
                "duration_minutes",
                format!("must fit between start_utc and end_utc, {longest:.0} min at most"),
            ));
        }
    }
    broken
}

struct Instant {
    time: NaiveDateTime,
    day_only: bool,
}

impl Instant {
    fn latest(&self) -> NaiveDateTime {
        if self.day_only {
            self.time + TimeDelta::days(1)
        } else {
            self.time
        }
    }
}

fn instant(record: &Record<'_>, column: &str) -> Option<Instant> {
    match record.value(column) {
        Value::Instant { time, day_only } => Some(Instant { time, day_only }),
        _ => None,
    }
}

fn region(record: &Record<'_>) -> Vec<(&'static str, String)> {
    let cells = ["latitude_deg", "longitude_deg", "coordinate_basis"];
    let known = cells.map(|column| !record.text(column).is_empty());
    cells
        .into_iter()
        .zip(known)
        .filter(|(_, here)| !here && known.contains(&true))
        .map(|(column, _)| {
            (
                column,
                "latitude_deg, longitude_deg and coordinate_basis must be given together"
                    .to_owned(),
            )
        })
        .collect()
}

fn round_trip(
    record: &Record<'_>,
    regions: &HashMap<String, Option<Coordinates>>,
) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    let mut ends = Vec::new();
    for column in ["from_region", "to_region"] {
        match regions.get(record.text(column)) {
            Some(place) => ends.extend(*place),
            None => broken.push((
                column,
                "must be a region_code of provider aws in cloud_regions".to_owned(),
            )),
        }
    }
    for columns in RISING {
        let known: Vec<(&'static str, f64)> = columns
            .iter()
            .filter_map(|column| Some((*column, record.number(column)?)))
            .collect();
        for pair in known.windows(2) {
            if pair[1].1 < pair[0].1 {
                let rule = format!("must not be below {}, {}", pair[0].0, pair[0].1);
                broken.push((pair[1].0, rule));
            }
        }
    }
    let fastest = ROUND_TRIPS
        .into_iter()
        .filter_map(|column| Some((record.number(column)?, column)))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    let Some((fastest, fastest_column)) = fastest else {
        broken.push((
            "rtt_p50_ms",
            "one of the round-trip times must be known".to_owned(),
        ));
        return broken;
    };
    let (Some(distance), Some(floor)) = (
        record.number("great_circle_km"),
        record.number("light_in_fibre_rtt_ms"),
    ) else {
        return broken;
    };
    if let [from, to] = ends.as_slice() {
        let computed = great_circle_km(*from, *to);
        if (distance - computed).abs() > DISTANCE_TOLERANCE_KM {
            broken.push((
                "great_circle_km",
                format!("must be {computed:.1} km by the coordinates in cloud_regions"),
            ));
        }
    }
    let light = light_in_fibre_rtt_ms(distance);
    if (floor - light).abs() > TIME_TOLERANCE_MS {
        broken.push((
            "light_in_fibre_rtt_ms",
            format!("must be {light:.3} ms for great_circle_km at refractive index {FIBRE_INDEX}"),
        ));
    }
    let surely = light_in_fibre_rtt_ms((distance - 2.0 * COORDINATE_UNCERTAINTY_KM).max(0.0));
    let above = fastest >= floor;
    if fastest < surely {
        broken.push((
            fastest_column,
            format!(
                "is faster than light in fibre: {distance} km, less {COORDINATE_UNCERTAINTY_KM} km \
                 of uncertainty at each end, takes {surely:.3} ms there and back"
            ),
        ));
    } else if (record.value("physics_ok") == Value::Boolean(true)) != above {
        broken.push((
            "physics_ok",
            format!(
                "must be {above}: {fastest_column} is {fastest} ms, light_in_fibre_rtt_ms {floor} ms"
            ),
        ));
    }
    broken
}

/// Time of light in fibre along `distance_km` and back, in ms.
fn light_in_fibre_rtt_ms(distance_km: f64) -> f64 {
    2.0 * distance_km * FIBRE_INDEX / LIGHT_KM_PER_MS
}

/// Shortest way over a sphere between two places (haversine), in km.
fn great_circle_km(from: Coordinates, to: Coordinates) -> f64 {
    let (latitude_a, latitude_b) = (from.0.to_radians(), to.0.to_radians());
    let half_latitude = (latitude_b - latitude_a) / 2.0;
    let half_longitude = (to.1 - from.1).to_radians() / 2.0;
    let chord = half_latitude.sin().powi(2)
        + latitude_a.cos() * latitude_b.cos() * half_longitude.sin().powi(2);
    2.0 * EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin()
}

/// The places of a provider's regions, `None` where the place is unknown.
fn coordinates(
    source_dir: &Path,
    provider: &str,
) -> Result<HashMap<String, Option<Coordinates>>, DataError> {
    let csv = Csv::read(&source_dir.join("cloud_regions").join("cloud_regions.csv"))?;
    let at = |name: &str| csv.header.iter().position(|column| column == name);
    let (Some(owner), Some(code), Some(latitude), Some(longitude)) = (
        at("provider"),
        at("region_code"),
        at("latitude_deg"),
        at("longitude_deg"),
    ) else {
        return Ok(HashMap::new());
    };
    Ok(csv
        .rows
        .iter()
        .filter(|row| row.cells[owner] == provider)
        .map(|row| {
            let degrees = |cell: usize| row.cells[cell].parse::<f64>().ok();
            let place = degrees(latitude).zip(degrees(longitude));
            (row.cells[code].clone(), place)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_and_light_match_known_values() {
        // A quarter of the circumference, and New York to London.
        let quarter = std::f64::consts::FRAC_PI_2 * EARTH_RADIUS_KM;
        assert!((great_circle_km((0.0, 0.0), (0.0, 90.0)) - quarter).abs() < 1e-6);
        let atlantic = great_circle_km((40.7128, -74.0060), (51.5074, -0.1278));
        assert!((atlantic - 5570.2).abs() < 0.5, "{atlantic}");
        assert!((light_in_fibre_rtt_ms(atlantic) - 54.55).abs() < 0.01);
        assert_eq!(great_circle_km((10.0, 20.0), (10.0, 20.0)), 0.0);
    }
}
