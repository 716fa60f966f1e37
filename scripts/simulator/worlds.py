"""What makes one world differ from another: how people buy, and what misleads an analyst."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class HiddenRule:
    """Log-odds of buying on a given day; no scoring rule reads it, and it reads no score."""

    base: float
    need: float  # per standard deviation of a trait that leaves no trace of its own
    fit: float  # a company of 50 employees or more, whether or not its size is on record
    activated: float  # the activation milestone is behind the user
    usage: float  # per session of the last 14 days, up to 7
    intent: float  # a limit, a blocked feature, enterprise settings, a call for sales, in 30 days
    invites: float  # at least two invitations in 30 days
    contact: float  # sales got in touch within the last 30 days


@dataclass(frozen=True)
class World:
    name: str
    summary: str
    rule: HiddenRule
    intent_rate: float = 1.0  # how often people run into limits and enterprise settings
    has_leak: bool = False


_STANDARD = World(
    name="standard",
    summary="behaviour, fit and chance decide who buys",
    rule=HiddenRule(
        base=-9.16,
        need=0.35,
        fit=0.6,
        activated=1.05,
        usage=0.24,
        intent=2.23,
        invites=0.4,
        contact=0.7,
    ),
)

# Everyone buys at the same rate, at any age: 1 - (1 - h)^90 = 4 %.
_INDIFFERENT = HiddenRule(
    base=-7.6985, need=0, fit=0, activated=0, usage=0, intent=0, invites=0, contact=0
)

WORLDS: dict[str, World] = {
    world.name: world
    for world in (
        _STANDARD,
        World(
            name="no_signal",
            summary="score and conversion are independent",
            rule=_INDIFFERENT,
        ),
        World(
            name="loose",
            summary="limits meet everybody, and only 3 % of PQLs convert",
            rule=replace(_STANDARD.rule, base=-8.68, activated=0.1, usage=0.02, intent=0.2),
            intent_rate=3.0,
        ),
        replace(
            _STANDARD,
            name="planted_leak",
            summary="a metric knows the future: it is written back in time after the sale",
            has_leak=True,
        ),
        replace(
            _STANDARD,
            name="zero_effect",
            summary="contacting a user changes nothing",
            # Without the help of sales it takes a stronger wish for the same number of sales.
            rule=replace(_STANDARD.rule, contact=0, intent=2.6),
        ),
    )
}
