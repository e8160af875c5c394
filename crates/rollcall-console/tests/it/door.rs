//! Who is let in, and with what: each route as nobody, and each form from elsewhere.

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use jiff::SignedDuration;
use tower::ServiceExt;

use crate::site::{ADMIN, Site, form_request, text};

/// Routes that anybody may ask: they have no session yet, or need none.
const OPEN: [&str; 4] = ["/sign-in", "/setup/{link}", "/assets/{hash}/{name}", "/favicon.ico"];

/// The routers: what belongs to the whole house, and its wings. People's own page is another door.
const ROUTERS: [&str; 5] = [
    include_str!("../../src/route.rs"),
    include_str!("../../src/route/agent.rs"),
    include_str!("../../src/route/people.rs"),
    include_str!("../../src/route/provisioning.rs"),
    include_str!("../../src/route/wfm.rs"),
];

/// Every route of the routers with the methods that it has, read from their own source, so that none is forgotten.
fn routes() -> Vec<(String, Vec<Method>)> {
    let wings = ROUTERS[0].matches("::router())").count();
    assert_eq!(wings, ROUTERS.len(), "each wing is read here but my_day, and the house itself is");
    let routes = ROUTERS.iter().flat_map(|source| source.split(".route(").skip(1)).map(|rest| {
        let path = rest.split('"').nth(1).unwrap().to_owned();
        let handlers = rest;
        let methods = [("get(", Method::GET), ("post(", Method::POST)];
        (
            path,
            methods
                .into_iter()
                .filter(|(word, _)| handlers.contains(word))
                .map(|(_, m)| m)
                .collect(),
        )
    });
    routes.collect()
}

fn request(method: &Method, path: &str) -> Request<Body> {
    let path = path.replace(['{', '}'], "");
    let mut request = form_request(
        &path,
        "name=x&value=x&to=x&departures=1&stop_share_percent=1&dialect=okta&team=x&reason=x",
    );
    *request.method_mut() = method.clone();
    request
}

#[tokio::test]
async fn nobody_passes_without_a_session() {
    let site = Site::new().await;
    let routes = routes();
    assert!(routes.len() > 20, "the routes were not found in the source");
    for (path, methods) in routes.iter().filter(|(path, _)| !OPEN.contains(&path.as_str())) {
        assert!(!methods.is_empty(), "{path}");
        for method in methods {
            let response = site.send(request(method, path)).await;
            assert_eq!(response.status(), StatusCode::SEE_OTHER, "{method} {path}");
            let to = response.headers()[header::LOCATION].to_str().unwrap();
            assert!(to.starts_with("/sign-in?next="), "{method} {path} leads to {to}");
        }
    }
}

