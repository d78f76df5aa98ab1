//! Conditions on rows, in the database and in memory.

use super::field::{Field, Missing, Stored, Value};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, QueryFilter, Select,
    sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr},
};
use std::cmp::Ordering;

/// What a field has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// One of these; of none, nothing is.
    OneOf(Vec<Value<'static>>),
    /// None of these.
    NoneOf(Vec<Value<'static>>),
    /// Before, at or after a value.
    Is(Relation, Value<'static>),
    /// A text with this in it, both in the form of the field.
    Contains(String),
    /// A text that begins with this.
    Begins(String),
}

/// How a value stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Before,
    Until,
    From,
    After,
}

/// A test of a field.
#[derive(Debug)]
pub(crate) struct Term<R: Stored> {
    pub(super) field: Field<R>,
    pub(super) test: Test,
}

/// Conditions that all have to hold.
#[derive(Debug)]
pub struct Terms<R: Stored>(pub(super) Vec<Term<R>>);

impl<R: Stored> Field<R> {
    /// That it is this.
    pub(crate) fn is(self, value: impl Into<Value<'static>>) -> Terms<R> {
        self.one_of([value.into()])
    }

    /// That it is not this.
    pub(crate) fn is_not(self, value: impl Into<Value<'static>>) -> Terms<R> {
        self.test(Test::NoneOf(vec![value.into()]))
    }

    /// That it is one of these.
    pub(crate) fn one_of(self, values: impl IntoIterator<Item = Value<'static>>) -> Terms<R> {
        self.test(Test::OneOf(values.into_iter().collect()))
    }

    /// That it stands so to a value.
    pub(crate) fn compares(self, relation: Relation, value: impl Into<Value<'static>>) -> Terms<R> {
        self.test(Test::Is(relation, value.into()))
    }

    pub(super) fn test(self, test: Test) -> Terms<R> {
        Terms(vec![Term { field: self, test }])
    }
}

impl<R: Stored> Terms<R> {
    /// Everything.
    pub(crate) const fn all() -> Self {
        Self(Vec::new())
    }

    /// Nothing, by any field.
    pub(crate) fn nothing(field: Field<R>) -> Self {
        field.one_of([])
    }

    /// These and others.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Those on what never changes.
    pub(crate) fn fixed(&self) -> Self {
        let fixed = self.0.iter().filter(|term| term.field.is_fixed);
        Self(fixed.cloned().collect())
    }

    /// What the query finds of which they all hold.
    pub fn select(&self, query: Select<R::Entity>, backend: DbBackend) -> Select<R::Entity> {
        let terms = self.0.iter();
        terms.fold(query, |query, term| query.filter(term.condition(backend)))
    }

    /// Whether they all hold.
    pub fn hold(&self, row: &R) -> bool {
        self.0.iter().all(|term| term.holds(row))
    }
}

impl<R: Stored> Clone for Term<R> {
    fn clone(&self) -> Self {
        Self {
            field: self.field,
            test: self.test.clone(),
        }
    }
}

impl<R: Stored> Clone for Terms<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Stored> Term<R> {
    fn holds(&self, row: &R) -> bool {
        let value = (self.field.value)(row);
        match &self.test {
            Test::OneOf(values) => values.contains(&value),
            Test::NoneOf(values) => !values.contains(&value),
            Test::Is(relation, other) => relation.is(self.field.compare(&value, other)),
            Test::Contains(part) => {
                matches!(&value, Value::Text(text) if text.contains(part.as_str()))
            }
            Test::Begins(part) => {
                matches!(&value, Value::Text(text) if text.starts_with(part.as_str()))
            }
        }
    }

    pub(super) fn condition(&self, backend: DbBackend) -> Condition {
        let column = self.field.column;
        match &self.test {
            Test::OneOf(values) => one_of(column, values, backend),
            Test::NoneOf(values) => self.none_of(values, backend),
            Test::Is(relation, value) => self.compared(*relation, value, backend),
            Test::Contains(part) => Condition::all().add(column.like(pattern("%", part))),
            Test::Begins(part) => Condition::all().add(column.like(pattern("", part))),
        }
    }

    /// Rows without a value pass too, where SQL would leave them out, unless that is a value to
    /// exclude.
    fn none_of(&self, values: &[Value<'static>], backend: DbBackend) -> Condition {
        let column = self.field.column;
        let others = values.iter().filter(|value| **value != Value::Missing);
        let others: Vec<Value<'_>> = others.cloned().collect();
        let mut all = Condition::all();
        if !others.is_empty() {
            all = all.add(Condition::all().not().add(one_of(column, &others, backend)));
        }
        match (values.len() > others.len(), self.field.missing) {
            (true, _) => all.add(column.is_not_null()),
            (false, Missing::Never) => all,
            (false, _) => Condition::any().add(all).add(column.is_null()),
        }
    }

    /// A comparison with what is missing is neither true nor false in SQL.
    fn compared(
        &self,
        relation: Relation,
        value: &Value<'static>,
        backend: DbBackend,
    ) -> Condition {
        if *value == Value::Missing {
            return self.compared_with_nothing(relation);
        }
        let (column, value) = (self.field.column, value.clone().bound());
        let ordered = self.field.ordered(backend);
        let (holds, is_low) = match relation {
            Relation::Before => (ordered.lt(value), true),
            Relation::Until => (ordered.lte(value), true),
            Relation::From => (ordered.gte(value), false),
            Relation::After => (ordered.gt(value), false),
        };
        let condition = Condition::any().add(holds);
        match (self.field.missing, is_low) {
            (Missing::First, true) | (Missing::Last, false) => condition.add(column.is_null()),
            _ => condition,
        }
    }
}

impl<R: Stored> Term<R> {
    fn compared_with_nothing(&self, relation: Relation) -> Condition {
        let (column, is_last) = (self.field.column, self.field.missing == Missing::Last);
        let condition = match (relation, is_last) {
            (Relation::Before, true) | (Relation::After, false) => column.is_not_null(),
            (Relation::Until, false) | (Relation::From, true) => column.is_null(),
            (Relation::Until, true) | (Relation::From, false) => Expr::cust("1 = 1"),
            (Relation::Before, false) | (Relation::After, true) => Expr::cust("1 = 0"),
        };
        Condition::all().add(condition)
    }
}

impl Relation {
    fn is(self, order: Ordering) -> bool {
        match self {
            Self::Before => order.is_lt(),
            Self::Until => order.is_le(),
            Self::From => order.is_ge(),
            Self::After => order.is_gt(),
        }
    }
}

/// That a column is one of these.
fn one_of<C: ColumnTrait>(column: C, values: &[Value<'static>], backend: DbBackend) -> Condition {
    let mut any = Condition::any();
    let (texts, others): (Vec<&Value<'_>>, Vec<&Value<'_>>) = values
        .iter()
        .filter(|value| **value != Value::Missing)
        .partition(|value| matches!(value, Value::Text(_)) && backend == DbBackend::MySql);
    if texts.len() + others.len() < values.len() {
        any = any.add(column.is_null());
    }
    for text in texts {
        any = any.add(same_text(column, text.clone()));
    }
    any = match others.as_slice() {
        [] => any,
        [one] => any.add(column.eq((*one).clone().bound())),
        _ => any.add(column.is_in(others.into_iter().cloned().map(Value::bound))),
    };
    match any.is_empty() {
        true => Condition::all().add(Expr::cust("1 = 0")),
        false => any,
    }
}

/// MySQL and MariaDB ignore spaces at the end of a text in comparisons, but count them in its length.
fn same_text<C: ColumnTrait>(column: C, text: Value<'_>) -> SimpleExpr {
    let bytes = match &text {
        Value::Text(text) => i64::try_from(text.len()).unwrap_or(i64::MAX),
        _ => 0,
    };
    let length = Expr::expr(Func::cust("LENGTH").arg(Expr::col(column)));
    column.eq(text.bound()).and(length.eq(bytes))
}

/// A LIKE pattern for a text that has this after whatever the beginning stands for.
fn pattern(beginning: &str, part: &str) -> LikeExpr {
    let mut pattern = beginning.to_owned();
    for c in part.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('!')
}
