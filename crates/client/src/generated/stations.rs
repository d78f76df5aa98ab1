// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The sites that an organization owns. A station belongs to one organization for ever.

use super::*;

impl Client {
    /// List the stations of an organization
    ///
    /// A page of the stations of one organization. Removed ones are listed only with
    /// `operationalStatus=REMOVED`.
    pub async fn list_organization_stations(
        &self,
        id: Uuid,
        params: &ListOrganizationStationsParams,
        options: &Options,
    ) -> Result<Reply<PageStation>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}/stations"),
            params.pairs(),
        )
        .at_moment(options);
        self.send_for_json(exchange, options).await
    }

    /// Create a station
    ///
    /// Creates a station of the organization. Organization and code are fixed from then on; the
    /// code is unique in the organization, removed stations included.
    pub async fn create_station(
        &self,
        id: Uuid,
        body: &NewStation,
        options: &Options,
    ) -> Result<Reply<Station>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/organizations/{id}/stations"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// List stations
    ///
    /// A page of the stations that the caller may see. Removed ones are listed only with
    /// `operationalStatus=REMOVED`.
    pub async fn list_stations(
        &self,
        params: &ListStationsParams,
        options: &Options,
    ) -> Result<Reply<PageStation>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/stations".to_owned(),
            params.pairs(),
        )
        .at_moment(options);
        self.send_for_json(exchange, options).await
    }

    /// Read a station
    ///
    /// One station, also a removed one, since seats and events name it.
    pub async fn get_station(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<Station>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/stations/{id}"),
            Vec::new(),
        )
        .at_moment(options);
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change a station
    ///
    /// Replaces name, address, operational status and attributes. An absent address becomes null,
    /// absent attributes become empty; absent `coordinates`, `timeZone` and `country` stay.
    /// REMOVED is reached by delete alone.
    pub async fn update_station(
        &self,
        id: Uuid,
        body: &StationUpdate,
        options: &Options,
    ) -> Result<Reply<Station>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            format!("/api/v1/stations/{id}"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Remove a station
    ///
    /// The station becomes REMOVED and the seats that it holds are revoked, together. Its code is
    /// never used again. Removing a removed station does nothing.
    pub async fn delete_station(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/stations/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }
}

/// Query parameters of `listOrganizationStations`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOrganizationStationsParams {
    /// Only stations in this status. Removed ones are listed with `REMOVED` alone.
    pub operational_status: Option<OperationalStatus>,
    /// Only stations whose code, name or address contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListOrganizationStationsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.operational_status {
            pairs.push(("operationalStatus", value.as_str().to_owned()));
        }
        if let Some(value) = &self.q {
            pairs.push(("q", value.to_string()));
        }
        if let Some(value) = &self.page {
            pairs.push(("page", value.to_string()));
        }
        if let Some(value) = &self.size {
            pairs.push(("size", value.to_string()));
        }
        for value in &self.sort {
            pairs.push(("sort", value.to_string()));
        }
        pairs
    }
}

/// Query parameters of `listStations`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListStationsParams {
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only stations with this code, which is unique in an organization.
    pub code: Option<String>,
    /// Only stations in this status. Removed ones are listed with `REMOVED` alone.
    pub operational_status: Option<OperationalStatus>,
    /// Only stations in this country, by its two letters (ISO 3166-1).
    pub country: Option<String>,
    /// Only stations whose code, name or address contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListStationsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
        }
        if let Some(value) = &self.code {
            pairs.push(("code", value.to_string()));
        }
        if let Some(value) = &self.operational_status {
            pairs.push(("operationalStatus", value.as_str().to_owned()));
        }
        if let Some(value) = &self.country {
            pairs.push(("country", value.to_string()));
        }
        if let Some(value) = &self.q {
            pairs.push(("q", value.to_string()));
        }
        if let Some(value) = &self.page {
            pairs.push(("page", value.to_string()));
        }
        if let Some(value) = &self.size {
            pairs.push(("size", value.to_string()));
        }
        for value in &self.sort {
            pairs.push(("sort", value.to_string()));
        }
        pairs
    }
}