#[tokio::test]
async fn a_form_without_the_sessions_token_is_refused() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    for (path, methods) in routes().iter().filter(|(path, _)| !OPEN.contains(&path.as_str())) {
        if methods.contains(&Method::POST) {
            let mut request = request(&Method::POST, path);
            request.headers_mut().insert(header::COOKIE, browser.cookie.parse().unwrap());
            let response = site.send(request).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
            assert!(text(response).await.contains("The form had become old"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let site = Site::new().await;
    let mut request = form_request("/sign-in", "username=a&password=b");
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(site.send(request).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_wrong_password_tells_nothing_and_tries_are_counted() {
    let site = Site::new().await;
    let attempt = async |name: &str| {
        let response = site
            .send(form_request("/sign-in", &format!("username={name}&password=wrong-one")))
            .await;
        (response.status(), text(response).await)
    };
    let (status, known) = attempt(ADMIN).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (_, unknown) = attempt("nobody@example.com").await;
    assert_eq!(known.replace(ADMIN, ""), unknown.replace("nobody@example.com", ""));
    for _ in 0..9 {
        attempt(ADMIN).await;
    }
    let (status, page) = attempt(ADMIN).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.contains("Too many tries"));
}

#[tokio::test]
async fn a_session_ends_by_itself_and_by_hand() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    site.clock.forward(SignedDuration::from_mins(21));
    let response = site.send(browser.request("/employees")).await;
    let to = response.headers()[header::LOCATION].to_str().unwrap();
    assert_eq!(to, "/sign-in?next=/employees&expired=yes");

    let browser = site.sign_in().await;
    browser.post("/sign-out", "").await;
    assert_eq!(site.send(browser.request("/")).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_set_up_link_works_once() {
    let site = Site::new().await;
    let tenant = site.app.create_tenant("Southwind").await.unwrap().tenant.id;
    let link = site.app.create_setup_link(tenant).await.unwrap();
    let path = format!("/setup/{}", secrecy::ExposeSecret::expose_secret(&link));
    let page = text(site.send(Request::get(&path).body(Body::empty()).unwrap()).await).await;
    assert!(page.contains("Set up Southwind"));
    let fill = |repeat: &str| {
        format!("username=bo@example.com&password=long+enough+words&repeat={repeat}")
    };
    let page = text(site.send(form_request(&path, &fill("something+else"))).await).await;
    assert!(page.contains("The two passwords differ."));
    let response = site.send(form_request(&path, &fill("long+enough+words"))).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let again = site.send(form_request(&path, &fill("long+enough+words"))).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_set_up_link_works_once_also_for_two_at_a_time() {
    let site = Site::new().await;
    let tenant = site.app.create_tenant("Southwind").await.unwrap().tenant.id;
    let link = site.app.create_setup_link(tenant).await.unwrap();
    let path = format!("/setup/{}", secrecy::ExposeSecret::expose_secret(&link));
    let send = |name: &str| {
        let fields = format!("username={name}&password=long+enough+words&repeat=long+enough+words");
        site.send(form_request(&path, &fields))
    };
    let (one, other) = tokio::join!(send("bo@example.com"), send("eve@example.com"));
    let mut answers = [one.status(), other.status()];
    answers.sort();
    assert_eq!(answers, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND]);
}

#[tokio::test]
async fn a_character_that_cannot_be_kept_is_the_senders_mistake() {
    let site = Site::new().await;
    let unknown = site.send(form_request("/sign-in", "username=a%00b&password=b")).await;
    assert_eq!(unknown.status(), StatusCode::BAD_REQUEST);
    let browser = site.sign_in().await;
    for path in ["/employees?search=%00", "/employees?team=%00", "/audit?actor=%00"] {
        let response = site.send(browser.request(path)).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path}");
        assert!(text(response).await.contains("U+0000"), "{path}");
    }
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let site = Site::new().await;
    let response = site.send(Request::get("/sign-in").body(Body::empty()).unwrap()).await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let page = text(response).await;
    assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains("onclick"));
}

#[tokio::test]
async fn an_open_page_that_refreshes_itself_does_not_keep_a_session_alive() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    site.clock.forward(SignedDuration::from_mins(15));
    let mut refresh = browser.request("/");
    for name in ["hx-target", "hx-trigger"] {
        refresh.headers_mut().insert(name, "now".parse().unwrap());
    }
    refresh.headers_mut().insert("hx-request", "true".parse().unwrap());
    assert_eq!(site.send(refresh).await.status(), StatusCode::OK);
    site.clock.forward(SignedDuration::from_mins(6));
    let response = site.send(browser.request("/")).await;
    assert_eq!(
        response.status(),
        StatusCode::SEE_OTHER,
        "nobody was at the keyboard for 21 minutes"
    );
}

#[tokio::test]
async fn who_is_at_the_machine_is_told_where_the_first_link_is() {
    let site = Site::new().await;
    let ask = async |address: &str, host: &str, router: axum::Router| {
        let mut request =
            Request::get("/sign-in").header(header::HOST, host).body(Body::empty()).unwrap();
        let address: std::net::SocketAddr = address.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        let response = router.oneshot(request).await.unwrap();
        text(response).await.contains("Nobody can sign in yet.")
    };
    let here = ("127.0.0.1:5000", "localhost:8080");
    assert!(!ask(here.0, here.1, site.router.clone()).await, "there is an administrator");
    let site = Site::without_administrator().await;
    let router = site.router.clone();
    assert!(ask(here.0, here.1, router.clone()).await);
    assert!(!ask("10.0.0.7:5000", here.1, router.clone()).await);
    assert!(!ask(here.0, "hub.example.com", router.clone()).await);
    let request =
        Request::get("/sign-in").header(header::HOST, here.1).body(Body::empty()).unwrap();
    let page = text(router.oneshot(request).await.unwrap()).await;
    assert!(!page.contains("Nobody can sign in yet."), "the address is not known");
}
