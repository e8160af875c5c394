//! Each page says what is so.

use axum::http::{StatusCode, header};
use rollcall_app::journal::RequestEntry;
use rollcall_domain::policy::{ConnectionPolicy, GroupMeaning};
use rollcall_domain::source::{Actor, Source};
use rollcall_domain::structure::Role;
use rollcall_domain::{GroupId, RoleId};
use rollcall_storage::scim::scim_group::ScimGroup;
use rollcall_storage::{
    StorageError, Tx, directory::employee_role, directory::structure, scim::scim_group,
    scim::scim_group_member,
};
use uuid::Uuid;

use crate::site::{Site, text};

#[tokio::test]
async fn an_empty_house_says_what_to_do_first() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let page = browser.get("/").await;
    assert!(page.contains("Nobody is here yet"));
    assert!(page.contains(&format!("/connections/{}", site.connection)));
    assert!(browser.get("/employees").await.contains("Nobody is here yet"));
    assert!(browser.get("/wfm").await.contains("No run yet"));
}

#[tokio::test]
async fn a_person_who_came_in_is_seen_everywhere() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    let page = browser.get("/").await;
    assert!(page.contains("1 person is out of step with the WFM"), "{page}");
    assert!(page.contains("Ingrid Berg</a> joined"));
    let page = browser.get("/employees?search=berg").await;
    assert!(page.contains(&format!("/employees/{id}")) && page.contains("On its way"));
    let page = browser.get(&format!("/employees/{id}")).await;
    assert!(page.contains("is locked by Okta") && page.contains("It is on its way."));
    assert!(page.contains("ingrid.berg@example.com") && page.contains("00u-Berg"));
    let page = browser.get("/audit?kind=employee.").await;
    assert!(page.contains("Joined") && page.contains("Ingrid Berg") && !page.contains("Signed in"));
    let role =
        page.split("Primary role").nth(1).and_then(|rest| rest.get(..200)).unwrap_or_default();
    assert!(role.contains("Agent"), "a role is told by its name: {role}");
    assert!(browser.get("/teams").await.contains("Default team"));
}

#[tokio::test]
async fn a_person_shows_secondary_roles_and_groups_with_who_gave_them() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    let path = format!("/employees/{id}");
    assert!(browser.get(&path).await.contains("in no group of an identity provider"));
    let (source, at) = (Source::Scim(site.connection), site.app.now());
    let put = move |tx: &mut Tx<'_>| {
        let role = Role { id: RoleId::new(Uuid::from_u128(1)), name: "Supervisor".to_owned() };
        structure::insert_role(tx, &role)?;
        employee_role::add(tx, (id, role.id), source, at)?;
        let group = ScimGroup {
            id: Uuid::from_u128(2).to_string().parse().expect("an id"),
            external_id: None,
            resource: r#"{"displayName":"Night shift"}"#.to_owned(),
            made_here: true,
            version: 1,
            created_at: at,
            updated_at: at,
        };
        scim_group::insert(tx, source, "Night shift", &group)?;
        scim_group_member::add(tx, (source, group.id), &[(&id.to_string(), false)], at)
    };
    let put: Result<(), StorageError> = site.storage.write(site.tenant, put).await;
    put.unwrap();
    let page = browser.get(&path).await;
    for (name, kind) in [("Supervisor", "Secondary role"), ("Night shift", "Group")] {
        let row = page.split(&format!("<th scope=\"row\">{name}</th>")).nth(1).unwrap();
        let row = row.split("</tr>").next().unwrap();
        assert!(row.contains(kind) && row.contains("Okta"), "{row}");
    }
}

#[tokio::test]
async fn an_entry_tells_teams_roles_and_units_by_their_names() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let made = site.app.create_business_unit(site.tenant, Actor::System, "Bergen").await.unwrap();
    let role = Role { id: RoleId::new(Uuid::from_u128(1)), name: "Lead".to_owned() };
    let lead = role.id;
    let put = move |tx: &mut Tx<'_>| structure::insert_role(tx, &role);
    let put: Result<(), StorageError> = site.storage.write(site.tenant, put).await;
    put.unwrap();
    site.app.set_primary_role(site.tenant, Actor::System, id, lead).await.unwrap();
    let browser = site.sign_in().await;
    let overview = browser.get("/").await;
    assert!(overview.contains("Lead") && !overview.contains(&lead.to_string()), "{overview}");
    site.app.move_employee(site.tenant, Actor::System, id, made.1.id).await.unwrap();
    for page in [format!("/audit?subject={id}"), format!("/employees/{id}"), "/".to_owned()] {
        let page = browser.get(&page).await;
        let page = page.replace(&format!("value=\"{lead}\""), "");
        for unnamed in [lead.to_string(), made.0.id.to_string()] {
            assert!(!page.contains(&unnamed), "{unnamed} in {page}");
        }
    }
    assert!(browser.get(&format!("/audit?subject={id}")).await.contains("Bergen"));
}

