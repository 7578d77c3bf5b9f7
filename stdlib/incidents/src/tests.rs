//! Tests over the installed form of the real tables, built once into a folder.

use std::path::Path;
use std::sync::OnceLock;

use lightcone_data::Tables;
use lightcone_notebook::display::Show;
use polars::prelude as pl;
use polars::prelude::{IntoLazy, df};

use crate::{Analysis, IncidentsError, analyses, incident, like, search};

/// Lets the functions that ask for installed tables find them.
fn installed() -> pl::DataFrame {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
        let folder =
            std::env::temp_dir().join(format!("lightcone-incidents-{}", std::process::id()));
        lightcone_data::build_tables(sources, &folder).unwrap();
        // SAFETY: every test comes through here first, and `OnceLock` lets one
        // thread at a time do this before any reads the variable.
        unsafe { std::env::set_var(lightcone_data::DATA_DIRECTORY_VARIABLE, &folder) };
        Tables::installed().unwrap();
    });
    lightcone_data::incidents()
}

mod finding {
    use super::*;

    #[test]
    fn words_and_filters_of_the_issue() {
        installed();
        let found = search("dns retry storm provider:aws after:2015 duration:>60m").unwrap();
        assert!(found.total() > 0);
        let frame = found.frame().unwrap();
        assert_eq!(frame.height(), found.ids().len());
        for row in 0..frame.height() {
            let owner = frame.column("organization").unwrap().get(row).unwrap();
            assert!(owner.str_value().contains("Amazon"), "{owner}");
            let minutes = frame
                .column("duration_minutes")
                .unwrap()
                .i64()
                .unwrap()
                .get(row);
            assert!(minutes.unwrap() > 60);
            let id = found.ids()[row];
            assert!(id >= "2015", "{id}");
        }
        let scores = found.scores();
        assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]));
    }

    #[test]
    fn a_well_known_incident_is_found_by_its_story_and_with_typos() {
        installed();
        for query in [
            "facebook backbone bgp",
            "facebok backbon bgp withdrawl",
            "\"backbone\" provider:meta severity:global",
        ] {
            let found = search(query).unwrap();
            assert_eq!(found.ids()[0], "2021-10-facebook-backbone-bgp", "{query}");
        }
        let html = search("backbone").unwrap().media().data["text/html"].to_string();
        assert!(html.contains("<mark>"), "{html}");
    }

    #[test]
    fn a_wrong_filter_or_value_names_like_ones() {
        installed();
        let said = |query: &str| search(query).unwrap_err().to_string();
        assert!(
            said("durration:>60m").contains("duration"),
            "{}",
            said("durration:>60m")
        );
        assert!(said("severity:globall").contains("global"));
        assert!(said("provider:amazn").contains("amazon"));
        assert!(said("duration:>soon").contains("duration"));
    }

    #[test]
    fn similar_incidents_share_the_story() {
        installed();
        let found = like("2021-10-facebook-backbone-bgp").unwrap();
        assert!(!found.ids().contains(&"2021-10-facebook-backbone-bgp"));
        let frame = found.frame().unwrap();
        let causes: Vec<String> = (0..frame.height())
            .map(|row| {
                let cause = frame.column("cause_category").unwrap().get(row).unwrap();
                cause.str_value().into_owned()
            })
            .collect();
        assert!(
            causes.iter().any(|cause| cause == "network-bgp"),
            "{causes:?}"
        );
        let error = like("2021-10-facebok-backbone").unwrap_err().to_string();
        assert!(error.contains("2021-10-facebook-backbone-bgp"), "{error}");
    }
}

mod cards {
    use super::*;

    #[test]
    fn a_card_tells_the_incident_by_id_and_by_number() {
        installed();
        let card = incident("2021-10-facebook-backbone-bgp").unwrap();
        assert_eq!(incident("I032").unwrap().id(), card.id());
        let text = card.to_string();
        for part in [
            "Facebook",
            "2021-10-04 15:39 UTC",
            "7.2 h (431 min)",
            "Timeline:",
            "What would have limited it",
            "https://engineering.fb.com/2021/10/05/networking-traffic/outage-details/",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        let html = card.media().data["text/html"].as_str().unwrap().to_owned();
        assert!(
            html.contains("<article") && html.contains("<time datetime=\"2021-10-04T15:39:00Z\"")
        );
    }

    #[test]
    fn every_incident_has_a_card() {
        let incidents = installed();
        for id in incidents
            .column("id")
            .unwrap()
            .str()
            .unwrap()
            .iter()
            .flatten()
        {
            let card = incident(id).unwrap();
            assert!(
                !card.title().is_empty() && card.to_string().contains("Cause: "),
                "{id}"
            );
        }
    }

    #[test]
    fn an_unknown_id_names_like_ones() {
        installed();
        let error = incident("facebook-bgp").unwrap_err().to_string();
        assert!(error.contains("2021-10-facebook-backbone-bgp"), "{error}");
        assert!(incident("I999").is_err());
    }
}

mod analysing {
    use super::*;

