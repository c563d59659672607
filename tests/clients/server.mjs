// Where the server is that the tests talk to, and what every client's test needs.
import assert from 'node:assert/strict';

export const url = process.env.EMBEDDING_SERVER_URL;
assert.ok(url, 'EMBEDDING_SERVER_URL is not set; GeneratedEncoder.Server.Tests sets it.');

/** The embedder's name, and what it makes of "hello world" by a call in C#. */
export const model = 'Embedder', ranker = 'Ranker', dimensions = 32;
export const expected = JSON.parse(process.env.EMBEDDING_SERVER_EXPECTED);

export function assertVector(actual, vector = expected) {
  assert.equal(actual.length, vector.length);
  actual.forEach((value, i) => assert.equal(Math.fround(value), Math.fround(vector[i])));
}
