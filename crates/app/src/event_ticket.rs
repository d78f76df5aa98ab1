//! Tickets with which a client opens a WebSocket.

use crate::{Context, Outcome, UseCase, home::Subject, use_case::Decision};
use domain::{
    Need, OrganizationId, Permission, Realm, Target, Time, UserId, WorkingSet, kernel::Resource,
};
use persistence::SideRecord;
use serde::{Deserialize, Serialize};

/// How long a ticket works, in seconds.
const SECONDS: i64 = 30;

/// Makes a ticket for the caller.
#[derive(Clone, Debug)]
pub struct IssueTicket {
    /// The caller; none for the key of an organization.
    pub user: Option<UserId>,
    /// The caller's organization.
    pub organization: Option<OrganizationId>,
    /// The keyed hash of the ticket, hexadecimal.
    pub digest: String,
    /// The verified credential of the caller.
    pub proof: String,
}

/// A ticket that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Its keyed hash: another one than was given when the request was answered before.
    pub digest: String,
    /// Until when it works, in microseconds.
    pub expires_at: i64,
}

impl UseCase for IssueTicket {
    type Answer = Issued;

    fn subjects(&self) -> Vec<Subject> {
        match self.user {
            Some(id) => vec![Subject::of(id)],
            None => vec![Subject::Realm(self.realm())],
        }
    }

    fn reads(&self, _: &WorkingSet, _: Time) -> Vec<Need> {
        self.user.map(Need::User).into_iter().collect()
    }

    fn decide(&self, set: &WorkingSet, context: &Context, now: Time) -> Decision<Issued> {
        let target = match self.user {
            Some(id) => set.existing(id)?.target(),
            None => Target::of(self.realm()),
        };
        let permit = context.permit_new(Permission::EventsRead, &target)?;
        let expires_at = now.plus_seconds(SECONDS);
        let issued = Issued {
            digest: self.digest.clone(),
            expires_at: expires_at.micros(),
        };
        let ticket = SideRecord::Ticket {
            digest: self.digest.clone(),
            proof: self.proof.clone(),
            at: now,
            expires_at,
        };
        let outcome = Outcome::new(permit, Vec::new(), |_| Some(issued));
        Ok(outcome.beside([ticket]))
    }
}

impl IssueTicket {
    const fn realm(&self) -> Realm {
        self.organization
    }
}
