//! Use cases, one file a resource: what a command reads, then authorize and decide. The
//! [`runner`] does all input and output of a write; reads go to the database with a scope.

pub mod allocation;
pub mod api_key;
pub mod assignment;
pub mod assignment_batch;
pub mod bootstrap;
pub mod caller;
pub mod clock;
pub mod error;
pub mod event;
pub mod event_ticket;
pub mod expected;
pub mod heads;
pub mod home;
pub mod live;
pub mod organization;
pub mod product;
pub mod reactor;
mod read;
pub mod restored;
pub mod role;
pub mod runner;
pub mod session;
pub mod station;
pub mod steady_clock;
pub mod sweep;
pub mod use_case;
pub mod user;
pub mod variant;
pub mod webhook;

pub use caller::Credential;
pub use clock::{Clock, ClockHealth, SystemClock};
pub use error::{Error, Result};
pub use expected::Expected;
pub use heads::Heads;
pub use live::Live;
pub use runner::{Observer, Runner, Settings};
pub use steady_clock::SteadyClock;
pub use use_case::{Answered, Context, Idempotency, Outcome, UseCase};

pub use persistence::{
    AllowedOrigins, ApiKeyFilter, AssignmentFilter, Attempt, Availability, Backlog, Claim,
    Claimant, Delivery, DeliveryStatus, Exchange, Filter, Filters, Health, NewDelivery,
    Options as StoreOptions, Order, OrganizationFilter, Page, PageRequest, Parked, Past,
    PoolFilter, ProductFilter, QueuedMail, Readable, RoleFilter, Scratch, SealedKey, SealedSecrets,
    SessionUse, Settled, SideRecord, SignIn, Since, Sort, StationFilter, Step, Store, StoreError,
    Tables, UnknownSort, UserFilter, VariantFilter, Was, WaysIn, WebhookFilter, WebhookQueue,
    backup,
    log::{AccessChange, EventFilter, Head, LogEnd, LogId, Recorded},
    replay::Report,
};

use std::{collections::BTreeMap, sync::Arc};

/// The application: everything that can be asked of it, over whatever transport.
#[derive(Clone)]
pub struct App {
    store: Store,
    runner: Runner,
    clock: Arc<dyn Clock>,
    live: Arc<Live>,
    heads: Arc<Heads>,
}

impl App {
    /// Starts the application over a migrated database.
    pub fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        settings: Settings,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let live = Arc::new(Live::new(store.clone()));
        let heads = Arc::<Heads>::default();
        let observer = Arc::new(live::Notifier {
            live: Arc::clone(&live),
            heads: Arc::clone(&heads),
            other: observer,
        });
        let runner = Runner::start(store.clone(), clock.clone(), settings, observer);
        Self {
            store,
            runner,
            clock,
            live,
            heads,
        }
    }

    /// The database, for what is not about one resource: readiness, verification.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The same application for operating the service: these reads do not wait for the reads of
    /// callers.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self {
            store: self.store.apart(),
            ..self.clone()
        }
    }

    /// The runner, for its metrics.
    pub const fn runner(&self) -> &Runner {
        &self.runner
    }

    /// The followers of the logs.
    pub const fn live(&self) -> &Arc<Live> {
        &self.live
    }

    /// Where the logs end, as far as this process knows.
    pub const fn heads(&self) -> &Arc<Heads> {
        &self.heads
    }

    /// Another replica may have moved these logs.
    pub fn moved(&self, ends: &BTreeMap<LogId, Head>) {
        self.heads.moved(ends);
        for (log, head) in ends {
            self.live.moved(*log, head.position);
        }
    }

    /// What time it is, and new ids.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Runs a command.
    pub async fn run<C: UseCase>(&self, context: Context, case: C) -> Result<Answered<C::Answer>> {
        self.runner.run(context, case).await
    }

    /// Takes no more commands, ends the ones that wait, and closes the database.
    pub async fn close(self) {
        self.runner.close().await;
        if let Err(error) = self.store.close().await {
            tracing::warn!(%error, "the database did not close well");
        }
    }
}
