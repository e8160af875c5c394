//! SCIM 2.0 as a language: schemas, filters, paths, PATCH, errors and IdP dialects. Knows nothing of Rollcall.
