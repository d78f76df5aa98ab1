//! Conversions between enums of the contract and of the domain. Both sides have the same variants; a
//! variant that one side lacks does not compile.

/// An enum of the contract.
pub(super) trait ToDomain {
    /// The enum of the domain.
    type Domain;

    /// The same variant in the domain.
    fn to_domain(self) -> Self::Domain;
}

/// An enum of the domain.
pub(super) trait ToContract {
    /// The enum of the contract.
    type Contract;

    /// The same variant in the contract.
    fn to_contract(self) -> Self::Contract;
}

macro_rules! same {
    ($($Contract:ty = $Domain:ty { $($Variant:ident),* })*) => {$(
        impl ToDomain for $Contract {
            type Domain = $Domain;

            fn to_domain(self) -> $Domain {
                type Domain = $Domain;
                match self {
                    $(Self::$Variant => Domain::$Variant),*
                }
            }
        }

        impl ToContract for $Domain {
            type Contract = $Contract;

            fn to_contract(self) -> $Contract {
                type Contract = $Contract;
                match self {
                    $(Self::$Variant => Contract::$Variant),*
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
