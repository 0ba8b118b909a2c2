//! A table as a workbook of Excel with one sheet. The same cells give the same bytes.

/// Returns the workbook: the first row names the columns. Cells are text, so that none is a
/// formula.
///
/// # Errors
/// When there are more cells, or longer ones, than a workbook takes.
#[cfg(feature = "office")]
pub(crate) fn workbook(rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

    let write = || -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&created));
        let sheet = book.add_worksheet();
        sheet.set_freeze_panes(1, 0)?;
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell)?;
            }
        }
        book.save_to_buffer()
    };
    write().map_err(|error| error.to_string())
}

/// Returns why there is none.
///
/// # Errors
/// Always: this build has no feature `xlsx`.
#[cfg(not(feature = "office"))]
pub(crate) fn workbook(_: &[Vec<String>]) -> Result<Vec<u8>, String> {
    Err("this build writes no workbooks".to_owned())
}

#[cfg(all(test, feature = "office"))]
mod tests {
    use super::*;
    use crate::document::parse;

    #[test]
    fn a_workbook_reads_as_what_was_written_and_is_the_same_each_time() {
        let rows = [["control", "own"], ["A.2.2", "=1+1"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let bytes = workbook(&rows).unwrap();
        assert_eq!(bytes, workbook(&rows).unwrap());
        let document = parse("soa.xlsx".into(), bytes);
        let first = &document.tree().unwrap().items()[0];
        assert_eq!(first.get("own").and_then(|cell| cell.as_text()), Some("=1+1"));
    }
}
