//! Files that keep the rules, and files that break each of them.

use std::fmt::Write as _;

use jiff::Timestamp;
use rollcall_domain::interval::Quarter;

use super::{FAULTS_MAX, FILE_MAX_BYTES, Fault, read};

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    moment("2026-11-21T09:00:00Z")
}

const HEAD: &str = "start,queue,offered,answered,abandoned,aht\n";

/// A file of a queue with so many days, the last of them yesterday.
fn days(queue: &str, days: i64) -> String {
    let mut text = String::new();
    let end = Quarter::of(moment("2026-11-21T00:00:00Z"));
    for number in 0..days * 96 {
        let start = end.plus(number - days * 96).start();
        writeln!(text, "{start},{queue},3,2,1,180").unwrap();
    }
    text
}

fn good() -> String {
    format!("{HEAD}{}", days("Sales", 15))
}

fn faults(bytes: &[u8]) -> Vec<Fault> {
    read(bytes, now()).unwrap_err()
}

#[test]
fn a_file_that_keeps_the_rules_is_read() {
    let check = |bytes: &[u8]| {
        let rows = read(bytes, now()).unwrap();
        assert_eq!(rows.queues["Sales"].len(), 15 * 96);
        let totals = rows.queues["Sales"].values().next().unwrap();
        assert_eq!((totals.offered, totals.answered, totals.talk_s), (3, 2, 360));
    };
    check(good().as_bytes());
    check(format!("\u{feff}{}", good()).as_bytes());
    check(good().replace('\n', "\r\n").as_bytes());
    check(good().replace("Sales", "\"Sales\"").as_bytes());
    check(good().replace("start", " Start ").as_bytes());
    let two = format!("{}{}", good(), days("\"Support, \"\"second\"\"\"", 16));
    let rows = read(two.as_bytes(), now()).unwrap();
    assert_eq!(rows.queues["Support, \"second\""].len(), 16 * 96);
}

#[test]
fn each_broken_rule_is_told_with_its_line() {
    let check = |bytes: &[u8], line: Option<u64>, reason: &str| {
        let faults = faults(bytes);
        assert_eq!(faults[0].line, line, "{reason}: {faults:?}");
        assert!(faults[0].reason.contains(reason), "{reason}: {faults:?}");
    };
    let second = |row: &str| {
        let mut lines: Vec<String> = good().lines().map(str::to_owned).collect();
        lines[1] = row.to_owned();
        lines.join("\n")
    };
    let first = "2026-11-06T00:00:00Z";
    check(b"", None, "no rows");
    check(HEAD.as_bytes(), None, "no rows");
    check(good().replace(',', ";").as_bytes(), Some(1), "semicolons");
    check(good().replace("aht", "time").as_bytes(), Some(1), "the first line");
    check(&good().encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), Some(1), "NUL");
    check(&[0xff, 0xfe, b's', 0], None, "UTF-16");
    check(&[HEAD.as_bytes(), &[b'2', 0xe9]].concat(), Some(2), "not UTF-8");
    check(good().replacen("Sales", "Sa\0les", 1).as_bytes(), Some(2), "NUL");
    check(&vec![b'x'; FILE_MAX_BYTES + 1], None, "2 MB");
    for (row, reason) in [
        (format!("{first},Sales,3,2,1"), "5 fields"),
        (format!("{first},Sales,3,2,1,180,"), "7 fields"),
        (format!("{first},Sales,3,2,,180"), "abandoned is empty"),
        (format!("{first},,3,2,1,180"), "queue is empty"),
        (format!("{first},Sales,3,2,1,-1"), "aht is no whole number"),
        (format!("{first},Sales,3,2,1,1.5"), "aht is no whole number"),
        (format!("{first},Sales,3,2,2,180"), "than were offered"),
        (format!("{first},=cmd();,3,2,1,180"), "semicolon"),
        ("2026-11-06T00:01:00Z,Sales,3,2,1,180".to_owned(), "15 minutes"),
        ("2026-11-06T00:00:00+01:00,Sales,3,2,1,180".to_owned(), "in UTC"),
        ("2026-11-06 00:00:00Z,Sales,3,2,1,180".to_owned(), "in UTC"),
        ("06.11.2026,Sales,3,2,1,180".to_owned(), "in UTC"),
        ("2026-11-21T09:00:00Z,Sales,3,2,1,180".to_owned(), "future"),
        ("2024-11-06T00:00:00Z,Sales,3,2,1,180".to_owned(), "396 days"),
        ("x".repeat(1_000_000), "1 field,"),
    ] {
        check(second(&row).as_bytes(), Some(2), reason);
    }
    let twice = format!("{}{first},Sales,3,2,1,180\n", good());
    check(twice.as_bytes(), Some(15 * 96 + 2), "already");
    let short = format!("{HEAD}{}", days("Sales", 14));
    check(short.as_bytes(), None, "14 of the 15 days");
    let gap: String = good()
        .lines()
        .filter(|line| !line.contains("10T04:15"))
        .fold(String::new(), |text, line| format!("{text}{line}\n"));
    check(gap.as_bytes(), None, "lacks 2026-11-10T04:15:00Z");
}

#[test]
fn all_faults_are_told_up_to_a_bound() {
    let bad = format!("{HEAD}{}", "2026-11-06T00:00:00Z,Sales,3,2,,180\n".repeat(500));
    let all = faults(bad.as_bytes());
    assert_eq!(all.len(), FAULTS_MAX);
    assert_eq!((all[0].line, all[99].line), (Some(2), Some(101)));
    let three = format!("{HEAD}a\nb\n{}c\n", days("Sales", 15));
    let lines: Vec<_> = faults(three.as_bytes()).into_iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [Some(2), Some(3), Some(15 * 96 + 4)]);
}

#[test]
fn a_line_is_the_line_of_the_file_whatever_ends_it() {
    let first = "2026-11-06T00:00:00Z";
    let bad = format!("{HEAD}{first},Sales,3,2,1,1\n{first},Late,3,2,1,-1\n\n{first},Sa,3,2,,1\n");
    // A line break within quotes is a line of the file too.
    let quoted = format!("{HEAD}{first},\"Sa\nles\",3,2,1,-1\n{first},Sales,3,2,1,x\n");
    for end in ["\n", "\r\n", "\r"] {
        let lines = |text: &str| {
            let faults = faults(text.replace('\n', end).as_bytes());
            faults.into_iter().map(|fault| fault.line).collect::<Vec<_>>()
        };
        assert_eq!(lines(&bad), [Some(3), Some(5)], "{end:?}");
        assert_eq!(lines(&format!("\n\n{bad}")), [Some(5), Some(7)], "{end:?}");
        assert_eq!(lines(&quoted), [Some(2), Some(4)], "{end:?}");
        assert_eq!(lines(&format!("x{bad}")), [Some(1)], "{end:?}");
        assert_eq!(lines(&format!("{bad}\0")), [Some(6)], "{end:?}");
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let good = format!("{HEAD}{}", days("\"Sa\"\"les\"", 1));
    for at in 0..HEAD.len() + 60 {
        for byte in [0, b'"', b',', b'\n', b'\r', 0xc3, 0xff] {
            let mut bytes = good.clone().into_bytes();
            bytes.truncate(HEAD.len() + 120);
            bytes[at] = byte;
            let _ = read(&bytes, now());
            bytes.truncate(at + 1);
            let _ = read(&bytes, now());
        }
    }
}
