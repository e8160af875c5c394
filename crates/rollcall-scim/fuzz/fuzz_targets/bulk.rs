//! Fuzzes `bulk` of `entry.rs`.
#![no_main]

#[expect(dead_code, reason = "each target calls one of the entries")]
#[path = "../entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::bulk(data));
