//! A running installation for tests of concurrency.

use client::{
    Assignment, AssignmentStatus, Client, Error, ListAssignmentsParams, NewProduct,
    NewProductVariant, NewUser, Options, ProductVariant, Reply,
};
use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};
use testkit::{
    database::{Backend, Database},
    process::{Installation, Process},
};
use tokio::sync::Barrier;
use uuid::Uuid;

/// The time limit of a group of concurrent calls; beyond that something hangs.
const CROWD_LIMIT: Duration = Duration::from_secs(60);

/// The secret of every process, and of tests that make keys beside them.
pub const SECRET: &str = "00112233445566778899aabbccddeeff0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// The installation of the binary under test on a database.
pub fn installation(database: &Database) -> Installation {
    Installation::new(env!("CARGO_BIN_EXE_quartermaster"), database)
        .with("QUARTERMASTER_API_KEY_SECRET", SECRET)
}

/// Servers on one database, and a client to each.
pub struct Cluster {
    pub servers: Vec<Process>,
    pub clients: Vec<Client>,
    pub key: String,
    pub installation: Installation,
}

impl Cluster {
    /// One server on SQLite, whose file belongs to one process; two elsewhere.
    pub async fn open(database: &Database) -> Self {
        let servers = match database.backend() {
            Backend::Sqlite => 1,
            Backend::Postgres | Backend::MariaDb => 2,
        };
        Self::of(installation(database), servers).await
    }

    /// This many servers of the installation.
    pub async fn of(installation: Installation, count: usize) -> Self {
        let first = installation.start().await;
        let key = first.bootstrap_key().unwrap();
        let mut servers = vec![first];
        while servers.len() < count {
            servers.push(installation.start().await);
        }
        let clients = servers.iter().map(|server| server.client(&key)).collect();
        Self {
            servers,
            clients,
            key,
            installation,
        }
    }

    /// The client with this number; clients are spread over the servers.
    pub fn client(&self, number: usize) -> Client {
        self.clients[number % self.clients.len()].clone()
    }

    /// Stops every server gracefully and keeps the installation.
    pub async fn stop(&mut self) {
        for mut server in self.servers.drain(..) {
            server.terminate();
            assert_eq!(server.ended().await.code(), Some(0));
        }
        self.clients.clear();
    }

    /// New members.
    pub async fn users(&self, count: usize) -> Vec<Uuid> {
        let client = self.client(0);
        let made = (0..count).map(|_| {
            let client = client.clone();
            async move { new_user(&client).await.unwrap().body.id }
        });
        at_once(made).await
    }

    /// A variant of a product of its own.
    pub async fn variant(&self, capacity: Option<i32>) -> ProductVariant {
        let (client, key) = (self.client(0), unique("p"));
        let product = NewProduct::new(&key, "Fought for");
        let product = client.create_product(&product, FREE).await.unwrap().body;
        let mut new = NewProductVariant::new(unique("v"), "Seats");
        new.capacity = capacity;
        let made = client.create_product_variant(product.id, &new, FREE);
        made.await.unwrap().body
    }

    /// The active seats of a variant, by the list of assignments.
    pub async fn listed(&self, variant: Uuid) -> usize {
        let params = ListAssignmentsParams {
            variant_id: Some(variant),
            status: Some(AssignmentStatus::Active),
            size: Some(200),
            ..ListAssignmentsParams::default()
        };
        let listed = self.client(0).list_assignments(&params, FREE).await;
        let listed = listed.unwrap().body;
        let total = usize::try_from(listed.total_elements).unwrap();
        assert_eq!(listed.content.len(), total);
        total
    }

    /// The active seats of a variant, by its availability, which must agree with the list.
    pub async fn active(&self, variant: Uuid) -> usize {
        let seats = self.client(0).get_variant_availability(variant, FREE).await;
        let counted = usize::try_from(seats.unwrap().body.assigned_active_count).unwrap();
        assert_eq!(self.listed(variant).await, counted);
        counted
    }

    /// The projections agree with the log.
    pub async fn verify(&self) {
        let output = self.installation.run(&["log", "verify"]).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        assert!(output.out.starts_with("OK: "), "{}", output.out);
    }
}

/// Options without a header.
pub static FREE: &Options = &Options {
    idempotency_key: None,
    if_match: None,
    if_none_match: None,
    as_of: None,
};

/// A name that no other test has.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{}", Uuid::now_v7().simple())
}

/// Makes a member.
pub async fn new_user(client: &Client) -> Result<Reply<client::User>, Error> {
    let new = NewUser::new(format!("{}@fire.test", unique("m")), "Member");
    client.create_user(&new, FREE).await
}

/// Gives a seat.
pub async fn assign(
    client: &Client,
    user: Uuid,
    variant: Uuid,
) -> Result<Reply<Assignment>, Error> {
    let new = testkit::seat(user, variant);
    client.create_assignment(&new, FREE).await
}

/// Starts all calls at the same moment and waits for all.
pub async fn at_once<F>(work: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let work: Vec<F> = work.into_iter().collect();
    let gate = Arc::new(Barrier::new(work.len()));
    let tasks: Vec<_> = work
        .into_iter()
        .map(|one| {
            let gate = Arc::clone(&gate);
            tokio::spawn(async move {
                gate.wait().await;
                one.await
            })
        })
        .collect();
    let all = async {
        let mut ends = Vec::with_capacity(tasks.len());
        for task in tasks {
            ends.push(task.await.unwrap());
        }
        ends
    };
    tokio::time::timeout(CROWD_LIMIT, all).await.unwrap()
}

/// How a call ended, in short: `201`, or `409 LICENSE_CAPACITY_EXCEEDED`.
pub fn ending<T>(answer: &Result<Reply<T>, Error>) -> String {
    match answer {
        Ok(reply) => reply.status.to_string(),
        Err(Error::Problem(problem)) => format!("{} {}", problem.status, problem.code.as_str()),
        Err(other) => other.to_string(),
    }
}

/// The number of calls by ending.
pub type Ends = BTreeMap<String, usize>;

/// Counts the endings of these calls.
pub fn endings<T>(answers: &[Result<Reply<T>, Error>]) -> Ends {
    counted(answers.iter().map(ending).collect())
}

/// Counts these endings.
pub fn counted(all: Vec<String>) -> Ends {
    let mut counted = Ends::new();
    for end in all {
        *counted.entry(end).or_default() += 1;
    }
    counted
}

/// The expected result of `endings`.
pub fn expected<const N: usize>(endings: [(&str, usize); N]) -> Ends {
    let there = endings.into_iter().filter(|(_, count)| *count > 0);
    there.map(|(end, count)| (end.to_owned(), count)).collect()
}

/// The number of calls with this ending.
pub fn times(ends: &Ends, end: &str) -> usize {
    ends.get(end).copied().unwrap_or(0)
}

/// Fails when a call had any other ending than these.
pub fn only(ends: &Ends, allowed: &[&str]) {
    let other = ends.keys().find(|end| !allowed.contains(&end.as_str()));
    assert_eq!(other, None, "besides {allowed:?}: {ends:?}");
}
