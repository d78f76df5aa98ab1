//! Answers requests from the bind of the address until the service has started: the process is alive
//! and not ready.

use std::{
    future::Future,
    net::SocketAddr,
    pin::{Pin, pin},
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Instant,
};

use app::Live;
use contract::{GetHealthReply, Health, HealthStatus, Problem, ProblemCode};
use identity::Access;
use poem::{Endpoint, IntoResponse, Request, Response, Result, http::Method};
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

use crate::{
    config::Config,
    edge::{self, Edge},
    metrics::Metrics,
    run::{CLOSE_WITHIN, Failure},
    serve::{self, Connections, Drained},
};

/// The bound address. Requests are answered by [`Starting`] until the service has started.
pub struct Front<E> {
    address: SocketAddr,
    backend: Arc<Backend<E>>,
    serving: JoinHandle<Drained>,
    stop: oneshot::Sender<()>,
    signal: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl<E: Endpoint<Output = Response> + 'static> Front<E> {
    /// Binds the configured address and begins to answer.
    ///
    /// # Errors
    /// When the address cannot be bound, or signals cannot be handled.
    pub async fn open(
        config: &Config,
        metrics: Arc<Metrics>,
    ) -> std::result::Result<Self, Failure> {
        // Before the address is bound, so that no signal is missed.
        let signal = Box::pin(serve::stop_signal()?);
        let listening = serve::bind(&config.listen).await?;
        let address = listening.address();
        let connections = Connections::new(config, Arc::clone(&metrics));
        let backend = Arc::new(Backend::new(config, metrics));
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        let (service, grace) = (Arc::clone(&backend), config.shutdown_grace);
        let serving = tokio::spawn(listening.serve(service, connections, stopped, grace));
        tracing::info!(%address, "listening");
        Ok(Self {
            address,
            backend,
            serving,
            stop,
            signal,
        })
    }

    /// Runs a part of the start that can be cancelled anywhere. `None` if a signal was received first.
    pub async fn unless_stopped<T>(&mut self, part: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.signal.as_mut() => None,
            done = part => Some(done),
        }
    }

    /// Runs a part of the start that prints secrets once: after a signal it may go on for
    /// [`CLOSE_WITHIN`], so that what it created is printed. `None` if a signal was received.
    pub async fn with_grace_unless_stopped<T>(
        &mut self,
        part: impl Future<Output = T>,
    ) -> Option<T> {
        let mut part = pin!(part);
        tokio::select! {
            biased;
            done = part.as_mut() => return Some(done),
            () = self.signal.as_mut() => {}
        }
        let _ = timeout(CLOSE_WITHIN, part).await;
        None
    }

    /// Stops before the service has started.
    pub async fn stop(self) -> ExitCode {
        tracing::info!("stopped before it served");
        let _ = self.stop.send(());
        let _ = self.serving.await;
        ExitCode::SUCCESS
    }

    /// Serves requests by the service until SIGTERM or SIGINT; then lets running requests finish.
    ///
    /// # Errors
    /// When the task that serves panicked.
    pub async fn serve(
        self,
        service: E,
        live: Arc<Live>,
        config: &Config,
        started: Instant,
    ) -> std::result::Result<ExitCode, Failure> {
        // Cannot fail: the service is set only here.
        let _ = self.backend.service.set(service);
        tracing::info!(
            address = %self.address,
            database = %config.database_url,
            version = env!("CARGO_PKG_VERSION"),
            ready_after_ms = started.elapsed().as_millis() as u64,
            "serving"
        );
        self.signal.await;
        // Followers of events would otherwise never end.
        live.close();
        let _ = self.stop.send(());
        match self.serving.await? {
            Drained::All => tracing::info!("stopped"),
            Drained::CutOff(connections) => {
                tracing::warn!(connections, "stopped before every request was answered");
            }
        }
        // Upgraded WebSockets are not counted by `serving`.
        if timeout(CLOSE_WITHIN, live.left()).await.is_err() {
            tracing::warn!("stopped before every follower of events was told");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The endpoint of the address: the service, once it is set.
struct Backend<E> {
    starting: Edge<Starting>,
    service: OnceLock<E>,
}

impl<E> Backend<E> {
    fn new(config: &Config, metrics: Arc<Metrics>) -> Self {
        Self {
            starting: edge::around(Starting, metrics, Arc::new(Access::default()), config),
            service: OnceLock::new(),
        }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Backend<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match self.service.get() {
            Some(service) => service.call(request).await,
            None => self.starting.call(request).await,
        }
    }
}

/// Answers while the service starts.
struct Starting;

impl Endpoint for Starting {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let detail = match request.uri().path() {
            "/health" if request.method() == Method::GET => {
                let status = HealthStatus::Up;
                return Ok(GetHealthReply::ok(Health { status }).into_response());
            }
            "/ready" => "migrations: migrating.",
            _ => "The service is migrating its database; try again when it is ready.",
        };
        Ok(Problem::new(ProblemCode::Unavailable, detail).into_response())
    }
}
