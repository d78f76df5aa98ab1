//! Where a command belongs: the logs that it needs.

use crate::{Context, Result};
use domain::{
    ApiKeyId, AssignmentId, OrganizationId, ProductId, Realm, ResourceKind, RoleId, SessionId,
    StationId, UserId, VariantId, WebhookId,
};
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
    /// A station.
    Station(StationId),
    /// A user.
    User(UserId),
    /// A product.
    Product(ProductId),
    /// A variant.
    Variant(VariantId),
    /// An assignment.
    Assignment(AssignmentId),
    /// An API key.
    ApiKey(ApiKeyId),
    /// A session.
    Session(SessionId),
    /// A custom role.
    Role(RoleId),
    /// A webhook.
    Webhook(WebhookId),
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
    /// The logs that a command needs which is about these subjects. What is not there is nowhere;
    /// the command runs on the platform's log then and finds out.
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
            let (kind, id) = match subject {
                Subject::Realm(realm) => {
                    logs.insert(LogId::of(realm));
                    continue;
                }
                Subject::Station(id) => (ResourceKind::Station, id.0),
                Subject::User(id) => (ResourceKind::User, id.0),
                Subject::Product(id) => (ResourceKind::Product, id.0),
                Subject::Variant(id) => (ResourceKind::Variant, id.0),
                Subject::Assignment(id) => (ResourceKind::Assignment, id.0),
                Subject::ApiKey(id) => (ResourceKind::ApiKey, id.0),
                Subject::Role(id) => (ResourceKind::Role, id.0),
                Subject::Session(id) => (ResourceKind::Session, id.0),
                Subject::Webhook(id) => (ResourceKind::Webhook, id.0),
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
