//! Rich output in the way of crates written for evcxr: text on standard output
//! between the lines `EVCXR_BEGIN_CONTENT mime/type` and `EVCXR_END_CONTENT`.

use std::collections::BTreeMap;

use lightcone_wire::{CellId, Media, Output, Stream};
use serde_json::Value;

const BEGIN: &str = "EVCXR_BEGIN_CONTENT";
const END: &str = "EVCXR_END_CONTENT";

/// Turns marked text into displays, for all cells that print.
#[derive(Debug, Default)]
pub(super) struct ContentFilter {
    cells: BTreeMap<CellId, Pending>,
}

/// What is not decided yet about a cell's text.
#[derive(Debug, Default)]
struct Pending {
    /// The cell's text ended in the middle of an ordinary line.
    within_line: bool,
    /// Text that may turn out to be a marker, or that belongs to a block.
    text: String,
    /// The MIME type of the open block.
    block: Option<String>,
    /// The end marker's own newline has not come yet.
    after_end: bool,
    /// Blocks that followed each other: forms of one value.
    media: Media,
}

impl ContentFilter {
    /// What an output becomes.
    pub(super) fn filter(&mut self, cell: CellId, output: Output) -> Vec<Output> {
        let Output::Stream {
            stream: Stream::Stdout,
            text,
        } = output
        else {
            let mut outputs = self.finish(cell);
            outputs.push(output);
            return outputs;
        };
        let known = self.cells.contains_key(&cell);
        if !known && !text.contains("EVCXR_") && !ends_in_part_of_marker(&text) {
            return vec![Output::Stream {
                stream: Stream::Stdout,
                text,
            }];
        }
        let pending = self.cells.entry(cell).or_default();
        pending.text.push_str(&text);
        let outputs = pending.advance();
        if pending.text.is_empty()
            && pending.block.is_none()
            && pending.media.data.is_empty()
            && !pending.within_line
            && !pending.after_end
        {
            self.cells.remove(&cell);
        }
        outputs
    }

    /// What is left when a cell ends.
    pub(super) fn finish(&mut self, cell: CellId) -> Vec<Output> {
        self.cells
            .remove(&cell)
            .map_or_else(Vec::new, |mut pending| pending.finish())
    }
}

fn ends_in_part_of_marker(text: &str) -> bool {
    let last = text.rsplit('\n').next().unwrap_or_default();
    !last.is_empty() && BEGIN.starts_with(last)
}

impl Pending {
    fn advance(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        loop {
            if self.after_end && !self.text.is_empty() {
                self.after_end = false;
                if self.text.starts_with('\n') {
                    self.text.remove(0);
                }
            }
            if let Some(mime) = self.block.clone() {
                // The end marker stands on a line of its own.
                let end = if self.text.starts_with(END) {
                    Some(0)
                } else {
                    self.text.find(&format!("\n{END}")).map(|at| at + 1)
                };
                let Some(end) = end else { return outputs };
                let rest = self.text.split_off(end);
                let content = std::mem::replace(&mut self.text, rest[END.len()..].to_owned());
                self.after_end = true;
                let content = content.strip_suffix('\n').unwrap_or(&content).to_owned();
                self.media
                    .data
                    .insert(mime.clone(), content_value(&mime, content));
                self.block = None;
                continue;
            }
            if self.text.is_empty() {
                return outputs;
            }
            let end = self.text.find('\n');
            let line = &self.text[..end.unwrap_or(self.text.len())];
            if !self.within_line && line.starts_with(BEGIN) {
                let Some(end) = end else { return outputs };
                let mime = line[BEGIN.len()..].trim().to_owned();
                self.text.drain(..=end);
                // A second block of one type is a second value.
                if self.media.data.contains_key(&mime) {
                    outputs.extend(self.take_media());
                }
                self.block = Some(mime);
                continue;
            }
            if !self.within_line && end.is_none() && BEGIN.starts_with(line) {
                return outputs;
            }
            // Ordinary text: the value made of the blocks before it is complete.
            outputs.extend(self.take_media());
            let text: String = self
                .text
                .drain(..end.map_or(self.text.len(), |end| end + 1))
                .collect();
            self.within_line = end.is_none();
            match outputs.last_mut() {
                Some(Output::Stream { text: earlier, .. }) => earlier.push_str(&text),
                _ => outputs.push(Output::Stream {
                    stream: Stream::Stdout,
                    text,
                }),
            }
        }
    }

