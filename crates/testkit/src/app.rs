//! The whole server in the process of a test: edge, contract and application on a database of its
//! own, behind a real socket.

mod actor;
mod clock;
mod conformance;
mod raw;
mod session;

use domain::{ApiKeyId, Scope, api_key::ApiKey};
use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError},
    time::Duration,
};

use app::{App, Clock, Store, StoreOptions, Tables};
use identity::Auth;
use outbound::Webhooks;
use server::{
    api_key::KeySecret,
    config::{Config, Overrides},
    serve,
    wiring::Service,
};
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};
use uuid::Uuid;

pub use actor::{Actor, seat, station_seat};
pub use clock::TestClock;
pub use conformance::check_seen;
pub use raw::{BegunRequest, RawReply, RawRequest};
pub use session::{PASSWORD, Person, SignedIn};

use crate::{database::Database, mail_folder::MailFolder};
use conformance::{Faults, Watched};

/// A fault that stops a test before it began.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A running server. Dropping it fails the test when an answer broke the contract.
pub struct TestApp {
    running: Option<Running>,
    clock: Arc<TestClock>,
    secret: KeySecret,
    bootstrap_user: Uuid,
    bootstrap_key: String,
    bootstrap_password: String,
    http: reqwest::Client,
    faults: Faults,
    mails: MailFolder,
    database: Database,
}

/// The parts that a restart replaces.
struct Running {
    address: SocketAddr,
    app: App,
    auth: Arc<Auth>,
    work: JoinHandle<()>,
    webhooks: Arc<Webhooks>,
    sending: JoinHandle<()>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl TestApp {
    /// Starts a server on an empty database. The expiry sweep is off.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(database: Database) -> Self {
        match Self::try_start(database).await {
            Ok(app) => app,
            Err(fault) => panic!("the server does not start: {fault}"),
        }
    }

    async fn try_start(database: Database) -> Result<Self, Failure> {
        let clock = Arc::new(TestClock::default());
        let secret = KeySecret::from_hex(&"5a".repeat(32))?;
        let faults = Faults::default();
        let mails = MailFolder::new();
        let config = config(database.url(), &mails, &[])?;
        let running = Running::start(&config, &clock, &secret, &faults).await?;
        let (email, password) = (&config.bootstrap_email, config.bootstrap_password.as_ref());
        let made = identity::bootstrap(&running.auth, email, password).await?;
        let made = made.ok_or("the database is not empty")?;
        let password = made.password.ok_or("there is no one-time password")?;
        let found = running
            .app
            .store()
            .find::<ApiKey>(ApiKeyId(made.key.id()), Scope::Everything)
            .await?;
        let stored = found.ok_or("the bootstrap key is not there")?;
        Ok(Self {
            running: Some(running),
            clock,
            secret,
            bootstrap_user: stored.user_id.ok_or("the key is nobody's")?.0,
            bootstrap_key: made.key.reveal().to_owned(),
            bootstrap_password: password.reveal().to_owned(),
            http: reqwest::Client::new(),
            faults,
            mails,
            database,
        })
    }

