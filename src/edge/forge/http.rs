//! The one HTTP client: bounded in time and bytes, patient where a forge asks for patience, silent
//! about tokens.
//!
//! # Design
//!
//! One HTTP client carries both forges. octocrab builds and sends the requests to GitHub over the
//! same connections as those to GitLab. Its models and its retries are not used, because each
//! request says whether it may be sent again: what may have arrived is looked for before it is sent
//! a second time.

use std::time::Duration;

use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use octocrab::{Octocrab, OctocrabBuilder};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::connection::{Network, RetryPolicy, Token, checked, client, innermost, no_answer};
use super::connection::{runtime, unusable};
use super::error::{ErrorCause, ForgeError};

/// Bytes of one answer that are read.
const LARGEST_ANSWER: usize = 16 << 20;

/// Whether a request that may have arrived may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// Sent twice it does what it does sent once.
    Harmless,
    /// Only where the forge said that it did nothing.
    Refused,
}

/// A forge's answer to a request that it granted.
#[derive(Debug)]
pub(crate) struct HttpAnswer {
    headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl HttpAnswer {
    /// Reads the answer.
    ///
    /// # Errors
    /// When it is not the JSON that is expected.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ForgeError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ForgeError::new(
                ErrorCause::Malformed,
                format!("the answer is not what the API describes: {error}"),
            )
        })
    }

    /// Whether another page follows (`Link`, RFC 8288; GitLab says so in `X-Next-Page` too).
    pub(crate) fn has_next(&self) -> bool {
        let text = |name: &str| {
            self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        text("link").contains("rel=\"next\"") || !text("x-next-page").is_empty()
    }
}

/// The client of one forge. GitHub's own client carries the requests to every forge, over one
/// pool of connections.
pub(crate) struct Http {
    runtime: tokio::runtime::Runtime,
    octocrab: Octocrab,
    /// Where the API begins, without a slash at its end.
    base: String,
    retry: RetryPolicy,
    /// What the forge is asked to answer with.
    accept: &'static str,
    /// The header that carries the token, where that is not `Authorization`.
    token: Option<(&'static str, Token)>,
}

impl Http {
    /// A client of GitHub's REST API, as the holder of a token.
    ///
    /// # Errors
    /// When the address or the certificates cannot be used.
    pub(crate) fn github(base: &str, token: &Token, network: &Network) -> Result<Self, ForgeError> {
        let accept = "application/vnd.github+json, application/json;q=0.9";
        Self::new(base, accept, Some(token), None, network)
    }

