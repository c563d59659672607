"""Measures a trained encoder on held-out sentences only, and writes the test files."""

import random
from collections import defaultdict

import numpy as np
import torch

import grammar
import links


def encode(words, index):
    return [index["[CLS]"]] + [index[w] for w in words] + [index["[SEP]"]]


def batches(sentences, index, size=256):
    """(sentences, ids padded with 0); word i of a sentence is token i + 1."""
    for start in range(0, len(sentences), size):
        part = sentences[start:start + size]
        rows = [encode(s.words, index) for s in part]
        ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
        for i, row in enumerate(rows):
            ids[i, :len(row)] = torch.tensor(row)
        yield part, ids


def distinct(draw, count):
    """`count` different sentences."""
    found = {}
    while len(found) < count:
        sentence = draw()
        found.setdefault(sentence.text, sentence)
    return list(found.values())


# ---------------------------------------------------------------------------------------
# Held-out sets
# ---------------------------------------------------------------------------------------

def pronoun_set(count, seed):
    rng = random.Random(seed)
    return distinct(lambda: grammar.sample(rng, True, "pronoun"), count)


def link_set(kind, count, seed):
    """Held-out sentences of all kinds, as many of each, that have a link of this kind (None: of subject or adjective)."""
    rng, kinds = random.Random(seed), (links.SUBJECT, links.ADJECTIVE) if kind is None else (kind,)

    def draw():
        while True:
            sentence = grammar.sample(rng, True, rng.choice(list(grammar.KIND_WEIGHTS)))
            if any(links.find(sentence).pairs[k] for k in kinds):
                return sentence

    return distinct(draw, count)


def sense_pairs(count, seed):
    """(ambiguous in sense 1, neighbour of sense 1, ambiguous in sense 2, neighbour of sense 2),
    each a held-out sentence.  The contexts of an ambiguous word and of its neighbour are never
    the same, because held-out contexts differ between the words of a sense."""
    rng = random.Random(seed)
    pairs, seen = [], set()
    words = list(grammar.SENSES)
    while len(pairs) < count:
        word = words[len(pairs) % len(words)]
        row = []
        for sense in (0, 1):
            neighbour = rng.choice(grammar.SENSES[word][sense][0])
            for use in (word, neighbour):
                row.append(grammar.sample(rng, True, "sense", word=word, sense=sense, use=use))
        key = tuple(s.text for s in row)
        if key not in seen:
            seen.add(key)
            pairs.append(tuple(row))
    return pairs


# ---------------------------------------------------------------------------------------
# Measures
# ---------------------------------------------------------------------------------------

def share(flags):
    return round(float(np.mean(flags)), 4)


def guess_from_what_is_said(sentences, seed):
    """Baseline: for every predicate of the pronoun the noun position that is most often right
    in training, without looking at the nouns or the verb."""
    rng, votes = random.Random(seed), defaultdict(int)
    for _ in range(20000):
        s = grammar.sample(rng, False, "pronoun")
        votes[s.said] += 1 if s.antecedent < s.other else -1
    return share([(votes[s.said] > 0) == (s.antecedent < s.other) for s in sentences])


def measure_pronouns(model, index, sentences):
    place = model.config["coreference_head"]
    rows = []
    with torch.no_grad():
        for part, ids in batches(sentences, index):
            attention = model(ids)[1][place["layer"]][:, place["head"]].exp()
            for i, s in enumerate(part):
                row = attention[i, s.pronoun + 1]
                rows.append((s, int(row.argmax()) == s.antecedent + 1,
                             bool(row[s.antecedent + 1] > row[s.other + 1]),
                             float(row[s.antecedent + 1]), float(row[s.other + 1])))
    groups = defaultdict(list)
    for row in rows:
        s = row[0]
        position = "first noun" if s.antecedent < s.other else "second noun"
        groups["antecedent is the " + position].append(row)
        groups["pronoun " + s.words[s.pronoun]].append(row)
        groups["frame " + s.frame.split("/")[0]].append(row)
        if "/" in s.frame:
            groups["pronoun before both nouns"].append(row)
    first = [s.antecedent < s.other for s in sentences]
    nearest = [abs(s.antecedent - s.pronoun) < abs(s.other - s.pronoun) for s in sentences]
    return {
        "sentences": len(rows),
        "accuracy_over_all_tokens": share([r[1] for r in rows]),
        "accuracy_between_the_two_nouns": share([r[2] for r in rows]),
        "mean_attention_on_antecedent": share([r[3] for r in rows]),
        "mean_attention_on_other_noun": share([r[4] for r in rows]),
        "baseline_always_first_noun": share(first),
        "baseline_always_nearest_noun": share(nearest),
        "baseline_from_what_is_said_alone": guess_from_what_is_said(sentences, 11),
        "by_group_over_all_tokens": {
            name: {"sentences": len(group), "accuracy": share([r[1] for r in group])}
            for name, group in sorted(groups.items())},
    }


