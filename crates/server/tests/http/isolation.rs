//! The proof that foreign resources are unreachable, over HTTP, and that it detects
//! violations. The proof is the one of `quartermaster selfcheck --isolation`.

use crate::harness::cases;
use async_trait::async_trait;
use selfcheck::{
    Failure,
    isolation::{
        Client, Findings, Reply, Request, Service, Tenant, foreigners, keep_out,
        others_are_kept_out, reach, requests_reach, the_suspended_are_kept_out,
    },
};
use serde_json::json;
use std::sync::{
    OnceLock,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use testkit::TestApp;

cases![
    foreign_resources_are_unreachable,
    users_of_a_suspended_tenant_reach_nothing,
    the_requests_of_the_proof_reach_their_resources,
    answers_that_leak_data_are_found on Sqlite,
    an_unauthorized_change_is_found on Sqlite,
    requests_that_reach_nothing_are_found on Sqlite,
];

/// The socket of the server.
struct Socket<'a>(&'a TestApp);

#[async_trait]
impl Client for Socket<'_> {
    async fn send(&self, asked: Request<'_>) -> Result<Reply, Failure> {
        let mut request = self.0.raw(asked.method, asked.target);
        if let Some(authorization) = asked.authorization {
            request = request.header("Authorization", authorization);
        }
        if let Some((media, body)) = asked.body {
            request = request.body(media, body);
        }
        let reply = request.send().await;
        Ok(Reply {
            status: reply.status,
            text: reply.text(),
        })
    }

    async fn settle(&self) -> Result<(), Failure> {
        self.0.settle().await;
        Ok(())
    }
}

/// Runs `check` against the server, through the socket.
async fn with<T>(
    app: &TestApp,
    client: &dyn Client,
    check: impl AsyncFnOnce(&Service<'_>) -> Result<T, Failure>,
) -> T {
    app.stop_sending().await;
    let (admin_email, admin_password) = app.bootstrap_login();
    let service = Service {
        client,
        app: app.app(),
        auth: app.auth(),
        clock: app.clock(),
        admin_key: &app.super_admin().key,
        admin_email,
        admin_password,
        asked: AtomicUsize::new(0),
    };
    check(&service).await.unwrap()
}

fn is_without_fault(findings: &Findings) {
    assert!(findings.faults.is_empty(), "{}", findings.faults.join("\n"));
    assert!(findings.requests > findings.operations, "{findings:?}");
}

async fn foreign_resources_are_unreachable(app: &mut TestApp) {
    is_without_fault(&with(app, &Socket(app), others_are_kept_out).await);
}

async fn users_of_a_suspended_tenant_reach_nothing(app: &mut TestApp) {
    is_without_fault(&with(app, &Socket(app), the_suspended_are_kept_out).await);
}

async fn the_requests_of_the_proof_reach_their_resources(app: &mut TestApp) {
    is_without_fault(&with(app, &Socket(app), requests_reach).await);
}

/// How a faulty server violates the rules.
enum Wrong {
    /// It gives this answer and does nothing.
    Answer(u16, String),
    /// It executes the request as the super admin.
    Obedience,
}

/// Keeps to the rules before `begin` is called, and after it where `wrong` gives `None`.
struct FaultyServer<'a, W> {
    socket: Socket<'a>,
    begins: AtomicBool,
    wrong: W,
}

impl<'a, W> FaultyServer<'a, W>
where
    W: Fn(&Request<'_>) -> Option<Wrong> + Sync,
{
    fn new(app: &'a TestApp, wrong: W) -> Self {
        Self {
            socket: Socket(app),
            begins: AtomicBool::new(false),
            wrong,
        }
    }

    fn begin(&self) {
        self.begins.store(true, Ordering::SeqCst);
    }

    /// The findings of the proof.
    async fn findings(&self) -> Findings {
        let check = async |service: &Service<'_>| {
            let tenant = Tenant::new(service).await?;
            let callers = foreigners(service).await?;
            self.begin();
            keep_out(service, &tenant, &callers).await
        };
        with(self.socket.0, self, check).await
    }
}

