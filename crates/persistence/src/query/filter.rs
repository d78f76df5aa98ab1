//! What lists can be filtered by: each filter is declared once.

use super::{
    field::{Field, FilterValues, Stored, Value},
    term::{Relation, Term, Terms, Test},
};
use uuid::Uuid;

/// How the database finds the rows that a filter or an order asks for, in a table of any size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// By an index.
    Index,
    /// By looking at all rows, for this reason.
    Table(&'static str),
}

/// How values are compared with the one that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    OneOf,
    Is(Relation),
    Contains,
    Begins,
    /// There is one, or there is none.
    Present,
    Missing,
}

/// One filter of a list.
#[derive(Debug)]
pub struct Filter<R: Stored> {
    name: &'static str,
    field: Field<R>,
    comparison: Comparison,
    /// What has to hold beside it.
    with: Option<(Field<R>, &'static str)>,
    /// What is left out when nothing is asked.
    default_without: Option<&'static str>,
    reads: Reads,
}

impl<R: Stored> Field<R> {
    /// Filters by equality with one of the values.
    pub(crate) const fn equal(self) -> Filter<R> {
        Filter::new(self, Comparison::OneOf)
    }

    /// Filters by a value or a time, from it on.
    pub(crate) const fn from(self) -> Filter<R> {
        Filter::new(self, Comparison::Is(Relation::From))
    }

    /// Filters by what comes after a value.
    pub(crate) const fn after(self) -> Filter<R> {
        Filter::new(self, Comparison::Is(Relation::After))
    }

    /// Filters by what comes before a value.
    pub(crate) const fn before(self) -> Filter<R> {
        Filter::new(self, Comparison::Is(Relation::Before))
    }

    /// Filters by what comes before a value or is it.
    pub(crate) const fn until(self) -> Filter<R> {
        Filter::new(self, Comparison::Is(Relation::Until))
    }

    /// Filters by a text that is contained, in the form of the field.
    pub(crate) const fn contains(self) -> Filter<R> {
        Filter::new(self, Comparison::Contains)
    }

    /// Filters by the beginning of a text.
    pub(crate) const fn begins(self) -> Filter<R> {
        Filter::new(self, Comparison::Begins)
    }

    /// Filters by whether there is a value.
    pub(crate) const fn present(self) -> Filter<R> {
        Filter::new(self, Comparison::Present)
    }

    /// Filters by whether there is no value.
    pub(crate) const fn absent(self) -> Filter<R> {
        Filter::new(self, Comparison::Missing)
    }
}

impl<R: Stored> Filter<R> {
    const fn new(field: Field<R>, comparison: Comparison) -> Self {
        Self {
            name: field.name,
            field,
            comparison,
            with: None,
            default_without: None,
            reads: Reads::Index,
        }
    }

    /// Under another name in the contract than that of the field.
    pub(crate) const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Only where another field is this.
    pub(crate) const fn with(mut self, field: Field<R>, word: &'static str) -> Self {
        self.with = Some((field, word));
        self
    }

    /// Without the rows that are this, when nothing is asked.
    pub(crate) const fn or_all_but(mut self, word: &'static str) -> Self {
        self.default_without = Some(word);
        self
    }

    /// Looks at all rows that the other conditions leave, for this reason.
    pub(crate) const fn scanning(mut self, reason: &'static str) -> Self {
        self.reads = Reads::Table(reason);
        self
    }

    /// Its name in the contract.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How it finds its rows.
    pub const fn reads(&self) -> Reads {
        self.reads
    }

    /// The conditions for what is asked.
    pub(super) fn terms(&self, asked: &dyn FilterValues) -> Vec<Term<R>> {
        let values = asked.values();
        if values.is_empty() {
            let without = self.default_without.map(Value::Word);
            return without
                .map_or_else(Vec::new, |word| self.field.test(Test::NoneOf(vec![word])).0);
        }
        let mut terms = self.field.test(self.test(values)).0;
        if let Some((field, word)) = self.with {
            terms.extend(field.is(Value::Word(word)).0);
        }
        terms
    }

