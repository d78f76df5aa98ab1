//! What a resource is.

use crate::{
    Event, Realm, Refusal, ResourceId, ResourceKind, StationId, Target, Time, WorkingSet,
    tally::Tally,
};
use std::{fmt::Debug, hash::Hash};
use uuid::Uuid;

/// The id of a resource, whose type determines the kind.
pub trait Id: Copy + Ord + Hash + Debug + Send + Sync + 'static {
    /// Whose id it is.
    type Of: Resource + Identified<Id = Self>;

    /// The id with this value.
    fn new(id: Uuid) -> Self;

    /// The value.
    fn uuid(self) -> Uuid;

    /// The id beside its kind.
    fn resource(self) -> ResourceId {
        ResourceId {
            kind: Self::Of::KIND,
            id: self.uuid(),
        }
    }
}

/// Something with an id, of a kind, and with a version; implemented by the list of resources.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not in the list of resources",
    note = "name it in `each_resource!` in crates/domain/src/lib.rs"
)]
pub trait Identified: Clone + Debug + Send + Sync + Sized + 'static {
    /// Its id.
    type Id: Id<Of = Self>;

    /// Its kind.
    const KIND: ResourceKind;

    /// Which one it is.
    fn id(&self) -> Self::Id;

    /// The number of its events.
    fn version(&self) -> i64;
}

/// The state of one resource, folded from its events.
pub trait Resource: Identified {
    /// Whose log its events are in.
    fn realm(&self) -> Realm;

    /// The organization that it is about. It may be in the log of the platform all the same, as a seat
    /// that the platform gave out itself.
    fn organization(&self) -> Realm {
        self.realm()
    }

    /// The station that it is, belongs to or is held by.
    fn station(&self) -> Option<StationId> {
        None
    }

    /// Where it stands, for the policy.
    fn target(&self) -> Target;

    /// The state after an event; `None` when it is gone or the event cannot follow the state.
    fn evolve(state: Option<Self>, id: Self::Id, event: &Event, at: Time) -> Option<Self>;

    /// Whether the event takes it away, so that no row is left. Most kinds only change their status.
    fn is_removed_by(_event: &Event) -> bool {
        false
    }

    /// Whether its row need not be there any more, long after its end: its events stay in the log.
    fn may_be_forgotten(&self, _now: Time) -> bool {
        false
    }

    /// The kept total that it counts in.
    fn tally(&self) -> Option<Tally> {
        None
    }

    /// The memory that its free JSON takes, in bytes.
    fn memory(&self) -> usize {
        0
    }

    /// Puts the answers that are known of a resource because it is new.
    fn begin(&self, _set: &mut WorkingSet) {}

    /// Changes what other resources count of it. `None` when that cannot follow what is known of them.
    fn count(
        _set: &mut WorkingSet,
        _before: Option<&Self>,
        _after: Option<&Self>,
        _event: &Event,
    ) -> Option<()> {
        Some(())
    }
}

/// The refusal for a resource that is not there.
pub fn not_found(id: impl Id) -> Refusal {
    let ResourceId { kind, id } = id.resource();
    Refusal::NotFound { kind, id }
}
