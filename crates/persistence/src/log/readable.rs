//! Events as far as they can be read.

use super::{
    LogId, event,
    feed::{PART_BYTES, Recorded, bytes, page, recorded},
    personal::Keys,
};
use crate::{Store, StoreError, StoreResult, shape};
use sea_orm::entity::prelude::*;
use std::collections::BTreeMap;

/// An event of a log, or why it cannot be read.
pub struct Readable {
    /// Its place in the log.
    pub position: i64,
    /// The event.
    pub recorded: StoreResult<Recorded>,
}

impl Store {
    /// What is in a log after a position, oldest first: as many events as asked for, or fewer large
    /// ones, but at least one where there is one. Damaged events do not stop the others.
    pub async fn readable(&self, log: LogId, after: i64, limit: u64) -> StoreResult<Vec<Readable>> {
        let query = page(log, after, limit);
        let (rows, _) = self.read.within(query, PART_BYTES, bytes).await?;
        self.readable_rows(rows).await
    }

    /// The events at these places of a log, as far as they are there.
    pub async fn events_at(
        &self,
        log: LogId,
        positions: &[i64],
    ) -> StoreResult<BTreeMap<i64, StoreResult<Recorded>>> {
        if positions.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = event::Entity::find()
            .filter(event::Column::LogId.eq(log.0))
            .filter(event::Column::Position.is_in(shape::list(positions.iter().copied())));
        let rows = rows.all(&self.read).await?;
        let readable = self.readable_rows(rows).await?.into_iter();
        Ok(readable.map(|one| (one.position, one.recorded)).collect())
    }

    async fn readable_rows(&self, rows: Vec<event::Model>) -> StoreResult<Vec<Readable>> {
        let keys = self.keys(&rows).await?;
        let mut readable = Vec::with_capacity(rows.len());
        for row in rows {
            let position = row.position;
            let recorded = own(self.opened(row, keys.as_ref()).await)?;
            readable.push(Readable { position, recorded });
        }
        Ok(readable)
    }

    /// The keys to read these rows; none where one of them is damaged.
    pub(super) async fn keys(&self, rows: &[event::Model]) -> StoreResult<Option<Keys>> {
        match Keys::to_read(&self.read, rows).await {
            Ok(keys) => Ok(Some(keys)),
            Err(StoreError::Damaged(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The event, with these keys; without them with its own, since that of somebody else may be the
    /// damaged one.
    pub(super) async fn opened(
        &self,
        row: event::Model,
        keys: Option<&Keys>,
    ) -> StoreResult<Recorded> {
        if let Some(keys) = keys {
            return recorded(row, keys);
        }
        let keys = Keys::to_read(&self.read, std::slice::from_ref(&row)).await?;
        recorded(row, &keys)
    }
}

/// Damage of the event itself is part of the result. Any other error says nothing about the event,
/// which may be readable the next time.
fn own(recorded: StoreResult<Recorded>) -> StoreResult<StoreResult<Recorded>> {
    match recorded {
        Err(error) if !matches!(error, StoreError::Damaged(_)) => Err(error),
        recorded => Ok(recorded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::DbErr;

    #[test]
    fn only_damage_is_returned_as_the_fault_of_an_event() {
        let why = || DbErr::Custom("statement timeout".to_owned());
        for error in [
            StoreError::Contended(why()),
            StoreError::Unavailable(why()),
            StoreError::Refused(why()),
            StoreError::Unknown(why()),
            StoreError::TooMuchChanged,
        ] {
            let message = error.to_string();
            assert!(own(Err(error)).is_err(), "{message}");
        }
        let damaged = own(Err(StoreError::damaged("data of event", 7)));
        assert!(matches!(damaged, Ok(Err(StoreError::Damaged(_)))));
    }
}
