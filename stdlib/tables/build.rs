//! Turns the few columns that calculators need from the datasets into Rust constants.
//!
//! The datasets are checked by their own tests, so a row that does not fit stops the
//! build with the file and what is wrong with it.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The providers whose regions and instances are offered, in the order of their numbers
/// from 1 on.
const PROVIDERS: [&str; 3] = ["aws", "azure", "gcp"];

/// Which measurement is taken for each provider, and which of its columns.
const MEASUREMENTS: [Source; 3] = [
    Source {
        table: "region_latency_aws",
        dataset: "cloudping_1y_2025",
        column: "rtt_p50_ms",
        statistic: "median of a year",
        // Inside a region it shows the measuring function, not the network.
        inside: false,
    },
    Source {
        table: "region_latency_azure",
        dataset: "azure_p50_2025_06",
        column: "rtt_p50_ms",
        statistic: "median of 30 days",
        inside: true,
    },
    Source {
        table: "region_latency_gcp",
        dataset: "fantoch_gcp_2019",
        // No percentiles were measured.
        column: "rtt_avg_ms",
        statistic: "mean of pings",
        inside: true,
    },
];

/// The current families with general-purpose machines.
const FAMILIES: [&[&str]; 3] = [
    &["m7a", "m7g", "m7i", "m8g", "t3", "t4g"],
    &["Dps_v5", "Ds_v5", "Ds_v6"],
    &["c4", "c4a", "e2", "n4"],
];

struct Source {
    table: &'static str,
    dataset: &'static str,
    column: &'static str,
    statistic: &'static str,
    inside: bool,
}

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let datasets = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../datasets");
    let read = |table: &str| Table::read(&datasets, table);
    let mut text = String::new();
    let regions = regions(&read("cloud_regions")?, &mut text)?;
    measurements(&regions, &read, &mut text)?;
    instances(&read("compute_prices")?, &mut text)?;
    services(&read("service_prices")?, &regions, &mut text)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("tables.rs"), text)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

/// A region that calculators offer.
struct Region {
    provider: usize,
    code: String,
    label: String,
}

fn regions(table: &Table, text: &mut String) -> Outcome<Vec<Region>> {
    let mut rows = Vec::new();
    for row in &table.rows {
        let get = |column| table.get(row, column);
        let provider = PROVIDERS.iter().position(|known| *known == row[0]);
        let Some(provider) = provider else { continue };
        if get("region_type")? != "commercial" || get("status")? != "ga" {
            continue;
        }
        let (name, code) = (get("region_name")?, get("region_code")?);
        let place = match PROVIDERS[provider] {
            "azure" => get("city")?.to_owned(),
            _ => place(name),
        };
        let label = format!("{} {code} ({place})", PROVIDERS[provider]);
        let fields = [
            format!("latitude: {:?}", number(get("latitude_deg")?)?),
            format!("longitude: {:?}", number(get("longitude_deg")?)?),
            format!("source: {:?}", get("source")?),
            format!("as_of: {:?}", get("as_of")?),
        ];
        let region = Region {
            provider,
            code: code.to_owned(),
            label,
        };
        rows.push((
            region,
            fields,
            [get("latitude_deg")?, get("longitude_deg")?],
        ));
    }
    rows.sort_by(|a, b| a.0.label.cmp(&b.0.label));

    // Number 0 is a place that is no region.
    let mut columns = [vec![f64::NAN], vec![f64::NAN], vec![0.0]];
    let mut choices = String::new();
    let mut list = String::new();
    for (at, (region, fields, coordinates)) in rows.iter().enumerate() {
        columns[0].push(number(coordinates[0])?);
        columns[1].push(number(coordinates[1])?);
        columns[2].push((region.provider + 1) as f64);
        write!(choices, "({:?}, {:?}), ", region.label, (at + 1) as f64)?;
        writeln!(
            list,
            "RegionRow {{ provider: {:?}, code: {:?}, label: {:?}, {} }},",
            PROVIDERS[region.provider],
            region.code,
            region.label,
            fields.join(", "),
        )?;
    }
    writeln!(text, "const REGION_ROWS: &[RegionRow] = &[{list}];")?;
    writeln!(
        text,
        "const REGION_CHOICES: &[(&str, f64)] = &[{choices}];\n\
         const PLACE_CHOICES: &[(&str, f64)] = &[(OWN_COORDINATES, 0.0), {choices}];"
    )?;
    column(
        text,
        "LATITUDE_DEG",
        "The latitude of each region in degrees, north is positive, by the number of the \
         [`Region`] or [`Place`]; the first entry is unknown.",
        &columns[0],
    )?;
    column(
        text,
        "LONGITUDE_DEG",
        "The longitude of each region in degrees, east is positive, by the number of the \
         [`Region`] or [`Place`]; the first entry is unknown.",
        &columns[1],
    )?;
    column(
        text,
        "PROVIDER",
        "The provider of each region, by the number of the [`Region`] or [`Place`]: 1 is AWS, 2 is \
         Azure, 3 is Google Cloud, and 0 is no region.",
        &columns[2],
    )?;
    Ok(rows.into_iter().map(|(region, ..)| region).collect())
}

