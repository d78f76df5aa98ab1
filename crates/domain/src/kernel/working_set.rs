//! The states that decisions read.
//!
//! The caller of a decision asks for the [`Need`]s that are not known yet, puts the answers in,
//! decides over the working set, and applies the facts to it, so that the next decision sees them.

use super::{Answer, Id, Identified, Question, Resource, not_found};
use crate::{
    Need, OrganizationId, Realm, Refusal, ResourceId, Time,
    resources::{Answers, Rows},
    tally::Tally,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// About what a row or an answer takes in memory without free JSON, in bytes: the largest rows are a
/// little over it, most answers far below.
const ROW: usize = 512;

/// About what an id in a list takes, with a time beside it, in bytes.
const LISTED: usize = 48;

/// Rows by id; a known absence is `None`.
pub(crate) type Table<R> = HashMap<<R as Identified>::Id, Option<R>>;

/// A resource of the list in [`crate::resources`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not in the list of resources",
    note = "name it in `each_resource!` in crates/domain/src/lib.rs"
)]
pub trait Listed: Resource {
    /// Where the rows of the kind are kept.
    #[doc(hidden)]
    fn table(rows: &Rows) -> &Table<Self>;
    #[doc(hidden)]
    fn table_mut(rows: &mut Rows) -> &mut Table<Self>;

    /// Takes the answers that it is the whole of.
    #[doc(hidden)]
    fn learn(set: &mut WorkingSet, row: &Self);

    /// How many questions it is the whole answer to: names and places that nobody else may have.
    fn unique_values(&self) -> usize;

    /// Brings the answers of its questions up to date.
    #[doc(hidden)]
    fn follow(set: &mut WorkingSet, before: Option<&Self>, after: Option<&Self>);

    /// The need for one of them.
    #[doc(hidden)]
    fn need(id: Self::Id) -> Need;
}

/// A question of the list in [`crate::resources`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not in the list of questions",
    note = "name it beside its resource in `each_resource!` in crates/domain/src/lib.rs"
)]
pub trait Asked: Question {
    /// Where its answers are kept.
    #[doc(hidden)]
    fn answers(answers: &Answers) -> &HashMap<Self, Self::Answer>;
    #[doc(hidden)]
    fn answers_mut(answers: &mut Answers) -> &mut HashMap<Self, Self::Answer>;
}

/// The known part of the state of the logs that are held. Nothing is assumed about the rest:
/// [`WorkingSet::knows`] reports it, and the caller loads it.
#[derive(Clone, Debug, Default)]
pub struct WorkingSet {
    pub(super) held: BTreeSet<Realm>,
    pub(crate) rows: Rows,
    pub(crate) answers: Answers,
    pub(super) changes: BTreeMap<ResourceId, bool>,
    pub(super) tallies: BTreeMap<(Realm, Tally), i64>,
}

