//! The URL of the database.

use std::{fmt, path::Path, str::FromStr};

use crate::secret::Secret;

/// The database product behind a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL or MariaDB.
    MySql,
}

impl DatabaseKind {
    /// Its name in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
        }
    }
}

/// The URL of the database. `Display` and `Debug` leave the password out.
#[derive(Clone)]
pub struct DatabaseUrl {
    kind: DatabaseKind,
    url: Secret,
}

impl DatabaseUrl {
    /// The SQLite file that is used when no database is configured.
    pub fn in_data_dir(data_dir: &Path) -> Self {
        Self::of_file(&data_dir.join("quartermaster.db"))
    }

    /// A SQLite file.
    pub fn of_file(file: &Path) -> Self {
        Self {
            kind: DatabaseKind::Sqlite,
            url: Secret::new(format!("sqlite://{}", file.display())),
        }
    }

    /// The database product.
    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// The whole URL with its password, for the driver. The schemes `mariadb` and
    /// `postgresql` are already replaced by those that the drivers know.
    pub fn reveal(&self) -> &str {
        self.url.reveal()
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or(
            "expected a URL that begins with sqlite://, postgres:// or mysql:// (not shown: it may hold a password)",
        )?;
        let (kind, driver) = match scheme {
            "sqlite" => (DatabaseKind::Sqlite, "sqlite"),
            "postgres" | "postgresql" => (DatabaseKind::Postgres, "postgres"),
            "mysql" | "mariadb" => (DatabaseKind::MySql, "mysql"),
            other => {
                return Err(format!(
                    "no driver for `{other}://`; use sqlite://, postgres:// or mysql://"
                ));
            }
        };
        if rest.is_empty() {
            return Err(format!("nothing follows `{scheme}://`"));
        }
        Ok(Self {
            kind,
            url: Secret::new(format!("{driver}://{rest}")),
        })
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.reveal();
        // A driver also reads passwords from the query, so the query is left out as a whole.
        let url = url.split_once('?').map_or(url, |(before, _)| before);
        let Some((scheme, rest)) = url.split_once("://") else {
            return f.write_str("…");
        };
        match rest.rsplit_once('@') {
            Some((user_info, place)) if self.kind != DatabaseKind::Sqlite => {
                let user = user_info
                    .split_once(':')
                    .map_or(user_info, |(user, _)| user);
                write!(f, "{scheme}://{user}:…@{place}")
            }
            _ => write!(f, "{scheme}://{rest}"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn database_urls_never_print_a_password() {
        let cases = [
            (
                "postgres://ann:s3cret@db:5432/qm",
                "postgres://ann:…@db:5432/qm",
            ),
            ("postgresql://ann:s3c@ret@db/qm", "postgres://ann:…@db/qm"),
            ("mariadb://db/qm?user=ann&password=s3cret", "mysql://db/qm"),
            (
                "sqlite:///var/lib/qm@home.db?mode=rwc",
                "sqlite:///var/lib/qm@home.db",
            ),
        ];
        for (url, printed) in cases {
            let parsed: DatabaseUrl = url.parse().unwrap();
            assert_eq!(parsed.to_string(), printed);
            assert_eq!(format!("{parsed:?}"), format!("DatabaseUrl({printed})"));
        }
    }

    #[test]
    fn database_urls_keep_everything_for_the_driver() {
        let url: DatabaseUrl = "mariadb://ann:s3cret@db/qm?ssl-mode=REQUIRED"
            .parse()
            .unwrap();
        assert_eq!(url.kind(), DatabaseKind::MySql);
        assert_eq!(url.reveal(), "mysql://ann:s3cret@db/qm?ssl-mode=REQUIRED");
    }

    #[test]
    fn database_urls_with_another_scheme_are_refused_without_showing_them() {
        for bad in ["oracle://ann:s3cret@db/x", "ann:s3cret@db", "sqlite://", ""] {
            let reason = bad.parse::<DatabaseUrl>().unwrap_err();
            assert!(!reason.contains("s3cret"), "{reason}");
        }
    }
}