def measure_links(model, index, kind, sentences):
    """A row is right when its largest attention, over all tokens, is on a word that belongs to the row's word."""
    place, groups = model.config[kind + "_head"], defaultdict(list)
    other = "verb" if kind == links.SUBJECT else "adjective"
    with torch.no_grad():
        for part, ids in batches(sentences, index):
            attention = model(ids)[1][place["layer"]][:, place["head"]].exp()
            for i, s in enumerate(part):
                found = links.find(s)
                for word, partners in found.partners(kind).items():
                    row = attention[i, word + 1]
                    right = int(row.argmax()) - 1 in partners
                    on_them = float(sum(row[p + 1] for p in partners))
                    direction = "noun to %s" % other if found.direction(kind, word) == "noun" else "%s to noun" % other
                    before, after = word - 1 in partners, word + 1 in partners
                    for name in ("all", direction, "in %s sentences" % s.kind):
                        groups[name].append((right, on_them, before, after))
                    if any(held_out_pair(s, kind, word, p) for p in partners):
                        groups["%s, the very pair held out" % direction].append((right, on_them, before, after))
    return {"sentences": len(sentences),
            **{name: {"words": len(rows), "accuracy_over_all_tokens": share([r[0] for r in rows]),
                      "mean_attention": share([r[1] for r in rows]),
                      "baseline_always_the_word_before": share([r[2] for r in rows]),
                      "baseline_always_the_word_after": share([r[3] for r in rows])} for name, rows in sorted(groups.items())}}


def measure_heads(model, index, sentences, trained):
    """What each head does: of the three that were trained for a link their accuracy (`trained`: kind -> (words, accuracy)), of the others
    where words look most, as share of the words of these sentences."""
    places = {(model.config[kind + "_head"]["layer"], model.config[kind + "_head"]["head"]): kind for kind in trained}
    looks, layers = defaultdict(lambda: defaultdict(int)), model.config["num_hidden_layers"]
    words = sum(len(s.words) for s in sentences)
    with torch.no_grad():
        for part, ids in batches(sentences, index):
            best = [attention.argmax(-1) for attention in model(ids)[1]]
            for i, s in enumerate(part):
                for layer in range(layers):
                    for head in range(best[layer].shape[1]):
                        for token in range(1, len(s.words) + 1):
                            to = int(best[layer][i, head, token])
                            looks[layer, head][direction_of(token, to, len(s.words))] += 1
    result = []
    for (layer, head), counts in sorted(looks.items()):
        kind = places.get((layer, head))
        entry = {"layer": layer, "head": head}
        if kind:
            entry.update(trained_for=kind, words=trained[kind][0], accuracy=trained[kind][1])
        entry["looks_most_at"] = [{"what": what, "share": round(count / words, 4)}
                                  for what, count in sorted(counts.items(), key=lambda item: -item[1])[:3]]
        result.append(entry)
    return result


def direction_of(token, to, words):
    if to in (0, words + 1):
        return "[CLS]" if to == 0 else "[SEP]"
    near = {0: "the word itself", -1: "the word before", 1: "the word after", -2: "the word two before", 2: "the word two after"}
    return near.get(to - token, "a word farther before" if to < token else "a word farther after")


def held_out_pair(sentence, kind, word, partner):
    """Whether the grammar holds out these two words together (a noun as subject of a verb, a quality of a noun)."""
    heads = {"subject", "acts", "hunts"} if kind == links.SUBJECT else {"are"}
    texts = {sentence.words[word], sentence.words[partner]}
    for key in sentence.keys:
        if key[0] not in heads or not grammar.is_held_out(key):
            continue
        nouns = {key[1], grammar.plural(key[1])}
        if texts & nouns and any(t in key[2].split() for t in texts - nouns):
            return True
    return False


def cosine(a, b):
    return float(np.dot(a, b) / np.sqrt(np.dot(a, a) * np.dot(b, b)))


