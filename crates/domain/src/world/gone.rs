//! What is known to be gone.

use super::{Rows, World};
use crate::ResourceKind;
use uuid::Uuid;

impl World {
    /// The ids of the resources of a kind that are known not to be there any more. Kinds that only
    /// change their status and stay have none.
    pub fn gone(&self, kind: ResourceKind) -> Vec<Uuid> {
        match kind {
            ResourceKind::Role => absent(&self.roles, |id| id.0),
            ResourceKind::Product => absent(&self.products, |id| id.0),
            ResourceKind::Variant => absent(&self.variants, |id| id.0),
            ResourceKind::Allocation => absent(&self.allocations, |id| id.0),
            ResourceKind::Pool => absent(&self.pools, |id| id.0),
            ResourceKind::Webhook => absent(&self.webhooks, |id| id.0),
            ResourceKind::Organization
            | ResourceKind::Station
            | ResourceKind::User
            | ResourceKind::Session
            | ResourceKind::Assignment
            | ResourceKind::ApiKey => Vec::new(),
        }
    }
}

fn absent<K, V>(rows: &Rows<K, V>, id: impl Fn(&K) -> Uuid) -> Vec<Uuid> {
    let gone = rows.iter().filter(|(_, row)| row.is_none());
    gone.map(|(key, _)| id(key)).collect()
}
