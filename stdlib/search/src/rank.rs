//! Finds and orders the documents of a query.
//!
//! Each clause of the query, a word or a phrase, becomes some *alternatives*:
//! lists of places where it, or what may have been meant, stands. An alternative
//! is scored like a term of BM25F with the documents that have it; a document
//! gets the best alternative of each clause.

use std::borrow::Cow;

use crate::fuzzy::Likeness;
use crate::highlight::merge;
use crate::index::{Index, Occurrence};
use crate::query::{Clause, Query};
use crate::results::{Correction, Highlight, Hit, Results};
use crate::stem::stem;
use crate::token::{Chunk, Part, says_something};

/// How often a word must be repeated until more of it hardly matters.
const K1: f64 = 1.2;

/// How much the length of a text matters.
const B: f64 = 0.75;

/// The most words that stand for one the index does not have.
const MAX_SIMILAR: usize = 16;

/// One reading of a clause.
struct Alternative<'a> {
    occurrences: Cow<'a, [Occurrence]>,
    /// What a match counts, next to one of the clause as it was typed.
    weight: f64,
    idf: f64,
}

/// A clause, or a part of one, with where it is found.
struct Found<'a> {
    /// As it was typed, in lower case.
    text: String,
    /// Whether no document without it matches.
    needed: bool,
    /// The best first. None of them is without occurrences.
    alternatives: Vec<Alternative<'a>>,
    /// The words of the index that stand for it, if it is not there itself.
    used: Vec<String>,
}

pub(crate) fn search(index: &Index, query: &Query, limit: usize) -> Results {
    let mut passing = vec![true; index.len()];
    for condition in &query.conditions {
        for (pass, passed) in passing.iter_mut().zip(index.pass(condition)) {
            *pass &= passed;
        }
    }
    for sequence in &query.excluded {
        for occurrence in phrase(index, sequence).iter() {
            passing[occurrence.document] = false;
        }
    }
    if query.clauses.is_empty() {
        return all(&passing, limit);
    }
    let clauses = query.clauses.iter();
    let found: Vec<Found<'_>> = clauses.flat_map(|clause| find(index, clause)).collect();
    let (scores, matched) = score(index, &found, &passing);

    let mut order: Vec<usize> = (0..index.len())
        .filter(|&document| matched[document])
        .collect();
    let total = order.len();
    // The sort is stable, so equal scores stay in the order of the documents.
    order.sort_by(|&left, &right| scores[right].total_cmp(&scores[left]));
    order.truncate(limit);
    let hits = order
        .into_iter()
        .map(|document| hit(index, &found, document, scores[document]));
    let mut results = Results {
        hits: hits.collect(),
        total,
        ..Results::default()
    };
    for found in &found {
        // The part of one word may be the same as that of another.
        if found.alternatives.is_empty() {
            if !results.unknown.contains(&found.text) {
                results.unknown.push(found.text.clone());
            }
        } else if !found.used.is_empty()
            && results
                .corrections
                .iter()
                .all(|other| other.term != found.text)
        {
            results.corrections.push(Correction {
                term: found.text.clone(),
                used: found.used.clone(),
            });
        }
    }
    results
}

/// All documents that pass, in order.
fn all(passing: &[bool], limit: usize) -> Results {
    let numbers = || (0..passing.len()).filter(|&document| passing[document]);
    Results {
        hits: numbers()
            .take(limit)
            .map(|document| Hit {
                document,
                score: 0.0,
                terms: Vec::new(),
                highlights: Vec::new(),
            })
            .collect(),
        total: numbers().count(),
        ..Results::default()
    }
}

