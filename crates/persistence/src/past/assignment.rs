//! Assignments as they were.

use super::{Past, order::Key};
use crate::{
    AssignmentFilter, Page, PageRequest, SortField, Store, StoreResult,
    assignment::{Column, Entity, asked, column, fixed, visible},
};
use domain::{
    AssignmentId, Scope, Time,
    assignment::{Assignment, AssignmentStatus},
};
use sea_orm::entity::prelude::*;

impl Past for Assignment {
    const CREATED: Column = Column::CreatedAt;
    const UPDATED: Column = Column::UpdatedAt;

    fn updated_at(&self) -> Time {
        self.updated_at
    }

    fn key(&self, _: SortField) -> Key {
        Key::Time(self.created_at)
    }

    fn column(field: SortField) -> Column {
        column(field)
    }
}

impl Store {
    /// The assignment as it was, when it was there and is there for the reader.
    pub async fn assignment_as_of(
        &self,
        id: AssignmentId,
        scope: Scope,
        at: Time,
    ) -> StoreResult<Option<Assignment>> {
        super::one(&self.read, visible(Entity::find_by_id(id.0), scope), at).await
    }

    /// A page of assignments as they were.
    pub async fn assignments_as_of(
        &self,
        filter: &AssignmentFilter,
        page: &PageRequest,
        scope: Scope,
        at: Time,
    ) -> StoreResult<Page<Assignment>> {
        let query = visible(fixed(filter), scope);
        let asked = |query| asked(query, filter);
        let lets = |seat: &Assignment| lets(filter, seat);
        super::page(self, query, asked, lets, page, at).await
    }
}

/// Whether the filter lets an assignment through by what changes, as its queries do.
fn lets(filter: &AssignmentFilter, seat: &Assignment) -> bool {
    let held = |now| seat.status == AssignmentStatus::Active && !seat.is_due(now);
    filter.status.is_none_or(|status| seat.status == status) && filter.held_at.is_none_or(held)
}
