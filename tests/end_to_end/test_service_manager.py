"""What a service manager and the daemon tell each other, with a stand-in for the manager."""

import os
import signal
import socket
import subprocess

import pytest

from desk import DAEMON, PASSWORD, PATIENCE, Client, Desk, operation
from encrypted import EncryptedClient


@pytest.fixture(name="desk")
def fixture_desk():
    with Desk() as desk:
        yield desk


class Manager:
    """Starts the daemon with a socket for notifications, and hands over listening sockets."""

    def __init__(self, desk, sockets=(), names="", environment=None):
        path = os.path.join(desk.folder, "manager")
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(path)
        self.notify.settimeout(PATIENCE)
        self.said = []
        environment = {**os.environ, "NOTIFY_SOCKET": path, **(environment or {})}
        command = [DAEMON, "serve", "--config", desk.config_path]
        if sockets:
            environment.update(LISTEN_FDS=str(len(sockets)), LISTEN_FDNAMES=names)
            command = ["/bin/sh", "-c", 'LISTEN_PID=$$ exec "$0" "$@"', *command]
        desk.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                        stderr=open(desk.log_path, "ab"), close_fds=False,
                                        preexec_fn=lambda: hand_over(sockets))

    def wait_for(self, word):
        """Everything said until a message has this line."""
        while not any(line.startswith(word) for line in self.said):
            self.said += self.notify.recv(4096).decode().splitlines()
        return self.said

    def close(self):
        self.notify.close()


def hand_over(sockets):
    """In the child: the sockets become descriptors 3, 4 and so on."""
    high = [os.dup(one.fileno()) for one in sockets]
    for index, number in enumerate(high):
        os.dup2(number, 3 + index, inheritable=True)


def test_manager_hears_of_ready_reload_and_stop(desk):
    manager = Manager(desk)
    manager.wait_for("READY=1")
    assert any(line.startswith("STATUS=") for line in manager.said)
    manager.said.clear()
    desk.process.send_signal(signal.SIGHUP)
    manager.wait_for("RELOADING=1")
    assert any(line.startswith("MONOTONIC_USEC=") for line in manager.said)
    manager.wait_for("READY=1")
    assert desk.stop() == 0
    manager.wait_for("STOPPING=1")
    manager.close()


def test_watchdog_is_fed(desk):
    manager = Manager(desk, environment={"WATCHDOG_USEC": "200000"})
    manager.wait_for("WATCHDOG=1")
    manager.said.clear()
    manager.wait_for("WATCHDOG=1")
    assert desk.stop() == 0
    manager.close()


def test_both_kinds_of_sockets_can_be_handed_over(desk):
    """They are open before the daemon is: who comes early waits and is served."""
    path = os.path.join(desk.folder, "given")
    local = socket.socket(socket.AF_UNIX)
    local.bind(path)
    network = socket.socket()
    network.bind(("127.0.0.1", 0))
    for one in (local, network):
        one.listen()
    early = socket.socket(socket.AF_UNIX)
    early.connect(path)
    manager = Manager(desk, [local, network], "local:network")
    manager.wait_for("READY=1")
    address = network.getsockname()
    local.close()
    network.close()
    assert Client(path).call("api")
    assert EncryptedClient(address, desk.fingerprint).call("api")
    assert not os.path.exists(desk.socket)
    early.close()
    assert desk.stop() == 0
    assert os.path.exists(path)
    manager.close()


def test_sockets_meant_for_another_process_are_left_alone(desk):
    manager = Manager(desk, environment={"LISTEN_PID": "1", "LISTEN_FDS": "1"})
    manager.wait_for("READY=1")
    assert desk.connect().call("api")
    assert desk.stop() == 0
    manager.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stop_answers_everything_that_was_accepted_and_says_goodbye(desk, how):
    """Over the network inside the channel: a goodbye, not a lost line."""
    desk.start()
    desk.user("ann").close()
    client = EncryptedClient(("127.0.0.1", desk.port), desk.fingerprint)
    client.login("ann", PASSWORD)
    number = client.ticket()
    waiting = [client.send("ticket.reply", operation=operation(), number=number, text=f"r{index}")
               for index in range(20)]
    desk.process.send_signal(how)
    assert client.wait_closed(), "the line was lost without a goodbye"
    assert client.note("bye")["code"] == "shutting_down"
    client.close()
    assert desk.process.wait(PATIENCE) == 0
    desk.process = None
    assert "whole" in desk.run("verify").stdout
    done = [one for one in waiting if one in client.answers and client.answers[one][0] is None]
    desk.start()
    client = desk.connect()
    client.login("ann")
    assert len(client.call("ticket.messages", number=number)["messages"]) == len(done)
    assert desk.stop() == 0


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
