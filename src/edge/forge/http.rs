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

use super::error::{ErrorCause, ForgeError};
use crate::untrusted::{clamp, line};

/// Bytes of one answer that are read.
const LARGEST_ANSWER: usize = 16 << 20;

const AGENT: &str = concat!("aimsgate/", env!("CARGO_PKG_VERSION"));

/// How long to wait, and how often to ask again.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    pub connect: Duration,
    /// For one request, answer and all.
    pub request: Duration,
    /// How often one request is sent at most.
    pub attempts: u32,
    /// Before the second attempt; it doubles from then on, with some chance in it.
    pub first_wait: Duration,
    /// The longest that a forge may ask to wait.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(30),
            attempts: 4,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
        }
    }
}

/// What opens a forge's API. It is never printed.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    pub fn new(token: String) -> Self {
        Self(token.trim().to_owned())
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

/// How to reach forges.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub patience: RetryPolicy,
    /// Certificates of authorities that are trusted beside those of the system, as PEM.
    pub authorities: Vec<u8>,
}

/// Whether a request that may have arrived may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// Sent twice it does what it does sent once.
    Harmless,
    /// Only where the forge said that it did nothing.
    Refused,
}

/// A forge's answer to a request that it granted.
#[derive(Debug)]
pub struct HttpAnswer {
    pub status: StatusCode,
    headers: HeaderMap,
    pub body: Vec<u8>,
}

impl HttpAnswer {
    /// Reads the answer.
    ///
    /// # Errors
    /// When it is not the JSON that is expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ForgeError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ForgeError::new(
                ErrorCause::Malformed,
                format!(
                    "the answer is not what the API describes: \
                {error}"
                ),
            )
        })
    }

    /// Whether another page follows (`Link`, RFC 8288; GitLab says so in `X-Next-Page` too).
    pub fn has_next(&self) -> bool {
        let text = |name: &str| {
            self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        text("link").contains("rel=\"next\"") || !text("x-next-page").is_empty()
    }
}

/// The client of one forge.
pub struct Http {
    runtime: tokio::runtime::Runtime,
    wire: Transport,
    /// Where the API begins, without a slash at its end.
    base: String,
    patience: RetryPolicy,
}

/// What carries requests: GitHub's own client, or none, both over the same connections.
enum Transport {
    GitHub(Octocrab),
    Plain { client: reqwest::Client, header: Option<(&'static str, Token)> },
}

impl Http {
    /// A client of GitHub's REST API, as the holder of a token.
    ///
    /// # Errors
    /// When the address or the certificates cannot be used.
    pub fn github(base: &str, token: &Token, network: &Network) -> Result<Self, ForgeError> {
        let base = checked(base)?;
        let runtime = runtime()?;
        let _inside = runtime.enter();
        // The token goes to this address and no other.
        let builder =
            OctocrabBuilder::new().base_uri(base.as_str()).map_err(|error| unusable(&error))?;
        let builder = builder.personal_token(token.expose().to_owned());
        let octocrab =
            builder.build_with_reqwest(client(network)?).map_err(|error| unusable(&error))?;
        drop(_inside);
        Ok(Self { runtime, wire: Transport::GitHub(octocrab), base, patience: network.patience })
    }

    /// A client of GitLab's REST API; the token goes in the header that its kind asks for.
    ///
    /// # Errors
    /// As [`Http::github`].
    pub fn gitlab(
        base: &str,
        header: Option<(&'static str, Token)>,
        network: &Network,
    ) -> Result<Self, ForgeError> {
        let base = checked(base)?;
        let client = client(network)?;
        Ok(Self {
            runtime: runtime()?,
            wire: Transport::Plain { client, header },
            base,
            patience: network.patience,
        })
    }

    /// Asks for something.
    ///
    /// # Errors
    /// What kept it from being given.
    pub fn get(&self, path: &str) -> Result<HttpAnswer, ForgeError> {
        self.send(&Method::GET, path, None, Idempotency::Harmless)
    }

    /// All pages of a list, at most `most` entries.
    ///
    /// # Errors
    /// What kept a page from being given; that there are more.
    pub fn pages<T: DeserializeOwned>(
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
                    format!(
                        "the list has more than {most} \
                    entries"
                    ),
                ));
            }
        }
        Ok(all)
    }

    /// Sends a request, again where that does no harm and may help.
    ///
    /// # Errors
    /// What kept it from being granted.
    pub fn send(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        again: Idempotency,
    ) -> Result<HttpAnswer, ForgeError> {
        let mut attempt = 1;
        loop {
            let trouble = match self.runtime.block_on(self.once(method, path, body)) {
                Ok(answer) => return Ok(answer),
                Err(trouble) => trouble,
            };
            let may = match again {
                Idempotency::Harmless => trouble.may_pass(),
                Idempotency::Refused => trouble.may_pass() && trouble.did_nothing(),
            };
            let Some(wait) =
                self.wait(&trouble, attempt).filter(|_| may && attempt < self.patience.attempts)
            else {
                return Err(trouble);
            };
            self.pause(wait);
            attempt += 1;
        }
    }

    /// Waits.
    pub(super) fn pause(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }

    pub(super) fn patience(&self) -> RetryPolicy {
        self.patience
    }

    /// How long to wait before the next attempt; nothing where the forge asks for longer than
    /// anybody waits.
    fn wait(&self, trouble: &ForgeError, attempt: u32) -> Option<Duration> {
        if let Some(asked) = trouble.wait {
            return (asked <= self.patience.longest_wait).then_some(asked);
        }
        let doubled = self.patience.first_wait.saturating_mul(1 << (attempt - 1).min(10));
        // Many jobs that failed together must not come back together.
        let share = 0.5 + fastrand::f64() / 2.0;
        Some(doubled.min(self.patience.longest_wait).mul_f64(share))
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<HttpAnswer, ForgeError> {
        let limit = self.patience.request;
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
        let (status, headers, body) = match &self.wire {
            Transport::GitHub(octocrab) => {
                let mut request = Request::builder().method(method.clone()).uri(uri);
                request = request.header(
                    header::ACCEPT,
                    "application/vnd.github+json, \
                    application/json;q=0.9",
                );
                request = request.header("x-github-api-version", "2022-11-28");
                let request =
                    octocrab.build_request(request, body).map_err(|error| unusable(&error))?;
                let answer = octocrab.execute(request).await.map_err(|error| no_answer(&error))?;
                let (parts, body) = answer.into_parts();
                (parts.status, parts.headers, bounded(body).await)
            }
            Transport::Plain { client, header } => {
                let mut request =
                    client.request(method.clone(), uri).header(header::ACCEPT, "application/json");
                if let Some((name, token)) = header {
                    let mut value =
                        header::HeaderValue::from_str(token.expose()).map_err(|_| {
                            ForgeError::new(
                                ErrorCause::Unusable,
                                "the token holds what no header \
                            may",
                            )
                        })?;
                    value.set_sensitive(true);
                    request = request.header(*name, value);
                }
                if let Some(body) = body {
                    request = request
                        .header(header::CONTENT_TYPE, "application/json")
                        .body(body.to_string());
                }
                let answer = request.send().await.map_err(|error| no_answer(&error))?;
                let answer = http::Response::<reqwest::Body>::from(answer);
                let (parts, body) = answer.into_parts();
                (parts.status, parts.headers, bounded(body).await)
            }
        };
        if status.is_success() {
            let answer = HttpAnswer { status, headers, body: body? };
            // A page that a proxy or a login puts in the way says 200 too.
            if status != StatusCode::NO_CONTENT {
                answer.json::<serde::de::IgnoredAny>()?;
            }
            return Ok(answer);
        }
        Err(ForgeError::of_answer(status, &headers, &body.unwrap_or_default()))
    }
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
            format!(
                "the answer has more than \
        {LARGEST_ANSWER} bytes"
            ),
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

fn runtime() -> Result<tokio::runtime::Runtime, ForgeError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| unusable(&error))
}

