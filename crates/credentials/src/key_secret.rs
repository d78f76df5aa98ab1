//! The secret outside the database from which all others follow, and the file that
//! keeps it.
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::random::{self, NoRandomness};

const BYTES: usize = 32;

/// 32 secret bytes: the key under which API keys are hashed, and the root of the keys
/// that hash tokens and seal what is stored. `Debug` shows none of them; they are wiped
/// when dropped.
#[derive(Clone)]
pub struct KeySecret(Zeroizing<[u8; BYTES]>);

/// A key that follows from the root for one use alone. Knowing it tells nothing about
/// the root or about its sisters.
pub(crate) struct SubKey(Zeroizing<[u8; BYTES]>);

/// What a sub-key is for: the same label under another use is another key.
#[derive(Clone, Copy)]
pub(crate) enum Use {
    Digest,
    Derive,
    Seal,
}

/// The file of the secret cannot be used.
#[derive(Debug, Error)]
pub enum SecretFileError {
    /// Reading or writing failed.
    #[error("cannot {action} the API key secret {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Group or others may read or write it.
    #[error("{} can be used by others (mode {mode:03o}); make it yours alone: chmod 600 {}", path.display(), path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It does not hold a secret.
    #[error("{} does not hold 64 hexadecimal digits; restore it from the backup: without it no API key or token is known any more and nothing that is sealed can be opened", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// The operating system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl KeySecret {
    /// Reads 64 hexadecimal digits. The reason of a refusal does not repeat them.
    pub fn from_hex(text: &str) -> Result<Self, String> {
        let bytes = bytes_from_hex(text).ok_or("expected 64 hexadecimal digits (not shown)")?;
        Ok(Self(bytes))
    }

    /// A new one that is kept nowhere.
    pub fn random() -> Result<Self, NoRandomness> {
        Ok(Self(random::key()?))
    }

    /// Reads the secret from its file, or makes the file with mode 0600. Of several
    /// processes that start at once one makes it and all read the same.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretFileError> {
        match Self::load(path) {
            Err(SecretFileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                create(path)?;
                Self::load(path)
            }
            other => other,
        }
    }

    /// Reads the secret from its file, which has to be there.
    pub fn load(path: &Path) -> Result<Self, SecretFileError> {
        let failed = |source| io_error("read", path, source);
        let mut file = File::open(path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SecretFileError::Exposed {
                path: path.to_owned(),
                mode,
            });
        }
        let malformed = || SecretFileError::Malformed {
            path: path.to_owned(),
        };
        let mut text = Zeroizing::new(String::with_capacity(2 * BYTES + 2));
        let limit = 2 * BYTES as u64 + 2;
        match (&mut file).take(limit).read_to_string(&mut text) {
            Ok(_) => Self::from_hex(text.trim_end()).map_err(|_| malformed()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(malformed()),
            Err(error) => Err(failed(error)),
        }
    }

    /// HMAC-SHA256 under the root itself, as API keys are hashed.
    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 32] {
        mac(&self.0, message)
    }

    /// The key for this use and label.
    pub(crate) fn sub_key(&self, purpose: Use, label: &str) -> SubKey {
        let name = match purpose {
            Use::Digest => "digest",
            Use::Derive => "derive",
            Use::Seal => "seal",
        };
        let info = [
            b"quartermaster v1 ",
            name.as_bytes(),
            b" ",
            label.as_bytes(),
        ];
        let mut bytes = Zeroizing::new([0; BYTES]);
        Hkdf::<Sha256>::new(None, self.0.as_slice())
            .expand_multi_info(&info, bytes.as_mut_slice())
            .expect("32 bytes are fewer than the 8160 that HKDF-SHA256 gives");
        SubKey(bytes)
    }
}

impl SubKey {
    /// HMAC-SHA256 under this key.
    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 32] {
        mac(&self.0, message)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }
}

fn mac(key: &[u8; BYTES], message: &[u8]) -> [u8; 32] {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

impl fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySecret(…)")
    }
}

