//! Tests over the real tables, and over small ones that break each rule.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use polars::prelude as pl;
use polars::prelude::DataType;

use crate::csv::Csv;
use crate::frame::enum_type;
use crate::{DEFAULT_REGION_LATENCY_SET, Tables, build_tables, check_table, table_names};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets");

/// A folder of its own for one test, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "lightcone-data-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The installed form of the real tables.
fn built() -> (Scratch, Tables) {
    let scratch = Scratch::new();
    build_tables(SOURCES, &scratch.0).unwrap();
    let tables = Tables::in_directory(&scratch.0);
    (scratch, tables)
}

fn source(table: &str) -> Csv {
    Csv::read(&Path::new(SOURCES).join(table).join(format!("{table}.csv"))).unwrap()
}

mod real {
    use super::*;

    #[test]
    fn every_table_keeps_its_rules_and_has_one_row_a_line() {
        let names = table_names(SOURCES).unwrap();
        for table in &names {
            let rows = check_table(SOURCES, table).unwrap_or_else(|refused| panic!("{refused}"));
            let path = Path::new(SOURCES).join(table).join(format!("{table}.csv"));
            let lines = fs::read_to_string(path).unwrap().lines().count();
            assert_eq!(rows, lines - 1, "rows of {table}");
        }
        let mut folders: Vec<String> = fs::read_dir(SOURCES)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        folders.sort();
        assert_eq!(folders, names, "folders and the lines of tables.csv");
        for table in &names {
            let readme = Path::new(SOURCES).join(table).join("README.md");
            let readme = fs::read_to_string(readme).unwrap();
            for heading in [
                "## Origin",
                "## Licence",
                "## As of",
                "## Known gaps",
                "## Add a row",
            ] {
                assert!(
                    readme.contains(heading),
                    "{table}/README.md lacks {heading}"
                );
            }
        }
    }

    #[test]
    fn every_cell_arrives_and_only_empty_cells_are_null() {
        let (_scratch, tables) = built();
        let frames = [
            ("incidents", tables.incidents().unwrap()),
            ("cloud_regions", tables.regions().unwrap()),
        ];
        for (table, frame) in frames {
            let csv = source(table);
            assert_eq!(frame.height(), csv.rows.len(), "rows of {table}");
            for (at, name) in csv.header.iter().enumerate() {
                let column = frame.column(name).unwrap();
                for (index, row) in csv.rows.iter().enumerate() {
                    let value = column.get(index).unwrap();
                    assert_eq!(
                        value.is_null(),
                        row.cells[at].is_empty(),
                        "{table} {name}, line {}",
                        row.line
                    );
                }
            }
        }
    }

    #[test]
    fn incidents_are_typed() {
        let (_scratch, tables) = built();
        let incidents = tables.incidents().unwrap();
        let dtype = |name: &str| incidents.column(name).unwrap().dtype().clone();
        let utc = DataType::Datetime(pl::TimeUnit::Microseconds, Some(pl::TimeZone::UTC));
        let strings = DataType::List(Box::new(DataType::String));
        assert_eq!(dtype("id"), DataType::String);
        assert_eq!(dtype("start_utc"), utc);
        assert_eq!(dtype("end_utc"), utc);
        assert_eq!(dtype("duration_minutes"), DataType::Int64);
        assert_eq!(dtype("detection_minutes"), DataType::Int64);
        assert_eq!(dtype("users_affected"), DataType::Int64);
        assert_eq!(dtype("estimated_cost_usd"), DataType::Int64);
        assert_eq!(dtype("verified"), DataType::Boolean);
        for name in [
            "contributing_categories",
            "lessons",
            "mitigating_patterns",
            "regions",
        ] {
            assert_eq!(dtype(name), strings, "{name}");
        }
        let severity = ["partial", "zonal", "regional", "multi-region", "global"];
        assert_eq!(
            dtype("severity"),
            enum_type(&severity.map(str::to_owned)).unwrap()
        );
        for name in [
            "cause_category",
            "source_kind",
            "start_precision",
            "end_precision",
        ] {
            assert!(dtype(name).is_enum(), "{name}: {}", dtype(name));
        }
    }

