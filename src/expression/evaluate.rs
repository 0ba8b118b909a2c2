//! Evaluates a tree within a budget.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::budget::{Budget, Unknown, Variables};
use super::term::{CelTerm, Fold, Function};
use crate::date::Date;

type Result<'v> = std::result::Result<Cow<'v, Value>, Unknown>;

/// Bytes of text that are looked at for one unit.
const BYTES_OF_A_UNIT: usize = 16;

/// What a tree comes to.
pub(super) fn evaluate<'v>(
    term: &'v CelTerm,
    variables: &Variables<'v>,
    budget: &Budget,
) -> Result<'v> {
    Evaluator { variables, budget }.term(term, None)
}

struct Evaluator<'b, 'v> {
    variables: &'b Variables<'v>,
    budget: &'b Budget,
}

/// The variable of a fold, inside of those around it.
#[derive(Clone, Copy)]
struct FoldVariable<'l, 'v> {
    name: &'v str,
    value: &'l Cow<'v, Value>,
    outer: Option<&'l FoldVariable<'l, 'v>>,
}

impl<'v> Evaluator<'_, 'v> {
    fn term(&self, term: &'v CelTerm, local: Option<&FoldVariable<'_, 'v>>) -> Result<'v> {
        self.budget.spend(1)?;
        match term {
            CelTerm::Literal(value) => Ok(Cow::Borrowed(value)),
            CelTerm::Variable(name) => self.variable(name, local),
            CelTerm::List(terms) => {
                let mut items = Vec::with_capacity(terms.len());
                for term in terms {
                    items.push(self.owned(self.term(term, local)?)?);
                }
                Ok(Cow::Owned(Value::Array(items)))
            }
            CelTerm::Field(of, field) => {
                let of = self.term(of, local)?;
                let Value::Object(_) = &*of else { return Err(no_fields(&of, field)) };
                self.inside(of, |of| of.get(field))?
                    .ok_or_else(|| Unknown::Value(format!("`{field}` is not stated")))
            }
            CelTerm::Has(of, field) => match &*self.term(of, local)? {
                Value::Object(fields) => boolean(fields.contains_key(field)),
                other => Err(no_fields(other, field)),
            },
            CelTerm::Choose(terms) => {
                let [condition, then, otherwise] = &**terms;
                let chosen = if self.flag(condition, local)? { then } else { otherwise };
                self.term(chosen, local)
            }
            CelTerm::Logic(terms, settled_by) => {
                let [one, other] = &**terms;
                self.settle([one, other].into_iter(), *settled_by, |it| self.flag(it, local))
            }
            CelTerm::Call(function, terms) => self.call(*function, terms, local),
            CelTerm::Matches(of, pattern) => {
                let of = self.term(of, local)?;
                let text = text(&of)?;
                // A step of a pattern looks at each of its states.
                self.look(text.len().saturating_mul(1 + pattern.as_str().len() / 8))?;
                boolean(pattern.is_match(text))
            }
            CelTerm::Fold { fold, over, name, body } => {
                let over = self.term(over, local)?;
                self.fold(*fold, over, |item| {
                    self.term(body, Some(&FoldVariable { name, value: item, outer: local }))
                })
            }
        }
    }

    fn variable(&self, name: &str, local: Option<&FoldVariable<'_, 'v>>) -> Result<'v> {
        let mut around = local;
        while let Some(it) = around {
            if it.name == name {
                return self.copied(it.value);
            }
            around = it.outer;
        }
        let found = self.variables.iter().find(|(known, _)| *known == name);
        let missing = || Unknown::Value(format!("there is no `{name}` here"));
        found.map(|(_, value)| Cow::Borrowed(*value)).ok_or_else(missing)
    }

    /// The same value; what has to be copied for it is paid.
    fn copied(&self, value: &Cow<'v, Value>) -> Result<'v> {
        if let Cow::Owned(value) = value {
            self.budget.spend(weight(value))?;
        }
        Ok(value.clone())
    }

    fn owned(&self, value: Cow<'v, Value>) -> std::result::Result<Value, Unknown> {
        if let Cow::Borrowed(value) = value {
            self.budget.spend(weight(value))?;
        }
        Ok(value.into_owned())
    }

    /// Pays for bytes of text.
    fn look(&self, bytes: usize) -> std::result::Result<(), Unknown> {
        self.budget.spend(bytes / BYTES_OF_A_UNIT)
    }

    /// A value inside of another one.
    fn inside(
        &self,
        of: Cow<'v, Value>,
        find: impl Fn(&Value) -> Option<&Value>,
    ) -> std::result::Result<Option<Cow<'v, Value>>, Unknown> {
        Ok(match of {
            Cow::Borrowed(of) => find(of).map(Cow::Borrowed),
            Cow::Owned(of) => match find(&of) {
                Some(found) => {
                    self.budget.spend(weight(found))?;
                    Some(Cow::Owned(found.clone()))
                }
                None => None,
            },
        })
    }

    fn flag(
        &self,
        term: &'v CelTerm,
        local: Option<&FoldVariable<'_, 'v>>,
    ) -> std::result::Result<bool, Unknown> {
        flag(&*self.term(term, local)?)
    }

    /// What several conditions come to of which one that is `settled_by` is enough. One that is
    /// not known matters only where no other one settles it.
    fn settle<T>(
        &self,
        conditions: impl Iterator<Item = T>,
        settled_by: bool,
        holds: impl Fn(T) -> std::result::Result<bool, Unknown>,
    ) -> Result<'v> {
        let mut unknown = None;
        for condition in conditions {
            match holds(condition) {
                Ok(flag) if flag == settled_by => return boolean(settled_by),
                Ok(_) => {}
                Err(Unknown::Cost) => return Err(Unknown::Cost),
                Err(why) => unknown = unknown.or(Some(why)),
            }
        }
        unknown.map_or_else(|| boolean(!settled_by), Err)
    }

    fn fold(
        &self,
        fold: Fold,
        over: Cow<'v, Value>,
        body: impl Fn(&Cow<'v, Value>) -> Result<'v>,
    ) -> Result<'v> {
        let items = self.items(over)?;
        let holds = |item: &Cow<'v, Value>| flag(&*body(item)?);
        match fold {
            Fold::All => self.settle(items.iter(), false, holds),
            Fold::Exists => self.settle(items.iter(), true, holds),
            Fold::ExistsOne => {
                let mut found = 0;
                for item in &items {
                    found += usize::from(holds(item)?);
                }
                boolean(found == 1)
            }
            Fold::Filter => {
                let mut kept = Vec::new();
                for item in items {
                    if holds(&item)? {
                        kept.push(self.owned(item)?);
                    }
                }
                Ok(Cow::Owned(Value::Array(kept)))
            }
            Fold::Map => {
                let mut made = Vec::new();
                for item in &items {
                    made.push(self.owned(body(item)?)?);
                }
                Ok(Cow::Owned(Value::Array(made)))
            }
        }
    }

    /// The items of a list, or the keys of a map.
    fn items(&self, over: Cow<'v, Value>) -> std::result::Result<Vec<Cow<'v, Value>>, Unknown> {
        let key = |key: &String| Cow::Owned(Value::from(key.as_str()));
        let items: Vec<Cow<'v, Value>> = match over {
            Cow::Borrowed(Value::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
            Cow::Owned(Value::Array(items)) => items.into_iter().map(Cow::Owned).collect(),
            Cow::Borrowed(Value::Object(fields)) => fields.keys().map(key).collect(),
            Cow::Owned(Value::Object(fields)) => fields.keys().map(key).collect(),
            other => {
                return Err(Unknown::Value(format!("{} is no list", describe(&other))));
            }
        };
        self.budget.spend(items.len())?;
        Ok(items)
    }

    fn call(
        &self,
        function: Function,
        terms: &'v [CelTerm],
        local: Option<&FoldVariable<'_, 'v>>,
    ) -> Result<'v> {
        let one = self.term(&terms[0], local)?;
        if function.arity() == 1 {
            return self.of_one(function, &one);
        }
        let other = self.term(&terms[1], local)?;
        match function {
            Function::Equal | Function::NotEqual => {
                self.budget.spend(weight(&one).saturating_add(weight(&other)))?;
                boolean(are_equal(&one, &other)? == (function == Function::Equal))
            }
            Function::Less => Ok(self.order(&one, &other, Ordering::is_lt)?),
            Function::LessEqual => self.order(&one, &other, Ordering::is_le),
            Function::Greater => self.order(&one, &other, Ordering::is_gt),
            Function::GreaterEqual => self.order(&one, &other, Ordering::is_ge),
            Function::In => {
                self.budget.spend(weight(&one).saturating_add(weight(&other)))?;
                match &*other {
                    Value::Object(fields) => boolean(fields.contains_key(text(&one)?)),
                    Value::Array(items) => {
                        self.settle(items.iter(), true, |it| are_equal(&one, it))
                    }
                    _ => Err(Unknown::Value(format!("{} is no list", describe(&other)))),
                }
            }
            Function::Index => self.index(one, &other),
            Function::Contains | Function::StartsWith | Function::EndsWith => {
                let (whole, part) = (text(&one)?, text(&other)?);
                self.look(whole.len().saturating_add(part.len()))?;
                boolean(match function {
                    Function::Contains => whole.contains(part),
                    Function::StartsWith => whole.starts_with(part),
                    _ => whole.ends_with(part),
                })
            }
            Function::Days => {
                let (from, to) = (day(&one)?, day(&other)?);
                Ok(Cow::Owned(Value::from(from.days_until(to))))
            }
            _ => self.calculate(function, &one, &other),
        }
    }

    fn of_one(&self, function: Function, one: &Value) -> Result<'v> {
        let made = match (function, one) {
            (Function::Not, _) => Value::Bool(!flag(one)?),
            (Function::Size, Value::Array(items)) => Value::from(items.len()),
            (Function::Size, Value::Object(fields)) => Value::from(fields.len()),
            (Function::Size, _) => {
                let text = text(one)?;
                self.look(text.len())?;
                Value::from(text.chars().count())
            }
            (Function::LowerAscii, _) => {
                let text = text(one)?;
                self.look(text.len())?;
                Value::from(text.to_ascii_lowercase())
            }
            (Function::Text, _) => {
                self.budget.spend(weight(one))?;
                Value::from(shown(one)?)
            }
            _ => return self.calculate(Function::Subtract, &Value::from(0), one),
        };
        Ok(Cow::Owned(made))
    }

    fn index(&self, of: Cow<'v, Value>, at: &Value) -> Result<'v> {
        let found = match (&*of, at) {
            (Value::Array(_), Value::Number(at)) => {
                let at = at.as_u64().and_then(|at| usize::try_from(at).ok());
                self.inside(of, |of| of.get(at?))?
            }
            (Value::Object(_), Value::String(key)) => self.inside(of, |of| of.get(key))?,
            _ => None,
        };
        found.ok_or_else(|| Unknown::Value(format!("there is nothing at {at}")))
    }

    fn order(&self, one: &Value, other: &Value, is_so: fn(Ordering) -> bool) -> Result<'v> {
        let order = match (one, other) {
            (Value::String(one), Value::String(other)) => {
                self.look(one.len().min(other.len()))?;
                Some(one.cmp(other))
            }
            (Value::Number(_), Value::Number(_)) => compared(one, other),
            _ => None,
        };
        order.map_or_else(|| Err(unlike(one, other)), |order| boolean(is_so(order)))
    }

    fn calculate(&self, function: Function, one: &Value, other: &Value) -> Result<'v> {
        let made = match (function, one, other) {
            (Function::Add, Value::String(one), Value::String(other)) => {
                self.look(one.len().saturating_add(other.len()))?;
                Some(Value::from(format!("{one}{other}")))
            }
            (Function::Add, Value::Array(first), Value::Array(second)) => {
                self.budget.spend(weight(one).saturating_add(weight(other)))?;
                Some(Value::Array(first.iter().chain(second).cloned().collect()))
            }
            (_, Value::Number(_), Value::Number(_)) => match (one.as_i64(), other.as_i64()) {
                (Some(one), Some(other)) => whole(function, one, other).map(Value::from),
                _ => one.as_f64().zip(other.as_f64()).and_then(|(one, other)| {
                    serde_json::Number::from_f64(decimal(function, one, other)).map(Value::Number)
                }),
            },
            _ => return Err(unlike(one, other)),
        };
        made.map(Cow::Owned)
            .ok_or_else(|| Unknown::Value(format!("{one} and {other} come to no number")))
    }
}

