//! A document on its way into the index: text in fields, and attributes for
//! filters.

/// The seconds of a day, for instants that are given in days.
const SECONDS_OF_DAY: f64 = 86_400.0;

/// Text to search, and attributes to filter by.
///
/// An attribute that is unknown is left out: no filter lets such a document
/// pass, except a negated one.
///
/// ```
/// use lightcone_search::Document;
///
/// let document = Document::new()
///     .text("title", "Retry storm after a DNS change")
///     .text("lessons", "back off")
///     .text("lessons", "test the failover")
///     .keyword("provider", "aws")
///     .keyword("cause", "dns")
///     .keyword("cause", "config-change")
///     .number("duration", 5_400.0)
///     .days("start", 18_904.0);
/// assert_ne!(document, Document::new());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    pub(crate) texts: Vec<(String, String)>,
    pub(crate) keywords: Vec<(String, String)>,
    pub(crate) numbers: Vec<(String, f64)>,
    /// In seconds since 1970.
    pub(crate) instants: Vec<(String, f64)>,
}

impl Document {
    /// A document without anything.
    ///
    /// ```
    /// use lightcone_search::Document;
    /// assert_eq!(Document::new(), Document::default());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds text to a field. A field that is given several times has the texts
    /// one after the other, each on a line of its own.
    ///
    /// ```
    /// use lightcone_search::{Document, Index};
    /// let mut builder = Index::builder().field("lessons", 1.0)?;
    /// builder.add(Document::new().text("lessons", "back off").text("lessons", "test"))?;
    /// assert_eq!(builder.build().text(0, "lessons"), Some("back off\ntest"));
    /// # Ok::<(), lightcone_search::IndexError>(())
    /// ```
    #[must_use]
    pub fn text(mut self, field: impl Into<String>, text: impl Into<String>) -> Self {
        self.texts.push((field.into(), text.into()));
        self
    }

    /// Adds a value to a keyword attribute, which may have several.
    ///
    /// ```
    /// use lightcone_search::{Document, Index};
    /// let mut builder = Index::builder();
    /// builder.add(Document::new().keyword("cause", "dns").keyword("cause", "bug"))?;
    /// assert_eq!(builder.build().keywords("cause"), [("bug", 1), ("dns", 1)]);
    /// # Ok::<(), lightcone_search::IndexError>(())
    /// ```
    #[must_use]
    pub fn keyword(mut self, attribute: impl Into<String>, value: impl Into<String>) -> Self {
        self.keywords.push((attribute.into(), value.into()));
        self
    }

    /// Sets a number; the last value counts.
    ///
    /// ```
    /// use lightcone_search::{Document, Filter, Index, Query, Schema, Units};
    /// let mut builder = Index::builder();
    /// builder.add(Document::new().number("users", 2_000_000.0))?;
    /// let schema = Schema::new().with(Filter::number("users", Units::counts()))?;
    /// let query = Query::parse("users:>1M", &schema)?;
    /// assert_eq!(builder.build().search(&query, 1).total, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn number(mut self, attribute: impl Into<String>, value: f64) -> Self {
        self.numbers.push((attribute.into(), value));
        self
    }

    /// Sets an instant, in seconds since 1970-01-01T00:00:00Z; the last value
    /// counts.
    ///
    /// ```
    /// use lightcone_search::{Document, Filter, Index, Query, Schema};
    /// let mut builder = Index::builder();
    /// builder.add(Document::new().seconds("start", 1_633_362_000.0))?;
    /// let schema = Schema::new().with(Filter::date("date").of("start"))?;
    /// let query = Query::parse("date:2021-10-04T15:40", &schema)?;
    /// assert_eq!(builder.build().search(&query, 1).total, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn seconds(mut self, attribute: impl Into<String>, seconds: f64) -> Self {
        self.instants.push((attribute.into(), seconds));
        self
    }

    /// Sets an instant, in days since 1970-01-01.
    ///
    /// ```
    /// use lightcone_search::Document;
    /// let day = Document::new().days("start", 2.0);
    /// assert_eq!(day, Document::new().seconds("start", 172_800.0));
    /// ```
    #[must_use]
    pub fn days(self, attribute: impl Into<String>, days: f64) -> Self {
        self.seconds(attribute, days * SECONDS_OF_DAY)
    }
}
