//! The table of custom roles.

use crate::{
    Store, StoreError, StoreResult,
    kernel::Lookup,
    query::{Readable, Sort, Terms, fields, filters},
    shape,
};
use domain::{
    OrganizationId, RoleId, Scope, Time,
    role::{CustomRole, Profile, RoleByName},
    text::{Name, folded},
};
use sea_orm::{
    ActiveValue::Set,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};

/// A custom role as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub name: String,
    /// The compared form of the name.
    pub name_key: String,
    pub description: Option<String>,
    /// A JSON array of names.
    pub permissions: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
    /// The name, folded, to be searched in.
    pub search_text: Option<String>,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A custom role from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<CustomRole> {
    let damaged = |what: &str| StoreError::damaged(what, row.id);
    let permissions = serde_json::from_str(&row.permissions);
    Ok(CustomRole {
        id: RoleId(row.id),
        organization_id: OrganizationId(row.organization_id),
        profile: Profile {
            name: Name::parse(&row.name, "").map_err(|_| damaged("name of role"))?,
            description: row.description,
            permissions: permissions.map_err(|_| damaged("permissions of role"))?,
        },
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of a custom role.
pub(crate) fn row(role: &CustomRole) -> ActiveModel {
    let permissions = serde_json::to_string(&role.profile.permissions);
    ActiveModel {
        id: Set(role.id.0),
        organization_id: Set(role.organization_id.0),
        name: Set(role.profile.name.as_str().to_owned()),
        name_key: Set(role.profile.key()),
        description: Set(role.profile.description.clone()),
        permissions: Set(permissions.unwrap_or_default()),
        created_at: Set(role.created_at.micros()),
        updated_at: Set(role.updated_at.micros()),
        version: Set(role.version),
        search_text: Set(Some(folded(role.profile.name.as_str()))),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = Some(Column::OrganizationId);

impl Lookup for RoleByName {
    fn condition(&self) -> SimpleExpr {
        let of = Column::OrganizationId.eq(self.0.0);
        of.and(Column::NameKey.eq(self.1.as_str()))
    }
}

impl Store {
    /// Those of these custom roles that are there for the reader, by name.
    pub async fn roles_with(
        &self,
        ids: impl IntoIterator<Item = RoleId>,
        scope: Scope,
    ) -> StoreResult<Vec<CustomRole>> {
        let ids = shape::list(ids.into_iter().map(|id| id.0));
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let some = Entity::find().filter(Column::Id.is_in(ids));
        let visible = CustomRole::visible(scope);
        let rows = visible
            .select(some, self.read.get_database_backend())
            .all(&self.read)
            .await?;
        let mut roles = rows
            .into_iter()
            .map(state)
            .collect::<StoreResult<Vec<_>>>()?;
        roles.sort_by_key(|role| role.profile.key());
        Ok(roles)
    }
}

fields! { CustomRole:
    ORGANIZATION = "organizationId" at Column::OrganizationId, |one| one.organization_id, fixed;
    NAME = "name" at Column::NameKey, |one| one.profile.key();
    TEXT = "q" at Column::SearchText, |one| folded(one.profile.name.as_str()), in_form(folded);
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
}

filters! {
    /// Which custom roles to list.
    RoleFilter of CustomRole {
        /// Of this organization.
        organization: Option<OrganizationId> => ORGANIZATION.equal(),
        /// With this text in the name.
        text: Option<String> => TEXT.contains().scanning("any part of a text may be asked for"),
    }
}

impl Readable for CustomRole {
    type Reader = Scope;
    type Filter = RoleFilter;

    const SORTS: &'static [Sort<Self>] = &[CREATED.sort().scanning(FEW), NAME.sort().scanning(FEW)];

    fn visible(scope: Scope) -> Terms<Self> {
        ORGANIZATION.of_organization(scope)
    }
}

/// Why no index is sorted along.
const FEW: &str = "an organization has few custom roles";
