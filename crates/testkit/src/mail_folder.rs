//! A folder that the product sends its mail into.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// How long a mail may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// The number of characters of a token after its prefix.
const TOKEN: usize = 43;

/// A folder of its own, which is removed when this is dropped.
#[derive(Debug)]
pub struct MailFolder {
    folder: PathBuf,
}

impl MailFolder {
    /// An empty folder.
    ///
    /// # Panics
    /// When it cannot be created.
    #[must_use]
    pub fn new() -> Self {
        let name = format!("qm_mail_{}", uuid::Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        let made = fs::create_dir(&folder);
        assert!(made.is_ok(), "no folder {}: {made:?}", folder.display());
        Self { folder }
    }

    /// The value for `mail_url`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("file:{}", self.folder.display())
    }

    /// Every mail so far, unparsed, the oldest first.
    #[must_use]
    pub fn letters(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
            .collect();
        files.sort();
        let read = files.iter().map(fs::read_to_string);
        read.map(Result::unwrap_or_default).collect()
    }

    /// The mails to one address, the oldest first, once there are this many.
    ///
    /// # Panics
    /// When they do not arrive in time.
    pub async fn to(&self, address: &str, count: usize) -> Vec<String> {
        let since = Instant::now();
        loop {
            let mut letters = self.letters();
            letters.retain(|letter| {
                let mut lines = letter.lines();
                lines.any(|line| line.starts_with("To: ") && line.contains(address))
            });
            if letters.len() >= count {
                return letters;
            }
            let late = since.elapsed() > PATIENCE;
            assert!(!late, "{} of {count} mails to {address}", letters.len());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The token in the last of this many mails to an address.
    ///
    /// # Panics
    /// When they do not arrive in time, or the last one has no link.
    pub async fn token(&self, address: &str, count: usize) -> String {
        let letters = self.to(address, count).await;
        let token = letters.last().and_then(|letter| token_in(letter));
        token.unwrap_or_else(|| panic!("no link in {letters:?}"))
    }
}

impl Default for MailFolder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for MailFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The token of the link, which follows its `#`.
fn token_in(letter: &str) -> Option<String> {
    let (_, after) = letter.split_once("/invitation#")?;
    let token = after.lines().next()?.trim_end();
    let secret = token.strip_prefix("qmi_")?;
    (secret.len() == TOKEN).then(|| token.to_owned())
}
