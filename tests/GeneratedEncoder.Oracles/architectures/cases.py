"""All model folders, by name."""

import bert
import deberta
import gemma
import gte
import jina
import modernbert
import nomic
import t5

CASES = {
    **modernbert.CASES, **nomic.CASES, **gte.CASES, **jina.CASES, **deberta.CASES, **t5.CASES, **gemma.CASES,
    **bert.CASES}
