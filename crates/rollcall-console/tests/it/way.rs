//! Access keys, applications, and the consent of an administrator: each form, its receipt, and its refusals.

use axum::http::{StatusCode, header};
use rollcall_app::access::Presented;
use rollcall_app::oauth::{By, Proof, Proven};
use rollcall_app::short_token::Exchange;
use secrecy::SecretString;

use crate::site::{Browser, Site, text};

const REDIRECT: &str = "https://idp.example.com/callback?app=1";
/// Of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The value beside a copy button that begins so.
fn shown(page: &str, prefix: &str) -> String {
    let rest = page.split(&format!("data-copy=\"{prefix}")).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no {prefix} in {page}"));
    format!("{prefix}{}", rest.split('"').next().unwrap())
}

/// The id of the row that shows a text.
fn row(page: &str, with: &str) -> String {
    let row = page.split("data-key=\"").skip(1).find(|row| row.contains(with)).unwrap();
    row.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_is_shown_once_and_revoked_after_a_preview() {
    let site = Site::new().await;
    site.join("Scim", "Access").await;
    let browser = site.sign_in().await;
    let path = format!("/connections/{}", site.connection);
    assert!(browser.get(&path).await.contains("Make access key"));
    let response = browser.post(&format!("{path}/keys"), "owner=Scim.Access@example.com").await;
    assert_eq!(response.status(), StatusCode::OK);
    let page = text(response).await;
    assert!(page.contains("http://localhost/authentication/v1/token/access-key"), "{page}");
    let (id, secret) = (shown(&page, "rck_"), shown(&page, "rcs_"));
    let exchanged = site.app.exchange_access_key(&id, &SecretString::from(secret.clone())).await;
    let Exchange::Done(_, token) = exchanged.unwrap() else { panic!("the key works") };
    let later = browser.get(&path).await;
    assert!(!later.contains(&secret) && later.contains(&id) && later.contains("Scim Access"));

    let refused = browser.post(&format!("{path}/keys"), "owner=nobody@example.com").await;
    let refused = browser.follow(refused).await;
    assert!(refused.contains("No access key was made. Nobody has the user name"), "{refused}");

    let key = row(&later, &id);
    let preview = browser.get(&format!("{path}/keys/{key}/revoke")).await;
    assert!(preview.contains("goes on with its other tokens"), "{preview}");
    let revoked = browser.post(&format!("{path}/keys/{key}/revoke"), "").await;
    assert!(browser.follow(revoked).await.contains("The access key is revoked."));
    let secret = secrecy::ExposeSecret::expose_secret(&token.secret).to_owned();
    let presented = site.app.scim_access(&secret).await.unwrap();
    assert!(matches!(presented, Presented::Closed { .. }));
    let audit = browser.get("/audit?kind=access_key.").await;
    assert!(audit.contains("Access key made") && audit.contains("Access key revoked"), "{audit}");
}

#[tokio::test]
async fn the_page_of_a_connection_tells_that_its_key_stopped_and_why() {
    let site = Site::new().await;
    let id = site.join("Scim", "Access").await;
    let browser = site.sign_in().await;
    let path = format!("/connections/{}", site.connection);
    browser.post(&format!("{path}/keys"), "owner=scim.access@example.com").await;
    site.leave(id).await;
    for page in [browser.get(&path).await, browser.get("/connections").await] {
        assert!(page.contains("Key stopped"), "{page}");
    }
    let page = browser.get(&path).await;
    assert!(page.contains("Scim Access was deactivated."), "{page}");
    assert!(page.contains("Employee inactive"));
}

#[tokio::test]
async fn public_keys_come_and_go_without_a_new_application() {
    const FIRST: &str = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let (client_id, _) = register(&site, &browser).await;
    let connection = format!("/connections/{}", site.connection);
    let application = row(&browser.get(&connection).await, &client_id);
    let path = format!("{connection}/applications/{application}");
    assert!(browser.get(&path).await.contains("Add a public key"));
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{FIRST}\n-----END PUBLIC KEY-----\n");
    let add = async |keys: &str| {
        let keys: String = keys.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let added = browser.post(&format!("{path}/keys"), &format!("keys={keys}")).await;
        browser.follow(added).await
    };
    let page = add(&pem).await;
    // The thumbprint of RFC 8037, appendix A.3.
    assert!(page.contains("The public key is added.") && page.contains("kPrK_qmxVWaYVA9wwBF6"));
    assert!(add(&pem).await.contains("No public key was added. A public key is there already"));
    let second = r#"{"kty":"OKP","crv":"Ed25519","kid":"next","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURA"}"#;
    let page = add(second).await;
    assert!(page.contains("<code>next</code>") && !page.contains("Add a public key"), "{page}");
    let preview = format!("{path}/keys/{}/remove", row(&page, "<code>next</code>"));
    let asked = browser.get(&preview).await;
    assert!(asked.contains("Its other public key stays."), "{asked}");
    let removed = browser.post(&preview, "").await;
    let page = browser.follow(removed).await;
    assert!(page.contains("The public key is removed.") && !page.contains("<code>next</code>"));
    let gone = site.send(browser.request(&preview)).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    let audit = browser.get("/audit?kind=oauth_application.").await;
    assert!(audit.contains("Public key added") && audit.contains("Public key removed"), "{audit}");
}

async fn register(site: &Site, browser: &Browser<'_>) -> (String, SecretString) {
    let path = format!("/connections/{}/applications", site.connection);
    let encoded = REDIRECT.replace(':', "%3A").replace('?', "%3F").replace('=', "%3D");
    let response = browser.post(&path, &format!("name=Okta+app&redirect_uris={encoded}")).await;
    assert_eq!(response.status(), StatusCode::OK);
    let page = text(response).await;
    assert!(page.contains("http://localhost/oauth/token"), "{page}");
    (shown(&page, "rca_"), SecretString::from(shown(&page, "rcs_")))
}

#[tokio::test]
async fn an_application_is_registered_and_revoked_after_a_preview() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let (client_id, secret) = register(&site, &browser).await;
    let path = format!("/connections/{}", site.connection);
    let later = browser.get(&path).await;
    let exposed = secrecy::ExposeSecret::expose_secret(&secret);
    assert!(later.contains(&client_id) && !later.contains(exposed));
    let proof = Proof { client_id: client_id.clone(), by: By::Secret(secret) };
    assert!(matches!(site.app.oauth_client(&proof).await.unwrap(), Proven::Client(_)));

    let wrong =
        browser.post(&format!("{path}/applications"), "name=x&redirect_uris=http://a.b/").await;
    let wrong = browser.follow(wrong).await;
    assert!(
        wrong.contains("No application was registered.")
            && wrong.contains("is no redirect address")
    );

    let private = "name=x&keys=%7B%22kty%22%3A%22oct%22%2C%22k%22%3A%22c2VjcmV0%22%7D";
    let private = browser.post(&format!("{path}/applications"), private).await;
    assert!(browser.follow(private).await.contains("A private or shared key was entered"));

    let application = row(&later, &client_id);
    let preview = browser.get(&format!("{path}/applications/{application}/revoke")).await;
    assert!(preview.contains("https://idp.example.com/callback?app=1"), "{preview}");
    let revoked = browser.post(&format!("{path}/applications/{application}/revoke"), "").await;
    assert!(browser.follow(revoked).await.contains("The application is revoked."));
    assert!(matches!(site.app.oauth_client(&proof).await.unwrap(), Proven::Refused(..)));
    let audit = browser.get("/audit?kind=oauth_application.").await;
    assert!(audit.contains("Application registered"), "{audit}");
}

