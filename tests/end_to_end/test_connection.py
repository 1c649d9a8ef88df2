"""What one connection may do to the desk: little, and nothing to the others."""

import time

import msgpack
import pytest

from desk import NOBODY, Closed, Desk, Refused, operation

LIMITS = {
    "requests_in_flight": 4, "request_before_login": "4K", "request": "64K",
    "output_soft": "64K", "output_hard": "512K", "reply": "256K",
}


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk(limits=LIMITS) as desk:
        desk.start()
        yield desk
        assert desk.stop() == 0


def test_hello_comes_first(desk):
    client = desk.connect(hello=False)
    assert client.refusal("api")["code"] == "hello_required"
    assert client.refusal("no.such.method")["code"] == "hello_required"
    assert client.call("hello", protocol=1, client="tests", colour="red")["protocol"] == 1
    assert client.call("api")["methods"]


def test_hello_of_another_protocol_is_refused(desk):
    client = desk.connect(hello=False)
    error = client.refusal("hello", protocol=2, client="tests")
    assert (error["code"], error["field"]) == ("protocol_unsupported", "protocol")
    assert client.refusal("api")["code"] == "hello_required"


def test_hello_tells_the_limits_that_hold(desk):
    limits = desk.connect().hello["limits"]
    assert limits["in_flight_max"] == 4 and limits["request_bytes"] == 65536


def test_unknown_method_and_field_are_refused(desk):
    client = desk.user("unknown")
    unknown = client.refusal("ticket.explode")
    assert unknown["code"] == "unknown_method"
    # What the desk gives itself is no method for others, whoever they are.
    assert client.refusal("timer.fire", due=1, id=1) == unknown
    assert desk.connect().refusal("timer.fire") == unknown
    assert "timer.fire" not in [method["name"] for method in client.call("api")["methods"]]
    error = client.refusal("ticket.get", number=1, colour="red")
    assert (error["code"], error["field"]) == ("unknown_field", "colour")
    assert client.refusal("ticket.get")["code"] == "missing_field"
    assert client.refusal("ticket.get", number="1")["code"] == "invalid_field"


def test_request_that_is_no_request_is_refused(desk):
    """Its number can be read, so it is answered."""
    client = desk.connect()
    client.send_bytes(msgpack.packb([0, 77, "api", 5]))
    with pytest.raises(Exception, match="invalid_request"):
        client.wait(77)
    assert client.call("api")["methods"]


@pytest.mark.parametrize("junk", [
    b"\xc1", b"GET / HTTP/1.1\r\n\r\n", b"\xdd\xff\xff\xff\xff", b"\xc7\x01\x05x",
    b"\x81\x01\x02", msgpack.packb([0, 1, "x" * 5000, [{}]]), b"\x91" * 20,
], ids=["never used", "text", "huge array", "extension", "number as key", "long", "deep"])
def test_malformed_bytes_end_only_that_connection(desk, junk):
    other = desk.connect()
    client = desk.connect(user=NOBODY)
    client.send_bytes(junk)
    client.wait_closed()
    assert other.call("api")["methods"]


@pytest.mark.parametrize("message", [[1, 1, None, {}], [2, "api", [{}]], [0], {"a": 1}],
                         ids=["response", "notification", "too short", "map"])
def test_clients_send_nothing_but_requests(desk, message):
    client = desk.connect()
    client.send_bytes(msgpack.packb(message))
    assert client.note("bye")["code"] == "protocol_violation"
    client.wait_closed()


def test_large_requests_come_with_signing_in(desk):
    client = desk.connect(user=NOBODY)
    client.send("hello", protocol=1, client="x" * 100, junk="y" * 8000)
    client.wait_closed()
    signed_in = desk.user("large")
    assert signed_in.ticket(problem="z" * 30000)
    signed_in.send("ticket.create", operation=operation(), title="t", kind="hardware",
                   problem="z" * 80000)
    signed_in.wait_closed()


def test_too_many_commands_at_once_are_refused(desk):
    """Commands stay in flight until the commit; four may."""
    client = desk.user("hurry")
    packer = msgpack.Packer()
    fields = {"title": "t", "problem": "p", "kind": "software"}
    requests = [packer.pack([0, 1000 + index, "ticket.create",
                             [{"operation": operation(), **fields}]]) for index in range(30)]
    client.send_bytes(b"".join(requests))
    refused, done = 0, 0
    for index in range(30):
        try:
            client.wait(1000 + index)
            done += 1
        except Exception as error:
            assert "too_many" in str(error)
            refused += 1
    assert done >= 4 and refused > 0
    assert len(client.call("ticket.list")["tickets"]) == done


