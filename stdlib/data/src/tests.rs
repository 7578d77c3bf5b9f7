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
use crate::{DEFAULT_REGION_LATENCY_SET, Tables, build_tables, check_table, export, table_names};

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
            if let Ok(text) = fs::read_to_string(path) {
                assert_eq!(rows, text.lines().count() - 1, "rows of {table}");
            } else {
                assert!(rows > 0, "{table} is derived");
            }
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
            ("incidents", tables.table("incidents").unwrap()),
            ("cloud_regions", tables.table("cloud_regions").unwrap()),
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
        let incidents = tables.table("incidents").unwrap();
        let dtype = |name: &str| incidents.column(name).unwrap().dtype().clone();
        let utc = DataType::Datetime(pl::TimeUnit::Microseconds, Some(pl::TimeZone::UTC));
        let strings = DataType::List(Box::new(DataType::String));
        assert_eq!(dtype("id"), DataType::String);
        assert_eq!(dtype("start_utc"), utc);
        assert_eq!(dtype("end_utc"), utc);
        assert_eq!(dtype("duration_minutes"), DataType::Int64);
        let span = DataType::Duration(pl::TimeUnit::Microseconds);
        assert_eq!(dtype("duration"), span);
        assert_eq!(dtype("time_to_detect"), span);
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
        let incidents = tables.table("incidents").unwrap();
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
        let incidents = tables.table("incidents").unwrap();
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
        let regions = tables.table("cloud_regions").unwrap();
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
        let sources = ["aws", "azure", "gcp"].map(|of| source(&format!("region_latency_{of}")));
        let csv = || sources.iter().flat_map(|csv| &csv.rows);
        let sets = tables.region_latency_sets().unwrap();
        assert_eq!(sets.height(), 6);
        let mut rows = 0;
        let names = sets
            .column("dataset")
            .unwrap()
            .cast(&DataType::String)
            .unwrap();
        for (index, name) in names.str().unwrap().iter().enumerate() {
            let name = name.unwrap();
            let set = tables.region_latency_set(name).unwrap();
            let lines = csv().filter(|row| row.cells[0] == name).count();
            assert_eq!(set.height(), lines, "{name}");
            let stated = sets.column("rows").unwrap().i64().unwrap().get(index);
            assert_eq!(stated, Some(lines as i64));
            rows += lines;
        }
        assert_eq!(rows, csv().count());
        // The list of all is a table, too, and says whose regions they are.
        let all = tables.table("region_latency").unwrap();
        assert_eq!(all.height(), rows);
        assert_eq!(all.column("provider").unwrap().n_unique().unwrap(), 3);

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
             or fantoch_2021? The names are azure_p50_2025_06, cloudping_1y_2025, cloudping_2024, \
             fantoch_2020, fantoch_2021, fantoch_gcp_2019"
        );
        let all = table_names(SOURCES).unwrap().join(", ");
        assert_eq!(
            tables.dataset("incidnets").unwrap_err().to_string(),
            format!(
                "there is no table named \"incidnets\"; did you mean incidents? The names are {all}"
            )
        );
        assert_eq!(
            tables.table("zzz").unwrap_err().to_string(),
            format!("there is no table named \"zzz\". The names are {all}")
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
            let checked = check_table(SOURCES, table.unwrap()).unwrap();
            assert_eq!(rows, Some(checked as i64));
        }
        let incidents = tables.table("incidents").unwrap();
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
        let incidents = tables.table("incidents").unwrap();
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
        assert_eq!(first, Some(1980));
        // SQL sees the same columns.
        let mut context = polars::sql::SQLContext::new();
        context.register("incidents", incidents.lazy());
        let dns = context
            .execute("select id from incidents where cause_category = 'dns'")
            .and_then(|query| query.collect())
            .unwrap();
        assert_eq!(dns.height(), count("cause_category", "dns"));
        // Both ends of a round trip have a place.
        let places = tables.table("cloud_regions").unwrap().lazy();
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
        let first = tables.table("incidents").unwrap();
        let reading = clock.elapsed();
        fs::remove_file(scratch.0.join("incidents.parquet")).unwrap();
        let clock = Instant::now();
        let second = tables.table("incidents").unwrap();
        let cloning = clock.elapsed();
        assert!(first.equals_missing(&second));
        println!("incidents: read in {reading:?}, cloned in {cloning:?}");
        let clock = Instant::now();
        tables.table("cloud_regions").unwrap();
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
        let missing = tables.table("incidents").unwrap_err().to_string();
        assert_eq!(
            missing,
            format!(
                "cannot read the installed table {}: No such file or directory (os error 2); run \
                 ./install.sh to build it again",
                path.display()
            )
        );
        fs::write(&path, b"not Parquet").unwrap();
        let damaged = tables.table("incidents").unwrap_err().to_string();
        let start = format!("cannot read the installed table {}: ", path.display());
        assert!(damaged.starts_with(&start), "{damaged}");
        assert!(
            damaged.ends_with("; run ./install.sh to build it again"),
            "{damaged}"
        );
    }

    #[test]
    fn the_template_of_contributing_passes_the_check() {
        let contributing = Path::new(SOURCES).join("../CONTRIBUTING.md");
        let text = fs::read_to_string(contributing).unwrap();
        let block = text
            .split("```csv\n")
            .nth(1)
            .and_then(|rest| rest.split("```").next());
        let lines: Vec<&str> = block.unwrap().lines().collect();
        let [header, line] = lines.as_slice() else {
            panic!("the template is a header and a line: {lines:?}");
        };
        let scratch = Scratch::new();
        for table in ["incidents", "cloud_regions"] {
            fs::create_dir_all(scratch.0.join(table)).unwrap();
            for entry in fs::read_dir(Path::new(SOURCES).join(table)).unwrap() {
                let from = entry.unwrap().path();
                fs::copy(&from, scratch.0.join(table).join(from.file_name().unwrap())).unwrap();
            }
        }
        fs::copy(
            Path::new(SOURCES).join("tables.csv"),
            scratch.0.join("tables.csv"),
        )
        .unwrap();
        let file = scratch.0.join("incidents/incidents.csv");
        let csv = fs::read_to_string(&file).unwrap();
        let mut rows: Vec<&str> = csv.lines().collect();
        assert_eq!(rows[0], *header);
        let before = rows.len() - 1;
        rows.push(line);
        rows[1..].sort_unstable();
        fs::write(&file, rows.join("\n") + "\n").unwrap();
        let checked = check_table(&scratch.0, "incidents");
        assert_eq!(
            checked.unwrap_or_else(|refused| panic!("{refused}")),
            before + 1
        );
    }

    #[test]
    fn causes_and_patterns_are_made_of_the_lists_of_the_incidents() {
        let (_scratch, tables) = built();
        let csv = source("incidents");
        let at = |name: &str| csv.header.iter().position(|column| column == name).unwrap();
        let items = |name: &str| -> usize {
            let lists = csv.rows.iter().map(|row| &row.cells[at(name)]);
            lists
                .filter(|list| !list.is_empty())
                .map(|list| list.split(';').count())
                .sum()
        };
        let causes = tables.table("incident_causes").unwrap();
        assert_eq!(
            causes.height(),
            csv.rows.len() + items("contributing_categories")
        );
        let patterns = tables.table("incident_patterns").unwrap();
        assert_eq!(patterns.height(), items("mitigating_patterns"));
        let joined = tables.incidents_with_causes().unwrap();
        assert_eq!(joined.height(), causes.height());
        assert!(joined.column("role").is_ok() && joined.column("title").is_ok());
    }

    #[test]
    fn the_course_finds_all_of_its_incidents_and_patterns() {
        let (_scratch, tables) = built();
        let numbers = tables.table("incident_numbers").unwrap();
        assert_eq!(numbers.height(), 131);
        assert_eq!(
            numbers.column("incident_id").unwrap().n_unique().unwrap(),
            131
        );
        assert!(tables.table("incident_analyses").unwrap().height() >= 75);
        let patterns = tables
            .sql("select pattern, count(*) as n from pattern_implementations group by pattern")
            .unwrap();
        assert_eq!(patterns.height(), 74);
        let fewest = patterns.column("n").unwrap().min_reduce().unwrap();
        assert_eq!(fewest.value().extract::<u32>(), Some(3));
    }

    #[test]
    fn sql_reaches_all_tables_and_a_mistake_names_like_ones() {
        let (_scratch, tables) = built();
        for table in table_names(SOURCES).unwrap() {
            let counted = tables
                .sql(&format!("SELECT count(*) AS n FROM {table}"))
                .unwrap();
            let rows = tables.table(&table).unwrap().height();
            let n = counted
                .column("n")
                .unwrap()
                .get(0)
                .unwrap()
                .extract::<usize>();
            assert_eq!(n, Some(rows), "{table}");
        }
        let error = tables
            .sql("select * from incidnets")
            .unwrap_err()
            .to_string();
        assert!(error.contains("did you mean incidents?"), "{error}");
        let error = tables
            .sql("select no_such from incidents")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("no_such") && !error.contains("Resolved plan"),
            "{error}"
        );
        assert!(tables.sql("selekt 1").is_err());
    }

    #[test]
    fn regions_with_latency_and_price_are_all_regions_of_the_provider() {
        let (_scratch, tables) = built();
        let choices = tables
            .regions_with_latency_and_price("gcp", "us-central1", 4.0, 16.0)
            .unwrap();
        let regions = tables
            .sql("select * from cloud_regions where provider = 'gcp'")
            .unwrap();
        assert_eq!(choices.height(), regions.height());
        // Sorted by round trip, so the region itself comes first.
        let codes = choices.column("region_code").unwrap().str().unwrap();
        assert_eq!(codes.get(0), Some("us-central1"));
        let cheapest = tables
            .sql(
                "select min(on_demand_usd_per_hour) as usd from compute_prices where provider = 'gcp' \
                 and region = 'us-central1' and vcpu >= 4 and memory_gib >= 16",
            )
            .unwrap();
        let usd =
            |frame: &pl::DataFrame, name: &str| frame.column(name).unwrap().f64().unwrap().get(0);
        assert_eq!(
            usd(&choices, "on_demand_usd_per_hour"),
            usd(&cheapest, "usd")
        );
        let error = tables
            .regions_with_latency_and_price("gcp", "us-centrall", 1.0, 1.0)
            .unwrap_err();
        assert!(error.to_string().contains("us-central1"), "{error}");
        let error = tables
            .regions_with_latency_and_price("awss", "x", 1.0, 1.0)
            .unwrap_err();
        assert!(error.to_string().contains("did you mean aws?"), "{error}");
    }

    #[test]
    fn promises_have_the_known_minutes_of_their_incidents() {
        let (_scratch, tables) = built();
        let slas = tables.slas_with_incident_minutes().unwrap();
        assert_eq!(
            slas.height(),
            tables.table("service_slas").unwrap().height()
        );
        let services = slas.column("service").unwrap().str().unwrap();
        let row = services
            .iter()
            .position(|service| service == Some("Kinesis Data Streams"));
        let s3 = services
            .iter()
            .position(|service| service == Some("S3"))
            .unwrap();
        let count = |row: usize| {
            slas.column("incidents")
                .unwrap()
                .i64()
                .unwrap()
                .get(row)
                .unwrap()
        };
        assert!(count(s3) >= 2, "{}", count(s3));
        assert!(row.is_none_or(|row| count(row) >= 0));
        let minutes = slas.column("incident_minutes").unwrap().i64().unwrap();
        let known = slas
            .column("incidents_with_duration")
            .unwrap()
            .i64()
            .unwrap();
        for (minutes, known) in minutes.iter().zip(known.iter()) {
            assert_eq!(minutes.is_some(), known > Some(0));
        }
    }

    #[test]
    fn a_frame_comes_back_from_each_format() {
        let (scratch, tables) = built();
        let incidents = tables.table("incidents").unwrap();
        for ending in ["parquet", "csv", "json", "ndjson"] {
            let path = scratch.0.join(format!("mine.{ending}"));
            let exported = export(&incidents, &path).unwrap();
            assert_eq!(exported.rows, incidents.height());
            let opened = tables.read(&path).unwrap();
            assert_eq!(opened.table(), Some("incidents"), "{opened}");
            let back = opened.frame().unwrap();
            assert_eq!(back.height(), incidents.height(), "{ending}");
            for name in [
                "start_utc",
                "duration_minutes",
                "mitigating_patterns",
                "title",
            ] {
                let column = |frame: &pl::DataFrame| frame.column(name).unwrap().clone();
                assert!(
                    column(&back).equals_missing(&column(&incidents)),
                    "{ending} {name}: {} and {}",
                    column(&back).dtype(),
                    column(&incidents).dtype()
                );
            }
        }
        let sheet = scratch.0.join("mine.xlsx");
        export(&incidents, &sheet).unwrap();
        assert!(fs::read(&sheet).unwrap().starts_with(b"PK"));
        let text = scratch.0.join("mine.md");
        export(&incidents.head(Some(3)), &text).unwrap();
        assert_eq!(fs::read_to_string(&text).unwrap().lines().count(), 5);
        for (name, said) in [
            (
                "mine.doc",
                "the ending .doc is not known; use one of .parquet",
            ),
            ("mine", "its name has no ending; use one of .parquet"),
        ] {
            let error = export(&incidents, scratch.0.join(name))
                .unwrap_err()
                .to_string();
            assert!(error.contains(said), "{error}");
        }
        let nowhere = scratch.0.join("none/mine.csv");
        assert!(
            export(&incidents, nowhere)
                .unwrap_err()
                .to_string()
                .starts_with("cannot write")
        );
        // Nothing half written stays behind.
        let left = fs::read_dir(&scratch.0).unwrap().filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .contains(".part")
        });
        assert_eq!(left.count(), 0);
    }

    #[test]
    fn a_file_of_the_reader_is_reported_column_by_column() {
        let (scratch, tables) = built();
        let path = scratch.0.join("outages.txt");
        let text = "id;start_utc;duration_minutes;severity;mitigating_patterns;team\n\
            a;2024-01-02T03:04:05Z;30;global;rollback;web\n\
            b;2024-02-03;;huge;;data\n";
        fs::write(&path, text).unwrap();
        let opened = tables.read(&path).unwrap();
        assert_eq!(opened.table(), Some("incidents"));
        let frame = opened.frame().unwrap();
        assert_eq!(
            frame.column("start_utc").unwrap().null_count(),
            0,
            "{frame}"
        );
        // The reader's own word is kept, though it is none of ours.
        assert_eq!(
            frame.column("severity").unwrap().str().unwrap().get(1),
            Some("huge")
        );
        let report = opened.to_string();
        for said in [
            "team",
            "read as UTC times and days",
            "in the table, not in the file",
        ] {
            assert!(report.contains(said), "{report}");
        }
        assert!(tables.read(scratch.0.join("none.csv")).is_err());
        let nonsense = scratch.0.join("nonsense.bin");
        fs::write(&nonsense, [0, 1, 2, 3]).unwrap();
        let error = tables.read(&nonsense).unwrap_err().to_string();
        assert!(error.contains("neither CSV, Parquet nor JSON"), "{error}");
    }

    #[test]
    fn synthetic_data_have_the_shapes_that_they_promise() {
        use crate::synthetic;
        let requests = synthetic::requests(200_000, 5).unwrap();
        assert!(
            synthetic::requests(1_000, 5)
                .unwrap()
                .equals_missing(&requests.head(Some(1_000)))
        );
        assert!(
            !synthetic::requests(1_000, 6)
                .unwrap()
                .equals_missing(&requests.head(Some(1_000)))
        );
        let latency = requests.column("latency_ms").unwrap();
        let at = |p: f64| {
            let value = latency
                .quantile_reduce(p, pl::QuantileMethod::Linear)
                .unwrap();
            value.value().extract::<f64>().unwrap()
        };
        assert!(
            at(0.999) > 4.0 * at(0.9),
            "a heavy tail: {} {}",
            at(0.9),
            at(0.999)
        );
        let incidents = synthetic::incidents(50_000, 5).unwrap();
        let cause = incidents
            .column("cause_category")
            .unwrap()
            .cast(&DataType::String)
            .unwrap();
        let bugs = cause
            .str()
            .unwrap()
            .iter()
            .filter(|cause| *cause == Some("software-bug"))
            .count();
        // 64 of 446 in the table.
        assert!(
            (bugs as f64 / 50_000.0 - 64.0 / 446.0).abs() < 0.01,
            "{bugs}"
        );
        let path = Scratch::new();
        let file = path.0.join("requests.parquet");
        let bytes = synthetic::write_requests(synthetic::BLOCK + 10, 5, &file).unwrap();
        assert!(bytes > 1_000_000);
        let back = crate::read(&file).unwrap().frame().unwrap();
        assert_eq!(back.height(), synthetic::BLOCK + 10);
        assert!(
            back.head(Some(1_000))
                .equals_missing(&requests.head(Some(1_000)))
        );
        assert!(synthetic::requests(synthetic::LIMIT + 1, 1).is_err());
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
            assert_eq!(crate::region_latency_sets().height(), 6);
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

    /// Tables of the fixture, each with two rows.
    const TABLES: [&str; 9] = [
        "cloud_regions",
        "compute_prices",
        "incident_analyses",
        "incident_events",
        "incident_regions",
        "incident_relations",
        "incidents",
        "region_latency_aws",
        "service_slas",
    ];

    /// The lines of `tables.csv`: function, title, key, dates.
    const LISTED: [(&str, &str); 9] = [
        (
            "cloud_regions",
            "regions(),Regions,provider;region_code,,2026-01-21,2026-01-21",
        ),
        (
            "compute_prices",
            "prices(),Prices,provider;instance_type;region,,2026-07-20,2026-07-20",
        ),
        (
            "incident_analyses",
            "incident_analyses(),Analyses,incident_id,,2026-11-25,2026-11-25",
        ),
        (
            "incident_events",
            "incident_events(),Events,incident_id;time_utc;event,,2026-11-25,2026-11-25",
        ),
        (
            "incident_regions",
            "incident_regions(),Places,incident_id;place,,2026-11-25,2026-11-25",
        ),
        (
            "incident_relations",
            "incident_relations(),Relations,incident_id;related_id,,2026-11-25,2026-11-25",
        ),
        (
            "incidents",
            "incidents(),Incidents,id,,2026-11-23,2026-11-23",
        ),
        (
            "region_latency_aws",
            "region_latency(),Round trips,dataset;from_region;to_region,,2020-06-05,2020-06-05",
        ),
        (
            "service_slas",
            "service_slas(),Promises,provider;service;scope,,2022-05-05,2022-05-05",
        ),
    ];

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
            ("regions", "west"),
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

    fn price(instance_type: &str) -> BTreeMap<&'static str, String> {
        row(&[
            ("provider", "aws"),
            ("instance_type", instance_type),
            ("family", "m"),
            ("vcpu", "2"),
            ("memory_gib", "8"),
            ("region", "west"),
            ("on_demand_usd_per_hour", "0.1"),
            ("spot_usd_per_hour", "0.04"),
            ("source", "example"),
            ("as_of", "2026-07-20"),
            ("reserved_spot_source", "example"),
            ("reserved_spot_as_of", "2023-08-30"),
        ])
    }

    fn sla(service: &str) -> BTreeMap<&'static str, String> {
        row(&[
            ("provider", "aws"),
            ("service", service),
            ("sla_percent", "99.9"),
            ("credit_tier_1_below_percent", "99.9"),
            ("credit_tier_1_percent", "10"),
            ("credit_tier_2_below_percent", "99"),
            ("credit_tier_2_percent", "25"),
            ("source", "example"),
            ("as_of", "2022-05-05"),
        ])
    }

    fn event(time: &str, event: &str) -> BTreeMap<&'static str, String> {
        row(&[
            ("incident_id", "2020-01-example-dns"),
            ("time_utc", time),
            ("event", event),
            ("description", "It happens."),
        ])
    }

    fn analysis(id: &str) -> BTreeMap<&'static str, String> {
        row(&[
            ("incident_id", id),
            ("trigger", "A zone file was published."),
            ("contributing_factors", "no check;no copy"),
            ("blast_radius", "All users."),
            ("recovery_path", "The old file came back."),
            ("limiting_pattern", "rollback"),
            ("what_would_have_limited", "A roll-back at the first alarm."),
            ("limited_duration_minutes", "10"),
            ("limit_basis", "The alarm came after ten minutes."),
        ])
    }

    fn place(id: &str) -> BTreeMap<&'static str, String> {
        row(&[
            ("incident_id", id),
            ("place", "west"),
            ("kind", "cloud-region"),
            ("provider", "aws"),
            ("region_code", "west"),
        ])
    }

    fn relation(id: &str, other: &str) -> BTreeMap<&'static str, String> {
        row(&[
            ("incident_id", id),
            ("related_id", other),
            ("relation", "follow-up-of"),
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
                    ("compute_prices", vec![price("m.large"), price("m.medium")]),
                    ("service_slas", vec![sla("DNS"), sla("S3")]),
                    (
                        "incident_events",
                        vec![
                            event("2020-01-02T03:00:00Z", "impact-start"),
                            event("2020-01-02T04:30:00Z", "impact-end"),
                        ],
                    ),
                    (
                        "incident_analyses",
                        vec![
                            analysis("2020-01-example-dns"),
                            analysis("2020-02-example-dns"),
                        ],
                    ),
                    (
                        "incident_regions",
                        vec![place("2020-01-example-dns"), place("2020-02-example-dns")],
                    ),
                    (
                        "incident_relations",
                        vec![
                            relation("2020-01-example-dns", "2020-02-example-dns"),
                            relation("2020-02-example-dns", "2020-01-example-dns"),
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
                    if real.exists() {
                        fs::copy(real, folder.join(table).join(file)).unwrap();
                    }
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
            let mut list =
                "table,function,title,key,derived_from,as_of_from,as_of,licence,open_licence,source\n"
                    .to_owned();
            for (table, rest) in LISTED {
                let licence = if table == "incidents" {
                    "CC BY 4.0"
                } else {
                    "MIT"
                };
                list.push_str(&format!("{table},{rest},{licence},true,example\n"));
            }
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
        let cases: [(&str, &str, String); 28] = [
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
            (
                "duration_minutes",
                "",
                "must be given, since both times of day are known: 90 min".into(),
            ),
            ("start_utc", "1979-12-31T23:59:59Z", "must be at least 1980-01-01".into()),
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

    /// Sets cells of the first row of a table and gives the verdict on it.
    fn first_row(table: &'static str, cells: &[(&'static str, &str)]) -> String {
        let verdict = Sources::new().set(table, 0, cells).verdict(table);
        verdict.replace(&format!("{table}/{table}.csv:2: "), "")
    }

    #[test]
    fn what_refers_to_another_table_must_be_found_there() {
        let id =
            "incident_id = \"2020-03-example-dns\": must be in column id of the table incidents";
        for table in ["incident_analyses", "incident_events", "incident_regions"] {
            let verdict = Sources::new()
                .set(table, 1, &[("incident_id", "2020-03-example-dns")])
                .verdict(table);
            let expected = format!("{table}/{table}.csv:3: {id}");
            assert!(verdict.starts_with(&expected), "{verdict}");
        }
        // A vocabulary of another table.
        let verdict = first_row("incident_analyses", &[("limiting_pattern", "hope")]);
        assert!(
            verdict
                .starts_with("limiting_pattern = \"hope\": must be one of anycast, backpressure"),
            "{verdict}"
        );
        let cases = [
            (
                vec![("region_code", "south")],
                "region_code = \"south\": must be a region_code of provider aws in cloud_regions",
            ),
            (
                vec![("provider", "")],
                "region_code = \"west\": provider and region_code must be given together",
            ),
            (
                vec![("place", "east")],
                "place = \"east\": must be one of the regions of the incident in the table incidents",
            ),
        ];
        for (cells, expected) in cases {
            assert_eq!(first_row("incident_regions", &cells), expected);
        }
    }

    /// A table, what to set in its first row, and the verdict.
    type Case = (
        &'static str,
        Vec<(&'static str, &'static str)>,
        &'static str,
    );

    #[test]
    fn rules_between_columns_of_the_other_tables() {
        let cases: [Case; 11] = [
            (
                "compute_prices",
                vec![("region", "south")],
                "region = \"south\": must be a region_code of provider aws in cloud_regions",
            ),
            (
                "compute_prices",
                vec![("spot_usd_per_hour", "0.2")],
                "spot_usd_per_hour = \"0.2\": must not be above on_demand_usd_per_hour, 0.1",
            ),
            (
                "compute_prices",
                vec![("reserved_spot_source", "")],
                "reserved_spot_source = \"\": must be given if and only if a reserved or spot price is",
            ),
            (
                "service_slas",
                vec![("credit_tier_2_below_percent", "99.95")],
                "credit_tier_2_below_percent = \"99.95\": must be below that of the step before",
            ),
            (
                "service_slas",
                vec![("credit_tier_2_percent", "")],
                "credit_tier_2_percent = \"\": must be given together with credit_tier_2_below_percent",
            ),
            (
                "incident_events",
                vec![("time_utc", "2020-01-02T02:00:00Z")],
                "time_utc = \"2020-01-02T02:00:00Z\": must be the start_utc of the incident, 2020-01-02T03:00:00Z",
            ),
            (
                "incident_analyses",
                vec![("limited_duration_minutes", "91")],
                "limited_duration_minutes = \"91\": must not be above the duration of the incident, 90 min",
            ),
            (
                "incident_analyses",
                vec![("limit_basis", "")],
                "limit_basis = \"\": must be given if and only if limited_duration_minutes is",
            ),
            (
                "incident_analyses",
                vec![("formula", "F4"), ("formula_note", "x is y.")],
                "formula = \"F4\": must be F and three digits",
            ),
            (
                "incident_analyses",
                vec![("formula", "F004")],
                "formula_note = \"\": must be given if and only if formula is",
            ),
            (
                "incident_relations",
                vec![("related_id", "2020-01-example-dns")],
                "related_id = \"2020-01-example-dns\": must be another incident",
            ),
        ];
        for (table, cells, expected) in cases {
            assert_eq!(first_row(table, &cells), expected, "{table}");
        }
    }

    #[test]
    fn a_rule_can_be_broken_only_with_a_reason_that_is_needed() {
        let fast = [("rtt_min_ms", "90"), ("physics_ok", "false")];
        let sources = Sources::new().set("region_latency_aws", 0, &fast);
        let faster = sources.verdict("region_latency_aws");
        assert!(faster.contains("is faster than light in fibre"), "{faster}");
        let exceptions = |text: &str, sources: &Sources| {
            let folder = sources.write();
            let header = "dataset,from_region,to_region,column,reason\n";
            let file = folder.join("region_latency_aws/exceptions.csv");
            fs::write(file, format!("{header}{text}\n")).unwrap();
            match check_table(folder, "region_latency_aws") {
                Ok(rows) => format!("{rows} rows"),
                Err(error) => sources.shortened(&error.to_string()),
            }
        };
        let listed = "fantoch_2020,east,west,rtt_min_ms,The probe stood elsewhere.";
        assert_eq!(exceptions(listed, &sources), "2 rows");
        let without = "fantoch_2020,east,west,rtt_min_ms,";
        assert!(exceptions(without, &sources).contains("is faster than light in fibre"));
        assert_eq!(
            exceptions(listed, &Sources::new()),
            "region_latency_aws/exceptions.csv:2: the line = \"fantoch_2020,east,west,rtt_min_ms,The \
             probe stood elsewhere.\": must name a row and the column of a rule that it breaks, with a reason"
        );
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
                 date, datetime, precision, duration",
            ),
            (
                "incidents/schema.csv",
                "enum,,true,severity",
                "enum,,true,severeness",
                "incidents/schema.csv:12: vocabulary = \"severeness\": must be a vocabulary that vocabulary.csv lists, or \
                 table.vocabulary of another table",
            ),
            (
                "incidents/schema.csv",
                "precision,,,,,start_utc",
                "precision,,,,,title",
                "incidents/schema.csv:7: derived_from = \"title\": must name a datetime column above for type \
                 precision, a column of whole minutes for duration, and be empty for others",
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
                "tables.csv:8: as_of = \"yesterday\": must be a date written YYYY-MM-DD",
            ),
            (
                "tables.csv",
                "Incidents,id",
                "Incidents,number",
                "tables.csv:8: key = \"number\": must name columns of the table",
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
            format!(
                "there is no table named \"cloud_region\"; did you mean cloud_regions? The names are {}",
                TABLES.join(", ")
            )
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

mod plan {
    use super::*;

    /// The plan of the course, with one text of a file changed.
    fn verdict(table: &str, from: &str, to: &str) -> String {
        let scratch = Scratch::new();
        for copied in ["course_episodes", "course_plan", "incident_numbers"] {
            let target = scratch.0.join(copied);
            fs::create_dir_all(&target).unwrap();
            for entry in fs::read_dir(Path::new(SOURCES).join(copied)).unwrap() {
                let entry = entry.unwrap();
                fs::copy(entry.path(), target.join(entry.file_name())).unwrap();
            }
        }
        fs::copy(
            Path::new(SOURCES).join("tables.csv"),
            scratch.0.join("tables.csv"),
        )
        .unwrap();
        let path = scratch.0.join(table).join(format!("{table}.csv"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{table} lacks {from:?}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        match check_table(&scratch.0, table) {
            Ok(rows) => format!("{rows} rows"),
            Err(error) => {
                let message = error.to_string();
                let place = format!("{}/", scratch.0.display());
                let (_, rest) = message.split_once(": ").unwrap();
                assert!(message.starts_with(&place), "{message}");
                rest.to_owned()
            }
        }
    }

    #[test]
    fn the_plan_is_held_to_its_rules() {
        assert_eq!(verdict("course_plan", "C001", "C001"), "849 rows");
        let cases = [
            (
                "course_plan",
                "C002,calculator",
                "C002,formula",
                "id = \"C002\": must begin with F for a formula",
            ),
            (
                "course_plan",
                "C002,",
                "C002x,",
                "id = \"C002x\": must be one of the letters C, F, M, P, S, T and three digits",
            ),
            (
                "course_plan",
                "C002,calculator,1,",
                "C002,calculator,42,",
                "episode = \"42\": must be at most 41",
            ),
            (
                "course_plan",
                "lightcone::calc::bdp_window",
                "calc::bdp_window",
                "path = \"calc::bdp_window\": must be a Rust path below lightcone, such as \
                 lightcone::latency::fiber_rtt",
            ),
            (
                "course_episodes",
                "pattern-mastery,6;9,",
                "pattern-mastery,6;13,",
                "prerequisites = \"6;13\": must be earlier episodes, and 13 is not",
            ),
            (
                "course_episodes",
                "I001;I002",
                "I001;I999",
                "incidents = \"I999\": must be in column number of the table incident_numbers",
            ),
        ];
        for (table, from, to, expected) in cases {
            assert_eq!(verdict(table, from, to), expected);
        }
    }

    #[test]
    fn numbers_of_a_key_rise_as_numbers() {
        // As texts, 12 would come before 4.
        let message = verdict("course_episodes", "\n3,", "\n12,");
        assert!(
            message.starts_with("episode = \"4\": rows must be in ascending order of episode"),
            "{message}"
        );
    }

    #[test]
    fn the_plan_counts_what_the_course_promises() {
        let (_scratch, tables) = built();
        let kinds = tables
            .sql("select kind, count(*) as n from course_plan group by kind order by n")
            .unwrap();
        let counts = kinds.column("n").unwrap().cast(&DataType::Int64).unwrap();
        let counts: Vec<i64> = counts.i64().unwrap().iter().flatten().collect();
        assert_eq!(counts, [49, 52, 65, 153, 221, 309]);
        let sum = tables
            .sql("select sum(exercises) as exercises from course_episodes")
            .unwrap();
        let sum = sum.column("exercises").unwrap().get(0).unwrap();
        assert_eq!(sum.extract::<i64>(), Some(166));
    }
}
