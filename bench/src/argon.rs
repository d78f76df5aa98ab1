//! Argon2id alone, on as many threads as the service uses: no login can be faster.

use std::{
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::{Fault, load::Measurement};

/// Memory in KiB, passes and lanes: the service's default.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// Threads on which the service hashes at most.
const MOST_THREADS: usize = 4;

/// The cost as hashes name it.
pub fn cost() -> String {
    let (memory, passes, lanes) = COST;
    format!("Argon2id m={memory},t={passes},p={lanes}")
}

/// Threads that hash at the same time when so many callers wait.
pub fn threads(callers: u64) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    cores.min(MOST_THREADS).min(callers as usize)
}

/// Hashes for so long, on the threads that so many callers would keep busy.
pub fn measure(callers: u64, time: Duration) -> Result<Measurement, Fault> {
    let since = Instant::now();
    let threads: Vec<_> = (0..threads(callers))
        .map(|_| thread::spawn(move || work(since, time)))
        .collect();
    let mut total = Measurement::empty()?;
    for thread in threads {
        total.add(&thread.join().map_err(|_| "a thread panicked")??)?;
    }
    total.seconds = since.elapsed().as_secs_f64();
    Ok(total)
}

/// Its memory is taken once, as the service does.
fn work(since: Instant, time: Duration) -> Result<Measurement, Fault> {
    let (memory, passes, lanes) = COST;
    let wrong = |error: argon2::Error| Fault::from(error.to_string());
    let params = Params::new(memory, passes, lanes, None).map_err(wrong)?;
    let mut blocks = vec![Block::new(); params.block_count()];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut seen = Measurement::empty()?;
    loop {
        let (began, mut hash) = (Instant::now(), [0; 32]);
        let salt = seen.requests.to_le_bytes().repeat(2);
        argon
            .hash_password_into_with_memory(b"a password", &salt, &mut hash, &mut blocks)
            .map_err(wrong)?;
        seen.latency.record(began.elapsed().as_micros() as u64)?;
        seen.requests += 1;
        if since.elapsed() >= time {
            return Ok(seen);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn one_caller_keeps_one_thread_busy_and_none_more_than_there_are() {
        assert_eq!(threads(1), 1);
        assert!((1..=MOST_THREADS).contains(&threads(1_000)));
    }

    #[test]
    fn what_is_counted_was_hashed() {
        let seen = measure(1, Duration::from_millis(1)).unwrap();
        assert!(seen.requests > 0);
        assert_eq!(seen.latency.len(), seen.requests);
    }
}
