//! Word documents (DOCX: ECMA-376, WordprocessingML) as the Markdown that says the same.
//!
//! Read are headings by style or outline level, paragraphs, lists, tables, links, and what is bold,
//! italic or struck out. Left out is what a reader of the accepted text does not see: comments,
//! tracked deletions, notes, headers and footers, hidden, white or tiny text, and the prompts of
//! content controls that nobody filled in.

mod package;
mod paragraph;
mod styles;

use std::collections::BTreeMap;

use package::{Package, Relationship, XmlStep, XmlVocabulary, attribute, elements};
use paragraph::{Marks, Paragraph};
use quick_xml::events::BytesStart;
use styles::{ParagraphRole, RunLook, Styles};

use super::limits::{Damage, Limits};
use crate::span::Span;

/// Columns that one cell may span.
const WIDEST_CELL: usize = 64;

/// Reads a document.
///
/// # Errors
/// Why it cannot be read: no package, a damaged or very large part, no main document.
pub(super) fn markdown(bytes: &[u8], limits: &Limits) -> Result<String, Damage> {
    let text = converted(bytes, limits).map_err(|reason| Damage::new(Span::default(), reason))?;
    if text.len() as u64 > limits.bytes {
        let reason = format!("holds more than {} bytes of text", limits.bytes);
        return Err(Damage::new(Span::default(), reason));
    }
    Ok(text)
}

fn converted(bytes: &[u8], limits: &Limits) -> Result<String, String> {
    let mut package = Package::open(bytes)?;
    let of_kind = |relationships: BTreeMap<String, Relationship>, kind: &str| {
        relationships.into_values().find(|it| it.kind == kind).map(|it| it.target)
    };
    let main = of_kind(package.relationships("")?, "officeDocument")
        .ok_or("no document of a word processor: it names no main part")?;
    let links = package.relationships(&main)?;
    let styles = links.values().find(|it| it.kind == "styles").map(|it| it.target.clone());
    let styles = match styles.map(|name| package.part(&name)).transpose()?.flatten() {
        Some(text) => Styles::read(&text)?,
        None => Styles::default(),
    };
    let text = package.part(&main)?.ok_or_else(|| format!("its part {main} is missing"))?;
    let mut reader = WordReader::new(&styles, &links, limits.nodes);
    elements(&text, |step| reader.step(&step))?;
    Ok(reader.out)
}

/// A table whose end has not been seen; tables within its cells are part of their text.
#[derive(Default)]
struct OpenTable {
    rows: Vec<Vec<String>>,
    depth: usize,
}

/// Turns the elements of the main part into Markdown.
struct WordReader<'a> {
    styles: &'a Styles,
    links: &'a BTreeMap<String, Relationship>,
    out: String,
    /// Paragraphs whose end has not been seen: one, or more where a text box stands in one.
    paragraphs: Vec<Paragraph>,
    table: Option<OpenTable>,
    run: Option<RunLook>,
    target: Option<String>,
    /// Whether each open content control shows its prompt.
    prompts: Vec<bool>,
    /// Whether text counts: `w:t` alone holds what is seen.
    in_text: bool,
    /// Open elements of which nothing is read, from the outermost on.
    skipped: usize,
    has_title: bool,
    in_list: bool,
    /// Cells that one table may have.
    most_cells: usize,
}

impl<'a> WordReader<'a> {
    fn new(
        styles: &'a Styles,
        links: &'a BTreeMap<String, Relationship>,
        most_cells: usize,
    ) -> Self {
        Self {
            most_cells,
            styles,
            links,
            out: String::new(),
            paragraphs: Vec::new(),
            table: None,
            run: None,
            target: None,
            prompts: Vec::new(),
            in_text: false,
            skipped: 0,
            has_title: false,
            in_list: false,
        }
    }

