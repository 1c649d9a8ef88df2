"""A desk that lies: it speaks the protocol on a Unix socket and puts what it likes into every text.
Clients are to show such text harmlessly or to refuse it."""

import os
import socket
import threading

import msgpack

HONEST = "honest"
TIME = 1_700_000_000_000


class LyingDesk:
    """Answers with `lie` wherever a text is, but lets clients in."""

    def __init__(self, path):
        self.path = path
        self.lie = HONEST
        self.text = HONEST
        self.fail_with = None  # method -> every such request fails with a text for people
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()
        os.unlink(self.path)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        unpacker = msgpack.Unpacker(unicode_errors="surrogateescape")
        try:
            while data := client.recv(65536):
                unpacker.feed(data)
                for _, number, method, _ in unpacker:
                    client.sendall(self._answer(number, method))
        except OSError:
            pass

    def _answer(self, number, method):
        self.text = HONEST if method in ("hello", "account.resume") else self.lie
        if method == self.fail_with:
            failure = {"code": "forbidden", "message": self.text, "field": self.text}
            value = [1, number, failure, None]
        else:
            value = [1, number, None, getattr(self, method.replace(".", "_"))()]
        return msgpack.packb(value, unicode_errors="surrogateescape")

    # Results by method

    def hello(self):
        return {"protocol": 1, "level": 1, "server": self.text, "version": "1", "time": TIME,
                "epoch": bytes(16), "sequence": 1, "registration": "open",
                "limits": {name: 1000 for name in (
                    "request_bytes", "page_max", "in_flight_max", "subscriptions_max", "title_max",
                    "problem_max", "message_max", "password_min")}}

    def account_login(self):
        return {"token": bytes(32), "expires": TIME, "account": self._account()}

    account_resume = account_login

    def account_get(self):
        return {"account": self._account()}

    def account_register(self):
        return {"name": self.text, "version": 1, "sequence": 1}

    def _account(self):
        return {"name": self.text, "email": self.text, "display_name": self.text,
                "role": "user", "state": "active", "created": TIME, "version": 1}

    def _ticket(self):
        return {"number": 1, "version": 1, "title": self.text, "kind": "hardware",
                "status": "MINOR", "severity": "minor", "state": "open", "requester": self.text,
                "owner": self.text, "created": TIME, "updated": TIME, "reply_count": 1,
                "editable": True}

    def ticket_list(self):
        return {"tickets": [self._ticket() for _ in range(10)], "more": False, "sequence": 1}

    def ticket_get(self):
        return {"ticket": self._ticket(), "problem": self.text, "sequence": 1}

    def ticket_messages(self):
        messages = [{"sequence": index + 1, "kind": "reply", "author": self.text,
                     "author_role": "staff", "time": TIME, "text": self.text}
                    for index in range(10)]
        return {"messages": messages, "more": False, "sequence": 1}

    def ticket_mark_read(self):
        return {}

    def ticket_history(self):
        entries = [{"sequence": index + 1, "time": TIME, "actor": self.text,
                    "what": "ticket.update",
                    "changes": [{"field": self.text, "old": self.text, "new": self.text}]}
                   for index in range(10)]
        return {"entries": entries, "more": False, "sequence": 1}

    def api(self):
        methods = [{"name": self.text, "kind": self.text, "role": self.text, "since": 1,
                    "help": self.text, "request": [], "reply": []} for _ in range(10)]
        return {"protocol": 1, "level": 1, "methods": methods, "notifications": [], "records": [],
                "errors": [{"code": self.text, "message": self.text}]}
