//! A simulated identity provider: drives a SCIM server as Okta and Entra do.
