//! One connection among the others: what it waits for, and whether it is to end.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, Ordering::SeqCst},
};

use super::table::{Admitted, Table};

/// The beginning of a request is there, or has to be soon.
const HEAD: u8 = 0;
/// A request was answered, and the next may come.
const IDLE: u8 = 1;
/// A request is being answered.
const REQUEST: u8 = 2;
/// The connection is a WebSocket, which looks after itself.
const SOCKET: u8 = 3;

/// A connection among the others. Dropping it gives its place back.
pub(super) struct Place {
    table: Arc<Table>,
    admitted: Admitted,
    phase: AtomicU8,
    ends_with_connection: AtomicBool,
}

impl Place {
    pub fn new(table: Arc<Table>, admitted: Admitted) -> Arc<Self> {
        Arc::new(Self {
            table,
            admitted,
            phase: AtomicU8::new(HEAD),
            ends_with_connection: AtomicBool::new(false),
        })
    }

    /// Whether only whoever runs the service is answered.
    pub fn is_reserved(&self) -> bool {
        self.admitted.is_reserved
    }

    /// Waits until the connection has to make room.
    pub async fn closed(&self) {
        self.admitted.close.notified().await;
    }

    /// Bytes came. True when they are the first of a request after another.
    pub fn heard(&self) -> bool {
        self.phase
            .compare_exchange(IDLE, HEAD, SeqCst, SeqCst)
            .is_ok()
    }

    /// Whether the head of a request has to come.
    pub fn awaits_head(&self) -> bool {
        self.phase.load(SeqCst) == HEAD
    }

    /// A request is whole but for its body. False when the connection is being closed.
    pub fn begin(&self) -> bool {
        self.phase.store(REQUEST, SeqCst);
        self.table.works(self.admitted.id)
    }

    /// The request is answered.
    pub fn finish(&self) {
        let was_answered = self.phase.compare_exchange(REQUEST, IDLE, SeqCst, SeqCst);
        if was_answered.is_ok() {
            self.table.waits(self.admitted.id);
        }
    }

    /// The connection is a WebSocket from now on.
    pub fn upgrade(&self) {
        self.phase.store(SOCKET, SeqCst);
    }

    /// Nothing happens until the client sends or takes something.
    pub fn waits(&self) {
        if self.phase.load(SeqCst) != SOCKET {
            self.table.waits(self.admitted.id);
        }
    }

    /// It did.
    pub fn goes_on(&self) {
        if self.phase.load(SeqCst) == REQUEST {
            self.table.works(self.admitted.id);
        }
    }

    /// The answer has no other end than that of the connection.
    pub fn end_with_connection(&self) {
        self.ends_with_connection.store(true, SeqCst);
    }

    /// Whether that is so.
    pub fn ends_with_connection(&self) -> bool {
        self.ends_with_connection.load(SeqCst)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.table.leave(self.admitted.id);
    }
}
