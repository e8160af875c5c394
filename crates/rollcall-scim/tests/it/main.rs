//! The tests of the SCIM language, all through its public door.

#[cfg(test)]
mod answer;
#[cfg(test)]
mod body;
#[cfg(test)]
mod discovery;
#[cfg(test)]
mod entra;
#[cfg(test)]
mod filter;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod members;
#[cfg(test)]
mod model;
#[cfg(test)]
mod okta;
#[cfg(test)]
mod patch;
#[cfg(test)]
mod required;
#[cfg(test)]
mod resource;
#[cfg(test)]
mod search;
#[cfg(test)]
mod sort;
#[cfg(test)]
mod support;
