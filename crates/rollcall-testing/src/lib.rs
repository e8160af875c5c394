//! A hub inside a test: real storage on either database, the simulated WFM, the SCIM door over HTTP, the
//! engine, and a clock that obeys. For tests only; nothing here may be used by the product.

mod clock;
mod database;
mod hub;
mod id;
mod scim;
mod smtp_sink;
mod target;

pub use clock::{TestClock, Time};
pub use database::DatabaseKind;
pub use hub::{EngineMode, Options, TestHub, TestTenant, on_each_database};
pub use scim::{ScimAnswer, ScimClient};
pub use smtp_sink::{SmtpSink, SunkMail};