#[tokio::test]
async fn secondary_roles_are_given_and_taken_away_but_for_those_of_a_group() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    let path = format!("/employees/{id}");
    assert!(!browser.get(&path).await.contains("Give a secondary role"), "there is no other role");
    let (source, at) = (Source::Scim(site.connection), site.app.now());
    let policy = ConnectionPolicy { groups: GroupMeaning::Role, ..ConnectionPolicy::default() };
    let policed =
        site.app.set_connection_policy(site.tenant, Actor::System, site.connection, policy).await;
    policed.unwrap();
    let role = |number: u128| RoleId::new(Uuid::from_u128(number));
    let put = move |tx: &mut Tx<'_>| {
        for number in 1..=12 {
            let name = format!("Role {number}");
            structure::insert_role(tx, &Role { id: role(number), name })?;
        }
        employee_role::add(tx, (id, role(1)), source, at)?;
        let group = GroupId::new(Uuid::from_u128(1));
        scim_group_member::add(tx, (source, group), &[(&id.to_string(), false)], at)
    };
    let put: Result<(), StorageError> = site.storage.write(site.tenant, put).await;
    put.unwrap();
    let give = async |number: u128| {
        let form = format!("value={}", role(number));
        let done = browser.post(&format!("{path}/secondary-roles"), &form).await;
        browser.follow(done).await
    };
    let take = async |number: u128| {
        let form = format!("{path}/secondary-roles/{}/remove", role(number));
        let done = browser.post(&form, "").await;
        browser.follow(done).await
    };
    assert!(give(2).await.contains("The secondary role is given."));
    let page = browser.get(&path).await;
    let row = |number: u128| {
        let row = page.split(&format!("id=\"role-{}\"", role(number))).nth(1).unwrap();
        row.split("</tr>").next().unwrap()
    };
    assert!(row(1).contains("Locked by Okta.") && !row(1).contains("Take"), "{}", row(1));
    assert!(row(2).contains("Take Role 2 away") && row(2).contains("Local"), "{}", row(2));
    let added = "added:</span> <ins>Role 2</ins>";
    assert!(page.contains("Secondary roles") && page.contains(added), "the history: {page}");
    let refused = take(1).await;
    assert!(refused.contains("is in the group Role 1 of their identity provider"), "{refused}");

    for number in 3..=10 {
        give(number).await;
    }
    let full = give(11).await;
    assert!(full.contains("roles beside the primary one at the most"), "ten, one of them Okta's");
    assert!(full.contains("Take Role 10 away") && !full.contains("Give a secondary role"));
    assert!(take(2).await.contains("The secondary role is taken away."));
    assert!(!browser.get(&path).await.contains("Take Role 2 away"));
    let primary = site.app.employee(site.tenant, id).await.unwrap().employee.primary_role;
    let answer =
        browser.post(&format!("{path}/secondary-roles"), &format!("value={primary}")).await;
    assert!(browser.follow(answer).await.contains("is the primary role"));

    // Who leaves the group has the role until somebody takes it away, if their provider did not.
    let left = move |tx: &mut Tx<'_>| {
        let group = GroupId::new(Uuid::from_u128(1));
        scim_group_member::remove(tx, (source, group), &[&id.to_string()])
    };
    let left: Result<(), StorageError> = site.storage.write(site.tenant, left).await;
    left.unwrap();
    assert!(take(1).await.contains("The secondary role is taken away."));
}

#[tokio::test]
async fn pages_of_people_lead_forth_and_back() {
    let site = Site::new().await;
    for number in 100..160 {
        site.join("Person", &format!("Number{number}")).await;
    }
    let browser = site.sign_in().await;
    let first = browser.get("/employees").await;
    assert!(
        first.contains("60 people") && first.contains("Number100") && !first.contains("Number150")
    );
    let second = browser.get(&href(&first, "next")).await;
    assert!(
        second.contains("Number150")
            && second.contains("Number159")
            && !second.contains("Number149")
    );
    let back = browser.get(&href(&second, "prev")).await;
    assert!(
        back.contains("Number100") && back.contains("Number149") && !back.contains("Number150")
    );
}

