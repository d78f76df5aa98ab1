//! The slot of one connection in the table: what the connection waits for, and whether it has to close.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, Ordering::SeqCst},
};

use super::table::{Admitted, Table};

/// The head of a request is awaited, with a time limit.
const HEAD: u8 = 0;
/// A request was answered, and the next one may begin.
const IDLE: u8 = 1;
/// A request is being answered.
const REQUEST: u8 = 2;
/// The connection is a WebSocket, which has time limits of its own.
const SOCKET: u8 = 3;

/// The slot of a connection. Dropping it removes the connection from the table.
pub(super) struct Slot {
    table: Arc<Table>,
    admitted: Admitted,
    phase: AtomicU8,
    ends_with_connection: AtomicBool,
}

impl Slot {
    pub fn new(table: Arc<Table>, admitted: Admitted) -> Arc<Self> {
        Arc::new(Self {
            table,
            admitted,
            phase: AtomicU8::new(HEAD),
            ends_with_connection: AtomicBool::new(false),
        })
    }

    /// Whether only health, readiness and metrics are answered.
    pub fn is_reserved(&self) -> bool {
        self.admitted.is_reserved
    }

    /// Waits until the connection has to close for another one.
    pub async fn closed(&self) {
        self.admitted.close.notified().await;
    }

    /// Records received bytes. Returns whether they begin the next request of an idle connection.
    pub fn begin_head(&self) -> bool {
        self.phase
            .compare_exchange(IDLE, HEAD, SeqCst, SeqCst)
            .is_ok()
    }

    /// Whether the head of a request is awaited.
    pub fn awaits_head(&self) -> bool {
        self.phase.load(SeqCst) == HEAD
    }

    /// Records that the head of a request is complete. Returns false if the connection is being closed.
    pub fn begin_request(&self) -> bool {
        self.phase.store(REQUEST, SeqCst);
        self.table.mark_busy(self.admitted.id)
    }

    /// Records that the request is answered.
    pub fn finish_request(&self) {
        let was_answered = self.phase.compare_exchange(REQUEST, IDLE, SeqCst, SeqCst);
        if was_answered.is_ok() {
            self.table.mark_waiting(self.admitted.id);
        }
    }

    /// Records that the connection is a WebSocket from now on.
    pub fn upgrade(&self) {
        self.phase.store(SOCKET, SeqCst);
    }

    /// Records that the connection waits until the client sends or reads something.
    pub fn mark_waiting(&self) {
        if self.phase.load(SeqCst) != SOCKET {
            self.table.mark_waiting(self.admitted.id);
        }
    }

    /// Records that the client has sent or read something.
    pub fn mark_resumed(&self) {
        if self.phase.load(SeqCst) == REQUEST {
            self.table.mark_busy(self.admitted.id);
        }
    }

    /// Records that the response is only ended by the end of the connection.
    pub fn end_with_connection(&self) {
        self.ends_with_connection.store(true, SeqCst);
    }

    /// Whether the response is only ended by the end of the connection.
    pub fn ends_with_connection(&self) -> bool {
        self.ends_with_connection.load(SeqCst)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.table.remove(self.admitted.id);
    }
}