    /// A client of GitLab's REST API; the token goes in the header that its kind asks for.
    ///
    /// # Errors
    /// As [`Http::github`].
    pub(crate) fn gitlab(
        base: &str,
        token: Option<(&'static str, Token)>,
        network: &Network,
    ) -> Result<Self, ForgeError> {
        Self::new(base, "application/json", None, token, network)
    }

    fn new(
        base: &str,
        accept: &'static str,
        bearer: Option<&Token>,
        token: Option<(&'static str, Token)>,
        network: &Network,
    ) -> Result<Self, ForgeError> {
        let base = checked(base)?;
        let runtime = runtime()?;
        let inside = runtime.enter();
        let mut builder =
            OctocrabBuilder::new().base_uri(base.as_str()).map_err(|error| unusable(&error))?;
        if let Some(bearer) = bearer {
            secret(bearer)?;
            // The client sends it to the address of the API and no other.
            builder = builder.personal_token(bearer.expose().to_owned());
        }
        let octocrab =
            builder.build_with_reqwest(client(network)?).map_err(|error| unusable(&error))?;
        drop(inside);
        Ok(Self { runtime, octocrab, base, retry: network.retry, accept, token })
    }

    /// Asks for something.
    ///
    /// # Errors
    /// What kept it from being given.
    pub(crate) fn get(&self, path: &str) -> Result<HttpAnswer, ForgeError> {
        self.send(&Method::GET, path, None, Idempotency::Harmless)
    }

    /// All pages of a list, at most `most` entries.
    ///
    /// # Errors
    /// What kept a page from being given; that there are more.
    pub(crate) fn pages<T: DeserializeOwned>(
        &self,
        path: &str,
        most: usize,
    ) -> Result<Vec<T>, ForgeError> {
        let mut all = Vec::new();
        let mut before = Vec::new();
        let sign = if path.contains('?') { '&' } else { '?' };
        for page in 1_u32.. {
            let answer = self.get(&format!("{path}{sign}per_page=100&page={page}"))?;
            let some: Vec<T> = answer.json()?;
            // Who repeats a page has no other.
            let is_last = !answer.has_next() || some.is_empty() || answer.body == before;
            before.clone_from(&answer.body);
            all.extend(some);
            if is_last {
                break;
            }
            if all.len() >= most {
                return Err(ForgeError::new(
                    ErrorCause::TooLarge,
                    format!("the list has more than {most} entries"),
                ));
            }
        }
        Ok(all)
    }

    /// Sends a request, again where that does no harm and may help.
    ///
    /// # Errors
    /// What kept it from being granted.
    pub(crate) fn send(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        idempotency: Idempotency,
    ) -> Result<HttpAnswer, ForgeError> {
        let mut attempt = 1;
        loop {
            let error = match self.runtime.block_on(self.once(method, path, body)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let may = match idempotency {
                Idempotency::Harmless => error.may_pass(),
                Idempotency::Refused => error.may_pass() && error.did_nothing(),
            };
            let Some(wait) =
                self.wait(&error, attempt).filter(|_| may && attempt < self.retry.attempts)
            else {
                return Err(error);
            };
            self.pause(wait);
            attempt += 1;
        }
    }

    /// Waits.
    pub(super) fn pause(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }

    pub(super) fn retry_policy(&self) -> RetryPolicy {
        self.retry
    }

    /// How long to wait before the next attempt; nothing where the forge asks for longer than
    /// anybody waits.
    fn wait(&self, error: &ForgeError, attempt: u32) -> Option<Duration> {
        if let Some(asked) = error.wait {
            return (asked <= self.retry.longest_wait).then_some(asked);
        }
        let doubled = self.retry.first_wait.saturating_mul(1 << (attempt - 1).min(10));
        // Many jobs that failed together must not come back together.
        let share = 0.5 + fastrand::f64() / 2.0;
        Some(doubled.min(self.retry.longest_wait).mul_f64(share))
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<HttpAnswer, ForgeError> {
        let limit = self.retry.request;
        match tokio::time::timeout(limit, self.exchange(method, path, body)).await {
            Ok(result) => result,
            Err(_) => Err(ForgeError::new(
                ErrorCause::NoAnswer,
                format!("no whole answer within {} s", limit.as_secs_f32()),
            )),
        }
    }

    async fn exchange(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<HttpAnswer, ForgeError> {
        let uri = format!("{}{path}", self.base);
        let mut request = Request::builder().method(method.clone()).uri(uri);
        request = request.header(header::ACCEPT, self.accept);
        if let Some((name, token)) = &self.token {
            request = request.header(*name, secret(token)?);
        }
        let request =
            self.octocrab.build_request(request, body).map_err(|error| unusable(&error))?;
        let answer = self.octocrab.execute(request).await.map_err(|error| no_answer(&error))?;
        let (parts, body) = answer.into_parts();
        let (status, headers, body) = (parts.status, parts.headers, bounded(body).await);
        if status.is_success() {
            let answer = HttpAnswer { headers, body: body? };
            // A page that a proxy or a login puts in the way says 200 too.
            if status != StatusCode::NO_CONTENT {
                answer.json::<serde::de::IgnoredAny>()?;
            }
            return Ok(answer);
        }
        Err(ForgeError::of_answer(status, &headers, &body.unwrap_or_default()))
    }
}

/// The value of a header that holds a token; logs of the client do not show it.
fn secret(token: &Token) -> Result<header::HeaderValue, ForgeError> {
    let mut value = header::HeaderValue::from_str(token.expose())
        .map_err(|_| ForgeError::new(ErrorCause::Unusable, "the token holds what no header may"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The bytes of an answer, as many as are read at most.
async fn bounded<B>(body: B) -> Result<Vec<u8>, ForgeError>
where
    B: http_body::Body<Data = bytes::Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let too_large = || {
        ForgeError::new(
            ErrorCause::TooLarge,
            format!("the answer has more than {LARGEST_ANSWER} bytes"),
        )
    };
    if body.size_hint().lower() > LARGEST_ANSWER as u64 {
        return Err(too_large());
    }
    match Limited::new(body, LARGEST_ANSWER).collect().await {
        Ok(body) => Ok(body.to_bytes().to_vec()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Err(error) => Err(ForgeError::new(
            ErrorCause::NoAnswer,
            format!("the answer broke off: {}", innermost(&*error)),
        )),
    }
}
