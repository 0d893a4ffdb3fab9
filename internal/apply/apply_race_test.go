//go:build race

package apply_test

const isRace = true
