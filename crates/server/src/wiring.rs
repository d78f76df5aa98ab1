//! Connects the database, the application and the handlers.

use crate::{
    api_key::KeySecret,
    background::{Background, Tasks},
    config::Config,
    edge::{self, Edge},
    http::{self, AuthGate, Readiness, WebSocketEndpoint},
    log_bytes::LogBytes,
    metrics::{Hashing, Metrics, Seats, VARIANT_SERIES},
    rate_limit::RateLimits,
    reactor_runner,
    run::Failure,
    site,
};
use app::{
    App, Clock, Observer, Settings, Store, StoreOptions, SystemClock, reactor::Reactor,
    sweep::Swept,
};
use contract::{Event, Gate};
use credentials::hasher::Hasher;
use domain::{Fact, Realm};
use identity::{Access, Auth, TASKS, Terms};
use outbound::{
    MailQueue, Webhooks,
    bus::{self, Relay},
    webhooks,
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// Connects to the configured database. With `auto_migrate` it migrates the database; without, a
/// database that is missing or not up to date is refused.
pub async fn open_store(config: &Config) -> Result<Store, Failure> {
    if config.auto_migrate && config.database_url.kind() == crate::config::DatabaseKind::Sqlite {
        std::fs::create_dir_all(&config.data_dir)?;
    }
    let options = StoreOptions {
        read_connections: config.pool_size,
        make_file: config.auto_migrate,
        ..StoreOptions::default()
    };
    let store = Store::connect(config.database_url.reveal(), &options).await?;
    if config.auto_migrate {
        store.migrate().await?;
        return Ok(store);
    }
    let missing = store.pending_migrations().await?;
    let Some(first) = missing.first() else {
        return Ok(store);
    };
    let count = missing.len();
    Err(format!(
        "the database lacks {count} migrations, first {first}: \
         `quartermaster migrate` brings it up to date"
    )
    .into())
}

/// Starts the application over the configured database.
pub async fn open_app(config: &Config, observer: Arc<dyn Observer>) -> Result<App, Failure> {
    let store = open_store(config).await?;
    Ok(start_app(config, store, Arc::new(SystemClock), observer))
}

fn start_app(
    config: &Config,
    store: Store,
    clock: Arc<dyn Clock>,
    observer: Arc<dyn Observer>,
) -> App {
    let settings = Settings {
        queue: config.queue_size,
        ..Settings::default()
    };
    App::start(store, clock, settings, observer)
}

/// The whole service over a database, without listening sockets and background tasks.
pub struct Service {
    /// The application.
    pub app: App,
    /// Authentication.
    pub auth: Arc<Auth>,
    /// Rate limits.
    pub limits: Arc<RateLimits>,
    /// The queue of mails to send.
    pub mails: Arc<MailQueue>,
    /// Sends events to webhooks.
    pub webhooks: Arc<Webhooks>,
    /// The metrics of the process.
    pub metrics: Arc<Metrics>,
    /// The state of the background tasks.
    pub tasks: Arc<Tasks>,
    access: Arc<Access>,
}

impl Service {
    /// Starts the service over a migrated database.
    ///
    /// # Errors
    /// When the configuration is not usable or the database fails.
    pub async fn start(
        config: &Config,
        store: Store,
        clock: Arc<dyn Clock>,
        secret: KeySecret,
    ) -> Result<Self, Failure> {
        let metrics = Arc::new(Metrics::new(config.database_url.kind().as_str()));
        Self::start_measured(config, store, clock, secret, metrics).await
    }

    /// Like [`Service::start`], with given metrics.
    ///
    /// # Errors
    /// When the configuration is not usable or the database fails.
    pub async fn start_measured(
        config: &Config,
        store: Store,
        clock: Arc<dyn Clock>,
        secret: KeySecret,
        metrics: Arc<Metrics>,
    ) -> Result<Self, Failure> {
        let access = Arc::new(Access::default());
        let log_bytes = Arc::new(LogBytes::new(config.quotas.log_bytes));
        let observer = Arc::new(Measured {
            metrics: Arc::clone(&metrics),
            access: Arc::clone(&access),
            log_bytes: Arc::clone(&log_bytes),
        });
        let app = start_app(config, store, clock, observer);
        let from = config.mail_from.clone();
        let mails = MailQueue::new(app.clone(), secret.clone(), &config.mail, from)?;
        let mails = Arc::new(mails);
        let hasher = Hasher::start(config.hasher, Hashing(Arc::clone(&metrics)))?;
        let (known, sent) = (Arc::clone(&access), Arc::clone(&mails));
        let settings = of_identity(config, secret.clone());
        let auth = Auth::new(app.clone(), settings, known, hasher, sent);
        auth.signing().look().await?;
        let (sent, measured) = (Arc::clone(&mails), Arc::clone(&metrics));
        let webhooks = Webhooks::new(app.clone(), sent, measured, of_webhooks(config, secret));
        Ok(Self {
            app,
            auth: Arc::new(auth),
            limits: Arc::new(RateLimits::new(config, log_bytes, Arc::clone(&metrics))),
            mails,
            webhooks: Arc::new(webhooks),
            tasks: Arc::new(Tasks::new(Arc::clone(&metrics))),
            metrics,
            access,
        })
    }

    /// All endpoints, behind the edge.
    pub fn edge(&self, config: &Config) -> Edge<impl poem::Endpoint + use<>> {
        let metrics = || Arc::clone(&self.metrics);
        let operations = self.operations(reactor_names(config));
        let (auth, limits) = (Arc::clone(&self.auth), Arc::clone(&self.limits));
        let operations = WebSocketEndpoint::beside(operations, auth, limits, metrics());
        let site = site::beside(
            operations,
            metrics(),
            sampler(self.app.clone(), Arc::clone(&self.access)),
        );
        edge::around(site, metrics(), Arc::clone(&self.access), config)
    }

    /// The operations of the contract over the application.
    fn operations(
        &self,
        reactors: Vec<&'static str>,
    ) -> impl poem::Endpoint<Output = poem::Response> + use<> {
        let auth = || Arc::clone(&self.auth);
        let limits = || Arc::clone(&self.limits);
        let gate = AuthGate::new(auth(), limits(), Arc::clone(&self.metrics));
        let gate: Arc<dyn Gate> = Arc::new(gate);
        let readiness = Readiness::new(self.app.apart(), auth(), reactors, Arc::clone(&self.tasks));
        let webhooks = Arc::clone(&self.webhooks);
        contract::routes(
            http::apis(self.app.clone(), auth(), limits(), webhooks, readiness),
            gate,
        )
    }
}

impl Service {
    /// Starts the background tasks, without the reactors.
    pub fn background(&self, config: &Config) -> Background {
        let mut background = Background::new(Arc::clone(&self.tasks));
        for (name, work) in TASKS {
            let auth = Arc::clone(&self.auth);
            background.add(name, move || work(Arc::clone(&auth)));
        }
        let mails = Arc::clone(&self.mails);
        background.add("mail", move || {
            let mails = Arc::clone(&mails);
            async move { mails.keep_sending().await }
        });
        let webhooks = Arc::clone(&self.webhooks);
        background.add("webhooks", move || Arc::clone(&webhooks).work());
        let (app, metrics) = (self.app.clone(), Arc::clone(&self.metrics));
        let reactors = reactor_names(config);
        background.add("gauges", move || {
            watch(app.clone(), Arc::clone(&metrics), reactors.clone())
        });
        if let Some(every) = config.sweep_interval {
            let (app, metrics) = (self.app.clone(), Arc::clone(&self.metrics));
            background.add("sweep", move || {
                let metrics = Arc::clone(&metrics);
                let report = move |swept: Swept| metrics.set_sweep(swept.lag, swept.failing);
                app.clone().sweep_every(every, report)
            });
        }
        background
    }

    /// The reactor that sends every event to the configured bus, if there is one.
    ///
    /// # Errors
    /// When a file that it needs cannot be read. An unreachable broker is not an error.
    pub fn relay(&self, config: &Config) -> Result<Option<Reactor<Relay<Event>>>, Failure> {
        let Some(url) = &config.bus else {
            return Ok(None);
        };
        let relay = Relay::new(url.open(relay::Timeouts::default())?, http::event_view);
        let (metrics, reactor) = (Arc::clone(&self.metrics), bus::REACTOR);
        metrics.add_reactor(reactor);
        let measured = Arc::new(reactor_runner::Measured { metrics, reactor });
        Ok(Some(Reactor::new(self.app.clone(), relay, measured)))
    }
}

/// The reactors that this configuration enables.
pub fn reactor_names(config: &Config) -> Vec<&'static str> {
    Vec::from_iter(config.bus.as_ref().map(|_| bus::REACTOR))
}

