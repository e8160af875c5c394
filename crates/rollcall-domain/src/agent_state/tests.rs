//! Steps of a person at the ACD, by example and for any order of events.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::agent::{AfterContact, Agent, Command, Contact, Interval, Logout, Refusal};
use super::{AgentState, ContactKind, Medium, Wish, permit};
use crate::id::AgentSessionId;
use crate::unavailable_code::{CodeKind, CodeName, UnavailableCode};

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_795_251_600 + minutes * 60).unwrap()
}

fn name(text: &str) -> CodeName {
    CodeName::parse(text).unwrap()
}

fn code(text: &str, kind: CodeKind, timeout_min: i64) -> UnavailableCode {
    UnavailableCode { kind, timeout_min, ..UnavailableCode::standard(name(text)) }
}

fn log_in(number: u128) -> Command {
    Command::LogIn(AgentSessionId::new(Uuid::from_u128(number)))
}

fn away(text: &str) -> Command {
    Command::Set(Wish::Unavailable(Some(code(text, CodeKind::Unavailable, 30))))
}

fn work(text: &str) -> Command {
    Command::Set(Wish::Unavailable(Some(code(text, CodeKind::AfterContactWork, 5))))
}

fn begin(id: &str, kind: ContactKind, medium: Medium) -> Command {
    Command::BeginContact(Contact { id: id.into(), kind, medium })
}

fn end(id: &str, then: AfterContact) -> Command {
    Command::EndContact { id: id.into(), then }
}

/// A person who did these things, a minute apart.
fn after(commands: Vec<Command>) -> (Agent, Vec<Interval>) {
    let (mut agent, mut history) = (Agent::new(at(0)), Vec::new());
    for (minute, command) in (1..).zip(commands) {
        history.extend(agent.apply(command, at(minute)).unwrap());
    }
    (agent, history)
}

/// Checks in which states a person was, one after the other, the present one last.
fn check(commands: Vec<Command>, expected: &[&str]) {
    let (agent, history) = after(commands);
    let states = history.iter().map(|interval| &interval.state).chain([&agent.state]);
    let said: Vec<String> = states
        .map(|state| match state.code() {
            Some(code) => format!("{} {code}", state.name()),
            None => state.name().to_owned(),
        })
        .collect();
    assert_eq!(said, expected);
}

#[test]
fn what_is_set_takes_effect_at_once_between_contacts() {
    let free = Command::Set(Wish::Available);
    check(vec![], &["loggedOut"]);
    check(vec![log_in(1), log_in(2)], &["unavailable"]);
    check(
        vec![log_in(1), free.clone(), free.clone(), away("Lunch"), away("Lunch"), free],
        &["unavailable", "available", "unavailable Lunch", "available"],
    );
    check(
        vec![log_in(1), Command::LogOut(Logout::Idle), log_in(2)],
        &["unavailable", "loggedOut", "unavailable"],
    );
}

#[test]
fn what_is_set_during_a_contact_takes_effect_after_it() {
    let call = || begin("a", ContactKind::Inbound, Medium::Voice);
    let free = || Command::Set(Wish::Available);
    let over = |then| end("a", then);
    check(
        vec![log_in(1), free(), call(), away("Lunch"), over(AfterContact::Rest)],
        &["unavailable", "available", "inboundContact", "unavailable Lunch"],
    );
    check(
        vec![log_in(1), away("Lunch"), call(), free(), over(AfterContact::Work), free()],
        &["unavailable", "unavailable Lunch", "inboundContact", "afterContactWork", "available"],
    );
    check(
        vec![log_in(1), free(), call(), work("Notes"), over(AfterContact::Rest), work("Forms")],
        &[
            "unavailable",
            "available",
            "inboundContact",
            "afterContactWork Notes",
            "afterContactWork Forms",
        ],
    );
    check(
        vec![log_in(1), free(), call(), work("Notes"), free(), over(AfterContact::Rest)],
        &["unavailable", "available", "inboundContact", "available"],
    );
}

