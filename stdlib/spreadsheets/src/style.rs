//! How cells look. Meaning never hangs on a colour alone: a column says it in words.

use rust_xlsxwriter::{
    ConditionalFormatError, ConditionalFormatFormula, Format, FormatAlign, FormatBorder, Formula,
    Worksheet, XlsxError,
};

/// The formats of a workbook.
pub(crate) struct Styles {
    pub(crate) title: Format,
    pub(crate) about: Format,
    pub(crate) header: Format,
    pub(crate) section: Format,
    pub(crate) label: Format,
    pub(crate) unit: Format,
    pub(crate) strong_label: Format,
    pub(crate) text: Format,
    pub(crate) mono: Format,
    pub(crate) input: Format,
    pub(crate) value: Format,
    pub(crate) answer: Format,
    pub(crate) computed: Format,
    pub(crate) base: Format,
    pub(crate) base_unit: Format,
    pub(crate) link: Format,
}

/// Numbers with thousands separated.
pub(crate) const WHOLE: &str = "#,##0";

/// Years of the calendar.
pub(crate) const YEAR: &str = "0";

/// Dollars and cents.
pub(crate) const CENTS: &str = "#,##0.00";

impl Styles {
    pub(crate) fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        let framed = || {
            top()
                .set_align(FormatAlign::Right)
                .set_border(FormatBorder::Thin)
                .set_border_color("#B0B0B0")
        };
        Self {
            title: Format::new().set_bold().set_font_size(16),
            about: Format::new().set_italic().set_font_color("#404040"),
            header: Format::new()
                .set_bold()
                .set_font_color("#FFFFFF")
                .set_background_color("#1F3A5F")
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap(),
            section: Format::new()
                .set_bold()
                .set_font_size(12)
                .set_border_bottom(FormatBorder::Medium)
                .set_border_bottom_color("#1F3A5F"),
            label: top().set_text_wrap(),
            unit: top().set_align(FormatAlign::Left).set_indent(1),
            strong_label: top().set_text_wrap().set_bold(),
            text: top().set_text_wrap().set_font_color("#404040"),
            mono: top().set_font_name("Consolas").set_font_color("#404040"),
            input: framed().set_background_color("#FFF7D6"),
            value: framed(),
            answer: framed().set_bold().set_background_color("#E4F0E4"),
            computed: framed().set_italic().set_background_color("#E8E8E8"),
            base: top().set_font_color("#606060"),
            base_unit: top()
                .set_align(FormatAlign::Left)
                .set_font_color("#606060")
                .set_indent(1),
            link: Format::new()
                .set_font_color("#0B5394")
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
        }
    }
}

/// Shows numbers with about four digits, whatever their size: a value that follows its
/// inputs has no fixed number of decimals.
pub(crate) fn four_digits(
    sheet: &mut Worksheet,
    first: (u32, u16),
    last: (u32, u16),
) -> Result<(), XlsxError> {
    let cell = crate::place::relative(first.0, first.1);
    let error = ConditionalFormatError::new()
        .set_format(Format::new().set_font_color("#9C0006"))
        .set_stop_if_true(true);
    sheet.add_conditional_format(first.0, first.1, last.0, last.1, &error)?;
    let whole = format!("AND(ISNUMBER({cell}),ABS({cell})>=1,ABS({cell})<1E15,INT({cell})={cell})");
    let whole = ConditionalFormatFormula::new()
        .set_rule(Formula::new(whole))
        .set_format(Format::new().set_num_format(WHOLE))
        .set_stop_if_true(true);
    sheet.add_conditional_format(first.0, first.1, last.0, last.1, &whole)?;
    for (from, format) in [
        (1e15, "0.000E+00"),
        (1e3, WHOLE),
        (1e2, "0.0"),
        (1e1, "0.0#"),
        (1e0, "0.0##"),
        (1e-1, "0.0###"),
        (1e-3, "0.0#####"),
        (1e-300, "0.000E+00"),
    ] {
        let rule = format!("AND(ISNUMBER({cell}),ABS({cell})>={from:E})");
        let rule = ConditionalFormatFormula::new()
            .set_rule(Formula::new(rule))
            .set_format(Format::new().set_num_format(format))
            .set_stop_if_true(true);
        sheet.add_conditional_format(first.0, first.1, last.0, last.1, &rule)?;
    }
    Ok(())
}

/// Shows the nines of a percentage next to 100, before [`four_digits`] rounds them away.
pub(crate) fn nines(sheet: &mut Worksheet, row: u32, column: u16) -> Result<(), XlsxError> {
    let cell = crate::place::relative(row, column);
    let rule = ConditionalFormatFormula::new()
        .set_rule(Formula::new(format!(
            "AND(ISNUMBER({cell}),{cell}>99,{cell}<100)"
        )))
        .set_format(Format::new().set_num_format("0.00########"))
        .set_stop_if_true(true);
    sheet.add_conditional_format(row, column, row, column, &rule)?;
    Ok(())
}

/// Shows a year of the calendar as it is, before [`four_digits`] separates its thousands.
pub(crate) fn year(sheet: &mut Worksheet, row: u32, column: u16) -> Result<(), XlsxError> {
    let cell = crate::place::relative(row, column);
    let rule = ConditionalFormatFormula::new()
        .set_rule(Formula::new(format!("ISNUMBER({cell})")))
        .set_format(Format::new().set_num_format(YEAR))
        .set_stop_if_true(true);
    sheet.add_conditional_format(row, column, row, column, &rule)?;
    Ok(())
}

/// The height of a row whose cells have so many characters, each in a column of a width:
/// programs do not all fit rows to their texts.
pub(crate) fn height(texts: &[(&str, f64)]) -> f64 {
    let lines = texts.iter().map(|(text, width)| {
        let characters = text.chars().count() as f64;
        (characters / (width * 1.05)).ceil().max(1.0)
    });
    15.0 * lines.fold(1.0, f64::max)
}

/// Writes "no answer" for a swing below 0: an end of the input has none.
pub(crate) fn no_answer(
    sheet: &mut Worksheet,
    first: (u32, u16),
    last: (u32, u16),
) -> Result<(), XlsxError> {
    let cell = crate::place::relative(first.0, first.1);
    let rule = ConditionalFormatFormula::new()
        .set_rule(Formula::new(format!("AND(ISNUMBER({cell}),{cell}<0)")))
        .set_format(Format::new().set_num_format("0;\"no answer\""))
        .set_stop_if_true(true);
    sheet.add_conditional_format(first.0, first.1, last.0, last.1, &rule)?;
    Ok(())
}

/// Marks the cells of inputs whose cell in base units, in the column `checked`, says that
/// they are not allowed.
pub(crate) fn mark_refused(
    sheet: &mut Worksheet,
    first: (u32, u16),
    last: (u32, u16),
    checked: u16,
) -> Result<(), XlsxError> {
    let cell = crate::place::relative(first.0, checked);
    let rule = ConditionalFormatFormula::new()
        .set_rule(Formula::new(format!("ISERROR({cell})")))
        .set_format(
            Format::new()
                .set_bold()
                .set_font_color("#9C0006")
                .set_background_color("#FFC7CE"),
        );
    sheet.add_conditional_format(first.0, first.1, last.0, last.1, &rule)?;
    Ok(())
}
