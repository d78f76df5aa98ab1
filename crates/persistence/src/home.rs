//! Where resources belong, which never changes and so can be read without a lock.

use crate::{
    Store, StoreResult, api_key, assignment, product, role, session, shape, station, user,
    user::realm_of, variant, webhook,
};
use domain::{OrganizationId, Realm, ResourceKind};
use sea_orm::{QuerySelect, Select, entity::prelude::*};
use std::collections::BTreeMap;

impl Store {
    /// The realms of the resources of this kind, of those that are there. Organizations are their
    /// own realm, and pools are known by their organization.
    pub async fn realms(
        &self,
        kind: ResourceKind,
        ids: &[Uuid],
    ) -> StoreResult<BTreeMap<Uuid, Realm>> {
        let mut found = BTreeMap::new();
        for ids in shape::lists(ids.iter().copied()) {
            let rows = match kind {
                ResourceKind::User => {
                    let some = user::Entity::find().filter(user::Column::Id.is_in(ids));
                    self.pairs(some, user::Column::Id, user::Column::Realm)
                        .await?
                }
                ResourceKind::Station => {
                    let some = station::Entity::find().filter(station::Column::Id.is_in(ids));
                    let realm = station::Column::OrganizationId;
                    self.pairs(some, station::Column::Id, realm).await?
                }
                ResourceKind::Role => {
                    let some = role::Entity::find().filter(role::Column::Id.is_in(ids));
                    let realm = role::Column::OrganizationId;
                    self.pairs(some, role::Column::Id, realm).await?
                }
                ResourceKind::Session => {
                    let some = session::Entity::find().filter(session::Column::Id.is_in(ids));
                    self.pairs(some, session::Column::Id, session::Column::Realm)
                        .await?
                }
                ResourceKind::Product => {
                    let some = product::Entity::find().filter(product::Column::Id.is_in(ids));
                    self.pairs(some, product::Column::Id, product::Column::Realm)
                        .await?
                }
                ResourceKind::Variant => {
                    let some = variant::Entity::find().filter(variant::Column::Id.is_in(ids));
                    let realm = variant::Column::OrganizationId;
                    self.pairs(some, variant::Column::Id, realm).await?
                }
                ResourceKind::Assignment => {
                    let some = assignment::Entity::find().filter(assignment::Column::Id.is_in(ids));
                    let realm = assignment::Column::Realm;
                    self.pairs(some, assignment::Column::Id, realm).await?
                }
                ResourceKind::ApiKey => {
                    let some = api_key::Entity::find().filter(api_key::Column::Id.is_in(ids));
                    self.pairs(some, api_key::Column::Id, api_key::Column::Realm)
                        .await?
                }
                ResourceKind::Webhook => {
                    let some = webhook::Entity::find().filter(webhook::Column::Id.is_in(ids));
                    self.pairs(some, webhook::Column::Id, webhook::Column::Realm)
                        .await?
                }
                ResourceKind::Organization => {
                    let own = ids.into_iter();
                    own.map(|id| (id, Some(OrganizationId(id)))).collect()
                }
                ResourceKind::Allocation | ResourceKind::Pool => Vec::new(),
            };
            found.extend(rows);
        }
        Ok(found)
    }

    async fn pairs<E: EntityTrait>(
        &self,
        some: Select<E>,
        id: E::Column,
        realm: E::Column,
    ) -> StoreResult<Vec<(Uuid, Realm)>> {
        let columns = some.select_only().columns([id, realm]);
        let rows: Vec<(Uuid, Option<Uuid>)> = columns.into_tuple().all(&self.read).await?;
        let pairs = rows.into_iter();
        Ok(pairs
            .map(|(id, realm)| (id, realm.and_then(realm_of)))
            .collect())
    }
}
