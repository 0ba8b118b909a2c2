//! Tables of reStructuredText and AsciiDoc: grid, simple and list tables, and `|===`.

use super::blocks::{Block, BlockKind, Cell, Table};
use super::inline::plain;
use crate::span::Span;

/// One line of the source and where it stands.
#[derive(Clone, Copy)]
pub(super) struct OutlineLine<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl<'a> OutlineLine<'a> {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(super) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// A part of the line, without white space around it.
    fn part(&self, from: usize, to: usize) -> OutlineLine<'a> {
        let text = self.text.get(from..to.min(self.text.len())).unwrap_or_default();
        let start = self.start + from + (text.len() - text.trim_start().len());
        OutlineLine { text: text.trim(), start }
    }
}

/// Columns of the widest table.
const MOST_COLUMNS: usize = 64;

/// Rows that are being read.
#[derive(Default)]
struct OpenRows {
    rows: Vec<Vec<Cell>>,
    /// How many of them name the columns.
    headers: usize,
}

impl OpenRows {
    fn row(&mut self) {
        self.rows.push(Vec::new());
    }

    fn cell(&mut self, part: OutlineLine<'_>) {
        if let Some(row) = self.rows.last_mut().filter(|row| row.len() < MOST_COLUMNS) {
            row.push(Cell { span: part.span(), text: plain(part.text) });
        }
    }

    /// Adds a further line to a cell of the last row.
    fn more(&mut self, column: usize, part: OutlineLine<'_>) {
        let cell = self.rows.last_mut().and_then(|row| row.get_mut(column));
        if let Some(cell) = cell.filter(|_| !part.text.is_empty()) {
            if !cell.text.is_empty() {
                cell.text.push(' ');
            }
            cell.text.push_str(&plain(part.text));
            cell.span = cell.span.to(part.span());
        }
    }

    /// The table, with names of its columns that are empty where it has none.
    fn block(mut self, span: Span) -> Option<Block> {
        self.rows.retain(|row| !row.is_empty());
        let columns = self.rows.iter().map(Vec::len).max()?;
        for row in &mut self.rows {
            row.resize_with(columns, || Cell { span, text: String::new() });
        }
        let blank = || (0..columns).map(|_| Cell { span, text: String::new() }).collect();
        let headers = self.headers.min(self.rows.len());
        let header = self.rows.drain(..headers).next().unwrap_or_else(blank);
        let table = Table { header, rows: self.rows };
        let cells = table.header.iter().chain(table.rows.iter().flatten());
        let text = cells.map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ");
        Some(Block { span, text, kind: BlockKind::Table(table), ..Block::default() })
    }
}

/// A table, if it has cells, and how many lines it takes.
pub(super) type RuledTable = (Option<Block>, usize);

/// Reads a grid table or a simple table that begins with these lines (docutils specification).
pub(super) fn of_restructured_text(lines: &[OutlineLine<'_>]) -> Option<RuledTable> {
    let first = lines.first()?.text;
    if first.starts_with("+-") && first.ends_with('+') {
        Some(grid(lines))
    } else if is_simple_border(first) {
        Some(simple(lines))
    } else {
        None
    }
}

fn grid(lines: &[OutlineLine<'_>]) -> RuledTable {
    let count = lines.iter().take_while(|line| line.text.starts_with(['+', '|'])).count();
    let mut open = OpenRows::default();
    let mut begins = true;
    for line in &lines[..count] {
        if line.text.starts_with('+') {
            if line.text.starts_with("+=") {
                open.headers = open.rows.len();
            }
            begins = true;
            continue;
        }
        if begins {
            open.row();
        }
        let mut from = 1;
        for (column, text) in line.text[1..].trim_end_matches('|').split('|').enumerate() {
            let part = line.part(from, from + text.len());
            if begins {
                open.cell(part)
            } else {
                open.more(column, part)
            }
            from += text.len() + 1;
        }
        begins = false;
    }
    (open.block(lines[0].span().to(lines[count - 1].span())), count)
}

/// Whether a line is `====  ====`.
fn is_simple_border(text: &str) -> bool {
    text.starts_with("==")
        && text.contains(" =")
        && text.bytes().all(|it| matches!(it, b'=' | b' '))
}

/// One whose end is missing goes on to the end of the text.
fn simple(lines: &[OutlineLine<'_>]) -> RuledTable {
    let border = lines[0].text;
    let begins = |at: usize| border[at..].starts_with('=') && !border[..at].ends_with('=');
    let columns: Vec<usize> = (0..border.len()).filter(|at| begins(*at)).collect();
    let mut open = OpenRows::default();
    for (at, line) in lines.iter().enumerate().skip(1) {
        if is_simple_border(line.text) {
            if lines.get(at + 1).is_none_or(OutlineLine::is_blank) {
                return (open.block(lines[0].span().to(line.span())), at + 1);
            }
            open.headers = open.rows.len();
            continue;
        }
        if line.is_blank() {
            continue;
        }
        let part = |column: usize| {
            let end = columns.get(column + 1).copied().unwrap_or(line.text.len());
            line.part(columns[column], end)
        };
        // A line whose first column is empty goes on with the one before.
        let goes_on = part(0).text.is_empty() && !open.rows.is_empty();
        if !goes_on {
            open.row();
        }
        for column in 0..columns.len().min(MOST_COLUMNS) {
            if goes_on { open.more(column, part(column)) } else { open.cell(part(column)) }
        }
    }
    (open.block(lines[0].span().to(lines[lines.len() - 1].span())), lines.len())
}

/// Reads the indented lines of a `list-table`.
pub(super) fn of_list(lines: &[OutlineLine<'_>], whole: Span) -> Option<Block> {
    let mut open = OpenRows::default();
    let mut headers = 0;
    for line in lines {
        let text = line.text.trim_start();
        let part = |mark: usize| line.part(line.indent() + mark, line.text.len());
        if let Some(number) = text.strip_prefix(":header-rows:") {
            headers = number.trim().parse().unwrap_or(0);
        } else if text.starts_with("* -") {
            open.row();
            open.cell(part(3));
        } else if text.starts_with("- ") || text == "-" {
            open.cell(part(1));
        } else if let Some(last) = open.rows.last().and_then(|row| row.len().checked_sub(1)) {
            open.more(last, part(0));
        }
    }
    open.headers = headers;
    open.block(whole)
}

/// Reads the lines between `|===` and `|===` (AsciiDoc language documentation, tables): the first
/// line that holds cells tells how many columns there are, and names them if a blank line follows.
pub(super) fn of_asciidoc(lines: &[OutlineLine<'_>], whole: Span) -> Option<Block> {
    let mut open = OpenRows::default();
    let mut columns = 0;
    open.row();
    for (at, line) in lines.iter().enumerate() {
        let Some(first) = line.text.find('|') else {
            let last = open.rows.last().map_or(0, |row| row.len().saturating_sub(1));
            open.more(last, line.part(0, line.text.len()));
            continue;
        };
        let mut from = first + 1;
        for text in line.text[first + 1..].split('|') {
            if columns > 0 && open.rows.last().is_some_and(|row| row.len() >= columns) {
                open.row();
            }
            open.cell(line.part(from, from + text.len()));
            from += text.len() + 1;
        }
        if columns == 0 {
            columns = open.rows.last().map_or(1, Vec::len);
            open.headers = usize::from(lines.get(at + 1).is_some_and(OutlineLine::is_blank));
        }
    }
    open.block(whole)
}
