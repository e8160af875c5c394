//! The conformance program against servers: our own, which has to pass, and one that lies, which must not.
#![cfg(test)]

#[cfg(test)]
mod door;
#[cfg(test)]
mod end;
#[cfg(test)]
mod hub;
#[cfg(test)]
mod liar;
#[cfg(test)]
mod lie;
#[cfg(test)]
mod page;
