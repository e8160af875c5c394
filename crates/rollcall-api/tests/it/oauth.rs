//! Registered applications: each grant, what it refuses, and what ends the tokens that came of it.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rollcall_app::ChangeError;
use rollcall_app::journal::Ring;
use rollcall_app::oauth::{NewApplication, RegisteredApplication, public_keys};
use rollcall_app::sign_in::Viewer;
use rollcall_domain::AdministratorId;
use rollcall_domain::pkce::Pkce;
use rollcall_domain::source::Actor;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::Answer;
use crate::database::on_each_database;
use crate::door::Door;
use crate::hub::Hub;

const REDIRECT: &str = "https://idp.example.com/oauth/callback";
/// Of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

impl Hub {
    /// An application of the door's connection.
    pub(crate) async fn application(&self, door: &Door) -> RegisteredApplication {
        let new = NewApplication {
            name: "Okta".into(),
            redirect_uris: vec![REDIRECT.to_owned()],
            ..Default::default()
        };
        let (tenant, connection) = (door.tenant(), door.connection);
        let made = self.app.register_application(tenant, Actor::System, connection, new).await;
        made.expect("the application is registered")
    }

    /// One that signs with a key, and the assertion that it makes of claims.
    async fn signer(&self, door: &Door) -> (RegisteredApplication, impl Fn(&Value) -> String) {
        let random = aws_lc_rs::rand::SystemRandom::new();
        let document = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("a key");
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let public = json!({"kty": "OKP", "crv": "Ed25519", "x": x}).to_string();
        let new =
            NewApplication { name: "Signer".into(), keys: Some(public), ..Default::default() };
        let (tenant, connection) = (door.tenant(), door.connection);
        let made = self.app.register_application(tenant, Actor::System, connection, new).await;
        let key = EncodingKey::from_ed_der(document.as_ref());
        let sign = move |claims: &Value| {
            jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &key).expect("a signature")
        };
        (made.expect("the application is registered"), sign)
    }

    /// Sends a form to `/oauth/…`.
    pub(crate) async fn oauth(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Door::send(self.oauth_form(path, fields)).await
    }

    fn oauth_form(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let url = format!("http://{}/oauth/{path}", self.address);
        let kind = "application/x-www-form-urlencoded";
        crate::hub::client().post(url).header("content-type", kind).body(body)
    }

    /// What an application is answered that proves itself by its secret.
    pub(crate) async fn ask(&self, of: &RegisteredApplication, fields: &[(&str, &str)]) -> Answer {
        self.ask_at("token", of, fields).await
    }

    async fn ask_at(
        &self,
        path: &str,
        of: &RegisteredApplication,
        fields: &[(&str, &str)],
    ) -> Answer {
        let secret = of.secret.expose_secret();
        let mut all = vec![("client_id", &*of.application.client_id), ("client_secret", secret)];
        all.extend(fields);
        self.oauth(path, &all).await
    }

    /// The code that an administrator lets an application have.
    async fn code(&self, door: &Door, of: &RegisteredApplication) -> String {
        let code = self.allowed(door, of, Some(CHALLENGE)).await;
        code.expect("it is allowed").expose_secret().to_owned()
    }

    async fn allowed(
        &self,
        door: &Door,
        of: &RegisteredApplication,
        challenge: Option<&str>,
    ) -> Result<SecretString, ChangeError> {
        let viewer = Viewer {
            tenant: door.tenant(),
            tenant_name: "Acme".into(),
            administrator: AdministratorId::new(Uuid::from_u128(1)),
            user_name: "ada@example.com".into(),
            csrf: String::new(),
        };
        let asked = (&*of.application.client_id, REDIRECT);
        self.app.oauth_allow(&viewer, asked, challenge).await
    }

    async fn redeem(&self, of: &RegisteredApplication, code: &str) -> Answer {
        self.ask(of, &by_code(code)).await
    }

    async fn why(&self, door: &Door) -> String {
        self.last(door, Ring::Refused).await
    }

    /// Why the last caller did not count as the client.
    async fn why_not_proven(&self, door: &Door) -> String {
        self.last(door, Ring::Unproven).await
    }

    async fn last(&self, door: &Door, ring: Ring) -> String {
        let entries = self.journal(door, ring).await.entries;
        entries.first().and_then(|entry| entry.detail.clone()).unwrap_or_default()
    }
}

