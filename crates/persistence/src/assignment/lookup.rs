//! How questions about seats are answered.

use super::{Column, Entity, active, of_seat_pool};
use crate::{StoreResult, kernel::Lookup, user::realm_of};
use domain::{
    SeatPool, Time, VariantId, WorkingSet,
    assignment::{
        CountedAt, DueSeats, Ending, FirstEnd, NextEnd, SeatOf, SeatsOf, SeatsOfOrganization,
        SeatsOutsidePool,
    },
};
use sea_orm::{
    Condition, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};
use std::collections::BTreeSet;

/// How far ahead the ends of seats are loaded, so that the answer stays good for a while.
const HORIZON_SECONDS: i64 = 30;

impl Lookup for SeatOf {
    fn condition(&self) -> SimpleExpr {
        let holder = Column::HolderId.eq(self.0.id());
        holder.and(Column::VariantId.eq(self.1.0))
    }

    fn rows(_: Time) -> Select<Entity> {
        active()
    }
}

impl Lookup for SeatsOf {
    fn condition(&self) -> SimpleExpr {
        Column::HolderId.eq(self.0.id())
    }

    fn rows(_: Time) -> Select<Entity> {
        active()
    }
}

impl Lookup for SeatsOfOrganization {
    fn condition(&self) -> SimpleExpr {
        Column::OrganizationId.eq(self.0.0)
    }

    fn rows(_: Time) -> Select<Entity> {
        active()
    }
}

impl Lookup for DueSeats {
    fn condition(&self) -> SimpleExpr {
        of_seat_pool(self.0)
    }

    fn rows(now: Time) -> Select<Entity> {
        active().filter(Column::EndsAt.lte(horizon(now).micros()))
    }

    fn empty(now: Time) -> Ending {
        Ending::new(horizon(now), BTreeSet::new())
    }
}

fn horizon(now: Time) -> Time {
    now.plus_seconds(HORIZON_SECONDS)
}

impl Lookup for NextEnd {
    fn condition(&self) -> SimpleExpr {
        of_seat_pool(self.0)
    }

    async fn load(
        connection: &impl ConnectionTrait,
        set: &mut WorkingSet,
        asked: &BTreeSet<Self>,
        now: Time,
    ) -> StoreResult<()> {
        let any = asked.iter().map(Self::condition);
        let any = any.fold(Condition::any(), Condition::add);
        let next: Vec<(Uuid, Uuid, Option<i64>)> = active()
            .select_only()
            .columns([Column::VariantId, Column::Realm])
            .column_as(Column::EndsAt.min(), "next_end")
            .filter(any)
            .filter(Column::EndsAt.gt(now.micros()))
            .group_by(Column::VariantId)
            .group_by(Column::Realm)
            .into_tuple()
            .all(connection)
            .await?;
        for question in asked {
            set.put_answer(question.clone(), FirstEnd::Known(None));
        }
        for (variant, realm, end) in next {
            let seat_pool = SeatPool {
                variant: VariantId(variant),
                realm: realm_of(realm),
            };
            let end = FirstEnd::Known(end.map(Time::from_micros));
            set.put_answer(Self(seat_pool), end);
        }
        Ok(())
    }
}

impl Lookup for SeatsOutsidePool {
    fn condition(&self) -> SimpleExpr {
        let (variant, realm) = (self.1, None);
        of_seat_pool(SeatPool { variant, realm }).and(Column::OrganizationId.eq(self.0.0))
    }

    async fn load(
        connection: &impl ConnectionTrait,
        set: &mut WorkingSet,
        asked: &BTreeSet<Self>,
        now: Time,
    ) -> StoreResult<()> {
        for question in asked {
            let held = active().filter(question.condition());
            let held = held.filter(Column::EndsAt.is_null().or(Column::EndsAt.gt(now.micros())));
            let seats = i64::try_from(held.count(connection).await?).unwrap_or(i64::MAX);
            set.put_answer(question.clone(), CountedAt::new(seats, now));
        }
        Ok(())
    }
}