    #[test]
    fn values_of_one_incident_are_those_of_its_line() {
        let (_scratch, tables) = built();
        let incidents = tables.incidents().unwrap();
        let ids = incidents.column("id").unwrap().str().unwrap().clone();
        let row = ids
            .iter()
            .position(|id| id == Some("2021-10-facebook-backbone-bgp"))
            .unwrap();
        let csv = source("incidents");
        let cell = |name: &str| {
            let at = csv.header.iter().position(|column| column == name).unwrap();
            csv.rows[row].cells[at].clone()
        };
        let shown = |name: &str| {
            let value = incidents.column(name).unwrap().get(row).unwrap();
            value.str_value().into_owned()
        };
        assert_eq!(cell("id"), "2021-10-facebook-backbone-bgp");
        for name in [
            "title",
            "severity",
            "cause_category",
            "duration_minutes",
            "verified",
        ] {
            assert_eq!(shown(name), cell(name), "{name}");
        }
        let start = cell("start_utc");
        let written = format!("{} {}", &start[..10], &start[11..19]);
        assert!(
            shown("start_utc").starts_with(&written),
            "{}",
            shown("start_utc")
        );
        assert_eq!(shown("start_precision"), "time");
        let patterns = incidents.column("mitigating_patterns").unwrap();
        let patterns = patterns.list().unwrap().get_as_series(row).unwrap();
        let patterns: Vec<&str> = patterns.str().unwrap().iter().flatten().collect();
        assert_eq!(patterns.join(";"), cell("mitigating_patterns"));
    }

    #[test]
    fn precision_tells_days_from_times_and_is_null_without_either() {
        let (_scratch, tables) = built();
        let incidents = tables.incidents().unwrap();
        let csv = source("incidents");
        for (stored, derived) in [
            ("start_utc", "start_precision"),
            ("end_utc", "end_precision"),
        ] {
            let at = csv
                .header
                .iter()
                .position(|column| column == stored)
                .unwrap();
            let column = incidents.column(derived).unwrap().cast(&DataType::String);
            let column = column.unwrap();
            for (row, shown) in csv.rows.iter().zip(column.str().unwrap().iter()) {
                let expected = match row.cells[at].len() {
                    0 => None,
                    10 => Some("day"),
                    _ => Some("time"),
                };
                assert_eq!(shown, expected, "{derived}, line {}", row.line);
            }
        }
    }

    #[test]
    fn regions_are_typed_and_in_range() {
        let (_scratch, tables) = built();
        let regions = tables.regions().unwrap();
        for name in [
            "provider",
            "region_type",
            "status",
            "continent",
            "coordinate_basis",
        ] {
            assert!(regions.column(name).unwrap().dtype().is_enum(), "{name}");
        }
        assert_eq!(regions.column("as_of").unwrap().dtype(), &DataType::Date);
        for (name, limit) in [("latitude_deg", 90.0), ("longitude_deg", 180.0)] {
            let degrees = regions.column(name).unwrap().f64().unwrap();
            assert!(degrees.iter().flatten().all(|value| value.abs() <= limit));
        }
        let zones = regions.column("availability_zones").unwrap().i64().unwrap();
        assert_eq!(zones.iter().flatten().min(), Some(0));
        assert!(zones.iter().flatten().max() <= Some(10));
    }

    #[test]
    fn one_measurement_at_a_time_by_name() {
        let (_scratch, tables) = built();
        let csv = source("region_latency_aws");
        let sets = tables.region_latency_sets().unwrap();
        assert_eq!(sets.height(), 4);
        let mut rows = 0;
        let names = sets
            .column("dataset")
            .unwrap()
            .cast(&DataType::String)
            .unwrap();
        for (index, name) in names.str().unwrap().iter().enumerate() {
            let name = name.unwrap();
            let set = tables.region_latency_set(name).unwrap();
            let lines = csv.rows.iter().filter(|row| row.cells[0] == name).count();
            assert_eq!(set.height(), lines, "{name}");
            let stated = sets.column("rows").unwrap().i64().unwrap().get(index);
            assert_eq!(stated, Some(lines as i64));
            rows += lines;
        }
        assert_eq!(rows, csv.rows.len());

        let today = tables.region_latency().unwrap();
        assert!(
            today.equals_missing(
                &tables
                    .region_latency_set(DEFAULT_REGION_LATENCY_SET)
                    .unwrap()
            )
        );
        assert_eq!(today.height(), 32 * 32);
        let median = today.column("rtt_p50_ms").unwrap();
        assert_eq!(median.dtype(), &DataType::Float64);
        assert_eq!(median.null_count(), 0);
        assert_eq!(today.column("rtt_min_ms").unwrap().null_count(), 32 * 32);

        let floors = tables.region_latency_set("fantoch_2020").unwrap();
        let (fastest, light) = (
            floors.column("rtt_min_ms").unwrap().f64().unwrap(),
            floors
                .column("light_in_fibre_rtt_ms")
                .unwrap()
                .f64()
                .unwrap(),
        );
        for (fastest, light) in fastest.iter().zip(light.iter()) {
            assert!(fastest.unwrap() >= light.unwrap());
        }
    }

