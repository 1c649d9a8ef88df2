"""A request whose reply was lost is sent again, where a password was part of it."""

import pytest

from desk import PASSWORD, Desk, operation

NEW_PASSWORD = "seven green lanterns"


@pytest.fixture(scope="module", name="desk")
def fixture_desk():
    with Desk() as desk:
        desk.admin()
        desk.start()
        yield desk
        assert desk.stop() == 0


def test_password_change_is_repeated_though_the_old_password_is_gone(desk):
    client = desk.user("changer")
    change = {"operation": operation(), "old_password": PASSWORD, "password": NEW_PASSWORD}
    first = client.call("account.set_password", **change)
    assert client.call("account.set_password", **change) == first
    client.close()
    # On a new connection, with the new password, the same.
    client = desk.connect()
    client.login("changer", NEW_PASSWORD)
    assert client.call("account.set_password", **change) == first
    assert client.call("account.get")["account"]["version"] == first["version"]


def test_wrong_old_password_can_be_corrected_under_the_same_id(desk):
    client = desk.user("corrector")
    change = {"operation": operation(), "password": NEW_PASSWORD}
    refused = client.refusal("account.set_password", old_password="not this one at all", **change)
    assert refused["code"] == "auth_failed"
    client.call("account.set_password", old_password=PASSWORD, **change)


def test_registration_is_repeated_though_the_name_is_taken_and_the_door_closed(desk):
    account = {"operation": operation(), "name": "latecomer", "email": "late@example.org",
               "password": PASSWORD}
    with desk.connect() as client, desk.connect() as console:
        first = client.call("account.register", **account)
        console.do("admin.settings_update", version=1, registration="closed")
        assert client.call("account.register", **account) == first
        assert client.refusal("account.register", **{**account, "operation": operation()})["code"] \
            == "registration_closed"
