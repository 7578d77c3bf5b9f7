//! Positions in a text. Jupyter counts Unicode code points (since protocol
//! 5.2), Rust counts bytes.

/// The byte offset of a position given in code points; positions behind the
/// end mean the end.
///
/// ```
/// use lightcone_kernel::protocol::text::byte_offset;
/// assert_eq!(byte_offset("aé😀b", 3), 7);
/// assert_eq!(byte_offset("aé😀b", 99), 8);
/// ```
#[must_use]
pub fn byte_offset(text: &str, code_points: usize) -> usize {
    text.char_indices()
        .nth(code_points)
        .map_or(text.len(), |(offset, _)| offset)
}

/// The number of code points before a byte offset; an offset inside a
/// character counts as the start of that character, one behind the end as the
/// end.
///
/// ```
/// use lightcone_kernel::protocol::text::code_points;
/// assert_eq!(code_points("aé😀b", 7), 3);
/// assert_eq!(code_points("aé😀b", 5), 2);
/// ```
#[must_use]
pub fn code_points(text: &str, offset: usize) -> usize {
    let offset = text.floor_char_boundary(offset);
    text[..offset].chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_boundary_survives_the_round_trip() {
        let text = "let café = \"😀 𝕏\"; // ü\u{301}";
        for (count, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(byte_offset(text, count), offset);
            assert_eq!(code_points(text, offset), count);
        }
        assert_eq!(code_points(text, text.len()), text.chars().count());
        assert_eq!(code_points(text, usize::MAX), text.chars().count());
        assert_eq!(byte_offset(text, usize::MAX), text.len());
        assert_eq!(byte_offset("", 0), 0);
    }
}
