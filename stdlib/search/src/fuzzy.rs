//! Finds words that are spelled almost like another one.
//!
//! The distance is Damerau-Levenshtein in its usual restricted form: how many
//! characters must be put in, left out, changed or swapped with their neighbour,
//! where nothing is edited twice.

use std::cmp::Reverse;

use crate::token::normalise;

/// At most this many names are suggested in an error.
const SUGGESTIONS: usize = 3;

/// The words of the texts, arranged for finding similar ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    /// Sorted by the word, without repetition.
    words: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    word: String,
    characters: Box<[char]>,
    letters: u64,
    term: usize,
    count: usize,
}

/// How a word of the vocabulary resembles the one that was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// The word goes on where the other one ends.
    Prefix,
    /// So many edits apart.
    Edits(usize),
}

/// A word of the vocabulary that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Similar {
    pub(crate) word: String,
    pub(crate) term: usize,
    pub(crate) likeness: Likeness,
}

impl Vocabulary {
    /// From words with the term that each is indexed under, and how often the
    /// texts have them.
    pub(crate) fn new(words: impl IntoIterator<Item = (String, usize, usize)>) -> Self {
        let mut words: Vec<Entry> = words
            .into_iter()
            .map(|(word, term, count)| Entry {
                characters: word.chars().collect(),
                letters: letters(word.chars()),
                word,
                term,
                count,
            })
            .collect();
        words.sort_by(|left, right| left.word.cmp(&right.word));
        words.dedup_by(|left, right| left.word == right.word);
        Self { words }
    }

    /// The words like `word`, best first, at most `limit` of them and only the
    /// best for each term.
    ///
    /// Words of 4 to 7 letters may have 1 edit, longer ones 2; words with digits
    /// must be spelled right, because `s3` is not a misspelled `s4`. From three
    /// characters on, a word also finds what it is the beginning of.
    pub(crate) fn like(&self, word: &str, limit: usize) -> Vec<Similar> {
        let characters: Vec<char> = word.chars().collect();
        let mut found: Vec<(Likeness, &Entry)> = Vec::new();
        if characters.len() >= 3 {
            let start = self.words.partition_point(|entry| *entry.word < *word);
            let prefixed = self.words[start..]
                .iter()
                .take_while(|entry| entry.word.starts_with(word));
            found.extend(prefixed.map(|entry| (Likeness::Prefix, entry)));
        }
        let edits = match characters.len() {
            _ if !characters.iter().all(|c| c.is_alphabetic()) => 0,
            0..4 => 0,
            4..8 => 1,
            // No word of a text is that long, and comparing takes its time.
            64.. => 0,
            _ => 2,
        };
        if edits > 0 {
            let own = letters(word.chars());
            for entry in &self.words {
                let apart = entry.characters.len().abs_diff(characters.len());
                // One edit changes at most two members of the set of letters.
                let possible = apart <= edits
                    && (entry.letters ^ own).count_ones() as usize <= 2 * edits
                    && entry.characters.iter().all(|c| c.is_alphabetic());
                if possible && let Some(edits) = distance(&characters, &entry.characters, edits) {
                    found.push((Likeness::Edits(edits), entry));
                }
            }
        }
        // One edit is a better guess than a beginning, two are a worse one.
        let order = |likeness: &Likeness| match likeness {
            Likeness::Edits(0 | 1) => 0,
            Likeness::Prefix => 1,
            Likeness::Edits(_) => 2,
        };
        found.sort_by_key(|(likeness, entry)| (order(likeness), Reverse(entry.count)));
        let mut similar: Vec<Similar> = Vec::new();
        for (likeness, entry) in found {
            if similar.len() == limit {
                break;
            }
            if similar.iter().all(|other| other.term != entry.term) {
                similar.push(Similar {
                    word: entry.word.clone(),
                    term: entry.term,
                    likeness,
                });
            }
        }
        similar
    }
}

/// A set of characters as bits; some characters share a bit.
fn letters(word: impl Iterator<Item = char>) -> u64 {
    word.fold(0, |set, character| set | 1 << (u32::from(character) % 64))
}

