//! The wall, a person's state on their page, logging out, and codes.

use axum::http::StatusCode;
use rollcall_app::agent::{AgentEvent, AgentWish, Contact, ContactKind, Medium};
use rollcall_domain::EmployeeId;
use rollcall_domain::unavailable_code::{CodeKind, CodeName};

use crate::site::{Browser, Site};

async fn act(site: &Site, id: EmployeeId, event: AgentEvent) {
    site.app.act_for_agent(site.tenant, id, event).await.unwrap();
}

async fn log_in(site: &Site, id: EmployeeId) {
    site.app.log_in_agent(site.tenant, id).await.unwrap();
}

/// The names in each group of the wall, in its order.
async fn wall(browser: &Browser<'_>, query: &str) -> Vec<Vec<String>> {
    let page = browser.part(&format!("/agents{query}"), "wall").await;
    let groups = page.split("<section").skip(1);
    groups
        .map(|group| {
            let people = group.split("<a href=\"/employees/").skip(1);
            let name =
                |link: &str| link.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned();
            people.map(name).collect()
        })
        .collect()
}

#[tokio::test]
async fn the_wall_shows_who_does_what() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    assert!(browser.get("/agents").await.contains("Nobody is logged in"));
    let ana = site.join("Ana", "Berg").await;
    let ben = site.join("Ben", "Lund").await;
    let cleo = site.join("Cleo", "Moe").await;
    for id in [ana, ben, cleo] {
        log_in(&site, id).await;
    }
    act(&site, ana, AgentEvent::Set(AgentWish::Available)).await;
    let lunch = CodeName::parse("Lunch").unwrap();
    act(&site, ben, AgentEvent::Set(AgentWish::Unavailable(Some(lunch)))).await;
    let contact = Contact { id: "c".into(), kind: ContactKind::Outbound, medium: Medium::Voice };
    act(&site, cleo, AgentEvent::BeginContact(contact)).await;
    let page = browser.get("/agents").await;
    assert!(page.contains("1 person is free now"), "{page}");
    assert!(page.contains("Unavailable: Lunch") && page.contains("Outbound call"), "{page}");
    let named = |name: &str| vec![name.to_owned()];
    let all = vec![named("Ana Berg"), named("Cleo Moe"), vec![], named("Ben Lund")];
    assert_eq!(wall(&browser, "").await, all);
    let team = site.app.teams(site.tenant).await.unwrap().remove(0).team.id;
    assert_eq!(wall(&browser, &format!("?team={team}")).await, all);
    let other = "019ab0c1-d2e3-7000-8000-ffffffffffff";
    assert!(browser.get(&format!("/agents?team={other}")).await.contains("Nobody is logged in"));
}

