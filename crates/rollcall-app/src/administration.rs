//! What the operator sets up: tenants, and the first administrator of each.

use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use rollcall_domain::audit::Subject;
use rollcall_domain::policy::AccountSettings;
use rollcall_domain::source::Actor;
use rollcall_domain::structure::{
    BusinessUnit, DEFAULT_ROLE, LoginAuthenticator, PASSWORD_AUTHENTICATOR, Role, Team,
    WFM_ADVANCED,
};
use rollcall_domain::{
    AdministratorId, BusinessUnitId, LoginAuthenticatorId, RoleId, TeamId, TenantId,
};
use rollcall_storage::access::administrator::{self as rows, Administrator};
use rollcall_storage::directory::tenant::{self, Tenant};
use rollcall_storage::{
    StorageError, access::credential, directory::login_authenticator, directory::structure,
};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::secret;
use crate::sign_in::{self, SignedIn};

/// How long a set-up link waits for its first use.
pub const SETUP_LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// The first agent number of a business unit: six digits, as agents are used to.
pub(crate) const FIRST_AGENT_NUMBER: i64 = 100_001;

/// A tenant that was just made, with what it begins with.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// Its business unit.
    pub business_unit: BusinessUnit,
    /// Its team, which has `WFM Advanced`.
    pub team: Team,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Makes a tenant with a business unit, a team (with `WFM Advanced`) and the role `Agent`.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] when the name is empty; or storage fails.
    pub async fn create_tenant(&self, name: &str) -> Result<NewTenant> {
        let name = name.trim().to_owned();
        if name.is_empty() || name.len() > 200 {
            return Err(ChangeError::Invalid(
                "a tenant needs a name of 1 to 200 characters".to_owned(),
            ));
        }
        let (app, now) = (self.clone(), self.now());
        let tenant = Tenant {
            id: TenantId::new(self.ids.next()),
            name,
            default_role: DEFAULT_ROLE.to_owned(),
            settings: AccountSettings::default(),
            created_at: now,
        };
        let business_unit = BusinessUnit {
            id: BusinessUnitId::new(self.ids.next()),
            name: "Contact centre".to_owned(),
        };
        let team = Team {
            id: TeamId::new(self.ids.next()),
            business_unit: business_unit.id,
            name: "Default team".to_owned(),
            features: vec![WFM_ADVANCED.to_owned()],
            unavailable_codes: ["Break", "Lunch", "Meeting", "Training"]
                .map(str::to_owned)
                .to_vec(),
        };
        let made = NewTenant { tenant: tenant.clone(), business_unit, team };
        let kept = made.clone();
        // The tenant first: a tenant without its team is repaired by making another, a team without its
        // tenant would be nobody's.
        self.storage
            .write_installation(move |session| tenant::insert(session, &tenant))
            .await
            .map_err(ChangeError::from)?;
        self.storage
            .write(kept.tenant.id, move |tx| {
                structure::insert_business_unit(tx, &kept.business_unit, FIRST_AGENT_NUMBER)?;
                structure::insert_team(tx, &kept.team)?;
                let role = Role { id: RoleId::new(app.ids.next()), name: DEFAULT_ROLE.to_owned() };
                structure::insert_role(tx, &role)?;
                let authenticator = LoginAuthenticator {
                    id: LoginAuthenticatorId::new(app.ids.next()),
                    name: PASSWORD_AUTHENTICATOR.to_owned(),
                    kind: "password".to_owned(),
                };
                login_authenticator::insert(tx, &authenticator)?;
                let act = Act { actor: Actor::System, now, ids: app.ids.as_ref() };
                let subject = Subject {
                    kind: "tenant",
                    id: kept.tenant.id.to_string(),
                    name: kept.tenant.name.clone(),
                };
                let values =
                    json!({"name": kept.tenant.name, "team": kept.team.name, "role": role.name});
                Ok::<_, ChangeError>(act.audit(
                    tx,
                    "tenant.created",
                    subject,
                    Values::made(values),
                )?)
            })
            .await?;
        Ok(made)
    }

    /// All tenants, oldest first.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn tenants(&self) -> std::result::Result<Vec<Tenant>, StorageError> {
        self.storage.read_installation(tenant::list).await
    }

    async fn has_administrator(&self, tenant: TenantId) -> Result<bool> {
        self.storage.read(tenant, |tx| Ok(!rows::list(tx)?.is_empty())).await
    }

    /// Whether nobody can sign in yet: no tenant has an administrator.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn awaits_administrator(&self) -> Result<bool> {
        for tenant in self.tenants().await? {
            if self.has_administrator(tenant.id).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes a one-time link; answers its secret part. Links made before stop working.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn create_setup_link(&self, tenant: TenantId) -> Result<SecretString> {
        let secret =
            secret::generate("").map_err(|error| ChangeError::NotNow(error.to_string()))?;
        let hash = secret::hash(secret.expose_secret());
        let now = self.now();
        let expires_at = now.checked_add(SETUP_LINK_LIFETIME).unwrap_or(now);
        self.storage
            .write(tenant, move |tx| {
                rows::delete_setup_links(tx)?;
                Ok::<_, ChangeError>(rows::insert_setup_link(tx, &hash, expires_at)?)
            })
            .await?;
        Ok(secret)
    }

    /// The tenant of a set-up link that still works.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn setup_tenant(&self, link: &str) -> Result<Option<Tenant>> {
        let (hash, now) = (secret::hash(link), self.now());
        let found = self
            .storage
            .read_installation(move |session| credential::find_setup_link(session, &hash))
            .await
            .map_err(ChangeError::from)?;
        match found.filter(|(_, end)| now < *end) {
            Some((id, _)) => self.storage.read(id, |tx| Ok(tenant::get(tx)?)).await,
            None => Ok(None),
        }
    }

    /// Uses a set-up link up: makes the administrator and signs them in.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when the link does not work (any more), [`ChangeError::Invalid`] when
    /// the password is too short, [`ChangeError::Taken`] when the name is.
    pub async fn use_setup_link(
        &self,
        link: &str,
        user_name: &str,
        password: SecretString,
    ) -> Result<SignedIn> {
        let tenant = self.setup_tenant(link).await?.ok_or(ChangeError::NotFound("set-up link"))?;
        let by = Some(secret::hash(link));
        let administrator = self.make_administrator(tenant.id, user_name, password, by).await?;
        self.begin_session(tenant.id, administrator).await
    }

    /// Makes an administrator. The tenant's set-up links stop working.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`], [`ChangeError::Taken`].
    pub async fn create_administrator(
        &self,
        tenant: TenantId,
        user_name: &str,
        password: SecretString,
    ) -> Result<Administrator> {
        self.make_administrator(tenant, user_name, password, None).await
    }

    /// The same, where `link` is the hash of the set-up link that permits it. Hashing a password takes a
    /// while, so the link is looked for again in the transaction that uses it up.
    async fn make_administrator(
        &self,
        tenant: TenantId,
        user_name: &str,
        password: SecretString,
        link: Option<String>,
    ) -> Result<Administrator> {
        let user_name = user_name.trim().to_owned();
        if user_name.is_empty() || user_name.len() > 200 {
            return Err(ChangeError::Invalid(
                "an administrator needs a name of 1 to 200 characters".to_owned(),
            ));
        }
        sign_in::check_password(&password)?;
        let (app, now) = (self.clone(), self.now());
        let administrator = Administrator {
            id: AdministratorId::new(self.ids.next()),
            user_name,
            password_hash: sign_in::hash(password).await?,
            created_at: now,
        };
        let kept = administrator.clone();
        let result = self
            .storage
            .write(tenant, move |tx| {
                if let Some(link) = &link
                    && !rows::take_setup_link(tx, link)?
                {
                    return Err(ChangeError::NotFound("set-up link"));
                }
                rows::delete_setup_links(tx)?;
                rows::insert(tx, &kept)?;
                let act = Act { actor: Actor::System, now, ids: app.ids.as_ref() };
                let subject = Subject {
                    kind: "administrator",
                    id: kept.id.to_string(),
                    name: kept.user_name.clone(),
                };
                Ok(act.audit(tx, "administrator.created", subject, Values::default())?)
            })
            .await;
        match result {
            Ok(()) => Ok(administrator),
            Err(ChangeError::Storage(StorageError::Duplicate)) => {
                Err(ChangeError::Taken { attribute: "name", value: administrator.user_name })
            }
            Err(error) => Err(error),
        }
    }
}
