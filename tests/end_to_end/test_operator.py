"""The operator's side: starting, stopping, reloading, verbs, and what happens when things fail."""

import os
import signal
import socket
import stat

import msgpack
import pytest

from desk import NOBODY, PASSWORD, PATIENCE, Client, Desk, Refused, operation


@pytest.fixture(name="desk")
def fixture_desk():
    with Desk() as desk:
        yield desk


def test_stopping_finishes_what_was_accepted(desk):
    """Everything acknowledged is there afterwards, and clients are told."""
    desk.start()
    client = desk.user("worker")
    packer = msgpack.Packer()
    client.send_bytes(b"".join(
        packer.pack([0, 1000 + index, "ticket.create",
                     [{"operation": operation(), "title": f"T{index}", "problem": "p",
                       "kind": "software"}]]) for index in range(20)))
    assert desk.stop() == 0
    client.wait_closed()
    assert ("bye", "shutting_down") in [(name, note["code"]) for name, note in client.notes]
    done = [result["number"] for error, result in client.answers.values() if error is None]
    desk.start()
    again = desk.connect()
    again.login("worker")
    kept = [one["number"] for one in again.call("ticket.list")["tickets"]]
    assert set(done) <= set(kept)
    refused = {error["code"] for error, _ in client.answers.values() if error is not None}
    assert refused <= {"shutting_down", "too_many"}
    assert desk.stop() == 0
    assert "whole" in desk.run("verify").stdout


def test_killed_daemon_starts_again_with_everything_acknowledged(desk):
    desk.start()
    client = desk.user("worker")
    numbers = [client.ticket() for _ in range(10)]
    assert desk.stop(signal.SIGKILL) != 0
    assert os.path.exists(desk.socket)  # left behind; the next start takes it away
    desk.start()
    client = desk.connect()
    client.login("worker")
    assert [one["number"] for one in client.call("ticket.list")["tickets"]] == numbers[::-1]
    assert desk.stop() == 0
    assert not os.path.exists(desk.socket)


def test_two_daemons_do_not_share_a_desk(desk):
    desk.start()
    second = desk.run("serve", check=False)
    assert second.returncode == 1 and second.stderr.startswith("ttydeskd: ")
    assert desk.connect().call("api")
    assert desk.stop() == 0


def test_socket_of_a_living_daemon_is_left_alone(desk):
    """Even when the desk is another one."""
    desk.start()
    with Desk(listen={"socket": desk.socket}) as other:
        second = other.run("serve", check=False)
        assert second.returncode == 1 and "listens" in second.stderr
    assert desk.connect().call("api")
    assert desk.stop() == 0


def test_file_in_the_way_of_the_socket_is_left_alone(desk):
    with open(desk.socket, "w", encoding="utf-8") as file:
        file.write("mine")
    assert "in the way" in desk.run("serve", check=False).stderr
    with open(desk.socket, encoding="utf-8") as file:
        assert file.read() == "mine"


def test_socket_gets_the_mode_of_the_configuration(desk):
    desk.config["listen"]["socket_mode"] = "0600"
    desk.write_config()
    desk.start()
    assert stat.S_IMODE(os.stat(desk.socket).st_mode) == 0o600
    assert desk.stop() == 0


def test_reload_changes_what_may_change(desk):
    desk.start()
    assert desk.connect().hello["server"] == "ttydesk"
    desk.config["server"]["name"] = "Workshop"
    desk.config["listen"]["backlog"] = "16"
    desk.write_config()
    desk.process.send_signal(signal.SIGHUP)
    while desk.connect().hello["server"] != "Workshop":
        pass
    assert "backlog changes with the next start" in desk.log()
    desk.config["limits"]["connections_max"] = "many"
    desk.write_config()
    desk.process.send_signal(signal.SIGHUP)
    while "stays as it was" not in desk.log():
        desk.connect().close()
    assert desk.connect().hello["server"] == "Workshop"
    assert desk.stop() == 0


def test_sockets_of_the_service_manager_are_served(desk):
    path = os.path.join(desk.folder, "given")
    given = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    given.bind(path)
    given.listen()

    def hand_over():
        os.dup2(given.fileno(), 3)
        os.set_inheritable(3, True)

    # The number of the process that will be the daemon is known only in itself.
    shell = ["/bin/sh", "-c", "LISTEN_PID=$$ exec \"$0\" \"$@\""]
    desk.start(prefix=shell, environment={"LISTEN_FDS": "1"}, preexec=hand_over, pass_fds=(3,))
    assert Client(path).call("api")
    assert not os.path.exists(desk.socket)
    assert desk.stop() == 0
    assert os.path.exists(path)  # not ours to remove


def test_root_has_to_say_so(desk):
    if os.geteuid() != 0:
        pytest.skip("not root")
    desk.config["server"]["allow_root"] = "no"
    desk.write_config()
    refused = desk.run("serve", check=False)
    assert refused.returncode == 1 and "allow_root" in refused.stderr


