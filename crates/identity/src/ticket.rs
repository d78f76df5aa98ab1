//! Tickets: a browser cannot send a header with a WebSocket, and a token has no place in an address.

use crate::{Auth, Error, Proof, Result};
use app::{Context, event_ticket::IssueTicket};
use credentials::one_time::OneTimeToken;
use domain::Time;

/// A ticket, which is good once.
pub struct Ticket {
    /// Until when it is good.
    pub expires_at: Time,
    /// Its text; none in the repeated answer to a request, as it is not known any more then.
    pub text: Option<OneTimeToken>,
}

impl Auth {
    /// Makes a ticket for a caller who came with this.
    ///
    /// # Errors
    /// As a command is refused.
    pub async fn issue_ticket(&self, context: Context, proof: &Proof) -> Result<Ticket> {
        let ticket = OneTimeToken::generate()?;
        let digest = ticket.digest(&self.secret).to_hex();
        let case = IssueTicket {
            user: context.actor.user_id(),
            organization: context.actor.organization(),
            digest: digest.clone(),
            proof: proof.keep().map_err(|error| Error::internal(&error))?,
        };
        let issued = self.app.run(context, case).await?.value;
        let is_new = issued.digest == digest;
        Ok(Ticket {
            expires_at: Time::from_micros(issued.expires_at),
            text: is_new.then_some(ticket),
        })
    }

    /// What the caller came with who made the ticket, which is used up.
    ///
    /// # Errors
    /// [`Error::UnknownTicket`], or when the database does not answer.
    pub async fn redeem_ticket(&self, ticket: &str) -> Result<Proof> {
        let given = OneTimeToken::parse(ticket).map_err(|_| Error::UnknownTicket)?;
        let digest = given.digest(&self.secret).to_hex();
        let now = self.app.clock().now();
        let kept = self.app.store().redeem_ticket(&digest, now).await?;
        let kept = kept.and_then(|kept| Proof::kept(&kept));
        kept.ok_or(Error::UnknownTicket)
    }
}
