"""The web UI in a real browser against a real server: a researcher's round, from signing in to a changed clone in a queue."""
from __future__ import annotations

import re
import time

import requests
from playwright.sync_api import expect

from seed import Seed
from web_steps import send_events, sign_in


def test_wrong_keys_are_refused_with_a_reason_and_right_ones_survive_a_reload(page, server):
    sign_in(page, "nobody", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("nvalid credentials")

    sign_in(page, *server.keys)
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.reload()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    page.get_by_role("button", name=re.compile("^You: ")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_label("Secret key")).to_be_visible()


def test_a_project_leads_to_its_tasks_and_a_task_to_what_it_reported(signed_in, workspace):
    page = signed_in
    page.goto("/projects/vision")
    page.get_by_role("link", name="classification", exact=True).click()
    row = page.get_by_role("row").filter(has_text="resnet50 reference run")
    expect(row).to_contain_text("Completed")
    page.get_by_role("link", name="resnet50 reference run").click()

    expect(page.get_by_role("heading", name="resnet50 reference run")).to_be_visible()
    page.get_by_role("tab", name="Execution").click()
    expect(page.get_by_text("https://github.com/example/nets.git").first).to_be_visible()
    page.get_by_role("tab", name="Scalars").click()
    expect(page.locator("canvas").first).to_be_visible()
    expect(page.get_by_text("validation", exact=True).first).to_be_visible()
    page.get_by_role("tab", name="Plots").click()
    expect(page.get_by_role("region", name="Plots").get_by_role("heading", name="confusion matrix / validation")).to_be_visible()
    expect(page.frame_locator("iframe").locator(".main-svg").first).to_be_visible()
    expect(page.get_by_role("region", name="Plots").get_by_role("cell", name="truck")).to_be_visible()
    page.get_by_role("tab", name="Artifacts").click()
    expect(page.get_by_text("predictions", exact=True).first).to_be_visible()
    page.get_by_role("tab", name="Info").click()
    expect(page.get_by_text(workspace["main"]).first).to_be_visible()


def test_a_log_is_read_from_its_end_searched_and_linked_to_by_line(signed_in, workspace):
    page = signed_in
    page.goto(f"/t/{workspace['main']}/console")
    log = page.get_by_role("log")
    expect(log).to_contain_text("RuntimeError: CUDA out of memory")
    page.get_by_label("Search the log").fill("epoch   3 step   7")
    expect(page.get_by_text("1 line", exact=True)).to_be_visible()
    page.keyboard.press("Enter")
    expect(log).to_contain_text("epoch   3 step   7")
    page.goto(f"/t/{workspace['main']}/console?line=41")
    expect(log).to_contain_text("WARNING dataloader: worker 3 is slow")


def test_a_log_that_is_scrolled_stays_there_whatever_is_drawn_meanwhile(signed_in, server):
    page = signed_in
    task = server.call("tasks.create", name="talks a lot", type="training")["id"]
    send_events(server, [{"type": "log", "task": task, "level": "INFO", "msg": f"line {number}", "timestamp": number} for number in range(2_000)])
    page.goto(f"/t/{task}/console")
    log = page.get_by_role("log")
    expect(log).to_contain_text("line 1999")
    # Scrolled, and drawn anew before the browser has told of the scroll.
    log.evaluate("(box) => { box.scrollTop = 5000; document.querySelector('button[aria-label=Times]').click(); }")
    expect(log).to_contain_text("line 290")
    log.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(log.evaluate("(box) => box.scrollTop") - 5000) < 40
    expect(log).not_to_contain_text("line 1999")


def test_a_progress_bar_over_the_edge_of_what_is_fetched_at_once_is_one_line(signed_in, server):
    page = signed_in
    task = server.call("tasks.create", name="draws a bar", type="training")["id"]
    # Parts are of 500 lines; this bar is the lines 450 to 549.
    texts = [f"line {number}" if not 450 <= number < 550 else f"epoch 1: {number - 449:3}%|####   | {number}/550" for number in range(1_200)]
    send_events(server, [{"type": "log", "task": task, "level": "INFO", "msg": text, "timestamp": number} for number, text in enumerate(texts)])
    page.goto(f"/t/{task}/console?line=450")
    log = page.get_by_role("log")
    expect(log).to_contain_text("line 449")
    expect(log).to_contain_text("99 states before")
    expect(log.locator("[data-line='549']")).to_contain_text("100%")
    expect(log.locator("[data-line='499']")).to_have_count(0)

    log.get_by_role("button", name="99 states before").click()
    expect(log.locator("[data-line='451']")).to_contain_text("2%")
    page.goto(f"/t/{task}/console?line=500")
    expect(log.locator("[data-line='549']")).to_contain_text("100%")


def test_a_part_of_a_task_whose_code_is_there_is_shown_at_once(signed_in, workspace):
    page = signed_in
    page.goto(f"/t/{workspace['main']}/info")
    expect(page.get_by_role("tab", name="Scalars")).to_be_visible()
    # As a function: the page's policy allows no text to be evaluated later.
    page.wait_for_function("() => performance.getEntriesByType('resource').some((one) => /\\/scalars-.*\\.js$/.test(one.name) && one.responseEnd > 0)")
    page.evaluate("""() => {
        window.waits = 0;
        new MutationObserver((changes) => {
            for (const change of changes) for (const node of change.addedNodes) if (node.textContent.includes('Loading…')) window.waits += 1;
        }).observe(document.querySelector('[role=tabpanel]'), {childList: true, subtree: true});
    }""")
    page.get_by_role("tab", name="Scalars").click()
    expect(page.get_by_role("region", name="Charts").locator("canvas").first).to_be_visible()
    assert page.evaluate("window.waits") == 0


def test_the_name_of_a_task_stays_in_sight_where_the_table_is_wider_than_the_screen(signed_in, workspace):
    page = signed_in
    page.set_viewport_size({"width": 900, "height": 700})
    page.goto("/tasks")
    grid = page.get_by_role("grid", name="Tasks")
    name = grid.locator("[role=row][aria-rowindex='2'] [data-column='0']")
    status = grid.locator("[role=row][aria-rowindex='2'] [data-column='1']")
    expect(name).to_be_visible()
    places = name.bounding_box(), status.bounding_box()
    grid.evaluate("(box) => { box.scrollLeft = 200; }")
    page.wait_for_function("(box) => box.scrollLeft === 200", arg=grid.element_handle())
    assert name.bounding_box()["x"] == places[0]["x"]
    assert status.bounding_box()["x"] == places[1]["x"] - 200


def test_debug_samples_are_looked_at_one_by_one(signed_in, workspace):
    page = signed_in
    page.goto(f"/t/{workspace['main']}/samples")
    picture = page.get_by_role("img", name="validation samples, prediction, iteration 11")
    expect(picture).to_be_visible()
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == 160
    page.get_by_role("button", name="Older iterations").click()
    expect(page.get_by_role("heading", name="Iteration 6")).to_be_visible()

    page.get_by_role("button", name="Enlarge validation samples, prediction, iteration 11").click()
    viewer = page.get_by_role("dialog")
    page.keyboard.press("ArrowLeft")
    expect(viewer.get_by_role("img", name=re.compile("validation samples, (input|target|prediction), iteration 1[01]"))).to_be_visible()
    viewer.get_by_role("slider", name="Iteration").fill("2")
    expect(viewer.get_by_role("img", name=re.compile("iteration 2$"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_a_clone_is_changed_and_enqueued_by_mouse(signed_in, workspace, server):
    page = signed_in
    page.goto(f"/t/{workspace['main']}")
    page.get_by_role("button", name="Actions for resnet50 reference run").click()
    page.get_by_role("menuitem", name="Clone").click()
    page.get_by_label("Name of the clone").fill("slower")
    page.get_by_role("dialog").get_by_role("button", name="Clone", exact=True).click()
    expect(page.get_by_role("heading", name="slower")).to_be_visible()

    page.get_by_role("button", name="Edit Args").click()
    page.get_by_label("Args/lr").fill("0.25")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
    page.get_by_role("tab", name="Execution").click()
    page.get_by_role("button", name="Edit Source").click()
    page.get_by_label("Which revision").select_option("branch")
    page.get_by_label("Branch").fill("experiment")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit Source")).to_be_visible()
    page.get_by_role("button", name="Edit Container").click()
    page.get_by_label("Image").fill("python:3.12")
    # A half-edited draft is not left by accident.
    page.get_by_role("link", name="Queues").click()
    expect(page.get_by_role("dialog")).to_contain_text("Container")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^(Stay|Go on|Keep)")).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit Container")).to_be_visible()
    page.get_by_role("button", name="Enqueue", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Enqueue", exact=True).click()
    expect(page.get_by_role("article").get_by_text("Queued").first).to_be_visible()

    clone = next(one for one in server.call("tasks.get_all", name="slower")["tasks"])
    assert clone["hyperparams"]["Args"]["lr"]["value"] == "0.25"
    assert clone["script"]["branch"] == "experiment" and not clone["script"].get("version_num")
    assert clone["container"]["image"] == "python:3.12" and "torch==2.4.0" in clone["script"]["requirements"]["pip"]


def test_the_order_of_a_queue_is_changed_by_key_and_a_task_taken_out_by_mouse(signed_in, workspace, server):
    page = signed_in
    queue = workspace["queue gpu"]
    page.goto(f"/queues/{queue}")
    order = page.get_by_role("grid", name="Order of the queue")
    expect(order.get_by_role("row").filter(has_text="detr seed 4")).to_be_visible()
    order.focus()
    page.keyboard.press("End")
    page.keyboard.press("Alt+Home")
    expect(order.get_by_role("row").first).to_contain_text("detr seed 4")
    page.get_by_role("button", name="Actions for detr seed 0").click()
    page.get_by_role("menuitem", name="Dequeue").click()
    expect(order.get_by_role("row").filter(has_text="detr seed 0")).to_have_count(0)

    entries = [entry["task"] for entry in server.call("queues.get_by_id", queue=queue)["queue"]["entries"]]
    assert entries[0] == workspace["queued 4"] and workspace["queued 0"] not in entries


def test_a_task_moves_to_another_queue_in_one_step_and_keeps_its_time(signed_in, workspace, server):
    page = signed_in
    gpu, default, task = workspace["queue gpu"], workspace["queue default"], workspace["queued 2"]
    waits_since = next(entry["added"] for entry in server.call("queues.get_by_id", queue=gpu)["queue"]["entries"] if entry["task"] == task)
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.url.rsplit("/", 1)[-1]) if "/api/queues." in request.url and "get" not in request.url else None)
    page.goto(f"/queues/{gpu}")
    page.get_by_role("button", name="Actions for detr seed 2").click()
    page.get_by_role("menuitem", name="To another queue").click()
    expect(page.get_by_role("dialog").get_by_label("Queue")).to_have_value("default")
    page.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect(page.get_by_text("detr seed 2 moved to default")).to_be_visible()

    entries = {entry["task"]: entry["added"] for entry in server.call("queues.get_by_id", queue=default)["queue"]["entries"]}
    assert entries[task] == waits_since and calls == ["queues.move_task_to_queue"]


def test_filters_and_the_search_are_in_the_address(signed_in, workspace):
    page = signed_in
    page.goto("/tasks?q=reference")
    expect(page.get_by_role("row").filter(has_text="resnet50 reference run")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="swin-s draft")).to_have_count(0)
    page.get_by_role("searchbox", name="Search", exact=True).or_(page.get_by_label("Search", exact=True)).first.fill("no such thing")
    expect(page).to_have_url(re.compile("q=no[+%20]+such"))
    expect(page.get_by_text(re.compile("No task", re.I)).first).to_be_visible()


