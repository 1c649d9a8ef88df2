"""Signing in with a key: what is signed is written here once more, from docs/protocol.md alone, with
another implementation of Ed25519 and, over TCP, of the channel."""

import base64
import hashlib
import os
import re
import socket

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desk import PASSWORD, Closed, Desk
from encrypted import WAYS, EncryptedClient
from person import Person
from totp import set_up

CONTEXTS = {"unix": {"login": b"ttydesk-auth-unix-v1", "add": b"ttydesk-key-add-unix-v1",
                     "elevate": b"ttydesk-elevate-unix-v1"},
            "tcp": {"login": b"ttydesk-auth-v1", "add": b"ttydesk-key-add-v1",
                    "elevate": b"ttydesk-elevate-v1"}}


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0
        assert "whole" in desk.run("verify").stdout


@pytest.fixture(params=sorted(WAYS), name="way")
def fixture_way(request):
    return request.param


class Key:
    """A private key and what it signs."""

    def __init__(self):
        self.private = Ed25519PrivateKey.generate()
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def fingerprint(self):
        digest = hashlib.blake2b(self.public, digest_size=32).digest()
        return "TK1:" + base64.b64encode(digest).decode().rstrip("=")

    def sign(self, context, binding, name):
        return self.private.sign(context + b"\0" + binding + name.encode())


def binding_of(client, way):
    """What names this connection now."""
    if way == "tcp":
        return client.channel.handshake_hash
    return client.call("hello", protocol=1)["nonce"]


def fresh_name(desk, role="user"):
    name = "k" + os.urandom(6).hex()
    desk.user(name).close()
    if role != "user":
        with desk.connect() as console:
            console.do("admin.account_role", name=name, role=role)
    return name


def fields_to_login(client, way, key, name, purpose="login", binding=None):
    binding = binding or binding_of(client, way)
    return {"name": name, "public_key": key.public,
            "signature": key.sign(CONTEXTS[way][purpose], binding, name)}


def login(client, way, key, name, **more):
    result = client.call("account.login_key", **fields_to_login(client, way, key, name), **more)
    if way == "tcp":
        client.channel.signed_in = True
    return result


def fields_to_add(client, way, key, name, label="laptop", password=PASSWORD, purpose="add"):
    signature = key.sign(CONTEXTS[way][purpose], binding_of(client, way), name)
    return {"label": label, "public_key": key.public, "signature": signature, "password": password}


def with_key(desk, way, role="user"):
    """An account with a key, and a connection of it that was made with the password."""
    name, key = fresh_name(desk, role), Key()
    client = WAYS[way](desk)
    client.login(name)
    client.do("account.key_add", **fields_to_add(client, way, key, name))
    return name, key, client


def test_a_key_is_added_listed_and_opens_the_account(desk, way):
    name, key, client = with_key(desk, way)
    found = client.call("account.keys")["keys"]
    assert [(one["label"], one["fingerprint"]) for one in found] == [("laptop", key.fingerprint)]
    assert "used" not in found[0]
    other = WAYS[way](desk)
    assert login(other, way, key, name, device="phone")["account"]["name"] == name
    assert other.call("account.get")["account"]["name"] == name
    used = client.call("account.keys")["keys"][0]
    assert used["used"] >= used["created"] and used["source"]
    sign_ins = client.call("account.sign_ins")["sign_ins"]
    assert [(one.get("device"), one.get("key")) for one in sign_ins[-2:]] == \
        [(None, None), ("phone", "laptop")]
    token = login(WAYS[way](desk), way, key, name)["token"]
    resumed = WAYS[way](desk)
    assert resumed.resume(token)["account"]["name"] == name


def test_a_key_needs_password_and_proof(desk, way):
    name, key = fresh_name(desk), Key()
    client = WAYS[way](desk)
    client.login(name)
    wrong = client.refusal_of("account.key_add",
                              **fields_to_add(client, way, key, name, password="not this one"))
    assert wrong["code"] == "auth_failed"
    for fields in (fields_to_add(client, way, key, "somebody"),
                   fields_to_add(client, way, key, name, purpose="login"),
                   {**fields_to_add(client, way, key, name), "public_key": Key().public},
                   {**fields_to_add(client, way, key, name), "signature": bytes(64)}):
        refused = client.refusal_of("account.key_add", **fields)
        assert (refused["code"], refused["field"]) == ("invalid_field", "signature")
    assert client.call("account.keys")["keys"] == []


