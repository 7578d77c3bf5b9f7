//! What a search gives: hits, and how the query was read.

use std::ops::Range;

/// What a search found.
///
/// ```
/// use lightcone_search::{Document, Index, Query, Schema};
///
/// let mut builder = Index::builder().field("title", 1.0)?;
/// builder.add(Document::new().text("title", "Certificate expired"))?;
/// let index = builder.build();
///
/// let results = index.search(&Query::parse("certifcate xylophone", &Schema::new())?, 10);
/// assert_eq!(results.total, 1);
/// assert_eq!(results.corrections[0].term, "certifcate");
/// assert_eq!(results.corrections[0].used, ["certificate"]);
/// assert_eq!(results.unknown, ["xylophone"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The best documents, the best first; equal ones in their order.
    pub hits: Vec<Hit>,
    /// How many documents the query matches, also beyond the limit.
    pub total: usize,
    /// The words of the query that similar ones stand for.
    pub corrections: Vec<Correction>,
    /// The words and phrases for which the index has nothing, as typed.
    pub unknown: Vec<String>,
}

/// A word that the index does not have, and what was looked for instead.
///
/// ```
/// use lightcone_search::{Document, Index, Query, Schema};
/// let mut builder = Index::builder().field("title", 1.0)?;
/// builder.add(Document::new().text("title", "Latency"))?;
/// let results = builder.build().search(&Query::parse("lat", &Schema::new())?, 1);
/// assert_eq!(results.corrections[0].used, ["latency"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The word, in lower case.
    pub term: String,
    /// Words of the index, the most likely first.
    pub used: Vec<String>,
}

/// A document that was found.
///
/// ```
/// use lightcone_search::{Document, Index, Query, Schema};
/// let mut builder = Index::builder().field("title", 1.0)?;
/// builder.add(Document::new().text("title", "A DNS outage"))?;
/// let results = builder.build().search(&Query::parse("dns fire", &Schema::new())?, 1);
/// let hit = &results.hits[0];
/// assert_eq!((hit.document, hit.terms.as_slice()), (0, ["dns".to_owned()].as_slice()));
/// assert!(hit.score > 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The number of the document.
    pub document: usize,
    /// Only for comparison with the other hits of the same search; it is finite
    /// and not negative.
    pub score: f64,
    /// The words and phrases of the query that the document has, as typed but in
    /// lower case. A corrected word is the word typed.
    pub terms: Vec<String>,
    /// The fields with matches, in the order in which they were declared.
    pub highlights: Vec<Highlight>,
}

impl Hit {
    /// The byte ranges of the matches in a field's text: sorted, not overlapping,
    /// on character boundaries. Empty if there is no match.
    ///
    /// ```
    /// use lightcone_search::{Document, Index, Query, Schema};
    /// let mut builder = Index::builder().field("title", 1.0)?;
    /// builder.add(Document::new().text("title", "A DNS outage"))?;
    /// let results = builder.build().search(&Query::parse("dns outages", &Schema::new())?, 1);
    /// assert_eq!(results.hits[0].ranges("title"), [2..5, 6..12]);
    /// assert!(results.hits[0].ranges("summary").is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn ranges(&self, field: &str) -> &[Range<usize>] {
        let highlight = self
            .highlights
            .iter()
            .find(|highlight| highlight.field == field);
        highlight.map_or(&[], |highlight| &highlight.ranges)
    }
}

/// The matches in one field of a document.
///
/// ```
/// use lightcone_search::{Document, Index, Query, Schema};
/// let mut builder = Index::builder().field("title", 1.0)?;
/// builder.add(Document::new().text("title", "A DNS outage"))?;
/// let results = builder.build().search(&Query::parse("dns", &Schema::new())?, 1);
/// let highlight = &results.hits[0].highlights[0];
/// assert_eq!((highlight.field.as_str(), highlight.ranges[0].clone()), ("title", 2..5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// The name of the field.
    pub field: String,
    /// Sorted byte ranges of its text that do not overlap.
    pub ranges: Vec<Range<usize>>,
}
