//! A part of a world, to try facts on without touching the whole.

use super::{Ending, Need, World};
use crate::{Holder, OrganizationId, Pot, ProductId, VariantId};
use std::{collections::HashMap, hash::Hash};

impl World {
    /// The answers to these needs, copied. Its changes are its own.
    pub fn part(&self, needs: &[Need]) -> Self {
        let mut part = Self::over(self.held.iter().copied());
        for need in needs {
            self.copy(need, &mut part);
        }
        part
    }

    fn copy(&self, need: &Need, part: &mut Self) {
        match need {
            Need::Organization(id) => copy_entry(&self.organizations, &mut part.organizations, id),
            Need::Station(id) => copy_entry(&self.stations, &mut part.stations, id),
            Need::Slug(slug) => copy_entry(&self.slugs, &mut part.slugs, slug),
            Need::StationCode(of, code) => {
                copy_entry(&self.codes, &mut part.codes, &(*of, code.clone()));
            }
            Need::Allocation(to, variant) => self.copy_allocation(*to, *variant, part),
            Need::Pool(of, variant) => self.copy_pool(*of, *variant, part),
            Need::PoolsOf(of) => self.copy_pools_of(*of, part),
            Need::OutsidePool(of, variant) => {
                copy_entry(&self.outside_pool, &mut part.outside_pool, &(*of, *variant));
            }
            Need::SeatsOfOrganization(of) => self.copy_seats_of_organization(*of, part),
            Need::User(id) => copy_entry(&self.users, &mut part.users, id),
            Need::Product(id) => copy_entry(&self.products, &mut part.products, id),
            Need::Variant(id) => copy_entry(&self.variants, &mut part.variants, id),
            Need::Assignment(id) => copy_entry(&self.assignments, &mut part.assignments, id),
            Need::Email(realm, key) => {
                copy_entry(&self.emails, &mut part.emails, &(*realm, key.clone()));
            }
            Need::ProductKey(owner, key) => {
                copy_entry(
                    &self.product_keys,
                    &mut part.product_keys,
                    &(*owner, key.clone()),
                );
            }
            Need::VariantKey(product, key) => {
                copy_entry(
                    &self.variant_keys,
                    &mut part.variant_keys,
                    &(*product, key.clone()),
                );
            }
            Need::Seat(holder, variant) => self.copy_seat(*holder, *variant, part),
            Need::Due(pot) => self.copy_due(*pot, part),
            Need::NextEnd(pot) => self.copy_next_end(*pot, part),
            Need::SeatsOf(holder) => self.copy_seats_of(*holder, part),
            Need::Role(id) => copy_entry(&self.roles, &mut part.roles, id),
            Need::RoleName(of, name) => {
                copy_entry(&self.role_names, &mut part.role_names, &(*of, name.clone()));
            }
            Need::ApiKey(id) => copy_entry(&self.api_keys, &mut part.api_keys, id),
            Need::Session(id) => copy_entry(&self.sessions, &mut part.sessions, id),
            Need::SessionsOf(user) => {
                copy_entry(&self.sessions_of, &mut part.sessions_of, user);
                for session in self.sessions_of(*user) {
                    copy_entry(&self.sessions, &mut part.sessions, &session.id);
                }
            }
            Need::VariantsOf(product) => self.copy_variants_of(*product, part),
            Need::Webhook(id) => copy_entry(&self.webhooks, &mut part.webhooks, id),
            Need::WebhooksOf(realm) => {
                copy_entry(&self.webhooks_of, &mut part.webhooks_of, realm);
            }
            Need::SuperAdmins => part.super_admins = self.super_admins,
        }
    }
}

/// Answers that name rows: a decision looks at these rows too, so they come along.
impl World {
    fn copy_allocation(&self, to: OrganizationId, variant: VariantId, part: &mut Self) {
        copy_entry(
            &self.allocations_to,
            &mut part.allocations_to,
            &(to, variant),
        );
        if let Some(allocation) = self.allocation(to, variant) {
            copy_entry(&self.allocations, &mut part.allocations, &allocation.id);
        }
    }

    fn copy_pool(&self, of: OrganizationId, variant: VariantId, part: &mut Self) {
        copy_entry(&self.pools_by, &mut part.pools_by, &(of, variant));
        if let Some(pool) = self.pool(of, variant) {
            copy_entry(&self.pools, &mut part.pools, &pool.id);
        }
    }

    fn copy_pools_of(&self, of: OrganizationId, part: &mut Self) {
        copy_entry(&self.pools_of, &mut part.pools_of, &of);
        for pool in self.pools_of(of) {
            self.copy_pool(of, pool.variant_id, part);
            self.copy_allocation(of, pool.variant_id, part);
        }
    }

    fn copy_seat(&self, holder: Holder, variant: VariantId, part: &mut Self) {
        copy_entry(&self.seats, &mut part.seats, &(holder, variant));
        if let Some(held) = self.active_seat(holder, variant) {
            copy_entry(&self.assignments, &mut part.assignments, &held);
        }
    }

    fn copy_due(&self, pot: Pot, part: &mut Self) {
        copy_entry(&self.ending, &mut part.ending, &pot);
        let ending = self.ending.get(&pot).into_iter();
        for id in ending.flat_map(Ending::seats) {
            copy_entry(&self.assignments, &mut part.assignments, &id);
        }
    }

    fn copy_next_end(&self, pot: Pot, part: &mut Self) {
        copy_entry(&self.next_ends, &mut part.next_ends, &pot);
        self.copy_due(pot, part);
    }

    fn copy_seats_of(&self, holder: Holder, part: &mut Self) {
        copy_entry(&self.seats_of, &mut part.seats_of, &holder);
        for id in self.seats_of(holder) {
            copy_entry(&self.assignments, &mut part.assignments, &id);
        }
    }

    fn copy_seats_of_organization(&self, of: OrganizationId, part: &mut Self) {
        copy_entry(
            &self.seats_of_organization,
            &mut part.seats_of_organization,
            &of,
        );
        for id in self.seats_of_organization(of) {
            copy_entry(&self.assignments, &mut part.assignments, &id);
        }
    }

    fn copy_variants_of(&self, product: ProductId, part: &mut Self) {
        copy_entry(&self.variants_of, &mut part.variants_of, &product);
        for id in self.variants_of(product) {
            copy_entry(&self.variants, &mut part.variants, &id);
        }
    }
}

fn copy_entry<K: Eq + Hash + Clone, V: Clone>(
    from: &HashMap<K, V>,
    to: &mut HashMap<K, V>,
    key: &K,
) {
    if let Some(value) = from.get(key) {
        to.entry(key.clone()).or_insert_with(|| value.clone());
    }
}
