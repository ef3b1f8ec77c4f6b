// Requests to our own server. A refusal is an answer with a status; no answer is Offline.

export class Offline extends Error {}

export class Refused extends Error {
  constructor(status, body) {
    super(body?.message || `the server answered ${status}`);
    this.status = status;
    this.body = body || {};
  }
}

const LIMIT_MS = 15000;

// Half of a surrogate pair (an emoji cut in two) is no text: no encoding takes it, nor does the server.
const whole = (key, value) => (typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\ufffd") : value);

async function ask(method, url, body, options = {}) {
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body, whole),
      credentials: "same-origin",
      keepalive: options.keepalive || false,
      signal: options.keepalive ? undefined : AbortSignal.timeout(LIMIT_MS),
      redirect: "follow",
    });
  } catch (error) {
    throw new Offline(String(error));
  }
  const kind = response.headers.get("content-type") || "";
  const answer = kind.includes("json") ? await response.json() : await response.text();
  // A proxy's error page says nothing about our data; it is as good as no answer.
  if (response.status >= 502 && response.status <= 504) throw new Offline(`status ${response.status}`);
  if (!response.ok) throw new Refused(response.status, typeof answer === "object" ? answer : null);
  return answer;
}

export const get = (url) => ask("GET", url);
export const post = (url, body = {}, options) => ask("POST", url, body, options);
export const put = (url, body, options) => ask("PUT", url, body, options);
export const remove = (url) => ask("DELETE", url);

// Markup is taken only from our own server, where all of it was escaped or cleaned.
const policy = globalThis.trustedTypes?.createPolicy("page", { createHTML: (html) => html });

/** A page or a piece of one as a document; its scripts do not run. */
export function parsed(html) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
}
