//! The table of webhooks, and that of their secrets.

use crate::{
    Store, StoreError, StoreResult, kernel,
    kernel::Lookup,
    query::{Missing, Readable, Sort, Terms, Value, fields, filters},
    user,
    user::realm,
};
use domain::{
    OrganizationId, Scope, Time, UserId, WebhookId, WorkingSet,
    text::Name,
    webhook::{DisabledReason, Profile, Webhook, WebhooksOf},
};
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::SimpleExpr};
use std::collections::BTreeSet;

/// A webhook as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organization, or nil for the platform.
    pub realm: Uuid,
    pub url: String,
    pub description: Option<String>,
    /// A JSON array of names; null is all.
    pub event_types: Option<String>,
    pub ordered: bool,
    pub disabled: Option<String>,
    pub previous_secret_until: Option<i64>,
    pub created_by: Option<Uuid>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What messages are signed with; not in the log.
pub(crate) mod secret {
    use sea_orm::entity::prelude::*;

    /// The secrets of a webhook as a row, each sealed, as text.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_secrets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub webhook_id: Uuid,
        pub sealed: String,
        pub previous_sealed: Option<String>,
    }

    /// Required by SeaORM; no query follows a relation.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a webhook signs with, sealed, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecrets {
    /// The secret.
    pub sealed: String,
    /// The one before the last rotation.
    pub previous: Option<String>,
}

/// A webhook from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<Webhook> {
    let damaged = |what: &str| StoreError::damaged(what, row.id);
    let types = row.event_types.as_deref();
    let types = types.map(serde_json::from_str::<BTreeSet<String>>);
    let description = row.description.as_deref();
    let description = description.map(|text| Name::parse(text, "")).transpose();
    let disabled = row.disabled.as_deref().map(|name| {
        let reason = DisabledReason::parse(name);
        reason.ok_or_else(|| damaged("state of webhook"))
    });
    Ok(Webhook {
        id: WebhookId(row.id),
        realm: user::realm_of(row.realm),
        profile: Profile {
            description: description.map_err(|_| damaged("description of webhook"))?,
            event_types: types
                .transpose()
                .map_err(|_| damaged("event types of webhook"))?,
            ordered: row.ordered,
            url: row.url.clone(),
        },
        disabled: disabled.transpose()?,
        previous_secret_until: row.previous_secret_until.map(Time::from_micros),
        created_by: row.created_by.map(UserId),
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of a webhook.
pub(crate) fn row(webhook: &Webhook) -> ActiveModel {
    let profile = &webhook.profile;
    let types = profile.event_types.as_ref();
    let types = types.map(|set| serde_json::to_string(set).unwrap_or_default());
    let description = profile.description.as_ref();
    ActiveModel {
        id: Set(webhook.id.0),
        realm: Set(user::realm(webhook.realm)),
        url: Set(profile.url.clone()),
        description: Set(description.map(|text| text.as_str().to_owned())),
        event_types: Set(types),
        ordered: Set(profile.ordered),
        disabled: Set(webhook.disabled.map(|why| why.as_str().to_owned())),
        previous_secret_until: Set(webhook.previous_secret_until.map(Time::micros)),
        created_by: Set(webhook.created_by.map(|id| id.0)),
        created_at: Set(webhook.created_at.micros()),
        updated_at: Set(webhook.updated_at.micros()),
        version: Set(webhook.version),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = Some(Column::Realm);

impl Lookup for WebhooksOf {
    fn condition(&self) -> SimpleExpr {
        Column::Realm.eq(realm(self.0))
    }

    async fn load(
        connection: &impl ConnectionTrait,
        set: &mut WorkingSet,
        asked: &BTreeSet<Self>,
        now: Time,
    ) -> StoreResult<()> {
        kernel::count(connection, set, asked, now).await
    }
}

impl Store {
    /// What the webhook signs with.
    pub async fn webhook_secrets(&self, id: WebhookId) -> StoreResult<Option<SealedSecrets>> {
        let row = secret::Entity::find_by_id(id.0).one(&self.read).await?;
        Ok(row.map(|row| SealedSecrets {
            sealed: row.sealed,
            previous: row.previous_sealed,
        }))
    }
}

/// Signs with this from now on; what was signed with before is kept beside it.
pub(crate) async fn set_secret(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
    sealed: &str,
) -> StoreResult<()> {
    let former = secret::Entity::find_by_id(webhook.0)
        .one(connection)
        .await?;
    let row = secret::ActiveModel {
        webhook_id: Set(webhook.0),
        sealed: Set(sealed.to_owned()),
        previous_sealed: Set(former.as_ref().map(|former| former.sealed.clone())),
    };
    match former {
        Some(_) => {
            secret::Entity::update(row).exec(connection).await?;
        }
        None => {
            secret::Entity::insert(row)
                .exec_without_returning(connection)
                .await?;
        }
    }
    Ok(())
}

pub(crate) async fn forget_secret(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
) -> StoreResult<()> {
    secret::Entity::delete_by_id(webhook.0)
        .exec(connection)
        .await?;
    Ok(())
}

fields! { Webhook:
    ORGANIZATION = "organizationId" at Column::Realm, |one| realm(one.realm), fixed;
    DISABLED = "status" at Column::Disabled,
        |one| one.disabled.map(|reason| Value::Word(reason.as_str())), missing(Missing::First);
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
}

filters! {
    /// Which webhooks to list.
    WebhookFilter of Webhook {
        /// Of this organization.
        organization: Option<OrganizationId> => ORGANIZATION.equal(),
        /// Those that receive events, or those that do not.
        enabled: Option<bool> => DISABLED.absent().scanning("there are few webhooks"),
    }
}

impl Readable for Webhook {
    type Reader = Scope;
    type Filter = WebhookFilter;

    const SORTS: &'static [Sort<Self>] = &[CREATED.sort().scanning("there are few webhooks")];

    fn visible(scope: Scope) -> Terms<Self> {
        ORGANIZATION.of_organization(scope)
    }
}