fn by_code(code: &str) -> [(&'static str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]
}

fn by_refresh(token: &str) -> [(&'static str, &str); 2] {
    [("grant_type", "refresh_token"), ("refresh_token", token)]
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}

/// A door with the access token of an answer.
fn opened(door: &Door, answer: &Answer) -> Door {
    Door { token: text(&answer.json(), "access_token"), ..door.clone() }
}

/// That an error of OAuth 2.0 was answered.
#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json()["error"], error, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[test]
fn an_application_gets_a_token_by_its_own_right() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let app = hub.application(&door).await;
        let answer = hub.ask(&app, &[("grant_type", "client_credentials")]).await.expect(200);
        let body = answer.json();
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 3_600);
        assert_eq!(body["scope"], "scim");
        assert_eq!(body.get("refresh_token"), None);
        opened(&door, &answer).get("/Users").await.expect(200);

        // The same by the header, in which both halves are form-encoded.
        let pair = format!("{}:{}", app.application.client_id, app.secret.expose_secret());
        let form = [("grant_type", "client_credentials"), ("scope", "scim")];
        let request = hub.oauth_form("token", &form);
        let basic = format!("Basic {}", STANDARD.encode(pair));
        let by_basic = Door::send(request.header("authorization", basic)).await.expect(200);
        opened(&door, &by_basic).get("/Users").await.expect(200);

        hub.pass(3_600);
        opened(&door, &answer).get("/Users").await.refused(401, None);
        let (tenant, connection, id) = (door.tenant(), door.connection, app.application.id);
        let answer = hub.ask(&app, &[("grant_type", "client_credentials")]).await.expect(200);
        opened(&door, &answer).get("/Users").await.expect(200);
        let revoked = hub.app.revoke_application(tenant, Actor::System, connection, id).await;
        revoked.expect("it is revoked");
        opened(&door, &answer).get("/Users").await.refused(401, None);
        let expected = "The application Okta was revoked at 2026-11-21T10:00:00.000Z.";
        assert_eq!(hub.why(&door).await, expected);
        let again = hub.ask(&app, &[("grant_type", "client_credentials")]).await;
        refused(&again, 401, "invalid_client");
        assert_eq!(hub.why(&door).await, expected);
        let journal = format!("{:?}", hub.journal(&door, Ring::All).await);
        assert!(!journal.contains(app.secret.expose_secret()));
    });
}

#[test]
fn who_is_no_client_hears_the_same_whatever_is_wrong() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let app = hub.application(&door).await;
        let (id, secret) = (&*app.application.client_id, app.secret.expose_secret());
        let grant = ("grant_type", "client_credentials");
        let nobody = [("client_id", "rca_nobody"), ("client_secret", secret), grant];
        let nobody = hub.oauth("token", &nobody).await;
        refused(&nobody, 401, "invalid_client");
        assert!(!nobody.header("www-authenticate").is_empty());
        let long = "x".repeat(1_000);
        for wrong in ["rcs_wrong", id, &rollcall_app::secret::hash(secret), &long, "\u{1F600}"] {
            let fields = [("client_id", id), ("client_secret", wrong), grant];
            assert_eq!(hub.oauth("token", &fields).await.text, nobody.text, "{wrong}");
        }
        assert!(hub.why_not_proven(&door).await.contains("is not its secret"));
        assert_eq!(hub.oauth("token", &[grant]).await.text, nobody.text);
        for header in ["Basic", "Basic x", "Bearer x", "Basic ====", "Basic bm9jb2xvbg=="] {
            let request = hub.oauth_form("token", &[grant]).header("authorization", header);
            assert_eq!(Door::send(request).await.text, nobody.text, "{header}");
        }
        let both = hub.oauth_form("token", &[("client_id", id), ("client_secret", secret), grant]);
        let both = Door::send(both.header("authorization", "Basic eDp5")).await;
        refused(&both, 400, "invalid_request");
        let twice = [("client_id", id), ("client_id", id), ("client_secret", secret), grant];
        refused(&hub.oauth("token", &twice).await, 400, "invalid_request");
        refused(&hub.ask(&app, &[]).await, 400, "invalid_request");
        refused(&hub.ask(&app, &[("grant_type", "password")]).await, 400, "unsupported_grant_type");
        let more = [grant, ("scope", "scim admin")];
        refused(&hub.ask(&app, &more).await, 400, "invalid_scope");
    });
}

