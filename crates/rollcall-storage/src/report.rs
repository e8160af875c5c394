//! How a database is set up.

/// What `rollcall doctor` tells of a database.
#[derive(Clone, Debug)]
pub struct Report {
    /// `SQLite` or `PostgreSQL`.
    pub engine: &'static str,
    /// Its version.
    pub version: String,
    /// The settings that decide whether an acknowledged change can be lost.
    pub durability: String,
    /// Whether they are such that it cannot.
    pub durable: bool,
    /// Whether what was deleted is cleared away by itself: on PostgreSQL by autovacuum, from the table of marks too.
    /// SQLite needs nothing of the kind.
    pub vacuumed: bool,
    /// How large the data is.
    pub size_bytes: i64,
    /// The server's present moment in milliseconds since 1970; `None` when it has no clock of its own.
    pub server_clock_ms: Option<i64>,
}