#[async_trait]
impl<W: Fn(&Request<'_>) -> Option<Wrong> + Sync> Client for FaultyServer<'_, W> {
    async fn send(&self, asked: Request<'_>) -> Result<Reply, Failure> {
        let begins = self.begins.load(Ordering::SeqCst);
        match begins.then(|| (self.wrong)(&asked)).flatten() {
            None => self.socket.send(asked).await,
            Some(Wrong::Answer(status, text)) => Ok(Reply { status, text }),
            Some(Wrong::Obedience) => {
                let key = format!("Bearer {}", self.socket.0.super_admin().key);
                let authorization = Some(key.as_str());
                let asked = Request {
                    authorization,
                    ..asked
                };
                self.socket.send(asked).await
            }
        }
    }

    async fn settle(&self) -> Result<(), Failure> {
        self.socket.settle().await
    }
}

/// Fails unless a fault begins and ends like this.
fn has_fault(findings: &Findings, begin: &str, end: &str) {
    let mut faults = findings.faults.iter();
    let has_fault = faults.any(|fault| fault.starts_with(begin) && fault.ends_with(end));
    assert!(
        has_fault,
        "{begin} … {end} is not in {:#?}",
        findings.faults
    );
}

async fn answers_that_leak_data_are_found(app: &mut TestApp) {
    // The tenant's station is requested before the unknown one that is compared with it.
    let station = OnceLock::new();
    let faulty = FaultyServer::new(app, |asked| {
        let target = asked.target.trim_start_matches("/api/v1");
        let text = json!({"leaked": target}).to_string();
        let answer = |status| Some(Wrong::Answer(status, text.clone()));
        match (asked.method, target) {
            ("GET", target) if target.starts_with("/users?stationId=") => answer(200),
            ("GET", target) if target.starts_with("/products/") => answer(200),
            ("GET", target) if target.starts_with("/stations/") => {
                let known = station.get_or_init(|| target.to_owned());
                (target == known).then(|| answer(404)).flatten()
            }
            _ => None,
        }
    });
    let findings = faulty.findings().await;
    let id = station.get().unwrap().trim_start_matches("/stations/");
    let filtered = format!("a foreign partner, GET /api/v1/users?stationId={id}: ");
    has_fault(&findings, &filtered, &format!("it shows {id}"));
    let product = "a foreign partner, GET /api/v1/products/";
    has_fault(&findings, product, "\"}");
    assert!(
        findings
            .faults
            .iter()
            .any(|fault| fault.contains(": 200, not 404: {"))
    );
    let station = format!("a foreign partner, GET /api/v1/stations/{id}: ");
    has_fault(
        &findings,
        &format!("{station}{{\"leaked\":\"/stations/{id}\"}}, and of what is not there"),
        ")",
    );
    assert_eq!(findings.changes, 0);
}

async fn an_unauthorized_change_is_found(app: &mut TestApp) {
    let faulty = FaultyServer::new(app, |asked| {
        let is_leak = asked.method == "PUT" && asked.target.starts_with("/api/v1/stations/");
        is_leak.then_some(Wrong::Obedience)
    });
    let findings = faulty.findings().await;
    let caller = "a foreign partner by token";
    let put = format!("{caller}, PUT /api/v1/stations/");
    assert!(findings.changes > 0, "{findings:#?}");
    for begin in [
        put,
        format!("{caller} changed + stations: "),
        format!("{caller} changed + events: "),
    ] {
        has_fault(&findings, &begin, "");
    }
    // Later requests are not reported because of it.
    assert!(
        findings
            .faults
            .iter()
            .all(|fault| fault.starts_with(caller)),
        "{findings:#?}"
    );
}

async fn requests_that_reach_nothing_are_found(app: &mut TestApp) {
    let faulty = FaultyServer::new(app, |_| Some(Wrong::Answer(404, String::new())));
    let check = async |service: &Service<'_>| {
        let tenant = Tenant::new(service).await?;
        faulty.begin();
        reach(service, &tenant).await
    };
    let findings = with(app, &faulty, check).await;
    for (begin, end) in [
        (
            "the super admin, GET /api/v1/users/me: ",
            "404, not one of [200]: ",
        ),
        (
            "its partner, GET /api/v1/users/me: ",
            "404, not one of [200]: ",
        ),
        (
            "its session, DELETE /api/v1/auth/sessions/",
            "404, not one of [204]: ",
        ),
        (
            "the super admin, DELETE /api/v1/users/",
            "404, not one of [200, 201, 204, 400, 409]: ",
        ),
        ("no change of events was seen", ""),
    ] {
        has_fault(&findings, begin, end);
    }
}
