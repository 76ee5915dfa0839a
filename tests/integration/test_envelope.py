"""The wire's envelope: paths, versions, bodies, errors, credentials."""
import base64
import json
import socket
import time

import pytest
import requests

from jarvis_fixtures import Refused, wait_until


def get(server, path, **options):
    return requests.request(options.pop("method", "GET"), server.api + path, timeout=90, **options)


def outcome(answer):
    meta = answer.json()["meta"]
    assert answer.status_code == meta["result_code"]
    return answer.status_code, meta["result_subcode"]


def test_ping_needs_no_credentials_and_echoes(server):
    answer = get(server, "/debug.ping?a=1&b.c=x&d[]=1&d[]=2.5&e=true").json()
    assert answer["data"].pop("msg")
    assert answer["data"] == {"a": 1, "b": {"c": "x"}, "d": [1, 2.5], "e": True}
    assert set(answer["meta"]) >= {"id", "trx", "endpoint", "result_code", "result_subcode", "result_msg", "error_stack", "error_data"}
    assert len(answer["meta"]["id"]) == 32


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_any_method_carries_a_json_body(server, method):
    assert get(server, "/v2.23/debug.ping", method=method, json={"x": [1]}).json()["data"]["x"] == [1]


@pytest.mark.parametrize("body", ["", "null", "[]", "{}"])
def test_an_empty_body_is_no_arguments(server, body):
    assert get(server, "/debug.ping", data=body).status_code == 200


def test_form_fields_come_last(server):
    answer = get(server, "/debug.ping?a=1", method="POST", data={"a": "2", "b": "x y"})
    assert answer.json()["data"]["a"] == 2 and answer.json()["data"]["b"] == "x y"


@pytest.mark.parametrize("path,expected", [
    ("/v2.23/no.such", (404, 0)), ("/v0.1/tasks.get_all", (404, 0)), ("/v2/tasks.get_all", (400, 0)),
    ("/x/tasks.get_all", (400, 0)), ("/tasks", (400, 0)), ("/", (400, 0)),
])
def test_paths_that_lead_nowhere(server, path, expected):
    assert outcome(get(server, path, auth=server.keys)) == expected


def test_any_higher_version_and_a_trailing_slash_are_fine(server):
    answer = get(server, "/v999.0/debug.ping/").json()
    assert answer["meta"]["endpoint"]["requested_version"] == "999.0"


def test_who_names_no_version_asks_for_the_newest(server):
    newest = server.call("server.info")["api_version"]
    for path in ("/debug.ping", "/no.such"):
        assert get(server, path, auth=server.keys).json()["meta"]["endpoint"]["requested_version"] == newest
    assert get(server, "/nonsense").json()["meta"]["endpoint"]["requested_version"] is None


def test_versions_before_2_1_are_numbers(server):
    assert get(server, "/v2.0/debug.ping").json()["meta"]["endpoint"]["requested_version"] == 2.0


def test_trx_comes_back(server):
    assert get(server, "/debug.ping", headers={"X-Trains-Trx": "mine"}).json()["meta"]["trx"] == "mine"


def test_malformed_json_and_encodings_are_refused(server):
    assert outcome(get(server, "/debug.ping", data="{")) == (400, 0)
    assert outcome(get(server, "/debug.ping", data="[" * 10000)) == (400, 0)
    answer = get(server, "/debug.ping", headers={"Content-Encoding": "gzip"}, data=b"x")
    assert answer.status_code == 415 and answer.headers["Content-Type"].startswith("text/plain")


def test_wrong_types_and_missing_fields_are_named(server):
    for body, word in (({}, "task"), ({"task": 1}, "task"), ({"task": ["a"]}, "list")):
        with pytest.raises(Refused, match=word) as refused:
            server.call("tasks.get_by_id", **body)
        assert (refused.value.status, refused.value.subcode) == (400, 12)


def test_unknown_fields_are_ignored(server):
    assert server.call("users.get_current_user", method="get", nonsense={"a": 1})["user"]["name"] == "admin"


@pytest.mark.parametrize("headers,subcode", [
    ({}, 20), ({"Authorization": "Digest x"}, 10), ({"Authorization": "Basic %%%"}, 21),
    ({"Authorization": "Basic " + base64.b64encode(b"a:b").decode()}, 22), ({"Authorization": "Bearer x.y.z"}, 30),
])
def test_each_way_to_be_nobody(server, headers, subcode):
    assert outcome(get(server, "/tasks.get_all", headers=headers)) == (401, subcode)


def login(server, **arguments):
    return requests.get(server.api + "/auth.login", params=arguments, auth=server.keys, timeout=90)


