"""What must be true of the registers' keys before the house starts (asked by `config.wsgi` too)."""

from cryptography.fernet import Fernet
from django.core.checks import Error, Tags, register

from registers.sealing import keys_given

HINT = "Make one: python3 -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


@register(Tags.security)
def the_registers_have_their_keys(app_configs, databases=None, **kwargs) -> list[Error]:
    """Without keys nobody's name can be kept; in production they are given, never derived."""
    given = keys_given()
    if not given:
        return [Error("REGISTER_KEYS is not set.", hint=HINT, id="registers.E001")]
    for place, key in enumerate(given, start=1):
        try:
            Fernet(key)
        except ValueError:
            return [Error(f"Key {place} of REGISTER_KEYS is no Fernet key.", hint=HINT, id="registers.E002")]
    return []
