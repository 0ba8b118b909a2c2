//! Uploads SARIF to GitHub's code scanning.
//! Source: GitHub REST API description, version 2022-11-28, "code-scanning".

use std::io::Write as _;

use base64::Engine as _;
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::error::{ErrorCause, ForgeError};
use super::github::{GitHub, encoded};
use super::http::Idempotency;
use super::post::Notice;
use crate::report;
use crate::untrusted::clamp;

/// Bytes of a compressed SARIF file.
const LARGEST_SARIF: usize = 10 << 20;
/// How often the fate of an upload is asked for.
const ASKED_FOR: u32 = 5;

#[derive(Deserialize)]
struct Upload {
    id: String,
}

#[derive(Deserialize)]
struct Processing {
    processing_status: Option<String>,
    errors: Option<Vec<String>>,
}

impl GitHub {
    /// Uploads the findings of a report; returns in words what GitHub made of them.
    pub(super) fn code_scanning(&self, notice: &Notice<'_>) -> Result<String, ForgeError> {
        let packed = packed(&report::sarif(notice.report))?;
        let sarif = base64::engine::general_purpose::STANDARD.encode(packed);
        let (commit, reference) = (&self.job().commit, &self.job().reference);
        let body = json!({
            "commit_sha": commit,
            "ref": reference,
            "sarif": sarif,
            "tool_name": "aimsgate",
        });
        // The same category for the same commit replaces what is there.
        let upload: Upload = self
            .send(&Method::POST, "/code-scanning/sarifs", &body, Idempotency::Harmless)?
            .json()?;
        self.await_processing(&upload.id)
    }

    /// Asks what became of an upload until it is processed.
    ///
    /// # Errors
    /// When GitHub could not process it, or had not after [`ASKED_FOR`] questions.
    fn await_processing(&self, upload: &str) -> Result<String, ForgeError> {
        let mut wait = self.http().retry_policy().first_wait * 2;
        for _ in 0..ASKED_FOR {
            self.http().pause(wait);
            wait = wait.saturating_mul(2).min(self.http().retry_policy().longest_wait);
            let path = format!("{}/code-scanning/sarifs/{}", self.at(), encoded(upload));
            let state: Processing = match self.http().get(&path) {
                Ok(answer) => answer.json()?,
                // It is not known there yet.
                Err(error) if error.cause == ErrorCause::NotFound => continue,
                Err(error) => return Err(error),
            };
            match state.processing_status.as_deref() {
                Some("complete") => return Ok("uploaded and processed".to_owned()),
                Some("failed") => {
                    let errors = state.errors.unwrap_or_default().join("; ");
                    let text = format!(
                        "GitHub could not process it: {}",
                        clamp(&report::safe(&errors), 400)
                    );
                    return Err(ForgeError::new(ErrorCause::Invalid, text));
                }
                _ => {}
            }
        }
        Err(ForgeError::new(ErrorCause::Other, "it was uploaded, and GitHub is still at it"))
    }
}

/// Compresses a SARIF file.
///
/// # Errors
/// When it is larger than GitHub takes.
fn packed(sarif: &str) -> Result<Vec<u8>, ForgeError> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let written = packed.write_all(sarif.as_bytes()).and_then(|()| packed.finish());
    let packed =
        written.map_err(|error| ForgeError::new(ErrorCause::Unusable, error.to_string()))?;
    if packed.len() > LARGEST_SARIF {
        let text = format!(
            "the compressed file has {} bytes, and GitHub takes {LARGEST_SARIF}",
            packed.len()
        );
        return Err(ForgeError::new(ErrorCause::TooLarge, text));
    }
    Ok(packed)
}
