//! Sends mail by the way that the settings name.
use std::{fmt, path::PathBuf, time::Duration};

use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::{
    delivery::{Delivery, DeliveryError, SmtpServer},
    error::MailError,
    folder, letter,
    message::Message,
};

/// How long a mail server may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To accept the connection.
    pub connect: Duration,
    /// To take the mail, from the connection to its last word.
    pub all: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            all: Duration::from_secs(30),
        }
    }
}

/// Sends mail. It has no queue and no memory: who calls decides about another try.
#[derive(Clone)]
pub struct Mailer {
    way: Way,
    timeouts: Timeouts,
    shown: String,
}

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    File(PathBuf),
    Log,
}

impl Mailer {
    /// A mailer for this way.
    pub fn new(delivery: &Delivery, timeouts: Timeouts) -> Result<Self, DeliveryError> {
        let way = match delivery {
            Delivery::Smtp(server) => Way::Smtp(connect_to(server, timeouts)?),
            Delivery::File(folder) => Way::File(folder.clone()),
            Delivery::Log => Way::Log,
        };
        let shown = delivery.to_string();
        Ok(Self {
            way,
            timeouts,
            shown,
        })
    }

    /// Sends one mail, over a connection of its own. When it returns without an error the mail is
    /// the server's; after an error it may, rarely, have arrived all the same.
    pub async fn send(&self, message: &Message) -> Result<(), MailError> {
        match &self.way {
            Way::Smtp(transport) => self.send_by_smtp(transport, message).await,
            Way::File(folder) => folder::send(folder.clone(), message).await,
            Way::Log => {
                log(message);
                Ok(())
            }
        }
    }

    async fn send_by_smtp(
        &self,
        transport: &AsyncSmtpTransport<Tokio1Executor>,
        message: &Message,
    ) -> Result<(), MailError> {
        let letter = letter::for_the_wire(message)?;
        let ends = [message.from(), message.to()];
        let plain = ends.iter().all(|end| end.address().is_ascii());
        let sent = tokio::time::timeout(self.timeouts.all, transport.send(letter)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(MailError::of_smtp(&error, plain)),
            Err(_) => {
                let time = self.timeouts.all;
                let cause = format!("{} did not take the mail within {time:?}", self.shown);
                Err(MailError::Temporary(cause))
            }
        }
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer({})", self.shown)
    }
}

/// Nothing is connected yet: each mail makes its own connection.
fn connect_to(
    server: &SmtpServer,
    timeouts: Timeouts,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, DeliveryError> {
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(server.reveal());
    // The library's words may repeat parts of the URL.
    let builder = builder.map_err(|_| DeliveryError::Malformed)?;
    Ok(builder.timeout(Some(timeouts.connect)).build())
}

fn log(message: &Message) {
    tracing::info!(
        to = message.to().address(),
        subject = message.subject(),
        text = message.text(),
        "mail"
    );
}
