//! Forgetting who a deleted user was.

use super::{User, UserStatus};
use crate::{Event, Fact, Invalid, Refusal, UserId, text::Email};

/// The fields of events with the personal data of a user.
pub const PERSONAL: [&str; 2] = ["email", "displayName"];

/// Where the addresses of erased users are, and nobody else's.
const ERASED_HOST: &str = "@erased.invalid";

/// What stands in the place of each of [`PERSONAL`] once it was erased.
pub fn erased(id: UserId) -> [(&'static str, String); 2] {
    let [email, name] = PERSONAL;
    [
        (email, format!("erased-{}{ERASED_HOST}", id.0.simple())),
        (name, "Erased".to_owned()),
    ]
}

/// Erases who a deleted user was, here and in the log. An erased user stays as it is.
pub fn erase(user: &User) -> Result<Vec<Fact>, Refusal> {
    if user.status != UserStatus::Deleted {
        return Err(Refusal::UserNotDeleted);
    }
    if user.is_erased() {
        return Ok(Vec::new());
    }
    Ok(vec![Event::UserErased {}.of(user.id.0)])
}

/// Refuses an address that is reserved for erased users.
pub(super) fn not_of_the_erased(email: &Email) -> Result<(), Refusal> {
    if email.key().ends_with(ERASED_HOST) {
        let message = "must not be at the host of the addresses of erased users";
        return Err(Invalid::new("/email", "RESERVED", message).into());
    }
    Ok(())
}