/// The settings of authentication.
fn of_identity(config: &Config, secret: KeySecret) -> identity::Settings {
    identity::Settings {
        secret,
        terms: Terms {
            public_url: config.public_url.clone(),
            access_token: config.access_token_lifetime,
            idle: config.refresh_idle,
            absolute: config.refresh_absolute,
            invitation: config.invitation_lifetime,
            lockout: config.lockout,
        },
        key_schedule: config.key_schedule,
    }
}

/// The settings of webhooks.
fn of_webhooks(config: &Config, secret: KeySecret) -> webhooks::Settings {
    webhooks::Settings {
        secret,
        policy: config.webhook_policy.clone(),
        public_url: config.public_url.clone(),
        show: |event| json!(http::event_view(event)),
    }
}

/// The configured secret, or the one in the data folder, which is created when it is missing.
pub fn key_secret(config: &Config) -> Result<KeySecret, Failure> {
    if let Some(secret) = &config.api_key_secret {
        return Ok(secret.clone());
    }
    std::fs::create_dir_all(&config.data_dir)?;
    Ok(KeySecret::load_or_create(&config.key_secret_file())?)
}

/// The configured secret, or the one in the data folder, which must exist.
pub fn known_secret(config: &Config) -> Result<KeySecret, Failure> {
    match &config.api_key_secret {
        Some(secret) => Ok(secret.clone()),
        None => KeySecret::load(&config.key_secret_file()).map_err(|fault| {
            format!("the root secret is needed, as it was when the backup was made: {fault}").into()
        }),
    }
}

