//! Tables as value trees: CSV, a sheet of an XLSX workbook, and the metrics of a run.
//!
//! A row names the columns; every further row becomes a mapping of them. So a register reads the
//! same whether a spreadsheet or YAML holds it. The header is the first row that fills three
//! quarters of the columns of the fullest one near it: a title or a date may stand above it.

use std::collections::{HashMap, HashSet};

use super::limits::{Damage, Limits};
use super::value::{Key, Node, Scalar, Value};
use crate::span::Span;

/// A cell: its text and where it stands; nowhere in a workbook, which has no lines.
struct Field {
    text: String,
    span: Span,
}

/// Reads comma-separated values (RFC 4180); a semicolon or a tab may stand for the comma.
pub(super) fn csv(text: &str, limits: &Limits) -> Result<Node, Damage> {
    let (delimiter, skip) = delimiter(text);
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(&text.as_bytes()[skip..]);
    let mut record = ::csv::StringRecord::new();
    let mut rows: Vec<Vec<Field>> = Vec::new();
    let mut cells = 0;
    loop {
        let position = |at: &::csv::Position| usize::try_from(at.byte()).map(|it| it + skip);
        let start = position(reader.position()).unwrap_or(text.len());
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(Damage::new(Span::new(start, start), error.to_string())),
        }
        let end = position(reader.position()).unwrap_or(text.len());
        let mut at = start;
        let row: Vec<Field> = record.iter().map(|field| cell(text, field, &mut at, end)).collect();
        cells += row.len();
        if cells > limits.nodes {
            return Err(too_many(Span::new(start, end), limits));
        }
        rows.push(row);
    }
    tree(rows, Span::new(0, text.len()))
}

/// Reads a metric of MLflow's file store: a line of time, value and step for each measurement, the
/// last one last.
pub(super) fn metric(name: &str, text: &str, limits: &Limits) -> Result<Node, Damage> {
    let mut values = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let whole = Span::new(start, start + line.trim_end().len());
        start += line.len();
        if line.trim().is_empty() {
            continue;
        }
        let mut fields = line.split_ascii_whitespace();
        let (Some(time), Some(value), step) = (fields.next(), fields.next(), fields.next()) else {
            return Err(Damage::new(whole, "a line of a metric has a time, a value and a step"));
        };
        if time.parse::<i64>().is_err() || value.parse::<f64>().is_err() {
            return Err(Damage::new(whole, "the time or the value of a metric is no number"));
        }
        if values.len() == limits.nodes {
            return Err(too_many(whole, limits));
        }
        let field = |name: &str, text: &str| {
            let scalar = Value::Scalar(Scalar::plain(text.to_owned()));
            (Key { text: name.into(), span: whole }, Node { span: whole, value: scalar })
        };
        let fields = vec![field("value", value), field("step", step.unwrap_or(time))];
        values.push(Node { span: whole, value: Value::Mapping(fields) });
    }
    let whole = Span::new(0, text.len());
    let key = Key { text: name.into(), span: whole };
    let values = Node { span: whole, value: Value::Sequence(values) };
    Ok(Node { span: whole, value: Value::Mapping(vec![(key, values)]) })
}

/// Bytes before a field in which it is looked for: what its quotes hide of the field before it.
const WINDOW: usize = 4096;

/// Bytes of text that a table may repeat or unpack to.
const MOST_BYTES: usize = 64 << 20;

/// A field of a record, found again in the source from `at` on.
fn cell(text: &str, field: &str, at: &mut usize, end: usize) -> Field {
    let shown = field.trim();
    let first = shown.lines().next().unwrap_or_default();
    let here = text.get(*at..end).unwrap_or_default();
    // A quoted field doubles its quotes; its first words are enough to find it.
    let known = first.split('"').next().unwrap_or_default();
    let here = here.get(..here.floor_char_boundary(shown.len() + WINDOW)).unwrap_or(here);
    let span = match here.find(known).filter(|_| !known.is_empty()) {
        Some(found) => {
            let from = *at + found;
            let length = if here[found..].starts_with(shown) { shown.len() } else { known.len() };
            *at = from + length;
            Span::new(from, from + length)
        }
        None => Span::new(*at, *at),
    };
    Field { text: shown.to_owned(), span }
}

