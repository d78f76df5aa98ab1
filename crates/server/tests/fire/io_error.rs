//! The disk of the database stops writing, or flushing, under writers and works again.

use crate::{
    cluster::{Cluster, installation},
    writers::{BACK_WITHIN, Writers, is_back, is_not_ready, nothing_is_lost},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};
use testkit::{
    database::{Backend, Database},
    small_disk::leave_out,
};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fire/broken_disk.c");

/// A folder whose files can be made to fail.
struct BrokenDisk {
    folder: PathBuf,
    library: PathBuf,
}

impl BrokenDisk {
    /// `None` on a machine without a C compiler.
    fn new() -> Option<Self> {
        let name = format!("qm_broken_{}", uuid::Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        let library = folder.join("broken_disk.so");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&library, Path::new(SOURCE)])
            .arg("-ldl")
            .status();
        let disk = Self { folder, library };
        if built.is_ok_and(|status| status.success()) {
            return Some(disk);
        }
        leave_out("a disk that fails (a C compiler `cc` builds what makes it fail)");
        None
    }

    fn flag(&self, what: &str) -> PathBuf {
        self.folder.join(format!("flag-{what}"))
    }

    /// From now on `write` or `sync` fails.
    fn breaks(&self, what: &str) {
        File::create(self.flag(what)).unwrap();
    }

    fn mends(&self, what: &str) {
        fs::remove_file(self.flag(what)).unwrap();
    }

    fn database(&self) -> Database {
        let file = self.folder.join("quartermaster.db");
        Database::at(Backend::Sqlite, &format!("sqlite://{}", file.display()))
    }
}

impl Drop for BrokenDisk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_loses_nothing_to_a_disk_that_does_not_write() {
    survives("write").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_loses_nothing_to_a_disk_that_does_not_flush() {
    survives("sync").await;
}

async fn survives(what: &str) {
    let Some(disk) = BrokenDisk::new() else {
        return;
    };
    let database = disk.database();
    let files = disk.folder.join("quartermaster.db");
    let installation = installation(&database)
        .with("LD_PRELOAD", &disk.library.to_string_lossy())
        .with(
            "BROKEN_DISK_FLAG",
            &disk.folder.join("flag").to_string_lossy(),
        )
        .with("BROKEN_DISK_FILES", &files.to_string_lossy());
    let mut cluster = Cluster::of(installation, 1).await;
    let writers = Writers::start(&cluster, 8).await;
    for _ in 0..2 {
        writers.are_answered(20).await;
        disk.breaks(what);
        writers.are_refused(20).await;
        let detail = is_not_ready(&cluster.client(0)).await;
        assert!(
            detail.contains("the disk does not read or write"),
            "{detail}"
        );
        disk.mends(what);
        let took = is_back(&cluster.client(0)).await;
        assert!(took < BACK_WITHIN, "{took:?}");
    }
    writers.are_answered(50).await;
    nothing_is_lost(&mut cluster, &database, writers.end().await).await;
}
