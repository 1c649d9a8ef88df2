"""Who hears of what, live and after a gap."""

import msgpack
import pytest

from desk import Desk, operation


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk(limits={"subscriptions": 3}) as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0


def events(client, count):
    """The next `count` events as (number, what)."""
    found = [client.note("feed.event") for _ in range(count)]
    return [(one["number"], one["entry"]["what"]) for one in found]


def test_staff_hear_of_all_tickets_and_users_of_their_own(desk):
    staff, user, other = desk.staff("listener"), desk.user("speaker"), desk.user("bystander")
    staff.call("feed.subscribe", feed="all")
    user.call("feed.subscribe", feed="own")
    other.call("feed.subscribe", feed="own")
    assert other.refusal("feed.subscribe", feed="all")["code"] == "forbidden"
    number = user.ticket()
    assert events(staff, 1) == events(user, 1) == [(number, "ticket.create")]
    other.call("account.get")
    assert other.quiet()


def test_event_carries_the_ticket_as_the_receiver_sees_it(desk):
    staff, user = desk.staff("seer"), desk.user("seen")
    number = user.ticket()
    for client in (staff, user):
        client.call("feed.subscribe", feed="ticket", number=number)
    user.do("ticket.update", number=number, version=1, status="CRITICAL")
    mine, theirs = user.note("feed.event"), staff.note("feed.event")
    assert mine["ticket"]["status"] == theirs["ticket"]["status"] == "CRITICAL"
    assert "note_count" in theirs["ticket"] and "note_count" not in mine["ticket"]
    assert mine["entry"]["changes"][0]["new"]


def test_no_event_comes_twice(desk):
    """Though two subscriptions match it."""
    staff = desk.staff("double")
    staff.call("feed.subscribe", feed="all")
    staff.call("feed.subscribe", feed="own")
    number = staff.ticket()
    staff.call("feed.subscribe", feed="ticket", number=number)
    staff.do("ticket.update", number=number, version=1, status="MAJOR")
    assert events(staff, 2) == [(number, "ticket.create"), (number, "ticket.update")]
    staff.call("account.get")
    assert staff.quiet()


def test_missed_events_are_sent_first(desk):
    staff, user = desk.staff("returner"), desk.user("worker")
    start = staff.call("feed.subscribe", feed="all")
    staff.call("feed.unsubscribe", feed="all")
    numbers = [user.ticket(str(index)) for index in range(5)]
    assert staff.quiet()
    later = staff.call("feed.subscribe", feed="all", since=start["sequence"],
                       epoch=start["epoch"])
    assert later["sequence"] > start["sequence"]
    assert [number for number, _ in events(staff, 5)] == numbers
    staff.call("account.get")
    assert staff.quiet()


def test_replay_shows_a_user_only_what_is_theirs(desk):
    user, other = desk.user("private"), desk.user("curious")
    start = other.call("feed.subscribe", feed="own")
    user.ticket("canary of another")
    number = other.ticket("mine")
    again = desk.connect()
    again.login("curious")
    again.call("feed.subscribe", feed="own", since=start["sequence"], epoch=start["epoch"])
    assert events(again, 1) == [(number, "ticket.create")]
    again.call("account.get")
    assert again.quiet() and b"canary" not in again.received


@pytest.mark.parametrize("change", [
    {"epoch": bytes(16)}, {"since": 10**9},
], ids=["another epoch", "the future"])
def test_unknown_past_asks_for_reading_again(desk, change):
    client = desk.user("lost" + str(len(str(change))))
    start = client.call("feed.subscribe", feed="own")
    fields = {"since": start["sequence"], "epoch": start["epoch"], **change}
    assert client.refusal("feed.subscribe", feed="own", **fields)["code"] == "resync"


