//! Ranges of matches, and short pieces of text around them.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use crate::stem::stem;
use crate::token::normalise;

/// A short piece of a text with the matches in it.
///
/// `Display` shows the piece with an ellipsis where the text was cut.
///
/// ```
/// use lightcone_search::{Document, Index, Query, Schema};
/// let mut builder = Index::builder().field("text", 1.0)?;
/// builder.add(Document::new().text("text", "Power was lost, and the DNS servers stopped."))?;
/// let index = builder.build();
/// let results = index.search(&Query::parse("dns", &Schema::new())?, 1);
///
/// let snippet = index.snippet(&results.hits[0], "text", 10).unwrap();
/// assert_eq!(snippet.text, "and the DNS servers");
/// assert_eq!(snippet.ranges, [8..11]);
/// assert_eq!(snippet.to_string(), "… and the DNS servers …");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The piece, in which line breaks and tabs are spaces.
    pub text: String,
    /// The byte ranges of the matches in the piece: sorted, not overlapping, on
    /// character boundaries.
    pub ranges: Vec<Range<usize>>,
    /// Whether there is text before the piece.
    pub cut_before: bool,
    /// Whether there is text after the piece.
    pub cut_after: bool,
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = if self.cut_before { "… " } else { "" };
        let after = if self.cut_after { " …" } else { "" };
        write!(f, "{before}{}{after}", self.text)
    }
}

/// Sorts ranges and makes one of those that overlap.
pub(crate) fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// A piece of about twice `around` characters where most different matches
/// stand together. Ranges that are not of the text are left out. `None` for a text
/// that is empty or white space.
pub(crate) fn snippet(text: &str, ranges: &[Range<usize>], around: usize) -> Option<Snippet> {
    if text.trim().is_empty() {
        return None;
    }
    // The fields of a hit are public, and it may be one of another index.
    let fits = |range: &&Range<usize>| text.get((*range).clone()).is_some();
    let ranges = merge(ranges.iter().filter(fits).cloned().collect());
    let size = around.saturating_mul(2);
    let best = ranges
        .get(best_cluster(text, &ranges, size))
        .unwrap_or_default();
    let (from, to) = match (best.first(), best.last()) {
        (Some(first), Some(last)) => (first.start, last.end),
        _ => (0, 0),
    };
    let (start, end) = widen(text, from, to, size);
    let (start, end) = to_words(text, start..from, to..end);
    let piece = text.get(start..end)?;
    let trimmed = piece.trim_start();
    let start = start + piece.len() - trimmed.len();
    let trimmed = trimmed.trim_end();
    let end = start + trimmed.len();
    let inside = |range: &&Range<usize>| start <= range.start && range.end <= end;
    Some(Snippet {
        // One byte for one byte, so that the ranges stay right.
        text: trimmed.replace(['\n', '\r', '\t'], " "),
        ranges: ranges
            .iter()
            .filter(inside)
            .map(|range| range.start - start..range.end - start)
            .collect(),
        cut_before: !text[..start].trim().is_empty(),
        cut_after: !text[end..].trim().is_empty(),
    })
}

/// The numbers of the ranges that stand within `size` bytes and are of most
/// different words; among equals, of most words; and then the first.
fn best_cluster(text: &str, ranges: &[Range<usize>], size: usize) -> Range<usize> {
    let words: Vec<String> = ranges
        .iter()
        .map(|range| stem(&normalise(text.get(range.clone()).unwrap_or_default())))
        .collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut best = (0, 0, 0..0);
    let mut first = 0;
    for (last, range) in ranges.iter().enumerate() {
        *counts.entry(&words[last]).or_default() += 1;
        while first < last && range.end - ranges[first].start > size {
            if let Some(count) = counts.get_mut(&*words[first]) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(&*words[first]);
                }
            }
            first += 1;
        }
        let (different, all) = (counts.len(), last + 1 - first);
        if (different, all) > (best.0, best.1) {
            best = (different, all, first..last + 1);
        }
    }
    best.2
}

