//! One of each event of users.

use super::{Created, PasswordSet, Role, Updated, User, UserStatus};
use crate::{
    Event, OrganizationId, RoleId, StationId,
    event::{
        Samples,
        tests::{email, id, name},
    },
    role::Granted,
};

impl Samples for User {
    fn samples() -> Vec<Event> {
        vec![
            Event::UserCreated(Created {
                email: email("Olga@example.com"),
                display_name: name("Olga"),
                role: Role::Operator,
                status: UserStatus::Pending,
                organization_id: Some(OrganizationId(id(1))),
                station_id: Some(StationId(id(2))),
                password: None,
            }),
            Event::UserCreated(Created {
                email: email("root@example.com"),
                display_name: name("Root"),
                role: Role::SuperAdmin,
                status: UserStatus::Active,
                organization_id: None,
                station_id: None,
                password: None,
            }),
            Event::UserUpdated(Updated {
                email: email("olga@example.com"),
                display_name: name("Ольга"),
            }),
            Event::UserActivated {},
            Event::UserDeactivated {},
            Event::UserDeleted {},
            Event::UserErased {},
            Event::UserPasswordSet(PasswordSet { must_change: true }),
            Event::UserRoleGranted(Granted {
                role_id: RoleId(id(40)),
            }),
            Event::UserRoleRevoked(Granted {
                role_id: RoleId(id(40)),
            }),
        ]
    }
}
