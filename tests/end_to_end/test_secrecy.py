"""What passes over the network tells an eavesdropper nothing that people wrote."""

import pytest

from desk import Desk
from encrypted import EncryptedClient
from person import Person
from recorder import Recorder, forms, records

PASSWORD = "canary-pass phrase 42"
TITLE = "canary-title of a secret project"
PROBLEM = "canary-problem text that nobody else may read"
NOTE = "canary-note among staff"
NAME = "canary.name"
METHODS = ["account.login", "ticket.create", "ticket.list", "not_found"]
GREETING = 8 + 2 + 32  # preamble and message 1


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.start()
        with desk.connect() as client:
            client.do("account.register", name=NAME, email="canary@example.org", password=PASSWORD)
        with desk.connect() as console:
            console.do("admin.account_role", name=NAME, role="staff")
        yield desk
        assert desk.stop() == 0


def work(client):
    """A conversation with everything in it that has to stay secret; gives the tokens."""
    first = client.login(NAME, PASSWORD)["token"]
    number = client.do("ticket.create", title=TITLE, problem=PROBLEM, kind="hardware")["number"]
    client.call("feed.subscribe", feed="all")
    client.do("ticket.note", number=number, text=NOTE)
    client.note("feed.event")
    for method in ("ticket.get", "ticket.messages", "ticket.history"):
        client.call(method, number=number)
    client.call("ticket.list", title=TITLE[:12])
    assert client.refusal("ticket.get", number=999999)["code"] == "not_found"
    return first


def secrets(*tokens):
    return [PASSWORD, TITLE, PROBLEM, NOTE, NAME, *METHODS, *tokens]


def test_network_shows_nothing_of_a_conversation(desk):
    with Recorder(("127.0.0.1", desk.port)) as recorder:
        client = EncryptedClient(recorder.address, desk.fingerprint)
        token = work(client)
        client.channel.send(2)
        client.wait_closed()
    assert len(recorder.sent) > 1000 and len(recorder.received) > 1000
    for secret in secrets(token):
        assert not recorder.finds(secret), secret


def test_network_shows_nothing_of_the_verbs(desk):
    with Recorder(("127.0.0.1", desk.port)) as recorder:
        port = recorder.address[1]
        person = Person(desk, f"ttydesk://127.0.0.1:{port}#{desk.fingerprint}")
        person.sign_in(NAME, PASSWORD)
        with open(person.sign_ins()[0], encoding="ascii") as file:
            token = bytes.fromhex(file.read().strip())
        number = person.json("new", "--title", TITLE, "--kind", "hardware", "--body", PROBLEM)[
            "number"]
        person.do("note", str(number), "--body", NOTE)
        assert NOTE in person.do("show", str(number)) and TITLE in person.do("list")
    assert len(recorder.sent) > 1000 and len(recorder.received) > 1000
    for secret in secrets(token):
        assert not recorder.finds(secret), secret


def test_recorder_finds_everything_on_a_plain_socket(desk):
    """An ear that hears nothing at all would pass the tests above."""
    with Recorder(desk.socket, path=desk.socket + ".ear") as recorder:
        desk.socket, real = recorder.address, desk.socket
        with desk.connect() as client:
            token = work(client)
        desk.socket = real
    for secret in secrets(token):
        assert recorder.finds(secret), secret


def test_recorder_knows_encoded_secrets():
    recorder = Recorder.__new__(Recorder)
    recorder.received = b""
    for form in forms(TITLE):
        recorder.sent = b"xyz" + form + b"abc"
        assert recorder.finds(TITLE)


def test_passwords_of_any_length_look_alike(desk):
    """Up to the reply to the sign-in all records are as long, whatever the password and answer."""
    shapes = set()
    for password in (PASSWORD, "x", "y" * 200):
        with Recorder(("127.0.0.1", desk.port)) as recorder:
            with EncryptedClient(recorder.address, desk.fingerprint) as client:
                if password == PASSWORD:
                    client.login(NAME, password)
                else:
                    client.refusal("account.login", name=NAME, password=password)
        received = bytes(recorder.received)
        answer = 2 + int.from_bytes(received[:2], "big")
        shape = tuple(records(recorder.sent, GREETING)), tuple(records(received, answer))
        assert all((length - 16) % 512 == 0 for direction in shape for length in direction)
        shapes.add(shape)
    assert len(shapes) == 1


def test_same_words_never_make_the_same_bytes(desk):
    """Every line has keys of its own: a recording can neither be compared nor played again."""
    recordings = []
    for _ in range(2):
        with Recorder(("127.0.0.1", desk.port)) as recorder:
            with EncryptedClient(recorder.address, desk.fingerprint):
                pass
        recordings.append((bytes(recorder.sent), bytes(recorder.received)))
    (first_sent, first_received), (second_sent, second_received) = recordings
    assert first_sent[10:42] != second_sent[10:42]
    assert first_sent[44:] != second_sent[44:] and first_received[2:] != second_received[2:]


def test_recording_played_again_does_nothing(desk):
    with Recorder(("127.0.0.1", desk.port)) as recorder:
        with EncryptedClient(recorder.address, desk.fingerprint) as client:
            client.login(NAME, PASSWORD)
            client.ticket("Once only")
    before = count(desk, "Once only")
    again = EncryptedClient(("127.0.0.1", desk.port), desk.fingerprint, hello=False)
    again.socket.sendall(recorder.sent[GREETING:])
    assert not again.wait_closed(), "goodbye is said to friends"
    assert count(desk, "Once only") == before == 1


def count(desk, title):
    with desk.connect() as client:
        client.login(NAME, PASSWORD)
        return len(client.call("ticket.list", title=title)["tickets"])


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
