import assert from 'node:assert/strict';
import test from 'node:test';
import OpenAI from 'openai';
import { assertVector, dimensions, model, url } from './server.mjs';

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });

test('embeddings, which this client asks for in base64', async () => {
  const answer = await client.embeddings.create({ model, input: ['hello world', 'a cat'] });
  assert.equal(answer.data.length, 2);
  assert.deepEqual(answer.data.map(entry => entry.index), [0, 1]);
  assertVector(answer.data[0].embedding);
  assert.equal(answer.model, model);
  assert.equal(answer.usage.prompt_tokens, answer.usage.total_tokens);
  assert.ok(answer.usage.total_tokens > 4);
});

test('embeddings as numbers', async () => {
  const answer = await client.embeddings.create({ model, input: 'hello world', encoding_format: 'float' });
  assertVector(answer.data[0].embedding);
});

test('models', async () => {
  const ids = [];
  for await (const entry of client.models.list()) ids.push(entry.id);
  assert.ok(ids.includes(model));
  assert.equal((await client.models.retrieve(`someone/${model}`)).id, model);
});

test('errors are the kinds that the client knows', async () => {
  await assert.rejects(client.embeddings.create({ model: 'other', input: 'a' }), error => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
  await assert.rejects(client.embeddings.create({ model, input: [1, 2, 3] }), error => error instanceof OpenAI.BadRequestError && /check_embedding_ctx_length/.test(error.message));
  await assert.rejects(client.embeddings.create({ model, input: [] }), error => error instanceof OpenAI.BadRequestError && error.param === 'input');
  await assert.rejects(client.embeddings.create({ model, input: 'a', dimensions: dimensions - 1 }), error => error instanceof OpenAI.BadRequestError && /Matryoshka/.test(error.message));
});

test('an abort is an abort', async () => {
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(client.embeddings.create({ model, input: 'a' }, { signal: controller.signal }), OpenAI.APIUserAbortError);
});
