//! Values that have only text: debug output, strings, numbers, collections.

use std::fmt::{self, Debug, Write};

use lightcone_wire::Media;

use super::Show;

/// Longest debug text that is shown, in bytes.
const DEBUG_LIMIT: usize = 64 * 1024;

/// A debug text up to this long stays on one line.
const LINE_LIMIT: usize = 120;

/// A debug text with more lines than this goes back on one line.
const LINES_LIMIT: usize = 200;

/// A plain text, shown as it is.
///
/// ```
/// use lightcone_notebook::display::{Plain, Show};
/// assert_eq!(Plain::new("three nodes").media().text(), Some("three nodes"));
/// assert_eq!(Plain::debug(&vec![1, 2]).media().text(), Some("[1, 2]"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain(String);

impl Plain {
    /// This text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The debug text of a value, as the last line of a cell shows it.
    #[must_use]
    pub fn debug(value: &dyn Debug) -> Self {
        Self(debug_text(value))
    }
}

impl Show for Plain {
    fn media(&self) -> Media {
        Media::plain(self.0.as_str())
    }
}

/// Takes text up to a limit, and then ends the formatting.
struct Limited {
    text: String,
    limit: usize,
}

impl Write for Limited {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        if self.text.len() + part.len() <= self.limit {
            self.text.push_str(part);
            return Ok(());
        }
        let mut end = self.limit - self.text.len();
        while !part.is_char_boundary(end) {
            end -= 1;
        }
        self.text.push_str(&part[..end]);
        Err(fmt::Error)
    }
}

/// Formats up to the limit; `true` if all of it fitted.
fn limited(arguments: fmt::Arguments<'_>, limit: usize) -> (String, bool) {
    let mut writer = Limited {
        text: String::new(),
        limit,
    };
    let complete = writer.write_fmt(arguments).is_ok();
    (writer.text, complete)
}

/// The debug text of a value: on one line if it is short, indented if not, on
/// one line again if that would be hundreds of lines, and never endless.
#[inline(never)]
pub(super) fn debug_text(value: &dyn Debug) -> String {
    let (line, complete) = limited(format_args!("{value:?}"), LINE_LIMIT);
    if complete {
        return line;
    }
    let (indented, complete) = limited(format_args!("{value:#?}"), DEBUG_LIMIT);
    if complete && indented.lines().count() <= LINES_LIMIT {
        return indented;
    }
    let (line, complete) = limited(format_args!("{value:?}"), DEBUG_LIMIT);
    if complete {
        line
    } else {
        format!("{line}… (cut after {DEBUG_LIMIT} bytes)")
    }
}

impl Show for str {
    fn media(&self) -> Media {
        Media::plain(self)
    }
}

impl Show for String {
    fn media(&self) -> Media {
        Media::plain(self.as_str())
    }
}

macro_rules! shown_as_debug {
    ($($kind:ty)*) => {$(
        impl Show for $kind {
            fn media(&self) -> Media {
                Media::plain(debug_text(self))
            }
        }
    )*};
}

shown_as_debug!(bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl<T: Debug> Show for Vec<T> {
    fn media(&self) -> Media {
        Media::plain(debug_text(self))
    }
}

impl<T: Debug> Show for [T] {
    fn media(&self) -> Media {
        Media::plain(debug_text(&self))
    }
}

impl<T: Debug, const N: usize> Show for [T; N] {
    fn media(&self) -> Media {
        Media::plain(debug_text(self))
    }
}

impl<T: Debug> Show for Option<T> {
    fn media(&self) -> Media {
        Media::plain(debug_text(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_stay_on_one_line_and_long_ones_are_indented() {
        assert_eq!(debug_text(&Some(3)), "Some(3)");
        let names = vec!["a rather long name of a region".to_owned(); 8];
        let text = debug_text(&names);
        assert_eq!(text.lines().count(), 10);
        assert!(text.starts_with("[\n    \"a rather"));
    }

    #[test]
    fn many_items_go_on_one_line_and_are_cut_in_the_end() {
        let text = debug_text(&vec![7; 1000]);
        assert_eq!(text.lines().count(), 1);
        assert_eq!(text.len(), 3000);
        let text = debug_text(&vec!["ä"; 1_000_000]);
        assert!(
            text.ends_with("… (cut after 65536 bytes)"),
            "{}",
            &text[text.len() - 40..]
        );
        assert!(text.len() < DEBUG_LIMIT + 60);
    }

    #[test]
    fn strings_are_shown_as_they_are() {
        assert_eq!("a \"b\"".media().text(), Some("a \"b\""));
        assert_eq!([1, 2].media().text(), Some("[1, 2]"));
        assert_eq!([1, 2][..].media().text(), Some("[1, 2]"));
    }
}
