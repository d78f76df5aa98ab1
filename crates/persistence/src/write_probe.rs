//! Proof that what is written is kept.

use crate::{Fault, Store, StoreError, StoreResult};
use sea_orm::{ActiveValue::Set, SqlErr, entity::prelude::*, sea_query::ExprTrait};
use std::time::{Duration, Instant};
use tokio::{sync::Mutex, time::timeout};

/// A proof is shared by all calls within this time.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// How long a proof may take. Where writers have much to do, it waits for its turn.
const WITHIN: Duration = Duration::from_millis(1500);

/// While a proof waits for its turn, a write that was kept so long ago is proof as well.
const KEPT_WITHIN: Duration = Duration::from_secs(5);

/// The only row.
const ROW: i32 = 1;

/// The last proof.
#[derive(Debug, Default)]
pub(crate) struct WriteProbe {
    last: Mutex<Option<(Instant, Result<(), String>)>>,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "write_probes")]
pub struct Model {
    /// [`ROW`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Probes so far, of all replicas.
    pub probes: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Store {
    /// Whether the database keeps changes: one is written, committed and read over another
    /// connection, at most once a second however many ask, and no other write met a fault of the disk
    /// in the last seconds.
    ///
    /// # Errors
    /// Why it does not, as a text for people, without anything that is secret.
    pub async fn keeps_changes(&self) -> Result<(), String> {
        let mut last = self.probe.last.lock().await;
        if let Some((at, proof)) = last.as_ref()
            && at.elapsed() < ASKED_EVERY
        {
            return proof.clone();
        }
        let proof = match timeout(WITHIN, self.write_and_read()).await {
            Ok(Ok(())) => {
                self.health.proved();
                let fault = self.health.fault();
                fault.map_or(Ok(()), |fault| Err(fault.description().to_owned()))
            }
            Ok(Err(error)) => Err(self.why(&error)),
            Err(_) => self.kept_lately(),
        };
        *last = Some((Instant::now(), proof.clone()));
        proof
    }

    /// How often writes met each fault, and the one that the last write met.
    pub fn write_faults(&self) -> (impl Iterator<Item = (Fault, u64)> + use<>, Option<Fault>) {
        (self.health.counts().into_iter(), self.health.fault())
    }

    async fn write_and_read(&self) -> StoreResult<()> {
        let before = self.probes().await?;
        let counted = Entity::update_many()
            .col_expr(Column::Probes, Expr::col(Column::Probes).add(1_i64))
            .filter(Column::Id.eq(ROW))
            .exec(&self.write)
            .await?;
        if counted.rows_affected == 0 {
            self.make_row().await?;
        }
        let after = self.probes().await?;
        if after > before {
            return Ok(());
        }
        let text = format!("{after:?}, and {before:?} before a write that was answered");
        Err(StoreError::damaged("count of probes", text))
    }

    async fn probes(&self) -> StoreResult<Option<i64>> {
        let row = Entity::find_by_id(ROW).one(&self.read).await?;
        Ok(row.map(|row| row.probes))
    }

    async fn make_row(&self) -> StoreResult<()> {
        let row = ActiveModel {
            id: Set(ROW),
            probes: Set(0),
        };
        match Entity::insert(row)
            .exec_without_returning(&self.write)
            .await
        {
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                Ok(())
            }
            made => made.map(|_| ()).map_err(StoreError::from),
        }
    }

    fn kept_lately(&self) -> Result<(), String> {
        match (self.health.fault(), self.health.proved_ago()) {
            (None, Some(ago)) if ago < KEPT_WITHIN => Ok(()),
            (Some(fault), _) => Err(fault.description().to_owned()),
            (None, Some(ago)) => Err(format!("no change was kept for {} s", ago.as_secs())),
            (None, None) => Err("no change was kept yet".to_owned()),
        }
    }

    fn why(&self, error: &StoreError) -> String {
        if let Some(fault) = self.health.fault() {
            return fault.description().to_owned();
        }
        match error {
            StoreError::Unavailable(_) => "no connection is to be had",
            StoreError::Contended(_) => "somebody else holds the lock",
            StoreError::Damaged(_) => "what it said was written is not there",
            _ => "it refuses a change",
        }
        .to_owned()
    }
}
