"""A plan before, a run that texts nobody twice, a report after."""

from anonsms.campaign.campaign import Campaign
from anonsms.campaign.outbox import Outbox
from anonsms.campaign.plan import CountryShare, DearCharacter, Plan, Sample
from anonsms.campaign.report import Report
from anonsms.campaign.state import SendState
from anonsms.campaign.wiring import Wiring


__all__ = [
    "Campaign",
    "CountryShare",
    "DearCharacter",
    "Outbox",
    "Plan",
    "Report",
    "Sample",
    "SendState",
    "Wiring",
]
