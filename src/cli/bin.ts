#!/usr/bin/env node

/** As in `engines` of package.json: the lowest minor version that is good enough of each major one, and of all newer. */
const LOWEST = new Map([
  [22, 15],
  [24, 0],
])
const ALL_FROM = 26

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

// The command itself has syntax that older versions of Node cannot read: it is loaded when the version is known.
if (major >= ALL_FROM || minor >= (LOWEST.get(major) ?? Number.POSITIVE_INFINITY)) {
  void import('./main.ts')
} else {
  console.error(`express-litellm needs Node 22.15, 24, or 26 and newer. This is Node ${process.versions.node}.`)
  process.exitCode = 1
}
