//! Builds an index from documents.

use std::collections::{BTreeMap, HashMap};

use crate::document::Document;
use crate::error::IndexError;
use crate::fuzzy::{Vocabulary, near};
use crate::index::{Field, Index, Keywords, Occurrence, Stored};
use crate::similar;
use crate::stem::stem;
use crate::token::{chunks, normalise};

/// The smallest and the largest boost. Within them no score can overflow.
const BOOSTS: (f64, f64) = (0.001, 1_000.0);

/// The longest text of a field in bytes, so that places fit into 32 bits.
const MAX_TEXT: usize = 16 << 20;

/// An [`Index`] in the making.
///
/// ```
/// use lightcone_search::{Document, Index};
/// let mut builder = Index::builder().field("title", 3.0)?.field("text", 1.0)?;
/// let number = builder.add(Document::new().text("title", "A fire").keyword("cause", "power"))?;
/// assert_eq!(number, 0);
/// let index = builder.build();
/// # assert_eq!(index.len(), 1);
/// # Ok::<(), lightcone_search::IndexError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct IndexBuilder {
    fields: Vec<(String, f64)>,
    documents: Vec<Document>,
}

impl IndexBuilder {
    /// Declares a text field. A match in a field with boost 3 counts as three
    /// matches in one with boost 1.
    ///
    /// # Errors
    ///
    /// [`IndexError::DuplicateField`] if it is there already;
    /// [`IndexError::BadBoost`] if the boost is not between 0.001 and 1000.
    ///
    /// ```
    /// use lightcone_search::Index;
    /// let error = Index::builder().field("title", 0.0).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the boost of `title` is 0, but must be between 0.001 and 1000: 1 is ordinary text",
    /// );
    /// ```
    pub fn field(mut self, name: impl Into<String>, boost: f64) -> Result<Self, IndexError> {
        let field = name.into();
        let (low, high) = BOOSTS;
        if self.fields.iter().any(|(known, _)| *known == field) {
            return Err(IndexError::DuplicateField { field });
        }
        if !(low..=high).contains(&boost) {
            return Err(IndexError::BadBoost {
                field,
                boost,
                low,
                high,
            });
        }
        self.fields.push((field, boost));
        Ok(self)
    }

    /// Adds a document and returns its number. A document that is refused
    /// leaves the builder as it was.
    ///
    /// # Errors
    ///
    /// [`IndexError::UnknownField`] if it has text for a field that was not
    /// declared, [`IndexError::TextTooLong`] if a text has more than 16 MiB, and
    /// [`IndexError::NotFinite`] if a number or instant is NaN or infinite.
    ///
    /// ```
    /// use lightcone_search::{Document, Index};
    /// let mut builder = Index::builder();
    /// assert_eq!(builder.add(Document::new().number("users", 5.0))?, 0);
    /// assert!(builder.add(Document::new().number("users", f64::NAN)).is_err());
    /// # Ok::<(), lightcone_search::IndexError>(())
    /// ```
    pub fn add(&mut self, document: Document) -> Result<usize, IndexError> {
        let mut lengths: HashMap<&str, usize> = HashMap::new();
        for (field, text) in &document.texts {
            if !self.fields.iter().any(|(known, _)| known == field) {
                let known: Vec<String> = self.fields.iter().map(|(name, _)| name.clone()).collect();
                return Err(IndexError::UnknownField {
                    near: near(field, known.iter().map(String::as_str)),
                    field: field.clone(),
                    known,
                });
            }
            let bytes = lengths.entry(field).or_default();
            *bytes += text.len() + 1;
            if *bytes > MAX_TEXT {
                return Err(IndexError::TextTooLong {
                    field: field.clone(),
                    bytes: *bytes - 1,
                    limit: MAX_TEXT,
                });
            }
        }
        let mut values = document.numbers.iter().chain(&document.instants);
        if let Some((attribute, value)) = values.find(|(_, value)| !value.is_finite()) {
            return Err(IndexError::NotFinite {
                attribute: attribute.clone(),
                value: *value,
            });
        }
        self.documents.push(document);
        Ok(self.documents.len() - 1)
    }

