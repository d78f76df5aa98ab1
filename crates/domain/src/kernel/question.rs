//! What a decision may ask about resources of a kind, beside the resource itself.

use super::{Id, Resource, WorkingSet, working_set::Asked};
use crate::{Need, Time};
use std::{collections::BTreeSet, fmt::Debug, hash::Hash};

/// A question about the resources of a kind, such as which one has a name, or which belong to another.
pub trait Question: Clone + Ord + Hash + Debug + Send + Sync + 'static {
    /// The resources that it is about.
    type Of: Resource;

    /// How it is answered.
    type Answer: Answer<Self::Of>;

    /// The question whose answer contains this resource, if there is one.
    fn about(resource: &Self::Of) -> Option<Self>;

    /// Whether the resource is the whole answer to one.
    fn is_answered_by(resource: &Self::Of) -> bool {
        Self::Answer::IS_WHOLE && Self::about(resource).is_some()
    }

    /// What a decision reads together with the answer, beside the resources that it names.
    fn along(&self, _set: &WorkingSet) -> Vec<Need> {
        Vec::new()
    }

    /// Another need from which the answer may be known: it is copied into a part with it, and is not
    /// loaded.
    fn beside(&self) -> Vec<Need> {
        Vec::new()
    }

    /// Whether a working set knows the answer, an absence among them.
    fn is_known(&self, set: &WorkingSet, now: Time) -> bool
    where
        Self: Asked,
    {
        set.answer(self).is_some_and(|answer| answer.holds(now))
    }
}

/// An answer that is kept right while events happen.
///
/// The default is the answer where there is no resource of the kind.
pub trait Answer<R: Resource>: Clone + Debug + Default + Send + Sync + 'static {
    /// Whether one resource is the whole answer, so that a working set learns the answer from the
    /// resource. Of a list or a count it is only a part.
    const IS_WHOLE: bool = false;

    /// Whether a later answer takes the place of this one: it is good for a while only.
    const AGES: bool = false;

    /// Adds a resource that belongs to the answer from now on.
    fn join(&mut self, resource: &R);

    /// Removes a resource that belonged to the answer.
    fn leave(&mut self, resource: &R);

    /// Whether it is the answer at this time.
    fn holds(&self, _now: Time) -> bool {
        true
    }

    /// The resources that it names.
    fn named(&self) -> Vec<R::Id> {
        Vec::new()
    }

    /// How many ids it keeps in a list.
    fn listed(&self) -> usize {
        0
    }
}

/// The one that it is, or that there is none.
impl<R: Resource> Answer<R> for Option<R::Id> {
    const IS_WHOLE: bool = true;

    fn join(&mut self, resource: &R) {
        *self = Some(resource.id());
    }

    fn leave(&mut self, resource: &R) {
        if *self == Some(resource.id()) {
            *self = None;
        }
    }

    fn named(&self) -> Vec<R::Id> {
        self.iter().copied().collect()
    }
}

/// All of them.
impl<R: Resource> Answer<R> for BTreeSet<R::Id> {
    fn join(&mut self, resource: &R) {
        self.insert(resource.id());
    }

    fn leave(&mut self, resource: &R) {
        self.remove(&resource.id());
    }

    fn named(&self) -> Vec<R::Id> {
        self.iter().copied().collect()
    }

    fn listed(&self) -> usize {
        self.len()
    }
}

/// How many they are.
impl<R: Resource> Answer<R> for i64 {
    fn join(&mut self, _: &R) {
        *self += 1;
    }

    fn leave(&mut self, _: &R) {
        *self -= 1;
    }
}

/// What may be asked about one resource is the resource itself.
impl<I: Id> From<I> for Need
where
    I::Of: super::Listed,
{
    fn from(id: I) -> Self {
        <I::Of as super::Listed>::need(id)
    }
}
