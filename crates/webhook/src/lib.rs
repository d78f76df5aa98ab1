//! Webhooks leave the building: signed, and only to where they may go.
//!
//! A [`Policy`] turns the text of a customer into a [`Destination`], a [`Message`] is signed when
//! it is made, and [`Sender::send`] makes one [`Attempt`]. The other side is taken to be hostile:
//! each attempt has a limit of time and of bytes, and the address that was checked is the address
//! that is called. Nothing here is stored or tried again; [`schedule`] says when to.

mod address;
mod answer;
mod attempt;
mod capped;
mod connection;
mod destination;
mod message;
mod policy;
mod resolver;
pub mod schedule;
mod sender;
mod signature;

pub use address::Reach;
pub use attempt::{Attempt, Outcome, Reason};
pub use destination::{Destination, DestinationError};
pub use limits::{Network, NetworkError};
pub use message::{Message, MessageError};
pub use policy::{Policy, Ports};
pub use resolver::{Resolve, SystemResolver};
pub use sender::{Sender, Timeouts};
pub use signature::{NoRandomness, NotASecret, SigningSecret, sign};
pub use tokio_rustls::rustls::RootCertStore;
