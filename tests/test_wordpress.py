"""The WordPress plugin in a real WordPress, driven by a real browser, against the real service.

Without WordPress, PHP or chromium these tests are skipped, but not where CI is set: there they fail. See
tests/wordpress/setup.sh for what they need.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fingerprints.index import Work
from tests.serving import environment, free_port, serving
from tests.wordpress.site import PLUGIN, RELEASES, missing, quoted, running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

HERON = (
    "The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron built its nest in the "
    "gearwheel, and some 300 commuters waited on either bank until a carpenter carried bird and nest away on a tray "
    "lined with his own scarf."
)
BANDSTAND = (
    "The parish of Marrow has voted to paint its bandstand green again. The treasurer abstained, as he does every "
    "spring, and the brass band played on under the scaffolding with paper hats against the drips."
)
GOATS = (
    "A ferry with nine goats aboard ran onto a sandbank off Skerrow at dawn, and its crew passed the four hours until "
    "the tide returned by teaching the animals to queue for the gangway in order of their age."
)
OWN = "Our own reporter went to the quay and found that nobody there could say what the harbor master wants."
HOSTILE = 'Heron <img src=x onerror="window.hacked=1"></script><script>window.hacked=2</script> nests'
STORIES = (
    Work("mp-heron", f"PORT HALLAM (MP) -- {HERON}", HOSTILE, "Meridian Press"),
    Work("ow-bandstand", f"MARROW (OW) -- {BANDSTAND}", "Bandstand", "Orrin Wire"),
    Work("ow-goats", f"SKERROW (OW) -- {GOATS}", "Goats queue", "Orrin Wire"),
)
POLICY = """\
[house]
name = "The Daily Wick"

[[licence]]
name = "Orrin Wire, web"
holder = "Orrin Wire"
credit = ["Orrin Wire"]
"""


def paragraphs(*texts: str) -> str:
    """The texts as blocks, as WordPress keeps them."""
    return "\n\n".join(f"<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->" for text in texts)


@pytest.fixture(scope="module", autouse=True)
def all_there():
    """What is missing skips these tests, and fails them in CI."""
    absent = missing()
    if not any(map(shutil.which, BROWSERS)) or importlib.util.find_spec("playwright") is None:
        absent = absent or "chromium and playwright"
    if absent and os.environ.get("CI"):
        pytest.fail(f"{absent}: not installed, and in CI the plugin must be tested in WordPress")
    if absent:
        pytest.skip(f"{absent}: not installed")


@dataclass(frozen=True, slots=True)
class Desk:
    """The service as the desk has it: its address, a key, and the command line beside it."""

    url: str
    key: str
    home: Path
    index: Path

    def mark(self, *arguments: str) -> None:
        """Says something of a story."""
        wirecheck(self.home, "cli.main", "mark", "--index", str(self.index), *arguments)


def wirecheck(home: Path, *command: str) -> str:
    """What `python -m ...` prints, in the home of the service."""
    env = environment(home, {"data": home / "data"})
    done = subprocess.run([sys.executable, "-m", *command], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Wirecheck itself, with three stories and a policy that licenses two of them, credited."""
    home = tmp_path_factory.mktemp("service")
    policy = home / "house.toml"
    policy.write_text(POLICY, encoding="utf-8")
    key = wirecheck(home, "api", "keys", "create", "--scope", "check")
    with serving(home, works=STORIES, policy=policy, keys_required=True) as started:
        yield Desk(started.url, key, home, started.index)


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """A site of each release, started when it is first asked for."""
    started = {}
    with contextlib.ExitStack() as stack:

        def site(release=RELEASES[0]):
            if release not in started:
                root = tmp_path_factory.mktemp("wordpress") / "site"
                started[release] = stack.enter_context(running(release, root))
            return started[release]

        yield site
    for site in started.values():
        ours = [line for line in site.log().splitlines() if "plugins/wirecheck" in line]
        assert ours == []


@pytest.fixture
def site(sites, service):
    """The newer site, its plugin set up: errors block, and so does a service that does not answer."""
    one = sites()
    one.option(url=service.url, key=service.key, errors="block", unchecked="block", seconds=20, channel="")
    return one


