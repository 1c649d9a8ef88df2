"""Somebody with a home folder of their own who runs the verbs of `ttydesk`."""

import json
import os
import pty
import select
import shutil
import subprocess
import tempfile

from desk import PASSWORD, PATIENCE

PROGRAM = os.environ.get("TTYDESK", "build/tui/ttydesk")


class Person:
    """`server` is what --server says; None: the desk's Unix socket."""

    def __init__(self, desk, server=None):
        self.home = tempfile.mkdtemp(prefix="home-", dir=desk.folder)
        self.server = server or f"unix:{desk.socket}"
        self.environment = {
            **{name: value for name, value in os.environ.items()
               if not name.startswith(("XDG_", "TTYDESK"))},
            "HOME": self.home, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color",
            "TTYDESK_SERVER": self.server,
        }

    @property
    def known_hosts(self):
        return os.path.join(self.home, ".config/ttydesk/known_hosts")

    def sign_ins(self):
        """The files that hold tokens."""
        folder = os.path.join(self.home, ".local/state/ttydesk/sign-ins")
        names = os.listdir(folder) if os.path.isdir(folder) else []
        return [os.path.join(folder, name) for name in names if not name.endswith(".lock")]

    def start(self, *arguments, **more):
        """Begins a verb, away from any terminal."""
        return subprocess.Popen(
            [PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment, start_new_session=True,
            **{"text": True, **more})

    def run(self, *arguments, text=""):
        """Runs a verb with `text` on its standard input: (status, output, complaints)."""
        process = self.start(*arguments)
        try:
            output, complaints = process.communicate(text, timeout=PATIENCE)
        finally:
            process.kill()
        return process.returncode, output, complaints

    def do(self, *arguments, text=""):
        """The output of a verb that has to succeed."""
        status, output, complaints = self.run(*arguments, text=text)
        assert (status, complaints) == (0, ""), (arguments, status, output, complaints)
        return output

    def json(self, *arguments, text=""):
        return json.loads(self.do(*arguments, "--json", text=text))

    def sign_in(self, name, password=PASSWORD):
        self.do("login", name, "--password-stdin", text=password + "\n")
        return self

    def type(self, arguments, answers):
        """Runs a verb at a terminal and answers each question once it stands there:
        (status, everything on the screen)."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve(PROGRAM, [PROGRAM, *arguments], self.environment)
        screen, rest = b"", list(answers)
        while select.select([terminal], [], [], PATIENCE)[0]:
            try:
                data = os.read(terminal, 4096)
            except OSError:  # the other side is closed
                break
            screen += data
            if rest and rest[0][0].encode() in screen:
                os.write(terminal, rest.pop(0)[1].encode())
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), screen.decode()

    def forget(self):
        shutil.rmtree(self.home, ignore_errors=True)
        os.mkdir(self.home)
