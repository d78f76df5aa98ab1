//! The results of attempts.

use super::{Column, Delivery, Entity};
use crate::{Attempt, StoreResult, delivery_attempt, shape};
use domain::Time;
use sea_orm::entity::prelude::*;
use std::collections::BTreeMap;

/// How a delivery was found when an attempt began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Was {
    /// Attempts since it was last begun anew.
    pub tries: u32,
    /// When it was due.
    pub next_at: Option<Time>,
}

/// The result of an attempt.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The delivery as it was.
    pub was: Was,
    /// The delivery as it is.
    pub delivery: Delivery,
    /// The attempt.
    pub attempt: Attempt,
}

/// Stores the results of attempts. For a delivery that was requested again meanwhile, only the
/// attempt is stored: the delivery is still to be made.
pub(crate) async fn settle(
    connection: &impl ConnectionTrait,
    settled: &[Settled],
) -> StoreResult<()> {
    delivery_attempt::insert(connection, settled).await?;
    let mut alike: BTreeMap<(Was, Outcome), Vec<Uuid>> = BTreeMap::new();
    for one in settled {
        let change = (one.was, Outcome::of(&one.delivery));
        alike.entry(change).or_default().push(one.delivery.id);
    }
    for ((was, outcome), ids) in alike {
        let count = ids.len() as u64;
        let due = match was.next_at {
            Some(at) => Column::NextAt.eq(at.micros()),
            None => Column::NextAt.is_null(),
        };
        let attempts = || {
            Entity::update_many()
                .col_expr(Column::Attempts, Expr::val(outcome.attempts))
                .filter(Column::Id.is_in(shape::list(ids.iter().copied())))
        };
        let kept = attempts()
            .col_expr(Column::Status, Expr::val(outcome.status))
            .col_expr(Column::Tries, Expr::val(outcome.tries))
            .col_expr(Column::NextAt, Expr::val(outcome.next_at))
            .col_expr(Column::DoneAt, Expr::val(outcome.done_at))
            .filter(Column::Tries.eq(number(was.tries)))
            .filter(due)
            .exec(connection)
            .await?;
        if kept.rows_affected < count {
            attempts().exec(connection).await?;
        }
    }
    Ok(())
}

fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// What an attempt changes of a delivery. Most of those that are kept together have it in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    status: &'static str,
    attempts: i32,
    tries: i32,
    next_at: Option<i64>,
    done_at: Option<i64>,
}

impl Outcome {
    fn of(delivery: &Delivery) -> Self {
        Self {
            status: delivery.status.as_str(),
            attempts: number(delivery.attempts),
            tries: number(delivery.tries),
            next_at: delivery.next_at.map(Time::micros),
            done_at: delivery.done_at.map(Time::micros),
        }
    }
}
