//! The cells of this session and the three ways to look them up.

use serde_json::{Value, json};

use crate::protocol::history::{Access, HistoryReply, HistoryRequest};

/// The number of this session in replies. Only one is kept, in memory.
const SESSION: u32 = 1;

/// Longest output that is kept beside its input, in bytes.
const OUTPUT_LIMIT: usize = 64 * 1024;

/// A result as the history keeps it; one over 64 KiB is left out.
pub(super) fn kept(result: Option<&str>) -> Option<String> {
    result
        .filter(|text| text.len() <= OUTPUT_LIMIT)
        .map(str::to_owned)
}

/// The inputs of a session with the text of their results.
#[derive(Default)]
pub(super) struct History {
    entries: Vec<Entry>,
}

struct Entry {
    line: u32,
    input: String,
    output: Option<String>,
}

impl History {
    /// Adds a cell; `line` is its prompt number.
    pub(super) fn push(&mut self, line: u32, input: String, output: Option<String>) {
        self.entries.push(Entry {
            line,
            input,
            output,
        });
    }

    /// Answers a request, oldest entries first.
    pub(super) fn look_up(&self, request: &HistoryRequest) -> HistoryReply {
        let found = match request.hist_access_type {
            Access::Tail => self.latest(request.limit(), |_| true, false),
            Access::Search => {
                let pattern: Vec<char> =
                    request.pattern.as_deref().unwrap_or("*").chars().collect();
                let matches = |entry: &Entry| glob_matches(&pattern, &entry.input);
                self.latest(request.limit(), matches, request.unique)
            }
            Access::Range => self.range(request),
        };
        let entries = found
            .into_iter()
            .map(|entry| {
                let item = if request.output {
                    json!([entry.input, entry.output])
                } else {
                    Value::from(entry.input.as_str())
                };
                (SESSION, entry.line, item)
            })
            .collect();
        HistoryReply::new(entries)
    }

    /// The last `limit` entries that are wanted; of equal inputs only the
    /// latest, if `unique`.
    fn latest(&self, limit: usize, wanted: impl Fn(&Entry) -> bool, unique: bool) -> Vec<&Entry> {
        let mut seen = std::collections::HashSet::new();
        let mut found: Vec<&Entry> = self
            .entries
            .iter()
            .rev()
            .filter(|entry| wanted(entry) && (!unique || seen.insert(entry.input.as_str())))
            .take(limit)
            .collect();
        found.reverse();
        found
    }

    /// The entries with line numbers from `start` up to, not including, `stop`.
    fn range(&self, request: &HistoryRequest) -> Vec<&Entry> {
        if request.session != 0 && request.session != i64::from(SESSION) {
            return Vec::new();
        }
        let end = self
            .entries
            .last()
            .map_or(1, |entry| i64::from(entry.line) + 1);
        let place = |line: i64| if line < 0 { line + end } else { line };
        let start = place(request.start.unwrap_or(1));
        let stop = match request.stop {
            None | Some(0) => end,
            Some(line) => place(line),
        };
        self.entries
            .iter()
            .filter(|entry| (start..stop).contains(&i64::from(entry.line)))
            .collect()
    }
}

/// Whether a glob pattern matches the whole text: `*` stands for any text,
/// `?` for one character, `[a-z]` for one of a set and `[^a-z]` for one
/// outside it, as in SQLite's GLOB, which Jupyter's reference kernel uses.
fn glob_matches(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut position) = (0, 0);
    // Where to go on when the rest does not fit: behind the last star, one
    // character further in the text.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match (pattern.get(at), text.get(position)) {
            (None, None) => return true,
            (Some('*'), _) => {
                retry = Some((at + 1, position));
                Some((at + 1, position))
            }
            (Some('?'), Some(_)) => Some((at + 1, position + 1)),
            (Some('['), Some(&character)) => class_end(pattern, at)
                .filter(|&end| class_holds(&pattern[at + 1..end], character))
                .map(|end| (end + 1, position + 1)),
            (Some(wanted), Some(found)) if wanted == found => Some((at + 1, position + 1)),
            _ => None,
        };
        match (step, retry) {
            (Some(next), _) => (at, position) = next,
            (None, Some((behind_star, from))) if from < text.len() => {
                retry = Some((behind_star, from + 1));
                (at, position) = (behind_star, from + 1);
            }
            (None, _) => return false,
        }
    }
}

/// The place of the bracket that closes the class opened at `start`. A closing
/// bracket right after the opening one, or after `^`, is a member.
fn class_end(pattern: &[char], start: usize) -> Option<usize> {
    let mut first = start + 1;
    if pattern.get(first) == Some(&'^') {
        first += 1;
    }
    let members = pattern.get(first + 1..)?;
    members
        .iter()
        .position(|&character| character == ']')
        .map(|offset| first + 1 + offset)
}

