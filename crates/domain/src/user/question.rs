//! What decisions ask about people.

use super::{Role, User, UserStatus};
use crate::{Realm, UserId, kernel::Question};

/// Who in the realm has this email (compared form). Deleted users no longer have theirs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserByEmail(pub Realm, pub String);

impl Question for UserByEmail {
    type Of = User;
    type Answer = Option<UserId>;

    fn about(user: &User) -> Option<Self> {
        let has_one = user.status != UserStatus::Deleted;
        has_one.then(|| Self(user.organization_id, user.email.key()))
    }
}

/// How many super admins are active.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SuperAdmins;

impl Question for SuperAdmins {
    type Of = User;
    type Answer = i64;

    fn about(user: &User) -> Option<Self> {
        let is_one = user.role == Role::SuperAdmin && user.status == UserStatus::Active;
        is_one.then_some(Self)
    }
}
