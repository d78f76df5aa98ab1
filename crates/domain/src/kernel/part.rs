//! A part of a working set, to try facts on without touching the whole.

use super::{Answer, Asked, Id, Listed, WorkingSet};
use crate::Need;

impl WorkingSet {
    /// The answers to these needs, copied. Its changes are its own.
    pub fn part(&self, needs: &[Need]) -> Self {
        let mut part = Self::over(self.held.iter().copied());
        for need in needs {
            need.copy(self, &mut part);
        }
        part
    }

    pub(crate) fn copy_row<I: Id>(&self, id: I, part: &mut Self)
    where
        I::Of: Listed,
    {
        if let Some(row) = I::Of::table(&self.rows).get(&id) {
            part.put(id, row.clone());
        }
    }

    /// A decision reads the rows that an answer names too, so they are copied with it.
    pub(crate) fn copy_answer<Q: Asked>(&self, question: &Q, part: &mut Self)
    where
        Q::Of: Listed,
    {
        if let Some(answer) = self.answer(question) {
            for id in answer.named() {
                self.copy_row(id, part);
            }
            part.put_answer(question.clone(), answer.clone());
        }
        for need in question.along(self).into_iter().chain(question.beside()) {
            need.copy(self, part);
        }
    }
}