def test_enter_that_is_faster_than_the_palettes_answer_opens_what_that_brings(signed_in, workspace):
    page = signed_in
    page.goto("/")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("vision")
    expect(page.get_by_role("option", name="vision", exact=True)).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type("resnet50 reference run")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="resnet50 reference run")).to_be_visible()


def test_many_tasks_are_tagged_at_once_and_the_others_left_alone(signed_in, workspace, server):
    page = signed_in
    page.goto("/tasks?q=seed")
    grid = page.get_by_role("grid", name="Tasks")
    expect(grid.get_by_role("row").filter(has_text="detr seed 6")).to_be_visible()
    grid.focus()
    page.keyboard.press("j")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowDown")
    bar = page.get_by_role("toolbar", name="Selected tasks")
    expect(bar).to_contain_text("3 tasks selected")


def test_the_addresses_that_the_sdk_prints_lead_to_our_pages(signed_in, workspace, server):
    page = signed_in
    task = workspace["main"]
    project = server.task(task)["project"]
    page.goto(f"/projects/{project}/tasks/{task}/output/log")
    expect(page.get_by_role("tab", name="Console")).to_have_attribute("aria-selected", "true")
    page.goto(f"/projects/{project}/experiments/{task}/info-output/metrics/scalar")
    expect(page.get_by_role("tab", name="Scalars")).to_have_attribute("aria-selected", "true")


