// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Liveness and readiness, for those who run the service.

use super::*;

/// Liveness and readiness, for those who run the service.
#[async_trait]
pub trait OperationsApi: Send + Sync + 'static {
    /// Is the process alive
    ///
    /// Answers as long as the process can answer. Touches nothing else.
    async fn get_health(&self, call: Call) -> Result<GetHealthReply, Problem>;

    /// Can the service work
    ///
    /// Checks the database, its migrations and the background work. Answers 503 with what is
    /// wrong when it cannot serve. The check `bus`, there where a message bus is configured,
    /// tells how many events have yet to be delivered and how old the oldest of them is. A bus
    /// that is down is no reason to be unready: requests do not wait for it, and what it does not
    /// take waits in the log.
    async fn get_readiness(&self, call: Call) -> Result<GetReadinessReply, Problem>;

    /// Read the keys that sign access tokens
    ///
    /// The public keys, the present one and the next one, as a JSON Web Key Set (RFC 7517).
    /// Verify access tokens with them.
    async fn get_jwks(&self, call: Call) -> Result<GetJwksReply, Problem>;
}

/// The successes of `getHealth`.
#[derive(Debug, ApiResponse)]
pub enum GetHealthReply {
    /// The process is alive.
    #[oai(status = 200)]
    Ok(JsonReply<Health>),
}

impl GetHealthReply {
    /// The process is alive.
    pub fn ok(body: Health) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for GetHealthReply {
    const OPERATION: &'static Operation = table::GET_HEALTH;
}

/// The successes of `getReadiness`.
#[derive(Debug, ApiResponse)]
pub enum GetReadinessReply {
    /// The service can work.
    #[oai(status = 200)]
    Ok(JsonReply<Readiness>),
}

impl GetReadinessReply {
    /// The service can work.
    pub fn ok(body: Readiness) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for GetReadinessReply {
    const OPERATION: &'static Operation = table::GET_READINESS;
}

/// The successes of `getJwks`.
#[derive(Debug, ApiResponse)]
pub enum GetJwksReply {
    /// The keys.
    #[oai(status = 200)]
    Ok(JsonReply<Jwks>),
}

impl GetJwksReply {
    /// The keys.
    pub fn ok(body: Jwks) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for GetJwksReply {
    const OPERATION: &'static Operation = table::GET_JWKS;
}

pub(crate) struct OperationsAdapter(pub(crate) Arc<dyn OperationsApi>);

#[OpenApi]
impl OperationsAdapter {
    /// Is the process alive
    #[oai(
        path = "/health",
        method = "get",
        operation_id = "getHealth",
        tag = "ApiTag::Operations",
        transform = "guard_get_health"
    )]
    async fn get_health(&self, call: Call) -> Answer<GetHealthReply> {
        Answer(self.0.get_health(call).await)
    }

    /// Can the service work
    #[oai(
        path = "/ready",
        method = "get",
        operation_id = "getReadiness",
        tag = "ApiTag::Operations",
        transform = "guard_get_readiness"
    )]
    async fn get_readiness(&self, call: Call) -> Answer<GetReadinessReply> {
        Answer(self.0.get_readiness(call).await)
    }

    /// Read the keys that sign access tokens
    #[oai(
        path = "/.well-known/jwks.json",
        method = "get",
        operation_id = "getJwks",
        tag = "ApiTag::Operations",
        transform = "guard_get_jwks"
    )]
    async fn get_jwks(&self, call: Call) -> Answer<GetJwksReply> {
        Answer(self.0.get_jwks(call).await)
    }
}

fn guard_get_health<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_HEALTH, endpoint)
}

fn guard_get_readiness<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_READINESS, endpoint)
}

fn guard_get_jwks<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_JWKS, endpoint)
}

/// UP as long as the process answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum HealthStatus {
    /// `UP`.
    #[oai(rename = "UP")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// UP as long as the process answers.
    pub status: HealthStatus,
}

/// READY when every check is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum ReadinessStatus {
    /// `READY`.
    #[oai(rename = "READY")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// READY when every check is well.
    pub status: ReadinessStatus,
    /// The checks.
    pub checks: Vec<ReadinessCheck>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// A public key that signs access tokens (RFC 8037).
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