#[test]
fn of_several_contacts_the_last_call_counts() {
    check(
        vec![
            log_in(1),
            begin("chat", ContactKind::Inbound, Medium::Digital),
            begin("call", ContactKind::Dialer, Medium::Voice),
            begin("chat 2", ContactKind::Inbound, Medium::Digital),
            begin("advice", ContactKind::ConsultOut, Medium::Voice),
            begin("advice", ContactKind::ConsultOut, Medium::Voice),
            end("advice", AfterContact::Rest),
            end("advice", AfterContact::Rest),
            end("call", AfterContact::Rest),
            end("chat", AfterContact::Rest),
            end("chat 2", AfterContact::Rest),
        ],
        &[
            "unavailable",
            "inboundContact",
            "dialer",
            "consultOut",
            "dialer",
            "inboundContact",
            "unavailable",
        ],
    );
}

#[test]
fn a_timeout_counts_from_its_own_moment_however_late_it_is_applied() {
    let (mut agent, _) = after(vec![
        log_in(1),
        away("Lunch"),
        begin("a", ContactKind::Inbound, Medium::Voice),
        work("Notes"),
        end("a", AfterContact::Rest),
    ]);
    assert_eq!(agent.due_at, Some(at(5 + 5)));
    assert_eq!(agent.expire(at(9)), []);
    // Work ends after five minutes, and lunch goes on for its own thirty.
    let ended = agent.expire(at(10_000));
    let said: Vec<_> = ended.iter().map(|one| (one.state.name(), one.ended_at)).collect();
    assert_eq!(said, [("afterContactWork", at(10)), ("unavailable", at(40))]);
    assert_eq!((agent.state.name(), agent.since, agent.due_at), ("loggedOut", at(40), None));
    assert_eq!(agent.session, None);
    assert_eq!(agent.apply(away("Lunch"), at(10_000)), Err(Refusal::NoSession));
    // Setting the same code again does not lengthen it; a log-in nobody followed up ends, too.
    let (agent, _) = after(vec![log_in(1), away("Lunch"), away("Lunch")]);
    assert_eq!(agent.due_at, Some(at(2 + 30)));
    assert_eq!(after(vec![log_in(1)]).0.due_at, Some(at(1 + 120)));
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |commands: Vec<Command>, last: Command, refusal: Refusal| {
        let (mut agent, _) = after(commands);
        assert_eq!(agent.apply(last, at(20)), Err(refusal));
    };
    let call = || begin("a", ContactKind::Inbound, Medium::Voice);
    for last in [Command::Set(Wish::Available), call(), end("a", AfterContact::Rest)] {
        refused(vec![], last, Refusal::NoSession);
    }
    refused(vec![log_in(1)], work("Notes"), Refusal::NoContact("Notes".into()));
    refused(vec![log_in(1), call()], Command::LogOut(Logout::Idle), Refusal::InContact);
    let many = (0..64).map(|id| begin(&id.to_string(), ContactKind::Inbound, Medium::Digital));
    refused([log_in(1)].into_iter().chain(many).collect(), call(), Refusal::TooManyContacts);
    let (agent, _) = after(vec![log_in(1), call(), Command::LogOut(Logout::Forced)]);
    assert_eq!(agent.state, AgentState::LoggedOut);
}

#[test]
fn a_code_is_let_through_if_the_team_has_it_and_it_is_not_retired() {
    let team = ["Lunch".to_owned(), "Notes".to_owned()];
    let found = permit(&name("LUNCH"), &team, None).unwrap();
    assert_eq!(found, UnavailableCode::standard(name("Lunch")));
    let notes = code("Notes", CodeKind::AfterContactWork, 5);
    assert_eq!(permit(&name("notes"), &team, Some(notes.clone())), Ok(notes.clone()));
    let retired = UnavailableCode { retired: true, ..notes };
    let refusal = Refusal::CodeRetired(name("Notes"));
    assert_eq!(permit(&name("Notes"), &team, Some(retired)), Err(refusal));
    let refusal = Refusal::CodeNotOfTeam(name("Break"));
    assert_eq!(permit(&name("Break"), &team, None), Err(refusal));
}

#[test]
fn a_state_is_its_parts() {
    for written in AgentState::NAMES {
        let medium = ["Contact", "consult", "dialer"].iter().any(|part| written.contains(part));
        let medium = (medium && written != "afterContactWork").then_some(Medium::Digital);
        let state = AgentState::from_parts(written, None, medium).unwrap();
        assert_eq!((state.name(), state.medium()), (written, medium));
    }
    let lunch = Some(name("Lunch"));
    assert!(AgentState::from_parts("unavailable", lunch.as_ref(), None).is_some());
    assert_eq!(AgentState::from_parts("available", lunch.as_ref(), None), None);
    assert_eq!(AgentState::from_parts("available", None, Some(Medium::Voice)), None);
    assert_eq!(AgentState::from_parts("inboundContact", None, None), None);
    assert_eq!(AgentState::from_parts("asleep", None, None), None);
}

