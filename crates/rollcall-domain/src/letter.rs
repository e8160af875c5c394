//! Letters that nobody sees. Whatever comes from outside and is shown to people passes here, so that no name steers how
//! the page around it reads.

/// Control characters, and those that are shown as nothing or only steer how others are shown: with them, one name
/// could be made to look like another (Unicode Technical Report 36, §2.7; the property
/// `Default_Ignorable_Code_Point`, Unicode Standard Annex 44). What is compared has none of them.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// The same without what some scripts are written with: the joiners of Persian, of Indian scripts and of pictures, and
/// the selectors that choose the form of the letter before them. What is only shown has none of the others.
#[must_use]
pub fn is_unreadable(c: char) -> bool {
    is_invisible(c)
        && !matches!(
            c,
            '\u{200c}'..='\u{200d}'
                | '\u{180b}'..='\u{180d}'
                | '\u{180f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{e0100}'..='\u{e01ef}'
        )
}

/// A text as it may be shown: without the letters that are no part of it, and with a space for each line end.
#[must_use]
pub fn readable(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ if is_unreadable(c) => None,
        _ => Some(c),
    };
    text.chars().filter_map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_how_others_are_shown_is_left_out_and_scripts_stay_whole() {
        for (text, shown) in [
            ("Lunch", "Lunch"),
            ("Lunch\u{202e}hcnul", "Lunchhcnul"),
            ("\u{2066}Break\u{2069}\u{feff}", "Break"),
            ("two\u{2028}lines\n\u{7}", "two lines "),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("❤\u{fe0f} 👩\u{200d}💻", "❤\u{fe0f} 👩\u{200d}💻"),
        ] {
            assert_eq!(readable(text), shown, "{text:?}");
            assert!(!shown.chars().any(is_unreadable));
        }
        assert!(is_invisible('\u{200d}') && !is_unreadable('\u{200d}'));
    }
}
