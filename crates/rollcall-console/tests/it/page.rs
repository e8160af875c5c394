//! Each page says what is so.

use axum::http::{StatusCode, header};
use rollcall_app::journal::RequestEntry;
use rollcall_domain::RoleId;
use rollcall_domain::source::Source;
use rollcall_domain::structure::Role;
use rollcall_storage::scim_group::ScimGroup;
use rollcall_storage::{StorageError, Tx, employee_role, scim_group, scim_group_member, structure};
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
        scim_group_member::add(tx, (source, group.id), &id.to_string(), false, at)
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
