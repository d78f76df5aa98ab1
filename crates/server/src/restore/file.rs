//! Restores a backup of SQLite. A copy is prepared beside the database and takes its name in one
//! rename; an interruption before that leaves the database as it was.

use super::{prepare, report};
use crate::{
    api_key::KeySecret,
    backup::{beside, create_private, sync, sync_folder},
    cli::Restore,
    config::{Config, DatabaseUrl},
    run::Failure,
};
use app::backup::{self, Alone};
use std::{
    fs,
    io::{self, ErrorKind},
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
};

/// The suffixes of the files that SQLite keeps beside an open database.
const JOURNALS: [&str; 3] = ["-wal", "-shm", "-journal"];

pub(super) async fn restore(
    config: &Config,
    secret: &KeySecret,
    how: &Restore,
    file: &Path,
) -> Result<(), Failure> {
    let target = backup::sqlite_file(config.database_url.reveal()).ok_or(
        "a file is restored into SQLite; pg_restore or mariadb imports a dump, and then \
         `quartermaster restore --after-import`, as docs/operating/backup.md shows",
    )?;
    must_be_whole(file, &target).await?;
    let present = Present::of(&target, how.replace).await?;
    let fresh = Fresh::copy(file, &target)?;
    let own = config.database_url.reveal();
    let former = how.former.as_deref();
    let former = former.or(matches!(present, Present::Whole).then_some(own));
    let on_copy = Config {
        database_url: DatabaseUrl::of_file(&fresh.0),
        auto_migrate: true,
        ..config.clone()
    };
    let restored = prepare(&on_copy, secret, former).await?;
    // Moves the content of all journals into the file.
    Alone::with(&fresh.0).await?.let_go().await?;
    let kept = fresh.take_the_place(&target, &present).await?;
    report::restored(&target.display().to_string(), &restored);
    report::kept(kept.as_deref());
    Ok(())
}

async fn must_be_whole(file: &Path, target: &Path) -> Result<(), Failure> {
    let name = file.display();
    fs::File::open(file).map_err(|fault| format!("{name}: {fault}"))?;
    if fs::canonicalize(target).is_ok_and(|there| fs::canonicalize(file).is_ok_and(|f| f == there))
    {
        return Err(format!("{name} is the database itself").into());
    }
    let journal = beside(file, "-wal");
    if fs::metadata(&journal).is_ok_and(|about| about.len() > 0) {
        return Err(format!(
            "{} lies beside {name}: this is the file of a running service and no backup",
            journal.display()
        )
        .into());
    }
    let faults = backup::faults(file).await;
    match faults.is_empty() {
        true => Ok(()),
        false => Err(format!("{name} is no whole backup: {}", faults.join("; ")).into()),
    }
}

/// The present database.
enum Present {
    None,
    /// It can be opened, and no other process has it open.
    Whole,
    /// It cannot be opened.
    Damaged,
}

impl Present {
    async fn of(target: &Path, replace: bool) -> Result<Self, Failure> {
        if !target.exists() {
            return Ok(Self::None);
        }
        if !replace {
            return Err(format!(
                "{} is there already: with --replace it is kept under another name",
                target.display()
            )
            .into());
        }
        Ok(match alone(target).await? {
            Some(held) => {
                held.let_go().await?;
                Self::Whole
            }
            None => Self::Damaged,
        })
    }
}

/// Opens the database exclusively; `None` when it cannot be opened.
async fn alone(target: &Path) -> Result<Option<Alone>, Failure> {
    match Alone::with(target).await {
        Ok(held) => Ok(Some(held)),
        Err(error) if backup::is_in_use(&error) => {
            Err(format!("{} is in use: stop the service first", target.display()).into())
        }
        Err(error) => {
            eprintln!(
                "quartermaster: {} cannot be opened ({error}); make sure that no service runs on it",
                target.display()
            );
            Ok(None)
        }
    }
}

/// The copy that is prepared. Dropping it removes it and its journals, unless it was renamed.
struct Fresh(PathBuf);

impl Fresh {
    fn copy(file: &Path, target: &Path) -> Result<Self, Failure> {
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        let fresh = Self(beside(target, ".restoring"));
        // Removes the copy of an interrupted restore.
        fresh.remove();
        let copied = create_private(&fresh.0).and_then(|mut into| {
            io::copy(&mut fs::File::open(file)?, &mut into)?;
            into.sync_all()
        });
        copied.map_err(|fault| format!("{}: {fault}", fresh.0.display()))?;
        Ok(fresh)
    }

    /// Renames the copy to the database; returns the path under which the former database is kept.
    async fn take_the_place(
        self,
        target: &Path,
        present: &Present,
    ) -> Result<Option<PathBuf>, Failure> {
        own_as(target, &self.0);
        sync(&self.0)?;
        let held = match present {
            Present::Whole => alone(target).await?,
            Present::None | Present::Damaged => None,
        };
        let now = chrono::Utc::now().format("%Y%m%dT%H%M%SZ");
        let kept = beside(target, &format!(".before-restore-{now}"));
        // SQLite would apply a remaining journal to the restored file, to which it does not belong.
        for journal in JOURNALS {
            let from = beside(target, journal);
            if from.exists() {
                fs::rename(from, beside(&kept, journal))?;
            }
        }
        let was_there = keep(target, &kept)?;
        fs::rename(&self.0, target)?;
        sync_folder(target)?;
        if let Some(held) = held {
            held.let_go().await?;
        }
        Ok(was_there.then_some(kept))
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.0);
        for journal in JOURNALS {
            let _ = fs::remove_file(beside(&self.0, journal));
        }
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Links the present file under a second name, so that a file exists under the first name at all
/// times. Returns whether there was one.
fn keep(target: &Path, kept: &Path) -> io::Result<bool> {
    match fs::hard_link(target, kept) {
        Ok(()) => Ok(true),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(false),
        Err(fault) if fault.kind() == ErrorKind::AlreadyExists => Err(fault),
        // Not every file system supports hard links.
        Err(_) => fs::rename(target, kept).map(|()| true),
    }
}

/// Gives the copy the owner of the database, since restore may run as another user than the service.
fn own_as(target: &Path, fresh: &Path) {
    let folder = target.parent().unwrap_or(Path::new("."));
    let Ok(about) = fs::metadata(target).or_else(|_| fs::metadata(folder)) else {
        return;
    };
    // Fails without the privilege to change owners; the service then runs as the same user.
    let _ = chown(fresh, Some(about.uid()), Some(about.gid()));
}
