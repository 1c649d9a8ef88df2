"""The configuration file: what is wrong with it is told by file and line, and what is in force can
be printed and used again."""

import os
import re
import signal

import pytest

from desk import Desk


@pytest.fixture(name="desk")
def fixture_desk():
    with Desk() as desk:
        yield desk


def dump(desk, path=None):
    if path is None:
        return desk.run("serve", "--dump-config").stdout
    return desk.run("serve", "--dump-config", "--config", path, config=False).stdout


def write(desk, text, name="other"):
    path = os.path.join(desk.folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def test_dump_read_again_is_the_same(desk):
    first = dump(desk)
    assert "memlimit = 19M" in first and f"data = {desk.data}" in first
    assert dump(desk, write(desk, first)) == first


def test_every_key_can_be_changed_and_is_dumped_as_it_was_given(desk):
    """No key is read and then forgotten."""
    other = {"yes": "no", "no": "yes", "text": "json", "info": "debug"}
    changed, count = [], 0
    for line in dump(desk).splitlines():
        key = re.fullmatch(r"(\w+) = (.*)", line)
        if key is not None and key.group(2) in other:
            line = f"{key.group(1)} = {other[key.group(2)]}"
            count += 1
        elif key is not None and key.group(1) in ("name", "page_size", "socket_mode", "tcp"):
            line = {"name": "name = Werkstatt Süd", "page_size": "page_size = 7",
                    "socket_mode": "socket_mode = 0600", "tcp": "tcp = [::1]:7414, *:7415"}[
                        key.group(1)]
            count += 1
        changed.append(line)
    text = "\n".join(changed) + "\n"
    assert count >= 6 and dump(desk, write(desk, text)) == text


@pytest.mark.parametrize("line, words", [
    ("colour = red", "colour"),
    ("request_rate = many", "many"),
    ("request_rate = -1", "-1"),
    ("depth = 1000", "1000"),
    ("login_grace = 5 parsecs", "parsecs"),
    ("request_rate = 5\nrequest_rate = 6", "request_rate"),
    ("[colours]\nred = yes", "colours"),
    ("no equals sign", ""),
])
def test_what_is_wrong_is_told_by_file_and_line(desk, line, words):
    path = write(desk, "# A comment.\n[limits]\n\npage_size = 9\n" + line + "\n")
    wrong = desk.run("serve", "--check-config", "--config", path, config=False, check=False)
    assert wrong.returncode == 1 and wrong.stdout == ""
    number = 4 + len(line.splitlines())
    found = re.search(re.escape(path) + r":(\d+)", wrong.stderr)
    assert found and int(found.group(1)) in (number, number + 1) and words in wrong.stderr, \
        wrong.stderr
    # serve and init go no further than that.
    for verb in ("serve", "init", "verify"):
        again = desk.run(verb, "--config", path, config=False, check=False)
        assert again.returncode == 1 and again.stderr == wrong.stderr


def test_file_that_was_named_has_to_be_there(desk):
    path = os.path.join(desk.folder, "missing")
    wrong = desk.run("serve", "--check-config", "--config", path, config=False, check=False)
    assert wrong.returncode == 1 and path in wrong.stderr


def test_installed_example_is_what_holds_without_a_file(desk):
    """Every line of data/ttydeskd.conf is a comment, and every key in it the default."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with open(os.path.join(root, "data/ttydeskd.conf"), encoding="utf-8") as file:
        example = file.read()
    assert not [line for line in example.splitlines() if re.match(r"\w", line)]
    defaults = dump(desk, write(desk, ""))
    assert dump(desk, write(desk, re.sub(r"^#(\w+ =)", r"\1", example, flags=re.M))) == defaults


def test_reload_changes_how_much_is_logged(desk):
    desk.config["log"]["level"] = "info"
    desk.write_config()
    desk.start()

    def debug_lines():
        desk.connect().close()
        return [line for line in desk.log().splitlines() if " debug: " in line]

    for _ in range(20):
        assert debug_lines() == []
    desk.config["log"]["level"] = "debug"
    desk.write_config()
    desk.process.send_signal(signal.SIGHUP)
    while not debug_lines():
        assert desk.process.poll() is None
    assert desk.stop() == 0


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
