"""Steps by name: a wrong code is counted although its step is refused, however many try at once."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from django.db import connection

from casework.refusals import NotNow
from tests.whistle.conftest import staff, summons, verbs
from whistle.services.reporting_in import MOST_WRONG_CODES, WrongCode
from whistle.services.taking import take

SAID = {"came": "陶", "code": "xxxx"}


@pytest.mark.django_db
def test_a_wrong_code_is_counted_and_nothing_else_is_kept(blow):
    whistle = blow()
    with pytest.raises(WrongCode):
        take(whistle, "check_in", by=staff("parks"), said=SAID)
    row = summons(whistle, "parks")
    assert (row.wrong_codes, row.arrived_at, row.came) == (1, None, "")
    assert verbs(whistle) == ["raised", "blown"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_tries_than_one_after_the_other(blow):
    whistle, by = blow(), staff("parks")

    def attempt(_number: int) -> type[Exception] | None:
        try:
            take(whistle, "check_in", by=by, said=SAID)
        except (WrongCode, NotNow) as refusal:
            return type(refusal)
        finally:
            connection.close()
        return None

    contexts = [copy_context() for _number in range(9)]
    with ThreadPoolExecutor(9) as pool:
        told = list(pool.map(lambda number: contexts[number].run(attempt, number), range(9)))
    assert (
        sorted(each.__name__ for each in told) == ["NotNow"] * (9 - MOST_WRONG_CODES) + ["WrongCode"] * MOST_WRONG_CODES
    )
    assert summons(whistle, "parks").wrong_codes == MOST_WRONG_CODES
