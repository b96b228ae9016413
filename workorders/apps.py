"""工单: from a report to its closing."""

from django.apps import AppConfig


class WorkordersConfig(AppConfig):
    name = "workorders"
