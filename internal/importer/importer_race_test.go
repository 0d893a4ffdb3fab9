//go:build race

package importer_test

const isRace = true
