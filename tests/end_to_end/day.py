"""A day at a desk: who is there, what they do, what was acknowledged; and how the daemon dies."""

import collections
import json
import random
import re
import signal
import time

import day_acts
import day_links
import day_work
from day_people import Member
from day_record import ADMIN, MARK, PEOPLE, Record
from desk import PASSWORD, PATIENCE, operation

HOLD_SECONDS = 300  # nothing is sent by itself unless the day wants it
IN_FLIGHT = ["reply", "note", "take", "tag", "file", "copy", "watch", "answer", "change", "rename"]
BYTES_MARK = re.compile(MARK.pattern.encode())


class Day:
    """The desk, the people and the record."""

    def __init__(self, desk, seed):
        self.desk, self.chance = desk, random.Random(seed)
        self.record = Record(self.chance)
        self.people, self.contents = {}, {}
        self.done = collections.Counter()
        self.busy = set()     # numbers that an act in flight or a timer is about
        self.seen = {name: set() for name in PEOPLE}  # numbers they could ever see
        self.expected = []    # (number, whether what time was to do has been done)
        self.hold_seconds = HOLD_SECONDS

    # Choosing

    def free(self):
        return [one for one in self.record.standing() if one.number not in self.busy]

    def pick(self, fits, names):
        found = [(ticket, who) for ticket in self.free() for who in names if fits(ticket, who)]
        return self.chance.choice(found) if found else None

    @staticmethod
    def age(name):
        return ["boss", "ann", "bob", "cat", "dan", "sam", "sue", "tom", "eve"].index(name)

    @staticmethod
    def sentence(who, parts):
        """As a line of history joins them."""
        joined = ", ".join(parts[:-1])
        return f"{who} {joined} and {parts[-1]}" if joined else f"{who} {parts[-1]}"

    # Doing

    def act(self, kind):
        """One of that kind that fits somebody and some ticket now, or None."""
        kinds = {**vars(day_acts), **vars(day_work), **vars(day_links)}
        return kinds[kind](self)

    def by_verb(self, act):
        member = self.people[act.who]
        if act.method is None and act.words[0] == "attach":
            member.do(*act.words)
            return {}
        return member.json(*act.words, text=act.text)

    def perform(self, act):
        if act.method is None or self.chance.random() < 0.6:
            result = self.by_verb(act)
        else:
            result = self.people[act.who].client.do(act.method, **act.fields)
        self.acknowledge(act, result)

    def acknowledge(self, act, result):
        if "sequence" in result:
            self.record.acknowledged(act.who, act.method or act.words[0], result)
        act.done(result)
        self.settle()

    def settle(self):
        """After every change: versions that the answer did not tell, and who may know what."""
        for ticket in self.record.standing():
            if ticket.version is None:
                ticket.version = self.people[ADMIN].client.call(
                    "ticket.get", number=ticket.number)["ticket"]["version"]
        self.record.widen()
        for name in PEOPLE:
            self.seen[name] |= {one.number for one in self.record.tickets.values()
                                if self.record.sees(name, self.record.survivor(one))}

    def may_have(self, who, text):
        for mark in MARK.findall(text):
            self.record.told[mark].add(who)

    def set_hold(self, seconds):
        with self.desk.connect() as console:
            settings = console.call("admin.settings_get")
            console.do("admin.settings_update", version=settings["version"],
                       undo_send_seconds=seconds)

    def wait_for_time(self):
        """Until everything that was to come by itself has come."""
        end = time.monotonic() + PATIENCE
        while self.expected:
            self.expected = [(number, came) for number, came in self.expected if not came()]
            assert time.monotonic() < end, self.expected
            time.sleep(0.02 if self.expected else 0)
        self.busy.clear()
        self.settle()

    # The morning

    def open(self):
        desk = self.desk
        for name in PEOPLE:
            self.people[name] = Member(desk, name)
        self.set_hold(HOLD_SECONDS)
        with desk.connect() as console:
            console.do("admin.canned_create", name="restart", title="Restart",
                       text="Dear {requester_name}, restart #{number}.")
        for name in ("ann", "bob", "cat", "dan", "sam", "sue", "tom"):
            member = self.people[name]
            member.do("register", name, "--email", f"{name}@example.org", "--password-stdin",
                      text=PASSWORD + "\n")
        code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}",
                         desk.run("account", "create", "eve").stdout).group()
        self.use_code("eve", code, PASSWORD)
        for name in ("sam", "sue"):
            desk.run("account", "role", name, "staff")
        for queue, only in (("paper", "no"), ("vault", "yes")):
            desk.run("queue", "create", queue, "--members-only", only)
        desk.run("queue", "rights", "paper", "sue", "read")
        desk.run("queue", "rights", "vault", "sue", "all")
        self.record.role["tom"] = "user"
        for name in PEOPLE:
            self.people[name].sign_in(name)
            self.listen(name)

    def listen(self, name):
        self.people[name].listen("own" if self.record.role[name] == "user" else "all")

    def use_code(self, name, code, password):
        member = self.people[name]
        member.password = password
        member.do("account", "use-code", name, "--password-stdin", text=f"{code}\n{password}\n")

    def promote(self):
        """Somebody who was a user until now asks to join the staff, and is let in."""
        tom, boss = self.people["tom"], self.people[ADMIN].client
        self.hear_all()
        assert self.leaked("tom") == set()
        tom.client.do("account.request_role", role="staff", reason="I join the help desk.")
        boss.elevate()
        assert [one["name"] for one in boss.call("admin.role_requests")["requests"]] == ["tom"]
        boss.do("admin.role_grant", name="tom", role="staff")
        tom.client.wait_closed()
        self.desk.run("queue", "rights", "vault", "tom", "all")
        boss.call("account.end_elevation")
        self.record.role["tom"] = "staff"
        assert tom.run("list")[0] == 4, "the new role ends the sign-in"
        tom.sign_in_anew("all")
        self.settle()

    # The daemon dies

    def kill(self):
        """Acts are on their way when it happens. Each is asked for again, under its own id, and is
        there once; a verb that was cut off looks before it asks again."""
        waiting = []
        for kind in self.chance.sample(IN_FLIGHT, 7):
            act = self.act(kind)
            if act is None:
                continue
            if "number" in act.fields:
                self.busy.add(act.fields["number"])
            fields = {"operation": operation(), **act.fields}
            client = self.people[act.who].client
            waiting.append((act, fields, client, client.send(act.method, **fields)))
        assert len(waiting) > 3
        for act, _, client, number in self.chance.sample(waiting, self.chance.randint(0, 2)):
            act.answer = client.wait(number)
        verb = self.act("reply")
        process = self.people[verb.who].start(*verb.words, "--json") if verb else None
        assert self.desk.stop(signal.SIGKILL) == -signal.SIGKILL
        output = process.communicate(timeout=PATIENCE)[0] if process else ""
        for member in self.people.values():
            try:
                member.client.wait_closed()
            except OSError:
                pass
        self.verify()
        self.desk.start()
        for name in PEOPLE:
            self.listen(name)
        for act, fields, _, _ in waiting:
            client = self.people[act.who].client
            result = client.call(act.method, **fields)
            assert getattr(act, "answer", result) == result
            assert client.call(act.method, **fields) == result
            self.acknowledge(act, result)
        self.busy = {number for number, _ in self.expected}
        if verb:
            self.find_out(verb, output)

    def find_out(self, act, output):
        """What became of a verb that was cut off."""
        client = self.people[act.who].client
        number, text = act.fields["number"], act.fields["text"]
        there = [one for one in client.call("ticket.messages", number=number, limit=200)["messages"]
                 if one["text"] == text]
        if output:
            result = json.loads(output)
            assert len(there) == 1
        elif there:
            version = client.call("ticket.get", number=number)["ticket"]["version"]
            result = {"number": number, "version": version, "sequence": there[0]["sequence"]}
        else:
            return self.perform(act)
        return self.acknowledge(act, result)

    def verify(self):
        """The whole journal is replayed and compared with what is stored."""
        verdict = self.desk.run("verify", check=False)
        assert verdict.returncode == 0 and "whole" in verdict.stdout, verdict.stderr

    # Who heard what

    def hear_all(self):
        """Everything the desk has said by now is in the recordings."""
        for member in self.people.values():
            member.client.call("account.get")

    def leaked(self, name):
        """Byte for byte: marks that somebody got although they stand only in what is not theirs."""
        found = {mark.decode() for mark in BYTES_MARK.findall(self.people[name].received())}
        return found - {mark for mark, who in self.record.told.items() if name in who}