/// The connections: the system's proxies and authorities, those of the web, and those that were
/// named.
fn client(network: &Network) -> Result<reqwest::Client, ForgeError> {
    // The second call of a process finds the first one's provider, which is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut roots: Vec<reqwest::Certificate> = Vec::new();
    for root in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        roots.push(reqwest::Certificate::from_der(root).map_err(|error| unusable(&error))?);
    }
    if !network.authorities.is_empty() {
        let named = reqwest::Certificate::from_pem_bundle(&network.authorities)
            .map_err(|error| unusable(&error))?;
        if named.is_empty() {
            return Err(ForgeError::new(
                ErrorCause::Unusable,
                "the file of authorities holds no certificate \
                in PEM",
            ));
        }
        roots.extend(named);
    }
    let patience = network.patience;
    let builder = reqwest::Client::builder()
        .user_agent(AGENT)
        .connect_timeout(patience.connect)
        // A redirect could carry the token away.
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_merge(roots);
    builder.build().map_err(|error| unusable(&error))
}

/// The address of an API: over TLS, but on this machine.
fn checked(base: &str) -> Result<String, ForgeError> {
    let wrong = |why: &str| {
        ForgeError::new(
            ErrorCause::Unusable,
            format!(
                "`{base}` is no address of an \
        API: {why}"
            ),
        )
    };
    let url = reqwest::Url::parse(base).map_err(|error| wrong(&error.to_string()))?;
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if is_here => {}
        _ => return Err(wrong("a token is sent over https only")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it holds a name or a password"));
    }
    Ok(base.trim_end_matches('/').to_owned())
}

fn unusable(error: &dyn std::error::Error) -> ForgeError {
    ForgeError::new(ErrorCause::Unusable, innermost(error))
}

fn no_answer(error: &(dyn std::error::Error + 'static)) -> ForgeError {
    let mut cause = ErrorCause::NoAnswer;
    let mut at = Some(error);
    while let Some(error) = at {
        if error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_connect) {
            cause = ErrorCause::NoConnection;
        }
        at = error.source();
    }
    ForgeError::new(cause, innermost(error))
}

/// What an error is in the end about.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error.to_string();
    let mut at = error.source();
    while let Some(error) = at {
        last = error.to_string();
        at = error.source();
    }
    clamp(&line(&last), 200).into_owned()
}
