//! What is measured.

/// One kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Assign, each time another variant.
    Spread,
    /// Assign, everybody on one variant.
    Hot,
    /// Read an assignment by its id.
    Read,
    /// The first page of 20 assignments and their total.
    Page,
    /// Read a user of the own organization by its id, with an access token.
    ReadByToken,
    /// The same with an API key.
    ReadByKey,
    /// Exchange a refresh token for the next pair.
    Refresh,
    /// Sign in with a password.
    Login,
    /// Create, update, deactivate and delete a user.
    Cycle,
}

impl Scenario {
    /// Seats, those first that change nothing.
    pub const SEATS: [Self; 4] = [Self::Read, Self::Page, Self::Spread, Self::Hot];

    /// People, those first that change nothing.
    pub const PEOPLE: [Self; 5] = [
        Self::ReadByToken,
        Self::ReadByKey,
        Self::Refresh,
        Self::Login,
        Self::Cycle,
    ];

    /// Whether it is about people, and not about seats.
    pub fn is_of_people(self) -> bool {
        Self::PEOPLE.contains(&self)
    }
}
