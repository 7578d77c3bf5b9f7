//! Rules that look at several cells of a row, or at another table.
//!
//! The rules of one cell (type, range, vocabulary) stand in the schema. Here
//! are those that need more: an incident cannot end before it starts, and no
//! round trip is faster than light in fibre.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use chrono::{NaiveDateTime, TimeDelta};

use crate::csv::{Csv, Row};
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
    /// With the provider and the coordinates of its regions.
    RegionLatency(&'static str, HashMap<String, Option<Coordinates>>),
    /// With the regions of `cloud_regions`, as provider and code.
    ComputePrices(HashSet<(String, String)>),
    ServiceSlas,
    InterAzLatency,
    /// With the columns of the incidents that the rules look at.
    IncidentRegions(HashMap<String, Facts>, HashSet<(String, String)>),
    IncidentEvents(HashMap<String, Facts>),
    IncidentAnalyses(HashMap<String, Facts>),
    IncidentRelations,
    CoursePlan,
    CourseEpisodes,
}

/// What rules of other tables need to know of an incident, as written.
#[derive(Default)]
pub(crate) struct Facts {
    start_utc: String,
    end_utc: String,
    duration_minutes: Option<f64>,
    regions: Vec<String>,
}

impl RowRules {
    /// The rules of a table, with what they need of other tables.
    pub(crate) fn of(source_dir: &Path, table: &str) -> Result<RowRules, DataError> {
        Ok(match table {
            "incidents" => RowRules::Incidents,
            "cloud_regions" => RowRules::CloudRegions,
            "region_latency_aws" => RowRules::RegionLatency("aws", coordinates(source_dir, "aws")?),
            "region_latency_azure" => {
                RowRules::RegionLatency("azure", coordinates(source_dir, "azure")?)
            }
            "region_latency_gcp" => RowRules::RegionLatency("gcp", coordinates(source_dir, "gcp")?),
            "compute_prices" => RowRules::ComputePrices(known_regions(source_dir)?),
            "service_slas" => RowRules::ServiceSlas,
            "inter_az_latency" => RowRules::InterAzLatency,
            "incident_regions" => {
                RowRules::IncidentRegions(facts(source_dir)?, known_regions(source_dir)?)
            }
            "incident_events" => RowRules::IncidentEvents(facts(source_dir)?),
            "incident_analyses" => RowRules::IncidentAnalyses(facts(source_dir)?),
            "incident_relations" => RowRules::IncidentRelations,
            "course_plan" => RowRules::CoursePlan,
            "course_episodes" => RowRules::CourseEpisodes,
            _ => RowRules::None,
        })
    }

