//! TestHub and builders, for tests only.
