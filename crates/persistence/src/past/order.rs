//! The order of a page, alike in the database and here.

use super::Past;
use crate::{SortField, page};
use domain::Time;
use sea_orm::{
    DbBackend, IntoSimpleExpr,
    entity::prelude::*,
    sea_query::{IntoColumnRef, SimpleExpr},
};
use std::cmp;

/// By what a resource is sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A time.
    Time(Time),
    /// A text, or none.
    Text(Option<String>),
}

/// How a page is ordered.
pub(super) struct Ordering<'a> {
    sort: &'a [(SortField, bool)],
    backend: DbBackend,
}

impl<'a> Ordering<'a> {
    pub(super) fn of(backend: DbBackend, sort: &'a [(SortField, bool)]) -> Self {
        Self { sort, backend }
    }

    /// The rows in this order. Texts are in the order of their bytes, whatever the language of the
    /// database, so that both sides agree.
    pub(super) fn select<T: Past>(&self, query: Select<T::Entity>) -> Select<T::Entity> {
        page::order(query, self.sort, |field| {
            let column = T::column(field);
            match (self.backend, field) {
                (DbBackend::Postgres, SortField::CreatedAt) => column.into_simple_expr(),
                (DbBackend::Postgres, _) => {
                    let column = Expr::col(column.into_column_ref());
                    SimpleExpr::cust_with_expr("$1 COLLATE \"C\"", column)
                }
                _ => column.into_simple_expr(),
            }
        })
    }

    /// Which of two comes first.
    pub(super) fn compare<T: Past>(&self, one: &T, other: &T) -> cmp::Ordering {
        let turned = |order: cmp::Ordering, descending: bool| match descending {
            true => order.reverse(),
            false => order,
        };
        let sort = page::sorted_by(self.sort);
        for (field, descending) in sort {
            let order = self.of_keys(&one.key(*field), &other.key(*field));
            if order.is_ne() {
                return turned(order, *descending);
            }
        }
        let last = sort.last().is_some_and(|(_, descending)| *descending);
        turned(one.id().cmp(&other.id()), last)
    }

    /// PostgreSQL has what is missing behind what is there, the others before it.
    fn of_keys(&self, one: &Key, other: &Key) -> cmp::Ordering {
        match (one, other, self.backend) {
            (Key::Text(one), Key::Text(other), DbBackend::Postgres) => {
                let ranked = |text: &Option<String>| (text.is_none(), text.clone());
                ranked(one).cmp(&ranked(other))
            }
            _ => one.cmp(other),
        }
    }
}

/// Two ordered lists as one.
pub(super) fn merged<T>(
    one: Vec<T>,
    other: Vec<T>,
    compare: impl Fn(&T, &T) -> cmp::Ordering,
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
