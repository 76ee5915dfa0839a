"""Accounts: who may come in, by password or key, what each role may call, and what ends it."""
import datetime
import json
import re
import subprocess

import pytest
import requests

from jarvis_fixtures import ROOT, Refused, Server, binary, wait_until


def command(server, *words, given=None, check=True):
    """jarvis-server user ... beside the running server."""
    database = ["--database", server.database] if server.database else []
    done = subprocess.run([binary("jarvis-server"), "user", *words, "--data-dir", str(server.data), *database],
                          input=given, capture_output=True, text=True, timeout=60)
    assert not check or done.returncode == 0, done.stderr
    return done


def login(server, username, password, base=None):
    return requests.post(f"{base or server.api}/auth.login", auth=(username, password), timeout=60)


def who(server, token):
    return requests.post(f"{server.api}/users.get_current_user", headers={"Authorization": f"Bearer {token}"}, timeout=60)


def token_of(server, username, password):
    answer = login(server, username, password)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["token"]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server whose users these tests make."""
    server = Server(tmp_path_factory.mktemp("house")).start()
    yield server
    server.kill()


def test_a_user_of_the_command_line_signs_in_with_the_password_that_it_showed(house):
    assert house.call("login.supported_modes")["basic"]["enabled"] is False
    shown = command(house, "add", "jane", "--name", "Jane Doe").stdout
    password = re.search(r"password: (\S+)", shown).group(1)

    answer = login(house, "jane", password, base=f"{house.web}/api")
    assert answer.status_code == 200 and "HttpOnly" in answer.headers["Set-Cookie"]
    user = who(house, answer.json()["data"]["token"]).json()["data"]["user"]
    assert (user["name"], user["role"]) == ("Jane Doe", "user")
    assert house.call("login.supported_modes")["basic"]["enabled"] is True
    for secret in (password,):
        assert not any(secret.encode() in path.read_bytes() for path in house.data.rglob("*") if path.is_file())
    listed = command(house, "list").stdout
    assert re.search(r"jane\s+Jane Doe\s+user\s+active", listed)


def test_wrong_passwords_are_refused_and_soon_not_even_looked_at(house):
    command(house, "add", "guessed", "--password", "-", given="right password\n")
    codes = [login(house, "guessed", f"wrong {number}").status_code for number in range(10)]
    assert codes[0] == 401 and codes[-1] == 429
    assert login(house, "guessed", "right password").status_code == 429
    # Neither keys nor other users are in the way.
    assert house.call("users.get_current_user")["user"]["role"] == "admin"
    assert login(house, "nobody at all", "x" * 20).json()["meta"]["result_subcode"] == 22


def test_a_password_is_for_signing_in_only(house):
    command(house, "add", "only", "--password", "-", given="a long password\n")
    answer = requests.post(f"{house.api}/users.get_current_user", auth=("only", "a long password"), timeout=60)
    assert answer.status_code == 401


def test_who_is_disabled_can_do_nothing_within_seconds_and_comes_back(house):
    command(house, "add", "leaver", "--password", "-", given="a long password\n")
    conf = command(house, "key", "leaver", "--label", "laptop").stdout
    key = tuple(re.search(rf'{name}: "([^"]+)"', conf).group(1) for name in ("access_key", "secret_key"))
    token = token_of(house, "leaver", "a long password")
    assert requests.post(f"{house.api}/users.get_current_user", auth=key, timeout=60).status_code == 200

    command(house, "disable", "leaver")
    wait_until(lambda: who(house, token).status_code == 401, 30, "the session to end")
    wait_until(lambda: requests.post(f"{house.api}/users.get_current_user", auth=key, timeout=60).status_code == 401, 30, "the key to be refused")
    assert login(house, "leaver", "a long password").status_code == 401

    command(house, "enable", "leaver")
    assert login(house, "leaver", "a long password").status_code == 200
    assert who(house, token).status_code == 401


def test_a_key_from_the_command_line_may_end_by_itself(house):
    command(house, "add", "nightly")
    conf = command(house, "key", "nightly", "--expires", "30d").stdout
    key = tuple(re.search(rf'{name}: "([^"]+)"', conf).group(1) for name in ("access_key", "secret_key"))
    answer = requests.post(f"{house.api}/auth.get_credentials", auth=key, timeout=60)
    assert answer.status_code == 200, answer.text
    expires = answer.json()["data"]["credentials"][0]["expires"]
    assert f"It expires at {expires}." in conf
    left = datetime.datetime.fromisoformat(expires) - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(days=29) < left <= datetime.timedelta(days=30)

    for wrong in ("soon", "30", "0d", "-1h", "d", "999999999d"):
        refused = command(house, "key", "nightly", f"--expires={wrong}", check=False)
        assert refused.returncode == 2 and "--expires" in refused.stderr, wrong


def test_a_new_password_or_role_ends_what_was_signed_in_before(house):
    made = house.call("auth.create_user", name="Changed", username="changed", password="first password")["id"]
    before = token_of(house, "changed", "first password")
    house.call("auth.set_password", user=made, password="second password")
    assert who(house, before).status_code == 401 and login(house, "changed", "first password").status_code == 401

    token = token_of(house, "changed", "second password")
    own = {"headers": {"Authorization": f"Bearer {token}"}, "timeout": 60}
    wrong = requests.post(f"{house.api}/auth.set_password", json={"password": "third password", "current_password": "no"}, **own)
    assert wrong.status_code == 401
    right = requests.post(f"{house.api}/auth.set_password", json={"password": "third password", "current_password": "second password"}, **own)
    assert right.status_code == 200, right.text

    token = token_of(house, "changed", "third password")
    house.call("auth.edit_user", user=made, role="guest")
    assert who(house, token).status_code == 401
    assert who(house, token_of(house, "changed", "third password")).json()["data"]["user"]["role"] == "guest"
    house.call("auth.end_sessions", user=made)
    house.call("auth.edit_user", user=made, disabled=True)
    assert login(house, "changed", "third password").status_code == 401


def test_accounts_that_mean_nothing_are_refused(house):
    for body, word in (({"name": "x", "username": "a b", "password": "long enough"}, "username"), ({"name": "x", "username": "short", "password": "abc"}, "8"),
                       ({"name": "x", "role": "root"}, "role"), ({"name": "x", "password": "long enough"}, "username")):
        with pytest.raises(Refused) as refused:
            house.call("auth.create_user", **body)
        assert refused.value.status == 400 and word in refused.value.message
    me = house.call("users.get_current_user")["user"]["id"]
    with pytest.raises(Refused, match="own role"):
        house.call("auth.edit_user", user=me, role="user")
    assert command(house, "disable", "no such person", check=False).returncode != 0


def test_users_of_the_configuration_are_there_as_it_says(tmp_path):
    server = Server(tmp_path / "configured")
    server.data.mkdir(parents=True)
    conf = server.data / "server.conf"
    conf.write_text('auth.fixed_users { enabled: true, users: [\n'
                    '  {username: "ann", password: "password of ann", name: "Ann", role: "admin"},\n'
                    '  {username: "bob", password: "password of bob", name: "Bob"} ] }\n')
    server.start()
    try:
        assert who(server, token_of(server, "ann", "password of ann")).json()["data"]["user"]["role"] == "admin"
        assert login(server, "bob", "password of bob").status_code == 200
        with pytest.raises(Refused, match="configuration"):
            bob = next(user["id"] for user in server.call("users.get_all")["users"] if user["name"] == "Bob")
            server.call("auth.set_password", user=bob, password="another password")
        server.stop()
        conf.write_text('auth.fixed_users { enabled: true, users: [{username: "ann", password: "new password", name: "Ann"}] }\n')
        server.start()
        assert login(server, "ann", "password of ann").status_code == 401 and login(server, "bob", "password of bob").status_code == 401
        assert who(server, token_of(server, "ann", "new password")).json()["data"]["user"]["role"] == "user"
        server.stop()
        conf.write_text('auth.fixed_users { enabled: true, users: [{username: "ann"}] }\n')
        done = subprocess.run(server.command(), capture_output=True, text=True, timeout=60)
        assert done.returncode != 0 and "server.conf:1" in done.stderr and "ann has no password" in done.stderr
    finally:
        if server.process.poll() is None:
            server.kill()


# --- what each role may call ------------------------------------------------------------------------------------------

ROLES = ("guest", "annotator", "user", "superuser", "admin")


def rows():
    """Action → (who may call it, how it runs), of its newest version."""
    row = re.compile(r'Endpoint\{\s*"([a-z_]+\.[a-z_]+)",\s*\{(\d+), (\d+)\},\s*(?:Access::)?(\w+),\s*(Read|Write|Pool\{[^}]*Effect::reads|Pool|Park)')
    found = {}
    for path in (ROOT / "src/server/services").glob("*.cc"):
        for name, major, minor, access, kind in row.findall(path.read_text()):
            found[name] = max(found.get(name, ()), ((int(major), int(minor)), access, kind))
    assert len(found) > 150
    return {name: (access, kind) for name, (_, access, kind) in found.items()}


def test_no_role_may_call_what_is_not_its(house):
    """Every action as every role: those of higher roles answer 403/20, as does what changes something to readers."""
    tokens = {}
    for role in ROLES:
        house.call("auth.create_user", name=f"the {role}", username=f"the-{role}", password="a long password", role=role)
        tokens[role] = token_of(house, f"the-{role}", "a long password")
    skipped = {"auth.logout", "login.logout", "queues.get_next_task"}
    unexpected = []
    for action, (access, kind) in rows().items():
        if action in skipped:
            continue
        for role in ROLES:
            answer = requests.post(f"{house.api}/{action}", json={}, headers={"Authorization": f"Bearer {tokens[role]}"}, timeout=60)
            allowed = {"everyone": True, "signed_in": True, "admin": role == "admin", "system": False}[access]
            if access == "signed_in" and role in ("guest", "annotator"):
                allowed = kind == "Read" or kind.endswith("reads")
            code = (answer.status_code, answer.json()["meta"]["result_subcode"])
            # A bad argument may be found by who is allowed; 403 for the role is what the others get, whatever they send.
            refused = code == (403, 20) and "may not call" in answer.json()["meta"]["result_msg"]
            if refused == allowed:
                unexpected.append((action, role, code))
        nobody = requests.post(f"{house.api}/{action}", json={}, timeout=60)
        if (nobody.status_code == 401) == (access == "everyone"):
            unexpected.append((action, "nobody", nobody.status_code))
    assert not unexpected


def test_a_user_acts_as_another_only_when_an_administrator(house):
    jack = house.call("auth.create_user", name="Jack", username="jack", password="a long password")["id"]
    as_jack = {"X-ClearML-Impersonate-As": jack}
    assert house.call("users.get_current_user", headers=as_jack)["user"]["name"] == "Jack"
    with pytest.raises(Refused) as refused:
        house.call("auth.create_user", headers=as_jack, name="no")
    assert (refused.value.status, refused.value.subcode) == (403, 20)
    token = token_of(house, "jack", "a long password")
    me = house.call("users.get_current_user")["user"]["id"]
    answer = requests.post(f"{house.api}/users.get_current_user", headers={"Authorization": f"Bearer {token}", "X-ClearML-Impersonate-As": me}, timeout=60)
    assert answer.status_code == 400 and answer.json()["meta"]["result_subcode"] == 6
