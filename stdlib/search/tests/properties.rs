//! What holds for any documents and any query.

use std::ops::Range;

use lightcone_search::{Document, Filter, Index, Query, Schema, Units};
use proptest::prelude::*;

/// Words that share stems, prefixes and parts, so that queries hit something.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "dns", "DNS", "retry", "retries", "retrying", "storm", "split", "brain", "us-east-1",
            "US East 1", "tls1.3", "s3", "fail-over", "failover", "Zürich", "zurich", "東京", "the",
            "certificate", "certifcate", "replication", "cache", "caches", "3,000", "don't", "-", "…",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 0..12).prop_map(|words| words.join(" "))
}

#[derive(Clone, Debug)]
struct Row {
    title: String,
    body: String,
    tags: Vec<&'static str>,
    size: Option<f64>,
    day: Option<f64>,
}

fn row() -> impl Strategy<Value = Row> {
    let tags = prop::sample::subsequence(vec!["aws", "azure", "Google Cloud"], 0..3);
    let size = prop::option::of(0..100_u32);
    let day = prop::option::of(17_000..19_000_u32);
    (text(), text(), tags, size, day).prop_map(|(title, body, tags, size, day)| Row {
        title,
        body,
        tags,
        size: size.map(f64::from),
        day: day.map(f64::from),
    })
}

fn index(rows: &[Row]) -> Index {
    let builder = Index::builder().field("title", 3.0);
    let mut builder = builder
        .and_then(|builder| builder.field("body", 1.0))
        .unwrap();
    for row in rows {
        let mut document = Document::new()
            .text("title", row.title.clone())
            .text("body", row.body.clone());
        for tag in &row.tags {
            document = document.keyword("tag", *tag);
        }
        if let Some(size) = row.size {
            document = document.number("size", size);
        }
        if let Some(day) = row.day {
            document = document.days("day", day);
        }
        builder.add(document).unwrap();
    }
    builder.build()
}

fn schema() -> Schema {
    let filters = [
        Filter::keyword("tag"),
        Filter::one_of("level", ["low", "high"]),
        Filter::number("size", Units::counts()),
        Filter::number("time", Units::durations()),
        Filter::date("date").of("day"),
        Filter::after("after").of("day"),
    ];
    let add = |schema: Schema, filter| schema.with(filter).unwrap();
    filters.into_iter().fold(Schema::new(), add)
}

/// Text that is often nearly a query.
fn query() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => word(),
        1 => text().prop_map(|text| format!("\"{text}\"")),
        1 => word().prop_map(|word| format!("-{word}")),
        2 => prop::sample::select(vec![
            "tag:aws", "tag:azure,aws", "-tag:\"google cloud\"", "size:>50", "size:10..1k",
            "date:2018", "after:2019-06", "level:high", "time:>60m", "size:", "tag:", "\"", "12:30",
            "http://x", "level:hihg", "sise:5", "size:..", "date:2019..",
        ]).prop_map(str::to_owned),
        1 => ("[a-z]{1,5}:", "\\PC{0,5}").prop_map(|(name, value)| name + &value),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.join(" "))
}

/// The text without what a query gives a meaning to.
fn plain(text: &str) -> String {
    text.replace([':', '"', '\u{201c}', '\u{201d}', '\u{201e}'], " ")
}

