//! Signing in: sessions, and what is kept beside the log because it is secret or of the moment.

use crate::dialect::{self, index, long_text, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        users(manager).await?;
        sessions(manager).await?;
        session_uses(manager).await?;
        refresh_tokens(manager).await?;
        passwords(manager).await?;
        invitations(manager).await?;
        login_failures(manager).await?;
        signing_keys(manager).await?;
        mails(manager).await
    }
}

async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut set_at = ColumnDef::new("password_set_at");
    dialect::add(manager, "users", set_at.big_integer()).await?;
    let mut must_change = ColumnDef::new("password_must_change");
    let must_change = must_change.boolean().not_null().default(false);
    dialect::add(manager, "users", must_change).await?;
    for table in ["users", "organizations"] {
        let mut epoch = ColumnDef::new("authz_epoch");
        let epoch = epoch.big_integer().not_null().default(0);
        dialect::add(manager, table, epoch).await?;
    }
    count_former_epochs(manager).await
}

/// Counts the events that raise the number and happened before there was a column for it.
async fn count_former_epochs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, types) in [
        ("users", "'user.deactivated', 'user.deleted'"),
        (
            "organizations",
            "'organization.suspended', 'organization.deleted'",
        ),
    ] {
        let sql = format!(
            "UPDATE {table} SET authz_epoch = (SELECT COUNT(*) FROM events \
             WHERE events.stream_id = {table}.id AND events.event_type IN ({types}))"
        );
        dialect::execute(manager, &sql).await?;
    }
    Ok(())
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut sessions = table(manager, "sessions");
    sessions
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("realm").uuid().not_null())
        .col(ColumnDef::new("started_at").big_integer().not_null())
        .col(ColumnDef::new("expires_at").big_integer().not_null())
        .col(ColumnDef::new("ended_at").big_integer())
        .col(ColumnDef::new("end_reason").string_len(32))
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(sessions).await?;
    let user = &["user_id", "started_at", "id"];
    index(manager, "sessions", "sessions_user", user, false).await
}

/// When and with what a session was used last. Not in the log: it changes with every refresh, and
/// addresses are personal.
async fn session_uses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut uses = table(manager, "session_uses");
    uses.col(ColumnDef::new("session_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("last_used_at").big_integer().not_null())
        .col(ColumnDef::new("idle_until").big_integer().not_null())
        .col(ColumnDef::new("user_agent").string_len(200))
        .col(ColumnDef::new("ip_address").string_len(45));
    manager.create_table(uses).await?;
    let idle = &["idle_until"];
    index(manager, "session_uses", "session_uses_idle", idle, false).await
}

async fn refresh_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut tokens = table(manager, "refresh_tokens");
    tokens
        .col(
            ColumnDef::new("digest")
                .string_len(64)
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new("session_id").uuid().not_null())
        .col(ColumnDef::new("expires_at").big_integer().not_null())
        .col(ColumnDef::new("used_at").big_integer());
    manager.create_table(tokens).await?;
    let age = &["expires_at"];
    index(manager, "refresh_tokens", "refresh_tokens_age", age, false).await
}

async fn passwords(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut passwords = table(manager, "passwords");
    passwords
        .col(ColumnDef::new("user_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("phc").string_len(255).not_null());
    manager.create_table(passwords).await
}

async fn invitations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut invitations = table(manager, "invitations");
    invitations
        .col(ColumnDef::new("user_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("digest").string_len(64).not_null())
        .col(ColumnDef::new("expires_at").big_integer().not_null());
    manager.create_table(invitations).await?;
    let digest = &["digest"];
    index(manager, "invitations", "invitations_digest", digest, true).await
}

/// By a keyed hash of realm and email, whether there is such a user or not: a caller cannot find out
/// which.
async fn login_failures(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut failures = table(manager, "login_failures");
    failures
        .col(
            ColumnDef::new("account")
                .string_len(64)
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new("failures").integer().not_null())
        .col(ColumnDef::new("last_at").big_integer().not_null());
    manager.create_table(failures).await?;
    let age = &["last_at"];
    index(manager, "login_failures", "login_failures_age", age, false).await
}

async fn signing_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut keys = table(manager, "signing_keys");
    keys.col(
        ColumnDef::new("kid")
            .string_len(64)
            .not_null()
            .primary_key(),
    )
    .col(long_text(manager, "sealed").not_null())
    .col(ColumnDef::new("created_at").big_integer().not_null())
    .col(ColumnDef::new("activates_at").big_integer().not_null())
    .col(ColumnDef::new("retires_at").big_integer().not_null());
    manager.create_table(keys).await?;
    // Of two replicas that make the next key, one makes it.
    let next = &["activates_at"];
    index(manager, "signing_keys", "signing_keys_next", next, true).await
}

async fn mails(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut mails = table(manager, "mails");
    mails
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(long_text(manager, "sealed").not_null())
        .col(ColumnDef::new("attempts").integer().not_null())
        .col(ColumnDef::new("next_at").big_integer().not_null());
    manager.create_table(mails).await?;
    index(manager, "mails", "mails_next", &["next_at"], false).await
}
