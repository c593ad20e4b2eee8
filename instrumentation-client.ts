/** Runs in the browser before all other code. */

// Our content security policy lets no code be made from strings. zod would try with its first schema, and the browser would
// report that; its own `config()` would bring all of zod to pages that need none of it.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
