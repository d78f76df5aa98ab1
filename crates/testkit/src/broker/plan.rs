//! The command line of each broker.
use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::port;

/// A program with its arguments and environment.
pub(super) struct Plan {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    /// The request that it answers with `PONG` when it can serve; without one, accepting connections is enough.
    pub(super) question: Option<&'static str>,
    pub(super) variables: Vec<(&'static str, String)>,
}

impl Plan {
    /// RabbitMQ with the user `qm`, whose password is `right`.
    ///
    /// It finds its own node through epmd, and would start an epmd that never ends. So one is run
    /// beside it, on a port of its own.
    pub(super) fn rabbit(folder: &Path, port: u16, tls_port: Option<u16>) -> Result<Self, String> {
        let missing = "RabbitMQ (`apt-get install rabbitmq-server` brings it)";
        let program = program("rabbitmq-server").ok_or(missing)?;
        let epmd = self::program("epmd").ok_or(missing)?;
        let at = |name: &str| folder.join(name).display().to_string();
        fs::write(at("plugins"), "[].\n").unwrap();
        fs::write(at("rabbitmq.conf"), rabbit_settings(folder, port, tls_port)).unwrap();
        let variables = vec![
            ("BESIDE", epmd.display().to_string()),
            ("HOME", at("")),
            ("ERL_EPMD_ADDRESS", "127.0.0.1".to_owned()),
            ("ERL_EPMD_PORT", port::free().to_string()),
            ("RABBITMQ_CONFIG_FILE", at("rabbitmq.conf")),
            ("RABBITMQ_CONF_ENV_FILE", at("none")),
            ("RABBITMQ_DIST_PORT", port::free().to_string()),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", at("plugins")),
            ("RABBITMQ_LOG_BASE", at("logs")),
            ("RABBITMQ_MNESIA_BASE", at("data")),
            ("RABBITMQ_NODENAME", format!("qm{port}@localhost")),
            // Idle schedulers sleep: the tests need the processor.
            (
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "+sbwt none +sbwtdcpu none +sbwtdio none".to_owned(),
            ),
            // The script is replaced by the broker (`exec`), so that the process id is that of the broker.
            ("RUNNING_UNDER_SYSTEMD", "true".to_owned()),
        ];
        Ok(Self {
            program,
            arguments: Vec::new(),
            question: None,
            variables,
        })
    }

    /// Redis with the user `qm` and the one without a name, whose passwords are `right`.
    pub(super) fn redis(folder: &Path, port: u16, tls_port: Option<u16>) -> Result<Self, String> {
        let missing = "Redis (`apt-get install redis-server` brings it)";
        let program = program("redis-server").ok_or(missing)?;
        let mut settings = format!(
            "port {port}\n\
             bind 127.0.0.1\n\
             save \"\"\n\
             appendonly yes\n\
             appendfsync always\n\
             requirepass right\n\
             user qm on >right ~* &* +@all\n"
        );
        if let Some(port) = tls_port {
            settings += &format!(
                "tls-port {port}\n\
                 tls-auth-clients no\n\
                 tls-cert-file cert.pem\n\
                 tls-key-file key.pem\n\
                 tls-ca-cert-file cert.pem\n"
            );
        }
        let file = folder.join("redis.conf");
        fs::write(&file, settings).unwrap();
        let arguments = vec![file.display().to_string()];
        Ok(Self {
            program,
            arguments,
            // It accepts connections before it has loaded its data.
            question: Some("AUTH right\r\nPING\r\n"),
            variables: Vec::new(),
        })
    }
}

fn rabbit_settings(folder: &Path, port: u16, tls_port: Option<u16>) -> String {
    let mut settings = format!(
        "listeners.tcp.1 = 127.0.0.1:{port}\n\
         default_user = qm\n\
         default_pass = right\n\
         disk_free_limit.absolute = 1MB\n\
         vm_memory_high_watermark.absolute = 1GB\n\
         log.console = true\n\
         log.console.level = info\n\
         log.file = false\n"
    );
    if let Some(port) = tls_port {
        let folder = folder.display();
        settings += &format!(
            "listeners.ssl.1 = 127.0.0.1:{port}\n\
             ssl_options.certfile = {folder}/cert.pem\n\
             ssl_options.keyfile = {folder}/key.pem\n\
             ssl_options.verify = verify_none\n"
        );
    }
    settings
}

/// Searches the folder where Debian has the program itself, then the PATH, where it has a wrapper that
/// changes the user and drops the environment.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![PathBuf::from("/usr/lib/rabbitmq/bin")];
    folders.extend(std::env::split_paths(&path));
    folders.extend([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")]);
    folders
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
