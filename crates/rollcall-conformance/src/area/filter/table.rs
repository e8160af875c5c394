//! The filters themselves, with the people whom they find.

use super::{Finds, FindsOrDeclines, Refused};
use crate::check::{Check, must, provider};

const SECTION: &str = "RFC 7644 §3.4.2.2";

/// What every server with filters can do: identity providers look people up by it.
pub(super) const EQUAL: &[Check] = &[
    must(
        "filter.eq",
        SECTION,
        "eq finds the one with the value",
        &Finds("userName eq \"{m}-a@example.com\"", "a"),
    ),
    must(
        "filter.eq.whole",
        SECTION,
        "eq compares the whole value",
        &Finds("userName eq \"{m}-a\"", ""),
    ),
    must(
        "filter.eq.any-case",
        "RFC 7643 §4.1.1",
        "userName compares without regard to case",
        &Finds("userName eq \"{m}-A@EXAMPLE.com\"", "a"),
    ),
    must(
        "filter.eq.external-id",
        "RFC 7643 §3.1",
        "externalId finds the one with the value",
        &FindsOrDeclines("externalId eq \"Ext-{m}-a\"", "a"),
    ),
    must(
        "filter.eq.case-exact",
        "RFC 7643 §3.1",
        "externalId compares letter by letter",
        &FindsOrDeclines("externalId eq \"eXT-{m}-a\"", ""),
    ),
    must("filter.eq.id", SECTION, "id finds its resource", &Finds("id eq \"{id}\"", "a")),
    must(
        "filter.names",
        "RFC 7643 §2.1, RFC 7644 §3.4.2.2",
        "attributes and operators are read in any case",
        &Finds("USERNAME EQ \"{m}-a@example.com\"", "a"),
    ),
    must(
        "filter.urn",
        "RFC 7644 §3.10",
        "an attribute may have the URN of its schema before it",
        &Finds("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"{m}-a@example.com\"", "a"),
    ),
    must(
        "filter.text",
        SECTION,
        "values are JSON texts: quotes and backslashes are written with a backslash",
        &Finds("name.familyName eq \"O'Neil \\\"D\\\" \\\\ {m}\"", "d"),
    ),
    must(
        "filter.unicode",
        "RFC 7644 §3.1",
        "values may have any letters",
        &FindsOrDeclines("name.givenName eq \"Zoë\" and userName sw \"{m}\"", "d"),
    ),
];

/// The operators one by one. Each is tied to the crowd, so that others on the server do not count.
pub(super) const OPERATORS: &[Check] = &[
    must(
        "filter.ne",
        SECTION,
        "ne finds those with another value",
        &FindsOrDeclines("userName sw \"{m}\" and userName ne \"{m}-a@example.com\"", "bcde"),
    ),
    must(
        "filter.co",
        SECTION,
        "co finds by a part",
        &FindsOrDeclines("name.familyName co \"uiz {m}\"", "c"),
    ),
    must(
        "filter.sw",
        SECTION,
        "sw finds by the beginning",
        &FindsOrDeclines("userName sw \"{m}\"", "abcde"),
    ),
    must(
        "filter.sw.any-case",
        "RFC 7643 §2.2, RFC 7644 §3.4.2.2",
        "sw compares without regard to case where the attribute is not case-exact",
        &FindsOrDeclines("userName sw \"{m}\" and name.familyName sw \"NOV\"", "ab"),
    ),
    must(
        "filter.ew",
        SECTION,
        "ew finds by the end",
        &FindsOrDeclines("name.familyName ew \"dler {m}\"", "e"),
    ),
    must(
        "filter.pr",
        SECTION,
        "pr finds those who have a value",
        &FindsOrDeclines("userName sw \"{m}\" and title pr", "acd"),
    ),
    must(
        "filter.gt",
        SECTION,
        "gt compares texts by their order",
        &FindsOrDeclines("userName sw \"{m}\" and userName gt \"{m}-c@example.com\"", "de"),
    ),
    must(
        "filter.ge",
        SECTION,
        "ge is gt or eq",
        &FindsOrDeclines("userName sw \"{m}\" and userName ge \"{m}-c@example.com\"", "cde"),
    ),
    must(
        "filter.lt",
        SECTION,
        "lt compares texts by their order",
        &FindsOrDeclines("userName sw \"{m}\" and userName lt \"{m}-c@example.com\"", "ab"),
    ),
    must(
        "filter.le",
        SECTION,
        "le is lt or eq",
        &FindsOrDeclines("userName sw \"{m}\" and userName le \"{m}-c@example.com\"", "abc"),
    ),
    must(
        "filter.boolean",
        SECTION,
        "booleans compare with true and false",
        &FindsOrDeclines("userName sw \"{m}\" and active eq false", "be"),
    ),
    must(
        "filter.schemas",
        "RFC 7643 §3, RFC 7644 §3.4.2.2",
        "schemas and meta.resourceType are attributes like others",
        &FindsOrDeclines(
            "userName sw \"{m}\" and meta.resourceType eq \"User\" and schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"",
            "abcde",
        ),
    ),
    must(
        "filter.wildcards",
        SECTION,
        "% and _ and * in a value are letters like others",
        &FindsOrDeclines("userName sw \"{m}\" and userName co \"_example\"", ""),
    ),
];