    fn all(incidents: pl::DataFrame) -> Vec<Analysis> {
        vec![
            analyses::duration_distribution(incidents.clone()).unwrap(),
            analyses::causes_by_year(incidents.clone()).unwrap(),
            analyses::causes_by_organization(incidents.clone()).unwrap(),
            analyses::causes_with_patterns(incidents.clone()).unwrap(),
            analyses::inter_arrival_times(incidents.clone()).unwrap(),
            analyses::minutes_lost_against_sla(incidents.clone()).unwrap(),
            analyses::pareto_of_minutes_lost(incidents.clone()).unwrap(),
            analyses::time_to_detect_and_mitigate(incidents.clone()).unwrap(),
            analyses::seasonality(incidents.clone()).unwrap(),
            analyses::what_if(incidents, "canary-release").unwrap(),
        ]
    }

    #[test]
    fn each_says_n_of_n_and_has_findings_figures_and_a_table() {
        let incidents = installed();
        let height = incidents.height();
        for analysis in all(incidents) {
            let (known, of) = analysis.known();
            assert!(
                known > 0 && known <= of && of <= height,
                "{}",
                analysis.title()
            );
            assert!(!analysis.findings().is_empty(), "{}", analysis.title());
            assert!(!analysis.caveats().is_empty(), "{}", analysis.title());
            assert!(analysis.frame().height() > 0, "{}", analysis.title());
            assert!(!analysis.figures().is_empty(), "{}", analysis.title());
            for figure in analysis.figures() {
                let svg = figure.svg();
                assert!(svg.is_ok(), "{}: {:?}", analysis.title(), svg.err());
            }
            let text = analysis.to_string();
            assert!(
                text.contains(&format!("known for {known} of {of}")),
                "{text}"
            );
            assert!(!text.contains("NaN"), "{text}");
            let html = analysis.media().data["text/html"]
                .as_str()
                .unwrap()
                .to_owned();
            assert!(html.contains("role=\"img\"") && html.contains("<table"));
        }
    }

    #[test]
    fn counts_agree_with_a_query() {
        let incidents = installed();
        let known = lightcone_data::sql(
            "select count(*) as n from incidents where duration_minutes is not null",
        )
        .unwrap();
        let known = known
            .column("n")
            .unwrap()
            .get(0)
            .unwrap()
            .extract::<usize>();
        let analysis = analyses::duration_distribution(incidents.clone()).unwrap();
        assert_eq!(Some(analysis.known().0), known);
        // The detection times that the table has, n of N.
        let detection = analyses::time_to_detect_and_mitigate(incidents.clone()).unwrap();
        let column = incidents.column("detection_minutes").unwrap();
        assert_eq!(
            detection.known(),
            (column.len() - column.null_count(), column.len())
        );
    }

    #[test]
    fn a_frame_of_the_reader_s_own_is_taken_lazily() {
        let made = lightcone_data::synthetic::incidents(20_000, 3).unwrap();
        let analysis = analyses::duration_distribution(made.clone().lazy()).unwrap();
        assert!(analysis.known().1 == 20_000 && analysis.known().0 < 20_000);
        // The generator is documented with a median of 231 min.
        let median = analysis
            .frame()
            .column("duration_minutes")
            .unwrap()
            .f64()
            .unwrap()
            .get(2);
        assert!((median.unwrap() / 231.0 - 1.0).abs() < 0.05, "{median:?}");
        installed();
        for analysis in all(made) {
            assert!(!analysis.findings().is_empty());
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        installed();
        let lacking = df!("minutes" => [1.0]).unwrap();
        let error = analyses::duration_distribution(lacking).unwrap_err();
        assert!(matches!(error, IncidentsError::MissingColumn { .. }));
        assert_eq!(
            error.to_string(),
            "the frame has no column `duration_minutes`, which duration_distribution needs; its columns are minutes"
        );
        let few = df!("duration_minutes" => [1_i64, 2]).unwrap();
        let error = analyses::duration_distribution(few).unwrap_err();
        assert!(
            matches!(error, IncidentsError::TooFew { found: 2, .. }),
            "{error}"
        );
        let error = analyses::what_if(lightcone_data::incidents(), "canary").unwrap_err();
        assert!(error.to_string().contains("canary-release"), "{error}");
    }
}
