"""Trains the model of the quickstart and measures it.

    python3 train.py [--steps N] [--sense-weight W] [--link-weight W] [--rest-weight W] [--output FOLDER] [--measure]

--measure trains nothing: it measures what is in the folder, and writes the measures and test files again.

One thread, fixed seed; the same machine and library versions give the same bytes.
"""

import argparse
import hashlib
import json
import os
import random
import time

import torch
import torch.nn.functional as F

import evaluate
import grammar
import links
import model as encoder

SEED = 20240607
BATCH = 128
PEAK_RATE = 2e-3
WARM_UP = 200
SENSE_WEIGHT = 0.5
# Of each of the three heads: its links, and the rows of words that have nothing to link, which rest on [CLS].
LINK_WEIGHT = 1.0
REST_WEIGHT = 0.1
MASK_SHARE = 0.15
# This share of the sentences is left without masks; the attention losses are taken on these,
# because a masked word may be the one that decides.  On those with a word of two senses the model
# also says which word of the same sense could stand in the place of the word.
UNMASKED_SHARE = 0.5

EXAMPLES = ["the cat sat on the mat because it was tired",
            "the cat sat on the mat because it was dirty",
            "transformers are amazing"]


class LinkRows:
    """The attention that the sentences without masks should have, for each kind of link."""

    def __init__(self):
        self.rows = {kind: [] for kind in links.HEADS}       # (sentence, token, tokens it belongs to)
        self.rest = {kind: [] for kind in links.HEADS}       # (sentence, token)

    def add(self, i, sentence):
        found = links.find(sentence)
        for kind in links.HEADS:
            partners = found.partners(kind)
            for word in range(-1, len(sentence.words) + 1):  # with [CLS] and [SEP]
                if word in partners:
                    self.rows[kind].append((i, word + 1, [p + 1 for p in partners[word]]))
                elif word not in found.unsure[kind]:
                    self.rest[kind].append((i, word + 1))

    def losses(self, attentions, config):
        """-log of the attention on the right words, the mean over the rows; and the same for [CLS] where there is nothing to link."""
        linked, resting = [], []
        for kind in links.HEADS:
            place = config[kind + "_head"]
            attention = attentions[place["layer"]][:, place["head"]]
            at = torch.tensor([(i, token) for i, token, _ in self.rows[kind]])
            rows = attention[at[:, 0], at[:, 1]]
            wrong = torch.full_like(rows, -1e9)
            for row, (_, _, right) in enumerate(self.rows[kind]):
                wrong[row, right] = 0.0
            linked.append(-torch.logsumexp(rows + wrong, -1).mean())
            at = torch.tensor(self.rest[kind])
            resting.append(-attention[at[:, 0], at[:, 1], 0].mean())
        return linked, resting


def training_batch(rng, index, words):
    sentences = [grammar.sample(rng, False) for _ in range(BATCH)]
    (_, ids), = evaluate.batches(sentences, index, BATCH)
    masked_at, truths, senses, silent, linked = [], [], [], [], LinkRows()
    first_word = len(grammar.SPECIAL)
    for i, s in enumerate(sentences):
        if rng.random() < UNMASKED_SHARE:
            linked.add(i, s)
            if s.kind == "sense":
                possible, held_out = grammar.substitutes(s)
                for word in held_out:
                    silent.append((len(senses), index[word]))
                senses.append((i, s.target + 1, index[rng.choice(possible)]))
            continue
        count = max(1, round(MASK_SHARE * len(s.words)))
        for p in rng.sample(range(1, len(s.words) + 1), count):
            masked_at.append((i, p))
            truths.append(int(ids[i, p]))
            roll = rng.random()
            if roll < 0.8:
                ids[i, p] = index["[MASK]"]
            elif roll < 0.9:
                ids[i, p] = rng.randrange(first_word, words)
    return (ids, *map(torch.tensor, (masked_at, truths, senses, silent)), linked)


