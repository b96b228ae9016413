"""Addresses of the work order. One address takes every step."""

from django.urls import path

from workorders.views import bulk, desk, imports, orders, papers, photos, recordings, reports, rules, start

urlpatterns = [
    path("", start.start, name="start"),
    path("orders/", desk.desk, name="desk"),
    path("orders/new/", reports.report, name="report"),
    path("orders/bulk/", bulk.bulk, name="bulk"),
    path("orders/views/", bulk.keep_view, name="keep_view"),
    path("orders/views/<int:key>/remove/", bulk.drop_view, name="drop_view"),
    path("orders/<slug:number>/", orders.order, name="order"),
    path("orders/<slug:number>/undo/", orders.undo, name="undo"),
    path("orders/<slug:number>/unmask/", orders.unmask, name="unmask"),
    path("orders/<slug:number>/<slug:step>/", orders.step, name="step"),
    path("orders/<slug:number>/slip.pdf", papers.slip, name="slip"),
    path("orders/<slug:number>/press/<int:place>/letter.pdf", papers.letter, name="letter"),
    path("orders/<slug:number>/archive.zip", papers.archive, name="archive"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:key>/", imports.import_batch, name="import_batch"),
    path("imports/<uuid:key>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<uuid:key>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<uuid:key>/errors/<slug:ending>/", imports.import_errors, name="import_errors"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<int:edition>/", rules.rules, name="rules_edition"),
    path("rules/draft/", rules.draft, name="rules_draft"),
    path("rules/draft/rule/", rules.rule, name="rule_new"),
    path("rules/draft/rule/<int:key>/", rules.rule, name="rule"),
    path("rules/draft/rule/<int:key>/<slug:change>/", rules.change, name="rule_change"),
    path("rules/draft/publish/", rules.publish, name="rules_publish"),
    path("rules/draft/discard/", rules.discard, name="rules_discard"),
    path("rules/draft/dry-run/", rules.dry_run, name="rules_dry_run"),
    path("photos/<uuid:key>/", photos.photo, name="photo"),
    path("recordings/<uuid:key>/", recordings.recording, name="recording"),
]
