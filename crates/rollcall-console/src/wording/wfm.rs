//! Where people go to: the link to the WFM, its runs, and the history that it is told.

pub(crate) mod finding;
pub(crate) mod history;
pub(crate) mod lag;
pub(crate) mod run;
pub(crate) mod setting;
pub(crate) mod transport;
pub(crate) mod trial;
