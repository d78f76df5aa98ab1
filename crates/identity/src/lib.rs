//! Who is calling: passwords, sessions, tokens, API keys and invitations, the keys that sign tokens,
//! and what is remembered of callers so that a request needs no database read.
//!
//! Nothing here knows of HTTP: what goes wrong is an [`Error`], and the server says what that is on
//! the wire.

mod access;
mod auth;
mod authorization;
mod caller;
mod error;
mod guesses;
mod invitation;
mod kept_head;
mod key_use;
mod log_head;
mod login;
mod password;
mod people;
mod refresh;
mod signing;
mod tasks;
mod terms;
mod ticket;
mod token;
mod watch;

pub use access::{Access, Principal};
pub use auth::{Auth, Settings};
pub use authorization::Authorization;
pub use caller::{Identity, Proof};
pub use error::Error;
pub use kept_head::{KeptHeadError, difference_from_kept};
pub use key_use::KeyUses;
pub use log_head::SignedHead;
pub use login::{Origin, SignInRequest, Tokens};
pub use people::{ActiveUser, Bootstrapped, bootstrap, create_api_key, create_user};
pub use signing::{LONGEST_TOKEN, Signing, SigningError};
pub use tasks::{TASKS, Work};
pub use terms::Terms;
pub use ticket::Ticket;
pub use token::{Bearer, Proven};

/// What access tokens are for.
pub const AUDIENCE: &str = "quartermaster";

/// What comes of asking who somebody is.
pub type Result<T> = std::result::Result<T, Error>;
