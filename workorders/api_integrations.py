"""Orders that other systems send under their own numbers: signed, replay-proof, and one order however often sent."""

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from workorders.models import IntegrationClient, WorkOrder
from workorders.services import signing
from workorders.services.integrations import NotProven, proven_client, put_order


class Peer:
    """Another system, as the framework wants to see whoever asks."""

    is_authenticated = True
    is_active = True
    pk = None

    def __init__(self, client: IntegrationClient):
        self.client = client


class Signature(BaseAuthentication):
    """The headers X-Gw-Key, -Timestamp, -Nonce and -Signature; a session or a token opens nothing here."""

    def authenticate(self, request):
        try:
            client = proven_client(
                request.headers, method=request.method, path=request._request.get_full_path(), body=request.body
            )
        except NotProven as refusal:
            raise AuthenticationFailed(refusal.sentence, code=refusal.code) from refusal
        return Peer(client), client

    def authenticate_header(self, request) -> str:
        return f'Signature realm="{_("Gridwhistle")}"'.encode("ascii", "ignore").decode()


class SignatureScheme(OpenApiAuthenticationExtension):
    """How the signature stands in the API's description."""

    target_class = "workorders.api_integrations.Signature"
    name = "signature"

    def get_security_definition(self, auto_schema):
        words = "Hex HMAC-SHA256 of method, path, timestamp, nonce and the body's hex SHA-256, joined by newlines."
        return {"type": "apiKey", "in": "header", "name": signing.SIGNATURE, "description": words}


class SentOrder(serializers.Serializer):
    """An order as another system tells it. Besides these, the details of the source (`sources.csv`) by name."""

    words = serializers.CharField(max_length=2000)
    category = serializers.CharField(help_text="Code or name of an item of the city's catalogue.")
    place = serializers.CharField(max_length=200, required=False)
    lng = serializers.FloatField(required=False, help_text="With lat; or else an area.")
    lat = serializers.FloatField(required=False)
    datum = serializers.CharField(required=False, default="wgs84")
    area = serializers.CharField(required=False, help_text="Code of an area, where no point is known.")
    nature = serializers.ChoiceField(choices=WorkOrder.Nature.choices, required=False)
    reporter_name = serializers.CharField(max_length=60, required=False)
    reporter_phone = serializers.CharField(max_length=20, required=False)


class TakenOrder(serializers.Serializer):
    """What the other system needs to know of its order."""

    number = serializers.CharField()
    external_no = serializers.CharField()
    status = serializers.CharField()
    opened_at = serializers.DateTimeField()


class IntegrationView(APIView):
    """Takes an order under the sender's own number; the same again changes nothing."""

    authentication_classes = [Signature]
    permission_classes = [IsAuthenticated]

    @extend_schema(
        request=SentOrder, operation_id="integrations_put",
        responses={200: TakenOrder, 201: TakenOrder, **refusals(400, 401, 403, 409, 413)},
    )  # fmt: skip
    def put(self, request, source, external_no):
        said = {name: request.data.get(name) for name in request.data}
        order, new = put_order(request.auth, source=source, external_no=external_no, said=said)
        told = {
            "number": order.number, "external_no": external_no, "status": order.status, "opened_at": order.opened_at,
        }  # fmt: skip
        return Response(TakenOrder(told).data, status=201 if new else 200)
