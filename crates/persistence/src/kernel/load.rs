//! Loading what decisions need to know: one query a question, whatever the number of commands.

use super::Table;
use crate::{StoreResult, query::Stored, shape};
use domain::{
    Need, Time, WorkingSet,
    kernel::{Answer, Asked, Id, Identified, Question},
};
use sea_orm::{Condition, PaginatorTrait, Select, entity::prelude::*, sea_query::SimpleExpr};
use std::collections::{BTreeMap, BTreeSet};

/// How a question is answered from the rows of the resources that it is about.
pub(crate) trait Lookup: Asked<Of: Table> {
    /// The condition for a row to be part of the answer.
    fn condition(&self) -> SimpleExpr;

    /// The rows that are searched.
    fn rows(_now: Time) -> Select<EntityOf<Self>> {
        EntityOf::<Self>::find()
    }

    /// The answer when no row matches.
    fn empty(_now: Time) -> Self::Answer {
        Self::Answer::default()
    }

    /// Puts the answers to these questions.
    async fn load(
        connection: &impl ConnectionTrait,
        set: &mut WorkingSet,
        asked: &BTreeSet<Self>,
        now: Time,
    ) -> StoreResult<()> {
        gather(connection, set, asked, now).await
    }
}

pub(crate) type EntityOf<Q> = <<Q as Question>::Of as Stored>::Entity;

/// Reads the rows that match any of the questions, and puts them and the answers.
async fn gather<Q: Lookup>(
    connection: &impl ConnectionTrait,
    set: &mut WorkingSet,
    asked: &BTreeSet<Q>,
    now: Time,
) -> StoreResult<()> {
    let answers = asked.iter().map(|one| (one.clone(), Q::empty(now)));
    let mut answers: BTreeMap<Q, Q::Answer> = answers.collect();
    let conditions: Vec<SimpleExpr> = asked.iter().map(Q::condition).collect();
    for some in shape::lists(conditions) {
        let any = some.into_iter().fold(Condition::any(), Condition::add);
        for row in Q::rows(now).filter(any).all(connection).await? {
            let state = Q::Of::state(row)?;
            if let Some(answer) = Q::about(&state).and_then(|one| answers.get_mut(&one)) {
                answer.join(&state);
            }
            set.put(state.id(), Some(state));
        }
    }
    for (question, answer) in answers {
        set.put_answer(question, answer);
    }
    Ok(())
}

/// Counts the rows that match each question.
pub(crate) async fn count<Q: Lookup<Answer = i64>>(
    connection: &impl ConnectionTrait,
    set: &mut WorkingSet,
    asked: &BTreeSet<Q>,
    now: Time,
) -> StoreResult<()> {
    for question in asked {
        let some = Q::rows(now).filter(question.condition());
        let number = PaginatorTrait::count(some, connection).await?;
        set.put_answer(question.clone(), i64::try_from(number).unwrap_or(i64::MAX));
    }
    Ok(())
}

/// Puts the resources with these ids, or that there are none.
async fn load_rows<R: Table>(
    connection: &impl ConnectionTrait,
    set: &mut WorkingSet,
    ids: &BTreeSet<R::Id>,
) -> StoreResult<()> {
    let uuids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    for some in shape::lists(uuids) {
        let rows = R::Entity::find().filter(R::ID.is_in(some));
        for row in rows.all(connection).await? {
            let state = R::state(row)?;
            set.put(state.id(), Some(state));
        }
    }
    for id in ids {
        set.put(*id, None);
    }
    Ok(())
}

macro_rules! loaders {
    (() $(
        $(#[$_doc:meta])* $Kind:ident = $_name:literal, $Id:ident: $module:ident::$Type:ident
        [$($Question:ident),*] {$($_events:tt)*},
    )*) => {
        /// The needs, by kind and question.
        #[derive(Default)]
        #[allow(non_snake_case, reason = "each field is named after what it holds the needs of")]
        struct Wanted {$(
            $Kind: BTreeSet<domain::$Id>,
            $($Question: BTreeSet<domain::$module::$Question>,)*
        )*}

        impl Wanted {
            fn of(needs: &[Need]) -> Self {
                let mut wanted = Self::default();
                for need in needs {
                    match need.clone() {$(
                        Need::$Kind(id) => drop(wanted.$Kind.insert(id)),
                        $(Need::$Question(one) => drop(wanted.$Question.insert(one)),)*
                    )*}
                }
                wanted
            }

            async fn load(
                &self,
                connection: &impl ConnectionTrait,
                set: &mut WorkingSet,
                now: Time,
            ) -> StoreResult<()> {
                $(
                    if !self.$Kind.is_empty() {
                        load_rows::<domain::$module::$Type>(connection, set, &self.$Kind).await?;
                    }
                    $(if !self.$Question.is_empty() {
                        Lookup::load(connection, set, &self.$Question, now).await?;
                    })*
                )*
                Ok(())
            }
        }
    };
}

domain::each_resource!(loaders!());

/// Loads the answers to the needs into the working set, and what a decision reads together with them.
pub(crate) async fn load(
    connection: &impl ConnectionTrait,
    set: &mut WorkingSet,
    needs: &[Need],
    now: Time,
) -> StoreResult<()> {
    Wanted::of(needs).load(connection, set, now).await?;
    let mut along = along(set, needs, now);
    while !along.is_empty() {
        Wanted::of(&along).load(connection, set, now).await?;
        along = self::along(set, &along, now);
    }
    Ok(())
}

fn along(set: &WorkingSet, needs: &[Need], now: Time) -> Vec<Need> {
    let along = needs.iter().flat_map(|need| need.along(set));
    along.filter(|need| !set.knows(need, now)).collect()
}
