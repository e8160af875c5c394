//! Figures inside documents: the part between `<!-- name:begin -->` and `<!-- name:end -->` is rewritten by
//! the command that measures, so that no figure is ever typed by hand.

use anyhow::{Context, Result};
use std::path::Path;

/// Rewrites the block of that name in a document.
pub(crate) fn update(path: &Path, name: &str, content: &str) -> Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let new = replace(&text, name, content)
        .with_context(|| format!("{} has no block called {name}", path.display()))?;
    std::fs::write(path, new)?;
    println!("wrote the block {name} of {}", path.display());
    Ok(())
}

fn replace(text: &str, name: &str, content: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name}:begin -->"), format!("<!-- {name}:end -->"));
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{}\n{end}{after}", content.trim()))
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn only_the_block_changes() {
        let text = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n";
        let new = replace(text, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb\n");
        assert_eq!(replace(text, "y", "new"), None);
    }
}
