//! The service over HTTP, on every database: what the contract and the rules promise.
#![allow(clippy::unwrap_used)]

mod access;
mod access_tokens;
mod allocations;
mod api_keys;
mod bad_input;
mod batch;
mod bus;
mod catalogue;
mod closing_sockets;
mod conditions;
mod cursors;
mod deleted_organizations;
mod directory_lists;
mod erasure;
mod events;
mod expiry;
mod exports;
mod given;
mod harness;
mod hostile_bodies;
mod idempotency;
mod invitations;
mod isolation;
mod late_bodies;
mod lists;
mod login;
mod longest;
mod open_streams;
mod operations;
mod organizations;
mod pages;
mod passwords;
mod past;
mod people;
mod rate_limits;
mod refreshes;
mod roles;
mod searches;
mod seats;
mod sessions;
mod settings;
mod signing_keys;
mod slow_sockets;
mod socket_input;
mod sockets;
mod stations;
mod statuses;
mod streams;
mod sweep;
mod tickets;
mod ties;
mod tokens;
mod unreadable;
mod users;
mod webhooks;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cases = [
        users::cases(),
        erasure::cases(),
        unreadable::cases(),
        organizations::cases(),
        deleted_organizations::cases(),
        directory_lists::cases(),
        people::cases(),
        stations::cases(),
        ties::cases(),
        catalogue::cases(),
        allocations::cases(),
        roles::cases(),
        searches::cases(),
        lists::cases(),
        longest::cases(),
        api_keys::cases(),
        settings::cases(),
        rate_limits::cases(),
        seats::cases(),
        expiry::cases(),
        conditions::cases(),
        idempotency::cases(),
        pages::cases(),
        past::cases(),
        past::damaging(),
        lists::damaging(),
        batch::cases(),
        bus::cases(),
        events::cases(),
        exports::cases(),
        streams::cases(),
        webhooks::cases(),
        sockets::cases(),
        closing_sockets::cases(),
        open_streams::cases(),
        socket_input::cases(),
        slow_sockets::cases(),
        tickets::cases(),
        cursors::cases(),
        access::cases(),
        isolation::cases(),
        login::cases(),
        passwords::cases(),
        access_tokens::cases(),
        sessions::cases(),
        refreshes::cases(),
        invitations::cases(),
        signing_keys::cases(),
        bad_input::cases(),
        hostile_bodies::cases(),
        late_bodies::cases(),
        statuses::cases(),
        operations::cases(),
    ];
    harness::run(&cases.into_iter().flatten().collect::<Vec<_>>())
}
