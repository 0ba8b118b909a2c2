//! TOML to the value tree. Used for front matter between `+++` and for project manifests.

use toml_edit::{Document, Item, Table, TableLike, Value as TomlValue};

use super::limits::{Damage, Limits};
use super::value::{Key, Node, Scalar, ScalarKind, Value};
use crate::span::Span;

/// Reads one TOML document.
///
/// # Errors
/// [`Damage`] where the text is not TOML or passes a bound.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Node, Damage> {
    let document = Document::parse(text).map_err(|error| {
        let span = error.span().map_or(Span::new(0, 0), Span::from);
        let reason = error.message().lines().next().unwrap_or_default().to_owned();
        Damage::new(span, format!("not valid TOML: {reason}"))
    })?;
    let mut reader = TomlReader { text, limits, nodes: 0 };
    let mut node = reader.table(document.as_table(), Span::new(0, text.len()), 0)?;
    node.span = Span::new(0, text.len()).trimmed(text);
    Ok(node)
}

struct TomlReader<'a> {
    text: &'a str,
    limits: &'a Limits,
    nodes: usize,
}

impl TomlReader<'_> {
    fn table(&mut self, table: &dyn TableLike, span: Span, depth: usize) -> Result<Node, Damage> {
        self.count(span, depth)?;
        let mut entries = Vec::new();
        for (name, item) in table.iter() {
            let written = table.key(name).and_then(toml_edit::Key::span);
            let key = Key { text: name.into(), span: written.map_or(span, Span::from) };
            let value = self.item(item, key.span, depth + 1)?;
            entries.push((key, value));
        }
        entries.sort_by_key(|(key, _)| key.span.start);
        Ok(Node { span, value: Value::Mapping(entries) })
    }

    fn item(&mut self, item: &Item, fallback: Span, depth: usize) -> Result<Node, Damage> {
        let span = item.span().map_or(fallback, Span::from);
        match item {
            Item::Table(table) => self.table(table, span, depth),
            Item::ArrayOfTables(tables) => {
                self.count(span, depth)?;
                let items = tables.iter().map(|table: &Table| {
                    let span = table.span().map_or(span, Span::from);
                    self.table(table, span, depth + 1)
                });
                Ok(Node { span, value: Value::Sequence(items.collect::<Result<_, _>>()?) })
            }
            Item::Value(value) => self.value(value, span, depth),
            Item::None => Ok(Node { span, value: Value::Scalar(Scalar::plain("")) }),
        }
    }

    fn value(&mut self, value: &TomlValue, span: Span, depth: usize) -> Result<Node, Damage> {
        if !matches!(value, TomlValue::InlineTable(_)) {
            self.count(span, depth)?;
        }
        let scalar = |text: String, kind| {
            let is_plain = kind != ScalarKind::Text;
            Value::Scalar(Scalar { text: text.into(), kind, is_plain })
        };
        let value = match value {
            TomlValue::String(text) => scalar(text.value().clone(), ScalarKind::Text),
            // As written: a version `1.10` is not `1.1`.
            TomlValue::Integer(_) => scalar(span.of(self.text).to_owned(), ScalarKind::Integer),
            TomlValue::Float(_) => scalar(span.of(self.text).to_owned(), ScalarKind::Float),
            TomlValue::Boolean(flag) => {
                scalar(flag.value().to_string(), ScalarKind::Bool(*flag.value()))
            }
            TomlValue::Datetime(date) => scalar(date.value().to_string(), ScalarKind::Text),
            TomlValue::InlineTable(table) => return self.table(table, span, depth),
            TomlValue::Array(array) => {
                let items = array.iter().map(|item| {
                    let span = item.span().map_or(span, Span::from);
                    self.value(item, span, depth + 1)
                });
                Value::Sequence(items.collect::<Result<_, _>>()?)
            }
        };
        Ok(Node { span, value })
    }

    fn count(&mut self, span: Span, depth: usize) -> Result<(), Damage> {
        self.nodes += 1;
        if depth > self.limits.depth {
            return Err(Damage::new(
                span,
                format!("nested more than {} levels deep", self.limits.depth),
            ));
        }
        if self.nodes > self.limits.nodes {
            return Err(Damage::new(span, format!("more than {} values", self.limits.nodes)));
        }
        Ok(())
    }
}
