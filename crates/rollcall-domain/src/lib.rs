//! The nouns of a contact centre and the rules they keep: pure values, no I/O.
