//! Reading resources for an actor, now or as they were.

use crate::{App, Result};
use domain::{Time, not_found};
use persistence::{Page, PageRequest, Past, Readable};

impl App {
    /// The resource, when it is there for the reader.
    pub(crate) async fn find<R: Readable>(&self, id: R::Id, reader: R::Reader) -> Result<R> {
        let found = self.store.find(id, reader).await?;
        Ok(found.ok_or_else(|| not_found(id))?)
    }

    /// The resource, when it is there for the reader; now, or as it was.
    pub(crate) async fn find_as_of<R: Past>(
        &self,
        id: R::Id,
        reader: R::Reader,
        as_of: Option<Time>,
    ) -> Result<R> {
        let Some(at) = as_of else {
            return self.find(id, reader).await;
        };
        let found = self.store.find_as_of(id, reader, at).await?;
        Ok(found.ok_or_else(|| not_found(id))?)
    }

    /// A page of those that are there for the reader; now, or as they were.
    pub(crate) async fn list_as_of<R: Past>(
        &self,
        filter: &R::Filter,
        page: &PageRequest<R>,
        reader: R::Reader,
        as_of: Option<Time>,
    ) -> Result<Page<R>> {
        Ok(match as_of {
            None => self.store.list(filter, page, reader).await?,
            Some(at) => self.store.list_as_of(filter, page, reader, at).await?,
        })
    }
}
