//! What a connector offers (capability traits, error kinds) and may use (the one HTTP kit).
