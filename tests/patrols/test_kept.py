"""What of a worker's tasks goes along where there is no signal: what the list shows, and the forms of its steps."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from workorders.selectors.catalogue import items_by_heading
from workorders.selectors.promises import with_promises

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def page_of(person) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("field_kept")).content.decode()


def test_each_task_of_the_list_stands_there_with_what_may_be_done_to_it_and_as_of_which_event(cast, order_at):
    order = order_at("finished")
    html = page_of(cast.worker).split(f'data-task="{order.number}"')[1].split("</template>")[0]
    assert order.title in html
    assert f'name="seen" value="{order.event_count}"' in html
    assert ['data-step="verify"' in html, 'data-step="rework"' in html] == [True, True]
    assert 'data-step="close"' not in html


def test_words_photos_and_history_of_a_task_are_not_there(cast, order_at):
    order = order_at("finished", words="垃圾外露。三单元李某电话 10000009999。")
    html = page_of(cast.worker)
    assert order.title in html
    assert ["10000009999" in html, "<img" in html] == [False, False]


def test_what_waits_for_others_is_not_there(cast, order_at):
    order = order_at("handling", source="resident", reporter={"name": "宋知秋", "phone": "13900000000"})
    assert order.number not in page_of(cast.worker)
    html = page_of(cast.officer).split(f'data-task="{order.number}"')[1]
    assert all(f'data-step="{step}"' in html for step in ("contact", "progress", "finish"))


def test_three_tasks_ask_the_database_no_more_than_one(cast, order_at):
    client, counted = Client(), []
    client.force_login(cast.worker)
    for more in (1, 2):
        for _turn in range(more):
            order_at("finished")
        client.get(reverse("field_kept"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("field_kept"))
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_report_page_promises_each_item_its_limits_in_the_reader_s_words(city, cast):
    offered = {
        each.item.code: each.promised
        for _heading, items in with_promises(city, items_by_heading(city))
        for each in items
    }
    assert all(promised.accept and promised.handle for promised in offered.values())
    client = Client()
    client.force_login(cast.worker)
    html = client.get(reverse("field_report"), headers={"Accept-Language": "zh-hans"}).content.decode()
    assert 'data-accept="15 分钟"' in html
    assert 'data-handle="' in html
