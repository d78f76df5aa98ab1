//! The version that a caller expects a resource to have.

use domain::Refusal;

/// The content of `If-Match`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    /// Nothing: any version will do.
    #[default]
    Anything,
    /// One of these versions.
    Versions(Vec<i64>),
}

impl Expected {
    /// Refuses another version than the expected one.
    pub fn check(&self, version: i64) -> Result<(), Refusal> {
        match self {
            Self::Versions(versions) if !versions.contains(&version) => {
                Err(Refusal::PreconditionFailed { version })
            }
            _ => Ok(()),
        }
    }
}