def test_every_wrong_way_in_gets_the_same_answer(desk):
    """Over the Unix socket, where addresses do not have to wait."""
    name, key, _ = with_key(desk, "unix")
    other, _, _ = with_key(desk, "unix")
    disabled, disabled_key, _ = with_key(desk, "unix")
    with desk.connect() as console:
        console.do("admin.account_disable", name=disabled)
    answers = []
    for fields_for in (
            lambda client: fields_to_login(client, "unix", key, "nobody"),
            lambda client: fields_to_login(client, "unix", key, other),
            lambda client: fields_to_login(client, "unix", Key(), name),
            lambda client: fields_to_login(client, "unix", disabled_key, disabled),
            lambda client: {**fields_to_login(client, "unix", key, name), "signature": bytes(64)},
            lambda client: fields_to_login(client, "unix", key, name, purpose="add"),
            lambda client: {"name": name, "public_key": key.public, "signature": key.sign(
                CONTEXTS["tcp"]["login"], binding_of(client, "unix"), name)}):
        with desk.connect() as client:
            answers.append(client.refusal("account.login_key", **fields_for(client)))
    assert answers[0]["code"] == "auth_failed"
    assert all(answer == answers[0] for answer in answers)


def test_a_signature_is_good_on_its_own_connection_alone(desk, way):
    name, key, client = with_key(desk, way)
    there, here = WAYS[way](desk), WAYS[way](desk)
    elsewhere = binding_of(there, way)
    binding_of(here, way)
    refused = here.refusal("account.login_key",
                           **fields_to_login(here, way, key, name, binding=elsewhere))
    assert refused["code"] == "auth_failed"
    login(there, way, key, name)
    assert client.call("account.get")


def test_number_of_the_unix_socket_is_good_for_one_try(desk):
    name, key, _ = with_key(desk, "unix")
    with desk.connect() as client:
        fields = fields_to_login(client, "unix", key, name)
        client.call("account.login_key", **fields)
        client.call("account.logout")
        assert client.refusal("account.login_key", **fields)["code"] == "auth_failed"
        assert login(client, "unix", key, name)
    with desk.connect() as client:
        # A wrong try uses it up as well.
        fields = fields_to_login(client, "unix", key, name)
        client.refusal("account.login_key", **{**fields, "signature": bytes(64)})
        assert client.refusal("account.login_key", **fields)["code"] == "auth_failed"
    with desk.connect() as client:
        # And so does another hello.
        fields = fields_to_login(client, "unix", key, name)
        client.call("hello", protocol=1)
        assert client.refusal("account.login_key", **fields)["code"] == "auth_failed"
        assert login(client, "unix", key, name)


def test_hello_gives_no_number_where_the_handshake_names_the_connection(desk):
    with desk.connect() as client:
        assert len(client.hello["nonce"]) == 64
        assert client.call("hello", protocol=1)["nonce"] != client.hello["nonce"]
    with WAYS["tcp"](desk) as client:
        assert "nonce" not in client.hello


def test_guesses_at_the_name_do_not_keep_an_admin_out(desk, way):
    name, key, client = with_key(desk, way, role="admin")
    client.close()
    for index in range(4):
        with desk.connect() as stranger:
            stranger.refusal("account.login", name=name, password=f"guess number {index}")
    with WAYS[way](desk) as stranger:
        assert stranger.refusal("account.login", name=name,
                                password=PASSWORD)["code"] == "throttled"
    login(WAYS[way](desk), way, key, name)


def test_too_many_wrong_signatures_end_the_connection(desk):
    name, key, _ = with_key(desk, "unix")
    client = desk.connect()
    with pytest.raises((Closed, ConnectionError)):
        for _ in range(20):
            fields = fields_to_login(client, "unix", Key(), name)
            assert client.refusal("account.login_key", **fields)["code"] == "auth_failed"
    assert client.note("bye")["code"] == "auth_failed"
    assert "wrong key or signature for " + name in desk.log()
    assert key.fingerprint not in desk.log()


def test_a_removed_key_ends_what_it_opened(desk, way):
    name, key, client = with_key(desk, way)
    opened = WAYS[way](desk)
    login(opened, way, key, name)
    key_id = client.call("account.keys")["keys"][0]["id"]
    client.do("account.key_remove", id=key_id)
    assert opened.note("bye")["code"] == "not_signed_in"
    assert client.call("account.keys")["keys"] == []
    with WAYS[way](desk) as again:
        fields = fields_to_login(again, way, key, name)
        assert again.refusal("account.login_key", **fields)["code"] == "auth_failed"
    assert client.refusal_of("account.key_remove", id=key_id)["code"] == "not_found"


