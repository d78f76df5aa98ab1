// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Is it alive.

use super::*;

impl Client {
    /// Is it alive
    ///
    /// Answers as long as it can.
    pub async fn get_health(&self, options: &Options) -> Result<Reply<Health>, Error> {
        let exchange = Exchange::new(reqwest::Method::GET, "/health".to_owned(), Vec::new());
        self.send_for_json(exchange, options).await
    }
}

/// Alive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Whether it is.
    pub ok: bool,
}
