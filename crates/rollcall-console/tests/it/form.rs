//! What administrators change: each form, its receipt, and its refusals.

use axum::http::StatusCode;
use rollcall_app::access::Presented;
use rollcall_domain::authority::Attribute;
use rollcall_domain::optional::OptionalAttributes;
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::unavailable_code::{CodeKind, CodeName, UnavailableCode};

use crate::site::{Site, text};

#[tokio::test]
async fn a_token_is_shown_once_and_revoked_after_a_preview() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let path = format!("/connections/{}", site.connection);
    let response = browser.post(&format!("{path}/tokens"), "lifetime=2160").await;
    assert_eq!(response.status(), StatusCode::OK);
    let page = text(response).await;
    let secret = page
        .split("data-copy=\"rct_")
        .nth(1)
        .expect("the token is shown")
        .split('"')
        .next()
        .unwrap();
    let secret = format!("rct_{secret}");
    assert!(matches!(site.app.scim_access(&secret).await.unwrap(), Presented::Open(_)));
    let later = browser.get(&path).await;
    assert!(!later.contains(&secret) && later.contains("Two tokens may live at a time"));

    let refused = browser.follow(browser.post(&format!("{path}/tokens"), "lifetime=").await).await;
    assert!(refused.contains("live tokens already"), "{refused}");

    let hint: String = secret.chars().take(10).collect();
    let row = later.split("data-key=\"").find(|row| row.contains(&hint)).unwrap();
    let token = row.split('"').next().unwrap();
    let preview = browser.get(&format!("{path}/tokens/{token}/revoke")).await;
    assert!(preview.contains("goes on with its other token"));
    let done =
        browser.follow(browser.post(&format!("{path}/tokens/{token}/revoke"), "").await).await;
    assert!(done.contains("The token is revoked."));
    assert!(matches!(site.app.scim_access(&secret).await.unwrap(), Presented::Closed { .. }));
}

#[tokio::test]
async fn a_connection_is_made_for_a_team() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let team = site.app.teams(site.tenant).await.unwrap()[0].team.id;
    let response =
        browser.post("/connections", &format!("name=Entra&dialect=entra&team={team}")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let path = response.headers()["location"].to_str().unwrap().to_owned();
    let page = browser.get(&path).await;
    assert!(page.contains("Microsoft Entra ID") && page.contains("http://localhost/scim/v2"));
    let twice = browser.post("/connections", &format!("name=ENTRA&dialect=okta&team={team}")).await;
    assert!(text(twice).await.contains("is taken"), "two of a name could not be told apart");
    let refused = browser.post("/connections", &format!("name=+&dialect=entra&team={team}")).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(refused).await.contains("A connection needs a name"));
}

#[tokio::test]
async fn a_person_moves_to_another_team_and_the_change_has_a_name() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let unit = site.app.business_units(site.tenant).await.unwrap()[0].id;
    let team =
        site.app.create_team(site.tenant, Actor::System, unit, "Back office").await.unwrap().id;
    let browser = site.sign_in().await;
    let page = browser.get(&format!("/employees/{id}")).await;
    assert!(page.contains("Back office (not sent to the WFM)"));
    let page = browser
        .follow(browser.post(&format!("/employees/{id}/team"), &format!("value={team}")).await)
        .await;
    assert!(page.contains("The team is changed."));
    assert!(page.contains("Default team</del>") && page.contains("Back office</ins>"), "{page}");
    assert!(page.contains("lacks the feature WFM Advanced") || page.contains("It is on its way"));
}

#[tokio::test]
async fn a_team_is_handed_to_the_wfm_after_a_preview() {
    let site = Site::new().await;
    let unit = site.app.business_units(site.tenant).await.unwrap()[0].id;
    let team =
        site.app.create_team(site.tenant, Actor::System, unit, "Back office").await.unwrap().id;
    let browser = site.sign_in().await;
    assert!(
        browser.get(&format!("/teams/{team}/wfm")).await.contains("Hand Back office to the WFM?")
    );
    let page = browser.follow(browser.post(&format!("/teams/{team}/wfm"), "to=on").await).await;
    assert!(page.contains("go to the WFM within a second."), "{page}");
    assert!(
        browser
            .get(&format!("/teams/{team}/wfm"))
            .await
            .contains("Take Back office out of the WFM?")
    );
}

#[tokio::test]
async fn preferences_are_kept_in_the_browser() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let response = browser.post("/preferences", "theme=dark&back=//evil.example").await;
    assert_eq!(response.headers()["location"], "/");
    assert!(response.headers()["set-cookie"].to_str().unwrap().starts_with("rollcall_theme=dark"));
}

