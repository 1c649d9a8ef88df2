"""Any language's msgpack-RPC client can talk to the desk: shown with two written by others."""

import os
import pathlib
import re
import subprocess
import sys

import pytest
from pynvim.msgpack_rpc.async_session import AsyncSession
from pynvim.msgpack_rpc.event_loop import EventLoop
from pynvim.msgpack_rpc.msgpack_stream import MsgpackStream
from pynvim.msgpack_rpc.session import Session

from desk import PASSWORD, PATIENCE, Desk, operation

PROTOCOL = pathlib.Path(__file__).parents[2] / "docs/protocol.md"


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.start()
        desk.user("ann").close()
        yield desk
        assert desk.stop() == 0


# The program in the document

@pytest.fixture(name="program")
def fixture_program(desk):
    text = re.search(r"^```python\n(.*?)^```$", PROTOCOL.read_text(encoding="utf-8"),
                     re.MULTILINE | re.DOTALL).group(1)
    assert len(text.splitlines()) < 40
    path = os.path.join(desk.folder, "client.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def run(program, *arguments):
    return subprocess.run([sys.executable, program, *arguments], capture_output=True, text=True,
                          timeout=PATIENCE, check=False)


def test_program_in_the_protocol_document_works_as_it_stands_there(desk, program):
    ended = run(program, desk.socket, "ann", PASSWORD)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"\d+ MAJOR Screen is black\n", ended.stdout)


def test_program_in_the_protocol_document_is_told_why_it_fails(desk, program):
    ended = run(program, desk.socket, "ann", "not her password")
    assert ended.returncode == 1
    assert ended.stderr == "auth_failed: User name or password is not right.\n"


# The msgpack-RPC library of another project

class Failure(Exception):
    """What the library makes of an error."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.code = error["code"]


@pytest.fixture(name="session")
def fixture_session(desk):
    session = Session(AsyncSession(MsgpackStream(EventLoop("socket", desk.socket))))
    session.error_wrapper = Failure
    yield session
    session.close()


def sign_in(session, name="ann"):
    assert session.request("hello", {"protocol": 1, "client": "pynvim"})["protocol"] == 1
    signed_in = session.request("account.login", {"name": name, "password": PASSWORD})
    assert signed_in["account"]["role"] == "user" and len(signed_in["token"]) == 32


def create(session, title):
    return session.request("ticket.create", {
        "operation": operation(), "title": title, "problem": "p", "kind": "software"})["number"]


def test_library_of_another_project_creates_and_lists(session):
    sign_in(session)
    number = create(session, "Titel mit Ümlaut und 漢字")
    found = session.request("ticket.list", {"limit": 1})["tickets"][0]
    assert (found["number"], found["title"]) == (number, "Titel mit Ümlaut und 漢字")


def test_library_of_another_project_gets_errors_as_errors(session):
    with pytest.raises(Failure) as failure:
        session.request("ticket.list", {})
    assert failure.value.code == "hello_required"
    sign_in(session)
    with pytest.raises(Failure) as failure:
        session.request("ticket.get", {"number": 999999})
    assert failure.value.code == "not_found"
    with pytest.raises(Failure) as failure:
        session.request("ticket.frobnicate", {})
    assert failure.value.code == "unknown_method"
    assert session.request("account.get")["account"]["name"] == "ann"  # [] is read as [{}]


def test_library_of_another_project_hears_of_changes(session, desk):
    sign_in(session)
    session.request("feed.subscribe", {"feed": "own"})
    number = create(session, "Heard of")
    kind, method, arguments = session.next_message()
    assert (kind, method) == ("notification", "feed.event")
    assert (arguments[0]["number"], arguments[0]["ticket"]["title"]) == (number, "Heard of")
    staff = desk.staff("helper")
    staff.do("ticket.reply", number=number, text="We heard.")
    assert session.next_message()[2][0]["entry"]["actor"] == "helper"


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
