//! `quartermaster selfcheck`: runs the checks against a service with this configuration.

use crate::{
    api_key::KeySecret,
    cli::Selfcheck,
    config::{Config, DatabaseKind},
    rate_limit::Quotas,
    run::Failure,
    serve,
    wiring::Service,
};
use app::{Clock, Scratch, Store};
use async_trait::async_trait;
use futures_util::{StreamExt, future::BoxFuture};
use mail::Delivery;
use poem::{
    Body, Endpoint, Request as PoemRequest, Response,
    http::{Method, Uri, header},
};
use selfcheck::{
    Fight, Installation, Started,
    isolation::{self, Client, Reply, Request},
    torture,
};
use std::{process::ExitCode, sync::Arc};
use webhook::{Policy, Ports, Reach};

/// The configuration without log lines about the requests and scratch databases of the checks.
pub fn quiet(config: Config) -> Config {
    Config {
        log_level: format!(
            "{},access=off,migration=warn,identity::signing=warn",
            config.log_level
        ),
        ..config
    }
}

/// Runs the requested checks and prints their results.
///
/// # Errors
/// When none was requested, or one cannot be run.
pub async fn run(config: &Config, how: &Selfcheck) -> Result<ExitCode, Failure> {
    if !how.torture && !how.isolation {
        return Err(
            "say what to check: `quartermaster selfcheck` with --torture, --isolation or both"
                .into(),
        );
    }
    let installation = ThisInstallation(for_checks(config));
    let mut passed = true;
    if how.torture {
        let fight = Fight {
            clients: how.clients,
            seats: how.seats,
            rounds: how.rounds,
        };
        passed &= torture(&installation, &fight).await?;
    }
    if how.isolation {
        passed &= isolation::run(&installation).await?;
    }
    match passed {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}

/// The configuration adapted to the checks: no rate limits, a one-time password for the first super
/// admin, no mail, and webhooks may be on this machine, although nothing is sent to them.
fn for_checks(config: &Config) -> Config {
    Config {
        quotas: Quotas {
            address: None,
            account: None,
            organization: None,
            api_key: None,
            log_bytes: None,
        },
        bootstrap_password: None,
        mail: Delivery::Log,
        webhook_policy: Policy {
            reach: Reach::with("127.0.0.1".parse().into_iter().collect()),
            plain_http: true,
            ports: Ports::Any,
        },
        ..config.clone()
    }
}

/// The installation with this configuration.
struct ThisInstallation(Config);

#[async_trait]
impl Installation for ThisInstallation {
    async fn scratch(&self) -> Result<Scratch, Failure> {
        if self.0.database_url.kind() == DatabaseKind::Sqlite {
            std::fs::create_dir_all(&self.0.data_dir)?;
        }
        Ok(Scratch::create(self.0.database_url.reveal()).await?)
    }

    fn stopped(&self) -> Result<BoxFuture<'static, ()>, Failure> {
        Ok(Box::pin(serve::stop_signal()?))
    }

    async fn start(&self, store: Store, clock: Arc<dyn Clock>) -> Result<Started, Failure> {
        let service = Service::start(&self.0, store, clock, KeySecret::random()?).await?;
        let email = &self.0.bootstrap_email;
        match identity::bootstrap(&service.auth, email, None).await {
            Ok(Some(admin)) => Ok(Started {
                client: Box::new(InProcessClient(service.edge(&self.0))),
                app: service.app,
                auth: service.auth,
                admin,
            }),
            failed => {
                service.app.close().await;
                failed?;
                Err("the scratch place is not empty".into())
            }
        }
    }
}

/// A client of a service in this process.
struct InProcessClient<E>(E);

#[async_trait]
impl<E: Endpoint<Output = Response>> Client for InProcessClient<E> {
    async fn send(&self, request: Request<'_>) -> Result<Reply, Failure> {
        let mut made = PoemRequest::builder()
            .method(request.method.parse::<Method>()?)
            .uri(request.target.parse::<Uri>()?)
            .header(header::HOST, "selfcheck.invalid");
        if let Some(authorization) = request.authorization {
            made = made.header(header::AUTHORIZATION, authorization);
        }
        let body = match request.body {
            Some((media, text)) => {
                made = made.header(header::CONTENT_TYPE, media);
                made = made.header(header::CONTENT_LENGTH, text.len());
                Body::from(text)
            }
            None => Body::empty(),
        };
        let reply = self.0.get_response(made.body(body)).await;
        let status = reply.status().as_u16();
        let is_endless = reply.content_type() == Some("text/event-stream");
        let text = match is_endless {
            // An idle stream sends only its beginning.
            true => match reply.into_body().into_bytes_stream().next().await {
                Some(begin) => String::from_utf8(begin?.to_vec())?,
                None => String::new(),
            },
            false => reply.into_body().into_string().await?,
        };
        Ok(Reply { status, text })
    }
}
