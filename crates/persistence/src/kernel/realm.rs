//! Where resources belong, which never changes and so can be read without a lock.

use super::{Table, each};
use crate::{Store, StoreResult, shape, user::realm_of};
use domain::{Realm, ResourceId, ResourceKind, Target};
use sea_orm::{QuerySelect, entity::prelude::*};
use std::collections::BTreeMap;

impl Store {
    /// The realms of the resources of this kind, of those that are there. Organizations are their own
    /// realm, and allocations are known by theirs: neither is queried here.
    pub async fn realms(
        &self,
        kind: ResourceKind,
        ids: &[Uuid],
    ) -> StoreResult<BTreeMap<Uuid, Realm>> {
        domain::each_resource!(each!(match kind R {
            self.realms_in::<R>(ids).await
        }))
    }

    /// In whose log the events of a resource are, and where it stands, when it is there.
    pub async fn whereabouts(
        &self,
        ResourceId { kind, id }: ResourceId,
    ) -> StoreResult<Option<(Realm, Target)>> {
        domain::each_resource!(each!(match kind R {
            self.whereabouts_in::<R>(id).await
        }))
    }

    async fn whereabouts_in<R: Table>(&self, id: Uuid) -> StoreResult<Option<(Realm, Target)>> {
        let row = R::Entity::find()
            .filter(R::ID.eq(id))
            .one(&self.read)
            .await?;
        let state = row.map(R::state).transpose()?;
        Ok(state.map(|state| (state.realm(), state.target())))
    }

    async fn realms_in<R: Table>(&self, ids: &[Uuid]) -> StoreResult<BTreeMap<Uuid, Realm>> {
        let mut found = BTreeMap::new();
        let Some(realm) = R::REALM else {
            return Ok(found);
        };
        for ids in shape::lists(ids.iter().copied()) {
            let some = R::Entity::find().filter(R::ID.is_in(ids));
            let columns = some.select_only().columns([R::ID, realm]);
            let rows: Vec<(Uuid, Option<Uuid>)> = columns.into_tuple().all(&self.read).await?;
            let realms = rows.into_iter();
            found.extend(realms.map(|(id, realm)| (id, realm.and_then(realm_of))));
        }
        Ok(found)
    }
}