fn class_holds(class: &[char], character: char) -> bool {
    let (negated, members) = match class {
        ['^', members @ ..] => (true, members),
        members => (false, members),
    };
    let mut rest = members;
    let mut held = false;
    loop {
        rest = match rest {
            [] => return held != negated,
            [low, '-', high, others @ ..] => {
                held |= (*low..=*high).contains(&character);
                others
            }
            [member, others @ ..] => {
                held |= *member == character;
                others
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One session; line 4 is missing, as after a cell that was not stored.
    fn history() -> History {
        let mut history = History::default();
        for (line, input, output) in [
            (1, "let a = 1;", None),
            (2, "a + 1", Some("2")),
            (3, "rtt(a)", Some("54.6 ms")),
            (5, "a + 1", Some("2")),
            (6, "let b = [a; 3];\nb", Some("[1, 1, 1]")),
        ] {
            history.push(line, input.into(), output.map(str::to_owned));
        }
        history
    }

    /// Each case: the request, then the line numbers of the answer.
    #[test]
    fn requests_and_their_answers() {
        let cases = [
            (json!({"hist_access_type": "tail", "n": 2}), vec![5, 6]),
            (
                json!({"hist_access_type": "tail", "n": 99}),
                vec![1, 2, 3, 5, 6],
            ),
            (json!({"hist_access_type": "tail", "n": 0}), vec![]),
            (json!({"hist_access_type": "tail", "n": -1}), vec![]),
            (json!({"hist_access_type": "tail"}), vec![1, 2, 3, 5, 6]),
            (json!({}), vec![1, 2, 3, 5, 6]),
            (
                json!({"hist_access_type": "range", "session": 0}),
                vec![1, 2, 3, 5, 6],
            ),
            (
                json!({"hist_access_type": "range", "session": null}),
                vec![1, 2, 3, 5, 6],
            ),
            (
                json!({"hist_access_type": "range", "session": 1, "start": 2, "stop": 4}),
                vec![2, 3],
            ),
            (
                json!({"hist_access_type": "range", "session": 1, "start": 4, "stop": 5}),
                vec![],
            ),
            (
                json!({"hist_access_type": "range", "start": -2}),
                vec![5, 6],
            ),
            (
                json!({"hist_access_type": "range", "start": 1, "stop": -1}),
                vec![1, 2, 3, 5],
            ),
            (
                json!({"hist_access_type": "range", "start": 3, "stop": null}),
                vec![3, 5, 6],
            ),
            (
                json!({"hist_access_type": "range", "start": 5, "stop": 2}),
                vec![],
            ),
            (json!({"hist_access_type": "range", "session": -1}), vec![]),
            (json!({"hist_access_type": "range", "session": 7}), vec![]),
            (
                json!({"hist_access_type": "search", "pattern": "*a*"}),
                vec![1, 2, 3, 5, 6],
            ),
            (
                json!({"hist_access_type": "search", "pattern": "a*"}),
                vec![2, 5],
            ),
            (
                json!({"hist_access_type": "search", "pattern": "a*", "unique": true}),
                vec![5],
            ),
            (
                json!({"hist_access_type": "search", "pattern": "*", "n": 2}),
                vec![5, 6],
            ),
            (
                json!({"hist_access_type": "search", "unique": true}),
                vec![1, 3, 5, 6],
            ),
            (
                json!({"hist_access_type": "search", "unique": true, "n": 3}),
                vec![3, 5, 6],
            ),
            (
                json!({"hist_access_type": "search", "pattern": "a ? 1"}),
                vec![2, 5],
            ),
            (
                json!({"hist_access_type": "search", "pattern": "let [a-b] = *"}),
                vec![1, 6],
            ),
            (
                json!({"hist_access_type": "search", "pattern": "let [^a]*"}),
                vec![6],
            ),
            (
                json!({"hist_access_type": "search", "pattern": "a"}),
                vec![],
            ),
            (json!({"hist_access_type": "search", "pattern": ""}), vec![]),
        ];
        let history = history();
        for (content, expected) in cases {
            let request: HistoryRequest = serde_json::from_value(content.clone()).unwrap();
            let reply = serde_json::to_value(history.look_up(&request)).unwrap();
            let entries = reply["history"].as_array().unwrap();
            let lines: Vec<_> = entries
                .iter()
                .filter_map(|entry| entry[1].as_u64())
                .collect();
            assert_eq!(lines, expected, "{content}");
            assert!(entries.iter().all(|entry| entry[0] == 1), "{content}");
        }
    }

    #[test]
    fn outputs_come_on_demand() {
        let request: HistoryRequest =
            serde_json::from_value(json!({"output": true, "hist_access_type": "tail"})).unwrap();
        let reply = serde_json::to_value(history().look_up(&request)).unwrap();
        assert_eq!(reply["history"][0], json!([1, 1, ["let a = 1;", null]]));
        assert_eq!(reply["history"][2], json!([1, 3, ["rtt(a)", "54.6 ms"]]));
    }

    #[test]
    fn a_huge_output_is_not_kept() {
        assert_eq!(kept(Some(&"x".repeat(OUTPUT_LIMIT + 1))), None);
        assert_eq!(kept(Some("x")).as_deref(), Some("x"));
    }

    #[test]
    fn globs() {
        let matches =
            |pattern: &str, text: &str| glob_matches(&pattern.chars().collect::<Vec<_>>(), text);
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("**", "abc"),
            ("*é?", "caféx"),
            ("*a*b*c", "aabbcc abc"),
            ("[]]", "]"),
            ("[^]]", "a"),
            ("[a-]", "-"),
            ("a[*]b", "a*b"),
        ] {
            assert!(matches(pattern, text), "{pattern} and {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("?", ""),
            ("a*", "ba"),
            ("*a", "ab"),
            ("[", "["),
            ("[^]]", "]"),
            ("[z-a]", "m"),
            ("A", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} and {text}");
        }
    }

    #[test]
    fn a_hostile_pattern_ends_soon() {
        let pattern: Vec<char> = "*a".repeat(1000).chars().chain(['b']).collect();
        assert!(!glob_matches(&pattern, &"a".repeat(3000)));
    }
}
