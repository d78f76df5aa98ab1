//! Why somebody is not let in.

use app::StoreError;
use credentials::{NoRandomness, hasher::HashError};
use domain::{Invalid, Refusal};
use thiserror::Error;

/// Why somebody is not let in, or does not get what they ask for. The texts may be shown to the
/// caller, but for those of the last three.
#[derive(Debug, Error)]
pub enum Error {
    /// The same whatever did not fit, so that nobody learns which accounts there are.
    #[error("the email, password or organization is not right, or the account cannot be used now")]
    InvalidCredentials,
    /// The present password, of somebody who is signed in and changes it.
    #[error(
        "the present password is not right, or was wrong a moment ago and is not looked at yet"
    )]
    WrongPassword,
    /// The link of an invitation.
    #[error("the invitation is not known, or was used already")]
    UnknownInvitation,
    /// The link of an invitation that came too late.
    #[error("the invitation has expired; ask for a new one")]
    InvitationExpired,
    /// A refresh token that came too late.
    #[error("the session was not used for too long; sign in again")]
    SessionUnused,
    /// An access token whose time is over; refreshing helps.
    #[error("the access token has expired; refresh it")]
    TokenExpired,
    /// No access token of ours, or what it was issued for has ended.
    #[error("the access token is not valid here")]
    InvalidToken,
    /// No API key of ours, or one that does not work now.
    #[error("the API key is not known here")]
    UnknownKey,
    /// A ticket.
    #[error("the ticket is not known here, was used, or has expired")]
    UnknownTicket,
    /// The time of what somebody came with who stays is over.
    #[error("what the caller came with has expired")]
    Expired,
    /// Somebody who stays is not who they were, or may something else.
    #[error("what the caller may do has changed")]
    Changed,
    /// Nothing is signed before there is a key again.
    #[error("no key signs tokens at present; try again in a moment")]
    NoSigningKey,
    /// A password was neither checked nor kept.
    #[error(transparent)]
    NotHashed(#[from] HashError),
    /// There are no random numbers.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The application refuses or fails.
    #[error(transparent)]
    App(#[from] app::Error),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

impl From<Invalid> for Error {
    fn from(wrong: Invalid) -> Self {
        Self::App(app::Error::Refused(Refusal::Invalid(vec![wrong])))
    }
}

impl Error {
    /// A defect here.
    pub(crate) fn internal(cause: &dyn std::error::Error) -> Self {
        Self::App(app::Error::Internal(cause.to_string()))
    }
}
