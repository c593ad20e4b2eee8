/** Ways that take turns in one run, so that what else the machine does hits all alike; and what is made of their figures. */

/** Every way once a round, each time at another place and with its neighbours exchanged. */
export async function alternate(rounds, say, what, ways) {
  const results = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = 1; round <= rounds; round++) {
    const names = Object.keys(ways);
    const order = names.map((_, index) => names[(index + round) % names.length]);
    if (round % 2 === 0) order.reverse();
    for (const way of order) results[way].push(await ways[way]());
    const times = Object.keys(ways).map((way) => `${way} ${(results[way].at(-1).ms / 1000).toFixed(2)} s`);
    say(`${what}, round ${round} of ${rounds}: ${times.join(", ")}`);
  }
  return results;
}

/** Medians of each way's speeds, and of the engine's against the others round by round; the most memory seen. */
export function figures(results, speedOf) {
  const speeds = (way) => results[way].map(({ ms }) => speedOf[way](ms));
  const engine = speeds("engine");
  const ways = Object.keys(results).map((way) => {
    const own = speeds(way);
    const engineTo = median(engine.map((speed, round) => speed / own[round]));
    return [way, { speed: median(own), engineTo, mib: most(results[way].map(({ mib }) => mib)) }];
  });
  return Object.fromEntries(ways);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function most(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** `stop` gives the page's sizes in MiB, four a second. */
export function watchMemory(page) {
  const sizes = [];
  let going = true;
  const loop = (async () => {
    while (going) {
      sizes.push(await page.rendererMib());
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  return {
    async stop() {
      going = false;
      await loop;
      return sizes;
    },
  };
}
