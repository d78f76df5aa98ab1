//! Every external consumer receives every event, although servers and brokers are killed.
//!
//! `QUARTERMASTER_TEST_EVENTS` and `QUARTERMASTER_TEST_KILLS` override its size.

use crate::{
    cluster::{Cluster, FREE, at_once, installation, unique},
    consumers::{Consumer, Streams, Truth},
    followed::{Endpoints, Followed},
    hooked::Hooked,
    tables::Tables,
    tenants::new_member,
};
use client::{AssignmentBatch, BatchMode, Client, Error, NewProduct, NewProductVariant};
use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{
    broker::Broker,
    database::{Backend, Database},
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use uuid::Uuid;

const WRITERS: usize = 8;
const ORGANIZATIONS: usize = 20;

/// Variants of an organization; a member gets a seat of each at once.
const VARIANTS: usize = 20;

/// Events and kills by default.
const EVENTS: usize = 4_000;
const KILLS: usize = 6;

/// The longest pause between two kills.
const PAUSE: Duration = Duration::from_secs(5);

/// Where a member gets seats.
struct Home {
    organization: Uuid,
    variants: Vec<Uuid>,
}

/// What the writers and the task that kills share.
struct Scene {
    homes: Vec<Home>,
    endpoints: Arc<Endpoints>,
    target: usize,
    answered: AtomicUsize,
    is_over: AtomicBool,
}

testkit::on_every_database! {
    async fn every_event_reaches_every_consumer_despite_kills(database: Database) {
        let Some(broker) = Broker::redis().await else {
            return;
        };
        let began = Instant::now();
        let prefix = unique("bus");
        let installation = installation(&database)
            .with("QUARTERMASTER_BUS_URL", &Streams::url(broker, &prefix))
            .with("QUARTERMASTER_WEBHOOK_ALLOW_NETS", "127.0.0.0/8");
        let replicas = if database.backend() == Backend::Sqlite { 1 } else { 2 };
        let mut cluster = Cluster::of(installation, replicas).await;
        let homes = homes(&cluster).await;
        let organizations = homes.iter().map(|home| Some(home.organization));
        let logs: Vec<Option<Uuid>> = organizations.chain([None]).collect();
        let endpoints = Endpoints::of(&cluster);
        let mut consumers: Vec<Box<dyn Consumer>> = vec![
            Box::new(Streams::open(broker, &prefix).await),
            Box::new(Hooked::on(&cluster.client(0), logs.iter().copied()).await),
            Box::new(Followed::over_sockets(&endpoints, &logs)),
            Box::new(Followed::over_streams(&endpoints, &logs)),
        ];
        let scene = Arc::new(Scene {
            homes,
            endpoints,
            target: number("QUARTERMASTER_TEST_EVENTS", EVENTS),
            answered: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        });
        let mut writers = JoinSet::new();
        for number in 0..WRITERS {
            writers.spawn(write(Arc::clone(&scene), number));
        }
        let kills = number("QUARTERMASTER_TEST_KILLS", KILLS);
        for _ in 0..kills {
            wait_for_some(&mut consumers).await;
            kill_one(&mut cluster, &scene).await;
        }
        until_written(&scene).await;
        scene.is_over.store(true, SeqCst);
        while let Some(written) = writers.join_next().await {
            written.unwrap();
        }
        let written = began.elapsed();
        let tables = Tables::open(&database).await;
        let truth = Truth::read(&tables).await;
        assert_eq!(truth.logs(), ORGANIZATIONS + 1);
        let mut summary = format!(
            "{}: {} events in {} logs, {kills} kills, written after {written:.1?}",
            database.backend(), truth.events(), truth.logs()
        );
        for consumer in &mut consumers {
            summary += &see_out(consumer.as_mut(), &truth, kills).await;
            summary += &format!(", all after {:.1?}", began.elapsed());
        }
        drop(consumers);
        // The test harness captures what a passing test prints.
        std::io::stderr().write_all(format!("\n{summary}\n").as_bytes()).unwrap();
        tables.close().await;
        cluster.stop().await;
        cluster.verify().await;
    }
}

/// Waits until the consumer has received every event, and checks them; returns a summary.
async fn see_out(consumer: &mut dyn Consumer, truth: &Truth, kills: usize) -> String {
    let due = consumer.due(truth);
    consumer.sees(due.events()).await;
    let name = consumer.name();
    let again = due.check_deliveries(name, consumer.seen().await);
    assert!(
        again == 0 || consumer.may_repeat(),
        "{name} saw {again} again"
    );
    let cuts = consumer.cuts();
    assert!(cuts != Some(0) || kills == 0, "{name} was never cut off");
    let cuts = cuts.map(|cuts| format!(" and was cut off {cuts} times"));
    format!("; {name} saw {again} again{}", cuts.unwrap_or_default())
}

fn number(variable: &str, usual: usize) -> usize {
    let given = std::env::var(variable).ok();
    given.map_or(usual, |text| text.parse().unwrap())
}

/// A number below this one.
fn any_below(end: usize) -> usize {
    let random = Uuid::now_v7().as_u64_pair().1;
    usize::try_from(random % u64::try_from(end).unwrap()).unwrap()
}

async fn homes(cluster: &Cluster) -> Vec<Home> {
    let made = (0..ORGANIZATIONS).map(|number| {
        let client = cluster.client(number);
        async move { home(&client).await }
    });
    at_once(made).await
}

async fn home(client: &Client) -> Home {
    let organization = crate::tenants::new_organization(client, &unique("o")).await;
    let organization = organization.unwrap().body.id;
    let product = NewProduct {
        organization_id: Some(organization),
        ..NewProduct::new(unique("p"), "Its own")
    };
    let product = client.create_product(&product, FREE).await.unwrap().body.id;
    let mut variants = Vec::new();
    for _ in 0..VARIANTS {
        let new = NewProductVariant::new(unique("v"), "Seats");
        let made = client.create_product_variant(product, &new, FREE).await;
        variants.push(made.unwrap().body.id);
    }
    Home {
        organization,
        variants,
    }
}

/// Makes members with seats until it is over; with the target reached, at a slow rate.
async fn write(scene: Arc<Scene>, number: usize) {
    for turn in number.. {
        if scene.is_over.load(SeqCst) {
            return;
        }
        if scene.answered.load(SeqCst) >= scene.target {
            sleep(Duration::from_millis(200)).await;
        }
        let client = scene.endpoints.client(turn);
        let home = &scene.homes[turn * 7 % ORGANIZATIONS];
        match member(&client, home).await {
            Ok(events) => {
                scene.answered.fetch_add(events, SeqCst);
            }
            // The server was killed; a write without an answer may have happened.
            Err(Error::Transport(_)) => sleep(Duration::from_millis(20)).await,
            Err(other) => panic!("{other}"),
        }
    }
}

async fn member(client: &Client, home: &Home) -> Result<usize, Error> {
    let user = new_member(client, home.organization).await?.body.id;
    let seats = home.variants.iter();
    let batch = AssignmentBatch {
        mode: BatchMode::Atomic,
        items: seats.map(|variant| testkit::seat(user, *variant)).collect(),
    };
    client.create_assignment_batch(&batch, FREE).await?;
    Ok(1 + home.variants.len())
}

/// Waits until a consumer has received a few more events, so that the relay is busy.
async fn wait_for_some(consumers: &mut [Box<dyn Consumer>]) {
    let since = Instant::now();
    let which = any_below(consumers.len());
    let consumer = &mut consumers[which];
    let enough = consumer.seen().await.len() + 1 + any_below(300);
    while since.elapsed() < PAUSE && consumer.seen().await.len() < enough {
        sleep(Duration::from_millis(5)).await;
    }
}

async fn kill_one(cluster: &mut Cluster, scene: &Scene) {
    let victim = any_below(cluster.servers.len());
    cluster.servers[victim].kill();
    let server = cluster.installation.start().await;
    cluster.clients[victim] = server.client(&cluster.key);
    scene.endpoints.replace(victim, &server);
    cluster.servers[victim] = server;
}

async fn until_written(scene: &Scene) {
    let (mut last, mut since) = (0, Instant::now());
    while scene.answered.load(SeqCst) < scene.target {
        let now = scene.answered.load(SeqCst);
        if now > last {
            (last, since) = (now, Instant::now());
        }
        assert!(
            since.elapsed() < Duration::from_secs(30),
            "nobody writes any more"
        );
        sleep(Duration::from_millis(50)).await;
    }
}
