//! `allowed_signers` and `revoked_keys` (ssh-keygen(1), ALLOWED SIGNERS and KEY REVOCATION LISTS).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::{PublicKey, certificate_flaw};
use super::patterns::match_list;
use super::refused::{CRITICAL_OPTION, Refused};
use super::times::{Time, time};

/// When a signature is asked about, in seconds since 1970, UTC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VerifyTimes {
    /// When the line of `allowed_signers` must hold.
    pub(crate) line: u64,
    /// When a certificate must hold: it was made for the moment of signing, and its authority may
    /// go on.
    pub(crate) certificate: u64,
}

/// Who may sign with which keys.
#[derive(Clone, Debug, Default)]
pub struct AllowedSigners {
    lines: Vec<SignerLine>,
    /// Lines that say nothing that could be read. OpenSSH passes over them; so does this, and
    /// tells.
    pub(crate) mistakes: Vec<SignerLineError>,
}

/// A line that cannot be read, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignerLineError {
    pub(crate) line: usize,
    pub(crate) why: &'static str,
}

/// One line: principals, options, key.
#[derive(Clone, Debug)]
struct SignerLine {
    number: usize,
    principals: String,
    is_authority: bool,
    namespaces: Option<String>,
    valid_after: Option<Time>,
    valid_before: Option<Time>,
    key: PublicKey,
}

impl AllowedSigners {
    /// Reads the file. What a line does not say right makes only that line count for nothing.
    pub fn parse(text: &[u8]) -> Self {
        let mut all = Self::default();
        for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = String::from_utf8_lossy(line);
            match parse_line(&line, at + 1) {
                Ok(Some(line)) => all.lines.push(line),
                Ok(None) => {}
                Err(why) => all.mistakes.push(SignerLineError { line: at + 1, why }),
            }
        }
        all
    }

    /// Whether any line gives a key to a principal, for a namespace and a time.
    pub(super) fn allows(
        &self,
        key: &PublicKey,
        principal: &str,
        namespace: &str,
        at: VerifyTimes,
    ) -> Result<(), Refused> {
        let mut refused = Refused::NotAllowed(principal.to_owned());
        for line in &self.lines {
            match line.allows(key, principal, namespace, at) {
                Some(Ok(())) => return Ok(()),
                // What only this refuses is what can be mended.
                Some(Err(why)) if !refused.is_stricter() => refused = why,
                Some(Err(_)) => {}
                None => {}
            }
        }
        Err(refused)
    }

    /// The keys of the lines that count for a principal, for a namespace and a time.
    pub(super) fn keys<'l>(
        &'l self,
        principal: &'l str,
        namespace: &'l str,
        at: u64,
    ) -> impl Iterator<Item = &'l PublicKey> {
        let lines = self.lines.iter().filter(move |line| {
            // An authority certifies addresses.
            (!line.is_authority || principal.contains('@'))
                && match_list(principal, &line.principals) == Some(true)
                && line.is_for(namespace)
                && line.is_within(at)
                && !line.has_zoneless_time()
                && !line.has_wildcard()
        });
        lines.map(|line| &line.key)
    }

    /// Lines that OpenSSH takes and [`super::verify`] refuses whatever they are used for.
    pub(crate) fn refused_lines(&self) -> impl Iterator<Item = SignerLineError> {
        let why = |line: &SignerLine| {
            if line.has_zoneless_time() {
                Some("a time without a zone; write it with a Z at its end")
            } else {
                line.has_wildcard().then_some(
                    "a pattern for a principal; only lines of a certificate authority may have one",
                )
            }
        };
        self.lines
            .iter()
            .filter_map(move |line| Some(SignerLineError { line: line.number, why: why(line)? }))
    }
}

impl SignerLine {
    /// What it says of a key; nothing where it is about another key or person.
    fn allows(
        &self,
        key: &PublicKey,
        principal: &str,
        namespace: &str,
        at: VerifyTimes,
    ) -> Option<Result<(), Refused>> {
        if match_list(principal, &self.principals) != Some(true) {
            return None;
        }
        let line = self.number;
        match key.certificate().filter(|_| self.is_authority) {
            Some(certificate) if self.key.is_authority_of(certificate) => {
                if let Some(why) = certificate_flaw(certificate, principal, at.certificate) {
                    return Some(Err(Refused::Certificate { line, why }));
                }
            }
            None if !self.is_authority && self.key == *key => {}
            _ => return None,
        }
        if !self.is_for(namespace) {
            return Some(Err(Refused::NamespaceNotAllowed {
                line,
                namespace: namespace.to_owned(),
            }));
        }
        if !self.is_within(at.line) {
            return Some(Err(Refused::OutsideWindow(line)));
        }
        // From here on OpenSSH would accept.
        if self.has_zoneless_time() {
            return Some(Err(Refused::NoZone(line)));
        }
        if self.has_wildcard() {
            return Some(Err(Refused::WildcardPrincipal(line)));
        }
        if key.certificate().is_some_and(|it| it.has_critical_options) {
            return Some(Err(Refused::Certificate { line, why: CRITICAL_OPTION }));
        }
        Some(Ok(()))
    }

