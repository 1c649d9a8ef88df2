"""A daemon in a folder of its own, and a client that speaks plain msgpack-RPC with it.

The client is written from the published specification and python3-msgpack alone, so that it also
shows that any language's client can talk to the desk. Nothing here sleeps: readiness, answers and
ends are waited for.
"""

import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import msgpack
import pytest

DAEMON = os.environ.get("TTYDESKD", "build/server/ttydeskd")
NOBODY = 65534
PATIENCE = 60  # seconds until something that never comes fails the test; sanitizers are slow
PASSWORD = "violet tractor umbrella"


def operation(ahead_ms=0):
    """An operation id: UUID version 7, made of the time and random bytes."""
    raw = bytearray((int(time.time() * 1000) + ahead_ms).to_bytes(6, "big") + os.urandom(10))
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    return bytes(raw)


class Refused(Exception):
    """The desk answered with an error."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]
        self.error = error


class Closed(Exception):
    """The desk closed the connection."""


class Client:
    """One connection over the Unix socket."""

    def __init__(self, path, user=None, hello=True):
        self.socket = self._connect(path, user)
        self.unpacker = msgpack.Unpacker(raw=False, max_buffer_size=16 << 20)
        self.answers = {}
        self.notes = []
        self.last_id = 0
        self.received = bytearray()
        if hello:
            self.hello = self.call("hello", protocol=1, client="tests")

    def _connect(self, path, user):
        """The kernel tells the other side who we were at this moment."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(PATIENCE)
        before = os.geteuid()
        if user is not None and before != 0:
            pytest.skip("another user's connection needs root")
        os.seteuid(before if user is None else user)
        try:
            sock.connect(path)
        finally:
            os.seteuid(before)
        return sock

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send_bytes(self, data):
        self.socket.sendall(data)

    def send(self, method, **fields):
        """Sends a request and gives its number, for `wait`."""
        self.last_id += 1
        self.send_bytes(msgpack.packb([0, self.last_id, method, [fields]]))
        return self.last_id

    def receive_bytes(self):
        """What the desk sent of the stream of objects; empty at its end."""
        return self.socket.recv(65536)

    def _receive(self):
        data = self.receive_bytes()
        if not data:
            raise Closed()
        self.received += data
        self.unpacker.feed(data)
        for item in self.unpacker:
            if item[0] == 1:
                self.answers[item[1]] = (item[2], item[3])
            else:
                assert item[0] == 2, item
                self.notes.append((item[1], item[2][0]))

    def wait(self, number):
        while number not in self.answers:
            self._receive()
        error, result = self.answers.pop(number)
        if error is not None:
            assert result is None
            raise Refused(error)
        return result

    def call(self, method, **fields):
        return self.wait(self.send(method, **fields))

    def do(self, method, **fields):
        """A command: the same with a fresh operation id."""
        return self.call(method, operation=operation(), **fields)

    def refusal(self, method, **fields):
        """The error of a request that has to be refused."""
        try:
            result = self.call(method, **fields)
        except Refused as refused:
            return refused.error
        raise AssertionError(f"{method} was not refused: {result}")

    def refusal_of(self, method, **fields):
        return self.refusal(method, operation=operation(), **fields)

    def note(self, name):
        """The next notification of that name; earlier ones of other names are kept."""
        while True:
            for index, (found, fields) in enumerate(self.notes):
                if found == name:
                    del self.notes[index]
                    return fields
            self._receive()

    def wait_closed(self):
        """Reads until the desk closes; what it said before is in `notes`."""
        try:
            while True:
                self._receive()
        except (Closed, ConnectionResetError):
            return

    def quiet(self):
        """True when nothing has come in that was not read; after an answer this is certain for all
        the desk said before it."""
        return not self.notes and not select.select([self.socket], [], [], 0)[0]

    def login(self, name, password=PASSWORD):
        return self.call("account.login", name=name, password=password)

    def resume(self, token):
        return self.call("account.resume", token=token)

    def elevate(self, password=PASSWORD):
        return self.call("account.elevate", password=password)

    def ticket(self, title="The printer eats paper", **fields):
        fields = {"problem": "Every second sheet.", "kind": "hardware", **fields}
        return self.do("ticket.create", title=title, **fields)["number"]


