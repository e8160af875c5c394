//! The clock of a machine is set back: what is stored does not become older than it was.

use anyhow::{Context as _, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use rollcall_testing::{EngineMode, Options, ScimAnswer, ScimClient, Time, on_each_database};
use serde_json::{Value, json};

/// When a resource was changed last, and in which version it is.
async fn seen(okta: &ScimClient, path: &str) -> Result<(Timestamp, String)> {
    let meta = okta.get(path).await?.body["meta"].clone();
    let text = |name: &str| meta[name].as_str().map(str::to_owned).context("no meta");
    Ok((text("lastModified")?.parse()?, text("version")?))
}

async fn patch(okta: &ScimClient, path: &str, value: Value) -> Result<ScimAnswer> {
    let answer =
        okta.patch(path, &json!({"Operations": [{"op": "replace", "value": value}]})).await?;
    ensure!(answer.status == 200, "{answer:?}");
    Ok(answer)
}

#[tokio::test]
async fn nobody_was_changed_earlier_than_before() -> Result<()> {
    let options = Options { engine: EngineMode::Rests, time: Time::Stands, ..Options::default() };
    on_each_database(options, async |hub| {
        let tenant = hub.tenant("Northwind").await?;
        let okta = hub.scim(tenant, "rfc").await?;
        let person = format!("/Users/{}", okta.create_person("zoe").await?);
        let id = person.trim_start_matches("/Users/");
        let group = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Night shift", "members": [{"value": id}],
        });
        let group = okta.post("/Groups", &group).await?;
        ensure!(group.status == 201, "{group:?}");
        let group = format!("/Groups/{}", group.body["id"].as_str().context("no id")?);
        hub.clock.advance(SignedDuration::from_hours(2));
        patch(&okta, &person, json!({"title": "Agent"})).await?;
        patch(&okta, &group, json!({"displayName": "Late shift"})).await?;
        let before = [seen(&okta, &person).await?, seen(&okta, &group).await?];
        hub.clock.advance(SignedDuration::from_hours(-1));
        for change in 0..2 {
            let answer = patch(&okta, &person, json!({"title": format!("Lead {change}")})).await?;
            let told: Timestamp =
                answer.body["meta"]["lastModified"].as_str().context("no date")?.parse()?;
            assert_eq!(told, before[0].0, "what is told is what is stored");
            patch(&okta, &group, json!({"displayName": format!("Shift {change}")})).await?;
        }
        patch(&okta, &person, json!({"active": false})).await?;
        let after = [seen(&okta, &person).await?, seen(&okta, &group).await?];
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before.0, after.0);
            assert_ne!(before.1, after.1, "it is another version all the same");
        }
        // Time goes on from there.
        hub.clock.advance(SignedDuration::from_hours(3));
        patch(&okta, &person, json!({"active": true})).await?;
        assert!(seen(&okta, &person).await?.0 > before[0].0);
        Ok(())
    })
    .await
}
