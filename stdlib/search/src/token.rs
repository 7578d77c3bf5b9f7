//! Cuts text into the words that are indexed, and remembers where they stand.
//!
//! A *chunk* is what people would call one word: letters and digits, and single
//! joints between them, as in `us-east-1`, `tls1.3`, `fail-over` or `I/O`. Its
//! *parts* are the runs between the joints; two or more letters followed by
//! digits, as in `tls1`, are two parts as well. The parts are what counts for
//! the length of a text and for phrases. A chunk of several parts can also be
//! found *whole*, without its joints: `failover` finds `fail-over`.
//!
//! Words are folded to lower case and Latin letters lose their accents, so that
//! `Zürich` and `zurich` are the same.

use std::ops::Range;

use crate::stem::stem;

/// Longer chains, for instance long paths, are cut into several chunks. It
/// bounds the length of wholes and of the phrases that stand for them.
const MAX_PARTS: usize = 8;

/// Characters that hold a chunk together if they stand alone between letters
/// or digits.
const JOINTS: [char; 11] = [
    '-', '.', '_', '/', '&', '+', '\'', '\u{2019}', '\u{2010}', '\u{2011}', ',',
];

/// One run of letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The word, folded but not stemmed.
    pub(crate) word: String,
    /// Its bytes in the text.
    pub(crate) range: Range<usize>,
}

impl Part {
    /// The key under which the word is indexed.
    pub(crate) fn term(&self) -> String {
        stem(&self.word)
    }
}

/// A word, with the parts that its joints separate. It has at least one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// The parts, in the order of the text.
    pub(crate) parts: Vec<Part>,
}

impl Chunk {
    /// The bytes of the text from the first to the last part.
    pub(crate) fn range(&self) -> Range<usize> {
        let start = self.parts.first().map_or(0, |part| part.range.start);
        let end = self.parts.last().map_or(0, |part| part.range.end);
        start..end
    }

    /// The parts without what joins them, for a chunk of several parts.
    pub(crate) fn whole(&self) -> Option<String> {
        (self.parts.len() > 1).then(|| self.parts.iter().map(|part| &*part.word).collect())
    }
}

/// All chunks of a text, in order.
pub(crate) fn chunks(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = text.char_indices().peekable();
    // The joint after the last part, if nothing else has come since.
    let mut joint: Option<char> = None;
    while let Some((start, first)) = rest.next() {
        if !first.is_alphanumeric() {
            let joins = joint.is_none() && !parts.is_empty() && JOINTS.contains(&first);
            if joins {
                joint = Some(first);
            } else {
                finish(&mut parts, &mut chunks);
                joint = None;
            }
            continue;
        }
        let mut word = String::new();
        fold(first, &mut word);
        let mut end = start + first.len_utf8();
        while let Some(&(at, next)) = rest.peek() {
            // An accent that is a character of its own belongs to its letter.
            let accent = ('\u{300}'..='\u{36f}').contains(&next);
            if !accent && !next.is_alphanumeric() {
                break;
            }
            if !accent {
                fold(next, &mut word);
            }
            end = at + next.len_utf8();
            rest.next();
        }
        match joint.take() {
            // "Amazon's" is the word "Amazon".
            Some('\'' | '\u{2019}') if word == "s" => {
                finish(&mut parts, &mut chunks);
                continue;
            }
            // A comma joins only the digits of one number: "3,000".
            Some(',') if !is_number(&word) || !parts.last().is_some_and(|p| is_number(&p.word)) => {
                finish(&mut parts, &mut chunks);
            }
            _ => {}
        }
        if parts.len() >= MAX_PARTS {
            finish(&mut parts, &mut chunks);
        }
        push_parts(word, start..end, &mut parts);
    }
    finish(&mut parts, &mut chunks);
    chunks
}

/// Adds a word, as two parts if it is letters and then digits.
fn push_parts(word: String, range: Range<usize>, parts: &mut Vec<Part>) {
    let letters = word.bytes().take_while(u8::is_ascii_lowercase).count();
    // Folding may have changed the number of bytes; then the place of the cut
    // in the text is not known, and the word stays in one piece.
    if letters >= 2 && is_number(&word[letters..]) && word.len() == range.len() {
        let (name, number) = word.split_at(letters);
        let middle = range.start + letters;
        parts.push(Part {
            word: name.to_owned(),
            range: range.start..middle,
        });
        parts.push(Part {
            word: number.to_owned(),
            range: middle..range.end,
        });
    } else {
        parts.push(Part { word, range });
    }
}

fn finish(parts: &mut Vec<Part>, chunks: &mut Vec<Chunk>) {
    if !parts.is_empty() {
        chunks.push(Chunk {
            parts: std::mem::take(parts),
        });
    }
}

