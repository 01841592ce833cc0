#!/usr/bin/env node
import { scenarios } from '../scenarios/index.ts'
import { runProcess } from './process.ts'

await runProcess(scenarios)
