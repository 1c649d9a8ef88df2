"""The main job, from a new account to a resolved ticket, and what must never be possible."""

import pytest

from desk import NOBODY, PASSWORD, Desk, operation


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def test_person_registers_signs_in_and_resolves_a_ticket(desk):
    alice = desk.user("alice")
    number = alice.ticket("Screen flickers")
    ticket = alice.call("ticket.get", number=number)["ticket"]
    assert (ticket["title"], ticket["status"], ticket["requester"]) == \
        ("Screen flickers", "MINOR", "alice")
    alice.do("ticket.update", number=number, version=ticket["version"], status="RESOLVED")
    ticket = alice.call("ticket.get", number=number)["ticket"]
    assert (ticket["status"], ticket["severity"]) == ("RESOLVED", "minor")
    listed = alice.call("ticket.list", status="RESOLVED")["tickets"]
    assert [one["number"] for one in listed] == [number]


def test_writer_reads_own_write(desk):
    """The reply leaves after the commit, and the next query sees it."""
    client = desk.user("writer")
    for title in map(str, range(50)):
        number = client.ticket(title)
        assert client.call("ticket.get", number=number)["ticket"]["title"] == title


def test_repeated_operation_changes_nothing(desk):
    client = desk.user("repeater")
    fields = {"operation": operation(), "title": "Once", "problem": "p", "kind": "software"}
    first = client.call("ticket.create", **fields)
    assert client.call("ticket.create", **fields) == first
    assert len(client.call("ticket.list")["tickets"]) == 1
    assert client.refusal("ticket.create", **{**fields, "title": "Twice"})["code"] == \
        "operation_reused"


def test_stale_update_is_refused_with_the_current_ticket(desk):
    client = desk.user("stale")
    number = client.ticket()
    client.do("ticket.update", number=number, version=1, status="MAJOR")
    error = client.refusal_of("ticket.update", number=number, version=1, title="Mine")
    assert (error["code"], error["current"]["status"]) == ("version_conflict", "MAJOR")


def test_someone_elses_ticket_answers_like_a_missing_one(desk):
    owner, other = desk.user("owner"), desk.user("other")
    number = owner.ticket()
    for method in ("ticket.get", "ticket.messages", "ticket.history"):
        assert other.refusal(method, number=number) == other.refusal(method, number=999999)
    there = other.refusal_of("ticket.update", number=number, version=1, status="MAJOR")
    missing = other.refusal_of("ticket.update", number=999999, version=1, status="MAJOR")
    assert there == missing
    assert other.call("ticket.list")["tickets"] == []


def test_private_note_never_reaches_the_requester(desk):
    """Searched for in every byte that was sent."""
    user, staff = desk.user("noted"), desk.staff("helper")
    user.call("feed.subscribe", feed="own")
    number = user.ticket()
    staff.do("ticket.note", number=number, text="canary-of-a-note")
    staff.do("ticket.reply", number=number, text="We are on it.")
    assert user.note("feed.event")["entry"]["what"] == "ticket.create"
    assert user.note("feed.event")["entry"]["what"] == "ticket.reply"
    messages = user.call("ticket.messages", number=number)["messages"]
    assert [message["kind"] for message in messages] == ["reply"]
    user.call("ticket.history", number=number)
    assert "note_count" not in user.call("ticket.get", number=number)["ticket"]
    assert b"canary" not in user.received and b"note_count" not in user.received
    kinds = [one["kind"] for one in staff.call("ticket.messages", number=number)["messages"]]
    assert kinds == ["note", "reply"]


def test_deleting_needs_admin_mode(desk):
    user = desk.user("keeper")
    number = user.ticket()
    boss = desk.connect()
    boss.login("boss")
    assert user.refusal_of("admin.ticket_delete", number=number)["code"] == "forbidden"
    assert boss.refusal_of("admin.ticket_delete", number=number)["code"] == "elevation_required"
    boss.elevate()
    boss.do("admin.ticket_delete", number=number)
    assert user.refusal("ticket.get", number=number)["code"] == "not_found"
    other = desk.connect()
    other.login("boss")
    assert other.refusal_of("admin.ticket_restore", number=number)["code"] == "elevation_required"


def test_registration_gives_role_user_and_knows_no_other(desk):
    client = desk.connect()
    error = client.refusal_of("account.register", name="climber", email="c@example.org",
                              password=PASSWORD, role="admin")
    assert (error["code"], error["field"]) == ("unknown_field", "role")
    assert desk.user("climber").call("account.get")["account"]["role"] == "user"


def test_role_request_waits_for_an_admin(desk):
    user = desk.user("asker")
    user.do("account.request_role", role="staff", reason="I help anyway.")
    assert user.call("account.get")["account"]["role"] == "user"
    boss = desk.connect()
    boss.login("boss")
    assert boss.refusal("admin.role_requests")["code"] == "elevation_required"
    boss.elevate()
    waiting = boss.call("admin.role_requests")["requests"]
    assert ("asker", "staff") in [(one["name"], one["role"]) for one in waiting]
    boss.do("admin.role_grant", name="asker", role="staff")
    assert user.note("bye")["code"] == "not_signed_in"  # the old sign-in had another role
    again = desk.connect()
    assert again.login("asker")["account"]["role"] == "staff"


def test_console_may_do_admin_work_until_it_signs_in(desk):
    console = desk.connect()
    assert console.call("admin.account_list")["accounts"]
    assert console.refusal("ticket.list")["code"] == "not_signed_in"
    desk.user("consoler", console)
    assert console.refusal("admin.account_list")["code"] == "forbidden"
    stranger = desk.connect(user=NOBODY)
    assert stranger.refusal("admin.account_list")["code"] == "not_signed_in"


def test_lists_come_in_pages(desk):
    client = desk.user("pager")
    numbers = [client.ticket(f"Page {index}") for index in range(7)]
    seen, cursor = [], {}
    while True:
        page = client.call("ticket.list", limit=3, **cursor)
        seen += [one["number"] for one in page["tickets"]]
        if not page["more"]:
            break
        cursor = {"cursor": page["cursor"]}
    assert seen == numbers[::-1]


def test_title_filter_ignores_letter_case(desk):
    client = desk.user("searcher")
    for title in ("STRASSE gesperrt", "Straße frei", "Ölwechsel"):
        client.ticket(title)
    found = client.call("ticket.list", title="straSSe")["tickets"]
    assert len(found) == 2
    assert len(client.call("ticket.list", title="öLW")["tickets"]) == 1
    assert not client.call("ticket.list", title="nirgends")["tickets"]


def test_api_describes_every_method(desk):
    with desk.connect(user=NOBODY) as client:
        methods = {one["name"]: one for one in client.call("api")["methods"]}
    assert methods["ticket.create"]["kind"] == "command"
    assert methods["account.login"]["kind"] == "prepared"
    assert methods["ticket.get"]["kind"] == "query"


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
