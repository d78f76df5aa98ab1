//! The report of a restore to the operator.

use super::Restored;
use app::Since;
use std::{collections::BTreeSet, path::Path};
use uuid::Uuid;

/// Prints what the database has, what was ended, and what has to be repeated.
pub(super) fn restored(place: &str, restored: &Restored) {
    let Restored {
        events,
        logs,
        ended,
        since,
    } = restored;
    println!("{place}: {events} events in {logs} logs are back");
    let ways = ended.ways_in;
    println!(
        "Ended: {} sessions, {} refresh tokens, {} links, {} tickets; {} waiting mails are not sent",
        ended.sessions, ways.refresh_tokens, ways.links, ways.tickets, ways.mails
    );
    match since {
        Ok(since) => self::since(since),
        Err(reason) => println!(
            "What happened after the backup is not known: {reason}.\nAPI keys that were revoked since \
             work again, and people who were erased since are back: revoke and erase them again by your \
             own records."
        ),
    }
}

fn since(since: &Since) {
    println!("{} events came after the backup and are lost", since.events);
    list(
        &since.revoked_keys,
        "API keys were revoked since and work again: revoke them",
    );
    list(
        &since.rotated_keys,
        "API keys were rotated since; the former secrets work again: rotate them",
    );
    list(
        &since.erased,
        "people were erased since and are back: delete and erase them",
    );
    list(
        &since.locked_out,
        "people were deactivated or deleted since and are let in again",
    );
    list(
        &since.passwords,
        "people set a password since; the former one works again",
    );
    for log in &since.unrelated {
        println!(
            "The log {} went another way before the backup: nothing is known of it",
            log.0
        );
    }
}

fn list(ids: &BTreeSet<Uuid>, about: &str) {
    if ids.is_empty() {
        return;
    }
    println!("{} {about}:", ids.len());
    for id in ids {
        println!("  {id}");
    }
}

/// Prints where the former database is kept.
pub(super) fn kept(path: Option<&Path>) {
    if let Some(path) = path {
        println!("The former database is kept as {}", path.display());
    }
}

/// Prints what is left to do.
pub(super) fn next_steps(secret: &str) {
    println!(
        "The root secret is in no backup; this one was made under the one of {secret}.\n\
         Every log begins a new epoch: who follows events from after the backup is told to read anew.\n\
         Next: `quartermaster log verify`, then start the service."
    );
}