@pytest.fixture(scope="module")
def browser():
    """One chromium for all tests."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as started:
        running_browser = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running_browser
        running_browser.close()


@pytest.fixture(scope="module")
def entered(browser):
    """The cookies of somebody logged in, by site and name; each logs in once."""
    known = {}

    def cookies(site, name):
        if (site.url, name) not in known:
            context = browser.new_context()
            door = site.url + "/wp-login.php"
            context.request.get(door)  # sets the cookie by which it knows that cookies are kept
            form = {"log": name, "pwd": f"{name}-password", "testcookie": "1", "redirect_to": site.url + "/wp-admin/"}
            assert context.request.post(door, form=form, timeout=90_000).status == 200
            assert any(cookie["name"].startswith("wordpress_logged_in") for cookie in context.cookies())
            known[site.url, name] = context.storage_state()
            context.close()
        return known[site.url, name]

    return cookies


@pytest.fixture
def visit(browser, entered):
    """Opens a page of a site as the desk or as somebody else."""
    contexts = []

    def open_page(site, path, name="desk"):
        context = browser.new_context(storage_state=entered(site, name), viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(site.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def edit(visit):
    """Opens a post in the block editor."""

    def open_post(site, post, name="desk"):
        page = visit(site, f"/wp-admin/post.php?post={post}&action=edit", name)
        page.wait_for_function("window.wp?.data?.select('core/block-editor')?.getBlocks().length > 0")
        page.evaluate(
            """for (const scope of ['core', 'core/edit-post'])
                wp.data.dispatch('core/preferences').set(scope, 'welcomeGuide', false);"""
        )
        return page

    return open_post


PANEL = ".editor-post-publish-panel"


def before_publishing(page, state):
    """Opens the sidebar before publishing, and waits for the verdict."""
    if not page.locator(PANEL).count():
        page.locator("button.editor-post-publish-panel__toggle").click()
    page.locator(f"{PANEL} .wirecheck[data-state='{state}']").wait_for(timeout=20_000)
    return page.locator(f"{PANEL} .wirecheck")


def publish_button(page):
    return page.locator(f"{PANEL} .editor-post-publish-button")


def is_locked(page):
    return publish_button(page).is_disabled() or publish_button(page).get_attribute("aria-disabled") == "true"


def publish(page):
    publish_button(page).click()
    page.wait_for_function("wp.data.select('core/editor').isCurrentPostPublished()", timeout=20_000)


def write(page, number, text):
    """Puts other words into the block of this number."""
    page.evaluate(
        """([number, text]) => {
            const block = wp.data.select('core/block-editor').getBlocks()[number];
            wp.data.dispatch('core/block-editor').updateBlockAttributes(block.clientId, {content: text});
        }""",
        [number, text],
    )


@pytest.mark.parametrize("release", RELEASES)
def test_copy_is_held_shown_in_its_block_put_right_and_published(sites, service, edit, release):
    site = sites(release)
    site.option(url=service.url, key=service.key)
    post = site.post(
        post_title="🙂 Bridge & quay", post_content=paragraphs(OWN, *[OWN] * 12, f"🙂 <em>Look</em>: {HERON}")
    )
    page = edit(site, post)
    panel = before_publishing(page, "flagged")

    assert is_locked(page)
    assert panel.locator(".wirecheck-finding.is-error").count() == 1
    words = panel.locator(".wirecheck-finding").inner_text().strip()
    assert words.startswith("Error") and "Meridian Press" in words and HOSTILE in words
    assert page.evaluate("window.hacked") is None

    panel.get_by_role("button", name="Show in the text").click()
    chosen = "wp.data.select('core/block-editor').getSelectedBlock()"
    assert page.evaluate(f"String({chosen}.attributes.content)").startswith("🙂 <em>Look")
    marks = page.evaluate(
        f"""wp.data.select('core/annotations').__experimentalGetAnnotations().map(one => {{
            const text = wp.richText.create({{html: String({chosen}.attributes.content)}}).text;
            return text.slice(one.range.start, one.range.end);
        }})"""
    )
    assert marks == [HERON.rstrip(".")]

    write(page, 13, OWN)
    panel = before_publishing(page, "clear")
    assert not is_locked(page)
    publish(page)
    assert site.field(post) == "publish"


def test_a_warning_is_shown_and_lets_the_post_through(site, edit):
    post = site.post(post_title="Band", post_content=paragraphs(OWN, BANDSTAND))
    page = edit(site, post)
    panel = before_publishing(page, "warned")
    assert panel.locator(".wirecheck-finding.is-warning").inner_text().strip().startswith("Warning")
    assert "1 finding is a warning. The post can be published" in panel.inner_text()
    assert not is_locked(page)
    publish(page)
    assert site.field(post) == "publish"


def test_an_answer_for_a_former_text_is_dropped(site, edit):
    post = site.post(post_title="Late", post_content=paragraphs(OWN, HERON))
    page = edit(site, post)
    waiting = []
    page.route("**/*wirecheck*v1*check*", lambda route: waiting.append(route), times=1)
    page.locator("button.editor-post-publish-panel__toggle").click()
    page.locator(f"{PANEL} .wirecheck[data-state='running']").wait_for()
    page.wait_for_timeout(300)
    assert len(waiting) == 1 and is_locked(page)
    write(page, 1, OWN)
    before_publishing(page, "clear")
    with page.expect_response("**/*wirecheck*v1*check*") as late:
        waiting[0].continue_()
    assert json.loads(late.value.text())["state"] == "flagged"
    page.wait_for_timeout(500)
    before_publishing(page, "clear")
    assert not is_locked(page)


def test_drafts_can_be_saved_and_the_sidebar_opened_whatever_was_found(site, edit):
    post = site.post(post_title="Draft", post_content=paragraphs(OWN, HERON))
    page = edit(site, post)
    locked = "wp.data.select('core/editor').isPostSavingLocked()"
    page.wait_for_function("wp.plugins.getPlugin('wirecheck')")
    assert not page.evaluate(locked)
    before_publishing(page, "flagged")
    assert page.evaluate(locked)
    page.locator(f"{PANEL} .editor-post-publish-panel__header-cancel-button button").click()
    page.wait_for_function(f"!{locked}")
    write(page, 0, "Saved all the same, as a draft.")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_function("!wp.data.select('core/editor').isEditedPostDirty()")
    assert "Saved all the same" in site.field(post, "post_content")
    before_publishing(page, "flagged")


def by_rest(page, method, path, **data):
    """What WordPress' REST answers in the name of the page's visitor: its code on an error, else the answer."""
    return page.evaluate(
        """([method, path, data]) => wp.apiFetch({method, path, data}).catch(error => error)""", [method, path, data]
    )


def test_rest_does_not_publish_what_is_held(site, edit):
    post = site.post(post_title="Rest", post_content=paragraphs(OWN, HERON))
    page = edit(site, post)
    refused = by_rest(page, "POST", f"/wp/v2/posts/{post}", status="publish")
    assert refused["code"] == "wirecheck_held" and refused["data"]["status"] == 403
    assert refused["message"].startswith("Wirecheck: 1 finding is an error. The post cannot be published")
    assert "46 words of Meridian Press copy" in refused["message"]
    later = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S")
    assert by_rest(page, "POST", f"/wp/v2/posts/{post}", status="future", date_gmt=later)["code"] == "wirecheck_held"
    assert by_rest(page, "POST", "/wp/v2/posts", status="publish", content=HERON)["code"] == "wirecheck_held"
    assert by_rest(page, "POST", "/wp/v2/pages", status="publish", excerpt=HERON)["code"] == "wirecheck_held"
    by_rest(page, "POST", f"/wp/v2/posts/{post}/autosaves", status="publish", content=HERON + "!")
    assert site.field(post) in ("draft", "pending")

    fixed = by_rest(page, "POST", f"/wp/v2/posts/{post}", status="publish", content=paragraphs(OWN))
    assert fixed["status"] == "publish"
    changed = by_rest(page, "POST", f"/wp/v2/posts/{post}", content=paragraphs(OWN, HERON))
    assert changed["code"] == "wirecheck_held"
    assert HERON not in site.field(post, "post_content")


def test_the_editor_says_why_wordpress_refused(site, edit):
    post = site.post(post_title="Ctrl+S", post_content=paragraphs(OWN, HERON))
    page = edit(site, post)
    page.evaluate(
        "wp.data.dispatch('core/editor').editPost({status: 'publish'}); wp.data.dispatch('core/editor').savePost()"
    )
    page.get_by_text("1 finding is an error.").first.wait_for()
    assert site.field(post) == "draft"


def test_a_synced_pattern_hides_nothing(site, edit):
    pattern = site.post(
        "remove_filter('wp_insert_post_data', 'Wirecheck\\\\before_insert', 99);"
        "remove_action('transition_post_status', 'Wirecheck\\\\after_transition', 1);",
        post_type="wp_block",
        post_status="publish",
        post_content=paragraphs(HERON),
    )
    assert site.field(pattern) == "publish"
    used = f'<div class="wp-block-group"><!-- wp:block {{"ref":{pattern}}} /--></div>'
    content = paragraphs(OWN) + f"\n\n<!-- wp:group -->\n{used}\n<!-- /wp:group -->"
    page = edit(site, site.post(post_title="Pattern", post_content=content))
    panel = before_publishing(page, "flagged")
    assert "In the title, the excerpt or a synced pattern." in panel.inner_text()
    assert is_locked(page)


def test_other_ways_of_saving_leave_held_posts_pending(site, visit, edit):
    made = site.post(post_title="Quick edit", post_content=HERON, post_status="publish")
    assert site.field(made) == "pending"
    pushed = site.post(post_title="Pushed", post_content=HERON)
    site.php(f"wp_publish_post({pushed}); return 1;")
    assert site.field(pushed) == "pending"
    site.post(post_title="Fine", post_content=OWN, post_status="publish")
    rows = visit(site, "/wp-admin/edit.php?post_status=all&post_type=post")
    for post in (made, pushed):
        assert "held by Wirecheck" in rows.locator(f"#post-{post}").inner_text()
    assert rows.get_by_text("held by Wirecheck").count() == 2
    classic = visit(site, f"/wp-admin/post.php?post={made}&action=edit&classic=1")
    assert "Wirecheck: 1 finding is an error." in classic.locator(".notice-error").first.inner_text()
    editor = edit(site, made)
    editor.locator(".components-notice", has_text="Wirecheck: 1 finding is an error.").wait_for()


def due(site, post):
    """The scheduled post's time has come, and WordPress' scheduler runs."""
    site.php(
        f"""global $wpdb; $past = gmdate('Y-m-d H:i:s', time() - 30);
        $wpdb->update($wpdb->posts, ['post_date' => $past, 'post_date_gmt' => $past], ['ID' => {post}]);
        clean_post_cache({post}); wp_clear_scheduled_hook('publish_future_post', [{post}]);
        wp_schedule_single_event(time() - 20, 'publish_future_post', [{post}]); return 1;"""
    )
    urllib.request.urlopen(site.url + "/wp-cron.php?doing_wp_cron", timeout=60).close()


def scheduled(site, text, at):
    return site.post(
        post_title="Later",
        post_content=paragraphs(OWN, text),
        post_status="future",
        post_date=at.strftime("%Y-%m-%d %H:%M:%S"),
        post_date_gmt=at.strftime("%Y-%m-%d %H:%M:%S"),
    )


def test_a_scheduled_post_is_held_when_its_source_was_killed_meanwhile(site, service):
    text = f"{GOATS} (Orrin Wire)"
    first, second = (scheduled(site, text, datetime.now(UTC) + timedelta(hours=2)) for _ in range(2))
    assert site.field(first) == "future"
    due(site, first)
    assert site.field(first) == "publish"
    service.mark("ow-goats", "--killed", "--note", "The goats were sheep.")
    try:
        due(site, second)
        assert site.field(second) == "pending"
        mail = site.php("return array_slice(get_option('mails_of_the_test'), -1)[0];")
        assert mail["to"] == "desk@dailywick.example" and mail["subject"] == "Not published: Later"
        assert "kill" in mail["message"]
    finally:
        service.mark("ow-goats", "--usable")


def test_an_embargo_is_judged_as_of_the_time_that_the_post_is_for(site, service):
    now = datetime.now(UTC)
    service.mark("ow-goats", "--embargo", (now + timedelta(hours=5)).isoformat(timespec="seconds"))
    try:
        text = f"{GOATS} (Orrin Wire)"
        assert site.field(scheduled(site, text, now + timedelta(hours=2))) == "pending"
        assert site.field(scheduled(site, text, now + timedelta(hours=8))) == "future"
    finally:
        service.mark("ow-goats", "--embargo", "")


def test_when_the_service_is_down_the_setting_decides(site, service, edit):
    nowhere = f"http://127.0.0.1:{free_port()}"
    site.option(url=nowhere, key=service.key, unchecked="block")
    post = site.post(post_title="Down", post_content=paragraphs(OWN))
    page = edit(site, post)
    panel = before_publishing(page, "unavailable")
    assert "The service does not answer." in panel.inner_text()
    assert "cannot be published unchecked" in panel.inner_text()
    assert is_locked(page)
    refused = by_rest(page, "POST", f"/wp/v2/posts/{post}", status="publish")
    assert refused["code"] == "wirecheck_unchecked" and refused["data"]["status"] == 503

    site.option(url=service.url, key=service.key)
    panel.get_by_role("button", name="Check now").click()
    before_publishing(page, "clear")
    assert not is_locked(page)

    site.option(url=nowhere, key=service.key, unchecked="allow")
    page = edit(site, post)
    panel = before_publishing(page, "unavailable")
    assert "can be published unchecked" in panel.inner_text()
    assert not is_locked(page)
    publish(page)
    assert site.field(post) == "publish"


def test_a_scheduled_post_waits_for_a_service_that_is_down(site, service):
    post = scheduled(site, OWN, datetime.now(UTC) + timedelta(hours=2))
    assert site.field(post) == "future"
    site.option(url=f"http://127.0.0.1:{free_port()}", key=service.key)
    due(site, post)
    assert site.field(post) == "future"
    wait = site.php(f"return wp_next_scheduled('publish_future_post', [{post}]) - time();")
    assert 200 < wait <= 300
    site.option(url=service.url, key=service.key)
    due(site, post)
    assert site.field(post) == "publish"


def test_errors_only_warn_where_the_desk_wants_that(site, service, edit):
    site.option(errors="warn")
    post = site.post(post_title="Warn", post_content=paragraphs(OWN, HERON))
    page = edit(site, post)
    panel = before_publishing(page, "flagged")
    assert "The post can be published all the same" in panel.inner_text()
    assert not is_locked(page)
    publish(page)
    assert site.field(post) == "publish"


def verdict(site, **changes):
    """What the plugin makes of a report."""
    report = {
        "schema": "wirecheck.report/1",
        "verdict": "clear",
        "matches": [],
        "notices": [],
        "unjudged": [],
    } | changes
    code = f"Wirecheck\\verdict_on(json_decode({quoted(json.dumps(report))}, true), 7)"
    return site.php(f"return {code};")


def test_what_was_not_wholly_checked_or_is_not_understood_is_never_clear(site):
    assert verdict(site)["state"] == "clear"
    cut = verdict(site, verdict="incomplete", unjudged=["The text is an image."])
    assert (cut["state"], cut["held"], cut["reasons"]) == ("incomplete", True, ["The text is an image."])
    new = verdict(site, verdict="flagged", matches=[{"severity": "grave", "submitted": {"start": 9, "end": 12}}])
    assert (new["state"], new["held"], new["findings"][0]["start"]) == ("flagged", True, 2)
    assert verdict(site, verdict="flagged")["held"] is True
    site.option(errors="warn", unchecked="allow")
    assert verdict(site, verdict="incomplete")["held"] is False
    assert verdict(site, verdict="flagged")["held"] is False


def test_the_settings_page_tests_the_connection_and_never_shows_the_key(site, service, visit):
    site.php("delete_option('wirecheck'); return 1;")
    page = visit(site, "/wp-admin/options-general.php?page=wirecheck")

    def save_and_test(**fields):
        for name, value in fields.items():
            page.fill(f"#wirecheck-{name}", value)
        page.click("#submit")
        page.wait_for_load_state()
        page.click("#wirecheck-test")
        page.wait_for_load_state()
        return page.locator("#wirecheck-trial").inner_text()

    assert "There is no address yet" in save_and_test(url="")
    assert "does not know the key" in save_and_test(url=service.url, key="wck_wrong")
    assert save_and_test(key=service.key) == "The service answers, and accepts the key. It holds 3 stories."
    assert service.key not in page.content() and page.input_value("#wirecheck-key") == ""
    assert "3 stories" in save_and_test(seconds="20")  # an empty field keeps the key
    assert "not Wirecheck" in save_and_test(url=site.url)
    assert site.php("return get_option('wirecheck')['key'];") == ""  # a key is for one address
    page.fill("#wirecheck-url", "javascript:alert(1)")
    page.evaluate("document.getElementById('wirecheck-url').form.noValidate = true")
    page.click("#submit")
    assert "must be like https://" in page.locator(".settings-error").first.inner_text()
    assert site.php("return get_option('wirecheck')['url'];") == site.url


def test_the_key_is_in_no_page_and_no_answer(site, service, visit, edit):
    post = site.post(post_title="Key", post_content=paragraphs(OWN, HERON))
    page = edit(site, post).context.new_page()
    seen = []
    page.on("requestfinished", lambda request: seen.append(request))
    page.goto(f"{site.url}/wp-admin/post.php?post={post}&action=edit")
    page.wait_for_function("window.wp?.data?.select('core/block-editor')?.getBlocks().length > 0")
    before_publishing(page, "flagged")
    spoken = [request for request in seen if request.resource_type in ("document", "fetch", "xhr")]
    bodies = {request.url: request.response().text() for request in spoken if request.url.startswith(site.url)}
    assert any("wirecheck" in url and "check" in url.rpartition("wirecheck")[2] for url in bodies)
    for path in ("options-general.php?page=wirecheck", "options.php", "plugins.php", "site-health.php?tab=debug"):
        bodies[path] = visit(site, "/wp-admin/" + path).content()
    for path in ("/", "/wp/v2/settings", "/wirecheck/v1"):
        bodies[path] = json.dumps(by_rest(page, "GET", path))
    assert len(bodies) > 10
    assert [where for where, body in bodies.items() if service.key in body] == []


def test_only_those_who_edit_the_post_can_ask(site, edit, visit):
    theirs = site.post(post_title="Theirs", post_content=paragraphs(OWN))
    author = site.php("return get_user_by('login', 'author')->ID;")
    own = site.post(post_title="Own", post_content=paragraphs(OWN), post_author=author)
    page = edit(site, own, "author")
    ask = {"title": "", "content": HERON}
    assert by_rest(page, "POST", "/wirecheck/v1/check", id=own, **ask)["state"] == "flagged"
    assert by_rest(page, "POST", "/wirecheck/v1/check", id=theirs, **ask)["code"] == "rest_forbidden"
    assert by_rest(page, "POST", "/wirecheck/v1/check", id=999_999, **ask)["code"] == "rest_forbidden"
    assert by_rest(page, "POST", "/wirecheck/v1/check", **ask)["code"] == "rest_missing_callback_param"
    assert visit(site, "/wp-admin/options-general.php?page=wirecheck", "author").locator("#wirecheck-url").count() == 0


def test_the_connection_test_wants_a_token(site, visit):
    page = visit(site, "/wp-admin/")
    assert page.goto(site.url + "/wp-admin/admin-post.php?action=wirecheck_trial").status == 403


@pytest.mark.parametrize("path", sorted(PLUGIN.rglob("*.php")), ids=lambda path: path.relative_to(PLUGIN).as_posix())
def test_the_php_is_right(path):
    done = subprocess.run(["php", "-l", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert path.read_text(encoding="utf-8").count("\n") <= 300
