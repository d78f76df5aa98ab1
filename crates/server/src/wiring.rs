//! Joins database, application and handlers.

use crate::{
    api_key::KeySecret,
    background::{Background, Tasks},
    config::Config,
    edge::{self, Edge},
    http::{self, AuthGate, Door, Readiness},
    log_bytes::LogBytes,
    metrics::{Hashing, Metrics, Seats, VARIANT_SERIES},
    rate_limit::RateLimits,
    reactors,
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

/// Connects to the database of the configuration, and brings it up to date when it may. When it may
/// not, a database that is not there or not up to date is refused.
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

/// Starts the application over the database of the configuration.
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

/// The whole service over a database, but for the sockets and for what it does of its own accord.
pub struct Service {
    /// The application.
    pub app: App,
    /// Who somebody is.
    pub auth: Arc<Auth>,
    /// How much callers may ask for.
    pub limits: Arc<RateLimits>,
    /// What sends mail.
    pub mails: Arc<MailQueue>,
    /// What sends events to webhooks.
    pub webhooks: Arc<Webhooks>,
    /// What is scraped.
    pub metrics: Arc<Metrics>,
    /// What works behind the requests.
    pub tasks: Arc<Tasks>,
    access: Arc<Access>,
}

impl Service {
    /// Starts it over a migrated database.
    ///
    /// # Errors
    /// When the configuration or the database does not let it.
    pub async fn start(
        config: &Config,
        store: Store,
        clock: Arc<dyn Clock>,
        secret: KeySecret,
    ) -> Result<Self, Failure> {
        let metrics = Arc::new(Metrics::new(config.database_url.kind().as_str()));
        Self::start_measured(config, store, clock, secret, metrics).await
    }

    /// The same, with metrics that there are already.
    ///
    /// # Errors
    /// When the configuration or the database does not let it.
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

    /// All that is served, behind the edge.
    pub fn edge(&self, config: &Config) -> Edge<impl poem::Endpoint + use<>> {
        let metrics = || Arc::clone(&self.metrics);
        let operations = self.operations(reactor_names(config));
        let (auth, limits) = (Arc::clone(&self.auth), Arc::clone(&self.limits));
        let operations = Door::beside(operations, auth, limits, metrics());
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
    /// Begins what works behind the requests, but for the reactors.
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
                let told = move |swept: Swept| metrics.set_sweep(swept.lag, swept.failing);
                app.clone().sweep_every(every, told)
            });
        }
        background
    }

    /// What gives every event to the bus of the configuration, when there is one.
    ///
    /// # Errors
    /// When a file that it needs cannot be read. A broker that is not there is none.
    pub fn relay(&self, config: &Config) -> Result<Option<Reactor<Relay<Event>>>, Failure> {
        let Some(url) = &config.bus else {
            return Ok(None);
        };
        let relay = Relay::new(url.open(relay::Timeouts::default())?, http::event_view);
        let (metrics, reactor) = (Arc::clone(&self.metrics), bus::REACTOR);
        metrics.add_reactor(reactor);
        let figures = Arc::new(reactors::Measured { metrics, reactor });
        Ok(Some(Reactor::new(self.app.clone(), relay, figures)))
    }
}

/// The reactors that work by this configuration.
pub fn reactor_names(config: &Config) -> Vec<&'static str> {
    Vec::from_iter(config.bus.as_ref().map(|_| bus::REACTOR))
}

/// What the configuration says of who may call.
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

/// What the configuration says of webhooks.
fn of_webhooks(config: &Config, secret: KeySecret) -> webhooks::Settings {
    webhooks::Settings {
        secret,
        policy: config.webhook_policy.clone(),
        public_url: config.public_url.clone(),
        show: |event| json!(http::event_view(event)),
    }
}

/// The secret of the configuration, or the one in the data folder, made when it is not there.
pub fn key_secret(config: &Config) -> Result<KeySecret, Failure> {
    if let Some(secret) = &config.api_key_secret {
        return Ok(secret.clone());
    }
    std::fs::create_dir_all(&config.data_dir)?;
    Ok(KeySecret::load_or_create(&config.key_secret_file())?)
}

/// The secret of the configuration, or the one in the data folder, which has to be there.
pub fn known_secret(config: &Config) -> Result<KeySecret, Failure> {
    match &config.api_key_secret {
        Some(secret) => Ok(secret.clone()),
        None => KeySecret::load(&config.key_secret_file()).map_err(|fault| {
            format!("the root secret is needed, as it was when the backup was made: {fault}").into()
        }),
    }
}

/// Where the secret is kept, for people.
pub fn secret_source(config: &Config) -> String {
    match config.api_key_secret {
        Some(_) => "the configured API key secret".to_owned(),
        None => config.key_secret_file().display().to_string(),
    }
}

/// Tells the metrics what the runner does, and those who remember callers what changes about them.
pub struct Measured {
    /// What is scraped.
    pub metrics: Arc<Metrics>,
    /// What is remembered of callers.
    pub access: Arc<Access>,
    /// What is counted of the bytes in the logs.
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

/// Writes that have waited less are not measured: some always wait for a moment.
const WAITS_LONG: Duration = Duration::from_secs(1);

/// Sets the gauges that nobody else keeps up to date, when the metrics are read.
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
        let waiting = app.runner().waiting_logs(WAITS_LONG).into_iter();
        let named: Vec<_> = waiting.map(|(log, age)| (log.to_string(), age)).collect();
        metrics.set_waiting_logs(&named);
    }
}

/// How often the gauges are brought up to date that take a look into the database.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Keeps the seats by variant, the position of the log, the queue of mails and the lag of these
/// reactors up to date, until the task is dropped. Each by itself: what cannot be read for one is no
/// matter for the others.
pub async fn watch(app: App, metrics: Arc<Metrics>, reactors: Vec<&'static str>) {
    loop {
        let looked = [
            look_at_logs(&app, &metrics).await,
            look_at_seats(&app, &metrics).await,
            look_at_mails(&app, &metrics).await,
            look_at_reactors(&app, &metrics, &reactors).await,
        ];
        for error in looked.into_iter().filter_map(Result::err) {
            tracing::debug!(%error, "a gauge could not be brought up to date");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn look_at_logs(app: &App, metrics: &Metrics) -> app::Result<()> {
    let logs = app.store().log_ends().await?;
    let events: i64 = logs.values().map(|end| end.position).sum();
    metrics.set_events(u64::try_from(events).unwrap_or(0));
    let heads = logs.values().filter_map(|end| end.head);
    metrics.set_log_size(heads.map(|head| head.bytes).sum());
    Ok(())
}

async fn look_at_seats(app: &App, metrics: &Metrics) -> app::Result<()> {
    let seats = app.store().limited_variants(VARIANT_SERIES as u64).await?;
    metrics.set_seats(seats.into_iter().map(|(product, variant)| Seats {
        product: product.as_str().to_owned(),
        variant: variant.key.as_str().to_owned(),
        active: variant.active_count,
        capacity: variant.capacity.map(i64::from),
    }));
    Ok(())
}

async fn look_at_mails(app: &App, metrics: &Metrics) -> app::Result<()> {
    let (mails, oldest) = app.store().mail_queue().await?;
    let now = app.clock().now().micros();
    let waited = oldest.map_or(0, |queued| now - queued.micros());
    let waited = Duration::from_micros(u64::try_from(waited).unwrap_or(0));
    metrics.set_mail_queue(mails, waited);
    Ok(())
}

async fn look_at_reactors(
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
