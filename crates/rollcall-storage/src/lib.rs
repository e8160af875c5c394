//! The only crate that knows a database: SQLite with one group-committing writer, or PostgreSQL.
