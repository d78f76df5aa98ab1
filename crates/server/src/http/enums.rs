//! Enums of the contract and of what is behind it: the same words, each named on both sides, so that a word
//! which one side lacks does not compile.

/// An enum of the contract.
pub(super) trait ToDomain {
    /// What it is behind the contract.
    type Domain;

    /// The same word behind the contract.
    fn to_domain(self) -> Self::Domain;
}

/// An enum that the contract shows.
pub(super) trait ToContract {
    /// What it is in the contract.
    type Contract;

    /// The same word of the contract.
    fn to_contract(self) -> Self::Contract;
}

macro_rules! same {
    ($($Contract:ty = $Domain:ty { $($Word:ident),* })*) => {$(
        impl ToDomain for $Contract {
            type Domain = $Domain;

            fn to_domain(self) -> $Domain {
                type Domain = $Domain;
                match self {
                    $(Self::$Word => Domain::$Word),*
                }
            }
        }

        impl ToContract for $Domain {
            type Contract = $Contract;

            fn to_contract(self) -> $Contract {
                type Contract = $Contract;
                match self {
                    $(Self::$Word => Contract::$Word),*
                }
            }
        }
    )*};
}

same! {
    contract::UserRole = domain::user::Role { SuperAdmin, Partner, Operator, Member }
    contract::UserStatus = domain::user::UserStatus { Pending, Active, Inactive, Deleted }
    contract::OrganizationStatus = domain::organization::OrganizationStatus {
        Active, Suspended, Deleted
    }
    contract::OperationalStatus = domain::station::OperationalStatus {
        Available, OutOfService, Planned, Removed
    }
    contract::ApiKeyStatus = domain::api_key::ApiKeyStatus { Active, Expired, Revoked }
    contract::AssignmentStatus = domain::assignment::AssignmentStatus { Active, Revoked }
    contract::DeliveryStatus = app::DeliveryStatus { Pending, Delivered, Failed }
}
