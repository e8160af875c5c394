//! A tenant with people, a SCIM connection and a WFM link, and a browser that is signed in.

use rollcall_app::access::Presented;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use rollcall_app::provision::{Precondition, ScimClaim};
use rollcall_app::scim_connection::NewConnection;
use rollcall_app::secret::Sealer;
use rollcall_app::wfm::{Look, Met, NewLink, NewWay, Unreached, WfmLink, WfmProbe};
use rollcall_app::{App, ChangeError};
use rollcall_console::Settings;
use rollcall_domain::employee::{Claim, Profile, Status};
use rollcall_domain::source::Actor;
use rollcall_domain::user_name::UserName;
use rollcall_domain::{Clock, EmployeeId, Ids, ScimConnectionId, TenantId, WfmLinkId};
use rollcall_storage::{Database, Storage};
use secrecy::{ExposeSecret, SecretString};
use tower::ServiceExt;
use uuid::Uuid;

pub(crate) const ADMIN: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A clock that stands until it is moved.
pub(crate) struct StandingClock(AtomicI64);

impl StandingClock {
    pub(crate) fn forward(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// Ids of version 7 of the clock's time, one later than the other.
struct CountingIds(Arc<StandingClock>, AtomicU64);

impl Ids for CountingIds {
    fn next(&self) -> Uuid {
        let ms = u128::try_from(self.0.now().as_millisecond()).unwrap();
        let count = u128::from(self.1.fetch_add(1, Ordering::Relaxed));
        Uuid::from_u128((ms << 80) | (7 << 76) | (2 << 62) | count)
    }
}

/// A WFM that shows what it is told to, at first nobody.
#[derive(Debug, Default)]
pub(crate) struct ScriptedProbe {
    pub(crate) answer: Mutex<Option<Result<Met, Unreached>>>,
    /// Where it was looked, one after the other.
    pub(crate) asked: Mutex<Vec<WfmLink>>,
}

impl WfmProbe for ScriptedProbe {
    fn look<'a>(&'a self, _: TenantId, link: &'a WfmLink) -> Look<'a> {
        self.asked.lock().unwrap().push(link.clone());
        let answer = self.answer.lock().unwrap().clone();
        let nobody = Met { read: Some(0), ..Met::default() };
        Box::pin(async { answer.unwrap_or(Ok(nobody)) })
    }
}

/// The site.
pub(crate) struct Site {
    pub(crate) app: App,
    pub(crate) storage: Storage,
    pub(crate) clock: Arc<StandingClock>,
    pub(crate) router: Router,
    pub(crate) settings: Settings,
    pub(crate) probe: Arc<ScriptedProbe>,
    pub(crate) tenant: TenantId,
    pub(crate) connection: ScimConnectionId,
    pub(crate) link: WfmLinkId,
    pub(crate) token: String,
    folder: PathBuf,
}

impl Drop for Site {
    fn drop(&mut self) {
        // What is left is in the folder for temporary files, where it bothers nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Site {
    pub(crate) async fn new() -> Site {
        let site = Self::without_administrator().await;
        let password = SecretString::from(PASSWORD);
        site.app.create_administrator(site.tenant, ADMIN, password).await.unwrap();
        site
    }

    /// The site before anybody can sign in.
    pub(crate) async fn without_administrator() -> Site {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("rollcall-console-{}-{count}", std::process::id()));
        // Left there by a process that ended too early and had the same number.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let storage = Storage::open(&Database::Sqlite(folder.join("rollcall.db"))).await.unwrap();
        let clock = Arc::new(StandingClock(AtomicI64::new(1_795_219_200)));
        let ids = Arc::new(CountingIds(Arc::clone(&clock), AtomicU64::new(1)));
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let app = App::new(storage.clone(), Arc::clone(&clock) as Arc<dyn Clock>, ids, sealer);
        let made = app.create_tenant("Northwind").await.unwrap();
        let tenant = made.tenant.id;
        let new = NewConnection {
            name: "Okta".into(),
            dialect: "okta".into(),
            business_unit: made.business_unit.id,
            team: made.team.id,
        };
        let connection = app.create_connection(tenant, Actor::System, new).await.unwrap().id;
        let issued = app.issue_token(tenant, Actor::System, connection, None).await.unwrap();
        let new = NewLink {
            business_unit: made.business_unit.id,
            acd_id: "7".into(),
            way: NewWay::Http {
                base_url: "http://wfm.example".into(),
                client_id: "rollcall".into(),
                client_secret: SecretString::from("s3cret"),
            },
        };
        let link = app.create_link(tenant, Actor::System, new).await.unwrap().id;
        let probe = Arc::new(ScriptedProbe::default());
        let given = Arc::<ScriptedProbe>::clone(&probe);
        let settings = Settings { probe: Some(given), ..Settings::default() };
        let router = rollcall_console::router(app.clone(), settings.clone());
        let token = issued.secret.expose_secret().to_owned();
        Site {
            app,
            storage,
            clock,
            router,
            settings,
            probe,
            tenant,
            connection,
            link,
            token,
            folder,
        }
    }

    /// What an identity provider says of a person.
    pub(crate) fn claim(first: &str, last: &str) -> ScimClaim {
        let email = format!("{}.{}@example.com", first.to_lowercase(), last.to_lowercase());
        let claim = Claim {
            profile: Profile {
                user_name: UserName::parse(&email).unwrap(),
                first_name: first.into(),
                last_name: last.into(),
                email,
            },
            status: Status::Active,
            external_id: Some(format!("00u-{last}")),
        };
        ScimClaim {
            claim,
            resource: serde_json::Map::new(),
            other_emails: Vec::new(),
            wishes: Vec::new(),
            template: None,
        }
    }

    /// Brings a person in, as the identity provider does.
    pub(crate) async fn join(&self, first: &str, last: &str) -> EmployeeId {
        self.join_by(&self.token, first, last).await
    }

    /// The same by another token.
    pub(crate) async fn join_by(&self, token: &str, first: &str, last: &str) -> EmployeeId {
        let Presented::Open(access) = self.app.scim_access(token).await.unwrap() else {
            panic!("the token is live")
        };
        let claim = Self::claim(first, last);
        let person: Result<_, ChangeError> = self.app.provision(&access, claim).await;
        person.unwrap().person.id
    }

    /// Takes a person out, as the identity provider does.
    pub(crate) async fn leave(&self, id: EmployeeId) {
        let Presented::Open(access) = self.app.scim_access(&self.token).await.unwrap() else {
            panic!("the token of the site is live")
        };
        let left: Result<(), ChangeError> =
            self.app.deprovision(&access, id, Precondition::default()).await;
        left.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Signs in as the administrator.
    pub(crate) async fn sign_in(&self) -> Browser<'_> {
        let body = format!("username={ADMIN}&password={}&next=/", PASSWORD.replace(' ', "+"));
        let response = self.send(form_request("/sign-in", &body)).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        Browser { site: self, cookie: cookie.split(';').next().unwrap().to_owned() }
    }
}

/// A browser with a session.
pub(crate) struct Browser<'a> {
    site: &'a Site,
    pub(crate) cookie: String,
}

impl Browser<'_> {
    pub(crate) fn request(&self, path: &str) -> Request<Body> {
        let request = Request::get(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::HOST, "localhost");
        request.body(Body::empty()).unwrap()
    }

