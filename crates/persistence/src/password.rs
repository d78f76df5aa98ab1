//! The table of password hashes.

use crate::{Store, StoreResult, side_record::replace, user, user::realm};
use domain::{Scope, UserId, organization::Organization, text::Email, user::User};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

/// The hash of a user's password.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passwords")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The hash as a PHC string.
    pub phc: String,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is to be known of somebody who wants to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who it is.
    pub user: User,
    /// The user's organization.
    pub organization: Option<Organization>,
    /// The hash of the password as a PHC string, when there is one.
    pub phc: Option<String>,
}

pub(crate) async fn set(
    connection: &impl ConnectionTrait,
    user: UserId,
    phc: &str,
) -> StoreResult<()> {
    let row = ActiveModel {
        user_id: Set(user.0),
        phc: Set(phc.to_owned()),
    };
    Entity::insert(row)
        .on_conflict(replace(Column::UserId, [Column::Phc]))
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Forgets the hash.
pub(crate) async fn remove(connection: &impl ConnectionTrait, user: UserId) -> StoreResult<()> {
    Entity::delete_by_id(user.0).exec(connection).await?;
    Ok(())
}

/// An id that no organization and no user has.
const NOWHERE: Uuid = Uuid::max();

impl Store {
    /// Who signs in with this email: in the organization with the slug, or on the platform. Asks the
    /// same of the database whether there is such a user or not.
    pub async fn sign_in(&self, slug: Option<&str>, email: &str) -> StoreResult<Option<SignIn>> {
        let home = match slug {
            None => None,
            Some(slug) => Some(self.organization_with_slug(slug).await?),
        };
        let place = match &home {
            None => realm(None),
            Some(Some(home)) => home.id.0,
            Some(None) => NOWHERE,
        };
        let found = user::Entity::find()
            .filter(user::Column::Realm.eq(place))
            .filter(user::Column::EmailKey.eq(Email::key_of(email)))
            .one(&self.read)
            .await?;
        let id = found.as_ref().map_or(NOWHERE, |row| row.id);
        let row = Entity::find_by_id(id).one(&self.read).await?;
        let user = found.map(user::state).transpose()?;
        Ok(user.map(|user| SignIn {
            user,
            organization: home.flatten(),
            phc: row.map(|row| row.phc),
        }))
    }

    /// The same for a user who is known already.
    pub async fn sign_in_of(&self, id: UserId) -> StoreResult<Option<SignIn>> {
        let Some(user) = self.find::<User>(id, Scope::Everything).await? else {
            return Ok(None);
        };
        let row = Entity::find_by_id(user.id.0).one(&self.read).await?;
        let organization = match user.organization_id {
            Some(id) => self.find::<Organization>(id, Scope::Everything).await?,
            None => None,
        };
        Ok(Some(SignIn {
            user,
            organization,
            phc: row.map(|row| row.phc),
        }))
    }

    async fn organization_with_slug(&self, slug: &str) -> StoreResult<Option<Organization>> {
        use crate::organization::{Column, Entity, state};
        let found = Entity::find().filter(Column::Slug.eq(slug));
        let row = found.one(&self.read).await?;
        // MariaDB takes no notice of blanks at the end, and each of them would be another account
        // with failures of its own.
        row.filter(|row| row.slug == slug).map(state).transpose()
    }
}