#[tokio::test]
async fn the_account_settings_say_what_is_taken_and_who_begins_as_what() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let page = browser.get("/account").await;
    assert!(page.contains("Display name") && !page.contains("checked"), "all are off at first");
    let page = browser
        .follow(browser.post("/account/attributes", "team=on&mobile_number=on&shoe_size=on").await)
        .await;
    assert!(page.contains("Saved.") && page.matches(" checked").count() == 2, "{page}");
    let settings = site.app.account(site.tenant).await.unwrap().tenant.settings;
    let optional = OptionalAttributes::NONE.with(Attribute::Team).with(Attribute::MobileNumber);
    assert_eq!(settings.optional_attributes, optional);
    assert!(browser.get("/audit?kind=account.").await.contains("Mobile number, Team"));

    let page = browser.follow(browser.post("/account/role", "role=Agent").await).await;
    assert!(page.contains("begin as Agent"));
    let unknown = browser.post("/account/role", "role=Nobody").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_group_is_can_be_chosen() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let path = format!("/connections/{}", site.connection);
    assert!(browser.get(&path).await.contains("value=\"team\" selected"));
    let form = "groups=role&coming_back=external_id&reading=tenant";
    let page = browser.follow(browser.post(&format!("{path}/policy"), form).await).await;
    assert!(page.contains("Saved.") && page.contains("value=\"role\" selected"), "{page}");
    assert!(page.contains("value=\"external_id\" selected"));
    assert!(page.contains("value=\"tenant\" selected"), "{page}");
}

#[tokio::test]
async fn a_connection_is_removed_after_a_preview_and_its_people_are_local() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    let path = format!("/connections/{}", site.connection);
    assert!(browser.get(&path).await.contains(&format!("{path}/remove")));
    let preview = browser.get(&format!("{path}/remove")).await;
    assert!(preview.contains("1 person") && preview.contains("Ingrid Berg"), "{preview}");
    assert!(browser.get("/connections").await.contains("Okta"), "a preview does nothing");
    let page = browser.follow(browser.post(&format!("{path}/remove"), "").await).await;
    assert!(page.contains("The connection is removed.") && !page.contains("Okta"), "{page}");
    let employee = site.app.employee(site.tenant, id).await.unwrap().employee;
    assert_eq!(employee.managed_by, Source::Local);
    let page = browser.get(&format!("/employees/{id}")).await;
    assert!(!page.contains("is locked by"), "whoever is local is changed here");
    assert!(page.contains("Okta"), "who set a value is still told");
    assert!(browser.get("/audit?kind=employee.").await.contains("Made local"));
}

/// The mark of what a form of a page was opened with: the first behind `after`.
fn seen(page: &str, after: &str) -> String {
    let form = page.split(after).nth(1).expect("the form is there");
    let mark = form.split("name=\"seen\" value=\"").nth(1).expect("it has a mark");
    mark.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn of_two_who_have_a_form_open_the_second_sees_what_the_first_did() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let connection = format!("/connections/{}", site.connection);
    let role = site.app.permitted_roles(site.tenant).await.unwrap().remove(0).role.id;
    let team = site.app.teams(site.tenant).await.unwrap().remove(0).team.id;
    let name = |name: &str| CodeName::parse(name).unwrap();
    for code in ["Chess", "Golf"] {
        let code = UnavailableCode {
            name: name(code),
            kind: CodeKind::Unavailable,
            timeout_min: 30,
            retired: false,
        };
        site.app.create_unavailable_code(site.tenant, Actor::System, code).await.unwrap();
    }
    let (codes, role) = (format!("/teams/{team}/codes"), format!("/roles/{role}"));
    let policy = format!("{connection}/policy");
    // The page, its form, what the first sets, what the second sets, and what the page then has as the second chose.
    for (page, form, first, second, kept) in [
        (
            "/account",
            "/account/attributes",
            "team=on",
            "mobile_number=on",
            "id=\"mobile_number\" name=\"mobile_number\" value=\"on\" checked",
        ),
        (
            connection.as_str(),
            policy.as_str(),
            "groups=role&reading=tenant",
            "groups=none",
            "value=\"none\" selected",
        ),
        (
            "/roles",
            role.as_str(),
            "agentSchedule=on",
            "personalSchedule=on",
            "name=\"personalSchedule\" value=\"on\" checked",
        ),
        (
            codes.as_str(),
            codes.as_str(),
            "code.Chess=on",
            "code.Golf=on",
            "name=\"code.Golf\" value=\"on\" checked",
        ),
    ] {
        let action = format!("action=\"{form}\"");
        let opened = seen(&browser.get(page).await, &action);
        let saved = browser.post(form, &format!("seen={opened}&{first}")).await;
        assert_eq!(saved.status(), StatusCode::SEE_OTHER, "{form}");
        let before = seen(&browser.get(page).await, &action);
        let late = browser.post(form, &format!("seen={opened}&{second}")).await;
        assert_eq!(late.status(), StatusCode::CONFLICT, "{form}");
        let shown = text(late).await;
        assert!(shown.contains("Somebody else changed this") && shown.contains(kept), "{shown}");
        assert_eq!(seen(&browser.get(page).await, &action), before, "nothing was saved");
        // Who saves it again has seen it.
        let again = seen(&shown, &action);
        let saved = browser.post(form, &format!("seen={again}&{second}")).await;
        assert_eq!(saved.status(), StatusCode::SEE_OTHER, "{form}");
        assert!(browser.get(page).await.contains(kept), "{form}");
    }
    let account = browser.get("/account").await;
    let opened = seen(&account, "action=\"/account/role\"");
    let other = site.app.create_role(site.tenant, Actor::System, "Advisor").await.unwrap().name;
    site.app.set_default_role(site.tenant, Actor::System, other).await.unwrap();
    let late = browser.post("/account/role", &format!("seen={opened}&role=Agent")).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    assert!(text(late).await.contains("value=\"Agent\" selected"));
}
