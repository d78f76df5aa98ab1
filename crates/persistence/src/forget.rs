//! Rows that nobody needs any more are deleted a few at a time: a statement that deletes a month of them
//! would be ended by the limit of a writer's statement, again and again.

use crate::{Store, StoreResult};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

/// Rows that are deleted in one statement, more only where many have the same time.
const STEP: u64 = 500;

/// Deletes the rows whose time in this column, in microseconds, is not after the last. The column
/// has to have an index. Gives how many.
pub(crate) async fn up_to<E: EntityTrait>(
    store: &Store,
    column: E::Column,
    last: i64,
) -> StoreResult<u64> {
    let mut forgotten = 0;
    loop {
        let beyond: Option<i64> = E::find()
            .select_only()
            .column(column)
            .filter(column.lte(last))
            .order_by_asc(column)
            .offset(STEP)
            .limit(1)
            .into_tuple()
            .one(&store.read)
            .await?;
        let step = E::delete_many().filter(column.lte(beyond.unwrap_or(last)));
        forgotten += step.exec(&store.write).await?.rows_affected;
        if beyond.is_none() {
            return Ok(forgotten);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::{Options, Store};
    use domain::Time;
    use uuid::Uuid;

    #[tokio::test]
    async fn old_rows_are_deleted_in_several_steps_and_new_ones_stay() {
        let name = format!("qm_forget_{}.db", Uuid::now_v7().simple());
        let file = std::env::temp_dir().join(name);
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let store = Store::connect(&url, &Options::default()).await.unwrap();
        store.migrate().await.unwrap();
        let day = 24 * 60 * 60 * 1_000_000;
        let (long_ago, now) = (Time::from_micros(day), Time::from_micros(300 * day));
        for number in 0..1300_i64 {
            // Some of the same time.
            let at = Time::from_micros(long_ago.micros() + number / 2);
            let account = format!("old-{number}");
            store.note_login_failure(&account, at).await.unwrap();
        }
        store.note_login_failure("new", now).await.unwrap();
        assert_eq!(store.forget_old_login_failures(now).await.unwrap(), 1300);
        assert_eq!(store.forget_old_login_failures(now).await.unwrap(), 0);
        assert!(store.login_failures("new").await.unwrap().is_some());
        store.close().await.unwrap();
        std::fs::remove_file(file).unwrap();
    }
}