    #[test]
    fn an_unknown_name_lists_those_that_exist() {
        let (_scratch, tables) = built();
        assert_eq!(
            tables
                .region_latency_set("fantoch_2022")
                .unwrap_err()
                .to_string(),
            "there is no region latency data set named \"fantoch_2022\"; did you mean fantoch_2020 \
             or fantoch_2021? The names are cloudping_1y_2025, cloudping_2024, fantoch_2020, \
             fantoch_2021"
        );
        assert_eq!(
            tables.dataset("incident").unwrap_err().to_string(),
            "there is no table named \"incident\"; did you mean incidents? The names are \
             cloud_regions, incidents, region_latency_aws"
        );
        assert_eq!(
            tables.dataset("prices").unwrap_err().to_string(),
            "there is no table named \"prices\". The names are cloud_regions, incidents, \
             region_latency_aws"
        );
    }

    #[test]
    fn datasets_and_columns_describe_the_tables() {
        let (_scratch, tables) = built();
        let datasets = tables.datasets().unwrap();
        assert_eq!(datasets.height(), table_names(SOURCES).unwrap().len());
        for name in [
            "rows",
            "as_of",
            "licence",
            "source",
            "function",
            "open_licence",
        ] {
            assert_eq!(datasets.column(name).unwrap().null_count(), 0, "{name}");
        }
        let listed = datasets.column("table").unwrap().str().unwrap();
        for (index, table) in listed.iter().enumerate() {
            let rows = datasets.column("rows").unwrap().i64().unwrap().get(index);
            assert_eq!(rows, Some(source(table.unwrap()).rows.len() as i64));
        }
        let incidents = tables.incidents().unwrap();
        let columns = tables.dataset("incidents").unwrap();
        let names = columns.column("column").unwrap().str().unwrap();
        assert!(
            names
                .iter()
                .flatten()
                .eq(incidents.columns().iter().map(|c| c.name().as_str()))
        );
        for (index, column) in incidents.columns().iter().enumerate() {
            let known = columns.column("known").unwrap().i64().unwrap().get(index);
            assert_eq!(known, Some((column.len() - column.null_count()) as i64));
            let kind = columns.column("type").unwrap().str().unwrap().get(index);
            assert_eq!(kind, Some(column.dtype().to_string().as_str()));
        }
        let units = columns.column("unit").unwrap().str().unwrap();
        let at = names
            .iter()
            .position(|name| name == Some("duration_minutes"))
            .unwrap();
        assert_eq!(units.get(at), Some("min"));
    }

    #[test]
    fn the_usual_questions_can_be_asked() {
        use polars::prelude::{IntoLazy, JoinArgs, JoinType, SortMultipleOptions, col, len, lit};

        let (_scratch, tables) = built();
        let incidents = tables.incidents().unwrap();
        let csv = source("incidents");
        let at = |name: &str| csv.header.iter().position(|column| column == name).unwrap();
        let count = |name: &str, wanted: &str| {
            let rows = csv.rows.iter();
            rows.filter(|row| row.cells[at(name)].split(';').any(|item| item == wanted))
                .count()
        };
        // An enum is compared with a plain string.
        let global = incidents.clone().lazy();
        let global = global
            .filter(col("severity").eq(lit("global")))
            .collect()
            .unwrap();
        assert_eq!(global.height(), count("severity", "global"));
        // A list is asked for an item, or taken apart.
        let rollback = incidents.clone().lazy();
        let rollback = rollback
            .filter(
                col("mitigating_patterns")
                    .list()
                    .contains(lit("rollback"), false),
            )
            .collect()
            .unwrap();
        assert_eq!(rollback.height(), count("mitigating_patterns", "rollback"));
        // Years come from the time.
        let by_year = incidents
            .clone()
            .lazy()
            .filter(col("start_utc").is_not_null())
            .group_by([col("start_utc").dt().year().alias("year")])
            .agg([len().alias("incidents")])
            .sort(["year"], SortMultipleOptions::new())
            .collect()
            .unwrap();
        let first = by_year.column("year").unwrap().i32().unwrap().get(0);
        assert_eq!(first, Some(2007));
        // SQL sees the same columns.
        let mut context = polars::sql::SQLContext::new();
        context.register("incidents", incidents.lazy());
        let dns = context
            .execute("select id from incidents where cause_category = 'dns'")
            .and_then(|query| query.collect())
            .unwrap();
        assert_eq!(dns.height(), count("cause_category", "dns"));
        // Both ends of a round trip have a place.
        let places = tables.regions().unwrap().lazy();
        let places = places
            .filter(col("provider").eq(lit("aws")))
            .select([col("region_code"), col("city")]);
        let joined = tables
            .region_latency()
            .unwrap()
            .lazy()
            .join(
                places,
                [col("from_region")],
                [col("region_code")],
                JoinArgs::new(JoinType::Left),
            )
            .collect()
            .unwrap();
        assert_eq!(joined.height(), 32 * 32);
        assert_eq!(joined.column("city").unwrap().null_count(), 0);
    }

