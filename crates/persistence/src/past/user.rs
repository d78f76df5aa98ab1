//! Users as they were.

use super::{Past, order::Key};
use crate::{
    Page, PageRequest, SortField, Store, StoreResult, UserFilter,
    user::{Column, Entity, asked, column, fixed, visible},
};
use domain::{
    Scope, Time, UserId,
    text::Email,
    user::{User, UserStatus},
};
use sea_orm::entity::prelude::*;

impl Past for User {
    const CREATED: Column = Column::CreatedAt;
    const UPDATED: Column = Column::UpdatedAt;

    fn updated_at(&self) -> Time {
        self.updated_at
    }

    fn key(&self, field: SortField) -> Key {
        match field {
            SortField::Email => Key::Text(email_key(self)),
            SortField::DisplayName => Key::Text(Some(self.display_name.as_str().to_owned())),
            _ => Key::Time(self.created_at),
        }
    }

    fn column(field: SortField) -> Column {
        column(field)
    }
}

impl Store {
    /// The user as it was, when it was there and is there for the reader.
    pub async fn user_as_of(
        &self,
        id: UserId,
        scope: Scope,
        at: Time,
    ) -> StoreResult<Option<User>> {
        super::one(&self.read, visible(Entity::find_by_id(id.0), scope), at).await
    }

    /// A page of users as they were.
    pub async fn users_as_of(
        &self,
        filter: &UserFilter,
        page: &PageRequest,
        scope: Scope,
        at: Time,
    ) -> StoreResult<Page<User>> {
        let query = visible(fixed(filter), scope);
        let asked = |query| asked(query, filter);
        super::page(self, query, asked, |user| lets(filter, user), page, at).await
    }
}

/// The compared form of the email; who is deleted has given it up.
fn email_key(user: &User) -> Option<String> {
    (user.status != UserStatus::Deleted).then(|| user.email.key())
}

/// Whether the filter lets a user through by what changes, as its queries do.
fn lets(filter: &UserFilter, user: &User) -> bool {
    let email = email_key(user);
    let wanted = match filter.status {
        Some(status) => user.status == status,
        None => user.status != UserStatus::Deleted,
    };
    let has_email = |given: &String| email.as_ref() == Some(&Email::key_of(given));
    let has_text = |text: &String| {
        let (text, name) = (text.to_lowercase(), user.display_name.as_str());
        let in_email = email.as_ref().is_some_and(|email| email.contains(&text));
        in_email || name.to_lowercase().contains(&text)
    };
    wanted
        && filter.email.as_ref().is_none_or(has_email)
        && filter.text.as_ref().is_none_or(has_text)
}
