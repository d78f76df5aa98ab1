//! The tables of the log.

/// The heads of the logs.
pub mod head {
    use sea_orm::entity::prelude::*;

    /// The end of a log; its lock is the lock of the log.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "event_heads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub log_id: Uuid,
        pub position: i64,
        pub epoch: i64,
        pub joint_writes: i64,
        /// The hash of the last event, hexadecimal; empty in an empty log.
        pub hash: String,
        /// What its events take.
        pub bytes: i64,
    }

    /// Required by SeaORM; no query follows a relation.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The events.
pub mod event {
    use sea_orm::entity::prelude::*;

    /// A fact at its position; written once and never changed.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub log_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub event_id: Uuid,
        /// The resource that it happened to.
        pub stream_id: Uuid,
        /// The version that the resource has with it.
        pub stream_version: i64,
        pub event_type: String,
        pub schema_version: i32,
        pub actor_id: Option<Uuid>,
        pub actor_key_id: Option<Uuid>,
        pub organization_id: Option<Uuid>,
        pub station_id: Option<Uuid>,
        pub request_id: Option<String>,
        /// In microseconds.
        pub occurred_at: i64,
        /// A JSON object.
        pub data: String,
        /// The hash over this row and the hash before it, hexadecimal.
        pub hash: String,
    }

    /// Required by SeaORM; no query follows a relation.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
