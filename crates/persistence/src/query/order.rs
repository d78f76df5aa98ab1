//! The order of a list, alike in the database and in memory.

use super::{
    field::{Field, Missing, Stored},
    filter::Reads,
    term::{Relation, Term, Test},
};
use crate::kernel::Table;
use domain::kernel::Id;
use sea_orm::{
    ColumnTrait, Condition, DbBackend, Order as Direction, QueryOrder, Select,
    sea_query::SimpleExpr,
};
use std::cmp::Ordering;

/// A field that a list can be sorted by.
#[derive(Debug)]
pub struct Sort<R: Stored> {
    field: Field<R>,
    reads: Reads,
}

/// By what a list is sorted, most significant first; the id decides where nothing else does.
#[derive(Debug, PartialEq, Eq)]
pub struct Order<R: Stored> {
    by: Vec<(Field<R>, bool)>,
}

impl<R: Stored> Field<R> {
    /// Sorts by it, along an index.
    pub(crate) const fn sort(self) -> Sort<R> {
        Sort {
            field: self,
            reads: Reads::Index,
        }
    }
}

impl<R: Stored> Sort<R> {
    /// Sorts all rows that the filters leave, for this reason.
    pub(crate) const fn scanning(mut self, reason: &'static str) -> Self {
        self.reads = Reads::Table(reason);
        self
    }

    /// The field.
    pub(super) const fn field(&self) -> Field<R> {
        self.field
    }

    /// The name of its field in the contract.
    pub const fn name(&self) -> &'static str {
        self.field.name()
    }

    /// How it finds its rows.
    pub const fn reads(&self) -> Reads {
        self.reads
    }
}

impl<R: Stored> Order<R> {
    /// By fields, `true` for descending.
    pub(crate) const fn by(by: Vec<(Field<R>, bool)>) -> Self {
        Self { by }
    }

    fn is_last_descending(&self) -> bool {
        self.by.last().is_some_and(|(_, descending)| *descending)
    }
}

impl<R: Stored> Clone for Order<R> {
    fn clone(&self) -> Self {
        Self {
            by: self.by.clone(),
        }
    }
}

impl<R: Table> Order<R> {
    /// The rows of a query in this order.
    pub fn select(&self, query: Select<R::Entity>, backend: DbBackend) -> Select<R::Entity> {
        let mut ordered = query;
        for (field, descending) in &self.by {
            if field.is_moved(backend) {
                let missing: SimpleExpr = field.column.is_null();
                let first = field.missing == Missing::First;
                ordered = ordered.order_by(missing, direction(first != *descending));
            }
            ordered = ordered.order_by(field.ordered(backend), direction(*descending));
        }
        ordered.order_by(R::ID, direction(self.is_last_descending()))
    }

    /// That a row comes after another in this order, as [`Order::compare`] has it: a list can be
    /// continued from there whatever was added or removed before.
    pub(crate) fn after(&self, last: &R, backend: DbBackend) -> Condition {
        let mut any = Condition::any();
        let mut same = Condition::all();
        let ids = match self.is_last_descending() {
            true => R::ID.lt(last.id().uuid()),
            false => R::ID.gt(last.id().uuid()),
        };
        for (field, descending) in &self.by {
            let value = (field.value)(last).into_owned();
            let relation = match descending {
                true => Relation::Before,
                false => Relation::After,
            };
            let term = |test| {
                Term {
                    field: *field,
                    test,
                }
                .condition(backend)
            };
            any = any.add(same.clone().add(term(Test::Is(relation, value.clone()))));
            same = same.add(term(Test::OneOf(vec![value])));
        }
        any.add(same.add(ids))
    }

    /// Which of two comes first.
    pub fn compare(&self, one: &R, other: &R) -> Ordering {
        for (field, descending) in &self.by {
            let order = field.compare(&(field.value)(one), &(field.value)(other));
            if order.is_ne() {
                return turned(order, *descending);
            }
        }
        let ids = one.id().uuid().cmp(&other.id().uuid());
        turned(ids, self.is_last_descending())
    }
}

fn direction(descending: bool) -> Direction {
    match descending {
        true => Direction::Desc,
        false => Direction::Asc,
    }
}

fn turned(order: Ordering, descending: bool) -> Ordering {
    match descending {
        true => order.reverse(),
        false => order,
    }
}

/// Two ordered lists as one.
pub(crate) fn merged<T>(
    one: Vec<T>,
    other: Vec<T>,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Vec<T> {
    let mut all = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    loop {
        let next = match (one.peek(), other.peek()) {
            (Some(first), Some(second)) if compare(second, first).is_lt() => other.next(),
            (None, _) => other.next(),
            _ => one.next(),
        };
        match next {
            Some(next) => all.push(next),
            None => return all,
        }
    }
}
