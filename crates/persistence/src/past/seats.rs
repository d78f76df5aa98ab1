//! The free seats of a variant as they were.

use super::{MOST_CHANGED, changed, folded, unchanged};
use crate::{
    Availability, Store, StoreError, StoreResult, allocation, assignment,
    log::{LogId, fold, happened_after},
    pool,
    query::{Readable, Terms},
    variant::{Entity, state},
};
use domain::{
    Catalogues, OrganizationId, Realm, Time, VariantId, allocation::Allocation,
    assignment::Assignment, pool::Pool, variant::Variant,
};
use sea_orm::{PaginatorTrait, entity::prelude::*};
use std::collections::BTreeSet;

impl Store {
    /// The free seats of a variant at a moment, as [`Store::availability`] would have given them
    /// then. Also of a variant that is gone since.
    pub async fn availability_as_of(
        &self,
        id: VariantId,
        at: Time,
        catalogues: Catalogues,
    ) -> StoreResult<Option<Availability>> {
        let variant = self.variant_as_of(id, at).await?;
        let visible = Variant::visible(catalogues);
        let Some(variant) = variant.filter(|one| visible.hold(one)) else {
            return Ok(None);
        };
        let found = match (variant.organization_id, catalogues) {
            (None, Catalogues::SeenBy(Some(reader))) => self.in_pool_then(reader, id, at).await?,
            _ => self.at_pool_owner_then(&variant, at).await?,
        };
        Ok(Some(found))
    }

    async fn variant_as_of(&self, id: VariantId, at: Time) -> StoreResult<Option<Variant>> {
        let row = Entity::find_by_id(id.0).one(&self.read).await?;
        let known = row.map(state).transpose()?;
        if let Some(known) = known.filter(|known| known.updated_at <= at) {
            return Ok(Some(known));
        }
        let mut then = fold::<Variant>(&self.read, &BTreeSet::from([id.0]), at).await?;
        Ok(then.remove(&id.0).filter(|then| then.created_at <= at))
    }

    async fn in_pool_then(
        &self,
        reader: OrganizationId,
        variant: VariantId,
        at: Time,
    ) -> StoreResult<Availability> {
        let seats = self.pool_then(reader, variant, at).await?;
        let held = assignment::held(variant, Some(reader), false, at);
        let active = match seats {
            Some(_) => self.count_then(&held, at).await?,
            None => 0,
        };
        let seats = seats.unwrap_or(0);
        Ok(Availability {
            capacity: Some(seats),
            active,
            available: Some(Ord::max(i64::from(seats) - active, 0)),
        })
    }

    async fn at_pool_owner_then(&self, variant: &Variant, at: Time) -> StoreResult<Availability> {
        let (id, realm) = (variant.id, variant.organization_id);
        let own = assignment::held(id, realm, false, at);
        let own = self.count_then(&own, at).await?;
        let (pooled, allocated) = match variant.organization_id {
            Some(_) => (0, 0),
            None => {
                let others = assignment::held(id, realm, true, at);
                let pooled = self.count_then(&others, at).await?;
                (pooled, self.allocated_then(id, at).await?)
            }
        };
        let free = |capacity: i32| Ord::max(i64::from(capacity) - own - allocated, 0);
        Ok(Availability {
            capacity: variant.capacity,
            active: own + pooled,
            available: variant.capacity.map(free),
        })
    }

    /// How many seats let the terms through then.
    async fn count_then(&self, terms: &Terms<Assignment>, at: Time) -> StoreResult<i64> {
        let snapshot = self.snapshot().await?;
        let backend = snapshot.get_database_backend();
        let same = unchanged(terms, at).select(assignment::Entity::find(), backend);
        let since = changed(&snapshot, terms, at).await?;
        let same = same.count(&snapshot).await?;
        snapshot.rollback().await?;
        let others = folded::<Assignment>(&self.read, &since, at).await?;
        let others = others.iter().filter(|seat| terms.hold(seat)).count();
        Ok(i64::try_from(same + others as u64).unwrap_or(i64::MAX))
    }

    /// Seats of the variant that organizations had as pools.
    async fn allocated_then(&self, variant: VariantId, at: Time) -> StoreResult<i64> {
        let of = allocation::Column::VariantId.eq(variant.0);
        let of = allocation::Entity::find().filter(of);
        // One that is closed between the two would be in neither, or in both.
        let snapshot = self.snapshot().await?;
        let mut others = gone_since(&snapshot, None, "allocation.closed", at).await?;
        let rows = of.all(&snapshot).await?;
        snapshot.rollback().await?;
        let mut seats = 0;
        for row in rows {
            let known = allocation::state(row)?;
            if known.updated_at <= at {
                seats += i64::from(known.seats);
            } else {
                others.insert(known.id.0);
            }
        }
        let then = fold::<Allocation>(&self.read, &others, at).await?;
        let then = then.values().filter(|then| then.variant_id == variant);
        Ok(seats + then.map(|then| i64::from(then.seats)).sum::<i64>())
    }

    /// How many seats of the variant the organization had as a pool, if it had one.
    async fn pool_then(
        &self,
        of: OrganizationId,
        variant: VariantId,
        at: Time,
    ) -> StoreResult<Option<i32>> {
        let row = pool::of(of).filter(pool::Column::VariantId.eq(variant.0));
        let known = row.one(&self.read).await?.map(pool::state).transpose()?;
        if let Some(known) = known.as_ref().filter(|known| known.updated_at <= at) {
            return Ok(Some(known.seats));
        }
        let mut others = gone_since(&self.read, Some(of), "pool.closed", at).await?;
        others.extend(known.map(|known| known.id.0));
        let then = fold::<Pool>(&self.read, &others, at).await?;
        let mut then = then.values().filter(|then| then.variant_id == variant);
        Ok(then.next().map(|then| then.seats))
    }
}

/// What ended after the moment, by the events in which it did.
async fn gone_since(
    connection: &impl ConnectionTrait,
    realm: Realm,
    event_type: &str,
    at: Time,
) -> StoreResult<BTreeSet<Uuid>> {
    let (log, most) = (LogId::of(realm).0, MOST_CHANGED + 1);
    let gone = happened_after(connection, log, event_type, at, most).await?;
    match gone.len() as u64 > MOST_CHANGED {
        true => Err(StoreError::TooMuchChanged),
        false => Ok(gone),
    }
}
