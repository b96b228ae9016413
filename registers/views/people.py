"""People of the registers: the list of one's ground, one person, and what is done to him."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grids import jurisdiction
from grids.views.changing import UNPROCESSABLE, done
from registers import forms
from registers.models import Person
from registers.selectors import people as found
from registers.selectors.sight import KEEPS, require_keeping
from registers.services import caring, people
from registers.services import looking as looks
from registers.views.frame import change_page, key_in, known_areas, require_registers


@never_cache
@require_safe
def registers(request):
    """The people of one's ground, masked, newest first."""
    require_registers(request.user)
    asked = {name: request.GET.get(name, "")[:40] for name in ("kind", "area")}
    old = request.GET.get("old") == "1"
    page = found.people_of(request.user, **asked, old=old, after=key_in(request.GET.get("after", "")))
    context = {"page": page, "search": forms.SearchForm(), "old": old, **asked, **known_areas(request.user)}
    return render(request, "registers/people.html", context)


@never_cache
@require_POST
def search(request):
    """Who bears exactly this name or number; the words stand in no address and in no answer."""
    require_registers(request.user)
    form = forms.SearchForm(request.POST)
    rows = found.people_found(request.user, form.cleaned_data["words"]) if form.is_valid() else []
    context = {"page": found.Page(rows, 0), "search": forms.SearchForm(), "searched": form.is_valid(), "wrong": form}
    status = 200 if form.is_valid() else UNPROCESSABLE
    return render(request, "registers/people.html", context | known_areas(request.user), status=status)


@never_cache
@require_safe
def person(request, key):
    """One person, masked, with his care and who looked."""
    return _page(request, found.person_seen_by(request.user, key))


@never_cache
@require_POST
def show(request, key):
    """Opens the fields that were asked for, on this answer alone."""
    who = found.person_seen_by(request.user, key)
    form, opened = forms.LookForm(request.POST), {}
    if done(form, lambda: opened.update(looks.look(who, by=request.user, **form.said()))):
        return _page(request, who, opened=opened)
    return _page(request, who, look=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request):
    """Takes a person in."""
    require_registers(request.user, KEEPS)
    form = forms.TakeInForm(request.POST or None, user=request.user)
    made: list[Person] = []
    if request.method == "POST" and done(form, lambda: made.append(people.take_in(by=request.user, **form.said()))):
        messages.success(request, _("The person stands in the register."))
        return redirect("register_person", made[0].key)
    return change_page(request, form, _("Take in a person"), _("Take in"), "registers")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, key):
    """Corrects what is wrong; what stands there now is not shown."""
    who = _kept(request, key)
    form = forms.CorrectForm(request.POST or None)
    if request.method == "POST" and done(form, lambda: people.correct(who, by=request.user, **form.said())):
        return _back(request, who, _("The entry has been corrected."))
    note = _("Fields left empty stay as they are. What stands there now is not shown here.")
    return change_page(request, form, _("Correct the entry"), _("Correct"), "register_person", who.key, note=note)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request, key):
    """Moves a person to another home or grid."""
    who = _kept(request, key)
    form = forms.MoveForm(request.POST or None, user=request.user, initial={"area": who.area.code})
    if request.method == "POST" and done(form, lambda: people.move(who, by=request.user, **form.said())):
        return _back(request, who, _("The person has been moved."))
    return change_page(request, form, _("Move to another home"), _("Move house"), "register_person", who.key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_care(request, key):
    """Begins a care, or changes its degree."""
    who = _kept(request, key)
    form = forms.CareForm(request.POST or None, person=who)
    if request.method == "POST" and done(form, lambda: caring.give_care(who, by=request.user, **form.said())):
        return _back(request, who, _("The care has begun."))
    return change_page(request, form, _("Look after this person"), _("Begin"), "register_person", who.key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end_care(request, key, care):
    """Ends a care."""
    who = _kept(request, key)
    row = get_object_or_404(who.cares, pk=care)
    form = forms.EndCareForm(request.POST or None)
    until = lambda: form.cleaned_data["until"]  # noqa: E731  # asked once the form is valid
    if request.method == "POST" and done(form, lambda: caring.end_care(row, by=request.user, until=until())):
        return _back(request, who, _("The care has ended."))
    note = _("Left empty, it ends today.")
    return change_page(request, form, _("End the care"), _("End"), "register_person", who.key, note=note)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request, key):
    """Erases what names a person, after one more question."""
    who = _kept(request, key)
    if request.method == "POST":
        people.erase(who, by=request.user)
        messages.success(request, _("The person has been erased. An empty row stays for old counts."))
        return redirect("registers")
    return render(request, "registers/erase.html", {"face": found.faces_of([who])[0]})


def _kept(request, key) -> Person:
    who = found.person_seen_by(request.user, key)
    require_keeping(request.user, who.area)
    return who


def _back(request, who: Person, words: str):
    messages.success(request, words)
    return redirect("register_person", who.key)


def _page(request, who: Person, *, opened: dict | None = None, look: forms.LookForm | None = None):
    shown = {**(opened or {})}
    context = {
        "face": found.faces_of([who])[0], "opened": shown, "look": look or forms.LookForm(),
        "looks": found.looks_at(who), "ended": found.cares_ended(who),
        "keeps": jurisdiction.may(request.user, KEEPS, who.area),
    }  # fmt: skip
    return render(request, "registers/person.html", context, status=UNPROCESSABLE if look else 200)
