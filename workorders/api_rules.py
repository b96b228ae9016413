"""The dispatch rules in the API: those in force, to read."""

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from casework.refusals import NotFound
from grids.api import city_of
from workorders.models import DispatchRule, RuleEdition
from workorders.selectors.rules import edition_of, rule_words, rules_of


class RulesAsk(serializers.Serializer):
    """Whose rules are asked for."""

    city = serializers.CharField(required=False, help_text="Short name of the city, for who works in several.")


class RuleShape(serializers.ModelSerializer):
    """One rule: for which matters, where and when; who leads and assists then. Departments and areas by code."""

    area = serializers.CharField(source="area.code", default=None, allow_null=True)
    lead = serializers.CharField(source="lead.code")
    assistants: serializers.Field = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = DispatchRule
        fields = [
            "place", "category", "area", "source", "days", "hour_from", "hour_until", "valid_from", "valid_until",
            "lead", "assistants", "joint", "sentence",
        ]  # fmt: skip

    def get_sentence(self, rule: DispatchRule) -> str:
        return rule_words(rule)


class EditionShape(serializers.ModelSerializer):
    """An edition with its rules, from the top."""

    rules = serializers.SerializerMethodField()

    class Meta:
        model = RuleEdition
        fields = ["edition", "state", "in_force_from", "rules"]

    @extend_schema_field(RuleShape(many=True))
    def get_rules(self, edition: RuleEdition) -> list[dict]:
        return list(RuleShape(self.context["rules"], many=True).data)


class RulesView(APIView):
    """The dispatch rules in force."""

    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[RulesAsk], responses={200: EditionShape, **refusals(400, 401, 404)})
    def get(self, request):
        ask = RulesAsk(data=request.query_params)
        ask.is_valid(raise_exception=True)
        edition = edition_of(city_of(request.user, ask.validated_data.get("city")))
        if edition is None:
            raise NotFound(_("No rules are in force."))
        rules = rules_of(edition)
        prefetch_related_objects(rules, "assistants")
        return Response(EditionShape(edition, context={"rules": rules}).data)
