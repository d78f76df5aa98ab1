//! Messages into Redis streams.
use std::num::NonZeroU64;

use ::redis::{
    AsyncConnectionConfig, ErrorKind, Pipeline, RedisConnectionInfo, RedisError, ServerErrorKind,
    aio::MultiplexedConnection,
};
use async_trait::async_trait;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::Mutex,
    task::JoinHandle,
    time::timeout,
};

use crate::{
    bus::{Bus, BusError, Message, Timeouts},
    wire::Wire,
};

/// One Redis stream for each log, `<prefix>:<log>`. An entry has the fields `id`, `type`, `position`
/// and `data`, and the oldest entries of a long stream are forgotten.
///
/// A batch is one transaction, so that nothing of it stays where it was refused or the connection
/// broke in the middle. Only a key that is no stream does not hold the rest back.
///
/// Redis answers when it has the messages in memory, and keeps them through its own end only with
/// `appendonly yes`: with `appendfsync always` they are on the disk before the answer, with
/// `everysec` (its default) a crash of the machine can lose a second of them. Replicas get them
/// after the answer, so a failover can lose some in any case.
pub(crate) struct RedisBus {
    wire: Wire,
    database: u16,
    prefix: String,
    maxlen: NonZeroU64,
    timeouts: Timeouts,
    idle: Mutex<Option<Link>>,
}

/// An open connection and the task that reads and writes it.
struct Link {
    connection: MultiplexedConnection,
    driver: JoinHandle<()>,
}

impl Drop for Link {
    /// Without this, a server that reads no more would keep the task for ever.
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl RedisBus {
    pub(crate) fn new(
        wire: Wire,
        database: u16,
        prefix: String,
        maxlen: NonZeroU64,
        timeouts: Timeouts,
    ) -> Self {
        Self {
            wire,
            database,
            prefix,
            maxlen,
            timeouts,
            idle: Mutex::new(None),
        }
    }

    async fn connect(&self) -> Result<Link, BusError> {
        let connecting = async {
            match &self.wire.tls {
                Some(by) => self.greet(self.wire.tls(by).await?).await,
                None => self.greet(self.wire.tcp().await?).await,
            }
        };
        let limit = self.timeouts.connect;
        let connected = timeout(limit, connecting).await;
        let connected = connected.map_err(|_| BusError::too_slow("connect", limit))?;
        connected.map_err(|error| self.error(&error))
    }

    async fn greet<S>(&self, stream: S) -> Result<Link, RedisError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let server = &self.wire.server;
        let mut login = RedisConnectionInfo::default()
            .set_db(self.database.into())
            .set_skip_set_lib_name();
        if !server.user.is_empty() {
            login = login.set_username(&server.user);
        }
        if !server.password.is_empty() {
            login = login.set_password(server.password.as_str());
        }
        // The whole batch has a limit of its own.
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let (connection, driver) =
            MultiplexedConnection::new_with_config(&login, stream, config).await?;
        let driver = tokio::spawn(driver);
        let mut link = Link { connection, driver };
        // Without a login that it needs, the server answers this, and hangs up at a longer command.
        ::redis::cmd("PING")
            .exec_async(&mut link.connection)
            .await?;
        Ok(link)
    }

    fn batch(&self, messages: &[Message]) -> Pipeline {
        let mut batch = ::redis::pipe();
        batch.atomic();
        for message in messages {
            batch
                .cmd("XADD")
                .arg(format!("{}:{}", self.prefix, message.log))
                .arg("MAXLEN")
                .arg("~")
                .arg(self.maxlen.get())
                .arg("*")
                .arg("id")
                .arg(message.id.to_string())
                .arg("type")
                .arg(&message.kind)
                .arg("position")
                .arg(message.position)
                .arg("data")
                .arg(&message.body)
                .ignore();
        }
        batch
    }

    fn error(&self, error: &RedisError) -> BusError {
        let cause = self.wire.without_password(&error.to_string());
        if may_pass(error) {
            BusError::Unavailable(cause)
        } else {
            BusError::Refused(cause)
        }
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn publish(&self, messages: &[Message]) -> Result<(), BusError> {
        if messages.is_empty() {
            return Ok(());
        }
        let mut idle = self.idle.lock().await;
        // Taken out, so that a connection on which something failed, or was cut short, is not used
        // again.
        let mut link = match idle.take().filter(|link| !link.driver.is_finished()) {
            Some(link) => link,
            None => self.connect().await?,
        };
        let limit = self.timeouts.confirm;
        let batch = self.batch(messages);
        let sent = timeout(limit, batch.exec_async(&mut link.connection)).await;
        let sent = sent.map_err(|_| BusError::too_slow("take the messages", limit))?;
        sent.map_err(|error| self.error(&error))?;
        *idle = Some(link);
        Ok(())
    }
}

/// Whether it is about the server's state or the way to it, and not about what was asked.
fn may_pass(error: &RedisError) -> bool {
    match error.kind() {
        ErrorKind::Io => true,
        ErrorKind::Server(kind) => matches!(
            kind,
            ServerErrorKind::BusyLoading
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ReadOnly
        ),
        _ => false,
    }
}
