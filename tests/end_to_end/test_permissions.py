"""The table in docs/permissions.md, tried on the wire: every method by everybody about every kind of
ticket, with a client that checks nothing itself. What is refused must not have changed anything."""

import pathlib
import re

import pytest

from desk import PASSWORD, Desk, Refused, operation
from encrypted import connect

PAGE = pathlib.Path(__file__).parents[2] / "docs/permissions.md"
COLUMNS = ["nobody", "user", "staff", "admin", "admin mode", "console"]
RELATIONS = ["own", "other", "deleted", "absent"]
REFUSALS = {"not_signed_in", "forbidden", "elevation_required", "not_found"}
# Said before anybody's rights are looked at: such a request has tried nothing.
NO_REQUEST = {"missing_field", "unknown_field"}
ABSENT = 999999
# What signs somebody in, out, up or down: tried on a connection of its own.
OWN_CONNECTION = {"hello", "account.login", "account.login_key", "account.elevate_key", "account.resume", "account.logout", "account.elevate",
                  "account.set_password", "account.end_elevation",
                  "account.act_as", "account.register"}
# Fields that name something other than a ticket; it is not there, which tells nothing.
LACKING = {"message", "what", "canned", "code"}
# Named by an id that is nobody's: whoever may is told so.
ONES_OWN = {"account.end_sign_in", "account.forget_device", "account.key_remove",
            "admin.key_remove"}
# Would sign out the others that the table is tried by; test_devices.py has it.
LEFT_OUT = {"account.end_other_sign_ins"}


# Allowed, and then there is no such other ticket, message, act or upload.
OTHER_MISSING = {"ticket.undo", "ticket.link", "ticket.unlink", "ticket.merge", "ticket.split",
                 "attachment.chunk", "attachment.finish", "attachment.read", "attachment.remove"}
# What the page says of fields is narrower than the table: the requester reads no former versions.
BY_FIELD = {("message.versions", "user", "own"): "forbidden"}


def read_table():
    """method -> column -> cell."""
    table = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"`[a-z_.]+`", cells[0]) and len(cells) == len(COLUMNS) + 1:
            table[cells[0].strip("`")] = dict(zip(COLUMNS, cells[1:]))
    return table


TABLE = read_table()
# Those whose answer depends on what the ticket is to the asker; the two others have cells of their
# own below.
BY_RELATION = {"read", "reply", "edit", "work", "kept"}
ABOUT_TICKETS = {method for method, cells in TABLE.items() if BY_RELATION & set(cells.values())}
ABOUT_TICKETS -= {"account.get", "feed.subscribe"}
# The desk's own: nobody may, and nobody is even told that they are there.
INTERNAL = {method for method, cells in TABLE.items() if set(cells.values()) == {"no"}}
SIMPLE = {"yes": None, "sign in": "not_signed_in", "no": "forbidden", "mode": "elevation_required"}
OWN = {"own": None}
LIVE = {"own": None, "other": None}
# By what the asker's role makes of "own" and "other": all rights in the default queue, or none.
FOR_USERS = {"read": OWN, "reply": OWN, "edit": OWN, "work": {"own": "forbidden"}}
FOR_STAFF = {"read": LIVE, "reply": LIVE, "edit": LIVE, "work": LIVE}
KEPT = {"own": None, "other": None, "deleted": None}


def expected(method, column, relation):
    """The refusal, or None when it is allowed."""
    cell = TABLE[method][column]
    if (method, column, relation) in BY_FIELD:
        return BY_FIELD[(method, column, relation)]
    if method in INTERNAL:
        return "unknown_method"
    if cell in SIMPLE:
        return SIMPLE[cell]
    if cell == "kept":
        return KEPT.get(relation, "not_found")
    by_relation = FOR_USERS if column == "user" else FOR_STAFF
    return by_relation[cell].get(relation, "not_found")


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        desk.user("ann").close()
        desk.user("other").close()
        desk.staff("sam").close()
        desk.staff("eve", role="admin").close()
        desk.staff("target").close()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


