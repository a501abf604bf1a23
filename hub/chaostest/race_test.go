//go:build race

package chaostest

// memoryFactor is by how much the race detector, which the hubs under test are
// built with here, multiplies memory: five to ten times, says its manual.
const memoryFactor = 5
