//! Liveness and readiness.

use crate::background::Tasks;
use app::App;
use async_trait::async_trait;
use contract::{
    Call, GetHealthReply, GetJwksReply, GetReadinessReply, Health, HealthStatus, Jwk, Jwks,
    OperationsApi, Problem, ProblemCode, ReadinessCheck, ReadinessStatus,
};
use identity::Auth;
use std::{
    fmt::Write,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// How long a check may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// A log whose writes have waited this long is named. It does not make the service unready: other logs
/// are written as usual, and another replica would wait just as long.
const LONG_WAIT: Duration = Duration::from_secs(5);

/// The most logs that are named.
const MAX_NAMED_LOGS: usize = 3;

/// When the checks began, and their results.
type Checked = (Instant, Vec<ReadinessCheck>);

/// Reports whether the service can work.
#[derive(Clone)]
pub struct Readiness {
    app: App,
    auth: Arc<Auth>,
    reactors: Vec<&'static str>,
    tasks: Arc<Tasks>,
    last: Arc<Mutex<Option<Checked>>>,
}

impl Readiness {
    /// Ready while the database is, the clock is right and these tasks run. The lag of these reactors is
    /// reported too.
    pub fn new(app: App, auth: Arc<Auth>, reactors: Vec<&'static str>, tasks: Arc<Tasks>) -> Self {
        Self {
            app,
            auth,
            reactors,
            tasks,
            last: Arc::default(),
        }
    }

    /// The results of all checks. Concurrent requests share one run, so that frequent probes do not
    /// occupy database connections.
    async fn checks(&self) -> Vec<ReadinessCheck> {
        let asked = Instant::now();
        let mut last = self.last.lock().await;
        if let Some((began, checks)) = &*last
            && *began >= asked
        {
            return checks.clone();
        }
        let began = Instant::now();
        let mut checks = vec![
            self.database().await,
            self.migrations().await,
            self.writer().await,
            self.clock(),
            self.background(),
            self.sweep().await,
        ];
        for reactor in &self.reactors {
            checks.push(self.reactor(reactor).await);
        }
        *last = Some((began, checks.clone()));
        checks
    }

    async fn database(&self) -> ReadinessCheck {
        let began = Instant::now();
        let answer = tokio::time::timeout(CHECK_TIMEOUT, self.app.store().ping()).await;
        let (ok, detail) = match answer {
            Ok(Ok(())) => (
                true,
                format!("answers in {} ms", began.elapsed().as_millis()),
            ),
            Ok(Err(_)) => (false, "does not answer".to_owned()),
            Err(_) => (false, "does not answer in time".to_owned()),
        };
        check("database", ok, detail)
    }

    async fn migrations(&self) -> ReadinessCheck {
        let pending =
            tokio::time::timeout(CHECK_TIMEOUT, self.app.store().pending_migrations()).await;
        let (ok, detail) = match pending {
            Ok(Ok(pending)) if pending.is_empty() => (true, "up to date".to_owned()),
            Ok(Ok(pending)) => (false, format!("{} are missing", pending.len())),
            _ => (false, "cannot be read".to_owned()),
        };
        check("migrations", ok, detail)
    }

    /// How far the sweep is behind. A lag does not make the service unready: the seat of a due assignment
    /// is free without the sweep.
    async fn sweep(&self) -> ReadinessCheck {
        let lag = tokio::time::timeout(CHECK_TIMEOUT, self.app.sweep_lag()).await;
        let (ok, detail) = match lag {
            Ok(Ok(lag)) => (true, format!("{} s behind", lag.as_secs())),
            _ => (false, "cannot be read".to_owned()),
        };
        check("sweep", ok, detail)
    }

    /// How far a reactor is behind. A lag, or failing to read it, does not make the service unready: the
    /// events wait in the log, and no request waits for a reactor.
    async fn reactor(&self, name: &str) -> ReadinessCheck {
        let backlog = tokio::time::timeout(CHECK_TIMEOUT, self.app.backlog(name)).await;
        let detail = match backlog {
            Ok(Ok((0, _))) => "0 events behind".to_owned(),
            Ok(Ok((events, age))) => {
                let age = age.as_secs();
                format!("{events} events behind, the oldest for {age} s")
            }
            _ => "cannot be read".to_owned(),
        };
        check(name, true, detail)
    }

    /// Whether the clock of this machine can be trusted.
    fn clock(&self) -> ReadinessCheck {
        let health = self.app.clock().health();
        let detail = match health.ahead {
            None => "was not compared with the database's yet".to_owned(),
            Some(micros) => {
                let seconds = micros.unsigned_abs() as f64 / 1e6;
                let direction = if micros < 0 { "behind" } else { "ahead" };
                format!("{seconds:.3} s {direction}")
            }
        };
        check("clock", health.is_trusted, detail)
    }

    /// Whether every background task runs.
    fn background(&self) -> ReadinessCheck {
        match self.tasks.ended() {
            (count, ended) if ended.is_empty() => {
                check("background", true, format!("{count} tasks run"))
            }
            (_, ended) => check("background", false, format!("ended: {}", ended.join(", "))),
        }
    }

    /// Whether the writer works and changes can be stored. Requests wait for no other background work.
    async fn writer(&self) -> ReadinessCheck {
        let waiting = self.app.runner().waiting();
        let mut detail = format!("{waiting} changes wait");
        let logs = self.app.runner().waiting_logs(LONG_WAIT);
        for (log, age) in logs.iter().take(MAX_NAMED_LOGS) {
            let _ = write!(detail, "; the log {log} for {} s", age.as_secs());
        }
        if logs.len() > MAX_NAMED_LOGS {
            let _ = write!(detail, "; and {} more logs", logs.len() - MAX_NAMED_LOGS);
        }
        if !self.app.runner().is_working() {
            return check("writer", false, format!("stopped; {detail}"));
        }
        let (ok, detail) = match self.app.store().keeps_changes().await {
            Ok(()) => (true, detail),
            Err(why) => (false, format!("cannot keep a change: {why}; {detail}")),
        };
        check("writer", ok, detail)
    }
}

fn check(name: &str, ok: bool, detail: String) -> ReadinessCheck {
    ReadinessCheck {
        name: name.to_owned(),
        ok,
        detail,
    }
}

#[async_trait]
impl OperationsApi for Readiness {
    async fn get_jwks(&self, _: Call) -> Result<GetJwksReply, Problem> {
        let ring = self.auth.signing().ring();
        let keys = ring.jwks().keys.iter().map(|key| Jwk {
            kty: key.kty.to_owned(),
            crv: key.crv.to_owned(),
            kid: key.kid.clone(),
            r#use: key.used_for.to_owned(),
            alg: key.alg.to_owned(),
            x: key.x.clone(),
        });
        let keys = keys.collect();
        Ok(GetJwksReply::ok(Jwks { keys }))
    }

    async fn get_health(&self, _: Call) -> Result<GetHealthReply, Problem> {
        Ok(GetHealthReply::ok(Health {
            status: HealthStatus::Up,
        }))
    }

    async fn get_readiness(&self, _: Call) -> Result<GetReadinessReply, Problem> {
        let checks = self.checks().await;
        if let Some(bad) = checks.iter().find(|check| !check.ok) {
            let detail = format!("{}: {}.", bad.name, bad.detail);
            return Err(Problem::new(ProblemCode::Unavailable, detail));
        }
        let status = ReadinessStatus::Ready;
        Ok(GetReadinessReply::ok(contract::Readiness {
            status,
            checks,
        }))
    }
}