/// Widens a range by as many characters to both sides as are left of `size`.
/// What one side cannot take, the other gets.
fn widen(text: &str, from: usize, to: usize, size: usize) -> (usize, usize) {
    let left = size.saturating_sub(text[from..to].chars().count());
    let before = text[..from].chars().count();
    let after = text[to..].chars().count();
    let take_before = (left / 2).max(left.saturating_sub(after)).min(before);
    let take_after = (left - take_before).min(after);
    let start = text[..from].char_indices().rev().take(take_before).last();
    let end = text[to..].char_indices().nth(take_after);
    (
        start.map_or(from, |(at, _)| at),
        end.map_or(text.len(), |(at, _)| to + at),
    )
}

/// Leaves out the words that the margins `before` and `after` cut in two.
fn to_words(text: &str, before: Range<usize>, after: Range<usize>) -> (usize, usize) {
    let blank_before = text[..before.start]
        .chars()
        .next_back()
        .is_none_or(char::is_whitespace);
    let blank_after = text[after.end..]
        .chars()
        .next()
        .is_none_or(char::is_whitespace);
    let start = match text[before.clone()].find(char::is_whitespace) {
        _ if blank_before => before.start,
        Some(at) => before.start + at,
        // The word before the match is longer than the margin.
        None => before.end,
    };
    let end = match text[after.clone()].rfind(char::is_whitespace) {
        _ if blank_after => after.end,
        Some(at) => after.start + at,
        // Without a match, half a word is better than nothing.
        None if before.is_empty() && after.start == 0 => after.end,
        None => after.start,
    };
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_ranges_that_overlap() {
        assert_eq!(merge(vec![]), []);
        assert_eq!(merge(vec![4..6, 0..3, 2..5, 6..7]), [0..6, 6..7]);
        assert_eq!(merge(vec![9..10, 0..9, 1..2, 0..9]), [0..9, 9..10]);
    }

    fn show(text: &str, words: &[&str], around: usize) -> String {
        let found = words.iter().flat_map(|word| text.match_indices(word));
        let ranges = merge(found.map(|(at, word)| at..at + word.len()).collect());
        let snippet = snippet(text, &ranges, around).unwrap();
        let mut marked = snippet.to_string();
        let shift = if snippet.cut_before { "… ".len() } else { 0 };
        for range in snippet.ranges.iter().rev() {
            marked.insert(shift + range.end, ']');
            marked.insert(shift + range.start, '[');
        }
        marked
    }

    #[test]
    fn shows_where_most_different_words_are() {
        let text = "retry and retry, again retry. Far away from all of that, a retry of the dns \
                    lookup failed, and nobody knew.";
        assert_eq!(
            show(text, &["retry", "dns"], 25),
            "… all of that, a [retry] of the [dns] lookup failed, …"
        );
        assert_eq!(
            show(text, &["retry"], 16),
            "[retry] and [retry], again [retry]. …"
        );
    }

    #[test]
    fn keeps_whole_words_and_gives_the_rest_to_the_other_side() {
        let text = "one two three four five six seven";
        assert_eq!(show(text, &["one"], 8), "[one] two three …");
        assert_eq!(show(text, &["seven"], 8), "… five six [seven]");
        assert_eq!(show(text, &["four"], 0), "… [four] …");
        assert_eq!(
            show(text, &["four"], 1000),
            "one two three [four] five six seven"
        );
        assert_eq!(
            show(text, &["four"], usize::MAX),
            "one two three [four] five six seven"
        );
        assert_eq!(show(text, &[], 7), "one two three …");
        assert_eq!(show("word", &[], 1), "wo …");
        assert_eq!(show("a\nb\tc", &["b"], 10), "a [b] c");
    }

    #[test]
    fn cuts_between_characters() {
        let text = "äöü 東京リージョン café 東京 naïve";
        for around in 0..30 {
            for words in [&["東京"][..], &["café"], &["é", "ï"], &[]] {
                show(text, words, around);
            }
        }
        assert_eq!(snippet(" \n ", &[], 10), None);
        assert_eq!(snippet("", &[], 10), None);
    }

    #[test]
    fn leaves_out_ranges_of_another_text() {
        let reversed = Range { start: 6, end: 2 };
        let end = usize::MAX;
        let ranges = [90..95, 4..5, 0..2, reversed, 1..3, 0..1, end - 1..end];
        let snippet = snippet("xäyz", &ranges, 9).unwrap();
        assert_eq!(snippet.ranges, [0..1, 1..3, 4..5]);
    }
}
