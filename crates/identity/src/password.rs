//! What passwords have to be.

use crate::Result;
use app::SignIn;
use credentials::{
    password::{PasswordRules, Weakness},
    secret::Secret,
};
use domain::Invalid;

/// A password of an organization's user is as long as the organization wants.
///
/// # Errors
/// What is wrong with it, at this place in the request.
pub fn check(given: &Secret, of: &SignIn, pointer: &str) -> Result<()> {
    let (email, name) = (of.user.email.as_str(), of.user.display_name.as_str());
    let home = of.organization.as_ref();
    let least = home.and_then(|home| home.settings.password_min_length);
    let least = least.and_then(|least| usize::try_from(least).ok());
    let rules = least.and_then(|least| PasswordRules::at_least(least).ok());
    let checked = rules.unwrap_or_default().check(given, email, name);
    checked.map_err(|weakness| invalid(&weakness, pointer).into())
}

fn invalid(weakness: &Weakness, pointer: &str) -> Invalid {
    match weakness {
        Weakness::TooShort { min } => {
            let message = format!("must have at least {min} characters");
            Invalid::new(pointer, "MIN_LENGTH", &message)
        }
        Weakness::TooLong { max } => {
            let message = format!("must have at most {max} characters");
            Invalid::new(pointer, "MAX_LENGTH", &message)
        }
        Weakness::Common => {
            let message = "is easy to guess: common, or made of the own name";
            Invalid::new(pointer, "COMMON_PASSWORD", message)
        }
    }
}
