//! The parts of an Office Open XML package (ECMA-376 part 2): a ZIP archive of XML files.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::NsReader;
use zip::ZipArchive;

/// Bytes that one part may unpack to.
const LARGEST_PART: u64 = 16 << 20;

/// Levels of elements in a part.
const DEEPEST: usize = 256;

/// A package whose parts are unpacked as they are asked for.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

/// Where a relationship of a part leads.
#[derive(Debug)]
pub(super) struct Relationship {
    /// The last word of its type: `officeDocument`, `styles`, `hyperlink`.
    pub(super) kind: String,
    /// The name of a part, or an address outside the package.
    pub(super) target: String,
}

impl<'a> Package<'a> {
    /// Opens a package.
    ///
    /// # Errors
    /// The bytes are no ZIP archive; a file with a password is none.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| format!("no package of a word processor: {error}"))?;
        Ok(Self { archive })
    }

    /// Unpacks a part. None where the package has none of that name.
    ///
    /// # Errors
    /// It is damaged, larger than the bound or no UTF-8.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        let damaged = |error: &dyn std::fmt::Display| format!("its part {name}: {error}");
        let file = self.archive.by_index(index).map_err(|error| damaged(&error))?;
        let mut bytes = Vec::new();
        file.take(LARGEST_PART + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
        if bytes.len() as u64 > LARGEST_PART {
            return Err(damaged(&format_args!("unpacks to more than {LARGEST_PART} bytes")));
        }
        String::from_utf8(bytes).map(Some).map_err(|_| damaged(&"not UTF-8 text"))
    }

    /// The relationships of a part by id; those of the package for an empty name.
    ///
    /// # Errors
    /// As [`Package::part`].
    pub(super) fn relationships(
        &mut self,
        part: &str,
    ) -> Result<BTreeMap<String, Relationship>, String> {
        let (folder, name) = part.rsplit_once('/').map_or(("", part), |(at, name)| (at, name));
        let below = |rest: &str| match folder {
            "" => rest.to_owned(),
            folder => format!("{folder}/{rest}"),
        };
        let place = below(&format!("_rels/{name}.rels"));
        let Some(text) = self.part(&place)? else { return Ok(BTreeMap::new()) };
        let mut found = BTreeMap::new();
        elements(&text, |step| {
            let XmlStep::Start { name: "Relationship", start, .. } = step else { return Ok(()) };
            let value = |name| attribute(start, name).unwrap_or_default();
            let kind = value("Type");
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let target = match (value("Target"), value("TargetMode").as_str()) {
                (outside, "External") => outside,
                (absolute, _) if absolute.starts_with('/') => absolute[1..].to_owned(),
                (relative, _) => below(&relative),
            };
            found.insert(value("Id"), Relationship { kind, target });
            Ok(())
        })?;
        Ok(found)
    }
}

/// The namespaces whose elements are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum XmlVocabulary {
    /// WordprocessingML, transitional or strict.
    Word,
    /// Markup compatibility (ECMA-376 part 3).
    Compatibility,
    /// Relationships of a package.
    Relationships,
    Other,
}

/// What a part says next.
pub(super) enum XmlStep<'x> {
    Start { vocabulary: XmlVocabulary, name: &'x str, start: &'x BytesStart<'x> },
    End { vocabulary: XmlVocabulary, name: &'x str },
    Text(&'x str),
}

fn vocabulary(of: &quick_xml::name::ResolveResult<'_>) -> XmlVocabulary {
    let quick_xml::name::ResolveResult::Bound(namespace) = of else { return XmlVocabulary::Other };
    match namespace.into_inner() {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        | "http://purl.oclc.org/ooxml/wordprocessingml/main" => XmlVocabulary::Word,
        "http://schemas.openxmlformats.org/markup-compatibility/2006" => {
            XmlVocabulary::Compatibility
        }
        "http://schemas.openxmlformats.org/package/2006/relationships" => {
            XmlVocabulary::Relationships
        }
        _ => XmlVocabulary::Other,
    }
}

/// Walks through the elements and texts of a part; an element without content starts and ends.
///
/// # Errors
/// The XML is not well-formed, nests too deeply or declares entities, or `take` refused a step.
pub(super) fn elements(
    text: &str,
    mut take: impl FnMut(XmlStep<'_>) -> Result<(), String>,
) -> Result<(), String> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0;
    loop {
        let (resolved, event) =
            reader.read_resolved_event().map_err(|error| format!("its XML: {error}"))?;
        let vocabulary = vocabulary(&resolved);
        match &event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(format!("its XML nests more than {DEEPEST} elements"));
                }
                let name = start.local_name();
                take(XmlStep::Start { vocabulary, name: name.into_inner(), start })?;
            }
            Event::End(end) => {
                depth -= 1;
                take(XmlStep::End { vocabulary, name: end.local_name().into_inner() })?;
            }
            Event::Text(text) => take(XmlStep::Text(&text.xml10_content()))?,
            Event::CData(text) => take(XmlStep::Text(&text.xml10_content()))?,
            Event::GeneralRef(reference) => {
                let known = reference.resolve_char_ref().ok().flatten().map(String::from);
                let known = known.or_else(|| {
                    let name = reference.xml10_content();
                    quick_xml::escape::resolve_xml_entity(&name).map(str::to_owned)
                });
                take(XmlStep::Text(&known.ok_or("its XML names an entity that nothing defines")?))?;
            }
            Event::DocType(_) => return Err("its XML declares a document type".to_owned()),
            Event::Eof if depth > 0 => return Err("its XML ends within an element".to_owned()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The value of an attribute by its name without prefix.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    attributes.with_checks(false);
    let found = attributes.flatten().find(|it| it.key.local_name().into_inner() == name)?;
    Some(found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
}
