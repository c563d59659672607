"""The little English that the quickstart model is trained on.

The grammar writes three kinds of sentences, all lower case, without punctuation:

* ``pronoun``   two nouns, then a pronoun whose antecedent only the meaning decides;
* ``sense``     one word with two senses (or an unambiguous neighbour in meaning of one of
                the senses) in a context that decides which sense is meant;
* ``relation``  subjects, verbs, adjectives and objects that belong together.

Every sentence knows the combinations of words it is made of (``Sentence.keys``).  Some
combinations are *held out*: chosen by a hash of the words, so the choice needs no state and
never changes.  A sentence with a held-out combination is never used in training; the test
sets consist only of sentences with at least one held-out combination.
"""

import hashlib
import re
from dataclasses import dataclass, field


# ---------------------------------------------------------------------------------------
# Sentences and held-out combinations
# ---------------------------------------------------------------------------------------

@dataclass
class Sentence:
    words: list                 # the words, without [CLS] and [SEP]
    kind: str                   # "pronoun", "sense" or "relation"
    frame: str                  # which rule of the grammar wrote it
    keys: list = field(default_factory=list)   # combinations, each a tuple of strings
    pronoun: int = -1           # word index of the pronoun
    antecedent: int = -1        # word index of the noun it stands for
    other: int = -1             # word index of the other noun
    said: str = ""              # what is said of the antecedent
    target: int = -1            # word index of the (ambiguous) word of a sense sentence

    @property
    def text(self):
        return " ".join(self.words)

    @property
    def held_out(self):
        return any(is_held_out(key) for key in self.keys)


def _hash(key):
    """A number in [0, 1) that depends on nothing but the words of the key."""
    digest = hashlib.sha256("|".join(key).encode("ascii")).digest()
    return int.from_bytes(digest[:8], "big") / 2.0 ** 64


HELD_OUT_SHARE = 0.10

# Combinations that are held out whatever their hash says, because well-known example
# sentences use them.
ALWAYS_HELD_OUT = {
    ("subject", "cat", "sat on"),
    ("object", "sat on", "mat"),
    ("are", "transformers", "amazing"),
}


def is_held_out(key):
    if key in ALWAYS_HELD_OUT:
        return True
    if key[0] == "sense":
        return key in HELD_OUT_SENSES
    return _hash(key) < HELD_OUT_SHARE


# ---------------------------------------------------------------------------------------
# Words
# ---------------------------------------------------------------------------------------

PETS = "cat dog rabbit fox puppy kitten monkey squirrel duck goat pig".split()
BIG_ANIMALS = "horse cow lion tiger bear wolf donkey".split()
ANIMALS = PETS + BIG_ANIMALS

SOFT = "mat rug sofa bed blanket cushion pillow carpet".split()
HARD = "table chair bench desk shelf".split()
OUTDOOR = "fence wall gate hut cart barn".split()
NOISES = "bell alarm drum horn storm engine whistle".split()

THINGS_TO_PACK = "trophy statue lamp ball book guitar painting clock kettle".split()
CONTAINERS = "suitcase box bag drawer basket crate cupboard".split()
PACKED_CONTAINERS = "box bag basket".split()          # may also be the thing packed

FRAGILE = "vase glass mirror window plate cup bottle egg".split()
STURDY = "stone hammer brick rock ball box anvil log".split()

VEHICLES = "car truck bus train boat ship bicycle tractor".split()

PERSONS = ("doctor farmer teacher nurse sailor chef pilot lawyer writer student artist "
           "baker driver soldier judge gardener").split()

MACHINES = "models networks computers robots machines programs transformers".split()

_IRREGULAR = {"wolf": "wolves", "puppy": "puppies", "shelf": "shelves"}


def plural(noun):
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    return noun + ("es" if noun.endswith(("x", "s", "ch")) else "s")


COLOURS = "red green blue white black brown grey".split()
ANIMAL_ADJECTIVES = "old young black white brown grey little".split()
PERSON_ADJECTIVES = "old young".split()

OPENINGS = ["yesterday", "today", "this morning", "last night", "in the evening", "at noon"]

# What can be said of the thing a pronoun stands for.  An adjective is said with "was",
# "looked" or "seemed"; a phrase that begins with "!" is a verb phrase and is said as it is.
TIRED_ANIMAL = ["tired", "sleepy", "hungry", "thirsty", "lonely", "lazy", "bored", "scared",
                "curious", "!wanted to sleep", "!wanted to rest", "!needed a rest"]
