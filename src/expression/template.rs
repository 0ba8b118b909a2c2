//! A text with placeholders: `the card of {system.id} names no owner`.

use std::collections::BTreeSet;

use super::CelExpression;
use super::budget::{Budget, Variables};
use super::evaluate::shown;
use super::parse::LONGEST;

/// Characters of the longest value that is put into a text.
const LONGEST_VALUE: usize = 200;

/// A text whose placeholders are expressions.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// The text before each placeholder, and the placeholder.
    pieces: Vec<(String, CelExpression)>,
    end: String,
    text: String,
}

impl Template {
    /// Reads a text whose placeholders may name these variables.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn parse(text: &str, variables: &[&str]) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("a text with placeholders has {LONGEST} bytes at most"));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, after) =
                after.split_once('}').ok_or("a placeholder ends with `}`".to_owned())?;
            pieces.push((before.to_owned(), CelExpression::parse(inside, variables)?));
            rest = after;
        }
        Ok(Self { pieces, end: rest.to_owned(), text: text.to_owned() })
    }

    /// The text as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Adds the variables it names.
    pub(crate) fn add_names<'t>(&'t self, names: &mut BTreeSet<&'t str>) {
        self.pieces.iter().for_each(|(_, placeholder)| placeholder.add_names(names));
    }

    /// The text; a value that is not known is a question mark in it.
    pub(crate) fn filled<'v>(&'v self, variables: &Variables<'v>, budget: &Budget) -> String {
        let mut text = String::new();
        for (before, placeholder) in &self.pieces {
            let value = placeholder.evaluate(variables, budget);
            let value = value.and_then(|value| shown(&value));
            text += before;
            text.extend(value.as_deref().unwrap_or("?").chars().take(LONGEST_VALUE));
        }
        text + &self.end
    }
}
