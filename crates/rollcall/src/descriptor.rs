//! File descriptors: each connection is one, and the usual limit of 1,024 is below what is served.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises this process's limit to what it may raise it to. Failing to is no reason not to run; `doctor`
/// tells of a limit that is too low.
pub(crate) fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!(%error, "the limit of open files was not raised");
    }
}

/// As many files this process could have open, were the limit raised; `None` for no limit.
pub(crate) fn highest_limit() -> Option<u64> {
    getrlimit(Resource::Nofile).maximum
}
