//! Where people go to: the link to the WFM, its runs, and the history that it is told.

pub mod field;
pub mod forecast;
pub mod history;
pub mod kept;
pub mod link;
pub mod put_back;
pub mod removal;
pub mod run;
pub mod setting;
pub mod switch;
pub mod way;
