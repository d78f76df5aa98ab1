//! The two ways for development: a folder that one can look into, and the log.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use mail::{MailError, Mailbox, Mailer, Message, Timeouts, invitation};
use mail_parser::MessageParser;
use tracing_subscriber::fmt::MakeWriter;

const LINK: &str =
    "https://qm.example.test/invitation#t=0123456789abcdef0123456789abcdef0123456789ab";

/// A folder that does not exist yet and goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    fn mailer(&self, inner: &str) -> Mailer {
        mailer(&format!("file:{}", self.0.join(inner).display()))
    }

    /// The names in the folder, in order, and what the files hold.
    fn files(&self) -> Vec<(String, String)> {
        let entries = fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut files: Vec<_> = entries
            .map(|path| (name(&path), fs::read_to_string(&path).unwrap()))
            .collect();
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn mailer(delivery: &str) -> Mailer {
    Mailer::new(&delivery.parse().unwrap(), Timeouts::default()).unwrap()
}

fn message() -> Message {
    let until = "2026-05-09T14:30:00Z".parse().unwrap();
    let (subject, text) = invitation(Some("Čez Łódź"), "Zoë Ørsted", LINK, until);
    let from = Mailbox::new("", "noreply@kranich.test").unwrap();
    let to = Mailbox::new("Zoë Ørsted", "zoe@example.test").unwrap();
    Message::new(from, to, &subject, &text).unwrap()
}

#[tokio::test]
async fn a_file_can_be_read_by_people_and_by_programs() {
    let folder = Folder::new("readable");
    folder.mailer("").send(&message()).await.unwrap();
    let files = folder.files();
    let [(name, content)] = files.as_slice() else {
        panic!("one file, not {files:?}");
    };
    assert!(name.ends_with(".eml"));
    assert!(content.lines().any(|line| line == LINK), "{content}");
    assert!(content.contains("Hello Zoë Ørsted,"), "{content}");
    let mail = MessageParser::default().parse(content.as_bytes()).unwrap();
    assert_eq!(mail.subject(), Some("Invitation to Čez Łódź"));
    let to = mail.to().unwrap().first().unwrap();
    assert_eq!(to.name.as_deref(), Some("Zoë Ørsted"));
    assert_eq!(to.address.as_deref(), Some("zoe@example.test"));
    assert!(mail.body_text(0).unwrap().contains("invited to Čez Łódź."));
}

#[tokio::test]
async fn a_line_longer_than_mail_allows_is_kept_by_encoding_it() {
    let folder = Folder::new("long-line");
    let someone = || Mailbox::new("", "ada@example.test").unwrap();
    let line = "ø".repeat(500);
    let message = Message::new(someone(), someone(), "Long", &line).unwrap();
    folder.mailer("").send(&message).await.unwrap();
    let (_, content) = folder.files().remove(0);
    assert!(content.lines().all(|line| line.len() <= 998));
    let mail = MessageParser::default().parse(content.as_bytes()).unwrap();
    assert_eq!(mail.body_text(0).unwrap().trim_end(), line);
}

#[tokio::test]
async fn every_mail_has_a_file_and_nothing_unfinished_is_left() {
    let folder = Folder::new("many");
    let mailer = folder.mailer("");
    for _ in 0..20 {
        mailer.send(&message()).await.unwrap();
    }
    let files = folder.files();
    assert_eq!(files.len(), 20);
    assert!(files.iter().all(|(name, _)| name.ends_with(".eml")));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_temporary() {
    let folder = Folder::new("in-the-way");
    folder.mailer("").send(&message()).await.unwrap();
    let (name, _) = folder.files().remove(0);
    let refused = folder.mailer(&name).send(&message()).await.unwrap_err();
    assert!(matches!(refused, MailError::Temporary(_)), "{refused}");
}

/// What the log says.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Said {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_says_to_whom_about_what_and_the_text() {
    let said = Said::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(said.clone())
        .with_ansi(false)
        .finish();
    let logging = tracing::subscriber::set_default(subscriber);
    mailer("log:").send(&message()).await.unwrap();
    drop(logging);
    let said = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
    assert!(said.contains(" INFO "), "{said}");
    for part in ["zoe@example.test", "Invitation to Čez Łódź", LINK] {
        assert!(said.contains(part), "{part} in {said}");
    }
}