SOFT_THING = ["soft", "dirty", "comfortable", "torn", "woolen", "clean", "fluffy", "new",
              "!was in the way", "!had been washed"]
HARD_THING = ["wooden", "broken", "dusty", "painted", "dirty", "clean", "new",
              "!was in the way", "!had been repaired"]
OUTDOOR_THING = ["wooden", "broken", "rusty", "painted", "dirty", "new",
                 "!was in the way", "!had been repaired"]
LOUD = ["loud", "noisy", "sudden", "shrill"]
NERVOUS = ["nervous", "shy", "timid", "asleep", "scared", "sleepy"]
TOO_BIG = ["too big", "too large", "too wide", "too tall", "too long", "huge"]
TOO_SMALL = ["too small", "too tiny", "too narrow", "too short", "too shallow", "full"]
BREAKS = ["fragile", "delicate", "thin", "!broke", "!shattered", "!cracked"]
SURVIVES = ["heavy", "solid", "hard", "!survived", "!stayed whole", "!made the damage"]
FAST = ["fast", "quick", "powerful", "!had a strong engine", "!did not stop"]
SLOW = ["slow", "overloaded", "damaged", "!had a weak engine", "!had to stop"]
HUNTER = ["hungry", "fierce", "dangerous", "cruel", "!wanted to eat", "!wanted to hunt"]
PREY = ["scared", "weak", "helpless", "tasty", "!wanted to hide", "!wanted to escape"]
HELPER = ["kind", "generous", "skilled", "experienced", "helpful", "!wanted to help"]
NEEDY = ["ill", "injured", "poor", "lost", "helpless", "desperate", "!needed help"]
PERSON_STATE = ["tired", "careless", "angry", "bored", "clumsy", "nervous"]
TOOL = ["useful", "fast", "powerful", "reliable", "modern", "accurate"]
USER = ["busy", "curious", "tired", "impatient", "!had much work", "!wanted to save time"]

NOT_GRADABLE = {"wooden", "broken", "painted", "torn", "woolen", "new", "asleep", "huge",
                "full", "lost", "helpless", "overloaded", "damaged", "solid"}


# ---------------------------------------------------------------------------------------
# Pronouns
# ---------------------------------------------------------------------------------------
# A frame: name, first nouns, verbs, second nouns, what is said of the first noun, what is
# said of the second noun, adjectives for the nouns, whether the plural is possible, and
# whether the nouns are persons.  The writer picks with equal chance which noun the pronoun
# stands for and only then what is said, so the position of the answer is never a clue.

_ON = ["sat on", "slept on", "lay on", "stood on", "jumped on", "rested on"]
_UNDER = ["hid under", "crawled under", "slept under"]
_NEAR = ["waited beside", "stayed near", "hid behind", "stood beside", "rested near"]
_CARRIES = ["was under", "attracted", "suited", "supported", "was beside", "pleased"]
_NEXT_TO = ["was behind", "was near", "stopped", "attracted", "was beside", "sheltered"]
_PASSES = ["passed", "overtook", "outran", "beat", "left behind"]
_TRAILS = ["trailed", "lagged behind", "lost to", "fell behind", "came after"]
_HUNTS = ["chased", "hunted", "attacked", "caught", "followed", "stalked"]
_FLEES = ["fled from", "ran from", "hid from", "escaped from", "feared", "avoided"]
_HELPS = ["helped", "rescued", "protected", "comforted", "guided", "visited"]
_ASKS = ["thanked", "needed", "called", "trusted", "begged", "relied on"]
_COLLIDES = ["fell on", "hit", "struck", "rolled into", "landed on", "crashed into"]
_DOES_NOT_FIT = ["did not fit in", "could not go into", "did not fit inside"]
_DOES_NOT_HOLD = ["could not hold", "had no room for", "did not hold"]


@dataclass
class Frame:
    name: str
    first: list
    verbs: list
    second: list
    said_of_first: list
    said_of_second: list
    first_adjectives: list
    second_adjectives: list
    plural: bool = False
    pronouns: tuple = ("it",)
    connectives: tuple = ("because", "since", "although", "as")
    may_open_with_pronoun: bool = True
    weight: float = 1.0


_A, _C, _P = ANIMAL_ADJECTIVES, COLOURS, PERSON_ADJECTIVES
_PACK = THINGS_TO_PACK + PACKED_CONTAINERS
_HE = ("he", "she")
_WHY = ("because", "since", "as")