/// The distance between two words, or `None` if it is above `most`.
pub(crate) fn distance(left: &[char], right: &[char], most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let width = right.len() + 1;
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..width).collect();
    for (row, &from) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(width);
        current.push(row + 1);
        for (column, &to) in right.iter().enumerate() {
            let change = last[column] + usize::from(from != to);
            let mut best = change.min(last[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && from == right[column - 1] && left[row - 1] == to;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        // A swap looks back two rows, so both must be beyond the limit.
        let hopeless = |row: &[usize]| row.iter().all(|&edits| edits > most);
        if hopeless(&current) && hopeless(&last) {
            return None;
        }
        before = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|&edits| edits <= most)
}

/// The known names that look like `name`, best first, for "did you mean".
pub(crate) fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let asked: Vec<char> = normalise(name).chars().collect();
    // Nobody misspells a name of a hundred letters; this bounds the work.
    if asked.is_empty() || asked.len() > 100 {
        return Vec::new();
    }
    let asked_text: String = asked.iter().collect();
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    for (place, candidate) in known.into_iter().enumerate() {
        let text = normalise(candidate);
        let characters: Vec<char> = text.chars().collect();
        let most = asked.len().max(characters.len()) / 3;
        let contained = asked.len() >= 3
            && characters.len() >= 3
            && (text.contains(&asked_text) || asked_text.contains(&text));
        match distance(&asked, &characters, most.max(1)) {
            // One edit in a name of two letters would suggest anything.
            Some(edits) if edits == 0 || asked.len() > 2 => found.push((edits, place, candidate)),
            _ if contained => found.push((most.max(1), place, candidate)),
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup_by(|left, right| left.2 == right.2);
    found.truncate(SUGGESTIONS);
    found
        .into_iter()
        .map(|(.., name)| name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(left: &str, right: &str, most: usize) -> Option<usize> {
        let left: Vec<char> = left.chars().collect();
        let right: Vec<char> = right.chars().collect();
        distance(&left, &right, most)
    }

    #[test]
    fn counts_edits() {
        assert_eq!(apart("", "", 0), Some(0));
        assert_eq!(apart("", "ab", 2), Some(2));
        assert_eq!(apart("retry", "retry", 0), Some(0));
        assert_eq!(apart("retyr", "retry", 2), Some(1));
        assert_eq!(apart("kitten", "sitting", 3), Some(3));
        assert_eq!(apart("kitten", "sitting", 2), None);
        assert_eq!(apart("ba", "ab", 1), Some(1));
        assert_eq!(apart("xyab", "yxba", 2), Some(2));
        // Restricted: "ac" may not be put in between letters already swapped.
        assert_eq!(apart("ca", "abc", 3), Some(3));
        assert_eq!(apart("żółw", "żułw", 1), Some(1));
    }

    fn vocabulary() -> Vocabulary {
        let words = [
            "certificate",
            "cache",
            "crash",
            "dns",
            "latency",
            "later",
            "retry",
            "rotation",
            "s3",
        ];
        Vocabulary::new(words.iter().enumerate().map(|(i, w)| (w.to_string(), i, 1)))
    }

    fn like(word: &str) -> Vec<(String, Likeness)> {
        let found = vocabulary().like(word, 10);
        found
            .into_iter()
            .map(|one| (one.word, one.likeness))
            .collect()
    }

    #[test]
    fn finds_typos_by_the_length_of_the_word() {
        let one = |word: &str, likeness| vec![(word.to_owned(), likeness)];
        assert_eq!(like("retyr"), one("retry", Likeness::Edits(1)));
        assert_eq!(like("catche"), one("cache", Likeness::Edits(1)));
        assert_eq!(like("certifcat"), one("certificate", Likeness::Edits(2)));
        assert_eq!(like("lotatoin"), one("rotation", Likeness::Edits(2)));
        // Two edits are too many for seven letters, and one for three.
        assert_eq!(like("letancx"), []);
        assert_eq!(like("dnx"), []);
        assert_eq!(like("s4"), []);
        assert_eq!(like("cach3"), []);
    }

    #[test]
    fn finds_beginnings_from_three_letters_on() {
        assert_eq!(like("cer"), [("certificate".to_owned(), Likeness::Prefix)]);
        assert_eq!(like("ce"), []);
        let two = like("late");
        assert_eq!(two[0], ("later".to_owned(), Likeness::Edits(1)));
        assert_eq!(two[1], ("latency".to_owned(), Likeness::Prefix));
    }

    #[test]
    fn suggests_what_is_close_or_contained() {
        let known = ["provider", "cause", "severity", "duration", "after"];
        assert_eq!(near("provder", known), ["provider"]);
        assert_eq!(near("SEVERITIY", known), ["severity"]);
        assert_eq!(near("dur", known), ["duration"]);
        assert!(near("x", known).is_empty());
        assert!(near("", known).is_empty());
        assert!(near("organisation", known).is_empty());
        assert!(near(&"provider".repeat(1000), known).is_empty());
    }
}
