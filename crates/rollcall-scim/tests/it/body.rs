//! Bodies that are no bodies: broken, too large, too deep, ambiguous.

use rollcall_scim::{ErrorKind, Limits, parse_object};

fn refused(bytes: &[u8]) -> (ErrorKind, String) {
    let error = parse_object(bytes, &Limits::default()).expect_err("the body is refused");
    (error.kind, error.detail)
}

#[test]
fn a_body_is_one_json_object() {
    let map =
        parse_object(br#" {"a": [1, -2, 1.5, true, null, {"b": "\u00e9"}]} "#, &Limits::default());
    assert_eq!(
        serde_json::Value::Object(map.unwrap()),
        serde_json::json!({"a": [1, -2, 1.5, true, null, {"b": "é"}]})
    );
    let cases: [(&[u8], &str); 7] = [
        (b"", "The body is empty; a JSON object is expected."),
        (b" \n", "The body is empty; a JSON object is expected."),
        (b"[]", "The body is an array; a JSON object is expected."),
        (b"null", "The body is null; a JSON object is expected."),
        (b"{} {}", "The body is not valid JSON: trailing characters at line 1 column 4."),
        (b"{\"a\":", "The body is not valid JSON: EOF while parsing a value at line 1 column 5."),
        (
            b"{\"a\":\"\xff\"}",
            "The body is not valid JSON: invalid unicode code point at line 1 column 7.",
        ),
    ];
    for (bytes, detail) in cases {
        assert_eq!(refused(bytes), (ErrorKind::InvalidSyntax, detail.to_owned()));
    }
}

#[test]
fn depth_is_capped_before_the_stack_is_used() {
    for open in ["[", "{\"a\":", "[[{\"a\":"] {
        let body = format!("{{\"emails\":{}", open.repeat(100_000));
        let (kind, detail) = refused(body.as_bytes());
        assert_eq!(kind, ErrorKind::InvalidSyntax);
        assert_eq!(detail, "The body nests deeper than 32 levels.");
    }
    let fits = format!("{{\"a\":{}{}}}", "[".repeat(31), "]".repeat(31));
    assert!(parse_object(fits.as_bytes(), &Limits::default()).is_ok());
}

#[test]
fn length_is_capped_before_anything_is_read() {
    let body = vec![b' '; 30 << 20];
    let (kind, detail) = refused(&body);
    assert_eq!(kind, ErrorKind::PayloadTooLarge);
    assert_eq!(
        detail,
        "The body has 31457280 bytes; at most 1048576 are accepted. Send less at once."
    );
}

#[test]
fn breadth_is_capped() {
    let emails = vec!["{\"value\":\"a@b\"}"; 20_000].join(",");
    let (kind, detail) = refused(format!("{{\"emails\":[{emails}]}}").as_bytes());
    assert_eq!(kind, ErrorKind::InvalidValue);
    assert_eq!(detail, "An array has more than 1000 elements. Send fewer at once.");
    let members: Vec<String> = (0..600).map(|n| format!("\"a{n}\":1")).collect();
    let (kind, detail) = refused(format!("{{{}}}", members.join(",")).as_bytes());
    assert_eq!(kind, ErrorKind::InvalidSyntax);
    assert_eq!(detail, "An object has more than 500 members.");
}

#[test]
fn small_values_are_capped_in_all() {
    let some = format!("[{}]", vec![r#"{"a":0}"#; 1_000].join(","));
    let body = |many: usize| format!(r#"{{"x":[{}]}}"#, vec![some.as_str(); many].join(","));
    assert!(parse_object(body(24).as_bytes(), &Limits::default()).is_ok());
    let (kind, detail) = refused(body(25).as_bytes());
    assert_eq!(kind, ErrorKind::PayloadTooLarge);
    assert_eq!(detail, "The body has more than 50000 values. Send fewer at once.");
}

#[test]
fn a_name_stands_once_in_an_object() {
    for body in [r#"{"active":true,"active":false}"#, r#"{"emails":[{"value":"a","value":"b"}]}"#] {
        let (kind, detail) = refused(body.as_bytes());
        assert_eq!(kind, ErrorKind::InvalidSyntax);
        assert!(detail.ends_with("stands twice in one object; send it once."), "{detail}");
    }
}

#[test]
fn the_zero_character_is_refused_everywhere() {
    for body in [r#"{"a":"x\u0000"}"#, r#"{"x\u0000":1}"#, r#"{"a":["\u0000"]}"#] {
        assert_eq!(refused(body.as_bytes()).0, ErrorKind::InvalidValue);
    }
}
