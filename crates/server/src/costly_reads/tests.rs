#![allow(clippy::unwrap_used)]

use super::*;
use contract::OPERATIONS;
use domain::{Caller, Permissions, UserId, user::Role};

const SHORT_WAIT: Duration = Duration::from_millis(20);

fn caller(number: u128, organization: Option<u128>) -> Actor {
    Actor::Caller(Caller {
        user: Some(UserId(Uuid::from_u128(number))),
        key: None,
        role: Role::Member,
        organization: organization.map(|id| OrganizationId(Uuid::from_u128(id))),
        station: None,
        fixed: Permissions::NONE,
        granted: Permissions::NONE,
    })
}

async fn code(reads: &Arc<CostlyReads>, actor: &Actor) -> Option<ProblemCode> {
    let turn = reads.turn_within(actor, SHORT_WAIT).await;
    turn.err().map(|problem| problem.code)
}

#[tokio::test]
async fn one_caller_or_organization_cannot_take_all_turns() {
    let reads = Arc::new(CostlyReads::new(16));
    let mut turns = Vec::new();
    for _ in 0..4 {
        turns.push(reads.turn(&caller(1, Some(9))).await.unwrap());
    }
    assert_eq!(
        code(&reads, &caller(1, Some(9))).await,
        Some(ProblemCode::RateLimited)
    );
    for _ in 0..2 {
        turns.push(reads.turn(&caller(2, Some(9))).await.unwrap());
    }
    assert_eq!(
        code(&reads, &caller(3, Some(9))).await,
        Some(ProblemCode::RateLimited)
    );
    for _ in 0..2 {
        turns.push(reads.turn(&caller(4, None)).await.unwrap());
    }
    assert_eq!(
        code(&reads, &caller(5, None)).await,
        Some(ProblemCode::Unavailable)
    );
    turns.pop();
    assert_eq!(code(&reads, &caller(5, None)).await, None);
    turns.clear();
    assert!(
        reads.shares().is_empty(),
        "the shares of idle callers are not removed"
    );
}

#[tokio::test]
async fn a_turn_is_free_again_when_its_last_copy_is_dropped() {
    let reads = Arc::new(CostlyReads::new(1));
    let turn = reads.turn(&caller(1, None)).await.unwrap();
    let copy = turn.clone();
    drop(turn);
    assert_eq!(
        code(&reads, &caller(1, None)).await,
        Some(ProblemCode::RateLimited)
    );
    drop(copy);
    assert_eq!(code(&reads, &caller(1, None)).await, None);
    assert!(reads.shares().is_empty());
}

#[test]
fn lists_events_and_reads_of_the_past_are_costly() {
    let is_costly = |id: &str, query: &str| {
        let operation = OPERATIONS
            .iter()
            .find(|operation| operation.id == id)
            .unwrap();
        let target = format!("{}{query}", operation.path.replace("{id}", "1"));
        let request = Request::builder().uri(target.parse().unwrap()).finish();
        CostlyReads::are_asked_for(operation, &request)
    };
    assert!(is_costly("listUsers", "?q=a"));
    assert!(is_costly("listEvents", ""));
    assert!(is_costly("listDeliveries", ""));
    assert!(is_costly("getUser", "?asOf=2026-01-01T00:00:00Z"));
    assert!(is_costly("getUser", "?as%4ff=2026-01-01T00:00:00Z"));
    assert!(!is_costly("getUser", ""));
    assert!(!is_costly("createUser", ""));
    assert!(!is_costly("getReadiness", ""));
}