#[test]
fn a_code_works_once_for_who_asked_for_it() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let app = hub.application(&door).await;
        let code = hub.code(&door, &app).await;
        let with = async |name: &str, value: &str| {
            let fields = by_code(&code)
                .map(|(field, sent)| (field, if field == name { value } else { sent }));
            hub.ask(&app, &fields).await
        };
        for (name, value, why) in [
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXx", "verifier"),
            ("code_verifier", CHALLENGE, "verifier"),
            ("redirect_uri", "https://idp.example.com/oauth/callback/", "redirect address"),
            ("code", "rco_nothing", "none that this application was given"),
        ] {
            refused(&with(name, value).await, 400, "invalid_grant");
            let told = hub.why(&door).await;
            assert!(told.contains(why), "{told}");
        }
        let without: Vec<_> =
            by_code(&code).into_iter().filter(|(name, _)| *name != "code_verifier").collect();
        refused(&hub.ask(&app, &without).await, 400, "invalid_request");

        // Another application does not spoil the code that it does not own.
        let other = hub.application(&door).await;
        refused(&hub.redeem(&other, &code).await, 400, "invalid_grant");
        let answer = hub.redeem(&app, &code).await.expect(200);
        opened(&door, &answer).get("/Users").await.expect(200);

        // A second time it takes back what came of the first.
        refused(&hub.redeem(&app, &code).await, 400, "invalid_grant");
        opened(&door, &answer).get("/Users").await.refused(401, None);
        let told = hub.why(&door).await;
        assert!(told.ends_with("Its code was presented a second time."), "{told}");
        let refresh = text(&answer.json(), "refresh_token");
        refused(&hub.ask(&app, &by_refresh(&refresh)).await, 400, "invalid_grant");
    });
}

#[test]
fn an_application_comes_without_pkce_where_it_may() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let strict = hub.application(&door).await;
        let refusal = hub.allowed(&door, &strict, None).await;
        assert!(matches!(refusal, Err(ChangeError::Invalid(_))), "{refusal:?}");

        let new = NewApplication {
            name: "Lenient".into(),
            redirect_uris: vec![REDIRECT.to_owned()],
            pkce: Pkce::Optional,
            ..Default::default()
        };
        let (tenant, connection) = (door.tenant(), door.connection);
        let made = hub.app.register_application(tenant, Actor::System, connection, new).await;
        let lenient = made.expect("the application is registered");
        let bare = |code: &str| by_code(code).map(|(name, value)| (name, value.to_owned()));
        let redeem = async |code: &str, with_verifier: bool| {
            let fields = bare(code);
            let fields: Vec<_> = fields
                .iter()
                .filter(|(name, _)| with_verifier || *name != "code_verifier")
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            hub.ask(&lenient, &fields).await
        };
        let free = hub.allowed(&door, &lenient, None).await.expect("it is allowed");
        // A verifier for a code without a challenge: somebody took the challenge out on the way.
        refused(&redeem(free.expose_secret(), true).await, 400, "invalid_grant");
        let answer = redeem(free.expose_secret(), false).await.expect(200);
        opened(&door, &answer).get("/Users").await.expect(200);

        // One that was bound stays bound.
        let bound = hub.code(&door, &lenient).await;
        refused(&redeem(&bound, false).await, 400, "invalid_grant");
        redeem(&bound, true).await.expect(200);
    });
}

