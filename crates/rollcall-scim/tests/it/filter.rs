//! The filter language: what it reads, how it prints, what it refuses and what it means.

use rollcall_scim::{ErrorKind, Filter, Limits, Schemas};
use serde_json::{Value, json};

use crate::support::{ENTERPRISE, object};

fn parse(text: &str) -> Filter {
    Filter::parse(text, &Limits::default()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> String {
    let error = Filter::parse(text, &Limits::default()).expect_err(text);
    assert_eq!(error.kind, ErrorKind::InvalidFilter);
    error.detail
}

/// How a filter is understood: its canonical print.
fn check(text: &str, printed: &str) {
    let filter = parse(text);
    assert_eq!(filter.to_string(), printed);
    assert_eq!(parse(printed), filter);
}

#[test]
fn filters_are_read_and_printed() {
    check(r#"userName Eq "bjensen""#, r#"userName eq "bjensen""#);
    check(r#"name.familyName CO "O'Malley""#, r#"name.familyName co "O'Malley""#);
    check("title PR", "title pr");
    check("active eq true", "active eq true");
    check("a eq -1.50e3", "a eq -1.50e3");
    check("a eq null", "a eq null");
    check("not(title pr)", "not (title pr)");
    check("a pr and b pr or c pr and not (d pr)", "a pr and b pr or c pr and not (d pr)");
    check("a pr AND (b pr OR c pr)", "a pr and (b pr or c pr)");
    check("(a pr and b pr) and (c pr)", "a pr and b pr and c pr");
    check("((a pr))", "a pr");
    check(
        r#"emails[type eq "work" and value co "@x"]"#,
        r#"emails[type eq "work" and value co "@x"]"#,
    );
    check(&format!("{ENTERPRISE}:manager.value pr"), &format!("{ENTERPRISE}:manager.value pr"));
    check(r#"a eq "q\" b\\ \u00e9 \ud83d\ude00""#, r#"a eq "q\" b\\ é 😀""#);
    check("not pr", "not pr");
}

#[test]
fn loose_writing_is_understood() {
    check("userName eq bjensen@example.org", r#"userName eq "bjensen@example.org""#);
    check("externalId eq 007", r#"externalId eq "007""#);
    check(
        "externalId eq 123456789012345678901234567890",
        "externalId eq 123456789012345678901234567890",
    );
    check(
        "id eq 2819c223-7f76 and active eq True",
        r#"id eq "2819c223-7f76" and active eq "True""#,
    );
    check("  userName   eq\t\"a b\"  ", r#"userName eq "a b""#);
    check(r#"emails[type eq "work"].value eq "a""#, r#"emails[type eq "work" and value eq "a"]"#);
    check(
        r#"emails[type eq "work" or primary eq true].value sw "a""#,
        r#"emails[(type eq "work" or primary eq true) and value sw "a"]"#,
    );
}

#[test]
fn what_is_not_a_filter_is_explained() {
    let cases = [
        ("", "The filter ends where an attribute, `not` or `(` is expected."),
        ("userName", "The filter ends where an operator such as `eq` is expected."),
        (
            "userName is \"a\"",
            "The filter is not understood at character 10: `is` stands where an operator such as `eq` is expected.",
        ),
        ("userName eq", "The filter ends where a value (a string in double quotes) is expected."),
        (
            "userName eq 'a'",
            "The filter is not understood at character 13: `'a'` stands where a value (a string in double quotes) is expected.",
        ),
        (
            "a pr b",
            "The filter is not understood at character 6: `b` stands where `and`, `or` or the end is expected.",
        ),
        ("(a pr", "The filter ends where `)` is expected."),
        ("a[b pr", "The filter ends where `]` is expected."),
        (
            "a pr)",
            "The filter is not understood at character 5: `)` stands where `and`, `or` or the end is expected.",
        ),
        ("a eq \"b", "The quotation mark at character 6 is never closed."),
        (r#"a eq "\x""#, r#"The value "\x" is not a valid JSON string."#),
        ("1a pr", "\"1a\" is not the name of an attribute."),
        (
            "a[b[c pr]]",
            "The filter is not understood at character 4: `[` stands where an operator such as `eq` is expected.",
        ),
    ];
    for (text, detail) in cases {
        assert_eq!(refused(text), detail, "{text}");
    }
}

#[test]
fn length_and_depth_are_capped() {
    assert_eq!(refused(&"a".repeat(5_000)), "The filter is longer than 4096 bytes.");
    for open in ["(", "not (", "not not ("] {
        let nested = open.repeat(450);
        assert!(!refused(&nested).is_empty());
    }
    assert_eq!(refused(&"(".repeat(4_000)), "The filter nests deeper than 32 levels.");
    let fits = format!("{}a pr{}", "(".repeat(32), ")".repeat(32));
    assert_eq!(parse(&fits), parse("a pr"));
    let chain = vec!["a pr"; 400].join(" and ");
    assert_eq!(parse(&chain).to_string(), chain);
}

fn ada() -> Value {
    json!({
        "id": "Id-1",
        "userName": "Ada@Example.org",
        "externalId": "x1",
        "active": true,
        "name": {"familyName": "Lovelace"},
        "emails": [
            {"type": "work", "value": "ada@work", "primary": true},
            {"type": "home", "value": "ada@home"},
        ],
        "meta": {"lastModified": "2026-03-01T10:00:00+01:00", "resourceType": "User"},
        ENTERPRISE: {"manager": {"value": "m1"}},
    })
}

fn matches(text: &str) -> bool {
    let bound = parse(text).bind(&Schemas::USER).unwrap_or_else(|error| panic!("{text}: {error}"));
    bound.matches(&object(ada()))
}

#[test]
fn filters_that_the_person_fulfils() {
    let manager = format!(r#"{ENTERPRISE}:manager eq "m1""#);
    let filters = [
        r#"username eq "ADA@example.ORG""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ada""#,
        r#"userName co "EXAMPLE" and userName ew ".org""#,
        r#"id eq "Id-1""#,
        r#"name.familyName gt "Abc" and name.familyName le "lovelace""#,
        "active eq true",
        r#"active eq "True""#,
        "active ne false",
        r#"emails eq "ADA@home""#,
        r#"emails.type eq "home""#,
        r#"emails[type eq "home" and value sw "ada"]"#,
        "emails.primary eq true",
        "emails pr and not (ims pr)",
        r#"title ne "x""#,
        "title eq null",
        "userName ne null",
        r#"meta.lastModified eq "2026-03-01T09:00:00Z""#,
        r#"meta.lastModified gt "2026-02-28T23:59:59.999Z""#,
        r#"meta.lastModified sw "2026-03""#,
        r#"meta.resourceType eq "User""#,
        &manager,
    ];
    for filter in filters {
        assert!(matches(filter), "{filter}");
    }
}

#[test]
fn filters_that_the_person_does_not_fulfil() {
    let filters = [
        r#"userName eq "ada""#,
        r#"id eq "id-1""#,
        r#"externalId eq "X1""#,
        "active eq false",
        r#"emails[type eq "home" and value eq "ada@work"]"#,
        r#"title eq "x""#,
        r#"title gt """#,
        "title pr",
        "title ne null",
        "userName eq null",
        r#"meta.lastModified lt "2026-03-01T09:00:00Z""#,
        r#"meta.resourceType eq "user""#,
        r#"not (userName pr)"#,
    ];
    for filter in filters {
        assert!(!matches(filter), "{filter}");
    }
}

#[test]
fn filters_without_meaning_are_refused() {
    let cases = [
        ("shoeSize eq 1", ErrorKind::InvalidFilter),
        (r#"name.petName eq "x""#, ErrorKind::InvalidFilter),
        (r#"urn:x:y:userName eq "x""#, ErrorKind::InvalidFilter),
        (r#"emails[shoe eq "x"]"#, ErrorKind::InvalidFilter),
        (r#"emails[emails.type eq "x"]"#, ErrorKind::InvalidFilter),
        (r#"userName[value eq "x"]"#, ErrorKind::InvalidFilter),
        (r#"name eq "x""#, ErrorKind::InvalidFilter),
        ("active gt true", ErrorKind::InvalidFilter),
        ("active eq 1", ErrorKind::InvalidFilter),
        (r#"active eq "x""#, ErrorKind::InvalidFilter),
        ("userName gt null", ErrorKind::InvalidFilter),
        (r#"x509Certificates gt "x""#, ErrorKind::InvalidFilter),
        (r#"meta.created gt "yesterday""#, ErrorKind::InvalidFilter),
        (r#"password eq "secret""#, ErrorKind::Sensitive),
        ("password pr", ErrorKind::Sensitive),
    ];
    for (text, kind) in cases {
        let error = parse(text).bind(&Schemas::USER).expect_err(text);
        assert_eq!(error.kind, kind, "{text}");
    }
}

#[test]
fn no_value_holds_the_character_that_no_attribute_can_keep() {
    for filter in ["userName eq \"a\\u0000b\"", "userName eq \"a\0b\"", "userName eq a\0b"] {
        let error = Filter::parse(filter, &Limits::default()).expect_err("it is refused");
        assert_eq!(error.kind, ErrorKind::InvalidFilter, "{filter:?}");
    }
}
