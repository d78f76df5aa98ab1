//! Enums of which each value has one name: in the contract, in the database and in events.

/// Declares such an enum, with the name of each value.
macro_rules! named {
    ($(#[$doc:meta])* $Enum:ident {$(
        $(#[$value_doc:meta])* $Value:ident = $name:literal,
    )+}) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $Enum {$(
            $(#[$value_doc])*
            #[serde(rename = $name)]
            $Value,
        )+}

        impl $Enum {
            /// Every value.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$Value),+];

            /// The name of the value.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Value => $name,)+
                }
            }

            /// The value with this name.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$Value),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use named;
