package main

import (
	"fmt"
	"slices"
	"strings"
)

// pair has the rows of one work and size in two reports; nil where a report lacks it.
type pair struct{ before, after *row }

// compare returns two reports side by side, as Markdown.
func compare(all []work, before, after *report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Before: %s, %s, %s.\nAfter: %s, %s, %s.\n\n", before.Program, before.Date, before.Machine, after.Program, after.Date, after.Machine)
	writeLine(&b, "work", "organizations × people", "requests", "rounds", "peak memory", "CPU time", "wall time")
	b.WriteString(strings.Repeat("|---", 7) + "|\n")
	for _, w := range all {
		for _, s := range sizesOf(w, before, after) {
			p := pair{before.find(w.name, s), after.find(w.name, s)}
			writeLine(&b, w.title, s.String(), p.show(row.total), p.show(func(r row) string { return grouped(r.Rounds) }),
				p.show(func(r row) string { return mib(r.PeakMiB) }), p.show(func(r row) string { return secondsText(r.CPUSeconds) }), p.show(row.wall))
		}
	}
	return b.String()
}

// show returns a figure before and after.
func (p pair) show(figure func(row) string) string {
	shown := []string{none, none}
	for i, r := range []*row{p.before, p.after} {
		if r != nil {
			shown[i] = figure(*r)
		}
	}
	return shown[0] + " → " + shown[1]
}

// sizesOf returns the sizes of a work in two reports, each once.
func sizesOf(w work, reports ...*report) (sizes []size) {
	for _, r := range reports {
		for _, one := range r.Rows {
			if one.Work == w.name && !slices.Contains(sizes, one.size) {
				sizes = append(sizes, one.size)
			}
		}
	}
	return sizes
}
