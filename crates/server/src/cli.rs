//! The command line: subcommands, and a flag for every configuration key.
use std::{ffi::OsString, path::PathBuf};

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command as ClapCommand, CommandFactory, FromArgMatches,
    Parser, Subcommand, value_parser,
};

use crate::config::{FILE_VARIABLE, Flag, KEYS, Key, Overrides};

/// What the process is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve the API until SIGTERM or SIGINT
    Serve,
    /// Bring the database up to date, then exit
    Migrate,
    /// Load the reference data (products and variants); running it again changes nothing
    Seed {
        /// Load the demo data too: users, assignments and a world of organizations
        #[arg(long)]
        demo: bool,
    },
    /// Check or rebuild what the event log says
    #[command(subcommand)]
    Log(LogCommand),
    /// Manage the keys that sign access tokens
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Write the SQLite database into a new file, also while the service runs
    Backup {
        /// The file to write
        file: PathBuf,
    },
    /// Put a backup in the place of the database; the service must not run
    Restore(Restore),
    /// Try this installation out on its own database
    Selfcheck(Selfcheck),
    /// Ask a running service whether it can work; exit 1 when it cannot
    Health {
        /// Base address of the service [default: where it listens]
        #[arg(long, value_name = "URL")]
        url: Option<String>,
    },
}

/// Work on the event log.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum LogCommand {
    /// Fold the log and compare every row with it; exit 1 when something differs
    Verify {
        /// A signed head that was kept, as `GET /organizations/{id}/log-head` answers it: the log has to go
        /// on from there. May be given again and again
        #[arg(long, value_name = "FILE")]
        head: Vec<PathBuf>,
    },
    /// Make the tables say what the log says, also beside running services
    Rebuild,
}

/// Work on the signing keys.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum KeysCommand {
    /// Replace the present key: the next one is published now and signs when its notice is over
    Rotate,
}

/// Which backup to bring back, and in the place of what.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Restore {
    /// The file that `backup` wrote
    #[arg(
        required_unless_present = "after_import",
        conflicts_with = "after_import"
    )]
    pub file: Option<PathBuf>,
    /// Keep the present database under another name and put the backup in its place
    #[arg(long, conflicts_with = "after_import")]
    pub replace: bool,
    /// A dump was imported into the database by pg_restore or mariadb: end what has to end with that
    #[arg(long)]
    pub after_import: bool,
    /// The database as it was last, to tell what was revoked and erased since the backup
    #[arg(long, value_name = "URL")]
    pub former: Option<String>,
}

/// How hard the self-check tries.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Selfcheck {
    /// Let many clients fight for few seats, in scratch records that are removed again
    #[arg(long)]
    pub torture: bool,
    /// Let everybody who should not ask for everything that a tenant has, in scratch records that are removed again
    #[arg(long)]
    pub isolation: bool,
    /// Clients that fight at the same time
    #[arg(long, value_name = "NUMBER", default_value_t = 64, value_parser = value_parser!(u16).range(1..=1024))]
    pub clients: u16,
    /// Seats they fight for
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = value_parser!(u16).range(1..=1024))]
    pub seats: u16,
    /// How often the fight is repeated
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = value_parser!(u16).range(1..))]
    pub rounds: u16,
}

/// The whole command line.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "quartermaster",
    version,
    about = "Users, products, licences and the seats that people hold: one binary, one SQL database",
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What to do it with.
    #[command(flatten)]
    pub settings: Settings,
}

/// Reads the command line. The error also carries `--help` and `--version`.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<CommandLine, clap::Error> {
    let matches = explained(CommandLine::command()).try_get_matches_from(arguments)?;
    CommandLine::from_arg_matches(&matches)
}

/// Adds the keys without a flag to the help of every command.
fn explained(command: ClapCommand) -> ClapCommand {
    let hidden = KEYS.iter().filter(|key| key.flag == Flag::Never);
    let hidden: String = hidden
        .map(|key| {
            let (name, env, preset) = (key.name, key.env, key.preset_text());
            format!(
                "  {name}\n      {}\n      [env: {env}] [default: {preset}]\n",
                key.about
            )
        })
        .collect();
    let notes = format!(
        "Without a flag, which other users of the machine could read:\n{hidden}\n\
         A flag goes before an environment variable, that before the configuration file, and that before the \
         default.\nThe file is TOML; its keys are the variables in small letters without QUARTERMASTER_.\n\
         An empty variable counts as absent; an unknown one that begins with QUARTERMASTER_ is refused."
    );
    let explained = command.after_help(notes);
    explained.mut_subcommands(self::explained)
}

/// The configuration flags, made from the table of keys.
#[derive(Clone, Debug)]
pub struct Settings(pub Overrides);

impl Args for Settings {
    fn augment_args(command: ClapCommand) -> ClapCommand {
        let config = Arg::new("config")
            .long("config")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help(format!(
                "Configuration file (TOML)\n[env: {FILE_VARIABLE}] [default: none]"
            ));
        let flags = KEYS.iter().filter_map(flag);
        command.args(
            [config]
                .into_iter()
                .chain(flags)
                .map(|arg| arg.global(true).help_heading("Configuration")),
        )
    }

