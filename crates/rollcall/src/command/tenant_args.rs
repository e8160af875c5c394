//! The tenant that a command is about: as it is typed, and opened.

use anyhow::Result;
use rollcall_domain::TenantId;
use rollcall_storage::directory::tenant::Tenant;

use crate::installation::Installation;
use crate::setting::{ConfigArgs, Settings};

/// Which tenant of which installation is meant.
#[derive(Debug, clap::Args)]
pub(super) struct TenantArgs {
    /// The tenant, by name or id; needed where there are several.
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

/// An open installation, and the tenant that is meant.
pub(super) struct OpenTenant {
    pub(super) settings: Settings,
    pub(super) installation: Installation,
    pub(super) tenant: Tenant,
}

impl TenantArgs {
    /// Reads the configuration, opens the database and finds the tenant.
    ///
    /// # Errors
    /// When one of them is wrong, in words for the operator.
    pub(super) async fn open(&self) -> Result<OpenTenant> {
        let settings = self.config.load()?;
        let installation = Installation::open(&settings).await?;
        let tenant = installation.tenant(self.tenant.as_deref()).await?;
        Ok(OpenTenant { settings, installation, tenant })
    }
}

impl OpenTenant {
    pub(super) fn id(&self) -> TenantId {
        self.tenant.id
    }
}
