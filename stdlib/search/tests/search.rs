//! Searches over a small set of documents, from the text of a query to hits.

use lightcone_search::{Document, Filter, Index, Query, QueryError, Results, Schema, Units};

/// Six invented outages.
fn index() -> Index {
    let mut builder = Index::builder()
        .field("title", 3.0)
        .and_then(|builder| builder.field("summary", 1.0))
        .unwrap();
    for (title, summary, provider, causes, severity, hours, start) in [
        (
            "DNS outage in us-east-1",
            "A race removed a record. Clients kept retrying, and a retry storm began.",
            "AWS",
            &["dns", "race-condition"][..],
            "regional",
            Some(15.0),
            20_380.0,
        ),
        (
            "Configuration change stops the backbone",
            "A command withdrew all routes; DNS servers could not be reached.",
            "Meta",
            &["config-change", "dns"],
            "global",
            Some(6.0),
            18_904.0,
        ),
        (
            "Split brain after a network partition",
            "Two data centres accepted writes for 43 seconds.",
            "GitHub",
            &["network"],
            "partial",
            Some(24.0),
            17_825.0,
        ),
        (
            "TLS1.3 certificate expired",
            "Nobody renewed the certificate, so every login failed.",
            "Google Cloud",
            &["certificate"],
            "global",
            Some(0.5),
            16_500.0,
        ),
        (
            "Storage overload in us-west-2",
            "Retries of many clients overloaded the metadata service.",
            "AWS",
            &["overload"],
            "regional",
            None,
            16_700.0,
        ),
        (
            "Fire in a data centre",
            "Power was lost; the brain of the cooling was split from its sensors.",
            "OVH",
            &["power"],
            "partial",
            Some(200.0),
            18_696.0,
        ),
    ] {
        let mut document = Document::new()
            .text("title", title)
            .text("summary", summary)
            .keyword("provider", provider)
            .keyword("severity", severity)
            .days("start", start);
        for cause in causes {
            document = document.keyword("cause", *cause);
        }
        if let Some(hours) = hours {
            document = document.number("duration", hours * 3_600.0);
        }
        builder.add(document).unwrap();
    }
    builder.build()
}

fn schema() -> Schema {
    let filters = [
        Filter::keyword("provider").alias("org"),
        Filter::one_of("severity", ["partial", "regional", "global"]),
        Filter::keyword("cause"),
        Filter::number("duration", Units::durations()),
        Filter::date("date").of("start"),
        Filter::after("after").of("start"),
        Filter::before("before").of("start"),
        Filter::number("nothing", Units::counts()),
    ];
    let add = |schema: Schema, filter| schema.with(filter).unwrap();
    filters.into_iter().fold(Schema::new(), add)
}

fn search(query: &str) -> Results {
    let query = Query::parse(query, &schema()).unwrap();
    index().search(&query, 10)
}

fn found(query: &str) -> Vec<usize> {
    search(query).hits.iter().map(|hit| hit.document).collect()
}

#[test]
fn filters_choose_documents_in_their_order() {
    for (query, documents) in [
        ("", vec![0, 1, 2, 3, 4, 5]),
        ("provider:aws", vec![0, 4]),
        ("ORG:Aws,github", vec![0, 2, 4]),
        ("provider:\"google cloud\"", vec![3]),
        ("provider:google-cloud", vec![3]),
        ("-provider:aws", vec![1, 2, 3, 5]),
        ("cause:dns", vec![0, 1]),
        ("cause:dns cause:config_change", vec![1]),
        ("severity:global,regional provider:aws", vec![0, 4]),
        ("duration:>6h", vec![0, 2, 5]),
        ("duration:>=6h", vec![0, 1, 2, 5]),
        ("duration:<1h", vec![3]),
        ("duration:30m..6h", vec![1, 3]),
        ("duration:0.5h", vec![3]),
        // Negated, an unknown duration passes.
        ("-duration:>1h", vec![3, 4]),
        ("after:2020", vec![0, 1, 5]),
        ("before:2018-10", vec![3, 4]),
        ("after:2018-10-21 before:2021-03-11", vec![2, 5]),
        ("date:2021", vec![1, 5]),
        ("date:2021-10-04", vec![1]),
        ("date:2018..2021-03", vec![2, 5]),
        // No document has the attribute.
        ("nothing:>0", vec![]),
        ("-dns", vec![2, 3, 4, 5]),
        ("-dns -\"data centre\"", vec![3, 4]),
    ] {
        assert_eq!(found(query), documents, "{query}");
        assert_eq!(search(query).total, documents.len(), "{query}");
    }
}

