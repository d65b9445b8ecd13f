"""
From the name of a plug-in to the thing itself, checked.

Settings hold credentials: they are passed on and never shown, neither in
messages nor in the local variables of a traceback.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Final, NoReturn, cast

from anonsms import errors
from anonsms.errors import AnonsmsError, ConfigurationError, PluginError
from anonsms.keys import KeyProvider
from anonsms.masking import MaskedValues
from anonsms.optout.added import register_pack
from anonsms.optout.pack import Pack, packs, parse_pack
from anonsms.plugins.finding import Group, Plugin, the_one
from anonsms.plugins.settings import Settings
from anonsms.transport import Capabilities, Transport


_KEY_METHODS: Final = (
    "renew_tokens",
    "signatures",
    "tokens",
    "unwrap",
    "wrap",
)
_KEY_VALUES: Final = ("epoch", "index_version", "powers", "public_keys")


def load_transport(name: str, /, **settings: object) -> Transport:
    """
    Make a transport by its name.

    Args:
        name: As :func:`transports` lists it, e.g. ``"twilio"``.
        settings: What the transport asks for: credentials and options.

    Raises:
        PluginError: No package offers it, two do, it cannot be imported or
            made, or it is no transport.
        ConfigurationError: It refused the settings, in its own words.
    """
    given = MaskedValues(settings)
    del settings  # a traceback shows local variables
    plugin = the_one(Group.TRANSPORTS, name)
    made = _made(plugin, given)
    wrong = _faults_of_transport(made, plugin.name)
    if wrong:
        _refuse(plugin, Group.TRANSPORTS, wrong)
    return cast("Transport", made)


def load_key_provider(name: str, /, **settings: object) -> KeyProvider:
    """
    Make a key provider by its name.

    Args:
        name: As :func:`key_providers` lists it: ``"file"`` and ``"env"``
            are in the box.
        settings: What the provider asks for, e.g. ``path="shop.keys"``.

    Raises:
        PluginError: No package offers it, two do, it cannot be imported or
            made, or it is no key provider.
        ConfigurationError: It refused the settings, in its own words.
    """
    given = MaskedValues(settings)
    del settings  # a traceback shows local variables
    plugin = the_one(Group.KEY_PROVIDERS, name)
    made = _made(plugin, given)
    lacking = [
        method
        for method in _KEY_METHODS
        if not callable(inspect.getattr_static(made, method, None))
    ]
    lacking += [
        value
        for value in _KEY_VALUES
        if inspect.getattr_static(made, value, made) is made
    ]
    if lacking:
        _refuse(plugin, Group.KEY_PROVIDERS, f"it has no {', '.join(lacking)}")
    return cast("KeyProvider", made)


def load_phrase_pack(language: str) -> Pack:
    """
    Read replies in one more language, from now on.

    Call it at the start, before other threads read replies. What is in the
    box, or loaded already, is simply returned.

    Args:
        language: BCP 47 tag, as :func:`phrase_packs` lists it.

    Raises:
        PluginError: No package offers it, two do, or it cannot be imported.
        ConfigurationError: It cannot be read, or it would take away words
            by which people leave.
    """
    if language in packs():
        return packs()[language]
    plugin = the_one(Group.PHRASE_PACKS, language)
    source = plugin.found()
    if callable(source):
        source = _called(plugin, source, MaskedValues({}))
    if not isinstance(source, str):
        _refuse(
            plugin,
            Group.PHRASE_PACKS,
            f"it is {type(source).__name__} and not the text of a pack, or "
            "a function that returns it",
        )
    if parse_pack(source).language != language:
        _refuse(
            plugin,
            Group.PHRASE_PACKS,
            "its language is not the one that its package offers it by",
        )
    return register_pack(source)


def _made(plugin: Plugin, settings: MaskedValues[object]) -> object:
    factory = plugin.found()
    if not callable(factory):
        raise PluginError(
            f"The plug-in {plugin.name!r} of {plugin.package} "
            f"{plugin.version} is no class or function that makes one."
        )
    return _called(plugin, factory, settings)


def _called(
    plugin: Plugin,
    factory: Callable[..., object],
    settings: MaskedValues[object],
) -> object:
    """Call a plug-in's factory; what it raises shows no setting."""
    asked = Settings.of(factory)
    if asked is not None and not asked.fit(settings):
        raise PluginError(
            f"The plug-in {plugin.name!r} of {plugin.package} "
            f"{plugin.version} {asked.misfit(settings)}"
        )
    spoken: Exception | None = None
    cause = ""
    try:
        return factory(**settings)
    except Exception as error:  # noqa: BLE001 - anybody's code
        if _in_our_words(error) and (
            # Our own packages are held to show nothing; names of files help.
            plugin.package == "anonsms" or not _quotes(error, settings)
        ):
            spoken = error
        cause = type(error).__name__
    if spoken is not None:
        # Without the frames of the factory, which hold the settings.
        spoken.__cause__ = spoken.__context__ = None
        raise spoken.with_traceback(None)
    strange = asked.strange(settings) if asked is not None else ""
    raise PluginError(
        f"The plug-in {plugin.name!r} of {plugin.package} {plugin.version} "
        f"could not be made ({cause}){strange}. Check its settings; they are "
        "not shown here, because they hold credentials."
    )


def _in_our_words(error: Exception) -> bool:
    """Whether it is one of our own errors, which say what to do."""
    ours = isinstance(error, AnonsmsError | ConfigurationError)
    return ours and type(error).__module__ == errors.__name__


def _quotes(error: Exception, settings: MaskedValues[object]) -> bool:
    """Whether the error tells any of the settings."""
    told = f"{error}{error.args!r}{vars(error)!r}"
    values = (
        value.reveal() if hasattr(value, "reveal") else value
        for value in settings.values()
    )
    return any(
        isinstance(value, str) and len(value) > 1 and value in told
        for value in values
    )


def _faults_of_transport(made: object, name: str) -> str:
    """What keeps it from being a transport; empty if nothing does."""
    called = getattr(made, "name", None)
    if not isinstance(getattr(made, "capabilities", None), Capabilities):
        return "it has no Capabilities"
    if not callable(getattr(made, "send", None)):
        return "it has no method send"
    if called != name:
        return "its `name` is not the one that its package offers it by"
    return ""


def _refuse(plugin: Plugin, group: Group, why: str) -> NoReturn:
    raise PluginError(
        f"The plug-in {plugin.name!r} of {plugin.package} {plugin.version} "
        f"is no {group.word}: {why}."
    )
