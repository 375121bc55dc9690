"""Makes every widget known to the .kv files of the screens, in the order they need each other."""

from fieldapp.screens.widgets import (
    camera,
    choices,
    entry,
    folding,
    frames,
    icon,
    keypad,
    long_list,
    pad,
    paper,
    qr,
    repeat,
    signing_panel,
    touch,
    words,
)

WIDGETS = (
    words,
    icon,
    repeat,
    signing_panel,
    touch,
    choices,
    folding,
    frames,
    entry,
    keypad,
    long_list,
    pad,
    qr,
    camera,
    paper,
    signing_panel,
)
