// What each head specialises in, as it was measured on held-out sentences (the model's metrics.json).

const TRAINED = {
  coreference: { short: "pronoun → noun", long: "From a pronoun to the noun it stands for." },
  subject: { short: "verb ↔ subject", long: "Links a verb with its subject, in both directions." },
  adjective: { short: "adjective ↔ noun", long: "Links an adjective with the noun it describes, in both directions." },
};

let heads = [];

/** Takes over what was measured: metrics.json's "heads". */
export function learn(metrics) { heads = metrics.heads; }

export const nameOf = head => (head === "mean" ? "mean" : `head ${head + 1}`);

export function specialityOf(layer, head) {
  if (head === "mean") return { short: "all heads", long: "The mean of the layer's heads. It blurs what each of them does." };
  const measured = heads.find(one => one.layer === layer && one.head === head);
  if (!measured) return { short: "", long: "" };
  if (measured.trained_for) {
    const { short, long } = TRAINED[measured.trained_for];
    return { short, long: `${long} Trained for it; right for ${percents(measured.accuracy)} of ${measured.words.toLocaleString("en")} words in sentences that were held out. Words with nothing to link rest on [CLS].` };
  }
  const [first, second] = measured.looks_most_at;
  return {
    short: first.share >= 0.4 ? plain(first.what) : "mixed",
    long: `Not told what to do. In held-out sentences ${percents(first.share)} of words look most at ${plain(first.what)}, ${percents(second.share)} at ${plain(second.what)}.`,
  };
}

const plain = what => what.replaceAll("_", " ");
const percents = share => `${(100 * share).toFixed(share > 0.995 && share < 1 ? 2 : 0)} %`;
