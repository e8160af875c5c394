//! The page for people names every area, and counts their checks right.

use rollcall_conformance::areas;

#[test]
fn the_page_counts_the_checks_of_each_area() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/conformance.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut total = 0;
    for (name, _, checks) in areas() {
        let start = format!("| `{name}` | {} |", checks.len());
        assert!(page.contains(&start), "docs/conformance.md lacks {start:?}");
        total += checks.len();
    }
    assert!(page.contains(&format!("{total} checks")), "docs/conformance.md: {total} checks");
}
