//! What an identity provider can grant to people: the roles of the tenant, and the teams of its connection's
//! business unit.

use rollcall_domain::structure::{Role, Team};
use rollcall_storage::{Tx, directory::structure, scim::scim_connection};
use uuid::Uuid;

use crate::access::ScimAccess;
use crate::app::App;
use crate::error::ChangeError;

/// Something that can be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grantable {
    /// The id of the role or team.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What having it means, as a sentence; `None` where the name says all.
    pub description: Option<String>,
}

/// The kinds of what can be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantKind {
    /// A permission set.
    Role,
    /// A team: its features decide what its people can do, such as being planned in the WFM.
    Team,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// All of one kind that a connection's client can grant, in no order.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for a connection that is gone; or storage fails.
    pub async fn grantable(&self, access: &ScimAccess, kind: GrantKind) -> Result<Vec<Grantable>> {
        let connection = access.connection;
        self.storage
            .read(access.tenant, move |tx| match kind {
                GrantKind::Role => {
                    Ok(structure::list_roles(tx)?.into_iter().map(Grantable::from).collect())
                }
                GrantKind::Team => {
                    let connection = scim_connection::get(tx, connection)?
                        .ok_or(ChangeError::NotFound("SCIM connection"))?;
                    teams(tx, |team| team.business_unit == connection.business_unit)
                }
            })
            .await
    }
}

fn teams(tx: &mut Tx<'_>, counts: impl Fn(&Team) -> bool) -> Result<Vec<Grantable>> {
    let all = structure::list_teams(tx)?.into_iter().map(|staffed| staffed.team);
    Ok(all.filter(counts).map(Grantable::from).collect())
}

impl From<Role> for Grantable {
    fn from(role: Role) -> Self {
        Self { id: role.id.uuid(), name: role.name, description: None }
    }
}

impl From<Team> for Grantable {
    fn from(team: Team) -> Self {
        let features = team.features.join(", ");
        let description = (!features.is_empty()).then(|| format!("A team with {features}."));
        Self { id: team.id.uuid(), name: team.name, description }
    }
}
