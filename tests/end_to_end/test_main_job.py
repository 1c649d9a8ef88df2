"""The main job with everybody connected at once, over either way in: a person opens a critical
ticket, an admin makes somebody staff, staff works on it, an admin deletes, restores and purges."""

import itertools
import time

import pytest

from desk import PASSWORD, Desk
from encrypted import WAYS

CANARY = "canary-7f3a-of-a-private-note"
serial = itertools.count()


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


class People:
    """A requester, somebody to become staff and an admin in admin mode."""

    def __init__(self, desk, requester_way, staff_way):
        self.desk = desk
        self.staff_way = staff_way
        number = next(serial)
        self.names = f"ann{number}", f"sam{number}"
        self.requester = desk.user(self.names[0], WAYS[requester_way](desk))
        self.admin = WAYS[staff_way](desk)
        self.admin.login("boss")
        self.admin.elevate()
        desk.set_undo_send(self.admin)

    def make_staff(self):
        """By the way people take: asking, and an admin who grants it."""
        name = self.names[1]
        client = self.desk.user(name, WAYS[self.staff_way](self.desk))
        client.do("account.request_role", role="staff", reason="I join the help desk.")
        waiting = {one["name"]: one for one in self.admin.call("admin.role_requests")["requests"]}
        assert waiting[name]["role"] == "staff" and waiting[name]["current_role"] == "user"
        self.admin.do("admin.role_grant", name=name, role="staff")
        client.wait_closed()
        client = WAYS[self.staff_way](self.desk)
        assert client.login(name)["account"]["role"] == "staff"
        return client

    def close(self):
        self.requester.close()
        self.admin.close()


@pytest.fixture(name="people", params=["unix-tcp", "tcp-unix", "tcp-tcp"])
def fixture_people(desk, request):
    people = People(desk, *request.param.split("-"))
    yield people
    people.close()


def work_on(staff, number):
    """What somebody at the help desk does with a ticket."""
    line = staff.call("ticket.list", status="CRITICAL")["tickets"][0]
    assert (line["number"], line["kind"], line["status"]) == (number, "hardware", "CRITICAL")
    staff.do("ticket.note", number=number, text=f"He always says that. {CANARY}")
    staff.do("ticket.reply", number=number, text="A spare one is on its way.")
    version = staff.call("ticket.get", number=number)["ticket"]["version"]
    staff.do("ticket.update", number=number, version=version, status="RESOLVED")


def test_ticket_goes_from_critical_to_resolved_and_the_note_stays_private(people):
    """The whole job; the note is looked for in every byte the requester ever got."""
    staff, requester = people.make_staff(), people.requester
    requester.call("feed.subscribe", feed="own")
    staff.call("feed.subscribe", feed="all")
    number = requester.ticket("The server room is on fire", status="CRITICAL")
    seen = staff.note("feed.event")
    assert (seen["number"], seen["ticket"]["requester"]) == (number, people.names[0])
    work_on(staff, number)

    told = [requester.note("feed.event") for _ in range(3)]
    assert [event["entry"]["what"] for event in told] == \
        ["ticket.create", "ticket.reply", "ticket.update"]
    assert told[-1]["ticket"]["status"] == "RESOLVED"
    heard = [staff.note("feed.event")["entry"]["what"] for _ in range(3)]
    assert heard == ["ticket.note", "ticket.reply", "ticket.update"]

    ticket = requester.call("ticket.get", number=number)["ticket"]
    assert (ticket["status"], ticket["severity"], ticket["reply_count"]) == \
        ("RESOLVED", "critical", 1)
    messages = requester.call("ticket.messages", number=number)["messages"]
    assert [(one["author"], one["text"]) for one in messages] == \
        [(people.names[1], "A spare one is on its way.")]
    requester.call("ticket.history", number=number)
    requester.call("ticket.list")
    assert CANARY.encode() in staff.call("ticket.messages", number=number)["messages"][0][
        "text"].encode()
    assert CANARY.encode() not in requester.received
    assert b"note_count" not in requester.received and b"ticket.note" not in requester.received


