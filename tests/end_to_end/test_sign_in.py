"""How the verbs of `ttydesk` keep a sign-in and decide which desk to trust."""

import os
import re
import stat

import pytest

from desk import PASSWORD, Desk
from person import Person

SECRET = PASSWORD + "\n"


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        for name in ("ann", "bob"):
            desk.user(name).close()
        yield desk
        assert desk.stop() == 0


def token_of(person):
    files = person.sign_ins()
    assert len(files) == 1, files
    with open(files[0], encoding="ascii") as file:
        return file.read()


def test_token_is_kept_for_its_owner_alone(desk):
    person = Person(desk)
    assert person.do("login", "ann", "--password-stdin", text=SECRET) == "Signed in as ann (user).\n"
    path = person.sign_ins()[0]
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
    first = token_of(person)
    person.do("whoami")
    assert token_of(person) != first, "a token is used once"


def test_token_that_others_could_read_is_not_used(desk):
    person = Person(desk).sign_in("ann")
    os.chmod(person.sign_ins()[0], 0o644)
    status, output, complaints = person.run("whoami")
    assert (status, output) == (4, "") and "others could read its file" in complaints


def test_without_a_sign_in_verbs_end_with_4(desk):
    person = Person(desk)
    for arguments in (["list"], ["show", "1"], ["whoami"], ["logout"],
                      ["new", "--title", "x", "--kind", "hardware", "--body", "x"]):
        status, output, complaints = person.run(*arguments)
        assert (status, output) == (4, "") and "use: ttydesk login NAME" in complaints


def test_damaged_or_old_token_needs_a_new_sign_in(desk):
    person = Person(desk).sign_in("ann")
    path = person.sign_ins()[0]
    for text in ("", "00" * 32 + "\n", "not a token\n", "00" * 31 + "zz\n"):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        status, output, complaints = person.run("whoami")
        assert (status, output) == (4, ""), text
        assert "its file is damaged" in complaints or text.startswith("00" * 32), text
        assert person.run("login", "ann", "--password-stdin", text=SECRET)[0] == 0
    assert person.do("whoami").startswith("ann\t")


def test_wrong_password_says_no_more_than_that(desk):
    """Unknown name and wrong password are one answer."""
    person = Person(desk)
    wrong = person.run("login", "ann", "--password-stdin", text="not the password\n")
    unknown = person.run("login", "nobody-here", "--password-stdin", text=SECRET)
    assert wrong == unknown == (4, "", "ttydesk login: User name or password is not right.\n")
    assert person.sign_ins() == []


def test_password_is_asked_for_at_a_terminal_and_never_shown(desk):
    person = Person(desk)
    status, screen = person.type(["login", "ann"], [("Password: ", SECRET)])
    assert status == 0 and "Signed in as ann" in screen and PASSWORD not in screen
    status, output, complaints = Person(desk).run("login", "ann")
    assert (status, output) == (4, "") and "use --password-stdin" in complaints


def test_logout_ends_the_sign_in_here_and_on_the_desk(desk):
    person = Person(desk).sign_in("ann")
    token = bytes.fromhex(token_of(person).strip())
    assert person.do("logout") == "Signed out.\n"
    assert person.sign_ins() == []
    assert person.run("whoami")[0] == 4
    with desk.connect() as client:
        assert client.refusal("account.resume", token=token)["code"] == "auth_failed"


@pytest.mark.parametrize("way", ["unix", "tcp"])
def test_verbs_that_run_at_once_do_not_lose_the_sign_in(desk, way):
    """Each uses up a token and leaves another: ten at once, three times."""
    server = f"ttydesk://127.0.0.1:{desk.port}#{desk.fingerprint}" if way == "tcp" else None
    person = Person(desk, server).sign_in("bob")
    for turn in range(3):
        running = [person.start("new", "--title", f"{way} {turn} {index}", "--kind", "software",
                                "--body", "x") for index in range(10)]
        ended = [process.communicate(timeout=60) for process in running]
        assert [process.returncode for process in running] == [0] * 10, ended
    assert len(person.json("list", "--title", way + " ")) == 30
    assert person.do("whoami").startswith("bob\t")


# Which desk is trusted

def test_unknown_key_is_refused_without_a_terminal(desk):
    person = Person(desk, f"127.0.0.1:{desk.port}")
    status, output, complaints = person.run("login", "ann", "--password-stdin", text=SECRET)
    assert (status, output) == (1, "")
    assert desk.fingerprint in complaints and "--fingerprint" in complaints
    assert not os.path.exists(person.known_hosts) and person.sign_ins() == []


def test_key_given_by_fingerprint_is_accepted_and_another_one_is_not(desk):
    person = Person(desk, f"127.0.0.1:{desk.port}")
    person.do("login", "ann", "--password-stdin", "--fingerprint", desk.fingerprint, text=SECRET)
    assert person.do("whoami", "--fingerprint", desk.fingerprint).startswith("ann\t")
    other = "TD1:" + "A" * 43
    status, output, complaints = person.run("whoami", "--fingerprint", other)
    assert (status, output) == (1, "") and desk.fingerprint in complaints and other in complaints
    status, _, complaints = person.run("whoami", "--fingerprint", "md5:aa")
    assert status == 1 and "is not a fingerprint" in complaints


def test_key_trusted_at_a_terminal_is_remembered(desk):
    person = Person(desk, f"127.0.0.1:{desk.port}")
    status, screen = person.type(["api"], [("Type yes or the fingerprint: ", "no\n")])
    assert status == 2 and not os.path.exists(person.known_hosts)
    status, screen = person.type(["api"], [("Type yes or the fingerprint: ", "yes\n")])
    assert status == 0 and desk.fingerprint in screen
    assert stat.S_IMODE(os.stat(person.known_hosts).st_mode) == 0o600
    assert person.sign_in("ann").do("whoami").startswith("ann\t")


def test_changed_key_is_refused_with_the_exact_remedy(desk):
    """Nothing may be sent to somebody who took the desk's place; the way back is one command."""
    person = Person(desk, f"127.0.0.1:{desk.port}")
    assert person.type(["api"], [("or the fingerprint: ", "yes\n")])[0] == 0
    with open(person.known_hosts, encoding="ascii") as file:
        line = file.read()
    key = re.search(r"x25519 (\S+)", line).group(1)
    with open(person.known_hosts, "w", encoding="ascii") as file:
        file.write("# mine\n" + line.replace(key, ("B" if key[0] == "A" else "A") + key[1:]))
    status, output, complaints = person.run("login", "ann", "--password-stdin", text=SECRET)
    assert (status, output) == (1, "")
    remedy = f"sed -i '2d' '{person.known_hosts}'"
    assert complaints.rstrip().endswith("remove the old one with: " + remedy), complaints
    assert desk.fingerprint in complaints
    assert os.system(remedy) == 0
    with open(person.known_hosts, encoding="ascii") as file:
        assert file.read() == "# mine\n"
    assert person.type(["api"], [("or the fingerprint: ", "yes\n")])[0] == 0


def test_desk_that_is_not_there_is_a_clear_failure(desk):
    status, output, complaints = Person(desk, "unix:/nonexistent/socket").run("api")
    assert (status, output) == (1, "") and "/nonexistent/socket" in complaints, complaints
    status, output, complaints = Person(desk, "127.0.0.1:1").run("api")
    assert (status, output) == (1, "") and "127.0.0.1" in complaints, complaints
    status, output, complaints = Person(desk, "127.0.0.1:port").run("api")
    assert (status, output) == (1, "") and "port has to be a number" in complaints


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
