//! The font that figures measure their labels with.
//!
//! A kernel runs on machines without any font, yet a chart must know how wide
//! a tick label is before it can place the axis. So a small part of DejaVu
//! Sans is compiled in. The drawing itself names a generic family only; the
//! reader's browser picks the face, and DejaVu is wider than most.

use std::sync::OnceLock;

use ab_glyph::{Font as _, FontRef};
use plotters::style::{FontStyle, register_font};

/// The embedded font file: see `assets/README.md`.
static BYTES: &[u8] = include_bytes!("../../assets/DejaVuSans-subset.ttf");

/// Names under which plotters looks for a font when a drawing asks for one.
const FAMILIES: [&str; 5] = ["sans-serif", "serif", "monospace", "Arial", "DejaVu Sans"];

/// Makes text measurable for plotters, under every generic family name.
///
/// Figures do this by themselves. Call it before drawing with a plotters
/// backend of your own; calling it again does nothing.
///
/// ```
/// use lightcone_notebook::figure::register_fonts;
/// register_fonts();
/// ```
pub fn register_fonts() {
    face();
}

/// The parsed font; `None` only if the embedded bytes were damaged.
fn face() -> Option<&'static FontRef<'static>> {
    static FACE: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
    FACE.get_or_init(|| {
        for family in FAMILIES {
            register_font(family, FontStyle::Normal, BYTES).ok()?;
        }
        FontRef::try_from_slice(BYTES).ok()
    })
    .as_ref()
}

/// Width of a line of text in pixels, at a font size in pixels.
///
/// A character that the embedded font lacks counts as 0.6 of the size, a
/// double-width one (East Asian scripts, emoji) as the whole size.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let Some(face) = face() else {
        return 0.6 * size * text.chars().count() as f64;
    };
    let em = f64::from(face.units_per_em().unwrap_or(2048.0));
    let advance: f64 = text
        .chars()
        .map(|character| match face.glyph_id(character) {
            glyph if glyph.0 != 0 => f64::from(face.h_advance_unscaled(glyph)) / em,
            _ if (character as u32) >= 0x1100 => 1.0,
            _ => 0.6,
        })
        .sum();
    advance * size
}

/// The text, cut with an ellipsis so that it fits a width in pixels.
pub(super) fn fit(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        let shorter = format!("{}…", kept.trim_end());
        if text_width(&shorter, size) <= width {
            return shorter;
        }
    }
    "…".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_font_measures_text() {
        assert!(face().is_some());
        let narrow = text_width("iiii", 12.0);
        let wide = text_width("WWWW", 12.0);
        assert!(wide > 2.0 * narrow, "{wide} against {narrow}");
        assert!((text_width("0000", 24.0) - 2.0 * text_width("0000", 12.0)).abs() < 1e-9);
    }

    #[test]
    fn greek_arrows_and_maths_are_in_the_subset() {
        let face = face().unwrap();
        for character in "Δλμσ≤≥→×²⁶−√∑…°Ω".chars() {
            assert_ne!(face.glyph_id(character).0, 0, "no glyph for {character}");
        }
    }

    #[test]
    fn a_long_label_is_cut_to_its_room() {
        let cut = fit("a label that is far too long for its place", 12.0, 80.0);
        assert!(
            cut.ends_with('…') && text_width(&cut, 12.0) <= 80.0,
            "{cut}"
        );
        assert_eq!(fit("short", 12.0, 80.0), "short");
    }
}