    /// What a row breaks: the column at fault and the rule.
    pub(crate) fn broken(&self, record: &Record<'_>) -> Vec<(&'static str, String)> {
        match self {
            RowRules::None => Vec::new(),
            RowRules::Incidents => incident(record),
            RowRules::CloudRegions => region(record),
            RowRules::RegionLatency(provider, regions) => round_trip(record, provider, regions),
            RowRules::ComputePrices(regions) => price(record, regions),
            RowRules::ServiceSlas => sla(record),
            RowRules::InterAzLatency => zones(record),
            RowRules::IncidentRegions(incidents, regions) => {
                incident_region(record, incidents, regions)
            }
            RowRules::IncidentEvents(incidents) => incident_event(record, incidents),
            RowRules::IncidentAnalyses(incidents) => incident_analysis(record, incidents),
            RowRules::IncidentRelations => relation(record),
            RowRules::CoursePlan => plan_item(record),
            RowRules::CourseEpisodes => episode(record),
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
    } else if exact && longest >= 1.0 {
        broken.push((
            "duration_minutes",
            format!("must be given, since both times of day are known: {longest:.0} min"),
        ));
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

fn price(record: &Record<'_>, regions: &HashSet<(String, String)>) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    let (provider, region) = (record.text("provider"), record.text("region"));
    if !regions.contains(&(provider.to_owned(), region.to_owned())) {
        broken.push((
            "region",
            format!("must be a region_code of provider {provider} in cloud_regions"),
        ));
    }
    let discounts = [
        "reserved_1yr_usd_per_hour",
        "reserved_3yr_usd_per_hour",
        "spot_usd_per_hour",
    ];
    let full = record.number("on_demand_usd_per_hour");
    for column in discounts {
        if let (Some(less), Some(full)) = (record.number(column), full)
            && less > full
        {
            broken.push((
                column,
                format!("must not be above on_demand_usd_per_hour, {full}"),
            ));
        }
    }
    let discounted = discounts
        .iter()
        .any(|column| record.number(column).is_some());
    if discounted == record.text("reserved_spot_source").is_empty() {
        broken.push((
            "reserved_spot_source",
            "must be given if and only if a reserved or spot price is".to_owned(),
        ));
    }
    broken
}

fn sla(record: &Record<'_>) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    let steps = [
        ("credit_tier_1_below_percent", "credit_tier_1_percent"),
        ("credit_tier_2_below_percent", "credit_tier_2_percent"),
        ("credit_tier_3_below_percent", "credit_tier_3_percent"),
    ];
    let mut before: Option<(f64, f64)> = None;
    for (below, credit) in steps {
        match (record.number(below), record.number(credit)) {
            (None, None) => {}
            (Some(uptime), Some(share)) => {
                if before.is_some_and(|(last, _)| uptime >= last) {
                    broken.push((below, "must be below that of the step before".to_owned()));
                }
                if before.is_some_and(|(_, last)| share <= last) {
                    broken.push((credit, "must be above that of the step before".to_owned()));
                }
                before = Some((uptime, share));
            }
            _ => broken.push((credit, format!("must be given together with {below}"))),
        }
    }
    broken
}

fn zones(record: &Record<'_>) -> Vec<(&'static str, String)> {
    let same = record.text("from_zone") == record.text("to_zone");
    let scope = if same { "same_zone" } else { "cross_zone" };
    if record.text("scope") == scope {
        Vec::new()
    } else {
        vec![("scope", format!("must be {scope} for these two zones"))]
    }
}

fn incident_region(
    record: &Record<'_>,
    incidents: &HashMap<String, Facts>,
    regions: &HashSet<(String, String)>,
) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    let place = record.text("place");
    if let Some(incident) = incidents.get(record.text("incident_id"))
        && !incident.regions.iter().any(|region| region == place)
    {
        broken.push((
            "place",
            "must be one of the regions of the incident in the table incidents".to_owned(),
        ));
    }
    let (provider, code) = (record.text("provider"), record.text("region_code"));
    if provider.is_empty() != code.is_empty() {
        broken.push((
            "region_code",
            "provider and region_code must be given together".to_owned(),
        ));
    } else if !code.is_empty() && !regions.contains(&(provider.to_owned(), code.to_owned())) {
        broken.push((
            "region_code",
            format!("must be a region_code of provider {provider} in cloud_regions"),
        ));
    }
    broken
}

fn incident_event(
    record: &Record<'_>,
    incidents: &HashMap<String, Facts>,
) -> Vec<(&'static str, String)> {
    let Some(incident) = incidents.get(record.text("incident_id")) else {
        return Vec::new();
    };
    let (column, stated) = match record.text("event") {
        "impact-start" => ("start_utc", &incident.start_utc),
        "impact-end" => ("end_utc", &incident.end_utc),
        _ => return Vec::new(),
    };
    if stated.is_empty() || stated == record.text("time_utc") {
        return Vec::new();
    }
    vec![(
        "time_utc",
        format!("must be the {column} of the incident, {stated}"),
    )]
}

fn incident_analysis(
    record: &Record<'_>,
    incidents: &HashMap<String, Facts>,
) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    let limited = record.number("limited_duration_minutes");
    if limited.is_some() == record.text("limit_basis").is_empty() {
        broken.push((
            "limit_basis",
            "must be given if and only if limited_duration_minutes is".to_owned(),
        ));
    }
    if record.text("formula").is_empty() != record.text("formula_note").is_empty() {
        broken.push((
            "formula_note",
            "must be given if and only if formula is".to_owned(),
        ));
    }
    if let Some(limited) = limited {
        let duration = incidents
            .get(record.text("incident_id"))
            .and_then(|incident| incident.duration_minutes);
        match duration {
            Some(duration) if limited > duration => broken.push((
                "limited_duration_minutes",
                format!("must not be above the duration of the incident, {duration} min"),
            )),
            None => broken.push((
                "limited_duration_minutes",
                "must be empty, since the duration of the incident is unknown".to_owned(),
            )),
            Some(_) => {}
        }
    }
    broken
}

