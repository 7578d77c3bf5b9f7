//! Declares which filters a query may use: their names, kinds and units.

use crate::error::SchemaError;
use crate::token::normalise;

/// The filters that queries may use.
///
/// A filter has a name, perhaps aliases, and looks at one attribute of the
/// documents. The schema knows nothing of an index: a filter whose attribute no
/// document has lets nothing pass.
///
/// ```
/// use lightcone_search::{Filter, Query, Schema, Units};
///
/// let schema = Schema::new()
///     .with(Filter::keyword("provider").alias("organization"))?
///     .with(Filter::one_of("severity", ["partial", "regional", "global"]))?
///     .with(Filter::number("duration", Units::durations()))?
///     .with(Filter::date("date").of("start"))?
///     .with(Filter::after("after").of("start"))?
///     .with(Filter::before("before").of("start"))?;
///
/// let query = "dns retry storm provider:aws after:2015 before:2020-06 duration:>60m";
/// assert!(Query::parse(query, &schema).is_ok());
/// # Ok::<(), lightcone_search::SchemaError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Schema {
    filters: Vec<Filter>,
}

impl Schema {
    /// A schema without filters.
    ///
    /// ```
    /// assert!(lightcone_search::Schema::new().filters().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a filter.
    ///
    /// # Errors
    ///
    /// [`SchemaError::BadName`] if a name or alias has other characters than
    /// letters, digits, `_` and `-`, or does not begin with a letter;
    /// [`SchemaError::DuplicateName`] if it is taken.
    ///
    /// ```
    /// use lightcone_search::{Filter, Schema};
    /// let schema = Schema::new().with(Filter::keyword("cause"))?;
    /// assert!(schema.with(Filter::date("Cause")).is_err());
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    pub fn with(mut self, filter: Filter) -> Result<Self, SchemaError> {
        let mut names: Vec<&String> = Vec::new();
        for name in &filter.names {
            let mut characters = name.chars();
            let good = characters.next().is_some_and(char::is_alphabetic)
                && characters.all(|c| c.is_alphanumeric() || c == '_' || c == '-');
            if !good {
                return Err(SchemaError::BadName { name: name.clone() });
            }
            if names.contains(&name) || self.find(name).is_some() {
                return Err(SchemaError::DuplicateName { name: name.clone() });
            }
            names.push(name);
        }
        self.filters.push(filter);
        Ok(self)
    }

    /// The filters, in the order in which they were added.
    ///
    /// ```
    /// use lightcone_search::{Filter, Schema};
    /// let schema = Schema::new().with(Filter::keyword("cause"))?;
    /// assert_eq!(schema.filters()[0].name(), "cause");
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    #[must_use]
    pub fn filters(&self) -> &[Filter] {
        &self.filters
    }

    /// The filter with this name or alias, in whatever case.
    pub(crate) fn find(&self, name: &str) -> Option<&Filter> {
        let name = name.to_lowercase();
        self.filters
            .iter()
            .find(|filter| filter.names.contains(&name))
    }

    /// All names and aliases.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.filters.iter().flat_map(Filter::names)
    }
}

/// One filter: `name:value` in a query.
///
/// ```
/// use lightcone_search::{Filter, Units};
/// let filter = Filter::number("users", Units::counts()).of("users_affected");
/// assert_eq!((filter.name(), filter.attribute()), ("users", "users_affected"));
/// ```
#[derive(Clone, Debug)]
pub struct Filter {
    /// The name and then the aliases, in lower case.
    names: Vec<String>,
    attribute: String,
    pub(crate) kind: Kind,
}

/// What the value of a filter is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// One of some words, each normalised. An open vocabulary is `None`.
    Keyword(Option<Vec<String>>),
    /// A number, compared.
    Number(Units),
    /// A period that the instant of the document is compared with.
    Date,
    /// The start of the period is the first instant that passes.
    After,
    /// The start of the period is the first instant that does not pass.
    Before,
}

impl Filter {
    fn new(name: &str, kind: Kind) -> Self {
        Self {
            names: vec![name.to_lowercase()],
            attribute: name.to_owned(),
            kind,
        }
    }