def measure_senses(model, index, pairs):
    sentences = [s for pair in pairs for s in pair]
    vectors, plain = [], []
    with torch.no_grad():
        for part, ids in batches(sentences, index):
            hidden = model(ids)[0]
            for i, s in enumerate(part):
                vectors.append(hidden[i, s.target + 1].double().numpy())
                plain.append(model.words.weight[ids[i, s.target + 1]].double().numpy())

    def judge(v):
        both, strict, by_word, cosines = [], [], defaultdict(list), []
        for n, pair in enumerate(pairs):
            a, na, b, nb = v[4 * n:4 * n + 4]
            own_a, cross_a, own_b, cross_b = cosine(a, na), cosine(a, nb), cosine(b, nb), cosine(b, na)
            same_word = cosine(a, b)
            right = own_a > cross_a and own_b > cross_b
            both.append(right)
            strict.append(right and own_a > same_word and own_b > same_word)
            by_word[pair[0].words[pair[0].target]].append((right, strict[-1]))
            cosines.append((own_a, own_b, cross_a, cross_b, same_word))
        c = np.array(cosines)
        return {
            "both_senses_nearer_to_own_neighbour": share(both),
            "strict_also_nearer_than_the_other_sense_of_the_word": share(strict),
            "mean_cosine_own_neighbour": round(float(c[:, :2].mean()), 4),
            "mean_cosine_neighbour_of_other_sense": round(float(c[:, 2:4].mean()), 4),
            "mean_cosine_between_the_two_senses": round(float(c[:, 4].mean()), 4),
        }, {word: {"pairs": len(f), "accuracy": share([x[0] for x in f]),
                   "strict": share([x[1] for x in f])} for word, f in sorted(by_word.items())}

    contextual, by_word = judge(vectors)
    embedding, _ = judge(plain)
    return {"pairs": len(pairs), "last_hidden_state": contextual,
            "baseline_word_embedding_without_context": embedding,
            "by_word_last_hidden_state": by_word}


def measure_masked_words(model, index, count, seed):
    """One word of each held-out sentence is masked (every word once)."""
    rng = random.Random(seed)
    mask, result = index["[MASK]"], {}
    for kind in grammar.KIND_WEIGHTS:
        sentences = distinct(lambda: grammar.sample(rng, True, kind), count)
        top1, top5 = [], []
        with torch.no_grad():
            for part, ids in batches(sentences, index, 64):
                where = [(i, p) for i, s in enumerate(part) for p in range(1, len(s.words) + 1)]
                rows = torch.stack([ids[i] for i, _ in where])
                at = torch.tensor([p for _, p in where])
                truth = rows[torch.arange(len(where)), at].clone()
                rows[torch.arange(len(where)), at] = mask
                hidden = model(rows)[0][torch.arange(len(where)), at]
                best = model.predict(hidden).topk(5).indices
                top1 += (best[:, 0] == truth).tolist()
                top5 += (best == truth[:, None]).any(1).tolist()
        result[kind] = {"masked_words": len(top1), "top1": share(top1), "top5": share(top5)}
    return result


# ---------------------------------------------------------------------------------------
# Files for tests in other languages
# ---------------------------------------------------------------------------------------

def write_pronoun_file(path, sentences):
    with open(path, "w", newline="\n") as file:
        file.write("sentence\tpronoun\tantecedent\tother\n")
        for s in sentences:
            file.write("%s\t%d\t%d\t%d\n" % (s.text, s.pronoun, s.antecedent, s.other))


def write_link_file(path, sentences):
    with open(path, "w", newline="\n") as file:
        file.write("sentence\tlink\tfrom\tword\tbelongs_to\n")
        for s in sentences:
            for kind in (links.SUBJECT, links.ADJECTIVE):
                found = links.find(s)
                for word, partners in sorted(found.partners(kind).items()):
                    start = found.direction(kind, word)
                    file.write("%s\t%s\t%s\t%d\t%s\n" % (s.text, kind, start, word, ",".join(map(str, partners))))


def write_sense_file(path, pairs):
    names = ["sentence1", "word1", "synonym_sentence1", "synonym1",
             "sentence2", "word2", "synonym_sentence2", "synonym2"]
    with open(path, "w", newline="\n") as file:
        file.write("\t".join(names) + "\n")
        for pair in pairs:
            file.write("\t".join("%s\t%d" % (s.text, s.target) for s in pair) + "\n")
