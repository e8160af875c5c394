//! Which filters are served by an index, which are checked besides, and for which everyone is looked at.

use super::*;

fn chosen(filter: &str) -> String {
    match choose(Some(filter), &Schemas::USER, &Limits::default()) {
        Ok(Chosen::Nobody) => "nobody".to_owned(),
        Ok(Chosen::Exactly(selection)) => format!("exactly {selection:?}"),
        Ok(Chosen::Matching(selection, _)) => format!("matching {selection:?}"),
        Ok(Chosen::Scan(_)) => "scan".to_owned(),
        Err(error) => format!("{:?}", error.scim_type()),
    }
}

#[test]
fn an_index_serves_what_identity_providers_ask() {
    assert_eq!(
        chosen(r#"userName eq "Ana@Example.com""#),
        r#"exactly Probe(UserName("Ana@Example.com"))"#
    );
    assert_eq!(chosen(r#"externalId eq "00u1""#), r#"exactly Probe(ExternalId("00u1"))"#);
    assert_eq!(
        chosen(r#"emails[type eq "work"].value eq "a@b.c""#),
        r#"matching Probe(Email("a@b.c"))"#
    );
    assert_eq!(chosen(r#"emails eq "a@b.c""#), r#"matching Probe(Email("a@b.c"))"#);
    assert_eq!(chosen(r#"id eq "no uuid""#), "nobody");
    assert!(chosen("active eq false").starts_with("exactly All"));
    assert!(
        chosen(r#"userName eq "a@b.c" and active eq true"#).starts_with("matching Probe(UserName")
    );
    assert_eq!(chosen("active eq true and active eq false"), "nobody");
}

#[test]
fn what_no_index_serves_is_looked_for_and_never_ignored() {
    for filter in [
        r#"userName co "a""#,
        r#"title eq "x""#,
        r#"userName eq "a" or userName eq "b""#,
        r#"not (active eq true)"#,
        r#"userName ne "a""#,
        "title pr",
    ] {
        assert_eq!(chosen(filter), "scan", "{filter}");
    }
    for filter in ["userName eq", "nonsense", r#"shoeSize eq "38""#] {
        assert_eq!(chosen(filter), r#"Some("invalidFilter")"#, "{filter}");
    }
    // One value that an index leads to spares the look at everyone else.
    let led = chosen(r#"title eq "x" and userName eq "a""#);
    assert_eq!(led, r#"matching Probe(UserName("a"))"#);
}