def test_a_ninth_key_is_refused_with_the_number(desk):
    name, _, client = with_key(desk, "unix")
    for _ in range(7):
        client.do("account.key_add", **fields_to_add(client, "unix", Key(), name))
    refused = client.refusal_of("account.key_add", **fields_to_add(client, "unix", Key(), name))
    assert (refused["code"], refused["field"]) == ("too_many", "public_key")
    assert "8 keys" in refused["message"]


def test_admins_see_and_remove_keys_and_the_journal_has_it(desk):
    name, key, client = with_key(desk, "unix")
    opened = desk.connect()
    login(opened, "unix", key, name)
    listed = desk.run("account", "keys", name).stdout.rstrip("\n").split("\t")
    assert listed[1:3] == ["laptop", key.fingerprint]
    with desk.connect() as console:
        assert console.refusal("admin.keys", name="nobody")["code"] == "not_found"
    desk.run("account", "remove-key", name, listed[0])
    assert opened.note("bye")["code"] == "not_signed_in"
    assert desk.run("account", "keys", name).stdout == ""
    assert desk.run("account", "remove-key", name, listed[0], check=False).returncode != 0
    with desk.connect() as console:
        entries = console.call("admin.audit", account=name)["entries"]
    told = [(entry["what"], entry["actor"], change.get("old"), change.get("new"))
            for entry in entries for change in entry["changes"]
            if change.get("field") == "fingerprint"]
    assert told == [("admin.key_remove", "console", key.fingerprint, None),
                    ("account.key_add", name, None, key.fingerprint)]
    removal = next(entry for entry in entries if entry["what"] == "admin.key_remove")
    assert removal["console"] and {change["row"] for change in removal["changes"]} == {"account_key"}
    assert client.call("account.get")


