// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Liveness and readiness, for those who run the service.

use super::*;

impl Client {
    /// Is the process alive
    ///
    /// Answers as long as the process can answer. Touches nothing else.
    pub async fn get_health(&self, options: &Options) -> Result<Reply<Health>, Error> {
        let exchange = Exchange::new(reqwest::Method::GET, "/health".to_owned(), Vec::new());
        self.send_for_json(exchange, options).await
    }

    /// Can the service work
    ///
    /// Checks the database, its migrations and the background work. Answers 503 with what is
    /// wrong when it cannot serve. The check `bus`, there where a message bus is configured,
    /// tells how many events have yet to be delivered and how old the oldest of them is. A bus
    /// that is down is no reason to be unready: requests do not wait for it, and what it does not
    /// take waits in the log.
    pub async fn get_readiness(&self, options: &Options) -> Result<Reply<Readiness>, Error> {
        let exchange = Exchange::new(reqwest::Method::GET, "/ready".to_owned(), Vec::new());
        self.send_for_json(exchange, options).await
    }

    /// Read the keys that sign access tokens
    ///
    /// The public keys, the present one and the next one, as a JSON Web Key Set (RFC 7517).
    /// Verify access tokens with them.
    pub async fn get_jwks(&self, options: &Options) -> Result<Reply<Jwks>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/.well-known/jwks.json".to_owned(),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }
}

/// UP as long as the process answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum HealthStatus {
    /// `UP`.
    #[serde(rename = "UP")]
    Up,
}

impl HealthStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Up];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "UP",
        }
    }
}

/// The process is alive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// UP as long as the process answers.
    pub status: HealthStatus,
}

/// READY when every check is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ReadinessStatus {
    /// `READY`.
    #[serde(rename = "READY")]
    Ready,
}

impl ReadinessStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Ready];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "READY",
        }
    }
}

/// What was checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// READY when every check is well.
    pub status: ReadinessStatus,
    /// The checks.
    pub checks: Vec<ReadinessCheck>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadinessCheck {
    /// What was checked.
    pub name: String,
    /// Whether it is well.
    pub ok: bool,
    /// What was seen.
    pub detail: String,
}

/// A JSON Web Key Set (RFC 7517).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// A public key that signs access tokens (RFC 8037).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Jwk {
    /// The type of the key, `OKP`.
    pub kty: String,
    /// The curve, `Ed25519`.
    pub crv: String,
    /// The name of the key in the header of a token.
    pub kid: String,
    /// What it is for, `sig`.
    pub r#use: String,
    /// The algorithm, `EdDSA`.
    pub alg: String,
    /// The public key, in base64url.
    pub x: String,
}
