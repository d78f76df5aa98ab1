//! Where a command belongs: the logs that it needs.

use crate::{Context, Result};
use domain::{OrganizationId, Realm, ResourceId, ResourceKind, kernel::Id};
use persistence::{Store, log::LogId};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// Something that a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Whatever belongs to the realm.
    Realm(Realm),
    /// One resource.
    Resource(ResourceId),
}

impl Subject {
    /// The resource with this id. An organization is its own realm.
    pub fn of(id: impl Id) -> Self {
        let resource = id.resource();
        match resource.kind {
            ResourceKind::Organization => OrganizationId(resource.id).into(),
            _ => Self::Resource(resource),
        }
    }
}

impl From<OrganizationId> for Subject {
    fn from(id: OrganizationId) -> Self {
        Self::Realm(Some(id))
    }
}

/// Homes that are remembered at most.
const ROOM: usize = 200_000;

/// Remembers where resources belong. That never changes, so it is never wrong.
#[derive(Default)]
pub(crate) struct Homes(Mutex<HashMap<Uuid, Realm>>);

impl Homes {
    /// The logs that a command needs which is about these subjects. A resource that does not exist
    /// has no log: the command then runs on the platform's log, where it is refused.
    pub(crate) async fn logs(
        &self,
        store: &Store,
        context: &Context,
        subjects: Vec<Subject>,
    ) -> Result<BTreeSet<LogId>> {
        if let Some(organization) = context.actor.organization() {
            return Ok(BTreeSet::from([LogId::of(Some(organization))]));
        }
        let mut logs = BTreeSet::new();
        let mut unknown: BTreeMap<ResourceKind, Vec<Uuid>> = BTreeMap::new();
        for subject in subjects {
            let ResourceId { kind, id } = match subject {
                Subject::Realm(realm) => {
                    logs.insert(LogId::of(realm));
                    continue;
                }
                Subject::Resource(resource) => resource,
            };
            match self.remembered(id) {
                Some(realm) => drop(logs.insert(LogId::of(realm))),
                None => unknown.entry(kind).or_default().push(id),
            }
        }
        for (kind, ids) in unknown {
            let found = store.realms(kind, &ids).await?;
            logs.extend(found.values().copied().map(LogId::of));
            self.remember(found);
        }
        if logs.is_empty() {
            logs.insert(LogId::PLATFORM);
        }
        Ok(logs)
    }

    fn remembered(&self, id: Uuid) -> Option<Realm> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).copied()
    }

    pub(crate) fn remember(&self, found: impl IntoIterator<Item = (Uuid, Realm)>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= ROOM {
            known.clear();
        }
        known.extend(found);
    }
}
