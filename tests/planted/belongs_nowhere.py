"""For ``ACCORD_CONTRACT=…:tests.planted.belongs_nowhere``."""

from tests.planted.boasts import BelongsNowhere

IMPLEMENTATION = BelongsNowhere