/// The query by which an application asks, with one field changed.
fn asking(client_id: &str, changed: (&str, &str)) -> String {
    let fields = [
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", "https%3A%2F%2Fidp.example.com%2Fcallback%3Fapp%3D1"),
        ("scope", "scim"),
        ("state", "a%26b"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let with = |(name, value): (&'static str, &str)| {
        format!("{name}={}", if name == changed.0 { changed.1 } else { value })
    };
    fields.map(with).join("&")
}

fn location(response: &axum::http::Response<axum::body::Body>) -> String {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_administrator_allows_an_application_and_it_gets_a_code() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let (client_id, secret) = register(&site, &browser).await;
    let asked = asking(&client_id, ("", ""));
    let response = site.send(browser.request(&format!("/oauth/authorize?{asked}"))).await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.contains("form-action 'self' https://idp.example.com;"), "{policy}");
    let page = text(response).await;
    assert!(
        page.contains("Allow Okta app?") && page.contains("<code>idp.example.com</code>"),
        "{page}"
    );

    let denied = browser.post("/oauth/authorize", &format!("{asked}&decision=deny")).await;
    let denied = location(&denied);
    let begins = "https://idp.example.com/callback?app=1&error=access_denied&";
    assert!(denied.starts_with(begins) && denied.contains("&state=a%26b&iss="), "{denied}");

    let allowed = browser.post("/oauth/authorize", &format!("{asked}&decision=allow")).await;
    let allowed = location(&allowed);
    assert!(allowed.ends_with("&state=a%26b&iss=http%3A//localhost"), "{allowed}");
    let code = allowed.split("&code=").nth(1).unwrap().split('&').next().unwrap();
    let proof = Proof { client_id, by: By::Secret(secret) };
    let Proven::Client(client) = site.app.oauth_client(&proof).await.unwrap() else {
        panic!("the application is known")
    };
    let code = SecretString::from(code.to_owned());
    let exchange = site.app.oauth_by_code(&client, &code, REDIRECT, Some(VERIFIER)).await.unwrap();
    assert!(matches!(exchange, Exchange::Done(..)), "{exchange:?}");
    assert!(browser.get("/audit?kind=oauth_application.").await.contains("Application allowed"));
}

#[tokio::test]
async fn a_wrong_question_leads_nowhere_or_back_with_the_reason() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let (client_id, _) = register(&site, &browser).await;
    for (name, value, status) in [
        ("client_id", "rca_nobody", StatusCode::NOT_FOUND),
        ("redirect_uri", "https%3A%2F%2Fevil.example%2F", StatusCode::CONFLICT),
        ("redirect_uri", "https%3A%2F%2Fidp.example.com%2Fcallback", StatusCode::CONFLICT),
        ("redirect_uri", "", StatusCode::CONFLICT),
    ] {
        let asked = asking(&client_id, (name, value));
        let response = site.send(browser.request(&format!("/oauth/authorize?{asked}"))).await;
        assert_eq!(response.status(), status, "{name}={value}");
        let form = format!("{asked}&decision=allow");
        assert_eq!(browser.post("/oauth/authorize", &form).await.status(), status);
    }
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "scim+admin", "invalid_scope"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
    ] {
        let asked = asking(&client_id, (name, value));
        let response = site.send(browser.request(&format!("/oauth/authorize?{asked}"))).await;
        let form = format!("{asked}&decision=allow");
        for response in [response, browser.post("/oauth/authorize", &form).await] {
            let to = location(&response);
            let begins = format!("https://idp.example.com/callback?app=1&error={error}&");
            assert!(to.starts_with(&begins) && !to.contains("code="), "{to}");
        }
    }
}
