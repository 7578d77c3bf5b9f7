//! Colours that readers with colour-blindness can tell apart.

use plotters::prelude::{ColorMap, RGBColor, ViridisRGB};

/// Stands for the page's own text colour until the drawing is finished.
pub(super) const INK: RGBColor = RGBColor(1, 2, 3);

/// Series colours: the Okabe-Ito set without black and yellow, which vanish on
/// a dark and a white page, ordered so that the first ones differ most.
///
/// Source: M. Okabe, K. Ito, "Color Universal Design" (2008).
const SERIES: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0x56, 0xB4, 0xE9),
];

/// Dash patterns in pixels, one for each round through [`SERIES`].
const DASHES: [&[f64]; 4] = [&[], &[7.0, 4.0], &[2.0, 3.0], &[9.0, 3.0, 2.0, 3.0]];

/// Colour of the series with this index.
pub(super) fn series(index: usize) -> RGBColor {
    SERIES[index % SERIES.len()]
}

/// Dash pattern of the series with this index; empty for a solid line.
pub(super) fn dashes(index: usize) -> &'static [f64] {
    DASHES[(index / SERIES.len()) % DASHES.len()]
}

/// Colour of a heat map's cell, from 0 (lowest) to 1 (highest): viridis.
pub(super) fn heat(share: f64) -> RGBColor {
    ViridisRGB.get_color(share.clamp(0.0, 1.0) as f32)
}

/// Black or white, whichever reads better on the colour.
///
/// Uses the relative luminance and the contrast ratio of WCAG 2.2.
pub(super) fn readable_on(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    let on_white = 1.05 / (luminance + 0.05);
    let on_black = (luminance + 0.05) / 0.05;
    if on_white > on_black {
        RGBColor(255, 255, 255)
    } else {
        RGBColor(0, 0, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_heat_cells_stays_readable() {
        assert_eq!(readable_on(heat(0.0)), RGBColor(255, 255, 255));
        assert_eq!(readable_on(heat(1.0)), RGBColor(0, 0, 0));
    }

    #[test]
    fn the_seventh_series_differs_by_its_dashes() {
        assert_eq!(series(0), series(6));
        assert_ne!(dashes(0), dashes(6));
    }
}
