//! SHA-256 digests of content, written as lower-case hexadecimal.
//!
//! Each way of digesting stands here once; `docs/signoff-format.md` says how to repeat it with
//! other tools.

use std::borrow::Borrow;
use std::fmt::{self, Write as _};
use std::ops::Deref;
use std::str::FromStr;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use sha2::Digest as _;

/// A SHA-256, as 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Sha256(String);

/// A text that is no SHA-256 as `sha256sum` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no SHA-256 in small hexadecimal letters")]
pub struct NotSha256;

impl Sha256 {
    /// Returns the digest that a text states in letters of either case. Returns `None` where it
    /// states none.
    pub(crate) fn in_any_case(text: &str) -> Option<Self> {
        is_sha256(text).then(|| Self(text.to_ascii_lowercase()))
    }

    #[cfg(test)]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Sha256 {
    type Error = NotSha256;

    fn try_from(text: String) -> Result<Self, NotSha256> {
        let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        if is_sha256(&text) && is_lower { Ok(Self(text)) } else { Err(NotSha256) }
    }
}

impl FromStr for Sha256 {
    type Err = NotSha256;

    fn from_str(text: &str) -> Result<Self, NotSha256> {
        text.to_owned().try_into()
    }
}

impl Deref for Sha256 {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Sha256 {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Sha256 {
    fn eq(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl PartialEq<&str> for Sha256 {
    fn eq(&self, text: &&str) -> bool {
        self.0 == *text
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the SHA-256 of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> Sha256 {
    let bytes = sha2::Sha256::digest(bytes);
    Sha256(bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Returns whether a text is 64 hexadecimal digits, in either case.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns whether a text is the id of a commit: 40 hexadecimal digits, or more.
pub(crate) fn is_commit_id(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns the SHA-256 of the content of a file. For a Git LFS pointer (specification v1) it is the
/// digest of the object that the pointer names.
pub(crate) fn of_content(bytes: &[u8]) -> Sha256 {
    lfs_pointer(bytes).map_or_else(|| sha256(bytes), |pointer| pointer.object)
}

/// A Git LFS pointer (specification v1): the object it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LfsPointer {
    pub(crate) object: Sha256,
    pub(crate) size: u64,
}

/// Returns the Git LFS pointer that bytes are. Returns `None` where they are not exactly its three
/// lines.
pub(crate) fn lfs_pointer(bytes: &[u8]) -> Option<LfsPointer> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() < 1024)?;
    let rest = text.strip_prefix("version https://git-lfs.github.com/spec/v1\n")?;
    let (oid, size) =
        rest.strip_prefix("oid sha256:")?.strip_suffix('\n')?.split_once("\nsize ")?;
    let is_size = size.bytes().all(|byte| byte.is_ascii_digit());
    Some(LfsPointer { object: oid.parse().ok()?, size: size.parse().ok().filter(|_| is_size)? })
}

/// Returns the SHA-256 of a listing. Its first line is the pattern that found the files. Each
/// further line is a digest, two spaces and a path, as `sha256sum` prints it, in the order of the
/// paths' bytes.
pub fn of_listing<'p>(pattern: &str, files: impl IntoIterator<Item = (&'p str, Sha256)>) -> Sha256 {
    let mut files: Vec<(&str, Sha256)> = files.into_iter().collect();
    files.sort_by(|one, other| one.0.as_bytes().cmp(other.0.as_bytes()));
    let lines = files.iter().map(|(path, digest)| format!("{digest}  {path}\n"));
    sha256(format!("{pattern}\n{}", lines.collect::<String>()).as_bytes())
}

/// The SHA-256 of the words of a text, joined by single spaces: what two messages have in common.
/// What people sign is digested by `canonical`.
///
/// What lays a text out is no word: the marks of headings, quotations and bullets at the beginning
/// of a line, the lines that rule a table or underline a heading, and `*`, `_`, `` ` `` and `|`
/// wherever they stand. Every other character of ASCII punctuation is a word of its own.
pub(crate) fn of_words(text: &str) -> Sha256 {
    static MARKS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[\s>]*(?:(?:[-*+]|#{1,6})\s+)*").ok());
    let mut words = String::new();
    let mut push = |word: &str| {
        if !words.is_empty() && !word.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    };
    for line in text.lines() {
        let marks =
            MARKS.as_ref().and_then(|marks| marks.find(line)).map_or(0, |found| found.end());
        let line = &line[marks..];
        if line.chars().all(|c| c.is_whitespace() || "|:=+-".contains(c)) {
            continue;
        }
        for run in line.split(|c: char| c.is_whitespace() || "*_`|".contains(c)) {
            let mut rest = run;
            while let Some(at) = rest.find(|c: char| c.is_ascii_punctuation()) {
                push(&rest[..at]);
                push(&rest[at..=at]);
                rest = &rest[at + 1..];
            }
            push(rest);
        }
    }
    sha256(words.as_bytes())
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_the_same_however_a_text_is_laid_out() {
        let words = super::of_words;
        let text = words("Up to 20,000 euros: officers decide, not the score.");
        for same in [
            "Up to 20,000 euros:\n  officers  decide, not the score.\n",
            "- **Up to** 20,000 `euros`: officers _decide_, not the score.",
            "| Up to 20,000 euros: | officers decide, |\n|---|:--|\n| not the score. | |",
            "> + Up to 20,000 euros:\n> + officers decide, not the score.",
        ] {
            assert_eq!(words(same), text, "{same}");
        }
        for other in [
            "Up to 20.000 euros: officers decide, not the score.",
            "Up to 20,000 euros: \
            officers decide.",
        ] {
            assert_ne!(words(other), text, "{other}");
        }
        assert_ne!(words("the gap is -3"), words("the gap is 3"));
        assert_ne!(words("<!-- hidden --> said"), words("said"));
        assert_ne!(
            words("at most\n20. Officers"),
            words("at most\n90. Officers"),
            "a number may \
            begin a line"
        );
    }

    #[test]
    fn a_pointer_stands_for_its_object_only_where_it_is_exactly_one() {
        let oid = "a".repeat(64);
        let pointer = format!(
            "version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize \
            12\n"
        );
        assert_eq!(super::of_content(pointer.as_bytes()), oid.as_str());
        for other in [
            format!("{pointer}x-more 1\n"),
            pointer.replace('\n', "\r\n"),
            pointer.replace("aaa", "AAA"),
        ] {
            assert_eq!(
                super::of_content(other.as_bytes()),
                super::sha256(other.as_bytes()),
                "{other}"
            );
        }
    }

    #[test]
    fn a_listing_is_that_of_the_usual_tools() {
        // (echo '**'; printf x | sha256sum | sed 's/-/b/'; printf y | sha256sum | sed 's/-/b.c/') |
        // sha256sum
        let listing =
            super::of_listing("**", [("b.c", super::sha256(b"y")), ("b", super::sha256(b"x"))]);
        assert_eq!(listing, "8b66cce51063913d638c6a3bf072000c16cea1484aefef91baa976a903d466b3");
    }

    #[test]
    fn agrees_with_the_published_vector() {
        // FIPS 180-4, the one-block example.
        assert_eq!(
            super::sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
