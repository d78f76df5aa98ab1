//! Where a request comes from.

use std::net::IpAddr;

use poem::{Request, http::header::USER_AGENT};

/// Characters of a client's own name that are kept.
const NAME_LIMIT: usize = 200;

/// Where a request comes from, for those who look at their sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The address of the client.
    pub ip_address: Option<String>,
}

impl Origin {
    /// Of the request that came from the address.
    pub fn of(request: &Request, address: Option<IpAddr>) -> Self {
        let name = request.headers().get(USER_AGENT);
        let name = name.and_then(|name| name.to_str().ok());
        Self {
            user_agent: name.map(|name| name.chars().take(NAME_LIMIT).collect()),
            ip_address: address.map(|address| address.to_canonical().to_string()),
        }
    }
}