/// The score of each document, and whether it matches at all.
fn score(index: &Index, found: &[Found<'_>], passing: &[bool]) -> (Vec<f64>, Vec<bool>) {
    let mut passing = passing.to_vec();
    for found in found.iter().filter(|found| found.needed) {
        let mut has = vec![false; index.len()];
        for occurrence in found.occurrences() {
            has[occurrence.document] = true;
        }
        for (pass, has) in passing.iter_mut().zip(has) {
            *pass &= has;
        }
    }
    let mut scores = vec![0.0; index.len()];
    let mut shares = vec![0.0; index.len()];
    let mut matched = vec![false; index.len()];
    // The idf of all clauses, of which a document has a share.
    let mut whole = 0.0;
    for found in found {
        let importance = match found.alternatives.first() {
            Some(alternative) => alternative.idf,
            None => idf(index, 0),
        };
        whole += importance;
        // By document; `None` where nothing of the clause is.
        let mut best: Vec<Option<f64>> = vec![None; index.len()];
        for alternative in &found.alternatives {
            for (document, frequency) in frequencies(index, &alternative.occurrences) {
                let saturated = frequency * (K1 + 1.0) / (frequency + K1);
                let score = alternative.weight * alternative.idf * saturated;
                let best = &mut best[document];
                *best = Some(best.map_or(score, |best| best.max(score)));
            }
        }
        for (document, score) in best.into_iter().enumerate() {
            if let Some(score) = score
                && passing[document]
            {
                scores[document] += score;
                shares[document] += importance;
                matched[document] = true;
            }
        }
    }
    for (score, share) in scores.iter_mut().zip(shares) {
        // Squared, because a short text with few of the words would otherwise
        // often pass a longer one with more of them.
        *score *= (share / whole).powi(2);
    }
    (scores, matched)
}

/// How often a term is in each document, with lengths and boosts of the fields
/// taken into account. `occurrences` are in the order of the documents.
pub(crate) fn frequencies<'a>(
    index: &'a Index,
    occurrences: &'a [Occurrence],
) -> impl Iterator<Item = (usize, f64)> + 'a {
    occurrences
        .chunk_by(|left, right| left.document == right.document)
        .map(|occurrences| {
            let document = occurrences[0].document;
            let by_field = occurrences.chunk_by(|left, right| left.field == right.field);
            let frequency = by_field.map(|occurrences| {
                let number = occurrences[0].field;
                let field = &index.fields[number];
                let length = index.documents[document].lengths[number] as f64;
                let norm = 1.0 - B + B * length / field.average_length;
                field.boost * occurrences.len() as f64 / norm
            });
            (document, frequency.sum())
        })
}

/// How much a term says that so many documents have. It is above zero, also for
/// a term that all of them have.
pub(crate) fn idf(index: &Index, documents: usize) -> f64 {
    let (all, having) = (index.len() as f64, documents as f64);
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}

/// How many documents are among the occurrences, which are in their order.
pub(crate) fn documents(occurrences: &[Occurrence]) -> usize {
    occurrences
        .chunk_by(|left, right| left.document == right.document)
        .count()
}

impl<'a> Found<'a> {
    fn new(text: &str, needed: bool) -> Self {
        Self {
            text: text.to_owned(),
            needed,
            alternatives: Vec::new(),
            used: Vec::new(),
        }
    }

    fn occurrences(&self) -> impl Iterator<Item = &Occurrence> {
        self.alternatives
            .iter()
            .flat_map(|alternative| alternative.occurrences.iter())
    }

    fn add(&mut self, index: &Index, weight: f64, occurrences: Cow<'a, [Occurrence]>) {
        if !occurrences.is_empty() {
            let idf = idf(index, documents(&occurrences));
            self.alternatives.push(Alternative {
                occurrences,
                weight,
                idf,
            });
        }
    }

    /// Adds what stands for a word that the index does not have.
    fn add_similar(&mut self, index: &'a Index, word: &str) {
        for similar in index.vocabulary.like(word, MAX_SIMILAR) {
            let certainty = match similar.likeness {
                Likeness::Edits(0 | 1) => 0.7,
                Likeness::Prefix => 0.5,
                Likeness::Edits(_) => 0.4,
            };
            let occurrences = index.occurrences(similar.term);
            self.add(index, certainty, Cow::Borrowed(occurrences));
            self.used.push(similar.word);
        }
    }
}

