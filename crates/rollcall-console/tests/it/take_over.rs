//! The take-over queue, and what else waits until an administrator does something.

use axum::http::StatusCode;
use rollcall_app::ChangeError;
use rollcall_app::access::Presented;
use rollcall_app::scim_connection::NewConnection;
use rollcall_domain::ScimConnectionId;
use rollcall_domain::policy::ConnectionPolicy;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::take_over::TakeOver;
use secrecy::ExposeSecret;

use crate::site::Site;

/// A second connection that asks about people of others, and its token.
async fn asking(site: &Site) -> (ScimConnectionId, String) {
    let team = site.app.teams(site.tenant).await.unwrap()[0].team.clone();
    let new = NewConnection {
        name: "Entra".into(),
        dialect: "entra".into(),
        business_unit: team.business_unit,
        team: team.id,
    };
    let id = site.app.create_connection(site.tenant, Actor::System, new).await.unwrap().id;
    let policy = ConnectionPolicy { take_over: TakeOver::Ask, ..ConnectionPolicy::default() };
    site.app.set_connection_policy(site.tenant, Actor::System, id, policy).await.unwrap();
    let token = site.app.issue_token(site.tenant, Actor::System, id, None).await.unwrap();
    (id, token.secret.expose_secret().to_owned())
}

async fn claim(site: &Site, token: &str) -> Result<(), ChangeError> {
    let Presented::Open(access) = site.app.scim_access(token).await.unwrap() else {
        panic!("the token is live")
    };
    let claim = Site::claim("Ingrid", "Berg");
    site.app.provision(&access, claim).await.map(drop)
}

#[tokio::test]
async fn a_claim_is_shown_with_both_sides_and_approved() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let (connection, token) = asking(&site).await;
    let browser = site.sign_in().await;
    assert!(browser.get("/take-overs").await.contains("Nothing waits"));
    assert!(claim(&site, &token).await.is_err());
    let overview = browser.get("/").await;
    assert!(overview.contains("A claim on a person waits for you since"), "{overview}");
    let path = format!("/take-overs/{connection}/{id}");
    let list = browser.get("/take-overs").await;
    assert!(list.contains(&path) && list.contains("Entra") && list.contains("Waits for you"));
    let page = browser.get(&path).await;
    assert!(page.contains("Entra claims ingrid.berg@example.com"), "{page}");
    assert!(page.contains("Okta does not see the person any more"), "{page}");
    let stale =
        browser.follow(browser.post(&format!("{path}/approve"), "external_id=other").await).await;
    assert!(stale.contains("Nothing was decided."), "{stale}");
    let done = browser
        .follow(browser.post(&format!("{path}/approve"), "external_id=00u-Berg").await)
        .await;
    assert!(done.contains("Approved.") && done.contains("Take the decision back"), "{done}");
    claim(&site, &token).await.unwrap();
    let employee = site.app.employee(site.tenant, id).await.unwrap().employee;
    assert_eq!(employee.managed_by, Source::Scim(connection));
    assert_eq!(site.send(browser.request(&path)).await.status(), StatusCode::NOT_FOUND);
    let trail = browser.get("/audit?kind=employee.").await;
    assert!(trail.contains("Taken over") && trail.contains("Take-over approved"), "{trail}");
}

#[tokio::test]
async fn a_claim_is_rejected_with_a_reason_and_reopened() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let (connection, token) = asking(&site).await;
    assert!(claim(&site, &token).await.is_err());
    let browser = site.sign_in().await;
    let path = format!("/take-overs/{connection}/{id}");
    let done = browser
        .follow(browser.post(&format!("{path}/reject"), "reason=another+Ingrid").await)
        .await;
    assert!(done.contains("is refused: another Ingrid."), "{done}");
    let refused = claim(&site, &token).await.unwrap_err();
    assert!(refused.to_string().contains("another Ingrid"));
    assert!(!browser.get("/").await.contains("waits for you since"));
    let done = browser.follow(browser.post(&format!("{path}/reopen"), "").await).await;
    assert!(done.contains("The claim waits again."), "{done}");
}

#[tokio::test]
async fn what_becomes_of_claims_is_set_at_the_connection() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let path = format!("/connections/{}", site.connection);
    assert!(browser.get(&path).await.contains("value=\"refuse\" selected"));
    let form = "groups=team&coming_back=either&take_over=ask";
    let page = browser.follow(browser.post(&format!("{path}/policy"), form).await).await;
    assert!(page.contains("value=\"ask\" selected"), "{page}");
}

#[tokio::test]
async fn a_missing_default_role_is_told_with_what_it_costs() {
    let site = Site::new().await;
    let renamed: Result<(), rollcall_storage::StorageError> = site
        .storage
        .write(site.tenant, |tx| {
            let role =
                rollcall_storage::directory::structure::find_role(tx, "Agent")?.expect("a role");
            rollcall_storage::directory::structure::rename_role(tx, role, "Advisor")
        })
        .await;
    renamed.unwrap();
    let Presented::Open(access) = site.app.scim_access(&site.token).await.unwrap() else {
        panic!("the token is live")
    };
    for last in ["Berg", "Novak"] {
        let refused = site.app.provision(&access, Site::claim("Ingrid", last)).await;
        assert!(matches!(refused, Err(ChangeError::NoDefaultRole(_))));
    }
    let browser = site.sign_in().await;
    let overview = browser.get("/").await;
    assert!(overview.contains("2 creations were refused since"), "{overview}");
    assert!(overview.contains("no role named Agent"));
    let account = browser.get("/account").await;
    assert!(account.contains("2 creations were refused since"), "{account}");
    let done = browser.follow(browser.post("/account/role", "role=Advisor").await).await;
    assert!(!done.contains("were refused"), "{done}");
    assert!(!browser.get("/").await.contains("were refused"));
}
