//! Callers whose log a write does not hold: a super admin who works in an organization.

use super::Write;
use crate::{StoreResult, api_key, connection::Transaction, kernel, session, user};
use domain::{Need, Time, WorkingSet};
use sea_orm::{DbBackend, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};

impl Write {
    /// Loads what is known of callers into the working set. Their rows are locked against changes
    /// until the end of the write, shared with other readers: a revocation waits for writes under
    /// way, and later writes see it. On SQLite the lock for writing is enough.
    pub async fn load_callers(
        &self,
        set: &mut WorkingSet,
        needs: &[Need],
        now: Time,
    ) -> StoreResult<()> {
        let (mut users, mut sessions, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for need in needs {
            match need {
                Need::User(id) => users.push(id.0),
                Need::Session(id) => sessions.push(id.0),
                Need::ApiKey(id) => keys.push(id.0),
                _ => {}
            }
        }
        // In the order in which a write changes them, or two could wait for each other.
        share::<user::Entity>(&self.transaction, user::Column::Id, users).await?;
        share::<session::Entity>(&self.transaction, session::Column::Id, sessions).await?;
        share::<api_key::Entity>(&self.transaction, api_key::Column::Id, keys).await?;
        kernel::load(&self.transaction, set, needs, now).await
    }
}

async fn share<E: EntityTrait>(
    transaction: &Transaction,
    id: E::Column,
    mut ids: Vec<Uuid>,
) -> StoreResult<()> {
    let lock = match transaction.get_database_backend() {
        DbBackend::Postgres => " FOR SHARE",
        // The only syntax of MariaDB for it, which MySQL takes too.
        DbBackend::MySql => " LOCK IN SHARE MODE",
        _ => return Ok(()),
    };
    if ids.is_empty() {
        return Ok(());
    }
    ids.sort_unstable();
    ids.dedup();
    let query = E::find().select_only().column(id).filter(id.is_in(ids));
    let query = query.order_by_asc(id);
    let mut statement = query.build(transaction.get_database_backend());
    statement.sql.push_str(lock);
    transaction.query_all_raw(statement).await?;
    Ok(())
}
