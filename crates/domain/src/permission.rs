//! What an operation needs, by name, and which of it the fixed roles have.

mod bits;

use crate::user::Role;
use bits::Bits;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

macro_rules! permissions {
    ($($name:ident = $text:literal [$($role:ident),*],)*) => {
        /// What an operation needs, as the contract's `x-permission` names it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is its name in the contract")]
        pub enum Permission { $($name),* }

        impl Permission {
            /// Every permission.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name in the contract.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// Whether the fixed role has it, within its scope.
            const fn is_of(self, role: Role) -> bool {
                match self { $(
                    Self::$name => matches!(role, Role::SuperAdmin $(| Role::$role)*),
                )* }
            }
        }
    };
}

each_permission!(permissions!());

impl Permission {
    /// The permission with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|permission| permission.as_str() == name)
    }

    /// Whether it reaches the caller's own record and nothing else, whatever the caller's role.
    pub const fn is_of_self(self) -> bool {
        OF_SELF.contains(self)
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| D::Error::custom("no such permission"))
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(Bits<WORDS>);

/// As many words as there are permissions need.
const WORDS: usize = Permission::ALL.len().div_ceil(64);

impl Permissions {
    /// None.
    pub const NONE: Self = Self(Bits::NONE);

    /// Every permission there is.
    pub const ALL: Self = Self::of(Permission::ALL);

    /// These permissions.
    pub const fn of(permissions: &[Permission]) -> Self {
        let (mut set, mut next) = (Bits::NONE, 0);
        while next < permissions.len() {
            set = set.with(permissions[next] as usize);
            next += 1;
        }
        Self(set)
    }

    /// Whether it is among them.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0.contains(permission as usize)
    }

    /// Whether all of the others are among them.
    pub const fn contains_all(self, others: Self) -> bool {
        others.without(self).0.is_empty()
    }

    /// Those in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0.union(other.0))
    }

    /// Those that are not among the others.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0.without(others.0))
    }

    /// Those in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        self.without(self.without(other))
    }

    /// Each of them, in the order of the contract.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        let all = Permission::ALL.iter().copied();
        all.filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let each = permissions.into_iter();
        each.fold(Self::NONE, |set, one| set.union(Self::of(&[one])))
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<Permission>::deserialize(deserializer)?;
        Ok(names.into_iter().collect())
    }
}

/// What everybody may do with the own record.
pub const OF_SELF: Permissions = Permissions::of(&[
    Permission::UsersReadSelf,
    Permission::UsersUpdateSelf,
    Permission::SessionsReadSelf,
    Permission::SessionsDeleteSelf,
]);

/// What no key may do but the one of the first start: a key that could make keys would outlive its
/// own end.
pub const KEY_MAKING: Permissions = Permissions::of(&[
    Permission::ApiKeysCreate,
    Permission::ApiKeysRotate,
    Permission::ApiKeysDelete,
]);

impl Role {
    /// What the fixed role may do, within its scope.
    pub const fn permissions(self) -> Permissions {
        let (mut set, mut next) = (Bits::NONE, 0);
        while next < Permission::ALL.len() {
            if Permission::ALL[next].is_of(self) {
                set = set.with(next);
            }
            next += 1;
        }
        Permissions(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for permission in Permission::ALL.iter().copied() {
            assert_eq!(Permission::parse(permission.as_str()), Some(permission));
        }
        assert_eq!(Permission::parse("users.fly"), None);
    }

    #[test]
    fn a_set_keeps_each_permission_apart() {
        for one in Permission::ALL.iter().copied() {
            let alone = Permissions::of(&[one]);
            assert_eq!(alone.iter().collect::<Vec<_>>(), [one]);
            assert!(Permissions::ALL.contains_all(alone));
            assert!(!alone.contains_all(Permissions::ALL));
        }
    }
}
