//! Why a team or role cannot be removed: what would stand on nothing without it.

use rollcall_domain::TemplateId;
use rollcall_domain::template::Template;
use rollcall_storage::Tx;
use rollcall_storage::directory::template;

use crate::error::ChangeError;
use crate::group_owner::GroupOwner;

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// So many people stand in it or have it. Those who are not active count: they can come back.
    People(i64),
    /// It is a connection's group.
    Group(GroupOwner),
    /// The people whom a connection makes begin in it.
    Landing(GroupOwner),
    /// People whom an identity provider makes begin with it.
    DefaultRole,
    /// A template sets it.
    Template {
        /// Which one.
        id: TemplateId,
        /// Its name.
        name: String,
    },
}

/// The templates that set something.
pub(crate) fn templates(
    tx: &mut Tx<'_>,
    sets: impl Fn(&Template) -> bool,
) -> Result<Vec<Hindrance>, ChangeError> {
    let all = template::list(tx)?.into_iter().filter(|template| sets(template));
    Ok(all.map(|one| Hindrance::Template { id: one.id, name: one.name }).collect())
}

/// Refuses a removal that something hinders. `what` is the team or role, such as `the team Sales`.
pub(crate) fn check_none(hindrances: &[Hindrance], what: &str) -> Result<(), ChangeError> {
    if hindrances.is_empty() {
        return Ok(());
    }
    Err(ChangeError::NotNow(format!("{what} is needed, so it stays; its page says by what")))
}
