// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! What is sold.

use super::*;

impl Client {
    /// List things
    ///
    /// All things, a page at a time.
    pub async fn list_things(
        &self,
        params: &ListThingsParams,
        options: &Options,
    ) -> Result<Reply<ThingList>, Error> {
        let exchange = Exchange::new(reqwest::Method::GET, "/things".to_owned(), params.pairs());
        self.send_for_json(exchange, options).await
    }

    /// Create a thing
    ///
    /// Makes a thing.
    pub async fn create_thing(
        &self,
        body: &NewThing,
        options: &Options,
    ) -> Result<Reply<Thing>, Error> {
        let exchange = Exchange::new(reqwest::Method::POST, "/things".to_owned(), Vec::new())
            .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read a thing
    ///
    /// One thing.
    pub async fn get_thing(
        &self,
        shelf: &str,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<Thing>>, Error> {
        let shelf = crate::wire::escaped(shelf);
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/shelves/{shelf}/things/{id}"),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change a thing
    ///
    /// A merge patch.
    pub async fn patch_thing(
        &self,
        shelf: &str,
        id: Uuid,
        body: &ThingPatch,
        options: &Options,
    ) -> Result<Reply<()>, Error> {
        let shelf = crate::wire::escaped(shelf);
        let exchange = Exchange::new(
            reqwest::Method::PATCH,
            format!("/shelves/{shelf}/things/{id}"),
            Vec::new(),
        )
        .body("application/merge-patch+json", body);
        self.send_for_nothing(exchange, options).await
    }

    /// Export things
    ///
    /// All things, written while they are read.
    pub async fn export_things(&self, options: &Options) -> Result<Reply<Download>, Error> {
        let exchange = Exchange::new(reqwest::Method::GET, "/things.csv".to_owned(), Vec::new());
        self.send_for_download(exchange, options).await
    }
}

/// Query parameters of `listThings`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListThingsParams {
    /// Only of this kind.
    pub kind: Option<Grade>,
    /// Only newer ones.
    pub since: Option<DateTime<Utc>>,
    /// Only cheap ones.
    pub cheap: Option<bool>,
    /// Things on a page.
    pub size: Option<i32>,
    /// A word that Rust keeps for itself.
    pub r#type: String,
    /// The order.
    pub sort: Vec<String>,
}

impl ListThingsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.kind {
            pairs.push(("kind", value.as_str().to_owned()));
        }
        if let Some(value) = &self.since {
            pairs.push(("since", value.to_rfc3339()));
        }
        if let Some(value) = &self.cheap {
            pairs.push(("cheap", value.to_string()));
        }
        if let Some(value) = &self.size {
            pairs.push(("size", value.to_string()));
        }
        let value = &self.r#type;
        pairs.push(("type", value.to_string()));
        for value in &self.sort {
            pairs.push(("sort", value.to_string()));
        }
        pairs
    }
}

/// What it is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// `HARD`.
    #[serde(rename = "HARD")]
    Hard,
    /// `VERY_SOFT`.
    #[serde(rename = "VERY_SOFT")]
    VerySoft,
}

impl Grade {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Hard, Self::VerySoft];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "HARD",
            Self::VerySoft => "VERY_SOFT",
        }
    }
}

/// Something for sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What people call its kind.
    pub kind: Option<String>,
    /// In kilograms.
    pub weight: f64,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it was sold, null if never, absent if unknown.
    ///
    /// `None` leaves it out, `Some(None)` is null.
    #[serde(
        default,
        deserialize_with = "crate::wire::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub sold_at: Option<Option<DateTime<Utc>>>,
    /// Free JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
}

/// Some things.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThingList {
    /// The things.
    pub content: Vec<Thing>,
}

/// Free JSON.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// A thing to be made.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewThing {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: Uuid,
    /// Whom to write to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What it is like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Grade>,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// What opens it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    /// Free JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
}

/// Without its secrets.
impl std::fmt::Debug for NewThing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewThing")
            .field("name", &self.name)
            .field("owner", &self.owner)
            .field("email", &self.email)
            .field("kind", &self.kind)
            .field("amount", &self.amount)
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}

impl NewThing {
    /// With what is required, and nothing else.
    pub fn new(name: impl Into<String>, owner: Uuid) -> Self {
        Self {
            name: name.into(),
            owner,
            email: None,
            kind: None,
            amount: None,
            lock: None,
            extra: None,
        }
    }
}

/// Changes: absent leaves, null clears.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct ThingPatch {
    /// Its name.
    ///
    /// `None` leaves it out, `Some(None)` is null.
    #[serde(
        default,
        deserialize_with = "crate::wire::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub name: Option<Option<String>>,
    /// What it is like.
    ///
    /// `None` leaves it out, `Some(None)` is null.
    #[serde(
        default,
        deserialize_with = "crate::wire::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub kind: Option<Option<Grade>>,
}
