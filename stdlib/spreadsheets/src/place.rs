//! Addresses of cells as formulas write them. Rows and columns count from 0.

use rust_xlsxwriter::utility::column_number_to_name;

/// `$H$8`.
pub(crate) fn absolute(row: u32, column: u16) -> String {
    format!("${}${}", column_number_to_name(column), row + 1)
}

/// `H8`.
pub(crate) fn relative(row: u32, column: u16) -> String {
    format!("{}{}", column_number_to_name(column), row + 1)
}

/// `$H8`: the column stays when the cell is copied.
pub(crate) fn in_column(row: u32, column: u16) -> String {
    format!("${}{}", column_number_to_name(column), row + 1)
}

/// `$H$8:$H$12`, a part of one column.
pub(crate) fn rows(first: u32, last: u32, column: u16) -> String {
    format!("{}:{}", absolute(first, column), absolute(last, column))
}

/// `'F004'!$H$8`.
pub(crate) fn on_sheet(sheet: &str, place: &str) -> String {
    format!("{}!{place}", quoted_sheet(sheet))
}

/// The worksheet's name as formulas write it: always in quotes, because `F004` is the
/// address of a cell as well.
pub(crate) fn quoted_sheet(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(absolute(7, 7), "$H$8");
        assert_eq!(relative(7, 27), "AB8");
        assert_eq!(in_column(7, 7), "$H8");
        assert_eq!(rows(7, 11, 7), "$H$8:$H$12");
        assert_eq!(on_sheet("a'b", "$A$1"), "'a''b'!$A$1");
    }
}
