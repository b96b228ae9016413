"""What the registers announce is answered here; and which of our texts are sealed with their keys."""

from django.dispatch import receiver

from patrols.models import Visit
from patrols.services.visiting import erase_words
from registers.announcements import person_erased
from registers.services.resealing import also

also(Visit, "found", "proposal")


@receiver(person_erased)
def _erase(sender, person, **kwargs) -> None:
    erase_words(person)