def test_deleted_ticket_is_gone_for_those_who_saw_it_until_it_is_restored(people):
    """Whoever loses sight hears the number and nothing else."""
    requester, admin = people.requester, people.admin
    staff = people.make_staff()
    number = requester.ticket("Delete me")
    requester.call("feed.subscribe", feed="own")
    staff.call("feed.subscribe", feed="ticket", number=number)
    admin.do("admin.ticket_delete", number=number)
    for client in (requester, staff):
        assert set(client.note("ticket.gone")) == {"number", "sequence"}
        assert client.refusal("ticket.get", number=number)["code"] == "not_found"
        assert number not in [one["number"] for one in client.call("ticket.list")["tickets"]]
    deleted = admin.call("ticket.list", deleted=True)["tickets"]
    assert number in [one["number"] for one in deleted]

    admin.do("admin.ticket_restore", number=number)
    assert requester.note("feed.event")["entry"]["what"] == "admin.ticket_restore"
    assert requester.call("ticket.get", number=number)["ticket"]["title"] == "Delete me"


def test_purged_ticket_is_absent_for_everybody(people):
    requester, admin = people.requester, people.admin
    number = requester.ticket("Purge me", problem="Secret of mine")
    assert admin.refusal_of("admin.ticket_purge", number=number)["code"] != "internal"
    admin.do("admin.ticket_delete", number=number)
    admin.do("admin.ticket_purge", number=number)
    for client in (requester, admin):
        there = client.refusal("ticket.get", number=number)
        assert there == client.refusal("ticket.get", number=999999)
    assert admin.refusal_of("admin.ticket_restore", number=number)["code"] == "not_found"


def test_history_names_everybody_who_changed_something_and_when(people):
    """An admin trusts the record: each change once, in order, with actor and time."""
    began = int(time.time() * 1000) - 1000
    staff, requester, admin = people.make_staff(), people.requester, people.admin
    number = requester.ticket("Write it down", status="CRITICAL")
    work_on(staff, number)
    admin.do("admin.ticket_delete", number=number)
    admin.do("admin.ticket_restore", number=number)
    entries = admin.call("ticket.history", number=number)["entries"]
    ann, sam = people.names
    assert [(one["actor"], one["what"]) for one in entries] == [
        (ann, "ticket.create"), (sam, "ticket.note"), (sam, "ticket.reply"),
        (sam, "ticket.update"), ("boss", "admin.ticket_delete"), ("boss", "admin.ticket_restore")]
    times = [one["time"] for one in entries]
    assert began <= times[0] and times == sorted(times) and times[-1] <= time.time() * 1000 + 1000
    changes = {one["field"]: (one.get("old"), one.get("new")) for one in entries[3]["changes"]}
    assert changes["state"] == ("open", "resolved") or changes["status"] == \
        ("CRITICAL", "RESOLVED"), changes


def test_subscription_resumes_without_losing_or_doubling_an_event(people):
    """A line that drops costs nobody a change."""
    requester = people.requester
    state = requester.call("feed.subscribe", feed="own")
    numbers = [requester.ticket(f"Event {index}") for index in range(3)]
    first = requester.note("feed.event")
    again = WAYS["tcp"](people.desk)
    again.login(people.names[0])
    again.call("feed.subscribe", feed="own", since=first["entry"]["sequence"],
               epoch=state["epoch"])
    assert [again.note("feed.event")["number"] for _ in range(2)] == numbers[1:]
    again.call("ticket.list")
    assert not again.notes
    error = again.refusal("feed.subscribe", feed="ticket", number=numbers[0], since=1,
                          epoch=bytes(16))
    assert error["code"] == "resync"
    again.close()


def test_token_signs_in_again_and_the_one_before_lasts_until_the_new_one_is_used(people):
    """A reply that is lost on the way locks nobody out."""
    def resume(token):
        client = WAYS["tcp"](people.desk)
        return client, client.resume(token)["token"]

    with WAYS["tcp"](people.desk) as client:
        first = client.login(people.names[0])["token"]
    lost, second = resume(first)
    lost.close()
    client, third = resume(first)
    client.close()
    client, _ = resume(third)
    client.close()
    for token in (first, second):
        with WAYS["tcp"](people.desk) as client:
            assert client.refusal("account.resume", token=token)["code"] == "auth_failed"


def test_new_password_ends_the_other_sign_ins(people):
    other = WAYS["unix"](people.desk)
    other.login(people.names[0])
    people.requester.do("account.set_password", old_password=PASSWORD,
                        password="another tractor umbrella")
    assert other.note("bye")["code"] == "not_signed_in"
    assert people.requester.call("account.get")["account"]["name"] == people.names[0]


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