FRAMES = [
    # an animal and a thing: animate or inanimate property
    Frame("animal-on-soft", PETS, _ON, SOFT, TIRED_ANIMAL, SOFT_THING, _A, _C, True, weight=1.5),
    Frame("animal-on-hard", PETS, _ON, HARD, TIRED_ANIMAL, HARD_THING, _A, _C, True),
    Frame("animal-under", PETS, _UNDER, ["bed", "sofa", "table", "bench", "desk", "chair", "blanket"],
          TIRED_ANIMAL, ["dirty", "new", "clean", "broken", "!was in the way"], _A, _C, True),
    Frame("animal-near", ANIMALS, _NEAR, OUTDOOR, TIRED_ANIMAL, OUTDOOR_THING, _A, _C, True),
    Frame("soft-and-animal", SOFT, _CARRIES, PETS, SOFT_THING, TIRED_ANIMAL, _C, _A, True, weight=1.5),
    Frame("hard-and-animal", HARD, _CARRIES, PETS, HARD_THING, TIRED_ANIMAL, _C, _A, True),
    Frame("outdoor-and-animal", OUTDOOR, _NEXT_TO, ANIMALS, OUTDOOR_THING, TIRED_ANIMAL, _C, _A, True),
    Frame("noise-and-animal", NOISES, ["frightened", "woke", "startled", "disturbed"], ANIMALS,
          LOUD, NERVOUS, [], _A, True),
    # two things: the part each plays decides
    Frame("does-not-fit", _PACK, _DOES_NOT_FIT, CONTAINERS, TOO_BIG, TOO_SMALL, _C, _C, False,
          connectives=_WHY, may_open_with_pronoun=False, weight=1.5),
    Frame("does-not-hold", CONTAINERS, _DOES_NOT_HOLD, _PACK, TOO_SMALL, TOO_BIG, _C, _C, False,
          connectives=_WHY, may_open_with_pronoun=False, weight=1.5),
    Frame("sturdy-hits-fragile", STURDY, _COLLIDES, FRAGILE, SURVIVES, BREAKS, _C, _C, False,
          connectives=("and", "but"), may_open_with_pronoun=False),
    Frame("fragile-hits-sturdy", FRAGILE, _COLLIDES, STURDY, BREAKS, SURVIVES, _C, _C, False,
          connectives=("and", "but"), may_open_with_pronoun=False),
    Frame("vehicle-passes", VEHICLES, _PASSES, VEHICLES, FAST, SLOW, _C, _C, True, connectives=_WHY),
    Frame("vehicle-trails", VEHICLES, _TRAILS, VEHICLES, SLOW, FAST, _C, _C, True, connectives=_WHY),
    # two animals or two persons: the verb decides
    Frame("animal-hunts", ANIMALS, _HUNTS, ANIMALS, HUNTER, PREY, _A, _A, True, connectives=_WHY),
    Frame("animal-flees", ANIMALS, _FLEES, ANIMALS, PREY, HUNTER, _A, _A, True, connectives=_WHY),
    Frame("person-helps", PERSONS, _HELPS, PERSONS, HELPER, NEEDY, _P, _P, True, _HE, _WHY),
    Frame("person-asks", PERSONS, _ASKS, PERSONS, NEEDY, HELPER, _P, _P, True, _HE, _WHY),
    # many persons and many machines, always plural ("they")
    Frame("people-use-machines", ["engineers", "scientists", "students", "doctors", "writers"],
          ["used", "bought", "chose", "trusted", "liked"], MACHINES, USER, TOOL, [], [],
          False, ("they",), _WHY, weight=0.6),
    Frame("machines-help-people", MACHINES, ["helped", "pleased", "attracted", "supported", "suited"],
          ["engineers", "scientists", "students", "doctors", "writers"], TOOL, USER, [], [],
          False, ("they",), _WHY, weight=0.6),
]
_FRAME_WEIGHTS = [f.weight for f in FRAMES]


def _say(rng, pronoun_plural, said):
    """The words after the pronoun: "was very tired", "wanted to sleep", ..."""
    if said.startswith("!"):
        words = said[1:].split()
        if pronoun_plural:
            words = ["were" if w == "was" else w for w in words]
        return words
    verb = rng.choices(["was", "looked", "seemed"], [6, 1, 1])[0]
    if said in ("full", "asleep", "torn") or said.startswith("too "):
        verb = "was"
    if verb == "was" and pronoun_plural:
        verb = "were"
    words = [verb]
    if said not in NOT_GRADABLE and not said.startswith("too ") and rng.random() < 0.2:
        words.append(rng.choice(["very", "so", "rather"]))
    return words + said.split()


