//! A database that was brought back from a backup: what must end in it, and what is reported of the
//! time since.

use crate::{
    Store, StoreResult, event_ticket, invitation,
    log::{LogId, event},
    mail, refresh_token,
    session::{self, lasting, usage},
    user::realm_of,
};
use domain::{Realm, SessionId, Time};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};
use std::collections::BTreeSet;

/// Events that are read at a time.
const PAGE: u64 = 2000;

/// What was thrown away that let somebody in without a password or a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// Refresh tokens.
    pub refresh_tokens: u64,
    /// Links for people to set a password by.
    pub links: u64,
    /// Tickets for sockets.
    pub tickets: u64,
    /// Mails that were not sent.
    pub mails: u64,
}

/// What happened after a backup and is not known any more once the backup is restored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// Events that are not in the backup.
    pub events: i64,
    /// Keys that were revoked.
    pub revoked_keys: BTreeSet<Uuid>,
    /// Keys whose secret was replaced: the former one works again.
    pub rotated_keys: BTreeSet<Uuid>,
    /// People who were erased.
    pub erased: BTreeSet<Uuid>,
    /// People who were deactivated or deleted, and not erased.
    pub locked_out: BTreeSet<Uuid>,
    /// People who set another password: the former one works again.
    pub passwords: BTreeSet<Uuid>,
    /// Logs that diverged, of which nothing is reported.
    pub unrelated: Vec<LogId>,
}

impl Since {
    fn note(&mut self, event_type: &str, id: Uuid) {
        match event_type {
            "apiKey.revoked" => drop(self.revoked_keys.insert(id)),
            "apiKey.rotated" => drop(self.rotated_keys.insert(id)),
            "user.erased" => drop(self.erased.insert(id)),
            "user.deactivated" | "user.deleted" => drop(self.locked_out.insert(id)),
            "user.activated" => drop(self.locked_out.remove(&id)),
            "user.passwordSet" => drop(self.passwords.insert(id)),
            _ => {}
        }
    }
}

/// The types of events that take something from somebody.
const REPORTED: [&str; 7] = [
    "apiKey.revoked",
    "apiKey.rotated",
    "user.erased",
    "user.deactivated",
    "user.deleted",
    "user.activated",
    "user.passwordSet",
];

impl Store {
    /// The migrations of the database that this version does not know: a newer one made it.
    pub async fn unknown_migrations(&self) -> StoreResult<Vec<String>> {
        Ok(self.read.unknown_migrations().await?)
    }

    /// Sessions that last, in the order of their ids after one of them, each with whose realm it is in.
    pub async fn lasting_sessions(
        &self,
        now: Time,
        after: Option<SessionId>,
        most: u64,
    ) -> StoreResult<Vec<(Realm, SessionId)>> {
        let rows: Vec<(Uuid, Uuid)> = lasting()
            .select_only()
            .column(session::Column::Realm)
            .column(session::Column::Id)
            .filter(session::Column::ExpiresAt.gt(now.micros()))
            .filter(session::Column::Id.gt(after.map_or(Uuid::nil(), |id| id.0)))
            .order_by_asc(session::Column::Id)
            .limit(most)
            .into_tuple()
            .all(&self.read)
            .await?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(realm, id)| (realm_of(realm), SessionId(id)))
            .collect())
    }

    /// Forgets every refresh token, link and ticket, and the mails that wait, which may carry links.
    pub async fn forget_ways_in(&self) -> StoreResult<WaysIn> {
        self.forget_all::<usage::Entity>().await?;
        Ok(WaysIn {
            refresh_tokens: self.forget_all::<refresh_token::Entity>().await?,
            links: self.forget_all::<invitation::Entity>().await?,
            tickets: self.forget_all::<event_ticket::Entity>().await?,
            mails: self.forget_all::<mail::Entity>().await?,
        })
    }

    async fn forget_all<E: EntityTrait>(&self) -> StoreResult<u64> {
        let gone = E::delete_many().exec(&self.write).await?;
        Ok(gone.rows_affected)
    }

    /// Begins an epoch in each log, so that every writer discards what it remembers of the tables.
    pub async fn begin_epochs(&self) -> StoreResult<()> {
        for log in self.logs().await?.into_keys() {
            let mut write = self.begin_write(&BTreeSet::from([log])).await?;
            write.begin_epoch().await?;
            write.commit().await?;
        }
        Ok(())
    }

    /// What a later state of the same database records of the time since this one.
    ///
    /// # Errors
    /// Also when the other database is none of this service.
    pub async fn since(&self, later: &Self) -> StoreResult<Since> {
        let mut since = Since::default();
        let ends = later.logs().await?;
        for (log, head) in self.logs().await? {
            let same = match later.hash_at(log, head.position).await? {
                None if head.position == 0 => true,
                found => found == Some(head.hash),
            };
            if !same {
                since.unrelated.push(log);
                continue;
            }
            let end = ends.get(&log).map_or(0, |end| end.position);
            since.events += (end - head.position).max(0);
            later.report(log, head.position, &mut since).await?;
        }
        self.keep_known(&mut since).await?;
        Ok(since)
    }

    async fn report(&self, log: LogId, after: i64, since: &mut Since) -> StoreResult<()> {
        let mut after = after;
        loop {
            let rows: Vec<(i64, String, Uuid)> = event::Entity::find()
                .select_only()
                .column(event::Column::Position)
                .column(event::Column::EventType)
                .column(event::Column::StreamId)
                .filter(event::Column::LogId.eq(log.0))
                .filter(event::Column::Position.gt(after))
                .filter(event::Column::EventType.is_in(REPORTED))
                .order_by_asc(event::Column::Position)
                .limit(PAGE)
                .into_tuple()
                .all(&self.read)
                .await?;
            let Some((last, ..)) = rows.last() else {
                return Ok(());
            };
            after = *last;
            for (_, event_type, id) in &rows {
                since.note(event_type, *id);
            }
        }
    }

    /// Leaves out what was made after the backup.
    async fn keep_known(&self, since: &mut Since) -> StoreResult<()> {
        let Since {
            revoked_keys,
            rotated_keys,
            erased,
            locked_out,
            passwords,
            ..
        } = since;
        for ids in [
            &mut *revoked_keys,
            rotated_keys,
            erased,
            locked_out,
            passwords,
        ] {
            let mut unknown = Vec::new();
            for id in ids.iter() {
                if !self.has_history(*id).await? {
                    unknown.push(*id);
                }
            }
            for id in unknown {
                ids.remove(&id);
            }
        }
        for id in &since.revoked_keys {
            since.rotated_keys.remove(id);
        }
        for id in &since.erased {
            since.locked_out.remove(id);
        }
        let gone: Vec<Uuid> = since.erased.union(&since.locked_out).copied().collect();
        for id in gone {
            since.passwords.remove(&id);
        }
        Ok(())
    }
}
