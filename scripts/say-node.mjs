// One line after npm ci, so that the engine warnings above it do not worry anybody: they speak of
// the Node that runs npm, while npm scripts run on the Node 24 that was just installed.
console.log(`npm scripts of this project run on Node ${process.versions.node}`)