impl WorkingSet {
    /// A working set over the logs of these realms, of which nothing is known yet.
    pub fn over(held: impl IntoIterator<Item = Realm>) -> Self {
        Self {
            held: held.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Whether the log of the realm is held, so that nobody else changes what is in it.
    pub fn holds(&self, realm: Realm) -> bool {
        self.held.contains(&realm)
    }

    /// The organizations whose logs are held.
    pub fn held_organizations(&self) -> impl Iterator<Item = OrganizationId> {
        self.held.iter().copied().flatten()
    }

    /// Refuses a decision that the log of this realm is needed for.
    pub fn must_hold(&self, realm: Realm) -> Result<(), Refusal> {
        match self.holds(realm) {
            true => Ok(()),
            false => Err(Refusal::NotHeld(realm)),
        }
    }

    /// Whether the answer to a need is known, an absence among them.
    pub fn knows(&self, need: &Need, now: Time) -> bool {
        need.is_known(self, now)
    }
}

/// Rows.
impl WorkingSet {
    /// The resource, when it is known and there.
    pub fn get<I: Id>(&self, id: I) -> Option<&I::Of>
    where
        I::Of: Listed,
    {
        I::Of::table(&self.rows).get(&id)?.as_ref()
    }

    /// The resource, or the refusal of what is not there.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn existing<I: Id>(&self, id: I) -> Result<&I::Of, Refusal>
    where
        I::Of: Listed,
    {
        self.get(id).ok_or_else(|| not_found(id))
    }

    /// Every resource of a kind that is known and there, by id.
    pub fn all<R: Listed>(&self) -> BTreeMap<R::Id, &R> {
        let rows = R::table(&self.rows).iter();
        rows.filter_map(|(id, row)| Some((*id, row.as_ref()?)))
            .collect()
    }

    /// The ids of a kind that are known not to be there, or not any more.
    pub fn absent<R: Listed>(&self) -> Vec<R::Id> {
        let rows = R::table(&self.rows).iter();
        let absent = rows.filter(|(_, row)| row.is_none());
        absent.map(|(id, _)| *id).collect()
    }

    /// Puts what was read: the resource with this id, or that there is none, and the questions that it is
    /// the whole answer to. What is known already stays: it may be newer.
    pub fn put<I: Id>(&mut self, id: I, row: Option<I::Of>)
    where
        I::Of: Listed,
    {
        if I::Of::table(&self.rows).contains_key(&id) {
            return;
        }
        if let Some(row) = &row {
            I::Of::learn(self, row);
        }
        I::Of::table_mut(&mut self.rows).insert(id, row);
    }

    pub(crate) fn get_mut<I: Id>(&mut self, id: I) -> Option<&mut I::Of>
    where
        I::Of: Listed,
    {
        I::Of::table_mut(&mut self.rows).get_mut(&id)?.as_mut()
    }
}

/// Answers.
impl WorkingSet {
    /// What is known of the question, whether it still holds or not.
    pub fn answer<Q: Asked>(&self, question: &Q) -> Option<&Q::Answer> {
        Q::answers(&self.answers).get(question)
    }

    /// Which resource it is, when that is known and there is one.
    pub fn find<Q, R>(&self, question: &Q) -> Option<R::Id>
    where
        Q: Asked<Of = R, Answer = Option<R::Id>>,
        R: Resource,
    {
        *self.answer(question)?
    }

    /// The resource that it is, when it is known and there.
    pub fn found<Q, R>(&self, question: &Q) -> Option<&R>
    where
        Q: Asked<Of = R, Answer = Option<R::Id>>,
        R: Listed,
    {
        self.get(self.find(question)?)
    }

    /// The resources that it names, as far as they are known, by id.
    pub fn list<Q: Asked>(&self, question: &Q) -> Vec<<Q::Of as Identified>::Id> {
        self.answer(question).map(Answer::named).unwrap_or_default()
    }

    /// The resources that it names and whose rows are known, by id.
    pub fn listed<Q>(&self, question: &Q) -> Vec<&Q::Of>
    where
        Q: Asked,
        Q::Of: Listed,
    {
        let ids = self.list(question).into_iter();
        ids.filter_map(|id| self.get(id)).collect()
    }

    /// How many they are; 0 where that is not known.
    pub fn number<Q: Asked<Answer = i64>>(&self, question: &Q) -> i64 {
        self.answer(question).copied().unwrap_or(0)
    }

    /// Puts an answer that was read. One that is known already stays, since it may be newer, unless it
    /// is of the kind that is good for a while only.
    pub fn put_answer<Q: Asked>(&mut self, question: Q, answer: Q::Answer) {
        let known = Q::answers_mut(&mut self.answers);
        if Q::Answer::AGES {
            known.insert(question, answer);
        } else {
            known.entry(question).or_insert(answer);
        }
    }

    /// Puts the resource that answers a question, or that none does.
    pub fn put_found<Q, R>(&mut self, question: Q, found: Option<R>)
    where
        Q: Asked<Of = R, Answer = Option<R::Id>>,
        R: Listed,
    {
        let id = found.as_ref().map(R::id);
        self.put_answer(question, id);
        if let Some(id) = id {
            self.put(id, found);
        }
    }

    /// Takes the answer that a resource is, where it is not known yet.
    pub(crate) fn learn<Q: Asked>(&mut self, resource: &Q::Of) {
        let question = Q::about(resource).filter(|_| Q::Answer::IS_WHOLE);
        if let Some(question) = question {
            let answers = Q::answers_mut(&mut self.answers);
            let answer = || begun::<Q>(resource, Q::Answer::join);
            answers.entry(question).or_insert_with(answer);
        }
    }

    /// Brings an answer up to date with a resource that was changed, added or removed.
    pub(crate) fn follow<Q: Asked>(&mut self, before: Option<&Q::Of>, after: Option<&Q::Of>) {
        let known = Q::answers_mut(&mut self.answers);
        let mut update = |resource: &Q::Of, change: fn(&mut Q::Answer, &Q::Of)| {
            let Some(question) = Q::about(resource) else {
                return;
            };
            if let Some(answer) = known.get_mut(&question) {
                change(answer, resource);
            } else if Q::Answer::IS_WHOLE {
                known.insert(question, begun::<Q>(resource, change));
            }
        };
        if let Some(before) = before {
            update(before, Q::Answer::leave);
        }
        if let Some(after) = after {
            update(after, Q::Answer::join);
        }
    }
}

/// The answer that a change of one resource makes of none.
fn begun<Q: Question>(resource: &Q::Of, change: fn(&mut Q::Answer, &Q::Of)) -> Q::Answer {
    let mut answer = Q::Answer::default();
    change(&mut answer, resource);
    answer
}

/// Memory.
impl WorkingSet {
    /// How many rows and answers are held, to bound memory.
    pub fn len(&self) -> usize {
        self.rows.len() + self.answers.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// About the memory that all of it takes, in bytes. Visits each row that holds free JSON, and
    /// each list of ids.
    pub fn bytes(&self) -> usize {
        self.len() * ROW + self.rows.memory() + self.answers.listed() * LISTED
    }
}
