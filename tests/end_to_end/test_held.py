"""Replies that are held for a while: nothing of them leaves for the requester before they are sent,
or ever when they are withdrawn, and neither a crash nor a restart loses or doubles one."""

import json
import re
import signal

import pytest

from desk import Desk, operation
from person import Person

WITHDRAWN, SENT = "canary of rash words", "A spare one is on its way."


class Holding:
    """A requester who listens, and somebody of the staff."""

    def __init__(self, desk, seconds):
        desk.undo_send_seconds = seconds
        self.desk = desk
        self.requester = desk.user("ann")
        self.staff = desk.staff("sam")
        self.requester.call("feed.subscribe", feed="own")
        self.number = self.requester.ticket("The printer burns")

    def reply(self, text):
        return self.staff.do("ticket.reply", number=self.number, text=text)

    def ask(self, text):
        return self.requester.do("ticket.reply", number=self.number, text=text)["sequence"]

    def seen(self, client):
        return [(one["text"], one["state"])
                for one in client.call("ticket.messages", number=self.number)["messages"]]


@pytest.fixture(name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def told(client):
    return client.note("feed.event")["entry"]["what"]


def test_nothing_of_a_withdrawn_reply_ever_reaches_the_requester(desk):
    """Looked for in every byte the requester got."""
    holding = Holding(desk, 300)
    requester, number = holding.requester, holding.number
    held = holding.reply(WITHDRAWN)
    assert held["release"] > 0 and holding.seen(holding.staff) == [(WITHDRAWN, "held")]
    before = requester.call("ticket.get", number=number)["ticket"]
    assert holding.seen(requester) == []
    holding.staff.do("ticket.withdraw", number=number, message=held["sequence"])
    requester.call("ticket.history", number=number)
    assert requester.call("ticket.get", number=number)["ticket"] == before
    assert holding.seen(holding.staff) == []
    holding.staff.do("ticket.send_now", number=number, message=holding.reply(SENT)["sequence"])
    assert [told(requester), told(requester)] == ["ticket.create", "ticket.reply"]
    assert holding.seen(requester) == [(SENT, "sent")]
    for trace in (WITHDRAWN, "withdraw", "held", "send_now", "release"):
        assert trace.encode() not in requester.received, trace
    desk.stop()
    with open(f"{desk.data}/desk.mdb", "rb") as file:
        assert SENT.encode() in file.read()
    desk.start()


def test_a_held_reply_goes_where_its_ticket_was_merged(desk):
    """Counted once it is sent, on the ticket that it stands on, and taken back with it."""
    holding = Holding(desk, 3)
    requester, staff, number = holding.requester, holding.staff, holding.number
    other = requester.ticket("It still burns")
    holding.reply(SENT)
    staff.do("ticket.merge", number=number, version=1, into=other)
    counts = [client.call("ticket.get", number=other)["ticket"]["reply_count"]
              for client in (requester, staff)]
    assert set(counts) <= {0, 1}, counts
    while holding.seen(requester) == []:
        told(requester)
    for client in (requester, staff):
        ticket = client.call("ticket.get", number=number)["ticket"]
        assert (ticket["number"], ticket["reply_count"]) == (other, 1)
    staff.do("ticket.unmerge", number=number)
    assert holding.seen(requester) == [(SENT, "sent")]
    assert requester.call("ticket.get", number=number)["ticket"]["reply_count"] == 1
    assert requester.call("ticket.get", number=other)["ticket"]["reply_count"] == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_reply_held_when_the_daemon_ends_is_sent_by_the_next_one(desk, how):
    holding = Holding(desk, 3)
    holding.reply(SENT)
    desk.stop(how)
    desk.start()
    with desk.connect() as requester:
        requester.login("ann")
        requester.call("feed.subscribe", feed="own")
        if holding.seen(requester) == []:
            assert told(requester) == "ticket.reply"
        assert holding.seen(requester) == [(SENT, "sent")]
        ticket = requester.call("ticket.get", number=holding.number)["ticket"]
        assert (ticket["reply_count"], ticket["version"]) == (1, 2)


def test_the_same_reply_sent_again_is_the_same_held_reply(desk):
    """A client that lost the answer learns of the hold all the same."""
    holding = Holding(desk, 300)
    fields = {"operation": operation(), "number": holding.number, "text": SENT}
    first = holding.staff.call("ticket.reply", **fields)
    assert holding.staff.call("ticket.reply", **fields) == first
    assert holding.seen(holding.staff) == [(SENT, "held")]


def test_verbs_say_that_a_reply_is_held_and_how_to_take_it_back(desk):
    holding = Holding(desk, 300)
    sam = Person(desk).sign_in("sam")
    number = str(holding.number)
    said = sam.do("reply", number, "--body", "Rash.")
    assert re.match(r"#1 will get the reply in \d+ s\n", said)
    message = re.search(r"ttydesk withdraw 1 (\d+)", said).group(1)
    assert f"message {message}, HELD until" in sam.do("show", number)
    assert sam.do("withdraw", number, message) == "#1 will not get the reply\n"
    assert "Rash." not in sam.do("show", number)
    held = json.loads(sam.do("reply", number, "--body", "Better.", "--json"))
    message = str(held["sequence"])
    assert held["release"] and sam.do("send-now", number, message) == "#1 has the reply now\n"
    status, _, complaints = sam.run("withdraw", number, message)
    assert status == 1 and "correct or retract it instead" in complaints
    assert holding.seen(holding.requester) == [("Better.", "sent")]
    status, _, complaints = sam.run("withdraw", number, "x")
    assert status == 1 and "is not the number of a message" in complaints


def test_what_a_message_said_before_is_for_the_staff_alone(desk):
    """Also after it was moved by merging, and back."""
    holding = Holding(desk, 0)
    requester, staff, number = holding.requester, holding.staff, holding.number
    message = holding.ask("one")
    requester.do("message.edit", number=number, message=message, text="two")
    other = requester.ticket("The same")
    version = staff.call("ticket.get", number=number)["ticket"]["version"]
    staff.do("ticket.merge", number=number, version=version, into=other)
    requester.do("message.edit", number=other, message=message, text="three")
    requester.do("message.retract", number=other, message=message)

    def texts():
        return [one["text"] for one in
                staff.call("message.versions", number=number, message=message)["versions"]]
    assert texts() == ["one", "two", "three"]
    assert staff.call("message.versions", number=number, message=message, limit=1)["more"]
    staff.do("ticket.unmerge", number=number)
    assert texts() == ["one", "two", "three"]
    assert holding.seen(staff) == [("", "retracted")]
    assert requester.refusal("message.versions", number=number, message=message)["code"] == \
        "forbidden"


def test_verbs_correct_and_retract(desk):
    holding = Holding(desk, 0)
    ann, sam = Person(desk).sign_in("ann"), Person(desk).sign_in("sam")
    number, message = str(holding.number), str(holding.ask("It is brocken."))
    assert ann.do("edit-message", number, message, "--body", "It is broken.") == \
        "#1 has the message corrected\n"
    assert re.search(r"message \d+, corrected", ann.do("show", number))
    assert ann.do("retract", number, message) == "#1 has the message no more\n"
    assert "RETRACTED" in sam.do("show", number) and "broken" not in sam.do("show", number)
    assert re.findall(r"^  (.*)$", sam.do("versions", number, message), re.M) == \
        ["It is brocken.", "It is broken."]
    assert len(sam.json("versions", number, message)) == 2
    assert "corrected a message" in sam.do("show", number, "--history")
    status, _, complaints = sam.run("edit-message", number, message, "--body", "x")
    assert status == 1 and "Only who wrote a message can do that." in complaints
