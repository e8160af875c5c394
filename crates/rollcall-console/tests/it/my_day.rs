//! People's own page: how they come to it, what they can do there, and what they cannot reach from it.

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use jiff::SignedDuration;
use rollcall_app::agent::{AgentEvent, Contact, ContactKind, Medium};
use rollcall_domain::EmployeeId;
use rollcall_domain::source::Actor;
use secrecy::ExposeSecret;

use crate::site::{Site, form_request, text};

const PASSWORD: &str = "four words in a row";

/// Routes that anybody may ask.
const OPEN: [&str; 3] = ["/my-day/sign-in", "/my-day/link/{link}", "/my-day/calendar/{file}"];

/// Every route of people, read from its own source, so that none is forgotten.
fn routes() -> Vec<(String, Vec<Method>)> {
    let source = include_str!("../../src/route/my_day.rs");
    let routes = source.split(".route(").skip(1).map(|rest| {
        let path = rest.split('"').nth(1).unwrap().to_owned();
        let line = rest.lines().next().unwrap();
        let methods = [("get(", Method::GET), ("post(", Method::POST)];
        let methods = methods.into_iter().filter(|(word, _)| line.contains(word));
        (path, methods.map(|(_, method)| method).collect())
    });
    routes.collect()
}

/// A person's browser.
pub(crate) struct Mine<'a> {
    pub(crate) site: &'a Site,
    cookie: String,
}

impl Mine<'_> {
    pub(crate) fn request(&self, path: &str) -> Request<Body> {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        request.header(header::HOST, "localhost").body(Body::empty()).unwrap()
    }

    pub(crate) async fn page(&self) -> String {
        let response = self.site.send(self.request("/my-day")).await;
        assert_eq!(response.status(), StatusCode::OK);
        text(response).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &str) -> Response<Body> {
        let page = self.page().await;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut request = form_request(path, &format!("csrf={csrf}&{fields}"));
        request.headers_mut().insert(header::COOKIE, self.cookie.parse().unwrap());
        self.site.send(request).await
    }

    /// Sets a state and tells what the page says then.
    async fn set(&self, to: &str) -> String {
        let response = self.post("/my-day/state", &format!("to={to}")).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let mut request = self.request("/my-day");
        if let Some(notice) = response.headers().get(header::SET_COOKIE) {
            let notice = notice.to_str().unwrap().split(';').next().unwrap();
            let cookies = format!("{}; {notice}", self.cookie);
            request.headers_mut().insert(header::COOKIE, cookies.parse().unwrap());
        }
        text(self.site.send(request).await).await
    }
}

fn cookie(response: &Response<Body>) -> String {
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

async fn link(site: &Site, id: EmployeeId) -> String {
    let link = site.app.create_agent_link(site.tenant, Actor::System, id).await.unwrap();
    format!("/my-day/link/{}", link.expose_secret())
}

fn chosen(password: &str, repeat: &str) -> String {
    format!("password={}&repeat={}", password.replace(' ', "+"), repeat.replace(' ', "+"))
}

/// Chooses a password by a link; answers the browser that is signed in then.
pub(crate) async fn enter(site: &Site, id: EmployeeId) -> Mine<'_> {
    let path = link(site, id).await;
    let response = site.send(form_request(&path, &chosen(PASSWORD, PASSWORD))).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    Mine { site, cookie: cookie(&response) }
}

async fn sign_in(site: &Site, username: &str, password: &str) -> Response<Body> {
    let body = format!("username={username}&password={}", password.replace(' ', "+"));
    site.send(form_request("/my-day/sign-in", &body)).await
}

#[tokio::test]
async fn nobody_passes_without_a_session_and_no_form_without_its_token() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let mine = enter(&site, ana).await;
    let administrator = site.sign_in().await;
    assert_eq!(routes().len(), 12, "the routes were not found in the source");
    for (path, methods) in routes().iter().filter(|(path, _)| !OPEN.contains(&path.as_str())) {
        for method in methods {
            let mut request = form_request(path, "to=available");
            *request.method_mut() = method.clone();
            // Nobody, and an administrator, who is somebody else here.
            for cookie in ["", &administrator.cookie] {
                let mut request = Request::builder().method(method).uri(path);
                request = request.header("content-type", "application/x-www-form-urlencoded");
                let request = request.header(header::COOKIE, cookie).body(Body::from("to=x"));
                let response = site.send(request.unwrap()).await;
                assert_eq!(response.status(), StatusCode::SEE_OTHER, "{method} {path}");
                assert_eq!(response.headers()[header::LOCATION], "/my-day/sign-in");
            }
            if *method == Method::POST {
                request.headers_mut().insert(header::COOKIE, mine.cookie.parse().unwrap());
                let response = site.send(request).await;
                assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
            }
        }
    }
    // What opens their own page opens none of the administrators'.
    let response = site.send(mine.request("/employees")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let agent = site.app.agent(site.tenant, ana).await.unwrap();
    assert_eq!(agent.agent, None, "nothing was done");
}