/// Where a clause is found. It is more than one if a word such as `rate-limitr`
/// is not found as a whole, so that its parts stand for it.
fn find<'a>(index: &'a Index, clause: &Clause) -> Vec<Found<'a>> {
    let mut found = Found::new(&clause.text, clause.phrase);
    found.add(index, 1.0, phrase(index, &clause.chunks));
    if clause.phrase || !found.alternatives.is_empty() {
        return vec![found];
    }
    let parts = clause.chunks.iter().flat_map(|chunk| &chunk.parts);
    let wholes = clause.chunks.iter().filter_map(Chunk::whole);
    match parts.clone().count() {
        1 => parts.for_each(|part| found.add_similar(index, &part.word)),
        _ => {
            wholes.for_each(|whole| found.add_similar(index, &whole));
            let telling = parts.filter(|part| says_something(&part.word));
            if found.alternatives.is_empty() && telling.clone().next().is_some() {
                return telling.map(|part| find_part(index, part)).collect();
            }
        }
    }
    vec![found]
}

/// Where a part of a word is found.
fn find_part<'a>(index: &'a Index, part: &Part) -> Found<'a> {
    let mut found = Found::new(&part.word, false);
    match index.term(&part.term()) {
        Some(term) => found.add(index, 1.0, Cow::Borrowed(index.occurrences(term))),
        None => found.add_similar(index, &part.word),
    }
    found
}

/// Where the chunks stand one after the other, in the order of the documents.
fn phrase<'a>(index: &'a Index, chunks: &[Chunk]) -> Cow<'a, [Occurrence]> {
    join(chunks.iter().map(|chunk| whole_or_parts(index, chunk)))
}

/// Where a chunk stands: without its joints, or as its parts in a row.
fn whole_or_parts<'a>(index: &'a Index, chunk: &Chunk) -> Cow<'a, [Occurrence]> {
    let single = |term: &str| match index.term(term) {
        Some(term) => Cow::Borrowed(index.occurrences(term)),
        None => Cow::Borrowed([].as_slice()),
    };
    let parts = join(chunk.parts.iter().map(|part| single(&part.term())));
    let Some(whole) = chunk.whole() else {
        return parts;
    };
    let whole = single(&stem(&whole));
    if whole.is_empty() {
        return parts;
    }
    // A chunk of the text is found both ways; the places are the same.
    let mut both = [whole, parts].concat();
    both.sort_unstable();
    both.dedup();
    Cow::Owned(both)
}

/// The places where one of the first sequence is followed by one of the second,
/// and so on. Each sequence is sorted, and so is the result.
fn join<'a>(mut sequences: impl Iterator<Item = Cow<'a, [Occurrence]>>) -> Cow<'a, [Occurrence]> {
    let Some(mut joined) = sequences.next() else {
        return Cow::Borrowed(&[]);
    };
    for sequence in sequences {
        if joined.is_empty() {
            break;
        }
        let place = |o: &Occurrence| (o.document, o.field, o.position);
        let mut longer = Vec::new();
        for before in joined.iter() {
            let wanted = (before.document, before.field, before.next);
            let first = sequence.partition_point(|after| place(after) < wanted);
            let after = sequence[first..]
                .iter()
                .take_while(|after| place(after) == wanted);
            longer.extend(after.map(|after| Occurrence {
                next: after.next,
                end: after.end,
                ..*before
            }));
        }
        longer.sort_unstable();
        longer.dedup();
        joined = Cow::Owned(longer);
    }
    joined
}

