//! Loading the seed data, through the same use cases as any caller.

mod catalogue;
mod organizations;
mod small;

use crate::{api_key::KeySecret, run::Failure, secret::Secret};
use app::{App, Context, Expected, PageRequest, UserFilter, assignment as assignments, user};
use catalogue::Catalogue;
use credentials::{hasher::Hasher, password};
use domain::{
    AssignmentId, Holder, Time, UserId, VariantId, assignment::NewAssignment, text::Email,
};
use futures_util::future::try_join_all;
use serde::Deserialize;
use std::collections::HashMap;

const REFERENCE: &str = include_str!("../../../../seeds/reference/catalogue.toml");

/// Commands that are sent concurrently.
const CONCURRENT_COMMANDS: usize = 100;

/// Variants by product key and variant key, `product-key/variant-key`.
type Variants = HashMap<String, VariantId>;

/// A seat of a user or of a station.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeatSeed {
    user: Option<String>,
    station: Option<String>,
    variant: String,
    starts: Option<String>,
    ends: Option<String>,
    note: Option<String>,
    #[serde(default)]
    revoked: bool,
}

/// Loads the platform's own catalogue. Existing products and variants stay as they are.
pub async fn reference(app: &App) -> Result<(), Failure> {
    let catalogue: Catalogue = toml::from_str(REFERENCE)?;
    catalogue::load(app, None, catalogue.product).await?;
    tracing::info!("the reference data is there");
    Ok(())
}

/// The password of the users of the demo organizations. It is generated for every installation, so that
/// there is no well-known password.
pub struct DemoPassword {
    password: Secret,
    phc: String,
}

impl DemoPassword {
    /// Generates a random password.
    pub async fn generate(hasher: &Hasher) -> Result<Self, Failure> {
        let password = password::random()?;
        let phc = hasher.hash(password.clone()).await?;
        Ok(Self { password, phc })
    }

    /// The password itself, to be printed once.
    pub fn reveal(&self) -> &str {
        self.password.reveal()
    }
}

/// Loads the demo data; what was loaded before stays as it is. Returns whether there are now users
/// with this password.
pub async fn demo(app: &App, secret: &KeySecret, password: &DemoPassword) -> Result<bool, Failure> {
    reference(app).await?;
    small::load(app).await?;
    organizations::load(app, secret, &password.phc).await
}

/// Assigns the seats, in the order of the file.
async fn load_seats(
    app: &App,
    seats: &[SeatSeed],
    holders: &HashMap<String, Holder>,
    variants: &Variants,
) -> Result<(), Failure> {
    let now = app.clock().now();
    for chunk in seats.chunks(CONCURRENT_COMMANDS) {
        let assigned = chunk
            .iter()
            .map(|seed| load_seat(app, seed, holders, variants, now));
        try_join_all(assigned).await?;
    }
    Ok(())
}

async fn load_seat(
    app: &App,
    seed: &SeatSeed,
    holders: &HashMap<String, Holder>,
    variants: &Variants,
    now: Time,
) -> Result<(), Failure> {
    let name = seed.user.as_ref().or(seed.station.as_ref());
    let unknown = || format!("seat of {} for {name:?}: unknown", seed.variant);
    let time = |text: &Option<String>| text.as_deref().map(|text| after(now, text)).transpose();
    let holder = name.and_then(|name| holders.get(name));
    let new = NewAssignment {
        holder: *holder.ok_or_else(unknown)?,
        variant_id: *variants.get(&seed.variant).ok_or_else(unknown)?,
        starts_at: time(&seed.starts)?,
        ends_at: time(&seed.ends)?,
        note: seed.note.clone(),
    };
    let id = AssignmentId(app.clock().new_id());
    app.run(Context::system(), assignments::CreateAssignment { id, new })
        .await?;
    if seed.revoked {
        let revoke = assignments::RevokeAssignment {
            id,
            expected: Expected::Anything,
        };
        app.run(Context::system(), revoke).await?;
    }
    Ok(())
}

/// Deactivates these users; they keep their seats.
async fn deactivate(app: &App, users: impl Iterator<Item = UserId>) -> Result<(), Failure> {
    let commands = users.map(|id| {
        let active = false;
        app.run(Context::system(), user::SetUserActive { id, active })
    });
    try_join_all(commands).await?;
    Ok(())
}

/// Whether a user has this email.
async fn is_known(app: &App, email: &Email) -> Result<bool, Failure> {
    let filter = UserFilter {
        email: Some(email.as_str().to_owned()),
        ..UserFilter::default()
    };
    let found = app
        .users(
            &Context::system(),
            &filter,
            &PageRequest::first(MAX_PER_KIND),
            None,
        )
        .await?;
    Ok(!found.content.is_empty())
}

/// More than there are of any kind of resource in the seeds, so that one page has all of them.
const MAX_PER_KIND: u32 = 200;

/// Reads `+30d` or `-90d`: days from now.
fn after(now: Time, text: &str) -> Result<Time, Failure> {
    let days: i64 = text
        .strip_suffix('d')
        .and_then(|days| days.parse().ok())
        .ok_or_else(|| format!("`{text}` is not a number of days like `+30d`"))?;
    Ok(now.plus_seconds(days * 86_400))
}

fn invalid(wrong: domain::Invalid) -> Failure {
    format!("{}: {}", wrong.pointer, wrong.message).into()
}