    /// A filter for keywords of any value: `provider:aws`, `provider:aws,azure`
    /// for any of them, `provider:"google cloud"`.
    ///
    /// Case, accents and the signs between words make no difference. A document
    /// may have several values and passes with any of those asked for.
    ///
    /// ```
    /// use lightcone_search::{Filter, Query, Schema};
    /// let schema = Schema::new().with(Filter::keyword("provider"))?;
    /// assert!(Query::parse("provider:anything", &schema).is_ok());
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    #[must_use]
    pub fn keyword(name: &str) -> Self {
        Self::new(name, Kind::Keyword(None))
    }

    /// Like [`Filter::keyword`], but only these values are allowed; another one
    /// is an error that suggests near ones.
    ///
    /// [`Index::keywords`](crate::Index::keywords) lists the values of an index.
    ///
    /// ```
    /// use lightcone_search::{Filter, Query, Schema};
    /// let schema = Schema::new().with(Filter::one_of("severity", ["partial", "global"]))?;
    /// assert!(Query::parse("severity:Global", &schema).is_ok());
    /// assert!(Query::parse("severity:huge", &schema).is_err());
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    #[must_use]
    pub fn one_of<V: Into<String>>(name: &str, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self::new(name, Kind::Keyword(Some(values)))
    }

    /// A filter for numbers: `duration:>60m`, `>=`, `<`, `<=`, `=`, and ranges
    /// with both ends, `60m..4h`, `60m..`, `..4h`.
    ///
    /// ```
    /// use lightcone_search::{Filter, Query, Schema, Units};
    /// let schema = Schema::new().with(Filter::number("users", Units::counts()))?;
    /// assert!(Query::parse("users:10k..1.5M", &schema).is_ok());
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    #[must_use]
    pub fn number(name: &str, units: Units) -> Self {
        Self::new(name, Kind::Number(units))
    }

    /// A filter for instants: `date:2021-10-04` for one within that day,
    /// `date:2019..2021` for one from the start of 2019 to the end of 2021,
    /// and `>`, `>=`, `<`, `<=`, `=`.
    ///
    /// A date is a year, month, day or minute in UTC. `date:>2019` begins when
    /// the year 2019 has ended.
    ///
    /// ```
    /// use lightcone_search::{Filter, Query, Schema};
    /// let schema = Schema::new().with(Filter::date("date"))?;
    /// assert!(Query::parse("date:2019..2021-06", &schema).is_ok());
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    #[must_use]
    pub fn date(name: &str) -> Self {
        Self::new(name, Kind::Date)
    }

    /// A filter for instants from the start of a date on: `after:2015` includes
    /// 2015.
    ///
    /// ```
    /// use lightcone_search::{Filter, Query, Schema};
    /// let schema = Schema::new().with(Filter::after("after").of("start"))?;
    /// assert!(Query::parse("after:2015", &schema).is_ok());
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    #[must_use]
    pub fn after(name: &str) -> Self {
        Self::new(name, Kind::After)
    }

    /// A filter for instants before the start of a date: `before:2020-06` ends
    /// with May.
    ///
    /// ```
    /// use lightcone_search::{Filter, Query, Schema};
    /// let schema = Schema::new().with(Filter::before("before").of("start"))?;
    /// assert!(Query::parse("before:2020-06", &schema).is_ok());
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    #[must_use]
    pub fn before(name: &str) -> Self {
        Self::new(name, Kind::Before)
    }

    /// Gives the filter another name.
    ///
    /// ```
    /// use lightcone_search::{Filter, Query, Schema};
    /// let schema = Schema::new().with(Filter::keyword("provider").alias("org"))?;
    /// assert!(Query::parse("org:aws", &schema).is_ok());
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    #[must_use]
    pub fn alias(mut self, name: &str) -> Self {
        self.names.push(name.to_lowercase());
        self
    }

    /// Lets the filter look at this attribute of the documents. Without it, the
    /// attribute has the name of the filter.
    ///
    /// ```
    /// use lightcone_search::Filter;
    /// assert_eq!(Filter::after("after").of("start").attribute(), "start");
    /// ```
    #[must_use]
    pub fn of(mut self, attribute: &str) -> Self {
        attribute.clone_into(&mut self.attribute);
        self
    }

