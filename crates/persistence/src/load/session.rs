//! Sessions.

use super::{Wanted, by_id};
use crate::{
    StoreResult,
    session::{self, Column, Entity},
};
use domain::{SessionId, Time, UserId, World};
use sea_orm::entity::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub(super) async fn load(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
    now: Time,
) -> StoreResult<()> {
    for row in by_id(connection, Entity::find(), Column::Id, &wanted.sessions).await? {
        let session = session::state(row)?;
        world.put_session(session.id, Some(session));
    }
    for id in &wanted.sessions {
        world.put_session(SessionId(*id), None);
    }
    let users = &wanted.sessions_of;
    let mut lasting: BTreeMap<Uuid, BTreeSet<(Time, SessionId)>> =
        users.iter().map(|user| (*user, BTreeSet::new())).collect();
    let base = session::lasting().filter(Column::ExpiresAt.gt(now.micros()));
    for row in by_id(connection, base, Column::UserId, users).await? {
        let session = session::state(row)?;
        let place = (session.started_at, session.id);
        lasting.entry(session.user_id.0).or_default().insert(place);
        world.put_session(session.id, Some(session));
    }
    for (user, sessions) in lasting {
        world.put_sessions_of(UserId(user), sessions);
    }
    Ok(())
}
