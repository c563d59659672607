import assert from 'node:assert/strict';
import test from 'node:test';
import { Ollama } from 'ollama';
import { assertVector, model, url } from './server.mjs';

const client = new Ollama({ host: url });

test('embed', async () => {
  const answer = await client.embed({ model: `${model}:latest`, input: ['hello world', 'a cat'] });
  assert.equal(answer.embeddings.length, 2);
  assertVector(answer.embeddings[0]);
  assert.ok(answer.prompt_eval_count > 4);
  assert.equal((await client.embed({ model, input: 'a' })).embeddings.length, 1);
});

test('an error carries its sentence', async () => {
  await assert.rejects(client.embed({ model: 'llama3', input: 'a' }), error => error.status_code === 404 && /'llama3' isn't served here/.test(error.message));
});
