//! The tree of an expression that was checked: what it can say and nothing else.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

/// A part of an expression.
#[derive(Clone, Debug)]
pub(super) enum CelTerm {
    Literal(Value),
    /// A variable of the check, or of a fold around it.
    Variable(String),
    List(Vec<CelTerm>),
    Field(Box<CelTerm>, String),
    /// `has(a.b)`.
    Has(Box<CelTerm>, String),
    /// `a ? b : c`.
    Choose(Box<[CelTerm; 3]>),
    /// `a && b`, or `a || b` where the flag, which is what settles it, is true.
    Logic(Box<[CelTerm; 2]>, bool),
    Call(Function, Vec<CelTerm>),
    Matches(Box<CelTerm>, Regex),
    Fold {
        fold: Fold,
        over: Box<CelTerm>,
        name: String,
        body: Box<CelTerm>,
    },
}

impl CelTerm {
    /// Adds the variables it names.
    pub(super) fn add_names<'t>(&'t self, names: &mut BTreeSet<&'t str>) {
        let mut each = |terms: &'t [CelTerm]| terms.iter().for_each(|it| it.add_names(names));
        match self {
            Self::Literal(_) => {}
            Self::Variable(name) => {
                names.insert(name);
            }
            Self::List(terms) | Self::Call(_, terms) => each(terms),
            Self::Field(of, _) | Self::Has(of, _) | Self::Matches(of, _) => of.add_names(names),
            Self::Choose(terms) => each(&terms[..]),
            Self::Logic(terms, _) => each(&terms[..]),
            Self::Fold { over, body, .. } => {
                over.add_names(names);
                body.add_names(names);
            }
        }
    }
}

/// What is done with each item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Fold {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

/// An operator or function. The name is that of the parser for operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
pub(super) enum Function {
    #[strum(serialize = "!_")]
    Not,
    #[strum(serialize = "-_")]
    Negate,
    #[strum(serialize = "_==_")]
    Equal,
    #[strum(serialize = "_!=_")]
    NotEqual,
    #[strum(serialize = "_<_")]
    Less,
    #[strum(serialize = "_<=_")]
    LessEqual,
    #[strum(serialize = "_>_")]
    Greater,
    #[strum(serialize = "_>=_")]
    GreaterEqual,
    #[strum(serialize = "_+_")]
    Add,
    #[strum(serialize = "_-_")]
    Subtract,
    #[strum(serialize = "_*_")]
    Multiply,
    #[strum(serialize = "_/_")]
    Divide,
    #[strum(serialize = "_%_")]
    Remainder,
    #[strum(serialize = "@in")]
    In,
    #[strum(serialize = "_[_]")]
    Index,
    #[strum(serialize = "size")]
    Size,
    #[strum(serialize = "contains")]
    Contains,
    #[strum(serialize = "startsWith")]
    StartsWith,
    #[strum(serialize = "endsWith")]
    EndsWith,
    #[strum(serialize = "lowerAscii")]
    LowerAscii,
    #[strum(serialize = "string")]
    Text,
    #[strum(serialize = "days")]
    Days,
}

impl Function {
    /// How many values it takes.
    pub(super) fn arity(self) -> usize {
        match self {
            Self::Not | Self::Negate | Self::Size | Self::LowerAscii | Self::Text => 1,
            _ => 2,
        }
    }

    /// Whether it may be written behind a dot: `a.size()`.
    pub(super) fn is_method(self) -> bool {
        matches!(
            self,
            Self::Size | Self::Contains | Self::StartsWith | Self::EndsWith | Self::LowerAscii
        )
    }

    /// Whether it may be written before its values: `size(a)`.
    pub(super) fn is_global(self) -> bool {
        !self.is_method() || self == Self::Size
    }
}