    fn augment_args_for_update(command: ClapCommand) -> ClapCommand {
        Self::augment_args(command)
    }
}

fn flag(key: &'static Key) -> Option<Arg> {
    let name = key.flag_name()?;
    let source = format!("[env: {}] [default: {}]", key.env, key.preset_text());
    // The name of the variable is the id, because a command may have an argument named like a key.
    let arg = Arg::new(key.env).long(name);
    Some(match key.flag {
        Flag::Value(placeholder) => arg
            .value_name(placeholder)
            .help(format!("{}\n{source}", key.about)),
        Flag::No | Flag::Never => arg.action(ArgAction::SetTrue).help(format!(
            "Sets `{}` to false. {}\n{source}",
            key.name, key.about
        )),
    })
}

impl FromArgMatches for Settings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let value = |key: &'static Key| match key.flag {
            Flag::Value(_) => matches.get_one::<String>(key.env).cloned(),
            Flag::No => matches.get_flag(key.env).then(|| "false".to_owned()),
            Flag::Never => None,
        };
        Ok(Self(Overrides {
            file: matches.get_one::<PathBuf>("config").cloned(),
            values: KEYS
                .iter()
                .filter_map(|key| value(key).map(|text| (key.name, text)))
                .collect(),
        }))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(line: &str) -> CommandLine {
        parse(line.split_whitespace().map(OsString::from)).unwrap()
    }

    #[test]
    fn the_command_line_definition_is_valid() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn commands_are_parsed() {
        let command = |line| read(line).command;
        assert_eq!(command("quartermaster serve"), Command::Serve);
        assert_eq!(command("quartermaster migrate"), Command::Migrate);
        assert_eq!(
            command("quartermaster seed --demo"),
            Command::Seed { demo: true }
        );
        assert_eq!(
            command("quartermaster log verify"),
            Command::Log(LogCommand::Verify { head: Vec::new() })
        );
        assert_eq!(
            command("quartermaster log verify --head a.json --head b.json"),
            Command::Log(LogCommand::Verify {
                head: vec!["a.json".into(), "b.json".into()]
            })
        );
        assert_eq!(
            command("quartermaster keys rotate"),
            Command::Keys(KeysCommand::Rotate)
        );
        assert_eq!(
            command("quartermaster backup b.db"),
            Command::Backup {
                file: "b.db".into()
            }
        );
        let Command::Restore(imported) = command("quartermaster restore --after-import") else {
            panic!("no restore");
        };
        assert!(imported.after_import && imported.file.is_none());
        assert_eq!(
            command("quartermaster log rebuild"),
            Command::Log(LogCommand::Rebuild)
        );
        assert_eq!(
            command("quartermaster selfcheck --torture --clients 8"),
            Command::Selfcheck(Selfcheck {
                torture: true,
                isolation: false,
                clients: 8,
                seats: 10,
                rounds: 10
            })
        );
        let Command::Selfcheck(both) = command("quartermaster selfcheck --isolation --torture")
        else {
            panic!("no selfcheck");
        };
        assert!(both.isolation && both.torture);
    }

    #[test]
    fn flags_are_accepted_before_and_after_the_command() {
        for line in [
            "quartermaster serve --listen h:1 --database-url mysql://h/d --no-demo --config f.toml",
            "quartermaster --listen h:1 --database-url mysql://h/d --config f.toml --no-demo serve",
        ] {
            let Settings(overrides) = read(line).settings;
            assert_eq!(overrides.file, Some("f.toml".into()));
            let mut values = overrides.values;
            values.sort();
            assert_eq!(
                values,
                [
                    ("database_url", "mysql://h/d".to_owned()),
                    ("demo", "false".to_owned()),
                    ("listen", "h:1".to_owned()),
                ]
            );
        }
        let seed = read("quartermaster seed --demo").settings;
        assert_eq!(seed.0.values, [], "`--demo` is not the key `demo`");
        let nested = read("quartermaster log verify --database-url sqlite://x.db").settings;
        assert_eq!(
            nested.0.values,
            [("database_url", "sqlite://x.db".to_owned())]
        );
    }

    #[test]
    fn every_command_explains_every_key() {
        for line in ["", "serve", "migrate", "seed", "log verify", "selfcheck"] {
            let arguments = format!("quartermaster {line} --help");
            let help = parse(arguments.split_whitespace().map(OsString::from)).unwrap_err();
            let help = help.to_string();
            for key in KEYS {
                for expected in [key.env, key.preset_text(), key.about] {
                    assert!(
                        help.contains(expected),
                        "{expected} in `{line} --help`:\n{help}"
                    );
                }
            }
        }
    }

    #[test]
    fn invalid_command_lines_are_refused() {
        for line in [
            "quartermaster",
            "quartermaster dance",
            "quartermaster serve --lisen h:1",
            "quartermaster serve --api-key-secret abc",
            "quartermaster selfcheck --clients 0",
            "quartermaster backup",
            "quartermaster restore",
            "quartermaster restore b.db --after-import",
        ] {
            assert!(
                CommandLine::try_parse_from(line.split_whitespace()).is_err(),
                "{line}"
            );
        }
    }
}