/// Lines or rows at the beginning of a table among which the header is looked for.
const PREAMBLE: usize = 20;

/// The separator, and the bytes before the table: that of the line `sep=`, which spreadsheets write
/// and read, else what some line near the beginning has most of.
fn delimiter(text: &str) -> (u8, usize) {
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if let Some(&[separator]) = first.trim_end().strip_prefix("sep=").map(str::as_bytes) {
        return (separator, first.len());
    }
    let most = |byte: u8| {
        let lines = text.lines().take(PREAMBLE);
        lines.map(|line| line.bytes().filter(|it| *it == byte).count()).max()
    };
    // Of separators that are equally many the first counts.
    let known = [b',', b';', b'\t', b'|'];
    (known.into_iter().rev().max_by_key(|byte| most(*byte)).unwrap_or(b','), 0)
}

fn too_many(span: Span, limits: &Limits) -> Damage {
    Damage::new(span, format!("more than {} cells", limits.nodes))
}

/// How many cells of a row hold something.
fn filled(row: &[Field]) -> usize {
    row.iter().filter(|field| !field.text.is_empty()).count()
}

/// Where the row stands that names the columns.
fn header(rows: &[Vec<Field>]) -> usize {
    let near = || rows.iter().map(|row| filled(row)).enumerate().filter(|(_, it)| *it > 0);
    let fullest = near().take(PREAMBLE).map(|(_, filled)| filled).max().unwrap_or(0);
    near().find(|(_, filled)| filled * 4 >= fullest * 3).map_or(0, |(at, _)| at)
}

/// Rows as mappings of the header's names. Columns without a name are not read; of two with one
/// name the later gets a number.
fn tree(rows: Vec<Vec<Field>>, whole: Span) -> Result<Node, Damage> {
    let header = header(&rows);
    let mut rows = rows.into_iter().skip(header).filter(|row| filled(row) > 0);
    let mut keys: Vec<Option<Key>> = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for field in rows.next().unwrap_or_default() {
        if field.text.is_empty() {
            keys.push(None);
            continue;
        }
        let mut name = field.text.clone();
        while !taken.insert(name.clone()) {
            let number = numbers.entry(field.text.clone()).or_insert(1);
            *number += 1;
            name = format!("{} {number}", field.text);
        }
        keys.push(Some(Key { text: name.into(), span: field.span }));
    }
    let mut rows: Vec<Vec<Field>> = rows.collect();
    if rows.is_empty() && !keys.is_empty() {
        // Columns that nothing stands in are seen all the same.
        let blank = |key: &Option<Key>| Field {
            text: String::new(),
            span: key.as_ref().map_or(whole, |key| key.span),
        };
        rows.push(keys.iter().map(blank).collect());
    }
    // Each row repeats the names of the columns.
    let names: usize = keys.iter().flatten().map(|key| key.text.len()).sum();
    if names.saturating_mul(rows.len()) > MOST_BYTES {
        return Err(Damage::new(whole, "the names of its columns are too long for so many rows"));
    }
    let row = |fields: Vec<Field>| {
        let span = fields.iter().map(|field| field.span).reduce(Span::to).unwrap_or(whole);
        let named = keys.iter().zip(fields).filter_map(|(key, field)| Some((key.clone()?, field)));
        let entries = named.map(|(key, field)| {
            let value = Value::Scalar(Scalar::plain(field.text));
            (key, Node { span: field.span, value })
        });
        Node { span, value: Value::Mapping(entries.collect()) }
    };
    Ok(Node { span: whole, value: Value::Sequence(rows.into_iter().map(row).collect()) })
}