fn href(page: &str, rel: &str) -> String {
    let link = page.split(&format!("rel=\"{rel}\" href=\"")).nth(1).expect(rel);
    link.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

#[tokio::test]
async fn a_part_is_a_part_of_the_page() {
    let site = Site::new().await;
    let id = site.join("Ingrid", "Berg").await;
    let browser = site.sign_in().await;
    let parts = [
        ("/".to_owned(), "now"),
        ("/".to_owned(), "recent-list"),
        ("/employees".to_owned(), "list"),
        (format!("/employees/{id}"), "values"),
        (format!("/employees/{id}"), "downstream"),
        (format!("/employees/{id}"), "history"),
        ("/connections".to_owned(), "list"),
        (format!("/connections/{}", site.connection), "facts"),
        ("/wfm".to_owned(), "now"),
        ("/wfm".to_owned(), "runs"),
        ("/audit".to_owned(), "list"),
    ];
    for (path, part) in parts {
        let whole = browser.get(&path).await;
        let answer = browser.part(&path, part).await;
        assert!(!answer.contains("<html"), "{path} {part}");
        assert!(!answer.trim().is_empty(), "{path} {part} is empty");
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        assert!(squeezed(&whole).contains(&squeezed(&answer)), "{path} {part} is not in its page");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_frame() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    for path in [
        "/employees/01990f4e-6f0a-7d53-9a51-2f4a7bce31d0",
        "/employees/nonsense",
        "/nonsense",
        "/connections/nonsense",
        "/wfm/nonsense",
    ] {
        let response = site.send(browser.request(path)).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        let page = text(response).await;
        assert!(page.contains("<h1>No such") && page.contains("aria-label=\"Main\""), "{path}");
    }
}

#[tokio::test]
async fn text_from_outside_stays_text() {
    let site = Site::new().await;
    let id = site.join("<script>alert(1)</script>", "O'Neil").await;
    let browser = site.sign_in().await;
    for path in [
        "/".to_owned(),
        "/employees?search=%22%3E%3Cscript%3E".to_owned(),
        format!("/employees/{id}"),
    ] {
        assert!(!browser.get(&path).await.contains("<script>alert"), "{path}");
    }
}

#[tokio::test]
async fn files_are_served_for_ever_and_small() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let page = browser.get("/").await;
    let files: Vec<&str> = page.split('"').filter(|word| word.starts_with("/assets/")).collect();
    assert!(files.len() > 5);
    let mut bytes = page.len();
    for file in files {
        let mut request = browser.request(file.split('#').next().unwrap());
        request.headers_mut().insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
        let response = site.send(request).await;
        assert_eq!(response.status(), StatusCode::OK, "{file}");
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        if !file.contains("icons.svg") {
            let body =
                http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
            bytes += body.len();
        }
    }
    assert!(bytes < 150_000, "{bytes} bytes are loaded first");
}

#[tokio::test]
async fn a_connections_requests_are_shown_with_what_they_did_and_why_not() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let path = format!("/connections/{}", site.connection);
    assert!(browser.get(&format!("{path}/requests")).await.contains("Nothing has come in yet"));
    let guide = browser.get(&format!("{path}/setup")).await;
    assert!(guide.contains("What arrives stands here within a second"), "{guide}");
    assert!(
        guide.contains("http://localhost/oauth/token")
            && guide.contains(":extension:agent:2.0:User")
    );
    let entry = RequestEntry {
        at: site.app.now(),
        method: "POST".into(),
        target: "/Users".into(),
        status: 409,
        took_us: 900,
        effect: "refused".into(),
        resource: None,
        refusal: Some("uniqueness".into()),
        detail: Some("Another user has the userName <ana>.".into()),
        sent: Some("{\"userName\": \"<ana>\", \"password\": \"geheim\"}".into()),
        client: "Okta".into(),
        ignored: vec!["nickName".into()],
    };
    site.app.note_request(site.tenant, site.connection, entry);
    site.app.write_journal().await.unwrap();
    for page in ["requests", "requests?show=refused", "setup"] {
        let shown = browser.get(&format!("{path}/{page}")).await;
        for text in ["POST /Users", "409", "Refused", "userName &#60;ana&#62;.", "nickName"] {
            assert!(shown.contains(text), "{page}: {text} in {shown}");
        }
        assert!(!shown.contains("geheim"));
    }
}
