//! Why a command is refused, named by what the caller can do about it.

use crate::{Realm, ResourceKind, time::Time, user::UserStatus};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use thiserror::Error;
use uuid::Uuid;

/// One value of a command that is wrong, found at a JSON pointer into the request body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid {
    /// The JSON pointer (RFC 6901) of the value.
    pub pointer: String,
    /// What is wrong, for programs.
    pub code: Cow<'static, str>,
    /// What is wrong, for people; never repeats the value.
    pub message: String,
}

impl Invalid {
    /// The value at `pointer` is wrong as `code` and `message` describe.
    pub fn new(pointer: &str, code: &'static str, message: &str) -> Self {
        Self {
            pointer: pointer.to_owned(),
            code: Cow::Borrowed(code),
            message: message.to_owned(),
        }
    }
}

/// A command that may not happen in the present state. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Refusal {
    /// Values that break a rule which a schema cannot express.
    #[error("the request is not valid")]
    Invalid(Vec<Invalid>),
    /// It is not there, or not for this caller (D4).
    #[error("there is no {} {id}", kind.as_str())]
    NotFound {
        /// What was looked for.
        kind: ResourceKind,
        /// The id that was given.
        id: Uuid,
    },
    /// The caller sees it but may not do this.
    #[error("{0}")]
    Forbidden(Cow<'static, str>),
    /// The resource has another version than the caller expected.
    #[error("the present version is {version}")]
    PreconditionFailed {
        /// The version that it has.
        version: i64,
    },
    /// L1: every seat is held.
    #[error("{active} of {capacity} seats of the variant are held")]
    CapacityExceeded {
        /// The seats of the variant.
        capacity: i32,
        /// The seats in use.
        active: i64,
        /// When the next seat is known to come free.
        next_free_at: Option<Time>,
    },
    /// L2: the holder already has a seat of the variant.
    #[error("the holder already has an active seat of this variant")]
    DuplicateActiveAssignment,
    /// L6: more seats are in use than the new capacity has.
    #[error("{active} seats are in use, more than {capacity}")]
    CapacityBelowActive {
        /// The capacity that was asked for.
        capacity: i32,
        /// The seats in use.
        active: i64,
    },
    /// L6: more seats are given to organizations or in use than the new capacity has.
    #[error("{taken} seats are given to organizations or in use, more than {capacity}")]
    CapacityBelowAllocated {
        /// The capacity that was asked for.
        capacity: i32,
        /// The seats that are given away or in use.
        taken: i64,
    },
    /// The pools together would exceed the capacity of the variant.
    #[error("{taken} of {capacity} seats are given to others or in use")]
    AllocationExceedsCapacity {
        /// The seats of the variant.
        capacity: i32,
        /// The seats that are given to others or in use.
        taken: i64,
    },
    /// The organization holds seats that it was given before it had a pool.
    #[error("the organization holds {0} seats of the variant that are not of a pool")]
    SeatsOutsidePool(i64),
    /// Organizations have pools of the variant.
    #[error("{0} organizations have pools of the variant")]
    HasAllocations(i64),
    /// L7: it was assigned at some time.
    #[error("it has {0} assignments, revoked ones among them, and stays for their history")]
    HasAssignments(i64),
    /// L9: the user is inactive or deleted.
    #[error("the user is {}", .0.as_str())]
    UserNotActive(UserStatus),
    /// The station is removed.
    #[error("the station is removed")]
    StationRemoved,
    /// The organization is deleted.
    #[error("the organization is deleted")]
    OrganizationDeleted,
    /// A user who is not deleted cannot be erased.
    #[error("the user is not deleted")]
    UserNotDeleted,
    /// There is no such delivery, or not for this caller.
    #[error("there is no delivery {0}")]
    DeliveryNotFound(Uuid),
    /// The webhook is disabled.
    #[error("the webhook is disabled")]
    WebhookDisabled,
    /// The event that the cursor stands for is not in the log.
    #[error("the log does not go on from this cursor")]
    CursorReset,
    /// Too many resources have changed since the moment that was asked about.
    #[error("too much has changed since then; name a later time, or filter by what never changes")]
    TooMuchChanged,
    /// D6: the caller, or its organization, was locked out after the request began.
    #[error("the caller is locked out")]
    CallerLockedOut,
    /// L10: the product belongs to another organization than the holder.
    #[error("the product belongs to another organization than the holder")]
    OrganizationMismatch,
    /// D5: the last active super admin stays.
    #[error("this is the last active super admin")]
    LastSuperAdmin,
    /// Another resource of the kind has the key.
    #[error("the key is taken")]
    DuplicateKey,
    /// The decision needs the log of this realm too. The runner locks it and decides again; no caller
    /// sees it.
    #[error("the log of another realm is needed")]
    NotHeld(Realm),
    /// Another user of the realm has the email.
    #[error("the email is taken")]
    DuplicateEmail,
}

impl Refusal {
    /// The caller sees it but may not do this, for this reason.
    pub const fn forbidden(reason: &'static str) -> Self {
        Self::Forbidden(Cow::Borrowed(reason))
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(vec![invalid])
    }
}
