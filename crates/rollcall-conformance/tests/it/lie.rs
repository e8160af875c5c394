//! Lies that sound true, and the checks that find them. Behind each lie the server is right, so that the
//! checks named here fail because of it and for nothing else.

use anyhow::Result;
use axum::http::Method;
use rollcall_conformance::Verdict;
use rollcall_domain::policy::GroupMeaning;
use rollcall_test_database::runtime;
use rollcall_testing::TestHub;
use serde_json::{Value, json};

use crate::door::{door, options, report};
use crate::liar::{Answered, Asked, Liar, Lie};

const TRUE: Lie = Lie { ask: |_| {}, answer: |_, _| {} };

/// Tells a lie; of the checks below `only`, those that fail have to be these.
fn check(lie: Lie, only: &[&str], expected: &[&str]) -> Result<()> {
    runtime().block_on(async {
        let hub = TestHub::start(options()).await?;
        let token = door(&hub, "rfc", GroupMeaning::Team).await?.token;
        let honest = Liar::start(hub.base_url(), TRUE).await?;
        assert_eq!(failed(&honest, &token, only).await?, Vec::<&str>::new(), "without the lie");
        let liar = Liar::start(hub.base_url(), lie).await?;
        assert_eq!(failed(&liar, &token, only).await?, expected);
        Ok(())
    })
}

async fn failed(
    liar: &Liar,
    token: &secrecy::SecretString,
    only: &[&str],
) -> Result<Vec<&'static str>> {
    let report = report(&liar.base_url, token.clone(), only).await?;
    let failed = |verdict: &Verdict| matches!(verdict, Verdict::Failed(_));
    Ok(report.checks.iter().filter(|it| failed(&it.verdict)).map(|it| it.id).collect())
}

fn answer(answer: fn(&Asked, &mut Answered)) -> Lie {
    Lie { answer, ..TRUE }
}

fn ask(ask: fn(&mut Asked)) -> Lie {
    Lie { ask, ..TRUE }
}

/// Every resource of an answer, be it one or a list.
fn resources(body: &mut Value, change: impl Fn(&mut Value)) {
    if let Some(all) = body.get_mut("Resources").and_then(Value::as_array_mut) {
        all.iter_mut().for_each(change);
    } else if body.get("id").is_some() {
        change(body);
    }
}

#[test]
fn a_bad_filter_answered_by_everybody_is_found() -> Result<()> {
    let lie = answer(|asked, answered| {
        if asked.path.contains("filter=") && answered.status == 400 {
            answered.status = 200;
            let schema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
            let body = json!({"schemas": [schema], "totalResults": 1, "startIndex": 1,
                "itemsPerPage": 1, "Resources": [{"id": "1", "userName": "somebody"}]});
            answered.body = body.to_string().into_bytes();
        }
    });
    let expected = [
        "filter.refuses.operator",
        "filter.refuses.no-operator",
        "filter.refuses.no-value",
        "filter.refuses.no-attribute",
        "filter.refuses.open-text",
        "filter.refuses.open-bracket",
        "filter.refuses.half",
        "filter.refuses.rest",
        "filter.refuses.value-path",
        "filter.refuses.order-of-booleans",
        "filter.unknown-attribute",
        "filter.password",
    ];
    check(lie, &["filter.refuses", "filter.unknown", "filter.password"], &expected)
}

#[test]
fn a_refusal_without_its_type_is_found() -> Result<()> {
    let lie = answer(|_, answered| {
        answered.change(|body| {
            body.as_object_mut().map(|body| body.remove("scimType"));
        });
    });
    let only =
        ["uniqueness.create", "filter.refuses.operator", "patch.remove.no-path", "user.create"];
    check(lie, &only, &["uniqueness.create", "patch.remove.no-path", "filter.refuses.operator"])
}

#[test]
fn a_status_that_is_a_number_is_found() -> Result<()> {
    let lie = answer(|_, answered| {
        let status = answered.status;
        if status >= 400 {
            answered.change(|body| body["status"] = json!(status));
        }
    });
    check(
        lie,
        &["access.error-body", "error.unknown-user"],
        &["access.error-body", "error.unknown-user"],
    )
}

#[test]
fn a_page_for_people_instead_of_an_error_is_found() -> Result<()> {
    let lie = answer(|_, answered| {
        if answered.status == 404 {
            answered.body = b"<html>Not found</html>".to_vec();
        }
    });
    let only = ["error.unknown-endpoint", "error.unknown-user", "user.delete"];
    check(lie, &only, &["error.unknown-user", "error.unknown-endpoint", "user.delete.then-404"])
}

