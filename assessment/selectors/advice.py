"""What can be done about a line that cost points: one plain sentence by what it counts, for whom it concerns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from assessment.reasons import Item

_ADVICE = {
    Item.CLOCK: _(
        "Open the matters that were late and see which stage waited. Where something cannot be done in time, ask for "
        "more time or a pause before its moment, not after."
    ),
    Item.RATING: _(
        "Read what the residents who were not satisfied said, go to see them once more, and tell them how it ended."
    ),
    Item.CASE: _("Open these and see what stood in the way; what you cannot change yourself, tell your community."),
    Item.CHECK: _("Look at the place yourself before it is called done, and say what is not yet done as it is."),
    Item.SUMMONS: _("When a whistle calls, answer at once who comes and when; whoever is nearest may come first."),
    Item.VISIT: _("Your list of visits shows who is due next; begin with the nearest."),
    Item.STOP: _("Your round shows the points still open today. Where a point could not be reached, say why."),
    Item.CORRECTION: _("Compare the record with what you see at the door before you send a correction."),
    Item.ENTRY: _(
        "The assessment team wrote its grounds beside the mark: read them, and ask where they are not clear."
    ),
    Item.PERSON: _("Your list of visits shows whom nobody has seen yet; begin with those who live alone."),
    Item.PATROL: _("Open the rounds and see which point was left out, and whether the round still suits the ground."),
    Item.TASK: _(
        "Each task says until when it was to be done: close what is done, and say what is in the way of the rest."
    ),
    Item.EVENT: _("Each of these belongs to a matter: open it and see what was missing."),
}


_PHOTO = _(
    "See why these came back. A photo that shows the place, the full address and one plain sentence save a second trip."
)
# Where the sort of thing alone would say too little.
_BY_MEASURE = {
    "valid_reports": _PHOTO,
    "returned_incomplete": _PHOTO,
    "missed": _("Others found these on your ground: look where they lay, and take those places into your round."),
    "rework": _(
        "These had to be done again: see what was not yet done, and look at the place before you call it done."
    ),
    "sent_back": _("These were sent back: read the reasons, and have duties that are not yours put right in the list."),
    "responded": _("Sign for an order and speak with the citizen before its moment; a short call counts too."),
    "street_rating": _(
        "Read what the streets gave for signing, reporting in, handling and effect, and ask the lowest why."
    ),
}
_LEANS = _(
    "Nothing of yours counts against it: few stand behind the share, so it leans to the peers'. "
    "More of the same lifts it."
)


def advice_for(item: str, measure: str = "", *, against: bool = True) -> str:
    """A sentence by what a line counts; where nothing counts against it, why it still is not full."""
    if not against and item != Item.ENTRY:
        return str(_LEANS)
    return str(_BY_MEASURE.get(measure) or _ADVICE[Item(item)])
