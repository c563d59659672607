"""All model folders, by name."""

import modernbert

CASES = {**modernbert.CASES}
