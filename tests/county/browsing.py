"""A page as a browser reads it."""

from html.parser import HTMLParser


class Rows(HTMLParser):
    """The cells of the first row for each trainee in the table of hours."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._depth = 0
        self._first = self._cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += bool(self._depth) or ("class", "people") in attrs
        elif tag == "tr":
            self._first = self._depth == 1 and not attrs
            if self._first:
                self.rows.append([])
        elif tag == "td" and self._first:
            self._cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._cell = False
        elif tag == "table":
            self._depth -= bool(self._depth)

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[-1][-1] += data.strip()


class Markup(HTMLParser):
    """Every element and attribute of a page, as a browser would make them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
