//! Reading resources one by one and in pages, now and as they were.
//!
//! The file of a resource declares its [`Field`]s, its filters (`filters!`), its orders and what of
//! it is visible to whom ([`Readable`]). SQL, the test in memory for reads of the past, the order of
//! both and the check of what a caller asks to be sorted by follow from that.

mod field;
mod filter;
mod order;
mod page;
mod term;

pub use field::{ColumnOf, Field, FilterValues, Missing, Stored, Value};
pub use filter::{Filter, Filters, Reads};
pub(crate) use filter::{all_of, fields, filters};
pub(crate) use order::merged;
pub use order::{Order, Sort};
pub use page::{Page, PageRequest};
pub(crate) use page::{bounded_count, fetch, total};
pub(crate) use term::Relation;
pub use term::Terms;

use crate::{Store, StoreResult, kernel::Table};
use domain::{Catalogues, Realm, Scope, kernel::Id, text::folded};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

/// The reader, which determines what is visible.
pub trait Reader: Copy + Send + Sync {
    /// Who reads everything.
    const EVERYTHING: Self;
}

impl Reader for Scope {
    const EVERYTHING: Self = Self::Everything;
}

impl Reader for Catalogues {
    const EVERYTHING: Self = Self::All;
}

/// A resource that is read one by one and in pages.
#[diagnostic::on_unimplemented(
    message = "nothing says how `{Self}` is listed",
    note = "declare `fields!`, `filters!` and `impl Readable` in its file in crates/persistence/src"
)]
pub trait Readable: Table {
    /// Who reads it.
    type Reader: Reader;

    /// What its list can be asked for.
    type Filter: Filters<Of = Self> + Sync;

    /// What its list can be sorted by; the first when nothing is asked for.
    const SORTS: &'static [Sort<Self>];

    /// What is there for a reader.
    fn visible(reader: Self::Reader) -> Terms<Self>;

    /// The total that is kept for a filter, if one is.
    fn kept_total(
        _connection: &impl ConnectionTrait,
        _filter: &Self::Filter,
        _reader: Self::Reader,
    ) -> impl Future<Output = StoreResult<Option<i64>>> + Send {
        async { Ok(None) }
    }
}

impl<R: Stored> Field<R> {
    /// What is visible only to readers of a whole organization or of everything, by the column of the
    /// organization.
    pub(crate) fn of_organization(self, scope: Scope) -> Terms<R> {
        match scope {
            Scope::Everything => Terms::all(),
            Scope::Organization(id) => self.is(id),
            Scope::Station(..) | Scope::Own(_) => Terms::nothing(self),
        }
    }

    /// That a catalogue is of the platform or of the reader's organization, by the column of its
    /// organization.
    pub(crate) fn in_catalogues(
        self,
        catalogues: Catalogues,
        value: fn(Realm) -> Value<'static>,
    ) -> Terms<R> {
        match catalogues {
            Catalogues::All => Terms::all(),
            Catalogues::SeenBy(None) => self.is(value(None)),
            Catalogues::SeenBy(own) => self.one_of([value(None), value(own)]),
        }
    }
}

/// Texts to be searched in, in the form in which they are searched.
pub(crate) fn folded_lines<const N: usize>(texts: [&str; N]) -> String {
    texts.map(folded).join("\n")
}

/// The name of a field that a list cannot be sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSort(pub String);

impl<R: Readable> Default for Order<R> {
    fn default() -> Self {
        Self::by(vec![(R::SORTS[0].field(), false)])
    }
}

impl<R: Readable> Order<R> {
    /// The order that a caller asks for: names of fields, each with `,asc` or `,desc` behind it or
    /// nothing; the default order for none.
    ///
    /// # Errors
    /// When one is not the name of a field that the list can be sorted by.
    pub fn parse(asked: &[String]) -> Result<Self, UnknownSort> {
        if asked.is_empty() {
            return Ok(Self::default());
        }
        let parsed = asked.iter().map(|text| {
            let (name, direction) = text.split_once(',').unwrap_or((text, "asc"));
            let sort = R::SORTS.iter().find(|sort| sort.name() == name);
            let sort = sort.ok_or_else(|| UnknownSort(name.to_owned()))?;
            Ok((sort.field(), direction == "desc"))
        });
        Ok(Self::by(parsed.collect::<Result<_, _>>()?))
    }
}

impl Store {
    /// The resource, when it is there for the reader.
    ///
    /// # Errors
    /// Also when its row is damaged.
    pub async fn find<R: Readable>(&self, id: R::Id, reader: R::Reader) -> StoreResult<Option<R>> {
        find(&self.read, id, reader).await
    }

    /// Those that are there for the reader and come after one of them, or the first: a list read like
    /// this has neither gaps nor duplicates, whatever changes meanwhile.
    ///
    /// # Errors
    /// Also when one of their rows is damaged.
    pub async fn list_after<R: Readable>(
        &self,
        filter: &R::Filter,
        order: &Order<R>,
        after: Option<&R>,
        limit: u64,
        reader: R::Reader,
    ) -> StoreResult<Vec<R>> {
        let backend = self.read.get_database_backend();
        let terms = R::visible(reader).and(filter.terms());
        let mut query = terms.select(R::Entity::find(), backend);
        if let Some(last) = after {
            query = query.filter(order.after(last, backend));
        }
        let rows = order.select(query, backend).limit(limit);
        let rows = rows.all(&self.read).await?.into_iter();
        rows.map(R::state).collect()
    }

    /// A page of those that are there for the reader.
    ///
    /// # Errors
    /// Also when one of their rows is damaged.
    pub async fn list<R: Readable>(
        &self,
        filter: &R::Filter,
        page: &PageRequest<R>,
        reader: R::Reader,
    ) -> StoreResult<Page<R>> {
        list(&self.read, filter, page, reader).await
    }
}

/// The resource, when it is there for the reader.
pub(crate) async fn find<R: Readable>(
    connection: &impl ConnectionTrait,
    id: R::Id,
    reader: R::Reader,
) -> StoreResult<Option<R>> {
    let one = R::Entity::find().filter(R::ID.eq(id.uuid()));
    let query = R::visible(reader).select(one, connection.get_database_backend());
    query.one(connection).await?.map(R::state).transpose()
}

/// A page of those that are there for the reader.
pub(crate) async fn list<R: Readable>(
    connection: &impl ConnectionTrait,
    filter: &R::Filter,
    page: &PageRequest<R>,
    reader: R::Reader,
) -> StoreResult<Page<R>> {
    let kept = R::kept_total(connection, filter, reader).await?;
    let terms = R::visible(reader).and(filter.terms());
    fetch(connection, &terms, page, kept).await
}
