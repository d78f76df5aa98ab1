//! Facts: what follows from one, for the rows and for every answer that is known.

use super::{Ending, World};
use crate::{
    ApiKeyId, AssignmentId, Event, Fact, ProductId, Resource, ResourceKind, Time, UserId,
    VariantId,
    api_key::ApiKey,
    product,
    tally::Tally,
    user::{self, Role, User, UserStatus},
    variant,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a batch of facts did to the rows: each touched resource, and whether it was there before.
#[derive(Debug, Default)]
pub struct Changes {
    /// The touched resources; `true` when there was a row before the first fact.
    pub touched: BTreeMap<Resource, bool>,
    /// What is to be added to the kept totals.
    pub tallies: BTreeMap<Tally, i64>,
}

/// A fact that cannot follow the state it meets: the log, or a decision, is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot happen to {} {id} in its state", .kind.as_str(), .kind.as_str())]
pub struct Impossible {
    /// The kind of the resource.
    pub kind: ResourceKind,
    /// Its id.
    pub id: Uuid,
}

impl World {
    /// Lets a fact happen, and gives the version that the resource has with it.
    pub fn apply(&mut self, fact: &Fact, at: Time) -> Result<i64, Impossible> {
        let resource = fact.resource();
        let version = match resource.kind {
            ResourceKind::User => self.apply_to_user(UserId(fact.id), &fact.event, at),
            ResourceKind::Product => self.apply_to_product(ProductId(fact.id), &fact.event, at),
            ResourceKind::Variant => self.apply_to_variant(VariantId(fact.id), &fact.event, at),
            ResourceKind::Assignment => {
                self.apply_to_assignment(AssignmentId(fact.id), &fact.event, at)
            }
            ResourceKind::ApiKey => self.apply_to_api_key(ApiKeyId(fact.id), &fact.event, at),
        };
        version.ok_or(Impossible {
            kind: resource.kind,
            id: fact.id,
        })
    }

    /// Takes what was changed since the last time.
    pub fn take_changes(&mut self) -> Changes {
        Changes {
            touched: std::mem::take(&mut self.changes),
            tallies: std::mem::take(&mut self.tallies),
        }
    }

    /// Notes that the row is to be written; what was there at first counts.
    pub(super) fn touch(&mut self, kind: ResourceKind, id: Uuid, was_there: bool) {
        self.changes
            .entry(Resource { kind, id })
            .or_insert(was_there);
    }

    /// Adds to what the totals are to change by.
    pub(super) fn tally(&mut self, tally: Tally, by: i64) {
        *self.tallies.entry(tally).or_insert(0) += by;
    }
}

impl World {
    fn apply_to_user(&mut self, id: UserId, event: &Event, at: Time) -> Option<i64> {
        let before = self.users.get(&id).cloned().flatten();
        let after = user::evolve(before.clone(), id, event, at)?;
        self.touch(ResourceKind::User, id.0, before.is_some());
        if let Some(before) = &before {
            self.tally(Tally::Users(before.status), -1);
            self.emails
                .insert((before.organization_id, before.email.key()), None);
        }
        self.tally(Tally::Users(after.status), 1);
        if after.status != UserStatus::Deleted {
            self.emails
                .insert((after.organization_id, after.email.key()), Some(id));
        }
        let rules = |user: &User| {
            i64::from(user.role == Role::SuperAdmin && user.status == UserStatus::Active)
        };
        if let Some(count) = &mut self.super_admins {
            *count += rules(&after) - before.as_ref().map_or(0, rules);
        }
        if before.is_none() {
            self.seats_of.insert(id, BTreeSet::new());
        }
        let version = after.version;
        self.users.insert(id, Some(after));
        Some(version)
    }

    fn apply_to_product(&mut self, id: ProductId, event: &Event, at: Time) -> Option<i64> {
        let before = self.products.get(&id).cloned().flatten();
        let after = product::evolve(before.clone(), id, event, at);
        let version = match (&before, &after) {
            (_, Some(after)) => after.version,
            (Some(before), None) if matches!(event, Event::ProductDeleted {}) => before.version + 1,
            _ => return None,
        };
        self.touch(ResourceKind::Product, id.0, before.is_some());
        if let Some(before) = &before {
            let key = before.key.as_str().to_owned();
            self.product_keys
                .insert((before.organization_id, key), None);
        } else {
            self.variants_of.insert(id, BTreeSet::new());
        }
        if let Some(after) = &after {
            let key = after.key.as_str().to_owned();
            self.product_keys
                .insert((after.organization_id, key), Some(id));
        }
        let by = i64::from(after.is_some()) - i64::from(before.is_some());
        self.tally(Tally::Products, by);
        self.products.insert(id, after);
        Some(version)
    }

    fn apply_to_variant(&mut self, id: VariantId, event: &Event, at: Time) -> Option<i64> {
        let before = self.variants.get(&id).cloned().flatten();
        let after = variant::evolve(before.clone(), id, event, at);
        let version = match (&before, &after) {
            (_, Some(after)) => after.version,
            (Some(before), None) if matches!(event, Event::VariantDeleted {}) => before.version + 1,
            _ => return None,
        };
        self.touch(ResourceKind::Variant, id.0, before.is_some());
        if let Some(before) = &before {
            let key = before.key.as_str().to_owned();
            self.variant_keys.insert((before.product_id, key), None);
            if let Some(siblings) = self.variants_of.get_mut(&before.product_id) {
                siblings.remove(&id);
            }
        } else {
            self.ending.insert(id, Ending::none());
        }
        if let Some(after) = &after {
            let key = after.key.as_str().to_owned();
            self.variant_keys.insert((after.product_id, key), Some(id));
            if let Some(siblings) = self.variants_of.get_mut(&after.product_id) {
                siblings.insert(id);
            }
        }
        self.variants.insert(id, after);
        Some(version)
    }

    fn apply_to_api_key(&mut self, id: ApiKeyId, event: &Event, at: Time) -> Option<i64> {
        let Event::ApiKeyCreated(new) = event else {
            return None;
        };
        if self.api_key(id).is_some() {
            return None;
        }
        let key = ApiKey {
            id,
            user_id: new.user_id,
            name: new.name.clone(),
            digest: new.digest.clone(),
            created_at: at,
            version: 1,
        };
        self.touch(ResourceKind::ApiKey, id.0, false);
        self.api_keys.insert(id, Some(key));
        Some(1)
    }
}
