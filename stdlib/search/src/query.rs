//! Reads what people type: words, phrases, exclusions and filters.

use crate::error::{Place, QueryError};
use crate::filter::{Condition, is_quote};
use crate::fuzzy::near;
use crate::schema::Schema;
use crate::token::{Chunk, chunks};

/// The longest query in bytes. A long sentence has 300.
const MAX_BYTES: usize = 8_192;

/// The most words in a query, which bounds the time that a search takes.
const MAX_WORDS: usize = 256;

/// The longest name before a colon that is taken for a mistyped filter.
const MAX_NAME: usize = 16;

/// A query that has been read, ready for any index.
///
/// | in the query | meaning |
/// | --- | --- |
/// | `dns retry` | documents with any of the words; those with more of them first |
/// | `us-east-1` | the whole, however it is joined; its parts if no document has the whole |
/// | `"split brain"` | only documents in which the words stand next to each other |
/// | `-dns`, `-"split brain"` | no documents with this word or phrase |
/// | `provider:aws` | only documents that pass the filter |
/// | `provider:aws,azure` | any of the values; one with spaces is put in quotes |
/// | `-provider:aws` | only documents that do not pass the filter |
///
/// Words are compared without case, accents, plural, `-ed` and `-ing`. A word
/// that the index does not have also finds words that are spelled almost like it
/// and words that begin with it; words in quotes and excluded words must be right.
/// Several filters must all pass. [`Filter`](crate::Filter) describes what each
/// kind of filter can have after the colon.
///
/// # What is taken for a filter
///
/// A word with a colon is a filter if a filter of that name exists. If none does,
/// it is an error when what stands before the colon looks like the name of one:
/// only letters and `_`, at most 16 of them. Not so when the colon ends the word
/// or a `/` or another colon follows it. So `12:30`, `http://x`, `std::io` and
/// `note: this` are text. To search for any other text with a colon, put it in
/// quotes: `"localhost:8080"`.
///
/// ```
/// use lightcone_search::{Filter, Query, QueryError, Schema};
///
/// let schema = Schema::new().with(Filter::keyword("provider"))?;
/// assert!(Query::parse("12:30 http://x \"localhost:8080\"", &schema).is_ok());
///
/// let error = Query::parse("dns provder:aws", &schema).unwrap_err();
/// assert!(matches!(error, QueryError::UnknownFilter { near, .. } if near == ["provider"]));
/// # Ok::<(), lightcone_search::SchemaError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    pub(crate) clauses: Vec<Clause>,
    /// Each is a sequence that must not occur.
    pub(crate) excluded: Vec<Vec<Chunk>>,
    pub(crate) conditions: Vec<Condition>,
}

/// A word or a phrase to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// As it was typed, in lower case.
    pub(crate) text: String,
    /// One chunk for a word, any number but none for a phrase.
    pub(crate) chunks: Vec<Chunk>,
    /// Whether it was in quotes, and so must occur as it is.
    pub(crate) phrase: bool,
    /// The terms of all parts, to know the clause again.
    terms: Vec<String>,
}

impl Clause {
    fn new(text: &str, chunks: Vec<Chunk>, phrase: bool) -> Self {
        let parts = chunks.iter().flat_map(|chunk| &chunk.parts);
        Self {
            text: text.to_lowercase(),
            terms: parts.map(|part| part.term()).collect(),
            chunks,
            phrase,
        }
    }
}

impl Query {
    /// Reads a query.
    ///
    /// Signs without letters and digits are ignored, so any text without a
    /// filter can be read unless it is too long. A quote that is never closed
    /// ends with the text.
    ///
    /// # Errors
    ///
    /// [`QueryError`] names what is wrong with a filter, where it stands, and
    /// near names. A query may have 8,192 bytes and 256 words.
    ///
    /// ```
    /// use lightcone_search::{Filter, Query, Schema, Units};
    ///
    /// let schema = Schema::new().with(Filter::number("duration", Units::durations()))?;
    /// assert!(Query::parse("dns \"retry storm\" -test duration:>60m", &schema).is_ok());
    /// let error = Query::parse("dns duration:>60", &schema).unwrap_err();
    /// assert!(error.to_string().starts_with("`>60` at character 5 is no number"));
    /// # Ok::<(), lightcone_search::SchemaError>(())
    /// ```
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, QueryError> {
        if text.len() > MAX_BYTES {
            return Err(QueryError::TooLong {
                bytes: text.len(),
                limit: MAX_BYTES,
            });
        }
        let mut query = Self::default();
        let mut words = 0;
        let mut at = 0;
        while let Some(start) = find(text, at, |c| !c.is_whitespace()) {
            let piece = Piece::read(text, start, schema)?;
            at = piece.end;
            words += piece.chunks.len();
            if words > MAX_WORDS {
                return Err(QueryError::TooManyWords { limit: MAX_WORDS });
            }
            query.add(piece);
        }
        Ok(query)
    }

