//! How people sign in to their own page: with a password that they chose by a one-time link.
//!
//! Apart from the administrators' sign-in: what is proved here opens the person's own page, and nothing else.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use rollcall_domain::audit::Subject;
use rollcall_domain::source::Actor;
use rollcall_domain::user_name::{former_key, key};
use rollcall_domain::{EmployeeId, TenantId};
use rollcall_storage::access::agent_account::{self as rows, AgentBrowser, Namesake};
use rollcall_storage::{Tx, directory::employee, directory::tenant};

use crate::app::App;
use crate::error::ChangeError;
use crate::record::{Act, Values};
use crate::schedule;
use crate::secret;
use crate::sign_in::{check_password, hash, no_password, verify};

/// A link works for so long.
pub const LINK_MAX: SignedDuration = SignedDuration::from_hours(72);
/// A browser stays signed in for so long: a day at work, without being asked again in the middle of it.
pub const BROWSER_MAX: SignedDuration = SignedDuration::from_hours(12);
/// As many people of one user name are tried, one of each tenant: what a stranger's try costs has a bound. Whose tenant is
/// named is the first of them, however many tenants know the name.
const NAMESAKES_MAX: i64 = 4;

/// A person's browser that signed in.
#[derive(Debug)]
pub struct AgentSignedIn {
    /// The value of the session cookie; not kept here.
    pub cookie: SecretString,
    /// Where they are known, which is no secret.
    pub tenant: TenantId,
}

/// Who looks at their own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentViewer {
    /// Their tenant.
    pub tenant: TenantId,
    /// Its name.
    pub tenant_name: String,
    /// Who.
    pub employee: EmployeeId,
    /// First and last name.
    pub name: String,
    /// The time zone in which they read times; UTC where none is known of them.
    pub zone: TimeZone,
    /// The token that each form of this session carries.
    pub csrf: String,
}

impl AgentViewer {
    /// Whether a form was made for this session.
    #[must_use]
    pub fn owns_form(&self, csrf: &str) -> bool {
        self.csrf.as_bytes().ct_eq(csrf.as_bytes()).into()
    }
}

/// Whom a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkHolder {
    /// First and last name.
    pub name: String,
    /// The user name that they will sign in with.
    pub user_name: String,
}

type Result<T> = std::result::Result<T, ChangeError>;

impl App {
    /// Makes the link by which a person chooses their password, in place of any other. Shown once.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`]; [`ChangeError::NotNow`] for one who is not active.
    pub async fn create_agent_link(
        &self,
        tenant: TenantId,
        actor: Actor,
        id: EmployeeId,
    ) -> Result<SecretString> {
        let (app, now) = (self.clone(), self.now());
        let link = secret::generate("").map_err(|error| ChangeError::NotNow(error.to_string()))?;
        let hash = secret::hash(link.expose_secret());
        self.storage
            .write(tenant, move |tx| {
                let employee = employee::get(tx, id)?.ok_or(ChangeError::NotFound("employee"))?;
                if !employee.status.is_active() {
                    let words = "the person is not active; a link would open nothing";
                    return Err(ChangeError::NotNow(words.to_owned()));
                }
                let ends = now.checked_add(LINK_MAX).unwrap_or(now);
                rows::insert_link(tx, id, &hash, (now, ends))?;
                let act = Act { actor, now, ids: app.ids.as_ref() };
                let subject = Subject::employee(&employee);
                Ok(act.audit(tx, "agent.link_made", subject, Values::default())?)
            })
            .await?;
        Ok(link)
    }

