//! The project's own tasks: ci, test, tidy, measure, bench, crash.
fn main() {}
