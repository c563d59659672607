"""Which words of a sentence belong together: a verb and its subject, an adjective and its noun, a pronoun and what it stands for.

The rules know the grammar of grammar.py and nothing else of English.  They add nothing to a sentence and draw no random number, so that
the sentences, and which of them are held out, are what they are without this file.

* A verb's subject is the noun (or pronoun) of its clause: *cat* of *sat*, *it* of *was*.  Of several words the verb that carries the
  meaning counts (*did not fit*: *fit*; *had been washed*: *washed*; *had to stop*: *had*).
* An adjective's noun is the one beside it (*black cat*), the subject of the sentence (*transformers are amazing*), or what the pronoun
  stands for (*because it was tired*: *cat*).
"""

import re
from dataclasses import dataclass

import grammar

SUBJECT, ADJECTIVE, COREFERENCE = "subject", "adjective", "coreference"
HEADS = (COREFERENCE, SUBJECT, ADJECTIVE)

_HELPERS = set("did could not had been was were".split())
_BE = set("was were are looked seemed".split())
_PREPOSITIONS = set("on under beside behind near in into inside for from to of at after with over through down the".split())
_DETERMINERS = set("the a its his her".split())
_DEGREES = set("very so rather often".split())
_PASSIVES = set("made covered played knocked".split())

# The words of grammar.SENSES, whose contexts are written out; the other sentences are made of parts that say what they are.
_SENSE_VERBS = set(
    "sat fished reached drank grow covered walked swam washed deposited borrowed approved paid stole raised opened lent owed flew flapped "
    "saw hunted slept circled landed swung hit gripped held bought broke missed forgot arrive spent lasted waited loved replaced pushed "
    "snapped bent oiled tightened pressed caught built spread laid stood waded lifted lowered operated loaded rented moved repaired dived "
    "ate rested slid froze put checked had copied made added examined played injured trained praised cheered signed won filled poured "
    "washed spilled live chewed cut stripped burned woke heard frightened gave answered came ran echoed killed gnawed hid squeaked "
    "swallowed connected clicked plugged used sawed grew chopped split measured packed locked carried kept searched climbed swayed planted "
    "bandaged rubbed felt hurt wore polished lost sold entered fought shouted left stopped watched went ended scored lit set blew found "
    "hammered fixed pulled drove hung painted colored cared admired showed observed shone discovered photographed appeared interviewed "
    "hired arrived applauded wrote was were are".split())
_SENSE_ADJECTIVES = set(
    "muddy sandy dark deep hungry small black brown grey new old lovely early warm sunny rainy long steel metal rusty white shallow heavy "
    "cold icy floating polar official genuine royal valid talented full young dry loud short angry tiny wireless broken empty thick hollow "
    "tallest tropical green tall left swollen red gold silver final proud small bright shiny pink visible distant famous".split())


@dataclass(frozen=True)
class Links:
    """pairs: kind -> [(word, word it points at)], in both directions for verbs and adjectives; unsure: kind -> words that no rule decides."""
    pairs: dict
    unsure: dict

    def partners(self, kind):
        """word -> the words that it belongs to; several where a noun has several adjectives."""
        found = {}
        for word, partner in self.pairs[kind]:
            found.setdefault(word, []).append(partner)
        return found

    def direction(self, kind, word):
        """Where a link starts: "verb" or "adjective", or at the "noun" (or pronoun) they belong to."""
        # of every two pairs the first starts at the verb or adjective, the second is the way back
        starts = {one for one, _ in self.pairs[kind][::2]}
        return {SUBJECT: "verb", ADJECTIVE: "adjective"}[kind] if word in starts else "noun"


