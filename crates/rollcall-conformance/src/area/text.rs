//! What people are called: any letters, long names, and what is no name (RFC 7644 §3.1, RFC 7643 §2.3.1).

use std::future::Future;
use std::pin::Pin;

use reqwest::Method;
use serde_json::json;

use crate::check::{Area, Check, Run, must, provider, should};
use crate::json;
use crate::offer::Feature;
use crate::outcome::{Outcome, require};
use crate::person::{group, person, set};
use crate::probe::{List, Probe};
use crate::request::{Request, SCIM_JSON};
use crate::resource::Resource;
use crate::text::{query, quoted};

pub(crate) const AREA: Area = Area {
    name: "text",
    title: "Unicode, long values, and values that come back as they were sent",
    needs: &[],
    checks: &[LETTERS, LENGTHS],
};

/// A first name that has to come back as it was sent, and be found.
struct Kept(&'static str);

impl Run for Kept {
    fn run<'a>(&'a self, probe: &'a mut Probe) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(async {
            let made = probe
                .created("letters", |body| {
                    let family = json::at(body, "/name/familyName").cloned().unwrap_or_default();
                    set(body, "name", json!({"givenName": self.0, "familyName": family}));
                })
                .await?;
            let read = probe.read(&made.path).await?;
            json::same(&read, "/name/givenName", self.0)?;
            if probe.offered(Feature::Filter).is_ok() {
                let filter = format!(
                    "userName eq {} and name.givenName eq {}",
                    quoted(&crate::person::address(&made.name)),
                    quoted(self.0)
                );
                let path = format!("/Users?{}", query(&[("filter", &filter)]));
                let answer = probe.get(&path).await?;
                if answer.refused_as(400, "invalidFilter").is_err() {
                    List::read(&answer)?.only(&made.id)?;
                }
            }
            Ok(())
        })
    }
}

const SECTION: &str = "RFC 7644 §3.1, RFC 7643 §2.3.1";

const LETTERS: &[Check] = &[
    must("text.accents", SECTION, "accents and umlauts", &Kept("Zoë Çelik-Ångström")),
    must("text.scripts", SECTION, "other scripts", &Kept("Ивана 山田 فاطمة")),
    must("text.emoji", SECTION, "letters beyond the first plane", &Kept("Ana 😀𝒜")),
    must(
        "text.combining",
        SECTION,
        "letters with combining marks are not composed",
        &Kept("Zoe\u{308}"),
    ),
    must("text.quotes", SECTION, "quotes, backslashes and apostrophes", &Kept("O'N \"E\" \\ I/L")),
    must("text.markup", SECTION, "markup and signs of queries", &Kept("<b>A&B</b> % _ * ; --")),
    must(
        "text.escapes",
        "RFC 8259 §7",
        "letters may be written as escapes, also as pairs",
        &async |probe: &mut Probe| {
            let name = probe.fresh("escapes");
            let text =
                person(&name).to_string().replace(":\"Ana\"", ":\"Zo\\u00eb \\ud83d\\ude00\"");
            let request = Request::new(Method::POST, "/Users").raw(text);
            let answer = probe.send(request.header("content-type", SCIM_JSON)).await?;
            let made = Resource::made("/Users", name, &answer)?;
            json::same(&made.body, "/name/givenName", "Zoë 😀")
        },
    ),
    provider(
        "text.group",
        "Okta, Entra: names of groups",
        "a group's name comes back as it was sent",
        &async |probe: &mut Probe| {
            let name = format!("{} «Équipe» \"R&D\" 支援", probe.fresh("group"));
            let answer = probe.post("/Groups", &group(&name, &[])).await?;
            let made = Resource::made("/Groups", name, &answer)?;
            json::same(&probe.read(&made.path).await?, "/displayName", made.name)
        },
    )
    .needs(&[Feature::Groups]),
    provider(
        "text.phone",
        "Microsoft Entra: values are compared with those that were sent",
        "a phone number is not reformatted",
        &async |probe: &mut Probe| {
            probe.published(crate::person::USER, "phoneNumbers")?;
            let number = "+1 (555) 010-0199 x7";
            let phones = json!([{"value": number, "type": "work"}]);
            let made = probe.created("phone", |body| set(body, "phoneNumbers", phones)).await?;
            let read = probe.read(&made.path).await?;
            json::same(&read, "/phoneNumbers/0/value", number)
        },
    ),
];

const LENGTHS: &[Check] = &[
    provider(
        "text.long",
        "names in practice",
        "a first name of 200 letters is kept whole, or refused with 400: it is not cut",
        &async |probe: &mut Probe| {
            let long = "Zoë ".repeat(50);
            let name = probe.fresh("long");
            let mut body = person(&name);
            set(&mut body, "name", json!({"givenName": long.trim_end(), "familyName": name}));
            let answer = probe.post("/Users", &body).await?;
            if answer.status == 400 {
                return answer.refused(400);
            }
            let made = Resource::made("/Users", name, &answer)?;
            json::same(&probe.read(&made.path).await?, "/name/givenName", long.trim_end())
        },
    ),
    should(
        "text.too-long",
        "RFC 7644 §3.12",
        "a user name of 100,000 letters is refused, or kept whole",
        &async |probe: &mut Probe| {
            let name = probe.fresh("endless");
            let long = format!("{}{name}@example.com", "a".repeat(100_000));
            let mut body = person(&name);
            set(&mut body, "userName", long.clone());
            let answer = probe.post("/Users", &body).await?;
            if answer.is_success() {
                return json::same(&answer.json()?, "/userName", long);
            }
            answer.declined()
        },
    ),
    should(
        "text.zero",
        "RFC 8259 §7",
        "a text with U+0000 is refused or kept, and does not fail the server",
        &async |probe: &mut Probe| {
            let name = probe.fresh("zero");
            let mut body = person(&name);
            set(&mut body, "name", json!({"givenName": "A\0B", "familyName": name}));
            let answer = probe.post("/Users", &body).await?;
            if answer.is_success() {
                return json::same(&answer.json()?, "/name/givenName", "A\0B");
            }
            answer.declined()
        },
    ),
    should(
        "text.spaces",
        "RFC 7643 §4.1.1",
        "a user name of spaces alone is refused",
        &async |probe: &mut Probe| {
            let mut body = person(&probe.fresh("spaces"));
            set(&mut body, "userName", "   ");
            let answer = probe.post("/Users", &body).await?;
            require!(!answer.is_success(), "it was taken");
            answer.declined()
        },
    ),
];
