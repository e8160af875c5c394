//! Pages as plain data in, HTML out: one file per page, each with its template in `templates/`.
//!
//! A view holds what a person reads and nothing else: strings, numbers, times and small enums. It asks nobody for
//! anything and decides nothing but words; handlers fill it. The wings are those of `route`; what stands beside them
//! is shared, or a page of the whole house.

pub mod agent;
pub mod my_day;
pub mod people;
pub mod provisioning;
pub mod wfm;

pub mod shell;

pub mod account;
pub mod audit;
pub mod overview;
pub mod sign_in;
pub mod trouble;

pub mod agent_state;
pub mod badge;
pub mod calendar;
pub mod caution;
pub mod choice;
pub mod count;
pub mod moment;
pub mod pager;
pub mod span;
pub mod standing;
pub mod timeline;
