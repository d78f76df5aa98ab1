//! A server process that cannot outlive the process that started it.

use std::{
    fs, io,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Runs the command after the first two words in the background and waits for the end of standard
/// input, which comes when the process that holds the other end of the pipe ends, however it
/// ends. `$0` is the folder to remove, the first word the signal that stops the server.
const KEEPER: &str = r#"
signal=$1
shift
"$@" </dev/null >"$0/server.log" 2>&1 &
server=$!
echo $server >"$0/server.pid"
cat >/dev/null
kill "-$signal" $server 2>/dev/null
wait $server
rm -rf "$0"
"#;

/// The same, and starts the server again whenever it has ended by itself, as a service manager does.
const SUPERVISOR: &str = r#"
signal=$1
shift
over=
trap 'over=1; kill "-$signal" $server 2>/dev/null' TERM
exec 3<&0
(cat <&3 >/dev/null; kill -TERM $$) &
while [ -z "$over" ]
do
    "$@" </dev/null 3<&- >>"$0/server.log" 2>&1 &
    server=$!
    echo $server >"$0/server.pid"
    wait $server
    [ -n "$over" ] || sleep 0.3
done
wait $server
rm -rf "$0"
"#;

/// Whether a server is started again when it has ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    Never,
    Always,
}

/// A new temporary folder, and the user who owns it and runs programs in it.
///
/// Database servers refuse to run as root, so for root that user is another one.
#[derive(Debug)]
pub(super) struct ServerFolder {
    folder: PathBuf,
    user: Option<(u32, u32)>,
}

impl ServerFolder {
    pub(super) fn new() -> io::Result<Self> {
        let name = format!("qm_server_{}", uuid::Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        let user = if fs::metadata(&folder)?.uid() == 0 {
            Some(unprivileged()?)
        } else {
            None
        };
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid))?;
        }
        Ok(Self { folder, user })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A command that runs in the folder as its user. Its temporary files are there too: MariaDB
    /// removes those of every other server from a folder that they share when it starts.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.folder)
            .env("HOME", &self.folder)
            .env("TMPDIR", &self.folder);
        if let Some((uid, gid)) = self.user {
            command.gid(gid).uid(uid);
        }
        command
    }

    /// Runs a program to its end; a failure includes its standard error.
    pub(super) fn run(&self, program: &Path, arguments: &[String]) -> Result<(), String> {
        let output = self
            .command(program)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(|fault| format!("{} did not start: {fault}", program.display()))?;
        if output.status.success() {
            return Ok(());
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "{} ended with {}: {}",
            program.display(),
            output.status,
            errors.trim()
        ))
    }

    /// Starts a server that ends, and whose folder is removed, when the returned value is dropped or
    /// this process is gone.
    pub(super) fn keep(
        self,
        program: &Path,
        arguments: &[String],
        signal: &str,
        restart: Restart,
    ) -> Result<ServerProcess, String> {
        let script = match restart {
            Restart::Never => KEEPER,
            Restart::Always => SUPERVISOR,
        };
        let keeper = self
            .command(Path::new("sh"))
            .args(["-c", script])
            .arg(&self.folder)
            .arg(signal)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in a terminal reaches the foreground group; the keeper must live to tidy up.
            .process_group(0)
            .spawn()
            .map_err(|fault| format!("{} did not start: {fault}", program.display()))?;
        Ok(ServerProcess {
            server_folder: self,
            keeper,
        })
    }
}

impl Drop for ServerFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Holds a running server.
#[derive(Debug)]
pub(super) struct ServerProcess {
    server_folder: ServerFolder,
    keeper: Child,
}

impl ServerProcess {
    /// The folder of the server's data and log.
    pub(super) fn folder(&self) -> &Path {
        self.server_folder.folder()
    }

    /// The server's process id, once it has one.
    pub(super) fn server_pid(&self) -> Option<u32> {
        fs::read_to_string(self.folder().join("server.pid"))
            .ok()?
            .trim()
            .parse()
            .ok()
    }

    /// The last lines of the log of the server.
    pub(super) fn last_log_lines(&self) -> String {
        let log = fs::read_to_string(self.folder().join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].join(" | ")
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// User and group of a user without rights, by preference the one that databases use.
fn unprivileged() -> io::Result<(u32, u32)> {
    let accounts = fs::read_to_string("/etc/passwd")?;
    let of = |name: &str| {
        let line = accounts
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    of("postgres").or_else(|| of("nobody")).ok_or_else(|| {
        io::Error::other("root cannot run a database server, and there is no other user")
    })
}