    /// Stops the server as SIGTERM would and starts another one on the same database.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart(&mut self) {
        self.restart_with(&[]).await;
    }

    /// The same with these settings, by their names in the configuration, in addition to those of tests.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart_with(&mut self, settings: &[(&'static str, &str)]) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        match self.started_with(settings).await {
            Ok(running) => self.running = Some(running),
            Err(fault) => panic!("the server does not start again: {fault}"),
        }
    }

    async fn started_with(&self, settings: &[(&'static str, &str)]) -> Result<Running, Failure> {
        let config = config(self.database.url(), &self.mails, settings)?;
        Running::start(&config, &self.clock, &self.secret, &self.faults).await
    }

    /// Checks that the tables agree with the log, then stops the server.
    ///
    /// # Panics
    /// When they differ, or when an answer broke the contract.
    pub async fn finish(mut self) {
        self.verify().await;
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Checks that the tables agree with the log.
    ///
    /// # Panics
    /// When they differ.
    pub async fn verify(&self) {
        match self.app().store().verify().await {
            Ok(report) => assert!(report.differences.is_empty(), "{:#?}", report.differences),
            Err(fault) => panic!("the log cannot be verified: {fault}"),
        }
    }

    /// The number of events in all logs together.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn position(&self) -> i64 {
        match self.app().store().logs().await {
            Ok(logs) => logs.values().map(|head| head.position).sum(),
            Err(fault) => panic!("the log cannot be read: {fault}"),
        }
    }

    /// Waits until no mail is left to send: the background task that sends changes tables.
    ///
    /// # Panics
    /// When the mails are not sent within ten seconds.
    pub async fn settle(&self) {
        for _ in 0..500 {
            if self.read_tables().await.rows("mails") == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("mails are not sent");
    }

    /// Reads every row of every table that the database has, once all mails
    /// are sent.
    ///
    /// # Panics
    /// When the database does not answer, or mails are not sent.
    pub async fn tables(&self) -> Tables {
        self.settle().await;
        self.read_tables().await
    }

    async fn read_tables(&self) -> Tables {
        match self.app().store().tables().await {
            Ok(tables) => tables,
            Err(fault) => panic!("the tables cannot be read: {fault}"),
        }
    }

    /// Stops sending to webhooks, so that no background task changes the tables.
    ///
    /// # Panics
    /// After the server has been stopped.
    pub async fn stop_sending(&self) {
        self.running().sending.abort();
        while !self.running().sending.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The application behind the server.
    ///
    /// # Panics
    /// After the server has been stopped.
    pub fn app(&self) -> &App {
        &self.running().app
    }

    /// The authentication of the server.
    ///
    /// # Panics
    /// After the server has been stopped.
    pub fn auth(&self) -> &Auth {
        &self.running().auth
    }

    /// Where the server sends its mail.
    pub fn mails(&self) -> &MailFolder {
        &self.mails
    }

    /// The clock of the server.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        self.clock.new_id()
    }

    /// The URL of the database.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// Where the server is, as `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.running().address)
    }

    /// A raw request, without a key.
    pub fn raw(&self, method: &str, target: &str) -> RawRequest {
        RawRequest::new(self.running().address, method, target)
    }

    /// Sends bytes as they are and reads one answer.
    ///
    /// # Panics
    /// When the server does not answer, or not in HTTP.
    pub async fn send_bytes(&self, bytes: &[u8]) -> RawReply {
        raw::exchange(self.running().address, bytes, true).await
    }

    fn running(&self) -> &Running {
        match &self.running {
            Some(running) => running,
            None => panic!("the server has been stopped"),
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.serving.abort();
            running.work.abort();
            running.sending.abort();
        }
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(
            faults.is_empty() || std::thread::panicking(),
            "answers that break the contract:\n{}",
            faults.join("\n")
        );
    }
}

impl Running {
    async fn start(
        config: &Config,
        clock: &Arc<TestClock>,
        secret: &KeySecret,
        faults: &Faults,
    ) -> Result<Self, Failure> {
        let store = migrated(config).await?;
        let service = Service::start(config, store, clock.clone(), secret.clone()).await?;
        let (auth, mails) = (Arc::clone(&service.auth), Arc::clone(&service.mails));
        let work = tokio::spawn(async move {
            tokio::join!(auth.work(), mails.keep_sending());
        });
        let webhooks = Arc::clone(&service.webhooks);
        let sending = tokio::spawn(Arc::clone(&webhooks).work());
        let watched = Watched {
            inner: service.edge(config),
            faults: Arc::clone(faults),
        };
        let listening = serve::bind(&config.listen).await?;
        let address = listening.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let live = Arc::clone(service.app.live());
        let connections = serve::Connections::new(config, Arc::clone(&service.metrics));
        let serving = tokio::spawn(async move {
            let grace = Duration::from_secs(5);
            let stopped = async {
                let _ = stopped.await;
                live.close();
            };
            listening.serve(watched, connections, stopped, grace).await;
            let _ = timeout(grace, live.left()).await;
        });
        Ok(Self {
            address,
            app: service.app,
            auth: service.auth,
            work,
            webhooks,
            sending,
            stop,
            serving,
        })
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.serving.await;
        self.work.abort();
        self.sending.abort();
        let _ = self.sending.await;
        self.webhooks.let_go().await;
        self.app.close().await;
    }
}

async fn migrated(config: &Config) -> Result<Store, Failure> {
    let options = StoreOptions {
        read_connections: 4,
        ..StoreOptions::default()
    };
    let store = Store::connect(config.database_url.reveal(), &options).await?;
    store.migrate().await?;
    Ok(store)
}

/// Of settings of the same name, the last one is used.
fn config(
    database_url: &str,
    mails: &MailFolder,
    settings: &[(&'static str, &str)],
) -> Result<Config, Failure> {
    let mut values = vec![
        ("listen", "127.0.0.1:0".to_owned()),
        ("database_url", database_url.to_owned()),
        // The cheapest password hash, for speed.
        ("password_cost", "m=64,t=1,p=1".to_owned()),
        // The receivers of tests listen there.
        ("webhook_allow_nets", "127.0.0.0/8".to_owned()),
    ];
    let settings = settings.iter();
    values.extend(settings.map(|(name, value)| (*name, (*value).to_owned())));
    // It may hold a password, so there is no flag for it.
    let mail = ("QUARTERMASTER_MAIL_URL".into(), mails.url().into());
    Ok(Config::load(&Overrides { file: None, values }, [mail])?)
}