/// How clauses are joined.
pub(super) const LOGIC: &[Check] = &[
    must(
        "filter.and",
        SECTION,
        "and asks for both",
        &FindsOrDeclines("userName sw \"{m}\" and active eq true and title pr", "acd"),
    ),
    must(
        "filter.or",
        SECTION,
        "or asks for either",
        &FindsOrDeclines(
            "userName eq \"{m}-a@example.com\" or userName eq \"{m}-e@example.com\"",
            "ae",
        ),
    ),
    must(
        "filter.precedence",
        SECTION,
        "and binds more than or",
        &FindsOrDeclines(
            "userName eq \"{m}-a@example.com\" or userName sw \"{m}\" and active eq false",
            "abe",
        ),
    ),
    must(
        "filter.group",
        SECTION,
        "brackets bind more than anything",
        &FindsOrDeclines(
            "(userName eq \"{m}-a@example.com\" or userName sw \"{m}\") and active eq false",
            "be",
        ),
    ),
    must(
        "filter.not",
        SECTION,
        "not turns a clause in brackets round",
        &FindsOrDeclines("userName sw \"{m}\" and not (title pr)", "be"),
    ),
    must(
        "filter.not.and",
        SECTION,
        "not binds more than and",
        &FindsOrDeclines("not (active eq true) and userName sw \"{m}\"", "be"),
    ),
    must(
        "filter.nested",
        SECTION,
        "brackets may stand in brackets",
        &FindsOrDeclines(
            "userName sw \"{m}\" and (not ((title pr) and (active eq true)) or (externalId eq \"Ext-{m}-d\"))",
            "bed",
        ),
    ),
];

/// Into complex attributes and lists.
pub(super) const PATHS: &[Check] = &[
    must(
        "filter.part",
        "RFC 7644 §3.10",
        "a part of a complex attribute is named after a dot",
        &FindsOrDeclines("name.familyName eq \"novak {m}\"", "a"),
    ),
    must(
        "filter.list-part",
        "RFC 7644 §3.4.2.2, §3.10",
        "one value of a list is enough",
        &FindsOrDeclines("emails.value eq \"{m}-a-home@example.com\"", "a"),
    ),
    must(
        "filter.list-default",
        "RFC 7643 §2.4, RFC 7644 §3.4.2.2",
        "a list without a part means its values",
        &FindsOrDeclines("emails eq \"{m}-c-home@example.com\"", "c"),
    ),
    must(
        "filter.value-path",
        "RFC 7644 §3.4.2.2",
        "a filter in square brackets asks for one value that fulfils all of it",
        &FindsOrDeclines("emails[type eq \"work\" and value sw \"{m}\"]", "abde"),
    ),
    must(
        "filter.value-path.one-value",
        "RFC 7644 §3.4.2.2",
        "two values that fulfil one half each are not enough",
        &FindsOrDeclines("emails[type eq \"home\" and value eq \"{m}-a@example.com\"]", ""),
    ),
    must(
        "filter.value-path.or",
        "RFC 7644 §3.4.2.2",
        "or works in square brackets, and and beside them",
        &FindsOrDeclines(
            "emails[value eq \"{m}-b@example.com\" or value eq \"{m}-c-home@example.com\"] and active eq true",
            "c",
        ),
    ),
    provider(
        "filter.value-path.part",
        "Microsoft Entra: matching by e-mail",
        "a part may follow the square brackets",
        &Finds("emails[type eq \"work\"].value eq \"{m}-a@example.com\"", "a"),
    ),
    provider(
        "filter.unquoted",
        "Microsoft Entra: older documents",
        "a value without quotes is read as a text",
        &Finds("externalId eq Ext-{m}-a", "a"),
    ),
    provider(
        "filter.matching",
        "Microsoft Entra: matching by several attributes",
        "userName, externalId and e-mail can be joined by and",
        &Finds(
            "userName eq \"{m}-a@example.com\" and externalId eq \"Ext-{m}-a\" and emails[type eq \"work\"].value eq \"{m}-a@example.com\"",
            "a",
        ),
    ),
];

/// What cannot be meant. Answered with an unfiltered list, clients would link to the wrong person.
pub(super) const REFUSED: &[Check] = &[
    must(
        "filter.refuses.operator",
        SECTION,
        "an operator that is none is refused with 400 and invalidFilter, never by an unfiltered list",
        &Refused("userName like \"a\""),
    ),
    must(
        "filter.refuses.no-operator",
        SECTION,
        "an attribute alone is refused with 400 and invalidFilter",
        &Refused("userName"),
    ),
    must(
        "filter.refuses.no-value",
        SECTION,
        "a comparison without a value is refused with 400 and invalidFilter",
        &Refused("userName eq"),
    ),
    must(
        "filter.refuses.no-attribute",
        SECTION,
        "a comparison without an attribute is refused with 400 and invalidFilter",
        &Refused("eq \"a\""),
    ),
    must(
        "filter.refuses.open-text",
        SECTION,
        "a text without its last quote is refused with 400 and invalidFilter",
        &Refused("userName eq \"a"),
    ),
    must(
        "filter.refuses.open-bracket",
        SECTION,
        "a bracket that is not closed is refused with 400 and invalidFilter",
        &Refused("(userName eq \"a\""),
    ),
    must(
        "filter.refuses.half",
        SECTION,
        "and with nothing after it is refused with 400 and invalidFilter",
        &Refused("userName eq \"a\" and"),
    ),
    must(
        "filter.refuses.rest",
        SECTION,
        "what follows a whole filter is refused with 400 and invalidFilter",
        &Refused("userName eq \"a\" \"b\""),
    ),
    must(
        "filter.refuses.value-path",
        SECTION,
        "a square bracket that is not closed is refused with 400 and invalidFilter",
        &Refused("emails[type eq \"work\""),
    ),
    must(
        "filter.refuses.order-of-booleans",
        SECTION,
        "gt, ge, lt and le of a boolean are refused with 400 and invalidFilter",
        &Refused("active gt false"),
    ),
];
