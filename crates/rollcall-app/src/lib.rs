//! Use cases, one file per noun: open the transaction, ask the domain, write all of it.
