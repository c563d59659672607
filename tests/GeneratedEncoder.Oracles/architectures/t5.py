"""T5's encoder (Raffel et al. 2020): norms without means, scores without a factor, a bias for the distance's bucket."""

import torch

from case import Case
from encoder import relative_bucket
from parts import Encoder, activation, attend, gains, linear, split_heads, table, weight

# What files say nothing of.
MAX_DISTANCE = 128
EPS = "layer_norm_epsilon"


class T5(Encoder):
    # The word table, which a whole checkpoint shares with its decoder.
    words = "shared"

    @property
    def size(self):
        return self.config["num_layers"], self.config["num_heads"]

    @property
    def gated(self):
        return self.config["feed_forward_proj"].startswith("gated-")

    @property
    def act(self):
        name = self.config["feed_forward_proj"].removeprefix("gated-")
        # "gated-gelu" was always the approximation by tanh.
        return "gelu_new" if self.gated and name == "gelu" else name

    @property
    def whole(self):
        """Whether the file has the decoder too."""
        return self.config["architectures"] == ["T5ForConditionalGeneration"]

    def specs(self):
        config = self.config
        hidden, inner = config["d_model"], config["num_heads"] * config["d_kv"]
        result = table(self.words, config["vocab_size"], hidden, 1.7)
        result += table(
            "encoder.block.0.layer.0.SelfAttention.relative_attention_bias", config["relative_attention_num_buckets"],
            config["num_heads"], 2)
        for i in range(config["num_layers"]):
            block = f"encoder.block.{i}."
            result += self.attention_specs(block + "layer.0.SelfAttention.", hidden, inner)
            result += gains(block + "layer.0.layer_norm", hidden)
            result += self.feed_forward_specs(block + "layer.1.")
        result += gains("encoder.final_layer_norm", hidden)
        return result + (self.decoder_specs(hidden, inner) if self.whole else [])

    def attention_specs(self, names, hidden, inner):
        # Without a factor in the scores, heads of d values would spread them by the root of d.
        gain = self.config["d_kv"] ** -0.25 * 1.2
        return [
            weight(names + "q.weight", inner, hidden, gain), weight(names + "k.weight", inner, hidden, gain),
            weight(names + "v.weight", inner, hidden), weight(names + "o.weight", hidden, inner)]

    def feed_forward_specs(self, names):
        hidden, inner = self.config["d_model"], self.config["d_ff"]
        result = []
        for part in ("wi_0", "wi_1") if self.gated else ("wi",):
            result += linear(names + f"DenseReluDense.{part}", inner, hidden, 1, biased=False)
        result += linear(names + "DenseReluDense.wo", hidden, inner, 1, biased=False)
        return result + gains(names + "layer_norm", hidden)

    def decoder_specs(self, hidden, inner):
        """What a whole checkpoint has besides, of one block. The encoder reads none of it."""
        block = "decoder.block.0."
        result = table(
            block + "layer.0.SelfAttention.relative_attention_bias", self.config["relative_attention_num_buckets"],
            self.config["num_heads"], 2)
        for layer, name in (("layer.0.", "SelfAttention."), ("layer.1.", "EncDecAttention.")):
            result += self.attention_specs(block + layer + name, hidden, inner)
            result += gains(block + layer + "layer_norm", hidden)
        result += self.feed_forward_specs(block + "layer.2.")
        result += gains("decoder.final_layer_norm", hidden)
        return result + linear("lm_head", self.config["vocab_size"], hidden, 1, biased=False)

    def scaled(self, name, x):
        return self.root_mean_square_norm(self.tensor(name + ".weight"), x, self.config[EPS])

    def feed_forward(self, names, x):
        if self.gated:
            inner = activation(self.act, self.linear(names + "wi_0", x)) * self.linear(names + "wi_1", x)
        else:
            inner = activation(self.act, self.linear(names + "wi", x))
        return self.linear(names + "wo", inner)

    def relative_bias(self, tokens):
        """[heads, queries, keys], the same in every block."""
        rows = torch.tensor([
            [
                relative_bucket(
                    key - query, self.config["relative_attention_num_buckets"],
                    self.config.get("relative_attention_max_distance", MAX_DISTANCE))
                for key in range(tokens)]
            for query in range(tokens)])
        biases = self.tensor("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight")
        return biases[rows].permute(2, 0, 1)

    def encode(self, ids, types):
        heads = self.config["num_heads"]
        bias = self.relative_bias(len(ids))
        x = self.tensor(self.words + ".weight")[ids]
        attentions = []
        for i in range(self.config["num_layers"]):
            attention, feed_forward = f"encoder.block.{i}.layer.0.", f"encoder.block.{i}.layer.1."
            y = self.scaled(attention + "layer_norm", x)
            query, key, value = (
                split_heads(self.linear(attention + "SelfAttention." + part, y), heads) for part in "qkv")
            combined, probabilities = attend(query @ key.transpose(1, 2) + bias, value)
            x = x + self.linear(attention + "SelfAttention.o", combined)
            y = self.scaled(feed_forward + "layer_norm", x)
            x = x + self.feed_forward(feed_forward + "DenseReluDense.", y)
            attentions.append(probabilities)
        return self.scaled("encoder.final_layer_norm", x), torch.stack(attentions)


