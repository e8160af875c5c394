//! Who may come in: administrators, and what tokens, keys and applications of others open.

pub mod access_key;
pub mod administrator;
pub mod agent_account;
pub mod api_token;
pub mod credential;
pub mod oauth_application;
pub mod oauth_grant;
pub mod scim_token;
pub mod sealed;