    #[test]
    fn the_same_sources_give_the_same_bytes() {
        let (first, second) = (Scratch::new(), Scratch::new());
        let built = build_tables(SOURCES, &first.0).unwrap();
        build_tables(SOURCES, &second.0).unwrap();
        assert_eq!(built.len(), table_names(SOURCES).unwrap().len() + 2);
        for table in built {
            let name = table.path.file_name().unwrap();
            let bytes = fs::read(&table.path).unwrap();
            assert_eq!(bytes.len() as u64, table.bytes);
            assert_eq!(
                bytes,
                fs::read(second.0.join(name)).unwrap(),
                "{}",
                table.table
            );
        }
        let files = fs::read_dir(&first.0).unwrap().count();
        assert_eq!(files, fs::read_dir(&second.0).unwrap().count());
        assert_eq!(
            files,
            table_names(SOURCES).unwrap().len() + 2,
            "no part is left"
        );
    }

    #[test]
    fn a_table_is_read_once_and_then_cloned() {
        let (scratch, tables) = built();
        let clock = Instant::now();
        let first = tables.incidents().unwrap();
        let reading = clock.elapsed();
        fs::remove_file(scratch.0.join("incidents.parquet")).unwrap();
        let clock = Instant::now();
        let second = tables.incidents().unwrap();
        let cloning = clock.elapsed();
        assert!(first.equals_missing(&second));
        println!("incidents: read in {reading:?}, cloned in {cloning:?}");
        let clock = Instant::now();
        tables.regions().unwrap();
        println!("regions: read in {:?}", clock.elapsed());
        let clock = Instant::now();
        tables.region_latency().unwrap();
        println!("region_latency: read and selected in {:?}", clock.elapsed());
    }

    #[test]
    fn a_broken_installation_is_one_sentence_with_the_mend() {
        let scratch = Scratch::new();
        let path = scratch.0.join("incidents.parquet");
        let tables = Tables::in_directory(&scratch.0);
        let missing = tables.incidents().unwrap_err().to_string();
        assert_eq!(
            missing,
            format!(
                "cannot read the installed table {}: No such file or directory (os error 2); run \
                 ./install.sh to build it again",
                path.display()
            )
        );
        fs::write(&path, b"not Parquet").unwrap();
        let damaged = tables.incidents().unwrap_err().to_string();
        let start = format!("cannot read the installed table {}: ", path.display());
        assert!(damaged.starts_with(&start), "{damaged}");
        assert!(
            damaged.ends_with("; run ./install.sh to build it again"),
            "{damaged}"
        );
    }

    /// Runs itself in processes of their own, because the environment and the
    /// kept tables belong to a whole process.
    #[test]
    fn free_functions_read_the_folder_that_the_environment_names() {
        const CHILD: &str = "LIGHTCONE_DATA_TEST_CHILD";
        if env::var_os(CHILD).is_some() {
            assert_eq!(crate::incidents().height(), source("incidents").rows.len());
            assert_eq!(
                crate::regions().height(),
                source("cloud_regions").rows.len()
            );
            assert_eq!(crate::region_latency().height(), 32 * 32);
            assert_eq!(
                crate::region_latency_set("fantoch_2021").unwrap().height(),
                25
            );
            assert_eq!(crate::region_latency_sets().height(), 4);
            assert!(crate::datasets().height() >= 3);
            assert!(crate::dataset("cloud_regions").unwrap().height() > 10);
            return;
        }
        let run = |folder: Option<&Path>| {
            let mut child = Command::new(env::current_exe().unwrap());
            child.args([
                "--exact",
                "tests::real::free_functions_read_the_folder_that_the_environment_names",
                "--nocapture",
            ]);
            child.env(CHILD, "1").env_remove("LIGHTCONE_DATA");
            if let Some(folder) = folder {
                child.env("LIGHTCONE_DATA", folder);
            }
            let output = child.output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned()
                + &String::from_utf8_lossy(&output.stderr);
            (output.status.success(), text)
        };
        let (scratch, _) = built();
        let (passed, text) = run(Some(&scratch.0));
        assert!(passed && text.contains("1 passed"), "{text}");
        let (passed, text) = run(None);
        assert!(!passed);
        assert!(
            text.contains(
                "the installed tables cannot be found, because the environment variable \
                 LIGHTCONE_DATA is not set; run ./install.sh"
            ),
            "{text}"
        );
        let empty = Scratch::new();
        let (passed, text) = run(Some(&empty.0));
        assert!(!passed);
        assert!(
            text.contains("incidents.parquet: No such file or directory"),
            "{text}"
        );
        assert!(
            text.contains("run ./install.sh to build it again"),
            "{text}"
        );
    }
}