fn relation(record: &Record<'_>) -> Vec<(&'static str, String)> {
    if record.text("incident_id") == record.text("related_id") {
        vec![("related_id", "must be another incident".to_owned())]
    } else {
        Vec::new()
    }
}

/// The letter with which the ids of a kind of item begin.
fn letter(kind: &str) -> &'static str {
    match kind {
        "formula" => "F",
        "calculator" => "C",
        "cost" => "M",
        "sample" => "P",
        "security" => "S",
        _ => "T",
    }
}

fn plan_item(record: &Record<'_>) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    let letter = letter(record.text("kind"));
    if !record.text("id").starts_with(letter) {
        broken.push((
            "id",
            format!("must begin with {letter} for a {}", record.text("kind")),
        ));
    }
    if !rust_path(record.text("path")) {
        broken.push((
            "path",
            "must be a Rust path below lightcone, such as lightcone::latency::fiber_rtt".to_owned(),
        ));
    }
    broken
}

/// Whether a text is a path below `lightcone`; its last part may be a list of names
/// in braces.
fn rust_path(text: &str) -> bool {
    let name = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let Some(below) = text.strip_prefix("lightcone::") else {
        return false;
    };
    let (modules, last) = below.rsplit_once("::").unwrap_or(("", below));
    let names = match last
        .strip_prefix('{')
        .and_then(|list| list.strip_suffix('}'))
    {
        Some(list) => list.split(", ").all(name),
        None => name(last),
    };
    names && (modules.is_empty() || modules.split("::").all(name))
}

fn episode(record: &Record<'_>) -> Vec<(&'static str, String)> {
    let number = record.number("episode");
    let Value::List(before) = record.value("prerequisites") else {
        return Vec::new();
    };
    let later = before
        .iter()
        .find(|other| other.parse::<f64>().ok() >= number);
    later
        .map(|other| {
            (
                "prerequisites",
                format!("must be earlier episodes, and {other} is not"),
            )
        })
        .into_iter()
        .collect()
}

fn round_trip(
    record: &Record<'_>,
    provider: &str,
    regions: &HashMap<String, Option<Coordinates>>,
) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    let mut ends = Vec::new();
    for column in ["from_region", "to_region"] {
        match regions.get(record.text(column)) {
            Some(place) => ends.extend(*place),
            None => broken.push((
                column,
                format!("must be a region_code of provider {provider} in cloud_regions"),
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

/// The regions of `cloud_regions`, as provider and code.
fn known_regions(source_dir: &Path) -> Result<HashSet<(String, String)>, DataError> {
    let csv = Csv::read(&source_dir.join("cloud_regions").join("cloud_regions.csv"))?;
    let at = |name: &str| csv.header.iter().position(|column| column == name);
    let (Some(owner), Some(code)) = (at("provider"), at("region_code")) else {
        return Ok(HashSet::new());
    };
    let pair = |row: &Row| (row.cells[owner].clone(), row.cells[code].clone());
    Ok(csv.rows.iter().map(pair).collect())
}

/// What other tables need to know of the incidents, by id.
fn facts(source_dir: &Path) -> Result<HashMap<String, Facts>, DataError> {
    let csv = Csv::read(&source_dir.join("incidents").join("incidents.csv"))?;
    let cell = |row: &Row, name: &str| {
        let at = csv.header.iter().position(|column| column == name);
        at.map(|at| row.cells[at].clone()).unwrap_or_default()
    };
    let known = csv.rows.iter().map(|row| {
        let facts = Facts {
            start_utc: cell(row, "start_utc"),
            end_utc: cell(row, "end_utc"),
            duration_minutes: cell(row, "duration_minutes").parse().ok(),
            regions: cell(row, "regions").split(';').map(str::to_owned).collect(),
        };
        (cell(row, "id"), facts)
    });
    Ok(known.collect())
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
    fn a_rust_path_is_known_by_its_parts() {
        for path in [
            "lightcone::latency::fiber_rtt",
            "lightcone::patterns::hash::{Ring, Jump, Rendezvous, Maglev}",
            "lightcone::story",
        ] {
            assert!(rust_path(path), "{path}");
        }
        for path in [
            "",
            "lightcone::",
            "latency::fiber_rtt",
            "lightcone::latency::",
            "lightcone::latency::fiber rtt",
            "lightcone::hash::{Ring,Jump}",
            "lightcone::hash::{}",
            "lightcone::1st",
        ] {
            assert!(!rust_path(path), "{path}");
        }
    }

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
