"""The suite for transports, on one that is not HTTP."""

import pytest
from anonsms.testing import TransportSuite

from anonsms_pigeon import PigeonTransport
from loft import TOKEN, Loft


class TestPigeonTransport(TransportSuite):
    """Against a loft on this machine."""

    secrets = (TOKEN,)

    @pytest.fixture
    def double(self):
        with Loft() as loft:
            yield loft

    @pytest.fixture
    def transport(self, double, patience):
        return PigeonTransport(port=double.port, token=TOKEN, timeout=patience)
