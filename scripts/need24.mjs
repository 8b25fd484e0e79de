// Plain old JavaScript on purpose: it must run, and explain itself, on any Node.
const wanted = [24, 15]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(
    [
      `This project needs Node ${wanted.join('.')} or newer, and this is Node ${process.versions.node}`,
      `  (${process.execPath}).`,
      'npm ci brings Node 24 for npm scripts on Linux x64/arm64 and Windows x64.',
      'Likely causes: the command was not run through npm (use "npm test", "npm start", "npx …"),',
      'or node_modules is missing (run "npm ci"), or the platform has no such package: install Node 24.',
    ].join('\n'),
  )
  process.exit(1)
}