@pytest.fixture(scope="module", name="world")
def fixture_world(desk):
    return World(desk)


class World:
    """Makes tickets for a cell and knows whether anything changed."""

    def __init__(self, desk):
        self.desk = desk
        self.other = connect(desk)
        self.other.login("other")
        self.console = desk.connect()
        self.console.do("admin.queue_create", name="elsewhere")
        self.owners = {}
        for name in ("ann", "sam", "eve"):
            self.owners[name] = connect(desk)
            self.owners[name].login(name)

    def sequence(self):
        return self.other.call("ticket.list", limit=1)["sequence"]

    def target(self):
        """An account that has asked for a role."""
        name = "target" + operation().hex()[-12:]
        with self.desk.user(name) as client:
            client.do("account.request_role", role="staff")
        return name

    def number(self, relation, name, method):
        """A fresh ticket in that relation to the asker."""
        if relation == "absent":
            return ABSENT
        owner = self.owners[name] if relation == "own" and name in self.owners else self.other
        number = owner.ticket("canary of " + relation)
        needs_deleted = method in ("admin.ticket_restore", "admin.ticket_purge")
        if relation == "deleted" or needs_deleted and relation in ("own", "other"):
            self.console.do("admin.ticket_delete", number=number)
        return number


class Asker:
    """Somebody of one column of the table."""

    NAMES = {"user": "ann", "staff": "sam", "admin": "eve", "admin mode": "eve"}

    def __init__(self, desk, column):
        self.desk = desk
        self.column = column
        self.name = self.NAMES.get(column)
        self.client = self.connect()

    def connect(self):
        if self.column == "console":
            return self.desk.connect()
        client = connect(self.desk)
        if self.name is not None:
            client.login(self.name)
        if self.column == "admin mode":
            client.elevate()
        return client

    def try_it(self, method, fields):
        """The refusal's code, or None."""
        client = self.connect() if method in OWN_CONNECTION else self.client
        try:
            client.call(method, **fields)
            return None
        except Refused as refused:
            # The ticket is there, and only what it has not got is missing.
            return None if refused.error.get("field") in LACKING else refused.code
        finally:
            if client is not self.client:
                leave(client)


def leave(client):
    """Signs out: an account has so many sign-ins, and one more ends the oldest."""
    try:
        client.call("account.logout")
    except Refused:
        pass
    client.close()


