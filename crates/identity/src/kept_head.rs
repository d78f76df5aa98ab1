//! Signed heads of logs that somebody kept: what the log was then, it has to be still.

use app::{LogId, Store, StoreError};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use thiserror::Error;
use uuid::Uuid;

/// A log cannot be compared with a head that was kept.
#[derive(Debug, Error)]
pub enum KeptHeadError {
    /// The file holds no head.
    #[error("{}: {cause}", file.display())]
    Unreadable {
        /// Where it is.
        file: PathBuf,
        /// Why not.
        cause: NotAHead,
    },
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a file holds no head.
#[derive(Debug, Error)]
pub enum NotAHead {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// It, or what was signed, is something else.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// What was signed is not in base64.
    #[error(transparent)]
    Base64(#[from] base64::DecodeError),
    /// Its signature is in another form.
    #[error("the signature is no compact JWS")]
    Signature,
}

/// What the service answers for a head, as far as it is looked at here.
#[derive(Deserialize)]
struct Answer {
    signature: String,
}

/// What was signed.
#[derive(Deserialize)]
struct Statement {
    sub: Uuid,
    position: i64,
    hash: String,
}

/// How the log differs from a head that was kept in a file.
///
/// # Errors
/// When the file holds no head, or the database does not answer.
pub async fn difference_from_kept(
    store: &Store,
    file: &Path,
) -> Result<Option<String>, KeptHeadError> {
    let kept = read(file).map_err(|cause| KeptHeadError::Unreadable {
        file: file.to_owned(),
        cause,
    })?;
    let log = LogId(kept.sub);
    let found = store.hash_at(log, kept.position).await?;
    let is_same = found.is_some_and(|hash| hash.to_string() == kept.hash);
    let place = format!("organization {}: position {}", kept.sub, kept.position);
    Ok((!is_same && kept.position > 0).then(|| {
        format!(
            "{place} does not have the hash that was signed ({})",
            file.display()
        )
    }))
}

/// The statement itself is read, and not what stands beside it, which is not signed.
fn read(file: &Path) -> Result<Statement, NotAHead> {
    let text = std::fs::read_to_string(file)?;
    let answer: Answer = serde_json::from_str(&text)?;
    let mut parts = answer.signature.split('.');
    let (Some(_), Some(statement), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotAHead::Signature);
    };
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(statement)?)?)
}
