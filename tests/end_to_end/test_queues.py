"""Queues, through real clients: what moves away is gone at once, and not a byte of it is told to who
may not follow; rights hold from the next answer on; the verbs of people and operators."""

import pytest

from desk import Desk, Refused
from person import Person

TITLE = "canary-title about a colleague"


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    """The queue network is nora's; sam works in what is open to all."""
    with Desk() as desk:
        desk.admin()
        desk.start()
        desk.user("ann").close()
        for name in ("sam", "nora"):
            desk.staff(name).close()
        desk.run("queue", "create", "network", "--members-only", "yes", "--staff-only", "yes",
                 "--description", "Cables and what hangs on them")
        desk.run("queue", "rights", "network", "nora", "all")
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def signed_in(desk, name, feed=None):
    client = desk.connect()
    client.login(name)
    if feed is not None:
        client.call("feed.subscribe", feed=feed)
    return client


def test_moved_ticket_is_gone_for_one_and_an_event_for_the_other(desk):
    ann = signed_in(desk, "ann", "own")
    sam = signed_in(desk, "sam", "all")
    nora = signed_in(desk, "nora", "all")
    with desk.connect() as console:  # sam can't have seen it before
        console.do("admin.queue_update", queue="general", version=1, members_only=True)
        console.do("admin.queue_rights", queue="general", name="nora", rights="all")
    sam.note("feed.resync")
    nora.note("feed.resync")
    nora.call("feed.subscribe", feed="all")
    sam.call("feed.subscribe", feed="all")
    hidden = ann.ticket(TITLE)
    assert nora.note("feed.event")["ticket"]["queue"] == "general"
    ann.note("feed.event")
    nora.do("ticket.move", number=hidden, queue="network", **{"from": "general"})
    nora.do("ticket.note", number=hidden, text=TITLE)
    assert nora.note("feed.event")["ticket"]["queue"] == "network"
    assert sam.refusal("ticket.get", number=hidden) == sam.refusal("ticket.get", number=99999)
    assert sam.call("ticket.list")["tickets"] == []
    assert sam.quiet()
    assert TITLE.encode() not in sam.received
    assert b"network" not in sam.received
    assert ann.call("ticket.get", number=hidden)["ticket"]["version"] == 1
    assert len(ann.call("ticket.history", number=hidden)["entries"]) == 1
    assert ann.quiet()
    assert b"network" not in ann.received


def test_ticket_that_moves_out_of_rights_is_gone_at_once(desk):
    with desk.connect() as console:
        found = {one["name"]: one for one in console.call("queue.list")["queues"]}
        if found["general"]["members_only"]:
            console.do("admin.queue_update", queue="general", members_only=False,
                       version=found["general"]["version"])
    ann = signed_in(desk, "ann")
    sam = signed_in(desk, "sam", "all")
    nora = signed_in(desk, "nora", "all")
    number = ann.ticket()
    assert sam.note("feed.event")["number"] == nora.note("feed.event")["number"] == number
    nora.do("ticket.move", number=number, queue="network")
    assert sam.note("ticket.gone")["number"] == number
    assert nora.note("feed.event")["entry"]["changes"] == [
        {"field": "queue", "old": "general", "new": "network"}]
    ann.do("ticket.reply", number=number, text="Well?")
    assert nora.note("feed.event")["entry"]["what"] == "ticket.reply"
    assert sam.refusal("ticket.messages", number=number)["code"] == "not_found"
    assert sam.quiet() and nora.quiet()
    nora.do("ticket.move", number=number, queue="general")
    assert sam.note("feed.event")["entry"]["changes"] == [{"field": "queue"}]
    sam.call("api")
    assert sam.quiet()


def test_rights_hold_from_the_next_answer_on(desk):
    sam = signed_in(desk, "sam", "all")
    nora = signed_in(desk, "nora")
    number = nora.do("ticket.create", title="Switch", problem="Dead.", kind="hardware",
                     queue="network")["number"]
    assert sam.refusal("ticket.get", number=number)["code"] == "not_found"
    desk.run("queue", "rights", "network", "sam", "read")
    sam.note("feed.resync")
    assert sam.call("ticket.get", number=number)["ticket"]["queue"] == "network"
    assert sam.refusal_of("ticket.note", number=number, text="T")["code"] == "forbidden"
    desk.run("queue", "rights", "network", "sam", "none")
    sam.call("api")
    assert sam.refusal("ticket.get", number=number)["code"] == "not_found"
    with pytest.raises(Refused) as refused:
        sam.call("feed.subscribe", feed="queue", queue="network")
    assert (refused.value.code, refused.value.error["field"]) == ("not_found", "queue")


def test_verbs_of_people(desk):
    ann = Person(desk).sign_in("ann")
    nora = Person(desk).sign_in("nora")
    assert [one["name"] for one in ann.json("queues")] == ["general"]
    lines = nora.do("queues").splitlines()
    assert lines[0].split("\t")[0:3] == ["general", "read create change own", "yes"]
    assert lines[1].split("\t")[3] == "Cables and what hangs on them"
    number = nora.json("new", "--title", "Patch panel", "--kind", "hardware", "--body", "B",
                       "--queue", "network")["number"]
    assert number in [one["number"] for one in nora.json("list", "--queue", "network")]
    assert f"#{number} moved" in nora.do("move", str(number), "general", "--from", "network")
    assert "queue general" in nora.do("show", str(number))
    assert "moved it from network to general" in nora.do("show", str(number), "--history")
    assert nora.run("move", str(number), "network", "--from", "network")[0] == 1
    status, _, complaint = ann.run("new", "--title", "T", "--kind", "hardware", "--body", "B",
                                   "--queue", "network")
    assert status == 1 and "no queue with this name" in complaint


def test_verbs_of_operators(desk):
    desk.run("queue", "create", "paper")
    desk.run("queue", "update", "paper", "--name", "printers", "--closed", "yes")
    assert "printers\tclosed" in desk.run("queue", "list").stdout
    desk.run("queue", "rights", "printers", "sam", "read change")
    assert desk.run("queue", "members", "printers").stdout == "sam\tstaff\tread change\n"
    refused = desk.run("queue", "rights", "printers", "ann", "all", check=False)
    assert refused.returncode == 1 and "role is user" in refused.stderr
    assert desk.run("queue", "frobnicate", check=False).returncode == 2