def test_anything_is_found_and_done_by_keyboard(signed_in, workspace):
    page = signed_in
    page.goto("/tasks")
    expect(page.get_by_role("grid", name="Tasks")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("resnet50 refer")
    expect(page.get_by_role("option").filter(has_text="resnet50 reference run")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="resnet50 reference run")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_label("Name of the clone")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page).to_have_url(re.compile("/queues"))


def test_names_and_texts_of_any_kind_are_shown_and_never_run(signed_in, server):
    page = signed_in
    hostile = '<img src=x onerror="document.title=\'broken\'">'
    names = ["実験 ベースライン 🧪", "تجربة ٤٢", "a" * 400, hostile]
    tasks = [server.call("tasks.create", name=name, type="training", comment=hostile, tags=[hostile], hyperparams={
        "Args": {"x": {"section": "Args", "name": "x", "value": "v" * 20_000}}})["id"] for name in names]
    project = server.call("projects.create", name="hostile " + hostile.replace("/", ""), description="# Aim\n<script>document.title='broken'</script>[a](javascript:alert(1))")["id"]
    page.goto("/tasks")
    expect(page.get_by_role("row").filter(has_text="実験")).to_be_visible()
    for task in tasks:
        page.goto(f"/t/{task}/config")
        expect(page.get_by_role("button", name="Edit Args")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"/p/{project}/overview")
    expect(page.get_by_role("heading", name="Aim")).to_be_visible()
    assert page.locator("a[href^='javascript']").count() == 0 and page.title() != "broken"