class _Finder:
    def __init__(self, sentence):
        self.sentence, self.words = sentence, sentence.words
        self.pairs, self.unsure = {kind: [] for kind in HEADS}, {kind: set() for kind in HEADS}

    def both(self, kind, one, other):
        self.pairs[kind] += [(one, other), (other, one)]

    def opening(self):
        """The length of "yesterday", "this morning", ..."""
        for text in grammar.OPENINGS:
            if self.words[:len(text.split())] == text.split():
                return len(text.split())
        return 0

    def attributive(self, noun):
        """Adjectives between the article and the noun."""
        for at in range(noun - 1, -1, -1):
            if self.words[at] in _DETERMINERS:
                return
            self.both(ADJECTIVE, at, noun)

    def find(self):
        {"pronoun": self.pronoun, "sense": self.sense, "relation": self.relation}[self.sentence.kind]()
        return Links(self.pairs, self.unsure)

    # two nouns, a verb between them, and a clause of the pronoun -----------------------------------

    def pronoun(self):
        s = self.sentence
        first, second = sorted((s.antecedent, s.other))
        self.attributive(first)
        self.attributive(second)
        self.both(SUBJECT, self.main_verb(first + 1), first)
        self.pairs[COREFERENCE].append((s.pronoun, s.antecedent))
        self.both(SUBJECT, self.main_verb(s.pronoun + 1), s.pronoun)
        if s.said.startswith("!"):
            self.verb_phrase(s.pronoun + 1, len(s.said.split()) - 1)
        else:
            adjective = s.pronoun + 2
            while self.words[adjective] in _DEGREES or self.words[adjective] == "too":
                adjective += 1
            self.both(ADJECTIVE, adjective, s.antecedent)

    def verb_phrase(self, start, length):
        """ "had a weak engine", "stayed whole", "wanted to sleep"."""
        for at in range(start, start + length):
            if self.words[at] in ("weak", "strong"):
                self.both(ADJECTIVE, at, at + 1)
            elif self.words[at] in ("whole", "much"):
                self.unsure[ADJECTIVE].add(at)

    def main_verb(self, start):
        at = start
        while self.words[at] in _HELPERS and at + 1 < len(self.words):
            follower = self.words[at + 1]
            if self.words[at] in ("was", "were") or follower in _PREPOSITIONS or follower in _DETERMINERS:
                break
            if self.words[at] == "had" and follower != "been":
                break
            at += 1
        return at

    # one clause, its words from two lists --------------------------------------------------------

    def sense(self):
        start = self.opening()
        subject = start
        while self.words[subject] in _DETERMINERS or self.words[subject] in _SENSE_ADJECTIVES:
            subject += 1
        if self.words[subject:subject + 2] == ["make", "up"]:
            for kind in (SUBJECT, ADJECTIVE):
                self.unsure[kind].update(range(len(self.words)))
            return
        verb = next(at for at in range(subject + 1, len(self.words)) if self.words[at] in _SENSE_VERBS)
        if self.words[verb] in _BE and self.words[verb + 1] in _PASSIVES:
            verb += 1
        self.both(SUBJECT, verb, subject)
        for at, word in enumerate(self.words):
            if word not in _SENSE_ADJECTIVES or at in (verb, self.sentence.target):
                continue
            if self.words[at - 1] in _BE:
                self.both(ADJECTIVE, at, subject)
                continue
            noun = at + 1
            while noun < len(self.words) and self.words[noun] in _SENSE_ADJECTIVES and noun != self.sentence.target:
                noun += 1
            if noun < len(self.words) and self.words[noun] not in _PREPOSITIONS | _SENSE_VERBS:
                self.both(ADJECTIVE, at, noun)
            else:
                self.unsure[ADJECTIVE].add(at)             # "in the dark", "cut deep into", "made the contract valid"

    # subject, verb, adjective, object --------------------------------------------------------------

    def relation(self):
        start = self.opening()
        subject = start + (self.words[start] == "the")
        self.both(SUBJECT, subject + 1, subject)
        if self.sentence.frame == "qualities":
            for at in range(subject + 2, len(self.words)):
                if self.words[at] != "and" and self.words[at] not in _DEGREES:
                    self.both(ADJECTIVE, at, subject)
        elif self.sentence.frame == "relations":
            noun = len(self.words) - 1
            if noun - 1 > subject + 1 and self.words[noun - 1] not in _DETERMINERS:
                self.both(ADJECTIVE, noun - 1, noun)


def find(sentence):
    return _Finder(sentence).find()


if __name__ == "__main__":
    import random
    rng = random.Random(5)
    for demo_kind in grammar.KIND_WEIGHTS:
        for _ in range(25):
            shown = grammar.write_sentence(rng, demo_kind)
            found_links = find(shown).pairs
            print(shown.text)
            for link_kind in HEADS:
                print("   ", link_kind, ", ".join("%s>%s" % (shown.words[a], shown.words[b]) for a, b in found_links[link_kind]))