def test_root_becomes_the_account_of_the_configuration():
    if os.geteuid() != 0:
        pytest.skip("not root")
    with Desk(server={"user": "nobody", "allow_root": "no"}) as desk:
        os.chown(desk.folder, NOBODY, NOBODY)
        desk.start()
        with open(f"/proc/{desk.process.pid}/status", encoding="utf-8") as file:
            assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}" in file.read()
        assert desk.connect(user=NOBODY).call("admin.account_list") is not None
        assert desk.stop() == 0


def test_desk_is_made_once(desk):
    again = desk.run("init", check=False)
    assert again.returncode == 1
    assert desk.run("verify").returncode == 0
    for name in os.listdir(desk.data):
        assert stat.S_IMODE(os.stat(os.path.join(desk.data, name)).st_mode) & 0o077 == 0, name


def test_serving_without_a_desk_says_what_to_do(desk):
    desk.config["server"]["data"] = os.path.join(desk.folder, "none")
    desk.write_config()
    assert "ttydeskd init" in desk.run("serve", check=False).stderr


def test_admins_are_made_with_and_without_a_daemon(desk):
    desk.admin("offline")
    desk.start()
    desk.admin("online")
    for name in ("offline", "online"):
        client = desk.connect()
        assert client.login(name)["account"]["role"] == "admin"
    again = desk.run("admin", "create", "online", "--password-stdin", password=PASSWORD,
                     check=False)
    assert again.returncode == 1 and "taken" in again.stderr
    assert desk.stop() == 0
    again = desk.run("admin", "create", "offline", "--password-stdin", password=PASSWORD,
                     check=False)
    assert again.returncode == 1 and "taken" in again.stderr
    weak = desk.run("admin", "create", "weak", "--password-stdin", password="short", check=False)
    assert weak.returncode == 1 and "at least 12" in weak.stderr
    assert "whole" in desk.run("verify").stdout


def test_password_needs_a_terminal_or_to_be_told():
    with Desk() as desk:
        result = desk.run("admin", "create", "silent", check=False, new_session=True)
        assert result.returncode == 4 and "--password-stdin" in result.stderr


def test_backup_and_restore_bring_the_desk_back(desk):
    desk.start()
    client = desk.user("worker")
    first = client.ticket("Before")
    epoch = client.hello["epoch"]
    copy = os.path.join(desk.folder, "copy")
    desk.run("backup", copy)
    assert stat.S_IMODE(os.stat(copy).st_mode) == 0o600
    assert desk.run("backup", copy, check=False).returncode == 1
    client.ticket("After")
    assert desk.run("restore", copy, check=False).returncode == 1  # it is being served
    assert desk.stop() == 0
    desk.run("restore", copy)
    assert "whole" in desk.run("verify").stdout
    desk.start()
    client = desk.connect()
    client.login("worker")
    assert [one["number"] for one in client.call("ticket.list")["tickets"]] == [first]
    assert client.hello["epoch"] != epoch
    assert client.ticket("Afterwards")
    assert desk.stop() == 0


def test_damaged_desk_is_not_whole(desk):
    desk.start()
    client = desk.user("worker")
    client.ticket("Findable-title-" * 5)
    assert desk.stop() == 0
    path = os.path.join(desk.data, "desk.mdb")
    with open(path, "r+b") as file:
        data = file.read()
        at = data.rfind(b"Findable-title-")
        assert at > 0
        file.seek(at)
        file.write(b"X")
    result = desk.run("verify", check=False)
    assert result.returncode == 1 and "damaged" in result.stderr


def test_full_desk_refuses_changes_and_goes_on_reading():
    with Desk(storage={"map_size": "16M"}) as desk:
        desk.start()
        client = desk.user("filler")
        first = client.ticket("First")
        error = None
        for _ in range(2000):
            try:
                client.ticket(problem="x" * 60000)
            except Refused as refused:
                error = refused.error
                break
        assert error is not None and error["code"] == "disk_full"
        assert client.call("ticket.get", number=first)["ticket"]["title"] == "First"
        assert desk.process.poll() is None
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


def test_configuration_is_checked_and_shown(desk):
    assert desk.run("serve", "--check-config").stdout == ""
    assert "name = ttydesk" in desk.run("serve", "--dump-config").stdout
    desk.config["listen"]["colour"] = "red"
    desk.write_config()
    wrong = desk.run("serve", "--check-config", check=False)
    assert wrong.returncode == 1 and "colour" in wrong.stderr


@pytest.mark.parametrize("arguments, status", [
    (["--help"], 0), (["--version"], 0), (["serve", "--help"], 0), (["admin", "--help"], 0),
    ([], 2), (["explode"], 2), (["serve", "--explode"], 2), (["backup"], 2),
    (["admin", "delete", "x"], 2), (["restore", "a", "b"], 2),
])
def test_command_line(desk, arguments, status):
    result = desk.run(*arguments, check=False, config=False)
    assert result.returncode == status
    assert bool(result.stdout) == (status == 0) and bool(result.stderr) == (status != 0)


def test_idle_daemon_stops_at_once(desk):
    desk.start()
    desk.process.send_signal(signal.SIGINT)
    assert desk.process.wait(PATIENCE) == 0
    desk.process = None
