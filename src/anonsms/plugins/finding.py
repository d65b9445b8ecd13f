"""Which plug-ins are installed, and by which packages."""

from __future__ import annotations

import enum
from collections import defaultdict
from importlib import metadata

from attrs import field, frozen

from anonsms.errors import PluginError


class Group(enum.StrEnum):
    """The entry-point groups; each has a word for messages."""

    TRANSPORTS = "anonsms.transports"
    KEY_PROVIDERS = "anonsms.keyproviders"
    PHRASE_PACKS = "anonsms.phrasepacks"

    @property
    def word(self) -> str:
        """What one of them is called."""
        return _WORDS[self]


_WORDS = {
    Group.TRANSPORTS: "transport",
    Group.KEY_PROVIDERS: "key provider",
    Group.PHRASE_PACKS: "phrase pack",
}


@frozen
class Plugin:
    """
    Something that a package offers. Nothing of it is imported yet.

    Attributes:
        name: What it is asked for by.
        package: The package that offers it, as pip calls it.
        version: Of that package.
    """

    name: str
    package: str
    version: str
    _entry: metadata.EntryPoint = field(repr=False, eq=False)

    def found(self) -> object:
        """
        Import what the package offers.

        Raises:
            PluginError: It cannot be imported. The message names the type
                of the error and no more.
        """
        cause = ""
        try:
            return self._entry.load()
        except Exception as error:  # noqa: BLE001 - anybody's code
            cause = type(error).__name__
        # Out here, so that it carries nothing of what went wrong in there.
        raise PluginError(
            f"The plug-in {self.name!r} of {self.package} {self.version} "
            f"cannot be imported ({cause}). Import its module by hand to "
            "see why, or install it again."
        )


def transports() -> tuple[Plugin, ...]:
    """All transports that are installed, by name; those in the box too."""
    return _installed(Group.TRANSPORTS)


def key_providers() -> tuple[Plugin, ...]:
    """All key providers that are installed, by name."""
    return _installed(Group.KEY_PROVIDERS)


def phrase_packs() -> tuple[Plugin, ...]:
    """
    All phrase packs that other packages offer, by language.

    Those in the box need no loading and are not among them.
    """
    return _installed(Group.PHRASE_PACKS)


def the_one(group: Group, name: str) -> Plugin:
    """
    The plug-in of a name.

    Raises:
        PluginError: No package offers it, or more than one does.
    """
    known = _installed(group)
    claims = [plugin for plugin in known if plugin.name == name]
    if len(claims) == 1:
        return claims[0]
    if claims:
        claimants = " and ".join(
            f"{plugin.package} {plugin.version}" for plugin in claims
        )
        raise PluginError(
            f"Two packages claim the {group.word} {name!r}: {claimants}. "
            "Uninstall one of them: which is meant, nobody can tell."
        )
    names = ", ".join(dict.fromkeys(plugin.name for plugin in known))
    raise PluginError(
        f"There is no {group.word} of this name. Installed: "
        f"{names or 'none'}. "
        "Install the package that offers it (pip install …) into the "
        "environment that runs this."
    )


def _installed(group: Group) -> tuple[Plugin, ...]:
    found: defaultdict[str, list[Plugin]] = defaultdict(list)
    for entry in metadata.entry_points(group=group.value):
        package, version = _origin(entry)
        plugin = Plugin(entry.name, package, version, entry)
        # One package may be on the path twice; that is no quarrel.
        if plugin not in found[entry.name]:
            found[entry.name].append(plugin)
    return tuple(
        plugin
        for name in sorted(found)
        for plugin in sorted(found[name], key=lambda each: each.package)
    )


def _origin(entry: metadata.EntryPoint) -> tuple[str, str]:
    owner = entry.dist
    if owner is None:  # made by hand, as tests do
        return "an unknown package", ""
    return owner.name, owner.version
