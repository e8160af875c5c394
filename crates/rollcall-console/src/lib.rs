//! HTML for people: the administrators' console.
//!
//! A request passes `guard` (headers, other sites), `visit` (who is it?), a handler in `route`, which asks
//! rollcall-app and fills a `view` in the words of `wording`. Nothing here decides what may be changed.
//!
//! `route`, `view`, `wording` and the templates have the same wings, those of the navigation: `people`, `agent`,
//! `provisioning` (called *Connections* there), `wfm`, and `my_day`, which is a door of its own. A wing imports what
//! stands beside the wings, and no other wing.

pub mod asset;
pub mod policy;
pub mod view;

mod calendar;
mod console;
mod cookie;
mod error;
mod form;
mod guard;
mod hint;
mod notice;
mod own_machine;
mod own_path;
mod percent;
mod route;
mod visit;
mod wording;

pub use console::Settings;
pub use route::router;