def test_files_are_served_packed_and_guarded(server):
    index = requests.get(server.web + "/any/page", timeout=90)
    assert index.status_code == 200 and "<div id=\"root\">" in index.text
    policy = index.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and server.files in policy
    assert index.headers["Cache-Control"] == "no-cache"
    script = re.search(r'src="(/assets/[^"]+)"', index.text).group(1)
    asset = requests.get(server.web + script, timeout=90, headers={"Accept-Encoding": "gzip"})
    assert asset.headers["Content-Encoding"] == "gzip" and "immutable" in asset.headers["Cache-Control"]
    assert requests.get(server.web + script, timeout=90, headers={"Accept-Encoding": "identity"}).text == asset.text
    assert requests.get(server.web + "/assets/none.js", timeout=90).status_code == 404
    assert requests.post(server.web + "/api/debug.ping", json={"x": 1}, timeout=90).json()["data"]["x"] == 1
    assert requests.post(server.web + "/tasks", timeout=90).status_code == 405


def test_the_first_page_is_small(signed_in):
    """Everything that the browser fetched until the table of tasks stood, as it went over the wire."""
    page = signed_in
    page.goto("/tasks")
    expect(page.get_by_role("grid", name="Tasks")).to_be_visible()
    fetched = page.evaluate("performance.getEntriesByType('resource').filter((one) => /\\.(js|css)$/.test(one.name)).map((one) => [one.name, one.encodedBodySize])")
    assert len(fetched) >= 3 and sum(size for _, size in fetched) <= 250_000, fetched