#[test]
fn a_code_ends_after_a_minute() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let app = hub.application(&door).await;
        let (late, in_time) = (hub.code(&door, &app).await, hub.code(&door, &app).await);
        hub.pass(59);
        hub.redeem(&app, &in_time).await.expect(200);
        hub.pass(1);
        refused(&hub.redeem(&app, &late).await, 400, "invalid_grant");
        assert!(hub.why(&door).await.contains("it works for a minute"));
        hub.code(&door, &app).await;
        refused(&hub.redeem(&app, &in_time).await, 400, "invalid_grant");
    });
}

#[test]
fn a_refresh_token_is_replaced_and_a_used_one_ends_them_all() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let app = hub.application(&door).await;
        let code = hub.code(&door, &app).await;
        let first = hub.redeem(&app, &code).await.expect(200).json();
        let one = text(&first, "refresh_token");
        hub.pass(3_600);
        let second = hub.ask(&app, &by_refresh(&one)).await.expect(200);
        let two = text(&second.json(), "refresh_token");
        assert_ne!(one, two);
        opened(&door, &second).get("/Users").await.expect(200);
        let other = hub.application(&door).await;
        refused(&hub.ask(&other, &by_refresh(&two)).await, 400, "invalid_grant");
        let third = hub.ask(&app, &by_refresh(&two)).await.expect(200);
        let three = text(&third.json(), "refresh_token");

        refused(&hub.ask(&app, &by_refresh(&one)).await, 400, "invalid_grant");
        assert!(hub.why(&door).await.contains("All tokens that came of the same consent"));
        for answer in [&second, &third] {
            opened(&door, answer).get("/Users").await.refused(401, None);
        }
        refused(&hub.ask(&app, &by_refresh(&three)).await, 400, "invalid_grant");
        let told = hub.why(&door).await;
        assert!(told.ends_with("A refresh token was presented a second time."), "{told}");
        // What the application has by its own right is another thing.
        hub.ask(&app, &[("grant_type", "client_credentials")]).await.expect(200);
        refused(&hub.ask(&app, &by_refresh("rcr_nothing")).await, 400, "invalid_grant");
    });
}

#[test]
fn a_refresh_token_ends_after_ninety_days_without_use() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let app = hub.application(&door).await;
        let code = hub.code(&door, &app).await;
        let first = text(&hub.redeem(&app, &code).await.expect(200).json(), "refresh_token");
        let day = 24 * 3_600;
        hub.pass(89 * day);
        let second = hub.ask(&app, &by_refresh(&first)).await.expect(200).json();
        hub.pass(90 * day);
        let answer = hub.ask(&app, &by_refresh(&text(&second, "refresh_token"))).await;
        refused(&answer, 400, "invalid_grant");
        assert!(hub.why(&door).await.contains("ended unused"));
    });
}

#[test]
fn an_application_gives_back_what_is_its_own() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (app, other) = (hub.application(&door).await, hub.application(&door).await);
        let code = hub.code(&door, &app).await;
        let answer = hub.redeem(&app, &code).await.expect(200);
        let by_app = opened(&door, &answer);
        let refresh = text(&answer.json(), "refresh_token");
        for (of, token) in [(&other, &*by_app.token), (&other, &refresh), (&app, &door.token)] {
            let left = hub.ask_at("revoke", of, &[("token", token)]).await.expect(200);
            assert_eq!(left.json(), json!({}));
        }
        hub.ask_at("revoke", &app, &[("token", "nothing")]).await.expect(200);
        by_app.get("/Users").await.expect(200);
        door.get("/Users").await.expect(200);
        hub.ask_at("revoke", &app, &[("token", &by_app.token)]).await.expect(200);
        by_app.get("/Users").await.refused(401, None);
        let next = hub.ask(&app, &by_refresh(&refresh)).await.expect(200);
        let refresh = text(&next.json(), "refresh_token");
        hub.ask_at("revoke", &app, &[("token", &refresh)]).await.expect(200);
        opened(&door, &next).get("/Users").await.refused(401, None);
        assert!(hub.why(&door).await.ends_with("The application gave it back."));
        refused(&hub.ask_at("revoke", &app, &[]).await, 400, "invalid_request");
        let stranger = [("token", &*door.token), ("client_id", "x"), ("client_secret", "y")];
        refused(&hub.oauth("revoke", &stranger).await, 401, "invalid_client");
    });
}

