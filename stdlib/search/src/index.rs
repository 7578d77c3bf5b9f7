//! The index: where each term stands in each document, and the attributes of
//! the documents.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::builder::IndexBuilder;
use crate::error::IndexError;
use crate::filter::{Condition, Interval, Test};
use crate::fuzzy::Vocabulary;
use crate::highlight::{Snippet, snippet};
use crate::query::Query;
use crate::rank;
use crate::results::{Hit, Results};
use crate::similar;

/// A ranked full-text index over documents with fields and attributes.
///
/// It is built once and then only read; it holds the texts too. Documents are
/// numbered from 0 in the order in which they were added.
///
/// ```
/// use lightcone_search::{Document, Index, Query, Schema};
///
/// let mut builder = Index::builder().field("title", 3.0)?.field("summary", 1.0)?;
/// builder.add(
///     Document::new()
///         .text("title", "DNS outage")
///         .text("summary", "A wrong record was published."),
/// )?;
/// builder.add(
///     Document::new()
///         .text("title", "Retry storm")
///         .text("summary", "Clients kept retrying while DNS was down."),
/// )?;
/// let index = builder.build();
///
/// let results = index.search(&Query::parse("dns retries", &Schema::new())?, 10);
/// assert_eq!(results.total, 2);
/// assert_eq!(results.hits[0].document, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Index {
    pub(crate) fields: Vec<Field>,
    pub(crate) documents: Vec<Stored>,
    /// The number of each term.
    pub(crate) terms: HashMap<String, usize>,
    /// By the number of the term, in the order of documents, fields, positions.
    pub(crate) postings: Vec<Vec<Occurrence>>,
    /// By the number of the term: how it is most often written.
    pub(crate) shown: Vec<String>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) keywords: BTreeMap<String, Keywords>,
    pub(crate) numbers: BTreeMap<String, Vec<Option<f64>>>,
    /// In seconds since 1970.
    pub(crate) instants: BTreeMap<String, Vec<Option<f64>>>,
    /// By document: the weights of its terms, of length 1 together.
    pub(crate) weights: Vec<Vec<(usize, f64)>>,
}

/// A named text of the documents.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) boost: f64,
    /// In words, over the documents that have text in the field.
    pub(crate) average_length: f64,
}

/// What is kept of a document, by the number of the field.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) texts: Vec<String>,
    /// In words.
    pub(crate) lengths: Vec<usize>,
}

/// One place where a term or a phrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Occurrence {
    pub(crate) document: usize,
    pub(crate) field: usize,
    /// The number of the word in the field.
    pub(crate) position: u32,
    /// The number of the word after it.
    pub(crate) next: u32,
    /// Its bytes in the text.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The values of a keyword attribute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keywords {
    /// The number of each normalised value.
    pub(crate) numbers: HashMap<String, usize>,
    /// By number: as first written, and how many documents have it.
    pub(crate) values: Vec<(String, usize)>,
    /// By document: the numbers of its values.
    pub(crate) documents: Vec<Vec<usize>>,
}

impl Index {
    /// Begins an index: declare its fields, add documents, build.
    ///
    /// ```
    /// use lightcone_search::{Document, Index};
    /// let mut builder = Index::builder().field("title", 1.0)?;
    /// builder.add(Document::new().text("title", "A fire"))?;
    /// assert_eq!(builder.build().len(), 1);
    /// # Ok::<(), lightcone_search::IndexError>(())
    /// ```
    #[must_use]
    pub fn builder() -> IndexBuilder {
        IndexBuilder::default()
    }

    /// How many documents there are.
    ///
    /// ```
    /// assert_eq!(lightcone_search::Index::builder().build().len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there are no documents.
    ///
    /// ```
    /// assert!(lightcone_search::Index::builder().build().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The text of a field of a document, or `None` if there is no such field
    /// or document. A document without text for the field has an empty one.
    ///
    /// ```
    /// use lightcone_search::{Document, Index};
    /// let mut builder = Index::builder().field("title", 1.0)?;
    /// builder.add(Document::new().text("title", "A fire"))?;
    /// let index = builder.build();
    /// assert_eq!(index.text(0, "title"), Some("A fire"));
    /// assert_eq!(index.text(1, "title"), None);
    /// # Ok::<(), lightcone_search::IndexError>(())
    /// ```
    #[must_use]
    pub fn text(&self, document: usize, field: &str) -> Option<&str> {
        let field = self.fields.iter().position(|known| known.name == field)?;
        Some(self.documents.get(document)?.texts.get(field)?)
    }

    /// The values of a keyword attribute and how many documents have each, the
    /// most frequent first; empty if no document has the attribute.
    ///
    /// It makes the vocabulary of a [`Filter::one_of`](crate::Filter::one_of),
    /// or the counts beside a list of filters.
    ///
    /// ```
    /// use lightcone_search::{Document, Index};
    /// let mut builder = Index::builder();
    /// for cause in ["dns", "power", "DNS"] {
    ///     builder.add(Document::new().keyword("cause", cause))?;
    /// }
    /// assert_eq!(builder.build().keywords("cause"), [("dns", 2), ("power", 1)]);
    /// # Ok::<(), lightcone_search::IndexError>(())
    /// ```
    #[must_use]
    pub fn keywords(&self, attribute: &str) -> Vec<(&str, usize)> {
        let Some(keywords) = self.keywords.get(attribute) else {
            return Vec::new();
        };
        let values = keywords.values.iter();
        let mut values: Vec<(&str, usize)> = values.map(|(v, count)| (&**v, *count)).collect();
        values.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
        values
    }

