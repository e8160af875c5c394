//! Who asks: the tenant whose API token the request bears.

use axum::extract::FromRequestParts;
use http::request::Parts;

use rollcall_app::api_token::Scope;
use rollcall_domain::TenantId;

use crate::agent::problem::Problem;
use crate::agent::service::Agents;
use crate::bearer;

/// A caller whose token works.
pub(crate) struct Caller {
    tenant: TenantId,
    scopes: Vec<Scope>,
    token: String,
}

impl Caller {
    /// The caller's tenant, if the token has a scope.
    pub(crate) fn with(&self, scope: Scope) -> Result<TenantId, Problem> {
        if self.scopes.contains(&scope) {
            Ok(self.tenant)
        } else {
            Err(Problem::scope(scope.name()))
        }
    }

    /// Whether the token still works and has a scope: for what goes on for long.
    pub(crate) async fn still_has(&self, agents: &Agents, scope: Scope) -> bool {
        let access = agents.app.api_access(&self.token).await;
        access.is_ok_and(|access| access.is_some_and(|access| access.scopes.contains(&scope)))
    }
}

impl FromRequestParts<Agents> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, agents: &Agents) -> Result<Self, Problem> {
        let token = bearer::token(&parts.headers, None).ok_or_else(Problem::unauthorized)?;
        let access = agents.app.api_access(token).await?.ok_or_else(Problem::unauthorized)?;
        Ok(Self { tenant: access.tenant, scopes: access.scopes, token: token.to_owned() })
    }
}
