import assert from 'node:assert/strict';
import test from 'node:test';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { ranker, url } from './server.mjs';

const documents = ['hello world', 'a cat', 'The cat sat'];

test('rerank, version 2', async () => {
  const client = new CohereClientV2({ environment: url, token: 'none' });
  const answer = await client.rerank({ model: ranker, query: 'a cat', documents, topN: 2 });
  assert.equal(answer.results.length, 2);
  assert.ok(answer.results[0].relevanceScore >= answer.results[1].relevanceScore);
  assert.ok(answer.results.every(result => result.relevanceScore >= 0 && result.relevanceScore <= 1 && documents[result.index]));
  assert.equal(answer.meta.apiVersion.version, '2');
});

test('rerank, version 1, with documents', async () => {
  const client = new CohereClient({ environment: url, token: 'none' });
  const answer = await client.rerank({ model: ranker, query: 'a cat', documents: documents.map(text => ({ text })), returnDocuments: true });
  assert.equal(answer.results.length, 3);
  assert.ok(answer.results.every(result => result.document.text === documents[result.index]));
});

test('errors carry their sentence', async () => {
  const client = new CohereClientV2({ environment: url, token: 'none' });
  await assert.rejects(
    client.rerank({ model: 'Embedder', query: 'a', documents }, { maxRetries: 0 }),
    error => error instanceof CohereError && error.statusCode === 400 && /no model that ranks texts; there is Ranker/.test(JSON.stringify(error.body)));
});