    /// Whether there are words or phrases to look for. Without them, a search
    /// gives the documents that pass in their order.
    ///
    /// ```
    /// use lightcone_search::{Query, Schema};
    /// assert!(Query::parse("dns", &Schema::new())?.has_words());
    /// assert!(!Query::parse("-dns ?", &Schema::new())?.has_words());
    /// # Ok::<(), lightcone_search::QueryError>(())
    /// ```
    #[must_use]
    pub fn has_words(&self) -> bool {
        !self.clauses.is_empty()
    }

    fn add(&mut self, piece: Piece<'_>) {
        self.conditions.extend(piece.condition);
        if piece.chunks.is_empty() {
            return;
        }
        if piece.negated {
            self.excluded.push(piece.chunks);
        } else if piece.phrase {
            self.look_for(Clause::new(piece.text.trim(), piece.chunks, true));
        } else {
            for chunk in piece.chunks {
                let text = &piece.text[chunk.range()];
                self.look_for(Clause::new(text, vec![chunk], false));
            }
        }
    }

    /// Adds a clause unless it is there. Words count once however often and in
    /// whatever form they are typed.
    fn look_for(&mut self, clause: Clause) {
        let same = |other: &Clause| other.phrase == clause.phrase && other.terms == clause.terms;
        if !self.clauses.iter().any(same) {
            self.clauses.push(clause);
        }
    }
}

/// One word, phrase or filter of the text.
struct Piece<'a> {
    /// The word, or what is between the quotes.
    text: &'a str,
    negated: bool,
    phrase: bool,
    chunks: Vec<Chunk>,
    condition: Option<Condition>,
    /// Where in the query it ends.
    end: usize,
}

impl<'a> Piece<'a> {
    /// Reads the piece that begins at `start`, which is no white space.
    fn read(query: &'a str, start: usize, schema: &Schema) -> Result<Self, QueryError> {
        let rest = query.get(start..).unwrap_or_default();
        let negated = rest
            .strip_prefix('-')
            .and_then(|rest| rest.chars().next())
            .is_some_and(|next| next.is_alphanumeric() || is_quote(next));
        let start_of_body = start + usize::from(negated);
        let mut piece = Self {
            text: "",
            negated,
            phrase: false,
            chunks: Vec::new(),
            condition: None,
            end: query.len(),
        };
        let body = query.get(start_of_body..).unwrap_or_default();
        if let Some(quote) = body.chars().next().filter(|first| is_quote(*first)) {
            let inside = start_of_body + quote.len_utf8();
            let close = find(query, inside, is_quote).unwrap_or(query.len());
            let close_bytes = query[close..].chars().next().map_or(0, char::len_utf8);
            piece.phrase = true;
            piece.text = &query[inside..close];
            piece.end = close + close_bytes;
        } else {
            let word_end = find(query, start_of_body, |c| c.is_whitespace() || is_quote(c));
            piece.end = word_end.unwrap_or(query.len());
            piece.text = &query[start_of_body..piece.end];
            if let Some((name, value)) = piece.text.split_once(':') {
                let start_of_value = piece.end - value.len();
                let end = end_of_value(query, start_of_value);
                let place = Place::new(query, start..end);
                if let Some(filter) = schema.find(name) {
                    let value = &query[start_of_value..end];
                    piece.condition = Some(Condition::read(filter, negated, value, &place)?);
                    piece.end = end;
                    return Ok(piece);
                }
                let next = query[start_of_value..].chars().next();
                if looks_like_name(name) && next.is_some_and(begins_value) {
                    return Err(QueryError::UnknownFilter {
                        near: near(name, schema.names()),
                        known: schema
                            .filters()
                            .iter()
                            .map(|f| f.name().to_owned())
                            .collect(),
                        name: name.to_owned(),
                        place,
                    });
                }
            }
        }
        piece.chunks = chunks(piece.text);
        Ok(piece)
    }
}

/// The place of the first character from `from` on that is one of those wanted.
fn find(text: &str, from: usize, wanted: impl FnMut(char) -> bool) -> Option<usize> {
    Some(from + text.get(from..)?.find(wanted)?)
}