def test_a_token_is_a_jwt_that_names_its_user(server):
    answer = login(server)
    token = answer.json()["data"]["token"]
    part = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert claims["feature_set"] == "basic" and claims["identity"]["user_name"] == "admin" and claims["api_version"] == "2.31"
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=Strict" in answer.headers["Set-Cookie"]
    assert get(server, "/tasks.get_all", headers={"Authorization": "Bearer " + token}).status_code == 200


def test_the_cookie_stands_in_for_the_header_but_not_for_other_sites(server):
    cookies = {"clearml_token_basic": login(server).json()["data"]["token"]}
    assert get(server, "/tasks.get_all", cookies=cookies).status_code == 200
    assert outcome(get(server, "/tasks.get_all", cookies=cookies, headers={"Sec-Fetch-Site": "cross-site"})) == (401, 20)
    assert outcome(get(server, "/tasks.get_all", cookies=cookies, headers={"Origin": "http://evil.example"})) == (401, 20)


def test_a_browser_learns_before_the_login_whether_its_session_still_counts(server):
    def authenticated(**options):
        return get(server, "/login.supported_modes", **options).json()["data"]["authenticated"]

    cookies = {"clearml_token_basic": login(server).json()["data"]["token"]}
    assert authenticated(cookies=cookies) is True
    assert authenticated() is False
    assert authenticated(cookies={"clearml_token_basic": "nonsense"}) is False
    assert authenticated(cookies=cookies, headers={"Sec-Fetch-Site": "cross-site"}) is False
    get(server, "/login.logout", cookies=cookies)
    assert authenticated(cookies=cookies) is False


def test_logout_ends_the_session_only_that_one(server):
    first, second = (login(server).json()["data"]["token"] for _ in range(2))
    bearer = {"Authorization": "Bearer " + first}
    assert get(server, "/auth.logout", headers=bearer).status_code == 200
    assert outcome(get(server, "/tasks.get_all", headers=bearer)) == (401, 30)
    assert get(server, "/tasks.get_all", headers={"Authorization": "Bearer " + second}).status_code == 200


def test_keys_are_made_shown_once_and_revoked(server):
    made = server.call("auth.create_credentials", label="ci")["credentials"]
    listed = server.call("auth.get_credentials")["credentials"]
    assert any(key["access_key"] == made["access_key"] and key["label"] == "ci" for key in listed)
    assert made["secret_key"] not in json.dumps(listed)
    pair = (made["access_key"], made["secret_key"])
    assert get(server, "/tasks.get_all", auth=pair).status_code == 200

    def used():  # is written after the call was answered
        key = next(key for key in server.call("auth.get_credentials")["credentials"] if key["access_key"] == made["access_key"])
        return key if "last_used" in key else None

    assert wait_until(used, 10, "the key's last use")["last_used_from"] == "127.0.0.1"
    server.call("auth.revoke_credentials", access_key=made["access_key"])
    assert outcome(get(server, "/tasks.get_all", auth=pair)) == (401, 22)


def test_validate_token_answers_for_good_and_bad(server):
    token = login(server).json()["data"]["token"]
    assert server.call("auth.validate_token", token=token)["valid"] is True
    assert server.call("auth.validate_token", token="nonsense")["valid"] is False


def test_both_impersonation_headers_and_unknown_users(server):
    me = server.call("users.get_current_user")["user"]["id"]
    for headers, subcode in (({"X-ClearML-Impersonate-As": me, "X-ClearML-Act-As": me}, 5), ({"X-Trains-Impersonate-As": "nobody"}, 6)):
        assert outcome(get(server, "/tasks.get_all", auth=server.keys, headers=headers)) == (400, subcode)


def test_no_cors_unless_it_is_set(server):
    answer = get(server, "/debug.ping", method="OPTIONS", headers={"Origin": "http://x"})
    assert answer.status_code == 200 and answer.text == "" and "Access-Control-Allow-Origin" not in answer.headers


def raw(server, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.ports[0]), timeout=90) as connection:
        connection.sendall(data)
        out = b""
        while piece := connection.recv(65536):
            out += piece
        return out


def test_pipelined_requests_are_answered_in_order(server):
    one = b"GET /debug.ping?n=%d HTTP/1.1\r\nHost: x\r\nConnection: %s\r\n\r\n"
    answer = raw(server, one % (1, b"keep-alive") + one % (2, b"keep-alive") + one % (3, b"close"))
    assert [b'"n":%d' % n in part for n, part in zip((1, 2, 3), answer.split(b"HTTP/1.1 200")[1:])] == [True] * 3


