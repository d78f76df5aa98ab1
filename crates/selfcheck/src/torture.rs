//! Many clients fight for few seats.

use crate::{Failure, Installation, in_scratch, verdict};
use app::{
    App, Context, Error, Scratch, Settings, SystemClock,
    assignment::{CreateAssignment, RevokeAssignment},
    product::CreateProduct,
    runner::Unobserved,
    variant::CreateVariant,
};
use domain::{
    AssignmentId, Holder, ProductId, Refusal, UserId, VariantId,
    assignment::NewAssignment,
    text::{Key, Name},
    user::Role,
};
use futures_util::future::{join_all, try_join_all};
use identity::ActiveUser;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How hard clients fight.
#[derive(Clone, Copy, Debug)]
pub struct Fight {
    /// Clients that fight at the same time.
    pub clients: u16,
    /// Seats they fight for.
    pub seats: u16,
    /// How often the fight is repeated.
    pub rounds: u16,
}

/// What the fight showed.
#[derive(Default)]
struct Tally {
    tries: usize,
    assigned: usize,
    refused: usize,
    faults: Vec<String>,
    times: Vec<Duration>,
}

/// Runs the fight and prints what it saw; gives whether it went as it should.
///
/// # Errors
/// When it cannot be done.
pub async fn run(installation: &dyn Installation, how: &Fight) -> Result<bool, Failure> {
    let tally = in_scratch(installation, async |scratch| fight(scratch, how).await).await?;
    Ok(report(tally, how))
}

async fn fight(scratch: &Scratch, how: &Fight) -> Result<Tally, Failure> {
    // Two writers, as two replicas would be: the head lock decides between them.
    let replicas = [open(scratch).await?, open(scratch).await?];
    let users = make_users(&replicas[0], usize::from(how.clients)).await?;
    let mut tally = Tally::default();
    for round in 0..how.rounds {
        let variant = make_variant(&replicas[0], round, i32::from(how.seats)).await?;
        one_round(&replicas, &users, variant, how, &mut tally).await?;
    }
    let verified = replicas[0].store().verify().await?;
    tally.faults.extend(verified.differences);
    for replica in replicas {
        replica.close().await;
    }
    Ok(tally)
}

async fn open(scratch: &Scratch) -> Result<App, Failure> {
    let store = scratch.open().await?;
    Ok(App::start(
        store,
        Arc::new(SystemClock),
        Settings::default(),
        Arc::new(Unobserved),
    ))
}

async fn make_users(app: &App, count: usize) -> Result<Vec<UserId>, Failure> {
    let made = (0..count).map(|number| async move {
        let email = format!("client-{number}@selfcheck.invalid");
        let new = ActiveUser {
            email: &email,
            name: "Client",
            role: Role::Member,
            organization: None,
            station: None,
            phc: None,
        };
        let made = identity::create_user(app, new).await;
        Ok(UserId(made?))
    });
    try_join_all(made).await
}

async fn make_variant(app: &App, round: u16, seats: i32) -> Result<VariantId, Failure> {
    let product = ProductId(app.clock().new_id());
    let key = Key::parse(&format!("round-{round}"), "/key").map_err(|wrong| wrong.message)?;
    let name = Name::parse("Selfcheck", "/name").map_err(|wrong| wrong.message)?;
    let new = domain::product::Created {
        organization_id: None,
        key: key.clone(),
        name: name.clone(),
        description: None,
    };
    app.run(Context::system(), CreateProduct { id: product, new })
        .await?;
    let id = VariantId(app.clock().new_id());
    let new = domain::variant::Updated {
        key,
        name,
        capacity: Some(seats),
        attributes: serde_json::Map::new(),
    };
    app.run(Context::system(), CreateVariant { id, product, new })
        .await?;
    Ok(id)
}

async fn one_round(
    replicas: &[App; 2],
    users: &[UserId],
    variant: VariantId,
    how: &Fight,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let tries = users.iter().enumerate().map(|(number, user)| {
        let app = &replicas[number % replicas.len()];
        assign(app, *user, variant)
    });
    let mut held = Vec::new();
    for (result, took) in join_all(tries).await {
        tally.tries += 1;
        tally.times.push(took);
        match result {
            Ok(id) => held.push(id),
            Err(Error::Refused(Refusal::CapacityExceeded { .. })) => tally.refused += 1,
            Err(error) => tally.faults.push(error.to_string()),
        }
    }
    tally.assigned += held.len();
    let due = users.len().min(usize::from(how.seats));
    if held.len() != due {
        tally.faults.push(format!(
            "{} seats were given where {due} were due",
            held.len()
        ));
    }
    // Seats that are given back are free for the other replica at once.
    for id in held.iter().take(1) {
        let revoke = RevokeAssignment {
            id: *id,
            expected: app::Expected::Anything,
        };
        replicas[0].run(Context::system(), revoke).await?;
    }
    Ok(())
}

async fn assign(
    app: &App,
    user_id: UserId,
    variant_id: VariantId,
) -> (Result<AssignmentId, Error>, Duration) {
    let began = Instant::now();
    let id = AssignmentId(app.clock().new_id());
    let new = NewAssignment {
        holder: Holder::User(user_id),
        variant_id,
        starts_at: None,
        ends_at: None,
        note: None,
    };
    let answer = app
        .run(Context::system(), CreateAssignment { id, new })
        .await;
    (answer.map(|made| made.value.id), began.elapsed())
}

fn report(mut tally: Tally, how: &Fight) -> bool {
    for fault in &tally.faults {
        println!("{fault}");
    }
    tally.times.sort_unstable();
    let at = |share: f64| {
        let last = tally.times.len().saturating_sub(1);
        let place = ((tally.times.len() as f64 * share) as usize).min(last);
        tally
            .times
            .get(place)
            .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    println!(
        "{}: {} rounds, {} tries, {} assigned, {} refused, {} faults; p50 {:.1} ms, p99 {:.1} ms",
        verdict(&tally.faults),
        how.rounds,
        tally.tries,
        tally.assigned,
        tally.refused,
        tally.faults.len(),
        at(0.50),
        at(0.99)
    );
    tally.faults.is_empty()
}
