"""Shapes of the ground in the API: what may be asked, and how an area is told."""

from rest_framework import serializers

from grids.geo import DATUMS
from grids.models import Area


class AreaAsk(serializers.Serializer):
    """Which areas are wanted; a city is named where the asker belongs to none or to several."""

    level = serializers.IntegerField(required=False, min_value=1, max_value=6, help_text="Rank of the level, 1 on top.")
    parent = serializers.CharField(  # type: ignore[assignment]  # DRF calls its own owner by that name
        required=False, max_length=24, help_text="Code of the area they lie directly in."
    )
    city = serializers.CharField(required=False, max_length=50, help_text="Short name of the city.")


class PointAsk(serializers.Serializer):
    """A point with the datum it was taken in."""

    lng = serializers.FloatField()
    lat = serializers.FloatField()
    datum = serializers.ChoiceField(choices=DATUMS, default="wgs84")
    city = serializers.CharField(required=False, max_length=50)


class LevelShape(serializers.Serializer):
    """A level by its rank and by the city's word for it."""

    rank = serializers.IntegerField()
    name = serializers.CharField(source="title")


class AreaShape(serializers.ModelSerializer):
    """An area without its line: what a list or a choice needs."""

    name = serializers.CharField(source="title")
    level = LevelShape()
    parent = serializers.CharField(  # type: ignore[assignment]  # DRF calls its own owner by that name
        source="parent.code", allow_null=True, default=None
    )

    class Meta:
        model = Area
        fields = ["code", "name", "level", "parent", "kind", "households", "drawn"]


class Whereabouts(serializers.Serializer):
    """In which lowest area a point lies, and all that lies above it; null and empty outside the city."""

    area = AreaShape(allow_null=True)
    above = AreaShape(many=True)
