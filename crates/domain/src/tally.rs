//! Totals that are kept in the write instead of counted in the read.

/// A number that a log keeps about its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tally {
    /// Users in a status.
    Users(crate::user::UserStatus),
    /// Products.
    Products,
    /// Assignments in a status.
    Assignments(crate::assignment::AssignmentStatus),
}

impl Tally {
    /// The name under which the number is stored.
    pub const fn as_str(self) -> &'static str {
        use crate::{assignment::AssignmentStatus, user::UserStatus};
        match self {
            Self::Users(UserStatus::Pending) => "users.PENDING",
            Self::Users(UserStatus::Active) => "users.ACTIVE",
            Self::Users(UserStatus::Inactive) => "users.INACTIVE",
            Self::Users(UserStatus::Deleted) => "users.DELETED",
            Self::Products => "products",
            Self::Assignments(AssignmentStatus::Active) => "assignments.ACTIVE",
            Self::Assignments(AssignmentStatus::Revoked) => "assignments.REVOKED",
        }
    }
}
