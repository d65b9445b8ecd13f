"""A letterbox that can be asked: what became of it, later, who is there."""

from datetime import datetime, timedelta

from attrs import evolve
from letterbox import Letterbox, Post

from anonsms.errors import ConfigurationError
from anonsms.message import Accepted, LineState, Lookup, NotSent, Uncertain


class Counter(Post):
    """The provider: it lists what it took, and holds what is for later."""

    def found(self, number, text):
        """Ids of what was taken, by number and text."""
        return [
            taken.provider_id
            for taken in self.accepted
            if (taken.number, taken.text) == (number, text)
        ]

    def cancel(self, provider_id):
        """Whether it was there to be taken back."""
        before = len(self.accepted)
        self.accepted[:] = [
            taken
            for taken in self.accepted
            if taken.provider_id != provider_id
        ]
        return len(self.accepted) < before

    def take(self, asked):
        """As before, but its memory of keys serves nobody."""
        return super().take(asked | {"key": object()})


class Desk(Letterbox):
    """Has all that a transport can have besides `send`."""

    capabilities = evolve(
        Letterbox.capabilities,
        idempotent_for=None,
        scheduling=True,
        look_up=True,
    )

    def aware(self, moment):
        if moment.utcoffset() is None:
            raise ConfigurationError("A time has a zone.")

    def reconcile(self, messages, since, *, final=False, known=()):
        self.aware(since)
        outcomes, used = [], set(known)
        for message in messages:
            ids = self._post.found(
                message.number.reveal(), message.text.reveal()
            )
            ids = [each for each in ids if each not in used]
            if ids:
                used.add(ids[0])
                outcomes.append(Accepted(message.key, ids[0]))
            elif final:
                outcomes.append(NotSent(message.key, "not on record"))
            else:
                outcomes.append(Uncertain(message.key, "not on record yet"))
        return outcomes

    def look_up(self, numbers):
        return [Lookup(number, LineState.ACTIVE) for number in numbers]

    def schedule(self, batch, at):
        self.aware(at)
        if at < datetime.now(at.tzinfo) + timedelta(minutes=1):
            raise ConfigurationError("That is over.")
        if len({message.key for message in batch}) < len(batch):
            raise ConfigurationError("A key is for one message.")
        return self.send(batch)

    def cancel(self, provider_id):
        return self._post.cancel(provider_id)

    async def send_async(self, batch):
        return self.send(batch)

    def close(self):
        self.open = False
