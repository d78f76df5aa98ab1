//! The command line: subcommands, and a flag for every configuration key.
use std::path::PathBuf;

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command as ClapCommand, FromArgMatches, Parser, Subcommand,
    value_parser,
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
        /// Load the demo data too: users and assignments
        #[arg(long)]
        demo: bool,
    },
    /// Check or rebuild what the event log says
    #[command(subcommand)]
    Log(LogCommand),
    /// Try this installation out on its own database
    Selfcheck(Selfcheck),
}

/// Work on the event log.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum LogCommand {
    /// Fold the log and compare every row with it; exit 1 when something differs
    Verify,
    /// Make the tables again from the log
    Rebuild,
}

/// How hard the self-check tries.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Selfcheck {
    /// Let many clients fight for few seats, in scratch records that are removed again
    #[arg(long)]
    pub torture: bool,
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
    after_help = "A flag goes before an environment variable, that before the configuration file, and that before \
                  the default.\nThe file is TOML; its keys are the long flags with _ for - (and `demo`, `auto_migrate`, \
                  `api_key_secret`).\nAn empty environment variable counts as absent; an unknown one that begins \
                  with QUARTERMASTER_ is refused.",
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
        let secrets = KEYS
            .iter()
            .filter(|key| key.flag == Flag::Never)
            .map(|key| {
                format!(
                    "{}: {}, default {}\n{}",
                    key.name,
                    key.env,
                    key.preset_text(),
                    key.about
                )
            });
        let command = command.after_long_help(format!(
            "Without a flag, since other users could read it:\n{}",
            secrets.collect::<Vec<_>>().join("\n")
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
    let arg = Arg::new(key.name).long(name);
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
            Flag::Value(_) => matches.get_one::<String>(key.name).cloned(),
            Flag::No => matches.get_flag(key.name).then(|| "false".to_owned()),
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
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> CommandLine {
        CommandLine::try_parse_from(line.split_whitespace()).unwrap()
    }

    #[test]
    fn the_definition_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn the_commands() {
        let command = |line| parse(line).command;
        assert_eq!(command("quartermaster serve"), Command::Serve);
        assert_eq!(command("quartermaster migrate"), Command::Migrate);
        assert_eq!(
            command("quartermaster seed --demo"),
            Command::Seed { demo: true }
        );
        assert_eq!(
            command("quartermaster log verify"),
            Command::Log(LogCommand::Verify)
        );
        assert_eq!(
            command("quartermaster log rebuild"),
            Command::Log(LogCommand::Rebuild)
        );
        assert_eq!(
            command("quartermaster selfcheck --torture --clients 8"),
            Command::Selfcheck(Selfcheck {
                torture: true,
                clients: 8,
                seats: 10,
                rounds: 10
            })
        );
    }

    #[test]
    fn flags_stand_before_or_after_the_command() {
        for line in [
            "quartermaster serve --listen h:1 --database-url mysql://h/d --no-demo --config f.toml",
            "quartermaster --listen h:1 --database-url mysql://h/d --config f.toml --no-demo serve",
        ] {
            let Settings(overrides) = parse(line).settings;
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
        let nested = parse("quartermaster log verify --database-url sqlite://x.db").settings;
        assert_eq!(
            nested.0.values,
            [("database_url", "sqlite://x.db".to_owned())]
        );
    }

    #[test]
    fn every_command_explains_every_key() {
        let mut root = CommandLine::command();
        root.build();
        let serve = root
            .find_subcommand_mut("serve")
            .unwrap()
            .render_long_help()
            .to_string();
        let whole = format!("{serve}{}", CommandLine::command().render_long_help());
        for key in KEYS {
            let place = if key.flag == Flag::Never {
                &whole
            } else {
                &serve
            };
            assert!(place.contains(key.env), "{} in\n{place}", key.env);
            assert!(place.contains(key.preset_text()), "{}", key.name);
            assert!(place.contains(key.about), "{}", key.name);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "quartermaster",
            "quartermaster dance",
            "quartermaster serve --lisen h:1",
            "quartermaster serve --api-key-secret abc",
            "quartermaster selfcheck --clients 0",
        ] {
            assert!(
                CommandLine::try_parse_from(line.split_whitespace()).is_err(),
                "{line}"
            );
        }
    }
}