#[test]
fn a_deletion_answered_by_200_and_a_body_is_found() -> Result<()> {
    let lie = answer(|asked, answered| {
        if asked.method == Method::DELETE && answered.status == 204 {
            answered.status = 200;
            answered.body = b"{}".to_vec();
        }
    });
    check(
        lie,
        &["user.delete"],
        &["user.delete", "user.delete.then-404", "user.delete.not-found", "user.delete.again"],
    )
}

#[test]
fn user_names_compared_letter_by_letter_are_found() -> Result<()> {
    // A name in capitals is looked for as another one.
    let lie = ask(|asked| {
        if asked.path.contains("filter=userName%20eq%20") && asked.path.contains("EXAMPLE") {
            asked.path = asked.path.replace("EXAMPLE", "ANOTHER");
        }
        asked.change(|body| {
            let name = body.get("userName").and_then(Value::as_str).unwrap_or_default();
            if name.ends_with("EXAMPLE.COM") {
                body["userName"] = json!(format!("{name}.NET"));
            }
        });
    });
    let only = ["uniqueness.case", "uniqueness.found", "uniqueness.create", "filter.eq"];
    check(lie, &only, &["uniqueness.case", "uniqueness.found", "filter.eq.any-case"])
}

#[test]
fn a_removal_that_empties_the_group_is_found() -> Result<()> {
    // What many servers do with Entra's removals (RFC 7644 §3.5.2.2, read without mercy).
    let lie = ask(|asked| {
        if asked.is(&Method::PATCH, "/Groups") {
            asked.change(|body| {
                for operation in body["Operations"].as_array_mut().into_iter().flatten() {
                    if operation["op"].as_str().is_some_and(|op| op.eq_ignore_ascii_case("remove"))
                    {
                        operation.as_object_mut().map(|operation| operation.remove("value"));
                    }
                }
            });
        }
    });
    check(lie, &["member"], &["member.entra.remove"])
}

#[test]
fn a_change_that_is_only_said_to_be_made_is_found() -> Result<()> {
    let lie = ask(|asked| {
        if asked.is(&Method::PATCH, "/Users") {
            asked.change(|body| {
                let text = body.to_string();
                if text.contains("\"False\"") {
                    *body = json!({"Operations": [{"op": "add", "path": "active", "value": true}]});
                }
            });
        }
    });
    check(
        lie,
        &["entra.boolean", "entra.restored", "okta.deactivate"],
        &["entra.boolean", "entra.restored"],
    )
}

#[test]
fn totals_of_the_page_instead_of_all_are_found() -> Result<()> {
    let lie = answer(|_, answered| {
        answered.change(|body| {
            if let Some(count) = body.get("Resources").and_then(Value::as_array).map(Vec::len) {
                body["totalResults"] = json!(count);
            }
        });
    });
    let expected = [
        "page.none",
        "page.first",
        "page.last",
        "page.beyond",
        "page.start-below-one",
        "page.count-below-zero",
        "page.start-told",
        "page.walk",
    ];
    check(lie, &["page"], &expected)
}

#[test]
fn the_size_that_was_asked_for_instead_of_the_one_that_came_is_found() -> Result<()> {
    let lie = answer(|_, answered| {
        answered.change(|body| {
            if body.get("itemsPerPage").is_some() {
                body["itemsPerPage"] = json!(100);
            }
        });
    });
    check(lie, &["page.numbers", "page.last", "okta.import"], &["page.numbers", "okta.import"])
}

#[test]
fn a_password_that_comes_back_is_found() -> Result<()> {
    let lie = answer(|_, answered| {
        answered.change(|body| resources(body, |one| one["password"] = json!("S3cret-0f-check!")));
    });
    let only = ["user.create.password", "okta.password", "replace.password"];
    check(lie, &only, &["user.create.password", "replace.password", "okta.password"])
}

#[test]
fn nulls_are_found() -> Result<()> {
    let lie = answer(|_, answered| {
        answered.change(|body| resources(body, |one| one["nickName"] = Value::Null));
    });
    check(lie, &["user.read.no-nulls", "user.read.listed"], &["user.read.no-nulls"])
}

#[test]
fn versions_that_nobody_looks_at_are_found() -> Result<()> {
    let lie = ask(|asked| {
        asked.headers.remove("if-match");
        asked.headers.remove("if-none-match");
    });
    let expected = [
        "etag.if-match.put",
        "etag.if-match.patch",
        "etag.if-match.delete",
        "etag.if-match.outdated",
        "etag.if-none-match",
    ];
    check(lie, &["etag"], &expected)
}