def write_pronoun_sentence(rng, frame=None):
    frame = frame or rng.choices(FRAMES, _FRAME_WEIGHTS)[0]
    first, verb, second = rng.choice(frame.first), rng.choice(frame.verbs), rng.choice(frame.second)
    while second == first:
        second = rng.choice(frame.second)
    keys = [("subject", first, verb), ("object", verb, second)]
    is_plural = frame.pronouns == ("they",)
    if frame.plural and rng.random() < 0.25:
        is_plural, pronoun = True, "they"
        first, second = plural(first), plural(second)
        verb = verb.replace("was ", "were ")
    else:
        pronoun = rng.choice(frame.pronouns)

    answer_is_first = rng.random() < 0.5
    said = rng.choice(frame.said_of_first if answer_is_first else frame.said_of_second)

    def noun_phrase(noun, adjectives):
        words = ["the"]
        if adjectives and rng.random() < 0.25:
            words.append(rng.choice(adjectives))
        return words + [noun]

    opening = rng.choice(OPENINGS).split() if rng.random() < 0.2 else []
    clause = noun_phrase(first, frame.first_adjectives)
    first_at = len(clause) - 1
    clause += verb.split() + noun_phrase(second, frame.second_adjectives)
    second_at = len(clause) - 1
    connective = rng.choice(frame.connectives)
    reason = [connective, pronoun] + _say(rng, is_plural, said)

    if frame.may_open_with_pronoun and not opening and rng.random() < 0.12:
        words, pronoun_at, shift = reason + clause, 1, len(reason)
        name = frame.name + "/pronoun-first"
    else:
        words, shift = opening + clause + reason, len(opening)
        pronoun_at, name = shift + len(clause) + 1, frame.name
    first_at, second_at = first_at + shift, second_at + shift
    return Sentence(words, "pronoun", name, keys, pronoun_at,
                    first_at if answer_is_first else second_at,
                    second_at if answer_is_first else first_at, said)


# ---------------------------------------------------------------------------------------
# Words with two senses
# ---------------------------------------------------------------------------------------
# word -> two senses; a sense has neighbours (unambiguous words that occur in the same
# contexts) and contexts.  X is the word, P a person, (a|b|c) a choice.