    /// Builds the index. It takes some tens of milliseconds for a megabyte.
    ///
    /// ```
    /// assert!(lightcone_search::Index::builder().build().is_empty());
    /// ```
    #[must_use]
    pub fn build(self) -> Index {
        let count = self.documents.len();
        let mut index = Index {
            fields: self
                .fields
                .into_iter()
                .map(|(name, boost)| Field {
                    name,
                    boost,
                    average_length: 0.0,
                })
                .collect(),
            documents: Vec::with_capacity(count),
            terms: HashMap::new(),
            postings: Vec::new(),
            shown: Vec::new(),
            vocabulary: Vocabulary::default(),
            keywords: BTreeMap::new(),
            numbers: BTreeMap::new(),
            instants: BTreeMap::new(),
            weights: Vec::new(),
        };
        let mut words = HashMap::new();
        for (number, document) in self.documents.into_iter().enumerate() {
            index.add_attributes(number, count, &document);
            index.add_texts(number, document.texts, &mut words);
        }
        for (number, field) in index.fields.iter_mut().enumerate() {
            let lengths = index
                .documents
                .iter()
                .map(|document| document.lengths[number]);
            let texts = lengths.clone().filter(|&length| length > 0).count();
            if texts > 0 {
                field.average_length = lengths.sum::<usize>() as f64 / texts as f64;
            }
        }
        index.name_terms(words);
        index.weights = similar::weights(&index);
        index
    }
}

/// The words of the texts: the term of each, and how often it is there.
type Words = HashMap<String, (usize, usize)>;

impl Index {
    fn add_attributes(&mut self, number: usize, count: usize, document: &Document) {
        for (attribute, value) in &document.keywords {
            if !self.keywords.contains_key(attribute) {
                let mut keywords = Keywords::default();
                keywords.documents.resize(count, Vec::new());
                self.keywords.insert(attribute.clone(), keywords);
            }
            if let Some(keywords) = self.keywords.get_mut(attribute) {
                keywords.add(number, value);
            }
        }
        for (columns, values) in [
            (&mut self.numbers, &document.numbers),
            (&mut self.instants, &document.instants),
        ] {
            for (attribute, value) in values {
                let column = columns.entry(attribute.clone());
                column.or_insert_with(|| vec![None; count])[number] = Some(*value);
            }
        }
    }

    fn add_texts(&mut self, document: usize, texts: Vec<(String, String)>, words: &mut Words) {
        let mut stored = Stored {
            texts: vec![String::new(); self.fields.len()],
            lengths: vec![0; self.fields.len()],
        };
        for (name, text) in texts {
            let field = self.fields.iter().position(|field| field.name == name);
            if let Some(all) = field.and_then(|field| stored.texts.get_mut(field)) {
                if !all.is_empty() {
                    all.push('\n');
                }
                all.push_str(&text);
            }
        }
        for field in 0..self.fields.len() {
            stored.lengths[field] = self.add_text(document, field, &stored.texts[field], words);
        }
        self.documents.push(stored);
    }

    /// Indexes a text and returns its length in words. A word is at least a
    /// byte, so with texts up to [`MAX_TEXT`] every number here fits.
    fn add_text(&mut self, document: usize, field: usize, text: &str, words: &mut Words) -> usize {
        let mut position: u32 = 0;
        for chunk in chunks(text) {
            let begin = position;
            let range = chunk.range();
            let whole = chunk.whole();
            let first = chunk.parts.first().map(|part| part.term());
            for part in chunk.parts {
                let occurrence = Occurrence {
                    document,
                    field,
                    position,
                    next: position + 1,
                    start: part.range.start as u32,
                    end: part.range.end as u32,
                };
                position += 1;
                self.add_word(part.word, occurrence, words);
            }
            // "retry-ing" has the same stem as its first part; once is enough.
            if let Some(whole) = whole
                && first.is_none_or(|first| stem(&whole) != first)
            {
                let occurrence = Occurrence {
                    document,
                    field,
                    position: begin,
                    next: position,
                    start: range.start as u32,
                    end: range.end as u32,
                };
                self.add_word(whole, occurrence, words);
            }
        }
        position as usize
    }

