//! `/Me` (RFC 7644 §3.11): the person whom a token stands for. A token of a connection stands for nobody.

use rollcall_scim::ErrorKind;

use crate::scim::caller::Caller;
use crate::scim::failure::Failure;

/// Every method, since none of them has anybody to be about.
pub(crate) async fn me(_: Caller) -> Failure {
    let detail = "The token is a SCIM connection's and stands for no user, so there is no /Me; \
                  name the user: /Users/{id}.";
    Failure::new(ErrorKind::NotImplemented, detail)
}
