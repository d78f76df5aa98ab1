//! The demo organizations with their stations, users, products, pools and seats.

use super::{
    CONCURRENT_COMMANDS, MAX_PER_KIND, SeatSeed, Variants,
    catalogue::{self, ProductSeed},
    deactivate, invalid, load_seats,
};
use crate::{
    api_key::{ApiKey, KeySecret},
    run::Failure,
};
use app::{
    App, Context, OrganizationFilter, PageRequest, SideRecord, UseCase, allocation,
    api_key::{self, NewOwner},
    organization, role, station, user,
};
use domain::{
    AllocationId, ApiKeyId, Holder, OrganizationId, PoolId, RoleId, StationId, UserId,
    allocation::NewIds,
    organization::OrganizationStatus,
    place::{Coordinates, Country, TimeZone},
    station::{OperationalStatus, Profile},
    text::{Email, Key, Name, Slug},
    user::{Created, PasswordSet, Role, UserStatus},
};
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;

const ORGANIZATIONS: [&str; 12] = [
    include_str!("../../../../seeds/demo/world/brandenburg-virtual.toml"),
    include_str!("../../../../seeds/demo/world/kazahana-virtual.toml"),
    include_str!("../../../../seeds/demo/world/kranich-ladenetz.toml"),
    include_str!("../../../../seeds/demo/world/mistral-recharge.toml"),
    include_str!("../../../../seeds/demo/world/monsoon-charge.toml"),
    include_str!("../../../../seeds/demo/world/pacific-gull.toml"),
    include_str!("../../../../seeds/demo/world/pampero-virtual.toml"),
    include_str!("../../../../seeds/demo/world/prairie-volt.toml"),
    include_str!("../../../../seeds/demo/world/sabia-eletropostos.toml"),
    include_str!("../../../../seeds/demo/world/savanna-plug.toml"),
    include_str!("../../../../seeds/demo/world/skjaergard-lading.toml"),
    include_str!("../../../../seeds/demo/world/wattlebird-charging.toml"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganizationSeed {
    slug: String,
    name: String,
    status: Option<String>,
    #[serde(default)]
    station: Vec<StationSeed>,
    #[serde(default)]
    role: Vec<RoleSeed>,
    #[serde(default)]
    user: Vec<UserSeed>,
    #[serde(default)]
    pool: Vec<PoolSeed>,
    #[serde(default)]
    key: Vec<KeySeed>,
    #[serde(default)]
    assignment: Vec<SeatSeed>,
    #[serde(default)]
    product: Vec<ProductSeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct StationSeed {
    code: String,
    name: String,
    address: Option<String>,
    country: String,
    time_zone: String,
    latitude: f64,
    longitude: f64,
    operational_status: String,
    #[serde(default)]
    attributes: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleSeed {
    name: String,
    description: Option<String>,
    permissions: Vec<String>,
}

/// An API key of the organization. Its secret is discarded, so it can only be listed and rotated.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeySeed {
    name: String,
    permissions: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserSeed {
    email: String,
    name: String,
    role: String,
    station: Option<String>,
    status: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PoolSeed {
    variant: String,
    seats: i32,
}

/// A demo organization that was just created.
struct Made {
    id: OrganizationId,
    seed: OrganizationSeed,
    holders: HashMap<String, Holder>,
}

/// Loads the organizations whose slug is free, with this password hash for every user that can sign
/// in. Returns whether any was loaded.
pub async fn load(app: &App, secret: &KeySecret, phc: &str) -> Result<bool, Failure> {
    let mut missing = Vec::new();
    for text in ORGANIZATIONS {
        let seed: OrganizationSeed = toml::from_str(text)?;
        seed.check()?;
        if !is_taken(app, &seed.slug).await? {
            missing.push(seed);
        }
    }
    if missing.is_empty() {
        tracing::info!("the demo world is there already");
        return Ok(false);
    }
    let catalogue = catalogue::of_platform(app).await?;
    let made = missing
        .into_iter()
        .map(|seed| make(app, seed, &catalogue, secret, phc));
    let made = try_join_all(made).await?;
    app.sweep().await?;
    try_join_all(made.iter().map(|one| one.deactivate_and_suspend(app))).await?;
    tracing::info!(organizations = made.len(), "loaded the demo world");
    Ok(true)
}

/// Whether an organization has the slug, or had it when it was deleted.
async fn is_taken(app: &App, slug: &str) -> Result<bool, Failure> {
    for status in [None, Some(OrganizationStatus::Deleted)] {
        let filter = OrganizationFilter {
            slug: Some(slug.to_owned()),
            status,
            ..OrganizationFilter::default()
        };
        let system = Context::system();
        let found = app
            .organizations(&system, &filter, &PageRequest::first(MAX_PER_KIND))
            .await?;
        if !found.content.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn make(
    app: &App,
    seed: OrganizationSeed,
    catalogue: &Variants,
    secret: &KeySecret,
    phc: &str,
) -> Result<Made, Failure> {
    let id = OrganizationId(app.clock().new_id());
    let new = domain::organization::Created {
        name: Name::parse(&seed.name, "/name").map_err(invalid)?,
        slug: Slug::parse(&seed.slug, "/slug").map_err(invalid)?,
    };
    let create = organization::CreateOrganization { id, new };
    app.run(Context::system(), create).await?;
    let mut made = Made {
        id,
        seed,
        holders: HashMap::new(),
    };
    made.stations(app).await?;
    made.users(app, phc).await?;
    made.roles(app).await?;
    made.keys(app, secret).await?;
    let products = std::mem::take(&mut made.seed.product);
    let mut variants = catalogue.clone();
    variants.extend(catalogue::load(app, Some(id), products).await?);
    made.pools(app, &variants).await?;
    load_seats(app, &made.seed.assignment, &made.holders, &variants).await?;
    Ok(made)
}

impl OrganizationSeed {
    /// Checks that every granted role is defined.
    fn check(&self) -> Result<(), Failure> {
        let mut named = self.user.iter().flat_map(|user| &user.roles);
        let unknown = named.find(|name| !self.role.iter().any(|role| role.name == **name));
        match unknown {
            Some(name) => Err(format!("{}: there is no role {name}", self.slug).into()),
            None => Ok(()),
        }
    }
}

impl Made {
    async fn stations(&mut self, app: &App) -> Result<(), Failure> {
        let mut commands = Vec::new();
        for seed in &self.seed.station {
            let id = StationId(app.clock().new_id());
            self.holders.insert(seed.code.clone(), Holder::Station(id));
            let new = domain::station::Created {
                organization_id: self.id,
                code: Key::parse(&seed.code, "/code").map_err(invalid)?,
                profile: seed.profile()?,
            };
            commands.push(station::CreateStation { id, new });
        }
        run_all(app, commands).await
    }

    async fn users(&mut self, app: &App, phc: &str) -> Result<(), Failure> {
        let mut commands = Vec::new();
        for seed in &self.seed.user {
            let id = UserId(app.clock().new_id());
            let station = seed.station.as_ref().map(|code| self.holders.get(code));
            let station = match station {
                Some(Some(Holder::Station(id))) => Some(*id),
                Some(_) => return Err(format!("{}: no such station", seed.email).into()),
                None => None,
            };
            let new = Created {
                email: Email::parse(&seed.email, "/email").map_err(invalid)?,
                display_name: Name::parse(&seed.name, "/displayName").map_err(invalid)?,
                role: Role::parse(&seed.role).ok_or_else(|| format!("role {}", seed.role))?,
                status: seed.first_status()?,
                organization_id: Some(self.id),
                station_id: station,
                password: seed
                    .signs_in()
                    .then_some(PasswordSet { must_change: false }),
            };
            let password = SideRecord::Password {
                user: id,
                phc: phc.to_owned(),
            };
            commands.push(user::CreateUser {
                id,
                new,
                side_records: seed.signs_in().then_some(password).into_iter().collect(),
            });
            self.holders.insert(seed.email.clone(), Holder::User(id));
        }
        run_all(app, commands).await
    }

    async fn roles(&self, app: &App) -> Result<(), Failure> {
        let (mut commands, mut ids) = (Vec::new(), HashMap::new());
        for seed in &self.seed.role {
            let id = RoleId(app.clock().new_id());
            let permissions = domain::role::permissions(&seed.permissions);
            let unknown = |_| format!("{}: role {}: no such permission", self.seed.slug, seed.name);
            let profile = domain::role::Profile {
                name: Name::parse(&seed.name, "/name").map_err(invalid)?,
                description: seed.description.clone(),
                permissions: permissions.map_err(unknown)?,
            };
            let new = domain::role::Created {
                organization_id: self.id,
                profile,
            };
            commands.push(role::CreateRole { id, new });
            ids.insert(seed.name.as_str(), id);
        }
        run_all(app, commands).await?;
        let mut grants = Vec::new();
        for seed in &self.seed.user {
            let user = self
                .holders
                .get(&seed.email)
                .and_then(|holder| holder.user());
            let roles = seed.roles.iter().filter_map(|name| ids.get(name.as_str()));
            grants.extend(user.into_iter().flat_map(|user| {
                roles.clone().map(move |role| role::SetUserRole {
                    user,
                    role: *role,
                    granted: true,
                })
            }));
        }
        run_all(app, grants).await
    }

    async fn keys(&self, app: &App, secret: &KeySecret) -> Result<(), Failure> {
        let mut commands = Vec::new();
        for seed in &self.seed.key {
            let made = ApiKey::generate(app.clock().new_id())?;
            let names = seed.permissions.as_deref();
            let unknown = |_| format!("{}: key {}: no such permission", self.seed.slug, seed.name);
            let permissions = names.map(domain::role::permissions).transpose();
            commands.push(api_key::CreateApiKey {
                id: ApiKeyId(made.id()),
                owner: NewOwner::Organization(self.id),
                name: Name::parse(&seed.name, "/name").map_err(invalid)?,
                digest: made.digest(secret).to_hex(),
                permissions: permissions.map_err(unknown)?,
                expires_at: None,
            });
        }
        run_all(app, commands).await
    }

    async fn pools(&self, app: &App, variants: &Variants) -> Result<(), Failure> {
        let mut commands = Vec::new();
        for seed in &self.seed.pool {
            let unknown = || format!("pool of {}: no such variant", seed.variant);
            commands.push(allocation::PutAllocation {
                organization: self.id,
                variant: *variants.get(&seed.variant).ok_or_else(unknown)?,
                expected: app::Expected::Anything,
                seats: seed.seats,
                new: NewIds {
                    allocation: AllocationId(app.clock().new_id()),
                    pool: PoolId(app.clock().new_id()),
                },
            });
        }
        run_all(app, commands).await
    }

    /// Deactivates users and suspends the organization, after everything else was created.
    async fn deactivate_and_suspend(&self, app: &App) -> Result<(), Failure> {
        let users = self.seed.user.iter();
        let inactive = users.filter(|user| user.status.as_deref() == Some("INACTIVE"));
        let ids = inactive.filter_map(|user| self.holders.get(&user.email)?.user());
        deactivate(app, ids).await?;
        match self.seed.status.as_deref() {
            None | Some("ACTIVE") => Ok(()),
            Some("SUSPENDED") => {
                let suspend = organization::SetOrganizationActive {
                    id: self.id,
                    active: false,
                };
                app.run(Context::system(), suspend).await?;
                Ok(())
            }
            Some(other) => Err(format!("{}: no status {other}", self.seed.slug).into()),
        }
    }
}

impl StationSeed {
    fn profile(&self) -> Result<Profile, Failure> {
        let point = Coordinates::from_degrees(self.latitude, self.longitude, "/coordinates");
        let status = OperationalStatus::parse(&self.operational_status);
        Ok(Profile {
            name: Name::parse(&self.name, "/name").map_err(invalid)?,
            address: self.address.clone(),
            coordinates: Some(point.map_err(invalid)?),
            time_zone: TimeZone::parse(&self.time_zone, "/timeZone").map_err(invalid)?,
            country: Country::parse(&self.country, "/country").map_err(invalid)?,
            operational_status: status.ok_or_else(|| format!("{}: status", self.code))?,
            attributes: self.attributes.clone(),
        })
    }
}

impl UserSeed {
    /// Whether the user has a password. A pending user has to accept an invitation first.
    fn signs_in(&self) -> bool {
        self.status.as_deref() != Some("PENDING")
    }

    /// The status at the creation. Inactive users are active until their seats are assigned.
    fn first_status(&self) -> Result<UserStatus, Failure> {
        match self.status.as_deref() {
            Some("PENDING") => Ok(UserStatus::Pending),
            None | Some("ACTIVE" | "INACTIVE") => Ok(UserStatus::Active),
            Some(other) => Err(format!("{}: no status {other}", self.email).into()),
        }
    }
}

/// Sends the commands concurrently, so that they share transactions.
async fn run_all<C: UseCase>(app: &App, commands: Vec<C>) -> Result<(), Failure> {
    let mut commands = commands.into_iter().peekable();
    while commands.peek().is_some() {
        let some = commands.by_ref().take(CONCURRENT_COMMANDS);
        try_join_all(some.map(|command| app.run(Context::system(), command))).await?;
    }
    Ok(())
}
