//! Batches of assignments on the wire.

use super::{assignment::asked, problem};
use app::{
    Clock,
    assignment_batch::{self as command, CreateAssignmentBatch, ItemResult},
};
use contract::{AssignmentBatch, AssignmentBatchResult, BatchMode};
use domain::{AssignmentId, Time};

/// What is asked for.
pub fn command(body: AssignmentBatch, clock: &dyn Clock) -> CreateAssignmentBatch {
    let mode = match body.mode {
        BatchMode::Atomic => command::BatchMode::Atomic,
        BatchMode::Partial => command::BatchMode::Partial,
    };
    let items = body
        .items
        .into_iter()
        .map(|item| (AssignmentId(clock.new_id()), asked(item)));
    CreateAssignmentBatch {
        mode,
        items: items.collect(),
    }
}

/// What became of it.
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