    /// Whether another line gives its key to the same people on the same terms, or from a later
    /// day on.
    fn has_terms_of(&self, other: &SignerLine) -> bool {
        let from = |line: &SignerLine| line.valid_after.map(|it| it.seconds);
        self.is_for_those_of(other)
            && from(self) <= from(other)
            && self.valid_before == other.valid_before
    }

    /// Whether another line is this one, ended earlier.
    fn is_ended_by(&self, other: &SignerLine) -> bool {
        let ends = |line: &SignerLine| line.valid_before.map_or(u64::MAX, |it| it.seconds);
        self.is_for_those_of(other)
            && self.key == other.key
            && self.valid_after == other.valid_after
            && ends(other) < ends(self)
    }

    fn is_for_those_of(&self, other: &SignerLine) -> bool {
        self.principals == other.principals
            && self.is_authority == other.is_authority
            && self.namespaces == other.namespaces
    }

    fn is_for(&self, namespace: &str) -> bool {
        let allowed = self.namespaces.as_ref();
        allowed.is_none_or(|allowed| match_list(namespace, allowed) == Some(true))
    }

    fn is_within(&self, at: u64) -> bool {
        let is_early = self.valid_after.is_some_and(|from| at < from.seconds);
        let is_late = self.valid_before.is_some_and(|until| at > until.seconds);
        !is_early && !is_late
    }

    fn has_zoneless_time(&self) -> bool {
        [self.valid_after, self.valid_before].into_iter().flatten().any(|time| !time.has_zone)
    }

    fn has_wildcard(&self) -> bool {
        !self.is_authority && self.principals.contains(['*', '?', '!'])
    }
}

/// Whether a line names a principal as whose key it holds. The line of an authority names whom that
/// may certify.
pub(crate) fn names_principal(line: &[u8], principal: &str) -> bool {
    let read = parse_line(&String::from_utf8_lossy(line), 1);
    let Ok(Some(line)) = read else { return false };
    !line.is_authority && match_list(principal, &line.principals) == Some(true)
}

/// Whether new lines only end old ones, or put other keys in the place of those of old lines, each
/// in the place of another one, and name nobody beside these principals.
pub(crate) fn replaces_keys(old: &[&[u8]], new: &[&[u8]], principals: &[&str]) -> bool {
    let read = |line: &&[u8]| parse_line(&String::from_utf8_lossy(line), 1).ok().flatten();
    let mut old: Vec<SignerLine> = old.iter().filter_map(read).collect();
    let all = old.clone();
    new.iter().all(|line| {
        let Some(line) = read(line) else { return false };
        if all.iter().any(|old| old.is_ended_by(&line)) {
            return true;
        }
        let mut named = line.principals.split(',');
        let is_own = !line.is_authority && named.all(|name| principals.contains(&name));
        let place = old.iter().position(|old| is_own && old.has_terms_of(&line));
        place.map(|place| old.swap_remove(place)).is_some()
    })
}

const SPACE: [char; 3] = [' ', '\t', '\r'];

/// A line; nothing for an empty one and a comment.
fn parse_line(line: &str, number: usize) -> Result<Option<SignerLine>, &'static str> {
    let line = line.trim_start_matches(SPACE);
    if line.is_empty() || line.starts_with('#') || line.trim_end_matches(SPACE).is_empty() {
        return Ok(None);
    }
    let (principals, rest) = first_word(line).ok_or("there is no key after the principals")?;
    let mut options = Options::default();
    let key = match key(rest) {
        Ok(key) => key,
        Err(why) => {
            if ["ssh-", "ecdsa-", "sk-"].iter().any(|kind| rest.starts_with(kind)) {
                return Err(why);
            }
            let after = past_options(rest).ok_or("an option is not closed")?;
            let key = key(after.trim_start_matches([' ', '\t']))?;
            options = Options::parse(rest)?;
            key
        }
    };
    let Options { is_authority, namespaces, valid_after, valid_before } = options;
    Ok(Some(SignerLine {
        number,
        principals,
        is_authority,
        namespaces,
        valid_after,
        valid_before,
        key,
    }))
}

/// The first word of a line and what follows; a quote in it opens what ends at the next one.
fn first_word(line: &str) -> Option<(String, &str)> {
    let at = line.find([' ', '\t', '\r', '\n', '"'])?;
    let (word, rest) = line.split_at(at);
    if let Some(quoted) = rest.strip_prefix('"') {
        let (inside, after) = quoted.split_once('"')?;
        return Some((
            format!("{word}{inside}"),
            after.trim_start_matches([' ', '\t', '\r', '\n']),
        ));
    }
    Some((word.to_owned(), rest.trim_start_matches([' ', '\t', '\r', '\n'])))
}

/// A key: its kind, its encoding in base64, perhaps a comment.
fn key(text: &str) -> Result<PublicKey, &'static str> {
    let (kind, rest) = text.split_once([' ', '\t']).ok_or("there is no key")?;
    let encoded =
        rest.trim_start_matches([' ', '\t']).split([' ', '\t']).next().unwrap_or_default();
    let encoded: String = encoded.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let blob = STANDARD.decode(encoded).map_err(|_| "the key is no base64")?;
    let key = PublicKey::decode(&blob).map_err(|_| "the key cannot be read")?;
    if key.kind() == kind.as_bytes() {
        Ok(key)
    } else {
        Err("the key is of another kind than it says")
    }
}

/// What follows the options: the first blank that stands in no quotes.
fn past_options(text: &str) -> Option<&str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            ' ' | '\t' if !is_quoted => return Some(&text[at..]),
            '"' if !is_escaped => is_quoted = !is_quoted,
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    (!is_quoted).then_some("")
}

#[derive(Default)]
struct Options {
    is_authority: bool,
    namespaces: Option<String>,
    valid_after: Option<Time>,
    valid_before: Option<Time>,
}

impl Options {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut options = Self::default();
        let mut rest = text;
        while !rest.is_empty() && !rest.starts_with([' ', '\t']) {
            if let Some(after) = strip(rest, "cert-authority") {
                options.is_authority = true;
                rest = after;
            } else if let Some(after) = strip(rest, "namespaces=") {
                let (value, after) = quoted(after)?;
                if options.namespaces.replace(value).is_some() {
                    return Err("`namespaces` stands there twice");
                }
                rest = after;
            } else if let Some(after) = strip(rest, "valid-after=") {
                rest = options.time(after, |options| &mut options.valid_after)?;
            } else if let Some(after) = strip(rest, "valid-before=") {
                rest = options.time(after, |options| &mut options.valid_before)?;
            }
            match rest.chars().next() {
                None | Some(' ' | '\t') => break,
                Some(',') if rest.len() > 1 => rest = &rest[1..],
                Some(',') => return Err("a comma ends the options"),
                Some(_) => return Err("an option is not known"),
            }
        }
        match (options.valid_after, options.valid_before) {
            (Some(from), Some(until)) if until.seconds <= from.seconds => Err("`valid-before` is \
                before `valid-after`"),
            _ => Ok(options),
        }
    }

    fn time<'t>(
        &mut self,
        text: &'t str,
        slot: impl Fn(&mut Self) -> &mut Option<Time>,
    ) -> Result<&'t str, &'static str> {
        let (value, rest) = quoted(text)?;
        let time = time(&value).ok_or("a time is none")?;
        match slot(self).replace(time) {
            None => Ok(rest),
            Some(_) => Err("a time stands there twice"),
        }
    }
}

fn strip<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let head = text.get(..name.len())?;
    head.eq_ignore_ascii_case(name).then(|| &text[name.len()..])
}

/// A value in quotes, in which `\"` is a quote.
fn quoted(text: &str) -> Result<(String, &str), &'static str> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('"').ok_or("the value of an option begins with a quote")?;
    loop {
        if let Some(after) = rest.strip_prefix("\\\"") {
            value.push('"');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('"') {
            return Ok((value, after));
        } else {
            let c = rest.chars().next().ok_or("a quote is not closed")?;
            value.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
}

/// Keys that no longer count.
#[derive(Clone, Debug, Default)]
pub struct RevokedKeys {
    keys: Vec<PublicKey>,
    /// The first line that cannot be read. Then nobody can say what is revoked.
    pub(crate) unreadable: Option<usize>,
}

impl RevokedKeys {
    /// Reads the file: one public key a line. A binary key revocation list is not read.
    pub fn parse(text: &[u8]) -> Self {
        let mut all = Self::default();
        if text.starts_with(b"SSHKRL\n\0") {
            all.unreadable = Some(1);
            return all;
        }
        for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = String::from_utf8_lossy(line);
            let line = line.trim_matches(SPACE);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match key(line) {
                Ok(key) => all.keys.push(key),
                Err(_) => all.unreadable = all.unreadable.or(Some(at + 1)),
            }
        }
        all
    }

    /// Takes in what another file revokes.
    pub(crate) fn add(&mut self, other: Self) {
        self.keys.extend(other.keys);
        self.unreadable = self.unreadable.or(other.unreadable);
    }

    /// Whether a key, the key in a certificate, or the authority that signed it is revoked.
    pub(super) fn holds(&self, key: &PublicKey) -> Result<bool, Refused> {
        let is_meant = |revoked: &PublicKey| {
            *revoked == *key
                || revoked.is_same(key)
                || key.certificate().is_some_and(|certificate| revoked.is_authority_of(certificate))
        };
        if self.keys.iter().any(is_meant) {
            return Ok(true);
        }
        match self.unreadable {
            Some(line) => Err(Refused::RevocationsUnreadable(line)),
            None => Ok(false),
        }
    }
}