def test_pipelined_queries_are_all_answered(desk):
    """More than one turn of the loop serves of one connection."""
    client = desk.user("pipeline")
    number = client.ticket()
    waiting = [client.send("ticket.get", number=number) for _ in range(300)]
    for request in waiting:
        assert client.wait(request)["ticket"]["number"] == number


def test_request_in_single_bytes_is_understood(desk):
    client = desk.connect()
    for byte in msgpack.packb([0, 9, "account.login", [{"name": "nobody", "password": "x"}]]):
        client.send_bytes(bytes([byte]))
    with pytest.raises(Exception, match="auth_failed"):
        client.wait(9)


def test_client_that_does_not_read_is_served_no_further(desk):
    """Queries wait until what was answered has been read; then all get their answers."""
    client = desk.user("patient")
    number = client.ticket(problem="p" * 20000)
    waiting = range(1000, 1200)
    client.send_bytes(b"".join(msgpack.packb([0, one, "ticket.get", [{"number": number}]])
                               for one in waiting))
    probe = desk.connect()
    assert probe.call("api")["methods"]
    for request in waiting:
        assert len(client.wait(request)["problem"]) == 20000


def test_watcher_that_does_not_read_is_let_go(desk):
    """Events can't be held back for long: past the hard limit the connection ends."""
    watcher = desk.staff("sleeper")
    watcher.call("feed.subscribe", feed="all")
    busy = desk.user("busy")
    title = "t" * 250
    deadline = time.monotonic() + 60
    ended = desk.log().count("does not read")
    while desk.log().count("does not read") == ended:
        busy.ticket(title)
        assert time.monotonic() < deadline
    watcher.wait_closed()
    assert busy.ticket()


def test_stranger_who_never_signs_in_is_let_go():
    with Desk(limits={"login_grace": "1s", "handshake_timeout": "1s"}) as desk:
        desk.start()
        client = desk.connect(user=NOBODY)
        assert client.note("bye")["code"] == "not_signed_in"
        client.wait_closed()
        assert desk.stop() == 0


def test_closing_in_the_middle_of_a_command_harms_nobody(desk):
    client = desk.user("hasty")
    client.send("ticket.create", operation=operation(), title="Last", problem="p",
                kind="software")
    client.close()
    again = desk.connect()
    again.login("hasty")
    assert len(again.call("ticket.list")["tickets"]) in (0, 1)


def test_rates_hold_back_and_say_for_how_long():
    with Desk(limits={"request_rate": 5, "request_burst": 10}) as desk:
        desk.start()
        client = desk.connect()
        error = None
        for _ in range(20):
            try:
                client.call("api")
            except Exception as refused:
                error = refused.error
        assert error["code"] == "throttled" and 0 < error["retry_after"] <= 1000
        assert desk.stop() == 0


@pytest.mark.parametrize("asked", [{"title": "printer"}, {"query": "is:open printer"},
                                   {"query": "is:open (owner:me or -title:printer)"}])
def test_searches_have_a_rate_of_their_own_however_they_are_asked(asked):
    """Words are looked for in every ticket; a list without any must not wait for those."""
    with Desk(limits={"search_rate": 1, "search_burst": 2}) as desk:
        desk.admin()
        desk.start()
        client = desk.user("searcher")
        codes = []
        for _ in range(12):
            try:
                client.call("ticket.list", **asked)
            except Refused as refused:
                codes.append(refused.code)
                assert 0 < refused.error["retry_after"] <= 2000
        assert codes and set(codes) == {"throttled"}
        for _ in range(12):
            client.call("ticket.list", query="is:open status:major")
        assert desk.stop() == 0


def test_connections_are_limited():
    """For everybody but root and the daemon's own user, who may have to look."""
    with Desk(limits={"unauthenticated_drop_from": 3, "unauthenticated_drop_percent": 100,
                      "unauthenticated_max": 16}) as desk:
        desk.start()
        held = [desk.connect(user=NOBODY) for _ in range(3)]
        with pytest.raises((Closed, ConnectionError)):
            desk.connect(user=NOBODY)
        assert desk.connect().call("api")["methods"]
        held[0].close()
        assert desk.stop() == 0
