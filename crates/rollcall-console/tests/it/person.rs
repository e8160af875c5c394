//! People who are made, changed and switched off here, and what an identity provider keeps for itself.

use axum::http::StatusCode;
use rollcall_domain::EmployeeId;
use rollcall_domain::employee::Status;

use crate::site::{Browser, Site, text};

async fn make(
    site: &Site,
    browser: &Browser<'_>,
    user_name: &str,
) -> axum::http::Response<axum::body::Body> {
    let team = site.app.teams(site.tenant).await.unwrap()[0].team.id;
    let role = site.app.account(site.tenant).await.unwrap().roles[0].id;
    let form = format!(
        "user_name={user_name}&first_name=Scim&last_name=Key&email=it@example.com&team={team}&primary_role={role}"
    );
    browser.post("/employees", &form).await
}

#[tokio::test]
async fn an_employee_is_made_here_and_owns_an_access_key() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    assert!(browser.get("/employees").await.contains("href=\"/employees/new\""));
    let form = browser.get("/employees/new").await;
    assert!(form.contains("New employee") && form.contains("Default team"), "{form}");
    let made = make(&site, &browser, "scim-key@example.com").await;
    assert_eq!(made.status(), StatusCode::SEE_OTHER);
    let page = browser.follow(made).await;
    assert!(page.contains("The employee is made.") && page.contains("Scim Key"));
    let keys = format!("/connections/{}/keys", site.connection);
    let key = text(browser.post(&keys, "owner=scim-key@example.com").await).await;
    assert!(key.contains("rck_"), "{key}");

    let taken = make(&site, &browser, "SCIM-KEY@example.com").await;
    assert_eq!(taken.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(taken).await;
    assert!(page.contains("is taken") && page.contains("value=\"Scim\""), "what was typed stays");
    let wrong = make(&site, &browser, "nobody").await;
    assert!(text(wrong).await.contains("is not in e-mail form"));
}

#[tokio::test]
async fn who_became_local_is_changed_and_deactivated_here() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    let page = browser.get(&format!("/employees/{id}/status")).await;
    assert!(page.contains("only Okta may deactivate them") && !page.contains("name=\"to\""));
    let path = format!("/employees/{id}/status");
    let refused = browser.follow(browser.post(&path, "to=inactive").await).await;
    assert!(refused.contains("is managed by"), "{refused}");

    browser.post(&format!("/connections/{}/remove", site.connection), "").await;
    let page = browser.get(&format!("/employees/{id}")).await;
    assert!(page.contains("connection removed") && page.contains("Deactivate…"));
    let page = browser.get(&path).await;
    assert!(page.contains("moves agent") && page.contains("Nothing is erased"), "{page}");
    let done = browser.follow(browser.post(&path, "to=inactive").await).await;
    assert!(done.contains("The person is deactivated."));
    assert_eq!(status(&site, id).await, Status::Inactive);
    browser.post(&path, "to=active").await;
    assert_eq!(status(&site, id).await, Status::Active);

    let version = site.app.employee(site.tenant, id).await.unwrap().employee.version;
    let form = format!(
        "version={version}&user_name=ingrid.hansen@example.com&first_name=Ingrid&last_name=Hansen&\
         email=ingrid.hansen@example.com&time_zone=Europe/Oslo"
    );
    let values = format!("/employees/{id}/values");
    let page = browser.follow(browser.post(&values, &form).await).await;
    assert!(page.contains("Saved.") && page.contains("Europe/Oslo"), "{page}");
    assert!(page.contains("Hansen</ins>"), "the history tells it");
    let late = browser.post(&values, &form).await;
    assert_eq!(late.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(late).await.contains("Somebody else changed this person meanwhile"));
}

#[tokio::test]
async fn of_a_managed_person_only_the_optional_values_are_changed_here() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    let values = format!("/employees/{id}/values");
    let page = browser.get(&values).await;
    assert!(page.contains("Okta manages this person") && !page.contains("name=\"user_name\""));
    // A field that the form does not show changes nothing.
    let form = "version=1&user_name=evil@example.com&last_name=Evil&display_name=Inga+B&time_zone=";
    let page = browser.follow(browser.post(&values, form).await).await;
    assert!(page.contains("Saved.") && page.contains("Inga B"), "{page}");
    let employee = site.app.employee(site.tenant, id).await.unwrap().employee;
    assert_eq!(employee.profile.last_name, "Berg");
    assert_eq!(employee.details.display_name.as_deref(), Some("Inga B"));
    let wrong = browser.post(&values, "version=2&time_zone=Middle/Earth").await;
    assert!(text(wrong).await.contains("is no time zone"));
}

async fn status(site: &Site, id: EmployeeId) -> Status {
    site.app.employee(site.tenant, id).await.unwrap().employee.status
}
