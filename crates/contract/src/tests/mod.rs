//! What reading a request costs, and whether it is right whatever the caller sends.

mod cost;
mod fuzz;
mod made;

use crate::{OPERATIONS, Operation};

/// The operation with this id.
fn operation(id: &str) -> &'static Operation {
    let found = OPERATIONS.iter().find(|operation| operation.id == id);
    found.expect("the operation is in the contract")
}
