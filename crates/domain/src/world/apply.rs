//! Facts: what follows from one, for the rows and for every answer that is known.

use super::{Ending, World};
use crate::{
    AllocationId, ApiKeyId, AssignmentId, Event, Fact, OrganizationId, PoolId, Pot, ProductId,
    Realm, Resource, ResourceKind, RoleId, SessionId, StationId, Time, UserId, VariantId,
    WebhookId,
    allocation::{self, Allocation},
    api_key, pool, product,
    tally::Tally,
    variant, webhook,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a batch of facts did to the rows: each touched resource, and whether it was there before.
#[derive(Debug, Default)]
pub struct Changes {
    /// The touched resources; `true` when there was a row before the first fact.
    pub touched: BTreeMap<Resource, bool>,
    /// What is to be added to the kept totals.
    pub tallies: BTreeMap<(Realm, Tally), i64>,
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
            ResourceKind::Organization => {
                self.apply_to_organization(OrganizationId(fact.id), &fact.event, at)
            }
            ResourceKind::Station => self.apply_to_station(StationId(fact.id), &fact.event, at),
            ResourceKind::Allocation => {
                self.apply_to_allocation(AllocationId(fact.id), &fact.event, at)
            }
            ResourceKind::Pool => self.apply_to_pool(PoolId(fact.id), &fact.event, at),
            ResourceKind::User => self.apply_to_user(UserId(fact.id), &fact.event, at),
            ResourceKind::Role => self.apply_to_role(RoleId(fact.id), &fact.event, at),
            ResourceKind::Session => self.apply_to_session(SessionId(fact.id), &fact.event, at),
            ResourceKind::Product => self.apply_to_product(ProductId(fact.id), &fact.event, at),
            ResourceKind::Variant => self.apply_to_variant(VariantId(fact.id), &fact.event, at),
            ResourceKind::Assignment => {
                self.apply_to_assignment(AssignmentId(fact.id), &fact.event, at)
            }
            ResourceKind::ApiKey => self.apply_to_api_key(ApiKeyId(fact.id), &fact.event, at),
            ResourceKind::Webhook => self.apply_to_webhook(WebhookId(fact.id), &fact.event, at),
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
    pub(super) fn tally(&mut self, realm: Realm, tally: Tally, by: i64) {
        *self.tallies.entry((realm, tally)).or_insert(0) += by;
    }
}

impl World {
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
        let owner = after.as_ref().or(before.as_ref())?.organization_id;
        self.tally(owner, Tally::Products, by);
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
            let realm = after.as_ref()?.organization_id;
            self.ending
                .insert(Pot { variant: id, realm }, Ending::none());
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

    /// What is given away is taken out of the capacity of the variant.
    fn apply_to_allocation(&mut self, id: AllocationId, event: &Event, at: Time) -> Option<i64> {
        let before = self.allocations.get(&id).cloned().flatten();
        let after = allocation::evolve(before.clone(), id, event, at);
        let (version, assignments) = match (&before, &after, event) {
            (_, Some(after), _) => (after.version, 0),
            (Some(before), None, Event::AllocationClosed(closed)) => {
                (before.version + 1, closed.assignments)
            }
            _ => return None,
        };
        let seats = |side: &Option<Allocation>| side.as_ref().map_or(0, |a| i64::from(a.seats));
        let known = after.as_ref().or(before.as_ref())?;
        let pair = (known.organization_id, known.variant_id);
        let variant = self.variants.get_mut(&pair.1)?.as_mut()?;
        variant.active_count += seats(&after) - seats(&before);
        variant.allocated += seats(&after) - seats(&before);
        variant.allocation_count += i64::from(after.is_some()) - i64::from(before.is_some());
        variant.assignment_count += assignments;
        self.touch(ResourceKind::Variant, pair.1.0, true);
        self.touch(ResourceKind::Allocation, id.0, before.is_some());
        self.allocations_to
            .insert(pair, after.as_ref().map(|after| after.id));
        self.allocations.insert(id, after);
        Some(version)
    }

    fn apply_to_pool(&mut self, id: PoolId, event: &Event, at: Time) -> Option<i64> {
        let before = self.pools.get(&id).cloned().flatten();
        let after = pool::evolve(before.clone(), id, event, at);
        let version = match (&before, &after) {
            (_, Some(after)) => after.version,
            (Some(before), None) if matches!(event, Event::PoolClosed {}) => before.version + 1,
            _ => return None,
        };
        let known = after.as_ref().or(before.as_ref())?;
        let (pair, pot) = ((known.organization_id, known.variant_id), known.pot());
        self.touch(ResourceKind::Pool, id.0, before.is_some());
        if before.is_none() {
            self.ending.entry(pot).or_insert_with(Ending::none);
        }
        if let Some(pools) = self.pools_of.get_mut(&pair.0) {
            match after {
                Some(_) => pools.insert(id),
                None => pools.remove(&id),
            };
        }
        self.pools_by
            .insert(pair, after.as_ref().map(|after| after.id));
        self.pools.insert(id, after);
        Some(version)
    }

    fn apply_to_api_key(&mut self, id: ApiKeyId, event: &Event, at: Time) -> Option<i64> {
        let before = self.api_keys.get(&id).cloned().flatten();
        let after = api_key::evolve(before.clone(), id, event, at)?;
        self.touch(ResourceKind::ApiKey, id.0, before.is_some());
        let version = after.version;
        self.api_keys.insert(id, Some(after));
        Some(version)
    }

    fn apply_to_webhook(&mut self, id: WebhookId, event: &Event, at: Time) -> Option<i64> {
        let before = self.webhooks.get(&id).cloned().flatten();
        let after = webhook::evolve(before.clone(), id, event, at);
        let version = match (&before, &after) {
            (_, Some(after)) => after.version,
            (Some(before), None) if matches!(event, Event::WebhookDeleted {}) => before.version + 1,
            _ => return None,
        };
        self.touch(ResourceKind::Webhook, id.0, before.is_some());
        let realm = after.as_ref().or(before.as_ref())?.realm;
        if let Some(count) = self.webhooks_of.get_mut(&realm) {
            *count += i64::from(after.is_some()) - i64::from(before.is_some());
        }
        self.webhooks.insert(id, after);
        Some(version)
    }
}
