//! What operators are told by metrics and traces: after each kind of turn the figures are there, and say what was so.

#[cfg(test)]
mod log;
#[cfg(test)]
mod place;
#[cfg(test)]
mod recorder;
#[cfg(test)]
mod watch;

use std::sync::Arc;

use anyhow::Result;
use jiff::SignedDuration;
use rollcall_app::agent::{AgentEvent, AgentWish};
use rollcall_app::security_event::NewDelivery;
use rollcall_connector_smtp::{Protection, Smtp, SmtpSettings};
use rollcall_domain::Clock;
use rollcall_storage::wfm::wfm_link::Health;
use rollcall_sync::{EventOptions, Events, NoticeOptions, Notices};
use rollcall_testing::{Options, SmtpSink, on_each_database};
use simulator_iex::{Fault, FaultOrder, Route};
use simulator_wfm_file as wfm_file;

use place::{Place, Receivers, by_file};
use watch::Watch;

/// More than any schedule, quarter or snapshot may take.
const LONG: SignedDuration = SignedDuration::from_hours(2);

#[tokio::test]
async fn schedules_that_are_read_are_counted_and_stale_ones_are_seen() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let (watch, place) = (Watch::begin(), Place::new(hub).await?);
        place.plan(hub, "1", place.number);
        place.plan(hub, "2", 404);
        hub.start_schedules().await?;
        for series in [
            "rollcall_wfm_turns_total{kind=\"schedules\",result=\"done\"}",
            "rollcall_wfm_turn_seconds{kind=\"schedules\"}",
            "rollcall_wfm_activities_total{outcome=\"taken\"}",
            "rollcall_wfm_activities_total{outcome=\"unknown\"}",
            "rollcall_wfm_calls_total{operation=\"schedule\",outcome=\"ok\"}",
            "rollcall_wfm_call_seconds{operation=\"schedule\"}",
        ] {
            watch.rises(series).await?;
        }
        watch.is_traced("wfm.schedules");
        let late = place.series("rollcall_wfm_late_seconds", Some("schedules"));
        watch.reads(hub, &late, |late| late == 0.0).await?;
        hub.wfm.arm(
            [Route::Schedules, Route::ScheduleChanges]
                .map(|route| FaultOrder::once(Fault::Error500).times(1_000).on(route)),
        );
        hub.clock.advance(LONG);
        watch.rises("rollcall_wfm_turns_total{kind=\"schedules\",result=\"failed\"}").await?;
        watch.reads(hub, &late, |late| late > 6_000.0).await
    })
    .await
}

#[tokio::test]
async fn history_is_counted_and_what_is_late_is_seen() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let (watch, place) = (Watch::begin(), Place::new(hub).await?);
        place.tell_history(hub).await?;
        hub.clock.advance(LONG);
        let late = place.series("rollcall_wfm_late_seconds", Some("history"));
        watch.reads(hub, &late, |late| late > 6_000.0).await?;
        hub.start_history().await?;
        for series in [
            "rollcall_wfm_turns_total{kind=\"history\",result=\"done\"}",
            "rollcall_wfm_turn_seconds{kind=\"history\"}",
            "rollcall_wfm_intervals_total{outcome=\"taken\"}",
            "rollcall_wfm_calls_total{operation=\"history\",outcome=\"ok\"}",
        ] {
            watch.rises(series).await?;
        }
        watch.is_traced("wfm.history");
        watch.reads(hub, &late, |late| late == 0.0).await?;
        let due = place.series("rollcall_wfm_due_intervals", None);
        watch.reads(hub, &due, |due| due == 0.0).await?;
        // What was not taken stays due, and goes on to be so.
        let failing = FaultOrder::once(Fault::Error500).times(1_000).on(Route::History);
        hub.wfm.arm([failing]);
        hub.clock.advance(LONG);
        watch.rises("rollcall_wfm_turns_total{kind=\"history\",result=\"failed\"}").await?;
        watch.reads(hub, &due, |due| due >= 8.0).await
    })
    .await
}

