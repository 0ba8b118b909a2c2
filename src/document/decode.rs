//! From the value tree to typed settings, by serde, with the place of every mistake.
//!
//! `decode::<T>(node)` is what a reader of settings calls. Keys that start with `x-` belong to the
//! user and are never shown to the type. Unknown keys, wrong types and missing fields become a
//! [`DecodeError`] that knows the bytes and, where a name is close, the name that was meant.
//!
//! # Design
//!
//! serde reads settings through a `Deserializer` over the tree, so that a mistake in a setting has
//! a place and the nearest known name. A scalar keeps the text it was written with: the version
//! `1.10` stays `1.10` and does not become 1.1. `serde_yaml` reads only the data embedded in the
//! binary.

use std::fmt;

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

use super::decode_error::{DecodeError, MistakeKind};
use super::value::{Key, Node, Scalar, ScalarKind, Value};
use crate::span::Span;

/// A value together with the bytes it was written in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    /// Two values are equal wherever they stand.
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Reads a `T` out of a value tree.
///
/// # Errors
/// The first mistake in the order of the type's fields, with its place.
pub(crate) fn decode<'de, T: Deserialize<'de>>(node: &'de Node) -> Result<T, DecodeError> {
    T::deserialize(ValueReader(node))
}

/// The name that asks the reader for a place; see [`Spanned`].
const SPANNED: &str = "aimsgate::Spanned";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Parts<T> {
            type Value = Spanned<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value with its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
                let missing = || de::Error::custom("a place has three parts");
                let start = parts.next_element()?.ok_or_else(missing)?;
                let end = parts.next_element()?.ok_or_else(missing)?;
                let value = parts.next_element()?.ok_or_else(missing)?;
                Ok(Spanned { value, span: Span::new(start, end) })
            }
        }
        deserializer.deserialize_newtype_struct(SPANNED, Parts(std::marker::PhantomData))
    }
}

/// serde's view of one node.
#[derive(Clone, Copy)]
struct ValueReader<'de>(&'de Node);

impl<'de> ValueReader<'de> {
    fn scalar(self, wanted: &str) -> Result<&'de Scalar, DecodeError> {
        match &self.0.value {
            Value::Scalar(scalar) => Ok(scalar),
            Value::Sequence(_) | Value::Mapping(_) => Err(self.wrong(wanted)),
        }
    }

    fn wrong(self, wanted: &str) -> DecodeError {
        let message = format!("{} where {wanted} is expected", self.0.describe());
        let (kind, span) = (MistakeKind::WrongShape, Some(self.0.span));
        DecodeError { message, kind, missing: None, meant: None, span }
    }

    fn text(self) -> Result<&'de str, DecodeError> {
        if self.0.is_blank() {
            return Ok("");
        }
        let scalar = self.scalar("text")?;
        match scalar.kind {
            ScalarKind::Text | ScalarKind::Integer | ScalarKind::Float => Ok(&scalar.text),
            ScalarKind::Null | ScalarKind::Bool(_) => Err(self.wrong("text")),
        }
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            let scalar = self.scalar("a whole number")?;
            let number: $type = match scalar.kind {
                _ if self.0.is_blank() => 0,
                ScalarKind::Integer => scalar.text.parse().map_err(|_| self.wrong("a smaller whole \
                    number"))?,
                _ => return Err(self.wrong("a whole number")),
            };
            visitor.$visit(number).map_err(|error: DecodeError| error.or_at(self.0.span))
        }
    )*};
}

