//! Values by key, collected from the defaults, the file, the environment and the
//! flags, each with its source.
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs,
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::keys::{self, KEYS, Preset};

/// The source of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The default of the key.
    Default,
    /// The TOML file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A command line flag.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("by default"),
            Self::File(path) => write!(f, "in {}", path.display()),
            Self::Environment(name) => write!(f, "from the environment variable {name}"),
            Self::Flag(name) => write!(f, "from the flag --{name}"),
        }
    }
}

/// One thing that is wrong with the configuration.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Fault {
    /// A key that does not exist.
    #[error("unknown key `{key}` {source_of}; see `quartermaster serve --help`", source_of = .from)]
    UnknownKey {
        /// The key as written.
        key: String,
        /// Where it was found.
        from: Source,
    },
    /// A value that its key does not take.
    #[error("`{key}` {source_of}: {reason}", source_of = .from)]
    BadValue {
        /// The key.
        key: &'static str,
        /// Where the value was found.
        from: Source,
        /// Why it is refused.
        reason: String,
    },
    /// The file cannot be used at all.
    #[error("configuration file {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// The value of every key that has one, as text, from the source with the highest precedence.
#[derive(Default)]
pub(super) struct Layers {
    values: BTreeMap<&'static str, (String, Source)>,
    faults: Vec<Fault>,
}

impl Layers {
    pub(super) fn with_defaults() -> Self {
        let mut layers = Self::default();
        for key in KEYS {
            if let Preset::Value(text) = key.preset {
                layers.put(key.name, text.to_owned(), Source::Default);
            }
        }
        layers
    }

    fn put(&mut self, key: &'static str, text: String, from: Source) {
        self.values.insert(key, (text, from));
    }

    pub(super) fn read_file(&mut self, path: &Path) {
        let parsed = fs::read_to_string(path)
            .map_err(|error| error.to_string())
            .and_then(|text| {
                // The message alone: the excerpt around it may show a secret.
                text.parse::<toml::Table>()
                    .map_err(|error| error.message().to_owned())
            });
        let table = match parsed {
            Ok(table) => table,
            Err(reason) => {
                self.faults.push(Fault::File {
                    path: path.to_owned(),
                    reason,
                });
                return;
            }
        };
        for (name, value) in table {
            let from = Source::File(path.to_owned());
            let Some(key) = keys::by_name(&name) else {
                self.faults.push(Fault::UnknownKey { key: name, from });
                continue;
            };
            match scalar(value) {
                Some(text) => self.put(key.name, text, from),
                None => self.faults.push(Fault::BadValue {
                    key: key.name,
                    from,
                    reason: "expected a string, a number, true or false".to_owned(),
                }),
            }
        }
    }

    pub(super) fn read_environment(&mut self, variables: &[(OsString, OsString)]) {
        // The plain DATABASE_URL goes first, so that the prefixed one wins.
        let plain = variables.iter().filter(|(name, _)| name == "DATABASE_URL");
        let prefixed = variables
            .iter()
            .filter(|(name, _)| name.to_string_lossy().starts_with("QUARTERMASTER_"));
        for (name, value) in plain.chain(prefixed) {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("QUARTERMASTER_TEST_") || name == super::FILE_VARIABLE {
                continue;
            }
            let key = match name.as_str() {
                "DATABASE_URL" => keys::by_name("database_url"),
                name => keys::by_env(name),
            };
            let from = Source::Environment(name.clone());
            match (key, value.to_str()) {
                (None, _) => self.faults.push(Fault::UnknownKey { key: name, from }),
                // Compose files pass unset variables on as empty ones.
                (Some(_), Some("")) => {}
                (Some(key), Some(text)) => self.put(key.name, text.to_owned(), from),
                (Some(key), None) => self.faults.push(Fault::BadValue {
                    key: key.name,
                    from,
                    reason: "is not UTF-8".to_owned(),
                }),
            }
        }
    }

    pub(super) fn read_flags(&mut self, flags: &[(&'static str, String)]) {
        for (name, text) in flags {
            if let Some(flag) = keys::by_name(name).and_then(keys::Key::flag_name) {
                self.put(name, text.clone(), Source::Flag(flag));
            }
        }
    }

    /// The parsed value of a key, if it has one. A fault is collected for [`Layers::into_faults`].
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let (text, from) = self.values.get(key)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.faults.push(Fault::BadValue {
                    key,
                    from: from.clone(),
                    reason,
                });
                None
            }
        }
    }

    /// Adds a fault to a key whose value conflicts with another one.
    pub(super) fn fault(&mut self, name: &'static str, reason: String) {
        let from = self.values.get(name).map(|(_, from)| from.clone());
        self.faults.push(Fault::BadValue {
            key: name,
            from: from.unwrap_or(Source::Default),
            reason,
        });
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}

fn scalar(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(switch) => Some(switch.to_string()),
        _ => None,
    }
}
