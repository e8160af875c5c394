//! An installation, opened: its storage and the application on top. For `serve` and for the operator's
//! commands; nothing runs by itself here.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use rollcall_app::App;
use rollcall_app::scim_connection::ConnectionDetail;
use rollcall_domain::{Clock, Ids, TenantId};
use rollcall_storage::directory::tenant::Tenant;
use rollcall_storage::{Database, Storage};

use crate::environment::{SystemClock, SystemIds};
use crate::key;
use crate::setting::Settings;

/// What every part of the program is given.
pub(crate) struct Installation {
    /// The open database.
    pub(crate) storage: Storage,
    /// The use cases.
    pub(crate) app: App,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub(crate) ids: Arc<dyn Ids>,
}

impl Installation {
    /// Opens it; makes what a first start needs: the folder, the key, the tables.
    pub(crate) async fn open(settings: &Settings) -> Result<Self> {
        let folder = &settings.data_dir;
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the data folder {} cannot be made", folder.display()))?;
        let database = settings.database()?;
        let storage = Storage::open(&database).await.with_context(|| match &database {
            Database::Sqlite(path) => format!("the database {} cannot be opened", path.display()),
            Database::Postgres(_) => "the database cannot be opened".to_owned(),
        })?;
        let sealer = key::load_or_create(settings, &storage).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn Ids> = Arc::new(SystemIds::default());
        let app = App::new(storage.clone(), Arc::clone(&clock), Arc::clone(&ids), sealer);
        Ok(Self { storage, app, clock, ids })
    }

    /// The SCIM connection of a name or an id; the only one where nothing is named.
    pub(crate) async fn connection(
        &self,
        tenant: TenantId,
        wanted: Option<&str>,
    ) -> Result<ConnectionDetail> {
        let all = self.app.connections(tenant).await?;
        let fits = |detail: &ConnectionDetail| {
            let one = &detail.connection;
            wanted.is_none_or(|wanted| one.name == wanted || one.id.to_string() == wanted)
        };
        let mut fitting = all.into_iter().filter(fits);
        match (fitting.next(), fitting.next(), wanted) {
            (Some(connection), None, _) => Ok(connection),
            (None, _, None) => {
                bail!("there is no connection yet; `rollcall scim-token create` makes the first")
            }
            (None, _, Some(wanted)) => bail!("there is no connection {wanted:?}"),
            (Some(_), Some(_), None) => {
                bail!("there are several connections; name one with --connection")
            }
            (Some(_), Some(_), Some(wanted)) => {
                bail!("several connections are called {wanted:?}; name the one you mean by its id")
            }
        }
    }

    /// The tenant of a name or an id; the only one where nothing is named.
    pub(crate) async fn tenant(&self, wanted: Option<&str>) -> Result<Tenant> {
        let tenants = self.app.tenants().await?;
        let Some(wanted) = wanted else {
            return match <[Tenant; 1]>::try_from(tenants) {
                Ok([tenant]) => Ok(tenant),
                Err(tenants) if tenants.is_empty() => {
                    bail!("there is no tenant yet; make one with `rollcall tenant create NAME`")
                }
                Err(_) => bail!("there are several tenants; name one with --tenant"),
            };
        };
        let fits = |tenant: &Tenant| tenant.name == wanted || tenant.id.to_string() == wanted;
        let mut fitting = tenants.into_iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(tenant), None) => Ok(tenant),
            (None, _) => bail!("there is no tenant {wanted:?}; `rollcall tenant list` shows all"),
            _ => bail!("several tenants are called {wanted:?}; name the one you mean by its id"),
        }
    }
}