    /// The name, in lower case.
    ///
    /// ```
    /// use lightcone_search::Filter;
    /// assert_eq!(Filter::keyword("Provider").alias("org").name(), "provider");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// The name and then the aliases, in lower case.
    ///
    /// ```
    /// use lightcone_search::Filter;
    /// let filter = Filter::keyword("provider").alias("org");
    /// assert_eq!(filter.names().collect::<Vec<_>>(), ["provider", "org"]);
    /// ```
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The attribute of the documents that the filter looks at.
    ///
    /// ```
    /// use lightcone_search::Filter;
    /// assert_eq!(Filter::keyword("cause").attribute(), "cause");
    /// ```
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.attribute
    }

    /// The allowed values, or `None` if the filter is not a [`Filter::one_of`].
    ///
    /// ```
    /// use lightcone_search::Filter;
    /// let filter = Filter::one_of("severity", ["partial", "global"]);
    /// assert_eq!(filter.values().unwrap(), ["partial", "global"]);
    /// assert!(Filter::keyword("cause").values().is_none());
    /// ```
    #[must_use]
    pub fn values(&self) -> Option<&[String]> {
        match &self.kind {
            Kind::Keyword(values) => values.as_deref(),
            _ => None,
        }
    }

    /// Whether a normalised value is allowed.
    pub(crate) fn allows(&self, value: &str) -> bool {
        self.values()
            .is_none_or(|values| values.iter().any(|known| normalise(known) == value))
    }
}

/// How the numbers of a filter are written: which units there are, and whether
/// a number needs one.
///
/// ```
/// use lightcone_search::Units;
///
/// assert_eq!(Units::durations().parse("1h30m"), Some(5_400.0));
/// assert_eq!(Units::counts().parse("1.5M"), Some(1_500_000.0));
///
/// let lengths = Units::plain().unit("m", 1.0).unit("km", 1_000.0);
/// assert_eq!(lengths.parse("5km"), Some(5_000.0));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Units {
    units: Vec<(String, f64)>,
    needed: bool,
}

impl Units {
    /// Numbers without a unit.
    ///
    /// ```
    /// use lightcone_search::Units;
    /// assert_eq!(Units::plain().parse("-2.5"), Some(-2.5));
    /// assert_eq!(Units::plain().parse("2 apples"), None);
    /// ```
    #[must_use]
    pub fn plain() -> Self {
        Self::default()
    }

    /// Counts: plain numbers, and k, M and B for thousands, millions and
    /// billions, in whatever case.
    ///
    /// ```
    /// use lightcone_search::Units;
    /// assert_eq!(Units::counts().parse("100k"), Some(100_000.0));
    /// assert_eq!(Units::counts().parse("3_000"), Some(3_000.0));
    /// ```
    #[must_use]
    pub fn counts() -> Self {
        Self::plain().unit("k", 1e3).unit("M", 1e6).unit("B", 1e9)
    }

    /// Durations in seconds: s, m or min, h, d. Every number but 0 needs a
    /// unit, because 60 could be seconds or minutes.
    ///
    /// ```
    /// use lightcone_search::Units;
    /// assert_eq!(Units::durations().parse("60m"), Some(3_600.0));
    /// assert_eq!(Units::durations().parse("2d"), Some(172_800.0));
    /// assert_eq!(Units::durations().parse("60"), None);
    /// ```
    #[must_use]
    pub fn durations() -> Self {
        let mut units = Self::plain();
        units.needed = true;
        units
            .unit("s", 1.0)
            .unit("m", 60.0)
            .unit("min", 60.0)
            .unit("h", 3_600.0)
            .unit("d", 86_400.0)
    }

    /// Adds a unit: a number with it is multiplied by `factor`.
    ///
    /// ```
    /// use lightcone_search::Units;
    /// let units = Units::durations().unit("w", 604_800.0);
    /// assert_eq!(units.parse("2w"), Some(1_209_600.0));
    /// ```
    #[must_use]
    pub fn unit(mut self, name: &str, factor: f64) -> Self {
        self.units.push((name.to_owned(), factor));
        self
    }

