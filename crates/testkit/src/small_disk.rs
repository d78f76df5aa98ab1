//! A file system of a few megabytes that tests fill and empty.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

/// Name of the variable that, set to `all`, turns a skipped test into a failure.
const REQUIRE: &str = "QUARTERMASTER_TEST_REQUIRE";

/// A tmpfs of its own. It is unmounted when this is dropped.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Mounts one, or returns `None` where this process may not, which is reported on standard error.
    ///
    /// # Panics
    /// Where it cannot and `QUARTERMASTER_TEST_REQUIRE=all`, and where there is no folder for it.
    #[must_use]
    pub fn mount(megabytes: u32) -> Option<Self> {
        let name = format!("qm_disk_{}", uuid::Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        let made = fs::create_dir(&folder);
        assert!(made.is_ok(), "no folder {}: {made:?}", folder.display());
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(&folder)
            .output();
        let reason = match mounted {
            Ok(done) if done.status.success() => {
                // Database servers run as another user.
                let _ = fs::set_permissions(&folder, fs::Permissions::from_mode(0o777));
                return Some(Self { folder });
            }
            Ok(done) => String::from_utf8_lossy(&done.stderr).trim().to_owned(),
            Err(fault) => fault.to_string(),
        };
        let _ = fs::remove_dir(&folder);
        leave_out(&format!(
            "a full disk (mounting a tmpfs needs root: {reason})"
        ));
        None
    }

    /// Where it is mounted.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Fills all free space; another call fills what was freed since.
    ///
    /// # Panics
    /// When no file can be made.
    pub fn fill(&self) {
        let opened = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.filling());
        let mut file: File = match opened {
            Ok(file) => file,
            Err(fault) => panic!("no file to fill the disk with: {fault}"),
        };
        let block = [0_u8; 4096];
        while file.write(&block).is_ok_and(|written| written > 0) {}
    }

    /// Frees the space.
    pub fn empty(&self) {
        let _ = fs::remove_file(self.filling());
    }

    fn filling(&self) -> PathBuf {
        self.folder.join("filling")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a process that is about to end may still have a file open.
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Reports a skipped test on standard error, past the capture of the test harness.
///
/// # Panics
/// When `QUARTERMASTER_TEST_REQUIRE=all`.
pub fn leave_out(what: &str) {
    let message = format!("LEFT OUT: {what}");
    assert!(
        std::env::var(REQUIRE).as_deref() != Ok("all"),
        "{REQUIRE}=all, and yet {message}"
    );
    let _ = std::io::stderr().write_all(format!("\n{message}\n").as_bytes());
}
