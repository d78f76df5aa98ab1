//! Mail into a folder, a file each.
use std::{
    fs, io,
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::{error::MailError, letter, message::Message};

/// Writes the mail as a new `.eml` file, whose names sort by time. The folder is made if need be.
pub(crate) async fn send(folder: PathBuf, message: &Message) -> Result<(), MailError> {
    let bytes = letter::for_reading(message)?.formatted();
    let written = tokio::task::spawn_blocking(move || write(&folder, &bytes)).await;
    let written = written.map_err(io::Error::other).flatten();
    written.map_err(|error| MailError::Temporary(error.to_string()))
}

/// Under its own name only once it is whole, so that nobody reads half a mail.
fn write(folder: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let name = Uuid::now_v7();
    let unfinished = folder.join(format!(".{name}.part"));
    let finished = folder.join(format!("{name}.eml"));
    let written = fs::write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, finished));
    if written.is_err() {
        // What is left of it says nothing more than the error that is returned.
        let _ = fs::remove_file(unfinished);
    }
    written
}