/// Reads the table of a workbook: of several sheets that are shown the one with most columns, and
/// those that have the same columns.
///
/// Returns the table, and which sheet and row it begins at, in words. What is inside is counted
/// before it is read: a small file may unpack to a very large one.
#[cfg(feature = "office")]
pub(super) fn xlsx(bytes: &[u8], limits: &Limits) -> Result<(Node, String), Damage> {
    use std::io::Cursor;

    use calamine::{Reader, SheetVisible, Xlsx};

    let refuse = |reason: String| Damage::new(Span::default(), reason);
    unpacks_to_little(bytes).map_err(refuse)?;
    let broken = |error: calamine::XlsxError| refuse(format!("not a workbook: {error}"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let shown = book.sheets_metadata().iter().filter(|it| it.visible == SheetVisible::Visible);
    let names: Vec<String> = shown.map(|sheet| sheet.name.clone()).collect();
    if names.len() > MOST_SHEETS {
        return Err(refuse(format!("{} sheets; at most {MOST_SHEETS} are read", names.len())));
    }
    let mut left = *limits;
    let mut bytes_left = MOST_BYTES;
    let mut tables = Vec::new();
    for name in names {
        let (first, rows) = sheet(&mut book, &name, &left, &mut bytes_left)?;
        left.nodes = left.nodes.saturating_sub(rows.iter().map(Vec::len).sum());
        let header = header(&rows);
        let rows: Vec<Vec<Field>> = rows.into_iter().skip(header).collect();
        tables
            .push((rows, format!("sheet \"{name}\", columns named by row {}", first + header + 1)));
    }
    let width = |rows: &[Vec<Field>]| rows.first().map_or(0, |row| filled(row));
    let widest = tables.iter().map(|(rows, _)| width(rows)).max().unwrap_or(0);
    let at = tables.iter().position(|(rows, _)| width(rows) == widest).unwrap_or(0);
    let Some((mut rows, mut taken)) = (!tables.is_empty()).then(|| tables.remove(at)) else {
        return Err(refuse("no sheet that is shown".to_owned()));
    };
    // Sheets with the same columns are one table.
    let names = |rows: &[Vec<Field>]| -> Vec<String> {
        rows.first().into_iter().flatten().map(|field| field.text.clone()).collect()
    };
    let columns = names(&rows);
    for (more, also) in tables.into_iter().filter(|(more, _)| names(more) == columns) {
        rows.extend(more.into_iter().skip(1));
        taken.extend(["; ", also.as_str()]);
    }
    Ok((tree(rows, Span::default())?, taken))
}

/// Sheets of one workbook that are read.
#[cfg(feature = "office")]
const MOST_SHEETS: usize = 64;

/// The rows of a sheet, and how many empty ones stand above them.
#[cfg(feature = "office")]
fn sheet(
    book: &mut calamine::Xlsx<std::io::Cursor<&[u8]>>,
    sheet: &str,
    limits: &Limits,
    bytes_left: &mut usize,
) -> Result<(usize, Vec<Vec<Field>>), Damage> {
    use calamine::{DataType, Reader};

    let refuse = |reason: String| Damage::new(Span::default(), reason);
    let broken = |error: calamine::XlsxError| refuse(format!("not a workbook: {error}"));
    // Two cells far apart span a table that no memory holds, so where they stand is asked first.
    let mut cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
    let (mut first, mut last) = ((u32::MAX, u32::MAX), (0, 0));
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        first = (row.min(first.0), column.min(first.1));
        last = (row.max(last.0), column.max(last.1));
        // One text may stand in many cells.
        let length = match cell.get_value() {
            calamine::DataRef::SharedString(text) => text.len(),
            calamine::DataRef::String(text) => text.len(),
            _ => 0,
        };
        *bytes_left = bytes_left
            .checked_sub(length)
            .ok_or_else(|| refuse(format!("its cells hold more than {MOST_BYTES} bytes")))?;
    }
    let across = |first: u32, last: u32| u64::from(last.saturating_sub(first)) + 1;
    if across(first.0, last.0).saturating_mul(across(first.1, last.1)) > limits.nodes as u64 {
        return Err(too_many(Span::default(), limits));
    }
    drop(cells);
    if last < first {
        return Ok((0, Vec::new()));
    }
    let range = book.worksheet_range(sheet).map_err(broken)?;
    let text = |cell: &calamine::Data| match cell.get_datetime() {
        Some(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        _ => cell.to_string().trim().to_owned(),
    };
    let rows = range
        .rows()
        .map(|row| row.iter().map(|cell| Field { text: text(cell), span: Span::default() }));
    Ok((first.0 as usize, rows.map(Iterator::collect).collect()))
}

/// Whether a ZIP archive stays small when it is unpacked; its own word for that is not believed.
#[cfg(feature = "office")]
fn unpacks_to_little(bytes: &[u8]) -> Result<(), String> {
    use std::io::{Cursor, Read, copy, sink};

    const LARGEST: u64 = 32 << 20;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| format!("not a workbook: {error}"))?;
    let mut left = LARGEST;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|error| format!("not a workbook: {error}"))?;
        let read = copy(&mut file.take(left + 1), &mut sink())
            .map_err(|error| format!("not a workbook: {error}"))?;
        left = left
            .checked_sub(read)
            .ok_or_else(|| format!("unpacks to more than {LARGEST} bytes"))?;
    }
    Ok(())
}

