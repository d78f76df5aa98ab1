//! One of each event of assignments.

use super::{Assignment, Created, Revoked, Updated};
use crate::{
    Event, Holder, OrganizationId, ProductId, StationId, Time, UserId, VariantId,
    event::{
        Samples,
        tests::{START, after, id},
    },
};

impl Samples for Assignment {
    fn samples() -> Vec<Event> {
        let of_a_user = Created {
            holder: Holder::User(UserId(id(3))),
            realm: None,
            product_id: ProductId(id(4)),
            variant_id: VariantId(id(5)),
            organization_id: Some(OrganizationId(id(1))),
            starts_at: Some(START),
            ends_at: None,
            note: None,
        };
        let of_a_station = Created {
            holder: Holder::Station(StationId(id(2))),
            realm: Some(OrganizationId(id(1))),
            starts_at: None,
            ends_at: Some(after(60)),
            note: Some("till the fair is over".to_owned()),
            ..of_a_user.clone()
        };
        let terms = Updated {
            starts_at: None,
            ends_at: Some(after(60)),
            note: Some("on trial".to_owned()),
        };
        vec![
            Event::AssignmentCreated(of_a_user),
            Event::AssignmentCreated(of_a_station),
            Event::AssignmentUpdated(terms.clone()),
            Event::AssignmentRevoked(Revoked {
                ends_at: Time::from_micros(START.micros() + 1),
            }),
            Event::AssignmentExpired {},
            Event::AssignmentReactivated(terms),
        ]
    }
}