SENSES = {
    "bank": [
        (["shore", "riverside"], [
            "P sat on the X of the (river|lake|stream)",
            "P fished from the X of the (river|lake|stream)",
            "the (boat|ship) reached the (muddy|sandy) X",
            "the (ducks|horses) drank at the X of the (river|lake|stream)",
            "(trees|flowers) grow along the X of the (river|lake|stream)",
            "the flood covered the X of the (river|stream)",
            "P walked along the (muddy|sandy) X",
            "P swam to the other X of the (river|lake|stream)",
            "the water washed over the (muddy|sandy) X"]),
        (["lender", "treasury"], [
            "P deposited the (money|cash|savings) at the X",
            "P borrowed (money|cash) from the X",
            "the X approved the (loan|credit)",
            "P paid the (debt|loan) to the X",
            "the thieves stole the (money|cash) of the X",
            "the X raised the interest on the (loan|debt|credit)",
            "P opened an account at the X",
            "the X lent the (money|cash) to the (farmer|student|baker)",
            "P owed (money|cash) to the X"])],
    "bat": [
        (["owl", "moth"], [
            "the X flew out of the (dark|deep) cave", "the X flapped its wings at night",
            "P saw a hungry X in the (dark|deep) cave", "the X hunted (insects|flies) at night",
            "the X slept all day in the (cave|attic)", "the X circled around the (cave|attic) after dark",
            "a small X landed on the roof of the (attic|barn)", "the wings of the X were (black|brown|grey)"]),
        (["racket", "club"], [
            "P swung the X at the ball", "P hit the ball with the X",
            "the (player|captain) gripped the X with both hands", "the (player|captain) held the X during the game",
            "P bought a new X for the (game|team)", "the (player|captain) broke the X in the (game|final)",
            "P missed the ball with the X", "the (team|player) forgot the X before the (game|final)"])],
    "spring": [
        (["autumn", "summer"], [
            "the (weather|garden) was lovely in X", "(flowers|trees) grow quickly in X",
            "the birds arrive in early X", "P spent the X in the (country|mountains)",
            "the days are (warm|sunny) in X", "the rainy X lasted for three months",
            "P waited for the X after the long winter", "P loved the (weather|mornings) of early X"]),
        (["coil", "lever"], [
            "P replaced the steel X of the (clock|engine)", "the X pushed the valve of the engine",
            "the metal X inside the (clock|machine) snapped", "P bent the X with the pliers",
            "P oiled the X of the (clock|machine)", "the mechanic tightened the X of the (engine|machine)",
            "the X in the (clock|machine) was rusty", "the mechanic pressed the X with the pliers"])],
    "crane": [
        (["heron", "stork"], [
            "the X flew over the (marsh|lake)", "the X caught a (fish|frog) in the marsh",
            "the X built a nest near the (marsh|lake)", "the X spread its long wings",
            "the X laid three eggs in the nest", "a (white|grey) X stood in the shallow water",
            "the feathers of the X were (white|grey)", "the X waded through the (marsh|water)"]),
        (["hoist", "excavator"], [
            "the X lifted the (bricks|beams) at the site", "the X lowered the steel beams",
            "the (builders|workers) operated the X", "the X loaded the (containers|bricks) onto the truck",
            "the company rented the X for the site", "the X moved the heavy (containers|beams)",
            "the (builders|workers) repaired the motor of the X", "the cable of the X snapped at the site"])],
    "seal": [
        (["walrus", "penguin"], [
            "the X swam under the ice", "the X dived into the (cold|icy) sea",
            "the X ate a (fish|squid)", "the hungry X hunted (fish|squid) in the sea",
            "a X rested on the floating ice", "the X slid over the (snow|ice)",
            "the polar wind froze the X on the ice", "the X slept on the (snow|ice) with its young"]),
        (["stamp", "signature"], [
            "P put the official X on the (document|contract)", "the X on the (letter|contract) was genuine",
            "P checked the X of the (king|mayor)", "the (document|letter) had the X of the (king|mayor)",
            "P copied the X from the (document|letter)", "the royal X made the (contract|document) valid",
            "the clerk added a X to the (letter|contract)", "the clerk examined the X on the envelope"])],
    "pitcher": [
        (["batter", "goalkeeper"], [
            "the X played for the team all season", "the X injured his shoulder in the game",
            "the coach trained the X for the final", "the coach praised the X after the game",
            "the fans cheered for the X", "the team signed a talented X",
            "the X won the final for the team", "the X signed autographs for the fans"]),
        (["jug", "bowl"], [
            "P filled the X with (water|milk)", "P poured the (milk|juice) from the X",
            "the X was full of (milk|juice|lemonade)", "P put the X on the kitchen table",
            "P drank (milk|juice) from the X", "P washed the X in the sink",
            "the X of (lemonade|juice) was on the tray", "P spilled the (juice|lemonade) from the X"])],
    "bark": [
        (["leaves", "branches"], [
            "the X of the (oak|birch) was brown", "insects live in the X of the (oak|birch|pine)",
            "the beetle ate the X of the tree", "P cut the X from the (oak|birch|pine)",
            "the deer chewed the X of the young (oak|birch)", "the X of the tree was covered with moss",
            "the storm stripped the X from the (oak|pine)", "P burned the dry X of the (pine|birch)"]),
        (["howl", "growl"], [
            "the loud X of the (dog|wolf) woke the (nurse|baker|teacher)", "P heard the X of the (dog|puppy|wolf)",
            "the X of the (dog|puppy) frightened the (child|burglar)", "the (dog|puppy) gave a short X",
            "the (dog|wolf) answered with a deep X", "the angry X came from the kennel",
            "the burglar ran away from the X of the dog", "the X of the (dog|wolf) echoed in the night"])],
    "mouse": [
        (["rat", "hamster"], [
            "the X ate the cheese", "the cat caught the X in the (kitchen|barn)",
            "the X ran into its hole", "the trap killed the X",
            "the X gnawed the (cheese|grain)", "the X hid in the hay of the barn",
            "a tiny X squeaked in the (kitchen|barn)", "the owl swallowed the X"]),
        (["keyboard", "touchpad"], [
            "P connected the X to the computer", "P clicked the button of the X",
            "the X of the laptop was broken", "P plugged the wireless X into the laptop",
            "P bought a new X for the computer", "the batteries of the wireless X were empty",
            "P used the X to select the file", "P moved the cursor with the X"])],
    "trunk": [
        (["stem", "roots"], [
            "the X of the (oak|birch|pine) was thick", "P sawed through the X of the tree",
            "the X of the old (oak|pine) was hollow", "moss grew on the X of the (oak|birch)",
            "the lumberjack chopped the X with an axe", "the lightning split the X of the (oak|pine)",
            "P measured the X of the tallest (oak|tree)", "the axe cut deep into the X"]),
        (["chest", "locker"], [
            "P packed the clothes into the X", "P locked the X with a key",
            "P carried the heavy X to the (station|hotel)", "P opened the lid of the X",
            "P kept old (letters|clothes) in the X", "the X was full of (clothes|jewels)",
            "P searched the X for the (jewels|letters)", "the porter put the X in the (hotel|attic)"])],
    "palm": [
        (["fern", "bamboo"], [
            "the X grew on the (tropical|sunny) island", "the monkey climbed the tropical X",
            "the X swayed in the warm wind", "the (leaves|roots) of the X were green",
            "P rested in the shade of the X", "P planted a X near the (beach|pool)",
            "the hurricane bent the X near the beach", "a tall X grew beside the pool"]),
        (["wrist", "elbow"], [
            "P cut the X of his left hand", "P held the coin in the X of the hand",
            "P bandaged the X of the (patient|child)", "the X of the (patient|child) was swollen",
            "P rubbed the X with ointment", "the skin of the X was red",
            "the (patient|child) felt pain in the X", "P hurt his X with the knife"])],
    "ring": [
        (["necklace", "bracelet"], [
            "P wore a gold X with (diamonds|pearls)", "the jeweler polished the silver X",
            "P gave his wife a gold X", "the X was made of (gold|silver)",
            "P lost the X with the (diamonds|pearls)", "P bought the X from the jeweler",
            "the princess wore the X at the wedding", "the jeweler sold the X with the diamonds"]),
        (["arena", "stadium"], [
            "the boxer entered the X", "the boxers fought in the X",
            "the crowd around the X shouted", "the champion left the X in triumph",
            "the referee stopped the fight in the X", "the fans watched the fight at the X",
            "the champion was knocked down in the X", "the lights above the X went on for the fight"])],
    "match": [
        (["tournament", "contest"], [
            "the team won the X", "the team lost the final X",
            "the fans watched the X on television", "the referee stopped the X",
            "the coach was proud after the X", "the X ended in a draw",
            "the X was played in the rain", "the captain scored in the X"]),
        (["lighter", "torch"], [
            "P lit the candle with a X", "P lit the fire with the X",
            "the flame of the X was (small|bright)", "the X burned in the dark",
            "P set the (paper|straw) on fire with the X", "P blew out the X",
            "the spark of the X lit the (stove|straw)", "P found a X for the (candle|stove)"])],
    "nail": [
        (["screw", "bolt"], [
            "P hammered the X into the wall", "P fixed the (shelf|picture) with a X",
            "the carpenter pulled the X out of the board", "the X held the board to the beam",
            "P bought a (steel|rusty) X at the hardware store", "the carpenter drove a X into the plank",
            "the X in the plank was rusty", "P hung the picture on the X"]),
        (["eyelash", "lip"], [
            "P painted her X with make up", "P broke the X on her (left|right) side",
            "the beautician colored the X of the (bride|lady)", "the X of the (bride|lady) was shiny",
            "the beautician cared for the X of the (bride|lady)", "P admired the X of the actress",
            "the make up on the X of the actress was pink", "the bride showed her pink X"])],
    "star": [
        (["planet", "comet"], [
            "the astronomer observed the X", "the X shone in the night sky",
            "P saw the bright X through the telescope", "the astronomer discovered a distant X",
            "the X was visible in the sky", "the light of the X reached the earth",
            "the telescope photographed the X", "the X moved slowly across the sky"]),
        (["actress", "celebrity"], [
            "the X appeared in the (film|movie)", "the reporter interviewed the famous X",
            "the director hired the X for the (film|movie)", "the X signed autographs for the fans",
            "the X won an award for the (film|movie)", "the X arrived at the premiere",
            "the audience applauded the X on the stage", "the newspaper wrote about the life of the X"])],
}