fn hit(index: &Index, found: &[Found<'_>], document: usize, score: f64) -> Hit {
    let mut terms = Vec::new();
    let mut places: Vec<Occurrence> = Vec::new();
    for found in found {
        let before = places.len();
        for alternative in &found.alternatives {
            let all = &alternative.occurrences;
            let start = all.partition_point(|o| o.document < document);
            let end = all.partition_point(|o| o.document <= document);
            places.extend_from_slice(&all[start..end]);
        }
        if places.len() > before && !terms.contains(&found.text) {
            terms.push(found.text.clone());
        }
    }
    Hit {
        document,
        score,
        terms,
        highlights: highlights(index, &places),
    }
}

/// The ranges of some places of one document, by field.
pub(crate) fn highlights(index: &Index, places: &[Occurrence]) -> Vec<Highlight> {
    let fields = index.fields.iter().enumerate();
    let highlights = fields.map(|(number, field)| {
        let places = places.iter().filter(|place| place.field == number);
        Highlight {
            field: field.name.clone(),
            ranges: merge(places.map(|o| o.start as usize..o.end as usize).collect()),
        }
    });
    highlights
        .filter(|highlight| !highlight.ranges.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Schema};

    fn index(fields: &[(&str, f64)], documents: &[&[(&str, &str)]]) -> Index {
        let mut builder = Index::builder();
        for (field, boost) in fields {
            builder = builder.field(*field, *boost).unwrap();
        }
        for document in documents {
            let texts = document.iter();
            let document = texts.fold(Document::new(), |d, (field, text)| d.text(*field, *text));
            builder.add(document).unwrap();
        }
        builder.build()
    }

    fn run(index: &Index, query: &str) -> Results {
        search(index, &Query::parse(query, &Schema::new()).unwrap(), 100)
    }

    #[track_caller]
    fn assert_close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-12, "{left} is not {right}");
    }

    #[test]
    fn bm25_of_one_field_by_hand() {
        // Three texts of 2, 4 and 3 words, so 3 on average. "dns" is in two of
        // them: idf = ln(1 + (3 - 2 + 0.5) / (2 + 0.5)) = ln 1.6.
        // Text 0: norm = 0.25 + 0.75 * 2/3 = 0.75, frequency = 1 / 0.75 = 4/3,
        //         score = ln 1.6 * (4/3 * 2.2) / (4/3 + 1.2) = ln 1.6 * 22/19.
        // Text 1: norm = 0.25 + 0.75 * 4/3 = 1.25, frequency = 2 / 1.25 = 1.6,
        //         score = ln 1.6 * (1.6 * 2.2) / (1.6 + 1.2) = ln 1.6 * 44/35.
        let texts: [&[(&str, &str)]; 3] = [
            &[("text", "dns outage")],
            &[("text", "dns or dns cache")],
            &[("text", "a power failure")],
        ];
        let results = run(&index(&[("text", 1.0)], &texts), "dns");
        assert_eq!(results.total, 2);
        assert_eq!(results.hits[0].document, 1);
        assert_close(results.hits[0].score, 1.6_f64.ln() * 44.0 / 35.0);
        assert_eq!(results.hits[1].document, 0);
        assert_close(results.hits[1].score, 1.6_f64.ln() * 22.0 / 19.0);
    }

    #[test]
    fn bm25f_of_two_fields_and_coordination_by_hand() {
        // "dns" is in one of two documents: idf = ln(1 + 1.5 / 1.5) = ln 2, and
        // so is "fire". In document 0, the title has 1 word and the titles have
        // 1 on average: norm 1, boost 3, so 3 / 1 = 3. The text has 3 words and
        // the texts have 2 on average: norm = 0.25 + 0.75 * 1.5 = 1.375, so
        // 1 / 1.375 = 8/11. Together 41/11, and document 0 has one of two words
        // that weigh the same: score = ln 2 * (41/11 * 2.2) / (41/11 + 1.2) * (1/2)^2.
        let texts: [&[(&str, &str)]; 2] = [
            &[("title", "dns"), ("text", "a dns outage")],
            &[("title", "fire"), ("text", "power")],
        ];
        let results = run(&index(&[("title", 3.0), ("text", 1.0)], &texts), "dns fire");
        let frequency = 41.0 / 11.0;
        let score = 2_f64.ln() * frequency * 2.2 / (frequency + 1.2) / 4.0;
        assert_eq!(results.hits[0].document, 0);
        assert_close(results.hits[0].score, score);
    }

    #[test]
    fn more_of_the_words_are_better_than_more_of_one() {
        let texts: [&[(&str, &str)]; 3] = [
            &[("text", "dns dns dns dns dns")],
            &[(
                "text",
                "a long text about a storm of retries that a dns outage caused",
            )],
            &[("text", "the retry")],
        ];
        let results = run(&index(&[("text", 1.0)], &texts), "the dns retry storm");
        let order: Vec<usize> = results.hits.iter().map(|hit| hit.document).collect();
        assert_eq!(order[0], 1);
        assert_eq!(results.hits[0].terms, ["dns", "retry", "storm"]);
    }

    #[test]
    fn phrases_must_stand_as_they_are() {
        let texts: [&[(&str, &str)]; 4] = [
            &[("text", "the brain was split")],
            &[("text", "a split-brain, and split brains")],
            &[("text", "split"), ("title", "brain")],
            &[("text", "a splitbrain")],
        ];
        let index = index(&[("title", 1.0), ("text", 1.0)], &texts);
        let documents = |query: &str| -> Vec<usize> {
            run(&index, query)
                .hits
                .iter()
                .map(|hit| hit.document)
                .collect()
        };
        assert_eq!(documents("\"split brain\""), [1]);
        assert_eq!(documents("the \"split brain\""), [1]);
        assert_eq!(documents("\"a split-brain\""), [3, 1]);
        assert_eq!(documents("\"brain dead\" split"), Vec::<usize>::new());
        assert_eq!(run(&index, "\"brain dead\"").unknown, ["brain dead"]);
        let hits = run(&index, "\"split brain\"").hits;
        assert_eq!(hits[0].ranges("text"), [2..13, 19..31]);
        assert_eq!(documents("-brain"), [3]);
        assert_eq!(documents("split -\"split brain\""), [2, 0]);
        // Words in quotes are not corrected.
        assert_eq!(documents("\"brian\""), Vec::<usize>::new());
    }

    #[test]
    fn wholes_and_parts_are_found() {
        let texts: [&[(&str, &str)]; 5] = [
            &[("text", "an east wind")],
            &[("text", "down in us-east-1 for hours, and in the east")],
            &[("text", "US East 1")],
            &[("text", "TLS 1.3 and S3 failover")],
            &[("text", "the us-east-2 region")],
        ];
        let index = index(&[("text", 1.0)], &texts);
        let documents = |query: &str| -> Vec<usize> {
            run(&index, query)
                .hits
                .iter()
                .map(|hit| hit.document)
                .collect()
        };
        assert_eq!(documents("us-east-1"), [2, 1]);
        assert_eq!(documents("us-east"), [2, 4, 1]);
        let mut east = documents("east");
        east.sort_unstable();
        assert_eq!(east, [0, 1, 2, 4]);
        assert_eq!(documents("useast1"), [1]);
        for query in ["tls1.3", "tls13", "TLS", "s3", "fail-over"] {
            assert_eq!(documents(query)[0], 3, "{query}");
        }
        // "s3" has a digit, so "s2" is no misspelling of it.
        assert_eq!(documents("s2"), Vec::<usize>::new());
        let hit = &run(&index, "us-east-1").hits[1];
        assert_eq!(hit.ranges("text").first(), Some(&(8..17)));
        assert_eq!(hit.ranges("text").len(), 1);
        // Nothing has the whole of these, so their parts are looked for.
        let results = run(&index, "us-east-9 us-esat-1");
        assert_eq!(results.corrections[0].used, ["east"]);
        assert_eq!(results.total, 4);
        assert_eq!(run(&index, "s3-failovers").hits[0].terms, ["s3-failovers"]);
        assert_eq!(run(&index, "failover-s3").hits[0].terms, ["failover", "s3"]);
        // Numbers on their own say nothing.
        assert_eq!(run(&index, "9.9").unknown, ["9.9"]);
    }

    #[test]
    fn unknown_words_find_similar_ones() {
        let texts: [&[(&str, &str)]; 4] = [
            &[("text", "certificate rotation")],
            &[("text", "retry storm")],
            &[("text", "latency of the replication")],
            &[("text", "replica lag")],
        ];
        let index = index(&[("text", 1.0)], &texts);
        for (query, term, used, document) in [
            ("retyr", "retyr", vec!["retry"], 1),
            ("Certifcate", "certifcate", vec!["certificate"], 0),
            ("certifcat", "certifcat", vec!["certificate"], 0),
            ("latancies", "latancies", vec![], 2),
            ("replicatoin", "replicatoin", vec!["replication"], 2),
            ("repli", "repli", vec!["replica", "replication"], 3),
        ] {
            let results = run(&index, query);
            if used.is_empty() {
                // Four edits from "latency": nothing is found, and it says so.
                assert_eq!(results.unknown, [term]);
                assert_eq!(results.total, 0);
                continue;
            }
            assert_eq!(results.corrections[0].term, term, "{query}");
            assert_eq!(results.corrections[0].used, used, "{query}");
            assert_eq!(results.hits[0].document, document, "{query}");
            assert_eq!(results.hits[0].terms, [term], "{query}");
        }
        // A known word is never corrected.
        assert!(run(&index, "retry").corrections.is_empty());
        assert!(run(&index, "retries").corrections.is_empty());
    }

    #[test]
    fn exact_matches_are_better_than_corrected_ones() {
        let texts: [&[(&str, &str)]; 3] = [
            &[("text", "cached")],
            &[("text", "cache-aside")],
            &[("text", "crash")],
        ];
        let index = index(&[("text", 1.0)], &texts);
        let results = run(&index, "crash cacge");
        assert_eq!(results.hits[0].document, 2);
        assert_eq!(results.total, 3);
        // The corrected word counts as one that the document has.
        let texts: [&[(&str, &str)]; 3] = [
            &[("text", "lag lag lag")],
            &[(
                "text",
                "some replication here and some lag there and in the end much more text",
            )],
            &[("text", "replication")],
        ];
        let index = self::index(&[("text", 1.0)], &texts);
        assert_eq!(run(&index, "replicatoin lag").hits[0].document, 1);
    }

    #[test]
    fn similar_words_count_a_fraction() {
        let index = index(&[("text", 1.0)], &[&[("text", "the replication")]]);
        let score = |query: &str| run(&index, query).hits[0].score;
        let exact = score("replication");
        assert_close(score("replicatoin"), 0.7 * exact);
        assert_close(score("repli"), 0.5 * exact);
        assert_close(score("replicatoix"), 0.4 * exact);
    }

    #[test]
    fn corrects_joined_words() {
        let texts: [&[(&str, &str)]; 2] = [&[("text", "a fail-over test")], &[("text", "other")]];
        let index = index(&[("text", 1.0)], &texts);
        for query in ["failovr", "fail-ovr"] {
            let results = run(&index, query);
            assert_eq!(results.hits[0].document, 0, "{query}");
            assert_eq!(results.corrections[0].used, ["failover"], "{query}");
        }
    }

    #[test]
    fn ties_keep_the_order_and_the_limit_cuts() {
        let texts: [&[(&str, &str)]; 3] =
            [&[("text", "dns")], &[("text", "dns")], &[("text", "dns")]];
        let index = index(&[("text", 1.0)], &texts);
        let query = Query::parse("dns", &Schema::new()).unwrap();
        let results = search(&index, &query, 2);
        assert_eq!(results.total, 3);
        let order: Vec<usize> = results.hits.iter().map(|hit| hit.document).collect();
        assert_eq!(order, [0, 1]);
        assert_eq!(search(&index, &query, 0).total, 3);
        let everything = search(&index, &Query::parse("", &Schema::new()).unwrap(), 2);
        assert_eq!((everything.total, everything.hits.len()), (3, 2));
    }

    #[test]
    fn an_empty_index_has_no_hits() {
        let index = Index::builder().build();
        for query in ["", "dns", "\"a b\"", "-dns", "us-east-1"] {
            assert_eq!(run(&index, query).total, 0, "{query}");
        }
    }
}
