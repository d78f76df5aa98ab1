//! The values of columns, in the database and in memory.

use domain::{
    ResourceKind, Time,
    assignment::AssignmentStatus,
    kernel,
    organization::OrganizationStatus,
    station::OperationalStatus,
    user::{Role, UserStatus},
};
use sea_orm::{
    ColumnTrait, ColumnType, DbBackend, EntityTrait,
    sea_query::{self, Expr, SimpleExpr},
};
use std::{borrow::Cow, cmp::Ordering};
use uuid::Uuid;

/// Something that is kept as rows of an entity.
pub trait Stored: Sized + 'static {
    /// The entity.
    type Entity: EntityTrait;
}

/// A column of what is stored.
pub type ColumnOf<R> = <<R as Stored>::Entity as EntityTrait>::Column;

/// The value of a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value<'a> {
    /// Nothing.
    Missing,
    /// A number, or a time in microseconds.
    Number(i64),
    /// An id.
    Id(Uuid),
    /// A text of the people who use the service.
    Text(Cow<'a, str>),
    /// One of the few values of an enum.
    Word(&'static str),
}

/// Where nothing stands among what there is, in comparisons and in an ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is always something.
    Never,
    /// Before everything, as SQLite and MySQL have it.
    First,
    /// After everything: what has no end ends last.
    Last,
}

/// One column: its name in the contract, how it is read, and how its values compare.
pub struct Field<R: Stored> {
    pub(super) name: &'static str,
    pub(super) column: ColumnOf<R>,
    pub(super) value: fn(&R) -> Value<'_>,
    pub(super) missing: Missing,
    pub(super) is_fixed: bool,
    pub(super) form: fn(&str) -> String,
}

impl<R: Stored> Field<R> {
    /// A column that may change and that has the same value in the database as in memory.
    pub(crate) const fn new(
        name: &'static str,
        column: ColumnOf<R>,
        value: fn(&R) -> Value<'_>,
    ) -> Self {
        Self {
            name,
            column,
            value,
            missing: Missing::Never,
            is_fixed: false,
            form: str::to_owned,
        }
    }

    /// Of which the value never changes as long as the resource is there.
    pub(crate) const fn fixed(mut self) -> Self {
        self.is_fixed = true;
        self
    }

    /// That may have no value.
    pub(crate) const fn missing(mut self, place: Missing) -> Self {
        self.missing = place;
        self
    }

    /// Of which the values have this form, into which a text that is asked for is brought.
    pub(crate) const fn in_form(mut self, form: fn(&str) -> String) -> Self {
        self.form = form;
        self
    }

    /// Its name in the contract.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Which of two values comes first.
    pub(super) fn compare(&self, one: &Value<'_>, other: &Value<'_>) -> Ordering {
        let missing = |value: &Value<'_>| *value == Value::Missing;
        let ranked = missing(one).cmp(&missing(other));
        match self.missing {
            Missing::Last => ranked.then_with(|| one.cmp(other)),
            Missing::Never | Missing::First => ranked.reverse().then_with(|| one.cmp(other)),
        }
    }

    /// What rows are compared and sorted by: texts by their bytes. PostgreSQL's columns are collated
    /// by the language of the database.
    pub(super) fn ordered(&self, backend: DbBackend) -> SimpleExpr {
        let is_text = matches!(
            self.column.def().get_column_type(),
            ColumnType::String(_) | ColumnType::Text
        );
        let column = Expr::col(self.column.as_column_ref());
        match is_text && backend == DbBackend::Postgres {
            true => SimpleExpr::cust_with_expr("$1 COLLATE \"C\"", column),
            false => column,
        }
    }

    /// Whether the database puts what is missing elsewhere.
    pub(super) fn is_moved(&self, backend: DbBackend) -> bool {
        match self.missing {
            Missing::Never => false,
            Missing::First => backend == DbBackend::Postgres,
            Missing::Last => backend != DbBackend::Postgres,
        }
    }
}

impl<R: Stored> Clone for Field<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Stored> Copy for Field<R> {}

impl<R: Stored> std::fmt::Debug for Field<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl<R: Stored> PartialEq for Field<R> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<R: Stored> Eq for Field<R> {}

impl Value<'_> {
    /// The same for itself.
    pub(super) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Missing => Value::Missing,
            Self::Number(number) => Value::Number(number),
            Self::Id(id) => Value::Id(id),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Word(word) => Value::Word(word),
        }
    }

    /// As the database takes it.
    pub(super) fn bound(self) -> sea_query::Value {
        match self {
            Self::Missing => sea_query::Value::String(None),
            Self::Number(number) => number.into(),
            Self::Id(id) => id.into(),
            Self::Text(text) => text.into_owned().into(),
            Self::Word(word) => word.into(),
        }
    }
}

/// What a filter asks for.
pub trait FilterValues {
    /// The values; of none nothing is asked.
    fn values(&self) -> Vec<Value<'static>>;
}

impl<T: Clone + Into<Value<'static>>> FilterValues for Option<T> {
    fn values(&self) -> Vec<Value<'static>> {
        self.iter().cloned().map(Into::into).collect()
    }
}

impl<T: Clone + Into<Value<'static>>> FilterValues for Vec<T> {
    fn values(&self) -> Vec<Value<'static>> {
        self.iter().cloned().map(Into::into).collect()
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

impl From<Uuid> for Value<'_> {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<Time> for Value<'_> {
    fn from(time: Time) -> Self {
        Self::Number(time.micros())
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(is_so: bool) -> Self {
        Self::Number(i64::from(is_so))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

macro_rules! ids {
    (() $(
        $(#[$_doc:meta])* $_Kind:ident = $_name:literal, $Id:ident: $module:ident::$Type:ident
        [$($_Question:ident),*] {$($_events:tt)*},
    )*) => {$(
        impl From<domain::$Id> for Value<'_> {
            fn from(id: domain::$Id) -> Self {
                Self::Id(kernel::Id::uuid(id))
            }
        }
    )*};
}

domain::each_resource!(ids!());

impl From<ResourceKind> for Value<'_> {
    /// The beginning of the types of its events.
    fn from(kind: ResourceKind) -> Self {
        Self::from(format!("{}.", kind.as_str()))
    }
}

macro_rules! enums {
    ($($Type:ty),* $(,)?) => {$(
        impl From<$Type> for Value<'_> {
            fn from(word: $Type) -> Self {
                Self::Word(word.as_str())
            }
        }
    )*};
}

enums!(
    AssignmentStatus,
    OperationalStatus,
    OrganizationStatus,
    Role,
    UserStatus,
    crate::DeliveryStatus,
);
