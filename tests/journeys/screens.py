"""How a story waits for what a browser shows: words alone may stand there before the page's own scripts have run."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def told(page: Page, words: str) -> None:
    """The page that follows a step has come, scripts and all, and its notice says so."""
    expect(page.locator(".toasts")).to_contain_text(words)
    arrived(page)


def arrived(page: Page) -> None:
    """Modules run before a page is loaded; whoever presses a key earlier presses it for nobody."""
    page.wait_for_load_state("load")


def previewed(page: Page, number: str) -> None:
    """The order stands beside the list, and not only until its answer comes: a letter in between is nobody's."""
    expect(page.locator("#preview")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#preview .prev-b")).to_have_attribute("data-number", number)