def fields_of(method, number, world):
    """Plausible fields for anybody."""
    fields = {
        "hello": {"protocol": 1},
        "account.register": {"name": "new" + operation().hex()[:20], "password": PASSWORD,
                             "email": operation().hex() + "@example.org"},
        "account.login": {"name": "other", "password": PASSWORD},
        "account.resume": {"token": bytes(32)},
        "account.end_sign_in": {"id": ABSENT},
        # No key of theirs, and a signature that is none.
        "account.login_key": {"name": "other", "public_key": bytes(32), "signature": bytes(64)},
        "account.key_add": {"label": "K", "public_key": bytes(32), "signature": bytes(64),
                            "password": PASSWORD},
        "account.key_remove": {"id": ABSENT},
        "admin.keys": {"name": "target"},
        "admin.key_remove": {"name": "target", "id": ABSENT},
        "account.forget_device": {"id": ABSENT},
        "admin.sign_ins": {"name": "target"},
        "admin.end_sign_ins": {"name": "target"},
        "admin.unlock": {"name": "target"},
        "account.use_code": {"name": "other", "code": "0123456789ABCDEF", "password": PASSWORD},
        "account.update": {"version": 1, "display_name": "X"},
        # Wrong on purpose: it is allowed to try, and everybody stays signed in.
        "account.set_password": {"old_password": "not this one", "password": PASSWORD + "!"},
        "account.request_role": {"role": "admin"},
        "account.elevate": {"password": PASSWORD},
        "account.elevate_key": {"public_key": bytes(32), "signature": bytes(64)},
        "account.totp_begin": {"password": PASSWORD},
        "account.totp_confirm": {"code": "000000"},
        # Nobody of them has one, and everybody may be told so.
        "account.totp_remove": {"password": PASSWORD, "code": "000000"},
        "admin.totp_reset": {"name": "target"},
        "account.act_as": {"name": "target"},
        "ticket.create": {"title": "T", "problem": "P", "kind": "hardware"},
        "ticket.update": {"number": number, "version": 1, "status": "MAJOR"},
        "ticket.pend": {"number": number, "version": 1},
        "ticket.open": {"number": number, "version": 1},
        "ticket.reply": {"number": number, "text": "R"},
        "ticket.note": {"number": number, "text": "N"},
        "ticket.move": {"number": number, "queue": "elsewhere"},
        "admin.queue_create": {"name": "q" + operation().hex()[:20]},
        "admin.queue_update": {"queue": "elsewhere", "version": 1, "description": "X"},
        "admin.queue_rights": {"queue": "elsewhere", "name": "target", "rights": "read"},
        "admin.queue_members": {"queue": "elsewhere"},
        "queue.people": {"queue": "elsewhere"},
        "ticket.mark_read": {"number": number, "sequence": 1},
        "ticket.give": {"number": number, "name": "sam"},
        "ticket.cc_add": {"number": number, "name": "target"},
        "attachment.begin": {"number": number, "name": "a.log", "size": 1, "hash": bytes(32)},
        "attachment.chunk": {"upload": 1, "offset": 0, "data": b"a"},
        "attachment.finish": {"upload": 1},
        "attachment.list": {"number": number},
        "attachment.read": {"number": number, "id": 1, "offset": 0},
        "attachment.remove": {"number": number, "id": 1},
        "ticket.cc_remove": {"number": number, "name": "target"},
        "ticket.bulk": {"tickets": [{"number": number}], "act": "status", "status": "MAJOR"},
        "ticket.undo": {"sequence": 1},  # nobody of them has done that
        "presence.set": {"number": number, "doing": "reading"},
        "ticket.withdraw": {"number": number, "message": 1},
        "ticket.send_now": {"number": number, "message": 1},
        "draft.save": {"what": "reply", "number": number, "text": "D"},
        "draft.get": {"what": "ticket"},
        "draft.remove": {"what": "ticket"},
        "admin.canned_create": {"name": "c" + operation().hex()[:20], "text": "C"},
        "admin.canned_update": {"canned": "missing", "version": 1, "text": "C"},
        "admin.canned_remove": {"canned": "missing", "version": 1},
        "message.edit": {"number": number, "message": 1, "text": "E"},
        "message.retract": {"number": number, "message": 1},
        "message.versions": {"number": number, "message": 1},
        # To a ticket that is not there: what is refused so has passed the table.
        "ticket.link": {"number": number, "kind": "relates", "to": ABSENT},
        "ticket.unlink": {"number": number, "to": ABSENT},
        "ticket.unmerge": {"number": number},
        "ticket.tag": {"number": number, "add": "vpn"},
        "ticket.merge": {"number": number, "version": 1, "into": ABSENT},
        "ticket.split": {"number": number, "message": ABSENT, "title": "T"},
        "feed.subscribe": {"feed": "own"},
        "feed.unsubscribe": {"feed": "own"},
        "admin.account_create": {"name": "made" + operation().hex()[:20], "role": "staff",
                                 "email": operation().hex() + "@example.org"},
        "admin.account_role": {"name": "target", "role": "user"},
        "admin.settings_update": {"version": 1, "registration": "open"},
    }.get(method)
    if fields is None and method in ABOUT_TICKETS:
        fields = {"number": number}
    if fields is None and re.fullmatch(r"admin\.(account_|role_)"
                                       r"(disable|enable|reset|grant|decline|export|anonymise)",
                                       method):
        fields = {"name": world.target()}
    if method == "admin.role_grant":
        fields["role"] = "staff"
    return dict(fields or {})