#[tokio::test]
async fn a_link_is_for_one_password() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let old = link(&site, ana).await;
    let path = link(&site, ana).await;
    let get = async |path: &str| {
        let response = site.send(Request::get(path).body(Body::empty()).unwrap()).await;
        (response.status(), text(response).await)
    };
    for closed in [old.as_str(), "/my-day/link/nonsense"] {
        let (status, page) = get(closed).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(page.contains("This link does not work") && !page.contains("Berg"), "{page}");
    }
    let (status, page) = get(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Welcome, Ana Berg") && page.contains("ana.berg@example.com"), "{page}");
    for (password, repeat, why) in
        [("short", "short", "at least 10 characters"), (PASSWORD, "another one", "differ")]
    {
        let response = site.send(form_request(&path, &chosen(password, repeat))).await;
        assert!(text(response).await.contains(why));
    }
    let response = site.send(form_request(&path, &chosen(PASSWORD, PASSWORD))).await;
    let mine = Mine { site: &site, cookie: cookie(&response) };
    assert!(mine.page().await.contains("You have never logged in"));
    let again = site.send(form_request(&path, &chosen(PASSWORD, PASSWORD))).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
    // A link that nobody used in time.
    let late = link(&site, ana).await;
    site.clock.forward(SignedDuration::from_hours(72));
    assert_eq!(get(&late).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_lasts_a_day_at_work_and_ends_with_the_work() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    enter(&site, ana).await;
    let wrong = sign_in(&site, "ana.berg@example.com", "some other words").await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let wrong = text(wrong).await.replace("ana.berg@example.com", "");
    let nobody = text(sign_in(&site, "nobody@example.com", PASSWORD).await).await;
    assert_eq!(wrong, nobody.replace("nobody@example.com", ""));
    let mine = Mine {
        site: &site,
        cookie: cookie(&sign_in(&site, "ANA.Berg@example.com", PASSWORD).await),
    };
    site.clock.forward(SignedDuration::from_mins(719));
    mine.page().await;
    site.clock.forward(SignedDuration::from_mins(1));
    let response = site.send(mine.request("/my-day")).await;
    assert_eq!(response.headers()[header::LOCATION], "/my-day/sign-in?expired=yes");

    let sign = async || cookie(&sign_in(&site, "ana.berg@example.com", PASSWORD).await);
    let mine = Mine { site: &site, cookie: sign().await };
    mine.post("/my-day/sign-out", "").await;
    assert_eq!(site.send(mine.request("/my-day")).await.status(), StatusCode::SEE_OTHER);
    let mine = Mine { site: &site, cookie: sign().await };
    site.leave(ana).await;
    assert_eq!(site.send(mine.request("/my-day")).await.status(), StatusCode::SEE_OTHER);
    let gone = sign_in(&site, "ana.berg@example.com", PASSWORD).await;
    assert_eq!(gone.status(), StatusCode::UNAUTHORIZED);
    // Coming back opens nothing that was open before: the password is asked for.
    assert_eq!(site.join("Ana", "Berg").await, ana);
    assert_eq!(site.send(mine.request("/my-day")).await.status(), StatusCode::SEE_OTHER);
    Mine { site: &site, cookie: sign().await }.page().await;
}

#[tokio::test]
async fn whom_many_tenants_know_by_one_name_signs_in_at_their_own() {
    let site = Site::new().await;
    let others = ["two", "three", "four", "five"];
    enter(&site, site.join("Ana", "Berg").await).await;
    let mut last = (site.tenant, PASSWORD.to_owned());
    for name in others {
        let tenant = site.app.create_tenant(name).await.unwrap();
        let ana = join_elsewhere(&site, &tenant).await;
        let link = site.app.create_agent_link(tenant.tenant.id, Actor::System, ana).await.unwrap();
        let password = format!("the password of {name}");
        last = (tenant.tenant.id, password.clone());
        site.app.use_agent_link(link.expose_secret(), password.into()).await.unwrap();
    }
    let (tenant, password) = last;
    let anywhere = sign_in(&site, "ana.berg@example.com", &password).await;
    assert_eq!(
        anywhere.status(),
        StatusCode::UNAUTHORIZED,
        "four are tried, and they are the fifth"
    );
    let at = |at: &str, password: &str| {
        let password = password.replace(' ', "+");
        let body = format!("username=ana.berg@example.com&password={password}&at={at}");
        form_request("/my-day/sign-in", &body)
    };
    let response = site.send(at(&tenant.to_string(), &password)).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookies: Vec<&str> = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|it| it.to_str().unwrap())
        .collect();
    let place = cookies.iter().find(|it| it.starts_with("rollcall_place=")).unwrap();
    let mine = Mine { site: &site, cookie: cookie(&response) };
    assert!(mine.page().await.contains("five"), "the name of the tenant stands on the page");

    // The browser knows it from then on, and so does the address.
    let hidden = format!("name=\"at\" value=\"{tenant}\"");
    for (path, cookie) in [
        ("/my-day/sign-in".to_owned(), place.split(';').next().unwrap()),
        (format!("/my-day/sign-in?at={tenant}"), ""),
    ] {
        let request = Request::get(&path).header(header::COOKIE, cookie);
        let page = text(site.send(request.body(Body::empty()).unwrap()).await).await;
        assert!(page.contains(&hidden), "{page}");
    }
    // Somebody of another tenant signs in there as well, and nothing is told of tenants.
    let other = site.send(at(&tenant.to_string(), PASSWORD)).await;
    assert_eq!(other.status(), StatusCode::SEE_OTHER);
    for nowhere in ["00000000-0000-0000-0000-000000000001", "nonsense"] {
        let wrong = site.send(at(nowhere, "some other words")).await;
        assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    }
    let odd = Request::get("/my-day/sign-in?at=%22%3E%3Cb%3E").body(Body::empty()).unwrap();
    assert!(!text(site.send(odd).await).await.contains("name=\"at\""));
}