/// The place in a name such as `US East (N. Virginia)`.
fn place(name: &str) -> String {
    let inner = name
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(inner, _)| inner);
    match inner {
        // It says nothing without its country.
        Some("Central") => name.replace(['(', ')'], ""),
        Some(inner) => inner.to_owned(),
        None => name.to_owned(),
    }
}

fn measurements(
    regions: &[Region],
    read: &impl Fn(&str) -> Outcome<Table>,
    text: &mut String,
) -> Outcome<()> {
    let mut times = Vec::new();
    let mut starts = vec![0.0; regions.len() + 1];
    let mut places = vec![0.0; regions.len() + 1];
    let mut list = String::new();
    for (provider, source) in MEASUREMENTS.iter().enumerate() {
        let table = read(source.table)?;
        let own: Vec<usize> = (0..regions.len())
            .filter(|at| regions[*at].provider == provider)
            .collect();
        let place: BTreeMap<&str, usize> = own
            .iter()
            .enumerate()
            .map(|(place, at)| (regions[*at].code.as_str(), place))
            .collect();
        let mut matrix = vec![f64::NAN; own.len() * own.len()];
        let (mut origin, mut as_of) = (String::new(), "");
        for row in &table.rows {
            if table.get(row, "dataset")? != source.dataset {
                continue;
            }
            (origin, as_of) = (
                repository(table.get(row, "source")?),
                table.get(row, "as_of")?,
            );
            let (from, to) = (table.get(row, "from_region")?, table.get(row, "to_region")?);
            let (Some(from), Some(to)) = (place.get(from), place.get(to)) else {
                continue;
            };
            if from != to || source.inside {
                matrix[from * own.len() + to] = number(table.get(row, source.column)?)?;
            }
        }
        if as_of.is_empty() {
            return Err(format!("{} has no rows of {}", source.table, source.dataset).into());
        }
        for (place, at) in own.iter().enumerate() {
            starts[at + 1] = (times.len() + place * own.len()) as f64;
            places[at + 1] = place as f64;
        }
        times.extend(matrix);
        writeln!(
            list,
            "Measurement {{ provider: {:?}, dataset: {:?}, statistic: {:?}, source: {origin:?}, \
             as_of: {as_of:?} }},",
            PROVIDERS[provider], source.dataset, source.statistic,
        )?;
    }
    writeln!(
        text,
        "/// The measurements in [`MEASURED_RTT_MS`], in the order of the numbers in [`PROVIDER`].\n\
         pub const MEASUREMENTS: &[Measurement] = &[{list}];"
    )?;
    column(
        text,
        "MEASURED_RTT_MS",
        "Measured round trips in milliseconds between two regions of one provider, at \
         `MEASURED_ROW[from] + MEASURED_COLUMN[to]`; see [`MEASUREMENTS`].",
        &times,
    )?;
    column(
        text,
        "MEASURED_ROW",
        "Where the round trips from a region begin in [`MEASURED_RTT_MS`].",
        &starts,
    )?;
    column(
        text,
        "MEASURED_COLUMN",
        "The place of a region among those of its provider in [`MEASURED_RTT_MS`].",
        &places,
    )
}

