"""Drafts on the daemon: there for every client of the same person and for nobody else, over a crash,
until what they say was said. And the texts that the staff has ready."""

import signal

import pytest

from desk import Desk, Refused
from person import Person


@pytest.fixture(name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def again(desk, name):
    client = desk.connect()
    client.login(name)
    return client


def test_drafts_survive_a_crash_and_are_gone_after_the_acknowledged_reply(desk):
    ann, sam = desk.user("ann"), desk.staff("sam")
    number = ann.ticket("The printer burns")
    draft = {"what": "reply", "number": number}
    sam.call("draft.save", text="half a canary", **draft)
    sam.call("draft.save", what="ticket", title="Another", text="and a half")
    desk.stop(signal.SIGKILL)
    desk.start()
    ann, sam = again(desk, "ann"), again(desk, "sam")
    kept = sam.call("draft.list")
    assert [(one["what"], one["text"]) for one in kept["drafts"]] == \
        [("ticket", "and a half"), ("reply", "half a canary")]
    assert ann.call("draft.list")["drafts"] == []
    assert ann.refusal("draft.get", **draft)["code"] == "not_found"
    assert sam.refusal("draft.get", what="ticket", number=number)["code"] == "not_found"
    reply = sam.do("ticket.reply", number=number, text="the whole")
    assert reply["sequence"] and sam.refusal("draft.get", **draft)["code"] == "not_found"
    desk.stop(signal.SIGKILL)
    desk.start()
    sam = again(desk, "sam")
    assert [one["what"] for one in sam.call("draft.list")["drafts"]] == ["ticket"]
    assert b"canary" not in ann.received
    sam.call("draft.remove", what="ticket")
    assert sam.call("draft.list")["drafts"] == []


def test_a_withdrawn_reply_is_a_draft_of_its_author_again(desk):
    desk.undo_send_seconds = 300
    ann, sam = desk.user("ann"), desk.staff("sam")
    number = ann.ticket("The printer burns")
    held = sam.do("ticket.reply", number=number, text="Rash words.")
    sam.do("ticket.withdraw", number=number, message=held["sequence"])
    assert sam.call("draft.get", what="reply", number=number)["draft"]["text"] == "Rash words."


def test_long_lists_of_drafts_come_in_pages(desk):
    ann = desk.user("ann")
    numbers = [ann.ticket(f"T{i}") for i in range(5)]
    for number in numbers:
        ann.call("draft.save", what="reply", number=number, text="x" * 20000)
    found, cursor = [], {}
    while True:
        page = ann.call("draft.list", limit=2, **cursor)
        found += [one["number"] for one in page["drafts"]]
        if not page["more"]:
            break
        cursor = {"cursor": page["cursor"]}
    assert found == numbers


def test_canned_replies_are_filled_in_and_sent(desk):
    with desk.connect() as console:
        console.do("admin.canned_create", name="restart", title="Turn it off and on",
                   text="Dear {requester_name}, restart #{number} ({title}). {staff}, {desk}")
        console.do("admin.canned_create", name="broken", text="See {nonsense}.")
    ann = desk.user("ann")
    desk.staff("sam").close()
    number = str(ann.ticket("It hums {staff}"))
    sam = Person(desk).sign_in("sam")
    assert sam.do("canned") == "broken\t\nrestart\tTurn it off and on\n" or \
        sam.do("canned") == "restart\tTurn it off and on\nbroken\t\n"
    assert "{requester_name}" in sam.do("canned", "restart")
    sam.do("reply", number, "--canned", "restart")
    said = ann.call("ticket.messages", number=int(number))["messages"][0]["text"]
    assert said.startswith(f"Dear ann, restart #{number} (It hums {{staff}}). sam, ")
    status, _, complaints = sam.run("reply", number, "--canned", "broken")
    assert status == 1 and "unknown variable {nonsense}" in complaints
    status, _, complaints = sam.run("reply", number, "--canned", "none")
    assert status == 1 and "there is no canned reply" in complaints
    with pytest.raises(Refused):
        ann.call("canned.list")
    sam.do("reply", number, "--body", "Sent.")
    assert sam.json("drafts") == []
