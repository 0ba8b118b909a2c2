//! What keeps a forge from granting a request, in words.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::untrusted::{clamp, line};

/// Why a request was not granted.
#[derive(Debug)]
pub struct ForgeError {
    pub(crate) cause: ErrorCause,
    text: String,
    /// How long the forge asks to wait.
    pub(super) wait: Option<Duration>,
}

/// What kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorCause {
    /// No connection was made, so nothing was done.
    NoConnection,
    /// The request may have arrived; no whole answer did.
    NoAnswer,
    /// The address, the certificates or the token cannot be used.
    Unusable,
    /// The token is not known (401).
    Unknown,
    /// The token may not (403), or nothing is there for it (404): forges hide what somebody may not
    /// see.
    Forbidden,
    NotFound,
    /// Too many requests (429, or 403 with a limit).
    Limited,
    /// Somebody else is at it (409).
    Conflict,
    /// What was sent is too large (413), or what came.
    TooLarge,
    /// What was sent is not what the API describes (400, 422), or what came is not.
    Invalid,
    Malformed,
    /// It is somewhere else (3xx), where no token is sent.
    Moved,
    /// The forge is at fault (5xx).
    Server,
    Other,
}

impl ForgeError {
    pub(super) fn new(cause: ErrorCause, text: impl Into<String>) -> Self {
        Self { cause, text: text.into(), wait: None }
    }

    /// What an answer says that grants nothing.
    pub(super) fn of_answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let number = |name: &str| {
            headers.get(name).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok())
        };
        let (after, remaining) = (number("retry-after"), number("x-ratelimit-remaining"));
        let is_limit = after.is_some()
            || remaining == Some(0)
            || says(body).to_lowercase().contains("rate limit");
        let cause = match status.as_u16() {
            401 => ErrorCause::Unknown,
            429 => ErrorCause::Limited,
            403 if is_limit => ErrorCause::Limited,
            403 => ErrorCause::Forbidden,
            404 | 410 => ErrorCause::NotFound,
            409 => ErrorCause::Conflict,
            413 => ErrorCause::TooLarge,
            400 | 422 => ErrorCause::Invalid,
            300..=399 => ErrorCause::Moved,
            500..=599 => ErrorCause::Server,
            _ => ErrorCause::Other,
        };
        let words = match cause {
            ErrorCause::Moved => "it is somewhere else now, where no token is sent".to_owned(),
            _ => says(body),
        };
        let wait = match cause {
            ErrorCause::Limited | ErrorCause::Server | ErrorCause::Conflict => match after {
                Some(seconds) => Some(Duration::from_secs(seconds)),
                None if cause == ErrorCause::Limited => {
                    Some(until_reset(headers).unwrap_or(Duration::from_secs(60)))
                }
                None => None,
            },
            _ => None,
        };
        let text = if words.is_empty() {
            status.to_string()
        } else {
            format!("{}: {words}", status.as_u16())
        };
        Self { cause, text, wait }
    }

    /// Whether the same request may be granted later.
    pub(super) fn may_pass(&self) -> bool {
        matches!(
            self.cause,
            ErrorCause::NoConnection
                | ErrorCause::NoAnswer
                | ErrorCause::Limited
                | ErrorCause::Server
                | ErrorCause::Conflict
        )
    }

    /// Whether it is certain that the forge did nothing.
    pub(super) fn did_nothing(&self) -> bool {
        matches!(self.cause, ErrorCause::NoConnection | ErrorCause::Limited | ErrorCause::Conflict)
    }
}

impl fmt::Display for ForgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// How long until a limit of requests begins anew. The forge's own clock says what time it is, for
/// this machine's may be wrong.
fn until_reset(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let reset: i64 = text("x-ratelimit-reset")?.trim().parse().ok()?;
    let now = jiff::fmt::rfc2822::parse(text("date")?).ok()?.timestamp().as_second();
    let seconds = u64::try_from(reset.saturating_sub(now)).unwrap_or(0);
    Some(Duration::from_secs(seconds.saturating_add(1)))
}

/// What an answer says is wrong; nothing where it is no JSON, such as a proxy's page.
fn says(body: &[u8]) -> String {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return String::new() };
    let words = match (&value["message"], &value["error"]) {
        (Value::String(message), _) => message.clone(),
        (Value::Null, Value::String(error)) => error.clone(),
        (Value::Null, _) => String::new(),
        (other, _) => other.to_string(),
    };
    clamp(&line(&words), 200).into_owned()
}