#[test]
fn a_key_counts_from_when_it_is_added_until_it_is_removed() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (app, sign) = hub.signer(&door).await;
        let (other, sign_anew) = hub.signer(&door).await;
        let (tenant, place) = (door.tenant(), (door.connection, app.application.id));
        let send = async |jwt: String| {
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_assertion_type", kind),
                ("client_assertion", jwt.as_str()),
            ];
            hub.oauth("token", &fields).await
        };
        let claims = |jti: &str| {
            let (id, exp) = (&app.application.client_id, hub.app.now().as_second() + 60);
            json!({"iss": id, "sub": id, "aud": format!("http://{}", hub.address), "exp": exp, "jti": jti})
        };
        let used = async || {
            let detail = hub.app.connection(tenant, door.connection).await.expect("it is there");
            let found = detail.applications.into_iter().find(|one| one.id == place.1);
            found.and_then(|one| one.key_used).map(|(key, _)| key)
        };
        let [first] = public_keys(&app.application).try_into().expect("one key");
        let [next] = public_keys(&other.application).try_into().expect("one key");
        assert_eq!(used().await, None);
        send(sign(&claims("1"))).await.expect(200);
        assert_eq!(used().await, Some(first.id.clone()));
        refused(&send(sign_anew(&claims("2"))).await, 401, "invalid_client");
        let text = other.application.keys.clone().expect("it has keys");
        let added = hub.app.add_application_key(tenant, Actor::System, place, text).await;
        added.expect("the key is added");
        send(sign_anew(&claims("3"))).await.expect(200);
        assert_eq!(used().await, Some(next.id));
        send(sign(&claims("4"))).await.expect(200);
        let removed = hub.app.remove_application_key(tenant, Actor::System, place, first).await;
        removed.expect("the key is removed");
        refused(&send(sign(&claims("5"))).await, 401, "invalid_client");
        send(sign_anew(&claims("6"))).await.expect(200);
    });
}

#[test]
fn an_application_proves_itself_by_a_signature_once() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (app, sign) = hub.signer(&door).await;
        let id = app.application.client_id.clone();
        let audience = format!("http://{}/oauth/token", hub.address);
        let claims = |jti: &str, audience: &str| {
            let exp = hub.app.now().as_second() + 60;
            json!({"iss": id, "sub": id, "aud": audience, "exp": exp, "jti": jti})
        };
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let send = async |jwt: &str, more: &[(&str, &str)]| {
            let mut fields = vec![
                ("grant_type", "client_credentials"),
                ("client_assertion_type", kind),
                ("client_assertion", jwt),
            ];
            fields.extend(more);
            hub.oauth("token", &fields).await
        };
        let first = sign(&claims("1", &audience));
        let answer = send(&first, &[]).await.expect(200);
        opened(&door, &answer).get("/Users").await.expect(200);
        let again = send(&first, &[]).await;
        refused(&again, 401, "invalid_client");
        assert_eq!(
            hub.why_not_proven(&door).await,
            "The assertion was used before; each counts once."
        );
        let issuer = format!("http://{}", hub.address);
        send(&sign(&claims("2", &issuer)), &[("client_id", &id)]).await.expect(200);

        let elsewhere = send(&sign(&claims("3", "https://other.example")), &[]).await;
        assert_eq!(elsewhere.text, again.text);
        let late = sign(&claims("4", &audience));
        hub.pass(90);
        assert_eq!(send(&late, &[]).await.text, again.text);
        assert_eq!(hub.why_not_proven(&door).await, "The assertion has ended.");
        let fresh = sign(&claims("5", &audience));
        let other = send(&fresh, &[("client_id", "rca_other")]).await;
        assert_eq!(other.text, again.text);
        refused(&send(&fresh, &[("client_secret", "x")]).await, 400, "invalid_request");
        let untyped = [("grant_type", "client_credentials"), ("client_assertion", fresh.as_str())];
        refused(&hub.oauth("token", &untyped).await, 400, "invalid_request");
        assert_eq!(send("no.jwt.at-all", &[]).await.text, again.text);
        // Whoever has no key registered cannot bring one.
        let unsigned = hub.application(&door).await;
        let id = &unsigned.application.client_id;
        let exp = hub.app.now().as_second() + 60;
        let claims = json!({"iss": id, "sub": id, "aud": audience, "exp": exp});
        assert_eq!(send(&sign(&claims), &[]).await.text, again.text);
        assert!(hub.why_not_proven(&door).await.contains("has no public key"));
    });
}

