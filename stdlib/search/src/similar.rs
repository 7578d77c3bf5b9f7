//! Finds documents that are like a document.

use crate::index::{Index, Keywords, Occurrence};
use crate::rank::{documents, frequencies, highlights, idf};
use crate::results::Hit;
use crate::token::says_something;

/// The weight of the shared keywords next to that of the texts.
const KEYWORD_SHARE: f64 = 0.3;

/// How many shared terms a hit names at most.
const SHOWN_TERMS: usize = 8;

/// The least weight of a term that is named, next to the one that weighs most.
const SHOWN_SHARE: f64 = 0.1;

/// The TF-IDF weights of the terms of each document, as vectors of length 1.
pub(crate) fn weights(index: &Index) -> Vec<Vec<(usize, f64)>> {
    let mut weights: Vec<Vec<(usize, f64)>> = vec![Vec::new(); index.len()];
    for (term, occurrences) in index.postings.iter().enumerate() {
        if !says_something(&index.shown[term]) {
            continue;
        }
        let idf = idf(index, documents(occurrences));
        for (document, frequency) in frequencies(index, occurrences) {
            weights[document].push((term, frequency.ln_1p() * idf));
        }
    }
    for weights in &mut weights {
        let length = weights
            .iter()
            .map(|(_, weight)| weight * weight)
            .sum::<f64>()
            .sqrt();
        if length > 0.0 {
            weights.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
    }
    weights
}

/// The documents most like an existing one, without itself.
pub(crate) fn similar(index: &Index, document: usize, limit: usize) -> Vec<Hit> {
    let Some(own) = index.weights.get(document) else {
        return Vec::new();
    };
    let mut by_term = vec![0.0; index.postings.len()];
    for &(term, weight) in own {
        by_term[term] = weight;
    }
    let keywords = shared_keywords(index, document);
    let mut scored: Vec<(usize, f64)> = Vec::new();
    for (other, weights) in index.weights.iter().enumerate() {
        let cosine: f64 = weights
            .iter()
            .map(|&(term, weight)| weight * by_term[term])
            .sum();
        // Rounding may leave the cosine of equal texts a little above 1.
        let text = (1.0 - KEYWORD_SHARE) * cosine.min(1.0);
        let score = text + KEYWORD_SHARE * keywords[other];
        if other != document && score > 0.0 {
            scored.push((other, score));
        }
    }
    // The sort is stable, so equal scores stay in the order of the documents.
    scored.sort_by(|left, right| right.1.total_cmp(&left.1));
    scored.truncate(limit);
    let hits = scored.into_iter().map(|(other, score)| {
        let mut shared: Vec<(usize, f64)> = index.weights[other]
            .iter()
            .map(|&(term, weight)| (term, weight * by_term[term]))
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        shared.sort_by(|left, right| right.1.total_cmp(&left.1));
        shared.truncate(SHOWN_TERMS);
        let most = shared.first().map_or(0.0, |(_, weight)| *weight);
        shared.retain(|(_, weight)| *weight >= SHOWN_SHARE * most);
        let places: Vec<Occurrence> = shared
            .iter()
            .flat_map(|&(term, _)| {
                let all = index.occurrences(term);
                let start = all.partition_point(|place| place.document < other);
                let end = all.partition_point(|place| place.document <= other);
                &all[start..end]
            })
            .copied()
            .collect();
        Hit {
            document: other,
            score,
            terms: shared
                .iter()
                .map(|&(term, _)| index.shown[term].clone())
                .collect(),
            highlights: highlights(index, &places),
        }
    });
    hits.collect()
}

/// The cosine of the keywords of a document and of each other one, where rare
/// keywords weigh more.
fn shared_keywords(index: &Index, document: usize) -> Vec<f64> {
    let mut shared = vec![0.0; index.len()];
    let mut lengths = vec![0.0; index.len()];
    for keywords in index.keywords.values() {
        let own = keywords
            .documents
            .get(document)
            .map_or(&[][..], Vec::as_slice);
        for (other, values) in keywords.documents.iter().enumerate() {
            for value in values {
                let weight = keyword_weight(index, keywords, *value);
                lengths[other] += weight;
                if own.contains(value) {
                    shared[other] += weight;
                }
            }
        }
    }
    let own = lengths[document];
    let cosines = shared.into_iter().zip(lengths).map(|(shared, length)| {
        let product: f64 = own * length;
        // No weights at all give no cosine; without a share there is none either.
        if product > 0.0 {
            (shared / product.sqrt()).min(1.0)
        } else {
            0.0
        }
    });
    cosines.collect()
}

/// The weight of a keyword. One that no other document has, such as an
/// identifier, cannot be shared and has none.
fn keyword_weight(index: &Index, keywords: &Keywords, value: usize) -> f64 {
    match keywords.values.get(value) {
        Some(&(_, count)) if count > 1 => idf(index, count),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Document, Index};

    fn builder() -> crate::IndexBuilder {
        let builder = Index::builder().field("title", 2.0);
        builder
            .and_then(|builder| builder.field("text", 1.0))
            .unwrap()
    }

    #[test]
    fn like_documents_come_first_and_never_the_document_itself() {
        let mut builder = builder();
        for (title, text) in [
            ("DNS outage", "A wrong record took the resolver down."),
            ("Fire", "The building lost power in the night."),
            ("DNS failure", "The resolvers served a wrong record."),
            ("Power loss", "A building in the city lost power."),
        ] {
            builder
                .add(Document::new().text("title", title).text("text", text))
                .unwrap();
        }
        let index = builder.build();
        let first = |document| index.similar(document, 10).unwrap()[0].document;
        assert_eq!([0, 1, 2, 3].map(first), [2, 3, 0, 1]);
        for document in 0..4 {
            let hits = index.similar(document, 10).unwrap();
            assert!(hits.iter().all(|hit| hit.document != document));
            assert!(hits.iter().all(|hit| hit.score > 0.0 && hit.score <= 1.0));
            assert_eq!(index.similar(document, 1).unwrap().len(), 1);
        }
        let hit = &index.similar(0, 1).unwrap()[0];
        assert!(hit.terms.contains(&"dns".to_owned()));
        assert_eq!(hit.ranges("title").first(), Some(&(0..3)));
    }

    #[test]
    fn shared_keywords_decide_between_equal_texts() {
        let mut builder = builder();
        for (id, cause) in [("a", "dns"), ("b", "power"), ("c", "dns"), ("d", "power")] {
            let document = Document::new().text("title", "outage");
            builder
                .add(document.keyword("id", id).keyword("cause", cause))
                .unwrap();
        }
        let index = builder.build();
        let hits = index.similar(1, 10).unwrap();
        let order: Vec<usize> = hits.iter().map(|hit| hit.document).collect();
        assert_eq!(order, [3, 0, 2]);
        // Equal texts, and equal keywords but for the identifiers: 0.7 + 0.3.
        assert!((hits[0].score - 1.0).abs() < 1e-12);
        assert!((hits[1].score - 0.7).abs() < 1e-12);
    }

    #[test]
    fn documents_without_anything_in_common_are_left_out() {
        let mut builder = builder();
        for title in ["fire", "flood", "", "1 2 3"] {
            builder.add(Document::new().text("title", title)).unwrap();
        }
        let index = builder.build();
        for document in 0..4 {
            assert!(index.similar(document, 10).unwrap().is_empty());
        }
        assert_eq!(
            index.similar(4, 10).unwrap_err().to_string(),
            "there is no document 4: the index has 4, numbered from 0",
        );
    }
}
