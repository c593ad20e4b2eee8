#!/usr/bin/env node
import { demandNode } from "./node-version.mjs";

demandNode();
const { run } = await import("./run.mjs");
await run("start");