#[test]
fn requests_that_need_no_token_are_found() -> Result<()> {
    // The liar lets everybody in who has any token.
    let lie = answer(|_, answered| {
        if answered.status == 401 {
            answered.status = 200;
        }
    });
    let only = ["access"];
    check(
        lie,
        &only,
        &["access.no-token", "access.wrong-token", "access.write", "access.error-body"],
    )
}

#[test]
fn attributes_that_are_not_looked_at_are_found() -> Result<()> {
    let lie = ask(|asked| {
        asked.path = asked
            .path
            .replace("attributes=", "ignored=")
            .replace("excludedAttributes=", "ignored=");
        asked.path = asked.path.replace("excludedAignored=", "ignored=");
    });
    let expected = [
        "projection.attributes",
        "projection.part",
        "projection.list-part",
        "projection.excluded",
        "projection.excluded-part",
        "projection.case",
        "projection.urn",
        "projection.extension",
        "projection.spaces",
        "projection.unknown",
        "projection.in-lists",
        "projection.members",
        "projection.on-create",
        "projection.on-replace",
        "projection.on-patch",
    ];
    check(lie, &["projection"], &expected)
}

#[test]
fn orders_that_are_not_looked_at_are_found() -> Result<()> {
    let lie = ask(|asked| asked.path = asked.path.replace("sortBy=", "ignored="));
    let expected = [
        "sort.ascending",
        "sort.default",
        "sort.descending",
        "sort.any-case",
        "sort.names",
        "sort.list",
        "sort.missing.ascending",
        "sort.missing.descending",
        "sort.pages",
    ];
    check(lie, &["sort"], &expected)
}

#[test]
fn bulk_that_goes_on_after_errors_is_found() -> Result<()> {
    let lie = ask(|asked| {
        if asked.is(&Method::POST, "/Bulk") {
            asked.change(|body| {
                body.as_object_mut().map(|body| body.remove("failOnErrors"));
            });
        }
    });
    check(lie, &["bulk.f", "bulk.create"], &["bulk.fail-on-errors"])
}

#[test]
fn a_cursor_that_begins_anew_is_found() -> Result<()> {
    let lie = ask(|asked| {
        if let Some((before, rest)) = asked.path.split_once("cursor=") {
            let after = rest.split_once('&').map_or("", |(_, after)| after);
            asked.path = format!("{before}cursor=&{after}");
        }
        if asked.path.contains(".search") {
            asked.change(|body| {
                if body.get("cursor").is_some() {
                    body["cursor"] = json!("");
                }
            });
        }
    });
    let expected =
        ["cursor.walk", "cursor.order", "cursor.invalid", "cursor.search", "cursor.writes"];
    check(lie, &["cursor"], &expected)
}

#[test]
fn a_suspended_person_who_is_let_in_by_a_replacement_is_found() -> Result<()> {
    let lie = ask(|asked| {
        if asked.is(&Method::PUT, "/Users") {
            asked.change(|body| {
                if body.get("active").is_none() {
                    body["active"] = json!(true);
                }
            });
        }
    });
    check(lie, &["replace"], &["replace.keeps-active"])
}

#[test]
fn names_that_are_tidied_up_are_found() -> Result<()> {
    let lie = answer(|_, answered| {
        answered.change(|body| {
            resources(body, |one| {
                for phone in one["phoneNumbers"].as_array_mut().into_iter().flatten() {
                    phone["value"] = json!("tel:+15550100199");
                }
            });
        });
    });
    check(lie, &["text"], &["text.phone"])
}

#[test]
fn filters_that_are_not_looked_at_are_found_once() -> Result<()> {
    // Orders and pages are asked of a few people, by a filter: without it nothing can be said of them.
    let lie = ask(|asked| asked.path = asked.path.replace("filter=", "ignored="));
    let only = ["user.create.location", "filter.sw", "sort", "page.walk"];
    check(lie, &only, &["filter.sw", "filter.sw.any-case"])
}

#[test]
fn doubles_are_found() -> Result<()> {
    let lie = answer(|asked, answered| {
        if asked.is(&Method::POST, "/Users") && answered.status == 409 {
            answered.status = 201;
        }
    });
    check(lie, &["race.create", "uniqueness.create"], &["uniqueness.create", "race.create"])
}

#[test]
fn a_member_that_pushes_others_out_is_found() -> Result<()> {
    let lie = ask(|asked| {
        if asked.is(&Method::PATCH, "/Groups") {
            asked.body =
                String::from_utf8_lossy(&asked.body).replace("\"add\"", "\"replace\"").into();
        }
    });
    let only = ["member.add", "race.members", "race.all-succeed"];
    check(lie, &only, &["member.add", "member.add.same", "race.members"])
}
