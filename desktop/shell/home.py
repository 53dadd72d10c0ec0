"""首页: today's lessons, and what to do next."""

from desktop.shell.page import Page


class HomePage(Page):
    pass
