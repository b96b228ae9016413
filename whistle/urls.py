"""Addresses of the whistle. One address takes every step; boards of their own name stand before it."""

from django.urls import path

from whistle.views import blowing, boards, files, lists, notices, powers, supervised, whistles

urlpatterns = [
    path("whistles/", lists.whistles, name="whistles"),
    path("whistles/new/", blowing.blow, name="blow"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_all, name="read_all"),
    path("notices/<int:key>/", notices.notice, name="notice"),
    path("agreements/<uuid:key>/", files.agreement, name="agreement"),
    path("whistles/supervision/", boards.supervision, name="supervision_board"),
    path("whistles/supervision/<slug:number>/", supervised.supervised, name="supervised"),
    path("whistles/supervision/<slug:number>/letter.pdf", supervised.letter, name="supervision_letter"),
    path("whistles/supervision/<slug:number>/<slug:step>/", supervised.step, name="supervised_step"),
    path("whistles/clues/", boards.clues, name="whistle_clues"),
    path("whistles/second/", boards.second, name="second_whistles"),
    path("whistles/month/", boards.this_month, name="whistle_month"),
    path("whistles/year/", boards.this_year, name="whistle_year"),
    path("whistles/year/<slug:code>/", boards.department, name="whistle_department"),
    path("whistles/counted/", boards.counted_rows, name="whistles_counted"),
    path("whistles/powers/", powers.powers, name="street_powers"),
    path("whistles/monitor/", boards.rates, name="whistle_monitor"),
    # Last: a number stands where a board's name could.
    path("whistles/<slug:number>/", whistles.whistle, name="whistle"),
    path("whistles/<slug:number>/<slug:step>/", whistles.step, name="whistle_step"),
]
