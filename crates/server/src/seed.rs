//! Loading the seed data, through the same use cases as any caller.

use crate::run::Failure;
use app::{
    App, Context, Expected, UserFilter, assignment as assignments, product, user as users, variant,
};
use domain::{
    AssignmentId, Catalogues, Holder, ProductId, Time, UserId, VariantId,
    assignment::NewAssignment,
    text::{Email, Key, Name},
    user::{Created, Role, UserStatus},
};
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use uuid::Uuid;

const REFERENCE: &str = include_str!("../../../seeds/reference/catalogue.toml");
const DEMO_CATALOGUE: &str = include_str!("../../../seeds/demo/catalogue.toml");
const DEMO_USERS: &str = include_str!("../../../seeds/demo/users.toml");
const DEMO_ASSIGNMENTS: &str = include_str!("../../../seeds/demo/assignments.toml");

/// Commands that are sent before the first of them is waited for.
const TOGETHER: usize = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    product: Vec<ProductSeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductSeed {
    id: Option<Uuid>,
    key: String,
    name: String,
    description: Option<String>,
    #[serde(default)]
    variant: Vec<VariantSeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantSeed {
    id: Option<Uuid>,
    key: String,
    name: String,
    capacity: Option<i32>,
    #[serde(default)]
    attributes: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Users {
    user: Vec<UserSeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserSeed {
    email: String,
    name: String,
    status: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assignments {
    assignment: Vec<AssignmentSeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssignmentSeed {
    user: String,
    variant: String,
    starts: Option<String>,
    ends: Option<String>,
    note: Option<String>,
    #[serde(default)]
    revoked: bool,
}

/// The variants that were loaded, by product key and variant key.
type Variants = HashMap<String, VariantId>;

/// Loads the platform's own catalogue. What is there already stays as it is.
pub async fn reference(app: &App) -> Result<(), Failure> {
    let catalogue: Catalogue = toml::from_str(REFERENCE)?;
    load_catalogue(app, catalogue).await?;
    tracing::info!("the reference data is there");
    Ok(())
}

/// Loads the demo data, unless it was loaded before.
pub async fn demo(app: &App) -> Result<(), Failure> {
    let people: Users = toml::from_str(DEMO_USERS)?;
    if is_there(app, &people).await? {
        tracing::info!("the demo data is there already");
        return Ok(());
    }
    let variants = load_catalogue(app, toml::from_str(DEMO_CATALOGUE)?).await?;
    let ids = load_users(app, &people).await?;
    let seats: Assignments = toml::from_str(DEMO_ASSIGNMENTS)?;
    load_assignments(app, &seats, &ids, &variants).await?;
    app.sweep().await?;
    let inactive = people
        .user
        .iter()
        .filter(|user| user.status.as_deref() == Some("INACTIVE"));
    for id in inactive.filter_map(|user| ids.get(&user.email)) {
        app.run(
            Context::system(),
            users::SetUserActive {
                id: *id,
                active: false,
            },
        )
        .await?;
    }
    tracing::info!(
        users = ids.len(),
        assignments = seats.assignment.len(),
        "loaded the demo data"
    );
    Ok(())
}

async fn is_there(app: &App, people: &Users) -> Result<bool, Failure> {
    let Some(first) = people.user.first() else {
        return Ok(true);
    };
    let filter = UserFilter {
        email: Some(first.email.clone()),
        ..UserFilter::default()
    };
    let page = app::PageRequest {
        number: 0,
        size: 1,
        sort: Vec::new(),
    };
    Ok(!app
        .users(&Context::system(), &filter, &page)
        .await?
        .content
        .is_empty())
}

async fn load_catalogue(app: &App, catalogue: Catalogue) -> Result<Variants, Failure> {
    let mut variants = Variants::new();
    for seed in catalogue.product {
        let id = ProductId(seed.id.unwrap_or_else(|| app.clock().new_id()));
        if !app.store().has_history(id.0).await? {
            let new = domain::product::Created {
                organization_id: None,
                key: Key::parse(&seed.key, "/key").map_err(said)?,
                name: Name::parse(&seed.name, "/name").map_err(said)?,
                description: seed.description.clone(),
            };
            app.run(Context::system(), product::CreateProduct { id, new })
                .await?;
        }
        if app.store().product(id, Catalogues::All).await?.is_none() {
            continue; // Somebody deleted it, and that stays.
        }
        for variant in seed.variant {
            let path = format!("{}/{}", seed.key, variant.key);
            variants.insert(path, load_variant(app, id, variant).await?);
        }
    }
    Ok(variants)
}

async fn load_variant(
    app: &App,
    product: ProductId,
    seed: VariantSeed,
) -> Result<VariantId, Failure> {
    let id = VariantId(seed.id.unwrap_or_else(|| app.clock().new_id()));
    if !app.store().has_history(id.0).await? {
        let new = domain::variant::Updated {
            key: Key::parse(&seed.key, "/key").map_err(said)?,
            name: Name::parse(&seed.name, "/name").map_err(said)?,
            capacity: seed.capacity,
            attributes: seed.attributes,
        };
        app.run(
            Context::system(),
            variant::CreateVariant { id, product, new },
        )
        .await?;
    }
    Ok(id)
}

async fn load_users(app: &App, people: &Users) -> Result<HashMap<String, UserId>, Failure> {
    let mut ids = HashMap::new();
    for chunk in people.user.chunks(TOGETHER) {
        let made = chunk.iter().map(|seed| async {
            let new = Created {
                email: Email::parse(&seed.email, "/email").map_err(said)?,
                display_name: Name::parse(&seed.name, "/displayName").map_err(said)?,
                role: Role::Member,
                status: UserStatus::Pending,
                organization_id: None,
                station_id: None,
                password: None,
            };
            let id = UserId(app.clock().new_id());
            app.run(
                Context::system(),
                users::CreateUser {
                    id,
                    new,
                    asides: Vec::new(),
                },
            )
            .await?;
            app.run(Context::system(), users::SetUserActive { id, active: true })
                .await?;
            Ok::<_, Failure>((seed.email.clone(), id))
        });
        ids.extend(try_join_all(made).await?);
    }
    Ok(ids)
}

async fn load_assignments(
    app: &App,
    seats: &Assignments,
    users: &HashMap<String, UserId>,
    variants: &Variants,
) -> Result<(), Failure> {
    let now = app.clock().now();
    for chunk in seats.assignment.chunks(TOGETHER) {
        let made = chunk
            .iter()
            .map(|seed| load_assignment(app, seed, users, variants, now));
        try_join_all(made).await?;
    }
    Ok(())
}

async fn load_assignment(
    app: &App,
    seed: &AssignmentSeed,
    users: &HashMap<String, UserId>,
    variants: &Variants,
    now: Time,
) -> Result<(), Failure> {
    let unknown = || format!("seat of {} for {}: unknown", seed.variant, seed.user);
    let time = |text: &Option<String>| text.as_deref().map(|text| after(now, text)).transpose();
    let new = NewAssignment {
        holder: Holder::User(*users.get(&seed.user).ok_or_else(unknown)?),
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

/// Reads `+30d` or `-90d`: days from now.
fn after(now: Time, text: &str) -> Result<Time, Failure> {
    let days: i64 = text
        .strip_suffix('d')
        .and_then(|days| days.parse().ok())
        .ok_or_else(|| format!("`{text}` is not a number of days like `+30d`"))?;
    Ok(now.plus_seconds(days * 86_400))
}

fn said(wrong: domain::Invalid) -> Failure {
    format!("{}: {}", wrong.pointer, wrong.message).into()
}
