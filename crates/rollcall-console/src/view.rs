//! Pages as plain data in, HTML out: one file per page, each with its template in `templates/`.
//!
//! A view holds what a person reads and nothing else: strings, numbers, times and small enums. It asks nobody for
//! anything and decides nothing but words; handlers fill it.

pub mod shell;

pub mod badge;
pub mod caution;
pub mod count;
pub mod moment;
pub mod span;
pub mod standing;

pub mod account;
pub mod adherence;
pub mod agents;
pub mod application;
pub mod audit;
pub mod code;
pub mod connection;
pub mod connections;
pub mod consent;
pub mod day;
pub mod employee;
pub mod employees;
pub mod forecast;
pub mod guide;
pub mod history;
pub mod journal;
pub mod kept;
pub mod key;
pub mod link;
pub mod overview;
pub mod person;
pub mod posting;
pub mod put_back;
pub mod receiver;
pub mod removal;
pub mod role;
pub mod run;
pub mod schedule;
pub mod sign_in;
pub mod take_over;
pub mod team;
pub mod template;
pub mod timeline;
pub mod token;
pub mod trouble;
pub mod way;
pub mod wfm_switch;
pub mod wfm_way;
