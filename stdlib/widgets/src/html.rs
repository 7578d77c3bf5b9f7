//! Between text and HTML.

/// The text with everything replaced that HTML would read as markup.
///
/// ```
/// assert_eq!(lightcone_widgets::escape("a < b & c"), "a &lt; b &amp; c");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Control characters are not allowed in XML at all.
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' => {
                escaped.push('\u{fffd}');
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text of a piece of HTML, a line for each block and table row. Of a drawing
/// only its title is left.
///
/// ```
/// use lightcone_widgets::text_of;
/// assert_eq!(
///     text_of("<table><tr><th>floor</th><td>54.6 ms</td></tr></table><p>a &lt; b</p>"),
///     "floor: 54.6 ms\na < b",
/// );
/// assert_eq!(text_of("<svg><title>a curve</title><text>0</text></svg>"), "a curve");
/// ```
#[must_use]
pub fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    // Depth of a drawing, and whether its title is being read.
    let (mut drawing, mut title) = (0_usize, false);
    let mut cells = 0;
    while !rest.is_empty() {
        let tag_start = rest.find('<').unwrap_or(rest.len());
        let (plain, tail) = rest.split_at(tag_start);
        if drawing == 0 || title {
            push_plain(&mut text, plain);
        }
        let Some(inside) = tail.strip_prefix('<') else {
            break;
        };
        if !inside.starts_with(|first: char| first.is_ascii_alphabetic() || "/!".contains(first)) {
            text.push('<');
            rest = inside;
            continue;
        }
        let (tag, tail) = match inside.strip_prefix("!--") {
            Some(comment) => ("!", comment.split_once("-->").map_or("", |(_, tail)| tail)),
            None => inside.split_once('>').unwrap_or((inside, "")),
        };
        rest = tail;
        let closes = tag.starts_with('/');
        let empty = tag.ends_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match name.as_str() {
            "style" | "script" if !closes && !empty => {
                rest = rest
                    .split_once(if name == "style" {
                        "</style>"
                    } else {
                        "</script>"
                    })
                    .map_or("", |(_, tail)| tail);
            }
            "svg" if !empty => {
                drawing = if closes {
                    drawing.saturating_sub(1)
                } else {
                    drawing + 1
                };
                title = false;
                end_line(&mut text);
            }
            "title" if drawing > 0 => {
                title = !closes;
                if closes {
                    end_line(&mut text);
                }
            }
            "td" | "th" if !closes => {
                if cells == 1 {
                    trim_end(&mut text);
                    text.push_str(": ");
                } else if cells > 1 {
                    trim_end(&mut text);
                    text.push_str(", ");
                }
                cells += 1;
            }
            "tr" => {
                cells = 0;
                end_line(&mut text);
            }
            "br" | "p" | "div" | "li" | "ul" | "ol" | "table" | "caption" | "h1" | "h2" | "h3"
            | "h4" | "h5" | "h6" | "pre" | "section" | "details" | "summary" | "figure"
            | "figcaption" | "dt" | "dd" | "thead" | "tbody" => end_line(&mut text),
            _ => {}
        }
    }
    end_line(&mut text);
    let lines = text
        .lines()
        .map(|line| line.trim().trim_end_matches([',', ' ']).trim_end());
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn trim_end(text: &mut String) {
    text.truncate(text.trim_end_matches(' ').len());
}

fn end_line(text: &mut String) {
    trim_end(text);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Adds text with its references resolved and white space joined.
fn push_plain(text: &mut String, plain: &str) {
    let mut rest = plain;
    while let Some(first) = rest.chars().next() {
        let mut used = first.len_utf8();
        let mut character = first;
        if first == '&'
            && let Some(end) = rest.find(';').filter(|&end| end <= 10)
            && let Some(named) = reference(&rest[1..end])
        {
            used = end + 1;
            character = named;
        }
        rest = &rest[used..];
        if !character.is_whitespace() || character == '\u{a0}' {
            text.push(character);
        } else if !text.is_empty() && !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_comes_back() {
        for text in [
            "a < b",
            "Tom & 'Jo' \"x\"",
            "<b>",
            "&amp;",
            "x &lt y",
            "ünïcode \u{1f600}",
        ] {
            assert_eq!(text_of(&escape(text)), text);
        }
    }

    #[test]
    fn broken_markup_is_read_as_far_as_it_goes() {
        assert_eq!(text_of("a < b"), "a < b");
        assert_eq!(text_of("a <b"), "a");
        assert_eq!(text_of("<style>p{}"), "");
        assert_eq!(text_of("x<!-- no -->y"), "xy");
        assert_eq!(text_of("&#x110000;&#65;&unknown;"), "&#x110000;A&unknown;");
        assert_eq!(text_of("</svg><p>after</p>"), "after");
    }

    #[test]
    fn empty_cells_leave_no_commas() {
        let row = "<tr><th>a</th><td>1</td><td></td></tr>";
        assert_eq!(text_of(&row.repeat(2)), "a: 1\na: 1");
    }
}
