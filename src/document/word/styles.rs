//! The styles of a Word document: which are headings, lists and hidden text.

use std::collections::BTreeMap;

use super::package::{XmlStep, XmlVocabulary, attribute, elements};

/// What a style, or a run by itself, says of how text looks. None is not said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RunLook {
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
    pub(super) struck: Option<bool>,
    pub(super) vanished: Option<bool>,
    pub(super) pale: Option<bool>,
    pub(super) tiny: Option<bool>,
    /// Whether it stands on a ground of its own, where pale text is seen.
    pub(super) coloured_ground: Option<bool>,
}

impl RunLook {
    /// Takes in one property of a run (ECMA-376 part 1, 17.3.2).
    pub(super) fn take(&mut self, name: &str, value: Option<&str>, fill: Option<&str>) {
        let is_on = !matches!(value, Some("0" | "false" | "off" | "none"));
        match name {
            "b" => self.bold = Some(is_on),
            "i" => self.italic = Some(is_on),
            "strike" | "dstrike" => self.struck = Some(is_on),
            "vanish" | "webHidden" => self.vanished = Some(is_on),
            "color" => self.pale = Some(value.is_some_and(is_pale)),
            // Half points.
            "sz" => self.tiny = value.and_then(|it| it.parse::<u32>().ok()).map(|it| it < 8),
            "shd" => self.coloured_ground = fill.map(|it| it != "auto" && !is_pale(it)),
            "highlight" => self.coloured_ground = Some(is_on && value != Some("white")),
            _ => {}
        }
    }

    /// This look over another, which says what this does not.
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            bold: self.bold.or(below.bold),
            italic: self.italic.or(below.italic),
            struck: self.struck.or(below.struck),
            vanished: self.vanished.or(below.vanished),
            pale: self.pale.or(below.pale),
            tiny: self.tiny.or(below.tiny),
            coloured_ground: self.coloured_ground.or(below.coloured_ground),
        }
    }

    /// Whether no reader sees the text.
    pub(super) fn is_hidden(self) -> bool {
        let is_pale = self.pale == Some(true) && self.coloured_ground != Some(true);
        self.vanished == Some(true) || self.tiny == Some(true) || is_pale
    }
}

/// Whether a colour, six hexadecimal digits, is white or nearly so.
fn is_pale(value: &str) -> bool {
    let bytes = value.as_bytes();
    value.len() == 6 && [0, 2, 4].into_iter().all(|at| bytes[at].eq_ignore_ascii_case(&b'f'))
}

/// One style and what it is based on, which says what it does not.
#[derive(Debug, Default)]
pub(super) struct WordStyle {
    name: String,
    based_on: Option<String>,
    outline_level: Option<u8>,
    is_list: bool,
    look: RunLook,
}

/// The part a paragraph plays by its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParagraphRole {
    Title,
    /// From 1.
    Heading(u8),
    ListItem,
    Text,
}

/// The styles of a document by id.
#[derive(Debug, Default)]
pub(super) struct Styles(BTreeMap<String, WordStyle>);

/// How many styles may stand on each other; Word itself allows no more than ten.
const MOST_BASES: usize = 16;

impl Styles {
    /// Reads the part that holds the styles.
    ///
    /// # Errors
    /// Its XML cannot be read.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut styles = BTreeMap::new();
        let mut open: Option<(String, WordStyle)> = None;
        elements(text, |step| {
            match step {
                XmlStep::Start { vocabulary: XmlVocabulary::Word, name: "style", start } => {
                    let id = attribute(start, "styleId").unwrap_or_default();
                    open = Some((id, WordStyle::default()));
                }
                XmlStep::Start { vocabulary: XmlVocabulary::Word, name, start } => {
                    let Some((_, style)) = &mut open else { return Ok(()) };
                    let value = attribute(start, "val");
                    match name {
                        "name" => style.name = value.unwrap_or_default().to_ascii_lowercase(),
                        "basedOn" => style.based_on = value,
                        "outlineLvl" => {
                            style.outline_level = value.and_then(|it| it.parse().ok());
                        }
                        "numPr" => style.is_list = true,
                        _ => {
                            let fill = attribute(start, "fill");
                            style.look.take(name, value.as_deref(), fill.as_deref());
                        }
                    }
                }
                XmlStep::End { vocabulary: XmlVocabulary::Word, name: "style" } => {
                    styles.extend(open.take());
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(Self(styles))
    }

    /// A style and those it is based on, the nearest first.
    fn chain(&self, id: &str) -> impl Iterator<Item = &WordStyle> {
        let based_on = |style: &&WordStyle| self.0.get(style.based_on.as_deref()?);
        std::iter::successors(self.0.get(id), based_on).take(MOST_BASES)
    }

    pub(super) fn look(&self, id: &str) -> RunLook {
        self.chain(id).fold(RunLook::default(), |look, style| look.over(style.look))
    }

    pub(super) fn role(&self, id: &str) -> ParagraphRole {
        let role = |style: &WordStyle| match style.name.strip_prefix("heading ") {
            _ if style.name == "title" => Some(ParagraphRole::Title),
            Some(level) => level.parse().ok().map(ParagraphRole::Heading),
            // Levels of an outline count from 0; 9 is text.
            None => match style.outline_level {
                Some(level @ 0..=8) => Some(ParagraphRole::Heading(level + 1)),
                Some(_) => Some(ParagraphRole::Text),
                None => style.is_list.then_some(ParagraphRole::ListItem),
            },
        };
        self.chain(id).find_map(role).unwrap_or(ParagraphRole::Text)
    }
}
