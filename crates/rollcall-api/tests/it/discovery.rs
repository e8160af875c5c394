//! What the server says of itself: complete, strict, and true for what is served.

use serde_json::{Value, json};

use crate::database::on_each_database;
use crate::door::{AGENT, ENTERPRISE, GROUP, USER};

#[test]
fn the_configuration_says_what_works() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let config = door.get("/ServiceProviderConfig").await.expect(200).json();
        let location = format!("{}/ServiceProviderConfig", door.base_url);
        assert_eq!(
            config,
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
                "patch": {"supported": true},
                "bulk": {"supported": true, "maxOperations": 1_000, "maxPayloadSize": 8 << 20},
                "filter": {"supported": true, "maxResults": 1_000},
                "changePassword": {"supported": false},
                "sort": {"supported": true},
                "etag": {"supported": true},
                "pagination": {
                    "cursor": true, "index": true, "defaultPaginationMethod": "index",
                    "defaultPageSize": 100, "maxPageSize": 1_000, "cursorTimeout": 3_600,
                },
                "authenticationSchemes": [{
                    "type": "oauthbearertoken", "name": "OAuth Bearer Token", "primary": true,
                    "description": "A token that an administrator made for this connection, or that an access key was exchanged for.",
                    "specUri": "https://www.rfc-editor.org/info/rfc6750",
                }, {
                    "type": "oauth2", "name": "OAuth 2.0", "primary": false,
                    "description": "A registered application: client credentials, or authorization code with PKCE; /.well-known/oauth-authorization-server says where.",
                    "specUri": "https://www.rfc-editor.org/info/rfc6749",
                }],
                "meta": {"resourceType": "ServiceProviderConfig", "location": location},
            })
        );
    });
}

#[test]
fn what_is_listed_is_found_at_its_location() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        for (list, ids) in [
            ("/ResourceTypes", vec!["User", "Group"]),
            ("/Schemas", vec![USER, ENTERPRISE, AGENT, GROUP]),
        ] {
            let all = door.get(list).await.expect(200).json();
            assert_eq!(all["totalResults"], ids.len());
            assert_eq!(
                (&all["startIndex"], &all["itemsPerPage"]),
                (&json!(1), &all["totalResults"])
            );
            let resources = all["Resources"].as_array().expect("a list");
            assert_eq!(resources.iter().map(|one| &one["id"]).collect::<Vec<_>>(), ids);
            for resource in resources {
                let location = resource["meta"]["location"].as_str().expect("it has a location");
                let path = location.strip_prefix(&door.base_url).expect("it is here");
                assert_eq!(door.get(path).await.expect(200).json(), *resource);
            }
            door.get(&format!("{list}/Unknown")).await.refused(404, None);
            door.get(&format!("{list}/%FF")).await.refused(404, None);
            door.get(&format!("{list}?filter=id+pr")).await.refused(403, None);
            door.get(&format!("{list}/?aadOptscim062020")).await.expect(200);
        }
        let user = door.get("/ResourceTypes/User").await.json();
        assert_eq!((&user["endpoint"], &user["schema"]), (&json!("/Users"), &json!(USER)));
        let extensions = [ENTERPRISE, AGENT].map(|urn| json!({"schema": urn, "required": false}));
        assert_eq!(user["schemaExtensions"], json!(extensions));
        let upper = door.get(&format!("/Schemas/{}", USER.to_uppercase())).await.expect(200);
        assert_eq!(upper.json()["id"], USER);
    });
}

/// Every attribute and part, as `name: what is said of it`.
fn described(attributes: &Value, parent: &str, lines: &mut Vec<String>) {
    for attribute in attributes.as_array().expect("attributes are a list") {
        let name = format!("{parent}{}", attribute["name"].as_str().expect("a name"));
        for field in ["type", "description", "mutability", "returned", "uniqueness"] {
            assert!(attribute[field].is_string(), "{name} lacks {field}");
        }
        for field in ["multiValued", "required", "caseExact"] {
            assert!(attribute[field].is_boolean(), "{name} lacks {field}");
        }
        assert_eq!(
            attribute.get("subAttributes").is_some(),
            attribute["type"] == "complex",
            "{name}"
        );
        assert_eq!(
            attribute.get("referenceTypes").is_some(),
            attribute["type"] == "reference",
            "{name}"
        );
        if attribute["required"] == true {
            lines.push(name.clone());
        }
        if let Some(parts) = attribute.get("subAttributes") {
            described(parts, &format!("{name}."), lines);
        }
    }
}

#[test]
fn the_schema_says_what_is_required_and_nothing_that_is_not_served() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let schema = door.get(&format!("/Schemas/{USER}")).await.expect(200).json();
        let mut required = Vec::new();
        described(&schema["attributes"], "", &mut required);
        assert_eq!(
            required,
            [
                "userName",
                "name",
                "name.familyName",
                "name.givenName",
                "active",
                "emails",
                "emails.value"
            ]
        );
        let attributes = schema["attributes"].as_array().expect("a list");
        let named = |name: &str| attributes.iter().find(|attribute| attribute["name"] == name);
        assert_eq!(named("userName").expect("it is there")["uniqueness"], "server");
        assert_eq!(named("password"), None);
        for attribute in attributes {
            let who = if attribute["name"] == "groups" { "readOnly" } else { "readWrite" };
            assert_eq!(attribute["mutability"], who, "{attribute}");
            assert_eq!(attribute["returned"], "default", "{attribute}");
        }
    });
}

#[test]
fn every_published_attribute_can_be_written_and_read() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let path = door.create("ana").await;
        for urn in [USER, ENTERPRISE] {
            let schema = door.get(&format!("/Schemas/{urn}")).await.json();
            let attributes = schema["attributes"].as_array().expect("a list");
            for attribute in attributes.iter().filter(|it| it["mutability"] != "readOnly") {
                let name = attribute["name"].as_str().expect("a name");
                let value = sample(attribute);
                let place = if urn == USER { name.to_owned() } else { format!("{urn}:{name}") };
                let operation = json!([{"op": "replace", "path": place, "value": value}]);
                let after = door.patch(&path, operation).await.expect(200).json();
                let after = if urn == USER { &after[name] } else { &after[urn][name] };
                assert_eq!(*after, value, "{place}");
            }
        }
    });
}

/// A value of the type that is published.
fn sample(attribute: &Value) -> Value {
    let name = attribute["name"].as_str().expect("a name");
    let one = match attribute["type"].as_str().expect("a type") {
        "boolean" => json!(true),
        "complex" => {
            let parts = attribute["subAttributes"].as_array().expect("parts");
            let writable = parts.iter().filter(|part| part["mutability"] != "readOnly");
            let member = |part: &Value| {
                let part_name = part["name"].as_str().expect("a name").to_owned();
                let address = name == "emails" && part_name == "value";
                (part_name, if address { json!("ana@new.example") } else { sample(part) })
            };
            Value::Object(writable.map(member).collect())
        }
        _ if name == "userName" => json!("ana@new.example"),
        _ => json!("QUJD"),
    };
    if attribute["multiValued"] == true { json!([one]) } else { one }
}