    fn take_media(&mut self) -> Option<Output> {
        let mut media = std::mem::take(&mut self.media);
        if media.data.is_empty() {
            return None;
        }
        if !media.data.contains_key("text/plain") {
            let kinds: Vec<&str> = media.data.keys().map(String::as_str).collect();
            let text = format!("a value shown as {}", kinds.join(", "));
            media
                .data
                .insert("text/plain".to_owned(), Value::String(text));
        }
        Some(Output::Display {
            media,
            display_id: None,
            update: false,
        })
    }

    fn finish(&mut self) -> Vec<Output> {
        let mut outputs: Vec<Output> = self.take_media().into_iter().collect();
        let mut text = String::new();
        if let Some(mime) = self.block.take() {
            text = format!("{BEGIN} {mime}\n");
        }
        text.push_str(&std::mem::take(&mut self.text));
        if !text.is_empty() {
            outputs.push(Output::Stream {
                stream: Stream::Stdout,
                text,
            });
        }
        outputs
    }
}

/// JSON types are JSON in the protocol, not text.
fn content_value(mime: &str, content: String) -> Value {
    if mime.ends_with("json")
        && let Ok(value) = serde_json::from_str(&content)
    {
        return value;
    }
    Value::String(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds text in pieces of every size; the outcome must not depend on them.
    fn shown(text: &str) -> (String, Vec<Media>) {
        let mut results = Vec::new();
        for size in 1..=text.len() {
            let mut filter = ContentFilter::default();
            let mut outputs = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                let text = String::from_utf8_lossy(piece).into_owned();
                outputs.extend(filter.filter(
                    1,
                    Output::Stream {
                        stream: Stream::Stdout,
                        text,
                    },
                ));
            }
            outputs.extend(filter.finish(1));
            let mut plain = String::new();
            let mut media = Vec::new();
            for output in outputs {
                match output {
                    Output::Stream { text, .. } => plain.push_str(&text),
                    Output::Display { media: shown, .. } => media.push(shown),
                    _ => {}
                }
            }
            results.push((plain, media));
        }
        for result in &results {
            assert_eq!(*result, results[0]);
        }
        results.swap_remove(0)
    }

    #[test]
    fn marked_text_becomes_a_display() {
        let (text, media) = shown(
            "before\nEVCXR_BEGIN_CONTENT text/html\n<b>1</b>\n<i>2</i>\nEVCXR_END_CONTENT\nafter",
        );
        assert_eq!(text, "before\nafter");
        assert_eq!(media.len(), 1);
        assert_eq!(media[0].data["text/html"], "<b>1</b>\n<i>2</i>");
    }

    #[test]
    fn blocks_that_follow_each_other_are_forms_of_one_value() {
        let block = |mime: &str, text: &str| {
            format!("EVCXR_BEGIN_CONTENT {mime}\n{text}\nEVCXR_END_CONTENT\n")
        };
        let (text, media) =
            shown(&(block("text/plain", "one") + &block("application/json", "{\"a\": 1}")));
        assert_eq!((text.as_str(), media.len()), ("", 1));
        assert_eq!(media[0].data["application/json"]["a"], 1);
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for plain in [
            "EVCXR",
            "x EVCXR_BEGIN_CONTENT text/html\n",
            "EVCXR_BEGIN\nEV\n",
            "\n\n",
        ] {
            let (text, media) = shown(plain);
            assert_eq!((text.as_str(), media.len()), (plain, 0));
        }
        assert_eq!(
            shown("EVCXR_BEGIN_CONTENT text/html\nnever ends").0,
            "EVCXR_BEGIN_CONTENT text/html\nnever ends"
        );
    }
}
