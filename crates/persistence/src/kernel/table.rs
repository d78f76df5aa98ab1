//! The table of a resource.

use crate::{
    StoreResult,
    query::{ColumnOf, Stored},
};
use domain::{ResourceKind, kernel::Listed};
use sea_orm::{
    ActiveModelTrait, EntityName, EntityTrait, IntoActiveModel, ModelTrait, PrimaryKeyToColumn,
};

/// A resource with a row of its own.
pub trait Table:
    Listed
    + Stored<
        Entity: EntityTrait<
            Model: ModelTrait<Entity = Self::Entity> + Send + Sync,
            PrimaryKey: PrimaryKeyToColumn<Column = ColumnOf<Self>>,
        >,
    >
{
    /// The row as it is written.
    type Row: ActiveModelTrait<Entity = Self::Entity> + IntoActiveModel<Self::Row> + Send;

    /// The column of the id.
    const ID: ColumnOf<Self>;

    /// The column of the realm; none where the id determines it, or it is never queried.
    const REALM: Option<ColumnOf<Self>>;

    /// The row of a state.
    fn row(&self) -> Self::Row;

    /// A state from its row, or what is wrong with the row.
    fn state(row: <Self::Entity as EntityTrait>::Model) -> StoreResult<Self>;

    /// The name of the table.
    fn name() -> &'static str {
        Self::Entity::default().table_name()
    }
}

/// Does something for each resource of the list, as a type of this name: one after another (`do`), or for
/// that of a kind (`match`).
macro_rules! each {
    ((do $Resource:ident $body:block) $(
        $(#[$_doc:meta])* $_Kind:ident = $_name:literal, $_Id:ident: $module:ident::$Type:ident
        [$($_Question:ident),*] {$($_events:tt)*},
    )*) => {$({
        type $Resource = domain::$module::$Type;
        $body
    })*};
    ((match $kind:ident $Resource:ident $body:block) $(
        $(#[$_doc:meta])* $Kind:ident = $_name:literal, $_Id:ident: $module:ident::$Type:ident
        [$($_Question:ident),*] {$($_events:tt)*},
    )*) => {
        match $kind {$(
            domain::ResourceKind::$Kind => {
                type $Resource = domain::$module::$Type;
                $body
            }
        )*}
    };
}
pub(crate) use each;

macro_rules! tables {
    (() $(
        $(#[$_doc:meta])* $_Kind:ident = $_name:literal, $_Id:ident: $module:ident::$Type:ident
        [$($_Question:ident),*] {$($_events:tt)*},
    )*) => {$(
        impl Stored for domain::$module::$Type {
            type Entity = crate::$module::Entity;
        }

        impl Table for domain::$module::$Type {
            type Row = crate::$module::ActiveModel;
            const ID: crate::$module::Column = crate::$module::Column::Id;
            const REALM: Option<crate::$module::Column> = crate::$module::REALM;

            fn row(&self) -> Self::Row {
                crate::$module::row(self)
            }

            fn state(row: crate::$module::Model) -> StoreResult<Self> {
                crate::$module::state(row)
            }
        }
    )*};
}

domain::each_resource!(tables!());

/// The name of the table of each kind, in the order in which rows are written.
pub fn table_names() -> Vec<(ResourceKind, &'static str)> {
    let mut names = Vec::new();
    domain::each_resource!(each!(do R {
        names.push((<R as domain::kernel::Identified>::KIND, R::name()));
    }));
    names
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sea_orm::{ConnectionTrait, Database, DatabaseConnection, IdenStatic, Iterable, Statement};
    use std::collections::BTreeSet;

    async fn migrated_columns(database: &DatabaseConnection, table: &str) -> BTreeSet<String> {
        let sql = format!("SELECT name FROM pragma_table_info('{table}')");
        let rows =
            database.query_all_raw(Statement::from_string(database.get_database_backend(), sql));
        let rows = rows.await.unwrap();
        rows.iter()
            .map(|row| row.try_get("", "name").unwrap())
            .collect()
    }

    #[tokio::test]
    async fn migrations_make_every_column_of_every_resource() {
        let database = Database::connect("sqlite::memory:").await.unwrap();
        migration::up(&database).await.unwrap();
        domain::each_resource!(each!(do R {
            let made = migrated_columns(&database, R::name()).await;
            for column in ColumnOf::<R>::iter() {
                let column = column.as_str();
                assert!(made.contains(column), "no migration makes {}.{column}", R::name());
            }
        }));
    }
}
