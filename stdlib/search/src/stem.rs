//! Folds the endings of English words, so that "retries", "retry" and
//! "retrying" are one term.
//!
//! This is far less than Porter's stemmer: plural, `-ed` and `-ing`, and what
//! these leave behind. A stem is only a key for comparing words, and often not
//! a word itself. In order:
//!
//! 1. Plural: `-ies` becomes `-y`; `-s` goes, but not from `-ss`, `-us`, `-is`.
//! 2. `-ied` becomes `-y`; `-ed` and `-ing` go if at least three letters with a
//!    vowel stay. `-eed` stays: "speed" is no past tense.
//! 3. A doubled last letter becomes a single one: "stopping", "stop".
//! 4. A last `-e` goes: "caching", "cache". Then step 3 once more.
//!
//! Steps 3 and 4 leave at least three letters. Words with anything but the
//! letters a to z are left alone, and so are words of up to three letters.

/// The stem of a word that has been folded to lower case.
pub(crate) fn stem(word: &str) -> String {
    let mut word = word.to_owned();
    // Only ASCII letters from here on, so that every byte is a character.
    if word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word;
    }
    plural(&mut word);
    past_and_progressive(&mut word);
    undouble(&mut word);
    if word.len() > 3 && word.ends_with('e') {
        word.pop();
        undouble(&mut word);
    }
    word
}

fn plural(word: &mut String) {
    if word.ends_with("ies") {
        // "queries" is from "query", but "ties" is from "tie".
        let cut = if word.len() > 4 { 3 } else { 1 };
        word.truncate(word.len() - cut);
        if cut == 3 {
            word.push('y');
        }
    } else if word.ends_with('s')
        && !["ss", "us", "is"].iter().any(|end| word.ends_with(end))
        // Not the plural of anything: "https", "ntfs".
        && has_vowel(&word[..word.len() - 1])
    {
        word.pop();
    }
}

fn past_and_progressive(word: &mut String) {
    if word.ends_with("ied") {
        let cut = if word.len() > 4 { 3 } else { 1 };
        word.truncate(word.len() - cut);
        if cut == 3 {
            word.push('y');
        }
        return;
    }
    let ending = if word.ends_with("ing") {
        3
    } else if word.ends_with("ed") && !word.ends_with("eed") {
        2
    } else {
        return;
    };
    let rest = word.len() - ending;
    if rest >= 3 && has_vowel(&word[..rest]) {
        word.truncate(rest);
    }
}

fn undouble(word: &mut String) {
    let bytes = word.as_bytes();
    if let [.., before, last] = bytes
        && before == last
        && bytes.len() > 3
    {
        word.pop();
    }
}

fn has_vowel(word: &str) -> bool {
    word.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet() {
        for forms in [
            "retry retries retried retrying",
            "cache caches cached caching",
            "query queries queried querying",
            "stop stops stopped stopping",
            "control controls controlled controlling",
            "access accesses accessed accessing",
            "switch switches switched switching",
            "process processes processed processing",
            "fail fails failed failing",
            "shard shards sharded sharding",
            "share shares shared sharing",
            "database databases",
            "service services",
            "failure failures",
            "dependency dependencies",
            "latency latencies",
            "outage outages",
            "box boxes",
            "status statuses",
            "exceed exceeds exceeded exceeding",
            "try tries tried trying",
            "tie ties tied",
            "loss losses",
            "zone zones",
            "roll rolls rolled rolling",
            "add adds added adding",
            "degrade degrades degraded degrading",
        ] {
            let mut words = forms.split(' ');
            let first = words.next().unwrap();
            for word in words {
                assert_eq!(stem(word), stem(first), "{word} and {first}");
            }
        }
    }

    #[test]
    fn different_words_stay_apart() {
        for (left, right) in [
            ("string", "str"),
            ("https", "http"),
            ("redis", "redi"),
            ("speed", "sped"),
            ("need", "ned"),
            ("spring", "spr"),
            ("bus", "bu"),
            ("consensus", "consensu"),
            ("shared", "sharded"),
        ] {
            assert_ne!(stem(left), stem(right), "{left} and {right}");
        }
    }

    #[test]
    fn leaves_short_words_and_words_with_other_characters_alone() {
        for word in [
            "", "s", "dns", "aws", "ing", "used", "tls13s", "über", "日本",
        ] {
            assert_eq!(stem(word), word);
        }
    }
}
