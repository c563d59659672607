"""All model folders, by name."""

import deberta
import gte
import jina
import modernbert
import nomic

CASES = {**modernbert.CASES, **nomic.CASES, **gte.CASES, **jina.CASES, **deberta.CASES}