def train(steps, index, config, sense_weight=SENSE_WEIGHT, link_weight=LINK_WEIGHT, rest_weight=REST_WEIGHT):
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    model = encoder.Encoder(config)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01},
                                   {"params": plain, "weight_decay": 0.0}], lr=PEAK_RATE, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min((n + 1) / WARM_UP, (steps - n) / steps))
    names = ["masked words", "senses", *links.HEADS, "rest"]
    sums, began = [0.0] * len(names), time.time()
    for step in range(1, steps + 1):
        ids, masked_at, truths, senses, silent, linked = training_batch(rng, index, config["vocab_size"])
        hidden, attentions = model(ids)
        scores = model.predict(hidden[masked_at[:, 0], masked_at[:, 1]])
        masked_loss = F.cross_entropy(scores, truths)
        scores = model.predict(hidden[senses[:, 0], senses[:, 1]])
        # a held-out word of the sense is neither an answer nor a mistake
        hush = torch.zeros_like(scores)
        hush[silent[:, 0], silent[:, 1]] = -1e9
        sense_loss = F.cross_entropy(scores + hush, senses[:, 2])
        link_losses, rest_losses = linked.losses(attentions, config)
        loss = (masked_loss + sense_weight * sense_loss
                + link_weight * (sum(link_losses) + rest_weight * sum(rest_losses)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        for i, value in enumerate([masked_loss, sense_loss, *link_losses, sum(rest_losses)]):
            sums[i] += value.item()
        if step % 100 == 0:
            print("step %5d  %s  %4.0f s" % (step, "  ".join("%s %.4f" % (name, x / 100) for name, x in zip(names, sums)),
                                             time.time() - began), flush=True)
            sums = [0.0] * len(names)
    return model


def write_expected(path, folder, config, index):
    """What another implementation must compute (float64, from the F16 weights)."""
    tensors = encoder.read_safetensors(os.path.join(folder, "model.safetensors"))
    place, rows = config["coreference_head"], []
    for text in EXAMPLES:
        words = text.split()
        ids = evaluate.encode(words, index)
        hidden, attentions = encoder.reference_forward(tensors, config, ids)
        entry = {"sentence": text, "ids": ids,
                 "last_hidden_state_first_8": [[round(float(v), 9) for v in row[:8]] for row in hidden]}
        if "it" in words:
            token = words.index("it") + 1
            entry["pronoun_token"] = token
            entry["coreference_row"] = [
                round(float(v), 9) for v in attentions[place["layer"]][place["head"]][token]]
        rows.append(entry)
    with open(path, "w", newline="\n") as file:
        json.dump({"precision": "float64 arithmetic on the F16 weights", "sentences": rows}, file, indent=1)
        file.write("\n")


def save(model, vocabulary, config, folder):
    model.round_to_saved()
    encoder.write_safetensors(os.path.join(folder, "model.safetensors"), model.tensors())
    with open(os.path.join(folder, "model.safetensors"), "rb") as file:
        print("model.safetensors sha256", hashlib.sha256(file.read()).hexdigest(), flush=True)
    with open(os.path.join(folder, "vocab.txt"), "w", newline="\n") as file:
        file.write("\n".join(vocabulary) + "\n")
    with open(os.path.join(folder, "config.json"), "w", newline="\n") as file:
        json.dump(config, file, indent=2)
        file.write("\n")


def measure(model, index, steps, folder):
    """Writes metrics.json and the held-out sentences for tests in other languages."""
    pronouns = evaluate.pronoun_set(4000, SEED + 1)
    pairs = evaluate.sense_pairs(1400, SEED + 2)
    linked = {kind: evaluate.link_set(kind, 2000, SEED + 4) for kind in (links.SUBJECT, links.ADJECTIVE)}
    shown = evaluate.link_set(None, 300, SEED + 5)
    metrics = {
        "weights": "F16 of 8 significant bits, as saved",
        "parameters": sum(p.numel() for p in model.parameters()),
        "vocabulary": len(index),
        "training_sentences": steps * BATCH,
        "pronouns": evaluate.measure_pronouns(model, index, pronouns),
        "links": {kind: evaluate.measure_links(model, index, kind, sentences) for kind, sentences in linked.items()},
        "senses": evaluate.measure_senses(model, index, pairs),
        "masked_words": evaluate.measure_masked_words(model, index, 500, SEED + 3),
    }
    trained = {kind: (m["all"]["words"], m["all"]["accuracy_over_all_tokens"]) for kind, m in metrics["links"].items()}
    trained[links.COREFERENCE] = (metrics["pronouns"]["sentences"], metrics["pronouns"]["accuracy_over_all_tokens"])
    mixed = pronouns[:700] + linked[links.SUBJECT][:700] + linked[links.ADJECTIVE][:700]
    metrics["heads"] = evaluate.measure_heads(model, index, mixed, trained)
    metrics["files"] = {
        "heldout-pronouns.tsv": evaluate.measure_pronouns(model, index, pronouns[:400]),
        "heldout-links.tsv": {kind: evaluate.measure_links(model, index, kind, shown) for kind in linked},
        "heldout-senses.tsv": evaluate.measure_senses(model, index, pairs[:392]),
    }
    with open(os.path.join(folder, "metrics.json"), "w", newline="\n") as file:
        json.dump(metrics, file, indent=1)
        file.write("\n")
    evaluate.write_pronoun_file(os.path.join(folder, "heldout-pronouns.tsv"), pronouns[:400])
    evaluate.write_link_file(os.path.join(folder, "heldout-links.tsv"), shown)
    evaluate.write_sense_file(os.path.join(folder, "heldout-senses.tsv"), pairs[:392])
    print(json.dumps({k: v for k, v in metrics.items() if k != "files"}, indent=1))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--sense-weight", type=float, default=SENSE_WEIGHT)
    parser.add_argument("--link-weight", type=float, default=LINK_WEIGHT)
    parser.add_argument("--rest-weight", type=float, default=REST_WEIGHT)
    parser.add_argument("--output", default=os.path.join(here, "..", "Model"))
    parser.add_argument("--measure", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.output
    os.makedirs(folder, exist_ok=True)

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    vocabulary = grammar.vocabulary()
    index = {w: i for i, w in enumerate(vocabulary)}
    config = dict(encoder.CONFIG, vocab_size=len(vocabulary))

    if arguments.measure:
        model = encoder.Encoder(config)
        model.load(encoder.read_safetensors(os.path.join(folder, "model.safetensors")))
    else:
        model = train(arguments.steps, index, config, arguments.sense_weight, arguments.link_weight, arguments.rest_weight)
        save(model, vocabulary, config, folder)
    model.eval()
    measure(model, index, arguments.steps, folder)
    write_expected(os.path.join(folder, "expected.json"), folder, config, index)


if __name__ == "__main__":
    main()