def test_table_and_desk_know_the_same_methods(desk):
    with desk.connect() as client:
        assert {one["name"] for one in client.call("api")["methods"]} == set(TABLE) - INTERNAL
    assert INTERNAL


@pytest.mark.parametrize("column", COLUMNS)
def test_every_method_answers_as_the_table_says(desk, world, column):
    """All relations of all methods for one column; also that a refusal changed nothing."""
    operations = {one["name"]: "operation" in [field["name"] for field in one["request"]]
                  for one in world.other.call("api")["methods"]}
    asker = Asker(desk, column)
    wrong, tried = [], 0
    for method in [name for name in TABLE if name not in LEFT_OUT]:
        for relation in RELATIONS if method in ABOUT_TICKETS else ["own"]:
            if relation == "own" and asker.name is None and method in ABOUT_TICKETS:
                continue  # they have no tickets
            number = world.number(relation, asker.name, method)
            fields = fields_of(method, number, world)
            if operations.get(method):
                fields["operation"] = operation()
            before = world.sequence()
            code = asker.try_it(method, fields)
            right = expected(method, column, relation)
            if method in ONES_OWN and right is None:
                right = "not_found"
            refusals = REFUSALS - {"not_found"} if method in OTHER_MISSING else REFUSALS
            if right is None and code in refusals or right is not None and code != right:
                wrong.append((method, relation, code, right))
            if code in NO_REQUEST:
                wrong.append((method, relation, code, "fields_of does not know the method"))
            if right is not None and world.sequence() != before:
                wrong.append((method, relation, "it changed something"))
            tried += 1
    leave(asker.client)
    assert not wrong
    assert tried > 45


def test_missing_and_hidden_tickets_answer_byte_for_byte_alike(desk, world):
    """Over both ways in: the answer may not tell that something is there."""
    operations = {one["name"]: "operation" in [field["name"] for field in one["request"]]
                  for one in world.other.call("api")["methods"]}
    for client in (connect(desk), desk.connect()):
        client.login("ann")
        for relation in ("other", "deleted"):
            for method in sorted(ABOUT_TICKETS):
                answers = []
                for number in (world.number(relation, "ann", method), ABSENT):
                    fields = fields_of(method, number, world)
                    if operations[method]:
                        fields["operation"] = operation()
                    answers.append(client.refusal(method, **fields))
                assert answers[0] == answers[1], (method, relation)
        assert b"canary" not in client.received
        client.close()


def test_filters_and_feeds_of_staff_are_not_for_users(desk):
    client = connect(desk)
    client.login("ann")
    for name in ("ann", "other", "nobody"):
        assert client.refusal("ticket.list", requester=name)["code"] == "forbidden"
    assert client.refusal("ticket.list", deleted=True)["code"] == "forbidden"
    assert client.refusal("feed.subscribe", feed="all")["code"] == "forbidden"
    assert client.refusal("account.get", name="other")["code"] == "not_found"
    assert client.refusal("account.get", name="nobody")["code"] == "not_found"
    staff = connect(desk)
    staff.login("sam")
    assert staff.refusal("ticket.list", deleted=True)["code"] == "forbidden"
    admin = connect(desk)
    admin.login("eve")
    assert admin.refusal("ticket.list", deleted=True)["code"] == "elevation_required"


@pytest.mark.parametrize("field", ["role", "state", "admin", "id", "version", "created"])
def test_nobody_registers_as_more_than_a_user(desk, field):
    client = connect(desk)
    error = client.refusal_of("account.register", name="climber", email="c@example.org",
                              password=PASSWORD, **{field: "admin"})
    assert (error["code"], error["field"]) == ("unknown_field", field)


def test_nobody_changes_their_own_role_or_state(desk):
    client = connect(desk)
    client.login("eve")
    client.elevate()
    for method, fields in (("admin.account_role", {"role": "user"}), ("admin.account_disable", {})):
        assert client.refusal_of(method, name="eve", **fields)["code"] == "not_on_self"


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