#[test]
fn the_query_of_the_handbook() {
    let results = search(
        "dns retry storm provider:aws after:2015 duration:>60m cause:dns severity:regional -word",
    );
    assert_eq!(results.total, 1);
    assert_eq!(results.hits[0].document, 0);
    assert_eq!(results.hits[0].terms, ["dns", "retry", "storm"]);
}

#[test]
fn titles_and_more_words_come_first() {
    // In the title of 0, and only in the summary of 1.
    assert_eq!(found("dns"), [0, 1]);
    assert_eq!(found("retry dns storm")[0], 0);
    // Both words, the phrase in the title; 5 has them apart.
    assert_eq!(found("split brain"), [2, 5]);
    assert_eq!(found("\"split brain\""), [2]);
    assert_eq!(found("certificates expiring")[0], 3);
}

#[test]
fn words_meet_in_all_their_forms() {
    for query in ["retry", "retries", "retrying", "Retried", "RETRY!"] {
        assert_eq!(found(query), [0, 4], "{query}");
    }
    assert_eq!(found("us-east-1")[0], 0);
    assert_eq!(found("east"), [0]);
    for query in ["tls", "tls1.3", "TLS 1.3"] {
        assert_eq!(found(query)[0], 3, "{query}");
    }
}

#[test]
fn typos_are_corrected_and_named() {
    let results = search("certifcate expird");
    let corrections: Vec<(&str, &[String])> = results
        .corrections
        .iter()
        .map(|c| (&*c.term, &*c.used))
        .collect();
    assert_eq!(
        corrections,
        [
            ("certifcate", &["certificate".to_owned()][..]),
            ("expird", &["expired".to_owned()][..]),
        ]
    );
    assert_eq!(results.hits[0].document, 3);
    assert_eq!(results.hits[0].ranges("title"), [7..18, 19..26]);
    // Too short, too far, or with a digit: nothing is found, and it says so.
    let results = search("dnz xylophone us-east-9");
    assert_eq!(results.unknown, ["dnz", "xylophone"]);
}

#[test]
fn snippets_show_the_matches() {
    let index = index();
    let query = Query::parse("retry storm", &schema()).unwrap();
    let results = index.search(&query, 1);
    let hit = &results.hits[0];
    let snippet = index.snippet(hit, "summary", 12).unwrap();
    assert_eq!(snippet.to_string(), "… and a retry storm began.");
    let marked: Vec<&str> = snippet
        .ranges
        .iter()
        .map(|r| &snippet.text[r.clone()])
        .collect();
    assert_eq!(marked, ["retry", "storm"]);
    // No match in the title, so its beginning; no such field, no snippet.
    assert_eq!(
        index.snippet(hit, "title", 100).unwrap().text,
        "DNS outage in us-east-1"
    );
    assert_eq!(index.snippet(hit, "titel", 100), None);
}

#[test]
fn errors_are_sentences_that_help() {
    let error = |query: &str| Query::parse(query, &schema()).unwrap_err();
    assert!(matches!(
        error("dns provder:aws"),
        QueryError::UnknownFilter { near, .. } if near == ["provider"]
    ));
    assert!(matches!(
        error("severity:globl"),
        QueryError::UnknownValue { near, .. } if near == ["global"]
    ));
    assert!(matches!(
        error("duration:long"),
        QueryError::BadNumber { .. }
    ));
    assert!(matches!(error("before:soon"), QueryError::BadDate { .. }));
    assert!(matches!(
        error("date:2021..2019"),
        QueryError::EmptyRange { .. }
    ));
    assert!(matches!(error("cause:"), QueryError::MissingValue { .. }));
    for query in ["severity:globl", "duration:long", "before:soon", "cause:"] {
        let error = error(&format!("é {query} x"));
        let place = error.place().unwrap();
        assert_eq!(&format!("é {query} x")[place.bytes.clone()], query);
        assert_eq!(place.character, 3);
    }
}

#[test]
fn an_index_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    shared(&index());
    shared(&schema());
}