PERSON_SUBJECTS = ["he", "she"] * 4 + ["the " + p for p in PERSONS]

_FORCED_SENSES = {("sense", "bank", "bank.0", "0"), ("sense", "bank", "bank.1", "0")}


def _choose_held_out_senses():
    """For each word of each sense two contexts it is never trained in.

    The words of one sense get different contexts, so every context is trained with some
    word of the sense."""
    chosen = set()
    for word, senses in SENSES.items():
        for s, (neighbours, contexts) in enumerate(senses):
            name = "%s.%d" % (word, s)
            order = sorted(range(len(contexts)), key=lambda c: _hash((name, str(c))))
            if word == "bank":                      # the example sentences come first
                order = [0] + [c for c in order if c != 0]
            for n, w in enumerate([word] + neighbours):
                for c in order[2 * n:2 * n + 2]:
                    chosen.add(("sense", w, name, str(c)))
    assert _FORCED_SENSES <= chosen
    return chosen


HELD_OUT_SENSES = _choose_held_out_senses()
_CHOICE = re.compile(r"\(([^)]*)\)")


def write_sense_sentence(rng, word=None, sense=None, use=None):
    """`word` the ambiguous word, `sense` 0 or 1, `use` the word that is written: the
    ambiguous word itself or one of its neighbours."""
    word = word or rng.choice(list(SENSES))
    sense = rng.randrange(2) if sense is None else sense
    neighbours, contexts = SENSES[word][sense]
    if use is None:
        use = word if rng.random() < 0.5 else rng.choice(neighbours)
    c = rng.randrange(len(contexts))
    person = rng.choice(PERSON_SUBJECTS)
    text = _CHOICE.sub(lambda m: rng.choice(m.group(1).split("|")), contexts[c])
    words, target = [], -1
    if rng.random() < 0.2:
        words += rng.choice(OPENINGS).split()
    for w in text.split():
        if w == "P":
            words += person.split()
        elif w == "X":
            target = len(words)
            words.append(use)
        else:
            words.append(w)
    name = "%s.%d" % (word, sense)
    return Sentence(words, "sense", name, [("sense", use, name, str(c))], target=target)


