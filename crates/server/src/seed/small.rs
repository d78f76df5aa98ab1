//! The small demo: a catalogue, members of the platform, and their seats.

use super::{
    CONCURRENT_COMMANDS, SeatSeed,
    catalogue::{self, Catalogue},
    deactivate, invalid, is_known, load_seats,
};
use crate::run::Failure;
use app::{App, Context, user};
use domain::{
    Holder, UserId,
    text::{Email, Name},
    user::{Created, Role, UserStatus},
};
use futures_util::future::try_join_all;
use serde::Deserialize;
use std::collections::HashMap;

const CATALOGUE: &str = include_str!("../../../../seeds/demo/catalogue.toml");
const USERS: &str = include_str!("../../../../seeds/demo/users.toml");
const ASSIGNMENTS: &str = include_str!("../../../../seeds/demo/assignments.toml");

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
    assignment: Vec<SeatSeed>,
}

/// Loads the small demo, unless its users exist already.
pub async fn load(app: &App) -> Result<(), Failure> {
    let people: Users = toml::from_str(USERS)?;
    let Some(first) = people.user.first() else {
        return Ok(());
    };
    let email = Email::parse(&first.email, "/email").map_err(invalid)?;
    if is_known(app, &email).await? {
        tracing::info!("the demo data is there already");
        return Ok(());
    }
    let catalogue: Catalogue = toml::from_str(CATALOGUE)?;
    let variants = catalogue::load(app, None, catalogue.product).await?;
    let ids = load_users(app, &people).await?;
    let seats: Assignments = toml::from_str(ASSIGNMENTS)?;
    let holders = ids
        .iter()
        .map(|(email, id)| (email.clone(), Holder::User(*id)));
    load_seats(app, &seats.assignment, &holders.collect(), &variants).await?;
    app.sweep().await?;
    let inactive = people.user.iter();
    let inactive = inactive.filter(|user| user.status.as_deref() == Some("INACTIVE"));
    deactivate(
        app,
        inactive.filter_map(|user| ids.get(&user.email).copied()),
    )
    .await?;
    tracing::info!(
        users = ids.len(),
        assignments = seats.assignment.len(),
        "loaded the demo data"
    );
    Ok(())
}

async fn load_users(app: &App, people: &Users) -> Result<HashMap<String, UserId>, Failure> {
    let mut ids = HashMap::new();
    for chunk in people.user.chunks(CONCURRENT_COMMANDS) {
        let made = chunk.iter().map(|seed| async {
            let new = Created {
                email: Email::parse(&seed.email, "/email").map_err(invalid)?,
                display_name: Name::parse(&seed.name, "/displayName").map_err(invalid)?,
                role: Role::Member,
                status: UserStatus::Pending,
                organization_id: None,
                station_id: None,
                password: None,
            };
            let id = UserId(app.clock().new_id());
            app.run(
                Context::system(),
                user::CreateUser {
                    id,
                    new,
                    side_records: Vec::new(),
                },
            )
            .await?;
            app.run(Context::system(), user::SetUserActive { id, active: true })
                .await?;
            Ok::<_, Failure>((seed.email.clone(), id))
        });
        ids.extend(try_join_all(made).await?);
    }
    Ok(ids)
}
