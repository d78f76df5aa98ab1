//! Tickets: a browser cannot send a header with a WebSocket, and a token has no place in an address.

use crate::{
    auth::Auth,
    http::{
        identity::{Proof, unauthenticated},
        problem, timestamp,
    },
};
use app::{Context, event_ticket::IssueTicket};
use contract::{EventTicket, Problem};
use credentials::one_time::OneTimeToken;
use domain::Time;

/// Makes a ticket for a caller who came with this.
///
/// # Errors
/// As a command is refused.
pub async fn make(auth: &Auth, context: Context, proof: &Proof) -> Result<EventTicket, Problem> {
    let ticket = OneTimeToken::generate().map_err(|error| problem::internal(&error))?;
    let digest = ticket.digest(auth.secret()).to_hex();
    let case = IssueTicket {
        user: context.actor.user_id(),
        organization: context.actor.organization(),
        digest: digest.clone(),
        proof: proof.keep().map_err(|error| problem::internal(&error))?,
    };
    let issued = auth.app().run(context, case).await;
    let issued = issued.map_err(problem::of)?.value;
    // Of an answer that was kept, the ticket is not known any more.
    let is_new = issued.digest == digest;
    Ok(EventTicket {
        expires_at: timestamp(Time::from_micros(issued.expires_at)),
        ticket: is_new.then(|| ticket.reveal().to_owned()),
    })
}

/// What the caller came with who made the ticket, which is used up.
///
/// # Errors
/// UNAUTHENTICATED, or when the database does not answer.
pub async fn redeem(auth: &Auth, ticket: &str) -> Result<Proof, Problem> {
    let unknown = || unauthenticated("The ticket is not known here, was used, or has expired.");
    let given = OneTimeToken::parse(ticket).map_err(|_| unknown())?;
    let digest = given.digest(auth.secret()).to_hex();
    let (app, now) = (auth.app(), auth.app().clock().now());
    let found = app.store().redeem_ticket(&digest, now).await;
    let kept = found.map_err(problem::of_store)?.ok_or_else(unknown)?;
    Proof::kept(&kept).ok_or_else(unknown)
}