/// Where the secret is kept, as text for people.
pub fn secret_source(config: &Config) -> String {
    match config.api_key_secret {
        Some(_) => "the configured API key secret".to_owned(),
        None => config.key_secret_file().display().to_string(),
    }
}

/// Passes what the runner reports on to the metrics, to the cache of callers and to the byte limits.
pub struct Measured {
    /// The metrics of the process.
    pub metrics: Arc<Metrics>,
    /// The cache of what callers may do.
    pub access: Arc<Access>,
    /// The bytes that were appended to logs.
    pub log_bytes: Arc<LogBytes>,
}

impl Observer for Measured {
    fn appended(&self, bytes: &BTreeMap<Realm, u64>) {
        self.metrics.appended_bytes(bytes.values().sum());
        self.log_bytes.appended(bytes);
    }

    fn batch(&self, commands: usize, events: usize, took: Duration) {
        self.metrics.batch_committed(commands);
        self.metrics.batch_took(took);
        self.metrics.appended(events as u64);
    }

    fn retried(&self) {
        self.metrics.retried();
    }

    fn abandoned(&self, commands: usize) {
        self.metrics.writes_abandoned(commands);
    }

    fn access_changed(&self, facts: &[Fact]) {
        self.access.access_changed(facts);
    }
}

/// Logs whose oldest write has waited less are left out: short waits are normal.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// Sets the gauges that are sampled when the metrics are read.
pub fn sampler(app: App, access: Arc<Access>) -> impl Fn(&Metrics) + Send + Sync + 'static {
    let began = Instant::now();
    move |metrics| {
        let (connections, idle) = app.store().read_pool();
        metrics.set_pool(connections, u32::try_from(idle).unwrap_or(u32::MAX));
        let (connections, idle) = app.store().write_pool();
        metrics.set_write_pool(connections, u32::try_from(idle).unwrap_or(u32::MAX));
        metrics.set_queue_length(app.runner().waiting());
        let (faults, current) = app.store().write_faults();
        let faults = faults.map(|(fault, count)| (fault.as_str(), count));
        metrics.set_write_faults(faults, current.is_none());
        metrics.set_watch_age(access.age().unwrap_or_else(|| began.elapsed()));
        metrics.set_clock_ahead(app.clock().health().ahead.unwrap_or(0));
        let waiting = app.runner().waiting_logs(LONG_WAIT).into_iter();
        let named: Vec<_> = waiting.map(|(log, age)| (log.to_string(), age)).collect();
        metrics.set_waiting_logs(&named);
    }
}

/// How often the gauges that need a database query are refreshed.
const REFRESH_EVERY: Duration = Duration::from_secs(10);

/// Refreshes the gauges of seats by variant, log positions, the mail queue and the lag of these
/// reactors, until the task is dropped. A failure of one does not keep the others from being
/// refreshed.
pub async fn watch(app: App, metrics: Arc<Metrics>, reactors: Vec<&'static str>) {
    loop {
        let results = [
            refresh_logs(&app, &metrics).await,
            refresh_seats(&app, &metrics).await,
            refresh_mails(&app, &metrics).await,
            refresh_reactors(&app, &metrics, &reactors).await,
        ];
        for error in results.into_iter().filter_map(Result::err) {
            tracing::debug!(%error, "a gauge could not be brought up to date");
        }
        tokio::time::sleep(REFRESH_EVERY).await;
    }
}

async fn refresh_logs(app: &App, metrics: &Metrics) -> app::Result<()> {
    let logs = app.store().log_ends().await?;
    let events: i64 = logs.values().map(|end| end.position).sum();
    metrics.set_events(u64::try_from(events).unwrap_or(0));
    let heads = logs.values().filter_map(|end| end.head);
    metrics.set_log_size(heads.map(|head| head.bytes).sum());
    Ok(())
}

async fn refresh_seats(app: &App, metrics: &Metrics) -> app::Result<()> {
    let seats = app.store().limited_variants(VARIANT_SERIES as u64).await?;
    metrics.set_seats(seats.into_iter().map(|(product, variant)| Seats {
        product: product.as_str().to_owned(),
        variant: variant.key.as_str().to_owned(),
        active: variant.active_count,
        capacity: variant.capacity.map(i64::from),
    }));
    Ok(())
}

async fn refresh_mails(app: &App, metrics: &Metrics) -> app::Result<()> {
    let (mails, oldest) = app.store().mail_queue().await?;
    let now = app.clock().now().micros();
    let waited = oldest.map_or(0, |queued| now - queued.micros());
    let waited = Duration::from_micros(u64::try_from(waited).unwrap_or(0));
    metrics.set_mail_queue(mails, waited);
    Ok(())
}

async fn refresh_reactors(
    app: &App,
    metrics: &Metrics,
    reactors: &[&'static str],
) -> app::Result<()> {
    for reactor in reactors {
        let (behind, _) = app.backlog(reactor).await?;
        metrics.set_reactor_lag(reactor, behind);
    }
    Ok(())
}
