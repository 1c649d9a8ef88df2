"""A ticket's life over both transports: put aside, back by itself, resolved, opened again."""

import signal
import time

import pytest

from desk import Desk, Refused
from encrypted import EncryptedClient


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def over_tcp(desk, name):
    client = EncryptedClient(("127.0.0.1", desk.port), desk.fingerprint)
    client.login(name)
    return client


def ticket_of(client, number):
    return client.call("ticket.get", number=number)["ticket"]


def pend_soon(client, number):
    """Pending until a moment from now; a slow machine may need a later one."""
    for milliseconds in (1500, 3000, 10000):
        version = ticket_of(client, number)["version"]
        until = int(time.time() * 1000) + milliseconds
        try:
            client.do("ticket.pend", number=number, version=version, until=until)
            return until
        except Refused as refused:
            assert refused.error["field"] == "until"
    raise AssertionError("too slow even for ten seconds")


def wait_open(client, number):
    """Its events say when; who hears them may have come too late for that one."""
    client.call("feed.subscribe", feed="own")
    while ticket_of(client, number)["state"] != "open":
        client.note("feed.event")


@pytest.mark.parametrize("transport", ["socket", "tcp"])
def test_pending_ticket_comes_back_by_itself(desk, transport):
    user = desk.user(f"pat-{transport}")
    desk.staff(f"sam-{transport}").close()
    if transport == "tcp":
        staff = over_tcp(desk, f"sam-{transport}")
    else:
        staff = desk.connect()
        staff.login(f"sam-{transport}")
    number = user.ticket()
    until = pend_soon(staff, number)
    wait_open(user, number)
    entry = user.call("ticket.history", number=number)["entries"][-1]
    assert entry["what"] == "timer.fire"
    assert "actor" not in entry
    ticket = ticket_of(staff, number)
    assert (ticket["state"], ticket["last_pending_until"]) == ("open", until)
    assert "pending_until" not in ticket


def test_reply_with_a_status_is_one_entry_and_one_version(desk):
    user, staff = desk.user("rita"), desk.staff("rolf")
    number = user.ticket()
    changed = staff.do("ticket.reply", number=number, text="Done.", status="RESOLVED")
    assert changed["version"] == 2
    entries = user.call("ticket.history", number=number)["entries"]
    assert [entry["what"] for entry in entries] == ["ticket.create", "ticket.reply"]
    assert {change["field"] for change in entries[1]["changes"]} == {"state", "message"}


def test_note_with_a_status_tells_the_requester_the_status_alone(desk):
    user, staff = desk.user("nora"), desk.staff("nils")
    user.call("feed.subscribe", feed="own")
    number = user.ticket()
    staff.do("ticket.note", number=number, text="canary-of-a-note", status="RESOLVED")
    assert user.note("feed.event")["entry"]["what"] == "ticket.create"
    entry = user.note("feed.event")["entry"]
    assert entry["what"] == "ticket.update"
    assert [change["field"] for change in entry["changes"]] == ["state"]
    assert user.call("ticket.messages", number=number)["messages"] == []
    user.call("ticket.history", number=number)
    for word in (b"canary-of-a-note", b"ticket.note", b"note_count"):
        assert word not in user.received


def test_answer_after_the_days_for_it_opens_another_ticket(desk):
    with desk.connect() as console:
        settings = console.call("admin.settings_get")
        console.do("admin.settings_update", version=settings["version"], reopen_days=0)
    user, staff = desk.user("lea"), desk.staff("lars")
    number = user.ticket("The scanner scans nothing")
    resolved = staff.do("ticket.reply", number=number, text="Done.", status="RESOLVED")
    # Later than the moment of resolving is late enough for a desk that reopens for 0 days.
    while int(time.time() * 1000) <= ticket_of(user, number)["resolved"] + 1:
        pass
    refused = user.refusal_of("ticket.open", number=number, version=resolved["version"])
    assert refused["code"] == "forbidden" and "new ticket" in refused["message"]
    answer = user.do("ticket.reply", number=number, text="It still does not.")
    assert answer["number"] != number
    fresh = user.call("ticket.get", number=answer["number"])
    assert fresh["problem"] == "It still does not."
    assert (fresh["ticket"]["follows"], fresh["ticket"]["title"]) == \
        (number, "The scanner scans nothing")
    assert ticket_of(user, number)["status"] == "RESOLVED"


def test_ticket_on_behalf_names_both(desk):
    user, staff = desk.user("berta"), desk.staff("bodo")
    user.call("feed.subscribe", feed="own")
    number = staff.ticket(requester="berta")
    event = user.note("feed.event")
    assert (event["entry"]["actor"], event["ticket"]["requester"]) == ("bodo", "berta")
    assert ticket_of(user, number)["opened_by"] == "bodo"
    error = user.refusal_of("ticket.create", title="x", problem="y", kind="hardware",
                            requester="bodo")
    assert (error["code"], error["field"]) == ("forbidden", "requester")


def test_time_passes_while_the_desk_is_dead():
    """Killed while pending, with nobody connected when the time comes."""
    with Desk() as desk:
        desk.admin()
        desk.start()
        with desk.user("kim") as user, desk.staff("kurt") as staff:
            number = user.ticket()
            until = pend_soon(staff, number)
        desk.stop(signal.SIGKILL)
        while int(time.time() * 1000) <= until:
            time.sleep(0.05)
        desk.start()
        with desk.connect() as user:
            user.login("kim")
            wait_open(user, number)
            entries = user.call("ticket.history", number=number)["entries"]
            assert [entry["what"] for entry in entries] == \
                ["ticket.create", "ticket.pend", "timer.fire"]
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout
