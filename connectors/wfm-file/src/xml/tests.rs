//! What is read, what is refused, and what comes back of what was written.

use super::*;

fn texts(pairs: &[(&str, &str)]) -> Texts {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn texts_and_records_are_read() {
    let file = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- of the night -->\n<r xmlns=\"urn:x\">\n\
        <key>a&amp;b</key><a:rec xmlns:a=\"urn:y\"><uuid> 1 </uuid><uuid>2</uuid><name><![CDATA[<Zo\u{eb}>]]></name>\
        <more><deep>x</deep></more><none/></a:rec></r>\n";
    let document = read(file.as_bytes()).unwrap();
    assert_eq!((document.root.as_str(), &document.texts), ("r", &texts(&[("key", "a&b")])));
    let record = document.records.first().unwrap();
    assert_eq!(record.name, "rec");
    let expected = [("uuid", " 1 "), ("name", "<Zo\u{eb}>"), ("more", ""), ("none", "")];
    assert_eq!(record.texts, texts(&expected));
}

#[test]
fn hostile_files_are_refused() {
    let deep = format!("<r>{}{}</r>", "<a>".repeat(20), "</a>".repeat(20));
    let laughs = "<!DOCTYPE r [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><r><t>&b;</t></r>";
    let cases: [(&str, Unreadable); 14] = [
        ("", "it is not whole"),
        ("no XML at all", "it has text outside of its root"),
        ("<r>", "it is not whole"),
        ("<r><a></r>", "it is not well-formed XML"),
        ("</r>", "it is not well-formed XML"),
        ("<r/><r/>", "it has more than one root"),
        ("<r/>tail", "it has text outside of its root"),
        (laughs, "it has a DTD, which is never read"),
        ("<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>", "it has a DTD, which is never read"),
        ("<r><t>&secret;</t></r>", "it names an entity that is not XML's own"),
        ("<r><t>&#0;</t></r>", "it names a character that is none"),
        ("<r><t>&#xd800;</t></r>", "it names a character that is none"),
        ("<?xml version=\"1.0\" encoding=\"UTF-16\"?><r/>", "it says that it is not UTF-8"),
        (&deep, "its elements are nested too deep"),
    ];
    for (file, reason) in cases {
        assert_eq!(read(file.as_bytes()), Err(reason), "{file}");
    }
    assert_eq!(read(b"<r>\xff</r>"), Err("it is not UTF-8"));
    let many = format!("<r>{}</r>", "<a><b/></a>".repeat(RECORDS_MAX + 1));
    assert_eq!(read(many.as_bytes()), Err("it has too many elements"));
    let fields: String = (0..=FIELDS_MAX).map(|number| format!("<f{number}/>")).collect();
    let wide = format!("<r><a>{fields}</a></r>");
    assert_eq!(read(wide.as_bytes()), Err("one of its elements holds too many others"));
}

#[test]
fn every_text_comes_back_as_it_was() {
    for value in ["O'Brien & <Sons>", "a\r\nb\tc", "]]>", "\u{1f600} \u{e9}", "\"quoted\""] {
        let file = format!("<r><a><t>{}</t></a></r>", text(value).unwrap());
        let document = read(file.as_bytes()).unwrap();
        assert_eq!(document.records.first().unwrap().texts, texts(&[("t", value)]), "{file}");
    }
    for value in ["\0", "bell\u{7}", "\u{fffe}"] {
        assert_eq!(text(value), None);
    }
}