def test_too_long_a_past_asks_for_reading_again(desk):
    """More than one connection could be sent at once."""
    watcher, worker = desk.staff("sleepy"), desk.user("diligent")
    start = watcher.call("feed.subscribe", feed="all")
    watcher.call("feed.unsubscribe", feed="all")
    for batch in range(10001 // 25 + 1):
        requests = [[0, 10**6 + batch * 25 + index, "ticket.create", [
            {"operation": operation(), "title": "t", "problem": "p", "kind": "software"}]]
            for index in range(25)]
        worker.send_bytes(b"".join(map(msgpack.packb, requests)))
        for request in requests:
            worker.wait(request[1])
    error = watcher.refusal("feed.subscribe", feed="all", since=start["sequence"],
                            epoch=start["epoch"])
    assert error["code"] == "resync"
    assert watcher.quiet()
    now = watcher.call("feed.subscribe", feed="all")["sequence"]
    assert now >= start["sequence"] + 10001


def test_deleted_ticket_is_gone_for_those_who_lose_sight(desk):
    user, staff = desk.user("loser"), desk.staff("witness")
    number = user.ticket()
    user.call("feed.subscribe", feed="own")
    staff.call("feed.subscribe", feed="all")
    boss = desk.connect()
    boss.login("boss")
    boss.elevate()
    boss.call("feed.subscribe", feed="all")
    boss.do("admin.ticket_delete", number=number)
    for client in (user, staff):
        assert client.note("ticket.gone")["number"] == number
        client.call("account.get")
        assert client.quiet()
    assert events(boss, 1) == [(number, "admin.ticket_delete")]
    boss.do("admin.ticket_restore", number=number)
    assert events(user, 1) == [(number, "admin.ticket_restore")]


def test_someone_elses_ticket_can_not_be_watched(desk):
    user, other = desk.user("watched"), desk.user("watcher")
    number = user.ticket()
    assert other.refusal("feed.subscribe", feed="ticket", number=number) == \
        other.refusal("feed.subscribe", feed="ticket", number=99999)


def test_subscriptions_are_limited(desk):
    client = desk.user("greedy")
    numbers = [client.ticket() for _ in range(4)]
    for number in numbers[:3]:
        client.call("feed.subscribe", feed="ticket", number=number)
    client.call("feed.subscribe", feed="ticket", number=numbers[0])  # again is none more
    assert client.refusal("feed.subscribe", feed="ticket",
                          number=numbers[3])["code"] == "too_many"
    client.call("feed.unsubscribe", feed="ticket", number=numbers[0])
    client.call("feed.subscribe", feed="ticket", number=numbers[3])
    assert client.refusal("feed.unsubscribe", feed="ticket",
                          number=numbers[0])["code"] == "not_found"


def test_signing_out_ends_subscriptions(desk):
    client = desk.user("quitter")
    client.call("feed.subscribe", feed="own")
    client.call("account.logout")
    again = desk.connect()
    again.login("quitter")
    again.ticket()
    client.call("api")
    assert client.quiet()


def test_two_who_look_see_a_merge_and_that_it_was_undone(desk):
    """Each hears of the ticket that answers now, and nobody of more than they may see."""
    ann, ben, eve = (desk.user(f"{name}-merge") for name in ("ann", "ben", "eve"))
    sam = desk.staff("sam-merge")
    source, survivor = ann.ticket("No sound"), ben.ticket("No sound either")
    for client in (ann, ben, eve):
        client.call("feed.subscribe", feed="own")
    sam.do("ticket.merge", number=source, version=1, into=survivor)
    for client in (ann, ben):
        seen = {}
        while survivor not in seen:
            event = client.note("feed.event")
            seen[event["number"]] = event
        assert seen[survivor]["entry"]["what"] == "ticket.merge"
        assert client.call("ticket.get", number=source)["ticket"]["number"] == survivor
    sam.do("ticket.unmerge", number=source)
    assert ann.note("ticket.gone")["number"] == survivor
    assert ann.call("ticket.get", number=source)["ticket"]["number"] == source
    hidden = ann.refusal("ticket.get", number=survivor)
    assert hidden == ann.refusal("ticket.get", number=survivor + 100000)
    assert ben.refusal("ticket.get", number=source)["code"] == "not_found"
    assert eve.call("ticket.list")["tickets"] == [] and eve.quiet()
