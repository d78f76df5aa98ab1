//! Trying an installation out on its own database, in scratch places that are removed again. The
//! tables of the installation are not touched.
//!
//! The service that is tried is given by whoever runs the checks, as an [`Installation`].

mod installation;
pub mod isolation;
mod torture;

pub use installation::{Installation, Started};
pub use torture::{Fight, run as torture};

use app::Scratch;

/// A check that could not be done, in words for the terminal.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Does the work in a scratch place of the installation, and removes the place also when the work
/// failed or was stopped.
async fn in_scratch<T>(
    installation: &dyn Installation,
    work: impl AsyncFnOnce(&Scratch) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let stop = installation.stopped()?;
    let scratch = installation.scratch().await?;
    let done = tokio::select! {
        done = work(&scratch) => done,
        () = stop => Err("stopped before it was done".into()),
    };
    scratch.remove().await?;
    done
}

/// The first word of the last line.
fn verdict(faults: &[String]) -> &'static str {
    match faults {
        [] => "PASS",
        _ => "FAIL",
    }
}
