//! How a forge is reached: addresses, certificates, tokens, and how long to wait.

use std::time::Duration;

use super::error::{ErrorCause, ForgeError};
use crate::untrusted::{clamp, line};

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
    pub retry: RetryPolicy,
    /// Certificates of authorities that are trusted beside those of the system, as PEM.
    pub authorities: Vec<u8>,
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, ForgeError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| unusable(&error))
}

/// The connections: the system's proxies and authorities, those of the web, and those that were
/// named.
pub(super) fn client(network: &Network) -> Result<reqwest::Client, ForgeError> {
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
                "the file of authorities holds no certificate in PEM",
            ));
        }
        roots.extend(named);
    }
    let retry = network.retry;
    let builder = reqwest::Client::builder()
        .user_agent(AGENT)
        .connect_timeout(retry.connect)
        // A redirect could carry the token away.
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_merge(roots);
    builder.build().map_err(|error| unusable(&error))
}

/// The address of an API: over TLS, but on this machine.
pub(super) fn checked(base: &str) -> Result<String, ForgeError> {
    let wrong = |why: &str| {
        ForgeError::new(ErrorCause::Unusable, format!("`{base}` is no address of an API: {why}"))
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

pub(super) fn unusable(error: &dyn std::error::Error) -> ForgeError {
    ForgeError::new(ErrorCause::Unusable, innermost(error))
}

pub(super) fn no_answer(error: &(dyn std::error::Error + 'static)) -> ForgeError {
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
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error.to_string();
    let mut at = error.source();
    while let Some(error) = at {
        last = error.to_string();
        at = error.source();
    }
    clamp(&line(&last), 200).into_owned()
}
