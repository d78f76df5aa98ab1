//! What an organization sets for itself, within the platform's bounds.

use crate::{
    Invalid,
    text::{Email, Name},
};
use serde::{Deserialize, Serialize};

/// The settings of an organization. What is `None` is as the platform has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Seconds that an access token lasts.
    pub access_token_seconds: Option<i32>,
    /// Seconds after which a session ends that is not used.
    pub refresh_idle_seconds: Option<i32>,
    /// Seconds after which a session ends.
    pub refresh_absolute_seconds: Option<i32>,
    /// Requests that the organization may send in a minute.
    pub requests_per_minute: Option<i32>,
    /// Requests that each of its API keys may send in a minute.
    pub api_key_requests_per_minute: Option<i32>,
    /// Origins of the pages that may call from a browser.
    pub allowed_origins: Vec<String>,
    /// The name that mails to its users come from.
    pub mail_sender_name: Option<Name>,
    /// Where answers to these mails go.
    pub mail_reply_to: Option<Email>,
    /// Characters that a password has at least.
    pub password_min_length: Option<i32>,
    /// Seconds that an account waits at most after failed logins.
    pub lockout_max_seconds: Option<i32>,
}

impl Settings {
    /// Whether the values go together.
    pub fn check(&self) -> Result<(), Invalid> {
        match (self.refresh_idle_seconds, self.refresh_absolute_seconds) {
            (Some(idle), Some(absolute)) if absolute < idle => Err(Invalid::new(
                "/refreshAbsoluteSeconds",
                "BELOW_IDLE",
                "must be at least refreshIdleSeconds",
            )),
            _ => Ok(()),
        }
    }
}