fn whole(function: Function, one: i64, other: i64) -> Option<i64> {
    match function {
        Function::Add => one.checked_add(other),
        Function::Subtract => one.checked_sub(other),
        Function::Multiply => one.checked_mul(other),
        Function::Divide => one.checked_div(other),
        _ => one.checked_rem(other),
    }
}

fn decimal(function: Function, one: f64, other: f64) -> f64 {
    match function {
        Function::Add => one + other,
        Function::Subtract => one - other,
        Function::Multiply => one * other,
        Function::Divide => one / other,
        _ => one % other,
    }
}

fn compared(one: &Value, other: &Value) -> Option<Ordering> {
    match (one.as_i64(), other.as_i64()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// Whether two values are the same. Values of two types cannot be compared: that they differ would
/// be an answer to another question.
fn are_equal(one: &Value, other: &Value) -> std::result::Result<bool, Unknown> {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => Ok(compared(one, other) == Some(Ordering::Equal)),
        (Value::Null, _) | (_, Value::Null) => Ok(one == other),
        _ if describe(one) == describe(other) => Ok(one == other),
        _ => Err(unlike(one, other)),
    }
}

fn boolean<'v>(flag: bool) -> Result<'v> {
    Ok(Cow::Owned(Value::Bool(flag)))
}

fn flag(value: &Value) -> std::result::Result<bool, Unknown> {
    let wrong = || Unknown::Value(format!("{} is not true or false", describe(value)));
    value.as_bool().ok_or_else(wrong)
}

fn text(value: &Value) -> std::result::Result<&str, Unknown> {
    value.as_str().ok_or_else(|| Unknown::Value(format!("{} is no text", describe(value))))
}

fn day(value: &Value) -> std::result::Result<Date, Unknown> {
    let text = text(value)?;
    text.parse().map_err(|_| Unknown::Value(format!("`{text}` is no day")))
}

/// A single value as people write it.
pub(super) fn shown(value: &Value) -> std::result::Result<String, Unknown> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(Unknown::Value(format!("{} is no single value", describe(value)))),
    }
}

/// What kind of value it is, in words.
pub(super) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

fn unlike(one: &Value, other: &Value) -> Unknown {
    Unknown::Value(format!("{} and {} do not go together", describe(one), describe(other)))
}

fn no_fields(of: &Value, field: &str) -> Unknown {
    Unknown::Value(format!("{} has no `{field}`", describe(of)))
}

/// What it costs to look at all of a value.
fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
        Value::String(text) => 1 + text.len() / BYTES_OF_A_UNIT,
        Value::Array(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(|value| 1 + weight(value)).sum::<usize>(),
    }
}
