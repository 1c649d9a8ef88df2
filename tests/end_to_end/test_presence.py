"""Who is at a ticket now, and who is told of it."""

import pytest

from desk import Desk


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0


@pytest.fixture(name="people")
def fixture_people(desk, request):
    """Two of the staff who look at everything, and a requester with a ticket."""
    tag = request.node.name.split("_")[1]
    eve, bob, user = desk.staff(f"eve-{tag}"), desk.staff(f"bob-{tag}"), desk.user(f"ann-{tag}")
    for client in (eve, bob):
        client.call("feed.subscribe", feed="all")
    user.call("feed.subscribe", feed="own")
    number = user.ticket()
    for client in (eve, bob, user):
        client.note("feed.event")
    yield eve, bob, user, number
    for client in (eve, bob, user):
        client.close()


def told(client):
    note = client.note("presence")
    return note["number"], note["name"].split("-")[0], note["doing"]


def quiet(client):
    """Whatever was on its way has arrived with the answer."""
    client.call("account.get")
    return client.quiet()


def test_colleagues_see_who_reads_and_who_replies(people):
    eve, bob, _, number = people
    assert eve.call("presence.list", number=number)["people"] == []
    for doing in ("reading", "replying", "replying", "nothing"):
        bob.call("presence.set", number=number, doing=doing)
    assert [told(eve) for _ in range(3)] == [
        (number, "bob", "reading"), (number, "bob", "replying"), (number, "bob", "nothing")]
    assert quiet(eve) and quiet(bob)


def test_who_comes_later_can_ask(people):
    eve, bob, _, number = people
    bob.call("presence.set", number=number, doing="replying")
    eve.call("presence.set", number=number, doing="reading")
    for arguments in ({}, {"number": number}):
        answer = eve.call("presence.list", **arguments)
        assert [(one["number"], one["name"].split("-")[0], one["doing"])
                for one in answer["people"]] == [(number, "bob", "replying")]
        assert not answer["more"]
    bob.call("presence.set", number=number, doing="nothing")
    assert eve.call("presence.list")["people"] == []


def test_gone_with_the_connection_or_the_sign_in(desk, people):
    eve, bob, _, number = people
    bob.call("presence.set", number=number, doing="replying")
    bob.close()
    assert [told(eve)[2] for _ in range(2)] == ["replying", "nothing"]
    again = desk.connect()
    again.login("bob-gone")
    again.call("presence.set", number=number, doing="reading")
    again.call("account.logout")
    assert [told(eve)[2] for _ in range(2)] == ["reading", "nothing"]
    assert eve.call("presence.list")["people"] == []
    again.close()


def test_staff_see_the_requester_but_never_the_other_way_round(people):
    """Not one byte: that somebody looks at a ticket is the staff's own business."""
    eve, bob, user, number = people
    user.call("feed.subscribe", feed="ticket", number=number)
    user.call("presence.set", number=number, doing="replying")
    assert told(eve) == told(bob) == (number, "ann", "replying")
    bob.call("presence.set", number=number, doing="replying")
    assert told(eve) == (number, "bob", "replying")
    assert user.refusal("presence.list", number=number)["code"] == "forbidden"
    assert user.refusal("presence.list")["code"] == "forbidden"
    assert quiet(user)
    assert b"bob-staff" not in user.received and b"presence" not in user.received
    assert b"replying" not in user.received


def test_nobody_is_at_a_ticket_they_may_not_see(desk, people):
    eve, _, user, _ = people
    other = desk.user("stranger")
    hidden = user.ticket("Not for strangers")
    eve.note("feed.event")
    assert other.refusal_of("presence.set", number=hidden, doing="reading") == \
        other.refusal_of("presence.set", number=999999, doing="reading")
    assert quiet(eve)
    other.close()


def test_looking_in_two_ways_hears_of_it_once(people):
    eve, bob, _, number = people
    eve.call("feed.subscribe", feed="ticket", number=number)
    bob.call("presence.set", number=number, doing="reading")
    assert told(eve) == (number, "bob", "reading")
    assert quiet(eve)


def test_rights_that_are_lost_end_it(desk, people):
    """Who can't read the queue any more is told nothing more of who is there."""
    eve, bob, _, number = people
    admin = desk.connect()
    admin.login("boss")
    admin.elevate()
    admin.do("admin.queue_rights", queue="general", name="eve-rights", rights="create")
    eve.call("feed.subscribe", feed="all")
    before = len(eve.received)
    bob.call("presence.set", number=number, doing="replying")
    eve.call("account.get")
    assert b"bob-rights" not in eve.received[before:]
    assert eve.refusal("presence.set", number=number, doing="reading")["code"] == "not_found"
    assert eve.call("presence.list")["people"] == []
    admin.close()


def test_acting_as_somebody_else_is_seen_nowhere(desk, people):
    """Neither under their own name any more nor under one that is not theirs."""
    eve, _, _, number = people
    admin = desk.connect()
    admin.login("boss")
    admin.elevate()
    admin.call("presence.set", number=number, doing="reading")
    assert told(eve) == (number, "boss", "reading")
    admin.call("account.act_as", name="ann-acting")
    admin.call("presence.set", number=number, doing="replying")
    assert told(eve) == (number, "boss", "nothing")
    assert quiet(eve)
    assert eve.call("presence.list")["people"] == []
    admin.close()