    /// Finds the documents of a query, the best first and at most `limit`.
    ///
    /// Words are scored by BM25F (k1 = 1.2, b = 0.75, with the boosts of the
    /// fields), where a field's length is compared with its average over the
    /// documents that have it. The sum is multiplied by the square of the share
    /// of the query that the document has, in which rare words count for more. So
    /// documents with more of the words come first, and words such as "the"
    /// change little.
    /// A query without words gives all documents that pass its filters and
    /// exclusions, with score 0, in their order.
    ///
    /// A word that the index does not have stands for similar ones, with a
    /// fraction of their score: 0.7 for one edit, 0.5 for words that begin with
    /// it, 0.4 for two edits. Words of 4 to 7 letters may have one edit and longer
    /// ones two, words with digits none; three characters are enough for a
    /// beginning. [`Results::corrections`] names what was used.
    ///
    /// ```
    /// use lightcone_search::{Document, Index, Query, Schema};
    ///
    /// let mut builder = Index::builder().field("title", 1.0)?;
    /// builder.add(Document::new().text("title", "Retry storm in us-east-1"))?;
    /// let index = builder.build();
    ///
    /// let results = index.search(&Query::parse("retyr us-east", &Schema::new())?, 10);
    /// assert_eq!(results.corrections[0].used, ["retry"]);
    /// assert_eq!(results.hits[0].ranges("title"), [0..5, 15..22]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn search(&self, query: &Query, limit: usize) -> Results {
        rank::search(self, query, limit)
    }

    /// The documents most like one of the index, the best first, at most
    /// `limit`, and never the document itself.
    ///
    /// Seven tenths of the score are the cosine of the two texts, whose terms
    /// weigh by TF-IDF and boost; three tenths are the share of keywords, of all
    /// attributes, that both have. So a score is between 0 and 1. The terms and
    /// ranges of a hit are the shared words that weigh most.
    ///
    /// # Errors
    ///
    /// [`IndexError::UnknownDocument`] if there is no such document.
    ///
    /// ```
    /// use lightcone_search::{Document, Index};
    /// let mut builder = Index::builder().field("title", 1.0)?;
    /// for title in ["A fire in Paris", "A wrong DNS record", "The fire in Seoul"] {
    ///     builder.add(Document::new().text("title", title))?;
    /// }
    /// let index = builder.build();
    /// let similar = index.similar(0, 5)?;
    /// assert_eq!(similar[0].document, 2);
    /// assert_eq!(similar[0].terms, ["fire", "in"]);
    /// assert!(index.similar(3, 5).is_err());
    /// # Ok::<(), lightcone_search::IndexError>(())
    /// ```
    pub fn similar(&self, document: usize, limit: usize) -> Result<Vec<Hit>, IndexError> {
        if document >= self.len() {
            return Err(IndexError::UnknownDocument {
                document,
                documents: self.len(),
            });
        }
        Ok(similar::similar(self, document, limit))
    }

    /// A short piece of a field's text around the best matches of a hit, about
    /// `around` characters to either side of their middle.
    ///
    /// It is where most different words of the query stand together. Without a
    /// match it is the beginning of the text. `None` if the index has no such
    /// document or field, or no text there.
    ///
    /// ```
    /// use lightcone_search::{Document, Index, Query, Schema};
    ///
    /// let mut builder = Index::builder().field("text", 1.0)?;
    /// let text = "The change was tested. It then removed the DNS records of all regions.";
    /// builder.add(Document::new().text("text", text))?;
    /// let index = builder.build();
    ///
    /// let results = index.search(&Query::parse("dns record", &Schema::new())?, 1);
    /// let snippet = index.snippet(&results.hits[0], "text", 18).unwrap();
    /// assert_eq!(snippet.to_string(), "… removed the DNS records of all …");
    /// assert_eq!(&snippet.text[snippet.ranges[0].clone()], "DNS");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn snippet(&self, hit: &Hit, field: &str, around: usize) -> Option<Snippet> {
        let text = self.text(hit.document, field)?;
        snippet(text, hit.ranges(field), around)
    }

    /// The number of a term, if any document has it.
    pub(crate) fn term(&self, term: &str) -> Option<usize> {
        self.terms.get(term).copied()
    }

    /// Where a term stands.
    pub(crate) fn occurrences(&self, term: usize) -> &[Occurrence] {
        self.postings.get(term).map_or(&[], Vec::as_slice)
    }

    /// Whether each document passes a filter.
    pub(crate) fn pass(&self, condition: &Condition) -> Vec<bool> {
        let attribute = &condition.attribute;
        let within = |columns: &BTreeMap<String, Vec<Option<f64>>>, interval: &Interval| {
            let inside = |value: &Option<f64>| value.is_some_and(|value| interval.contains(value));
            columns
                .get(attribute)
                .map(|values| values.iter().map(inside).collect())
        };
        let passed: Option<Vec<bool>> = match &condition.test {
            Test::AnyOf(wanted) => self.keywords.get(attribute).map(|keywords| {
                let wanted: HashSet<usize> = wanted
                    .iter()
                    .filter_map(|value| keywords.numbers.get(value).copied())
                    .collect();
                let has = |values: &Vec<usize>| values.iter().any(|value| wanted.contains(value));
                keywords.documents.iter().map(has).collect()
            }),
            Test::Number(interval) => within(&self.numbers, interval),
            Test::Instant(interval) => within(&self.instants, interval),
        };
        let mut passed = passed.unwrap_or_else(|| vec![false; self.len()]);
        for pass in &mut passed {
            *pass ^= condition.negated;
        }
        passed
    }
}
