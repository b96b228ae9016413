"""The cache is a courtesy: with Redis gone or hanging every question is a miss, and no page fails or waits for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)

# After a failure it is left alone for so long: a server that hangs costs one short wait, not one a page.
REST_SECONDS = 5


class ForgetfulCache(RedisCache):
    """Django's own Redis cache, without its errors. Each thread has its own; what is known of a failure is shared."""

    asleep_until = 0.0

    def _ask(self, question: Callable[[], Any], missing: Any) -> Any:
        if time.monotonic() < ForgetfulCache.asleep_until:
            return missing
        try:
            return question()
        except RedisError as error:
            ForgetfulCache.asleep_until = time.monotonic() + REST_SECONDS
            logger.warning("the cache does not answer: %s", error)
            return missing

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._ask(lambda: super(ForgetfulCache, self).add(*args, **kwargs), False)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._ask(lambda: super(ForgetfulCache, self).get(key, default, version), default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._ask(lambda: super(ForgetfulCache, self).set(*args, **kwargs), None)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return self._ask(lambda: super(ForgetfulCache, self).touch(*args, **kwargs), False)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self._ask(lambda: super(ForgetfulCache, self).delete(*args, **kwargs), False)

    def get_many(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return self._ask(lambda: super(ForgetfulCache, self).get_many(*args, **kwargs), {})

    def set_many(self, *args: Any, **kwargs: Any) -> list[str]:
        return self._ask(lambda: super(ForgetfulCache, self).set_many(*args, **kwargs), [])

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._ask(lambda: super(ForgetfulCache, self).delete_many(*args, **kwargs), None)