/// Whether a word says something on its own: numbers and single letters, such as
/// the `1` of `us-east-1`, do not.
pub(crate) fn says_something(word: &str) -> bool {
    word.chars().nth(1).is_some() && !word.chars().all(char::is_numeric)
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Appends a character in lower case and without accent.
fn fold(character: char, word: &mut String) {
    if character.is_ascii() {
        word.push(character.to_ascii_lowercase());
        return;
    }
    for lower in character.to_lowercase() {
        match lower {
            'à'..='å' | 'ā' | 'ă' | 'ą' => word.push('a'),
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => word.push('c'),
            'ð' | 'ď' | 'đ' => word.push('d'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => word.push('e'),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => word.push('g'),
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => word.push('i'),
            'ł' | 'ĺ' | 'ļ' | 'ľ' => word.push('l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => word.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => word.push('o'),
            'ŕ' | 'ŗ' | 'ř' => word.push('r'),
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => word.push('s'),
            'ţ' | 'ť' | 'ț' => word.push('t'),
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => word.push('u'),
            'ý' | 'ÿ' => word.push('y'),
            'ź' | 'ż' | 'ž' => word.push('z'),
            'æ' => word.push_str("ae"),
            'œ' => word.push_str("oe"),
            'ß' => word.push_str("ss"),
            // Left over when a capital with a dot becomes a small letter.
            '\u{300}'..='\u{36f}' => {}
            other => word.push(other),
        }
    }
}

/// Folds a name or a value of a keyword for comparison: lower case, no accents,
/// and one space for whatever stands between letters and digits. A value of
/// signs only, such as `++`, stays as it is.
pub(crate) fn normalise(value: &str) -> String {
    let mut folded = String::new();
    let mut gap = false;
    for character in value.chars() {
        if ('\u{300}'..='\u{36f}').contains(&character) {
            continue;
        }
        if !character.is_alphanumeric() {
            gap = !folded.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            folded.push(' ');
        }
        fold(character, &mut folded);
    }
    if folded.is_empty() {
        value.trim().to_owned()
    } else {
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of a text with `+` between the parts of a chunk.
    fn cut(text: &str) -> String {
        let chunks: Vec<String> = chunks(text)
            .iter()
            .map(|chunk| {
                let words: Vec<&str> = chunk.parts.iter().map(|part| &*part.word).collect();
                words.join("+")
            })
            .collect();
        chunks.join(" ")
    }

    #[test]
    fn cuts_text_into_chunks_and_parts() {
        for (text, expected) in [
            ("", ""),
            (" - ... \u{1f4a5}", ""),
            ("DNS retry storm!", "dns retry storm"),
            ("us-east-1", "us+east+1"),
            ("S3 (eu-west-1a)", "s3 eu+west+1a"),
            ("TLS1.3 and log4j", "tls+1+3 and log4j"),
            ("TCP/IP, I/O, AT&T", "tcp+ip i+o at+t"),
            ("retry_with-jitter", "retry+with+jitter"),
            ("failed. Then", "failed then"),
            ("a -- b", "a b"),
            ("one--two", "one two"),
            ("-leading and trailing-", "leading and trailing"),
            ("Amazon's S3, don\u{2019}t", "amazon s3 don+t"),
            ("3,000 servers, 20,x", "3+000 servers 20 x"),
            ("São Paulo, ZU\u{308}RICH, Łódź", "sao paulo zurich lodz"),
            ("İstanbul Straße", "istanbul strasse"),
            ("東京リージョン", "東京リージョン"),
            ("http://status.example.com", "http status+example+com"),
            ("a.b.c.d.e.f.g.h.i.j", "a+b+c+d+e+f+g+h i+j"),
        ] {
            assert_eq!(cut(text), expected, "{text:?}");
        }
    }

    #[test]
    fn ranges_are_the_words_in_the_text() {
        let text = "Ünder tls1.3 in Zu\u{308}rich's us-east-1";
        let chunks = chunks(text);
        let pieces: Vec<&str> = chunks.iter().map(|chunk| &text[chunk.range()]).collect();
        assert_eq!(
            pieces,
            ["Ünder", "tls1.3", "in", "Zu\u{308}rich", "us-east-1"]
        );
        let parts = chunks[1].parts.iter().map(|part| &text[part.range.clone()]);
        assert_eq!(parts.collect::<Vec<_>>(), ["tls", "1", "3"]);
        assert_eq!(chunks[1].whole().as_deref(), Some("tls13"));
        assert_eq!(chunks[0].whole(), None);
    }

    #[test]
    fn keywords_meet_however_they_are_written() {
        for value in [
            "config-change",
            "Config Change",
            " config_change ",
            "CONFIG  change",
        ] {
            assert_eq!(normalise(value), "config change");
        }
        assert_eq!(normalise("São Paulo"), "sao paulo");
        assert_eq!(normalise("++"), "++");
        assert_eq!(normalise("  "), "");
    }
}
