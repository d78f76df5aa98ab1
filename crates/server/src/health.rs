//! `quartermaster health`: asks a running service whether it is ready, for containers without a shell.

use crate::run::Failure;
use http_body_util::Empty;
use hyper::{Request, Uri, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use std::{process::ExitCode, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// How long the service may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Reads `/ready` below a base address. Fails unless the answer is 200.
pub async fn ask(url: &str) -> Result<ExitCode, Failure> {
    let base: Uri = url.parse()?;
    let host = base.host().ok_or("the address names no host")?;
    let authority = format!("{host}:{}", base.port_u16().unwrap_or(80));
    let status = timeout(ANSWER_TIMEOUT, readiness(&authority))
        .await
        .map_err(|_| "no answer in time")??;
    println!("{status}");
    Ok(if status == 200 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn readiness(authority: &str) -> Result<u16, Failure> {
    let stream = TcpStream::connect(authority).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::get("/ready")
        .header(HOST, authority)
        .body(Empty::<Bytes>::new())?;
    let status = sender.send_request(request).await?.status().as_u16();
    connection.abort();
    Ok(status)
}
