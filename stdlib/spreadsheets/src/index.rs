//! The first page of a workbook: what is in it, and how much of it is live.

use rust_xlsxwriter::{Format, Url, Worksheet, XlsxError};

use crate::layout::{self, Cached, Placed, column};
use crate::page::{Page, PageRole};
use crate::place;
use crate::style::{self, Styles};
use crate::unit;

/// The name of the worksheet.
pub(crate) const SHEET: &str = "Index";

const COLUMNS: [(&str, f64); 10] = [
    ("Id", 9.0),
    ("Name", 44.0),
    ("Kind", 12.0),
    ("Episode", 9.0),
    ("Answer", 40.0),
    ("Value", 18.0),
    ("Unit", 13.0),
    ("Live lines", 10.0),
    ("Computed lines", 10.0),
    ("Why computed", 60.0),
];

/// A page, the name of its worksheet, and what was written.
pub(crate) type Entry<'e, 'p> = (&'e Page<'p>, &'e str, &'e Placed);

pub(crate) fn write(
    entries: &[Entry<'_, '_>],
    styles: &Styles,
    cached: bool,
) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(SHEET)?;
    sheet.write_string_with_format(0, 0, "Lightcone", &styles.title)?;
    let live: usize = entries.iter().map(|(_, _, placed)| live(placed)).sum();
    let computed: usize = entries
        .iter()
        .map(|(_, _, placed)| placed.computed.len())
        .sum();
    let pages = entries.len();
    let text = format!(
        "{pages} {}: {live} {} live, which means that the worksheet computes them; {computed} {} \
         computed by Lightcone.",
        if pages == 1 { "page" } else { "pages" },
        if live == 1 { "line is" } else { "lines are" },
        if computed == 1 { "is" } else { "are" },
    );
    sheet.write_string_with_format(1, 0, text, &styles.about)?;
    let header = 3;
    sheet.set_row_height(header, 30)?;
    for (column, (title, width)) in COLUMNS.iter().enumerate() {
        sheet.write_string_with_format(header, column as u16, *title, &styles.header)?;
        sheet.set_column_width(column as u16, *width)?;
    }
    for (place, entry) in entries.iter().enumerate() {
        row(&mut sheet, header + 1 + place as u32, entry, styles, cached)?;
    }
    if let Some(last) = (entries.len() as u32).checked_sub(1) {
        let last = header + 1 + last;
        style::four_digits(&mut sheet, (header + 1, 5), (last, 5))?;
        sheet.autofilter(header, 0, last, COLUMNS.len() as u16 - 1)?;
    }
    sheet.set_freeze_panes(header + 1, 2)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(sheet)
}

fn live(placed: &Placed) -> usize {
    placed.answers.len() - placed.computed.len()
}

fn row(
    sheet: &mut Worksheet,
    row: u32,
    (page, name, placed): &Entry<'_, '_>,
    styles: &Styles,
    cached: bool,
) -> Result<(), XlsxError> {
    let url = Url::new(format!("internal:{}", place::on_sheet(name, "A1")));
    sheet.write_url_with_format(row, 0, url.set_text(*name), &styles.link)?;
    sheet.write_string_with_format(row, 1, page.name, &styles.label)?;
    sheet.write_string_with_format(row, 2, page.kind.in_words(), &styles.label)?;
    sheet.write_number_with_format(row, 3, f64::from(page.episode), &styles.label)?;
    // The total, else the first result, else the last line.
    let of_role = |role| page.lines.iter().position(|line| line.role == role);
    let shown = of_role(PageRole::Total)
        .or_else(|| of_role(PageRole::Result))
        .or(page.lines.len().checked_sub(1));
    if let Some(place) = shown
        && let (Some(line), Some(at)) = (page.lines.get(place), placed.lines.get(place))
    {
        sheet.write_string_with_format(row, 4, line.symbol.name, &styles.label)?;
        let cell = place::on_sheet(name, &place::absolute(*at, column::VALUE));
        let answer = placed.answers[place].as_ref();
        let value = match (answer, line.words) {
            (Ok(value), []) => Cached::Number(line.in_unit(*value)),
            (Ok(value), words) => words
                .get(*value as usize)
                .map_or(Cached::Missing, |word| Cached::Text((*word).to_owned())),
            (Err(_), _) => Cached::Missing,
        };
        let formula = layout::formula(&cell, &value, cached);
        sheet.write_formula_with_format(row, 5, formula, &styles.value)?;
        sheet.write_string_with_format(row, 6, unit::shown(line.symbol.unit), &styles.unit)?;
    }
    let count = Format::new().set_num_format(style::WHOLE);
    sheet.write_number_with_format(row, 7, live(placed) as f64, &count)?;
    sheet.write_number_with_format(row, 8, placed.computed.len() as f64, &count)?;
    let why: Vec<String> = placed
        .computed
        .iter()
        .map(|(line, why)| format!("{line}: {why}"))
        .collect();
    let why = why.join("; ");
    let height = style::height(&[(page.name, COLUMNS[1].1), (&why, COLUMNS[9].1)]);
    if height > 15.0 {
        sheet.set_row_height(row, height)?;
    }
    sheet.write_string_with_format(row, 9, why, &styles.text)?;
    Ok(())
}