    /// A page that must be there.
    pub(crate) async fn get(&self, path: &str) -> String {
        let response = self.site.send(self.request(path)).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        text(response).await
    }

    /// The part of a page that is shown in an element.
    pub(crate) async fn part(&self, path: &str, id: &str) -> String {
        let mut request = self.request(path);
        request.headers_mut().insert("hx-request", "true".parse().unwrap());
        request.headers_mut().insert("hx-target", id.parse().unwrap());
        text(self.site.send(request).await).await
    }

    /// Sends a form with the session's token, as the page would.
    pub(crate) async fn post(&self, path: &str, fields: &str) -> Response<Body> {
        let page = self.get("/").await;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut request = form_request(path, &format!("csrf={csrf}&{fields}"));
        request.headers_mut().insert(header::COOKIE, self.cookie.parse().unwrap());
        self.site.send(request).await
    }

    /// Follows a form's answer to the page that says what came of it.
    pub(crate) async fn follow(&self, response: Response<Body>) -> String {
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let path = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
        let notice = response.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let mut request = self.request(&path);
        let cookies = format!("{}; {notice}", self.cookie);
        request.headers_mut().insert(header::COOKIE, cookies.parse().unwrap());
        text(self.site.send(request).await).await
    }
}

pub(crate) fn form_request(path: &str, body: &str) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::HOST, "localhost")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

pub(crate) async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}
