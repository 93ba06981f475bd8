"""A WordPress of its own for the tests: files from setup.sh, SQLite for its tables, PHP's server for the web."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.serving import free_port

HERE = Path(__file__).parent
PLUGIN = HERE.parents[1] / "plugins" / "wordpress" / "wirecheck"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
PLACE = Path(os.environ.get("WIRECHECK_WORDPRESS") or CACHE / "wirecheck" / "wordpress")
RELEASES = ("trixie", "bookworm")
"""Debian's releases of WordPress, the newer first: 6.8 and 6.1."""

DROP_IN = "sqlite-database-integration"
CONFIG = """<?php
define('DB_NAME', 'none'); define('DB_USER', ''); define('DB_PASSWORD', ''); define('DB_HOST', '');
define('DB_CHARSET', 'utf8'); define('DB_COLLATE', ''); $table_prefix = 'wp_';
define('DB_DIR', __DIR__ . '/tables/'); define('DB_FILE', 'wordpress.sqlite');
define('WP_HOME', '%(url)s'); define('WP_SITEURL', '%(url)s');
define('AUTH_KEY', 'a-%(url)s'); define('SECURE_AUTH_KEY', 'b'); define('LOGGED_IN_KEY', 'c'); define('NONCE_KEY', 'd');
define('AUTH_SALT', 'e'); define('SECURE_AUTH_SALT', 'f'); define('LOGGED_IN_SALT', 'g'); define('NONCE_SALT', 'h');
define('WP_ENVIRONMENT_TYPE', 'local'); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEBUG', true); define('WP_DEBUG_DISPLAY', false); define('WP_DEBUG_LOG', __DIR__ . '/debug.log');
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""


def missing() -> str:
    """What these tests want and this machine has not; "" when all is there."""
    if not shutil.which("php"):
        return "PHP (apt-get install php-cli php-sqlite3 php-mbstring php-xml php-curl)"
    wanted = ("pdo_sqlite", "mbstring", "dom", "curl")
    loaded = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True).stdout.lower().split()
    if not set(wanted) <= set(loaded):
        return "PHP's extensions (apt-get install php-sqlite3 php-mbstring php-xml php-curl)"
    if not all((PLACE / name).is_dir() for name in (*RELEASES, DROP_IN)):
        return "WordPress (bash tests/wordpress/setup.sh)"
    return ""


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: its address, and PHP inside it."""

    url: str
    root: Path

    def php(self, code: str) -> Any:
        """The value that PHP `code` returns, run in the site as its first administrator."""
        done = run_php(HERE / "run.php", self.root, code)
        return json.loads(done.rpartition("\n@")[2])

    def option(self, **settings: object) -> None:
        """The plugin's settings, kept as its own page would."""
        given = quoted(json.dumps(settings))
        self.php(f"Wirecheck\\register(); update_option('wirecheck', json_decode({given}, true)); return 1;")

    def post(self, before: str = "", **fields: object) -> int:
        """A new post by `wp_insert_post`, its number; `before` is PHP run first. A draft unless it says otherwise."""
        given = quoted(json.dumps({"post_status": "draft"} | fields))
        return int(self.php(f"{before} return wp_insert_post(wp_slash(json_decode({given}, true)));"))

    def field(self, post: int, name: str = "post_status") -> str:
        """A field of a post as it is kept."""
        return str(self.php(f"return get_post({post})->{name};"))

    def log(self) -> str:
        """What PHP complained of so far."""
        path = self.root / "debug.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def quoted(text: str) -> str:
    """A string of PHP."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def run_php(script: Path, root: Path, code: str = "") -> str:
    """What a PHP script prints."""
    done = subprocess.run(["php", script, root], input=code, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@contextlib.contextmanager
def running(release: str, root: Path) -> Iterator[Site]:
    """A site of this release with the plugin switched on, in the new directory `root`; its server ends with it."""
    url = f"http://127.0.0.1:{free_port()}"
    shutil.copytree(PLACE / release, root)
    plugins = root / "wp-content" / "plugins"
    shutil.copytree(PLUGIN, plugins / "wirecheck")
    shutil.copytree(PLACE / DROP_IN, plugins / DROP_IN)
    tables = plugins / DROP_IN / "wp-includes" / "sqlite" / "class-wp-sqlite-db.php"
    tables.write_text(patched(tables.read_text(encoding="utf-8")), encoding="utf-8")
    (root / "wp-content" / "db.php").write_text((PLACE / DROP_IN / "db.copy").read_text())
    (root / "wp-content" / "mu-plugins").mkdir()
    shutil.copy(HERE / "mu-plugin.php", root / "wp-content" / "mu-plugins" / "test.php")
    (root / "wp-config.php").write_text(CONFIG % {"url": url})
    run_php(HERE / "install.php", root)
    environment = os.environ | {"PHP_CLI_SERVER_WORKERS": "4"}
    with (root.parent / f"{release}.log").open("wb") as log:
        server = subprocess.Popen(
            ["php", "-d", "max_execution_time=60", "-S", url.removeprefix("http://"), "-t", root],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            answering(url + "/wp-login.php")
            yield Site(url, root)
        finally:
            os.killpg(server.pid, 15)
            server.wait(10)


def patched(source: str) -> str:
    """The drop-in so that WordPress 6.1 can use it as well: its copy of a property that 6.1 has not is taken away."""
    return source.replace(
        "$this->__get( 'allow_unsafe_unquoted_parameters' )", "$this->allow_unsafe_unquoted_parameters"
    )


def answering(url: str) -> None:
    """Waits until something answers there."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=20):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")