def own_address():
    """An address of this machine that is not exempt from counting, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address


def test_an_address_with_wrong_signatures_has_to_wait_whoever_they_were_for():
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    with Desk(listen={"tcp": "0.0.0.0:0"}) as desk:
        desk.start()
        name, key, _ = with_key(desk, "unix")

        def come():
            return EncryptedClient((address, desk.port), desk.fingerprint)

        with come() as client:  # a new one is not even let in after that
            for _ in range(4):
                with come() as guesser:
                    fields = fields_to_login(guesser, "tcp", Key(), name)
                    assert guesser.refusal("account.login_key", **fields)["code"] == "auth_failed"
            refused = client.refusal("account.login_key",
                                     **fields_to_login(client, "tcp", key, name))
            assert refused["code"] == "throttled" and refused["retry_after"] > 0
        login(WAYS["tcp"](desk), "tcp", key, name)
        assert desk.stop() == 0


def test_a_key_is_added_with_the_second_factor_and_stands_for_it(desk, way):
    name, key = fresh_name(desk), Key()
    client = WAYS[way](desk)
    client.login(name)
    app, _ = set_up(client, PASSWORD)
    refused = client.refusal_of("account.key_add", **fields_to_add(client, way, key, name))
    assert refused["code"] == "code_required"
    refused = client.refusal_of("account.key_add", code=app.wrong(),
                                **fields_to_add(client, way, key, name))
    assert (refused["code"], refused["field"]) == ("auth_failed", "code")
    assert client.call("account.keys")["keys"] == []
    client.do("account.key_add", code=app.code(), **fields_to_add(client, way, key, name))
    login(WAYS[way](desk), way, key, name)


def fields_to_elevate(client, way, key, name, purpose="elevate"):
    fields = fields_to_login(client, way, key, name, purpose)
    return {field: fields[field] for field in ("public_key", "signature")}


def test_a_key_opens_admin_mode_on_its_connection_alone(desk, way):
    name, key, client = with_key(desk, way, role="admin")
    assert client.refusal("admin.account_list")["code"] == "elevation_required"
    for fields in (fields_to_elevate(client, way, key, name, purpose="login"),
                   fields_to_elevate(client, way, Key(), name),
                   fields_to_elevate(client, way, key, "boss")):
        assert client.refusal("account.elevate_key", **fields)["code"] == "auth_failed"
    assert client.refusal("admin.account_list")["code"] == "elevation_required"
    assert client.call("account.elevate_key",
                       **fields_to_elevate(client, way, key, name))["until"] > 0
    assert client.call("admin.account_list")["accounts"]
    other = WAYS[way](desk)
    login(other, way, key, name)
    assert other.refusal("admin.account_list")["code"] == "elevation_required"


# The verbs

@pytest.fixture(name="person", params=sorted(WAYS))
def fixture_person(request, desk):
    """Signed in with the password; `name` is their account."""
    server = None
    if request.param == "tcp":
        server = f"ttydesk://localhost:{desk.port}#{desk.fingerprint}"
    person = Person(desk, server)
    person.name = fresh_name(desk)
    return person.sign_in(person.name)


def key_path(person):
    return os.path.join(person.home, ".config/ttydesk/key")


PASSPHRASE = "open sesame please"


def test_verbs_make_add_use_list_and_remove_a_key(desk, person):
    made = person.do("key", "create", "--password-stdin", text=PASSPHRASE + "\n")
    fingerprint = re.search(r"TK1:\S+", made).group()
    assert os.stat(key_path(person)).st_mode & 0o777 == 0o600
    with open(key_path(person), encoding="ascii") as file:
        assert "sealed" in file.read()
    assert fingerprint in person.do("key", "add", "--password-stdin", "--label", "laptop",
                                    text=f"{PASSPHRASE}\n{PASSWORD}\n")
    person.do("logout")
    said = person.do("login", person.name, "--key", "--password-stdin", text=PASSPHRASE + "\n")
    assert said.startswith(f"Signed in as {person.name} (user).")
    assert person.name in person.do("whoami")
    [listed] = person.json("key", "list")
    assert (listed["label"], listed["fingerprint"]) == ("laptop", fingerprint)
    assert listed["used"] >= listed["created"]
    row = person.do("key", "list").rstrip("\n").split("\t")
    assert row[0] == str(listed["id"]) and row[4:] == ["here", fingerprint]
    # The key that opened this sign-in goes, and the sign-in with it.
    assert "removed" in person.do("key", "remove", fingerprint)
    assert person.run("whoami")[0] == 4
    status, _, complaints = person.run("login", person.name, "--key", "--password-stdin",
                                       text=PASSPHRASE + "\n")
    assert status == 4 and "does not let this key in" in complaints


def test_a_key_file_is_never_overwritten_and_no_passphrase_has_to_be_said(person):
    status, _, complaints = person.run("key", "create", "--password-stdin", text="\n")
    assert status == 1 and "--no-passphrase" in complaints
    assert not os.path.exists(key_path(person))
    person.do("key", "create", "--no-passphrase")
    with open(key_path(person), encoding="ascii") as file:
        before = file.read()
    assert "plain" in before
    status, _, complaints = person.run("key", "create", "--no-passphrase")
    assert status == 1 and "already" in complaints
    with open(key_path(person), encoding="ascii") as file:
        assert file.read() == before
    person.do("key", "add", "--password-stdin", text=PASSWORD + "\n")
    person.do("login", person.name, "--key")


def test_verbs_say_what_is_wrong_with_a_key(person):
    status, _, complaints = person.run("login", person.name, "--key")
    assert status == 1 and "ttydesk key create" in complaints
    other = os.path.join(person.home, "another")
    person.do("key", "create", "--password-stdin", "--file", other, text=PASSPHRASE + "\n")
    status, _, complaints = person.run("key", "add", "--file", other, "--password-stdin",
                                       text="not this one\n")
    assert status == 1 and "not its passphrase" in complaints
    status, _, complaints = person.run("key", "add", "--file", other, "--password-stdin",
                                       text=f"{PASSPHRASE}\nwrong password\n")
    assert status == 4 and person.json("key", "list") == []
    os.chmod(other, 0o644)
    status, _, complaints = person.run("login", person.name, "--key-file", other)
    assert status == 1 and "others could read" in complaints
    assert person.run("key", "remove", "4711")[0] == 1
    assert person.run("key", "remove", "TK1:none")[0] == 1
    assert "create, add, list, remove" in person.run("key", "what")[2]


def test_passphrases_are_typed_unseen_at_a_terminal(person):
    status, screen = person.type(
        ["key", "create"], [("new key: ", PASSPHRASE + "\n"), ("again: ", PASSPHRASE + "\n")])
    assert status == 0 and "TK1:" in screen and PASSPHRASE not in screen
    status, screen = person.type(
        ["key", "add"], [("of the key: ", PASSPHRASE + "\n"), ("Your password: ", PASSWORD + "\n")])
    assert status == 0 and "is added" in screen
    status, screen = person.type(["login", person.name, "--key"],
                                 [("of the key: ", PASSPHRASE + "\n")])
    assert status == 0 and PASSPHRASE not in screen and "Signed in" in screen


def test_verbs_enter_admin_mode_with_the_key(desk, person):
    with desk.connect() as console:
        console.do("admin.account_role", name=person.name, role="admin")
    person.sign_in(person.name)
    person.do("key", "create", "--no-passphrase")
    assert person.run("audit", "--key")[0] != 0
    person.do("key", "add", "--password-stdin", text=PASSWORD + "\n")
    assert "account.key_add" in person.do("audit", "--key", "--limit", "3")


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q"]))