    /// Whom a link is for; `None` when it works no more, or never did.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn agent_link_holder(&self, link: &str) -> Result<Option<LinkHolder>> {
        let Some((tenant, id)) = self.find_link(link).await? else { return Ok(None) };
        self.storage
            .read(tenant, move |tx| {
                let employee = employee::get(tx, id)?.filter(|one| one.status.is_active());
                Ok(employee.map(|employee| LinkHolder {
                    name: full_name(&employee),
                    user_name: employee.profile.user_name.as_str().to_owned(),
                }))
            })
            .await
    }

    /// Sets the password of a link's person and signs them in. The link works once.
    ///
    /// # Errors
    /// [`ChangeError::Invalid`] for a password that is too short; [`ChangeError::NotFound`].
    pub async fn use_agent_link(
        &self,
        link: &str,
        password: SecretString,
    ) -> Result<AgentSignedIn> {
        check_password(&password)?;
        let found = self.find_link(link).await?;
        let (tenant, id) = found.ok_or(ChangeError::NotFound("link"))?;
        let (password_hash, link_hash) = (hash(password).await?, secret::hash(link));
        let (app, now) = (self.clone(), self.now());
        self.storage
            .write(tenant, move |tx| {
                let employee = employee::get(tx, id)?.filter(|one| one.status.is_active());
                let employee = employee.ok_or(ChangeError::NotFound("link"))?;
                if !rows::take_link(tx, &link_hash)? {
                    return Err(ChangeError::NotFound("link"));
                }
                rows::save_password(tx, id, &password_hash, now)?;
                let act = Act { actor: Actor::System, now, ids: app.ids.as_ref() };
                let subject = Subject::employee(&employee);
                Ok(act.audit(tx, "agent.password_chosen", subject, Values::default())?)
            })
            .await?;
        self.begin_agent_browser(tenant, id).await?.ok_or(ChangeError::NotFound("link"))
    }

    /// Signs a person in; `None` when name and password do not belong together, whichever is wrong. A name
    /// may be somebody's in several tenants; the password says who is meant. Whom the tenant `at` knows by it is tried
    /// first; whether there is such a tenant, or such a person in it, cannot be told from the answer.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn sign_in_agent(
        &self,
        user_name: &str,
        password: &SecretString,
        at: Option<TenantId>,
    ) -> Result<Option<AgentSignedIn>> {
        let (key, former) = (key(user_name.trim()), former_key(user_name.trim()));
        let found: Vec<Namesake> = self
            .storage
            .read_installation(move |session| {
                let found = rows::list_namesakes(session, &key, at, NAMESAKES_MAX)?;
                match former.filter(|_| found.is_empty()) {
                    Some(former) => rows::list_namesakes(session, &former, at, NAMESAKES_MAX),
                    None => Ok(found),
                }
            })
            .await
            .map_err(ChangeError::from)?;
        if found.is_empty() {
            // As long as a wrong password takes.
            verify(password.clone(), no_password()).await?;
        }
        let mut meant = None;
        for one in found {
            if verify(password.clone(), one.password_hash.clone()).await? {
                if Some(one.tenant) == at {
                    return self.begin_agent_browser(one.tenant, one.employee).await;
                }
                // Two who chose the same password for the same name: nobody can tell who is meant.
                if meant.is_some() {
                    return Ok(None);
                }
                meant = Some(one);
            }
        }
        match meant {
            Some(one) => self.begin_agent_browser(one.tenant, one.employee).await,
            None => Ok(None),
        }
    }

    /// Who a cookie is; `None` when the session is over, or the person is not active any more.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn agent_viewer(&self, cookie: &str) -> Result<Option<AgentViewer>> {
        let (hash, now) = (secret::hash(cookie), self.now());
        let found = self
            .storage
            .read_installation(move |session| rows::find_browser(session, &hash))
            .await
            .map_err(ChangeError::from)?;
        let Some((tenant, browser)) = found.filter(|(_, browser)| now < browser.expires_at) else {
            return Ok(None);
        };
        self.storage.read(tenant, move |tx| read_viewer(tx, browser)).await
    }

    /// Signs a browser out. The person's session at the ACD goes on: that is another thing to end.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn sign_out_agent(&self, viewer: &AgentViewer, cookie: &str) -> Result<()> {
        let hash = secret::hash(cookie);
        self.storage.write(viewer.tenant, move |tx| Ok(rows::delete_browser(tx, &hash)?)).await
    }

    async fn find_link(&self, link: &str) -> Result<Option<(TenantId, EmployeeId)>> {
        let (hash, now) = (secret::hash(link), self.now());
        let found = self
            .storage
            .read_installation(move |session| rows::find_link(session, &hash))
            .await
            .map_err(ChangeError::from)?;
        Ok(found.filter(|(.., ends)| now < *ends).map(|(tenant, employee, _)| (tenant, employee)))
    }

    /// Signs a person in; `None` when they were deactivated while their password was looked at: a session that
    /// began after that would be there when they come back.
    async fn begin_agent_browser(
        &self,
        tenant: TenantId,
        employee: EmployeeId,
    ) -> Result<Option<AgentSignedIn>> {
        let now = self.now();
        let failed = |error: secret::SecretError| ChangeError::NotNow(error.to_string());
        let cookie = secret::generate("").map_err(failed)?;
        let csrf = secret::generate("").map_err(failed)?;
        let browser = AgentBrowser {
            hash: secret::hash(cookie.expose_secret()),
            employee,
            csrf: csrf.expose_secret().to_owned(),
            created_at: now,
            expires_at: now.checked_add(BROWSER_MAX).unwrap_or(now),
        };
        self.storage
            .write(tenant, move |tx| {
                let is_active = employee::get(tx, browser.employee)?
                    .is_some_and(|employee| employee.status.is_active());
                if is_active {
                    rows::insert_browser(tx, &browser)?;
                }
                Ok::<_, ChangeError>(is_active)
            })
            .await
            .map(|is_active| is_active.then_some(AgentSignedIn { cookie, tenant }))
    }
}

fn read_viewer(tx: &mut Tx<'_>, browser: AgentBrowser) -> Result<Option<AgentViewer>> {
    let employee = employee::get(tx, browser.employee)?.filter(|one| one.status.is_active());
    let (Some(employee), Some(row)) = (employee, tenant::get(tx)?) else { return Ok(None) };
    Ok(Some(AgentViewer {
        tenant: row.id,
        tenant_name: row.name,
        employee: employee.id,
        name: full_name(&employee),
        zone: schedule::zone(&employee),
        csrf: browser.csrf,
    }))
}

fn full_name(employee: &rollcall_domain::employee::Employee) -> String {
    let profile = &employee.profile;
    format!("{} {}", profile.first_name, profile.last_name)
}