fn command() -> impl Strategy<Value = Command> {
    let id = || (0..4_u8).prop_map(|id| id.to_string());
    let kind = prop::sample::select(ContactKind::ALL.to_vec());
    let medium = prop::sample::select(vec![Medium::Voice, Medium::Digital]);
    let then = prop::sample::select(vec![AfterContact::Rest, AfterContact::Work]);
    prop_oneof![
        (1..9_u128).prop_map(log_in),
        Just(Command::Set(Wish::Available)),
        Just(Command::Set(Wish::Unavailable(None))),
        prop::sample::select(vec!["Lunch", "Break"]).prop_map(away),
        prop::sample::select(vec!["Notes", "Forms"]).prop_map(work),
        (id(), kind, medium).prop_map(|(id, kind, medium)| begin(&id, kind, medium)),
        (id(), then).prop_map(|(id, then)| end(&id, then)),
        Just(Command::LogOut(Logout::Idle)),
        Just(Command::LogOut(Logout::Forced)),
    ]
}

fn check_agent(agent: &Agent, last: &[Interval]) {
    let in_contact = matches!(agent.state, AgentState::Contact(..));
    let stays = matches!(agent.state, AgentState::Unavailable(_) | AgentState::AfterContactWork(_));
    assert_eq!(agent.session.is_none(), agent.state == AgentState::LoggedOut);
    assert_eq!(agent.due_at.is_some(), stays);
    let open = agent.session.as_ref().is_some_and(|session| !session.contacts.is_empty());
    assert_eq!(open, in_contact);
    if let Some(last) = last.last() {
        assert_eq!((last.sequence + 1, last.ended_at), (agent.sequence, agent.since));
        assert_ne!(last.state, agent.state);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Steps of time may go back: a clock that was set right.
    #[test]
    fn history_has_no_gap_and_no_overlap(
        steps in prop::collection::vec((command(), -3..200_i64), 0..60)
    ) {
        let (mut agent, mut history, mut now) = (Agent::new(at(0)), Vec::<Interval>::new(), at(0));
        for (command, minutes) in steps {
            now = now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
            let before = agent.clone();
            match agent.apply(command, now) {
                Ok(ended) => history.extend(ended),
                Err(_) => agent = before,
            }
            check_agent(&agent, &history);
        }
        if let Some(first) = history.first() {
            prop_assert_eq!(first.sequence, 1);
        }
        for pair in history.windows(2) {
            prop_assert_eq!(pair[0].sequence + 1, pair[1].sequence);
            prop_assert_eq!(pair[0].ended_at, pair[1].began_at);
            prop_assert!(pair[0].began_at <= pair[0].ended_at);
            prop_assert_ne!(&pair[0].state, &pair[1].state);
        }
    }

    /// Applying timeouts often, once, or with the next command makes the same history.
    #[test]
    fn it_does_not_matter_when_timeouts_are_applied(
        steps in prop::collection::vec((command(), 0..200_i64, any::<bool>()), 0..40)
    ) {
        let (mut eager, mut lazy) = (Agent::new(at(0)), Agent::new(at(0)));
        let (mut one, mut other, mut now) = (Vec::new(), Vec::new(), at(0));
        for (command, minutes, look) in steps {
            now = now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
            if look {
                one.extend(eager.expire(now));
            }
            let mut next = eager.clone();
            if let Ok(ended) = next.apply(command.clone(), now) {
                eager = next;
                one.extend(ended);
            }
            let mut next = lazy.clone();
            if let Ok(ended) = next.apply(command, now) {
                lazy = next;
                other.extend(ended);
            }
        }
        one.extend(eager.expire(now));
        other.extend(lazy.expire(now));
        prop_assert_eq!(one, other);
        prop_assert_eq!(eager, lazy);
    }
}

#[test]
fn a_refusal_names_a_code_as_people_do() {
    let said = [
        Refusal::CodeNotOfTeam(name("Lunchx")).to_string(),
        Refusal::CodeRetired(name("Says \"no\"")).to_string(),
    ];
    assert_eq!(
        said,
        [
            "the person's team does not have the code \"Lunchx\"; assign it to the team first",
            "the code \"Says \"no\"\" is retired; choose another",
        ]
    );
}
