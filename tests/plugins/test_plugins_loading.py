"""Plug-ins are found by name, checked, and show no setting."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from anonsms.errors import ConfigurationError, PluginError
from anonsms.keys import KeyRing
from anonsms.masking import Secret
from anonsms.plugins import (
    key_providers,
    load_key_provider,
    load_transport,
    transports,
)
from anonsms.testing import assert_no_leak
from anonsms.transport import Capabilities, HttpTransport


NOTHING = None
TOKEN = "live-token-4711-do-not-show"


class Loft:
    """A transport, as another package has it."""

    name = "loft"
    capabilities = Capabilities(simulated=True)

    def __init__(self, *, token, size=1):
        if size == 0:
            raise ConfigurationError("A loft has a size of 1 or more.")
        if size < 0:
            raise ConfigurationError(f"{token} is of no use here.")
        if size > 9:
            raise ValueError(token)
        self.size = size

    def send(self, batch):
        return []


class Wired(HttpTransport):
    """One over HTTP, which leaves the rest to its base."""

    name = "loft"
    capabilities = Capabilities(simulated=True)

    def __init__(self, token, **options):
        super().__init__(**options)

    def submit(self, group):
        yield


class Misnamed(Loft):
    name = "attic"


class Mute(Loft):
    send = None


class Incapable(Loft):
    capabilities = None


def ring(path):
    """A key provider of another package."""
    return KeyRing.load(path)


def half():
    """Not a key provider."""
    return object()


@pytest.fixture
def offer(tmp_path, monkeypatch):
    """Installs a package that offers something, as far as Python can tell."""

    def install(package, group, **offers):
        folder = tmp_path / f"{package.replace('-', '_')}-1.2.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n"
        )
        lines = [f"{name} = {where}" for name, where in offers.items()]
        (folder / "entry_points.txt").write_text(
            f"[anonsms.{group}]\n" + "\n".join(lines) + "\n"
        )

    monkeypatch.syspath_prepend(str(tmp_path))
    return install


HERE = Path(__file__).stem


def test_a_transport_is_made_by_its_name(offer):
    """With the settings that it asks for."""
    offer("loft-sms", "transports", loft=f"{HERE}:Loft")
    loft = load_transport("loft", token=Secret(TOKEN), size=3)
    assert (loft.name, loft.size) == ("loft", 3)


def test_plugins_are_listed_with_their_packages(offer):
    """Name, package, version; nothing is imported for it."""
    offer("loft-sms", "transports", loft="no_such_module:Loft")
    [plugin] = [each for each in transports() if each.name == "loft"]
    assert (plugin.package, plugin.version) == ("loft-sms", "1.2")
    assert "no_such_module" not in repr(plugin)
    assert "loft" not in {each.name for each in key_providers()}


def test_two_packages_cannot_claim_one_name(offer):
    """Both are named, and neither is taken."""
    offer("loft-sms", "transports", loft=f"{HERE}:Loft")
    offer("pigeon-sms", "transports", loft=f"{HERE}:Loft")
    with pytest.raises(PluginError, match=r"loft-sms 1\.2 and pigeon-sms 1"):
        load_transport("loft", token=TOKEN)


def test_an_unknown_name_lists_the_known_ones(offer):
    """And says that pip brings others; the name itself is not repeated."""
    offer("loft-sms", "transports", loft=f"{HERE}:Loft")
    with pytest.raises(PluginError, match=r"Installed: .*loft") as caught:
        load_transport(TOKEN)
    assert "pip install" in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("no_such_module:Loft", "ModuleNotFoundError"),
        (f"{HERE}:NoSuchClass", "AttributeError"),
    ],
)
def test_a_broken_import_names_the_kind_of_error(offer, where, kind):
    """And carries nothing else of it."""
    offer("loft-sms", "transports", loft=where)
    with pytest.raises(PluginError, match=kind) as caught:
        load_transport("loft", token=TOKEN)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert_no_leak(caught.value, texts=[TOKEN])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("Misnamed", "`name`"),
        ("Mute", "no method send"),
        ("Incapable", "no Capabilities"),
        ("NOTHING", "no class or function"),
    ],
)
def test_what_is_no_transport_is_refused(offer, wrong, why):
    """With what it lacks."""
    offer("loft-sms", "transports", loft=f"{HERE}:{wrong}")
    with pytest.raises(PluginError, match=why) as caught:
        load_transport("loft", token=TOKEN)
    assert_no_leak(caught.value, texts=[TOKEN])


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"size": 0}, ConfigurationError, "size of 1 or more"),
        ({"size": -1}, PluginError, r"could not be made \(Configuration"),
        ({"size": 10}, PluginError, r"could not be made \(ValueError\)"),
        ({"sise": 1}, PluginError, r"no setting 'sise' \(size\?\)"),
    ],
)
def test_settings_never_show(offer, settings, error, told):
    """What a transport says of them is passed on only if it quotes none."""
    offer("loft-sms", "transports", loft=f"{HERE}:Loft")
    with pytest.raises(error, match=told) as caught:
        load_transport("loft", token=TOKEN, **settings)
    assert_no_leak(caught.value, texts=[TOKEN])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tokn": 1}, "has no setting 'tokn' (token?) and needs 'token'."),
        ({}, "needs 'token'. Its settings: token; optional: size."),
        ({"token": 1, "zzz": 1}, "has no setting 'zzz'."),
    ],
)
def test_what_is_wrong_with_settings_comes_first(offer, settings, told):
    """The unknown and the missing ones, then those that there are."""
    offer("loft-sms", "transports", loft=f"{HERE}:Loft")
    with pytest.raises(PluginError) as caught:
        load_transport("loft", **settings)
    assert f"'loft' of loft-sms 1.2 {told}" in str(caught.value)


def test_what_is_no_name_is_not_repeated(offer):
    """A credential in the place of a setting's name."""
    offer("loft-sms", "transports", loft=f"{HERE}:Loft")
    with pytest.raises(PluginError, match="not a name") as caught:
        load_transport("loft", **{TOKEN: 1})
    assert TOKEN not in str(caught.value)


