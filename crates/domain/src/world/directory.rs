//! What follows from facts about organizations, stations and users.

use super::World;
use crate::{
    Event, Holder, OrganizationId, ResourceKind, RoleId, SessionId, StationId, Time, UserId,
    organization, role, session, station,
    tally::Tally,
    user::{self, Role, User, UserStatus},
};
use std::collections::BTreeSet;

impl World {
    pub(super) fn apply_to_organization(
        &mut self,
        id: OrganizationId,
        event: &Event,
        at: Time,
    ) -> Option<i64> {
        let before = self.organizations.get(&id).cloned().flatten();
        let after = organization::evolve(before.clone(), id, event, at)?;
        self.touch(ResourceKind::Organization, id.0, before.is_some());
        match &before {
            Some(before) => drop(self.slugs.insert(before.slug.clone(), None)),
            None => {
                self.pools_of.insert(id, BTreeSet::new());
                self.seats_of_organization.insert(id, BTreeSet::new());
            }
        }
        // Also when it is deleted: its slug is never used again.
        self.slugs.insert(after.slug.clone(), Some(id));
        let version = after.version;
        self.organizations.insert(id, Some(after));
        Some(version)
    }

    pub(super) fn apply_to_station(
        &mut self,
        id: StationId,
        event: &Event,
        at: Time,
    ) -> Option<i64> {
        let before = self.stations.get(&id).cloned().flatten();
        let after = station::evolve(before.clone(), id, event, at)?;
        self.touch(ResourceKind::Station, id.0, before.is_some());
        if before.is_none() {
            let code = (after.organization_id, after.code.clone());
            self.codes.insert(code, Some(id));
            self.seats_of.insert(Holder::Station(id), BTreeSet::new());
        }
        let version = after.version;
        self.stations.insert(id, Some(after));
        Some(version)
    }

    pub(super) fn apply_to_user(&mut self, id: UserId, event: &Event, at: Time) -> Option<i64> {
        let before = self.users.get(&id).cloned().flatten();
        let after = user::evolve(before.clone(), id, event, at)?;
        self.touch(ResourceKind::User, id.0, before.is_some());
        let realm = after.organization_id;
        if let Some(before) = &before {
            self.tally(realm, Tally::Users(before.status), -1);
            // The email of a deleted user may be somebody else's by now.
            if before.status != UserStatus::Deleted {
                self.emails.insert((realm, before.email.key()), None);
            }
        }
        self.tally(realm, Tally::Users(after.status), 1);
        if after.status != UserStatus::Deleted {
            self.emails.insert((realm, after.email.key()), Some(id));
        }
        let rules = |user: &User| {
            i64::from(user.role == Role::SuperAdmin && user.status == UserStatus::Active)
        };
        if let Some(count) = &mut self.super_admins {
            *count += rules(&after) - before.as_ref().map_or(0, rules);
        }
        if before.is_none() {
            self.seats_of.insert(Holder::User(id), BTreeSet::new());
            self.sessions_of.insert(id, BTreeSet::new());
        }
        let version = after.version;
        self.users.insert(id, Some(after));
        Some(version)
    }

    pub(super) fn apply_to_role(&mut self, id: RoleId, event: &Event, at: Time) -> Option<i64> {
        let before = self.roles.get(&id).cloned().flatten();
        let after = role::evolve(before.clone(), id, event, at);
        let version = match (&before, &after) {
            (_, Some(after)) => after.version,
            (Some(before), None) if matches!(event, Event::RoleDeleted {}) => before.version + 1,
            _ => return None,
        };
        self.touch(ResourceKind::Role, id.0, before.is_some());
        if let Some(before) = &before {
            let name = (before.organization_id, before.profile.key());
            self.role_names.insert(name, None);
        }
        if let Some(after) = &after {
            let name = (after.organization_id, after.profile.key());
            self.role_names.insert(name, Some(id));
        }
        self.roles.insert(id, after);
        Some(version)
    }

    pub(super) fn apply_to_session(
        &mut self,
        id: SessionId,
        event: &Event,
        at: Time,
    ) -> Option<i64> {
        let before = self.sessions.get(&id).cloned().flatten();
        let after = session::evolve(before.clone(), id, event, at)?;
        self.touch(ResourceKind::Session, id.0, before.is_some());
        if let Some(lasting) = self.sessions_of.get_mut(&after.user_id) {
            let place = (after.started_at, id);
            match after.ended {
                None => lasting.insert(place),
                Some(_) => lasting.remove(&place),
            };
        }
        let version = after.version;
        self.sessions.insert(id, Some(after));
        Some(version)
    }
}
