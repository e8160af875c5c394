//! Texts for reports and queries.

/// The beginning of a text, on one line, with a mark where something was left out. `most` counts bytes.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let line: String =
        text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if line.len() <= most {
        return line;
    }
    let mut short = String::with_capacity(most + 4);
    for letter in line.chars() {
        if short.len() + letter.len_utf8() > most {
            break;
        }
        short.push(letter);
    }
    short.push('…');
    short
}

/// `name=value&…` with everything encoded that a query cannot hold; spaces as `%20`.
pub(crate) fn query(parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters).finish().replace('+', "%20")
}

/// A text as it is written in a filter (RFC 7644 §3.4.2.2: a JSON string).
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_letters() {
        assert_eq!(shorten("ab\ncd", 10), "ab cd");
        assert_eq!(shorten("ééé", 3), "é…");
    }

    #[test]
    fn queries_and_filters_hold_any_text() {
        assert_eq!(query(&[("filter", "a b+c&d"), ("count", "1")]), "filter=a%20b%2Bc%26d&count=1");
        assert_eq!(quoted("O\"N\\"), "\"O\\\"N\\\\\"");
    }
}
