"""All model folders, by name."""

import gte
import modernbert
import nomic

CASES = {**modernbert.CASES, **nomic.CASES, **gte.CASES}
