#!/usr/bin/env python3
"""Writes the tables of src/Model/Data/Texts/Nfkc.txt from Python's Unicode data: scripts/unicode-nfkc.py > src/Model/Data/Texts/Nfkc.txt"""
import sys
import unicodedata as u

HANGUL = range(0xAC00, 0xD7A4)  # composed and decomposed by arithmetic (Unicode Standard, section 3.12)
points = [p for p in range(sys.maxunicode + 1) if not 0xD800 <= p < 0xE000 and p not in HANGUL]

print(f"# Derived from the Unicode Character Database {u.unidata_version} (Unicode License v3) by scripts/unicode-nfkc.py.")
print("# d: a code point and its full compatibility decomposition. k: one and its canonical combining class. c: a pair and its composite.")
for p in points:
    full = u.normalize("NFKD", chr(p))
    if full != chr(p):
        print("d", f"{p:x}", *(f"{ord(c):x}" for c in full))
for p in points:
    if u.combining(chr(p)):
        print("k", f"{p:x}", f"{u.combining(chr(p)):x}")
for p in points:
    pair = u.decomposition(chr(p)).split()
    # What is excluded from composition does not come back.
    if len(pair) == 2 and pair[0][0] != "<" and u.normalize("NFC", chr(p)) == chr(p):
        print("c", *(f"{int(c, 16):x}" for c in pair), f"{p:x}")