def test_limits_have_their_errors(server):
    assert raw(server, b"GET /debug.ping HTTP/1.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n").startswith(b"HTTP/1.1 431")
    assert raw(server, b"POST /debug.ping HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n").startswith(b"HTTP/1.1 413")
    assert raw(server, b"NONSENSE\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_batches_are_lines(server):
    url, auth = server.api + "/events.add_batch", server.keys
    headers = {"Content-Type": "application/json-lines"}
    task = server.call("tasks.create", name="batches", type="training")["id"]
    line = json.dumps({"type": "log", "task": task, "msg": "x"})
    answer = requests.get(url, auth=auth, headers=headers, data=line + "\n" + line + "\n", timeout=90)
    assert answer.json()["data"]["added"] == 2
    assert outcome(requests.get(url, auth=auth, headers=headers, data="", timeout=90)) == (400, 17)
    assert outcome(requests.get(url, auth=auth, headers=headers, data="{", timeout=90)) == (400, 0)


def test_what_python_takes_for_json_is_not_lost(server):
    """As its json module writes numbers that are none, and bytes that are no text."""
    task = server.call("tasks.create", name="odd values", type="training")["id"]
    lines = [f'{{"type":"training_stats_scalar","task":"{task}","metric":"m","variant":"v","iter":{i},"value":{value}}}' for i, value in enumerate(("1.5", "NaN", "-Infinity", "1" + "0" * 30))]
    lines.append(json.dumps({"type": "log", "task": task, "msg": b"half \xff a line".decode(errors="surrogateescape")}))

    stored = get(server, "/events.add_batch", method="POST", data="\n".join(lines), headers={"Content-Type": "application/json-lines"}, auth=server.keys)
    edited = get(server, "/tasks.edit", method="POST", data=json.dumps({"task": task, "comment": "\udcff!", "runtime": {"loss": float("nan")}}), auth=server.keys)

    assert stored.json()["data"] == {"added": 5, "errors": 0, "errors_info": {}} and outcome(edited) == (200, 0)
    raw = server.call("events.scalar_metrics_iter_raw", task=task, metric={"metric": "m"})["variants"]["v"]["y"]
    assert raw == [1.5, "NaN", "-Infinity", 1e30]
    assert server.log_text(task) == "half \ufffd a line"
    assert server.task(task)["comment"] == "\ufffd!" and server.task(task)["runtime"] == {"loss": "NaN"}


def test_a_report_of_a_machine_counts_without_its_numbers_that_are_none(server):
    report = {"worker": "odd:0", "timestamp": int(time.time() * 1000), "machine_stats": {"cpu_usage": [float("nan"), 40.0], "memory_used": float("inf"), "memory_free": 512}}

    answer = get(server, "/workers.status_report", method="POST", data=json.dumps(report), auth=server.keys)

    assert outcome(answer) == (200, 0)
    now = int(time.time())
    stats = server.call("workers.get_stats", worker_ids=["odd:0"], from_date=now - 60, to_date=now + 60, interval=1, split_by_variant=True,
                        items=[{"key": key, "category": "avg"} for key in ("cpu_usage", "memory_used", "memory_free")])
    seen = {(metric["metric"], metric.get("variant")) for worker in stats["workers"] for metric in worker["metrics"]}
    assert seen == {("cpu_usage", "1"), ("memory_free", "total")}


def test_a_form_of_parts_brings_fields_and_no_files(server):
    made = requests.post(server.api + "/tasks.create", auth=server.keys, files=[("name", (None, "of a form")), ("type", (None, "training")), ("tags[]", (None, "a")), ("tags[]", (None, "b"))], timeout=20)
    refused = requests.post(server.api + "/tasks.create", auth=server.keys, files={"name": ("name.txt", "of a file")}, timeout=20)

    task = server.task(made.json()["data"]["id"])
    assert (task["name"], task["tags"]) == ("of a form", ["a", "b"])
    assert outcome(refused) == (400, 0) and "'name' is a file" in refused.json()["meta"]["result_msg"]


def test_an_event_at_no_place_is_counted_and_overwrites_nothing(server):
    task = server.call("tasks.create", name="odd places", type="training")["id"]

    def send(**what):
        return server.call("events.add", type="training_stats_scalar", task=task, metric="m", variant="v", **what)

    send(iter=0, value=1)
    for bad in ({"iter": 2**63 - 1, "value": 2}, {"iter": "last", "value": 2}, {"iter": 0, "value": "high"}):
        with pytest.raises(Refused) as refusal:
            send(**bad)
        assert (refusal.value.status, refusal.value.subcode) == (400, 131)
    assert server.call("events.scalar_metrics_iter_histogram", task=task)["m"]["v"]["y"] == [1]