#[tokio::test]
async fn an_administrator_logs_somebody_out_after_a_preview() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let ana = site.join("Ana", "Berg").await;
    let page = format!("/employees/{ana}");
    assert!(browser.part(&page, "acd").await.contains("Has never logged in"));
    log_in(&site, ana).await;
    let contact = Contact { id: "c".into(), kind: ContactKind::Inbound, medium: Medium::Digital };
    act(&site, ana, AgentEvent::BeginContact(contact)).await;
    let acd = browser.part(&page, "acd").await;
    assert!(acd.contains("Inbound message") && acd.contains("then Unavailable"), "{acd}");
    let preview = browser.get(&format!("{page}/log-out")).await;
    assert!(preview.contains("A contact of theirs goes on."), "{preview}");
    let done = browser.post(&format!("{page}/log-out"), "").await;
    let said = browser.follow(done).await;
    assert!(said.contains("Ana Berg is logged out."), "{said}");
    let acd = browser.part(&page, "acd").await;
    assert!(acd.contains("Logged out") && acd.contains("The last 24 hours"), "{acd}");
    let again = browser.post(&format!("{page}/log-out"), "").await;
    assert!(browser.follow(again).await.contains("The person is logged out"));
    let audit = browser.get("/audit?kind=agent.").await;
    assert!(audit.contains("Logged out") && audit.contains("Ana Berg"), "{audit}");
    let answer = site.send(browser.request(&format!("{page}/log-out"))).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_code_that_is_there_is_not_written_over() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let said = async |path: &str, fields: &str| {
        let answer = browser.post(path, fields).await;
        browser.follow(answer).await
    };
    let taken = said("/codes", "name=%20break&kind=afterContactWork&timeout=33").await;
    assert!(taken.contains("There is a code Break already; change it there"), "{taken}");
    let kept = said("/codes/change", "name=Break&kind=afterContactWork&timeout=33").await;
    assert!(kept.contains("Break is in use, so what it is for stays"), "{kept}");
    let code = async |name: &str| {
        let all = site.app.unavailable_codes(site.tenant).await.unwrap();
        all.into_iter()
            .find(|code| code.name.as_str() == name)
            .map(|code| (code.kind, code.timeout_min))
    };
    assert_eq!(code("Break").await, Some((CodeKind::Unavailable, 120)));
    let missing = said("/codes/change", "name=Golf&kind=unavailable&timeout=60").await;
    assert!(missing.contains("There is no such unavailable code"), "{missing}");
    assert_eq!(code("Golf").await, None);
    // Which no team has can become another.
    said("/codes", "name=Golf&kind=unavailable&timeout=60").await;
    said("/codes/change", "name=golf&kind=afterContactWork&timeout=5").await;
    assert_eq!(code("Golf").await, Some((CodeKind::AfterContactWork, 5)));
}

#[tokio::test]
async fn codes_are_made_set_and_given_to_teams() {
    let site = Site::new().await;
    let browser = site.sign_in().await;
    let page = browser.get("/codes").await;
    assert!(page.contains("Lunch") && page.contains("Training"), "a tenant begins with some");
    let save = async |fields: &str| {
        let answer = browser.post("/codes", fields).await;
        browser.follow(answer).await
    };
    assert!(save("name=Notes&kind=afterContactWork&timeout=5").await.contains("Notes is saved."));
    let change = async |fields: &str| {
        let answer = browser.post("/codes/change", fields).await;
        browser.follow(answer).await
    };
    assert!(change("name=Lunch&kind=unavailable&timeout=45").await.contains("Lunch is saved."));
    for (fields, why) in [
        ("name=&kind=unavailable&timeout=45", "A code needs a name of 1 to 100 characters"),
        ("name=Golf&kind=unavailable&timeout=29", "is 30 to 720 minutes"),
        ("name=Golf&kind=unavailable&timeout=long", "is 30 to 720 minutes"),
        ("name=Golf&kind=afterContactWork&timeout=0", "is 1 to 720 minutes"),
    ] {
        let said = save(fields).await;
        assert!(said.contains(why) && !said.contains("Golf is saved"), "{fields}: {said}");
    }
    let teams = browser.get("/teams").await;
    let path = teams.split("href=\"").find(|part| part.contains("/codes\">Codes")).unwrap();
    let path = path.split('"').next().unwrap().to_owned();
    let form = browser.get(&path).await;
    assert!(form.contains("name=\"code.Notes\" value=\"on\">"), "{form}");
    assert!(form.contains("name=\"code.Lunch\" value=\"on\" checked>"), "{form}");
    let answer = browser.post(&path, "code.Notes=on&code.Lunch=on").await;
    assert!(browser.follow(answer).await.contains("are saved."));
    let codes = site.app.teams(site.tenant).await.unwrap().remove(0).team.unavailable_codes;
    assert_eq!(codes, ["Lunch", "Notes"]);
    assert!(
        change("name=Lunch&kind=unavailable&timeout=45&retired=yes").await.contains("(retired)")
    );
    let audit = browser.get("/audit").await;
    assert!(audit.contains("Codes changed") && audit.contains("Code set"), "{audit}");
}
