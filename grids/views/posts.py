"""A post ends or passes to its next holder, with all that goes with the office."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids import forms, jurisdiction
from grids.models import Area, Post
from grids.services import posts
from grids.views.changing import Change, answer
from grids.views.organisation import crumbs_to


def change_post(request: HttpRequest, key: int, change: str) -> HttpResponse:
    """An organiser dismisses the holder of a post, or hands it over."""
    post, asked = _seen(request, key), CHANGES.get(change)
    if asked is None:
        raise Http404
    ground, back = _ground(post)
    jurisdiction.require(request.user, asked.permission, ground)
    form = asked.form(request.POST or None, post=post)
    crumbs = [*crumbs_to(ground), {"label": asked.heading}]
    carried = post.carries.filter(until=None).select_related("role", "area")
    return answer(
        request, asked, form, lambda: asked.act(post, form.cleaned_data, request.user), back,
        post=post, carried=carried, crumbs=crumbs,
    )  # fmt: skip


def _seen(request: HttpRequest, key: int) -> Post:
    mine = Post.objects.held().filter(role__city__in=jurisdiction.cities_of(request.user))
    return get_object_or_404(mine.select_related("user", "role__city", "area__city", "department__area"), pk=key)


def _ground(post: Post) -> tuple[Area, str]:
    """Where the right to appoint must lie (the post's own area, or its department's), and the page it stands on."""
    if post.area:
        return post.area, reverse("area", args=[post.area.code])
    assert post.department  # noqa: S101  # the table keeps it: a post is held somewhere
    return post.department.area, reverse("department", args=[post.department.code])


CHANGES = {
    "dismiss": Change(
        forms.PostForm, "appoint_in", _("Dismiss"), _("Dismiss"), _("The post has ended."),
        lambda post, said, by: posts.dismiss(post, **said),
        _("What the post allows ends at once, and so does every post held because of it."),
    ),
    "hand-over": Change(
        forms.HandOverForm, "appoint_in", _("Hand over"), _("Hand over"), _("The post has its next holder."),
        lambda post, said, by: posts.hand_over(post, **said),
        _("Every post held because of this one passes to the next holder too."),
    ),
}  # fmt: skip