    fn add_word(&mut self, word: String, occurrence: Occurrence, words: &mut Words) {
        let term = match words.get_mut(&word) {
            Some((term, count)) => {
                *count += 1;
                *term
            }
            None => {
                let next = self.postings.len();
                let term = *self.terms.entry(stem(&word)).or_insert(next);
                if term == next {
                    self.postings.push(Vec::new());
                }
                words.insert(word, (term, 1));
                term
            }
        };
        self.postings[term].push(occurrence);
    }

    /// Sorts the postings, finds how each term is most often written, and makes
    /// the vocabulary.
    fn name_terms(&mut self, words: Words) {
        for occurrences in &mut self.postings {
            // A whole is added after its parts, but stands where the first does.
            occurrences.sort_unstable();
        }
        let mut words: Vec<(String, (usize, usize))> = words.into_iter().collect();
        // The order of a hash map is not the same in every run.
        words.sort_unstable();
        let mut most = vec![0; self.postings.len()];
        self.shown = vec![String::new(); self.postings.len()];
        for (word, (term, count)) in &words {
            if *count > most[*term] {
                most[*term] = *count;
                self.shown[*term].clone_from(word);
            }
        }
        let words = words.into_iter();
        self.vocabulary = Vocabulary::new(words.map(|(word, (term, count))| (word, term, count)));
    }
}

impl Keywords {
    fn add(&mut self, document: usize, value: &str) {
        let next = self.values.len();
        let number = *self.numbers.entry(normalise(value)).or_insert(next);
        if number == next {
            self.values.push((value.trim().to_owned(), 0));
        }
        if let Some(values) = self.documents.get_mut(document)
            && !values.contains(&number)
        {
            values.push(number);
            self.values[number].1 += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_bytes_of_terms() {
        let mut builder = Index::builder().field("text", 1.0).unwrap();
        builder
            .add(Document::new().text("text", "A fail-over in us-east-1"))
            .unwrap();
        let index = builder.build();
        let places = |term: &str| -> Vec<(u32, u32, u32, u32)> {
            let occurrences = index.occurrences(index.term(term).unwrap()).iter();
            occurrences
                .map(|o| (o.position, o.next, o.start, o.end))
                .collect()
        };
        assert_eq!(places("fail"), [(1, 2, 2, 6)]);
        assert_eq!(places("over"), [(2, 3, 7, 11)]);
        assert_eq!(places("failover"), [(1, 3, 2, 11)]);
        assert_eq!(places("useast1"), [(4, 7, 15, 24)]);
        assert_eq!(index.documents[0].lengths, [7]);
    }

    #[test]
    fn a_whole_with_the_stem_of_its_first_part_counts_once() {
        let mut builder = Index::builder().field("text", 1.0).unwrap();
        builder
            .add(Document::new().text("text", "retry-ing"))
            .unwrap();
        let index = builder.build();
        assert_eq!(index.occurrences(index.term("retry").unwrap()).len(), 1);
    }

    #[test]
    fn a_refused_document_leaves_no_trace() {
        let mut builder = Index::builder().field("text", 1.0).unwrap();
        let bad = Document::new()
            .text("text", "kept out")
            .seconds("start", f64::INFINITY);
        assert_eq!(
            builder.add(bad).unwrap_err().to_string(),
            "`start` is inf, but must be finite: leave the attribute out if it is unknown",
        );
        let long = Document::new().text("text", "x".repeat(MAX_TEXT + 1));
        assert_eq!(
            builder.add(long).unwrap_err().to_string(),
            "the text of `text` has 16777217 bytes, but at most 16777216 are indexed: split the \
             document",
        );
        assert!(builder.build().is_empty());
    }

    #[test]
    fn fields_are_declared_once() {
        let builder = Index::builder().field("text", 1.0).unwrap();
        assert_eq!(
            builder.clone().field("text", 2.0).unwrap_err().to_string(),
            "the field `text` is declared twice: leave one out",
        );
        for boost in [-1.0, 0.0, 1e9, f64::NAN, f64::INFINITY] {
            assert!(builder.clone().field("title", boost).is_err(), "{boost}");
        }
    }
}
