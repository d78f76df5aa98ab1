//! Personal data in events. It is sealed with a key of the person it is about, and the chain is over
//! what is sealed: without the key nobody reads it any more, and the log stays whole.

use super::{NewEvent, event};
use crate::{StoreError, StoreResult, shape};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use domain::{Event, Fact, UserId, user};
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// The keys of the people that events are about.
mod key {
    use sea_orm::entity::prelude::*;

    /// A key. Not in the log: without it the personal data in the log cannot be read.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "subject_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        /// 256 bits, hexadecimal.
        pub secret: String,
    }

    /// SeaORM wants it of every row; the secret is not shown.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "the key of {}", self.user_id)
        }
    }

    /// Required by SeaORM; no query follows a relation.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The field that stands in the place of a sealed value, with the sealed text.
const SEALED: &str = "sealed";

/// Keys of people, to seal and to open their personal data in events.
#[derive(Default)]
pub(super) struct Keys(BTreeMap<Uuid, XChaCha20Poly1305>);

impl Keys {
    /// The keys to write these events; makes those of new people.
    pub async fn to_write(
        connection: &impl ConnectionTrait,
        events: &[NewEvent],
    ) -> StoreResult<Self> {
        Self::for_facts(connection, events.iter().map(|new| &new.fact)).await
    }

    /// The same of facts.
    pub async fn for_facts(
        connection: &impl ConnectionTrait,
        facts: impl Iterator<Item = &Fact>,
    ) -> StoreResult<Self> {
        let people = facts.filter(|fact| !personal(&fact.event).is_empty());
        let (new, known): (Vec<_>, Vec<_>) =
            people.partition(|fact| matches!(fact.event, Event::UserCreated(_)));
        let new: BTreeSet<Uuid> = new.into_iter().map(|fact| fact.id).collect();
        let known = known.into_iter().map(|fact| fact.id);
        let known = known.filter(|id| !new.contains(id)).collect();
        let mut keys = Self::of(connection, known).await?;
        keys.make(connection, new).await?;
        Ok(keys)
    }

    /// The keys to read these rows.
    pub async fn to_read(
        connection: &impl ConnectionTrait,
        rows: &[event::Model],
    ) -> StoreResult<Self> {
        let sealed = rows.iter().filter(|row| row.data.contains(SEALED));
        Self::of(connection, sealed.map(|row| row.stream_id).collect()).await
    }

    async fn of(connection: &impl ConnectionTrait, people: BTreeSet<Uuid>) -> StoreResult<Self> {
        let mut keys = Self::default();
        for ids in shape::lists(people) {
            let found = key::Entity::find().filter(key::Column::UserId.is_in(ids));
            for row in found.all(connection).await? {
                let secret = Zeroizing::new(row.secret);
                keys.0.insert(row.user_id, cipher(&secret)?);
            }
        }
        Ok(keys)
    }

    /// Makes keys and keeps them in the same write as the events.
    pub async fn make(
        &mut self,
        connection: &impl ConnectionTrait,
        people: BTreeSet<Uuid>,
    ) -> StoreResult<()> {
        let mut rows = Vec::with_capacity(people.len());
        for user_id in people {
            let secret = random()?;
            self.0.insert(user_id, cipher(&secret)?);
            rows.push(key::ActiveModel {
                user_id: Set(user_id),
                secret: Set(secret.to_string()),
            });
        }
        for part in shape::parts(rows) {
            key::Entity::insert_many(part)
                .exec_without_returning(connection)
                .await?;
        }
        Ok(())
    }

    /// Seals the personal fields in the data of the fact.
    pub fn seal(&self, fact: &Fact, event: Uuid, data: &mut Value) -> StoreResult<()> {
        for (index, field) in personal(&fact.event).iter().enumerate() {
            let Some(value) = data.get_mut(*field) else {
                continue;
            };
            let cipher = self.0.get(&fact.id);
            let cipher = cipher.ok_or_else(|| StoreError::damaged("key of user", fact.id))?;
            let text = value.to_string();
            let sealed = cipher.encrypt(&nonce(event, index), payload(text.as_bytes(), field));
            let sealed = sealed.map_err(|_| StoreError::damaged("seal of event", event))?;
            *value = json!({ SEALED: hex(&sealed) });
        }
        Ok(())
    }

    /// Opens the sealed fields of the data; those of an erased person get the values of
    /// [`user::erased`].
    pub fn open(&self, row: &event::Model, data: &mut Value) -> StoreResult<()> {
        let erased = user::erased(UserId(row.stream_id));
        for (index, (field, erased)) in erased.into_iter().enumerate() {
            let Some(value) = data.get_mut(field) else {
                continue;
            };
            let Some(sealed) = value[SEALED].as_str() else {
                continue;
            };
            let damaged = || StoreError::damaged("sealed data of event", row.event_id);
            *value = match self.0.get(&row.stream_id) {
                None => Value::String(erased),
                Some(cipher) => {
                    let sealed = from_hex(sealed).ok_or_else(damaged)?;
                    let nonce = nonce(row.event_id, index);
                    let text = cipher.decrypt(&nonce, payload(&sealed, field));
                    let text = Zeroizing::new(text.map_err(|_| damaged())?);
                    serde_json::from_slice(&text).map_err(|_| damaged())?
                }
            };
        }
        Ok(())
    }
}

/// Deletes the key of a person, whose personal data in the log cannot be read any more.
pub(crate) async fn erase(connection: &impl ConnectionTrait, user: UserId) -> StoreResult<()> {
    key::Entity::delete_by_id(user.0).exec(connection).await?;
    Ok(())
}

/// The personal fields of the event's data, in the order of [`user::erased`].
fn personal(event: &Event) -> &'static [&'static str] {
    match event {
        Event::UserCreated(_) | Event::UserUpdated(_) => &user::PERSONAL,
        _ => &[],
    }
}

/// No two values are sealed with the same: events have ids of their own.
fn nonce(event: Uuid, index: usize) -> XNonce {
    let mut nonce = [0; 24];
    nonce[..16].copy_from_slice(event.as_bytes());
    nonce[16..].copy_from_slice(&(index as u64).to_be_bytes());
    XNonce::from(nonce)
}

fn payload<'a>(text: &'a [u8], field: &'a str) -> Payload<'a, 'a> {
    Payload {
        msg: text,
        aad: field.as_bytes(),
    }
}

fn cipher(secret: &str) -> StoreResult<XChaCha20Poly1305> {
    let damaged = || StoreError::Damaged("the key of a user".to_owned());
    let bytes = Zeroizing::new(from_hex(secret).ok_or_else(damaged)?);
    XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| damaged())
}

fn random() -> StoreResult<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice())
        .map_err(|error| StoreError::damaged("random numbers", error))?;
    Ok(Zeroizing::new(hex(bytes.as_slice())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.as_bytes().chunks(2).map(byte).collect()
}