/// 32 bytes from 64 hexadecimal digits.
pub(crate) fn bytes_from_hex(text: &str) -> Option<Zeroizing<[u8; BYTES]>> {
    if text.len() != 2 * BYTES || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = Zeroizing::new([0; BYTES]);
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Writes a whole file aside and links it into place: the name never shows half a
/// secret, and never replaces one that is there.
fn create(path: &Path) -> Result<(), SecretFileError> {
    let failed = |source| io_error("create", path, source);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let bytes = random::key()?;
    let mut text = Zeroizing::new(String::with_capacity(2 * BYTES + 1));
    for byte in bytes.iter() {
        use fmt::Write as _;
        write!(text, "{byte:02x}").map_err(|_| failed(io::ErrorKind::Other.into()))?;
    }
    text.push('\n');
    let temporary = path.with_extension(format!("{}.tmp", uuid::Uuid::now_v7().simple()));
    let placed = write_new(&temporary, text.as_bytes()).and_then(|()| {
        match fs::hard_link(&temporary, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => File::open(folder)?.sync_all(),
        }
    });
    let _ = fs::remove_file(&temporary);
    placed.map_err(failed)
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> SecretFileError {
    SecretFileError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{collections::HashSet, env, os::unix::fs::PermissionsExt, thread};

    use super::*;

    /// A folder that goes away with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let path = env::temp_dir().join(format!("qm-secret-{}", uuid::Uuid::now_v7()));
            Self(path)
        }

        fn file(&self) -> PathBuf {
            self.0.join("data/api-key.secret")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner_alone() {
        let folder = Folder::new();
        let first = KeySecret::load_or_create(&folder.file()).unwrap();
        let second = KeySecret::load_or_create(&folder.file()).unwrap();
        assert_eq!(first.0, second.0);
        let mode = fs::metadata(folder.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let left = fs::read_dir(folder.file().parent().unwrap())
            .unwrap()
            .count();
        assert_eq!(left, 1, "nothing is left beside it");
    }

    #[test]
    fn processes_that_start_together_agree() {
        let folder = Folder::new();
        let starts: Vec<_> = (0..16)
            .map(|_| {
                let file = folder.file();
                thread::spawn(move || KeySecret::load_or_create(&file).unwrap().0)
            })
            .collect();
        let secrets: Vec<_> = starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect();
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = Folder::new();
        KeySecret::load_or_create(&folder.file()).unwrap();
        fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o640)).unwrap();
        let error = KeySecret::load_or_create(&folder.file())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("mode 640") && error.contains("chmod 600"),
            "{error}"
        );
    }

    #[test]
    fn a_damaged_file_is_refused_and_kept() {
        let folder = Folder::new();
        KeySecret::load_or_create(&folder.file()).unwrap();
        for content in [&b"abc"[..], &[0xff; 64], &[b'a'; 70], b""] {
            fs::write(folder.file(), content).unwrap();
            let error = KeySecret::load_or_create(&folder.file()).unwrap_err();
            assert!(
                matches!(error, SecretFileError::Malformed { .. }),
                "{error}"
            );
            assert_eq!(fs::read(folder.file()).unwrap(), content);
        }
    }

    #[test]
    fn every_use_and_label_has_a_key_of_its_own() {
        let root = KeySecret::from_hex(&"0f".repeat(32)).unwrap();
        let other = KeySecret::from_hex(&"1f".repeat(32)).unwrap();
        let keys = [
            *root.0,
            *root.sub_key(Use::Digest, "a").0,
            *root.sub_key(Use::Digest, "b").0,
            *root.sub_key(Use::Derive, "a").0,
            *root.sub_key(Use::Seal, "a").0,
            *other.sub_key(Use::Digest, "a").0,
        ];
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        let first =
            bytes_from_hex("6f5ac168e9fd78422d4c19b438992a76e86a6390aa6e49fc87c65c69cf5385d7");
        assert_eq!(
            Some(keys[1]),
            first.map(|key| *key),
            "HKDF as RFC 5869 has it"
        );
    }

    #[test]
    fn hexadecimal_is_read_strictly() {
        let good = "0f".repeat(32);
        assert_eq!(*KeySecret::from_hex(&good).unwrap().0, [15; 32]);
        for bad in [
            "",
            "0f",
            &"+f".repeat(32),
            &"zz".repeat(32),
            &"0f".repeat(33),
        ] {
            let reason = KeySecret::from_hex(bad).unwrap_err();
            assert!(bad.is_empty() || !reason.contains(bad));
        }
        assert_eq!(
            format!("{:?}", KeySecret::from_hex(&good).unwrap()),
            "KeySecret(…)"
        );
    }
}
