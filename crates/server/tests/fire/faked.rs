//! The wall clock of a process under test, set by libfaketime. Its monotonic clock stays true.

use std::{fs, path::PathBuf};
use testkit::process::Installation;
use uuid::Uuid;

const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// A clock that differs from that of the machine by whole seconds.
pub struct FakedClock(PathBuf);

impl FakedClock {
    /// A clock that is this many seconds ahead; negative is behind.
    pub fn ahead(seconds: i64) -> Self {
        let library = std::path::Path::new(LIBRARY);
        assert!(
            library.exists(),
            "`apt-get install faketime` brings {LIBRARY}"
        );
        let name = format!("qm_clock_{}", Uuid::now_v7().simple());
        let clock = Self(std::env::temp_dir().join(name));
        clock.set(seconds);
        clock
    }

    /// Sets it, also under a process that runs.
    pub fn set(&self, seconds: i64) {
        let new = self.0.with_extension("new");
        fs::write(&new, format!("{seconds:+}\n")).unwrap();
        // Renamed into place: a reader sees the old or the new file, never a part.
        fs::rename(&new, &self.0).unwrap();
    }

    /// The variables that give a process this clock.
    pub fn variables(&self) -> [(&'static str, String); 5] {
        [
            ("LD_PRELOAD", LIBRARY.to_owned()),
            (
                "FAKETIME_TIMESTAMP_FILE",
                self.0.to_string_lossy().into_owned(),
            ),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ]
    }

    /// The same installation with processes that have this clock.
    pub fn of(&self, installation: Installation) -> Installation {
        let variables = self.variables().into_iter();
        variables.fold(installation, |one, (name, value)| one.with(name, &value))
    }
}

impl Drop for FakedClock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