def test_what_goes_to_the_base_is_a_setting_too(offer):
    """`**options` of a transport over HTTP: client, pace, timeout."""
    offer("loft-sms", "transports", loft=f"{HERE}:Wired")
    with pytest.raises(PluginError, match="optional: client, pace, timeout"):
        load_transport("loft")
    with pytest.raises(PluginError, match=r"know 'timeuot' \(timeout\?\)"):
        load_transport("loft", token=TOKEN, timeuot=3)
    assert load_transport("loft", token=TOKEN, timeout=3).name == "loft"


def test_a_secret_is_not_quoted_either(offer):
    """Also if the transport revealed it itself."""
    offer("loft-sms", "transports", loft=f"{HERE}:Loft")
    with pytest.raises(PluginError, match="could not be made") as caught:
        load_transport("loft", token=Secret(TOKEN), size=10)
    assert_no_leak(caught.value, texts=[TOKEN])


def test_a_key_provider_is_made_by_its_name(offer, tmp_path):
    """And has all that the ledger asks of its keys."""
    keys = KeyRing.generate()
    keys.save(tmp_path / "shop.keys")
    offer("ring-sms", "keyproviders", ring=f"{HERE}:ring")
    loaded = load_key_provider("ring", path=tmp_path / "shop.keys")
    assert loaded.tokens(["+33639981234"]) == keys.tokens(["+33639981234"])


def test_what_is_no_key_provider_is_refused(offer):
    """With what it lacks."""
    offer("ring-sms", "keyproviders", half=f"{HERE}:half")
    with pytest.raises(PluginError, match=r"no renew_tokens, .*epoch"):
        load_key_provider("half")


def test_what_is_in_the_box_comes_by_the_same_door():
    """Each entry point of ours names something that makes one."""
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    offered = tomllib.loads(pyproject.read_text("utf-8"))["project"][
        "entry-points"
    ]
    ours = [p.name for p in transports() if p.package == "anonsms"]
    assert ours == sorted(offered["anonsms.transports"])
    for plugin in (*transports(), *key_providers()):
        if plugin.package == "anonsms":
            assert callable(plugin.found())
    assert load_transport("fake", seed=7).name == "fake"


def test_keys_in_the_box_come_by_the_same_door(tmp_path, monkeypatch):
    """From a file or from the environment."""
    keys = KeyRing.generate()
    keys.save(tmp_path / "shop.keys")
    loaded = load_key_provider("file", path=tmp_path / "shop.keys")
    assert loaded.public_keys == keys.public_keys
    monkeypatch.setenv("SHOP_KEYS", (tmp_path / "shop.keys").read_text())
    loaded = load_key_provider("env", var="SHOP_KEYS")
    assert loaded.public_keys == keys.public_keys
    with pytest.raises(ConfigurationError, match=r"other\.keys"):
        load_key_provider("file", path=tmp_path / "other.keys")


def test_importing_anonsms_looks_for_no_plugins():
    """Neither the package nor this room searches the disk for them."""
    code = (
        "import importlib.metadata as m\n"
        "def no(**_): raise SystemExit('looked')\n"
        "m.entry_points = no\n"
        "import anonsms, anonsms.plugins, anonsms.messenger\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr
