"""Writes unaccented.txt: what is left of a character when it is decomposed (NFD) and its accents (category Mn) are dropped.

    python3 make_unaccented.py

A line is a character and what becomes of it, in hexadecimal; characters that don't change have no line, nor have Hangul
syllables, which are decomposed by arithmetic.
"""

import pathlib
import unicodedata

lines = []
for code in range(0x110000):
    if 0xAC00 <= code <= 0xD7A3 or 0xD800 <= code <= 0xDFFF:
        continue
    decomposed = unicodedata.normalize("NFD", chr(code))
    kept = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    if kept != chr(code) and decomposed != chr(code):
        lines.append(" ".join(f"{ord(c):04X}" for c in chr(code) + kept))

pathlib.Path(__file__).with_name("unaccented.txt").write_text("\n".join(lines) + "\n", encoding="ascii")
print(f"{len(lines)} characters, Unicode {unicodedata.unidata_version}")
