//! Writing the rows that a batch of facts changed, in a few bulk statements.

use super::{Table, each};
use crate::{StoreResult, shape};
use domain::{ResourceId, WorkingSet, kernel::Id};
use sea_orm::{EntityTrait, Iterable, entity::prelude::*, sea_query::OnConflict};
use std::collections::BTreeMap;

/// Brings the touched rows to the state of the working set. The value is whether there was a row.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    set: &WorkingSet,
    touched: &BTreeMap<ResourceId, bool>,
) -> StoreResult<()> {
    domain::each_resource!(each!(do R {
        save::<R>(connection, set, touched).await?;
    }));
    Ok(())
}

/// Deleted rows go first and changed ones before new ones, so that a key or seat that one row
/// gives up is free for the next.
async fn save<R: Table>(
    connection: &impl ConnectionTrait,
    set: &WorkingSet,
    touched: &BTreeMap<ResourceId, bool>,
) -> StoreResult<()> {
    let (mut made, mut changed, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for (resource, was_there) in touched.iter().filter(|(one, _)| one.kind == R::KIND) {
        match (was_there, set.get(R::Id::new(resource.id))) {
            (false, Some(new)) => made.push(new.row()),
            (true, Some(state)) => changed.push(state),
            (true, None) => gone.push(resource.id),
            (false, None) => {}
        }
    }
    for gone in shape::lists(gone) {
        R::Entity::delete_many()
            .filter(R::ID.is_in(gone))
            .exec(connection)
            .await?;
    }
    // A statement writes its rows in their order: rows that give up their unique values, like a
    // revoked seat or a deleted user, come before rows that may take them.
    changed.sort_by_key(|state| state.unique_values());
    let columns = <R::Entity as EntityTrait>::Column::iter();
    let others = columns.filter(|column| column.as_str() != R::ID.as_str());
    let replace = OnConflict::column(R::ID).update_columns(others).to_owned();
    let changed: Vec<R::Row> = changed.into_iter().map(Table::row).collect();
    for changed in shape::parts(changed) {
        let statement = R::Entity::insert_many(changed).on_conflict(replace.clone());
        statement.exec_without_returning(connection).await?;
    }
    for made in shape::parts(made) {
        R::Entity::insert_many(made)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}
