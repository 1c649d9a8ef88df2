"""Clients that mean harm: whoever sends what no decent client would must gain nothing, and must not
take the desk from the others."""

import os
import re

import pytest

from desk import NOBODY, PASSWORD, Closed, Desk, Refused
from encrypted import EncryptedClient

AS_OTHERS = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several people")


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0


def outcomes(requests):
    """The codes of (client, number) in order; None for an answer that is no error."""
    codes = []
    for client, number in requests:
        try:
            client.wait(number)
            codes.append(None)
        except Refused as refused:
            codes.append(refused.code)
        except (Closed, ConnectionResetError):
            codes.append("closed")
    return codes


def test_role_that_was_asked_for_after_the_look_is_not_granted(desk):
    """Between an admin's look and the grant, somebody may ask for more."""
    boss = desk.connect()
    boss.login("boss")
    boss.elevate()
    user = desk.user("climber")
    user.do("account.request_role", role="staff", reason="I help anyway.")
    seen, = boss.call("admin.role_requests")["requests"]
    user.do("account.request_role", role="admin", reason="I help anyway.")
    refused = boss.refusal_of("admin.role_grant", name="climber", role=seen["role"])
    assert (refused["code"], refused["field"]) == ("version_conflict", "role")
    assert user.call("account.get")["account"]["role"] == "user"


def test_every_spelling_of_a_name_is_one_account_to_the_throttle(desk):
    """The desk finds an account by its name in any case; a fourth try is a fourth try."""
    desk.user("spelled").close()
    codes = []
    for name in ("spelled", "Spelled", "sPelled", "spElled", "SPELLED", "speLLed"):
        with desk.connect() as client:
            codes.append(client.refusal("account.login", name=name, password=name * 3)["code"])
    assert codes[:4] == ["auth_failed"] * 4
    assert codes[4:] == ["throttled"] * 2


def test_many_guesses_at_once_are_worth_no_more_than_one_after_the_other(desk):
    """Three are free, the fourth begins the pause; what waited behind it is not tried."""
    clients = [desk.connect() for _ in range(8)]
    codes = outcomes([(client, client.send("account.login", name="guessed", password=f"no {i} {j}"))
                      for j in range(3) for i, client in enumerate(clients)])
    assert codes.count("auth_failed") == 4 and codes.count("throttled") == 20
    for client in clients:
        client.close()


def test_wrong_passwords_of_who_hangs_up_count_as_well():
    """Hanging up before the answer is no way around the count."""
    with Desk(passwords={"opslimit": 2, "memlimit": "19M", "parallel": 1}) as desk:
        desk.start()
        desk.user("left").close()
        for number in range(4):
            client = desk.connect()
            client.send("account.login", name="left", password=f"wrong and gone {number}")
            client.call("hello", protocol=1, client="tests")  # the try has begun
            client.close()
            with desk.connect() as later:  # and now it is over
                later.refusal("account.login", name=f"later{number}", password=PASSWORD)
        assert desk.connect().refusal("account.login", name="left", password=PASSWORD)["code"] \
            == "throttled"


def test_guessing_from_outside_does_not_keep_the_owner_from_admin_mode(desk):
    """Nor from a new password: who is signed in is counted apart; but is counted."""
    desk.staff("chief", role="admin").close()
    chief = desk.connect()
    chief.login("chief")
    for number in range(5):
        with desk.connect() as stranger:
            stranger.refusal("account.login", name="chief", password=f"guess number {number}")
    with desk.connect() as stranger:
        assert stranger.refusal("account.login", name="chief", password=PASSWORD)["code"] \
            == "throttled"
    assert chief.elevate()["until"]
    for number in range(4):
        assert chief.refusal("account.elevate", password=f"own {number}")["code"] == "auth_failed"
    assert chief.note("bye")["code"] == "auth_failed"


@AS_OTHERS
def test_one_person_cannot_fill_the_queue_of_passwords():
    """A full queue is shared: who has most in it makes room for who has less."""
    with Desk(passwords={"opslimit": 3, "memlimit": "64M", "parallel": 1, "queued": 4}) as desk:
        desk.start()
        greedy = desk.connect(user=NOBODY)
        flood = [(greedy, greedy.send("account.login", name=f"n{i}", password=PASSWORD))
                 for i in range(5)]
        greedy.call("hello", protocol=1, client="tests")
        other = desk.connect(user=NOBODY - 1)
        assert other.refusal("account.login", name="other", password=PASSWORD)["code"] \
            == "auth_failed"
        assert outcomes(flood).count("busy") == 1
        assert desk.stop() == 0


def memory(desk, name):
    """A line of the daemon's memory, in MiB: VmRSS now, VmHWM at most until now."""
    with open(f"/proc/{desk.process.pid}/status", encoding="ascii") as file:
        return int(re.search(rf"^{name}:\s+(\d+) kB", file.read(), re.M).group(1)) / 1024


def test_expensive_questions_are_paid_for():
    """A new connection is no fresh start, what makes the desk read much counts for more than what
    does not, and neither time nor memory of the others is taken."""
    with Desk(limits={"request_rate": 20, "request_burst": 100, "change_rate": 0,
                      "search_rate": 0}) as desk:
        desk.admin()
        desk.start()
        writer = desk.user("rich")
        made = 0
        while made < 600:
            try:
                writer.ticket("\u00e9" * 250, problem="x" * 60000)
                made += 1
            except Refused as refused:  # one sign-in is not meant to be this fast
                assert refused.code == "throttled"
                writer.close()
                writer = desk.connect()
                writer.login("rich")
        since = writer.call("hello", protocol=1, client="tests")
        token = writer.login("rich")["token"]
        clients = []
        for _ in range(8):
            clients.append(desk.connect())
            token = clients[-1].resume(token)["token"]
        before = memory(desk, "VmRSS")
        for method, fields in (
                ("ticket.list", {"kind": "software"}),
                ("ticket.list", {"title": "nowhere"}),
                ("feed.subscribe", {"feed": "own", "since": since["sequence"] - 600,
                                    "epoch": since["epoch"]})):
            asked = [(client, client.send(method, **fields)) for _ in range(40)
                     for client in clients]
            with desk.connect() as other:
                assert other.call("api")["methods"]
            codes = outcomes(asked)
            assert codes.count("throttled") > 200
        assert memory(desk, "VmHWM") - before < 64 * 3  # sanitizers need more
        assert desk.stop() == 0


def test_strangers_make_no_commits_and_learn_not_how_much_goes_on():
    """Whatever they try; each commit is a wait for the disk that others share."""
    with Desk() as desk:
        desk.admin()
        desk.start()
        desk.user("ann").close()
        boss = desk.connect()
        boss.login("boss")
        boss.elevate()
        before = boss.call("admin.health")["batches"]
        for index in range(8):
            with EncryptedClient(("localhost", desk.port), desk.fingerprint) as stranger:
                assert stranger.hello["sequence"] == 0
                assert stranger.refusal("account.resume",
                                        token=os.urandom(32))["code"] == "auth_failed"
                assert stranger.refusal_of("account.use_code", name="ann",
                                           password="nine quiet kettles",
                                           code=f"0123-4567-89AB-00{index:02d}")["code"] in (
                    "auth_failed", "throttled")
        assert boss.call("admin.health")["batches"] == before
        assert desk.stop() == 0
