"""The configuration of the service: one file, the environment over it, and a sentence for every mistake."""

from __future__ import annotations

import re
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.__main__ import _parser
from api.settings import PREFIX, READERS, Settings, SettingsProblem, is_loopback, read_settings

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "deploy" / "wirecheck-server.toml"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home and a working directory of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text: str, env: dict[str, str] | None = None, name: str = "server.toml") -> Settings:
    Path(name).write_text(text, encoding="utf-8")
    return read_settings(Path(name), env or {})


def test_without_a_file_it_is_for_this_machine_only(home):
    found = read_settings(None, {})
    assert (found.host, found.port, found.keys_required) == ("127.0.0.1", 8631, False)
    assert found.data == home / ".local/share/wirecheck/server"
    assert found.index == home / ".local/share/wirecheck/index", "the command line's own place"
    assert found.policy is None
    assert found.workers >= 1


def test_the_index_and_policy_of_the_command_line_are_taken_over(home):
    env = {"WIRECHECK_INDEX": "wire", "WIRECHECK_POLICY": "/etc/desk.toml", "XDG_DATA_HOME": "/srv/share"}
    found = read_settings(None, env)
    assert (found.index, found.policy) == (home / "wire", Path("/etc/desk.toml"))
    assert found.data == Path("/srv/share/wirecheck/server")
    assert read('index = "own"', env).index == home / "own", "but the service's own file says more"


def test_a_file_beside_the_working_directory_is_read_unasked(home):
    (home / "wirecheck-server.toml").write_text("port = 9000")
    assert read_settings(None, {}).port == 9000
    (home / "other.toml").write_text("port = 9001")
    assert read_settings(None, {"WIRECHECK_SETTINGS": "other.toml"}).port == 9001
    (home / "third.toml").write_text("port = 9002")
    assert read_settings(Path("third.toml"), {"WIRECHECK_SETTINGS": "other.toml"}).port == 9002


def test_every_setting_can_be_given_in_the_file_and_in_the_environment(home):
    text = """
        data = "srv"
        host = "0.0.0.0"
        port = 80
        index = "/wire/index"
        policy = "~/desk.toml"
        keys_required = true
        workers = 3
        waiting = 0
        seconds = 5
        memory_mb = 512
        body_mb = 2
        slow_seconds = 2.5
        cors = ["https://cms.example.org"]
        webhooks = ["hooks.example.org", "10.0.0.7"]
        root_path = "/wirecheck"
        tenants = ["city-desk", "sport"]
    """
    assert tomllib.loads(text).keys() == READERS.keys()
    found = read(text)
    assert found == Settings(
        data=home / "srv",
        host="0.0.0.0",
        port=80,
        index=Path("/wire/index"),
        policy=home / "desk.toml",
        keys_required=True,
        workers=3,
        waiting=0,
        seconds=5.0,
        memory_mb=512,
        body_mb=2,
        slow_seconds=2.5,
        cors=("https://cms.example.org",),
        webhooks=("hooks.example.org", "10.0.0.7"),
        root_path="/wirecheck",
        tenants=("city-desk", "sport"),
    )
    env = {
        PREFIX + name.upper(): ",".join(value) if isinstance(value, list) else str(value)
        for name, value in tomllib.loads(text).items()
    }
    assert read_settings(None, env) == found
    assert read('port = 1\nworkers = 1\ndata = "x"', env) == found, "the environment wins"


def test_paths_in_the_file_count_from_its_folder(home):
    (home / "etc").mkdir()
    assert read('data = "srv"\nindex = "../wire"', name="etc/server.toml").data == home / "etc" / "srv"


def test_an_empty_variable_is_not_set():
    assert read("port = 9000", {PREFIX + "PORT": ""}).port == 9000


