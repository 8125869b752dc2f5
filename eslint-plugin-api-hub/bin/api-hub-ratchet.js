#!/usr/bin/env node
import '../dist/ratchet/main.js';