impl<'de> Deserializer<'de> for ValueReader<'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let read = match &self.0.value {
            Value::Sequence(_) => return self.deserialize_seq(visitor),
            Value::Mapping(_) => return self.deserialize_map(visitor),
            Value::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => visitor.visit_unit(),
                ScalarKind::Bool(flag) => visitor.visit_bool(flag),
                ScalarKind::Text => visitor.visit_borrowed_str(&scalar.text),
                ScalarKind::Integer => match scalar.text.parse() {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => visitor.visit_borrowed_str(&scalar.text),
                },
                ScalarKind::Float => match scalar.number() {
                    Some(number) => visitor.visit_f64(number),
                    None => visitor.visit_borrowed_str(&scalar.text),
                },
            },
        };
        read.map_err(|error: DecodeError| error.or_at(self.0.span))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.scalar("true or false")?.kind {
            _ if self.0.is_blank() => visitor.visit_bool(false),
            ScalarKind::Bool(flag) => {
                visitor.visit_bool(flag).map_err(|error: DecodeError| error.or_at(self.0.span))
            }
            _ => Err(self.wrong("true or false")),
        }
    }

    integers!(
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64
    );

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let number = self.scalar("a number")?.number().or(self.0.is_blank().then_some(0.0));
        let number = number.ok_or_else(|| self.wrong("a number"))?;
        visitor.visit_f64(number).map_err(|error: DecodeError| error.or_at(self.0.span))
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor
            .visit_borrowed_str(self.text()?)
            .map_err(|error: DecodeError| error.or_at(self.0.span))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DecodeError> {
        Err(self.wrong("bytes, which no document holds,"))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match &self.0.value {
            Value::Scalar(scalar) if scalar.kind == ScalarKind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.scalar("no value")?.kind {
            ScalarKind::Null => visitor.visit_unit(),
            _ => Err(self.wrong("no value")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if name == SPANNED {
            visitor.visit_seq(PlaceParts { node: self.0, next: 0 })
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match &self.0.value {
            Value::Sequence(items) => visitor
                .visit_seq(Items(items.iter()))
                .map_err(|error: DecodeError| error.or_at(self.0.span)),
            Value::Scalar(_) if self.0.is_blank() => visitor.visit_seq(Items([].iter())),
            Value::Scalar(_) | Value::Mapping(_) => Err(self.wrong("a list")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match &self.0.value {
            Value::Mapping(entries) => visitor
                .visit_map(Entries { rest: entries.iter(), value: None })
                .map_err(|error: DecodeError| error.or_at(self.0.span)),
            Value::Scalar(_) if self.0.is_blank() => {
                visitor.visit_map(Entries { rest: [].iter(), value: None })
            }
            Value::Scalar(_) | Value::Sequence(_) => Err(self.wrong("a mapping")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match &self.0.value {
            Value::Mapping(_) => self.deserialize_map(visitor),
            Value::Scalar(_) | Value::Sequence(_) => {
                Err(self.wrong(&format!("a mapping with the keys {}", fields.join(", "))))
            }
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if let (true, Some(first)) = (self.0.is_blank(), variants.first()) {
            return visitor.visit_enum(Word(first));
        }
        let name = self.text().map_err(|_| self.wrong("one of a set of words"))?;
        visitor.visit_enum(Word(name)).map_err(|error| error.or_at(self.0.span))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(node) = self.0.next() else { return Ok(None) };
        seed.deserialize(ValueReader(node)).map(Some).map_err(|error| error.or_at(node.span))
    }
}

struct Entries<'de> {
    rest: std::slice::Iter<'de, (Key, Node)>,
    value: Option<&'de Node>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, DecodeError> {
        let Some((key, value)) = self.rest.by_ref().find(|(key, _)| !key.text.starts_with("x-"))
        else {
            return Ok(None);
        };
        self.value = Some(value);
        let name: StrDeserializer<'_, DecodeError> = (*key.text).into_deserializer();
        seed.deserialize(name).map(Some).map_err(|error| error.or_at(key.span))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, DecodeError> {
        let Some(value) = self.value.take() else {
            return Err(de::Error::invalid_value(Unexpected::Map, &"a key before its value"));
        };
        seed.deserialize(ValueReader(value)).map_err(|error| error.or_at(value.span))
    }
}

/// Start, end and value of a [`Spanned`].
struct PlaceParts<'de> {
    node: &'de Node,
    next: u8,
}

impl<'de> SeqAccess<'de> for PlaceParts<'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        self.next += 1;
        match self.next {
            1 => seed.deserialize(self.node.span.start.into_deserializer()).map(Some),
            2 => seed.deserialize(self.node.span.end.into_deserializer()).map(Some),
            3 => seed.deserialize(ValueReader(self.node)).map(Some),
            _ => Ok(None),
        }
    }
}

/// A word out of a fixed set: an enum without content.
struct Word<'de>(&'de str);

impl<'de> EnumAccess<'de> for Word<'de> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), DecodeError> {
        let name: StrDeserializer<'_, DecodeError> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Word<'de> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, DecodeError> {
        Err(de::Error::custom("a word with content"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, DecodeError> {
        Err(de::Error::custom("a word with content"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, DecodeError> {
        Err(de::Error::custom("a word with content"))
    }
}