    fn step(&mut self, step: &XmlStep<'_>) -> Result<(), String> {
        match *step {
            XmlStep::Start { .. } if self.skipped > 0 => self.skipped += 1,
            XmlStep::End { .. } if self.skipped > 0 => self.skipped -= 1,
            XmlStep::Start { vocabulary: XmlVocabulary::Word, name, start } => {
                self.start(name, start)
            }
            // What stands beside the chosen form is the same text once more.
            XmlStep::Start {
                vocabulary: XmlVocabulary::Compatibility, name: "Fallback", ..
            } => {
                self.skipped = 1;
            }
            XmlStep::End { vocabulary: XmlVocabulary::Word, name } => self.end(name)?,
            XmlStep::Text(text) if self.in_text && self.skipped == 0 => self.text(text),
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, name: &str, start: &BytesStart<'_>) {
        let value = || attribute(start, "val");
        match name {
            "del" | "moveFrom" | "pPrChange" | "rPrChange" | "instrText" => self.skipped = 1,
            "sdt" => self.prompts.push(false),
            "showingPlcHdr" => {
                if let Some(prompt) = self.prompts.last_mut() {
                    *prompt = !matches!(value().as_deref(), Some("0" | "false" | "off"));
                }
            }
            "sdtContent" if self.prompts.last() == Some(&true) => self.skipped = 1,
            "p" => self.paragraphs.push(Paragraph::new()),
            "r" => self.run = Some(RunLook::default()),
            "t" => self.in_text = true,
            "tab" | "br" | "cr" if self.run.is_some() => self.text(" "),
            "noBreakHyphen" => self.text("-"),
            "hyperlink" => self.target = self.target_of(start),
            "tbl" => self.table.get_or_insert_default().depth += 1,
            "tr" => self.row(Vec::new()),
            "tc" => self.cell(),
            "gridSpan" => {
                let columns = value().and_then(|it| it.parse::<usize>().ok()).unwrap_or(1);
                (1..columns.min(WIDEST_CELL)).for_each(|_| self.cell());
            }
            _ => self.property(name, start),
        }
    }

    /// Takes in a property of the open run or paragraph.
    fn property(&mut self, name: &str, start: &BytesStart<'_>) {
        let value = attribute(start, "val");
        if let Some(look) = &mut self.run {
            if name == "rStyle" {
                *look = look.over(self.styles.look(value.as_deref().unwrap_or_default()));
            }
            look.take(name, value.as_deref(), attribute(start, "fill").as_deref());
            return;
        }
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        match (name, value.as_deref()) {
            ("pStyle", style) => paragraph.style = style.map(str::to_owned),
            ("numId", Some("0")) => paragraph.role = Some(ParagraphRole::Text),
            ("numId", _) => paragraph.role = Some(ParagraphRole::ListItem),
            ("ilvl", Some(level)) => paragraph.list_level = level.parse().unwrap_or(0),
            ("outlineLvl", Some(level)) => {
                let level = level.parse::<u8>().ok().filter(|it| *it <= 8);
                paragraph.role = level.map(|it| ParagraphRole::Heading(it + 1)).or(paragraph.role);
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        match name {
            "sdt" => drop(self.prompts.pop()),
            "t" => self.in_text = false,
            "r" => self.run = None,
            "hyperlink" => self.target = None,
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.paragraph(&paragraph);
                }
            }
            "tbl" => {
                if let Some(table) = &mut self.table {
                    table.depth -= 1;
                    if table.depth == 0 {
                        self.end_table()?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        let (Some(paragraph), Some(run)) = (self.paragraphs.last_mut(), self.run) else { return };
        let style = paragraph.style.as_deref().map(|id| self.styles.look(id)).unwrap_or_default();
        let look = run.over(style);
        if !look.is_hidden() {
            paragraph.push(text, Marks::of(look, self.target.as_deref()));
        }
    }

    /// Where a link leads: outside by its relationship, inside by a bookmark.
    fn target_of(&self, start: &BytesStart<'_>) -> Option<String> {
        let outside = attribute(start, "id").and_then(|id| self.links.get(&id));
        let inside = || attribute(start, "anchor").map(|anchor| format!("#{anchor}"));
        outside.map(|it| it.target.clone()).or_else(inside)
    }

    fn row(&mut self, cells: Vec<String>) {
        if let Some(table) = self.table.as_mut().filter(|table| table.depth == 1) {
            table.rows.push(cells);
        }
    }

    fn cell(&mut self) {
        let table = self.table.as_mut().filter(|table| table.depth == 1);
        if let Some(row) = table.and_then(|table| table.rows.last_mut()) {
            row.push(String::new());
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        let by_style =
            paragraph.style.as_deref().map_or(ParagraphRole::Text, |id| self.styles.role(id));
        let role = match (paragraph.role, by_style) {
            // A numbered heading is a heading.
            (
                Some(ParagraphRole::ListItem | ParagraphRole::Text),
                ParagraphRole::Heading(_) | ParagraphRole::Title,
            ) => by_style,
            (own, by_style) => own.unwrap_or(by_style),
        };
        let line = paragraph.line(matches!(role, ParagraphRole::Title | ParagraphRole::Heading(_)));
        if line.is_empty() {
            return;
        }
        let cell = self.table.as_mut().and_then(|table| table.rows.last_mut()?.last_mut());
        if let Some(cell) = cell {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&line);
            return;
        }
        let is_item = role == ParagraphRole::ListItem;
        if self.in_list && !is_item {
            self.out.push('\n');
        }
        self.in_list = is_item;
        let end = if is_item { "\n" } else { "\n\n" };
        let begin = match role {
            ParagraphRole::Title => {
                self.has_title = true;
                "# ".to_owned()
            }
            ParagraphRole::Heading(level) => {
                let level = usize::from(level) + usize::from(self.has_title);
                "#".repeat(level.clamp(1, 6)) + " "
            }
            ParagraphRole::ListItem => "  ".repeat(paragraph.list_level.min(8)) + "- ",
            ParagraphRole::Text => String::new(),
        };
        self.out.extend([begin.as_str(), line.as_str(), end]);
    }

    /// Writes a table: the first row names the columns.
    fn end_table(&mut self) -> Result<(), String> {
        let rows = self.table.take().map(|table| table.rows).unwrap_or_default();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return Ok(());
        }
        if columns.saturating_mul(rows.len()) > self.most_cells {
            return Err(format!("a table of more than {} cells", self.most_cells));
        }
        if std::mem::take(&mut self.in_list) {
            self.out.push('\n');
        }
        for (at, mut row) in rows.into_iter().enumerate() {
            row.resize(columns, String::new());
            self.out.extend(["| ", row.join(" | ").as_str(), " |\n"]);
            if at == 0 {
                self.out.extend(["|", "---|".repeat(columns).as_str(), "\n"]);
            }
        }
        self.out.push('\n');
        Ok(())
    }
}

#[cfg(test)]
mod tests;
