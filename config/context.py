"""What every page shows around its own content: where one can go, who one is, what the house must say."""

from django.db.models import OuterRef, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from casework.moment import now
from casework.selectors import last_due_in, years_unknown
from grids import jurisdiction
from grids.models import Post
from patrols.selectors.alarms import WATCH, Strip, strip_of
from whistle.selectors.inbox import unread

# (name of the page, words, permissions of which one makes it of use); pages of one beginning belong together.
PLACES = (
    ("desk", gettext_lazy("Work orders"), ("see_cases_in", "import_in")),
    (
        "whistles",
        pgettext_lazy("whistles", "Whistles"),
        ("blow_in", "host_in", "raise_in", "handle_in", "see_cases_in"),
    ),
    ("imports", gettext_lazy("Import"), ("import_in",)),
    ("map", gettext_lazy("Map"), ("see_cases_in",)),
    (
        "patrols",
        pgettext_lazy("menu", "Patrols"),
        ("plan_patrols_in", "watch_patrols_in", "name_risks_in", "admit_in"),
    ),
    ("boards", pgettext_lazy("menu", "Assessment"), ()),
    ("registers", gettext_lazy("Registers"), ("keep_registers_in", "visit_in")),
    ("organisation", gettext_lazy("Organisation"), ()),
    ("duty", gettext_lazy("Duty"), ()),
    ("calendar", gettext_lazy("Calendar"), ()),
    ("rules", gettext_lazy("Dispatch rules"), ("edit_rules_in",)),
    ("status", gettext_lazy("Status"), ("edit_calendar_in",)),
)
# Of a post, what the frame says and by which calendar it warns; to read it whole took a third of the frame's time.
SHOWN = (
    "title", "role__name", "role__name_en", "role__city__time_zone", "area__name", "area__name_en", "area__level__desk",
    "department__name", "department__name_en",
)  # fmt: skip


def page(request) -> dict:
    """The frame of a page; nobody signed in, hardly any."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"now": now()}
    if request.headers.get("HX-Request") or request.headers.get("X-Live"):
        return {"now": now()}  # a fragment has no frame
    held = Post.objects.held().filter(user=request.user).select_related("role__city", "area__level", "department")
    told = {"last_due": Subquery(last_due_in(OuterRef("role__city"))), "unread": Subquery(unread(request.user))}
    posts = list(held.only(*SHOWN).annotate(**told))
    return {
        "now": now(),
        "navigation": _navigation(request),
        "centre": _centre(posts),
        "role": posts[0].title or posts[0].role.title if posts else "",
        "unread": next((post.unread or 0 for post in posts), None),
        "warnings": _warnings(request, posts),
        "alarms": _alarms(request),
    }


def _navigation(request) -> list[dict]:
    found = []
    may = jurisdiction.permissions_of(request.user)
    for name, label, permissions in PLACES:
        if permissions and may.isdisjoint(permissions):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found.append({"url": url, "label": label, "current": request.path.startswith(url)})
    return found


def _alarms(request) -> Strip | None:
    """The calls for help that stand, for who watches patrols anywhere; nothing at all for everybody else."""
    return strip_of(request.user) if WATCH in jurisdiction.permissions_of(request.user) else None


def _centre(posts: list[Post]) -> str:
    """Where the person works: his department's name, or his area's desk."""
    for post in posts:
        if post.department and not post.area:
            return post.department.title
        if post.area:
            return " ".join(filter(None, [post.area.title, post.area.level.desk]))
    return ""


def _warnings(request, posts: list[Post]) -> list[dict]:
    """A year about which the calendar knows nothing: clocks that reach into it count plain weeks."""
    last_due = {post.role.city: post.last_due for post in posts}  # type: ignore[attr-defined]
    return [
        {
            "text": _("The working calendar of %(year)s is not published yet: only weekends are counted as days off.")
            % {"year": year},
            "url": f"{reverse('calendar')}?year={year}",
            "action": _("Open the calendar"),
        }
        for city in sorted(last_due, key=lambda city: city.pk)
        for year in years_unknown(city, last_due[city])
    ]
