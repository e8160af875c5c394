//! Teams and roles are made, renamed and removed by forms, and each refusal says what, why, and the way on.

use axum::body::Body;
use axum::http::{StatusCode, header};
use rollcall_app::access::Presented;
use rollcall_app::scim_group::GroupClaim;
use rollcall_domain::RoleId;
use rollcall_domain::source::Actor;

use crate::site::{Site, text};

/// The id at the end of the address that a form leads to.
fn made(response: &axum::http::Response<Body>) -> String {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let to = response.headers()[header::LOCATION].to_str().unwrap();
    to.rsplit('/').next().unwrap().to_owned()
}

/// The team that a group of the site's connection is.
async fn group(site: &Site, name: &str) -> String {
    let Presented::Open(access) = site.app.scim_access(&site.token).await.unwrap() else {
        panic!("the token of the site is live")
    };
    let claim = GroupClaim {
        display_name: name.to_owned(),
        external_id: None,
        resource: serde_json::Map::from_iter([("displayName".to_owned(), name.into())]),
        members: Vec::new(),
    };
    site.app.create_group(&access, claim).await.unwrap().group.id.to_string()
}

#[tokio::test]
async fn a_team_is_made_renamed_and_removed() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let form = browser.get("/teams/new").await;
    assert!(!form.contains("<select id=\"unit\""), "with one unit nobody is asked");
    let unit = site.app.business_units(site.tenant).await.unwrap().remove(0).id;
    let fields = |name: &str| format!("business_unit={unit}&wfm=on&name={name}");

    let response = browser.post("/teams", &fields("Default+team")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(response).await;
    assert!(
        page.contains("There is a team named Default team in Contact centre already."),
        "{page}"
    );
    assert!(page.contains("value=\"Default team\"") && page.contains("value=\"on\" checked"));

    let response = browser.post("/teams", &fields("Nights")).await;
    let id = made(&response);
    let page = browser.follow(response).await;
    assert!(page.contains("The team Nights is made.") && page.contains("Take out…"), "{page}");

    let path = format!("/teams/{id}/name");
    let response = browser.post(&path, "name=Default+team").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(response).await;
    assert!(page.contains("Choose another name.") && page.contains("<h1>Nights</h1>"), "{page}");
    let page = browser.follow(browser.post(&path, "name=Late+shift").await).await;
    assert!(page.contains("The team is named Late shift now."), "{page}");

    let path = format!("/teams/{id}/remove");
    assert!(browser.get(&path).await.contains("Remove Late shift?"));
    let page = browser.follow(browser.post(&path, "").await).await;
    assert!(page.contains("The team is removed.") && !page.contains("Late shift</a>"), "{page}");
    let audit = browser.get("/audit?kind=team.").await;
    for what in ["Team made", "Team renamed", "Team removed"] {
        assert!(audit.contains(what), "{what}: {audit}");
    }
}

#[tokio::test]
async fn with_several_units_the_new_team_has_a_choice() {
    let site = Site::new().await;
    let bergen = site.app.create_business_unit(site.tenant, Actor::System, "Bergen").await.unwrap();
    let browser = site.sign_in().await;
    assert!(browser.get("/teams/new").await.contains(">Bergen</option>"));
    let fields = format!("business_unit={}&name=Nights", bergen.0.id);
    let page = browser.follow(browser.post("/teams", &fields).await).await;
    assert!(page.contains("<dd>Bergen</dd>") && page.contains("Hand to the WFM…"), "{page}");
    for odd in ["x", "019ab0c1-d2e3-7000-8000-ffffffffffff"] {
        let response = browser.post("/teams", &format!("business_unit={odd}&name=Other")).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        for path in ["/teams/", "/roles/"] {
            let response = site.send(browser.request(&format!("{path}{odd}"))).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND);
        }
    }
}

