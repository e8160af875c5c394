//! What a server says about itself.

use rollcall_scim::{
    AuthenticationScheme, BulkBounds, ENTERPRISE_USER, GROUP, Pagination, ResourceType, Schemas,
    SecurityEvents, ServiceProvider, USER,
};
use serde_json::{Value, json};

fn provider() -> ServiceProvider {
    ServiceProvider {
        base_url: "https://example.org/scim/v2".to_owned(),
        documentation_uri: None,
        patch: true,
        bulk: None,
        filter_max_results: Some(200),
        change_password: false,
        sort: false,
        etag: true,
        pagination: Pagination {
            cursor_timeout_seconds: None,
            default_page_size: 100,
            max_page_size: 200,
        },
        security_events: Some(SecurityEvents { asynchronous_requests: false, event_uris: &[] }),
        authentication_schemes: vec![AuthenticationScheme::BEARER],
    }
}

#[test]
fn every_field_of_the_configuration_is_published() {
    insta::assert_json_snapshot!(provider().to_json(), @r#"
    {
      "authenticationSchemes": [
        {
          "description": "A token that an administrator made for this connection, or that an access key was exchanged for.",
          "name": "OAuth Bearer Token",
          "primary": true,
          "specUri": "https://www.rfc-editor.org/info/rfc6750",
          "type": "oauthbearertoken"
        }
      ],
      "bulk": {
        "maxOperations": 0,
        "maxPayloadSize": 0,
        "supported": false
      },
      "changePassword": {
        "supported": false
      },
      "etag": {
        "supported": true
      },
      "filter": {
        "maxResults": 200,
        "supported": true
      },
      "meta": {
        "location": "https://example.org/scim/v2/ServiceProviderConfig",
        "resourceType": "ServiceProviderConfig"
      },
      "pagination": {
        "cursor": false,
        "defaultPageSize": 100,
        "defaultPaginationMethod": "index",
        "index": true,
        "maxPageSize": 200
      },
      "patch": {
        "supported": true
      },
      "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
      ],
      "securityEvents": {
        "asyncRequest": "none",
        "eventUris": []
      },
      "sort": {
        "supported": false
      }
    }
    "#);
}

#[test]
fn what_is_supported_is_published_with_its_bounds() {
    let provider = provider();
    let more = ServiceProvider {
        documentation_uri: Some("https://example.org/docs".to_owned()),
        bulk: Some(BulkBounds { max_operations: 10, max_payload_bytes: 1_000 }),
        pagination: Pagination { cursor_timeout_seconds: Some(600), ..provider.pagination },
        filter_max_results: None,
        ..provider
    };
    let json = more.to_json();
    assert_eq!(json["documentationUri"], json!("https://example.org/docs"));
    assert_eq!(
        json["bulk"],
        json!({"supported": true, "maxOperations": 10, "maxPayloadSize": 1_000})
    );
    assert_eq!(json["filter"], json!({"supported": false, "maxResults": 0}));
    assert_eq!(json["pagination"]["cursorTimeout"], json!(600));
}

#[test]
fn resource_types_name_their_schemas() {
    let users = ResourceType {
        name: "User",
        endpoint: "/Users",
        description: "People",
        schemas: Schemas::USER,
    };
    insta::assert_json_snapshot!(users.to_json("https://example.org/scim/v2"), @r#"
    {
      "description": "People",
      "endpoint": "/Users",
      "id": "User",
      "meta": {
        "location": "https://example.org/scim/v2/ResourceTypes/User",
        "resourceType": "ResourceType"
      },
      "name": "User",
      "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
      "schemaExtensions": [
        {
          "required": false,
          "schema": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
        }
      ],
      "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
      ]
    }
    "#);
}

#[test]
fn schemas_are_published_completely() {
    for schema in [&USER, &ENTERPRISE_USER, &GROUP] {
        let json = schema.to_json("https://example.org/scim/v2");
        let location = format!("https://example.org/scim/v2/Schemas/{}", schema.id);
        assert_eq!(json["meta"]["location"], location);
        check_attributes(&json["attributes"]);
    }
}

fn check_attributes(attributes: &Value) {
    let fields = [
        "name",
        "type",
        "multiValued",
        "description",
        "required",
        "caseExact",
        "mutability",
        "returned",
        "uniqueness",
    ];
    for attribute in attributes.as_array().unwrap() {
        for field in fields {
            assert!(!attribute[field].is_null(), "{field} of {attribute}");
        }
        assert_eq!(attribute["type"] == "reference", attribute["referenceTypes"].is_array());
        let is_complex = attribute["type"] == "complex";
        assert_eq!(is_complex, attribute["subAttributes"].is_array());
        if is_complex {
            check_attributes(&attribute["subAttributes"]);
        }
    }
}

#[test]
fn an_attribute_is_published_with_its_parts() {
    insta::assert_json_snapshot!(ENTERPRISE_USER.to_json("https://h")["attributes"][5], @r#"
    {
      "caseExact": false,
      "description": "The person's manager.",
      "multiValued": false,
      "mutability": "readWrite",
      "name": "manager",
      "required": false,
      "returned": "default",
      "subAttributes": [
        {
          "caseExact": true,
          "description": "The id of the manager.",
          "multiValued": false,
          "mutability": "readWrite",
          "name": "value",
          "required": false,
          "returned": "default",
          "type": "string",
          "uniqueness": "none"
        },
        {
          "caseExact": true,
          "description": "Where the manager is read.",
          "multiValued": false,
          "mutability": "readWrite",
          "name": "$ref",
          "referenceTypes": [
            "User"
          ],
          "required": false,
          "returned": "default",
          "type": "reference",
          "uniqueness": "none"
        },
        {
          "caseExact": false,
          "description": "The name of the manager.",
          "multiValued": false,
          "mutability": "readOnly",
          "name": "displayName",
          "required": false,
          "returned": "default",
          "type": "string",
          "uniqueness": "none"
        }
      ],
      "type": "complex",
      "uniqueness": "none"
    }
    "#);
}