WRONG = [
    ("port = 70000", "server.toml:1: port must be a whole number from 0 to 65535, not 70000."),
    ("\n\nport = true", "server.toml:3: port must be a whole number from 0 to 65535, not True."),
    ("port = 8631.0", "server.toml:1: port must be"),
    ('port = "١٢"', "server.toml:1: port must be"),
    ("workers = 0", "server.toml:1: workers must be a whole number from 1 to 256, not 0."),
    ("waiting = -1", "server.toml:1: waiting must be a whole number from 0"),
    ("seconds = nan", "server.toml:1: seconds must be a number of seconds from 0.1 to 600, not nan."),
    ("seconds = inf", "server.toml:1: seconds must be"),
    ('seconds = "soon"', "server.toml:1: seconds must be"),
    ('keys_required = "maybe"', "server.toml:1: keys_required must be true or false, not 'maybe'."),
    ("keys_required = 1", "server.toml:1: keys_required must be true or false, not 1."),
    ('data = ""', "server.toml:1: data must be the path of a file or folder, not ''."),
    ("data = 5", "server.toml:1: data must be the path"),
    ('host = "not a host"', "server.toml:1: host must be an address or a host name"),
    ('cors = ["*"]', "server.toml:1: cors must be a list of origins"),
    ('cors = ["https://cms.example.org/"]', "without a path"),
    ('webhooks = ["http://hooks"]', "server.toml:1: webhooks must be a list of host names"),
    ('root_path = "wirecheck/"', 'server.toml:1: root_path must begin with "/" and not end with it'),
    ('tenants = ["City Desk"]', "server.toml:1: tenants must be a list of names of small letters"),
    ('tenants = ["../other"]', "server.toml:1: tenants must be"),
    ('tenants = ["x\\n"]', "server.toml:1: tenants must be"),
    ("tenants = [1]", "server.toml:1: tenants must be"),
    ("# first\nprot = 80", "server.toml:2: there is no setting 'prot'; there are: data, host, port"),
    ("[server]\nport = 80", "server.toml:1: there is no setting 'server'"),
    ("port = 80\nport = 81", "server.toml: this is not TOML (Cannot overwrite a value"),
    ("port == 80", "server.toml:1: this is not TOML"),
    ('host = "0.0.0.0"\nkeys_required = false', "server.toml:2: host '0.0.0.0' can be reached from other machines"),
    ('keys_required = false\ntenants = ["sport"]', "server.toml:1: tenants are told apart by their keys"),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[text for text, _ in WRONG])
def test_a_mistake_is_named_with_its_line(text, said):
    with pytest.raises(SettingsProblem) as problem:
        read(text)
    assert said in str(problem.value)


def test_a_mistake_in_the_environment_is_named_by_its_variable():
    for env, said in (
        ({PREFIX + "PORT": "many"}, "WIRECHECK_SERVER_PORT: port must be a whole number"),
        ({PREFIX + "PROT": "80"}, "WIRECHECK_SERVER_PROT: there is no setting 'prot'"),
        ({PREFIX + "TENANTS": "sport,"}, ""),
        ({PREFIX + "TENANTS": "sport,../x"}, "WIRECHECK_SERVER_TENANTS: tenants must be"),
        ({PREFIX + "HOST": "::", PREFIX + "KEYS_REQUIRED": "no"}, "WIRECHECK_SERVER_KEYS_REQUIRED: host '::'"),
    ):
        if not said:
            assert read_settings(None, env).tenants == ("sport",)
            continue
        with pytest.raises(SettingsProblem, match=re.escape(said)):
            read_settings(None, env)


def test_a_long_wrong_value_is_not_repeated_at_length():
    with pytest.raises(SettingsProblem) as problem:
        read(f'port = "{"9" * 5000}"')
    assert len(str(problem.value)) < 200


def test_a_file_that_cannot_be_read_is_named(home):
    with pytest.raises(SettingsProblem, match=r"gone\.toml: the configuration cannot be read \(No such file"):
        read_settings(Path("gone.toml"), {})
    with pytest.raises(SettingsProblem, match="cannot be read"):
        read_settings(home, {})
    (home / "latin.toml").write_bytes('host = "Zürich"'.encode("latin-1"))
    with pytest.raises(SettingsProblem, match=r"latin\.toml: the configuration is not UTF-8"):
        read_settings(home / "latin.toml", {})