/// Small tables with the real schemas; each test breaks one cell.
mod refusals {
    use std::collections::BTreeMap;

    use super::*;

    type Rows = Vec<BTreeMap<&'static str, String>>;

    struct Sources {
        scratch: Scratch,
        tables: BTreeMap<&'static str, Rows>,
    }

    const TABLES: [&str; 3] = ["cloud_regions", "incidents", "region_latency_aws"];

    fn row(cells: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
        cells
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect()
    }

    fn incident(id: &str) -> BTreeMap<&'static str, String> {
        row(&[
            ("id", id),
            ("title", "Example loses its names"),
            ("organization", "Example"),
            ("service", "Example web"),
            ("start_utc", "2020-01-02T03:00:00Z"),
            ("end_utc", "2020-01-02T04:30:00Z"),
            ("duration_minutes", "90"),
            ("severity", "global"),
            ("cause_category", "dns"),
            ("contributing_categories", "deployment;config-change"),
            ("trigger", "A zone file was published."),
            ("root_cause", "The file had no records."),
            ("impact", "The site could not be reached."),
            ("affected_scope_note", "All users"),
            ("mitigation", "The old file was published again."),
            ("lessons", "check zone files;keep the last good one"),
            ("mitigating_patterns", "config-validation;rollback"),
            ("source_url", "https://example.org/post-mortem"),
            ("source_title", "What happened"),
            ("source_kind", "official"),
            ("verified", "true"),
        ])
    }

    fn region(code: &str, latitude: &str, longitude: &str) -> BTreeMap<&'static str, String> {
        row(&[
            ("provider", "aws"),
            ("region_code", code),
            ("region_name", "Example region"),
            ("region_type", "commercial"),
            ("status", "ga"),
            ("city", "Example"),
            ("country", "US"),
            ("continent", "North America"),
            ("latitude_deg", latitude),
            ("longitude_deg", longitude),
            ("coordinate_basis", "city_centroid"),
            ("availability_zones", "3"),
            ("launched_year", "2010"),
            ("source", "example"),
            ("as_of", "2026-01-21"),
        ])
    }

    fn round_trip(from: &str, to: &str) -> BTreeMap<&'static str, String> {
        // Two places on the equator, 90 degrees apart.
        row(&[
            ("dataset", "fantoch_2020"),
            ("from_region", from),
            ("to_region", to),
            ("rtt_min_ms", "120.5"),
            ("rtt_avg_ms", "121"),
            ("rtt_max_ms", "125"),
            ("method", "icmp_ping_vm_to_vm_1h"),
            ("great_circle_km", "10007.6"),
            ("light_in_fibre_rtt_ms", "98.01"),
            ("physics_ok", "true"),
            ("source", "example"),
            ("as_of", "2020-06-05"),
        ])
    }

    impl Sources {
        fn new() -> Sources {
            Sources {
                scratch: Scratch::new(),
                tables: BTreeMap::from([
                    (
                        "cloud_regions",
                        vec![region("east", "0", "90"), region("west", "0", "0")],
                    ),
                    (
                        "incidents",
                        vec![
                            incident("2020-01-example-dns"),
                            incident("2020-02-example-dns"),
                        ],
                    ),
                    (
                        "region_latency_aws",
                        vec![round_trip("east", "west"), round_trip("west", "east")],
                    ),
                ]),
            }
        }

        fn set(mut self, table: &'static str, row: usize, cells: &[(&'static str, &str)]) -> Self {
            for (column, value) in cells {
                let rows = self.tables.get_mut(table).unwrap();
                rows[row].insert(column, (*value).to_owned());
            }
            self
        }

        /// Writes the folder, as the real one is laid out.
        fn write(&self) -> &Path {
            let folder = &self.scratch.0;
            for table in TABLES {
                fs::create_dir_all(folder.join(table)).unwrap();
                for file in ["schema.csv", "vocabulary.csv"] {
                    let real = Path::new(SOURCES).join(table).join(file);
                    fs::copy(real, folder.join(table).join(file)).unwrap();
                }
                let header = source(table).header;
                let mut text = header.join(",") + "\n";
                for row in &self.tables[table] {
                    let cells: Vec<String> = header
                        .iter()
                        .map(|name| quote(row.get(name.as_str()).map_or("", String::as_str)))
                        .collect();
                    text.push_str(&(cells.join(",") + "\n"));
                }
                fs::write(folder.join(table).join(format!("{table}.csv")), text).unwrap();
            }
            let list = "table,function,title,key,as_of_from,as_of,licence,open_licence,source\n\
                cloud_regions,regions(),Regions,provider;region_code,2026-01-21,2026-01-21,MIT,true,example\n\
                incidents,incidents(),Incidents,id,2026-11-23,2026-11-23,CC BY 4.0,true,example\n\
                region_latency_aws,region_latency(),Round trips,dataset;from_region;to_region,2020-06-05,2020-06-05,MIT,true,example\n";
            fs::write(folder.join("tables.csv"), list).unwrap();
            folder
        }

        /// What the check says, with the folder's own path left out.
        fn verdict(&self, table: &str) -> String {
            let folder = self.write();
            match check_table(folder, table) {
                Ok(rows) => format!("{rows} rows"),
                Err(error) => self.shortened(&error.to_string()),
            }
        }

        fn shortened(&self, message: &str) -> String {
            message.replace(&format!("{}/", self.scratch.0.display()), "")
        }

        /// The same, after a file of the folder was changed as text.
        fn verdict_after(&self, table: &str, file: &str, from: &str, to: &str) -> String {
            let path = self.write().join(file);
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{file} lacks {from:?}");
            fs::write(&path, text.replacen(from, to, 1)).unwrap();
            match check_table(&self.scratch.0, table) {
                Ok(rows) => format!("{rows} rows"),
                Err(error) => self.shortened(&error.to_string()),
            }
        }
    }

    fn quote(value: &str) -> String {
        if value.contains([',', '"']) {
            format!("\"{}\"", value.replace('"', "\"\""))
        } else {
            value.to_owned()
        }
    }

    #[test]
    fn the_small_tables_are_sound() {
        let sources = Sources::new();
        for table in TABLES {
            assert_eq!(sources.verdict(table), "2 rows", "{table}");
        }
    }

    #[test]
    fn each_bad_cell_of_an_incident_is_refused_with_its_place_and_rule() {
        let words = "capacity-overload, cascading-failure, certificate-expiry, config-change, \
            cooling, data-loss, database, ddos-attack, dependency-failure, deployment, dns, \
            hardware, network-bgp, operator-error, power, security-breach, software-bug, \
            third-party, time-and-leap";
        let cases: [(&str, &str, String); 27] = [
            ("title", "", "must not be empty".into()),
            ("title", " x", "must not begin or end with a space".into()),
            ("title", "a\tb", "must not hold control characters".into()),
            ("severity", "huge", "must be one of partial, zonal, regional, multi-region, global".into()),
            ("cause_category", "DNS", format!("must be one of {words}")),
            (
                "contributing_categories",
                "deployment;magic",
                format!("has the item \"magic\"; each item must be one of {words}"),
            ),
            ("contributing_categories", "dns", "must not repeat the cause_category, \"dns\"".into()),
            (
                "lessons",
                "one;;two",
                "must be items with ; between them, none empty and without spaces around".into(),
            ),
            (
                "lessons",
                "one; two",
                "must be items with ; between them, none empty and without spaces around".into(),
            ),
            ("regions", "US;GB;US", "must not hold an item twice, as \"US\"".into()),
            ("duration_minutes", "1.5", "must be a whole number in digits, such as 150".into()),
            ("duration_minutes", "90 min", "must be a whole number in digits, such as 150".into()),
            ("duration_minutes", "+90", "must be a whole number in digits, such as 150".into()),
            ("duration_minutes", "0", "must be at least 1 min".into()),
            ("users_affected", "99999999999999999999", "must be a whole number in digits, such as 150".into()),
            ("users_affected", "20000000000", "must be at most 10000000000 users".into()),
            ("duration_minutes", "80", "must be end_utc less start_utc, 90 min".into()),
            ("end_utc", "2020-01-02T02:00:00Z", "must not be before start_utc, \"2020-01-02T03:00:00Z\"".into()),
            ("end_utc", "2020-01-01", "must not be before start_utc, \"2020-01-02T03:00:00Z\"".into()),
            (
                "start_utc",
                "2020-02-30",
                "must be a UTC time written YYYY-MM-DDTHH:MM:SSZ, or a date written YYYY-MM-DD if only the day is known".into(),
            ),
            (
                "start_utc",
                "2020-01-02T03:00:00+01:00",
                "must be a UTC time written YYYY-MM-DDTHH:MM:SSZ, or a date written YYYY-MM-DD if only the day is known".into(),
            ),
            (
                "start_utc",
                "2020-1-2",
                "must be a UTC time written YYYY-MM-DDTHH:MM:SSZ, or a date written YYYY-MM-DD if only the day is known".into(),
            ),
            ("start_utc", "1999-12-31T23:59:59Z", "must be at least 2000-01-01".into()),
            ("verified", "yes", "must be true or false".into()),
            (
                "source_url",
                "example.org",
                "must be an address that begins with https:// or http:// and holds no space".into(),
            ),
            (
                "id",
                "2020-13-example",
                "must be the year, the month and words in lower case, such as 2021-10-facebook-backbone-bgp".into(),
            ),
            (
                "id",
                "2020-01-Example",
                "must be the year, the month and words in lower case, such as 2021-10-facebook-backbone-bgp".into(),
            ),
        ];
        for (column, value, rule) in cases {
            let sources = Sources::new().set("incidents", 0, &[(column, value)]);
            let verdict = sources.verdict("incidents");
            let first = verdict.lines().next().unwrap();
            assert_eq!(
                first,
                format!("incidents/incidents.csv:2: {column} = {value:?}: {rule}")
            );
        }
    }

    #[test]
    fn a_day_stands_for_all_of_its_moments() {
        let days = [("start_utc", "2020-01-02"), ("end_utc", "2020-01-02")];
        for (minutes, verdict) in [
            ("1440", "2 rows"),
            (
                "1500",
                "incidents/incidents.csv:2: duration_minutes = \"1500\": must fit between \
                 start_utc and end_utc, 1440 min at most",
            ),
        ] {
            let sources = Sources::new().set("incidents", 0, &days).set(
                "incidents",
                0,
                &[("duration_minutes", minutes)],
            );
            assert_eq!(sources.verdict("incidents"), verdict);
        }
    }

    #[test]
    fn rows_out_of_order_or_twice_are_refused() {
        for id in ["2019-12-example-dns", "2020-01-example-dns"] {
            let sources = Sources::new().set("incidents", 1, &[("id", id)]);
            assert_eq!(
                sources.verdict("incidents"),
                format!(
                    "incidents/incidents.csv:3: id = \"{id}\": rows must be in ascending order of \
                     id, none twice; the row before has \"2020-01-example-dns\""
                )
            );
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let sources = Sources::new()
            .set("incidents", 0, &[("severity", "huge"), ("verified", "")])
            .set("incidents", 1, &[("service", "")]);
        let verdict = sources.verdict("incidents");
        let places: Vec<&str> = verdict
            .lines()
            .map(|line| line.split(" = ").next().unwrap())
            .collect();
        assert_eq!(
            places,
            [
                "incidents/incidents.csv:2: severity",
                "incidents/incidents.csv:2: verified",
                "incidents/incidents.csv:3: service"
            ]
        );
    }

    #[test]
    fn each_bad_cell_of_a_region_is_refused() {
        let cases = [
            ("latitude_deg", "91", "must be at most 90 deg"),
            ("longitude_deg", "-180.5", "must be at least -180 deg"),
            (
                "latitude_deg",
                "NaN",
                "must be a number in digits, such as 12.5",
            ),
            (
                "latitude_deg",
                "1e1",
                "must be a number in digits, such as 12.5",
            ),
            (
                "country",
                "usa",
                "must be two capital letters (ISO 3166-1 alpha-2)",
            ),
            (
                "region_code",
                "us east",
                "must be letters, digits and hyphens only",
            ),
            (
                "as_of",
                "2026-01-21T00:00:00Z",
                "must be a date written YYYY-MM-DD",
            ),
            (
                "coordinate_basis",
                "",
                "latitude_deg, longitude_deg and coordinate_basis must be given together",
            ),
        ];
        for (column, value, rule) in cases {
            let sources = Sources::new().set("cloud_regions", 0, &[(column, value)]);
            let verdict = sources.verdict("cloud_regions");
            assert_eq!(
                verdict.lines().next().unwrap(),
                format!("cloud_regions/cloud_regions.csv:2: {column} = {value:?}: {rule}")
            );
        }
    }

    #[test]
    fn a_round_trip_faster_than_light_is_refused() {
        let cases = [
            (
                vec![("rtt_min_ms", "96.5")],
                "rtt_min_ms = \"96.5\": is faster than light in fibre: 10007.6 km, less 50 km of \
                 uncertainty at each end, takes 97.030 ms there and back",
            ),
            // Within the uncertainty of the coordinates, but not marked.
            (
                vec![("rtt_min_ms", "97.5")],
                "physics_ok = \"true\": must be false: rtt_min_ms is 97.5 ms, light_in_fibre_rtt_ms 98.01 ms",
            ),
            (
                vec![("rtt_min_ms", "97.5"), ("physics_ok", "false")],
                "2 rows",
            ),
            (
                vec![("physics_ok", "false")],
                "physics_ok = \"false\": must be true: rtt_min_ms is 120.5 ms, light_in_fibre_rtt_ms 98.01 ms",
            ),
            (
                vec![("light_in_fibre_rtt_ms", "90")],
                "light_in_fibre_rtt_ms = \"90\": must be 98.009 ms for great_circle_km at refractive index 1.468",
            ),
            (
                vec![
                    ("great_circle_km", "9000"),
                    ("light_in_fibre_rtt_ms", "88.141"),
                ],
                "great_circle_km = \"9000\": must be 10007.6 km by the coordinates in cloud_regions",
            ),
            (
                vec![("rtt_avg_ms", "120")],
                "rtt_avg_ms = \"120\": must not be below rtt_min_ms, 120.5",
            ),
            (
                vec![("rtt_min_ms", ""), ("rtt_avg_ms", ""), ("rtt_max_ms", "")],
                "rtt_p50_ms = \"\": one of the round-trip times must be known",
            ),
            (
                vec![("to_region", "wesu")],
                "to_region = \"wesu\": must be a region_code of provider aws in cloud_regions",
            ),
        ];
        for (cells, expected) in cases {
            let sources = Sources::new().set("region_latency_aws", 0, &cells);
            let verdict = sources.verdict("region_latency_aws");
            let place = "region_latency_aws/region_latency_aws.csv:2: ";
            assert_eq!(verdict.replace(place, ""), expected);
        }
    }

    #[test]
    fn broken_files_are_refused_before_their_rows() {
        let sources = Sources::new();
        let cases = [
            (
                "incidents/incidents.csv",
                "id,title",
                "title,id",
                "incidents/incidents.csv:1: the line = \"title,id,organization,service,start_utc,end_utc,duration_min...\": \
                 the header must be id,title,",
            ),
            (
                "incidents/schema.csv",
                "title,text",
                "title,words",
                "incidents/schema.csv:3: type = \"words\": must be one of text, list, enum, integer, number, boolean, \
                 date, datetime, precision",
            ),
            (
                "incidents/schema.csv",
                "enum,,true,severity",
                "enum,,true,severeness",
                "incidents/schema.csv:11: vocabulary = \"severeness\": must be a vocabulary that vocabulary.csv lists",
            ),
            (
                "incidents/schema.csv",
                "precision,,,,start_utc",
                "precision,,,,title",
                "incidents/schema.csv:7: derived_from = \"title\": must name a datetime column above for type \
                 precision, and be empty for others",
            ),
            (
                "incidents/vocabulary.csv",
                "severity,zonal",
                "severity,partial",
                "incidents/vocabulary.csv:5: value = \"partial\": must stand once in its vocabulary",
            ),
            (
                "tables.csv",
                "2026-11-23,CC",
                "yesterday,CC",
                "tables.csv:3: as_of = \"yesterday\": must be a date written YYYY-MM-DD",
            ),
            (
                "tables.csv",
                "Incidents,id",
                "Incidents,number",
                "tables.csv:3: key = \"number\": must name columns of the table",
            ),
        ];
        for (file, from, to, expected) in cases {
            let verdict = sources.verdict_after("incidents", file, from, to);
            assert!(
                verdict.starts_with(expected),
                "{verdict}\nlacks\n{expected}"
            );
        }
        assert_eq!(
            sources.verdict_after(
                "cloud_regions",
                "tables.csv",
                "2026-01-21,MIT",
                "2026-01-22,MIT"
            ),
            "tables.csv:2: as_of = \"2026-01-22\": must be 2026-01-21, as in the rows of cloud_regions"
        );
        assert_eq!(
            sources.verdict("cloud_region"),
            "there is no table named \"cloud_region\"; did you mean cloud_regions? The names are \
             cloud_regions, incidents, region_latency_aws"
        );
    }

    #[test]
    fn nothing_is_built_from_a_table_that_is_refused() {
        let sources = Sources::new().set("cloud_regions", 1, &[("country", "")]);
        let target = Scratch::new();
        let error = build_tables(sources.write(), &target.0).unwrap_err();
        assert_eq!(
            sources.shortened(&error.to_string()),
            "cloud_regions/cloud_regions.csv:3: country = \"\": must not be empty"
        );
        assert_eq!(fs::read_dir(&target.0).unwrap().count(), 0);

        let sources = Sources::new();
        let folder = sources.write();
        fs::remove_file(folder.join("incidents/schema.csv")).unwrap();
        assert_eq!(
            sources.shortened(&build_tables(folder, &target.0).unwrap_err().to_string()),
            "cannot read incidents/schema.csv: No such file or directory (os error 2)"
        );
    }
}