/// The repository or page of a source, without file and commit.
fn repository(source: &str) -> String {
    let page = source
        .split_once('(')
        .map(|(_, rest)| rest.trim_end_matches(')'));
    let first = source.split_whitespace().next().unwrap_or(source);
    match page {
        Some(page) => format!("{page}, as in {first}"),
        None => first.to_owned(),
    }
}

fn instances(table: &Table, text: &mut String) -> Outcome<()> {
    let mut rows = Vec::new();
    for row in &table.rows {
        let get = |column| table.get(row, column);
        let provider = PROVIDERS
            .iter()
            .position(|known| *known == row[0])
            .ok_or("compute_prices has another provider")?;
        let family = get("family")?;
        if !FAMILIES[provider].contains(&family) {
            continue;
        }
        let (name, region) = (get("instance_type")?, get("region")?);
        let vcpu = number(get("vcpu")?)?;
        let memory = number(get("memory_gib")?)?;
        // About 4 GiB for each processor is what general purpose means.
        if !(3.5..=4.0).contains(&(memory / vcpu)) {
            continue;
        }
        let price = number(get("on_demand_usd_per_hour")?)?;
        let label = format!("{} {name} ({region})", PROVIDERS[provider]);
        let fields = format!(
            "InstanceRow {{ provider: {:?}, name: {name:?}, region: {region:?}, label: {label:?}, \
             source: {:?}, as_of: {:?} }},",
            PROVIDERS[provider],
            get("source")?,
            get("as_of")?,
        );
        let order = (provider, region.to_owned(), family.to_owned(), vcpu, memory);
        rows.push((order, label, fields, [price, vcpu, memory]));
    }
    // Small machines first, not `2xlarge` before `large`.
    rows.sort_by(|a, b| {
        let (first, second) = (&a.0, &b.0);
        (first.0, &first.1, &first.2)
            .cmp(&(second.0, &second.1, &second.2))
            .then(first.3.total_cmp(&second.3))
            .then(first.4.total_cmp(&second.4))
            .then(a.1.cmp(&b.1))
    });
    let mut choices = String::new();
    let mut list = String::new();
    for (at, (_, label, fields, _)) in rows.iter().enumerate() {
        write!(choices, "({label:?}, {:?}), ", at as f64)?;
        writeln!(list, "{fields}")?;
    }
    writeln!(text, "const INSTANCE_ROWS: &[InstanceRow] = &[{list}];")?;
    writeln!(
        text,
        "const INSTANCE_CHOICES: &[(&str, f64)] = &[{choices}];"
    )?;
    let pick = |place: usize| -> Vec<f64> { rows.iter().map(|row| row.3[place]).collect() };
    column(
        text,
        "INSTANCE_USD_PER_HOUR",
        "The price of each [`Instance`] on demand in US dollars an hour, by its number.",
        &pick(0),
    )?;
    column(
        text,
        "INSTANCE_VCPU",
        "The virtual processors of each [`Instance`], by its number.",
        &pick(1),
    )?;
    column(
        text,
        "INSTANCE_MEMORY_GIB",
        "The memory of each [`Instance`] in GiB, by its number.",
        &pick(2),
    )
}

