// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Is it alive.

use super::*;

/// Is it alive.
#[async_trait]
pub trait HealthApi: Send + Sync + 'static {
    /// Is it alive
    ///
    /// Answers as long as it can.
    async fn get_health(&self, call: Call) -> Result<GetHealthReply, Problem>;
}

/// The successes of `getHealth`.
#[derive(Debug, ApiResponse)]
pub enum GetHealthReply {
    /// It is.
    #[oai(status = 200)]
    Ok(JsonReply<Health>),
}

impl GetHealthReply {
    /// It is.
    pub fn ok(body: Health) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for GetHealthReply {
    const OPERATION: &'static Operation = table::GET_HEALTH;
}

pub(crate) struct HealthAdapter(pub(crate) Arc<dyn HealthApi>);

#[OpenApi]
impl HealthAdapter {
    /// Is it alive
    #[oai(
        path = "/health",
        method = "get",
        operation_id = "getHealth",
        tag = "ApiTag::Health",
        transform = "guard_get_health"
    )]
    async fn get_health(&self, call: Call) -> Answer<GetHealthReply> {
        Answer(self.0.get_health(call).await)
    }
}

fn guard_get_health<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_HEALTH, endpoint)
}

/// Alive.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Whether it is.
    pub ok: bool,
}