class Desk:
    """A desk in a temporary folder; serving it is `start`."""

    # Seconds for which replies of the staff are held; tests of something else want them at once.
    undo_send_seconds = 0
    # New desks demand a second factor of admins; tests of something else have admins without one.
    init = ["init", "--no-second-factor"]

    def __init__(self, **config):
        self.folder = tempfile.mkdtemp(prefix="ttydesk-")
        os.chmod(self.folder, 0o711)
        self.socket = os.path.join(self.folder, "s")
        self.data = os.path.join(self.folder, "desk")
        self.config_path = os.path.join(self.folder, "conf")
        self.log_path = os.path.join(self.folder, "log")
        self.config = {
            "server": {"data": self.data, "allow_root": "yes" if os.geteuid() == 0 else "no"},
            "listen": {"socket": self.socket, "tcp": "127.0.0.1:0"},
            "limits": {"request_rate": 0, "change_rate": 0, "search_rate": 0,
                       "registrations": 0, "registrations_per_source": 0},
            "passwords": {"opslimit": 2, "memlimit": "19M"},
            "storage": {"map_size": "256M"},
            "log": {"level": "debug", "per_source": 0, "total": 0},
        }
        for section, keys in config.items():
            self.config.setdefault(section, {}).update(keys)
        self.write_config()
        self.process = None
        said = self.run(*self.init).stdout
        self.fingerprint = re.search(r"TD1:\S+", said).group()

    def write_config(self):
        with open(self.config_path, "w", encoding="utf-8") as file:
            for section, keys in self.config.items():
                file.write(f"[{section}]\n")
                file.writelines(f"{key} = {value}\n" for key, value in keys.items())

    def run(self, *arguments, password=None, check=True, config=True, new_session=False):
        """Runs a verb of the daemon to its end; a new session has no terminal."""
        command = [DAEMON, *arguments] + (["--config", self.config_path] if config else [])
        result = subprocess.run(
            command, capture_output=True, text=True, start_new_session=new_session,
            input="" if password is None else password + "\n", timeout=PATIENCE * 2, check=False)
        assert not check or result.returncode == 0, result.stderr
        return result

    def start(self, *arguments, prefix=(), environment=None, pass_fds=(), preexec=None):
        """Serves, and waits until the daemon says that it is ready."""
        path = os.path.join(self.folder, "notify")
        if os.path.exists(path):
            os.unlink(path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, \
                open(self.log_path, "ab") as log:
            notify.bind(path)
            notify.settimeout(0.2)
            self.process = subprocess.Popen(
                [*prefix, DAEMON, "serve", "--config", self.config_path, *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=pass_fds,
                preexec_fn=preexec,
                env={**os.environ, "NOTIFY_SOCKET": path, **(environment or {})})
            end = time.monotonic() + PATIENCE
            while True:
                try:
                    if b"READY=1" in notify.recv(4096):
                        return self
                except TimeoutError:
                    assert self.process.poll() is None, self.log()
                    assert time.monotonic() < end, "not ready: " + self.log()

    def log(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def stop(self, how=signal.SIGTERM):
        """Ends the daemon and gives its exit status."""
        if self.process is None:
            return None
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        self.process = None
        return status

    def connect(self, user=None, hello=True):
        return Client(self.socket, user, hello)

    @property
    def port(self):
        """The TCP port of the daemon that was started last."""
        return int(re.findall(r"Listening on TCP port (\d+)\.", self.log())[-1])

    def admin(self, name="boss", password=PASSWORD):
        self.run("admin", "create", name, "--password-stdin", password=password)
        return name

    def user(self, name, client=None):
        """Registers an account and gives a connection that is signed in."""
        client = client or self.connect()
        client.do("account.register", name=name, email=f"{name}@example.org", password=PASSWORD)
        client.login(name)
        return client

    def staff(self, name, role="staff"):
        client = self.user(name)
        client.close()
        with self.connect() as console:
            console.do("admin.account_role", name=name, role=role)
            self.set_undo_send(console)
        client = self.connect()
        client.login(name)
        return client

    def set_undo_send(self, admin):
        settings = admin.call("admin.settings_get")
        if settings["undo_send_seconds"] != self.undo_send_seconds:
            admin.do("admin.settings_update", version=settings["version"],
                     undo_send_seconds=self.undo_send_seconds)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        if kind is not None and os.path.exists(self.log_path):
            print(self.log())
        shutil.rmtree(self.folder, ignore_errors=True)
