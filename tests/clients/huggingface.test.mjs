import assert from 'node:assert/strict';
import test from 'node:test';
import { InferenceClient } from '@huggingface/inference';
import { assertVector, url } from './server.mjs';

const client = new InferenceClient();

test('feature extraction of a text and of texts', async () => {
  const one = await client.featureExtraction({ endpointUrl: url, inputs: 'hello world' });
  assertVector(one.length === 1 ? one[0] : one);
  const several = await client.featureExtraction({ endpointUrl: url, inputs: ['hello world', 'a cat'] });
  assert.equal(several.length, 2);
  assertVector(several[0]);
});

test('sentence similarity', async () => {
  const scores = await client.sentenceSimilarity({
    endpointUrl: `${url}/similarity`, inputs: { source_sentence: 'hello world', sentences: ['hello world', 'a cat'] },
  });
  assert.equal(scores.length, 2);
  assert.ok(scores[0] > 0.9999 && scores[1] < scores[0]);
});

test('text classification', async () => {
  // This client reads the answer to a list of lists only.
  const labels = await client.textClassification({ endpointUrl: `${url}/predict`, inputs: [['hello world']] });
  assert.deepEqual(labels.map(label => label.label).sort(), ['LABEL_0', 'LABEL_1', 'LABEL_2']);
  assert.ok(Math.abs(labels.reduce((sum, label) => sum + label.score, 0) - 1) < 1e-5);
});