def substitutes(sentence):
    """The words of the same sense that may stand in the place of the word of a sense
    sentence (it included), and those whose combination with the context is held out."""
    _, _, name, context = sentence.keys[0]
    word, sense = name.split(".")
    possible, held_out = [], []
    for w in [word] + SENSES[word][int(sense)][0]:
        (held_out if is_held_out(("sense", w, name, context)) else possible).append(w)
    return possible, held_out


# ---------------------------------------------------------------------------------------
# Relations: subject, verb, adjective, object
# ---------------------------------------------------------------------------------------

# subjects, verbs, adjectives, objects; the pattern says how they are put together
RELATIONS = [
    ("S V O", MACHINES, "learn process translate understand classify generate compare".split(), [],
     "languages sentences texts images data patterns words".split()),
    ("S V A O", "engineers scientists students programmers".split(),
     "build train study use improve".split(), "modern powerful fast large small".split(), MACHINES),
    ("the S V a A O", "chef baker cook nurse".split(), "cooked prepared served tasted".split(),
     "delicious tasty fresh hot simple spicy sweet".split(),
     "meal soup cake pie stew dinner pizza".split()),
    ("the S V the A O", "writer poet student teacher judge".split(), "wrote read published finished".split(),
     "long short famous boring sad funny".split(), "book story poem letter novel".split()),
    ("the S V the A O", "musician singer artist".split(), "played practiced composed recorded".split(),
     "loud quiet beautiful sad famous".split(), "song melody symphony tune".split()),
    ("the S V the A O", "gardener farmer child".split(), "planted watered picked grew".split(),
     "red fresh ripe beautiful green".split(), "roses apples tomatoes flowers carrots".split()),
    ("the S V the A O", "sailor pilot driver mechanic".split(), "steered repaired cleaned stopped".split(),
     "fast old heavy new modern".split(), "ship plane bus train truck boat".split()),
]

# subjects of which adjectives are said: "transformers are amazing"
QUALITIES = [
    (MACHINES, "amazing powerful useful fast clever modern reliable complex smart accurate".split()),
    ([plural(a) for a in PETS], "playful curious lazy hungry cute clever quick".split()),
    ([plural(a) for a in BIG_ANIMALS], "strong dangerous fierce fast big wild".split()),
    ([plural(p) for p in PERSONS], "kind skilled busy experienced helpful clever honest".split()),
    ("meals soups cakes pies stews dinners pizzas".split(), "delicious tasty fresh hot spicy sweet simple".split()),
    ("books stories poems novels songs melodies".split(), "long short famous boring sad funny beautiful".split()),
]

