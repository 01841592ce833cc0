import pc from 'picocolors'
import { indented } from '../report/text.ts'
import { storyText } from '../report/trace.ts'
import type { Counterexample } from './report.ts'

const plain = pc.createColors(false)

/** A counterexample as plain text: its lanes, what the property sees at the end, and how to replay it. */
export const counterexampleLines = ({ story, instance, steps, remarks, command }: Counterexample): string[] => [
  `${instance}: ${steps} ${steps === 1 ? 'step' : 'steps'}`,
  ...indented(storyText(story, plain)),
  ...remarks,
  ...(command === undefined ? [] : [`replay: ${command}`]),
]