def test_runs_are_compared_without_a_limit_and_differ_where_they_differ(signed_in, workspace, server):
    page = signed_in
    others = [one["id"] for one in server.call("tasks.get_all", status=["completed", "failed"], only_fields=["id"])["tasks"] if one["id"] != workspace["main"]]
    ids = [workspace["main"], *others]
    assert len(ids) > 12
    page.goto(f"/compare/params?ids={','.join(ids)}")
    table = page.get_by_role("table", name="Parameters")
    expect(table).to_have_attribute("aria-colcount", str(len(ids) + 1))
    expect(table.get_by_role("row").filter(has_text="batch_size")).to_be_visible()
    page.get_by_label("Only differences").click()
    expect(table.get_by_role("row").filter(has_text="batch_size")).to_have_count(0)
    expect(table.get_by_role("row").filter(has=page.get_by_role("rowheader", name="lr", exact=True))).to_contain_text("0.001")
    table.evaluate("(table) => { table.scrollLeft = table.scrollWidth }")
    expect(table.get_by_role("columnheader").last).to_be_visible()

    page.get_by_role("radio", name="Lines").click()
    expect(page.get_by_role("img", name=re.compile("^Lines of"))).to_be_visible()
    page.get_by_role("tab", name="Scalars").click()
    expect(page.locator("canvas").first).to_be_visible()
    page.get_by_role("tab", name="Debug samples").click()
    expect(page.get_by_role("img", name="validation samples, input, iteration 11")).to_be_visible()
    page.get_by_role("button", name=f"Take resnet50 reference run out").click()
    expect(page).not_to_have_url(re.compile(workspace["main"]))


def test_a_waiting_task_says_why_and_a_worker_shows_how_its_machine_fares(signed_in, workspace, server):
    page = signed_in
    Seed(server).busy("gpu-1:0", workspace["running"], int(time.time() * 1000))
    page.goto(f"/t/{workspace['queued 3']}")
    expect(page.get_by_text(re.compile(r"Waits in .* for \d+ (s|min), "))).to_be_visible()
    expect(page.get_by_text("vit-b16 long schedule", exact=True)).to_be_visible()
    page.goto("/workers/gpu-1:0")
    expect(page.get_by_role("figure", name="GPU memory")).to_be_visible()
    page.goto(f"/queues/{workspace['queue gpu']}")
    expect(page.get_by_role("figure", name="Waiting tasks")).to_be_visible()


def test_a_model_is_found_described_published_and_archived(signed_in, workspace, server):
    page = signed_in
    made = server.call("models.create", name="second weights", uri="s3://nets/second.pt", framework="PyTorch", labels={"cat": 1}, ready=False)["id"]
    page.goto("/models?q=second")
    page.get_by_role("link", name="second weights").click()
    page.get_by_role("button", name="Edit Labels").click()
    page.get_by_label("Value of cat").fill("7")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Edit Labels")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published", exact=True)).to_be_visible()
    page.get_by_role("button", name="Actions for second weights").click()
    page.get_by_role("menuitem", name="Archive").click()
    expect(page).to_have_url(re.compile("/models$"))

    model = server.call("models.get_by_id", model=made)["model"]
    assert model["labels"] == {"cat": 7} and model["ready"] and "archived" in model["system_tags"]


