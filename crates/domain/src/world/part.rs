//! A part of a world, to try facts on without touching the whole.

use super::{Ending, Need, World};
use crate::{ProductId, UserId, VariantId};
use std::{collections::HashMap, hash::Hash};

impl World {
    /// The answers to these needs, copied. Its changes are its own.
    pub fn part(&self, needs: &[Need]) -> Self {
        let mut part = Self::default();
        for need in needs {
            self.copy(need, &mut part);
        }
        part
    }

    fn copy(&self, need: &Need, part: &mut Self) {
        match need {
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
            Need::Seat(user, variant) => self.copy_seat(*user, *variant, part),
            Need::Due(variant) => self.copy_due(*variant, part),
            Need::NextEnd(variant) => self.copy_next_end(*variant, part),
            Need::SeatsOf(user) => self.copy_seats_of(*user, part),
            Need::VariantsOf(product) => self.copy_variants_of(*product, part),
            Need::SuperAdmins => part.super_admins = self.super_admins,
        }
    }
}

/// Answers that name rows: a decision looks at these rows too, so they come along.
impl World {
    fn copy_seat(&self, user: UserId, variant: VariantId, part: &mut Self) {
        copy_entry(&self.seats, &mut part.seats, &(user, variant));
        if let Some(held) = self.active_seat(user, variant) {
            copy_entry(&self.assignments, &mut part.assignments, &held);
        }
    }

    fn copy_due(&self, variant: VariantId, part: &mut Self) {
        copy_entry(&self.ending, &mut part.ending, &variant);
        let ending = self.ending.get(&variant).into_iter();
        for id in ending.flat_map(Ending::seats) {
            copy_entry(&self.assignments, &mut part.assignments, &id);
        }
    }

    fn copy_next_end(&self, variant: VariantId, part: &mut Self) {
        copy_entry(&self.next_ends, &mut part.next_ends, &variant);
        self.copy_due(variant, part);
    }

    fn copy_seats_of(&self, user: UserId, part: &mut Self) {
        copy_entry(&self.seats_of, &mut part.seats_of, &user);
        for id in self.seats_of(user) {
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