#[tokio::test]
async fn a_group_of_an_identity_provider_is_locked_with_its_name_and_why() {
    let site = Site::new().await;
    let id = group(&site, "Sales").await;
    let browser = site.sign_in().await;
    let page = browser.get(&format!("/teams/{id}")).await;
    assert!(
        page.contains("Locked by Okta.") && page.contains("Rename the group at Okta"),
        "{page}"
    );
    assert!(!page.contains(&format!("/teams/{id}/name")), "there is no form");
    let response = browser.post(&format!("/teams/{id}/name"), "name=Sales+2").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(response).await.contains("Locked by Okta."));
    let path = format!("/teams/{id}/remove");
    let page = browser.get(&path).await;
    assert!(
        page.contains("Sales stays for now") && page.contains("It is a group of Okta."),
        "{page}"
    );
    let page = browser.follow(browser.post(&path, "").await).await;
    assert!(page.contains("The team Sales is needed, so it stays"), "{page}");
    // Where its people go is still an administrator's to say.
    assert!(browser.get(&format!("/teams/{id}/wfm")).await.contains("Take Sales out of the WFM?"));
}

#[tokio::test]
async fn what_stands_on_a_team_or_role_is_named_with_the_way_on() {
    let site = Site::new().await;
    site.join("Ana", "Berg").await;
    let browser = site.sign_in().await;
    let team = site.app.teams(site.tenant).await.unwrap().remove(0).team.id;
    let page = browser.get(&format!("/teams/{team}/remove")).await;
    assert!(
        page.contains("1 person stands in it") && page.contains(&format!("/employees?team={team}"))
    );
    let connection = format!("/connections/{}", site.connection);
    assert!(page.contains("People whom Okta makes begin in it.") && page.contains(&connection));
    let role = site.app.permitted_roles(site.tenant).await.unwrap().remove(0).role.id;
    let page = browser.get(&format!("/roles/{role}/remove")).await;
    assert!(
        page.contains("1 person has it") && page.contains("Choose another default role"),
        "{page}"
    );
    let path = format!("/roles/{role}/remove");
    let page = browser.follow(browser.post(&path, "").await).await;
    assert!(page.contains("The role Agent is needed, so it stays"), "{page}");
}

#[tokio::test]
async fn a_missing_default_role_leads_to_where_it_is_made() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let agent = site.app.permitted_roles(site.tenant).await.unwrap().remove(0).role.id;
    rename_behind(&site, agent).await;
    assert!(!refuse_one(&site).await, "nobody can be made");
    let way = "/roles/new?name=Agent";
    for path in ["/", "/account"] {
        let page = browser.get(path).await;
        assert!(page.contains(&format!("href=\"{way}\">Make the role</a>")), "{path}: {page}");
    }
    let form = browser.get(way).await;
    assert!(form.contains("value=\"Agent\"") && form.contains("there is no such role"), "{form}");
    let page = browser.follow(browser.post("/roles", "name=Agent").await).await;
    assert!(page.contains("Identity providers can make people again."), "{page}");
    assert!(!browser.get("/").await.contains(way));
    assert!(refuse_one(&site).await);

    let response = browser.post("/roles", "name=Agent").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(response).await.contains("There is a role named Agent already."));
    let page = browser.follow(browser.post("/roles", "name=Coach").await).await;
    assert!(page.contains("The role Coach is made. It permits nothing yet."), "{page}");
    let path = format!("/roles/{agent}/name");
    let page = browser.follow(browser.post(&path, "name=Mentor").await).await;
    assert!(page.contains("The role is named Mentor now."), "{page}");
    let audit = browser.get("/audit?kind=role.").await;
    assert!(audit.contains("Role made") && audit.contains("Role renamed"), "{audit}");
}

/// Gives the default role another name, as somebody does who does not know what it is.
async fn rename_behind(site: &Site, role: RoleId) {
    let renamed: Result<(), rollcall_app::StorageError> = site
        .storage
        .write(site.tenant, move |tx| {
            rollcall_storage::directory::structure::rename_role(tx, role, "Advisor")
        })
        .await;
    renamed.unwrap();
}

/// Whether the identity provider can make somebody.
async fn refuse_one(site: &Site) -> bool {
    let Presented::Open(access) = site.app.scim_access(&site.token).await.unwrap() else {
        panic!("the token of the site is live")
    };
    site.app.provision(&access, Site::claim("Ben", "Dahl")).await.is_ok()
}