/// Where the value of a filter ends: at white space that is not in quotes.
fn end_of_value(text: &str, start: usize) -> usize {
    let mut quoted = false;
    let end = find(text, start, |character| {
        quoted ^= is_quote(character);
        character.is_whitespace() && !quoted
    });
    end.unwrap_or(text.len())
}

fn looks_like_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= MAX_NAME
        && text.chars().all(|c| c.is_alphabetic() || c == '_')
}

fn begins_value(character: char) -> bool {
    !character.is_whitespace() && character != '/' && character != ':'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Filter, Units};

    fn schema() -> Schema {
        let filters = [
            Filter::keyword("provider").alias("org"),
            Filter::one_of("severity", ["partial", "regional", "global"]),
            Filter::number("duration", Units::durations()),
            Filter::after("after").of("start"),
        ];
        let add = |schema: Schema, filter| schema.with(filter).unwrap();
        filters.into_iter().fold(Schema::new(), add)
    }

    fn parse(text: &str) -> Result<Query, QueryError> {
        Query::parse(text, &schema())
    }

    /// The clauses; phrases in quotes, exclusions with a minus.
    fn read(text: &str) -> Vec<String> {
        let query = parse(text).unwrap();
        let clauses = query.clauses.iter().map(|clause| match clause.phrase {
            true => format!("\"{}\"", clause.text),
            false => clause.text.clone(),
        });
        let excluded = query.excluded.iter().map(|chunks| {
            let parts = chunks.iter().flat_map(|chunk| &chunk.parts);
            let words: Vec<&str> = parts.map(|part| &*part.word).collect();
            format!("-{}", words.join("+"))
        });
        clauses.chain(excluded).collect()
    }

    #[test]
    fn reads_words_phrases_and_exclusions() {
        for (text, expected) in [
            ("", vec![]),
            ("  ", vec![]),
            ("DNS retry", vec!["dns", "retry"]),
            ("retry retries Retrying", vec!["retry"]),
            ("us-east-1,tls1.3", vec!["us-east-1", "tls1.3"]),
            ("\"Split brain\" dns", vec!["\"split brain\"", "dns"]),
            ("“split brain”", vec!["\"split brain\""]),
            ("\"never closed", vec!["\"never closed\""]),
            ("a\"b c\"d", vec!["a", "\"b c\"", "d"]),
            ("-dns -\"split brain\"", vec!["-dns", "-split+brain"]),
            ("-us-east-1", vec!["-us+east+1"]),
            ("- -- --x a - b", vec!["x", "a", "b"]),
            ("\"\" \"...\" ?! -\"", vec![]),
            (
                "12:30 http://x std::io note: this",
                vec!["12", "30", "http", "x", "std", "io", "note", "this"],
            ),
            (
                "averyveryverylongname:x",
                vec!["averyveryverylongname", "x"],
            ),
            ("\"localhost:8080\"", vec!["\"localhost:8080\""]),
            (":x x:", vec!["x"]),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn reads_filters_among_words() {
        let query =
            parse("dns PROVIDER:aws,azure -org:\"google cloud\" duration:>1h storm").unwrap();
        assert_eq!(query.clauses.len(), 2);
        let read: Vec<(&str, bool)> = query
            .conditions
            .iter()
            .map(|condition| (&*condition.attribute, condition.negated))
            .collect();
        assert_eq!(
            read,
            [("provider", false), ("provider", true), ("duration", false)]
        );
        let after = parse("after:2015").unwrap();
        assert_eq!(after.conditions[0].attribute, "start");
    }

    #[test]
    fn errors_name_the_place_and_near_names() {
        let error = parse("é severty:global").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`severty:` at character 3 is no filter: write `severity` instead, or put it in quotes \
             to search for the text itself",
        );
        assert_eq!(error.place().unwrap().bytes, 3..17);
        let error = parse("cluster:down").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`cluster:` at character 1 is no filter: put it in quotes to search for the text \
             itself, or use one of `provider`, `severity`, `duration`, `after`",
        );
        let error = Query::parse("a:b", &Schema::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`a:` at character 1 is no filter: put it in quotes to search for the text itself, as \
             there are no filters",
        );
        let error = parse("x provider: y").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`provider:` at character 3 has no value: write one after the colon, without a space",
        );
        let error = parse("-severity:huge,global").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`huge` at character 1 is no value of `severity`: use one of `partial`, `regional`, \
             `global`",
        );
    }

    #[test]
    fn refuses_endless_queries() {
        let error = parse(&"x".repeat(1 << 20)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the query has 1048576 bytes, but at most 8192 are read: shorten it"
        );
        let error = parse(&"x ".repeat(300)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the query has more than 256 words: leave some out"
        );
    }
}