def test_a_pipeline_shows_its_steps_as_they_are_and_starts_again_with_other_arguments(signed_in, workspace, server):
    page = signed_in
    page.goto("/pipelines")
    page.get_by_role("link", name="nightly").click()
    page.get_by_role("link", name="nightly #12").click()
    page.get_by_role("tab", name="Pipeline").click()
    graph = page.get_by_role("region", name="Graph of the steps")
    expect(graph.get_by_role("button", name=re.compile("train large"))).to_contain_text("Running")
    graph.get_by_role("button", name=re.compile("train small")).click()
    expect(page.get_by_role("complementary", name="Step train small").get_by_role("link", name="Console")).to_be_visible()

    page.goto(f"/pipelines/{workspace['pipeline']}")
    page.get_by_role("button", name="New run").click()
    page.get_by_label("epochs").fill("9")
    page.get_by_role("dialog").get_by_role("button", name="Start").click()
    expect(page.get_by_text("A new run waits in its queue")).to_be_visible()
    newest = server.call("tasks.get_all", project=[workspace["pipeline"]], type=["controller"], search_hidden=True, order_by=["-created"])["tasks"][0]
    assert newest["hyperparams"]["Args"]["epochs"]["value"] == "9" and newest["status"] == "queued"


def test_a_version_of_a_dataset_says_what_it_holds_and_what_it_stands_on(signed_in, workspace):
    page = signed_in
    page.goto("/datasets")
    page.get_by_role("link", name="imagenet").click()
    expect(page.get_by_role("grid", name="Tasks").get_by_role("link", name="imagenet")).to_have_count(2)
    page.goto(f"/t/{workspace['version']}/dataset")
    expect(page.get_by_text("Files added/modified: 1200")).to_be_visible()
    expect(page.get_by_role("region", name="Stands on").get_by_role("link", name="imagenet")).to_be_visible()

    files = page.get_by_role("table", name="Files")
    expect(page.get_by_text("600 files", exact=True)).to_be_visible()
    page.get_by_role("searchbox", name="Find a file or a hash").fill("dog 250")
    expect(files.get_by_role("row").filter(has_text="train/cat, dog 250.jpg")).to_be_visible()
    expect(files.get_by_role("row")).to_have_count(2)
    page.get_by_role("searchbox", name="Find a file or a hash").fill("")
    page.get_by_role("radio", name="Largest first").click()
    expect(files.get_by_role("row").nth(1)).to_contain_text("1.9 KiB")
    page.get_by_role("region", name="Graph of the versions").get_by_role("button", name="imagenet 1.0.1").click()
    expect(page.get_by_text("300 files", exact=True)).to_be_visible()


def test_a_report_is_written_with_a_live_chart_and_read(signed_in, workspace, server):
    page = signed_in
    page.goto("/reports")
    page.get_by_role("button", name="New report").click()
    page.get_by_label("Name").fill("What we learned")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Write").click()
    page.get_by_role("textbox", name="Text of the report").fill("# Aim\n\nTo be **better**. <script>document.title='broken'</script>")
    page.get_by_role("button", name="Insert a chart").click()
    page.get_by_label("Of which tasks").fill("resnet50 reference")
    page.get_by_role("option", name=re.compile("resnet50 reference run")).click()
    page.get_by_role("dialog").get_by_role("button", name="Insert").click()
    preview = page.get_by_role("region", name="As it reads")
    expect(preview.get_by_role("heading", name="Aim")).to_be_visible()
    expect(preview.locator("canvas").first).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()

    report = page.get_by_role("region", name="Report")
    expect(report.get_by_text("better")).to_be_visible()
    expect(report.locator("canvas").first).to_be_visible()
    assert page.title() != "broken"
    stored = server.call("reports.get_all_ex", name="What we learned")["tasks"][0]["report"]
    assert "**better**" in stored and "/widgets/?" in stored and workspace["main"] in stored