/// Whether a station works. REMOVED is final and reached by delete alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OperationalStatus {
    /// `AVAILABLE`.
    #[serde(rename = "AVAILABLE")]
    Available,
    /// `OUT_OF_SERVICE`.
    #[serde(rename = "OUT_OF_SERVICE")]
    OutOfService,
    /// `PLANNED`.
    #[serde(rename = "PLANNED")]
    Planned,
    /// `REMOVED`.
    #[serde(rename = "REMOVED")]
    Removed,
}

impl OperationalStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[
        Self::Available,
        Self::OutOfService,
        Self::Planned,
        Self::Removed,
    ];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::OutOfService => "OUT_OF_SERVICE",
            Self::Planned => "PLANNED",
            Self::Removed => "REMOVED",
        }
    }
}

/// A place on earth (WGS 84).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coordinates {
    /// Degrees north, negative to the south.
    pub latitude: f64,
    /// Degrees east, negative to the west.
    pub longitude: f64,
}

/// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
/// it may contain U+0000. What is larger from before there was this bound stays until it is
/// replaced.
pub type StationAttributes = serde_json::Map<String, serde_json::Value>;

/// A site of an organization. Without coordinates, they are not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Station {
    /// The id of the station.
    pub id: Uuid,
    /// The organization that owns it for ever.
    pub organization_id: Uuid,
    /// The stable name for programs, unique in the organization.
    pub code: String,
    /// The name for people.
    pub name: String,
    /// Where it is, for people; null when it is not known.
    pub address: Option<String>,
    /// A place on earth (WGS 84).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// The time zone there, by its IANA name.
    pub time_zone: String,
    /// The country, by its two letters (ISO 3166-1).
    pub country: String,
    /// Whether a station works. REMOVED is final and reached by delete alone.
    pub operational_status: OperationalStatus,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    pub attributes: StationAttributes,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A station to be made. Without an operational status it is AVAILABLE; it cannot be REMOVED.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewStation {
    /// The stable name for programs.
    pub code: String,
    /// The name for people.
    pub name: String,
    /// Where it is, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// A place on earth (WGS 84).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// The time zone there, by its IANA name.
    pub time_zone: String,
    /// The country, by its two letters (ISO 3166-1).
    pub country: String,
    /// Whether a station works. REMOVED is final and reached by delete alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operational_status: Option<OperationalStatus>,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<StationAttributes>,
}

impl NewStation {
    /// With what is required, and nothing else.
    pub fn new(
        code: impl Into<String>,
        name: impl Into<String>,
        time_zone: impl Into<String>,
        country: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
            address: None,
            coordinates: None,
            time_zone: time_zone.into(),
            country: country.into(),
            operational_status: None,
            attributes: None,
        }
    }
}

/// What a station becomes. Absent coordinates stay, absent attributes become empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StationUpdate {
    /// The name for people.
    pub name: String,
    /// Where it is, for people; absent, it becomes null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// A place on earth (WGS 84).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// The time zone there, by its IANA name; absent, it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The country, by its two letters (ISO 3166-1); absent, it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Whether a station works. REMOVED is final and reached by delete alone.
    pub operational_status: OperationalStatus,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<StationAttributes>,
}

impl StationUpdate {
    /// With what is required, and nothing else.
    pub fn new(name: impl Into<String>, operational_status: OperationalStatus) -> Self {
        Self {
            name: name.into(),
            address: None,
            coordinates: None,
            time_zone: None,
            country: None,
            operational_status,
            attributes: None,
        }
    }
}

/// A page of stations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageStation {
    /// The elements of this page.
    pub content: Vec<Station>,
    /// Elements on all pages.
    pub total_elements: i64,
    /// The number of pages.
    pub total_pages: i64,
    /// Elements on a full page.
    pub size: i32,
    /// The number of this page, from 0.
    pub number: i32,
    /// Whether a page follows.
    pub has_next: bool,
    /// Whether a page goes before.
    pub has_prev: bool,
}
