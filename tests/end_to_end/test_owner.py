"""Owners and followers through all rooms: races over both ways in, people in copy, watchers."""

import pytest

from desk import Desk, Refused, operation
from encrypted import connect


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        for name in ("ann", "bob"):
            desk.user(name).close()
        for name in ("sam", "eve"):
            desk.staff(name).close()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def signed_in(desk, name, encrypted=False):
    client = connect(desk) if encrypted else desk.connect()
    client.login(name)
    return client


def outcome(client, request):
    """What a request that was sent came to: nothing, or its error."""
    try:
        client.wait(request)
        return None
    except Refused as refused:
        return refused.error


@pytest.mark.parametrize("method", ["ticket.take", "ticket.steal"])
def test_two_who_act_at_once_are_one_winner_and_one_who_is_told_who_won(desk, method):
    ann, rivals = signed_in(desk, "ann"), {}
    rivals["sam"], rivals["eve"] = signed_in(desk, "sam"), signed_in(desk, "eve", encrypted=True)
    boss = signed_in(desk, "boss")
    for _ in range(25):
        number = ann.ticket()
        fields = {"number": number}
        if method == "ticket.steal":
            boss.do("ticket.take", number=number)
            fields["from"] = "boss"
        sent = {name: client.send(method, operation=operation(), **fields)
                for name, client in rivals.items()}
        errors = {name: outcome(client, sent[name]) for name, client in rivals.items()}
        owner = ann.call("ticket.get", number=number)["ticket"]["owner"]
        history = ann.call("ticket.history", number=number)["entries"]
        loser = "eve" if owner == "sam" else "sam"
        assert [one["actor"] for one in history if one["what"] == method] == [owner]
        assert errors[owner] is None and errors[loser]["code"] == "owned"
        assert errors[loser]["message"].startswith(f"{owner} owns this ticket")


def test_giving_away_and_giving_up(desk):
    ann, sam, eve = (signed_in(desk, name) for name in ("ann", "sam", "eve"))
    number = ann.ticket()
    sam.do("ticket.give", number=number, name="eve")
    assert sam.refusal_of("ticket.give", number=number, name="boss")["code"] == "owned"
    error = eve.refusal_of("ticket.give", number=number, name="bob")
    assert (error["code"], error["field"]) == ("invalid_field", "name")
    eve.do("ticket.untake", number=number)
    assert "owner" not in ann.call("ticket.get", number=number)["ticket"]
    assert ann.refusal_of("ticket.take", number=number)["code"] == "forbidden"


def test_list_by_owner(desk):
    ann, sam = signed_in(desk, "ann"), signed_in(desk, "sam")
    mine, free = ann.ticket("Mine"), ann.ticket("Free")
    sam.do("ticket.take", number=mine)
    for client in (ann, sam):
        owned = [one["number"] for one in client.call("ticket.list", owner="sam")["tickets"]]
        unowned = [one["number"] for one in client.call("ticket.list", owner="-")["tickets"]]
        assert mine in owned and free not in owned
        assert free in unowned and mine not in unowned
    assert not sam.call("ticket.list", owner="nobody.here")["tickets"]


def test_one_in_copy_reads_and_replies_until_taken_out(desk):
    ann, sam, bob = (signed_in(desk, name) for name in ("ann", "sam", "bob"))
    number = ann.ticket("In copy")
    sam.do("ticket.note", number=number, text="canary-note")
    hidden = bob.refusal("ticket.get", number=number)
    bob.call("feed.subscribe", feed="own")
    ann.do("ticket.cc_add", number=number, name="bob")
    event = bob.note("feed.event")
    assert event["entry"]["changes"] == [{"field": "cc", "new": "bob"}]
    assert bob.call("ticket.get", number=number)["ticket"]["title"] == "In copy"
    assert number in [one["number"] for one in bob.call("ticket.list")["tickets"]]
    version = bob.do("ticket.reply", number=number, text="Me too.")["version"]
    bob.note("feed.event")
    assert bob.refusal_of("ticket.update", number=number, version=version,
                          status="CRITICAL")["code"] == "forbidden"
    followers = bob.call("ticket.followers", number=number)["followers"]
    assert followers == [{"name": "bob", "cc": True, "watching": False}]
    ann.do("ticket.cc_remove", number=number, name="bob")
    assert bob.note("ticket.gone")["number"] == number
    assert bob.refusal("ticket.get", number=number) == hidden
    assert number not in [one["number"] for one in bob.call("ticket.list")["tickets"]]
    ann.do("ticket.reply", number=number, text="canary-after")
    bob.call("account.get")
    assert bob.quiet() and b"canary" not in bob.received


def test_who_watches_hears_of_it_and_nobody_else_hears_who_does(desk):
    ann, sam, eve = signed_in(desk, "ann"), signed_in(desk, "sam"), signed_in(desk, "eve")
    number = ann.ticket()
    before = ann.call("ticket.get", number=number)["ticket"]
    start = sam.call("feed.subscribe", feed="own")
    ann.call("feed.subscribe", feed="own")
    eve.call("feed.subscribe", feed="all")
    sam.do("ticket.watch", number=number)
    assert sam.call("ticket.get", number=number)["ticket"]["watching"]
    after = ann.call("ticket.get", number=number)["ticket"]
    assert after == before and not ann.call("ticket.followers", number=number)["followers"]
    assert "ticket.watch" not in str(eve.call("ticket.history", number=number))
    eve.do("ticket.reply", number=number, text="On it.")
    for client in (sam, ann, eve):
        event = client.note("feed.event")
        assert event["entry"]["what"] == "ticket.reply" and "watching" not in event["ticket"]
        client.call("account.get")
        assert client.quiet()
    again = signed_in(desk, "sam")
    sam.note("account.new_device")  # and so this one hears that somebody came from elsewhere
    again.call("feed.subscribe", feed="own", since=start["sequence"], epoch=start["epoch"])
    assert again.note("feed.event")["entry"]["what"] == "ticket.reply"
    sam.do("ticket.unwatch", number=number)
    eve.do("ticket.reply", number=number, text="Done.")
    sam.call("account.get")
    assert sam.quiet()
    assert b"ticket.watch" not in ann.received


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
