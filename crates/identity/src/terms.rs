//! How long things last.

use domain::{Time, settings::Settings};
use std::time::Duration;

/// How long tokens, sessions and links last, and what they name.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What access tokens name as their issuer, and where people reach the service.
    pub public_url: String,
    /// How long an access token lasts.
    pub access_token: Duration,
    /// How long a session lasts that is not used.
    pub idle: Duration,
    /// How long a session lasts at most.
    pub absolute: Duration,
    /// How long an invitation works.
    pub invitation: Duration,
    /// The longest wait after failed logins.
    pub lockout: Duration,
}

impl Terms {
    /// What holds in an organization with these settings.
    pub fn within(&self, settings: Option<&Settings>) -> Self {
        let Some(set) = settings else {
            return self.clone();
        };
        let seconds = |set: Option<i32>, platform: Duration| {
            let set = set.and_then(|seconds| u64::try_from(seconds).ok());
            set.map_or(platform, Duration::from_secs)
        };
        Self {
            access_token: seconds(set.access_token_seconds, self.access_token),
            idle: seconds(set.refresh_idle_seconds, self.idle),
            absolute: seconds(set.refresh_absolute_seconds, self.absolute),
            lockout: seconds(set.lockout_max_seconds, self.lockout).min(self.lockout),
            ..self.clone()
        }
    }
}

/// A time that is so much later.
pub(crate) fn later(time: Time, by: Duration) -> Time {
    time.plus_seconds(i64::try_from(by.as_secs()).unwrap_or(i64::MAX))
}
