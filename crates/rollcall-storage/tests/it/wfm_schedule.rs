//! Schedules: what people are to do, read by person and by moment, and kept as long as the WFM has it.

use rollcall_domain::EmployeeId;
use rollcall_domain::wfm::schedule::{Activity, Window};
use rollcall_storage::{StorageError, Tx, schedule::wfm_schedule};

use crate::database::on_each_database;
use crate::site::{Site, at, employee_id};

const HOUR: i64 = 3600;

/// Something to do, from one hour to another.
pub(crate) fn activity(id: &str, name: &str, hours: (i64, i64)) -> Activity {
    Activity {
        external_id: id.into(),
        name: name.into(),
        code: (name == "Lunch").then(|| "L".into()),
        starts_at: at(hours.0 * HOUR),
        ends_at: at(hours.1 * HOUR),
    }
}

fn window(from: i64, until: i64) -> Window {
    Window { from: at(from * HOUR), until: at(until * HOUR) }
}

pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let day = [
        (employee_id(1), activity("a", "Open", (0, 4))),
        (employee_id(1), activity("b", "Lunch", (4, 5))),
        (employee_id(1), activity("c", "Open", (5, 9))),
        (employee_id(2), activity("d", "Open", (0, 9))),
    ];
    wfm_schedule::put(tx, Site::LINK, 1, &day)
}

pub(crate) fn dump(tx: &mut Tx<'_>) -> Result<String, StorageError> {
    let one = wfm_schedule::list(tx, (Site::LINK, employee_id(1)), window(0, 9), 9)?;
    Ok(format!("{one:?} {:?}", wfm_schedule::list_at(tx, Site::LINK, at(0))?))
}

pub(crate) fn change(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    wfm_schedule::put(tx, Site::LINK, 2, &[(employee_id(2), activity("a", "Meeting", (0, 1)))])?;
    wfm_schedule::delete(tx, Site::LINK, ["b"])?;
    wfm_schedule::prune(tx, Site::LINK, at(10 * HOUR), 1)?;
    wfm_schedule::sweep(tx, Site::LINK, 9, "", 9).map(drop)
}

async fn ids(site: &Site, employee: EmployeeId, window: Window) -> Vec<String> {
    let list = move |tx: &mut Tx<'_>| wfm_schedule::list(tx, (Site::LINK, employee), window, 9);
    site.read(list).await.into_iter().map(|activity| activity.external_id).collect()
}

#[test]
fn a_persons_schedule_is_read_in_order_of_time() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(fill).await;
        let one = employee_id(1);
        for (from, until, expected) in [
            (0, 9, vec!["a", "b", "c"]),
            (4, 5, vec!["b"]),
            (3, 5, vec!["a", "b"]),
            (9, 20, vec![]),
            (-9, 0, vec![]),
        ] {
            assert_eq!(ids(&site, one, window(from, until)).await, expected, "{from} to {until}");
        }
        let lunch = (Site::LINK, one);
        let found = site.read(move |tx| wfm_schedule::list(tx, lunch, window(4, 5), 9)).await;
        assert_eq!(found, [activity("b", "Lunch", (4, 5))]);
        let first = site.read(move |tx| wfm_schedule::list(tx, lunch, window(0, 9), 1)).await;
        assert_eq!(first, [activity("a", "Open", (0, 4))]);
    });
}

#[test]
fn what_all_do_at_a_moment_is_read_at_once() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(fill).await;
        let absence = activity("e", "Vacation", (-30 * 24, 24));
        site.write(move |tx| {
            wfm_schedule::put(tx, Site::LINK, 1, &[(employee_id(3), absence.clone())])
        })
        .await;
        for (hour, expected) in [(4, vec!["e", "d", "b"]), (8, vec!["e", "d", "c"]), (9, vec!["e"])]
        {
            let found =
                site.read(move |tx| wfm_schedule::list_at(tx, Site::LINK, at(hour * HOUR))).await;
            let found: Vec<_> =
                found.iter().map(|(_, activity)| activity.external_id.as_str()).collect();
            assert_eq!(found, expected, "hour {hour}");
        }
    });
}

#[test]
fn an_activity_is_known_by_its_id_whoever_has_it() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(fill).await;
        let moved = activity("b", "Training", (6, 7));
        site.write(move |tx| {
            let change = [(employee_id(2), moved.clone())];
            wfm_schedule::put(tx, Site::LINK, 1, &change)?;
            wfm_schedule::put(tx, Site::LINK, 1, &change)
        })
        .await;
        assert_eq!(ids(&site, employee_id(1), window(0, 9)).await, ["a", "c"]);
        assert_eq!(ids(&site, employee_id(2), window(0, 9)).await, ["d", "b"]);
        site.write(|tx| wfm_schedule::delete(tx, Site::LINK, ["b", "never there"])).await;
        assert_eq!(ids(&site, employee_id(2), window(0, 9)).await, ["d"]);
    });
}

#[test]
fn a_whole_read_forgets_what_it_did_not_find() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(fill).await;
        let again = [(employee_id(1), activity("b", "Lunch", (4, 5)))];
        site.write(move |tx| wfm_schedule::put(tx, Site::LINK, 2, &again)).await;
        let (mut after, mut steps) = (String::new(), 0);
        loop {
            let place = after.clone();
            let step = move |tx: &mut Tx<'_>| wfm_schedule::sweep(tx, Site::LINK, 2, &place, 3);
            let Some(last) = site.write(step).await else { break };
            (after, steps) = (last, steps + 1);
        }
        assert_eq!(steps, 2, "four in steps of three");
        assert_eq!(ids(&site, employee_id(1), window(0, 9)).await, ["b"]);
        assert_eq!(ids(&site, employee_id(2), window(0, 9)).await, Vec::<String>::new());
    });
}

#[test]
fn what_is_long_over_is_forgotten_in_steps() {
    on_each_database(async |storage| {
        let site = Site::new(storage).await;
        site.write(fill).await;
        let prune =
            |limit| site.write(move |tx| wfm_schedule::prune(tx, Site::LINK, at(6 * HOUR), limit));
        assert_eq!((prune(1).await, prune(9).await, prune(9).await), (1, 1, 0));
        assert_eq!(ids(&site, employee_id(1), window(0, 9)).await, ["c"]);
        assert_eq!(ids(&site, employee_id(2), window(0, 9)).await, ["d"], "it goes on");
    });
}
