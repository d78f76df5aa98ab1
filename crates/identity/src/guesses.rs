//! How guessing passwords is slowed down: with each wrong one, the account waits a little longer.

use crate::{Auth, Result};
use domain::Time;
use limits::Lockout;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

impl Auth {
    /// Whether the account has to wait after its failures before a password is looked at.
    pub(super) async fn waits(&self, account: &str, longest: Duration) -> Result<bool> {
        let failures = self.app.store().login_failures(account).await?;
        Ok(failures.is_some_and(|(count, last)| self.is_locked(count, last, longest)))
    }

    fn is_locked(&self, failures: u32, last: Time, longest: Duration) -> bool {
        let instant = |time: Time| -> SystemTime {
            UNIX_EPOCH + Duration::from_micros(u64::try_from(time.micros()).unwrap_or(0))
        };
        let now = instant(self.app.clock().now());
        Lockout::new(longest).is_locked(instant(last), failures, now)
    }

    /// Counts a failure. While the account waits nothing is counted, so that it is never locked for
    /// ever, but it takes the same time.
    pub(super) async fn failed(&self, account: &str, waits: bool) -> Result<()> {
        let store = self.app.store();
        let noted = match waits {
            true => store.keep_login_failures(account).await,
            false => {
                let now = self.app.clock().now();
                store.note_login_failure(account, now).await
            }
        };
        Ok(noted?)
    }
}