@given(st.text(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_settings_or_a_sentence(text):
    Path("any.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(read_settings(Path("any.toml"), {}), Settings)
    except SettingsProblem as problem:
        assert str(problem).startswith("any.toml")


# who can reach it


LOOPBACK = ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"]
ELSEWHERE = ["0.0.0.0", "::", "10.0.0.1", "192.168.1.5", "wire.example.org", "localhost.example.org", "127.0.0.1.evil"]


@pytest.mark.parametrize("host", LOOPBACK)
def test_on_loopback_keys_are_off_unless_asked_for(host):
    assert is_loopback(host)
    assert not read(f'host = "{host}"').keys_required
    assert read(f'host = "{host}"\nkeys_required = true').keys_required


@pytest.mark.parametrize("host", ELSEWHERE)
def test_elsewhere_keys_are_required_and_cannot_be_switched_off(host):
    assert not is_loopback(host)
    assert read(f'host = "{host}"').keys_required
    with pytest.raises(SettingsProblem, match="keys_required must be true; make a key with `wirecheck keys create`"):
        read(f'host = "{host}"\nkeys_required = false')
    with pytest.raises(SettingsProblem):
        Settings(host=host)


def test_tenants_need_keys_and_key_files_of_their_own():
    assert read('tenants = ["sport"]').keys_required
    with pytest.raises(SettingsProblem, match="WIRECHECK_KEY_FILE names one key file for every index"):
        read('tenants = ["sport"]', {"WIRECHECK_KEY_FILE": "/etc/one.key"})
    assert read("", {"WIRECHECK_KEY_FILE": "/etc/one.key"}).tenants == ()


# what is said about it elsewhere


def test_the_example_file_shows_the_defaults(home):
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    shown = "\n".join(line[2:] for line in lines if re.match(r"# [a-z_]+ = ", line))
    assert [line.partition(" ")[0] for line in shown.splitlines()] != []
    assert {line.partition(" ")[0] for line in shown.splitlines()} == READERS.keys()
    for example in ("workers = 2", 'policy = "wirecheck.toml"', 'tenants = ["city-desk", "sport"]'):
        assert example in shown
        shown = shown.replace(example, "")
    assert read(shown) == read_settings(Path("server.toml"), {}) == read(EXAMPLE.read_text(encoding="utf-8"))
    assert read(shown).seconds == Settings().seconds


def test_the_table_of_the_settings_is_that_of_the_code(home):
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page[page.index("| setting |") :].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert [name.strip("`") for name, _, _ in rows] == [one.name for one in fields(Settings)]
    defaults = read_settings(None, {})
    for name, shown, meaning in rows:
        value = getattr(defaults, name.strip("`"))
        assert meaning
        match value:
            case None | ():
                assert shown == "none"
            case Path():
                assert shown == f"`~/{value.relative_to(home)}`"
            case bool():
                assert shown == f"`{str(value).lower()}`"
            case str():
                assert shown == f'`"{value}"`'
            case _ if name == "`workers`":
                assert shown == "one a processor"
            case _:
                assert shown == f"`{value}`"


def test_commands_of_the_page_and_of_deploy_are_ones_that_there_are():
    parser = _parser("wirecheck")
    texts = [ROOT / "docs" / "operations.md", *sorted((ROOT / "deploy").iterdir())]
    found = []
    for path in texts:
        for words in re.findall(r"\bwirecheck ((?:serve|keys) .*)", path.read_text(encoding="utf-8")):
            command = re.split(r"  +|`|\)|;", words)[0]
            found.append(command)
            parser.parse_args(shlex.split(command.replace("ID", "0123456789ab").rstrip(".,:")))
    assert len(found) >= 8, found
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)=", dockerfile + EXAMPLE.read_text(encoding="utf-8")))
    assert {name.lower() for name in named} <= READERS.keys()
    assert named