#[test]
fn an_application_opens_its_own_connection_only() {
    on_each_database(async |hub| {
        let (one, two) = (hub.door("okta").await, hub.door("okta").await);
        let app = hub.application(&one).await;
        let answer = hub.ask(&app, &[("grant_type", "client_credentials")]).await.expect(200);
        let path = one.create("only-here").await;
        opened(&two, &answer).get(&path).await.expect(200);
        two.get(&path).await.refused(404, None);
        let viewer_of_two =
            hub.app.oauth_consent(two.tenant(), &app.application.client_id, REDIRECT);
        assert!(viewer_of_two.await.is_err(), "administrators of another tenant do not know it");
        let asked = hub.app.oauth_consent(
            one.tenant(),
            &app.application.client_id,
            "https://evil.example/",
        );
        assert!(asked.await.is_err());
        let removed = hub.app.remove_connection(one.tenant(), Actor::System, one.connection).await;
        removed.expect("it is removed");
        opened(&one, &answer).get("/Users").await.refused(401, None);
        let again = hub.ask(&app, &[("grant_type", "client_credentials")]).await;
        refused(&again, 401, "invalid_client");
    });
}

#[test]
fn the_metadata_say_where_everything_is() {
    on_each_database(async |hub| {
        let url = format!("http://{}/.well-known/oauth-authorization-server", hub.address);
        let answer = Door::send(crate::hub::client().get(url)).await.expect(200);
        let document = answer.json();
        let issuer = format!("http://{}", hub.address);
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["token_endpoint"], format!("{issuer}/oauth/token"));
        assert_eq!(document["authorization_endpoint"], format!("{issuer}/oauth/authorize"));
        assert_eq!(document["revocation_endpoint"], format!("{issuer}/oauth/revoke"));
        assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(document["scopes_supported"], json!(["scim"]));
        for address in ["token_endpoint", "revocation_endpoint"] {
            let url = text(&document, address);
            let answer = Door::send(crate::hub::client().post(url)).await;
            refused(&answer, 401, "invalid_client");
        }
    });
}

/// Without a set address, a caller's `Host` decides neither who issues tokens nor for whom an assertion is.
#[test]
fn a_host_that_only_the_caller_names_issues_nothing() {
    on_each_database(async |hub| {
        let door = hub.door("okta").await;
        let (app, sign) = hub.signer(&door).await;
        let id = app.application.client_id.clone();
        let named = |request: reqwest::RequestBuilder, host: &str| {
            Door::send(request.header(reqwest::header::HOST, host))
        };
        let metadata = format!("http://{}/.well-known/oauth-authorization-server", hub.address);
        let answer = named(crate::hub::client().get(&metadata), "other.example.com").await;
        refused(&answer, 404, "invalid_request");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.json().to_string().contains("other.example.com"));

        let audience = "http://other.example.com/oauth/token";
        let claims = json!({
            "iss": id, "sub": id, "aud": audience, "exp": hub.app.now().as_second() + 60, "jti": "1"
        });
        let jwt = sign(&claims);
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", jwt.as_str()),
        ];
        let request = hub.oauth_form("token", &fields);
        refused(&named(request, "other.example.com").await, 404, "invalid_request");
        let request = hub.oauth_form("token", &fields);
        refused(&Door::send(request).await, 401, "invalid_client");
        // Who proves itself by its secret needs no name of ours.
        let secret = app.secret.expose_secret();
        let fields =
            [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", secret)];
        let request = hub.oauth_form("token", &fields);
        named(request, "other.example.com").await.expect(200);
    });
}
