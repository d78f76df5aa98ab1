//! Batches of assignments on the wire.

use super::{assignment::asked, problem};
use app::{
    Clock,
    assignment_batch::{self as command, CreateAssignmentBatch, ItemResult},
};
use contract::{AssignmentBatch, AssignmentBatchResult, BatchMode};
use domain::{AssignmentId, Invalid, Time};

/// The command, or every fault of the request.
pub fn command(
    body: AssignmentBatch,
    clock: &dyn Clock,
) -> Result<CreateAssignmentBatch, Vec<Invalid>> {
    let mode = match body.mode {
        BatchMode::Atomic => command::BatchMode::Atomic,
        BatchMode::Partial => command::BatchMode::Partial,
    };
    let (mut items, mut wrong) = (Vec::with_capacity(body.items.len()), Vec::new());
    for (index, item) in body.items.into_iter().enumerate() {
        match asked(item, &format!("/items/{index}")) {
            Ok(new) => items.push((AssignmentId(clock.new_id()), new)),
            Err(invalid) => wrong.push(invalid),
        }
    }
    match wrong.is_empty() {
        true => Ok(CreateAssignmentBatch { mode, items }),
        false => Err(wrong),
    }
}

/// The result of the command.
pub fn view(mode: BatchMode, items: &[ItemResult], now: Time) -> AssignmentBatchResult {
    let created = items
        .iter()
        .filter(|item| matches!(item, ItemResult::Created(_)))
        .count();
    let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    AssignmentBatchResult {
        mode,
        created: count(created),
        refused: count(items.len() - created),
        results: problem::results(items, now),
    }
}