#[cfg(not(feature = "office"))]
pub(super) fn xlsx(_: &[u8], _: &Limits) -> Result<(Node, String), Damage> {
    Err(Damage::new(Span::default(), "this build does not read workbooks; save it as CSV"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::LIMITS;

    #[test]
    fn columns_of_one_name_are_numbered_however_many_they_are() {
        let names = |text: &str| -> Vec<String> {
            let table = csv(text, &LIMITS).unwrap();
            table.items()[0].entries().iter().map(|(key, _)| key.text.to_string()).collect()
        };
        assert_eq!(names("a,a 2,a,,a\n1,2,3,4,5\n"), ["a", "a 2", "a 3", "a 4"]);
        let many = "a,".repeat(20_000);
        assert_eq!(names(&format!("{many}\n{many}\n")).len(), 20_000);
    }

    #[test]
    fn a_table_repeats_no_more_than_its_bound() {
        let header = "h".repeat(100_000);
        let refused = csv(&format!("{header}\n{}", "x\n".repeat(1_000)), &LIMITS).unwrap_err();
        assert!(refused.reason.contains("columns"), "{refused:?}");
    }

    #[test]
    fn a_field_is_found_near_where_the_one_before_it_ended() {
        let table = csv("a,b,c\n\"x\"\"y\",z,\"w\"\n", &LIMITS).unwrap();
        let spans: Vec<usize> =
            table.items()[0].entries().iter().map(|(_, node)| node.span.start).collect();
        assert_eq!(spans, [7, 13, 16]);
    }

    #[test]
    fn what_stands_above_the_header_is_no_header() {
        let first = |text: &str| -> Vec<String> {
            let table = csv(text, &LIMITS).unwrap();
            table.items()[0].entries().iter().map(|(key, _)| key.text.to_string()).collect()
        };
        let rows = "ID;Risk;Owner\nR-1;Bias, of groups;ana\n";
        assert_eq!(first(rows), ["ID", "Risk", "Owner"]);
        assert_eq!(first(&format!("Risk register\n\nVersion;3\n{rows}")).len(), 3);
        assert_eq!(first(&format!("sep=;\n{rows}")), ["ID", "Risk", "Owner"]);
        assert_eq!(first(&rows.replace(';', "|").replace(',', "")), ["ID", "Risk", "Owner"]);
        // A row that says less than the others is one of them where it is not the first.
        assert_eq!(first("ID,Risk\nR-1,\n"), ["ID", "Risk"]);
    }

    /// A workbook whose one sheet holds these cells.
    #[cfg(feature = "office")]
    fn workbook(cells: &[&str]) -> Vec<u8> {
        use std::io::{Cursor, Write};

        const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
        let cell = |at: &&str| {
            format!(
                "<row r=\"{}\"><c r=\"{at}\"><v>1</v></c></row>",
                at.trim_start_matches(char::is_alphabetic)
            )
        };
        let rows: String = cells.iter().map(cell).collect();
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            (
                "_rels/.rels",
                format!(
                    "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" \
                     Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"s\" \
                     sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" \
                     Type=\"{OFFICE}/worksheet\" Target=\"worksheets/s.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/worksheets/s.xml",
                format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
            ),
        ] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[cfg(feature = "office")]
    #[test]
    fn two_cells_far_apart_are_no_table() {
        let rows = xlsx(&workbook(&["A1", "B2"]), &LIMITS).map(|(table, _)| table.items().len());
        assert_eq!(rows, Ok(1));
        let refused = xlsx(&workbook(&["A1", "XFD1048576"]), &LIMITS).unwrap_err();
        assert!(refused.reason.contains("cells"), "{refused:?}");
    }
}
