//! Reads an expression and refuses what cannot be evaluated in a bounded way.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cel::Env;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};
use regex::RegexBuilder;
use serde_json::Value;

use super::term::{CelTerm, Fold, Function};

/// Bytes of the longest expression, and of the longest text with some in it.
pub(super) const LONGEST: usize = 2_000;
/// How deep one may be nested.
const DEEPEST: u16 = 32;
/// Bytes of the longest pattern, and of what it is compiled to.
const LONGEST_PATTERN: usize = 200;
const LARGEST_PATTERN: usize = 1 << 17;

/// Reads an expression that may name these variables.
pub(super) fn parse(text: &str, variables: &[&str]) -> Result<CelTerm, String> {
    if text.len() > LONGEST {
        return Err(format!("an expression has {LONGEST} bytes at most"));
    }
    // Without macros the parser leaves `all` and its like as the calls they are written as.
    let parser = Env::default().parser().max_recursion_depth(DEEPEST).error_recovery_limit(1);
    let parsed = catch_unwind(AssertUnwindSafe(|| parser.parse(text)))
        .map_err(|_| "this is no expression of CEL".to_owned())?;
    let parsed = parsed.map_err(|errors| {
        let first = errors.errors.first();
        let why = first.map_or("", |error| error.msg.lines().next().unwrap_or_default());
        let column = first.map_or(0, |error| error.pos.1);
        format!("this is no expression of CEL: {why}, at character {column}")
    })?;
    let names = variables.iter().map(|name| (*name).to_owned()).collect();
    Reader { names }.term(&parsed, 0)
}

struct Reader {
    /// What may be named at this place, innermost last.
    names: Vec<String>,
}

impl Reader {
    fn term(&mut self, parsed: &IdedExpr, depth: u16) -> Result<CelTerm, String> {
        if depth > DEEPEST {
            return Err(format!("an expression is nested {DEEPEST} deep at most"));
        }
        let below = depth + 1;
        match &parsed.expr {
            Expr::Literal(literal) => value(literal).map(CelTerm::Literal),
            Expr::Ident(name) if self.names.contains(name) => Ok(CelTerm::Variable(name.clone())),
            Expr::Ident(name) => Err(format!("`{name}` is no variable here")),
            Expr::Select(select) if !select.test => {
                let of = self.term(&select.operand, below)?;
                Ok(CelTerm::Field(Box::new(of), select.field.clone()))
            }
            Expr::List(list) if list.optional_indices.is_empty() => {
                self.terms(&list.elements, below).map(CelTerm::List)
            }
            Expr::Call(call) => self.call(call, below),
            Expr::Map(_) | Expr::Struct(_) => Err("maps cannot be written here".to_owned()),
            Expr::Select(_) | Expr::List(_) | Expr::Comprehension(_) | Expr::Unspecified => {
                Err("this form of CEL is not supported".to_owned())
            }
        }
    }

    fn terms(&mut self, all: &[IdedExpr], depth: u16) -> Result<Vec<CelTerm>, String> {
        all.iter().map(|it| self.term(it, depth)).collect()
    }

    fn call(&mut self, call: &CallExpr, depth: u16) -> Result<CelTerm, String> {
        let CallExpr { func_name, target, args } = call;
        let name = func_name.as_str();
        if let (Some(over), Ok(fold)) = (target, name.parse::<Fold>()) {
            return self.fold(fold, over, args, depth);
        }
        match (name, target, args.as_slice()) {
            ("has", None, [IdedExpr { expr: Expr::Select(select), .. }]) => {
                let of = self.term(&select.operand, depth)?;
                return Ok(CelTerm::Has(Box::new(of), select.field.clone()));
            }
            ("has", ..) => return Err("`has` takes a field: `has(system.owner)`".to_owned()),
            ("matches", Some(of), [pattern]) => return self.matches(of, pattern, depth),
            _ => {}
        }
        let mut terms = Vec::new();
        if let Some(of) = target {
            terms.push(self.term(of, depth)?);
        }
        terms.extend(self.terms(args, depth)?);
        let settled_by = match name {
            "_&&_" => Some(false),
            "_||_" => Some(true),
            _ => None,
        };
        let wrong = |_| format!("`{name}` takes another number of values");
        if let Some(settled_by) = settled_by {
            return Ok(CelTerm::Logic(Box::new(terms.try_into().map_err(wrong)?), settled_by));
        }
        if name == "_?_:_" {
            return Ok(CelTerm::Choose(Box::new(terms.try_into().map_err(wrong)?)));
        }
        let function: Function =
            name.parse().map_err(|_| format!("`{name}` is no function of these expressions"))?;
        let is_right_way =
            if target.is_some() { function.is_method() } else { function.is_global() };
        if !is_right_way {
            let way = if target.is_some() { "`NAME(VALUE)`" } else { "`VALUE.NAME(...)`" };
            return Err(format!("`{name}` is written {way}"));
        }
        if terms.len() != function.arity() {
            return Err(wrong(Vec::new()));
        }
        Ok(CelTerm::Call(function, terms))
    }

    fn fold(
        &mut self,
        fold: Fold,
        over: &IdedExpr,
        args: &[IdedExpr],
        depth: u16,
    ) -> Result<CelTerm, String> {
        let [IdedExpr { expr: Expr::Ident(name), .. }, body] = args else {
            let way = "write a name and an expression: `list.all(it, it.owner != '')`";
            return Err(way.to_owned());
        };
        let over = Box::new(self.term(over, depth)?);
        self.names.push(name.clone());
        let body = self.term(body, depth);
        self.names.pop();
        Ok(CelTerm::Fold { fold, over, name: name.clone(), body: Box::new(body?) })
    }

    /// The pattern stands in the expression itself, so that it is compiled once.
    fn matches(
        &mut self,
        of: &IdedExpr,
        pattern: &IdedExpr,
        depth: u16,
    ) -> Result<CelTerm, String> {
        let Expr::Literal(LiteralValue::String(text)) = &pattern.expr else {
            return Err("`matches` takes a pattern in quotes".to_owned());
        };
        let text = text.inner();
        if text.len() > LONGEST_PATTERN {
            return Err(format!("a pattern has {LONGEST_PATTERN} bytes at most"));
        }
        let pattern = RegexBuilder::new(text).size_limit(LARGEST_PATTERN).build();
        let pattern = pattern.map_err(|_| format!("`{text}` is no pattern that can be used"))?;
        Ok(CelTerm::Matches(Box::new(self.term(of, depth)?), pattern))
    }
}

fn value(literal: &LiteralValue) -> Result<Value, String> {
    Ok(match literal {
        LiteralValue::Boolean(it) => Value::Bool(*it.inner()),
        LiteralValue::Int(it) => Value::from(*it.inner()),
        LiteralValue::UInt(it) => Value::from(*it.inner()),
        LiteralValue::Double(it) => Value::from(*it.inner()),
        LiteralValue::String(it) => Value::from(it.inner()),
        LiteralValue::Null => Value::Null,
        LiteralValue::Bytes(_) => return Err("bytes cannot be written here".to_owned()),
    })
}