fn services(table: &Table, regions: &[Region], text: &mut String) -> Outcome<()> {
    let mut list = String::new();
    let mut between = vec![f64::NAN; regions.len() + 1];
    let mut internet = vec![f64::NAN; regions.len() + 1];
    for row in &table.rows {
        let get = |column| table.get(row, column);
        let (provider, region, tier) = (get("provider")?, get("region")?, get("tier")?);
        let price = number(get("price_usd")?)?;
        writeln!(
            list,
            "ServicePrice {{ provider: {provider:?}, service: {:?}, tier: {tier:?}, unit: {:?}, \
             usd: {price:?}, region: {region:?}, notes: {:?}, source: {:?}, as_of: {:?} }},",
            get("service")?,
            get("unit")?,
            get("notes")?,
            get("source")?,
            get("as_of")?,
        )?;
        let place = regions
            .iter()
            .position(|known| PROVIDERS[known.provider] == provider && known.code == region);
        let Some(place) = place else { continue };
        let gigabyte = match get("unit")? {
            "GB" => price,
            "GiB" => price / 1.073_741_824,
            _ => continue,
        };
        match (get("service")?, tier) {
            ("EC2 data transfer", "egress to other AWS regions") => between[place + 1] = gigabyte,
            ("EC2 data transfer", "egress to internet, first 10 TB/month") => {
                internet[place + 1] = gigabyte;
            }
            ("Premium Tier egress", tier)
                if tier.contains("worldwide") && tier.contains("0-1 TiB") =>
            {
                internet[place + 1] = gigabyte;
            }
            _ => {}
        }
    }
    writeln!(
        text,
        "/// All rows of the dataset `service_prices`.\n\
         pub const SERVICE_PRICES: &[ServicePrice] = &[{list}];"
    )?;
    column(
        text,
        "INTER_REGION_USD_PER_GB",
        "The price of traffic from a region to other regions of its provider, in US dollars for \
         10^9 bytes, by the number of the [`Region`].",
        &between,
    )?;
    column(
        text,
        "INTERNET_USD_PER_GB",
        "The price of traffic from a region to the internet in the first step of the price, in US \
         dollars for 10^9 bytes, by the number of the [`Region`].",
        &internet,
    )
}

/// Writes a column; NaN is what is not known.
fn column(text: &mut String, name: &str, about: &str, values: &[f64]) -> Outcome<()> {
    write!(text, "/// {about}")?;
    if values.iter().any(|value| value.is_nan()) {
        write!(text, " NaN is unknown.")?;
    }
    write!(text, "\npub const {name}: &[f64] = &[")?;
    for value in values {
        if value.is_nan() {
            write!(text, "f64::NAN, ")?;
        } else {
            write!(text, "{value:?}, ")?;
        }
    }
    writeln!(text, "];")?;
    Ok(())
}

/// A number of a table; empty is unknown.
fn number(field: &str) -> Outcome<f64> {
    if field.is_empty() {
        return Ok(f64::NAN);
    }
    field
        .parse()
        .map_err(|_| format!("`{field}` is no number").into())
}

/// A CSV file with its header.
struct Table {
    name: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(datasets: &Path, name: &str) -> Outcome<Self> {
        let path = datasets.join(name).join(format!("{name}.csv"));
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read the dataset {}: {error}", path.display()))?;
        let mut lines = text.lines().map(fields);
        let header = lines.next().ok_or_else(|| format!("{name} is empty"))?;
        let rows: Vec<Vec<String>> = lines.collect();
        for row in &rows {
            if row.len() != header.len() {
                return Err(format!("{name} has a line of {} fields: {row:?}", row.len()).into());
            }
        }
        Ok(Self {
            name: name.to_owned(),
            header,
            rows,
        })
    }

    fn get<'r>(&self, row: &'r [String], column: &str) -> Outcome<&'r str> {
        let place = self.header.iter().position(|known| known == column);
        place
            .map(|place| row[place].as_str())
            .ok_or_else(|| format!("{} has no column {column}", self.name).into())
    }
}

/// The fields of a line. In the datasets no field has a line break.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let last = fields.last_mut();
        match (letter, last) {
            ('"', Some(field)) if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', _) if !quoted => fields.push(String::new()),
            (letter, Some(field)) => field.push(letter),
            (_, None) => {}
        }
    }
    fields
}
