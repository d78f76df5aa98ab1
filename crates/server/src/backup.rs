//! `quartermaster backup`: copies the SQLite database into one file, also while the service runs.

use crate::{config::Config, run::Failure, serve, wiring};
use app::backup::{self, Contents};
use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Writes the configured database into a new file, and prints a summary.
///
/// # Errors
/// When the database is not SQLite, the file exists already, the database cannot be read or the file
/// cannot be written. No part of the file is left then.
pub async fn run(config: &Config, file: &Path) -> Result<ExitCode, Failure> {
    let source = backup::sqlite_file(config.database_url.reveal()).ok_or(
        "this command is for SQLite; pg_dump or mariadb-dump makes the backup of this database, as \
         docs/operating/backup.md shows",
    )?;
    if !source.exists() {
        return Err(format!("there is no database at {}", source.display()).into());
    }
    if file.exists() {
        return Err(format!("{} is there already", file.display()).into());
    }
    let stop = serve::stop_signal()?;
    let part = Part::create(beside(file, ".part"))?;
    let contents = tokio::select! {
        copied = backup::copy(&source, &part.0) => copied?,
        () = stop => return Err("stopped before the backup was whole".into()),
    };
    part.become_file(file)?;
    print_summary(config, file, contents);
    Ok(ExitCode::SUCCESS)
}

fn print_summary(config: &Config, file: &Path, contents: Contents) {
    let Contents { events, logs } = contents;
    let bytes = fs::metadata(file).map_or(0, |about| about.len());
    println!(
        "{}: {events} events in {logs} logs, {bytes} bytes",
        file.display()
    );
    println!(
        "The root secret is not in it. Keep {} too, in another place: without it the backup cannot be \
         restored.",
        wiring::secret_source(config)
    );
}

/// The path with a suffix after its file name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes the content of a file durable.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Makes the entries of the folder of a file durable.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    sync(folder.unwrap_or(Path::new(".")))
}

/// Creates an empty file that only its owner may read.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

/// A file that is being written. It is removed when this is dropped, unless it was renamed.
struct Part(PathBuf);

impl Part {
    fn create(path: PathBuf) -> Result<Self, Failure> {
        match create_private(&path) {
            Ok(_) => Ok(Self(path)),
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => Err(format!(
                "{0} is there: another backup is being written, or one was cut off; then remove it: \
                 rm {0}",
                path.display()
            )
            .into()),
            Err(fault) => Err(format!("{}: {fault}", path.display()).into()),
        }
    }

    fn become_file(self, file: &Path) -> io::Result<()> {
        sync(&self.0)?;
        fs::rename(&self.0, file)?;
        sync_folder(file)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Fails after the rename, because the file is gone then.
        let _ = fs::remove_file(&self.0);
    }
}
