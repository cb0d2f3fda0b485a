#!/usr/bin/env node
// Lies outside of what is built, so that installing a fresh clone finds it and links the command.
import '../dist/cli/main.js';
