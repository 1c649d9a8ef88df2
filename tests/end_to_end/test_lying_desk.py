"""Text of another person, or of a desk that lies, reaches no terminal as anything but text: no byte
may move the cursor, set the title or the clipboard, or turn the writing around."""

import json
import os
import tempfile
import unicodedata

import pytest

from lying_desk import HONEST, LyingDesk
from person import Person

ESC, ST = "\x1b", "\x1b\\"


def payloads():
    """Every control character alone and in a text, and what terminals understand as orders."""
    found = [chr(code) for code in [*range(0x20), *range(0x7f, 0xa0)]]
    found += [f"a{one}b" for one in found]
    found += [ESC + chr(code) for code in range(0x20, 0x7f)]
    found += [ESC + "[" + str(number) + final for number in (0, 1, 2, 5, 6, 1049, 2004)
              for final in "ABCDEFGHJKLMPSTXZcdfhlmnqrsu@"]
    found += [f"{ESC}]{number};x{end}" for number in (0, 1, 2, 4, 7, 8, 9, 10, 11, 50, 52, 777, 1337)
              for end in ("\x07", ST, "")]
    found += [f"{ESC}{kind}x{ST}" for kind in ("P", "P$q", "P+q", "X", "^", "_")]
    found += ["\x9b31m", "\x9d0;x\x9c", "\x90x\x9c", "\x8fx", "\x85", "\x84"]
    found += [chr(code) for code in [*range(0x200b, 0x2010), *range(0x2028, 0x2030),
                                     *range(0x2060, 0x2070), 0x061c, 0xfeff, 0xfffe, 0xffff,
                                     *range(0xe0000, 0xe0080)]]
    found += ["e" + "\u0301" * count for count in (1, 8, 9, 100, 1000)]
    # Bytes that are no UTF-8, as an 8-bit terminal would read them.
    found += ["\udc9b31m", "\udc80", "\udcc0\udc9b", "\udce2\udc80", "\udcff", "\udced\udca0\udc80"]
    found += ["\udc1b".encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")]
    found += ["\r", "over\rwritten", "back\b\b\bspaced", "line\nfeed", "tab\tulator", "x" * 500]
    return found


PAYLOADS = payloads()
FORBIDDEN = {*range(0x202a, 0x202f), *range(0x2066, 0x206a), 0x200e, 0x200f, 0x061c, 0x2028, 0x2029,
             *range(0xe0000, 0xe0080), 0xfffe, 0xffff}


def orders_in(output, allowed="\n"):
    """What in a program's output is more than text."""
    try:
        text = output.decode("utf-8")
    except UnicodeDecodeError as error:
        return [repr(error)]
    bad = [f"U+{ord(one):04X}" for one in text if one not in allowed and
           (unicodedata.category(one) == "Cc" or ord(one) in FORBIDDEN)]
    run = 0
    for one in text:
        run = run + 1 if unicodedata.combining(one) else 0
        if run > 8:
            bad.append("more than 8 combining marks")
            break
    return bad


@pytest.fixture(scope="module", name="world")
def fixture_world():
    """A person who is signed in, and the desk."""
    with tempfile.TemporaryDirectory(prefix="ttydesk-") as folder:
        class World:  # pylint: disable=too-few-public-methods
            """What the tests share."""
        world = World()
        world.folder = folder
        world.socket = os.path.join(folder, "s")
        world.desk = LyingDesk(world.socket)
        world.person = Person(world)
        run(world, "login", "x", "--password-stdin")
        yield world
        world.desk.close()


def run(world, *arguments, text="a password here\n"):
    """(status, output, complaints) as bytes."""
    process = world.person.start(*arguments, text=False)
    output, complaints = process.communicate(text.encode(), timeout=60)
    return process.returncode, output, complaints


VERBS = [["list"], ["show", "1"], ["show", "1", "--history"], ["whoami"], ["api"],
         ["login", "x", "--password-stdin"],
         ["register", "x", "--email", "x@example.org", "--password-stdin"]]
TABLES = ("list", "api", "whoami")  # separated by tabs


def test_there_are_enough_payloads():
    assert len(PAYLOADS) > 600
    assert orders_in(b"a\x1b[2J") and orders_in("a\u202e".encode()) and orders_in(b"\x9b")
    assert orders_in(("e" + "\u0301" * 9).encode()) and not orders_in("Ünï\n".encode())


def each_payload(world, index, of):
    """Every one in turn, or a share of them; the desk says nothing else while it is."""
    for payload in PAYLOADS[index::of]:
        world.desk.lie = payload
        yield payload
    world.desk.lie = HONEST


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_honest_text_is_shown(world, verb):
    """What the tests below look at is really there."""
    world.desk.lie = "Ünïcode"
    status, output, complaints = run(world, *verb)
    assert (status, complaints) == (0, b"") and "Ünïcode".encode() in output


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_verb_shows_or_refuses_text_of_a_lying_desk(world, verb):
    """To a pipe. Lists get every payload, the other verbs share them."""
    index = VERBS.index(verb)
    for payload in each_payload(world, index, 1 if index == 0 else len(VERBS)):
        status, output, complaints = run(world, *verb)
        allowed = "\n\t" if verb[0] in TABLES else "\n"
        assert orders_in(output, allowed) == [] and orders_in(complaints) == [], payload
        assert status == 0 or complaints, payload
        if verb[0] == "list" and status == 0:
            rows = output.decode().split("\n")[:-1]
            assert len(rows) == 10 and all(len(row.split("\t")) == 7 for row in rows), payload


@pytest.mark.parametrize("verb", VERBS[:5], ids=" ".join)
def test_json_of_a_lying_desk_is_ascii(world, verb):
    for payload in each_payload(world, VERBS.index(verb), len(VERBS)):
        status, output, complaints = run(world, *verb, "--json")
        assert all(byte == 0x0a or 0x20 <= byte < 0x7f for byte in output), payload
        assert orders_in(complaints) == [], payload
        assert status != 0 or json.loads(output) is not None


@pytest.mark.parametrize("verb", VERBS[:4], ids=" ".join)
def test_verb_at_a_terminal_shows_text_as_text(world, verb):
    for payload in each_payload(world, VERBS.index(verb), 20):
        status, screen = world.person.type(verb, [])
        assert status in (0, 1) and orders_in(screen.encode(), "\r\n") == [], payload


def test_complaint_of_a_lying_desk_is_shown_as_text(world):
    """The sentence of a failure is the desk's too."""
    world.desk.fail_with = "ticket.get"
    for payload in each_payload(world, 0, 3):
        status, output, complaints = run(world, "show", "1")
        assert (status, output) == (1, b"") and orders_in(complaints) == [], payload
    world.desk.fail_with = None


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
