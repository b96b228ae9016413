"""Addresses of the registers: keys, never names or numbers."""

from django.urls import path

from registers.views import homes, people, sheets

urlpatterns = [
    path("registers/", people.registers, name="registers"),
    path("registers/search/", people.search, name="register_search"),
    path("registers/people/new/", people.take_in, name="register_new_person"),
    path("registers/people/<uuid:key>/", people.person, name="register_person"),
    path("registers/people/<uuid:key>/show/", people.show, name="register_show"),
    path("registers/people/<uuid:key>/correct/", people.correct, name="register_correct"),
    path("registers/people/<uuid:key>/move/", people.move, name="register_move"),
    path("registers/people/<uuid:key>/care/", people.give_care, name="register_care"),
    path("registers/people/<uuid:key>/care/<int:care>/end/", people.end_care, name="register_end_care"),
    path("registers/people/<uuid:key>/erase/", people.erase, name="register_erase"),
    path("registers/homes/", homes.homes, name="register_homes"),
    path("registers/homes/new/", homes.take_in, name="register_new_home"),
    path("registers/homes/<uuid:key>/", homes.home, name="register_home"),
    path("registers/homes/<uuid:key>/show/", homes.show, name="register_home_show"),
    path("registers/homes/<uuid:key>/correct/", homes.correct, name="register_home_correct"),
    path("registers/imports/", sheets.imports, name="register_imports"),
    path("registers/imports/empty.<slug:ending>", sheets.empty, name="register_empty"),
    path("registers/imports/<uuid:key>/", sheets.batch, name="register_import"),
    path("registers/imports/<uuid:key>/confirm/", sheets.confirm, name="register_confirm"),
    path("registers/imports/<uuid:key>/errors/<slug:ending>/", sheets.errors, name="register_errors"),
]
