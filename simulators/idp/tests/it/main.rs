//! The simulated identity provider against a small SCIM server of the tests' own, over real HTTP.

#[cfg(test)]
mod life;
#[cfg(test)]
mod manner;
#[cfg(test)]
mod patience;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod state;
#[cfg(test)]
mod stub;
