//! The names of the files (`CONTRACT.md` §2).

/// What a file of ours holds. The vendor never mixes the two in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Agents that the WFM lacks.
    New,
    /// Agents that it has.
    Changed,
}

impl Kind {
    /// The element of each agent.
    pub(crate) fn element(self) -> &'static str {
        match self {
            Self::New => "newAgent",
            Self::Changed => "changedAgent",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::New => "_new.xml",
            Self::Changed => "_changed.xml",
        }
    }
}

const START: &str = "importAgent_";
const ACKNOWLEDGED: &str = ".ack.xml";
const HISTORY: &str = ".csv";
const KEY_MAX_BYTES: usize = 64;

/// Whether a text can be the acd of a name.
pub(crate) fn is_part(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(known)
}

/// Whether a text can be the key of a name.
pub(crate) fn is_key(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (1..=KEY_MAX_BYTES).contains(&text.len()) && plain
}

/// The name of a file: the same for the same batch.
pub(crate) fn import(acd_id: &str, key: &str, kind: Kind) -> String {
    format!("{START}{acd_id}_{key}{}", kind.ending())
}

/// The name of its acknowledgement.
pub(crate) fn acknowledgement(import: &str) -> String {
    let stem = import.strip_suffix(".xml").unwrap_or(import);
    format!("{stem}{ACKNOWLEDGED}")
}

/// The name of the file that an acknowledgement is for.
pub(crate) fn acknowledged(name: &str) -> Option<String> {
    Some(format!("{}.xml", name.strip_suffix(ACKNOWLEDGED)?))
}

/// The key of a file of ours, where it is one of this acd.
pub(crate) fn key<'a>(name: &'a str, acd_id: &str) -> Option<&'a str> {
    let rest = name.strip_prefix(START)?;
    let stem =
        [Kind::New, Kind::Changed].iter().find_map(|kind| rest.strip_suffix(kind.ending()))?;
    // An acd may have underscores, a key has none.
    let (acd, key) = stem.rsplit_once('_')?;
    (acd == acd_id && is_key(key)).then_some(key)
}

/// Whether a name is that of a file of ours of this acd which was not written to its end: whoever wrote it died.
pub(crate) fn is_half(name: &str, acd_id: &str) -> bool {
    let whole = name.strip_prefix('.').and_then(|rest| rest.strip_suffix(".part"));
    whole.is_some_and(|whole| key(whole, acd_id).is_some())
}

/// The name of a file of history: of one content of one interval.
pub(crate) fn history(acd_id: &str, kind: &str, start: &str, revision: i64) -> String {
    format!("history_{acd_id}_{kind}_{start}_{revision}{HISTORY}")
}

/// The name of its acknowledgement.
pub(crate) fn history_acknowledgement(history: &str) -> String {
    let stem = history.strip_suffix(HISTORY).unwrap_or(history);
    format!("{stem}.ack.txt")
}

/// When an export was made, in an order that can be compared: year, month, day, hour and minute. The vendor's
/// name is `exportAgent_mmddyy_hhmm.xml`.
pub(crate) fn exported(name: &str) -> Option<[u8; 5]> {
    let stem = name.strip_prefix("exportAgent_")?.strip_suffix(".xml")?;
    let (date, time) = stem.split_once('_')?;
    let [month, day, year] = pairs(date)?;
    let [hour, minute] = pairs(time)?;
    Some([year, month, day, hour, minute])
}

fn pairs<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let digits = digits.as_bytes();
    (digits.len() == 2 * N && digits.iter().all(u8::is_ascii_digit)).then_some(())?;
    let mut values = [0; N];
    for (value, pair) in values.iter_mut().zip(digits.chunks_exact(2)) {
        *value = pair.iter().fold(0, |sum, digit| sum * 10 + (digit - b'0'));
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_acd_key_and_kind() {
        let name = import("a_b", "0f3", Kind::New);
        assert_eq!(name, "importAgent_a_b_0f3_new.xml");
        assert_eq!(key(&name, "a_b"), Some("0f3"));
        assert_eq!((key(&name, "a"), key(&name, "b")), (None, None));
        let answer = acknowledgement(&name);
        assert_eq!(answer, "importAgent_a_b_0f3_new.ack.xml");
        assert_eq!(acknowledged(&answer).as_deref(), Some(name.as_str()));
        assert_eq!(key(&answer, "a_b"), None);
        assert!(is_half(".importAgent_a_b_0f3_new.xml.part", "a_b"));
        for other in [
            &name,
            &answer,
            ".importAgent_7_0f3_new.xml.part",
            ".importAgent_a_b_0f3_new.ack.xml.part",
        ] {
            assert!(!is_half(other, "a_b"), "{other}");
        }
        for other in
            ["", "importAgent_", "importAgent_7_.xml", "importAgent_7_k.xml", "x_7_k_new.xml"]
        {
            assert_eq!(key(other, "7"), None, "{other}");
        }
        assert!(is_part("a.b-c_1") && !is_part("") && !is_part("a/b") && !is_key("a_b"));
    }

    #[test]
    fn exports_are_ordered_by_their_time() {
        let old = exported("exportAgent_123125_2359.xml").unwrap();
        let new = exported("exportAgent_010126_0000.xml").unwrap();
        assert!(old < new);
        for other in
            ["exportAgent_1231_2359.xml", "exportAgent_12312\u{e9}_2359.xml", "exportAgent_.xml"]
        {
            assert_eq!(exported(other), None);
        }
    }
}