/// Sorted, apart, not empty, and on character boundaries of the text.
fn assert_ranges(text: &str, ranges: &[Range<usize>]) {
    for range in ranges {
        assert!(range.start < range.end, "{range:?}");
        assert!(text.get(range.clone()).is_some(), "{range:?} of {text:?}");
    }
    for pair in ranges.windows(2) {
        assert!(pair[0].end <= pair[1].start, "{pair:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_a_query_or_an_error(text in "(?s).{0,80}") {
        match Query::parse(&text, &schema()) {
            Ok(_) => {}
            Err(error) => {
                prop_assert!(!error.to_string().contains('\n') || text.contains('\n'));
                if let Some(place) = error.place() {
                    prop_assert!(text.get(place.bytes.clone()).is_some());
                    prop_assert!(place.character >= 1);
                }
            }
        }
    }

    #[test]
    fn text_without_a_colon_is_never_an_error(text in "[^:]{0,80}") {
        prop_assert!(Query::parse(&text, &schema()).is_ok());
    }

    #[test]
    fn results_are_sorted_and_their_ranges_fit(
        rows in prop::collection::vec(row(), 0..12),
        text in query(),
        limit in 0..15_usize,
        around in 0..40_usize,
    ) {
        let index = index(&rows);
        let Ok(query) = Query::parse(&text, &schema()) else { return Ok(()) };
        let results = index.search(&query, limit);
        prop_assert_eq!(results.hits.len(), results.total.min(limit));
        for hit in &results.hits {
            prop_assert!(hit.document < rows.len());
            prop_assert!(hit.score.is_finite() && hit.score >= 0.0);
            prop_assert_eq!(hit.terms.is_empty(), hit.highlights.is_empty());
            for highlight in &hit.highlights {
                let text = index.text(hit.document, &highlight.field).unwrap();
                prop_assert!(!highlight.ranges.is_empty());
                assert_ranges(text, &highlight.ranges);
            }
            for field in ["title", "body"] {
                let whole = index.text(hit.document, field).unwrap();
                let Some(snippet) = index.snippet(hit, field, around) else {
                    prop_assert!(whole.trim().is_empty());
                    continue;
                };
                assert_ranges(&snippet.text, &snippet.ranges);
                if !hit.ranges(field).is_empty() {
                    prop_assert!(!snippet.ranges.is_empty());
                }
            }
        }
        for pair in results.hits.windows(2) {
            let order = (-pair[0].score, pair[0].document) < (-pair[1].score, pair[1].document);
            prop_assert!(order, "{:?}", pair);
        }
    }

    #[test]
    fn filters_only_take_away_and_are_honoured(
        rows in prop::collection::vec(row(), 0..12),
        words in text(),
        low in 0..100_u32,
    ) {
        let index = index(&rows);
        let find = |text: &str| {
            let query = Query::parse(text, &schema()).unwrap();
            let hits = index.search(&query, 100).hits;
            hits.into_iter().map(|hit| hit.document).collect::<Vec<_>>()
        };
        let words = plain(&words);
        let all = find(&words);
        let size = |row: &Row| row.size.is_some_and(|size| size > f64::from(low));
        let tag = |row: &Row| row.tags.contains(&"aws") || row.tags.contains(&"Google Cloud");
        let day = |row: &Row| row.day.is_some_and(|day| (17_532.0..17_897.0).contains(&day));
        let keep = |passes: &dyn Fn(&Row) -> bool| {
            all.iter().copied().filter(|&d| passes(&rows[d])).collect::<Vec<_>>()
        };
        prop_assert_eq!(find(&format!("{words} size:>{low}")), keep(&size));
        prop_assert_eq!(find(&format!("-size:>{low} {words}")), keep(&|row| !size(row)));
        prop_assert_eq!(find(&format!("{words} tag:aws,google-cloud")), keep(&tag));
        prop_assert_eq!(find(&format!("{words} date:2018")), keep(&day));
        prop_assert_eq!(
            find(&format!("{words} -tag:aws,\"google cloud\" date:2018 size:>{low}")),
            keep(&|row| !tag(row) && day(row) && size(row))
        );
    }

    #[test]
    fn every_word_of_a_text_finds_it(rows in prop::collection::vec(row(), 1..8), at in 0..8_usize) {
        let index = index(&rows);
        let document = at % rows.len();
        for word in rows[document].title.split_whitespace() {
            let text = format!("\"{}\"", plain(word));
            let query = Query::parse(&text, &schema()).unwrap();
            let results = index.search(&query, 100);
            let found = results.hits.iter().any(|hit| hit.document == document);
            prop_assert!(found, "{} in {:?}", text, rows[document].title);
        }
    }

    #[test]
    fn excluded_words_do_not_occur(rows in prop::collection::vec(row(), 0..12), word in word()) {
        let index = index(&rows);
        let quoted = format!("\"{}\"", plain(&word));
        let total = |text: &str| {
            index.search(&Query::parse(text, &schema()).unwrap(), 0).total
        };
        if total("") > 0 && word.chars().any(char::is_alphanumeric) {
            prop_assert_eq!(total(&quoted) + total(&format!("-{quoted}")), rows.len());
        }
    }

    #[test]
    fn similar_documents_are_others_and_sorted(rows in prop::collection::vec(row(), 1..12)) {
        let index = index(&rows);
        for document in 0..rows.len() {
            let hits = index.similar(document, 5).unwrap();
            prop_assert!(hits.len() <= 5);
            for hit in &hits {
                prop_assert!(hit.document != document);
                prop_assert!(hit.score > 0.0 && hit.score <= 1.0 + 1e-9);
                for highlight in &hit.highlights {
                    assert_ranges(index.text(hit.document, &highlight.field).unwrap(), &highlight.ranges);
                }
            }
            for pair in hits.windows(2) {
                prop_assert!(
                    (-pair[0].score, pair[0].document) < (-pair[1].score, pair[1].document)
                );
            }
        }
    }

    #[test]
    fn typos_of_long_words_are_found(place in 0..10_usize, letter in "[a-z]") {
        let mut builder = Index::builder().field("text", 1.0).unwrap();
        builder.add(Document::new().text("text", "certificate")).unwrap();
        let index = builder.build();
        let mut changed = "certificate".to_owned();
        changed.replace_range(place..place + 1, &letter);
        let mut swapped: Vec<u8> = "certificate".bytes().collect();
        swapped.swap(place, place + 1);
        let swapped = String::from_utf8(swapped).unwrap();
        let mut missing = "certificate".to_owned();
        missing.remove(place);
        let mut extra = "certificate".to_owned();
        extra.insert_str(place, &letter);
        for text in [changed, swapped, missing, extra] {
            let results = index.search(&Query::parse(&text, &schema()).unwrap(), 1);
            prop_assert_eq!(results.total, 1, "{}", text);
        }
    }
}

#[test]
fn huge_and_odd_input_is_no_trouble() {
    let odd = "\u{0}\u{202e}\u{301}\u{fffd}🧨🏳️‍🌈ﷺİßǆ\u{200d}𝔘𝔫𝔦ⅷ٣".repeat(10_000);
    let mut builder = Index::builder().field("text", 1.0).unwrap();
    builder
        .add(Document::new().text("text", odd.clone()))
        .unwrap();
    builder
        .add(Document::new().text("text", "x".repeat(1 << 20)))
        .unwrap();
    builder
        .add(Document::new().text("text", "a ".repeat(1 << 14)))
        .unwrap();
    builder
        .add(Document::new().text("text", "a-".repeat(1 << 14)))
        .unwrap();
    let index = builder.build();
    for long in [
        odd.clone(),
        "x".repeat(1 << 20),
        "\"".repeat(1 << 20),
        "a:".repeat(1 << 19),
    ] {
        assert!(Query::parse(&long, &schema()).is_err());
    }
    let short: String = odd.chars().take(500).collect();
    for text in [
        short,
        "x".repeat(8_192),
        "\"".repeat(8_192),
        "-".repeat(8_192),
        ":".repeat(8_192),
        format!("\"{}\"", "a ".repeat(250)),
        "a-".repeat(250),
    ] {
        let query = Query::parse(&text, &schema()).unwrap();
        let results = index.search(&query, 10);
        for hit in &results.hits {
            assert!(hit.score.is_finite());
            let all = index.snippet(hit, "text", usize::MAX).unwrap();
            assert_ranges(&all.text, &all.ranges);
            let none = index.snippet(hit, "text", 0).unwrap();
            assert_ranges(&none.text, &none.ranges);
        }
    }
    for document in 0..4 {
        assert!(index.similar(document, 10).is_ok());
    }
}
