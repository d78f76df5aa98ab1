#![allow(clippy::unwrap_used)]
use std::{env, fs};

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

fn faults(result: Result<Config, ConfigError>) -> String {
    result.unwrap_err().to_string()
}

/// A TOML file that is removed when it is dropped.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = env::temp_dir().join(format!("qm-config-{}-{name}.toml", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn overrides(&self, values: &[(&'static str, &str)]) -> Overrides {
        Overrides {
            file: Some(self.0.clone()),
            values: values
                .iter()
                .map(|(key, text)| (*key, (*text).to_owned()))
                .collect(),
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn an_empty_configuration_gives_the_defaults() {
    let config = Config::load(&Overrides::default(), []).unwrap();
    assert_eq!(config.listen.as_str(), "127.0.0.1:8080");
    assert_eq!(
        config.database_url.reveal(),
        "sqlite://./data/quartermaster.db"
    );
    assert_eq!(config.key_secret_file(), Path::new("./data/api-key.secret"));
    assert_eq!(config.sweep_interval, Some(Duration::from_secs(1)));
    assert_eq!(config.body_limit, 1 << 20);
    assert!(config.demo && config.auto_migrate && config.otlp_endpoint.is_none());
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file() {
    let file = File::new(
        "layers",
        "listen = \"f:1\"\nlog_level = \"warn\"\npool_size = 3\ndemo = false\n",
    );
    let environment = environment(&[
        ("QUARTERMASTER_LISTEN", "e:2"),
        ("QUARTERMASTER_LOG_LEVEL", "error"),
    ]);
    let config = Config::load(&file.overrides(&[("listen", "c:3")]), environment).unwrap();
    assert_eq!(config.listen.as_str(), "c:3");
    assert_eq!(config.log_level, "error");
    assert_eq!(config.pool_size, 3);
    assert!(!config.demo);
}

#[test]
fn the_file_may_be_named_by_the_environment() {
    let file = File::new("named", "queue_size = 7\n");
    let environment = environment(&[(FILE_VARIABLE, file.0.to_str().unwrap())]);
    assert_eq!(
        Config::load(&Overrides::default(), environment)
            .unwrap()
            .queue_size,
        7
    );
}

#[test]
fn plain_database_url_is_read_and_the_prefixed_one_wins() {
    let plain = ("DATABASE_URL", "postgres://a@h/d");
    let load =
        |pairs: &[(&str, &str)]| Config::load(&Overrides::default(), environment(pairs)).unwrap();
    assert_eq!(load(&[plain]).database_url.kind(), DatabaseKind::Postgres);
    let both = load(&[("QUARTERMASTER_DATABASE_URL", "mysql://a@h/d"), plain]);
    assert_eq!(both.database_url.kind(), DatabaseKind::MySql);
}

#[test]
fn every_fault_is_reported_at_once_with_its_source() {
    let file = File::new("wrong", "lisen = \"x\"\npool_size = 0\nlog_format = [1]\n");
    let environment = environment(&[
        ("QUARTERMASTER_BODY_LIMT", "1"),
        ("QUARTERMASTER_DEMO", "yes"),
        ("QUARTERMASTER_TEST_POSTGRES", "ignored"),
        ("HOME", "ignored"),
    ]);
    let text = faults(Config::load(
        &file.overrides(&[("request_timeout", "fast")]),
        environment,
    ));
    for expected in [
        "unknown key `lisen` in /",
        "`pool_size` in /",
        "`log_format` in /",
        "unknown key `QUARTERMASTER_BODY_LIMT` from the environment variable QUARTERMASTER_BODY_LIMT",
        "`demo` from the environment variable QUARTERMASTER_DEMO: expected true or false, got `yes`",
        "`request_timeout` from the flag --request-timeout: expected a duration",
    ] {
        assert!(text.contains(expected), "{expected} is not in:\n{text}");
    }
    assert!(!text.contains("ignored"));
}

#[test]
fn an_empty_environment_variable_counts_as_absent() {
    let environment = environment(&[
        ("QUARTERMASTER_OTLP_ENDPOINT", ""),
        ("QUARTERMASTER_CONFIG", ""),
    ]);
    assert!(
        Config::load(&Overrides::default(), environment)
            .unwrap()
            .otlp_endpoint
            .is_none()
    );
}

#[test]
fn a_missing_or_broken_file_is_refused_without_showing_its_lines() {
    let missing = Overrides {
        file: Some("/nowhere/qm.toml".into()),
        values: Vec::new(),
    };
    assert!(faults(Config::load(&missing, [])).contains("/nowhere/qm.toml"));
    let broken = File::new("broken", "database_url = \"postgres://a:s3cret@h/d\n");
    let text = faults(Config::load(&broken.overrides(&[]), []));
    assert!(
        text.contains("broken.toml") && !text.contains("s3cret"),
        "{text}"
    );
}

#[test]
fn debug_of_the_configuration_prints_no_secret() {
    let secret = "ab".repeat(32);
    let environment = environment(&[
        ("QUARTERMASTER_API_KEY_SECRET", &secret),
        ("DATABASE_URL", "postgres://ann:s3cret@h/d"),
    ]);
    let printed = format!(
        "{:?}",
        Config::load(&Overrides::default(), environment).unwrap()
    );
    assert!(
        !printed.contains(&secret) && !printed.contains("s3cret"),
        "{printed}"
    );
}

#[test]
fn a_bad_secret_is_refused_without_repeating_it() {
    let text = faults(Config::load(
        &Overrides::default(),
        environment(&[("QUARTERMASTER_API_KEY_SECRET", "correct horse")]),
    ));
    assert!(
        text.contains("api_key_secret") && !text.contains("horse"),
        "{text}"
    );
}

#[test]
fn every_origin_is_allowed_only_in_development() {
    let load = |values: &[(&'static str, &str)]| {
        let values = values.iter().map(|(key, text)| (*key, (*text).to_owned()));
        Config::load(
            &Overrides {
                file: None,
                values: values.collect(),
            },
            [],
        )
    };
    assert!(faults(load(&[("cors_origins", "*")])).contains("development"));
    assert!(load(&[("cors_origins", "*"), ("development", "true")]).is_ok());
    for wrong in [
        "app.example",
        "https://",
        "https://a/b",
        "https://*.example",
        "https://a b",
    ] {
        assert!(load(&[("cors_origins", wrong)]).is_err(), "{wrong}");
    }
}

#[test]
fn quotas_networks_and_costs_are_read_or_refused() {
    let load = |key: &str, text: &str| {
        let name = format!("QUARTERMASTER_{}", key.to_uppercase());
        Config::load(&Overrides::default(), environment(&[(&name, text)]))
    };
    let quota = load("rate_limit_ip", "10/1s").unwrap().quotas.address;
    assert_eq!(quota.map(|quota| quota.limit), Some(10));
    assert!(
        load("rate_limit_ip", "off")
            .unwrap()
            .quotas
            .address
            .is_none()
    );
    for (key, wrong) in [
        ("rate_limit_ip", "10"),
        ("rate_limit_ip", "0/1s"),
        ("rate_limit_account", "10/0s"),
        ("trusted_proxies", "10.0.0.0/33"),
        ("trusted_proxies", "proxy"),
        ("proxy_header", "via"),
        ("password_cost", "m=1,t=1"),
        ("password_cost", "m=999999999,t=1,p=1"),
        ("access_token_lifetime", "2h"),
        ("public_url", "ftp://here"),
        ("mail_url", "pigeon:coop"),
        ("bus_url", "kafka://here"),
        ("bus_url", "redis://qm:hunter2@"),
        ("mail_from", "nobody"),
        ("bootstrap_password", "password"),
        ("signing_key_notice", "60d"),
    ] {
        assert!(load(key, wrong).is_err(), "{key}={wrong}");
    }
    let message = faults(load("bootstrap_password", "password"));
    assert!(!message.contains("`password`"), "{message}");
    let message = faults(load("bus_url", "redis://qm:hunter2@"));
    assert!(
        message.contains("needs a host") && !message.contains("hunter2"),
        "{message}"
    );
}