class T5Alone(T5):
    """An encoder whose file names the word table as the encoder's own."""

    words = "encoder.embed_tokens"


CONFIG = {
    "architectures": ["T5EncoderModel"],
    "d_ff": 57,
    "d_kv": 10,
    "d_model": 36,
    "decoder_start_token_id": 0,
    "dropout_rate": 0.1,
    "eos_token_id": 1,
    "feed_forward_proj": "relu",
    "initializer_factor": 1.0,
    "is_encoder_decoder": True,
    "layer_norm_epsilon": 1e-06,
    "model_type": "t5",
    "n_positions": 512,
    "num_decoder_layers": 3,
    "num_heads": 3,
    "num_layers": 3,
    "output_past": True,
    "pad_token_id": 0,
    "relative_attention_num_buckets": 32,
    "transformers_version": "4.7.0",
    "use_cache": True,
    "vocab_size": 67,
}
# A whole checkpoint, of which the encoder is a part.
GATED = {
    **CONFIG, "architectures": ["T5ForConditionalGeneration"], "d_kv": 13, "num_heads": 4, "num_layers": 2,
    "num_decoder_layers": 1, "feed_forward_proj": "gated-gelu", "dense_act_fn": "gelu_new", "is_gated_act": True,
    "relative_attention_num_buckets": 12, "relative_attention_max_distance": 20, "tie_word_embeddings": False}
SENTENCES = {**CONFIG, "d_kv": 6, "num_heads": 5, "num_layers": 2}
# Pooling's and Dense's files as sentence-t5 has them.
MODULES = [
    {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling", "config": {
        "word_embedding_dimension": 36, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False}},
    {"path": "2_Dense", "type": "sentence_transformers.models.Dense", "config": {
        "in_features": 36, "out_features": 25, "bias": False,
        "activation_function": "torch.nn.modules.linear.Identity"}},
    {"path": "3_Normalize", "type": "sentence_transformers.models.Normalize", "config": {}},
]
# As deep as real ones, and so narrow that the file is small.
DEEP = {
    **CONFIG, "d_model": 16, "d_kv": 8, "num_heads": 2, "d_ff": 24, "num_layers": 24, "feed_forward_proj": "gated-silu",
    "dense_act_fn": "silu", "is_gated_act": True}

CASES = {
    "t5": Case(601, T5, CONFIG, "F32", (1, 2, 7, 140), float32=True),
    "t5-gated": Case(602, T5, GATED, "BF16", (1, 2, 7, 40)),
    "sentence-t5": Case(603, T5Alone, SENTENCES, "F16", (1, 2, 7, 30), modules=MODULES),
    "t5-deep": Case(604, T5, DEEP, "F16", (1, 7, 9, 12, 20, 33, 45), float32=True),
}
