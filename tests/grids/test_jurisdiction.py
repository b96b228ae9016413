"""The fourth question: what a list shows and what a page allows are the same, for everybody, everywhere."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from grids.jurisdiction import areas_where, departments_where, may, paths_where, permissions_at, require
from grids.models import Area, AreaGrant, Department
from grids.permissions import CODENAMES
from grids.services import posts
from tests.grids.conftest import MAY_DAY

pytestmark = pytest.mark.usefixtures("english")


def test_may_says_what_areas_where_says_for_the_whole_cast_over_every_area_and_permission(cast, city):
    everybody = list(User.objects.all())
    ground = list(Area.objects.filter(city=city))
    assert cast.outsider in everybody
    for person in everybody:
        for permission in sorted(CODENAMES):
            listed = set(areas_where(person, permission))
            assert listed == {area for area in ground if may(person, permission, area)}
            assert listed == {area for area in ground if permission in permissions_at(person, area)}
            prefixes = paths_where(person, permission)
            assert listed == {area for area in ground if any(area.path.startswith(path) for path in prefixes)}


def test_may_says_what_departments_where_says_for_the_whole_cast(cast, city):
    for person in User.objects.all():
        for permission in sorted(CODENAMES):
            listed = set(departments_where(person, permission))
            assert listed == {each for each in Department.objects.filter(city=city) if may(person, permission, each)}


def test_a_right_on_a_street_reaches_all_below_it_and_nothing_beside_a_grid(cast, city, place):
    assert set(areas_where(cast.dispatcher, "dispatch_in")) == set(Area.objects.filter(city=city))
    assert list(areas_where(cast.worker, "report_in")) == [place("001001")]
    assert set(areas_where(cast.community, "see_cases_in")) == {place("001"), place("001001"), place("001002")}


@pytest.mark.parametrize("who", ["outsider", "nobody"])
def test_a_stranger_may_nothing_anywhere(cast, place, who):
    person = cast.outsider if who == "outsider" else AnonymousUser()
    for permission in CODENAMES:
        assert not areas_where(person, permission).exists()
        assert not departments_where(person, permission).exists()
        assert not may(person, permission, place(""))
        assert permissions_at(person, place("")) == frozenset()
    assert not may(person, "see_cases_in", None)


def test_a_right_that_is_taken_away_is_gone_at_the_next_request(client, cast, seat, place):
    client.force_login(cast.organiser)
    url = f"/organisation/{place('001').code}/rename/"
    assert client.get(url).status_code == 200
    posts.appoint(cast.organiser, role=seat("supervisor").role, area=place(""), since=MAY_DAY)
    posts.dismiss(seat("organiser"), on=MAY_DAY)
    assert client.get(url).status_code == 403


def test_require_names_what_one_may_not_and_where(cast, place):
    require(cast.organiser, "reorganise_in", place("001"), place("002"))
    with pytest.raises(PermissionDenied, match=place("001").title):
        require(cast.worker, "reorganise_in", place("001"))


def test_grants_are_exactly_what_the_posts_held_give(cast):
    written = set(AreaGrant.objects.values_list("user", "content_object", "permission__codename"))
    owed = {
        (post.user_id, post.area_id, permission)
        for person in User.objects.all()
        for post in person.posts.held().select_related("role")
        if post.role.scope == "area"
        for permission in post.role.permissions
    }
    assert written == owed