#[tokio::test]
async fn files_are_counted_and_one_that_is_not_acknowledged_is_seen() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let watch = Watch::begin();
        let (place, folder) = by_file(hub).await?;
        let okta = hub.scim(place.tenant, "okta").await?;
        okta.create_person("ana").await?;
        watch.rises("rollcall_wfm_files_total{kind=\"people\",outcome=\"written\"}").await?;
        watch.rises("rollcall_wfm_calls_total{operation=\"write\",outcome=\"pending\"}").await?;
        let people = place.series("rollcall_wfm_unanswered_seconds", Some("people"));
        watch.until(&people, |seconds| seconds > 0.0).await?;
        let wfm = wfm_file::Simulator::start(folder.path(), watch::LOOK_EVERY);
        watch.rises("rollcall_wfm_files_total{kind=\"people\",outcome=\"acknowledged\"}").await?;
        watch.until(&people, |seconds| seconds == 0.0).await?;
        hub.wait_quiet().await?;
        wfm.arm([wfm_file::FaultOrder::once(wfm_file::Fault::Refused)]);
        okta.create_person("ben").await?;
        watch.rises("rollcall_wfm_files_total{kind=\"people\",outcome=\"refused\"}").await?;
        // Whoever was refused alone is tried again later.
        hub.clock.advance(LONG);
        hub.wait_quiet().await
    })
    .await
}

#[tokio::test]
async fn files_of_history_are_counted_and_one_that_is_not_acknowledged_is_seen() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let watch = Watch::begin();
        let (place, folder) = by_file(hub).await?;
        let wfm = wfm_file::Simulator::start(folder.path(), watch::LOOK_EVERY);
        hub.scim(place.tenant, "okta").await?.create_person("ana").await?;
        hub.wait_quiet().await?;
        drop(wfm);
        place.tell_history(hub).await?;
        hub.clock.advance(SignedDuration::from_mins(40));
        hub.start_history().await?;
        watch.rises("rollcall_wfm_files_total{kind=\"history\",outcome=\"written\"}").await?;
        watch.rises("rollcall_wfm_turns_total{kind=\"history\",result=\"waiting\"}").await?;
        hub.clock.advance(SignedDuration::from_mins(10));
        let waits = place.series("rollcall_wfm_unanswered_seconds", Some("history"));
        watch.reads(hub, &waits, |seconds| seconds >= 600.0).await?;
        let _wfm = wfm_file::Simulator::start(folder.path(), watch::LOOK_EVERY);
        watch.rises("rollcall_wfm_files_total{kind=\"history\",outcome=\"acknowledged\"}").await?;
        watch.rises("rollcall_wfm_turns_total{kind=\"history\",result=\"done\"}").await?;
        watch.reads(hub, &waits, |seconds| seconds == 0.0).await
    })
    .await
}

#[tokio::test]
async fn states_are_counted_and_what_is_not_told_is_seen() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let (watch, place) = (Watch::begin(), Place::new(hub).await?);
        hub.app.log_in_agent(place.tenant.id, place.person).await?;
        place.tell_states(hub, "demo-key").await?;
        hub.start_real_time().await?;
        watch.rises("rollcall_wfm_states_total{scope=\"snapshot\"}").await?;
        watch.rises("rollcall_wfm_calls_total{operation=\"snapshot\",outcome=\"ok\"}").await?;
        watch.is_traced("wfm.states");
        let available = AgentEvent::Set(AgentWish::Available);
        hub.app.act_for_agent(place.tenant.id, place.person, available).await?;
        watch.rises("rollcall_wfm_states_total{scope=\"changes\"}").await?;
        watch.rises("rollcall_wfm_state_lag_seconds").await?;
        watch.rises("rollcall_wfm_calls_total{operation=\"states\",outcome=\"ok\"}").await?;
        let late = place.series("rollcall_wfm_late_seconds", Some("states"));
        watch.reads(hub, &late, |late| late == 0.0).await?;
        place.tell_states(hub, "wrong").await?;
        watch
            .rises("rollcall_wfm_calls_total{operation=\"snapshot\",outcome=\"unauthorized\"}")
            .await?;
        watch.reads(hub, &late, |late| late > 0.0).await?;
        hub.clock.advance(SignedDuration::from_mins(5));
        watch.reads(hub, &late, |late| late >= 300.0).await
    })
    .await
}

