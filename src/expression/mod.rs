//! Expressions that people write in settings: CEL, checked when it is read, evaluated within a
//! budget.
//!
//! # Design
//!
//! The grammar is that of the `cel` crate. Its interpreter is not used, because it has no bound on
//! what an expression costs, and a repository that is judged may hold any expression. What was
//! parsed becomes a [`CelTerm`](term::CelTerm), which knows only what is listed there; every step
//! and every byte that is looked at is paid from a [`Budget`].
//!
//! A value that is not there, values of types that do not go together and a spent budget are each
//! an [`Unknown`], never `false`. As in CEL, `false && unknown` is false and `true || unknown` is
//! true, because the other side cannot change that.

mod budget;
mod evaluate;
mod parse;
mod template;
mod term;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) use budget::{Budget, Unknown, Variables};
pub(crate) use template::Template;

/// An expression that was read, with the text it was written as.
#[derive(Clone, Debug)]
pub(crate) struct CelExpression {
    text: String,
    term: term::CelTerm,
}

impl CelExpression {
    /// Reads an expression that may name these variables.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn parse(text: &str, variables: &[&str]) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), term: parse::parse(text, variables)? })
    }

    /// The text it was written as.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Adds the variables it names, those of folds in it too.
    pub(crate) fn add_names<'e>(&'e self, names: &mut BTreeSet<&'e str>) {
        self.term.add_names(names);
    }

    /// What it comes to.
    ///
    /// # Errors
    /// Where that cannot be known.
    pub(crate) fn evaluate<'v>(
        &'v self,
        variables: &Variables<'v>,
        budget: &Budget,
    ) -> Result<Cow<'v, Value>, Unknown> {
        evaluate::evaluate(&self.term, variables, budget)
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// As [`Self::evaluate`]; also where it comes to something else than true or false.
    pub(crate) fn holds<'v>(
        &'v self,
        variables: &Variables<'v>,
        budget: &Budget,
    ) -> Result<bool, Unknown> {
        let value = self.evaluate(variables, budget)?;
        value.as_bool().ok_or_else(|| {
            Unknown::Value(format!("it is {}, not true or false", evaluate::describe(&value)))
        })
    }
}