HUNTS = {"dogs": "cats rabbits squirrels foxes", "cats": "mice rats ducks squirrels",
         "wolves": "rabbits goats pigs", "lions": "horses cows goats monkeys",
         "tigers": "monkeys cows pigs", "foxes": "ducks rabbits mice squirrels",
         "bears": "rabbits goats pigs"}


def write_relation_sentence(rng):
    roll = rng.random()
    if roll < 0.4:
        subjects, adjectives = rng.choice(QUALITIES)
        s, a = rng.choice(subjects), rng.choice(adjectives)
        keys = [("are", s, a)]
        words = [s, "are"]
        if rng.random() < 0.2:
            words.append(rng.choice(["very", "so", "rather", "often"]))
        words.append(a)
        if rng.random() < 0.2:
            b = rng.choice([x for x in adjectives if x != a])
            keys.append(("are", s, b))
            words += ["and", b]
        return Sentence(words, "relation", "qualities", keys)
    if roll < 0.55:
        s = rng.choice(list(HUNTS))
        v, o = rng.choice("chase hunt catch follow".split()), rng.choice(HUNTS[s].split())
        return Sentence([s, v, o], "relation", "hunts", [("hunts", s, v), ("hunted", v, o)])
    pattern, subjects, verbs, adjectives, objects = rng.choice(RELATIONS)
    s, v, o = rng.choice(subjects), rng.choice(verbs), rng.choice(objects)
    words = rng.choice(OPENINGS).split() if pattern.startswith("the") and rng.random() < 0.15 else []
    for p in pattern.split():
        if p == "A":
            if rng.random() < 0.7:
                words.append(rng.choice(adjectives))
        else:
            words.append({"S": s, "V": v, "O": o}.get(p, p))
    return Sentence(words, "relation", "relations", [("acts", s, v), ("acted on", v, o)])


# ---------------------------------------------------------------------------------------
# Sampling and vocabulary
# ---------------------------------------------------------------------------------------

KIND_WEIGHTS = {"pronoun": 0.5, "sense": 0.35, "relation": 0.15}


def write_sentence(rng, kind=None, **arguments):
    kind = kind or rng.choices(list(KIND_WEIGHTS), list(KIND_WEIGHTS.values()))[0]
    writer = {"pronoun": write_pronoun_sentence, "sense": write_sense_sentence,
              "relation": write_relation_sentence}[kind]
    return writer(rng, **arguments)


def sample(rng, held_out, kind=None, **arguments):
    """One sentence that is (or is not) held out."""
    while True:
        sentence = write_sentence(rng, kind, **arguments)
        if sentence.held_out == held_out:
            return sentence


SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def vocabulary():
    """Every word the grammar can write: the special tokens, then alphabetical order."""
    import random
    rng = random.Random(1)
    words = set()
    for frame in FRAMES:
        for n in frame.first + frame.second:
            words.add(n)
            if frame.plural:
                words.add(plural(n))
        for phrase in frame.verbs + frame.said_of_first + frame.said_of_second:
            words.update(phrase.replace("!", "").split())
        words.update(frame.first_adjectives + frame.second_adjectives)
        words.update(frame.pronouns + frame.connectives)
    for word, senses in SENSES.items():
        words.add(word)
        for neighbours, contexts in senses:
            words.update(neighbours)
            for context in contexts:
                words.update(w for w in re.split(r"[ ()|]+", context) if w not in ("P", "X", ""))
    for _, subjects, verbs, adjectives, objects in RELATIONS:
        words.update(subjects + verbs + adjectives + objects)
    for subjects, adjectives in QUALITIES:
        words.update(subjects + adjectives)
    for subject, prey in HUNTS.items():
        words.update([subject] + prey.split())
    words.update("chase hunt catch follow they were was looked seemed the a are and often very so rather".split())
    for phrase in OPENINGS + PERSON_SUBJECTS:
        words.update(phrase.split())
    for _ in range(20000):                               # nothing may be missing
        missing = set(write_sentence(rng).words) - words
        assert not missing, missing
    return SPECIAL + sorted(words)


if __name__ == "__main__":
    import random
    demo = random.Random(3)
    for demo_kind in KIND_WEIGHTS:
        for _ in range(12):
            sentence = write_sentence(demo, demo_kind)
            print("%-9s %-32s %s" % ("held out" if sentence.held_out else "", sentence.frame, sentence.text))
    print(len(vocabulary()), "tokens")