    /// Whether a row has something to be asked for.
    pub fn is_asked_of(&self, row: &R) -> bool {
        let nothing = [Value::Missing, Value::Id(Uuid::nil())];
        !nothing.contains(&(self.field.value)(row))
    }

    /// The conditions that let this row through, for one that may be in the list.
    pub fn as_of(&self, row: &R) -> Terms<R> {
        let value = match ((self.field.value)(row), self.comparison) {
            (value, Comparison::Present) => Value::from(value != Value::Missing),
            (value, Comparison::Missing) => Value::from(value == Value::Missing),
            (value, _) => value.into_owned(),
        };
        Terms(self.field.test(self.test(vec![value])).0)
    }

    fn test(&self, values: Vec<Value<'static>>) -> Test {
        let formed = |value: Value<'static>| match value {
            Value::Text(text) => Value::from((self.field.form)(&text)),
            value => value,
        };
        let mut values: Vec<Value<'static>> = values.into_iter().map(formed).collect();
        let text = |value: Option<Value<'static>>| match value {
            Some(Value::Text(text)) => text.into_owned(),
            _ => String::new(),
        };
        match self.comparison {
            Comparison::OneOf => {
                // No id is nil: some columns have nil for the platform.
                values.retain(|value| *value != Value::Id(Uuid::nil()));
                Test::OneOf(values)
            }
            Comparison::Is(relation) => Test::Is(relation, values.pop().unwrap_or(Value::Missing)),
            Comparison::Contains => Test::Contains(text(values.pop())),
            Comparison::Begins => Test::Begins(text(values.pop())),
            Comparison::Present => Self::is_there(values.pop() == Some(Value::Number(1))),
            Comparison::Missing => Self::is_there(values.pop() != Some(Value::Number(1))),
        }
    }

    fn is_there(there: bool) -> Test {
        match there {
            true => Test::NoneOf(vec![Value::Missing]),
            false => Test::OneOf(vec![Value::Missing]),
        }
    }
}

/// What a list is asked for.
pub trait Filters {
    /// What is listed.
    type Of: Stored;

    /// The filters that there are.
    const DECLARED: &'static [Filter<Self::Of>];

    /// The conditions for what is asked.
    fn terms(&self) -> Terms<Self::Of>;
}

/// Declares columns: name in the contract, column, value in memory, and what is special about it.
macro_rules! fields {
    ($R:ty: $(
        $NAME:ident = $name:literal at $column:expr, |$one:ident| $value:expr
        $(, $method:ident $(($argument:expr))?)*;
    )*) => {$(
        const $NAME: $crate::query::Field<$R> =
            $crate::query::Field::<$R>::new($name, $column, |$one| $crate::query::Value::from($value))
                $(.$method($($argument)?))*;
    )*};
}
pub(crate) use fields;

/// Declares the filters of a list, each with the type of what is asked (an `Option`, or a `Vec` of which
/// one has to fit), and makes the struct that asks.
macro_rules! filters {
    ($(#[$doc:meta])* $Filter:ident of $Of:ty {$(
        $(#[$field_doc:meta])* $name:ident: $Type:ty => $filter:expr,
    )*}) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $Filter {$(
            $(#[$field_doc])*
            pub $name: $Type,
        )*}

        impl $crate::query::Filters for $Filter {
            type Of = $Of;

            const DECLARED: &'static [$crate::query::Filter<$Of>] = &[$($filter),*];

            fn terms(&self) -> $crate::query::Terms<$Of> {
                let asked: [&dyn $crate::query::FilterValues; Self::DECLARED.len()] =
                    [$(&self.$name),*];
                $crate::query::all_of(Self::DECLARED, &asked)
            }
        }
    };
}
pub(crate) use filters;

/// The conditions for what is asked of each of the filters.
pub(crate) fn all_of<R: Stored>(declared: &[Filter<R>], asked: &[&dyn FilterValues]) -> Terms<R> {
    let pairs = declared.iter().zip(asked);
    Terms(
        pairs
            .flat_map(|(filter, asked)| filter.terms(*asked))
            .collect(),
    )
}