    /// Reads a number such as `60m`, `1.5h` or `1h30m`. A unit is first looked
    /// up as it is written, then in whatever case.
    ///
    /// Returns `None` for anything else, for a number too large for an `f64`,
    /// and for a number without a unit if one is needed.
    ///
    /// ```
    /// use lightcone_search::Units;
    /// assert_eq!(Units::durations().parse("1.5H"), Some(5_400.0));
    /// assert_eq!(Units::durations().parse("fast"), None);
    /// ```
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<f64> {
        let text = text.trim();
        let (sign, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (-1.0, rest),
            None => (1.0, text),
        };
        let mut total = 0.0;
        let mut first = true;
        while first || !rest.is_empty() {
            let digits = |c: char| c.is_ascii_digit() || c == '.' || c == '_';
            let (number, after) = cut(rest, digits);
            let (unit, after) = cut(after, |c| !digits(c));
            let number: f64 = number.replace('_', "").parse().ok()?;
            let unit = unit.trim();
            let factor = if unit.is_empty() {
                // Only a number on its own, not the tail of "1h30".
                let allowed = first && (!self.needed || number == 0.0);
                allowed.then_some(1.0)?
            } else {
                self.factor(unit)?
            };
            total += number * factor;
            rest = after;
            first = false;
        }
        let value = sign * total;
        value.is_finite().then_some(value)
    }

    fn factor(&self, unit: &str) -> Option<f64> {
        let exact = self.units.iter().find(|(name, _)| name == unit);
        let folded = || {
            let unit = unit.to_lowercase();
            let mut units = self.units.iter();
            units.find(|(name, _)| name.to_lowercase() == unit)
        };
        exact.or_else(folded).map(|(_, factor)| *factor)
    }

    /// What can be written, for an error message.
    pub(crate) fn expected(&self) -> String {
        let names: Vec<String> = self
            .units
            .iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let example = self.units.get(1).or(self.units.first());
        let example = example.map_or("60", |(name, _)| name);
        match (names.is_empty(), self.needed) {
            (true, _) => "a number such as `60` or `>60`, or a range such as `60..240`".to_owned(),
            (false, true) => format!(
                "a number with one of the units {}, such as `60{example}` or `>60{example}`, or a \
                 range such as `60{example}..240{example}`",
                names.join(", ")
            ),
            (false, false) => format!(
                "a number such as `60` or `>60{example}`, or a range such as `60..240{example}`, \
                 with one of the units {} or none",
                names.join(", ")
            ),
        }
    }
}

/// Cuts a text after the characters for which `inside` holds.
fn cut(text: &str, inside: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !inside(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_with_units() {
        let durations = Units::durations();
        for (text, seconds) in [
            ("0", 0.0),
            ("45s", 45.0),
            ("60m", 3_600.0),
            ("60min", 3_600.0),
            ("60 MIN", 3_600.0),
            ("1.5h", 5_400.0),
            ("1h30m", 5_400.0),
            ("2d", 172_800.0),
            ("-5s", -5.0),
        ] {
            assert_eq!(durations.parse(text), Some(seconds), "{text}");
        }
        let huge = "9".repeat(400) + "s";
        for text in [
            "", "-", "60", "1h30", "60x", "h", "1..2s", "1e3s", "NaN", "inf", &huge, "６s",
        ] {
            assert_eq!(durations.parse(text), None, "{text}");
        }
        let counts = Units::counts();
        assert_eq!(counts.parse("1.5m"), Some(1.5e6));
        assert_eq!(counts.parse("2b"), Some(2e9));
        assert_eq!(counts.parse("12"), Some(12.0));
        assert_eq!(Units::plain().unit("x", f64::INFINITY).parse("1x"), None);
    }

    #[test]
    fn names_must_be_writable_and_new() {
        for name in ["", "a b", "a:b", "-a", "1a", "a\"", "a,b"] {
            let error = Schema::new().with(Filter::keyword(name)).unwrap_err();
            assert!(matches!(error, SchemaError::BadName { .. }), "{name}");
        }
        let schema = Schema::new()
            .with(Filter::keyword("cause").alias("why"))
            .unwrap();
        for filter in [
            Filter::date("Why"),
            Filter::date("date").alias("CAUSE"),
            Filter::date("date").alias("date"),
        ] {
            let error = schema.clone().with(filter).unwrap_err();
            assert!(matches!(error, SchemaError::DuplicateName { .. }));
        }
    }
}
