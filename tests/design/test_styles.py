"""What a machine can keep of the design: no inline style or script, type of 12 px and more, icons, contrast, words."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
MODULES = sorted((ROOT / "static" / "js").glob("*.js"))
SPRITE = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "img" / "sprite.svg").read_text(encoding="utf-8")))
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.S)

# Text on ground, as the sheets pair them; both themes. 4.5:1 is AA for text of any size.
TEXT_PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink-2", "brand") for ground in ("card", "paper", "line-2")],
    *[(ink, "card") for ink in ("brand-ink", "ok", "warn", "late", "whistle")],
    *[(tone, f"{tone}-soft") for tone in ("ok", "warn", "late", "whistle")],
    ("brand-ink", "brand-soft"),
    ("ok", "paper"),
    ("warn", "paper"),
    ("late", "paper"),
    ("on-brand", "brand"),
    ("ink", "warn-soft"),
    ("ink", "line"),
    ("on-bar", "bar"),
    ("on-bar-2", "bar"),
]
# Edges of fields and shapes that carry meaning: 3:1.
SHAPE_PAIRS = [("edge", "card"), ("ink-3", "card"), ("ink-3", "paper")]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def tokens(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r" \{(.*?)\n\}", read(ROOT / "static" / "css" / "tokens.css"), re.S)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\s*;", block.group(1)))


LIGHT = tokens(":root")
WALL = LIGHT | tokens('[data-theme="wall"]')


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, WALL], ids=["light", "wall"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS, ids=lambda name: name)
def test_text_stands_out_from_its_ground_by_at_least_four_and_a_half(theme, ink, ground):
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, WALL], ids=["light", "wall"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS, ids=lambda name: name)
def test_edges_stand_out_from_their_ground_by_at_least_three(theme, shape, ground):
    assert contrast(theme[shape], theme[ground]) >= 3


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_a_template_carries_no_inline_style_script_or_handler(path):
    page = COMMENT.sub("", read(path))
    assert not re.search(r"\sstyle\s*=", page)
    assert not re.search(r"<style\b", page)
    assert not re.search(r"<script\b(?![^>]*\ssrc=)", page)
    assert not re.search(r"\son[a-z]+\s*=", page)
    assert not re.search(r"\shx-on\b|javascript:", page)


@pytest.mark.parametrize("path", SHEETS, ids=lambda p: p.name)
def test_no_type_is_smaller_than_twelve_pixels(path):
    sizes = re.findall(r"(?:font(?:-size)?|--fs-\d)\s*:[^;}]*?([\d.]+)px", read(path))
    assert all(float(size) >= 12 for size in sizes)


@pytest.mark.parametrize("path", SHEETS, ids=lambda p: p.name)
def test_a_sheet_brings_nothing_from_elsewhere(path):
    assert not re.search(r"@import|url\(", read(path))


def used_icons(page: str) -> set[str]:
    drawn = re.findall(r"sprite\.svg['\"] %}#([a-z][\w-]*)\"", page)
    named = re.findall(r'components/icon\.html" with [^%]*?\bname="([\w-]+)"', page)
    given = re.findall(r'\bicon="([\w-]+)"', page)
    return {*drawn, *named, *given}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_every_icon_named_in_a_template_is_in_the_sprite(path):
    assert used_icons(read(path)) <= SPRITE


def test_each_lamp_has_its_own_shape():
    lamp = read(ROOT / "templates" / "components" / "lamp.html")
    kinds = re.findall(r"(\w+) \([\w ]+\)", COMMENT.search(lamp).group())
    assert len(kinds) == 7
    assert {f"l-{kind}" for kind in kinds} <= SPRITE


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.name)
def test_a_component_says_on_top_what_it_is_and_which_variables_it_takes(path):
    page = read(path)
    note = COMMENT.search(page)
    assert note
    assert page.index("{% comment %}") < 40 or page.startswith("{% extends")
    assert len(note.group().strip().splitlines()) >= 3
    assert re.search(r"^\w[\w, ]*  \S|Variables|[Nn]o variables|Context", note.group(), re.M)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda p: p.name)
def test_the_style_page_or_the_frame_shows_every_component(path):
    if path.name in ("gallery.html", "card.html"):
        return
    name = f"components/{path.name}"
    users = [other for other in TEMPLATES if other != path and name in read(other)]
    assert users or path.name in KNOWN_BY_PAGES


# Thin loops over a component that the style page shows piece by piece.
KNOWN_BY_PAGES = {"facts.html", "steps.html", "history.html", "breadcrumb.html"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.name)
def test_a_script_is_small_and_says_what_it_is_for(path):
    lines = read(path).splitlines()
    assert len(lines) < 150
    assert lines[0].startswith("//")
    assert "eval(" not in read(path)


def own_templates() -> list[Path]:
    folders = ("components", "errors", "registration")
    return [p for p in TEMPLATES if p.parent.name in folders or p.parent.name == "templates"]


def words_of(page: str) -> set[str]:
    page = COMMENT.sub("", page)
    tagged = re.findall(r"{% translate ([\"'])(.*?)\1", page)
    called = re.findall(r"_\(([\"'])(.*?)\1\)", page)
    return {text for _quote, text in [*tagged, *called]}


def test_every_sheet_the_frame_links_is_there():
    frame = read(ROOT / "templates" / "base.html")
    linked = re.findall(r"{% static '([^']+)' %}", frame)
    assert linked
    assert all((ROOT / "static" / path).exists() for path in linked)
