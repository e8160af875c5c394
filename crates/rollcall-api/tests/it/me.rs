//! `/Me`, which a token that stands for nobody cannot have.

use reqwest::Method;

use crate::database::on_each_database;
use crate::door::{Door, person};

#[test]
fn a_connections_token_stands_for_nobody() {
    on_each_database(async |hub| {
        let door = hub.door("rfc").await;
        let before = door.trace().await;
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for path in ["/Me", "/Me/", "/Me?attributes=userName"] {
                let request = door.ask(method.clone(), path).body(person("ana").to_string());
                let detail = Door::send(request).await.refused(501, None);
                assert!(detail.contains("/Users/{id}"), "{detail}");
            }
        }
        assert_eq!(door.trace().await, before);
    });
}
