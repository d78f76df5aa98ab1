//! The fixed role of a user, and where it is in its life.

use crate::named::named;

named! {
    /// The fixed role of a user.
    Role {
        /// Runs the platform; belongs to no organization.
        SuperAdmin = "SUPER_ADMIN",
        /// Runs one organization.
        Partner = "PARTNER",
        /// Runs one station of an organization.
        Operator = "OPERATOR",
        /// An ordinary user: a licence holder, a pilot.
        Member = "MEMBER",
    }
}

named! {
    /// Where a user is in its life (D5): PENDING → ACTIVE ↔ INACTIVE → DELETED.
    UserStatus {
        /// Made, and not signed in yet.
        Pending = "PENDING",
        /// May do what its role allows.
        Active = "ACTIVE",
        /// Locked out; keeps its seats and takes no new ones.
        Inactive = "INACTIVE",
        /// Gone for good; kept for history.
        Deleted = "DELETED",
    }
}