/// Brings Ana Berg into another tenant.
async fn join_elsewhere(site: &Site, made: &rollcall_app::administration::NewTenant) -> EmployeeId {
    let tenant = made.tenant.id;
    let new = rollcall_app::scim_connection::NewConnection {
        name: "Okta".into(),
        dialect: "okta".into(),
        business_unit: made.business_unit.id,
        team: made.team.id,
    };
    let connection = site.app.create_connection(tenant, Actor::System, new).await.unwrap().id;
    let issued = site.app.issue_token(tenant, Actor::System, connection, None).await.unwrap();
    site.join_by(issued.secret.expose_secret(), "Ana", "Berg").await
}

#[tokio::test]
async fn people_set_their_own_state_within_the_rules() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let ben = site.join("Ben", "Lund").await;
    let mine = enter(&site, ana).await;
    let refused = mine.set("available").await;
    assert!(refused.contains("The person is logged out"), "{refused}");
    mine.post("/my-day/log-in", "").await;
    let page = mine.page().await;
    assert!(page.contains("you are logged out at") && page.contains("code:Lunch"), "{page}");
    assert!(mine.set("available").await.contains("aria-pressed=\"true\">Available"));
    assert!(mine.set("code:Lunch").await.contains("Unavailable: Lunch"));
    let refused = mine.set("code:Golf").await;
    assert!(refused.contains("does not have the code"), "{refused}");
    let odd = mine.post("/my-day/state", "to=loggedOut").await;
    assert_eq!(odd.status(), StatusCode::BAD_REQUEST);
    let contact = Contact { id: "c".into(), kind: ContactKind::Inbound, medium: Medium::Voice };
    let begin = AgentEvent::BeginContact(contact);
    site.app.act_for_agent(site.tenant, ana, begin).await.unwrap();
    let page = mine.set("available").await;
    assert!(page.contains("Inbound call") && page.contains("then Available"), "{page}");
    assert!(page.contains("when your contact is over") && !page.contains("/my-day/log-out\""));
    let mut request = mine.request("/my-day");
    request.headers_mut().insert("hx-request", "true".parse().unwrap());
    let part = text(site.send(request).await).await;
    assert!(part.contains("Inbound call") && !part.contains("<html"), "{part}");
    let other = site.app.agent(site.tenant, ben).await.unwrap();
    assert_eq!(other.agent, None, "nobody else's state was touched");
}

#[tokio::test]
async fn an_administrator_makes_the_link_and_sees_it_once() {
    let site = Site::new().await;
    let ana = site.join("Ana", "Berg").await;
    let browser = site.sign_in().await;
    let page = text(browser.post(&format!("/employees/{ana}/agent-link"), "").await).await;
    let path = page.split("http://localhost").nth(1).unwrap().split(['"', '<']).next().unwrap();
    let response = site.send(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let audit = browser.get("/audit?kind=agent.").await;
    assert!(audit.contains("Sign-in link made"), "{audit}");
    let secret = path.rsplit('/').next().unwrap();
    assert!(!audit.contains(secret));
}
