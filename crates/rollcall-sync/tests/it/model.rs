//! Models of what several workers do to one link, searched through with a model checker (stateright): what is built
//! holds, and what would be simpler is still found broken. A model that nothing breaks proves nothing.

mod cursor;
mod lease;

use std::hash::Hash;

use stateright::{Checker, Expectation, Model, Property};

use cursor::Reader;
use lease::{Link, Variant};

const NO_FENCE: &str = "a deposed worker settles nothing";
const AT_REST: &str = "at rest the WFM holds the last version";
const COMPARED: &str = "after a comparison nothing older is told";
const NEVER_COMPARED: &str = "no comparison is ever needed";

/// Searches a model; tells which of its properties are broken. What is to happen at some time has to.
fn broken<M>(model: M) -> Vec<&'static str>
where
    M: Model + Send + Sync + 'static,
    M::State: Hash + Eq + Send + Sync + Clone,
    M::Action: Clone + PartialEq + Send + Sync,
{
    let properties = model.properties();
    let checker = model.checker().threads(2).spawn_bfs().join();
    eprintln!("{} different states", checker.unique_state_count());
    let found = checker.discoveries();
    let is_broken = |property: &Property<M>| match property.expectation {
        Expectation::Sometimes => !found.contains_key(property.name),
        _ => found.contains_key(property.name),
    };
    properties.iter().filter(|property| is_broken(property)).map(|property| property.name).collect()
}

/// Checks a variant with a WFM that knows keys and one that does not.
fn check(variant: Variant, faults: u8, expected: &[&str]) {
    for keys in [true, false] {
        let broken = broken(Link { variant, keys, faults, comparisons: 1 });
        assert_eq!(broken, expected, "{variant:?}, keys: {keys}");
    }
}

#[test]
fn the_lease_holds_and_only_a_request_that_comes_late_needs_the_comparison() {
    check(Variant::AsBuilt, 2, &[NEVER_COMPARED]);
}

#[test]
fn without_a_fence_a_deposed_worker_settles() {
    check(Variant::NoFence, 2, &[NO_FENCE, AT_REST, COMPARED, NEVER_COMPARED]);
}

#[test]
fn a_check_before_sending_is_no_fence() {
    check(Variant::CheckBeforeSend, 2, &[NO_FENCE, AT_REST, COMPARED, NEVER_COMPARED]);
}

#[test]
fn what_is_sent_and_not_written_down_is_forgotten() {
    check(Variant::NoMemory, 2, &[AT_REST, COMPARED, NEVER_COMPARED]);
}

#[test]
fn what_a_deposed_worker_wrote_must_outlive_what_its_successor_settles() {
    check(Variant::ForgetsOthers, 2, &[AT_REST, NEVER_COMPARED]);
}

#[test]
fn a_late_completion_that_marks_is_no_substitute_for_the_comparison() {
    // It is what is built, and holds for workers that live on; of one that died nobody hears.
    let as_built = Link { variant: Variant::AsBuilt, keys: true, faults: 2, comparisons: 0 };
    assert!(broken(as_built).contains(&NEVER_COMPARED));
}

#[test]
fn a_reader_by_the_last_id_seen_misses_what_commits_late() {
    assert!(broken(Reader::ByMark).is_empty());
    assert_eq!(broken(Reader::ByCursor), ["whatever is committed can be read"]);
}