#[tokio::test]
async fn people_who_are_out_of_adherence_are_counted() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let (watch, place) = (Watch::begin(), Place::new(hub).await?);
        place.plan(hub, "1", place.number);
        hub.start_schedules().await?;
        watch.rises("rollcall_wfm_turns_total{kind=\"schedules\",result=\"done\"}").await?;
        watch.reads(hub, "rollcall_adherence_due_people", |due| due == 1.0).await?;
        assert_eq!(hub.app.judge_adherence().await?, 1);
        watch.reads(hub, "rollcall_adherence_due_people", |due| due == 0.0).await?;
        let out = "rollcall_adherence_out_people{reason=\"mismatch\"}";
        watch.reads(hub, out, |people| people == 1.0).await
    })
    .await
}

#[tokio::test]
async fn receivers_of_security_events_are_counted_and_one_that_is_off_is_seen() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let (watch, place, receivers) =
            (Watch::begin(), Place::new(hub).await?, Receivers::default());
        let push = NewDelivery::Push { endpoint: "https://a.example".to_owned(), token: None };
        let told = place.receiver(hub, push).await?;
        let options = EventOptions { app: hub.app.clone(), receivers: Arc::new(receivers.clone()) };
        let events = Events::start(options);
        let okta = hub.scim(place.tenant, "okta").await?;
        okta.create_person("ben").await?;
        watch.rises("rollcall_event_deliveries_total{outcome=\"taken\"}").await?;
        watch.is_traced("event.push");
        let count = |state| format!("rollcall_event_receivers{{state=\"{state}\"}}");
        watch.reads(hub, &count("well"), |receivers| receivers == 1.0).await?;
        receivers.fail();
        okta.create_person("cleo").await?;
        watch.rises("rollcall_event_deliveries_total{outcome=\"failed\"}").await?;
        watch.reads(hub, &count("failing"), |receivers| receivers == 1.0).await?;
        hub.clock.advance(LONG);
        let waits = "rollcall_event_oldest_waiting_seconds";
        watch.reads(hub, waits, |seconds| seconds > 7_000.0).await?;
        place.switch_off(hub, told).await?;
        watch.reads(hub, &count("off"), |receivers| receivers == 1.0).await?;
        watch.reads(hub, waits, |seconds| seconds == 0.0).await?;
        events.stop().await;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn mails_are_counted_and_those_that_do_not_go_out_are_too() -> Result<()> {
    on_each_database(Options::default(), async |hub| {
        let (watch, place, sink) =
            (Watch::begin(), Place::new(hub).await?, SmtpSink::start().await?);
        place.notice(hub).await?;
        hub.stop_engine().await;
        place.set_health(hub, Health::Held).await?;
        sink.refuse(1);
        let settings = SmtpSettings {
            host: "127.0.0.1".into(),
            port: sink.port(),
            protection: Protection::Plain,
            credentials: None,
            from: "Rollcall <rollcall@example.com>".into(),
        };
        let clock: Arc<dyn Clock> = Arc::clone(&hub.clock) as Arc<dyn Clock>;
        let notices = Notices::start(NoticeOptions {
            storage: hub.storage.clone(),
            clock,
            mailer: Arc::new(Smtp::new(&settings)?),
            public_url: "https://people.example.com".into(),
        });
        watch.rises("rollcall_mails_total{outcome=\"failed\"}").await?;
        hub.clock.advance(SignedDuration::from_mins(6));
        watch.rises("rollcall_mails_total{outcome=\"sent\"}").await?;
        watch.is_traced("mail.send");
        notices.stop().await;
        place.set_health(hub, Health::Well).await
    })
    .await
}
